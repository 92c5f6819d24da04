//! Where do the people of a batch live?

use std::borrow::Cow;

use super::batch::{Batch, Memo, record};
use super::note::{Cell, Notes};
use super::{country, junk, name, postcode, text};
use crate::tables::column;
use crate::terms::Rule;

type Filled = polars::prelude::Column;

/// What a text says about a country or a region: its code, or the name that was meant.
#[derive(Debug, Clone, Copy)]
enum Named {
    As(&'static str),
    Unknown(Option<&'static str>),
}

#[derive(Default)]
struct Memos {
    countries: Memo<Named>,
    /// Regions by the country that they are read in.
    regions: Memo<Memo<Named>>,
}

/// The cells of a row that make up its address, as written.
struct Raw<'a> {
    street: Option<&'a str>,
    city: Option<&'a str>,
    region: Option<&'a str>,
    postcode: Option<&'a str>,
    country: Option<&'a str>,
}

/// Fills street, city, region, postcode, country and whether a letter can be sent there; leaves
/// the countries with the batch for those who read by them.
pub(super) fn columns(batch: &mut Batch<'_>, notes: &mut Notes) -> [Filled; 6] {
    let n_rows = batch.n_rows();
    let mut streets = column::STREET.builder(n_rows);
    let mut cities = column::CITY.builder(n_rows);
    let mut regions = column::REGION.builder(n_rows);
    let mut postcodes = column::POSTAL_CODE.builder(n_rows);
    let mut countries = column::COUNTRY.builder(n_rows);
    let mut usable = Vec::with_capacity(n_rows);
    let (mut memos, mut buffer) = (Memos::default(), String::new());
    let texts =
        [column::STREET, column::CITY, column::REGION, column::POSTAL_CODE, column::COUNTRY]
            .map(|column| batch.text(column));
    for row in 0..n_rows {
        let [street, city, region, postcode, country] =
            texts.map(|texts| texts.and_then(|texts| texts.get(row)));
        let raw = Raw { street, city, region, postcode, country };
        let mut at = Reader { raw, record: record(row), notes: &mut *notes, memos: &mut memos };
        let street = at.street();
        let city = at.city();
        let has_address = street.is_some()
            || city.is_some()
            || raw_is_there(at.raw.region)
            || raw_is_there(at.raw.postcode);
        let country = at.country(has_address, batch.default_country);
        let region = at.region(country);
        buffer.clear();
        let postcode = at.postcode(country, &mut buffer);
        if let (Some(true), Some(named)) = (postcode, region)
            && let Some(other) = postcode::other_region(&buffer, named)
        {
            at.cell(column::REGION.name).suggests(Rule::PostcodeOtherRegion, other);
        }
        let needs_no_postcode = country.is_some_and(|country| !postcode::is_needed(country));
        let is_usable = street.is_some()
            && city.is_some()
            && country.is_some()
            && (postcode == Some(true) || postcode.is_none() && needs_no_postcode);
        if !is_usable && has_address {
            at.cell("address").found(Rule::AddressIncomplete);
        }
        streets.append_option(street.as_deref());
        cities.append_option(city.as_deref());
        regions.append_option(region);
        postcodes.append_option(postcode.map(|_| buffer.as_str()));
        countries.append_option(country);
        usable.push(is_usable);
        batch.countries[row] = country;
    }
    [
        column::STREET.built(streets),
        column::CITY.built(cities),
        column::REGION.built(regions),
        column::POSTAL_CODE.built(postcodes),
        column::COUNTRY.built(countries),
        column::ADDRESS_USABLE.flags(usable),
    ]
}

fn raw_is_there(raw: Option<&str>) -> bool {
    raw.is_some_and(|raw| !raw.trim().is_empty() && !text::is_null_word(raw.trim()))
}

/// Reads the address of one row, cell by cell.
struct Reader<'a, 'b> {
    raw: Raw<'a>,
    record: u32,
    notes: &'b mut Notes,
    memos: &'b mut Memos,
}

impl<'a> Reader<'a, '_> {
    fn cell(&mut self, field: &'static str) -> Cell<'_> {
        self.notes.at(self.record, field)
    }

    /// Gives street and house number in one line.
    fn street(&mut self) -> Option<Cow<'a, str>> {
        let raw = self.raw.street?;
        let mut cell = self.notes.at(self.record, column::STREET.name).of(raw);
        let text = if has_lines(raw) {
            let lines = raw.split(['\n', '\r', '\u{2028}']);
            let lines = lines.map(|line| line.trim().trim_end_matches(',').trim_end());
            let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
            Cow::Owned(text::clean(&line, &mut cell)?.into_owned())
        } else {
            text::clean(raw, &mut cell)?
        };
        let has_digit =
            text.bytes().any(|byte| byte.is_ascii_digit()) || text.chars().any(char::is_numeric);
        if is_filler(&text) && !has_digit {
            cell.found(Rule::AddressPlaceholder);
            return None;
        }
        if is_post_box(&text) {
            cell.found(Rule::PostBox);
        } else if !has_digit {
            cell.found(Rule::StreetNoNumber);
        }
        Some(text)
    }

    fn city(&mut self) -> Option<Cow<'a, str>> {
        let mut cell =
            self.notes.at(self.record, column::CITY.name).of(self.raw.city.unwrap_or(""));
        let text = text::clean(self.raw.city?, &mut cell)?;
        if is_filler(&text) {
            cell.found(Rule::AddressPlaceholder);
            return None;
        }
        if let Some(written) = name::in_case(&text, None) {
            cell.repaired(Rule::NameCase);
            return Some(Cow::Owned(written));
        }
        Some(text)
    }

    fn country(
        &mut self,
        has_address: bool,
        default_country: Option<&'static str>,
    ) -> Option<&'static str> {
        let mut cell =
            self.notes.at(self.record, column::COUNTRY.name).of(self.raw.country.unwrap_or(""));
        let named = self.raw.country.and_then(|raw| text::clean(raw, &mut cell));
        if let Some(text) = named {
            let found = self.memos.countries.look_up(&text, |text| match country::code(text) {
                Some(code) => Named::As(code),
                None => Named::Unknown(country::nearest(text)),
            });
            match *found {
                Named::As(code) => return Some(code),
                Named::Unknown(Some(meant)) => cell.suggests(Rule::CountryUnknown, meant),
                Named::Unknown(None) => cell.found(Rule::CountryUnknown),
            }
            return None;
        }
        if has_address {
            match default_country {
                Some(_) => cell.repaired(Rule::CountryAssumed),
                None => match self.raw.region.and_then(|raw| country::region(raw, None)) {
                    Some(region) => cell.suggests(Rule::CountryMissing, &region[..2]),
                    None => cell.found(Rule::CountryMissing),
                },
            }
            return default_country;
        }
        None
    }

    fn region(&mut self, country: Option<&'static str>) -> Option<&'static str> {
        let raw = self.raw.region?;
        let mut cell = self.notes.at(self.record, column::REGION.name).of(raw);
        let text = text::clean(raw, &mut cell)?;
        let regions = self.memos.regions.of(country.unwrap_or(""));
        let found = regions.look_up(&text, |text| match country::region(text, country) {
            Some(code) => Named::As(code),
            None => Named::Unknown(country.and_then(|of| country::nearest_region(text, of))),
        });
        match *found {
            Named::As(code) => return Some(code),
            Named::Unknown(Some(meant)) => cell.suggests(Rule::RegionUnknown, meant),
            Named::Unknown(None) => cell.found(Rule::RegionUnknown),
        }
        None
    }

    /// Writes the postcode; tells whether it has its country's form, nothing where there is none.
    fn postcode(&mut self, country: Option<&'static str>, out: &mut String) -> Option<bool> {
        let raw = self.raw.postcode?;
        let mut cell = self.notes.at(self.record, column::POSTAL_CODE.name).of(raw);
        let text = text::clean(raw, &mut cell)?;
        let is_same = |byte: u8| text.len() >= 3 && text.bytes().all(|own| own == byte);
        if is_same(b'0') || is_same(b'9') || is_same(b'x') || is_same(b'X') {
            cell.found(Rule::AddressPlaceholder);
            return None;
        }
        Some(postcode::standard(&text, country, &mut cell, out))
    }
}

fn has_lines(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'\n' | b'\r')) || text.contains('\u{2028}')
}

/// Tells whether a street or town was typed to get past a mandatory field.
fn is_filler(text: &str) -> bool {
    const FILLERS: [&str; 8] =
        ["no address", "none", "unknown address", "address", "street", "city", "adresse", "stadt"];
    junk::is_junk(text) || FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(text))
}

/// `PO Box 12`, `P.O.Box 12`, `Postfach 12 34`, `BP 123`, `Apartado 12`, `Casella postale 1`.
fn is_post_box(text: &str) -> bool {
    const BOXES: [&str; 7] = [
        "pobox",
        "postfach",
        "postbus",
        "apartadodecorreos",
        "casellapostale",
        "postofficebox",
        "boitepostale",
    ];
    if !text.contains(['B', 'b', 'f', 'F', 'p', 'P']) || text.len() > 60 {
        return false;
    }
    let folded = text::folded(text);
    BOXES.iter().any(|known| {
        folded.starts_with(known) || text.len() > known.len() && folded.contains(known)
    })
}
