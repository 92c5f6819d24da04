//! Which pairs should a person look at, and in what order?
//!
//! `review_pairs.csv` holds the pairs that weights cannot decide, with what the two records say
//! beside each other, the most informative first:
//!
//! ```text
//! priority = H(p) · n_a · n_b · (1 + log10(1 + clv))
//! ```
//!
//! H(p) is the entropy of the pair's probability in bits, 1 at even odds; a pair whose link was
//! refused since it would join two people counts as even, for the evidence contradicts itself.
//! `n_a · n_b` are the pairs of records that the answer decides, and clv is what the two customers
//! are still expected to buy, in whole units of the run's currency. The columns `decision`, `who`
//! and `when` are empty: filled in, the file is one of decisions.

use polars::prelude::NewChunkedArray;
use polars::prelude::{Column as Filled, DataFrame, IntoColumn, IntoSeries, StringChunked};

use super::error::Error;
use super::finished::Finished;
use super::values::Values;
use crate::matching::{RecordName, Register};
use crate::snapshot::Night;
use crate::tables::layout::ReviewPair;
use crate::tables::{Table, column as c};

/// The file's name in the run directory.
pub(super) const REVIEW_PAIRS: &str = "review_pairs.csv";

/// What is shown of the two records.
const SIDE_BY_SIDE: [&str; 8] = [
    "first_name",
    "last_name",
    "birth_date",
    "email",
    "phone",
    "address",
    "company",
    "customer_key",
];

/// A pair to be looked at.
struct Row {
    priority: f64,
    probability: f64,
    because: String,
    records: [u32; 2],
    names: [RecordName; 2],
}

/// Puts the pairs in order, with what a clerk needs to decide them.
pub(super) fn frame(review: &Table<ReviewPair>, night: &Night) -> DataFrame {
    let Night { contacts, points, golden, lineage, customers } = night;
    let register = Register::of(contacts);
    let of_record = lineage.count(c::CUSTOMER);
    let n_records = golden.count(c::N_RECORDS);
    let future = customers.cents(c::CLV_FUTURE_CENTS);
    let because = review.text(c::REVIEW_BECAUSE);
    let (ones, others) = (review.count(c::RECORD_A), review.count(c::RECORD_B));
    let chances = review.number(c::MATCH_PROBABILITY);
    let mut rows: Vec<Row> = (0..review.height())
        .filter_map(|row| {
            let records = [ones.get(row)?, others.get(row)?];
            let probability = chances.get(row)?;
            let because = because.get(row)?.to_owned();
            let [one, other] = records.map(|record| of_record.get(record as usize).unwrap_or(0));
            let [n_one, n_other] =
                [one, other].map(|customer| n_records.get(customer as usize).unwrap_or(1));
            let clv_cents: i64 = [one, other]
                .iter()
                .map(|&customer| future.get(customer as usize).unwrap_or(0).max(0))
                .sum();
            let doubt = if because == "doubtful" { entropy_bits(probability) } else { 1.0 };
            let worth = 1.0 + (1.0 + clv_cents as f64 / 100.0).log10();
            Some(Row {
                priority: doubt * f64::from(n_one) * f64::from(n_other) * worth,
                probability,
                because,
                records,
                names: records.map(|record| register.name(record)),
            })
        })
        .collect();
    rows.sort_by(|one, other| {
        let by_priority = other.priority.total_cmp(&one.priority);
        by_priority.then_with(|| one.names.cmp(&other.names))
    });
    columns(&rows, &Values::of(contacts, points))
}

fn columns(rows: &[Row], values: &Values<'_>) -> DataFrame {
    let column = |name: &str, cell: &dyn Fn(&Row) -> Option<String>| -> Filled {
        StringChunked::from_iter_options(name.into(), rows.iter().map(cell))
            .into_series()
            .into_column()
    };
    let nothing = |name| column(name, &|_| None);
    let mut columns = vec![
        column("priority", &|row| Some(format!("{:.3}", row.priority))),
        column("match_probability", &|row| Some(format!("{:.4}", row.probability))),
        column("review_because", &|row| Some(row.because.clone())),
        column("source_a", &|row| Some(row.names[0].source.clone())),
        column("source_id_a", &|row| Some(row.names[0].id.clone())),
        column("source_b", &|row| Some(row.names[1].source.clone())),
        column("source_id_b", &|row| Some(row.names[1].id.clone())),
        nothing("decision"),
        nothing("who"),
        nothing("when"),
    ];
    for field in SIDE_BY_SIDE {
        for (side, name) in ["a", "b"].into_iter().enumerate() {
            columns.push(column(&format!("{field}_{name}"), &|row| {
                values.value(row.records[side], field)
            }));
        }
    }
    match DataFrame::new_infer_height(columns) {
        Ok(frame) => frame,
        Err(error) => panic!("{REVIEW_PAIRS}: {error}"),
    }
}

/// Gives how much is not known of a thing that happens with a probability, in bits.
fn entropy_bits(probability: f64) -> f64 {
    let part = |share: f64| if share > 0.0 { -share * share.log2() } else { 0.0 };
    part(probability) + part(1.0 - probability)
}

/// Reads the pairs of a finished run, in their order; those whose records it does not have are
/// left out.
pub(super) fn read(run: &Finished, register: &Register<'_>) -> Result<Vec<(u32, u32)>, Error> {
    let Some(text) = run.text(REVIEW_PAIRS)? else { return Ok(Vec::new()) };
    let path = run.dir().join(REVIEW_PAIRS);
    let wrong = |error: &dyn std::fmt::Display| super::finished::not_this(&path, error);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| wrong(&unread(&error)))?.clone();
    let mut places = [0; 4];
    for (place, name) in
        places.iter_mut().zip(["source_a", "source_id_a", "source_b", "source_id_b"])
    {
        let found = header.iter().position(|column| column == name);
        *place = found.ok_or_else(|| wrong(&format!("it has no column `{name}`")))?;
    }
    let mut pairs = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(&unread(&error)))?;
        let cell = |place: usize| row.get(places[place]).unwrap_or_default();
        let record = |source: usize| {
            let name = RecordName::of_cells(cell(source), cell(source + 1));
            register.records(&name).first().copied()
        };
        if let (Some(a), Some(b)) = (record(0), record(2)) {
            pairs.push((a, b));
        }
    }
    Ok(pairs)
}

/// Says where the file cannot be read, without quoting it.
fn unread(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    format!("line {line} cannot be read as a row")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_odds_are_one_bit_and_certainty_is_none() {
        assert!((entropy_bits(0.5) - 1.0).abs() < 1e-12);
        assert!(entropy_bits(0.0).abs() < 1e-12 && entropy_bits(1.0).abs() < 1e-12);
        // Cover and Thomas (2006), "Elements of information theory", figure 2.1: H(.11) is half.
        assert!((entropy_bits(0.11) - 0.5).abs() < 1e-3);
        assert!((entropy_bits(0.2) - entropy_bits(0.8)).abs() < 1e-12);
    }
}
