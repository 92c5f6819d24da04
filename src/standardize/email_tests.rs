//! Cases from RFC 5321, 5322, 6531 and from exports.

use proptest::prelude::*;

use super::super::note::Notes;
use super::*;

fn read(raw: &str) -> (Status, String, Notes) {
    let (mut notes, mut domains, mut out) = (Notes::default(), Domains::default(), String::new());
    let status = standard(raw, &mut domains, &mut notes.at(0, "email"), &mut out);
    (status, out, notes)
}

#[test]
fn addresses_that_mail_systems_accept_are_valid_in_one_form() {
    for (raw, expected) in [
        ("anna.muller@example.com", "anna.muller@example.com"),
        (" BO.SMITH@EXAMPLE.ORG ", "bo.smith@example.org"),
        ("anna+news@mail.example.com", "anna+news@mail.example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("x_lind-z@sub-domain.example", "x_lind-z@sub-domain.example"),
        ("anna@firma.example", "anna@firma.example"),
        ("1234567890@example.com", "1234567890@example.com"),
        ("!#$%&*+-/=?^_`{|}~@example.com", "!#$%&*+-/=?^_`{|}~@example.com"),
        ("anna@müller.de", "anna@xn--mller-kva.de"),
        ("anna@xn--mller-kva.de", "anna@xn--mller-kva.de"),
        ("anna@例え.jp", "anna@xn--r8jz45g.jp"),
        ("müller@example.com", "müller@example.com"),
        ("\"anna muller\"@example.com", "\"anna muller\"@example.com"),
        ("anna@example.co.uk", "anna@example.co.uk"),
        ("anna@example.museum", "anna@example.museum"),
        ("anna@t-online.de", "anna@t-online.de"),
        ("a@b.co", "a@b.co"),
        ("anna@123.com", "anna@123.com"),
        ("anna@EXAMPLE。com", "anna@example.com"),
    ] {
        let (status, out, _) = read(raw);
        assert_eq!((status, out.as_str()), (Status::Valid, expected), "{raw}");
    }
}

#[test]
fn what_no_mail_server_takes_is_unreadable_and_kept_as_written() {
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("anna@{}.com", "a".repeat(64));
    let long = format!("anna@{}com", "abcdefghi.".repeat(25));
    for raw in [
        "anna",
        "anna@",
        "@example.com",
        "anna@@example.com",
        "anna@example",
        "anna@localhost",
        ".anna@example.com",
        "anna.@example.com",
        "anna..m@example.com",
        "anna@.example.com",
        "anna@example..com",
        "anna@-example.com",
        "anna@example-.com",
        "anna@exa_mple.com",
        "anna m@example.com",
        "anna@exam ple.com",
        "anna@[192.0.2.1]",
        "anna@192.0.2.1",
        "an(c)na@example.com",
        "anna@example.com@example.com",
        "anna,m@example.com",
        "anna@example,com",
        "\"an\"na\"@example.com",
        "\"\"@example.com",
        "a\"b@example.com",
        "anna\u{7}m@example.com",
        "anna@example.com\\",
        "an na",
        "<>",
        "a:b@example.com",
        long_local.as_str(),
        long_label.as_str(),
        long.as_str(),
        "anna@xn--.com",
    ] {
        let (status, out, notes) = read(raw);
        assert_eq!((status, out.as_str()), (Status::Unreadable, raw.trim()), "{raw}");
        assert!(notes.rules().contains(&Rule::EmailSyntax), "{raw}");
    }
}

#[test]
fn limits_are_met_to_the_letter() {
    let local = "a".repeat(64);
    assert_eq!(read(&format!("b{}@example.com", &local[1..])).0, Status::Valid);
    let domain = format!("{0}.{0}.{1}.com", "b".repeat(63), "c".repeat(57));
    assert_eq!(format!("{local}@{domain}").len(), 64 + 1 + 189);
    assert_eq!(read(&format!("b{}@{domain}", &local[1..])).0, Status::Valid, "254");
    assert_eq!(read(&format!("b{}@c{domain}", &local[1..])).0, Status::Unreadable, "64 in a label");
}

#[test]
fn what_is_wrapped_around_an_address_is_taken_off_and_recorded() {
    for raw in [
        "<anna@example.com>",
        "mailto:anna@example.com",
        "MAILTO:anna@example.com?subject=x",
        "Anna Müller <anna@example.com>",
        "\"Müller, Anna\" <anna@example.com>;",
        "anna@example.com.",
        "anna@example.com,",
        "'anna@example.com'",
        "'anna@example.com",
        "(anna@example.com)",
        "\"anna@example.com\"",
        "[anna@example.com]",
        "<mailto:anna@example.com>",
    ] {
        let (status, out, notes) = read(raw);
        assert_eq!((status, out.as_str()), (Status::Valid, "anna@example.com"), "{raw}");
        assert_eq!(notes.rules(), [Rule::EmailWrapped], "{raw}");
    }
    assert_eq!(read("  anna@example.com\u{a0}").2.rules(), []);
}

#[test]
fn fillers_are_placeholders_even_where_the_domain_is_none() {
    for raw in [
        "test@test.com",
        "noemail@example.com",
        "no-email@firm.de",
        "none@none.com",
        "a@a.a",
        "no@email.com",
        "asdf@asdf.com",
        "xxx@xxx.xxx",
        "n/a@example.com",
        "TEST@example.com",
        "aaaa@example.org",
        "anna@test.test",
        "keine@email.de",
        "unknown@unknown.com",
        "xx@xx.com",
        "test@gmail.com",
        "abc@abc.de",
        "noemail@firma.de",
    ] {
        let (status, _, notes) = read(raw);
        assert_eq!(status, Status::Placeholder, "{raw}");
        assert_eq!(notes.rules(), [Rule::EmailPlaceholder], "{raw}");
    }
    for raw in [
        "tester.anna@example.com",
        "bob@bob.com",
        "e@x.com",
        "anna@nomad.com",
        "test@firma.de",
        "na@firma.example",
    ] {
        assert_eq!(read(raw).0, Status::Valid, "{raw}");
    }
}

#[test]
fn a_domain_without_a_public_suffix_has_a_form_and_no_use() {
    for raw in ["Anna@server.local", "anna@example.con", "anna@example.invalid", "anna@x.y.zzzz"] {
        let (status, out, notes) = read(raw);
        assert_eq!((status, out), (Status::Invalid, raw.to_lowercase()), "{raw}");
        assert!(notes.rules().contains(&Rule::EmailDomainUnknown), "{raw}");
    }
}

#[test]
fn a_slip_in_a_providers_name_is_suggested_and_never_applied() {
    for (raw, meant) in [
        ("anna@gmial.com", "anna@gmail.com"),
        ("anna@gmai.com", "anna@gmail.com"),
        ("anna@gmaill.com", "anna@gmail.com"),
        ("anna@gmail.con", "anna@gmail.com"),
        ("anna@gmail.co", "anna@gmail.com"),
        ("anna@hotmial.com", "anna@hotmail.com"),
        ("anna@yaho.com", "anna@yahoo.com"),
        ("anna@outlok.com", "anna@outlook.com"),
        ("anna@gmial.example", "anna@gmail.example"),
        // Mailcheck's cases.
        ("test@gmail.con", "test@gmail.com"),
        ("test@gnail.con", "test@gmail.com"),
        ("test@homail.con", "test@hotmail.com"),
        ("test@gmailc.om", "test@gmail.com"),
        ("test@yahooo.cmo", "test@yahoo.com"),
        ("test@randomsmallcompany.cmo", "test@randomsmallcompany.com"),
        ("test@comcast.nry", "test@comcast.net"),
        ("test@#gmail.com", "test@gmail.com"),
        ("anna@gmailcom", "anna@gmail.com"),
        ("anna@hotmail", "anna@hotmail.com"),
        ("anna@t-onlin.de", "anna@t-online.de"),
    ] {
        let (_, out, notes) = read(raw);
        assert_eq!(out, raw);
        assert_eq!(notes.suggestions(), [meant], "{raw}");
    }
    for raw in [
        "anna@gmail.com",
        "anna@mail.com",
        "anna@ymail.com",
        "anna@email.com",
        "anna@gmx.com",
        "anna@example.com",
        "anna@yahoo.ca",
        "anna@hotmail.ca",
        "anna@live.de",
    ] {
        assert!(read(raw).2.rules().is_empty(), "{raw}");
    }
}

#[test]
fn a_slip_in_the_syntax_is_suggested() {
    for raw in [
        "anna@@example.com",
        "anna@example,com",
        "anna @example.com",
        "anna(at)example.com",
        "anna@example..com",
        ".anna@example.com",
    ] {
        assert_eq!(read(raw).2.suggestions(), ["anna@example.com"], "{raw}");
    }
}

#[test]
fn offices_and_throwaway_mail_are_valid_and_found() {
    assert_eq!(read("info@example.com").2.rules(), [Rule::EmailRole]);
    assert_eq!(read("anna@mailinator.com").2.rules(), [Rule::EmailDisposable]);
    assert_eq!(read("anna@x.yopmail.com").2.rules(), [Rule::EmailDisposable]);
    assert_eq!(read("\"a b\"@example.com").2.rules(), [Rule::EmailQuotedLocal]);
    assert_eq!(read("anna@example.com").2.rules(), []);
}

#[test]
fn several_addresses_in_a_cell_are_parted() {
    let check = |cell, expected: &[&str]| assert_eq!(several(cell).collect::<Vec<_>>(), expected);
    check("a@b.com;c@d.com", &["a@b.com", "c@d.com"]);
    check("a@b.com, c@d.com", &["a@b.com", "c@d.com"]);
    check("a@b.com ::: c@d.com", &["a@b.com", "c@d.com"]);
    check("a@b.com c@d.com", &["a@b.com", "c@d.com"]);
    check("Lind, Anna <a@b.com>", &["Lind, Anna <a@b.com>"]);
    check("\"a;b\"@c.com", &["\"a;b\"@c.com"]);
    check(" ", &[]);
}

proptest! {
    #[test]
    fn any_text_is_read_and_twice_is_once(
        raw in "\\PC*|[a-zA-Z0-9.+İſẞÅ'\"<>, -]{1,12}@[a-zA-Z0-9.ü-]{1,12}\\.(com|example|de|İ)?",
    ) {
        let (status, once, _) = read(&raw);
        let (again, twice, _) = read(&once);
        prop_assert_eq!((status, &once), (again, &twice));
    }
}
