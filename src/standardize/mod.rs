//! How is it written?
//!
//! Every cell is brought into the one form of its kind, so that equal things look equal: an
//! address in small letters, a phone as E.164, a country as its code. What is safe is mended and
//! recorded; what is a guess is suggested and never applied; what cannot be read is left out,
//! with a finding that says why. No row is lost here: one row in, one row out.
//!
//! A file in the singular reads one cell (`email`, `date`); a file in the plural fills the
//! columns of a batch with it (`points`, `dates`). The only thing that a cell learns from others
//! is the order of day and month and the decimal sign, which a column decides.

mod addresses;
mod batch;
mod country;
mod date;
mod dates;
mod email;
mod email_domain;
mod email_words;
mod era;
mod error;
mod full_name;
mod id;
mod junk;
mod mojibake;
mod month;
mod name;
mod name_words;
mod names;
mod note;
mod phone;
mod phone_plain;
mod plausible;
mod points;
mod postcode;
mod scope_entries;
mod settings;
mod settle;
mod text;
mod time_of_day;
mod title;
mod title_words;
mod value;
mod values;
mod word_list;
mod zeros;

pub use error::Error;
pub use scope_entries::scope_entries;
pub use settings::{DateOrder, Settings};
pub use settle::{Open, Unsettled, settle};

use batch::Batch;
use note::Notes;

use crate::tables::layout::{Contact, ContactPoint, Finding, RawContact};
use crate::tables::{Table, column};

/// A batch in its standard form. `record` is the row of the batch, from 0.
#[derive(Debug)]
pub struct Standardized {
    /// The contacts, row for row.
    pub contacts: Table<Contact>,
    /// Their e-mails, phones, ids and customer keys.
    pub points: Table<ContactPoint>,
    /// What there was to say about their cells, by record.
    pub findings: Table<Finding>,
    /// What only all batches of a source together can tell: `settle` does.
    pub open: Open,
}

/// What can be said of a contact point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// It can exist.
    Valid,
    /// It has a standard form, and no such thing can exist.
    Invalid,
    /// It has no standard form, and is kept as written.
    Unreadable,
    /// It was typed to get past a mandatory field.
    Placeholder,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Valid => "valid",
            Status::Invalid | Status::Unreadable => "invalid",
            Status::Placeholder => "placeholder",
        }
    }
}

/// Brings contacts that are all there into their standard form.
///
/// # Shape
/// As `batch`, with nothing left open.
pub fn contacts(raw: &Table<RawContact>, settings: &Settings) -> Standardized {
    let mut whole = batch(raw, settings);
    let open = std::mem::take(&mut whole.open);
    let (contacts, findings) = (&mut whole.contacts, &mut whole.findings);
    settle(vec![Unsettled { contacts, findings, open, kept: None }], settings);
    whole
}

/// Brings a batch into its standard form, as far as its cells alone tell.
///
/// Called from many threads at once, one batch each; a batch is some 32 thousand rows of one
/// source. What a column decides (the order of day and month, the decimal sign) is left open for
/// `settle`, so that the result does not depend on how a source is cut into batches.
///
/// # Shape
/// One row in, one row out, order kept; any number of contact points and findings.
pub fn batch(raw: &Table<RawContact>, settings: &Settings) -> Standardized {
    let mut notes = Notes::default();
    let mut batch = Batch::of(raw, settings);
    let address = addresses::columns(&mut batch, &mut notes);
    let points = points::points(&batch, &mut notes);
    let names = names::columns(&batch, &mut notes);
    let mut open = Open::of(&batch, &notes);
    let dates = dates::columns(&batch, &mut notes, &mut open);
    let values = values::columns(&batch, &mut notes, &mut open);

    let [salutation, first_name, middle_name, last_name, suffix] = names;
    let [street, city, region, postal_code, country, address_usable] = address;
    let [birth_date, created_at, updated_at, verified_at] = dates;
    let values::Values { company, language, segment, market, product, clv, flags, hashes } = values;
    let [email_opt_out, do_not_call, deceased, deleted] = flags;
    let n_rows = raw.height();
    let contacts = Table::of(vec![
        column::RECORD.counts((0..u32::try_from(n_rows).unwrap_or(u32::MAX)).collect()),
        column::SOURCE.texts(raw.text(column::SOURCE).iter()),
        column::LINE.longs_or_nothing(raw.long(column::LINE).iter()),
        points.source_id,
        hashes,
        salutation,
        first_name,
        middle_name,
        last_name,
        suffix,
        company,
        birth_date,
        street,
        city,
        region,
        postal_code,
        country,
        address_usable,
        language,
        segment,
        market,
        product,
        clv,
        email_opt_out,
        do_not_call,
        deceased,
        deleted,
        created_at,
        updated_at,
        verified_at,
    ]);
    Standardized { contacts, points: points.table, findings: notes.table(), open }
}

#[cfg(test)]
mod tests;
