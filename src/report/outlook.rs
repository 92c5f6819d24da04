//! How many will learn of it, by when, and what if a channel fails?

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tables::layout::SubstituteNotice;
use crate::tables::{Table, column as c};
use crate::terms::grouped;

use super::lines::percent;
use super::page::Page;

/// The parts of `outlook.json` that a report tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Customers to whom a notice is owed.
    pub n_owed: u64,
    /// Those of them whom earlier runs told.
    pub n_told_before: u64,
    /// Those who are expected to learn of it.
    pub expected: Expected,
    /// By channel.
    pub by_channel: Vec<ByChannel>,
    /// Should a channel fail.
    pub if_down: Vec<IfDown>,
    /// Day by day.
    pub told_by: Vec<ArrivalDay>,
    /// Notices that leave after their last day.
    pub n_late: u64,
}

/// People who are expected to learn of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// How many, to a tenth.
    pub n_customers: f64,
    /// Their share of those to whom a notice is owed.
    pub share: f64,
    /// Their share of the worth.
    pub clv_share: f64,
}

/// The notices of a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByChannel {
    /// The channel.
    pub channel: String,
    /// How many customers it tells.
    pub n_customers: u64,
    /// The share of notices that is assumed to arrive.
    pub reach_share: f64,
    /// Those who are expected to learn of it.
    pub expected: Expected,
}

/// What is left should a channel fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IfDown {
    /// The channel.
    pub channel: String,
    /// Customers who are then told by their second channel.
    pub n_by_fallback: u64,
    /// Customers whom nothing reaches then.
    pub n_lost: u64,
    /// Those who are expected to learn of it all the same.
    pub expected: Expected,
}

/// A day on which notices arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArrivalDay {
    /// The day.
    pub day: String,
    /// Notices that arrive on it, by channel.
    pub by_channel: Vec<(String, u64)>,
    /// All who are expected to have learned of it by then.
    pub expected: Expected,
}

impl Outlook {
    /// Reads what was reckoned; `None` where it is of another form.
    pub(super) fn read(outlook: &Value) -> Option<Outlook> {
        serde_json::from_value(outlook.clone()).ok()
    }

    /// Tells it at a terminal, a line each.
    pub(super) fn said(&self) -> Vec<String> {
        if self.n_owed == 0 {
            return Vec::new();
        }
        let mut said = vec![format!(
            "{} of {} to whom a notice is owed are expected to learn of it, {} of their value",
            percent(self.expected.share),
            grouped(self.n_owed),
            percent(self.expected.clv_share)
        )];
        let down: Vec<String> = self
            .if_down
            .iter()
            .map(|down| format!("{} without {}", percent(down.expected.share), down.channel))
            .collect();
        said.push(down.join(", "));
        if let Some(days) = self.days() {
            said.push(days);
        }
        said
    }

    /// Says how many have learned of it by the first days and by the last.
    fn days(&self) -> Option<String> {
        let by = |day: &ArrivalDay| format!("{} by {}", percent(day.expected.share), day.day);
        let (last, before) = self.told_by.split_last()?;
        let days: Vec<String> = before.iter().take(3).chain([last]).map(by).collect();
        let late = match self.n_late {
            0 => String::new(),
            n => format!("; {} leave too late for the law", grouped(n)),
        };
        Some(format!("{}{late}", days.join(", ")))
    }
}

/// Writes what is to be expected of the notices.
pub(super) fn write(page: &mut Page, outlook: &Outlook) {
    page.paragraph(&format!(
        "{} customers are owed a notice; {} of them, with {} of their value, are expected to learn \
         of it. Earlier runs told {}. The shares that arrive and the days that it takes are \
         settings: notify.reach_share, notify.lead_days.",
        grouped(outlook.n_owed),
        percent(outlook.expected.share),
        percent(outlook.expected.clv_share),
        grouped(outlook.n_told_before)
    ));
    let rows: Vec<_> = outlook
        .by_channel
        .iter()
        .map(|by| {
            vec![
                by.channel.clone(),
                grouped(by.n_customers),
                percent(by.reach_share),
                by.expected.n_customers.to_string(),
            ]
        })
        .collect();
    let header = ["channel", "notices", "share that arrives", "expected to learn of it"];
    page.table("What is expected of each channel", &header, &rows);
    let rows: Vec<_> = outlook
        .if_down
        .iter()
        .map(|down| {
            vec![
                down.channel.clone(),
                grouped(down.n_by_fallback),
                grouped(down.n_lost),
                percent(down.expected.share),
                percent(down.expected.clv_share),
            ]
        })
        .collect();
    let header = ["without", "told by another", "not told", "expected, of all", "of the value"];
    page.table("What if a channel fails?", &header, &rows);
    let rows: Vec<_> = outlook
        .told_by
        .iter()
        .map(|day| {
            let of = |(channel, n): &(String, u64)| format!("{channel} {}", grouped(*n));
            vec![
                day.day.clone(),
                day.by_channel.iter().map(of).collect::<Vec<_>>().join(", "),
                percent(day.expected.share),
                percent(day.expected.clv_share),
            ]
        })
        .collect();
    let header = ["by", "notices that arrive", "have learned of it", "of the value"];
    page.table("Told by when?", &header, &rows);
    if outlook.n_late > 0 {
        let n = grouped(outlook.n_late);
        page.paragraph(&format!("{n} notices leave after the last day that the law allows."));
    }
}

/// Counts the laws that allow a public notice, and those where it is for counsel to say.
pub(super) fn substitutes(table: &Table<SubstituteNotice>) -> (u64, u64) {
    let count = |word| table.text(c::ALLOWED).iter().filter(|found| *found == Some(word)).count();
    (count("yes") as u64, count("counsel") as u64)
}
