//! What stops a run before it reads, and what does it say?

use super::*;
use crate::fault::{Exit, Fault, Shown};

#[test]
fn a_missing_column_is_named_with_the_one_that_was_meant() {
    let file = house(&[("a.csv", b"contact_id,first_name,mail\n1,A,x\n")]);
    let error = file.with(|crm| {
        crm.columns.insert(Field::Email, OneOrMany(vec!["email".to_owned()]));
    });
    assert_eq!(
        Shown(&error.refusal()).to_string(),
        "error: column `email` is missing from `a.csv`\n  at: [[ingest.source]] \"crm\"\n  \
         found: contact_id, first_name, mail\n  hint: map it with columns.email = \"mail\""
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_exit_code() {
    let refused = |name: &str, bytes: &[u8]| house(&[(name, bytes)]).refusal();
    assert!(matches!(refused("a.csv", b""), Error::Empty { .. }));
    assert!(matches!(refused("a.csv", b"x,y\n1,2\n"), Error::NamesNobody { .. }));
    assert!(matches!(refused("a.csv", b"email,email\n1,2\n"), Error::DuplicateColumn { .. }));
    assert!(matches!(refused("a.csv", b"PK\x03\x04"), Error::Unreadable { .. }));
    assert!(matches!(refused("a.csv", b"%PDF-1.7"), Error::WrongFormat { .. }));
    assert!(matches!(refused("a.parquet", b"PAR1 and no more"), Error::Unreadable { .. }));
    assert!(matches!(refused("a.arrow", b"ARROW1 and no more"), Error::Unreadable { .. }));
    let long = [&b"email\n"[..], &vec![b'x'; (16 << 20) + 1]].concat();
    let error = refused("a.csv", &long);
    assert_eq!((error.exit(), error.at().as_deref()), (Exit::Input, Some("a.csv:2")));
    let wide = format!("email{}\n", ",x".repeat(20_000));
    assert!(matches!(refused("a.csv", wide.as_bytes()), Error::TooManyColumns { .. }));
    let unknown = house(&[("a.csv", b"email\n")]).with(|crm| crm.preset = Some("hubspot".into()));
    assert_eq!(unknown.refusal().exit(), Exit::Usage);
    let mut twice = house(&[("a.csv", b"email\n")]);
    twice.settings.source.push(twice.settings.source[0].clone());
    assert!(matches!(twice.refusal(), Error::TwoSources { .. }));
    assert!(matches!(read(&Settings::default(), Path::new(".")), Err(Error::NoSource)));
}

#[test]
fn no_file_without_a_header_gives_its_people_away() {
    for file in ["anna@example.com,Anna\n", "Anna,+49 30 901820\n"] {
        let error = house(&[("a.csv", file.as_bytes())]).refusal();
        let shown = Shown(&error).to_string();
        assert!(shown.contains("looks like data"), "{shown}");
        assert!(!shown.contains("nna") && !shown.contains("901820"), "{shown}");
    }
}

#[test]
fn every_reason_has_an_id_and_says_what_it_means() {
    for reason in Reason::ALL {
        assert!(reason.doc().trim().ends_with(['.', '?']), "{reason}");
    }
    let mut ids: Vec<_> = Reason::ALL.iter().map(|reason| reason.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Reason::ALL.len());
}

#[test]
fn a_check_reads_headers_and_lists_the_files() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a.csv"), "email\n\"").unwrap();
    fs::write(root.path().join("o.csv"), "customer_key,at,amount\n").unwrap();
    let settings = "source = [{ name = \"crm\", files = [\"a.csv\"] }]\n\
                    orders = [{ name = \"shop\", files = [\"o.csv\"] }]";
    let settings: Settings = toml::from_str(settings).unwrap();
    let files = check(&settings, &[], root.path()).unwrap();
    let paths: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.n_bytes)).collect();
    assert_eq!(paths, [("a.csv", 7), ("o.csv", 23)]);
    fs::write(root.path().join("o.csv"), "customer_key,at,betrag\n").unwrap();
    let error = check(&settings, &[], root.path()).unwrap_err();
    assert_eq!(error.to_string(), "column `amount` is missing from `o.csv`");
    assert_eq!(error.at().as_deref(), Some("[[ingest.orders]] \"shop\""));
}
