//! What do the lists say, and how are they parted?

use jiff::civil::date;

use super::super::*;
use super::world::{
    Read, Who, anna, cells, incident, list, settings, told, told_after, told_called,
};
use super::written;
use crate::output::{Dialect, Folder};
use crate::terms::{Channel, NoticeOf};

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
    let [a, b] = [a, b].map(|of| Incident { notice: NoticeOf::Combined, ..of });
    let notified = told(&[both()], &[a, b], &settings()).product;
    let list = list(&notified, "notify/email.csv");
    assert_eq!(cells(list, "exposed_from"), ["2025-12-20"]);
    assert_eq!(cells(list, "exposed_to"), ["-"]);
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
         n_affected,exposed_from,exposed_to,instructions,advice_text,incidents,channel,\
         fallback_channel,offer_product,offer_months,activation_code,send_by,send_on,attempt"
    );
    assert_eq!(
        header("notify/post.csv"),
        "notice_id,role,variant,addressee,greeting,salutation,first_name,middle_name,last_name,\
         suffix,address_line_1,address_line_2,address_line_3,street,city,region,postal_code,\
         country,language,text_language,jurisdiction,data_classes,element_text,nature,\
         n_affected,exposed_from,exposed_to,instructions,advice_text,incidents,channel,\
         fallback_channel,offer_product,offer_months,activation_code,send_by,send_on,attempt"
    );
    assert_eq!(
        header("callcentre.csv"),
        "notice_id,role,variant,salutation,first_name,middle_name,last_name,suffix,postal_code,\
         phone_ends,email_masked,outcome,channel,fallback_channel,language,jurisdiction,\
         data_classes,element_text,nature,exposed_from,exposed_to,instructions,advice_text,\
         incidents,offer_product,offer_months,activation_code,send_by"
    );
    assert_eq!(header("suppress.csv"), "customer_id,email,until,reason,except");
    assert_eq!(
        header("suppress_braze.csv"),
        "email,incident_suppress_until,incident_exception_tag"
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
fn a_list_that_names_lists_names_the_files_of_this_run() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::begin(&home.path().join("run")).unwrap().for_drill(true);
    let naming = folder.naming();
    let notified = told_called(&[anna()], &[incident("leak")], &settings(), &naming);
    let index = list(&notified, "lists.csv");
    assert_eq!(cells(index, "list"), ["notify/DRILL-email.csv"]);
    assert_eq!(notified.decisions.text(c::LIST).get(0), Some("notify/DRILL-email.csv"));
}

#[test]
fn advice_is_written_out_in_the_language_of_the_letter() {
    let german = Who { jurisdiction: Some("DE"), language: Some("de"), ..anna() };
    let notified = told(&[german], &[incident("leak")], &settings()).product;
    let email = list(&notified, "notify/email.csv");
    let advice = cells(email, "advice_text").remove(0);
    assert!(advice.starts_with("Prüfen Sie Konten"), "{advice}");
    assert_eq!(
        advice.split("; ").count(),
        cells(email, "instructions").remove(0).split(';').count()
    );
}
