//! Where may a public notice take the place of one to each person, and what does it ask for?
//!
//! A law that wants people told takes a public notice where some of them cannot be found, where
//! too many are to be told, or where telling each would cost too much. It then stands for those
//! who were not found, or for all. Whether to use it is for counsel to say; this says what the
//! rules file allows, and why. A channel that is down for now is no ground.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::rules::{Law, SUBSTITUTE_CURRENCY, Substitute};
use crate::tables::column as c;
use crate::tables::layout::SubstituteNotice;
use crate::tables::{Column, Table};
use crate::terms::{Cents, grouped};

use super::Ask;
use super::case::Fate;
use super::decide::Person;
use super::desk::Desk;
use super::outcome::{Outcome, Reason};

/// The people of an incident whom the same laws want told.
#[derive(Debug, Clone, Copy, Default)]
struct Owed {
    n: u64,
    n_unreached: u64,
    cost: Cents,
}

/// An incident's place, the jurisdiction, and the lines of the laws in the rules file.
type Key<'a> = (u32, &'a str, &'a str);

/// What a law says of them.
struct Answer<'a> {
    incident: &'a str,
    jurisdiction: String,
    law: Option<&'a Law>,
    owed: Owed,
    allowed: &'static str,
    grounds: Vec<&'static str>,
    n_covered: u64,
    why: String,
}

/// Reckons for each incident and law whether a public notice is allowed.
pub(super) fn notices(desk: &Desk<'_>, ask: &Ask<'_>) -> Table<SubstituteNotice> {
    let mut by_law: BTreeMap<(u32, u64, String), Owed> = BTreeMap::new();
    for ((incident, jurisdiction, lines), owed) in counted(desk, ask) {
        let laws: Vec<&Law> = lines
            .split(';')
            .filter_map(|line| ask.laws.on_line(line.parse().ok()?))
            .filter(|law| law.individual.is_some())
            .collect();
        let keys: Vec<(u64, String)> = match laws.as_slice() {
            [] => vec![(u64::MAX, jurisdiction.to_owned())],
            laws => laws.iter().map(|law| (law.line, law.code.clone())).collect(),
        };
        for (line, code) in keys {
            by_law.entry((incident, line, code)).or_default().add(owed);
        }
    }
    let answers: Vec<Answer<'_>> = by_law
        .into_iter()
        .map(|((incident, line, jurisdiction), owed)| {
            let incident = ask.incidents[incident as usize].id.as_str();
            answer(incident, jurisdiction, ask.laws.on_line(line), owed, ask.currency)
        })
        .collect();
    table(&answers)
}

impl Owed {
    fn add(&mut self, more: Owed) {
        self.n += more.n;
        self.n_unreached += more.n_unreached;
        self.cost += more.cost;
    }
}

/// Counts the people to whom a notice is owed, by incident and laws.
fn counted<'a>(desk: &Desk<'_>, ask: &Ask<'a>) -> BTreeMap<Key<'a>, Owed> {
    let jurisdictions = ask.owed.text(c::JURISDICTION);
    let lines = ask.owed.text(c::LAW_ROWS);
    let of_person = |mut counts: BTreeMap<Key<'a>, Owed>, person: &Person| {
        for &row in desk.case.rows_of(&person.places) {
            let place = row as usize;
            if !matches!(desk.case.fates[place], Fate::Tell | Fate::Told) {
                continue;
            }
            let unreached = person.outcome == Outcome::Unreachable
                && person.reason != Some(Reason::ChannelDown)
                && desk.case.fates[place] == Fate::Tell;
            let key = (
                desk.case.incident_of[place],
                jurisdictions.get(place).unwrap_or_default(),
                lines.get(place).unwrap_or_default(),
            );
            counts.entry(key).or_default().add(Owed {
                n: 1,
                n_unreached: u64::from(unreached),
                cost: desk.cost(person.channel, 1),
            });
        }
        counts
    };
    desk.people.par_iter().fold(BTreeMap::new, of_person).reduce(BTreeMap::new, |mut one, other| {
        for (key, owed) in other {
            one.entry(key).or_default().add(owed);
        }
        one
    })
}

fn answer<'a>(
    incident: &'a str,
    jurisdiction: String,
    law: Option<&'a Law>,
    owed: Owed,
    currency: &str,
) -> Answer<'a> {
    let substitute = law.and_then(|law| law.substitute.as_ref());
    let judged = match substitute {
        Some(substitute) => judged(substitute, owed, currency),
        None => Judged { notes: vec![unsaid(law).to_owned()], ..Judged::default() },
    };
    let Judged { grounds, asks_counsel, mut notes } = judged;
    let n_covered = match grounds.as_slice() {
        [] => 0,
        ["unreached"] => owed.n_unreached,
        _ => owed.n,
    };
    let allowed = match (grounds.is_empty(), owed.n_unreached) {
        (false, _) => "yes",
        (true, 0) => "not_needed",
        (true, _) if substitute.is_none() || asks_counsel => "counsel",
        (true, _) => "no",
    };
    let of = format!("{} of {} cannot be found", grouped(owed.n_unreached), grouped(owed.n));
    notes.insert(0, of);
    let why = notes.join("; ");
    Answer { incident, jurisdiction, law, owed, allowed, grounds, n_covered, why }
}

/// Says why nothing is known of a public notice.
fn unsaid(law: Option<&Law>) -> &'static str {
    match law {
        Some(_) => "the rules file says nothing of it",
        None => "no law is known that wants them told: for counsel to say",
    }
}

/// What the grounds came to.
#[derive(Default)]
struct Judged {
    grounds: Vec<&'static str>,
    asks_counsel: bool,
    notes: Vec<String>,
}

/// Holds what there is against the limits of a law, which must be passed.
fn judged(substitute: &Substitute, owed: Owed, currency: &str) -> Judged {
    let mut judged = Judged::default();
    match substitute.n_unreached_min {
        Some(min) if owed.n_unreached >= min => judged.grounds.push("unreached"),
        Some(min) if owed.n_unreached > 0 => {
            judged.notes.push(format!("fewer than {min}: each is told by other means"));
        }
        Some(_) => {}
        None => judged.asks_counsel = true,
    }
    if substitute.n_people_limit.is_some_and(|limit| owed.n > limit) {
        judged.grounds.push("count");
    }
    if let Some(limit) = substitute.cost_limit {
        let cost = i128::from(owed.cost.0);
        if currency != SUBSTITUTE_CURRENCY {
            // Where no rate of exchange could make it matter there is nothing to say.
            if cost < i128::from(limit) * 10 {
                return judged;
            }
            judged.notes.push(format!(
                "the cost, in {currency}, is not held against the limit in {SUBSTITUTE_CURRENCY}"
            ));
        } else if cost > i128::from(limit) * 100 {
            judged.grounds.push("cost");
        }
    }
    judged
}

fn table(answers: &[Answer<'_>]) -> Table<SubstituteNotice> {
    let texts = |column: Column, says: &dyn Fn(&Answer<'_>) -> Option<String>| {
        column.texts(answers.iter().map(says).collect::<Vec<_>>().into_iter())
    };
    let longs = |column: Column, says: &dyn Fn(&Answer<'_>) -> Option<u64>| {
        column.longs_or_nothing(answers.iter().map(says))
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let of_rule = |answer: &Answer<'_>| answer.law.and_then(|law| law.substitute.clone());
    Table::of(vec![
        texts(c::INCIDENT, &|answer| some(answer.incident)),
        texts(c::JURISDICTION, &|answer| some(&answer.jurisdiction)),
        texts(c::LAW, &|answer| answer.law.map(Law::id)),
        longs(c::N_OWED, &|answer| Some(answer.owed.n)),
        longs(c::N_UNREACHED, &|answer| Some(answer.owed.n_unreached)),
        c::COST_CENTS.amounts(answers.iter().map(|answer| answer.owed.cost.0).collect()),
        texts(c::ALLOWED, &|answer| some(answer.allowed)),
        texts(c::ALLOWED_BY, &|answer| some(&answer.grounds.join(";"))),
        longs(c::N_COVERED, &|answer| Some(answer.n_covered)),
        texts(c::ASKS, &|answer| some(&of_rule(answer)?.says())),
        c::WEBSITE_DAYS.counts_or_nothing(
            answers.iter().map(|answer| of_rule(answer).and_then(|rule| rule.n_website_days())),
        ),
        texts(c::REASON, &|answer| some(&answer.why)),
        longs(c::UNREACHED_MIN, &|answer| of_rule(answer)?.n_unreached_min),
        longs(c::COUNT_LIMIT, &|answer| of_rule(answer)?.n_people_limit),
        longs(c::COST_LIMIT, &|answer| of_rule(answer)?.cost_limit),
        texts(c::COST_LIMIT_CURRENCY, &|answer| {
            of_rule(answer)?.cost_limit.map(|_| SUBSTITUTE_CURRENCY.to_owned())
        }),
        texts(c::RULE_SOURCE, &|answer| some(&answer.law?.source)),
        texts(c::CONFIDENCE, &|answer| some(&of_rule(answer)?.confidence)),
    ])
}
