//! Whom does marketing leave alone?

use super::super::*;
use super::world::{Read, VALID, Who, anna, cells, incident, list, settings, told};
use super::written;

#[test]
fn marketing_leaves_every_address_of_the_person_alone_and_the_dead_for_good() {
    let people = [
        Who { elsewhere: vec![("email", "old@example.com")], ..anna() },
        Who { deceased: true, email: Some(("dead@example.com", VALID)), ..anna() },
        Who { email: None, phone: None, post: false, ..anna() },
    ];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    assert_eq!(
        written(list(&notified, "suppress.csv")),
        "customer_id,email,until,reason,except\r\n\
         c_0000,anna@example.com,2026-04-09,incident,incident-notice\r\n\
         c_0000,old@example.com,2026-04-09,incident,incident-notice\r\n\
         c_0001,dead@example.com,,deceased,incident-notice\r\n\
         c_0002,,2026-04-09,incident,incident-notice\r\n"
    );
    let mailchimp = list(&notified, "suppress_mailchimp.csv");
    assert_eq!(
        cells(mailchimp, "Email Address"),
        ["anna@example.com", "old@example.com", "dead@example.com"]
    );
}

#[test]
fn suppression_does_not_betray_an_investigation() {
    let hold = Some("2027-01-01T00:00:00Z".parse().unwrap());
    let held = [Incident { law_enforcement_hold: hold, ..incident("leak") }];
    let of_held = told(&[anna()], &held, &settings()).product;
    let of_told = told(&[anna()], &[incident("leak")], &settings()).product;
    let suppressed = |notified: &Read| written(list(notified, "suppress.csv"));
    assert_eq!(suppressed(&of_held), suppressed(&of_told));
    assert_eq!(list(&of_held, "callcentre.csv").frame.height(), 0);
}

#[test]
fn tools_are_given_the_key_that_they_know_a_person_by_and_no_other() {
    let people = [
        Who { elsewhere: vec![("customer_key", "K2"), ("customer_key", "K1")], ..anna() },
        Who { deceased: true, email: Some(("dead@example.com", VALID)), ..anna() },
    ];
    let by = |tool_key| {
        let settings = Settings { tool_key, ..settings() };
        told(&people, &[incident("leak")], &settings).product
    };
    // Our own id would make a new person there.
    let by_email = by(ToolKey::Email);
    assert_eq!(
        written(list(&by_email, "suppress_braze.csv")),
        "email,incident_suppress_until,incident_exception_tag\r\n\
         anna@example.com,2026-04-09,incident-notice\r\n\
         dead@example.com,9999-12-31,incident-notice\r\n"
    );
    let cloud = list(&by_email, "suppress_marketing_cloud.csv");
    assert_eq!(cells(cloud, "Subscriber Key"), ["anna@example.com", "dead@example.com"]);
    let by_key = by(ToolKey::CustomerKey);
    let braze = list(&by_key, "suppress_braze.csv");
    assert_eq!(cells(braze, "external_id"), ["K1", "K2", "-"]);
    assert_eq!(cells(braze, "email")[..2], ["anna@example.com", "anna@example.com"]);
    let own = by(ToolKey::CustomerId);
    assert_eq!(cells(list(&own, "suppress_braze.csv"), "external_id"), ["c_0000", "c_0001"]);
}
