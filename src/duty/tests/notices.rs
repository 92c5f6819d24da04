//! Vendors who tell us one after the other, reckoned by hand.
//!
//! The breach was discovered on 27 February 2026 at 08:15 UTC; the mail house told us on Wednesday,
//! 4 March, at 10:00 UTC whom it had lost, the printer on Friday, 6 March, at 20:30 UTC. The run is
//! of 10 March, 08:00 UTC.

use super::world::{People, SSN, case, some};
use crate::duty::*;

const OWN: (&str, &str) = ("own", "confirmed");
const MAIL: (&str, &str) = ("mail", "confirmed");
const PRINT: (&str, &str) = ("print", "confirmed");

/// Writes the lists, with the instants at which the two vendors told us.
fn lists(mail: &str, print: &str) -> String {
    let list = |name: &str, rest: &str| {
        format!(
            "[[scope]]\nname = \"{name}\"\nfile = \"{name}.csv\"\nidentifier = \"email\"\n\
             data_classes = [\"email\"]\n{rest}"
        )
    };
    let told =
        |vendor: &str, at: &str| format!("vendor = \"{vendor}\"\nvendor_notified_at = \"{at}\"\n");
    let (mail, print) = (told("Mail house", mail), told("Printer", print));
    list("own", "") + &list("mail", &mail) + &list("print", &print)
}

fn later() -> String {
    lists("2026-03-04T10:00:00Z", "2026-03-06T20:30:00Z")
}

fn of(
    n: usize,
    at: &'static str,
    exposed: &'static str,
    lists: &'static [(&'static str, &'static str)],
) -> People {
    People { lists, ..some(n, at, exposed) }
}

/// Gives the rows of a jurisdiction that have to do with a kind of recipient: residents, deadline,
/// the fact that began the clock, the list.
fn rows(duties: &Duties, code: &str, kind: &str) -> Vec<String> {
    let duties = &duties.duties;
    let text = |column, row| duties.text(column).get(row).unwrap_or("-").to_owned();
    (0..duties.height())
        .filter(|&row| text(c::JURISDICTION, row) == code && text(c::DUTY_KIND, row) == kind)
        .map(|row| {
            format!(
                "{} {} {} {}",
                duties.long(c::N_TRIGGERED).get(row).unwrap(),
                text(c::DEADLINE, row),
                text(c::CLOCK_FROM, row),
                text(c::CLOCK_SCOPE_FILE, row)
            )
        })
        .collect()
}

#[test]
fn who_is_known_by_a_later_notice_alone_has_days_that_begin_with_it() {
    let people = [
        of(3, "US-OR", SSN, &[OWN]),
        of(2, "US-OR", SSN, &[MAIL]),
        of(1, "US-OR", SSN, &[MAIL, PRINT]),
        of(4, "US-OR", SSN, &[PRINT]),
        of(1, "US-OR", SSN, &[OWN, PRINT]),
    ];
    let asked = case(&people, &later()).asked();
    // The 45th day after 27 February, after 4 March and after 6 March.
    assert_eq!(
        rows(&asked, "US-OR", "individual"),
        [
            "4 2026-04-13T23:59:59-07:00 discovered_at -",
            "3 2026-04-18T23:59:59-07:00 vendor_notified_at mail",
            "4 2026-04-20T23:59:59-07:00 vendor_notified_at print",
        ]
    );
    let owed = &asked.owed;
    let tell_by = |row: usize| {
        let at = owed.instant(c::TELL_BY).get(row).unwrap();
        let day = Timestamp::from_millisecond(at).unwrap().to_string();
        format!("{day} {}", owed.text(c::CLOCK_SCOPE_FILE).get(row).unwrap_or("-"))
    };
    assert_eq!(tell_by(0), "2026-04-14T06:59:59Z -");
    assert_eq!(tell_by(3), "2026-04-19T06:59:59Z mail");
    assert_eq!(tell_by(5), "2026-04-19T06:59:59Z mail");
    assert_eq!(tell_by(6), "2026-04-21T06:59:59Z print");
    assert_eq!(tell_by(10), "2026-04-14T06:59:59Z -");
}

#[test]
fn each_clock_has_an_event_of_its_own_which_says_whose_notice_began_it() {
    let people =
        [of(1, "US-OR", SSN, &[OWN]), of(1, "US-OR", SSN, &[MAIL]), of(1, "US-OR", SSN, &[PRINT])];
    let calendar = case(&people, &later()).asked().calendar.replace("\r\n ", "");
    let mut names: Vec<&str> = calendar.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(names.len(), 3, "{calendar}");
    names.dedup();
    assert_eq!(names.len(), 3, "{calendar}");
    for list in ["mail", "print"] {
        assert!(calendar.contains(&format!("notice about the list {list}")), "{calendar}");
    }
    // Who was known first keeps the event that a run without the later notices has made.
    let before = case(&people[..1], "").asked().calendar;
    let first = before.lines().find(|line| line.starts_with("UID:")).unwrap();
    assert!(names.contains(&first));
}

#[test]
fn the_regulator_is_told_by_the_first_clock_of_its_residents_and_counts_all_of_them() {
    // 72 hours from 4 March, 11:00 in Berlin; the printer came later.
    let german = [of(1, "DE", "email", &[MAIL]), of(1, "DE", "email", &[PRINT])];
    let asked = case(&german, &later()).asked();
    let expected = ["2 2026-03-07T11:00:00+01:00 vendor_notified_at mail"];
    assert_eq!(rows(&asked, "DE", "regulator"), expected);
    let note = case(&german, &later()).cell("DE", "regulator", c::NOTE);
    assert!(note.contains("later notices (print)"), "{note}");
    // One who was known at the discovery is enough for the clock to have begun then.
    let early = [german[0].clone(), german[1].clone(), of(1, "DE", "email", &[OWN])];
    let expected = ["3 2026-03-02T09:15:00+01:00 discovered_at -"];
    assert_eq!(rows(&case(&early, &later()).asked(), "DE", "regulator"), expected);
    // Of French residents nothing was known before the mail house told: theirs is not Berlin's.
    let both = [of(1, "DE", "email", &[OWN]), of(1, "FR", "email", &[MAIL])];
    let expected = ["1 2026-03-07T11:00:00+01:00 vendor_notified_at mail"];
    assert_eq!(rows(&case(&both, &later()).asked(), "FR", "regulator"), expected);
    let (code, kind) = ("US-WA", "regulator");
    let washington = |n| [of(n, code, "name;dob", &[OWN]), of(1, code, "name;dob", &[MAIL])];
    let many = case(&washington(500), &later());
    assert_eq!(many.says(code, kind), "due 2026-03-29T23:59:59-07:00");
    assert_eq!(case(&washington(499), &later()).says(code, kind), "below_threshold -");
}

#[test]
fn what_does_not_run_from_knowledge_is_one_for_all() {
    let people = [of(2, "US-CO", SSN, &[OWN]), of(3, "US-CO", SSN, &[PRINT])];
    let expected = ["5 2026-03-30T23:59:59-06:00 determination_at -"];
    let asked = case(&people, &later()).asked();
    assert_eq!(rows(&asked, "US-CO", "individual"), expected);
    assert_eq!(asked.owed.text(c::CLOCK_SCOPE_FILE).get(4), None);
}

#[test]
fn where_the_law_names_no_day_our_own_runs_from_the_notice() {
    let virginia = case(&[of(1, "US-VA", SSN, &[MAIL])], &later());
    assert_eq!(virginia.says("US-VA", "individual"), "open OPEN");
    // Thirty days after 4 March.
    assert_eq!(virginia.cell("US-VA", "individual", c::SOFT_CAP), "2026-04-03T23:59:59-04:00");
    assert_eq!(virginia.cell("US-VA", "individual", c::CLOCK_AT), "2026-03-04T05:00:00-05:00");
}

#[test]
fn evidence_that_nobody_is_told_on_is_no_knowledge_unless_there_is_no_other() {
    let first = |people: People| {
        let owed = case(&[people], &later()).asked().owed;
        owed.text(c::CLOCK_SCOPE_FILE).get(0).map(str::to_owned)
    };
    let oregon = |lists| of(1, "US-OR", SSN, lists);
    assert_eq!(first(oregon(&[MAIL, ("own", "possible")])).as_deref(), Some("mail"));
    assert_eq!(first(oregon(&[("mail", "possible"), PRINT])).as_deref(), Some("print"));
    let weak = |lists| People { evidence: "possible", ..oregon(lists) };
    assert_eq!(first(weak(&[("mail", "possible"), ("own", "possible")])), None);
    assert_eq!(first(weak(&[("mail", "possible")])).as_deref(), Some("mail"));
}

#[test]
fn of_notices_before_the_discovery_the_first_begins_the_incident_and_the_next_its_own_clock() {
    let lists = lists("2026-02-25T08:15:00Z", "2026-02-26T08:15:00Z");
    let regulator =
        |of_people: People| rows(&case(&[of_people], &lists).asked(), "DE", "regulator");
    let of = |lists| of(1, "DE", "email", lists);
    let first = ["1 2026-02-28T09:15:00+01:00 vendor_notified_at mail"];
    assert_eq!(regulator(of(&[OWN])), first);
    assert_eq!(regulator(of(&[MAIL])), first);
    assert_eq!(regulator(of(&[PRINT])), ["1 2026-03-01T09:15:00+01:00 vendor_notified_at print"]);
}
