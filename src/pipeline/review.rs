//! Which pair is next, and what did the person say?

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::decision_file::DecisionFile;
use super::error::Error;
use super::records::Records;
use super::{review_pairs, values::Values};
use crate::matching::{Decision, RecordName, Register, Scorer, Verdict, Waterfall};

/// A pair that waits for an answer.
#[derive(Debug)]
pub struct Question {
    /// Its place among the pairs of this session, from 1.
    pub place: usize,
    /// How many pairs there are.
    pub n_pairs: usize,
    /// The names of the two records.
    pub names: [RecordName; 2],
    /// What speaks for and against.
    pub waterfall: Waterfall,
    /// What the two records say where the comparisons look, and besides: field and values.
    pub values: Vec<(&'static str, [Option<String>; 2])>,
}

/// What came of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Reviewed {
    /// Pairs decided to be the same.
    pub n_same: usize,
    /// Pairs decided to be different.
    pub n_different: usize,
    /// Pairs passed over.
    pub n_skipped: usize,
    /// Pairs not reached.
    pub n_left: usize,
    /// Pairs that had been decided before.
    pub n_decided_before: usize,
}

/// Who reviews, and where the decisions go.
#[derive(Debug)]
pub struct Reviewer<'a> {
    /// The file of decisions; begun if it is not there.
    pub decisions: &'a Path,
    /// Who decides.
    pub who: &'a str,
    /// The time that is written beside each decision; the present where absent.
    pub clock: Option<Timestamp>,
}

/// What a person may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The two are one person, or two.
    Decided(Verdict),
    /// On to the next.
    Skip,
    /// Back to the one before, and what was decided of it is taken back.
    Undo,
    /// Enough.
    Quit,
}

/// Asks about the pairs of a run that wait for review, until all are answered or the person has
/// had enough. `ask` is given each question and returns the answer; `told` is given what could
/// not be done.
///
/// # Errors
/// The run or the file of decisions cannot be read, or a decision cannot be written.
pub fn review(
    run: &Path,
    reviewer: &Reviewer<'_>,
    mut ask: impl FnMut(&Question) -> Answer,
    mut told: impl FnMut(&str),
) -> Result<Reviewed, Error> {
    let (mut file, known) = DecisionFile::open(reviewer.decisions)?;
    let records = Records::open(run)?;
    let register = Register::of(&records.contacts);
    let all = review_pairs::read(&records.run, &register)?;
    let decided: BTreeSet<(&RecordName, &RecordName)> =
        known.all().iter().map(|decision| (&decision.a, &decision.b)).collect();
    let is_open = |&(a, b): &(u32, u32)| {
        let (one, other) = sorted(register.name(a), register.name(b));
        !decided.contains(&(&one, &other))
    };
    let pairs: Vec<(u32, u32)> = all.iter().copied().filter(is_open).collect();
    let desk = Desk {
        scorer: (!pairs.is_empty()).then(|| records.scorer()),
        values: records.values(),
        register: &register,
        pairs: &pairs,
    };
    let mut answers: Vec<Answer> = Vec::new();
    while answers.len() < pairs.len() {
        let Some(question) = desk.question(answers.len()) else { break };
        match ask(&question) {
            Answer::Quit => break,
            Answer::Skip => answers.push(Answer::Skip),
            Answer::Decided(verdict) => {
                let [one, other] = question.names;
                let (a, b) = sorted(one, other);
                let who = reviewer.who.to_owned();
                let when = reviewer.clock.unwrap_or_else(now);
                file.add(&Decision { a, b, verdict, who, when, line: 0 })?;
                answers.push(Answer::Decided(verdict));
            }
            Answer::Undo => match answers.last() {
                None => told("there is nothing to take back in this session"),
                Some(Answer::Decided(_)) => {
                    file.take_back()?;
                    answers.pop();
                }
                Some(_) => {
                    answers.pop();
                }
            },
        }
    }
    let n_of = |wanted| answers.iter().filter(|&&answer| answer == wanted).count();
    Ok(Reviewed {
        n_same: n_of(Answer::Decided(Verdict::Same)),
        n_different: n_of(Answer::Decided(Verdict::Different)),
        n_skipped: n_of(Answer::Skip),
        n_left: pairs.len() - answers.len(),
        n_decided_before: all.len() - pairs.len(),
    })
}

/// The present, to the second: finer than that nobody decides.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn sorted(one: RecordName, other: RecordName) -> (RecordName, RecordName) {
    if one <= other { (one, other) } else { (other, one) }
}

/// The pairs, and what questions are made of.
struct Desk<'a> {
    scorer: Option<Scorer>,
    values: Values<'a>,
    register: &'a Register<'a>,
    pairs: &'a [(u32, u32)],
}

impl Desk<'_> {
    fn question(&self, place: usize) -> Option<Question> {
        /// What no comparison reads, and a person wants to see.
        const BESIDES: [&str; 2] = ["created_at", "updated_at"];
        let (a, b) = *self.pairs.get(place)?;
        let waterfall = self.scorer.as_ref()?.explained(a, b);
        let fields = waterfall.steps.iter().map(|step| step.comparison).chain(BESIDES);
        let values = fields
            .map(|field| (field, [self.values.value(a, field), self.values.value(b, field)]))
            .collect();
        Some(Question {
            place: place + 1,
            n_pairs: self.pairs.len(),
            names: [self.register.name(a), self.register.name(b)],
            waterfall,
            values,
        })
    }
}
