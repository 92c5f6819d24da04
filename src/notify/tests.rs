mod properties;
mod world;

use jiff::civil::date;

use super::*;
use crate::output::{Dialect, Folder};
use crate::terms::{Channel, HarmAssessment, HarmResult};
use world::{
    List, NOW, Read, VALID, Who, anna, cells, check, incident, list, now, settings, told,
    told_after, world,
};

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
fn the_lists_are_parted_by_jurisdiction_variant_and_language_and_the_index_adds_up() {
    let child = Some((date(2015, 1, 1) - date(1970, 1, 1)).get_days());
    let people = [
        anna(),
        Who { jurisdiction: Some("US-MA"), ..anna() },
        Who { jurisdiction: Some("US-MA"), born: child, ..anna() },
        Who { jurisdiction: Some("DE"), language: Some("de-AT"), ..anna() },
        Who { jurisdiction: Some("DE"), language: Some("uk"), ..anna() },
        Who { deceased: true, post: false, ..anna() },
    ];
    let notified = told(&people, &[incident("leak")], &Settings::default()).product;
    let index = list(&notified, "lists.csv");
    assert_eq!(
        cells(index, "list"),
        [
            "notify/email_DE_gdpr_de.csv",
            "notify/email_DE_gdpr_uk.csv",
            "notify/email_US-CA_headings_en.csv",
            "notify/email_US-MA_no-nature_en.csv",
            "notify/post_US-MA_no-nature-minor_en.csv",
        ]
    );
    assert_eq!(cells(index, "n_customers"), ["1"; 5]);
    let german = list(&notified, "notify/email_DE_gdpr_de.csv");
    assert_eq!(cells(german, "element_text"), ["Geburtsdatum; E-Mail-Adresse"]);
    assert_eq!(cells(german, "greeting"), ["Guten Tag Anna Rae"]);
    let ukrainian = list(&notified, "notify/email_DE_gdpr_uk.csv");
    assert_eq!(cells(ukrainian, "text_language"), ["en"]);
    let of_decisions: Vec<_> = notified.decisions.text(c::LIST).iter().flatten().collect();
    assert_eq!(of_decisions.len(), 5);
}

#[test]
fn massachusetts_is_not_told_what_happened_and_rhode_island_is_told_how_many() {
    let people = [
        Who { jurisdiction: Some("US-MA"), ..anna() },
        Who { jurisdiction: Some("US-RI"), ..anna() },
        anna(),
    ];
    let phishing = Incident { attack_type: Some("phishing".to_owned()), ..incident("leak") };
    let notified = told(&people, &[phishing], &Settings::default()).product;
    let said = |path: &str| {
        let list = list(&notified, path);
        [cells(list, "nature").remove(0), cells(list, "n_affected").remove(0)]
    };
    let nature = "Someone obtained access with a deceptive message";
    assert_eq!(said("notify/email_US-MA_no-nature_en.csv"), ["-", "-"]);
    assert_eq!(said("notify/email_US-RI_with-count_en.csv"), [nature, "3"]);
    assert_eq!(said("notify/email_US-CA_headings_en.csv"), [nature, "-"]);
}

#[test]
fn a_notice_leaves_its_lead_before_the_deadline_on_the_clock_of_the_jurisdiction() {
    // Midnight in California ends the last day.
    let by: Timestamp = "2026-03-31T06:59:59Z".parse().unwrap();
    let owed_by = Who { tell_by: Some(by.as_millisecond()), ..anna() };
    let by_letter = Who { email: None, phone: None, ..owed_by.clone() };
    let people = [owed_by, by_letter, anna()];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    let mut mail = cells(list(&notified, "notify/email.csv"), "send_by");
    mail.sort();
    assert_eq!(mail, ["-", "2026-03-29"]);
    assert_eq!(cells(list(&notified, "notify/post.csv"), "send_by"), ["2026-03-23"]);
    assert_eq!(cells(list(&notified, "lists.csv"), "send_by"), ["2026-03-29", "2026-03-23"]);
}

#[test]
fn what_came_back_is_tried_again_and_what_did_not_is_left_alone() {
    let settings = settings();
    let letter_only = Who { email: None, phone: None, ..anna() };
    let people = [letter_only.clone(), anna(), letter_only];
    let first = told(&people, &[incident("leak")], &settings).product;
    let ids: Vec<_> =
        first.decisions.text(c::NOTICE_ID).iter().map(|id| id.unwrap().to_owned()).collect();

    let mut mail = Mail::default();
    for id in &ids {
        mail.was_sent(id);
    }
    let returned = format!(
        "notice_id,date,reason,new_street,new_city,new_postal_code\n\
         {},2026-03-20,moved,9 New Road,Leeds,LS1\n{},2026-03-20,bounced,,,\n",
        ids[0], ids[1]
    );
    mail.came_back("returned.csv", &returned).unwrap();
    let again = told_after(&people, &[incident("leak")], &settings, &mail, &Codes::default());
    let Counted { product, tally } = again.unwrap();
    let post = list(&product, "notify/post.csv");
    assert_eq!(cells(post, "notice_id"), [ids[0].clone()]);
    assert_eq!(cells(post, "address_line_1"), ["9 New Road"]);
    assert_eq!(cells(post, "attempt"), ["2"]);
    assert_eq!(cells(list(&product, "notify/phone.csv"), "notice_id"), [ids[1].clone()]);
    assert_eq!(list(&product, "notify/email.csv").frame.height(), 0);
    // The third was told before; all three are told.
    assert_eq!(tally.given[0], ("notified", 3));

    mail.came_back("later.csv", &format!("notice_id,date\n{},2026-04-20\n", ids[0])).unwrap();
    let last = told_after(&people, &[incident("leak")], &settings, &mail, &Codes::default());
    let last = last.unwrap().product;
    assert_eq!(cells(list(&last, "unreachable.csv"), "reason"), ["returned"]);
}

#[test]
fn each_who_is_offered_something_gets_a_code_of_their_own_or_no_list_is_made() {
    let offered = Who { monitoring_months: Some(12), ..anna() };
    let people = [offered.clone(), anna(), offered];
    let with = |pool: &str| {
        let mut codes = Codes::default();
        codes.pool("codes.csv", pool).unwrap();
        told_after(&people, &[incident("leak")], &settings(), &Mail::default(), &codes)
    };
    let told = with("AAA\nBBB\nCCC\n").unwrap().product;
    let mut given = cells(list(&told, "notify/email.csv"), "activation_code");
    given.sort();
    assert_eq!(given, ["-", "AAA", "BBB"]);
    assert_eq!(list(&told, "offers.csv").frame.height(), 2);
    let error = with("AAA\n").err().unwrap().to_string();
    assert!(error.contains("1 codes left") && error.contains("2 people"), "{error}");
}

#[test]
fn what_the_law_wants_offered_is_offered_and_more_where_the_file_says_so() {
    let offered = |months, to| {
        let settings =
            Settings { offer: Offer { to, months_min: 12, ..Offer::default() }, ..settings() };
        let who = Who { monitoring_months: months, ..anna() };
        let notified = told(&[who], &[incident("leak")], &settings).product;
        cells(list(&notified, "notify/email.csv"), "offer_months").remove(0)
    };
    assert_eq!(offered(Some(18), OfferTo::WhereTheLawWants), "18");
    assert_eq!(offered(Some(6), OfferTo::WhereTheLawWants), "12");
    assert_eq!(offered(None, OfferTo::WhereTheLawWants), "-");
    assert_eq!(offered(None, OfferTo::All), "12");
    assert_eq!(offered(Some(18), OfferTo::Nobody), "-");
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
fn the_dates_of_exposure_are_known_only_when_those_of_all_incidents_are() {
    let both = || Who {
        exposed: vec![("a", "confirmed", "email", 1), ("b", "confirmed", "email", 1)],
        ..anna()
    };
    let at = |text: &str| Some(text.parse().unwrap());
    let a = Incident {
        occurred_from: at("2026-01-01T00:00:00Z"),
        occurred_to: at("2026-01-05T00:00:00Z"),
        ..incident("a")
    };
    let b = Incident { occurred_from: at("2025-12-20T00:00:00Z"), ..incident("b") };
    let notified = told(&[both()], &[a, b], &settings()).product;
    let list = list(&notified, "notify/email.csv");
    assert_eq!(cells(list, "exposed_from"), ["2025-12-20"]);
    assert_eq!(cells(list, "exposed_to"), ["-"]);
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
fn a_person_in_two_incidents_gets_one_notice_about_both() {
    let both = Who {
        exposed: vec![("b", "confirmed", "phone;email", 5), ("a", "probable", "email;ssn", 7)],
        ..anna()
    };
    let notified = told(&[both], &[incident("b"), incident("a")], &settings()).product;
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
fn why_names_the_scope_row_the_record_and_the_notice() {
    let people = [anna(), Who { deceased: true, post: false, ..anna() }];
    let Read { why, decisions, .. } = told(&people, &[incident("leak")], &settings()).product;
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
    assert_eq!(row(0), "c_0000 dump.csv:0 crm:3 dob;email notified - email");
    assert_eq!(row(1), "c_0001 dump.csv:1 crm:2 dob;email held deceased -");
    assert_eq!(why.text(c::NOTICE_ID).get(0), decisions.text(c::NOTICE_ID).get(0));
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

#[test]
fn who_refuses_marketing_is_told_all_the_same() {
    let people = [Who { refuses: true, ..anna() }, anna()];
    let notified = told(&people, &[incident("leak")], &settings()).product;
    assert_eq!(list(&notified, "notify/email.csv").frame.height(), 2);
}

#[test]
fn no_list_that_leaves_the_house_tells_what_a_customer_is_worth() {
    let notified = told(&[anna()], &[incident("leak")], &settings()).product;
    for list in &notified.lists {
        let text = written(list);
        assert!(!text.contains("4321") && !text.contains("_cents"), "{}", list.path);
    }
}

#[test]
fn every_list_is_there_even_when_it_is_empty() {
    let notified = told(&[], &[], &settings()).product;
    let paths: Vec<_> = notified.lists.iter().map(|list| list.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "lists.csv",
            "notify/email.csv",
            "notify/phone.csv",
            "notify/post.csv",
            "callcentre.csv",
            "unreachable.csv",
            "held.csv",
            "suppress.csv",
            "suppress_braze.csv",
            "suppress_hubspot.csv",
            "suppress_marketing_cloud.csv",
            "suppress_mailchimp.csv",
            "offers.csv",
        ]
    );
    assert!(notified.lists.iter().all(|list| list.frame.height() == 0));
}

#[test]
fn the_columns_of_each_list_are_what_its_reader_needs() {
    let notified = told(&[], &[], &settings()).product;
    let header = |path| written(list(&notified, path)).trim_end().to_owned();
    assert_eq!(
        header("notify/email.csv"),
        "notice_id,role,variant,addressee,greeting,salutation,first_name,middle_name,last_name,\
         suffix,email,language,text_language,jurisdiction,data_classes,element_text,nature,\
         n_affected,exposed_from,exposed_to,instructions,incidents,channel,fallback_channel,\
         offer_product,offer_months,activation_code,send_by,attempt"
    );
    assert_eq!(
        header("notify/post.csv"),
        "notice_id,role,variant,addressee,greeting,salutation,first_name,middle_name,last_name,\
         suffix,address_line_1,address_line_2,address_line_3,street,city,region,postal_code,\
         country,language,text_language,jurisdiction,data_classes,element_text,nature,\
         n_affected,exposed_from,exposed_to,instructions,incidents,channel,fallback_channel,\
         offer_product,offer_months,activation_code,send_by,attempt"
    );
    assert_eq!(
        header("callcentre.csv"),
        "notice_id,role,variant,salutation,first_name,middle_name,last_name,suffix,postal_code,\
         phone_ends,email_masked,outcome,channel,fallback_channel,language,jurisdiction,\
         data_classes,element_text,nature,instructions,incidents,offer_product,offer_months,\
         send_by"
    );
    assert_eq!(header("suppress.csv"), "customer_id,email,until,reason,except");
    assert_eq!(
        header("suppress_braze.csv"),
        "external_id,email,incident_suppress_until,incident_exception_tag"
    );
    assert_eq!(
        header("suppress_marketing_cloud.csv"),
        "Subscriber Key,Email Address,Suppress Until"
    );
    assert_eq!(header("suppress_hubspot.csv"), "Email,Incident suppress until");
    assert_eq!(header("suppress_mailchimp.csv"), "Email Address,TAGS,Suppress Until");
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_guarded_where_people_open_the_file() {
    let formula = "=HYPERLINK(\"http://evil.example\")";
    let people = [Who { name: formula, ..anna() }];
    let notified = told(&people, &[incident("leak")], &settings()).product;
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
fn the_unreachable_list_says_what_was_tried_and_why_it_fails() {
    let who = Who { phone: Some(("555", "placeholder")), post: false, ..anna() };
    let incidents = [Incident { channels_down: vec![Channel::Email], ..incident("leak") }];
    let notified = told(&[who], &incidents, &settings()).product;
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
        let notified = told(&people, &[incident("leak")], &settings()).product;
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
