//! By which channel is a person told, and what follows when it fails?

use super::super::*;
use super::world::{
    Who, anna, cells, check, incident, list, now, settings, told, told_after, world,
};
use crate::terms::Channel;

#[test]
fn who_can_be_reached_is_told_by_the_first_channel_and_has_a_fallback() {
    assert_eq!(check(anna(), &[incident("leak")]), "notified - email phone");
    let without = Who { email: Some(("anna@", "invalid")), ..anna() };
    assert_eq!(check(without, &[incident("leak")]), "notified - phone post");
    let refuses = Who { refuses: true, ..anna() };
    assert_eq!(check(refuses, &[incident("leak")]), "notified - email post");
}

#[test]
fn a_mailbox_whose_password_was_exposed_is_not_told_alone() {
    let exposed = |classes| Who { exposed: vec![("leak", "confirmed", classes, 1)], ..anna() };
    let check = |who| check(who, &[incident("leak")]);
    assert_eq!(check(exposed("email;password_plain")), "notified - phone post");
    assert_eq!(check(exposed("password_plain")), "notified - email phone");
    assert_eq!(check(exposed("email;password_hash_strong")), "notified - email phone");
    let mail_only = Who { phone: None, post: false, ..exposed("email;password_plain") };
    assert_eq!(check(mail_only.clone()), "notified - email -");
    let never = Settings { doubted_mailbox: DoubtedMailbox::Never, ..settings() };
    let notified = told(&[mail_only], &[incident("leak")], &never).product;
    assert_eq!(cells(list(&notified, "unreachable.csv"), "no_email_because"), ["down"]);
}

#[test]
fn what_was_not_confirmed_for_long_goes_behind_and_unknown_age_counts_as_fresh() {
    let days = |n: i64| Some(now().as_millisecond() - n * 86_400_000);
    let seen = |verified| Who { verified, phone: None, ..anna() };
    let check = |who| check(who, &[incident("leak")]);
    assert_eq!(check(seen(days(3 * 365 - 1))), "notified - email post");
    assert_eq!(check(seen(days(3 * 365 + 1))), "notified - post email");
    assert_eq!(check(seen(None)), "notified - email post");
}

#[test]
fn what_came_back_is_tried_again_by_another_way_until_none_is_left() {
    let settings = settings();
    let letter_only = Who { email: None, phone: None, ..anna() };
    let people = [letter_only.clone(), anna(), letter_only];
    let first = told(&people, &[incident("leak")], &settings).product;
    let ids: Vec<_> =
        first.decisions.text(c::NOTICE_ID).iter().map(|id| id.unwrap().to_owned()).collect();

    let mut mail = Mail::default();
    let returned = format!(
        "notice_id,date,reason,new_street,new_city,new_postal_code\n\
         {},2026-03-20,moved,9 New Road,Leeds,LS1\n{},2026-03-20,bounced,,,\n",
        ids[0], ids[1]
    );
    mail.came_back("returned.csv", &returned).unwrap();
    let again = told_after(&people, &[incident("leak")], &settings, &mail, &Codes::default());
    let Counted { product, tally } = again.unwrap();
    let post = list(&product, "notify/post.csv");
    let row = cells(post, "notice_id").iter().position(|id| *id == ids[0]).unwrap();
    assert_eq!(cells(post, "address_line_1")[row], "9 New Road");
    assert_eq!(cells(post, "attempt")[row], "2");
    assert_eq!(cells(post, "attempt")[1 - row], "1");
    assert_eq!(cells(list(&product, "notify/phone.csv"), "notice_id"), [ids[1].clone()]);
    assert_eq!(cells(list(&product, "notify/phone.csv"), "attempt"), ["2"]);
    // Of the third nothing came back; without the earlier run nobody knows that it was told.
    assert_eq!(tally.given[0], ("notified", 3));

    mail.came_back("later.csv", &format!("notice_id,date\n{},2026-04-20\n", ids[0])).unwrap();
    let last = told_after(&people, &[incident("leak")], &settings, &mail, &Codes::default());
    let last = last.unwrap().product;
    assert_eq!(cells(list(&last, "unreachable.csv"), "reason"), ["returned"]);
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
fn another_records_valid_address_counts_and_the_choice_does_not_depend_on_order() {
    let elsewhere = |emails: [&'static str; 2]| Who {
        email: Some(("anna@", "invalid")),
        elsewhere: emails.map(|email| ("email", email)).to_vec(),
        ..anna()
    };
    for emails in [["b@example.com", "a@example.com"], ["a@example.com", "b@example.com"]] {
        let people = [elsewhere(emails), anna()];
        let notified = told(&people, &[incident("leak")], &settings()).product;
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
    let notified = told(&[who], &[incident("leak")], &settings()).product;
    assert_eq!(cells(list(&notified, "notify/post.csv"), "street"), ["1 Low Road"]);
}

#[test]
fn who_refuses_marketing_is_told_all_the_same() {
    let people = [Who { refuses: true, ..anna() }, anna()];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    assert_eq!(list(&notified, "notify/email.csv").frame.height(), 2);
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
