//! Families that weights alone would make one person of, in files large enough to learn from.

use proptest::prelude::*;

use super::tests::{ANNA, Row, cluster_of, contacts, matched_by, points};
use super::*;

/// Gives a text that lives as long as the tests: rows borrow.
fn text(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

const FIRST: [&str; 24] = [
    "John", "Mary", "Linda", "Susan", "Karen", "Brian", "Kevin", "Laura", "Emily", "Jason", "Gary",
    "Nancy", "Betty", "Helen", "Ruth", "Sharon", "Eric", "Larry", "Scott", "Frank", "Oliver",
    "Wanda", "Trevor", "Yvonne",
];
const LAST: [&str; 20] = [
    "Abbot",
    "Barlow",
    "Corbin",
    "Dunmore",
    "Eastwick",
    "Farley",
    "Garrick",
    "Holloway",
    "Ingram",
    "Jessop",
    "Kendrick",
    "Lambert",
    "Marlowe",
    "Norwood",
    "Osborne",
    "Prescott",
    "Quimby",
    "Radcliffe",
    "Standish",
    "Thornton",
];

/// A household in a house of its own, with one phone and one mailbox.
fn home(place: usize) -> Row {
    let last_name = LAST[place % 20];
    Row {
        last_name,
        street: text(format!("{} {} Street", 1 + place % 97, LAST[(place / 20) % 20])),
        postcode: text(format!("{:05}", 10_000 + place % 40)),
        city: "Springfield",
        phones: Box::leak(Box::new([text(format!("+1415555{place:04}"))])),
        emails: Box::leak(Box::new([text(format!("home.{last_name}{place}@example.com"))])),
        ..ANNA
    }
}

/// A file of 300 homes: couples, each record twice; in every twentieth home a father and a son of
/// one name, born a generation apart; in every other twentieth twins. Gives the rows and the
/// person of each.
fn town() -> (Vec<Row>, Vec<usize>) {
    let (mut rows, mut persons) = (Vec::new(), Vec::new());
    let mut add = |row: Row, person: usize| {
        rows.push(row);
        persons.push(person);
    };
    for place in 0..300 {
        let day = i32::try_from(place * 37 % 9_000).unwrap() - 9_000;
        let (him, her) = (FIRST[place % 24], FIRST[(place + 7) % 24]);
        let husband = Row { first_name: him, born: Some(day), ..home(place) };
        let wife = Row { first_name: her, born: Some(day + 811), ..home(place) };
        for person in [husband, wife] {
            let number = rows_of(place, &person, him);
            add(person, number);
            // The second record was typed elsewhere, without the date or the phone.
            let again = if place % 2 == 0 {
                Row { born: None, ..person }
            } else {
                Row { phones: &[], ..person }
            };
            add(again, number);
        }
        if place % 20 == 0 {
            let suffix = if place % 40 == 0 { "Jr." } else { "" };
            let son = Row { suffix, born: Some(day + 10_063), ..husband };
            add(son, place * 10 + 3);
            add(Row { phones: &[], ..son }, place * 10 + 3);
        }
        if place % 20 == 10 {
            for (number, first_name) in [(4, "Castor"), (5, "Pauline")] {
                add(Row { first_name, born: Some(day + 9_901), ..husband }, place * 10 + number);
            }
        }
    }
    (rows, persons)
}

fn rows_of(place: usize, person: &Row, him: &str) -> usize {
    place * 10 + if person.first_name == him { 1 } else { 2 }
}

#[test]
fn fathers_and_sons_and_twins_stay_apart_where_weights_are_learned() {
    let (rows, persons) = town();
    let matched = matched_by(&rows, &Settings::default());
    assert!(rows.len() > 1200 && matched.learned.training.is_some());
    let found = cluster_of(&matched);
    let mut person_of = vec![None; rows.len()];
    // Of a father and a son of one name nobody can tell whose a record without a date is.
    let dated = (0..rows.len()).filter(|&row| rows[row].born.is_some());
    for row in dated {
        let person = *person_of[found[row] as usize].get_or_insert(persons[row]);
        assert_eq!(person, persons[row], "record {row} is in another person's cluster");
    }
    // And the couples are found: whoever has two records has one cluster.
    let n_people: std::collections::BTreeSet<usize> = persons.iter().copied().collect();
    assert!(matched.counts.n_clusters <= n_people.len() as u64 + 20, "{:?}", matched.counts);
}

const FATHER: Row = Row { first_name: "Robert", born: Some(-6_838), emails: &[], ..ANNA };
const SON: Row = Row { born: Some(4_290), ..FATHER };

fn clusters_of(rows: &[Row], settings: &Settings) -> Vec<u32> {
    cluster_of(&matched_by(rows, settings))
}

/// Weights that would link whoever shares a name and a house.
fn credulous() -> Settings {
    let mut settings = Settings { weight_bits_min: Some(-4.0), ..Settings::default() };
    settings.weight_bits_review_min = -10.0;
    settings.n_duplicates_per_record = 40.0;
    settings.prior = Some(crate::terms::Probability::new(0.4));
    settings
}

#[test]
fn no_weight_links_two_birth_dates_a_generation_apart_in_one_household() {
    assert_eq!(clusters_of(&[FATHER, SON], &credulous()), [0, 1]);
    // The link is for a person to look at, and says why.
    let matched = matched_by(&[FATHER, SON], &credulous());
    assert_eq!(matched.review.text(column::REVIEW_BECAUSE).get(0), Some("contradiction"));
    assert_eq!(matched.counts.n_links_refused, 1);
    // The same weights link what is no contradiction.
    let undated = Row { born: None, ..SON };
    assert_eq!(clusters_of(&[FATHER, undated], &credulous()), [0, 0]);
    let slip = Row { born: Some(-6_838 + 10), ..SON };
    assert_eq!(clusters_of(&[FATHER, slip], &credulous()), [0, 0]);
}

#[test]
fn two_generations_said_are_two_people_and_an_id_shared_is_one() {
    let (senior, junior) = (Row { suffix: "Sr.", ..FATHER }, Row { suffix: "Jr.", ..FATHER });
    assert_eq!(clusters_of(&[senior, junior], &credulous()), [0, 1]);
    let with_key = |row: Row| Row { customer_key: "K-100200", ..row };
    assert_eq!(clusters_of(&[with_key(FATHER), with_key(SON)], &credulous()), [0, 0]);
}

#[test]
fn a_third_record_does_not_join_a_father_and_a_son() {
    let undated = Row { born: None, ..FATHER };
    let found = clusters_of(&[FATHER, undated, SON], &credulous());
    assert_ne!(found[0], found[2]);
    let many = [FATHER, FATHER, undated, undated, SON, SON];
    let found = clusters_of(&many, &credulous());
    assert_eq!((found[1], found[5]), (found[0], found[4]));
    assert_ne!(found[0], found[4]);
}

#[test]
fn the_rule_of_generations_can_be_left_to_the_weights() {
    let settings = Settings { n_years_generation_min: 0, ..credulous() };
    assert_eq!(clusters_of(&[FATHER, SON], &settings), [0, 0]);
}

#[test]
fn a_cluster_does_not_grow_beyond_its_bound_but_for_records_that_say_the_same() {
    let phones = |place: usize| -> &'static [&'static str] {
        Box::leak(Box::new([text(format!("+1415555{place:04}"))]))
    };
    let rows: Vec<Row> = (0..8).map(|place| Row { phones: phones(place), ..ANNA }).collect();
    let bounded = Settings { n_records_cluster_max: 5, ..Settings::default() };
    assert_eq!(matched_by(&rows, &Settings::default()).counts.n_records_largest, 8);
    let matched = matched_by(&rows, &bounded);
    assert!(matched.counts.n_records_largest <= 5, "{:?}", matched.counts);
    assert!(matched.counts.n_links_large_cluster > 0, "{:?}", matched.counts);
    let because: Vec<_> = matched.review.text(column::REVIEW_BECAUSE).iter().flatten().collect();
    assert!(because.contains(&"large_cluster"), "{because:?}");
    let alike = vec![ANNA; 12];
    assert_eq!(matched_by(&alike, &bounded).counts.n_records_largest, 12);
}

#[test]
fn sources_that_name_each_person_once_are_linked_one_to_one() {
    let rows = [ANNA, Row { phones: &[], ..ANNA }, Row { emails: &[], ..ANNA }];
    let (contacts, points) = (contacts(&rows), points(&rows));
    let find = |settings: &Settings| {
        let none = Decisions::default();
        let counted = clusters(&contacts, &points, &none, settings, &Progress::silent());
        crate::ledger::Ledger::default().enter(counted)
    };
    assert_eq!(find(&Settings::default()).counts.n_clusters, 1);
    let once = Settings { one_to_one: vec!["crm".to_owned()], ..Settings::default() };
    let found = find(&once);
    assert_eq!((found.counts.n_clusters, found.review.height()), (3, 0));
    assert!(found.counts.n_links_one_to_one >= 2, "{:?}", found.counts);
    let other = Settings { one_to_one: vec!["shop".to_owned()], ..Settings::default() };
    assert_eq!(find(&other).counts.n_clusters, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_same_families_are_found_in_any_order(seed in any::<u64>()) {
        let (rows, _) = town();
        let rows = &rows[..260];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| (row as u64 + 1).wrapping_mul(seed | 1));
        let shuffled: Vec<Row> = order.iter().map(|&row| rows[row]).collect();
        let settings =
            Settings { n_records_train_min: 0, n_records_cluster_max: 3, ..Settings::default() };
        let straight = cluster_of(&matched_by(rows, &settings));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let found = pool.install(|| cluster_of(&matched_by(&shuffled, &settings)));
        // Two records share a cluster in one order if and only if they do in the other.
        let mut name_of = vec![None; rows.len()];
        for (place, &cluster) in found.iter().enumerate() {
            let name = *name_of[cluster as usize].get_or_insert(straight[order[place]]);
            prop_assert_eq!(name, straight[order[place]]);
        }
        let n_clusters = |clusters: &[u32]| {
            clusters.iter().enumerate().filter(|&(row, &of)| row == of as usize).count()
        };
        prop_assert_eq!(n_clusters(&found), n_clusters(&straight));
    }
}

#[test]
fn what_two_records_contradict_each_other_in_is_said() {
    let twin = Row { first_name: "Lucy", emails: &[], ..ANNA };
    let mother = Row { born: Some(3718 - 9_000), emails: &[], ..ANNA };
    let junior = Row { suffix: "Jr.", ..ANNA };
    let senior = Row { suffix: "Sr.", ..ANNA };
    // Whoever lives elsewhere and shares nothing is a stranger, of another name and date.
    let stranger = Row {
        first_name: "Ruth",
        born: Some(-4_000),
        street: "7 Hill Road",
        postcode: "10001",
        city: "New York",
        phones: &[],
        emails: &[],
        ..ANNA
    };
    let rows = [ANNA, twin, mother, junior, senior, stranger];
    let (contacts, points) = (contacts(&rows), points(&rows));
    let scorer = Scorer::of(&contacts, &points, &Settings::default(), None);
    let check = |a: u32, b: u32, expected: Option<&str>| {
        let said = scorer.contradiction(a, b);
        assert_eq!(said.is_some(), expected.is_some(), "{a} {b}: {said:?}");
        assert!(
            said.unwrap_or_default().contains(expected.unwrap_or_default()),
            "{a} {b}: {said:?}"
        );
        assert_eq!(said, scorer.contradiction(b, a));
    };
    check(0, 1, Some("like twins"));
    check(0, 2, Some("a generation apart"));
    check(3, 4, Some("say their generation"));
    check(0, 5, Some("both the given name and the birth date"));
    check(0, 3, None);
    check(0, 0, None);
}
