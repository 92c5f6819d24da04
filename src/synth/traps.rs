//! Which cases must always be there, whatever chance says?
//!
//! Each has its own row or rows, with ids that chance never gives. `sample_data/README.md` says
//! where to look for each in the outputs.

use jiff::civil::Date;

use super::chunk::{Chunk, order_row};
use super::incident::writeln_to;
use super::orders::{Order, seconds};
use super::person::before;
use super::record::{Broken, Record, Source, Typed};
use super::{Error, Settings};
use crate::output::sha256_of_text;

/// Gives the traps as a chunk of their own, to be written last.
pub(super) fn chunk(settings: &Settings) -> Result<Chunk, Error> {
    let mut records = Vec::new();
    for (place, (source, mut record)) in rows(settings.clock).into_iter().enumerate() {
        record.id = source.id(FIRST_ID + place as u64);
        records.push((source, record));
    }
    let mut chunk = Chunk { n_people: N_PEOPLE, ..Chunk::default() };
    list(&mut chunk, &records);
    for (place, (source, record)) in records.iter_mut().enumerate() {
        if *source == Source::Shop {
            let order = Order { at: seconds(before(settings.clock, 40)) + 36_000, cents: 4_990 };
            record.revenue_cents = Some(order.cents);
            chunk.n_orders += 1;
            let row = order_row(&record.id, FIRST_ORDER + place, order);
            writeln_to(&mut chunk.orders, &row);
        }
    }
    chunk.add_records(&records)?;
    Ok(chunk)
}

const FIRST_ID: u64 = 600_000_000;
const FIRST_ORDER: usize = 9_000_000_000;
/// The id of a record that was merged into the record of `Mergel`.
const MERGED_AWAY: &str = "7810000001";
const N_PEOPLE: usize = 19;

/// A record with what all traps have in common.
fn person(clock: Date, true_id: &str, first: &str, last: &str) -> Record {
    Record {
        true_id: true_id.to_owned(),
        first: first.to_owned(),
        last: last.to_owned(),
        language: "en-US",
        market: "Americas",
        segment: "Consumer",
        product: "Basic",
        country: "US".to_owned(),
        created: before(clock, 900),
        updated: before(clock, 30),
        minute: 600,
        ..Record::default()
    }
}

/// Adds an address in Springfield.
fn at(record: Record, street: &str) -> Record {
    Record {
        street: street.to_owned(),
        city: "Springfield".to_owned(),
        region: "IL".to_owned(),
        postcode: "62704".to_owned(),
        ..record
    }
}

fn born(record: Record, year: i16, month: i8, day: i8) -> Record {
    Record { birth: Some(Typed { year, month, day }), ..record }
}

fn mail(record: Record, email: &str) -> Record {
    Record { emails: vec![email.to_owned()], ..record }
}

fn call(record: Record, phone: &str) -> Record {
    Record { mobile: phone.to_owned(), ..record }
}

fn rows(clock: Date) -> Vec<(Source, Record)> {
    let mut rows = families(clock);
    rows.extend(damage(clock));
    rows.extend(channels(clock));
    rows.extend(identifiers(clock));
    rows
}

/// People who look like one and are several.
fn families(clock: Date) -> Vec<(Source, Record)> {
    use Source::{Hubspot, Salesforce, Shop};
    let home = |record| at(record, "742 Evergreen Terrace");
    let box_ = |record| mail(record, "family.trapp@mail.example.com");
    let trapp = |id: &str, first: &str| home(box_(person(clock, id, first, "Trapp")));
    let hale = |id: &str, last: &str| at(person(clock, id, "Robert", last), "12 Elm Street");
    let twin = |id: &str, first: &str, phone: &str| {
        let record = call(at(person(clock, id, first, "Gemini"), "5 Oak Street"), phone);
        born(record, 1990, 6, 3)
    };
    vec![
        // A household with one mailbox.
        (Hubspot, born(trapp("X01", "Georg"), 1970, 4, 4)),
        (Hubspot, born(trapp("X02", "Maria"), 1972, 1, 26)),
        (Shop, born(trapp("X03", "Liesl"), 1999, 9, 9)),
        // A father and his son, one name, one address, one landline.
        (Salesforce, born(call(hale("X04", "Hale"), "(217) 555-0104"), 1951, 4, 12)),
        (
            Salesforce,
            Record {
                suffix: "Jr.".to_owned(),
                ..born(call(hale("X05", "Hale"), "(217) 555-0104"), 1981, 9, 30)
            },
        ),
        // Twins.
        (Salesforce, twin("X06", "Castor", "217-555-0106")),
        (Salesforce, twin("X07", "Carla", "217-555-0107")),
    ]
}

/// Rows and cells that are damaged.
fn damage(clock: Date) -> Vec<(Source, Record)> {
    use Source::{Hubspot, Salesforce, Shop};
    let broken = |first: &str, broken| Record {
        broken: Some(broken),
        ..mail(person(clock, "", first, "Broken"), "row.broken@mail.example.com")
    };
    let formula = mail(person(clock, "X08", "=1+1", "Formula"), "formula@mail.example.com");
    let lines = Record {
        note: "asked for a call back\nsaid \"after six\", then left",
        ..mail(person(clock, "X09", "Nell", "Newline"), "nell.newline@mail.example.com")
    };
    vec![
        (Salesforce, broken("Short", Broken::TooShort)),
        (Hubspot, broken("Latin", Broken::NotText)),
        // A cell that a spreadsheet would run.
        (Hubspot, formula),
        // Line ends within quotes: the rows below keep their physical line.
        (Salesforce, at(lines, "9 Pine Street\nApt 4")),
        // A slip in the domain: mail would go to whoever owns that.
        (Shop, mail(person(clock, "X10", "Tilda", "Typo"), "tilda.typo@gmial.example")),
    ]
}

/// People who can be told in one way only, in none, or not as usual.
fn channels(clock: Date) -> Vec<(Source, Record)> {
    use Source::{Hubspot, Salesforce, Shop};
    let year = clock.year();
    let departed = at(person(clock, "X11", "Edgar", "Departed"), "31 Church Street");
    let minor = at(person(clock, "X12", "Minna", "Minor"), "8 Cherry Lane");
    let opted = at(person(clock, "X13", "Otto", "Optout"), "77 Maple Avenue");
    let silent = person(clock, "X15", "Nora", "Noway");
    vec![
        (
            Salesforce,
            Record {
                deceased: true,
                ..born(mail(departed, "edgar.departed@mail.example.com"), 1931, 2, 3)
            },
        ),
        (Shop, born(mail(minor, "minna.minor@mail.example.com"), year - 12, 5, 17)),
        (
            Salesforce,
            Record {
                email_opt_out: true,
                do_not_call: true,
                ..call(mail(opted, "otto.optout@mail.example.com"), "+1 217 555 0113")
            },
        ),
        // A post address and nothing else.
        (Shop, at(person(clock, "X14", "Paul", "Postonly"), "1 Railroad Avenue")),
        // Nothing that works: a made-up address, a made-up number, no street.
        (Hubspot, call(mail(silent, "test@test.com"), "555-0000")),
    ]
}

/// People who are found by an identifier other than the one that survives.
fn identifiers(clock: Date) -> Vec<(Source, Record)> {
    use Source::{Hubspot, Salesforce, Shop};
    let olga = || {
        let record = at(person(clock, "X16", "Olga", "Oldmail"), "44 Walnut Street");
        born(call(record, "217.555.0116"), 1985, 11, 23)
    };
    let former = Record { created: before(clock, 1900), updated: before(clock, 1500), ..olga() };
    let merged = Record {
        merged_ids: vec![MERGED_AWAY.to_owned()],
        ..mail(person(clock, "X18", "Mona", "Mergel"), "mona.mergel@mail.example.com")
    };
    let salesforce = mail(person(clock, "X17", "Fifteen", "Chars"), "fifteen@mail.example.com");
    let swapped = |first: &str, last: &str| {
        let record = at(person(clock, "X19", first, last), "3 Birch Court");
        born(mail(record, "kim.lee@mail.example.com"), 1977, 7, 7)
    };
    vec![
        // The new address stands on the newer record; the leaked list has the old one.
        (Hubspot, mail(olga(), "olga.new@mail.example.com")),
        (Shop, mail(former, "olga.old@post.example.org")),
        // The list of tickets has the id of 15 characters.
        (Salesforce, salesforce),
        // The list of tickets has the id of a record that was merged into this one.
        (Hubspot, merged),
        // Given and family name in each other's place.
        (Salesforce, swapped("Kim", "Lee")),
        (Hubspot, swapped("Lee", "Kim")),
    ]
}

/// Puts the traps on the incident's lists.
fn list(chunk: &mut Chunk, records: &[(Source, Record)]) {
    let listed = &mut chunk.listed;
    for email in ["family.trapp@mail.example.com", "formula@mail.example.com"] {
        writeln_to(&mut listed.mailing, email);
    }
    // Capitals and a line that stands twice.
    writeln_to(&mut listed.mailing, "FAMILY.TRAPP@MAIL.EXAMPLE.COM");
    for email in [
        "olga.old@post.example.org",
        "edgar.departed@mail.example.com",
        "minna.minor@mail.example.com",
        "otto.optout@mail.example.com",
        "kim.lee@mail.example.com",
    ] {
        writeln_to(&mut listed.leaked, &sha256_of_text(email).to_string());
    }
    // Hexadecimal digits may be capitals.
    let capitals = sha256_of_text("tilda.typo@gmial.example").to_string().to_uppercase();
    writeln_to(&mut listed.leaked, &capitals);
    let ticketed = ["X05", "X06", "X14", "X15", "X17"];
    for (_, record) in records.iter().filter(|(_, r)| ticketed.contains(&r.true_id.as_str())) {
        let id = if record.true_id == "X17" { &record.id[..15] } else { &record.id };
        writeln_to(&mut listed.tickets, &format!("{id},CASE-{}", &record.true_id[1..]));
    }
    writeln_to(&mut listed.tickets, &format!("{MERGED_AWAY},CASE-18"));
    let touched = ["X01", "X02", "X03", "X08", "X10", "X11", "X12", "X13", "X16", "X18", "X19"];
    listed.affected.extend(touched.into_iter().chain(ticketed).map(str::to_owned));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_trap_is_there_once_and_counted() {
        let settings = Settings::default();
        let records = rows(settings.clock);
        let people: BTreeSet<_> = records
            .iter()
            .map(|(_, record)| record.true_id.as_str())
            .filter(|id| !id.is_empty())
            .collect();
        assert_eq!(people.len(), N_PEOPLE);
        let chunk = chunk(&settings).unwrap();
        assert_eq!(chunk.n_broken, 2);
        assert!(chunk.listed.affected.iter().all(|id| people.contains(id.as_str())));
        assert_eq!(chunk.n_records.iter().sum::<usize>(), records.len());
    }

    #[test]
    fn a_ticket_has_the_short_form_of_a_salesforce_id() {
        let chunk = chunk(&Settings::default()).unwrap();
        let tickets = String::from_utf8(chunk.listed.tickets).unwrap();
        let short = tickets.lines().find(|line| line.ends_with("CASE-17")).unwrap();
        assert_eq!(short.split(',').next().unwrap().len(), 15);
    }
}
