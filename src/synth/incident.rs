//! Which incident is invented, and whom do its files list?

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hashbrown::HashMap;
use jiff::civil::Date;
use rustc_hash::FxBuildHasher;

use super::Settings;
use super::draw::Draws;
use super::odds::incident as odds;
use super::person::{Person, before};
use super::record::{Record, Source};
use super::typist::PLACEHOLDER_EMAILS;
use crate::output::sha256_of_text;

/// The name of the incident.
pub(super) const ID: &str = "INC-2026-001";

/// Where its files lie within the folder.
pub(super) const MAILING: &str = "incidents/mailing_emails.csv";
/// The file of hashes.
pub(super) const LEAKED: &str = "incidents/leaked_sha256.txt";
/// The file of record ids.
pub(super) const TICKETS: &str = "incidents/ticket_ids.csv";

/// The rows of the three files, and whom they touch in truth.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) mailing: Vec<u8>,
    pub(super) leaked: Vec<u8>,
    pub(super) tickets: Vec<u8>,
    pub(super) affected: BTreeSet<String>,
}

/// Draws whom the incident touches among the people of a chunk.
///
/// A list names a record's identifier as the record shows it, be it current or old; now and then
/// an address that no record holds. Who else holds a listed address is touched too, since it is
/// their mailbox.
pub(super) fn listed(
    people: &[Person<'_>],
    records: &[(Source, Record)],
    draws: &mut Draws,
) -> Listed {
    let mut listed = Listed::default();
    let holders = holders_of_emails(records);
    let by_person = records_by_person(records);
    for person in people {
        let id = person.true_id();
        let mine = by_person.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        for (share, is_hashed) in [(odds::MAILING, false), (odds::LEAKED, true)] {
            if !draws.chance(share) {
                continue;
            }
            let Some(email) = email_of(person, mine, draws) else { continue };
            let others = holders.get(email.as_str()).map_or(&[][..], Vec::as_slice);
            listed.affected.extend(others.iter().map(|id| (*id).to_owned()));
            listed.affected.insert(id.clone());
            let n_rows = if draws.chance(odds::TWICE) { 2 } else { 1 };
            for _ in 0..n_rows {
                listed.email_row(&email, is_hashed, draws);
            }
            listed.stray_rows(is_hashed, draws);
        }
        if let Some((source, record)) = mine.first().filter(|_| draws.chance(odds::TICKET)) {
            listed.affected.insert(id);
            let shown = match source {
                Source::Salesforce if draws.chance(odds::SHORT_ID) => &record.id[..15],
                _ => record.merged_ids.first().unwrap_or(&record.id),
            };
            listed.ticket_row(shown, draws);
            if draws.chance(odds::NOBODY) {
                let nobody = format!("K{:08}", 90_000_000 + draws.below(9_999_999));
                listed.ticket_row(&nobody, draws);
            }
            if draws.chance(odds::INVALID) {
                listed.ticket_row("", draws);
            }
        }
    }
    listed
}

impl Listed {
    fn email_row(&mut self, email: &str, is_hashed: bool, draws: &mut Draws) {
        if is_hashed {
            writeln_to(&mut self.leaked, &sha256_of_text(email).to_string());
            return;
        }
        let email = if draws.chance(0.1) { email.to_uppercase() } else { email.to_owned() };
        writeln_to(&mut self.mailing, &email);
    }

    /// Adds rows that name nobody, and rows that cannot be read.
    fn stray_rows(&mut self, is_hashed: bool, draws: &mut Draws) {
        if draws.chance(odds::NOBODY) {
            let outsider = format!("outsider{}@elsewhere.example", draws.below(1_000_000_000));
            self.email_row(&outsider, is_hashed, draws);
        }
        if draws.chance(odds::INVALID) {
            let (out, unreadable) = if is_hashed {
                (&mut self.leaked, ["NULL", "d41d8cd98f00b204e9800998ecf8427e", "0xdeadbeef"])
            } else {
                (&mut self.mailing, ["#REF!", "no address on file", "anna(at)mail.example.com"])
            };
            writeln_to(out, draws.pick::<&str>(&unreadable));
        }
    }

    fn ticket_row(&mut self, id: &str, draws: &mut Draws) {
        let ticket = 40_000 + draws.below(50_000);
        writeln_to(&mut self.tickets, &format!("{id},CASE-{ticket}"));
    }
}

pub(super) fn writeln_to(out: &mut Vec<u8>, line: &str) {
    out.extend_from_slice(line.as_bytes());
    out.push(b'\n');
}

fn holders_of_emails(records: &[(Source, Record)]) -> HashMap<String, Vec<&str>, FxBuildHasher> {
    let mut holders: HashMap<String, Vec<&str>, FxBuildHasher> = HashMap::default();
    for (_, record) in records.iter().filter(|(_, record)| record.broken.is_none()) {
        for email in &record.emails {
            holders.entry(email.trim().to_lowercase()).or_default().push(&record.true_id);
        }
    }
    holders
}

fn records_by_person(
    records: &[(Source, Record)],
) -> HashMap<&str, Vec<&(Source, Record)>, FxBuildHasher> {
    let mut by_person: HashMap<&str, Vec<_>, FxBuildHasher> = HashMap::default();
    for entry in records.iter().filter(|(_, record)| record.broken.is_none()) {
        by_person.entry(entry.1.true_id.as_str()).or_default().push(entry);
    }
    by_person
}

/// Gives an address of the person, trimmed and small.
fn email_of(
    person: &Person<'_>,
    records: &[&(Source, Record)],
    draws: &mut Draws,
) -> Option<String> {
    if draws.chance(odds::BY_UNKNOWN_ADDRESS) {
        return Some(person.former_email.as_ref().unwrap_or(&person.email).clone());
    }
    let usable: Vec<&String> = records
        .iter()
        .flat_map(|(_, record)| &record.emails)
        .filter(|email| !PLACEHOLDER_EMAILS.contains(&email.as_str()))
        .collect();
    (!usable.is_empty()).then(|| draws.pick(&usable).trim().to_lowercase())
}

/// Gives the incident's file.
pub(super) fn file(settings: &Settings) -> String {
    let day = |n_days| -> Date { before(settings.clock, n_days) };
    // The lists lie beside the incident's file, which names them from there.
    let path = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let mut text = format!(
        "# An invented incident: an account of the mail house was taken over. Its mailing list, a\n\
         # table of log-ins and the customers of open tickets were copied.\n\
         id = \"{ID}\"\n\
         kind = \"security_breach\"\n\
         attack_type = \"phishing\"\n\
         occurred_from = \"{}T22:10:00Z\"\n\
         occurred_to = \"{}T04:30:00Z\"\n\
         suspected_at = \"{}T07:45:00Z\"\n\
         discovered_at = \"{}T08:15:00Z\"\n\
         confirmed_at = \"{}T16:00:00Z\"\n\
         determination_at = \"{}T10:00:00Z\"\n\
         contained_at = \"{}T18:20:00Z\"\n\
         vendor = \"Kestrel Mail House\"\n\
         vendor_notified_at = \"{}T08:15:00Z\"\n",
        day(20),
        day(17),
        day(3),
        day(2),
        day(2),
        day(1),
        day(2),
        day(2),
    );
    let files = [
        ("newsletter", MAILING, "email", "\"name\", \"email\"", "confirmed"),
        (
            "leaked log-ins",
            LEAKED,
            "email_sha256",
            "\"email\", \"password_hash_weak\", \"dob\"",
            "confirmed",
        ),
        (
            "open tickets",
            TICKETS,
            "record_id",
            "\"name\", \"phone\", \"postal_address\", \"support_tickets\"",
            "probable",
        ),
    ];
    for (name, file, identifier, classes, evidence) in files {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[scope]]\nname = \"{name}\"\nfile = \"{}\"\nidentifier = \"{identifier}\"\n\
             data_classes = [{classes}]\nevidence = \"{evidence}\"\n",
            path(file),
        );
    }
    text
}
