//! Cases reckoned by hand from the rules file and the calendar, none by running the program.
//!
//! Unless a case says otherwise the breach was discovered on Friday, 27 February 2026, at 08:15
//! UTC, confirmed the same day at 16:00, and notice was determined to be due on Saturday, 28
//! February, at 18:00; the run is of 10 March. American clocks go forward on 8 March, European
//! ones on 29 March.

use super::world::{SSN, case, some};

/// People, data, more facts, whose law, whom to tell; status and deadline.
type Golden = (usize, &'static str, &'static str, &'static str, &'static str, &'static str);

fn check(cases: &[Golden]) {
    for &(n, code, exposed, rest, kind, expected) in cases {
        let said = case(&[some(n, code, exposed)], rest).says(code, kind);
        assert_eq!(said, expected, "{n} of {code}, {exposed}, {kind}, {rest}");
    }
}

const REGULATOR: &str = "regulator";
const PEOPLE: &str = "individual";
const BUREAU: &str = "credit_bureau";

#[test]
fn days_of_the_calendar_begin_the_day_after_and_end_with_their_last_day_there() {
    check(&[
        // Noon of 28 February in Austin; 30 days are the 30th of March, 60 the 29th of April.
        (250, "US-TX", SSN, "", REGULATOR, "due 2026-03-30T23:59:59-05:00"),
        (249, "US-TX", SSN, "", REGULATOR, "below_threshold -"),
        (1, "US-TX", SSN, "", PEOPLE, "due 2026-04-29T23:59:59-05:00"),
        // A quarter past midnight of the 27th in Oregon: the 45th day is the 13th of April.
        (251, "US-OR", SSN, "", REGULATOR, "due 2026-04-13T23:59:59-07:00"),
        (250, "US-OR", SSN, "", REGULATOR, "below_threshold -"),
        (501, "US-WA", "name;dob", "", REGULATOR, "due 2026-03-29T23:59:59-07:00"),
        (1, "US-NY", SSN, "", REGULATOR, "due 2026-03-29T23:59:59-04:00"),
        (1, "US-IN", SSN, "", REGULATOR, "due 2026-04-13T23:59:59-04:00"),
        (251, "US-SD", SSN, "", REGULATOR, "due 2026-04-28T23:59:59-05:00"),
        (1, "US-WI", SSN, "", PEOPLE, "due 2026-04-13T23:59:59-05:00"),
        // Two in the morning of the 1st of March in Singapore.
        (500, "SG", "email", "", REGULATOR, "overdue 2026-03-04T23:59:59+08:00"),
        (1, "JP", "email;password_plain", "", REGULATOR, "overdue 2026-03-04T23:59:59+09:00"),
        (1, "EC", "email", "", PEOPLE, "overdue 2026-03-02T23:59:59-05:00"),
        (1, "EC", "email", "", REGULATOR, "overdue 2026-03-04T23:59:59-05:00"),
        (1, "KY", "email", "", REGULATOR, "overdue 2026-03-04T23:59:59-05:00"),
    ]);
}

#[test]
fn a_quarter_of_an_hour_earlier_it_is_another_day_in_oregon() {
    let eve = "discovered_at = \"2026-02-27T07:59:59Z\"";
    check(&[(1, "US-OR", SSN, eve, PEOPLE, "due 2026-04-12T23:59:59-07:00")]);
}

#[test]
fn hours_pass_one_by_one() {
    let friday = "discovered_at = \"2026-03-27T15:00:00Z\"\n\
                  confirmed_at = \"2026-03-27T15:00:00Z\"\n\
                  determination_at = \"2026-03-27T15:00:00Z\"";
    check(&[
        (1, "RU", "email", "", REGULATOR, "overdue 2026-02-28T11:15:00+03:00"),
        (1, "PE", "email", "", REGULATOR, "overdue 2026-03-01T03:15:00-05:00"),
        (1, "IN", "email", "", REGULATOR, "overdue 2026-02-27T19:45:00+05:30"),
        (1, "TR", "email", "", REGULATOR, "overdue 2026-03-02T11:15:00+03:00"),
        // Over the night in which clocks go forward: 15:00 in London is 16:00 three days on.
        (1, "GB", "email", friday, REGULATOR, "due 2026-03-30T16:00:00+01:00"),
        // And where they do not.
        (1, "SA", "email", friday, REGULATOR, "due 2026-03-30T18:00:00+03:00"),
        // In autumn an hour comes twice: on 25 October in Germany.
        (
            1,
            "DE",
            "email",
            "discovered_at = \"2026-10-23T13:00:00Z\"\nconfirmed_at = \"2026-10-23T13:00:00Z\"\n\
             determination_at = \"2026-10-23T13:00:00Z\"",
            REGULATOR,
            "due 2026-10-26T14:00:00+01:00",
        ),
        // Two days after the discovery, over the change of the American clocks.
        (
            501,
            "US-MN",
            SSN,
            "discovered_at = \"2026-03-07T18:00:00Z\"\nconfirmed_at = \"2026-03-07T18:00:00Z\"\n\
             determination_at = \"2026-03-07T18:00:00Z\"",
            BUREAU,
            "overdue 2026-03-09T13:00:00-05:00",
        ),
    ]);
}

#[test]
fn business_days_leave_out_the_holidays_of_the_file() {
    let told = |at: &str| format!("individuals_notified_at = \"{at}\"");
    // Thursday before Memorial Day, the 25th: Friday, then Tuesday to Friday.
    let iowa = case(&[some(501, "US-IA", SSN)], &told("2026-05-21T15:00:00Z"));
    assert_eq!(iowa.says("US-IA", REGULATOR), "due 2026-05-29T23:59:59-05:00");
    // Fifteen from Monday, the 2nd of March, on.
    check(&[(1, "CO", "email", "", REGULATOR, "due 2026-03-20T23:59:59-05:00")]);
    // A Friday before All Souls, the 2nd of November: Tuesday to Thursday.
    let rest = "discovered_at = \"2026-10-30T12:00:00Z\"\nconfirmed_at = \"2026-10-30T12:00:00Z\"\n\
                determination_at = \"2026-10-30T12:00:00Z\"";
    let brazil = case(&[some(1, "BR", "email;password_plain")], rest);
    assert_eq!(brazil.says("BR", REGULATOR), "due 2026-11-05T23:59:59-03:00");
    let material = |at: &str| {
        let rest = format!("sectors = [\"listed\"]\nmateriality_determined_at = \"{at}\"");
        case(&[some(1, "DE", "email")], &rest).says("US", REGULATOR)
    };
    // Independence Day falls on a Saturday, and offices close on the Friday before.
    assert_eq!(material("2026-07-01T16:00:00Z"), "due 2026-07-08T23:59:59-04:00");
    // Christmas is a Friday.
    assert_eq!(material("2026-12-23T15:00:00Z"), "due 2026-12-30T23:59:59-05:00");
    // Eight in the evening of a Monday in New York is Tuesday in London.
    assert_eq!(material("2026-03-10T00:30:00Z"), "due 2026-03-13T23:59:59-04:00");
}

#[test]
fn what_follows_a_notice_waits_for_it() {
    let told = "individuals_notified_at = \"2026-03-05T20:00:00Z\"";
    check(&[
        (1, "US-LA", SSN, "", REGULATOR, "not_started OPEN"),
        (1, "US-LA", SSN, told, REGULATOR, "due 2026-03-15T23:59:59-05:00"),
        (500, "US-OK", SSN, told, REGULATOR, "due 2026-05-04T23:59:59-05:00"),
        (499, "US-OK", SSN, told, REGULATOR, "below_threshold -"),
        // With the people, and not after them: what was done for them is the last moment.
        (501, "US-PA", SSN, told, REGULATOR, "overdue 2026-03-05T15:00:00-05:00"),
        (1, "US-NE", SSN, "", REGULATOR, "open OPEN"),
        (501, "US-IL", SSN, "", REGULATOR, "open OPEN"),
    ]);
}

#[test]
fn without_a_day_in_the_law_there_is_none_in_the_answer() {
    check(&[
        (251, "US-ND", "name;dob", "", REGULATOR, "open OPEN"),
        (250, "US-ND", "name;dob", "", REGULATOR, "below_threshold -"),
        (1, "US-MA", SSN, "", REGULATOR, "open OPEN"),
        (1001, "US-HI", SSN, "", REGULATOR, "open OPEN"),
        (1, "CA-QC", "email", "", REGULATOR, "open OPEN"),
        (1, "ZA", "email", "", PEOPLE, "open OPEN"),
        (1, "US-PR", SSN, "", PEOPLE, "open OPEN"),
        (1000, "US-MD", SSN, "", BUREAU, "open OPEN"),
        (999, "US-MD", SSN, "", BUREAU, "below_threshold -"),
        (1, "AE", "email", "", PEOPLE, "open OPEN"),
    ]);
}

#[test]
fn bureaus_have_their_own_thresholds_and_clocks() {
    check(&[
        // From determination, where no clock is ever changed.
        (1001, "US-AZ", SSN, "", BUREAU, "due 2026-04-14T23:59:59-07:00"),
        (1000, "US-AZ", SSN, "", BUREAU, "below_threshold -"),
        // From confirmation.
        (501, "US-RI", SSN, "", BUREAU, "due 2026-04-13T23:59:59-04:00"),
        (1000, "US-WI", SSN, "", BUREAU, "open OPEN"),
        (5000, "US-NY", SSN, "", BUREAU, "below_threshold -"),
        (5001, "US-NY", SSN, "", BUREAU, "open OPEN"),
    ]);
}

#[test]
fn sectors_count_residents_of_all_states_together() {
    let says = |n: usize, sector: &str| {
        let people = [some(n - 100, "US-TX", "name;health"), some(100, "US-CA", "name;health")];
        case(&people, &format!("sectors = [\"{sector}\"]")).says("US", REGULATOR)
    };
    assert_eq!(says(500, "health"), "due 2026-04-28T23:59:59-04:00");
    assert_eq!(says(499, "health"), "below_threshold -");
    assert_eq!(says(500, "finance_nonbank"), "due 2026-03-29T23:59:59-04:00");
    assert_eq!(says(499, "finance_nonbank"), "below_threshold -");
    // The New York department counts nobody; its hours run from the determination.
    let bank = case(&[some(1, "DE", "email")], "sectors = [\"nydfs\"]");
    assert_eq!(bank.says("US-NY", REGULATOR), "overdue 2026-03-03T13:00:00-05:00");
}

#[test]
fn where_nothing_left_the_house_laws_that_ask_for_acquisition_ask_nothing() {
    let looked_at = "exfiltration = false";
    let first = |code: &'static str| case(&[some(600, code, SSN)], looked_at).first();
    for code in ["US-CA", "US-TX", "US-OH", "US-NC"] {
        assert_eq!(first(code), "no_duty not_acquired", "{code}");
    }
    for code in ["US-FL", "US-NJ", "US-NY", "US-CT", "US-MA", "DE", "GB"] {
        assert_eq!(first(code), "owed -", "{code}");
    }
    check(&[
        (600, "US-CA", SSN, looked_at, REGULATOR, "not_acquired -"),
        (1001, "US-OH", SSN, looked_at, BUREAU, "not_acquired -"),
        (500, "US-FL", SSN, looked_at, REGULATOR, "due 2026-03-30T23:59:59-04:00"),
        // Nothing was exposed that sets the law off: that is the plainer reason.
        (1, "US-OH", "email", looked_at, PEOPLE, "not_triggered -"),
    ]);
    let hospital =
        case(&[some(600, "US-TX", "name;health")], "exfiltration = false\nsectors = [\"health\"]");
    assert_eq!(hospital.first(), "owed -", "to look at a file is a breach for HIPAA");
}

#[test]
fn the_notice_of_a_vendor_about_one_list_starts_the_clock_that_runs_from_awareness() {
    let list = "[[scope]]\nfile = \"a.csv\"\nidentifier = \"email\"\ndata_classes = [\"email\"]\n\
                vendor = \"Mail house\"\nvendor_notified_at = \"2026-02-26T08:15:00Z\"";
    let from_list = case(&[some(1, "DE", "email")], list);
    assert_eq!(from_list.says("DE", REGULATOR), "overdue 2026-03-01T09:15:00+01:00");
    // A determination is ours alone.
    let colorado = case(&[some(500, "US-CO", SSN)], list);
    assert_eq!(colorado.says("US-CO", REGULATOR), "due 2026-03-30T23:59:59-06:00");
}

#[test]
fn a_code_or_a_name_makes_the_difference() {
    let first =
        |code: &'static str, exposed: &'static str| case(&[some(1, code, exposed)], "").first();
    for (code, exposed, expected) in [
        // The number alone is enough in Indiana and Maine, and not in Ohio.
        ("US-IN", "ssn", "owed -"),
        ("US-ME", "ssn", "owed -"),
        ("US-OH", "ssn", "no_duty not_triggered"),
        ("US-OH", SSN, "owed -"),
        // E-mail address and password, without a name.
        ("US-NE", "email;password_plain", "owed -"),
        ("US-DE", "email;password_plain", "no_duty not_triggered"),
        ("US-DE", "name;email;password_plain", "owed -"),
        // Name and birth date.
        ("US-ND", "name;dob", "owed -"),
        ("US-CA", "name;dob", "no_duty not_triggered"),
        // A card number without its code.
        ("US-MA", "name;card_pan", "owed -"),
        ("US-CA", "name;card_pan", "no_duty not_triggered"),
        // Health data without a name.
        ("US-TX", "health", "owed -"),
        ("US-FL", "health", "no_duty not_triggered"),
    ] {
        assert_eq!(first(code, exposed), expected, "{code} {exposed}");
    }
}
