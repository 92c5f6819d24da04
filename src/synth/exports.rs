//! How does each source lay out its export?

use std::borrow::Cow;

use jiff::civil::Date;
use polars::prelude::{DataFrame, IntoColumn, IntoSeries, StringChunkedBuilder};

use super::Error;
use super::record::{Broken, Record, Typed};

/// The header of the Salesforce export: API names, then the customer's own fields.
pub(super) const SALESFORCE: &[&str] = &[
    "Id",
    "IsDeleted",
    "MasterRecordId",
    "AccountId",
    "LastName",
    "FirstName",
    "MiddleName",
    "Suffix",
    "Salutation",
    "Name",
    "Email",
    "Phone",
    "MobilePhone",
    "Title",
    "Birthdate",
    "LeadSource",
    "MailingStreet",
    "MailingCity",
    "MailingStateCode",
    "MailingPostalCode",
    "MailingCountryCode",
    "HasOptedOutOfEmail",
    "DoNotCall",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
    "Description",
    "Company__c",
    "Preferred_Language__c",
    "Segment__c",
    "Market__c",
    "Product__c",
    "Deceased__c",
];

/// The header of the `HubSpot` export: labels of properties, then the customer's own.
pub(super) const HUBSPOT: &[&str] = &[
    "Record ID",
    "First Name",
    "Last Name",
    "Email",
    "Additional email addresses",
    "Phone Number",
    "Mobile Phone Number",
    "Company Name",
    "Street Address",
    "City",
    "State/Region",
    "Postal Code",
    "Country/Region",
    "Lifecycle Stage",
    "Create Date",
    "Last Modified Date",
    "Original Source",
    "Unsubscribed from all email",
    "Merged record IDs",
    "Total Revenue",
    "Date of birth",
    "Preferred language",
    "Customer Segment",
    "Market",
    "Product",
    "Do not call",
    "Deceased",
];

/// Gives the first line of a CSV file.
pub(super) fn header(names: &[&str], quoted: bool, line_end: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut row = Row::begin(&mut out, quoted);
    for name in names {
        row.cell(name);
    }
    row.end(line_end);
    out
}

/// A row of a CSV file in the making.
struct Row<'o> {
    out: &'o mut Vec<u8>,
    /// Whether every cell is quoted, or only one that needs it.
    quoted: bool,
    is_empty: bool,
}

impl<'o> Row<'o> {
    fn begin(out: &'o mut Vec<u8>, quoted: bool) -> Row<'o> {
        Row { out, quoted, is_empty: true }
    }

    fn cell(&mut self, text: &str) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        let needs_quotes = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        if !self.quoted && !text.bytes().any(needs_quotes) {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        self.out.push(b'"');
        for (place, part) in text.split('"').enumerate() {
            if place > 0 {
                self.out.extend_from_slice(b"\"\"");
            }
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.push(b'"');
    }

    fn flag(&mut self, flag: bool) {
        let words = if self.quoted { ["0", "1"] } else { ["false", "true"] };
        self.cell(words[usize::from(flag)]);
    }

    fn end(self, line_end: &str) {
        self.out.extend_from_slice(line_end.as_bytes());
    }
}

/// Writes a row of the Salesforce export.
pub(super) fn salesforce(record: &Record, out: &mut Vec<u8>) {
    let start = out.len();
    let mut row = Row::begin(out, true);
    let (hour, minute) = (record.minute / 60, record.minute % 60);
    let stamp = |day: Date| format!("{day}T{hour:02}:{minute:02}:00.000Z");
    let full_name = [&record.first, &record.last].map(|part| part.trim()).join(" ");
    row.cell(&record.id);
    row.flag(record.deleted);
    row.cell(record.merged_ids.first().map_or("", String::as_str));
    row.cell("");
    row.cell(&record.last);
    row.cell(&record.first);
    row.cell(&record.middle);
    row.cell(&record.suffix);
    row.cell(record.salutation);
    row.cell(full_name.trim());
    row.cell(record.emails.first().map_or("", String::as_str));
    row.cell(&record.landline);
    row.cell(&record.mobile);
    row.cell("");
    row.cell(&record.birth.map_or_else(String::new, Typed::iso));
    row.cell("");
    row.cell(&record.street);
    row.cell(&record.city);
    row.cell(&record.region);
    row.cell(&record.postcode);
    row.cell(&record.country);
    row.flag(record.email_opt_out);
    row.flag(record.do_not_call);
    row.cell(&stamp(record.created));
    row.cell(&stamp(record.updated));
    row.cell(&stamp(record.updated));
    row.cell(record.note);
    row.cell(&record.company);
    row.cell(record.language);
    row.cell(record.segment);
    row.cell(record.market);
    row.cell(record.product);
    if record.broken != Some(Broken::TooShort) {
        row.flag(record.deceased);
    }
    row.end("\n");
    garble(record, start, out);
}

/// Writes a row of the `HubSpot` export.
pub(super) fn hubspot(record: &Record, out: &mut Vec<u8>) {
    let start = out.len();
    let mut row = Row::begin(out, false);
    let (hour, minute) = (record.minute / 60, record.minute % 60);
    let stamp = |day: Date| format!("{day} {hour:02}:{minute:02}");
    row.cell(&record.id);
    row.cell(&record.first);
    row.cell(&record.last);
    row.cell(record.emails.first().map_or("", String::as_str));
    row.cell(&record.emails.get(1..).unwrap_or_default().join(";"));
    row.cell(&record.landline);
    row.cell(&record.mobile);
    row.cell(&record.company);
    row.cell(&record.street);
    row.cell(&record.city);
    row.cell(&record.region);
    row.cell(&record.postcode);
    row.cell(&record.country);
    row.cell(if record.product.is_empty() { "lead" } else { "customer" });
    row.cell(&stamp(record.created));
    row.cell(&stamp(record.updated));
    row.cell(record.note);
    row.flag(record.email_opt_out);
    row.cell(&record.merged_ids.join(";"));
    row.cell(&revenue(record, '.'));
    row.cell(&record.birth.map_or_else(String::new, Typed::iso));
    row.cell(record.language);
    row.cell(record.segment);
    row.cell(record.market);
    row.cell(record.product);
    row.flag(record.do_not_call);
    if record.broken != Some(Broken::TooShort) {
        row.flag(record.deceased);
    }
    row.end("\r\n");
    garble(record, start, out);
}

/// Puts a byte that is no UTF-8 where the row's second cell begins.
fn garble(record: &Record, start: usize, out: &mut Vec<u8>) {
    if record.broken == Some(Broken::NotText) {
        let comma = out[start..].iter().position(|byte| *byte == b',').unwrap_or(0);
        // Behind the comma stands a quote where every cell has one.
        let quote = usize::from(out[start + comma + 1] == b'"');
        out.insert(start + comma + 1 + quote, 0xfc);
    }
}

fn revenue(record: &Record, decimal: char) -> String {
    record
        .revenue_cents
        .map_or_else(String::new, |cents| format!("{}{decimal}{:02}", cents / 100, cents % 100))
}

/// Gives the shop's table; all of it is text, as its system keeps it.
pub(super) fn shop(records: &[&Record]) -> Result<DataFrame, Error> {
    let columns = SHOP.iter().map(|(name, cell)| {
        let mut texts = StringChunkedBuilder::new((*name).into(), records.len());
        for record in records {
            let text = cell(record);
            texts.append_option((!text.is_empty()).then_some(text));
        }
        texts.finish().into_series().into_column()
    });
    DataFrame::new(records.len(), columns.collect())
        .map_err(|error| Error::Parquet { cause: error.to_string() })
}

type Cell = fn(&Record) -> Cow<'_, str>;

/// The columns of the shop's table.
const SHOP: &[(&str, Cell)] = &[
    ("kundennummer", |record| record.id.as_str().into()),
    ("anrede", |record| match record.salutation {
        "Mr." => "Herr".into(),
        "Ms." => "Frau".into(),
        other => other.into(),
    }),
    ("vorname", |record| record.first.as_str().into()),
    ("nachname", |record| record.last.as_str().into()),
    ("zusatz", |record| record.suffix.as_str().into()),
    ("firma", |record| record.company.as_str().into()),
    ("mail", |record| record.emails.first().map_or("", String::as_str).into()),
    ("telefon", |record| {
        let phone = if record.mobile.is_empty() { &record.landline } else { &record.mobile };
        phone.as_str().into()
    }),
    ("geburtsdatum", |record| record.birth.map_or_else(String::new, Typed::german).into()),
    ("strasse", |record| record.street.as_str().into()),
    ("plz", |record| record.postcode.as_str().into()),
    ("ort", |record| record.city.as_str().into()),
    ("land", |record| record.country.as_str().into()),
    ("sprache", |record| record.language.into()),
    ("segment", |record| record.segment.into()),
    ("markt", |record| record.market.into()),
    ("produkt", |record| record.product.into()),
    ("umsatz", |record| revenue(record, ',').into()),
    ("newsletter_abgemeldet", |record| yes_or_no(record.email_opt_out)),
    ("anruf_verboten", |record| yes_or_no(record.do_not_call)),
    ("verstorben", |record| yes_or_no(record.deceased)),
    ("geloescht", |record| yes_or_no(record.deleted)),
    ("angelegt_am", |record| stamp(record, record.created)),
    ("geaendert_am", |record| stamp(record, record.updated)),
];

fn yes_or_no(flag: bool) -> Cow<'static, str> {
    if flag { "ja" } else { "nein" }.into()
}

fn stamp(record: &Record, day: Date) -> Cow<'static, str> {
    format!("{day} {:02}:{:02}:00", record.minute / 60, record.minute % 60).into()
}
