mod properties;
mod world;

use jiff::civil::date;

use super::*;
use crate::output::{Dialect, Folder};
use crate::terms::{Channel, HarmAssessment, HarmResult};
use world::{NOW, VALID, Who, anna, cells, check, incident, list, now, told, world};

/// Gives a list as the file says it.
fn written(list: &List) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut folder = Folder::begin(&home.path().join("run")).unwrap();
    folder.csv("list.csv", &list.frame, list.dialect).unwrap();
    std::fs::read_to_string(folder.finish().unwrap().join("list.csv")).unwrap()
}

#[test]
fn who_can_be_reached_is_told_by_the_first_channel_and_has_a_fallback() {
    assert_eq!(check(anna(), &[incident("leak")]), "notified - email phone");
    let without = Who { email: Some(("anna@", "invalid")), ..anna() };
    assert_eq!(check(without, &[incident("leak")]), "notified - phone post");
    let refuses = Who { refuses: true, ..anna() };
    assert_eq!(check(refuses, &[incident("leak")]), "notified - email post");
}

#[test]
fn who_died_is_held_for_the_estate() {
    let dead = Who { deceased: true, ..anna() };
    assert_eq!(check(dead, &[incident("leak")]), "held deceased - -");
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
fn a_channel_that_is_down_is_not_used_and_the_reason_says_so() {
    let down =
        |channels: &[Channel]| [Incident { channels_down: channels.to_vec(), ..incident("leak") }];
    assert_eq!(check(anna(), &down(&[Channel::Email])), "notified - phone post");
    assert_eq!(check(anna(), &down(&Channel::ALL)), "unreachable channel_down - -");
    let nothing = Who { email: None, phone: None, post: false, ..anna() };
    assert_eq!(check(nothing, &[incident("leak")]), "unreachable no_valid_channel - -");
}

#[test]
fn an_incident_on_hold_is_not_mentioned_to_who_is_told_of_another() {
    let both = Who {
        exposed: vec![("leak", "confirmed", "email", 5), ("secret", "confirmed", "health", 7)],
        ..anna()
    };
    let hold = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let incidents =
        [Incident { law_enforcement_hold: hold, ..incident("secret") }, incident("leak")];
    let notified = told(&[both], &incidents, &Settings::default()).product;
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
fn a_person_in_two_incidents_gets_one_notice_about_both() {
    let both = Who {
        exposed: vec![("b", "confirmed", "phone;email", 5), ("a", "probable", "email;ssn", 7)],
        ..anna()
    };
    let notified = told(&[both], &[incident("b"), incident("a")], &Settings::default()).product;
    assert_eq!(notified.decisions.height(), 1);
    assert_eq!(notified.decisions.text(c::DATA_CLASSES).get(0), Some("email;phone;ssn"));
    let email = list(&notified, "notify/email.csv");
    assert_eq!(cells(email, "incidents"), ["a;b"]);
    assert_eq!(cells(email, "instructions"), ["credit_freeze;phishing;smishing_simswap"]);
}

#[test]
fn another_records_valid_address_counts_and_the_choice_does_not_depend_on_order() {
    let elsewhere = |emails: [&'static str; 2]| Who {
        email: Some(("anna@", "invalid")),
        elsewhere: emails.map(|email| ("email", email)).to_vec(),
        ..anna()
    };
    for emails in [["b@example.com", "a@example.com"], ["a@example.com", "b@example.com"]] {
        let people = [elsewhere(emails), anna()];
        let notified = told(&people, &[incident("leak")], &Settings::default()).product;
        let mut told = cells(list(&notified, "notify/email.csv"), "email");
        told.sort();
        assert_eq!(told, ["a@example.com", "anna@example.com"]);
    }
}

#[test]
fn another_records_address_is_written_to_whole_and_of_several_the_first_by_content() {
    let who = Who {
        email: None,
        phone: None,
        post: false,
        elsewhere: vec![("street", "2 Low Road"), ("street", "1 Low Road")],
        ..anna()
    };
    let notified = told(&[who], &[incident("leak")], &Settings::default()).product;
    assert_eq!(cells(list(&notified, "notify/post.csv"), "street"), ["1 Low Road"]);
}

#[test]
fn why_names_the_scope_row_the_record_and_the_notice() {
    let people = [anna(), Who { deceased: true, ..anna() }];
    let Notified { why, decisions, .. } =
        told(&people, &[incident("leak")], &Settings::default()).product;
    assert_eq!(why.height(), 2);
    let row = |row: usize| {
        let text = |column| why.text(column).get(row).unwrap_or("-");
        let line = why.long(c::LINE).get(row).unwrap();
        format!(
            "{} {}:{} {}:{line} {} {} {} {}",
            text(c::CUSTOMER_ID),
            text(c::SCOPE_FILE),
            why.long(c::SCOPE_LINE).get(row).unwrap(),
            text(c::SOURCE),
            text(c::DATA_CLASSES),
            text(c::OUTCOME),
            text(c::OUTCOME_REASON),
            text(c::CHANNEL),
        )
    };
    // The second customer's record was read first.
    assert_eq!(row(0), "c_0000 dump.csv:0 crm:3 email;password_plain notified - email");
    assert_eq!(row(1), "c_0001 dump.csv:1 crm:2 email;password_plain held deceased -");
    assert_eq!(why.text(c::NOTICE_ID).get(0), decisions.text(c::NOTICE_ID).get(0));
}

#[test]
fn a_child_is_told_through_a_parent() {
    let days = |year| (date(year, 3, 10) - date(1970, 1, 1)).get_days();
    let people =
        [Who { born: Some(days(2010)), ..anna() }, Who { born: Some(days(1990)), ..anna() }];
    let notified = told(&people, &[incident("leak")], &Settings::default()).product;
    let mut roles = cells(list(&notified, "notify/email.csv"), "role");
    roles.sort();
    assert_eq!(roles, ["parent_guardian", "self"]);
}

#[test]
fn who_refuses_marketing_is_told_all_the_same() {
    let people = [Who { refuses: true, ..anna() }, anna()];
    let notified = told(&people, &[incident("leak")], &Settings::default()).product;
    assert_eq!(list(&notified, "notify/email.csv").frame.height(), 2);
}

#[test]
fn no_list_that_leaves_the_house_tells_what_a_customer_is_worth() {
    let notified = told(&[anna()], &[incident("leak")], &Settings::default()).product;
    for list in &notified.lists {
        let text = written(list);
        assert!(!text.contains("4321") && !text.contains("_cents"), "{}", list.path);
    }
}

#[test]
fn every_list_is_there_even_when_it_is_empty() {
    let notified = told(&[], &[], &Settings::default()).product;
    let paths: Vec<_> = notified.lists.iter().map(|list| list.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "notify/email.csv",
            "notify/phone.csv",
            "notify/post.csv",
            "callcentre.csv",
            "unreachable.csv",
            "suppress.csv",
            "suppress_braze.csv",
            "suppress_hubspot.csv",
            "suppress_marketing_cloud.csv",
            "suppress_mailchimp.csv",
        ]
    );
    assert!(notified.lists.iter().all(|list| list.frame.height() == 0));
}

#[test]
fn the_columns_of_each_list_are_what_its_reader_needs() {
    let notified = told(&[], &[], &Settings::default()).product;
    let header = |path| written(list(&notified, path)).trim_end().to_owned();
    assert_eq!(
        header("notify/email.csv"),
        "notice_id,role,email,salutation,first_name,last_name,language,jurisdiction,\
         data_classes,instructions,incidents"
    );
    assert_eq!(
        header("notify/post.csv"),
        "notice_id,role,salutation,first_name,last_name,suffix,street,city,region,postal_code,\
         country,language,jurisdiction,data_classes,instructions,incidents"
    );
    assert_eq!(
        header("callcentre.csv"),
        "notice_id,role,salutation,first_name,last_name,postal_code,channel,language,\
         jurisdiction,data_classes,instructions,incidents"
    );
    assert_eq!(header("suppress.csv"), "customer_id,email,until,reason");
    assert_eq!(header("suppress_braze.csv"), "external_id,email");
    assert_eq!(header("suppress_marketing_cloud.csv"), "Subscriber Key,Email Address");
    assert_eq!(header("suppress_hubspot.csv"), "Email");
    assert_eq!(header("suppress_mailchimp.csv"), "Email Address");
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_guarded_where_people_open_the_file() {
    let formula = "=HYPERLINK(\"http://evil.example\")";
    let people = [Who { name: formula, ..anna() }];
    let notified = told(&people, &[incident("leak")], &Settings::default()).product;
    let callcentre = written(list(&notified, "callcentre.csv"));
    assert!(callcentre.contains("\"'=HYPERLINK"), "{callcentre}");
    let email = written(list(&notified, "notify/email.csv"));
    assert!(email.contains(",\"=HYPERLINK"), "{email}");
    assert_eq!(list(&notified, "notify/email.csv").dialect, Dialect::Machine);
}

#[test]
fn marketing_leaves_every_address_of_the_person_alone_and_the_dead_for_good() {
    let people = [
        Who { elsewhere: vec![("email", "old@example.com")], ..anna() },
        Who { deceased: true, email: Some(("dead@example.com", VALID)), ..anna() },
        Who { email: None, phone: None, post: false, ..anna() },
    ];
    let notified = told(&people, &[incident("leak")], &Settings::default()).product;
    assert_eq!(
        written(list(&notified, "suppress.csv")),
        "customer_id,email,until,reason\r\n\
         c_0000,anna@example.com,2026-04-09,incident\r\n\
         c_0000,old@example.com,2026-04-09,incident\r\n\
         c_0001,dead@example.com,,deceased\r\n\
         c_0002,,2026-04-09,incident\r\n"
    );
    let mailchimp = list(&notified, "suppress_mailchimp.csv");
    assert_eq!(
        cells(mailchimp, "Email Address"),
        ["anna@example.com", "dead@example.com", "old@example.com"]
    );
}

#[test]
fn suppression_does_not_betray_an_investigation() {
    let hold = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let held = [Incident { law_enforcement_hold: hold, ..incident("leak") }];
    let of_held = told(&[anna()], &held, &Settings::default()).product;
    let of_told = told(&[anna()], &[incident("leak")], &Settings::default()).product;
    let suppressed = |notified: &Notified| written(list(notified, "suppress.csv"));
    assert_eq!(suppressed(&of_held), suppressed(&of_told));
    assert_eq!(list(&of_held, "callcentre.csv").frame.height(), 0);
}

#[test]
fn the_unreachable_list_says_what_was_tried_and_why_it_fails() {
    let who = Who { phone: Some(("555", "placeholder")), post: false, ..anna() };
    let incidents = [Incident { channels_down: vec![Channel::Email], ..incident("leak") }];
    let notified = told(&[who], &incidents, &Settings::default()).product;
    let unreachable = list(&notified, "unreachable.csv");
    let cell = |column| cells(unreachable, column).remove(0);
    assert_eq!(cell("reason"), "channel_down");
    assert_eq!(cell("no_email_because"), "down");
    assert_eq!(cell("no_phone_because"), "placeholder");
    assert_eq!(cell("no_post_because"), "absent");
    // Who hears of it and calls must be found.
    assert_eq!(cells(list(&notified, "callcentre.csv"), "channel"), ["-"]);
}

#[test]
fn a_repeated_run_gives_the_same_notice_ids_in_the_order_of_the_list() {
    let people: Vec<_> = (0..50).map(|_| anna()).collect();
    let ids = || {
        let notified = told(&people, &[incident("leak")], &Settings::default()).product;
        cells(list(&notified, "notify/email.csv"), "notice_id")
    };
    assert_eq!(ids(), ids());
    assert!(ids().is_sorted());
    assert!(ids().iter().all(|id| id.len() == 18 && id.starts_with("n_")));
}

#[test]
fn readiness_counts_kinds_of_channel_and_not_letters_within_72_hours() {
    let people = [
        anna(),
        Who { phone: None, elsewhere: vec![("email", "b@example.com")], ..anna() },
        Who { email: None, phone: None, ..anna() },
        Who { email: Some(("x", "invalid")), phone: None, post: false, ..anna() },
        Who { deceased: true, ..anna() },
    ];
    let world = world(&people);
    let ready = readiness(
        &world.golden,
        &world.lineage,
        &world.points,
        &world.customers,
        &Settings::default(),
    );
    let steps: Vec<_> = ready.funnel.iter().map(|step| (step.step, step.n_customers)).collect();
    assert_eq!(
        steps,
        [
            ("customers", 4),
            ("contact_data", 4),
            ("valid_channel", 3),
            ("within_72_h", 2),
            ("two_channels_within_72_h", 1),
        ]
    );
    assert_eq!(ready.n_deceased, 1);
    let down: Vec<_> =
        ready.overall.if_down.iter().map(|(channel, r)| (*channel, r.n_customers)).collect();
    assert_eq!(down, [(Channel::Email, 1), (Channel::Phone, 2)]);
    assert!((ready.overall.one_channel.clv_share - 0.5).abs() < 1e-12);
}
