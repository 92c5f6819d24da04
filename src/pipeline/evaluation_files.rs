//! What does an evaluation leave for people to read?
//!
//! A page with a chart, the numbers, and the mistakes as pairs of records with what they say side
//! by side: false merges first, since they hide someone, then misses, each with its reason.

use polars::prelude::{
    Column as Filled, DataFrame, IntoColumn, IntoSeries, NewChunkedArray, StringChunked,
};

use super::error::Error;
use super::evaluate::{Evaluated, NUMBERS};
use super::evaluation_page;
use super::records::Records;
use super::values::Values;
use crate::matching::{Register, Sweep};
use crate::output::{Dialect, Folder};
use crate::report;
use crate::terms::MatchWeight;

/// At most so many mistakes of a kind are written with what their records say.
const N_MISTAKES_MAX: usize = 10_000;

/// What is shown of the two records of a mistake.
const SIDE_BY_SIDE: [&str; 7] =
    ["first_name", "last_name", "birth_date", "email", "phone", "address", "company"];

/// A pair that is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mistake {
    a: u32,
    b: u32,
    /// In one cluster, though two people.
    is_false_merge: bool,
    /// The pair's weight; absent where it was not kept: no blocking rule brought the two
    /// together, or they are two people and it is hopeless.
    weight_bits: Option<f64>,
    reason: Reason,
}

/// How a pair came to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Its weight alone says so.
    Linked,
    /// Other pairs lead from one record to the other.
    Chained,
    /// Blocking never brought the two together.
    NotBlocked,
    /// Its weight is below the threshold.
    BelowThreshold,
    /// Its weight would do, but the clusters hold what speaks against it.
    Split,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Reason::Linked => "linked",
            Reason::Chained => "chained",
            Reason::NotBlocked => "not_blocked",
            Reason::BelowThreshold => "below_threshold",
            Reason::Split => "split",
        }
    }
}

impl Mistake {
    fn kind(&self) -> &'static str {
        if self.is_false_merge { "false_merge" } else { "miss" }
    }

    /// Gives the words by which mistakes are counted.
    pub(super) fn kind_and_reason(&self) -> String {
        format!("{}: {}", self.kind(), self.reason.word())
    }
}

/// Lists all wrong pairs: false merges first, then misses; within each the heaviest first, so
/// that the surest mistakes lead.
pub(super) fn mistakes(
    records: &Records,
    sweep: &Sweep<'_>,
    persons: &[Option<u32>],
) -> Vec<Mistake> {
    let mut weights: Vec<(u32, u32, f64)> =
        sweep.pairs().map(|pair| (pair.a, pair.b, pair.weight_bits)).collect();
    weights.sort_by_key(|&(a, b, _)| (a, b));
    let weight = |a: u32, b: u32| {
        let place = weights.binary_search_by_key(&(a, b), |&(a, b, _)| (a, b)).ok();
        place.map(|place| weights[place].2)
    };
    let threshold_bits = records.threshold_bits();
    let clusters = &records.customers;
    let numbered = || (0_u32..).zip(persons).filter_map(|(record, &of)| Some((record, of?)));
    let by_cluster = groups(numbered().map(|(record, _)| (clusters[record as usize], record)));
    let by_person = groups(numbered().map(|(record, person)| (person, record)));
    let mut mistakes = Vec::new();
    for (a, b) in pairs_within(&by_cluster) {
        if persons[a as usize] == persons[b as usize] {
            continue;
        }
        let weight_bits = weight(a, b);
        let is_linked = weight_bits.is_some_and(|bits| bits >= threshold_bits);
        let reason = if is_linked { Reason::Linked } else { Reason::Chained };
        mistakes.push(Mistake { a, b, is_false_merge: true, weight_bits, reason });
    }
    for (a, b) in pairs_within(&by_person) {
        if clusters[a as usize] == clusters[b as usize] {
            continue;
        }
        let weight_bits = weight(a, b);
        let reason = match weight_bits {
            None => Reason::NotBlocked,
            Some(bits) if bits < threshold_bits => Reason::BelowThreshold,
            Some(_) => Reason::Split,
        };
        mistakes.push(Mistake { a, b, is_false_merge: false, weight_bits, reason });
    }
    mistakes.sort_by(|one, other| {
        let bits = |of: &Mistake| of.weight_bits.unwrap_or(f64::NEG_INFINITY);
        other
            .is_false_merge
            .cmp(&one.is_false_merge)
            .then_with(|| bits(other).total_cmp(&bits(one)))
            .then_with(|| (one.a, one.b).cmp(&(other.a, other.b)))
    });
    mistakes
}

/// Parts records by their group; those of a group stand in order.
fn groups(members: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    let mut members: Vec<(u32, u32)> = members.collect();
    members.sort_unstable();
    members
}

fn pairs_within(groups: &[(u32, u32)]) -> impl Iterator<Item = (u32, u32)> {
    groups.chunk_by(|one, other| one.0 == other.0).flat_map(|group| {
        (0..group.len()).flat_map(move |place| {
            group[place + 1..].iter().map(move |&(_, b)| (group[place].1, b))
        })
    })
}

/// Writes the page, the numbers and the mistakes.
pub(super) fn write(
    folder: &mut Folder,
    records: &Records,
    evaluated: &Evaluated,
    mistakes: &[Mistake],
) -> Result<(), Error> {
    let numbers = serde_json::to_string_pretty(evaluated).unwrap_or_default();
    folder.text(NUMBERS, &format!("{numbers}\n"))?;
    folder.text("evaluation.html", &report::accuracy(&evaluation_page::page(evaluated)))?;
    for (name, is_false_merge) in [("false_merges.csv", true), ("misses.csv", false)] {
        let of_kind = mistakes.iter().filter(|of| of.is_false_merge == is_false_merge);
        let some: Vec<Mistake> = of_kind.take(N_MISTAKES_MAX).copied().collect();
        folder.csv(name, &frame(records, &some), Dialect::Spreadsheet)?;
    }
    Ok(())
}

fn frame(records: &Records, mistakes: &[Mistake]) -> DataFrame {
    let register = Register::of(&records.contacts);
    let values: Values<'_> = records.values();
    let column = |name: &str, cell: &dyn Fn(&Mistake) -> Option<String>| -> Filled {
        StringChunked::from_iter_options(name.into(), mistakes.iter().map(cell))
            .into_series()
            .into_column()
    };
    let probability = |bits: f64| format!("{:.4}", MatchWeight(bits).probability().get());
    let mut columns = vec![
        column("kind", &|of| Some(of.kind().to_owned())),
        column("reason", &|of| Some(of.reason.word().to_owned())),
        column("match_weight_bits", &|of| of.weight_bits.map(|bits| format!("{bits:.2}"))),
        column("match_probability", &|of| of.weight_bits.map(probability)),
    ];
    let record = |of: &Mistake, side: usize| if side == 0 { of.a } else { of.b };
    for (side, name) in ["a", "b"].into_iter().enumerate() {
        let named = |of: &Mistake| register.name(record(of, side));
        columns.push(column(&format!("source_{name}"), &|of| Some(named(of).source)));
        columns.push(column(&format!("source_id_{name}"), &|of| Some(named(of).id)));
    }
    for field in SIDE_BY_SIDE {
        for (side, name) in ["a", "b"].into_iter().enumerate() {
            let value = |of: &Mistake| values.value(record(of, side), field);
            columns.push(column(&format!("{field}_{name}"), &value));
        }
    }
    match DataFrame::new_infer_height(columns) {
        Ok(frame) => frame,
        Err(error) => panic!("mistakes: {error}"),
    }
}
