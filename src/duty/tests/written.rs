//! Is everybody and every deadline in the files, and nothing else?

use super::world::{People, SSN, case, some};
use crate::duty::*;
use crate::tables::Column;

#[test]
fn people_without_a_known_residence_are_listed_and_never_dropped() {
    let people = [some(2, "unknown", SSN), some(3, "US", SSN), some(1, "US-CA", SSN)];
    let with = |fallback: &str| {
        let mut case = case(&people, "");
        case.settings.unknown_residency = fallback.to_owned().try_into().unwrap();
        case
    };
    assert_eq!(with("tell").first(), "owed unknown_residency");
    assert_eq!(with("hold").first(), "counsel unknown_residency");
    for fallback in ["tell", "hold", "US-CA"] {
        let unknown = with(fallback).asked().unknown;
        let reasons: Vec<_> = unknown.text(c::REASON).iter().flatten().collect();
        assert_eq!(
            reasons,
            ["no_country", "no_country", "region_missing", "region_missing", "region_missing"]
        );
        assert_eq!(unknown.text(c::TREATED_AS).get(0), Some(fallback));
    }
    let like = with("US-CA");
    assert_eq!(like.first(), "owed -");
    assert_eq!(like.asked().duties.long(c::N_RESIDENTS).get(0), Some(6));
}

#[test]
fn where_no_law_asks_the_reason_is_given_and_the_settings_may_tell_all_the_same() {
    let ukraine = case(&[some(4, "UA", SSN)], "");
    assert_eq!(ukraine.first(), "no_duty no_law");
    assert_eq!(ukraine.says("UA", "none"), "no_law -");
    assert_eq!(case(&[some(1, "US-OH", "email")], "").first(), "no_duty not_triggered");
    assert_eq!(case(&[some(1, "HK", "email")], "").first(), "no_duty voluntary");
    assert_eq!(case(&[some(1, "RU", "email")], "").first(), "no_duty no_individual_duty");
    let mut all = case(&[some(1, "US-OH", "email")], "");
    all.settings.tell_without_duty = true;
    assert_eq!(all.first(), "voluntary not_triggered");
}

#[test]
fn forms_get_their_counts() {
    let child = People { born: Some("2010-05-01"), ..some(2, "BR", "email;health") };
    let old = People { born: Some("1950-05-01"), ..some(3, "BR", "email") };
    let elsewhere = some(4, "DE", "email");
    let regulators = case(&[child, old, elsewhere], "").asked().regulators;
    let row = (0..regulators.height())
        .find(|&row| regulators.text(c::JURISDICTION).get(row) == Some("BR"))
        .unwrap();
    let n = |column| regulators.long(column).get(row).unwrap();
    let counts = [
        c::N_RESIDENTS,
        c::N_AFFECTED,
        c::N_RESIDENT_RECORDS,
        c::N_MINORS,
        c::N_ELDERLY,
        c::N_SPECIAL,
    ];
    assert_eq!(counts.map(n), [5, 9, 10, 2, 3, 2]);
    assert_eq!(regulators.text(c::CLASSES_COUNTED).get(row), Some("email 5; health 2"));
}

#[test]
fn the_calendar_has_an_event_for_each_deadline_and_none_for_what_is_open() {
    let people = [some(600, "US-FL", SSN), some(1, "US-VA", SSN), some(1, "DE", "email")];
    let calendar = case(&people, "").asked().calendar;
    let count = |line: &str| calendar.matches(&format!("\r\n{line}")).count();
    // Florida's people and regulator, and Germany's authority.
    assert_eq!(count("BEGIN:VEVENT"), 3, "{calendar}");
    assert_eq!(count("BEGIN:VALARM"), 6);
    assert_eq!(count("DTSTART:20260302T081500Z"), 1);
    assert!(calendar.lines().all(|line| line.len() <= 75));
    assert!(calendar.ends_with("END:VCALENDAR\r\n"));
    assert!(!calendar.replace("\r\n", "").contains('\n'));
    assert_eq!(calendar, case(&people, "").asked().calendar);
}

#[test]
fn every_law_of_the_file_can_be_reckoned_and_no_day_is_invented() {
    let everything = "name;email;ssn;health;dob;bank_account_with_code;password_plain";
    let laws = Jurisdictions::built_in();
    for law in laws.all() {
        let sector = law.sector.as_ref().map_or(String::new(), |of| format!("sectors = [{of:?}]"));
        let code: &'static str = Box::leak(law.code.clone().into_boxed_str());
        let duties = case(&[some(3, code, everything)], &sector).asked().duties;
        for row in 0..duties.height() {
            let text = |column: Column| duties.text(column).get(row);
            let deadline = text(c::DEADLINE);
            if deadline.is_some_and(|deadline| deadline != "OPEN") {
                assert!(text(c::PERIOD).is_some(), "{}: a day without a period", law.id());
                assert!(text(c::CLOCK_AT).is_some(), "{}: a day without a start", law.id());
            }
            let asked = ["due", "overdue", "open", "not_started", "unknown_residency"]
                .contains(&text(c::DUTY_STATUS).unwrap());
            assert_eq!(asked, deadline.is_some(), "{}: {:?}", law.id(), text(c::DUTY_STATUS));
        }
    }
}
