use proptest::prelude::*;

use super::*;

/// What a test says of a record; what it leaves out is absent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    pub(super) first_name: &'static str,
    pub(super) middle_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) suffix: &'static str,
    pub(super) company: &'static str,
    /// Days since 1970.
    pub(super) born: Option<i32>,
    pub(super) street: &'static str,
    pub(super) postcode: &'static str,
    pub(super) city: &'static str,
    pub(super) emails: &'static [&'static str],
    pub(super) phones: &'static [&'static str],
    pub(super) placeholders: &'static [(&'static str, &'static str)],
    pub(super) customer_key: &'static str,
}

/// Numbers from a seed, the same in every run.
pub(super) struct Draws(pub(super) u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % n
    }

    /// Draws the place of one of some shares, each as often as it says.
    pub(super) fn place(&mut self, shares: impl Iterator<Item = f64>) -> u64 {
        let draw = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut sum = 0.0;
        for (place, share) in (0..).zip(shares) {
            sum += share;
            if draw < sum {
                return place;
            }
        }
        0
    }

    /// Draws words that have little in common.
    pub(super) fn words(&mut self, n: usize) -> Vec<&'static str> {
        let mut word = || -> &'static str {
            let letters = (0..8).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap()));
            letters.collect::<String>().leak()
        };
        (0..n).map(|_| word()).collect()
    }
}

fn said(text: &'static str) -> Option<&'static str> {
    Some(text).filter(|text| !text.is_empty())
}

pub(super) fn contacts(rows: &[Row]) -> Table<Contact> {
    let n_rows = rows.len();
    let text = |column: crate::tables::Column, value: fn(&Row) -> &'static str| {
        column.texts(rows.iter().map(|row| said(value(row))))
    };
    let content = |row: &Row| {
        use std::hash::{Hash, Hasher};
        let mut hasher = rustc_hash::FxHasher::default();
        format!("{row:?}").hash(&mut hasher);
        hasher.finish()
    };
    let columns = <Contact as crate::tables::Layout>::COLUMNS.iter().map(|&filled| match filled {
        column::RECORD => column::RECORD.counts((0..intern::count(n_rows)).collect()),
        column::SOURCE => column::SOURCE.same(Some("crm"), n_rows),
        column::LINE => column::LINE.longs((2..n_rows as u64 + 2).collect()),
        column::CONTENT_HASH => column::CONTENT_HASH.longs(rows.iter().map(content).collect()),
        column::FIRST_NAME => text(column::FIRST_NAME, |row| row.first_name),
        column::MIDDLE_NAME => text(column::MIDDLE_NAME, |row| row.middle_name),
        column::LAST_NAME => text(column::LAST_NAME, |row| row.last_name),
        column::SUFFIX => text(column::SUFFIX, |row| row.suffix),
        column::COMPANY => text(column::COMPANY, |row| row.company),
        column::STREET => text(column::STREET, |row| row.street),
        column::CITY => text(column::CITY, |row| row.city),
        column::POSTAL_CODE => text(column::POSTAL_CODE, |row| row.postcode),
        column::BIRTH_DATE => column::BIRTH_DATE.days(rows.iter().map(|row| row.born)),
        other => other.nothing(n_rows),
    });
    Table::of(columns.collect())
}

pub(super) fn points(rows: &[Row]) -> Table<ContactPoint> {
    let mut points: Vec<(u32, &str, &str, &str)> = Vec::new();
    for (record, row) in (0..).zip(rows) {
        if !row.customer_key.is_empty() {
            points.push((record, "customer_key", row.customer_key, "valid"));
        }
        points.extend(row.emails.iter().map(|&email| (record, "email", email, "valid")));
        points.extend(row.phones.iter().map(|&phone| (record, "phone", phone, "valid")));
        points.extend(
            row.placeholders.iter().map(|&(kind, value)| (record, kind, value, "placeholder")),
        );
    }
    let n_rows = points.len();
    Table::of(vec![
        column::RECORD.counts(points.iter().map(|point| point.0).collect()),
        column::KIND.texts(points.iter().map(|point| Some(point.1))),
        column::VALUE.texts(points.iter().map(|point| Some(point.2))),
        column::STATUS.texts(points.iter().map(|point| Some(point.3))),
        column::LINE_TYPE.nothing(n_rows),
        column::RANK.counts(vec![0; n_rows]),
    ])
}

fn matched(rows: &[Row]) -> Matched {
    matched_by(rows, &Settings::default())
}

pub(super) fn matched_by(rows: &[Row], settings: &Settings) -> Matched {
    let (contacts, points) = (contacts(rows), points(rows));
    let none = Decisions::default();
    let counted = clusters(&contacts, &points, &none, settings, &Progress::silent());
    crate::ledger::Ledger::default().enter(counted)
}

pub(super) fn cluster_of(matched: &Matched) -> Vec<u32> {
    matched.membership.count(column::CLUSTER).iter().flatten().collect()
}

/// Checks which records share a cluster: each is named after its smallest.
fn check(rows: &[Row], expected: &[u32]) {
    assert_eq!(cluster_of(&matched(rows)), expected);
}

const MAILBOX: &str = "anna.featherstone@example.com";

pub(super) const ANNA: Row = Row {
    first_name: "Anna",
    middle_name: "",
    last_name: "Featherstone",
    suffix: "",
    company: "",
    born: Some(3718),
    street: "12 Main Street",
    postcode: "94105",
    city: "San Francisco",
    emails: &[MAILBOX],
    phones: &["+14155550123"],
    placeholders: &[],
    customer_key: "",
};

#[test]
fn one_person_is_found_through_the_usual_changes() {
    let nickname = Row { first_name: "Annie", emails: &[], ..ANNA };
    let moved = Row { street: "7 Hill Road", postcode: "10001", city: "New York", ..ANNA };
    let married = Row { last_name: "Brown", ..ANNA };
    let typo = Row { last_name: "Fetherstone", phones: &[], born: None, ..ANNA };
    let swapped = Row { first_name: "Featherstone", last_name: "Anna", phones: &[], ..ANNA };
    let tagged = Row { emails: &["Anna.Featherstone+shop@EXAMPLE.com"], born: None, ..ANNA };
    let digit_off = Row { born: Some(3718 + 10), emails: &[], ..ANNA };
    let spelt_out = Row { street: "12 Main St., Apt 4", phones: &[], emails: &[], ..ANNA };
    for other in [nickname, moved, married, typo, swapped, tagged, digit_off, spelt_out] {
        check(&[ANNA, other], &[0, 0]);
    }
}

/// Gives the level of a comparison that two records reach, by its name.
fn level_of(rows: &[Row; 2], comparison: &str) -> String {
    let (contacts, points) = (contacts(rows), points(rows));
    let scorer = Scorer::of(&contacts, &points, &Settings::default(), None);
    let steps = scorer.explained(0, 1).steps;
    steps
        .into_iter()
        .find(|step| step.comparison == comparison)
        .map_or_else(String::new, |of| of.level)
}

#[test]
fn a_house_is_one_under_two_names_of_its_town_and_a_slip_of_its_postcode() {
    let check = |other: Row, expected: &str| {
        assert_eq!(level_of(&[ANNA, other], "address"), expected, "{other:?}");
    };
    let anna = Row { postcode: "", city: "", ..ANNA };
    check(Row { city: "Oakland", ..ANNA }, "exact");
    check(Row { postcode: "94150", city: "Oakland", ..ANNA }, "same_street");
    check(Row { postcode: "94106", city: "", ..ANNA }, "same_street");
    check(Row { city: "San Fransisco", postcode: "20001", ..ANNA }, "same_street");
    check(anna, "same_street");
    // Every town has a main street.
    check(Row { postcode: "20001", city: "", ..ANNA }, "else");
    check(Row { postcode: "", city: "Boston", ..ANNA }, "else");
    check(Row { postcode: "20001", city: "Boston", ..ANNA }, "else");
}

#[test]
fn a_household_with_one_mailbox_and_one_phone_is_as_many_people_as_have_names() {
    let husband = Row { first_name: "Peter", born: Some(3100), ..ANNA };
    let child = Row { first_name: "Lucy", born: Some(14_000), ..ANNA };
    let stranger_to_dates = Row { first_name: "Mark", born: None, ..ANNA };
    check(&[ANNA, husband, child, stranger_to_dates], &[0, 1, 2, 3]);
}

#[test]
fn a_father_and_a_son_of_one_name_are_two() {
    let father = Row { first_name: "Robert", suffix: "Sr.", ..ANNA };
    let son = Row { first_name: "Robert", suffix: "Jr.", ..ANNA };
    check(&[Row { born: None, ..father }, Row { born: None, ..son }], &[0, 1]);
    let born_later = Row { first_name: "Robert", born: Some(13_000), ..ANNA };
    check(&[Row { suffix: "", ..father }, born_later], &[0, 1]);
}

#[test]
fn twins_are_two() {
    let twin = Row { first_name: "Clara", ..ANNA };
    check(&[ANNA, twin], &[0, 1]);
    let no_mail = |row: Row| Row { emails: &[], phones: &[], ..row };
    check(&[no_mail(ANNA), no_mail(twin)], &[0, 1]);
}

#[test]
fn placeholders_bring_nobody_together() {
    let row = |first_name, last_name| Row {
        first_name,
        last_name,
        placeholders: &[("email", "test@test.com"), ("phone", "+15555550000")],
        ..Row::default()
    };
    let matched = matched(&[row("Anna", "Miller"), row("Anna", "Brown"), row("Bert", "Ford")]);
    assert_eq!(cluster_of(&matched), [0, 1, 2]);
    let n_pairs =
        |rule: &str| matched.blocking.iter().find(|found| found.rule == rule).unwrap().n_pairs;
    assert_eq!(n_pairs("email") + n_pairs("phone"), 0);
}

/// A town of strangers with common names: row `i` has the first and last name `i` falls on.
fn town(n_rows: usize, row: impl Fn(usize) -> Row) -> Vec<Row> {
    const FIRST: [&str; 20] = [
        "John", "Mary", "Linda", "Susan", "Karen", "Brian", "Kevin", "Laura", "Emily", "Jason",
        "Gary", "Nancy", "Betty", "Helen", "Ruth", "Sharon", "Eric", "Larry", "Scott", "Frank",
    ];
    const LAST: [&str; 23] = [
        "Smith", "Jones", "Brown", "Davis", "Miller", "Wilson", "Moore", "Taylor", "Thomas",
        "White", "Harris", "Martin", "Garcia", "Clark", "Lewis", "Lee", "Walker", "Hall", "Allen",
        "Young", "King", "Wright", "Hill",
    ];
    let named = |place: usize| Row {
        first_name: FIRST[place % 20],
        last_name: LAST[place % 23],
        ..row(place)
    };
    (0..n_rows).map(named).collect()
}

#[test]
fn common_names_alone_are_no_person() {
    let matched = matched(&town(2000, |_| Row::default()));
    assert!(cluster_of(&matched).iter().enumerate().all(|(row, &cluster)| row == cluster as usize));
}

#[test]
fn a_company_mailbox_is_not_a_person() {
    let rows = town(120, |_| Row {
        company: "Acme",
        emails: &["office@acme.example"],
        phones: &["+14155550199"],
        ..Row::default()
    });
    // 120 people, no two of one name.
    let matched = matched(&rows);
    assert_eq!(matched.counts.n_clusters, 120);
}

#[test]
fn a_nameless_row_does_not_join_husband_and_wife() {
    let nameless = Row { emails: ANNA.emails, phones: ANNA.phones, ..Row::default() };
    let husband = Row { first_name: "Peter", born: Some(3100), ..ANNA };
    let found = cluster_of(&matched(&[ANNA, nameless, husband]));
    assert_ne!(found[0], found[2]);
}

#[test]
fn absence_on_both_sides_is_no_evidence() {
    let rows = [Row { first_name: "Anna", ..Row::default() }, Row::default(), Row::default()];
    check(&rows, &[0, 1, 2]);
}

#[test]
fn any_of_several_values_will_do() {
    let many = Row {
        emails: &["old@example.com", "older@example.com", "oldest@example.com", MAILBOX],
        phones: &[],
        born: None,
        street: "",
        ..ANNA
    };
    let one = Row { phones: &[], street: "", ..ANNA };
    let other = Row { emails: &["oldest@example.com"], ..many };
    check(&[one, many], &[0, 0]);
    check(&[many, other], &[0, 0]);
}

#[test]
fn a_pair_found_by_several_rules_is_compared_once() {
    let matched = matched(&[ANNA, ANNA, ANNA]);
    assert_eq!(matched.counts.n_pairs, 3);
    let n_pairs: u64 = matched.blocking.iter().map(|rule| rule.n_pairs).sum();
    assert!(n_pairs > 6, "several rules find them: {n_pairs}");
    assert_eq!(matched.membership.text(column::LINKED_BY).get(2), Some("email"));
}

#[test]
fn large_blocks_are_parted_or_skipped_and_counted() {
    let rows = town(300, |place| Row {
        emails: &["all@example.com"],
        born: Some(3000 + i32::try_from(place % 3).unwrap()),
        ..Row::default()
    });
    let of = |refine: Vec<Key>| {
        let settings = Settings {
            block: vec![BlockingRule {
                on: vec![Key::Email],
                n_records_max: Some(50),
                refine: Some(refine),
            }],
            n_pairs_afforded: 0,
            ..Settings::default()
        };
        matched_by(&rows, &settings).blocking[0].clone()
    };
    let all = 300 * 299 / 2;
    let skipped = of(Vec::new());
    assert_eq!((skipped.n_pairs, skipped.n_pairs_skipped), (0, all));
    assert_eq!((skipped.n_blocks_capped, skipped.n_records_capped), (1, 300));
    // 23 family names of 13 or 14 records each.
    let parted = of(vec![Key::LastName]);
    assert_eq!(parted.n_pairs + parted.n_pairs_skipped, all);
    assert_eq!((parted.n_blocks, parted.n_blocks_capped), (23, 0));
    assert_eq!(parted.n_pairs, parted.n_pairs_new);
    // Three birth dates of 100 are still too large; with the family name they are not.
    let parted = of(vec![Key::BirthDate, Key::LastName]);
    assert_eq!(parted.n_pairs + parted.n_pairs_skipped, all);
    assert_eq!((parted.n_blocks, parted.n_blocks_capped), (69, 0));
}

#[test]
fn a_pair_that_an_earlier_rule_skipped_is_left_to_a_later_one() {
    let mut rows = town(300, |_| Row { emails: &["all@example.com"], ..Row::default() });
    rows.push(Row { emails: &["all@example.com"], ..ANNA });
    rows.push(Row { emails: &["all@example.com"], ..ANNA });
    let rule = |on, n_records_max| BlockingRule { on, n_records_max, refine: Some(Vec::new()) };
    let settings = Settings {
        block: vec![rule(vec![Key::Email], Some(50)), rule(vec![Key::BirthDate], None)],
        n_pairs_afforded: 0,
        ..Settings::default()
    };
    let matched = matched_by(&rows, &settings);
    assert_eq!(cluster_of(&matched)[301], 300);
    assert_eq!(matched.membership.text(column::LINKED_BY).get(301), Some("birth_date"));
}

#[test]
fn a_doubtful_pair_is_kept_for_review_and_not_linked() {
    let twin = Row { first_name: "Clara", ..ANNA };
    let matched = matched(&[ANNA, twin]);
    assert_eq!(matched.review.height(), 1);
    let weight = matched.review.number(column::MATCH_WEIGHT_BITS).get(0).unwrap();
    assert!((-2.0..3.0).contains(&weight), "{weight}");
}

#[test]
fn reach_counts_true_pairs_by_rule() {
    let moved = Row { emails: &[], phones: &[], street: "", postcode: "", ..ANNA };
    let stranger = Row { first_name: "Peter", last_name: "Ford", born: Some(1), ..Row::default() };
    let rows = [ANNA, ANNA, moved, stranger];
    let reached = reach(&contacts(&rows), &points(&rows), &Settings::default(), &[5, 5, 5, 6]);
    let by_email = reached.iter().find(|rule| rule.rule == "email").unwrap();
    assert_eq!((by_email.n_pairs_true, by_email.n_pairs_true_new), (1, 1));
    assert!((by_email.reached_share - 1.0 / 3.0).abs() < 1e-12);
    assert!((reached.last().unwrap().reached_share - 1.0).abs() < 1e-12);
}

#[test]
fn an_empty_table_gives_empty_ones() {
    let matched = matched(&[]);
    assert_eq!(matched.membership.height(), 0);
    assert_eq!(matched.review.height(), 0);
}

pub(super) fn any_row() -> impl Strategy<Value = Row> {
    let first = prop::sample::select(vec!["Anna", "Annie", "Peter", "Clara", ""]);
    let last = prop::sample::select(vec!["Featherstone", "Fetherstone", "Brown", ""]);
    let email = prop::sample::select(vec![
        &[][..],
        &["a@example.com"],
        &["brown@example.com"],
        &["a@example.com", "b@example.com", "brown@example.com"],
    ]);
    let phone = prop::sample::select(vec![&[][..], &["+14155550123"], &["+14155550124"]]);
    let street = prop::sample::select(vec!["", "12 Main Street", "7 Hill Road"]);
    let born = prop::option::of(3700..3703_i32);
    (first, last, email, phone, street, born).prop_map(|parts| {
        let (first_name, last_name, emails, phones, street, born) = parts;
        Row { first_name, last_name, emails, phones, street, born, city: "Bath", ..Row::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_order_of_the_input_and_the_number_of_threads_do_not_matter(
        rows in prop::collection::vec(any_row(), 0..60),
        seed in any::<u64>(),
    ) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| (row as u64 + 1).wrapping_mul(seed | 1));
        let shuffled: Vec<Row> = order.iter().map(|&row| rows[row]).collect();
        // Small blocks, so that parting and skipping have their say.
        // They are learned from too, few as they are.
        let settings = Settings {
            n_records_block_max: 4,
            n_pairs_afforded: 0,
            n_records_train_min: 0,
            ..Settings::default()
        };
        let straight = cluster_of(&matched_by(&rows, &settings));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let found = pool.install(|| cluster_of(&matched_by(&shuffled, &settings)));
        // Who shares a cluster, told by the rows' old numbers.
        let mut smallest = vec![u32::MAX; rows.len()];
        for (place, &cluster) in found.iter().enumerate() {
            let old = intern::count(order[place]);
            smallest[cluster as usize] = smallest[cluster as usize].min(old);
        }
        for (place, &cluster) in found.iter().enumerate() {
            prop_assert_eq!(straight[order[place]], smallest[cluster as usize]);
        }
    }

    #[test]
    fn every_pair_that_shares_a_key_is_given_once_or_counted_as_skipped(
        rows in prop::collection::vec(any_row(), 0..40),
    ) {
        let (contacts, points) = (contacts(&rows), points(&rows));
        let features = Features::of(&contacts, &points);
        let settings = Settings { n_records_block_max: 4, n_pairs_afforded: 0, ..Settings::default() };
        let mut given = Vec::new();
        let counts = Blocks::of(&features, &settings).walk(
            |candidates| {
                let mut pairs = Vec::new();
                candidates.each(|found| if found.is_new { pairs.push((found.pair.a, found.pair.b)) });
                pairs
            },
            |pairs| given.extend(pairs),
        );
        let n_given = given.len();
        given.sort_unstable();
        given.dedup();
        prop_assert_eq!(given.len(), n_given);
        prop_assert_eq!(counts.iter().map(|rule| rule.n_pairs_new).sum::<u64>(), n_given as u64);
    }
}
