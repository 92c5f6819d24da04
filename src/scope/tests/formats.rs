//! Every form in which a list may come.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;

use super::*;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hmac(key: &str, text: &str) -> String {
    let mut hasher = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hasher.update(text.as_bytes());
    hex(hasher.finalize().into_bytes())
}

/// An incident with one list of a kind.
fn listing(kind: &str, rest: &str) -> Vec<Incident> {
    vec![incident(
        "leak",
        &format!(
            "[[scope]]\nname = \"list\"\nfile = \"list.txt\"\nidentifier = \"{kind}\"\n\
             data_classes = [\"email\"]\n{rest}"
        ),
    )]
}

fn lenient() -> Settings {
    Settings { matched_share_min: Probability::new(0.0), ..Settings::default() }
}

#[test]
fn every_identifier_is_met_in_every_hash() {
    let world = World::of(&[
        record(0, &[("email", "anna@example.com"), ("phone", "+12025550123")]),
        record(1, &[("customer_key", "K-17"), ("record_id", "0035e00000AbCdEAAV")]),
    ]);
    let cases = [
        ("email_md5", hex(Md5::digest("anna@example.com")), "c_0", "email_md5"),
        ("email_sha1", hex(Sha1::digest("anna@example.com")), "c_0", "email_sha1"),
        ("email_hash", hex(Md5::digest("anna@example.com")), "c_0", "email_hash"),
        ("email_hash", sha256("anna@example.com"), "c_0", "email_hash"),
        ("phone_sha1", hex(Sha1::digest("12025550123")), "c_0", "phone_sha1:digits"),
        ("phone_md5", hex(Md5::digest("0012025550123")), "c_0", "phone_md5:double_zero"),
        ("phone_sha256", sha256("2025550123"), "c_0", "phone_sha256:national"),
        ("customer_key_sha256", sha256("k-17"), "c_1", "customer_key_sha256:lower"),
        ("record_id_md5", hex(Md5::digest("0035e00000AbCdE")), "c_1", "record_id_md5:fifteen"),
        ("hibp", "anna@example.com".to_owned(), "c_0", "hibp"),
    ];
    for (kind, value, customer, matched_by) in cases {
        let scoped =
            world.scoped_with(&listing(kind, ""), &[row("list", 1, kind, &value)], &lenient());
        let found = shown(&scoped.unwrap().affected, &["customer_id", "matched_by"]);
        assert_eq!(found, format!("{customer} {matched_by}"), "{kind}");
    }
}

#[test]
fn a_list_hashed_with_a_key_is_met_with_that_key_alone() {
    let world = World::of(&[record(0, &[("email", "anna@example.com")])]);
    let incidents = listing("email_hmac_sha256", "key_file = \"k\"");
    let table = entries(&[row("list", 1, "email_hmac_sha256", &hmac("Jefe", "anna@example.com"))]);
    let found = |key: Option<&str>| {
        let keys: Vec<_> = key
            .map(|key| ListKey {
                incident: "leak".to_owned(),
                file: "list".to_owned(),
                key: HashKey(key.as_bytes().to_vec()),
            })
            .into_iter()
            .collect();
        let lists = Lists { keys: &keys, ..lists(&incidents, &table) };
        affected(&world.known(), &lists, &Settings::default())
            .map(|counted| counted.product.affected.height())
    };
    assert_eq!(found(Some("Jefe")).unwrap(), 1);
    let error = found(Some("jefe")).unwrap_err();
    assert!(error.hint().unwrap().contains("ask for the key"), "{error}");
    assert!(matches!(found(None), Err(Error::NoKey { .. })));
}

#[test]
fn a_list_that_holds_another_hash_than_it_says_is_told_which() {
    let world = World::of(&[record(0, &[("email", "anna@example.com")])]);
    let value = hex(Md5::digest("anna@example.com"));
    let rows: Vec<_> = (1..5).map(|line| row("list", line, "email_sha256", &value)).collect();
    let error = world.scoped(&listing("email_sha256", ""), &rows).unwrap_err();
    let text = Shown(&error).to_string();
    assert!(text.contains("these are hashes by MD5"), "{text}");
    assert!(text.contains("email_hash"), "{text}");
}

#[test]
fn a_list_put_together_from_two_loses_nobody_and_is_told_to_be_mixed() {
    let people: Vec<_> =
        (0..40).map(|n| record(n, &[("email", &format!("a.n{n}+x@gmail.com"))])).collect();
    let world = World::of(&people);
    let value = |n: u64| match n {
        0..20 => format!("an{n}@gmail.com"),
        20..35 => format!("an{n}+x@gmail.com"),
        _ => format!("a.n{n}+x@gmail.com"),
    };
    let rows: Vec<_> =
        (0..40).map(|n| row("list", n, "email_sha256", &sha256(&value(n)))).collect();
    let scoped = world.scoped(&listing("email_sha256", ""), &rows).unwrap();
    assert_eq!(scoped.affected.height(), 40);
    let file = &scoped.files[0];
    assert_eq!((file.profile, file.mixed), (Some("google"), true));
    let tried: Vec<_> = file
        .profiles
        .iter()
        .map(|tried| (tried.profile, tried.n_besides_best, tried.believed))
        .collect();
    assert_eq!(
        tried,
        [
            ("lower_trim", 5, true),
            ("google", 0, true),
            ("google_dots", 15, true),
            ("uid2", 0, false),
            ("untagged", 0, false)
        ]
    );
    assert!((file.matched_share.get() - 1.0).abs() < 1e-12);
}

#[test]
fn one_national_number_of_another_country_is_chance_and_names_nobody() {
    let mut people: Vec<_> =
        (0..30).map(|n| record(n, &[("phone", &format!("+4930123400{n:02}"))])).collect();
    // The same digits in another country.
    people.push(record(99, &[("phone", "+430493012340007")]));
    let world = World::of(&people);
    let rows: Vec<_> =
        (0..30)
            .map(|n| row("list", n, "phone_sha256", &sha256(&format!("04930123400{n:02}"))))
            .chain((30..60).map(|n| {
                row("list", n, "phone_sha256", &sha256(&format!("+4930123400{:02}", n - 30)))
            }))
            .collect();
    let scoped = world.scoped(&listing("phone_sha256", ""), &rows).unwrap();
    assert_eq!(scoped.affected.height(), 30);
    assert!(!shown(&scoped.affected, &["customer_id"]).contains("c_99"));
}

#[test]
fn a_canary_proves_the_origin_and_is_never_told() {
    let world = World::of(&[
        record(0, &[("email", "anna@example.com")]),
        record(1, &[("email", "mia@canary.example"), ("customer_key", "K9")]),
    ]);
    let incidents = leak();
    let rows = [
        row("mails", 2, "email", "anna@example.com"),
        row("mails", 3, "email", "mia@canary.example"),
        row("mails", 4, "email", "noah@canary.example"),
        row("hashes", 5, "email_sha256", &sha256("mia@canary.example")),
    ];
    let table = entries(&rows);
    let canaries = entries(&[
        row("canaries.csv", 2, "email", "mia@canary.example"),
        row("canaries.csv", 3, "email", "noah@canary.example"),
    ]);
    // A description means the record of the canary as well.
    let named = [Named { entry: 0, record: 1, evidence: Evidence::Confirmed, probability: None }];
    let with = Lists { canaries: Some(&canaries), named: &named, ..lists(&incidents, &table) };
    let scoped = affected(&world.known(), &with, &lenient()).unwrap();
    let tally = scoped.tally.clone();
    let scoped = crate::ledger::Ledger::default().enter(scoped);
    assert_eq!(shown(&scoped.affected, &["customer_id"]), "c_0");
    assert_eq!(
        shown(&scoped.canaries, &["scope_file", "scope_line", "canary_line"]),
        "hashes 5 2\nmails 2 null\nmails 3 2\nmails 4 3"
    );
    assert_eq!(scoped.unmatched.height(), 0, "{tally:?}");
    let mails = scoped.files.iter().find(|file| file.file == "mails").unwrap();
    assert_eq!((mails.n_rows, mails.n_matched, mails.n_canaries), (3, 3, 2));
}

#[test]
fn a_description_means_every_record_of_which_all_of_it_holds() {
    let records = [(0, "Premium", Some(10)), (1, "premium ", Some(30)), (2, "Basic", Some(10))];
    let records = [&records[..], &[(3, "Premium", None), (4, "Premium", Some(20))]].concat();
    let world = World::of(&records.iter().map(|it| record(it.0, &[])).collect::<Vec<_>>());
    let columns = Contact::COLUMNS.iter().map(|&column| match column.name {
        "segment" => column.texts(records.iter().map(|it| Some(it.1))),
        "created_at" => column.instants(records.iter().map(|it| it.2.map(|day| day * 86_400_000))),
        _ => world.contacts.frame().column(column.name).unwrap().clone(),
    });
    let contacts = Table::of(columns.collect());
    let scope = "[[scope]]\nname = \"old premium\"\ndata_classes = [\"name\"]\n\
                 [scope.where]\nsegment = \"Premium\"\ncreated_before = \"1970-01-21\"";
    let incidents = [incident("leak", scope)];
    let table = entries(&[row("old premium", 1, "where", "where")]);
    let named = described(&contacts, &incidents, &table);
    let found: Vec<_> = named.iter().map(|it| (it.record, it.evidence)).collect();
    assert_eq!(found, [(0, Evidence::Probable), (3, Evidence::Possible)]);

    let known = Known { contacts: &contacts, ..world.known() };
    let with = Lists { named: &named, ..lists(&incidents, &table) };
    let scoped = affected(&known, &with, &Settings::default()).unwrap().product;
    assert_eq!(
        shown(&scoped.affected, &["customer_id", "evidence", "matched_by"]),
        "c_0 probable where\nc_3 possible where"
    );
    let nobody = affected(&known, &lists(&incidents, &table), &Settings::default()).unwrap_err();
    assert!(matches!(nobody, Error::NobodyDescribed { .. }), "{nobody}");
}

#[test]
fn what_a_vendor_listed_is_not_asked_of_the_contacts_and_what_another_list_exposed_is() {
    let world = World::of(&[record(0, &[("email", "a@example.com")])]);
    let scope = "[[scope]]\nname = \"ours\"\nfile = \"o\"\nidentifier = \"email\"\n\
                 data_classes = [\"email\", \"dob\"]\n\
                 [[scope]]\nname = \"theirs\"\nfile = \"t\"\nidentifier = \"email\"\n\
                 data_classes = [\"phone\"]\nvendor = \"Mailer Ltd\"\n\
                 vendor_notified_at = \"2026-03-01T00:00:00Z\"";
    let incidents = [incident("leak", scope)];
    let value = Some("a@example.com".to_owned());
    let rows = [
        ("leak", "ours", 1, "email", value.clone(), "dob;email"),
        ("leak", "theirs", 1, "email", value, "phone"),
    ];
    let scoped = world.scoped(&incidents, &rows).unwrap();
    assert_eq!(shown(&scoped.affected, &["data_classes", "classes_left_out"]), "email;phone dob");
    assert_eq!(
        shown(&scoped.matches, &["scope_file", "listed_classes", "evidence"]),
        "ours dob;email confirmed\ntheirs phone confirmed"
    );
    assert_eq!(scoped.files[0].vendor, None);
    assert_eq!(scoped.files[1].vendor.as_deref(), Some("Mailer Ltd"));
    assert!(scoped.files[1].vendor_notified_at.is_some());
}

#[test]
fn what_earlier_notices_told_stands_beside_what_was_exposed() {
    let world = World::of(&[
        record(0, &[("email", "a@example.com")]),
        record(1, &[("email", "b@example.com")]),
    ]);
    let table = entries(&[
        row("mails", 1, "email", "a@example.com"),
        row("mails", 2, "email", "b@example.com"),
    ]);
    let incidents = leak();
    let told = Told::of(vec![
        (1, "leak".to_owned(), "email".to_owned()),
        (1, "another".to_owned(), "ssn".to_owned()),
    ]);
    let with = lists(&incidents, &table);
    let scoped =
        affected_since(&world.known(), &with, Some(&told), &Settings::default()).unwrap().product;
    assert_eq!(
        shown(&scoped.affected, &["customer_id", "data_classes", "classes_told"]),
        "c_0 email;name null\nc_1 email;name email"
    );
}
