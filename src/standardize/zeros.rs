//! Did a whole source lose the zeros of its telephone numbers?
//!
//! A spreadsheet drops the zero of all numbers of a column, or of those that somebody touched.
//! Where hardly a number of a source has it, the source is written so: that is one remark, not
//! one for each number.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::note::Notes;
use crate::tables::layout::Finding;
use crate::tables::{Table, column};
use crate::terms::Rule;

/// How many numbers of a source stand without the zero that one dials, and how many with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Zeros {
    pub(super) n_lost: u32,
    pub(super) n_kept: u32,
}

/// Fewer numbers without a zero prove no habit.
const N_LOST_MIN: u32 = 20;

impl Zeros {
    /// Counts those of a batch, by source.
    pub(super) fn of(batch: &Batch<'_>, notes: &Notes) -> Vec<Zeros> {
        let mut zeros = vec![Zeros::default(); batch.sources.len()];
        for row in notes.repaired(Rule::PhoneLeadingZero) {
            zeros[batch.source_of[row as usize]].n_lost += 1;
        }
        let Some(phones) = batch.text(column::PHONE) else { return zeros };
        for (row, source) in batch.source_of.iter().enumerate() {
            let digits = phones.get(row).unwrap_or("").trim_start_matches(['(', ' ', '\'']);
            let has_zero = digits.starts_with('0') && !digits.starts_with("00");
            zeros[*source].n_kept += u32::from(has_zero);
        }
        zeros
    }

    pub(super) fn add(&mut self, other: Zeros) {
        self.n_lost += other.n_lost;
        self.n_kept += other.n_kept;
    }

    /// Tells whether the source is written without zeros; one slip in twenty does not overrule
    /// the rest.
    pub(super) fn are_habit(self) -> bool {
        self.n_lost >= N_LOST_MIN && self.n_kept.saturating_mul(19) <= self.n_lost
    }
}

/// Takes out the remarks on single numbers of sources that are written without zeros, and makes
/// one of them, at the first. `source_of` names the source of a record where it has the habit.
pub(super) fn gathered<'s>(
    findings: &mut Table<Finding>,
    told: &mut BTreeSet<&'s str>,
    source_of: impl Fn(u32) -> Option<(&'s str, Zeros)>,
) {
    let mut notes = Notes::default();
    let mut kept: Vec<u32> = Vec::with_capacity(findings.height());
    let (records, rules) = (findings.count(column::RECORD), findings.text(column::RULE));
    let repaired = findings.flag(column::REPAIRED);
    for (place, (record, rule)) in (0u32..).zip(records.iter().zip(rules.iter())) {
        let is_lost =
            rule == Some(Rule::PhoneLeadingZero.id()) && repaired.get(place as usize) == Some(true);
        let habit =
            record.filter(|_| is_lost).and_then(|record| Some((record, source_of(record)?)));
        let Some((record, (source, zeros))) = habit else {
            kept.push(place);
            continue;
        };
        if told.insert(source) {
            let remark = format!("{} numbers without a zero, {} with", zeros.n_lost, zeros.n_kept);
            notes.at(record, column::PHONE.name).suggests(Rule::PhoneLeadingZero, &remark);
        }
    }
    if kept.len() < findings.height() {
        *findings = by_record(findings.rows(&kept), notes);
    }
}

/// Adds notes to findings, by record.
pub(super) fn by_record(findings: Table<Finding>, notes: Notes) -> Table<Finding> {
    if notes.is_empty() {
        return findings;
    }
    let all = Table::concat([findings, notes.table()]);
    let records: Vec<u32> = all.count(column::RECORD).iter().flatten().collect();
    let mut order: Vec<u32> = (0u32..).take(records.len()).collect();
    order.sort_by_key(|place| records[*place as usize]);
    all.rows(&order)
}
