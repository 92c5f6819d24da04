//! Where does a public notice do, who gets a notice on which day, and what is to be expected?

use super::super::*;
use super::world::{Who, anna, cells, incident, list, now, settings, told, told_after};
use crate::terms::NoticeOf;

fn lost(code: &'static str) -> Who {
    Who { email: None, phone: None, post: false, jurisdiction: Some(code), ..anna() }
}

/// Gives of each row: jurisdiction, owed, without address, allowed, grounds, covered.
fn rows(table: &Table<SubstituteNotice>) -> Vec<String> {
    let text = |column, row| table.text(column).get(row).unwrap_or("-").to_owned();
    let long = |column, row| table.long(column).get(row).unwrap().to_string();
    (0..table.height())
        .map(|row| {
            [
                text(c::JURISDICTION, row),
                long(c::N_OWED, row),
                long(c::N_UNREACHED, row),
                text(c::ALLOWED, row),
                text(c::ALLOWED_BY, row),
                long(c::N_COVERED, row),
            ]
            .join(" ")
        })
        .collect()
}

#[test]
fn who_cannot_be_found_is_told_in_public_where_the_law_allows_it() {
    let people = [
        lost("US-CA"),
        Who { jurisdiction: Some("US-CA"), ..anna() },
        Who { jurisdiction: Some("US-TX"), ..anna() },
        lost("DE"),
        // Hong Kong's row says nothing of a public notice, and asks nothing of anybody.
        lost("HK"),
    ];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    let table = &notified.substitute;
    assert_eq!(
        rows(table),
        [
            "US-CA 2 1 yes unreached 1",
            "US-TX 1 0 not_needed - 0",
            "DE 1 1 yes unreached 1",
            "HK 1 1 counsel - 0",
        ]
    );
    assert_eq!(table.count(c::WEBSITE_DAYS).get(0), Some(30));
    assert!(table.text(c::ASKS).get(0).unwrap().contains("statewide media"));
    assert_eq!(table.text(c::REASON).get(0), Some("1 of 2 cannot be found"));
    assert_eq!(table.text(c::ASKS).get(2), Some("a public communication"));
}

#[test]
fn cost_and_number_must_pass_the_limits_of_the_law_and_then_stand_for_all() {
    // Maine: more than 1 000 people, or more than 5 000 dollars.
    let maine = |n: usize, cost_cents: u32| {
        let one = Who { jurisdiction: Some("US-ME"), ..anna() };
        let people: Vec<Who> = std::iter::repeat_n(one, n).collect();
        let costs = CostCents { email: cost_cents, ..CostCents::default() };
        let settings = Settings { cost_cents: costs, ..settings() };
        rows(&told(&people, &[incident("leak")], &settings).product.substitute).remove(0)
    };
    assert_eq!(maine(1000, 1), "US-ME 1000 0 not_needed - 0");
    assert_eq!(maine(1001, 1), "US-ME 1001 0 yes count 1001");
    // Ten times 500 dollars are as much as the limit, and do not pass it.
    assert_eq!(maine(10, 50_000), "US-ME 10 0 not_needed - 0");
    assert_eq!(maine(10, 50_001), "US-ME 10 0 yes cost 10");
}

#[test]
fn a_channel_that_is_down_for_now_is_no_ground() {
    let down = Incident { channels_down: Channel::ALL.to_vec(), ..incident("leak") };
    let notified = told(&[anna()], &[down], &settings()).product;
    assert_eq!(rows(&notified.substitute), ["US-CA 1 0 not_needed - 0"]);
}

#[test]
fn who_is_told_by_what_is_reckoned_with_the_shares_that_arrive() {
    let letter = Who { email: None, phone: None, ..anna() };
    let people = [anna(), letter, lost("US-CA")];
    let outlook = told(&people, &[incident("leak")], &settings()).product.outlook;
    assert_eq!(outlook.n_owed, 3);
    let close = |is: f64, should: f64| assert!((is - should).abs() < 1e-9, "{is} {should}");
    // .84 of a mail, .95 of a letter, nothing for the third.
    close(outlook.expected.share, (0.84 + 0.95) / 3.0);
    close(outlook.expected.n_customers, 1.8);
    close(outlook.expected.clv_share, (0.84 + 0.95) / 3.0);
    let without =
        |channel: Channel| outlook.if_down.iter().find(|down| down.channel == channel).unwrap();
    // Anna is called then.
    close(without(Channel::Email).expected.share, (0.55 + 0.95) / 3.0);
    assert_eq!((without(Channel::Email).n_by_fallback, without(Channel::Email).n_lost), (1, 0));
    close(without(Channel::Post).expected.share, 0.84 / 3.0);
    assert_eq!((without(Channel::Post).n_by_fallback, without(Channel::Post).n_lost), (0, 1));
    let days: Vec<_> = outlook.told_by.iter().map(|day| day.day.to_string()).collect();
    assert_eq!(days, ["2026-03-11", "2026-03-17"]);
    close(outlook.told_by[1].expected.share, outlook.expected.share);
    assert_eq!(outlook.n_late, 0);
}

#[test]
fn a_notice_that_leaves_after_its_last_day_is_counted() {
    let yesterday = now().as_millisecond() - 86_400_000;
    let late = Who { tell_by: Some(yesterday), ..anna() };
    let outlook = told(&[late], &[incident("leak")], &settings()).product.outlook;
    assert_eq!(outlook.n_late, 1);
}

fn capped(n_notices_max: u32, days: u32) -> Settings {
    Settings { contact_cap: ContactCap { n_notices_max, days }, ..settings() }
}

#[test]
fn one_mailbox_gets_its_notices_one_after_the_other_and_none_is_dropped() {
    // The law wants the second told on the 12th: its mail leaves on the 11th at the latest.
    let by: Timestamp = "2026-03-12T12:00:00Z".parse().unwrap();
    let people = [
        anna(),
        Who { tell_by: Some(by.as_millisecond()), ..anna() },
        anna(),
        Who { email: Some(("ben@example.com", "valid")), ..anna() },
    ];
    let days = |settings: &Settings| {
        let notified = told(&people, &[incident("leak")], settings).product;
        let email = list(&notified, "notify/email.csv");
        let mut rows: Vec<_> =
            cells(email, "send_on").into_iter().zip(cells(email, "send_by")).collect();
        rows.sort();
        (rows, notified.postponed)
    };
    let row = |on: &str, by: &str| (on.to_owned(), by.to_owned());
    let (today, first) = ("2026-03-10", "2026-03-11");
    let (rows, postponed) = days(&capped(1, 7));
    assert_eq!(
        rows,
        [row(today, "-"), row(today, first), row("2026-03-17", "-"), row("2026-03-24", "-")]
    );
    assert_eq!(postponed, Postponed { n_later: 2, n_over_cap: 0 });
    assert_eq!(days(&capped(3, 7)).1, Postponed::default());
    let (rows, postponed) = days(&settings());
    assert!(rows.iter().all(|row| row.0 == today));
    assert_eq!(postponed.sentence(), None);
}

#[test]
fn where_the_law_leaves_no_time_the_cap_gives_way() {
    let by: Timestamp = "2026-03-12T12:00:00Z".parse().unwrap();
    let owed = || Who { tell_by: Some(by.as_millisecond()), ..anna() };
    let notified = told(&[owed(), owed()], &[incident("leak")], &capped(1, 30)).product;
    let mut days = cells(list(&notified, "notify/email.csv"), "send_on");
    days.sort();
    assert_eq!(days, ["2026-03-10", "2026-03-11"]);
    assert_eq!(notified.postponed, Postponed { n_later: 1, n_over_cap: 1 });
    assert!(notified.postponed.sentence().unwrap().contains("no time"));
}

#[test]
fn what_earlier_runs_sent_counts_towards_the_cap() {
    let mut mail = Mail::default();
    mail.was_listed(0, "n_before", "2026-03-08".parse().unwrap(), false);
    let after = |days| {
        let people = [anna()];
        let told =
            told_after(&people, &[incident("leak")], &capped(1, days), &mail, &Codes::default());
        cells(list(&told.unwrap().product, "notify/email.csv"), "send_on").remove(0)
    };
    assert_eq!(after(7), "2026-03-17");
    assert_eq!(after(2), "2026-03-10", "two days ago is outside of two days");
}

#[test]
fn one_notice_of_several_incidents_is_one_contact() {
    let both = Who {
        exposed: vec![("a", "confirmed", "email", 1), ("b", "confirmed", "email", 1)],
        ..anna()
    };
    let days = |notice| {
        let of = |id| Incident { notice, ..incident(id) };
        let notified = told(std::slice::from_ref(&both), &[of("a"), of("b")], &capped(1, 3));
        cells(list(&notified.product, "notify/email.csv"), "send_on")
    };
    assert_eq!(days(NoticeOf::Combined), ["2026-03-10"]);
    let mut apart = days(NoticeOf::Separate);
    apart.sort();
    assert_eq!(apart, ["2026-03-10", "2026-03-13"]);
}

#[test]
fn each_notice_of_who_gets_several_is_told_with_its_own_incident() {
    let (a, b) = (("a", "confirmed", "email", 1), ("b", "confirmed", "email", 1));
    let both = Who { exposed: vec![a, b], ..anna() };
    let of = |id, notice| Incident { notice, ..incident(id) };
    let apart = [of("a", NoticeOf::Separate), of("b", NoticeOf::Separate)];
    let people = [both.clone(), Who { exposed: vec![b], ..anna() }];
    let notified = told(&people, &apart, &settings()).product;
    let heights = [notified.decisions.height(), notified.further.height()];
    assert_eq!(heights, [2, 1], "one decision a person, and the second notice of the first");
    let mut names: Vec<_> = notified.decisions.text(c::NOTICE_ID).iter().flatten().collect();
    names.extend(notified.further.text(c::NOTICE_ID).iter().flatten());
    names.sort_unstable();
    let mut listed = cells(list(&notified, "notify/email.csv"), "notice_id");
    listed.sort();
    assert_eq!(names, listed, "every notice on a list is told");
    assert_eq!(notified.further.count(c::CUSTOMER).get(0), Some(0));
    assert_eq!(notified.further.text(c::LIST).get(0), Some("notify/email.csv"));
    let together = [of("a", NoticeOf::Combined), of("b", NoticeOf::Combined)];
    assert_eq!(told(&people, &together, &settings()).product.further.height(), 0);
}
