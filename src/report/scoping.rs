//! Whom did the incident touch, what is at stake, and who was told?

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::rules::DataClasses;
use crate::tables::layout::{Decision, Exposure};
use crate::tables::{Column, Table, column as c};
use crate::terms::Cents;

use super::count::{Count, NONE, OTHERS, counted, may_be_named, ranked};
use super::deadline::{self, Deadline};
use super::outlook::{self, Outlook};
use super::samples::Sampled;
use super::{AtRisk, Head, Scoping};

/// The account of a scoping run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopingSummary {
    /// What every summary begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Affected customers, each once.
    pub n_affected: u64,
    /// Affected customers by incident.
    pub incidents: Vec<Count>,
    /// Customers whom more than one incident touched.
    pub n_in_several: u64,
    /// From the rows of the scope files to matched ones; empty where the account has none.
    pub scope_rows: Vec<Count>,
    /// Affected customers by exposed data class.
    pub data_classes: Vec<Count>,
    /// Persons and incidents by severity band.
    pub severity_bands: Vec<Count>,
    /// Persons and incidents by evidence.
    pub evidence: Vec<Count>,
    /// What the affected customers are expected to buy.
    pub clv_future_cents: Cents,
    /// What of it is expected to be lost.
    pub expected_loss_cents: Cents,
    /// By segment; they add up to the totals.
    pub by_segment: Vec<AtStake>,
    /// By market; they add up to the totals.
    pub by_market: Vec<AtStake>,
    /// Shares of the expected loss, customers ranked by it: of the first 0 %, 2 %, 4 % … 100 %.
    pub loss_curve: Vec<f64>,
    /// What was decided, and why.
    pub outcomes: Vec<Decided>,
    /// Those told, by channel.
    pub channels: Vec<Count>,
    /// Those whom earlier runs told of all that is owed.
    pub n_told_before: u64,
    /// Those told who have a second channel.
    pub n_with_fallback: u64,
    /// Affected customers by jurisdiction.
    pub jurisdictions: Vec<Count>,
    /// What the law asks, and by when; the soonest first, then what is open.
    pub deadlines: Vec<Deadline>,
    /// The loss beyond its mean; absent where the account of the exposure has none.
    pub at_risk: Option<AtRisk>,
    /// How many will learn of it, and by when; absent where the account has none.
    pub outlook: Option<Outlook>,
    /// Laws that allow a public notice instead of one to each person.
    pub n_substitute_allowed: u64,
    /// Laws of which counsel must say whether they do.
    pub n_substitute_counsel: u64,
    /// What samples of the stolen data tell.
    pub samples: Vec<Sampled>,
    /// What the figures rest on.
    pub assumptions: Vec<String>,
}

/// What is at stake with a group of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtStake {
    /// The group.
    pub name: String,
    /// How many they are.
    pub n_customers: u64,
    /// What of their worth is expected to be lost.
    pub expected_loss_cents: Cents,
}

/// A decision and for how many it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// `notified`, `held`, `no_duty` or `unreachable`.
    pub outcome: &'static str,
    /// How many.
    pub n: u64,
    /// How many for each reason.
    pub reasons: Vec<Count>,
}

/// The four outcomes, in the order in which the roll calls them.
const OUTCOMES: [&str; 4] = ["notified", "held", "no_duty", "unreachable"];

/// A customer's row among the golden records, worth and expected loss over all incidents.
struct Stake {
    customer: u32,
    future: i64,
    loss: i64,
    n_incidents: u32,
}

impl ScopingSummary {
    pub(super) fn of(scoping: &Scoping<'_>) -> ScopingSummary {
        let (exposure, decisions) = (scoping.exposure, scoping.decisions);
        let head = Head::of(&scoping.run);
        let stakes = stakes(exposure);
        let sum = |get: fn(&Stake) -> i64| Cents(stakes.iter().map(get).sum());
        let exposed = |column| counted(exposure.text(column).iter());
        let told = decisions.text(c::CHANNEL);
        let rows = decisions.text(c::OUTCOME).iter().zip(told.iter());
        let (n_substitute_allowed, n_substitute_counsel) = outlook::substitutes(scoping.substitute);
        ScopingSummary {
            n_affected: stakes.len() as u64,
            incidents: incidents(scoping),
            n_in_several: stakes.iter().filter(|stake| stake.n_incidents > 1).count() as u64,
            scope_rows: scope_rows(&head),
            data_classes: data_classes(decisions, scoping.classes),
            severity_bands: exposed(c::SEVERITY_BAND),
            evidence: exposed(c::EVIDENCE),
            clv_future_cents: sum(|stake| stake.future),
            expected_loss_cents: sum(|stake| stake.loss),
            by_segment: at_stake(scoping, &stakes, c::SEGMENT),
            by_market: at_stake(scoping, &stakes, c::MARKET),
            loss_curve: loss_curve(&stakes),
            outcomes: OUTCOMES.map(|outcome| decided(decisions, outcome)).to_vec(),
            channels: counted(told.iter().flatten().map(Some)),
            n_told_before: rows.filter(|row| *row == (Some("notified"), None)).count() as u64,
            n_with_fallback: decisions.text(c::FALLBACK_CHANNEL).iter().flatten().count() as u64,
            jurisdictions: counted(decisions.text(c::JURISDICTION).iter()),
            deadlines: deadline::deadlines(scoping.duties),
            at_risk: AtRisk::read(scoping.exposure_summary),
            outlook: Outlook::read(scoping.outlook),
            n_substitute_allowed,
            n_substitute_counsel,
            samples: Sampled::all(scoping.exposure_summary),
            assumptions: assumptions(scoping.exposure_summary),
            head,
        }
    }
}

/// Adds each customer's incidents up.
fn stakes(exposure: &Table<Exposure>) -> Vec<Stake> {
    let customers = exposure.count(c::CUSTOMER);
    let futures = exposure.cents(c::CLV_FUTURE_CENTS);
    let losses = exposure.cents(c::EXPECTED_LOSS_CENTS);
    let mut stakes: Vec<Stake> = customers
        .iter()
        .zip(futures.iter())
        .zip(losses.iter())
        .map(|((customer, future), loss)| Stake {
            customer: customer.unwrap_or_default(),
            future: future.unwrap_or_default(),
            loss: loss.unwrap_or_default(),
            n_incidents: 1,
        })
        .collect();
    stakes.sort_unstable_by_key(|stake| (stake.customer, stake.loss));
    stakes.dedup_by(|next, stake| {
        let same = next.customer == stake.customer;
        if same {
            // The worth is the customer's, not the incident's.
            stake.loss = stake.loss.saturating_add(next.loss);
            stake.n_incidents += 1;
        }
        same
    });
    stakes
}

/// Counts by incident, in the order of the file; one that touched nobody is told too.
fn incidents(scoping: &Scoping<'_>) -> Vec<Count> {
    let counts = counted(scoping.exposure.text(c::INCIDENT).iter());
    scoping
        .incidents
        .iter()
        .map(|incident| Count {
            name: incident.id.clone(),
            n: counts.iter().find(|count| count.name == incident.id).map_or(0, |count| count.n),
        })
        .collect()
}

/// Finds in the account where the rows of the scope files went.
fn scope_rows(head: &Head) -> Vec<Count> {
    let tally = head.tallies.iter().find(|tally| tally.room == "scope");
    tally.map_or_else(Vec::new, |tally| {
        let whole = Count { name: tally.of.to_owned(), n: tally.n_taken };
        let parts =
            tally.given.iter().map(|&(place, n)| Count { name: place.replace('_', " "), n });
        [whole].into_iter().chain(parts).collect()
    })
}

fn data_classes(decisions: &Table<Decision>, classes: &DataClasses) -> Vec<Count> {
    let mut n_customers: BTreeMap<&str, u64> = BTreeMap::new();
    // Few combinations occur, so each is taken apart once.
    let combinations = counted(decisions.text(c::DATA_CLASSES).iter().flatten().map(Some));
    for combination in &combinations {
        for code in combination.name.split(';').filter(|code| !code.is_empty()) {
            let label = classes.get(code).map_or(OTHERS, |class| class.label.as_str());
            *n_customers.entry(label).or_default() += combination.n;
        }
    }
    ranked(n_customers.into_iter().map(|(label, n)| (label.to_owned(), n)))
}

/// Adds up by a column of the golden records; groups that may not be named are one.
fn at_stake(scoping: &Scoping<'_>, stakes: &[Stake], column: Column) -> Vec<AtStake> {
    let names = scoping.golden.text(column);
    let mut groups: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
    for stake in stakes {
        let name = names.get(stake.customer as usize).unwrap_or(NONE);
        let (n_customers, loss) = groups.entry(name).or_default();
        *n_customers += 1;
        *loss = loss.saturating_add(stake.loss);
    }
    let (mut n_others, mut loss_of_others) = (0, 0_i64);
    let mut named = Vec::new();
    for (name, (n_customers, loss)) in groups {
        if may_be_named(name, n_customers) {
            let name = name.to_owned();
            named.push(AtStake { name, n_customers, expected_loss_cents: Cents(loss) });
        } else {
            n_others += n_customers;
            loss_of_others = loss_of_others.saturating_add(loss);
        }
    }
    named.sort_by(|a, b| {
        b.expected_loss_cents.cmp(&a.expected_loss_cents).then_with(|| a.name.cmp(&b.name))
    });
    if n_others > 0 {
        let (name, expected_loss_cents) = (OTHERS.to_owned(), Cents(loss_of_others));
        named.push(AtStake { name, n_customers: n_others, expected_loss_cents });
    }
    named
}

/// Points on the curve of cumulative loss, besides the origin.
const N_POINTS: usize = 50;

fn loss_curve(stakes: &[Stake]) -> Vec<f64> {
    let mut losses: Vec<i64> = stakes.iter().map(|stake| stake.loss.max(0)).collect();
    losses.sort_unstable_by(|a, b| b.cmp(a));
    let total: i128 = losses.iter().map(|&loss| i128::from(loss)).sum();
    if total == 0 {
        return Vec::new();
    }
    let (mut sum, mut next) = (0_i128, 0);
    let mut curve = Vec::with_capacity(N_POINTS + 1);
    for point in 0..=N_POINTS {
        let (end, rest) = (losses.len() * point / N_POINTS, losses.len() * point % N_POINTS);
        sum += losses[next..end].iter().map(|&loss| i128::from(loss)).sum::<i128>();
        next = end;
        // Of a customer on the border the part before it counts.
        let border = losses.get(end).copied().unwrap_or_default() as f64;
        let part = border * rest as f64 / N_POINTS as f64;
        curve.push((sum as f64 + part) / total as f64);
    }
    curve
}

fn decided(decisions: &Table<Decision>, outcome: &'static str) -> Decided {
    let rows = decisions.text(c::OUTCOME).iter().zip(decisions.text(c::OUTCOME_REASON).iter());
    let reasons: Vec<_> =
        rows.filter(|(found, _)| *found == Some(outcome)).map(|(_, reason)| reason).collect();
    let n = reasons.len() as u64;
    let mut reasons = counted(reasons.into_iter().flatten().map(Some));
    for reason in &mut reasons {
        reason.name = reason.name.replace('_', " ");
    }
    Decided { outcome, n, reasons }
}

/// Lists what `exposure.json` says that its figures rest on.
fn assumptions(summary: &Value) -> Vec<String> {
    let Some(listed) = summary.get("assumptions") else { return Vec::new() };
    match listed {
        Value::Array(items) => items.iter().map(sentence).collect(),
        Value::Object(items) => {
            items.iter().map(|(key, value)| format!("{key}: {}", sentence(value))).collect()
        }
        other => vec![sentence(other)],
    }
}

fn sentence(value: &Value) -> String {
    let part = |key| value.get(key).and_then(Value::as_str);
    if let (Some(name), Some(value), Some(source)) = (part("name"), part("value"), part("source")) {
        return format!("{name}: {value} ({source})");
    }
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => parts
            .iter()
            .map(|(key, part)| format!("{}: {}", key.replace('_', " "), sentence(part)))
            .collect::<Vec<_>>()
            .join("; "),
        Value::Array(parts) => parts.iter().map(sentence).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
