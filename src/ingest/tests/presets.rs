//! Does each preset read what its system exports?

use std::path::PathBuf;

use super::*;

fn preset(name: &str) -> Read {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/presets");
    let mut source = source(vec![format!("{name}.csv")]);
    source.preset = Some(name.to_owned());
    read(&Settings { source: vec![source], ..Settings::default() }, &root).unwrap()
}

const EMAILS: [&str; 3] =
    ["anna.muller@example.com", "bo.smith@example.org", "BO.SMITH@EXAMPLE.ORG"];

#[test]
fn every_preset_reads_its_sample_of_three_people() {
    for name in preset_names() {
        let read = preset(name);
        assert_eq!(read.contacts.height(), 3, "{name}");
        let expected = if name == "salesforce-report" { 4 } else { 0 };
        assert_eq!(read.quarantine.height(), expected, "{name}");
        assert!(read.aside().iter().all(|(_, reason, _)| *reason == "footer"), "{name}");
        assert_eq!(read.column(column::FIRST_NAME), ["Anna", "Bo", "Robert"], "{name}");
        assert_eq!(read.column(column::LAST_NAME), ["Müller", "Smith", "Smith"], "{name}");
        let emails = read.column(column::EMAIL);
        match name {
            "google-contacts" | "google-contacts-legacy" => {
                assert_eq!(emails[0], "anna.muller@example.com\u{1f}anna@home.example");
                assert_eq!(emails[1..], EMAILS[1..]);
            }
            _ => assert_eq!(emails, EMAILS, "{name}"),
        }
        let work = read.column(column::PHONE)[0].split('\u{1f}').next().unwrap_or_default();
        assert_eq!(work, "+49 30 901820", "{name}");
    }
}

#[test]
fn lines_count_what_stands_inside_quotes() {
    assert_eq!(preset("hubspot-contacts").lines(), [2, 3, 5]);
    assert_eq!(preset("salesforce-contact").lines(), [2, 3, 6]);
    let read = preset("salesforce-report");
    assert_eq!(read.aside().iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [7, 8, 9, 10]);
}

#[test]
fn ids_come_as_the_system_itself_writes_them() {
    let ids = |name: &str| {
        preset(name).column(column::SOURCE_ID).iter().map(|&id| id.to_owned()).collect::<Vec<_>>()
    };
    let guid = |digit| format!("6f9619ff-8b86-d011-b42d-00c04fc964f{digit}");
    assert_eq!(ids("dynamics365-contacts"), [guid('f'), guid('e'), guid('d')]);
    assert_eq!(
        ids("shopify-customers"),
        ["901", "902", "7210448301122"].map(|id| id.replace("122", "123"))
    );
    assert_eq!(ids("zoho-contacts")[0], "4150868000000225013");
    assert_eq!(ids("suitecrm-leads")[2], "seed_will_id");
    assert_eq!(
        ids("salesforce-contact"),
        ["0035e00000AbCdEAAV", "0035e00000ABCDEAA5", "0035E00000abcdeQAA"]
    );
    assert_eq!(ids("salesforce-report")[1], "0035e00000ABCDE");
    assert_eq!(ids("mailchimp-audience")[0], "c2cb0681af");
}

#[test]
fn an_apostrophe_before_a_phone_is_taken_off_once() {
    assert_eq!(preset("shopify-customers").column(column::PHONE)[0], "+49 30 901820");
    let suite = preset("suitecrm-contacts");
    assert_eq!(suite.column(column::PHONE)[0], "+49 30 901820\u{1f}+49 1512 3456789");
}

#[test]
fn consent_that_is_asked_the_other_way_round_is_turned_round() {
    let header = "First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders\n";
    let rows = ["yes", "no", "", "perhaps"].map(|said| format!("A,B,a@example.com,{said},1,1\n"));
    let file = format!("{header}{}", rows.concat());
    let house = house(&[("a.csv", file.as_bytes())]);
    let read = house.with(|crm| crm.preset = Some("shopify-customers".to_owned())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["false", "true", "", "not perhaps"]);
}

#[test]
fn consent_in_words_or_in_the_name_of_the_file_is_found() {
    let file = b"Full Name,Do not allow Emails,Do not allow Phone Calls\nA B,Do Not Allow,Allow\n";
    let dynamics = house(&[("a.csv", file)]);
    let read =
        dynamics.with(|crm| crm.preset = Some("dynamics365-contacts".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["true"]);
    assert_eq!(read.column(column::DO_NOT_CALL_TEXT), ["false"]);
    let file: &[u8] = b"Email Address\na@example.com\n";
    let names = ["unsubscribed_a.csv", "subscribed_a.csv", "cleaned_a.csv"];
    let mailchimp = house(&names.map(|name| (name, file)));
    let read = mailchimp.with(|crm| crm.preset = Some("mailchimp-audience".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["true", "false", ""]);
}

#[test]
fn a_directory_path_is_no_address() {
    let file = b"First Name,E-mail Address,E-mail 2 Address\nA,/o=Org/ou=X/cn=a,a@example.com\n";
    let outlook = house(&[("a.csv", file)]);
    let read = outlook.with(|crm| crm.preset = Some("outlook-contacts".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a@example.com"]);
}

#[test]
fn an_own_preset_is_read_from_its_file() {
    let preset =
        b"[columns]\nemail = [\"Courriel\"]\nfax = [\"Fax\"]\n[values]\nnull_tokens = [\"neant\"]";
    let own = house(&[("a.csv", b"Courriel,Fax\na@example.com,1\nneant,2\n")]);
    fs::write(own.root.path().join("own.toml"), preset).unwrap();
    let read = own.with(|crm| crm.preset = Some("own.toml".to_owned())).read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a@example.com", ""]);
}
