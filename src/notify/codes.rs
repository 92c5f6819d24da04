//! Which activation code does each person get?
//!
//! A code is given once. Who has one keeps it in every later run that is told of the earlier
//! ones; the others get theirs in the order of their notices' names, which do not change from
//! run to run, so that a repeated run gives the same codes to the same people.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;

/// A pool of codes, and who was given one before.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    pool: Vec<String>,
    /// The code of each customer who was given one.
    given: BTreeMap<String, String>,
}

impl Codes {
    /// Takes a file of codes into the pool: the column `code`, or one code on each line; `file`
    /// names it in errors.
    ///
    /// # Errors
    /// It is not a table, or a code stands twice.
    pub fn pool(&mut self, file: &str, text: &str) -> Result<(), Error> {
        let mut known: BTreeSet<String> = self.pool.iter().cloned().collect();
        for (line, code) in cells(file, text, "code")? {
            if !known.insert(code.clone()) {
                return Err(Error::CodeTwice { file: file.to_owned(), line });
            }
            self.pool.push(code);
        }
        Ok(())
    }

    /// Takes the file `offers.csv` of an earlier run into account; `file` names it in errors.
    ///
    /// # Errors
    /// It is not a table, or lacks a column.
    pub fn were_given(&mut self, file: &str, text: &str) -> Result<(), Error> {
        let unreadable = |cause: csv::Error| Error::Unreadable {
            file: file.to_owned(),
            line: cause.position().map_or(1, csv::Position::line),
        };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(unreadable)?.clone();
        let place = |column: &'static str| {
            let found = header.iter().position(|name| name == column);
            found.ok_or_else(|| Error::MissingColumn { file: file.to_owned(), column })
        };
        let (customer, code) = (place("customer_id")?, place("activation_code")?);
        for row in reader.records() {
            let row = row.map_err(unreadable)?;
            self.given.insert(row[customer].to_owned(), row[code].to_owned());
        }
        Ok(())
    }

    /// Tells whether there is a pool.
    pub(super) fn are_there(&self) -> bool {
        !self.pool.is_empty() || !self.given.is_empty()
    }

    /// Gives each customer a code; the customers stand in the order of their notices' names.
    ///
    /// # Errors
    /// There are too few.
    pub(super) fn given_to(&self, customers: &[&str]) -> Result<Vec<String>, Error> {
        let used: BTreeSet<&str> = self.given.values().map(String::as_str).collect();
        let mut left = self.pool.iter().filter(|code| !used.contains(code.as_str()));
        let n_codes = left.clone().count();
        let n_people = customers.iter().filter(|id| !self.given.contains_key(**id)).count();
        customers
            .iter()
            .map(|id| match self.given.get(*id) {
                Some(code) => Ok(code.clone()),
                None => left.next().cloned().ok_or(Error::TooFewCodes { n_codes, n_people }),
            })
            .collect()
    }
}

/// Lists the cells of a column with their lines; a file without that column is one of lines.
fn cells(file: &str, text: &str, column: &str) -> Result<Vec<(u64, String)>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut place = 0;
    let mut found = Vec::new();
    for (n, row) in reader.records().enumerate() {
        let row = row.map_err(|cause| Error::Unreadable {
            file: file.to_owned(),
            line: cause.position().map_or(1, csv::Position::line),
        })?;
        let line = row.position().map_or(0, csv::Position::line);
        if n == 0
            && let Some(header) = row.iter().position(|cell| cell == column)
        {
            place = header;
            continue;
        }
        if let Some(code) = row.get(place).filter(|cell| !cell.is_empty()) {
            found.push((line, code.to_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(pool: &str) -> Codes {
        let mut codes = Codes::default();
        codes.pool("codes.csv", pool).unwrap();
        codes
    }

    #[test]
    fn each_code_is_given_once_and_who_has_one_keeps_it() {
        let mut codes = codes("code,batch\nAAA,1\nBBB,1\nCCC,1\n");
        assert_eq!(codes.given_to(&["x", "y"]).unwrap(), ["AAA", "BBB"]);
        codes
            .were_given("offers.csv", "customer_id,notice_id,activation_code\ny,n_1,AAA\n")
            .unwrap();
        assert_eq!(codes.given_to(&["w", "y", "z"]).unwrap(), ["BBB", "AAA", "CCC"]);
        let said = codes.given_to(&["w", "x", "y", "z"]).unwrap_err().to_string();
        assert!(said.contains("2 codes left") && said.contains("3 people"), "{said}");
    }

    #[test]
    fn a_pool_may_be_a_bare_list_and_no_code_may_stand_twice() {
        assert_eq!(codes("AAA\n\nBBB\n").given_to(&["x", "y"]).unwrap(), ["AAA", "BBB"]);
        let said = Codes::default().pool("codes.csv", "AAA\nBBB\nAAA\n").unwrap_err().to_string();
        assert!(said.contains("line 3") && !said.contains("AAA"), "{said}");
    }
}
