//! What have people decided about pairs?
//!
//! Clerical decisions are data: a file of pairs, each with a verdict, who gave it and when. They
//! are replayed in every run and win over any weight:
//!
//! - `same` unites two records and with them their clusters, whatever speaks against it;
//! - `different` keeps two records apart: a cluster that would hold both is parted at the
//!   weakest of the links that lead from one to the other;
//! - of several decisions on one pair the latest counts; of two at the same instant, `different`;
//! - where decisions contradict each other (A = B, B = C, A ≠ C), `different` holds, since two
//!   people taken for one hide a victim; of the `same` that cannot all hold, the earliest gives
//!   way. Those left out are named.
//!
//! The order of the rows has no say in any of this.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::decision_error::DecisionError;
use super::register::{RecordName, Register};
use crate::tables::Table;
use crate::tables::layout::Contact;

/// The columns of a file of decisions; others may stand beside them.
pub const DECISION_COLUMNS: [&str; 7] =
    ["source_a", "source_id_a", "source_b", "source_id_b", "decision", "who", "when"];

/// What was decided of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The two records are one person.
    Same,
    /// They are two.
    Different,
}

impl Verdict {
    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Different => "different",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// A decision on a pair, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The name that is first in order.
    pub a: RecordName,
    /// The other.
    pub b: RecordName,
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided.
    pub who: String,
    /// When.
    pub when: Timestamp,
    /// The line in the file, from 1.
    pub line: u64,
}

impl Decision {
    /// Gives the cells of its row, in the order of `DECISION_COLUMNS`.
    pub fn cells(&self) -> [String; 7] {
        [
            self.a.source.clone(),
            self.a.id.clone(),
            self.b.source.clone(),
            self.b.id.clone(),
            self.verdict.word().to_owned(),
            self.who.clone(),
            self.when.to_string(),
        ]
    }
}

/// A file of decisions, read.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    file: String,
    all: Vec<Decision>,
    n_open: usize,
}

impl Decisions {
    /// Reads a file of decisions: CSV with a header. A row without a verdict is still to be
    /// decided, and is passed over.
    ///
    /// # Errors
    /// A column is missing, or a row names no pair, no verdict or no time.
    pub fn read(file: &str, text: &str) -> Result<Decisions, DecisionError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let unread = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            DecisionError::Row { file: file.to_owned(), line }
        };
        let header = reader.headers().map_err(|error| unread(&error))?.clone();
        let mut places = [0; DECISION_COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(DECISION_COLUMNS) {
            *place = header.iter().position(|name| name == column).ok_or_else(|| {
                DecisionError::Column { file: file.to_owned(), column, n_found: header.len() }
            })?;
        }
        let (mut decisions, mut n_open) = (Vec::new(), 0);
        let (mut line, mut counted) = (1, 0);
        for row in reader.records() {
            let row = row.map_err(|error| unread(&error))?;
            // The reader tells where the row before ended; blank lines may lie between.
            let end = row.position().map_or(0, |place| usize::try_from(place.byte()).unwrap_or(0));
            let blank = text.as_bytes()[end..].iter().take_while(|byte| b"\r\n".contains(byte));
            let start = end + blank.count();
            line += text[counted..start].matches('\n').count();
            counted = start;
            let line = line as u64;
            match decision(file, line, places.map(|place| row.get(place).unwrap_or_default()))? {
                Some(decision) => decisions.push(decision),
                None => n_open += 1,
            }
        }
        Ok(Decisions { file: file.to_owned(), all: decisions, n_open })
    }

    /// Lists the decisions as they stand in the file.
    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    /// Writes the decisions down again, and nothing else of the file.
    pub fn as_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = self.all.iter().map(|decision| decision.cells().to_vec());
        for row in std::iter::once(DECISION_COLUMNS.map(str::to_owned).to_vec()).chain(rows) {
            // Writing to memory cannot fail.
            let _ = writer.write_record(&row);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// Finds the decision that counts for a pair, in either order.
    pub fn of_pair(&self, one: &RecordName, other: &RecordName) -> Option<&Decision> {
        let (a, b) = if one <= other { (one, other) } else { (other, one) };
        let on_pair = self.all.iter().filter(|found| found.a == *a && found.b == *b);
        on_pair.max_by_key(|found| (found.when, found.verdict, found.line))
    }

    /// Finds the records that the decisions speak of.
    pub(super) fn resolved(&self, contacts: &Table<Contact>) -> Resolved {
        let mut resolved = Resolved { counts: self.counts(), ..Resolved::default() };
        if self.all.is_empty() {
            return resolved;
        }
        let register = Register::of(contacts);
        let counting = self.counting();
        resolved.counts.n_superseded = self.all.len() - counting.len();
        for decision in counting {
            let (ones, others) = (register.records(&decision.a), register.records(&decision.b));
            if ones.is_empty() || others.is_empty() {
                resolved.counts.n_unknown += 1;
                resolved.counts.lines_unknown.push(decision.line);
                continue;
            }
            let pairs = match decision.verdict {
                // One of the first with all others: that unites them all.
                Verdict::Same => {
                    let rest = ones[1..].iter().chain(others);
                    rest.map(|&other| (ones[0], other)).collect()
                }
                Verdict::Different => ones
                    .iter()
                    .flat_map(|&one| others.iter().map(move |&other| (one, other)))
                    .collect(),
            };
            resolved.decided.push(Decided {
                pairs,
                verdict: decision.verdict,
                line: decision.line,
            });
        }
        resolved.counts.lines_unknown.sort_unstable();
        let pairs = resolved.decided.iter().flat_map(|decided| &decided.pairs);
        resolved.pairs = pairs.map(|&(a, b)| (a.min(b), a.max(b))).collect();
        resolved.pairs.sort_unstable();
        resolved
    }

    /// Lists the decisions that count: the latest of each pair. The latest of all stands first.
    fn counting(&self) -> Vec<&Decision> {
        let mut counting: Vec<&Decision> = self.all.iter().collect();
        counting.sort_by(|one, other| {
            let latest = |of: &Decision| (of.when, of.verdict, of.line);
            let by_pair = (&one.a, &one.b).cmp(&(&other.a, &other.b));
            by_pair.then_with(|| latest(other).cmp(&latest(one)))
        });
        counting.dedup_by(|later, first| later.a == first.a && later.b == first.b);
        counting.sort_by_key(|decision| std::cmp::Reverse(decision.when));
        counting
    }

    fn counts(&self) -> DecisionCounts {
        DecisionCounts {
            file: self.file.clone(),
            n_decisions: self.all.len(),
            n_open: self.n_open,
            ..DecisionCounts::default()
        }
    }
}

/// Reads a row; nothing where it holds no verdict yet.
fn decision(file: &str, line: u64, cells: [&str; 7]) -> Result<Option<Decision>, DecisionError> {
    let [source_a, id_a, source_b, id_b, verdict, who, when] = cells;
    let wrong = |column: &'static str| DecisionError::Cell { file: file.to_owned(), line, column };
    let verdict = match verdict.to_ascii_lowercase().as_str() {
        "" => return Ok(None),
        "same" => Verdict::Same,
        "different" => Verdict::Different,
        _ => return Err(wrong("decision")),
    };
    let name = |source: &str, id: &str, column| {
        let name = RecordName::of_cells(source, id);
        if name.source.is_empty() || name.id.is_empty() {
            return Err(wrong(column));
        }
        Ok(name)
    };
    let (one, other) = (name(source_a, id_a, "source_id_a")?, name(source_b, id_b, "source_id_b")?);
    if one == other {
        return Err(DecisionError::Itself { file: file.to_owned(), line });
    }
    let when = instant(when).ok_or_else(|| wrong("when"))?;
    let (a, b) = if one <= other { (one, other) } else { (other, one) };
    Ok(Some(Decision { a, b, verdict, who: who.to_owned(), when, line }))
}

/// Reads an instant; a bare day is its beginning, in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let of_day = || {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(of_day)
}

/// What became of the decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DecisionCounts {
    /// The file, as the pipeline file names it; empty where it names none.
    pub file: String,
    /// Decisions in it.
    pub n_decisions: usize,
    /// Rows without a verdict: still to be decided.
    pub n_open: usize,
    /// Decisions that a later one on the same pair replaced.
    pub n_superseded: usize,
    /// Decisions that name a record which the run does not have.
    pub n_unknown: usize,
    /// Their lines.
    pub lines_unknown: Vec<u64>,
    /// Pairs united.
    pub n_same: usize,
    /// Of these, pairs that the weights had left apart.
    pub n_same_against_weights: usize,
    /// Pairs kept apart.
    pub n_different: usize,
    /// Of these, pairs that the weights had put together.
    pub n_different_against_weights: usize,
    /// `same` decisions that could not hold beside the others.
    pub n_contradicting: usize,
    /// Their lines.
    pub lines_contradicting: Vec<u64>,
}

/// A decision by record numbers.
pub(super) struct Decided {
    pub(super) pairs: Vec<(u32, u32)>,
    pub(super) verdict: Verdict,
    pub(super) line: u64,
}

/// The decisions that count, by record numbers, the latest first.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) decided: Vec<Decided>,
    pub(super) counts: DecisionCounts,
    /// Their pairs, the smaller record first, sorted.
    pub(super) pairs: Vec<(u32, u32)>,
}

impl Resolved {
    /// Tells whether a pair has been decided.
    pub(super) fn is_decided(&self, a: u32, b: u32) -> bool {
        self.pairs.binary_search(&(a.min(b), a.max(b))).is_ok()
    }
}
