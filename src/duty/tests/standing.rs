//! Is there a duty, and by when: each clock, unit, threshold, exemption and order.

use super::world::{People, SSN, case, says, some};
use crate::duty::*;
use crate::tables::Column;

#[test]
fn california_tells_its_attorney_general_from_501_on_once_the_people_are_told() {
    assert_eq!(says(500, "US-CA", SSN, "regulator"), "below_threshold -");
    assert_eq!(says(501, "US-CA", SSN, "regulator"), "not_started OPEN");
    let told =
        case(&[some(501, "US-CA", SSN)], "individuals_notified_at = \"2026-03-05T20:00:00Z\"");
    assert_eq!(told.says("US-CA", "regulator"), "due 2026-03-20T23:59:59-07:00");
    assert_eq!(told.cell("US-CA", "regulator", c::TOLD_IN_ORDER), "after individuals");
    // 30 days of the calendar after the 27th of February, there.
    assert_eq!(says(1, "US-CA", SSN, "individual"), "due 2026-03-29T23:59:59-07:00");
}

#[test]
fn a_breach_of_the_last_day_of_2025_falls_under_the_old_law_of_california() {
    let on = |discovered: &str| {
        let rest = format!(
            "discovered_at = \"{discovered}\"\nconfirmed_at = \"2026-01-05T00:00:00Z\"\n\
             determination_at = \"2026-01-05T00:00:00Z\""
        );
        let case = case(&[some(501, "US-CA", SSN)], &rest);
        assert_eq!(case.first(), "owed -");
        (case.says("US-CA", "individual"), case.cell("US-CA", "individual", c::LAW_VERSION))
    };
    let (said, version) = on("2025-12-31T20:00:00Z");
    assert_eq!((said.as_str(), version.as_str()), ("open OPEN", "as of 2026-11-21"));
    // New Year comes eight hours later to California.
    assert_eq!(on("2026-01-01T07:59:59Z").0, "open OPEN");
    let (said, version) = on("2026-01-01T08:00:00Z");
    assert_eq!(
        (said.as_str(), version.as_str()),
        ("overdue 2026-01-31T23:59:59-08:00", "from 2026-01-01")
    );
}

#[test]
fn a_version_that_the_file_does_not_have_gives_no_date_and_still_asks() {
    let text = include_str!("../../../pipelines/rules/jurisdictions.csv");
    let without: Vec<_> = text.lines().filter(|line| !line.contains("before SB 446")).collect();
    let mut case = case(&[some(501, "US-CA", SSN)], "discovered_at = \"2025-12-31T20:00:00Z\"");
    case.laws = Jurisdictions::read("own.csv", &without.join("\n")).unwrap();
    assert_eq!(case.says("US-CA", "individual"), "open OPEN");
    assert_eq!(case.first(), "owed -");
    assert!(case.cell("US-CA", "individual", c::NOTE).contains("not in the rules file"));
}

#[test]
fn thresholds_are_inclusive() {
    let check = |code: &'static str, n: usize, kind: &str| {
        assert_eq!(says(n - 1, code, SSN, kind), "below_threshold -", "{code} {}", n - 1);
        let said = says(n, code, SSN, kind);
        assert!(!said.starts_with("below"), "{code} {n}: {said}");
    };
    check("US-FL", 500, "regulator");
    check("US-TX", 250, "regulator");
    check("US-DC", 50, "regulator");
    check("US-OR", 251, "regulator");
    check("US-UT", 500, "regulator");
    check("US-MN", 501, "credit_bureau");
    check("US-NM", 1001, "credit_bureau");
    assert!(says(1, "US-VA", SSN, "regulator").starts_with("open OPEN"));
    assert_eq!(says(1, "US-SD", SSN, "credit_bureau"), "open OPEN");
    assert_eq!(says(501, "US-MN", SSN, "credit_bureau"), "overdue 2026-03-01T02:15:00-06:00");
    assert_eq!(says(1001, "US-NM", SSN, "credit_bureau"), "due 2026-04-13T23:59:59-06:00");
}

#[test]
fn only_residents_of_whom_something_sets_the_law_off_are_counted() {
    let people = [some(499, "US-FL", SSN), some(9, "US-FL", "email"), some(9, "US-GA", SSN)];
    assert_eq!(case(&people, "").says("US-FL", "regulator"), "below_threshold -");
    let weak = People { evidence: "possible", ..some(9, "US-FL", SSN) };
    let people = [some(499, "US-FL", SSN), weak.clone()];
    assert_eq!(case(&people, "").says("US-FL", "regulator"), "below_threshold -");
    let people = [some(500, "US-FL", SSN), weak];
    assert_eq!(case(&people, "").says("US-FL", "regulator"), "due 2026-03-30T23:59:59-04:00");
    let duties = case(&people, "").asked().duties;
    assert_eq!(duties.long(c::N_RESIDENTS).get(0), Some(500));
    assert_eq!(duties.long(c::N_RESIDENTS_POSSIBLE).get(0), Some(9));
}

#[test]
fn each_clock_begins_at_its_own_fact() {
    // Determination, the 28th of February at noon in Denver.
    assert_eq!(says(1, "US-CO", SSN, "individual"), "due 2026-03-30T23:59:59-06:00");
    // Confirmation.
    assert_eq!(says(1, "US-RI", SSN, "individual"), "due 2026-04-13T23:59:59-04:00");
    // Detection, ten days that the law does not lengthen.
    assert_eq!(says(1, "US-PR", SSN, "regulator"), "overdue 2026-03-09T23:59:59-04:00");
    // Awareness, in hours.
    assert_eq!(says(1, "FR", "email", "regulator"), "overdue 2026-03-02T09:15:00+01:00");
    // Occurrence, in business days.
    let costa_rica = case(&[some(1, "CR", "email")], "occurred_from = \"2026-02-26T12:00:00Z\"");
    assert_eq!(costa_rica.says("CR", "individual"), "overdue 2026-03-05T23:59:59-06:00");
    assert!(costa_rica.cell("CR", "individual", c::NOTE).contains("no holidays of CR"));
    // Business days after discovery.
    assert_eq!(says(1, "US-VT", SSN, "regulator"), "due 2026-03-19T23:59:59-04:00");
    // What has not happened starts no clock.
    let text =
        "id = \"leak\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-02-27T08:15:00Z\"";
    let mut undetermined = case(&[some(1, "US-CO", SSN)], "");
    undetermined.incident = toml::from_str(text).unwrap();
    assert_eq!(undetermined.says("US-CO", "individual"), "not_started OPEN");
    assert_eq!(undetermined.first(), "owed -");
    assert_eq!(undetermined.cell("US-CO", "individual", c::CLOCK_FROM), "determination_at");
}

#[test]
fn a_notice_to_the_authority_or_an_order_starts_other_clocks() {
    let malaysia = |rest: &str| case(&[some(1, "MY", "email")], rest).says("MY", "individual");
    assert_eq!(malaysia(""), "not_started OPEN");
    let told = "authority_notified_at = \"2026-03-01T12:00:00Z\"";
    assert_eq!(malaysia(told), "overdue 2026-03-08T23:59:59+08:00");
    let egypt = case(&[some(1, "EG", "email")], told).says("EG", "individual");
    // Sunday, then Monday to Wednesday.
    assert_eq!(egypt, "overdue 2026-03-04T23:59:59+02:00");
    assert_eq!(says(1, "CA-AB", "email", "individual"), "on_order -");
    assert_eq!(case(&[some(1, "CA-AB", "email")], "").first(), "no_duty on_order");
}

#[test]
fn seventy_two_hours_pass_over_a_weekend_and_a_change_of_the_clocks() {
    let rest = "discovered_at = \"2026-03-27T15:00:00Z\"\nconfirmed_at = \"2026-03-27T15:00:00Z\"\n\
                determination_at = \"2026-03-27T15:00:00Z\"";
    let berlin = case(&[some(1, "DE", "email")], rest);
    // A Friday at four in the afternoon; on Monday it is five.
    assert_eq!(berlin.says("DE", "regulator"), "due 2026-03-30T17:00:00+02:00");
    assert_eq!(berlin.cell("DE", "regulator", c::CLOCK_AT), "2026-03-27T16:00:00+01:00");
    assert_eq!(berlin.says("DE", "individual"), "open OPEN");
    assert_eq!(berlin.cell("DE", "individual", c::SOFT_CAP), "2026-04-26T23:59:59+02:00");
}

#[test]
fn maryland_and_new_jersey_want_the_regulator_told_first() {
    let maryland = case(&[some(1, "US-MD", SSN)], "");
    assert_eq!(maryland.says("US-MD", "regulator"), "due 2026-04-13T23:59:59-04:00");
    assert_eq!(maryland.cell("US-MD", "regulator", c::TOLD_IN_ORDER), "before individuals");
    let new_jersey = case(&[some(1, "US-NJ", SSN)], "");
    assert_eq!(new_jersey.says("US-NJ", "regulator"), "open OPEN");
    assert_eq!(new_jersey.cell("US-NJ", "regulator", c::TOLD_IN_ORDER), "before individuals");
    let montana = case(&[some(1, "US-MT", SSN)], "");
    assert_eq!(montana.cell("US-MT", "regulator", c::TOLD_IN_ORDER), "with individuals");
    // Delaware: sixty days for the people, and the attorney general not after them.
    let delaware = case(&[some(501, "US-DE", SSN)], "");
    assert_eq!(delaware.says("US-DE", "regulator"), "due 2026-04-29T23:59:59-04:00");
    assert_eq!(delaware.cell("US-DE", "regulator", c::TOLD_IN_ORDER), "not after individuals");
}

#[test]
fn what_is_encrypted_is_outside_the_duty_unless_the_key_was_taken() {
    let check = |code: &'static str, rest: &str| {
        let case = case(&[some(600, code, SSN)], rest);
        (case.first(), case.says(code, "regulator").split(' ').next().unwrap().to_owned())
    };
    let locked = "encrypted = true";
    let (person, regulator) = check("US-FL", locked);
    assert_eq!(
        (person.as_str(), regulator.as_str()),
        ("no_duty exempt_encrypted", "exempt_encrypted")
    );
    let (person, regulator) = check("US-FL", "encrypted = true\nkey_taken = true");
    assert_eq!((person.as_str(), regulator.as_str()), ("owed -", "due"));
    // The authority is told all the same; the people need not be (GDPR, art. 34(3)(a)).
    let (person, regulator) = check("DE", locked);
    assert_eq!((person.as_str(), regulator.as_str()), ("no_duty exempt_encrypted", "overdue"));
    // Korea knows no harbour, Australia one in part only.
    assert_eq!(case(&[some(1, "KR", SSN)], locked).first(), "owed -");
    assert_eq!(case(&[some(1, "AU", SSN)], locked).first(), "owed -");
}

#[test]
fn harm_exempts_only_by_a_signed_assessment_that_was_made() {
    let assessed = |at: &str, result: &str| {
        format!("harm_assessment = {{ by = \"J. Roe\", at = \"{at}\", result = \"{result}\" }}")
    };
    let unlikely = assessed("2026-03-01T00:00:00Z", "unlikely");
    let first = |code: &'static str, rest: &str| case(&[some(600, code, SSN)], rest).first();
    assert_eq!(first("US-FL", &unlikely), "no_duty exempt_harm_unlikely");
    assert_eq!(first("US-CA", &unlikely), "owed -", "California knows no such exemption");
    assert_eq!(first("US-NY", &unlikely), "owed -", "New York's is limited");
    assert_eq!(first("US-FL", &assessed("2026-03-11T00:00:00Z", "unlikely")), "owed -");
    let florida = case(&[some(600, "US-FL", SSN)], &unlikely);
    assert!(florida.cell("US-FL", "individual", c::EXEMPTION).contains("J. Roe"));
    // GDPR: people are told where the risk is high, the authority where there is any.
    let likely = assessed("2026-03-01T00:00:00Z", "likely");
    let berlin = case(&[some(1, "DE", "email")], &likely);
    assert_eq!(berlin.first(), "no_duty risk_not_high");
    assert_eq!(berlin.says("DE", "regulator"), "overdue 2026-03-02T09:15:00+01:00");
    assert_eq!(
        case(&[some(1, "DE", "email")], &unlikely).says("DE", "regulator"),
        "exempt_harm_unlikely -"
    );
    assert_eq!(first("DE", &assessed("2026-03-01T00:00:00Z", "high")), "owed -");
    assert_eq!(first("DE", ""), "owed -", "without an assessment nobody is left out");
}

#[test]
fn laws_for_sectors_come_in_where_the_incident_names_them() {
    let determined = "determination_at = \"2026-02-28T18:00:00Z\"";
    let listed = case(&[some(3, "DE", "email")], &format!("sectors = [\"listed\"]\n{determined}"));
    // Determined on a Saturday; four business days from Monday on.
    assert_eq!(listed.says("US", "regulator"), "overdue 2026-03-05T23:59:59-05:00");
    let own = "sectors = [\"listed\"]\nmateriality_determined_at = \"2026-03-09T15:00:00Z\"";
    assert_eq!(case(&[], own).says("US", "regulator"), "due 2026-03-13T23:59:59-04:00");
    let bank = case(&[some(3, "US-NY", "email")], "sectors = [\"nydfs\"]");
    let duties = bank.asked().duties;
    let deadlines: Vec<_> = duties.text(c::DEADLINE).iter().flatten().collect();
    assert_eq!(deadlines, ["2026-03-03T13:00:00-05:00"]);
    let hospital = case(
        &[some(400, "US-CA", "name;health"), some(100, "US-TX", "name;health")],
        "sectors = [\"health\"]",
    );
    assert_eq!(hospital.says("US", "individual"), "due 2026-04-28T23:59:59-04:00");
    assert_eq!(hospital.says("US", "regulator"), "due 2026-04-28T23:59:59-04:00");
    let owed = hospital.asked().owed;
    assert_eq!(owed.text(c::LAWS).get(0).unwrap().split("; ").count(), 2);
    // California's thirty days end before the sixty of the federal rule.
    let tell_by: Timestamp = "2026-03-30T06:59:59Z".parse().unwrap();
    assert_eq!(owed.instant(c::TELL_BY).get(0), Some(tell_by.as_millisecond()));
    let telecom = case(&[some(1, "FR", "email")], "sectors = [\"telecom\"]");
    assert_eq!(telecom.says("EU", "regulator"), "overdue 2026-02-28T09:15:00+01:00");
}

#[test]
fn what_is_too_small_for_a_regulator_is_told_with_the_log_of_the_year() {
    let health = "sectors = [\"health\"]\n";
    let small = case(&[some(499, "US-TX", "name;health")], health);
    assert_eq!(small.says("US", "regulator"), "below_threshold -");
    // Found in 2026: sixty days after its end.
    assert_eq!(small.says("US", "regulator_log"), "due 2027-03-01T23:59:59-05:00");
    assert_eq!(small.cell("US", "regulator_log", c::CLOCK_AT), "2026-12-31T23:59:59-05:00");
    let kinds = |n: usize, exposed: &'static str| {
        let duties = case(&[some(n, "US-TX", exposed)], health).asked().duties;
        duties.text(c::DUTY_KIND).iter().filter(|kind| *kind == Some("regulator_log")).count()
    };
    assert_eq!([kinds(1, "name;health"), kinds(500, "name;health"), kinds(3, "email")], [1, 0, 0]);
    // In Washington it was still 2025, and 2024 is a leap year.
    let on = |discovered: &str| {
        let rest = format!("{health}discovered_at = \"{discovered}\"");
        case(&[some(3, "US-TX", "name;health")], &rest).says("US", "regulator_log")
    };
    assert_eq!(on("2026-01-01T03:00:00Z"), "overdue 2026-03-01T23:59:59-05:00");
    assert_eq!(on("2023-06-01T03:00:00Z"), "overdue 2024-02-29T23:59:59-05:00");
}

#[test]
fn who_has_the_law_of_a_sector_alone_is_not_said_to_have_none() {
    let rows = |rest: &str| {
        let duties = case(&[some(3, "US-AS", "name;health")], rest).asked().duties;
        let of =
            |column: Column| duties.text(column).iter().map(Option::unwrap).collect::<Vec<_>>();
        of(c::JURISDICTION)
            .into_iter()
            .zip(of(c::DUTY_STATUS))
            .fold(String::new(), |all, (code, status)| format!("{all}{code} {status};"))
    };
    assert_eq!(rows(""), "US-AS no_law;");
    assert_eq!(rows("sectors = [\"health\"]"), "US due;US due;US below_threshold;");
    // A law that binds the company asks nothing for its customers.
    assert!(rows("sectors = [\"listed\"]").contains("US-AS no_law;"));
}

#[test]
fn a_hold_of_law_enforcement_postpones_the_people_and_says_so() {
    let held = case(&[some(600, "US-CO", SSN)], "law_enforcement_hold = \"2026-05-01T12:00:00Z\"");
    assert_eq!(held.says("US-CO", "individual"), "due 2026-05-01T06:00:00-06:00");
    assert!(held.cell("US-CO", "individual", c::NOTE).contains("asked to wait"));
    assert_eq!(held.cell("US-CO", "individual", c::HOLD_UNTIL), "2026-05-01T06:00:00-06:00");
    assert_eq!(held.says("US-CO", "regulator"), "due 2026-03-30T23:59:59-06:00");
    let short = case(&[some(1, "US-CO", SSN)], "law_enforcement_hold = \"2026-03-05T12:00:00Z\"");
    assert_eq!(short.says("US-CO", "individual"), "due 2026-03-30T23:59:59-06:00");
}

#[test]
fn what_a_vendor_told_us_starts_our_clock() {
    let rest = "discovered_at = \"2026-03-06T12:00:00Z\"\nvendor = \"Mail house\"\n\
                confirmed_at = \"2026-03-06T12:00:00Z\"\n\
                determination_at = \"2026-03-06T12:00:00Z\"\n\
                vendor_notified_at = \"2026-03-05T12:00:00Z\"";
    let vendor = case(&[some(1, "DE", "email")], rest);
    assert_eq!(vendor.says("DE", "regulator"), "overdue 2026-03-08T13:00:00+01:00");
    assert_eq!(vendor.cell("DE", "regulator", c::CLOCK_FROM), "vendor_notified_at");
}

#[test]
fn one_person_of_a_special_kind_overrides_a_threshold() {
    assert_eq!(says(999, "KR", "email", "regulator"), "overdue 2026-03-02T17:15:00+09:00");
    let inside = "attack_type = \"insider\"";
    let korea = |people: &[People]| case(people, inside).says("KR", "regulator");
    assert_eq!(korea(&[some(999, "KR", "email")]), "below_threshold -");
    assert!(korea(&[some(1000, "KR", "email")]).starts_with("overdue"));
    assert!(korea(&[some(5, "KR", "email"), some(1, "KR", "health")]).starts_with("overdue"));
    assert!(says(1, "SG", "email;bank_account", "regulator").starts_with("overdue"));
    assert_eq!(
        case(&[some(499, "SG", "email")], inside).says("SG", "regulator"),
        "below_threshold -"
    );
}
