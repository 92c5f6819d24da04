//! Files that have little but names, places and dates.

use proptest::prelude::*;

use super::tests::{ANNA, Row, cluster_of, contacts, matched_by, points};
use super::*;

/// Ten people of each birthday, of thirty birthdays.
fn birthdays(emails: &'static [&'static str]) -> Vec<Row> {
    let born = |place: i32| Some(3000 + place % 30);
    (0..300).map(|place| Row { born: born(place), emails, ..Row::default() }).collect()
}

/// A rule whose blocks are all too large, but for what the file affords.
fn wide_net() -> BlockingRule {
    BlockingRule { on: vec![Key::BirthDate], n_records_max: Some(0), refine: Some(Vec::new()) }
}

#[test]
fn a_wide_net_is_laid_for_records_that_have_nothing_else() {
    let counts = |rows: &[Row], n_pairs_afforded: usize| {
        let settings =
            Settings { block: vec![wide_net()], n_pairs_afforded, ..Settings::default() };
        let counts = block_counts(&contacts(rows), &points(rows), &settings);
        (counts[0].n_pairs, counts[0].n_pairs_skipped, counts[0].n_blocks_capped)
    };
    let all = 30 * 45;
    // Twenty pairs each are afforded beyond the one of the settings.
    assert_eq!(counts(&birthdays(&[]), 1), (all, 0, 0));
    // Where nothing is afforded the net is not laid, and nothing is left of it.
    assert_eq!(counts(&birthdays(&[]), 0), (0, 0, 0));
    // Who has a mailbox is found by that.
    let reachable = birthdays(&["a@example.com"]);
    assert_eq!(counts(&reachable, 1), (0, 0, 0));
    assert_eq!(counts(&reachable, 1349), (0, all, 30));
    assert_eq!(counts(&reachable, 1350), (all, 0, 0));
}

#[test]
fn a_lone_name_is_held_against_both_names_of_the_other() {
    let lone = Row { first_name: ANNA.last_name, last_name: "", emails: &[], phones: &[], ..ANNA };
    let found = |row: Row| cluster_of(&matched_by(&[ANNA, row], &Settings::default()));
    assert_eq!(found(lone), [0, 0]);
    assert_eq!(found(Row { first_name: "Fetherstone", ..lone }), [0, 0]);
    assert_eq!(found(Row { first_name: "Miriam", ..lone }), [0, 1]);
    let family_alone = Row { first_name: "", last_name: "Anna", ..lone };
    assert_eq!(found(family_alone), [0, 0]);
}

#[test]
fn a_title_in_a_name_s_place_is_no_other_name() {
    let titled = Row { first_name: "Miss", emails: &[], phones: &[], ..ANNA };
    let found = |row: Row| cluster_of(&matched_by(&[ANNA, row], &Settings::default()));
    assert_eq!(found(titled), [0, 0]);
    assert_eq!(found(Row { first_name: "Miriam", ..titled }), [0, 1]);
}

#[test]
fn a_sample_holds_its_share_of_the_pairs_of_strangers_and_of_one_person() {
    // Two of one person share a mailbox, four strangers a birthday.
    let born = |place: i32| Some(3_000 + place % 1_000);
    let row = |place| Row { born: born(place), emails: mailbox(place / 2), ..Row::default() };
    let rows: Vec<Row> = (0..4_000).map(row).collect();
    let features = Features::of(&contacts(&rows), &points(&rows));
    let rule = |key| BlockingRule { on: vec![key], n_records_max: None, refine: None };
    let block = vec![rule(Key::Email), rule(Key::BirthDate)];
    let settings = Settings { block, ..Settings::default() };
    let pairs = |one_in: u64| {
        let mut pairs = Vec::new();
        let mut blocks = Blocks::of(&features, &settings).sampled(one_in);
        blocks.walk(
            |candidates| {
                let mut new = Vec::new();
                candidates.each(|found| {
                    new.extend(found.is_new.then_some((found.pair.a, found.pair.b)));
                });
                new
            },
            |new| pairs.extend(new),
        );
        pairs.sort_unstable();
        pairs
    };
    let of_one_person = |pairs: &[(u32, u32)]| pairs.iter().filter(|(a, b)| a / 2 == b / 2).count();
    let (all, sample) = (pairs(1), pairs(4));
    assert_eq!(of_one_person(&all), rows.len() / 2);
    assert_eq!(all.len(), rows.len() / 2 + 1_000 * 6);
    assert!(sample.iter().all(|pair| all.binary_search(pair).is_ok()));
    assert!(sample.is_sorted_by(|one, other| one < other));
    for (n_in_sample, n_in_all) in
        [(sample.len(), all.len()), (of_one_person(&sample), of_one_person(&all))]
    {
        let share = n_in_sample as f64 / n_in_all as f64;
        assert!((share - 0.25).abs() < 0.05, "{n_in_sample} of {n_in_all}");
    }
}

fn mailbox(place: i32) -> &'static [&'static str] {
    vec![&*format!("box{place}@example.com").leak()].leak()
}

fn any_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Anna", "Hall", "Haal", "White", "Miss", ""])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_order_of_the_input_does_not_matter_to_what_is_afforded(
        names in prop::collection::vec((any_name(), any_name(), 0..4_i32), 0..60),
        n_pairs_afforded in prop::sample::select(vec![1, 60, 400, 4_000]),
        seed in any::<u64>(),
    ) {
        let of = |&(first_name, last_name, day): &(&'static str, &'static str, i32)| Row {
            first_name,
            last_name,
            born: (day > 0).then_some(3_700 + 400 * day),
            city: "Bath",
            ..Row::default()
        };
        let rows: Vec<Row> = names.iter().map(of).collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| (row as u64 + 1).wrapping_mul(seed | 1));
        let shuffled: Vec<Row> = order.iter().map(|&row| rows[row]).collect();
        let settings = Settings { n_pairs_afforded, n_records_train_min: 0, ..Settings::default() };
        let straight = cluster_of(&matched_by(&rows, &settings));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let found = pool.install(|| cluster_of(&matched_by(&shuffled, &settings)));
        // Two records share a cluster in both orders or in neither.
        for one in 0..rows.len() {
            for other in 0..one {
                let together = straight[order[one]] == straight[order[other]];
                prop_assert_eq!(together, found[one] == found[other]);
            }
        }
        // And no pair is made twice, however many blocks are afforded.
        let all = (rows.len() * rows.len().saturating_sub(1) / 2) as u64;
        let counts = block_counts(&contacts(&rows), &points(&rows), &settings);
        prop_assert!(counts.iter().map(|rule| rule.n_pairs_new).sum::<u64>() <= all);
    }
}
