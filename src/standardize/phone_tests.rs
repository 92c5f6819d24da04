//! Cases from libphonenumber's own examples, the ranges for fiction, and exports.

use proptest::prelude::*;

use super::super::note::Notes;
use super::*;

fn read(raw: &str, country: &str) -> (Phone, String, Vec<Rule>) {
    let (mut notes, mut out) = (Notes::default(), String::new());
    let country = Some(country).filter(|country| !country.is_empty());
    let phone = standard(raw, country, &mut notes.at(0, "phone"), &mut out);
    (phone, out, notes.rules())
}

#[test]
fn a_number_in_any_notation_is_one_number() {
    for (raw, country, expected, kind) in [
        ("+49 30 901820", "DE", "+4930901820", "fixed"),
        ("030/901820", "DE", "+4930901820", "fixed"),
        ("(030) 90 18 20", "DE", "+4930901820", "fixed"),
        ("0049 30 901820", "DE", "+4930901820", "fixed"),
        ("+49 (0)30 901820", "DE", "+4930901820", "fixed"),
        ("+49 (0) 30-901820", "", "+4930901820", "fixed"),
        ("0049 30 901820", "US", "+4930901820", "fixed"),
        ("0049 30 901820", "", "+4930901820", "fixed"),
        ("tel:+49-30-901820", "", "+4930901820", "fixed"),
        ("'+49 30 901820", "DE", "+4930901820", "fixed"),
        ("+49 1512 3456789", "DE", "+4915123456789", "mobile"),
        ("0151 23456789", "DE", "+4915123456789", "mobile"),
        ("020 7946 0018", "GB", "+442079460018", "fixed"),
        ("07700 900123", "GB", "+447700900123", "mobile"),
        ("+44 (0)20 7946 0018", "GB", "+442079460018", "fixed"),
        ("(650) 253-0000", "US", "+16502530000", "either"),
        ("650.253.0000", "US", "+16502530000", "either"),
        ("1-650-253-0000", "US", "+16502530000", "either"),
        ("+1 650 253 0000", "DE", "+16502530000", "either"),
        ("011 49 30 901820", "US", "+4930901820", "fixed"),
        ("1-800-FLOWERS", "US", "+18003569377", "other"),
        ("044 668 18 00", "CH", "+41446681800", "fixed"),
        ("02 3661 8300", "IT", "+390236618300", "fixed"),
        ("06 12 34 56 78", "FR", "+33612345678", "mobile"),
        ("＋４９ ３０ ９０１８２０", "", "+4930901820", "fixed"),
        ("4930901820.0", "DE", "+4930901820", "fixed"),
        ("+39 (0) 347 123 4567", "IT", "+393471234567", "mobile"),
        ("+1 (0) 650-253-0000", "US", "+16502530000", "either"),
    ] {
        let (phone, out, _) = read(raw, country);
        assert_eq!((phone.status, out.as_str()), (Status::Valid, expected), "{raw} in {country}");
        assert_eq!(phone.line_type, Some(kind), "{raw}");
    }
}

#[test]
fn a_zero_that_a_spreadsheet_took_off_is_told() {
    for (raw, country, expected, rules) in [
        ("15123456789", "DE", "+4915123456789", &[Rule::PhoneLeadingZero][..]),
        ("7700900123", "GB", "+447700900123", &[Rule::PhoneLeadingZero]),
        ("015123456789", "DE", "+4915123456789", &[]),
        ("1512 3456789", "DE", "+4915123456789", &[]),
        ("6502530000", "US", "+16502530000", &[]),
        ("612345678", "ES", "+34612345678", &[]),
    ] {
        let (phone, out, found) = read(raw, country);
        assert_eq!((phone.status, out.as_str()), (Status::Valid, expected), "{raw} in {country}");
        assert_eq!(found, rules, "{raw} in {country}");
    }
    // In Italy the zero is part of the number: without it there is no such number.
    let (mut notes, mut out) = (Notes::default(), String::new());
    standard("236618300", Some("IT"), &mut notes.at(0, "phone"), &mut out);
    assert_eq!(notes.rules(), [Rule::PhoneInvalid, Rule::PhoneLeadingZero]);
    assert_eq!(notes.suggestions(), ["+390236618300"]);
}

#[test]
fn numbers_of_fiction_are_valid_since_sample_data_are_made_of_them() {
    for (raw, country) in [
        ("(212) 555-0123", "US"),
        ("415-555-0100", "US"),
        ("+1 907 555 0199", ""),
        ("020 7946 0999", "GB"),
        ("07700 900000", "GB"),
        ("0113 496 0123", "GB"),
        ("0131 496 0999", "GB"),
        ("01632 960123", "GB"),
        ("0808 157 0123", "GB"),
    ] {
        assert_eq!(read(raw, country).0.status, Status::Valid, "{raw}");
    }
}

#[test]
fn fillers_are_placeholders_though_google_takes_half_of_them() {
    for (raw, country) in [
        ("555-0000", "US"),
        ("555-1234", "US"),
        ("(212) 555-0000", "US"),
        ("212-555-1234", "US"),
        ("0000000000", "DE"),
        ("11111", "DE"),
        ("999-999-9999", "US"),
        ("123456789", "DE"),
        ("1234567890", "US"),
        ("0123456789", "FR"),
        ("9876543210", "US"),
        ("12345", ""),
        ("+49 30 0000000", "DE"),
        ("+1 111 111 1111", "US"),
        ("+49 151 XXXX123", "DE"),
        ("***-***-1234", "US"),
        ("0171 *****", "DE"),
        ("xxx-xxx-xxxx", "US"),
        ("000", ""),
        ("+49 1234567890", "DE"),
        ("030 7777777", "DE"),
    ] {
        let (phone, _, rules) = read(raw, country);
        assert_eq!(phone.status, Status::Placeholder, "{raw}");
        assert_eq!(rules, [Rule::PhonePlaceholder], "{raw}");
    }
}

#[test]
fn a_number_of_the_plan_whose_digits_count_up_stays_valid_and_is_told() {
    // Examples of libphonenumber.
    for (raw, country) in [
        ("+33 1 23 45 67 89", "FR"),
        ("01 23 45 67 89", "FR"),
        ("+3212345678", "BE"),
        ("+819012345678", "JP"),
    ] {
        let (phone, _, rules) = read(raw, country);
        assert_eq!(phone.status, Status::Valid, "{raw}");
        assert_eq!(rules, [Rule::PhonePlaceholder], "{raw}");
    }
    assert_eq!(read("123-456-789", "US").0.status, Status::Placeholder);
}

#[test]
fn a_word_behind_a_number_is_not_dialled() {
    for raw in ["0171 2345678 (privat)", "0171 2345678 Büro", "0171 2345678 [work]"] {
        let (phone, form, _) = read(raw, "DE");
        assert_eq!((phone.status, form.as_str()), (Status::Valid, "+491712345678"), "{raw}");
    }
    assert_eq!(read("1-800-FLOWERS", "US").1, "+18003569377");
}

#[test]
fn what_is_no_number_is_kept_as_written_with_the_reason() {
    for (raw, country, rule) in [
        ("see notes", "DE", Rule::PhoneNotANumber),
        ("n", "DE", Rule::PhoneNotANumber),
        ("4.42079E+11", "GB", Rule::ExcelScientific),
        ("4,42079E+11", "GB", Rule::ExcelScientific),
        ("4.9E11", "DE", Rule::ExcelScientific),
        ("020 7946 0018", "", Rule::PhoneNoCountry),
        ("+999 123 456", "", Rule::PhoneInvalid),
    ] {
        let (phone, out, rules) = read(raw, country);
        assert_eq!((phone.status, out.as_str()), (Status::Unreadable, raw), "{raw}");
        assert_eq!(rules, [rule], "{raw}");
    }
}

#[test]
fn what_can_not_exist_has_a_form_and_no_use() {
    let (phone, out, rules) = read("+49 30 1", "DE");
    assert_eq!((phone.status, out.as_str()), (Status::Invalid, "+49301"));
    assert_eq!(rules, [Rule::PhoneInvalid]);
    let (phone, _, _) = read("253-0000", "US");
    assert_eq!(phone.status, Status::Invalid, "a local number without its area");
}

#[test]
fn a_country_code_without_its_plus_is_suggested() {
    let mut notes = Notes::default();
    standard("442079460018", Some("US"), &mut notes.at(0, "phone"), &mut String::new());
    assert_eq!(notes.suggestions(), ["+442079460018"]);
}

#[test]
fn an_extension_is_left_out_and_recorded() {
    for raw in ["(650) 253-0000 x123", "650-253-0000 ext. 5", "+1 650 253 0000;ext=12"] {
        let (phone, out, rules) = read(raw, "US");
        assert_eq!((phone.status, out.as_str()), (Status::Valid, "+16502530000"), "{raw}");
        assert_eq!(rules, [Rule::PhoneExtension], "{raw}");
    }
}

#[test]
fn a_number_of_another_country_is_found() {
    assert_eq!(read("+44 20 7946 0018", "DE").2, [Rule::PhoneOtherCountry]);
    assert_eq!(read("+1 416 253 0000", "US").2, [], "one plan covers North America");
}

#[test]
fn several_numbers_in_a_cell_are_parted_and_one_is_not() {
    let check = |cell, expected: &[&str]| {
        let mut parts = Vec::new();
        several(cell, Some("DE"), |part| parts.push(part));
        assert_eq!(parts, expected);
    };
    check("030 901820 / 0151 23456789", &["030 901820", "0151 23456789"]);
    check("030901820;015123456789", &["030901820", "015123456789"]);
    check("030 901820 oder 0151 23456789", &["030 901820", "0151 23456789"]);
    check("030/901820", &["030/901820"]);
    check("+49 30 / 901820", &["+49 30 / 901820"]);
    check("+1 650 253 0000;ext=12", &["+1 650 253 0000;ext=12"]);
}

proptest! {
    #[test]
    fn any_text_is_read_and_twice_is_once(
        raw in "\\PC*|[+0-9() ./x-]{5,18}",
        country in "(DE|US|GB|IT|FR)?",
    ) {
        let (phone, once, _) = read(&raw, &country);
        let (again, twice, _) = read(&once, &country);
        if phone.status == Status::Valid {
            prop_assert_eq!((phone, &once), (again, &twice));
        }
    }
}
