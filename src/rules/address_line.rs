//! In which order does a country write an address?

use std::collections::BTreeMap;

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// The order of address lines, by country.
#[derive(Debug, Clone)]
pub struct AddressLines {
    lines: BTreeMap<String, Vec<String>>,
    sha256: Sha256Hex,
}

/// The parts of an address; each may be absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Address<'a> {
    /// Street and house number.
    pub street: Option<&'a str>,
    /// Town.
    pub city: Option<&'a str>,
    /// ISO 3166-2; written without the country.
    pub region: Option<&'a str>,
    /// Postcode.
    pub postal_code: Option<&'a str>,
}

/// How many lines an address has at most, the name and the country aside.
pub const N_ADDRESS_LINES: usize = 3;

/// The orders that are compiled in: our own compilation of how posts write an address.
const DEFAULT: &str = include_str!("../../pipelines/rules/address_lines.csv");

/// The row for all countries that have none of their own.
const OTHERS: &str = "*";

/// Longer names come first, so that none is taken for the beginning of another.
const PARTS: [&str; 4] = ["postal_code", "street", "region", "city"];

impl AddressLines {
    /// Gives the orders that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> AddressLines {
        match AddressLines::read("address_lines.csv", DEFAULT) {
            Ok(lines) => lines,
            Err(error) => panic!("the built-in address lines: {error}"),
        }
    }

    /// Reads a file of orders: `country`, and `lines` parted by `|` that name the parts `street`,
    /// `city`, `region` and `postal_code`; `file` names it in errors.
    ///
    /// # Errors
    /// A column or the row `*` is missing, a country stands twice, an order leaves the street or
    /// the town out, or has too many lines.
    pub fn read(file: &str, text: &str) -> Result<AddressLines, Error> {
        let rows = RulesFile::read(file, text)?;
        let (country, order) = (rows.column("country")?, rows.column("lines")?);
        let mut lines = BTreeMap::new();
        for (line, row) in rows.rows() {
            let orders: Vec<_> = row[order].split('|').map(str::to_owned).collect();
            let names = |part| orders.iter().any(|order| order.contains(part));
            if !(names("street") && names("city")) || orders.len() > N_ADDRESS_LINES + 1 {
                return Err(rows.word(line, "lines", &row[order], &["street|city"]));
            }
            if lines.insert(row[country].to_owned(), orders).is_some() {
                return Err(rows.twice(line, &row[country]));
            }
        }
        if !lines.contains_key(OTHERS) {
            return Err(rows.word(1, "country", "", &[OTHERS]));
        }
        Ok(AddressLines { lines, sha256: sha256_of_text(text) })
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Writes an address in the order of its country. What is absent leaves no gap; what would
    /// be a line too many goes on the last.
    pub fn written(&self, country: Option<&str>, address: &Address<'_>) -> Vec<String> {
        let own = country.and_then(|country| self.lines.get(country));
        let orders = own.or_else(|| self.lines.get(OTHERS)).map_or(&[][..], Vec::as_slice);
        let mut lines: Vec<String> = orders
            .iter()
            .map(|order| filled(order, address))
            .filter(|line| !line.is_empty())
            .collect();
        while lines.len() > N_ADDRESS_LINES {
            if let (Some(last), Some(before)) = (lines.pop(), lines.last_mut()) {
                before.push_str(", ");
                before.push_str(&last);
            }
        }
        lines
    }
}

fn filled(order: &str, address: &Address<'_>) -> String {
    let mut line = String::new();
    let mut rest = order;
    while !rest.is_empty() {
        let Some(part) = PARTS.iter().find(|part| rest.starts_with(**part)) else {
            let sign = rest.chars().next().unwrap_or(' ');
            line.push(sign);
            rest = &rest[sign.len_utf8()..];
            continue;
        };
        rest = &rest[part.len()..];
        line.push_str(match *part {
            "street" => address.street.unwrap_or(""),
            "city" => address.city.unwrap_or(""),
            "postal_code" => address.postal_code.unwrap_or(""),
            _ => address.region.map_or("", without_country),
        });
    }
    tidy(&line)
}

/// Takes the country out of an ISO 3166-2 code.
fn without_country(region: &str) -> &str {
    match region.split_once('-') {
        Some((country, region)) if country.len() == 2 => region,
        _ => region,
    }
}

/// Takes out the signs that parted something absent.
fn tidy(line: &str) -> String {
    let words: Vec<_> = line.split_whitespace().filter(|word| *word != ",").collect();
    words.join(" ").trim_matches([' ', ',', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(country: &str, address: [&str; 4]) -> String {
        let [street, city, region, postal_code] =
            address.map(|part| Some(part).filter(|part| !part.is_empty()));
        let address = Address { street, city, region, postal_code };
        AddressLines::built_in().written(Some(country), &address).join("|")
    }

    #[test]
    fn each_country_has_its_order() {
        let us = ["1 Main St", "Springfield", "US-IL", "62701"];
        assert_eq!(check("US", us), "1 Main St|Springfield, IL 62701");
        assert_eq!(check("DE", ["Am Markt 1", "Jena", "", "07743"]), "Am Markt 1|07743 Jena");
        let gb = ["10 High Street", "Leeds", "", "LS1 1AA"];
        assert_eq!(check("GB", gb), "10 High Street|Leeds|LS1 1AA");
        assert_eq!(check("HU", ["Fő utca 1", "Győr", "", "9021"]), "Győr|Fő utca 1|9021");
        assert_eq!(check("XX", ["Street 1", "Town", "", ""]), "Street 1|Town");
    }

    #[test]
    fn what_is_absent_leaves_no_gap() {
        assert_eq!(check("US", ["1 Main St", "Springfield", "", ""]), "1 Main St|Springfield");
        assert_eq!(
            check("US", ["1 Main St", "Springfield", "", "62701"]),
            "1 Main St|Springfield, 62701"
        );
        assert_eq!(check("US", ["1 Main St", "", "US-IL", "62701"]), "1 Main St|IL 62701");
        assert_eq!(check("CN", ["a", "b", "CN-BJ", "100000"]), "100000|BJ|b, a");
    }

    #[test]
    fn an_order_without_street_or_town_is_refused() {
        let check = |text: &str| AddressLines::read("own.csv", text).unwrap_err().to_string();
        assert!(check("country,lines\n*,street\n").contains("`street`"));
        assert!(check("country,lines\nDE,street|city\n").contains("country"));
    }
}
