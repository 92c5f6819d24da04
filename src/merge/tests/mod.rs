mod properties;
mod records;

use super::*;
use crate::ledger::Ledger;
use crate::tables::column as c;
use records::{Record, tables};

fn merged(records: &[Record], groups: &[u32], settings: &Settings) -> Merged {
    let (contacts, points, membership) = tables(records, groups);
    Ledger::default().enter(golden_records(&contacts, &points, &membership, settings))
}

/// Merges the records into one customer.
fn one(records: &[Record], settings: &Settings) -> Merged {
    let merged = merged(records, &vec![0; records.len()], settings);
    assert_eq!(merged.golden.height(), 1);
    merged
}

fn text(merged: &Merged, column: crate::tables::Column) -> Option<&str> {
    merged.golden.text(column).get(0)
}

fn ids(merged: &Merged) -> Vec<&str> {
    merged.golden.text(c::CUSTOMER_ID).iter().flatten().collect()
}

fn with(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

/// Merges both ways round, so that no test passes by the order of rows.
fn check_company(records: &[Record], rule: Survivorship, survivor: &str) {
    let settings = with(|settings| {
        settings.company = rule;
        settings.source_priority = vec!["crm".to_owned()];
    });
    let reversed: Vec<Record> = records.iter().rev().cloned().collect();
    for records in [records, &reversed] {
        assert_eq!(text(&one(records, &settings), c::COMPANY), Some(survivor), "{rule:?}");
    }
}

#[test]
fn each_rule_chooses_what_it_says() {
    let firm = |source, id, company, updated| Record {
        company: Some(company),
        ..Record::of(source, id).updated(updated)
    };
    let records = [
        firm("crm", "1", "Acme", 20),
        firm("news", "2", "Acme Ltd", 30),
        firm("shop", "3", "Acme", 10),
        firm("shop", "4", "Bolt & Sons", 10),
        firm("aisle", "5", "Zeta", 5),
    ];
    check_company(&records, Survivorship::MostRecent, "Acme Ltd");
    check_company(&records, Survivorship::MostComplete, "Bolt & Sons");
    check_company(&records, Survivorship::MostFrequent, "Acme");
    check_company(&records, Survivorship::SourcePriority, "Acme");
    // Sources that are not named follow by the alphabet: aisle, news, shop.
    check_company(&records[1..], Survivorship::SourcePriority, "Zeta");
}

#[test]
fn what_a_rule_leaves_equal_goes_to_the_more_recent_then_to_the_smaller_value() {
    let firm = |id, company, updated| Record {
        company: Some(company),
        ..Record::of("crm", id).updated(updated)
    };
    let frequent = Survivorship::MostFrequent;
    check_company(&[firm("1", "Bolt", 9), firm("2", "Acme", 8)], frequent, "Bolt");
    check_company(&[firm("1", "Bolt", 9), firm("2", "Acme", 9)], frequent, "Acme");
    let undated = Record { company: Some("Acme"), ..Record::of("crm", "2") };
    check_company(&[firm("1", "Bolt", -9), undated], Survivorship::MostRecent, "Bolt");
}

#[test]
fn a_name_survives_as_one_piece() {
    let records = [
        Record {
            name: [Some("Dr"), None, None, Some("Miller"), None],
            ..Record::of("crm", "1").updated(99)
        },
        Record::of("crm", "2").named("Anna", "Müller"),
        Record {
            name: [None, Some("Anna"), Some("B"), Some("Mull"), None],
            ..Record::of("s", "3")
        },
    ];
    let merged = one(&records, &Settings::default());
    assert_eq!(text(&merged, c::SALUTATION), None);
    assert_eq!(text(&merged, c::MIDDLE_NAME), Some("B"));
    assert_eq!(text(&merged, c::LAST_NAME), Some("Mull"));
    assert_eq!(merged.values.count(c::NAME_FROM).get(0), Some(2));
    let recent = with(|settings| settings.name = Survivorship::MostRecent);
    assert_eq!(text(&one(&records, &recent), c::SALUTATION), Some("Dr"));
}

#[test]
fn of_equally_many_parts_the_written_out_name_beats_the_initial() {
    let records = [
        Record::of("crm", "1").named("A", "Miller").updated(99),
        Record::of("crm", "2").named("Anna", "Miller"),
    ];
    assert_eq!(text(&one(&records, &Settings::default()), c::FIRST_NAME), Some("Anna"));
}

#[test]
fn a_form_of_address_alone_is_no_name() {
    let title = Record { name: [Some("Dr"), None, None, None, None], ..Record::of("crm", "1") };
    let records = [title.updated(99), Record::of("crm", "2").named("Anna", "Miller")];
    let settings = with(|settings| settings.name = Survivorship::MostRecent);
    assert_eq!(text(&one(&records, &settings), c::LAST_NAME), Some("Miller"));
}

#[test]
fn an_email_that_works_beats_a_newer_one_that_does_not() {
    let records = [
        Record::of("crm", "1")
            .updated(1)
            .email("gone@", "invalid")
            .email("anna@a.example", "valid"),
        Record::of("crm", "2").updated(2).email("test@test.com", "placeholder"),
        Record::of("crm", "3").updated(3).email("anna@", "invalid"),
    ];
    let merged = one(&records, &Settings::default());
    assert_eq!(text(&merged, c::EMAIL), Some("anna@a.example"));
    assert_eq!(text(&merged, c::EMAIL_STATUS), Some("valid"));
    assert_eq!(merged.values.count(c::EMAIL_FROM).get(0), Some(0));
    let merged = one(&records[1..], &Settings::default());
    assert_eq!(text(&merged, c::EMAIL), Some("anna@"));
    assert_eq!(text(&merged, c::EMAIL_STATUS), Some("invalid"));
    assert_eq!(merged.values.count(c::EMAIL_FROM).get(0), Some(1));
}

#[test]
fn of_one_records_emails_the_first_that_works_survives() {
    let record = Record::of("crm", "1").email("z@a.example", "valid").email("b@a.example", "valid");
    assert_eq!(text(&one(&[record], &Settings::default()), c::EMAIL), Some("z@a.example"));
}

#[test]
fn an_email_that_one_record_states_twice_has_one_vote() {
    let records = [
        Record::of("crm", "1").email("a@a.example", "valid").email("a@a.example", "valid"),
        Record::of("crm", "2").email("b@a.example", "valid"),
        Record::of("crm", "3").email("b@a.example", "valid"),
        Record::of("crm", "4").email("a@a.example", "valid").updated(9),
    ];
    let settings = with(|settings| settings.email = Survivorship::MostFrequent);
    // Three statements, but two records against two: the more recent decides.
    assert_eq!(text(&one(&records, &settings), c::EMAIL), Some("a@a.example"));
    assert_eq!(text(&one(&records[..3], &settings), c::EMAIL), Some("b@a.example"));
}

#[test]
fn a_phone_brings_its_status_and_line_type() {
    let mut record = Record::of("crm", "1").email("a@a.example", "valid");
    record.points.push(("phone", "+442079460018", "valid", Some("fixed")));
    let merged = one(&[record], &Settings::default());
    assert_eq!(text(&merged, c::PHONE), Some("+442079460018"));
    assert_eq!(text(&merged, c::PHONE_STATUS), Some("valid"));
    assert_eq!(text(&merged, c::LINE_TYPE), Some("fixed"));
}

#[test]
fn contact_data_that_were_checked_beat_a_newer_change_of_something_else() {
    let home = |id, city, usable| Record {
        address: [Some("1 High Street"), Some(city), None, None, Some("GB")],
        address_usable: usable,
        language: Some(city),
        ..Record::of("crm", id)
    };
    let checked = Record { verified: Some(50), ..home("1", "Leeds", true).updated(5) };
    let changed = home("2", "York", true).updated(40);
    let unusable = home("3", "Hull", false).updated(90);
    let merged = one(&[checked, changed, unusable], &Settings::default());
    assert_eq!(text(&merged, c::CITY), Some("Leeds"));
    assert_eq!(merged.golden.flag(c::ADDRESS_USABLE).get(0), Some(true));
    // For what is no contact data, the change counts.
    assert_eq!(text(&merged, c::LANGUAGE), Some("Hull"));
}

#[test]
fn a_check_long_ago_does_not_hide_a_later_change_elsewhere() {
    let checked = Record { verified: Some(3), ..Record::of("crm", "1").updated(99) };
    let records = [
        checked.email("old@a.example", "valid"),
        Record::of("crm", "2").updated(4).email("new@a.example", "valid"),
    ];
    assert_eq!(text(&one(&records, &Settings::default()), c::EMAIL), Some("new@a.example"));
}

#[test]
fn a_deleted_record_speaks_only_where_the_others_are_silent() {
    let deleted = Record {
        deleted: Some(true),
        company: Some("Old Ltd"),
        language: Some("de"),
        opt_out: Some(true),
        ..Record::of("crm", "1").updated(99)
    };
    let held = Record { company: Some("New Ltd"), ..Record::of("crm", "2").updated(1) };
    let merged = one(&[deleted, held], &Settings::default());
    assert_eq!(text(&merged, c::COMPANY), Some("New Ltd"));
    assert_eq!(text(&merged, c::LANGUAGE), Some("de"));
    assert_eq!(merged.golden.flag(c::EMAIL_OPT_OUT).get(0), Some(true), "a refusal stands");
}

#[test]
fn a_refusal_wins_a_consent_counts_and_silence_stays_silence() {
    let check = |said: &[Option<bool>]| {
        let records: Vec<_> = said
            .iter()
            .zip(["1", "2", "3"])
            .map(|(&opt_out, id)| Record { opt_out, ..Record::of("crm", id) })
            .collect();
        one(&records, &Settings::default()).golden.flag(c::EMAIL_OPT_OUT).get(0)
    };
    assert_eq!(check(&[Some(false), Some(true), None]), Some(true));
    assert_eq!(check(&[None, Some(false), None]), Some(false));
    assert_eq!(check(&[None, None]), None);
}

#[test]
fn a_customers_value_is_the_largest_stated_and_not_the_sum() {
    let worth = |id, clv| Record { clv, ..Record::of("crm", id).updated(1) };
    let records =
        [worth("1", Some(500)), worth("2", Some(700)), worth("3", Some(-900)), worth("4", None)];
    let merged = one(&records, &Settings::default());
    assert_eq!(merged.golden.cents(c::GIVEN_CLV_CENTS).get(0), Some(700));
    assert_eq!(merged.values.count(c::CLV_FROM).get(0), Some(1));
}

#[test]
fn the_majority_knows_the_birthday() {
    let born = |id, day, updated| Record {
        birth_date: Some(day),
        ..Record::of("crm", id).updated(updated)
    };
    let records = [born("1", 100, 1), born("2", 400, 9), born("3", 100, 2)];
    let merged = one(&records, &Settings::default());
    assert_eq!(merged.golden.day(c::BIRTH_DATE).get(0), Some(100));
}

#[test]
fn a_customer_is_as_old_as_the_first_record_and_as_fresh_as_the_last() {
    let dated = |id, at| Record {
        created: Some(at),
        verified: Some(at + 1),
        ..Record::of("crm", id).updated(at + 2)
    };
    let golden =
        one(&[dated("1", 50), dated("2", 10), dated("3", 30)], &Settings::default()).golden;
    assert_eq!(golden.instant(c::CREATED_AT).get(0), Some(10));
    assert_eq!(golden.instant(c::VERIFIED_AT).get(0), Some(51));
    assert_eq!(golden.instant(c::UPDATED_AT).get(0), Some(52));
}

#[test]
fn a_record_alone_is_its_own_golden_record() {
    let record = Record {
        name: [Some("Dr"), Some("Anna"), None, Some("Müller"), Some("Jr")],
        company: Some("Acme"),
        birth_date: Some(1234),
        address: [Some("1 High Street"), Some("Leeds"), None, Some("LS1 1AA"), Some("GB")],
        address_usable: true,
        language: Some("en"),
        clv: Some(99),
        opt_out: Some(false),
        created: Some(1),
        updated: Some(2),
        verified: Some(3),
        ..Record::of("crm", "1")
    };
    let (contacts, ..) = tables(std::slice::from_ref(&record), &[0]);
    let golden = one(&[record], &Settings::default()).golden;
    let mut n_compared = 0;
    for column in golden.frame().columns() {
        if let Ok(expected) = contacts.frame().column(column.name()) {
            assert!(column.equals_missing(expected), "{}", column.name());
            n_compared += 1;
        }
    }
    assert_eq!(n_compared, 24);
}

#[test]
fn equal_rows_that_are_two_customers_have_two_names() {
    let row = Record { id: None, ..Record::of("crm", "").named("Anna", "Miller") };
    let merged = merged(&[row.clone(), row.clone(), row], &[0, 1, 2], &Settings::default());
    let ids = ids(&merged);
    assert!(ids[0] < ids[1] && ids[1] < ids[2], "{ids:?}");
}

#[test]
fn a_source_id_names_a_record_whatever_else_changes() {
    let before = Record::of("crm", "1").named("Anna", "Miller");
    let after = Record::of("crm", "1").named("Anna", "Smith").updated(9);
    let elsewhere = Record::of("shop", "1").named("Anna", "Miller");
    let id = |record| ids(&one(&[record], &Settings::default()))[0].to_owned();
    assert_eq!(id(before.clone()), id(after));
    assert_ne!(id(before), id(elsewhere));
}

#[test]
fn a_source_id_that_two_rows_share_names_neither() {
    let [anna, otto] = [("Anna", "Miller"), ("Otto", "Miller")]
        .map(|(first, last)| Record::of("crm", "1").named(first, last));
    let apart = merged(&[anna.clone(), otto.clone()], &[0, 1], &Settings::default());
    assert_ne!(ids(&apart)[0], ids(&apart)[1]);
    let alone = one(&[anna], &Settings::default());
    assert!(!ids(&apart).contains(&ids(&alone)[0]));
}

#[test]
fn where_one_text_ends_and_the_next_begins_is_part_of_the_name() {
    let records = [Record::of("a", "bc"), Record::of("ab", "c")];
    let merged = merged(&records, &[0, 1], &Settings::default());
    assert_ne!(ids(&merged)[0], ids(&merged)[1]);
}

/// Holds the promise that ids are the same on every night and in every version: whoever changes
/// what is hashed renames every customer. The id was worked out apart, with another SHA-256.
#[test]
fn the_name_of_a_customer_is_a_promise() {
    let merged = one(&[Record::of("crm", "1"), Record::of("shop", "9")], &Settings::default());
    assert_eq!(ids(&merged), ["c_3t62t26ph0z29nw0azswtgvykn"]);
}

#[test]
fn lineage_leads_from_every_record_to_its_customer() {
    let records = ["1", "2", "3", "4"].map(|id| Record::of("crm", id));
    let merged = merged(&records, &[0, 1, 0, 2], &Settings::default());
    let (lineage, golden) = (&merged.lineage, &merged.golden);
    let customers: Vec<_> = lineage.count(c::CUSTOMER).iter().flatten().collect();
    assert_eq!(customers[0], customers[2]);
    for (row, &customer) in customers.iter().enumerate() {
        let id = golden.text(c::CUSTOMER_ID).get(customer as usize);
        assert_eq!(lineage.text(c::CUSTOMER_ID).get(row), id);
        assert_eq!(lineage.text(c::SOURCE_ID).get(row), records[row].id);
    }
    let n_records: Vec<_> = golden.count(c::N_RECORDS).iter().flatten().collect();
    assert_eq!(n_records[customers[0] as usize], 2);
    assert_eq!(n_records.iter().sum::<u32>(), 4);
    assert!(golden.text(c::CUSTOMER_ID).iter().is_sorted());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let of = |n: usize| {
        let (first, last) = (["Anna", "Otto", "Eva"][n % 3], ["Miller", "Smith"][n % 2]);
        let record = Record::of("crm", ["1", "2", "3", "4", "5"][n % 5]).named(first, last);
        record.email(["a@a.example", "b@a.example"][n % 2], "valid")
    };
    let (records, groups): (Vec<_>, Vec<_>) =
        (0..6000).zip(0_u32..).map(|(n, group)| (of(n), group / 3 * 7 % 2000)).unzip();
    let (contacts, points, membership) = tables(&records, &groups);
    let frames = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let settings = Settings::default();
        let merged = pool.install(|| golden_records(&contacts, &points, &membership, &settings));
        let Merged { golden, lineage, values } = Ledger::default().enter(merged);
        [golden.frame().clone(), lineage.frame().clone(), values.frame().clone()]
    };
    let one = frames(1);
    for n_threads in [2, 7] {
        for (frame, expected) in frames(n_threads).iter().zip(&one) {
            assert!(frame.equals_missing(expected), "{n_threads} threads");
        }
    }
}

#[test]
fn the_tally_tells_records_alone_from_those_in_clusters() {
    let records = ["1", "2", "3", "4"].map(|id| Record::of("crm", id));
    let (contacts, points, membership) = tables(&records, &[0, 1, 0, 2]);
    let tally = golden_records(&contacts, &points, &membership, &Settings::default()).tally;
    assert_eq!((tally.n_taken, tally.given), (4, vec![("alone", 2), ("in clusters", 2)]));
}

#[test]
fn no_contacts_are_no_customers() {
    let merged = merged(&[], &[], &Settings::default());
    assert_eq!(
        [merged.golden.height(), merged.lineage.height(), merged.values.height()],
        [0, 0, 0]
    );
}
