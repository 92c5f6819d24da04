//! Who is told, who is held, and who is owed nothing?

use jiff::civil::date;

use super::super::*;
use super::world::{NOW, Who, anna, cells, check, incident, list, now, settings, told, told_after};
use super::written;
use crate::terms::{HarmAssessment, HarmResult, NoticeOf};

#[test]
fn the_estate_of_who_died_gets_a_letter_and_nothing_else() {
    let dead = Who { deceased: true, ..anna() };
    assert_eq!(check(dead.clone(), &[incident("leak")]), "notified - post -");
    let settings = settings();
    let notified = told(std::slice::from_ref(&dead), &[incident("leak")], &settings).product;
    let letter = list(&notified, "notify/post.csv");
    assert_eq!(cells(letter, "role"), ["estate"]);
    assert_eq!(cells(letter, "addressee"), ["To the estate of Anna Rae"]);
    assert_eq!(cells(letter, "variant"), ["headings-estate"]);

    let without = Who { post: false, ..dead.clone() };
    assert_eq!(check(without, &[incident("leak")]), "held deceased - -");
    let hold = Settings { deceased: Deceased::Hold, ..settings };
    let notified = told(&[dead], &[incident("leak")], &hold).product;
    assert_eq!(cells(list(&notified, "held.csv"), "reason"), ["deceased"]);
}

#[test]
fn no_letter_goes_out_with_a_gap_in_it() {
    let check = |who| check(who, &[incident("leak")]);
    let nameless = Who { name: "", ..anna() };
    assert_eq!(check(nameless.clone()), "notified - email phone");
    let by_letter = Who { email: None, phone: None, ..nameless };
    assert_eq!(check(by_letter), "held unresolved_name - -");
    let template = Who { name: "{{first_name}}", ..anna() };
    assert_eq!(check(template), "held unresolved_name - -");
    let unnamed = Who { exposed: vec![("leak", "confirmed", "email;other", 1)], ..anna() };
    assert_eq!(check(unnamed), "held unresolved_data_class - -");
}

#[test]
fn age_is_that_of_the_jurisdiction_on_the_day_of_the_incident() {
    let born = |year, month, day| Some((date(year, month, day) - date(1970, 1, 1)).get_days());
    let began = Incident {
        occurred_from: Some("2026-01-10T12:00:00Z".parse().unwrap()),
        ..incident("leak")
    };
    let role = |born, jurisdiction, settings: &Settings| {
        let who = Who { born, jurisdiction: Some(jurisdiction), ..anna() };
        let notified = told(&[who], std::slice::from_ref(&began), settings).product;
        notified.decisions.text(c::ROLE).get(0).unwrap().to_owned()
    };
    let at_incident = settings();
    // Of age at the run, on 10 March, and not yet when it happened.
    assert_eq!(role(born(2008, 2, 1), "US-CA", &at_incident), "parent_guardian");
    let at_notice = Settings { age_at: AgeAt::Notice, ..settings() };
    assert_eq!(role(born(2008, 2, 1), "US-CA", &at_notice), "self");
    assert_eq!(role(born(2008, 1, 10), "US-CA", &at_incident), "self");
    assert_eq!(role(born(2008, 1, 10), "US-AL", &at_incident), "parent_guardian");
    assert_eq!(role(born(2007, 1, 10), "US-AL", &at_incident), "self");
    assert_eq!(role(born(2006, 1, 10), "US-MS", &at_incident), "parent_guardian");
}

#[test]
fn weak_evidence_is_held_for_review() {
    let seen = |evidence| Who { exposed: vec![("leak", evidence, "email", 0)], ..anna() };
    assert_eq!(check(seen("possible"), &[incident("leak")]), "held needs_review - -");
    assert_eq!(check(seen("probable"), &[incident("leak")]), "notified - email phone");
}

#[test]
fn a_hold_of_the_police_holds_until_it_ends() {
    let until = |at: &str| {
        [Incident { law_enforcement_hold: Some(at.parse().unwrap()), ..incident("leak") }]
    };
    let held = "held law_enforcement_hold - -";
    assert_eq!(check(anna(), &until("2026-03-10T08:00:01Z")), held);
    assert_eq!(check(anna(), &until(NOW)), "notified - email phone");
}

#[test]
fn encrypted_data_make_no_duty_unless_the_key_was_taken() {
    let encrypted = |key_taken| [Incident { encrypted: true, key_taken, ..incident("leak") }];
    assert_eq!(check(anna(), &encrypted(false)), "no_duty encrypted - -");
    assert_eq!(check(anna(), &encrypted(true)), "notified - email phone");
}

#[test]
fn only_a_recorded_assessment_lifts_the_duty() {
    let assessed = |result| {
        let assessment = HarmAssessment { by: "DPO".to_owned(), at: now(), result };
        [Incident { harm_assessment: Some(assessment), ..incident("leak") }]
    };
    let unlikely = assessed(HarmResult::Unlikely);
    assert_eq!(check(anna(), &unlikely), "no_duty harm_unlikely_by_assessment - -");
    assert_eq!(check(anna(), &assessed(HarmResult::Likely)), "notified - email phone");
}

#[test]
fn an_incident_on_hold_is_not_mentioned_to_who_is_told_of_another() {
    let both = Who {
        exposed: vec![("leak", "confirmed", "email", 5), ("secret", "confirmed", "health", 7)],
        ..anna()
    };
    let hold = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let secret = Incident { law_enforcement_hold: hold, ..incident("secret") };
    let incidents = [combined(secret), combined(incident("leak"))];
    let notified = told(&[both], &incidents, &settings()).product;
    for list in &notified.lists {
        let text = written(list);
        assert!(!text.contains("secret") && !text.to_lowercase().contains("health"), "{text}");
    }
    let why = &notified.why;
    let rows = |column| (0..2).map(|row| why.text(column).get(row).unwrap_or("-")).collect();
    let outcomes: Vec<_> = rows(c::OUTCOME);
    let reasons: Vec<_> = rows(c::OUTCOME_REASON);
    assert_eq!(outcomes, ["notified", "held"]);
    assert_eq!(reasons, ["-", "law_enforcement_hold"]);
    assert_eq!(why.text(c::NOTICE_ID).get(1), None);
}

#[test]
fn a_person_in_two_incidents_gets_one_notice_about_both_where_their_files_say_so() {
    let both = Who {
        exposed: vec![("b", "confirmed", "phone;email", 5), ("a", "probable", "email;ssn", 7)],
        ..anna()
    };
    let incidents = [combined(incident("b")), combined(incident("a"))];
    let notified = told(&[both], &incidents, &settings()).product;
    assert_eq!(notified.decisions.height(), 1);
    assert_eq!(notified.decisions.text(c::DATA_CLASSES).get(0), Some("email;phone;ssn"));
    let email = list(&notified, "notify/email.csv");
    assert_eq!(cells(email, "incidents"), ["a;b"]);
    assert_eq!(
        cells(email, "instructions"),
        ["credit_freeze;phishing;smishing_simswap;credit_bureaus"]
    );
}

#[test]
fn a_child_is_told_through_a_parent() {
    let days = |year| (date(year, 3, 10) - date(1970, 1, 1)).get_days();
    let people =
        [Who { born: Some(days(2010)), ..anna() }, Who { born: Some(days(1990)), ..anna() }];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    assert_eq!(cells(list(&notified, "notify/email.csv"), "role"), ["self"]);
    // The parent does not read the child's mail.
    let letter = list(&notified, "notify/post.csv");
    assert_eq!(cells(letter, "role"), ["parent_guardian"]);
    assert_eq!(cells(letter, "addressee"), ["To the parent or guardian of Anna Rae"]);
    assert_eq!(cells(letter, "address_line_2"), ["Springfield, CA 94105"]);
}

/// An incident that is told of together with others.
fn combined(incident: Incident) -> Incident {
    Incident { notice: NoticeOf::Combined, ..incident }
}

#[test]
fn a_person_in_two_incidents_gets_a_notice_of_each_unless_their_files_say_otherwise() {
    let both = Who {
        exposed: vec![("b", "confirmed", "phone;email", 5), ("a", "probable", "email;ssn", 7)],
        monitoring_months: Some(12),
        ..anna()
    };
    let people = [anna_of("b"), both];
    let mut codes = Codes::default();
    codes.pool("codes.csv", "AAA\nBBB\n").unwrap();
    let incidents = [incident("b"), incident("a")];
    let told = told_after(&people, &incidents, &settings(), &Mail::default(), &codes);
    let Counted { product: notified, tally } = told.unwrap();
    // Two people, one decision each, and three notices.
    assert_eq!((notified.decisions.height(), tally.given[0]), (2, ("notified", 2)));
    let email = list(&notified, "notify/email.csv");
    let mut about = cells(email, "incidents");
    about.sort();
    assert_eq!(about, ["a", "b", "b"]);
    let mut ids = cells(email, "notice_id");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    // One code for the person, on both notices.
    let mut given = cells(email, "activation_code");
    given.sort();
    assert_eq!(given, ["-", "AAA", "AAA"]);
    assert_eq!(list(&notified, "offers.csv").frame.height(), 1);
    assert_eq!(list(&notified, "suppress.csv").frame.height(), 2);
    let why = &notified.why;
    let row = |row: usize, column| why.text(column).get(row).unwrap().to_owned();
    assert_ne!(row(1, c::NOTICE_ID), row(2, c::NOTICE_ID));
    assert_eq!(why.text(c::OUTCOME).iter().flatten().filter(|it| *it == "notified").count(), 3);
}

fn anna_of(incident: &'static str) -> Who {
    Who { exposed: vec![(incident, "confirmed", "email", 1)], ..anna() }
}

#[test]
fn of_two_notices_the_one_that_is_told_stands_for_the_person() {
    let both = Who {
        exposed: vec![("a", "possible", "email", 5), ("b", "confirmed", "email", 7)],
        ..anna()
    };
    let notified = told(&[both], &[incident("a"), incident("b")], &settings()).product;
    assert_eq!(notified.decisions.text(c::OUTCOME).get(0), Some("notified"));
    assert_eq!(cells(list(&notified, "held.csv"), "incidents"), ["a"]);
    assert_eq!(cells(list(&notified, "notify/email.csv"), "incidents"), ["b"]);
    let unnamed = Who {
        exposed: vec![("a", "confirmed", "other", 5), ("b", "confirmed", "email", 7)],
        ..anna()
    };
    let notified = told(&[unnamed], &[incident("a"), incident("b")], &settings()).product;
    assert_eq!(notified.decisions.text(c::OUTCOME).get(0), Some("notified"));
    assert_eq!(cells(list(&notified, "held.csv"), "reason"), ["unresolved_data_class"]);
}

#[test]
fn who_was_told_of_all_of_it_is_notified_and_stands_on_no_list_of_notices() {
    let before = Who { told: Some("dob;email"), ..anna() };
    let more = Who { told: Some("email"), ..anna() };
    let told = told(&[before, more], &[incident("leak")], &settings());
    let Counted { product: notified, tally } = told;
    assert_eq!(tally.given[0], ("notified", 2));
    let reasons: Vec<_> = notified.decisions.text(c::OUTCOME_REASON).iter().collect();
    assert_eq!(reasons, [Some("told_before"), None]);
    let email = list(&notified, "notify/email.csv");
    assert_eq!(cells(email, "data_classes"), ["dob"]);
    // Who calls must be found, and marketing still waits.
    assert_eq!(list(&notified, "callcentre.csv").frame.height(), 2);
    assert_eq!(list(&notified, "suppress.csv").frame.height(), 2);
    let why = &notified.why;
    assert_eq!(why.text(c::OUTCOME).get(0), Some("notified"));
    assert_eq!(why.text(c::OUTCOME_REASON).get(0), Some("told_before"));
    assert_eq!((notified.outlook.n_owed, notified.outlook.n_told_before), (2, 1));
}
