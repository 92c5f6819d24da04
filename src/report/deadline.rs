//! Whom does the law want told, and by when?

use serde::Serialize;

use crate::tables::layout::Duty;
use crate::tables::{Table, column as c};
use crate::terms::grouped;

use super::lines::plain;
use super::page::Page;

/// A duty that there is, with its deadline or without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// By when, on the clock of the jurisdiction; `OPEN` where the law names no day.
    pub deadline: String,
    /// `due`, `overdue`, `open`, `not_started`.
    pub status: String,
    /// Whose law.
    pub jurisdiction: String,
    /// `individual`, `regulator` or `credit_bureau`.
    pub kind: String,
    /// Who is told.
    pub recipient: String,
    /// Residents affected.
    pub n_residents: u64,
    /// The incident.
    pub incident: String,
    /// The law.
    pub law: String,
    /// Where one is told before, with or after another.
    pub order: Option<String>,
}

/// Lists the duties that there are: what is overdue or due first, the soonest before, then what
/// is open.
pub(super) fn deadlines(duties: &Table<Duty>) -> Vec<Deadline> {
    let text = |column, row| duties.text(column).get(row).unwrap_or_default().to_owned();
    let mut found: Vec<(bool, Option<jiff::Timestamp>, Deadline)> = (0..duties.height())
        .filter_map(|row| {
            let deadline = duties.text(c::DEADLINE).get(row)?.to_owned();
            let at = deadline.parse().ok();
            let line = Deadline {
                deadline,
                status: text(c::DUTY_STATUS, row),
                jurisdiction: text(c::JURISDICTION, row),
                kind: text(c::DUTY_KIND, row),
                recipient: text(c::RECIPIENT, row),
                n_residents: duties.long(c::N_RESIDENTS).get(row).unwrap_or_default(),
                incident: text(c::INCIDENT, row),
                law: text(c::LAW, row),
                order: duties.text(c::TOLD_IN_ORDER).get(row).map(str::to_owned),
            };
            Some((at.is_none(), at, line))
        })
        .collect();
    found.sort_by_key(|(is_open, at, _)| (*is_open, *at));
    found.into_iter().map(|(_, _, line)| line).collect()
}

/// Tells at a terminal what is due first, a line each, `n_max` at most, and how much is open;
/// `file` holds them all.
pub(super) fn said(deadlines: &[Deadline], n_max: usize, file: &str) -> Vec<String> {
    let dated: Vec<_> = deadlines.iter().filter(|line| line.deadline != "OPEN").collect();
    let n_overdue = dated.iter().filter(|line| line.status == "overdue").count();
    let mut said: Vec<String> = dated
        .iter()
        .take(n_max)
        .map(|line| {
            let late = if line.status == "overdue" { ", overdue" } else { "" };
            plain(&format!("{} {}: {}{late}", line.deadline, line.jurisdiction, line.recipient))
        })
        .collect();
    let more = dated.len().saturating_sub(n_max);
    let n_open = deadlines.len() - dated.len();
    let rest = [(more, "later"), (n_overdue, "overdue in all"), (n_open, "OPEN, without a day")];
    let rest: Vec<_> = rest
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", grouped(*n as u64)))
        .collect();
    if !rest.is_empty() {
        said.push(format!("{}: {file}", rest.join(", ")));
    }
    said
}

/// Writes the table of deadlines, the soonest first.
pub(super) fn write(page: &mut Page, deadlines: &[Deadline], file: &str) {
    page.section("deadlines", "By when?");
    if deadlines.is_empty() {
        page.paragraph("No law in the rules file asks for a notice.");
        page.end_section();
        return;
    }
    let dated = |line: &&Deadline| line.deadline != "OPEN";
    let n_overdue = deadlines.iter().filter(|line| line.status == "overdue").count();
    if let Some(first) = deadlines.iter().find(dated) {
        let late = match n_overdue {
            0 => String::new(),
            n => format!(" {n} are overdue."),
        };
        page.headline(&format!(
            "The first is {}, {} ({}).{late}",
            first.deadline, first.recipient, first.jurisdiction
        ));
    }
    let rows: Vec<_> = deadlines
        .iter()
        .map(|line| {
            let order = line.order.as_ref().map_or_else(String::new, |order| format!(" ({order})"));
            vec![
                line.deadline.clone(),
                line.status.replace('_', " "),
                line.jurisdiction.clone(),
                format!("{}{order}", line.recipient),
                grouped(line.n_residents),
                line.law.clone(),
            ]
        })
        .collect();
    let header = ["by", "status", "law of", "whom to tell", "residents", "law"];
    page.table("Soonest first; OPEN where the law names no day", &header, &rows);
    page.paragraph(&format!(
        "Reckoned from the rules file named in the manifest, for counsel to review: this is not \
         legal advice. {file} names clock, version and source of each."
    ));
    page.end_section();
}
