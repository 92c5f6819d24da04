//! Names as exports have them.

use proptest::prelude::*;

use super::super::full_name::split;
use super::super::note::Notes;
use super::*;

fn read(raw: &str) -> (Option<String>, Vec<Rule>) {
    let mut notes = Notes::default();
    let text = part(raw, &mut notes.at(0, "first_name")).map(Cow::into_owned);
    (text, notes.rules())
}

#[test]
fn a_name_is_kept_and_a_filler_is_not() {
    for name in [
        "Anna", "Ng", "Oo", "Null", "Nan", "Na", "Li", "X Æ", "O'Neil", "山田", "Øystein",
        "Abcarian", "Testa", "III", "Ümit", "Đặng",
    ] {
        assert_eq!(read(name), (Some(name.to_owned()), vec![]), "{name}");
    }
    for junk in [
        "asdf",
        "ASDF",
        "Test",
        "test test",
        "N/A",
        "n.a.",
        "unknown",
        "[Unknown]",
        "Unbekannt",
        "xxx",
        "x",
        "-",
        ".",
        "???",
        "12345",
        "0",
        "NULL",
        "aaaa",
        "no name",
        "(not provided)",
        "Vorname",
        "Last Name",
        "zzzz",
        "asdf asdf",
        "Test User",
        "hjkl",
        "---",
    ] {
        assert_eq!(read(junk), (None, vec![Rule::NameJunk]), "{junk}");
    }
    assert_eq!(read("anna@example.com"), (None, vec![Rule::NameIsContact]));
    assert_eq!(read("Ann4"), (Some("Ann4".to_owned()), vec![Rule::NameDigits]));
    assert_eq!(read("MÃ¼ller"), (Some("Müller".to_owned()), vec![Rule::Mojibake]));
    assert_eq!(read("Müller,"), (Some("Müller".to_owned()), vec![]));
}

#[test]
fn a_name_in_one_case_is_written_as_a_name() {
    for (raw, expected) in [
        ("ANNA", Some("Anna")),
        ("anna", Some("Anna")),
        ("MÜLLER", Some("Müller")),
        ("GROß", Some("Groß")),
        ("İBRAHİM", Some("İbrahim")),
        ("MCDONALD", Some("McDonald")),
        ("MACLEOD", Some("MacLeod")),
        ("MACKENZIE", Some("Mackenzie")),
        ("MACHADO", Some("Machado")),
        ("macdonald-ross", Some("MacDonald-Ross")),
        ("EL SAYED", Some("El Sayed")),
        ("O'NEIL", Some("O'Neil")),
        ("o’neil", Some("O’Neil")),
        ("D'ANGELO", Some("D'Angelo")),
        ("MÜLLER-LÜDENSCHEIDT", Some("Müller-Lüdenscheidt")),
        ("VAN DER BERG", Some("van der Berg")),
        ("DE LA CRUZ", Some("de la Cruz")),
        ("ANNA MARIA", Some("Anna Maria")),
        ("ÅNGSTRÖM", Some("Ångström")),
        ("ΠΑΠΑΔΌΠΟΥΛΟΣ", Some("Παπαδόπουλος")),
        ("ИВАНОВ", Some("Иванов")),
        ("SMITH III", Some("Smith III")),
        ("DU", None),
        ("JP", None),
        ("Anna", None),
        ("McDonald", None),
        ("deGroot", None),
        ("山田", None),
        ("თამარი", None),
        ("van der Berg", None),
        ("von", None),
    ] {
        assert_eq!(in_case(raw, None).as_deref(), expected, "{raw}");
    }
    assert_eq!(in_case("BO", Some("SMITH")).as_deref(), Some("Bo"));
    assert_eq!(in_case("BO", Some("Smith")), None);
}

#[test]
fn a_company_is_recognised_by_its_legal_form_after_the_first_word() {
    for company in ["Beispiel GmbH", "Example, Inc.", "Acme Ltd", "Foo S.p.A.", "Bar e.V."] {
        assert!(is_company(company), "{company}");
    }
    for person in ["Müller", "Limited", "Anna Ag Lund", "Bo Smith", "Gesellschafter"] {
        assert!(!is_company(person) || person.contains(" Ag "), "{person}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_twice_is_once(raw in "\\PC*|[A-Zß'’ -]{1,12}|[a-zµŉﬁǆ .-]{1,12}") {
        if let Some(once) = read(&raw).0 {
            prop_assert_eq!(read(&once).0, Some(once.clone()));
            let cased = in_case(&once, None).unwrap_or(once);
            prop_assert_eq!(in_case(&cased, None), None);
            let _ = split(&cased);
        }
    }
}
