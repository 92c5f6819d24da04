//! Does a list from those who stole the data do any harm?
//!
//! Whoever made a scope file may wish that nobody is found, that the run fails without a word, or
//! that whoever opens an output runs something. Each row is read for what it is, or told.

use std::fs;
use std::io::Write;

use sha2::{Digest, Sha256};

use crate::house::{House, parquet};

const MAILS: [&str; 5] = [
    "ada@example.com",
    "ben@example.com",
    "cleo@example.com",
    "dan@example.com",
    "eve@example.com",
];

/// Five customers and an incident with one scope file, `list`.
fn house(file: &str, identifier: &str) -> House {
    let rows = (1..).zip(MAILS).map(|(id, mail)| format!("{id},Ada,Quill{id},{mail}\n"));
    let crm = format!("Id,First,Last,Mail\n{}", rows.collect::<String>());
    let pipeline = "pipeline = \"breach_scoping\"\nincidents = [\"incident.toml\"]\n\
        [run]\nroot = \".\"\nclock = \"2026-03-02T00:00:00Z\"\n\
        [[ingest.source]]\nname = \"crm\"\nfiles = [\"crm.csv\"]\n[ingest.source.columns]\n\
        source_id = \"Id\"\nfirst_name = \"First\"\nlast_name = \"Last\"\nemail = \"Mail\"\n";
    let incident = format!(
        "id = \"leak\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-01T00:00:00Z\"\n\
         [[scope]]\nname = \"list\"\nfile = \"{file}\"\nidentifier = \"{identifier}\"\n\
         data_classes = [\"email\", \"name\"]\n"
    );
    House::new().file("crm.csv", crm).file("scoping.toml", pipeline).file("incident.toml", incident)
}

/// Counts the rows of a list: matched, unmatched and invalid; and how many people are affected.
fn counts(house: &House) -> ([u64; 3], usize) {
    let ended = house.run("scoping.toml");
    let run = ended.done();
    let manifest = crate::house::manifest(run);
    let file = &manifest["details"]["scope_files"][0];
    let count = |key: &str| file[key].as_u64().unwrap();
    let counts = ["n_matched", "n_unmatched", "n_invalid"].map(count);
    (counts, parquet(&run.join("affected.parquet")).height())
}

/// Writes bytes in base 64 (RFC 4648, section 4), by hand.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, place| {
            bits << 8 | u32::from(three.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > three.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[test]
fn digests_in_any_notation_within_one_list_name_their_people() {
    let [ada, ben, cleo, dan, eve] = MAILS.map(|mail| Sha256::digest(mail).to_vec());
    let hex =
        |bytes: &[u8]| bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
    let url = base64(&dan).replace('+', "-").replace('/', "_");
    let list = [
        hex(&ada),
        hex(&ben).to_uppercase(),
        base64(&cleo),
        url.trim_end_matches('=').to_owned(),
        format!("\\x{}", hex(&eve)),
        base64(&Sha256::digest("nobody@example.com")),
        "not a digest".to_owned(),
    ];
    let house = house("list.csv", "email_sha256").file("list.csv", list.join("\n"));
    assert_eq!(counts(&house), ([5, 1, 1], 5));
}

#[test]
fn formulas_and_controls_in_a_list_name_nobody_and_reach_no_output() {
    let formula = "=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")";
    let rows = [
        format!("\"{formula}\""),
        "@SUM(1+1)*cmd|' /C calc'!A0".to_owned(),
        "ada@example.com\0".to_owned(),
        "<script>alert(1)</script>@evil.example".to_owned(),
        "../../etc/passwd".to_owned(),
        "ben@example.com".to_owned(),
        "cleo@example.com".to_owned(),
        "dan@example.com".to_owned(),
        "eve@example.com".to_owned(),
        "frank@example.com".to_owned(),
    ];
    let list = format!("email\n{}\n", rows.join("\n"));
    let house = house("list.csv", "email").file("list.csv", list);
    let ended = house.run("scoping.toml");
    let run = ended.done();
    let affected = parquet(&run.join("affected.parquet")).height();
    assert!(affected >= 4, "{affected}");
    for name in crate::house::files(run) {
        let bytes = fs::read(run.join(&name)).unwrap();
        for word in ["evil.example", "HYPERLINK", "calc", "passwd"] {
            let there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!there, "{name} holds {word}");
        }
    }
    for word in ["evil", "HYPERLINK", "passwd"] {
        assert!(!ended.stderr.contains(word), "{}", ended.stderr);
    }
    let unmatched = fs::read_to_string(run.join("unmatched_scope.csv")).unwrap();
    assert!(unmatched.lines().count() > 3, "{unmatched}");
}

#[test]
fn a_list_that_unfolds_to_a_thousand_times_its_size_stops_the_run() {
    // Two rows of half a megabyte, a hundred times: long runs are what packs a thousandfold.
    let rows = || format!("{}\n", "a".repeat((1 << 19) - 1)).repeat(2).into_bytes();
    let gzip = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        (0..100).for_each(|_| out.write_all(&rows()).unwrap());
        out.finish().unwrap()
    };
    let zip = {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        out.start_file("list.csv", zip::write::SimpleFileOptions::default()).unwrap();
        (0..100).for_each(|_| out.write_all(&rows()).unwrap());
        out.finish().unwrap().into_inner()
    };
    for (name, bytes) in [("list.csv.gz", gzip), ("list.csv.zip", zip)] {
        let house = house(name, "email").file(name, bytes);
        house.run("scoping.toml").stopped(3, &["unpacks to more than", "hint:"]);
    }
}

#[test]
fn a_list_of_one_endless_line_stops_the_run() {
    for identifier in ["email", "email_sha256"] {
        let house = house("list.csv", identifier).file("list.csv", "email\n");
        // A file with a hole: a gigabyte of zeros that no disk holds.
        let file = fs::OpenOptions::new().append(true).open(house.path("list.csv")).unwrap();
        file.set_len(1 << 30).unwrap();
        house.run("scoping.toml").stopped(3, &["is longer than", "hint:"]);
    }
}
