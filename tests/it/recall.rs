//! Is everybody found of whom a list has an identifier of any record, whatever its form and hash?

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::house::{House, manifest, parquet};

const N_PEOPLE: usize = 120;
const KEY: &str = "a key of many words";

/// A record of an invented person; each person has one in either source.
struct Record {
    source: &'static str,
    id: String,
    email: String,
    phone: String,
}

/// Makes the records: addresses with dots and tags at domains that fold them and at others, and
/// in the second source the address and number of years ago.
fn records() -> Vec<Record> {
    let record = |place: usize| {
        let (number, is_old) = (place / 2, place % 2 == 1);
        let local = format!("an.na{number}{}", if is_old { ".old" } else { "" });
        let email = match number % 4 {
            0 => format!("{local}@gmail.com"),
            1 => format!("{local}+shop@example.com"),
            2 => format!("{local}+news@googlemail.com"),
            _ => format!("{local}@example.org"),
        };
        Record {
            source: if is_old { "shop" } else { "crm" },
            id: if is_old { format!("K-ab{number:04}") } else { salesforce(number) },
            email,
            phone: format!("+1{}234{}", if is_old { 303 } else { 202 }, 1_000 + number),
        }
    };
    (0..2 * N_PEOPLE).map(record).collect()
}

/// A Salesforce id of 18 characters: of the fifteen the last three are a checksum.
fn salesforce(number: usize) -> String {
    let mut id = format!("0035e00000Ab{number:03}");
    let sums: String = (0..3)
        .map(|part| {
            let five = id[part * 5..part * 5 + 5].chars().enumerate();
            let bits: usize = five.map(|(bit, c)| usize::from(c.is_ascii_uppercase()) << bit).sum();
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits])
        })
        .collect();
    id.push_str(&sums);
    id
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn sha256(text: &str) -> String {
    hex(Sha256::digest(text))
}

fn sha1(text: &str) -> String {
    hex(Sha1::digest(text))
}

fn md5(text: &str) -> String {
    hex(Md5::digest(text))
}

fn hmac(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    hex(mac.finalize().into_bytes())
}

/// Splits an address at the `@`, and its local part at the tag.
fn parts(email: &str) -> (&str, &str, &str) {
    let (local, domain) = email.split_once('@').unwrap();
    let (bare, tag) = local.split_at(local.find('+').unwrap_or(local.len()));
    (bare, tag, domain)
}

fn google(email: &str) -> String {
    let (bare, _, domain) = parts(email);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@{domain}", bare.replace('.', "")),
        _ => email.to_owned(),
    }
}

fn google_dots(email: &str) -> String {
    let (bare, tag, domain) = parts(email);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}{tag}@{domain}", bare.replace('.', "")),
        _ => email.to_owned(),
    }
}

fn uid2(email: &str) -> String {
    let (bare, _, domain) = parts(email);
    if domain == "gmail.com" { format!("{}@{domain}", bare.replace('.', "")) } else { email.into() }
}

fn untagged(email: &str) -> String {
    let (bare, _, domain) = parts(email);
    format!("{bare}@{domain}")
}

type Form = fn(&str) -> String;
type Value = fn(&Record) -> &str;

/// What a list lists: identifier, form, what of a record; of which source, where not of both.
struct List(&'static str, Form, Value, Option<&'static str>);

fn lists() -> Vec<List> {
    let email: Value = |record| &record.email;
    let phone: Value = |record| &record.phone;
    let id: Value = |record| &record.id;
    let (crm, shop) = (Some("crm"), Some("shop"));
    vec![
        List("email", str::to_uppercase, email, None),
        List("email_sha256", sha256, email, None),
        List("email_sha256", |it| sha256(&google(it)).to_uppercase(), email, None),
        List("email_sha256", |it| sha256(&google_dots(it)), email, None),
        List("email_sha256", |it| sha256(&uid2(it)), email, None),
        List("email_sha256", |it| sha256(&untagged(it)), email, None),
        List("email_sha1", sha1, email, None),
        List("email_md5", md5, email, None),
        List("email_hash", md5, email, None),
        List("email_hash", |it| sha1(&google(it)), email, None),
        List("email_hmac_sha256", hmac, email, None),
        List("email_hmac_sha256", |it| hmac(&uid2(it)), email, None),
        List("phone", |it| format!("{} {}-{}", &it[..5], &it[5..8], &it[8..]), phone, None),
        List("phone_sha256", sha256, phone, None),
        List("phone_sha1", |it| sha1(&it[1..]), phone, None),
        List("phone_md5", |it| md5(&format!("00{}", &it[1..])), phone, None),
        List("phone_sha256", |it| sha256(&it[2..]), phone, None),
        List("phone_sha256", |it| sha256(&format!("0{}", &it[2..])), phone, None),
        List("phone_hash", md5, phone, None),
        List("phone_hmac_sha256", hmac, phone, None),
        List("record_id", str::to_owned, id, crm),
        List("record_id", |it| it[..15].to_owned(), id, crm),
        List("record_id_md5", md5, id, crm),
        List("record_id_sha256", |it| sha256(&it.to_lowercase()), id, crm),
        List("record_id_sha1", |it| sha1(&it.to_uppercase()), id, crm),
        List("record_id_hash", |it| sha256(&it[..15]), id, crm),
        List("customer_key", str::to_owned, id, shop),
        List("customer_key_sha256", sha256, id, shop),
        List("customer_key_hmac_sha256", hmac, id, shop),
        List("customer_key_md5", |it| md5(&it.to_lowercase()), id, shop),
    ]
}

/// Whom list `place` names: a third of the records of its sources.
fn is_listed(place: usize, number: usize) -> bool {
    (number / 2 + place).is_multiple_of(3)
}

fn house(records: &[Record]) -> House {
    let export = |source: &str| {
        let mut text = "Id,First,Last,Mail,Phone,Country\n".to_owned();
        for (number, record) in records.iter().enumerate().filter(|(_, of)| of.source == source) {
            let name = format!("{}{}", ["Ka", "Lo", "Mi", "Ne", "Pu"][number / 2 % 5], number / 2);
            let name: String = name
                .chars()
                .map(|c| if c.is_ascii_digit() { char::from(c as u8 + 49) } else { c })
                .collect();
            let _ =
                writeln!(text, "{},Anna,{name},{},{},US", record.id, record.email, record.phone);
        }
        text
    };
    let source = |name: &str, id: &str| {
        format!(
            "[[ingest.source]]\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\n\
             [ingest.source.columns]\n{id} = \"Id\"\nfirst_name = \"First\"\nlast_name = \"Last\"\n\
             email = \"Mail\"\nphone = \"Phone\"\ncountry = \"Country\"\n"
        )
    };
    let (crm, shop) =
        (source("crm", "source_id"), source("shop", "source_id = \"Id\"\ncustomer_key"));
    let mut house = House::new().file("crm.csv", export("crm")).file("shop.csv", export("shop"));
    let mut incident = "id = \"leak\"\nkind = \"security_breach\"\n\
                        discovered_at = \"2026-03-02T00:00:00Z\"\n"
        .to_owned();
    for (place, List(identifier, form, value, of)) in lists().into_iter().enumerate() {
        let listed = records.iter().enumerate().filter(|(number, record)| {
            of.is_none_or(|of| record.source == of) && is_listed(place, *number)
        });
        let rows: String = listed.map(|(_, record)| form(value(record)) + "\n").collect();
        house = house.file(&format!("list{place}.txt"), rows);
        let key = if identifier.contains("hmac") { "key_file = \"key\"\n" } else { "" };
        let _ = write!(
            incident,
            "[[scope]]\nname = \"list {place}\"\nfile = \"list{place}.txt\"\nheader = false\n\
             identifier = \"{identifier}\"\ndata_classes = [\"name\"]\n{key}"
        );
    }
    house.file("key", KEY).file("incident.toml", incident).file(
        "p.toml",
        format!(
            "pipeline = \"breach_scoping\"\nincidents = [\"incident.toml\"]\n\
             [run]\nroot = \".\"\nclock = \"2026-03-02T02:00:00Z\"\n{crm}{shop}"
        ),
    )
}

#[test]
fn everybody_is_found_of_whom_any_list_has_an_identifier_of_any_record() {
    let records = records();
    let house = house(&records);
    let ended = house.run("p.toml");
    let why = parquet(&ended.done().join("why.parquet"));
    let text = |name: &str| {
        let cells = why.column(name).unwrap().str().unwrap().clone();
        cells.iter().map(|cell| cell.unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (files, ids) = (text("scope_file"), text("source_id"));
    let found: BTreeSet<(String, String)> = files.into_iter().zip(ids).collect();
    let mut expected = BTreeSet::new();
    for (place, List(_, form, value, of)) in lists().into_iter().enumerate() {
        let may = |record: &&Record| of.is_none_or(|of| record.source == of);
        let listed: BTreeSet<String> = records
            .iter()
            .enumerate()
            .filter(|(number, record)| may(record) && is_listed(place, *number))
            .map(|(_, record)| form(value(record)))
            .collect();
        // Who else holds a value that is listed is meant as well.
        for record in records.iter().filter(may) {
            if listed.contains(&form(value(record))) {
                expected.insert((format!("list {place}"), record.id.clone()));
            }
        }
    }
    assert!(expected.len() > 1_500, "{}", expected.len());
    let missed: Vec<_> = expected.difference(&found).take(10).collect();
    assert!(missed.is_empty(), "{missed:?}");
    // Nor is anybody found whom no list names.
    let others: Vec<_> = found.difference(&expected).take(10).collect();
    assert!(others.is_empty(), "{others:?}");
    for file in manifest(ended.done())["details"]["scope_files"].as_array().unwrap() {
        assert_eq!(file["n_matched"], file["n_rows"], "{file}");
    }
}
