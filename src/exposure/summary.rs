//! What do people read first of what is at stake?

use serde::Serialize;

use crate::terms::Cents;

use super::cases::{Case, InTime, Terms};
use super::concentration::{Concentration, concentration};
use super::cube::{Cells, Sums};
use super::direct_cost::DirectCost;
use super::loss::Person;
use super::portfolio::Portfolio;
use super::retention::RetentionSummary;
use super::settings::{Churn, Settings};

/// What is at stake in figures; `exposure.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Everyone, over all incidents.
    pub totals: Sums,
    /// Rows: a person of two incidents is two.
    pub n_exposures: u64,
    /// Affected persons without a future value: nothing is known that could be lost.
    pub n_without_value: u64,
    /// How many are expected to stop for good.
    pub expected_stops: f64,
    /// How many are expected to pause, and not to stop.
    pub expected_breaks: f64,
    /// By incident; who was touched by several is in a part of its own: `first+second`.
    pub by_incident: Vec<Part>,
    /// By segment.
    pub by_segment: Vec<Part>,
    /// By market.
    pub by_market: Vec<Part>,
    /// By product.
    pub by_product: Vec<Part>,
    /// By the sources that know the person, joined by `+`.
    pub by_source: Vec<Part>,
    /// By the law that applies.
    pub by_jurisdiction: Vec<Part>,
    /// By the gravest severity.
    pub by_severity_band: Vec<Part>,
    /// By the strongest evidence.
    pub by_evidence: Vec<Part>,
    /// Each incident by itself; persons of several are in each, losses are allotted in time.
    pub incidents: Vec<IncidentSummary>,
    /// What would be lost under each preset.
    pub presets: Vec<PresetLoss>,
    /// On how few persons the loss hangs.
    pub concentration: Concentration,
    /// The loss of all together, if many leave at once.
    pub portfolio: Portfolio,
    /// What the incidents cost besides the customers, in US dollars.
    pub direct_cost: DirectCost,
    /// What offers to stay come to; absent until it is known who is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionSummary>,
    /// What was taken for granted, and where it comes from.
    pub assumptions: Vec<Assumption>,
}

/// A part of the whole; the parts of a list add up to the totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name; `(none)` where the data do not say.
    pub name: String,
    /// Its sums.
    #[serde(flatten)]
    pub sums: Sums,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentSummary {
    /// Its id.
    pub incident: String,
    /// Persons that it touched.
    pub n_customers: u64,
    /// Those of them that an incident discovered earlier had touched.
    pub n_touched_before: u64,
    /// What it adds to the loss; over all incidents this adds up to the total.
    pub expected_loss_cents: Cents,
    /// The gravest severity.
    pub severity_max: f64,
    /// The mean severity.
    pub severity_mean: f64,
}

/// What would be lost under a preset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PresetLoss {
    /// `survey`, `observed` or `given`.
    pub preset: &'static str,
    /// Whether it is the one that all other figures follow.
    pub chosen: bool,
    /// Share that stops.
    pub p_stop: f64,
    /// Share that pauses.
    pub p_break: f64,
    /// What would be lost.
    pub expected_loss_cents: Cents,
    /// Where the shares come from, and what to think of them.
    pub source: &'static str,
}

/// Something that was taken for granted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumption {
    /// What.
    pub name: String,
    /// How much.
    pub value: String,
    /// Where it comes from, or why.
    pub source: String,
}

/// What the summary is written from.
pub(super) struct Parts<'a> {
    pub(super) cells: &'a Cells,
    pub(super) persons: &'a [Person],
    pub(super) cases: &'a [Case],
    pub(super) losses: &'a [i64],
    pub(super) in_time: &'a InTime<'a>,
    pub(super) presets: Vec<PresetLoss>,
    pub(super) portfolio: Portfolio,
    pub(super) direct_cost: DirectCost,
    /// The terms on which customers were valued.
    pub(super) terms: Option<Terms>,
}

/// Writes the summary.
///
/// # Panics
/// If a list does not add up to the totals.
pub(super) fn summary(of: Parts<'_>, settings: &Settings) -> Summary {
    let totals = of.cells.totals();
    let parts = |side: usize| parts(of.cells.along(side), totals);
    let incidents = incidents(of.cases, of.losses, of.in_time);
    let allotted: Cents = incidents.iter().map(|incident| incident.expected_loss_cents).sum();
    assert_eq!(allotted, totals.expected_loss_cents, "losses by incident do not add up");
    Summary {
        totals,
        n_exposures: of.cases.len() as u64,
        n_without_value: of.persons.iter().filter(|person| person.value == 0).count() as u64,
        expected_stops: expected(of.persons.iter().map(|person| person.p_stop)),
        expected_breaks: expected(of.persons.iter().map(|person| person.p_break)),
        by_incident: parts(0),
        by_segment: parts(1),
        by_market: parts(2),
        by_product: parts(3),
        by_source: parts(4),
        by_jurisdiction: parts(5),
        by_severity_band: parts(6),
        by_evidence: parts(7),
        incidents,
        presets: of.presets,
        concentration: concentration(of.persons.iter().map(|person| person.loss).collect()),
        portfolio: of.portfolio,
        direct_cost: of.direct_cost,
        retention: None,
        assumptions: assumptions(settings, of.terms),
    }
}

/// Adds up probabilities, to a thousandth of a person.
fn expected(probabilities: impl Iterator<Item = f64>) -> f64 {
    (probabilities.sum::<f64>() * 1e3).round() / 1e3
}

/// Lists parts, most at stake first.
fn parts(along: Vec<(Option<&str>, Sums)>, totals: Sums) -> Vec<Part> {
    let mut sum = Sums::default();
    for (_, sums) in &along {
        sum.add(*sums);
    }
    assert_eq!(sum, totals, "the parts do not add up to the whole");
    let mut parts: Vec<Part> = along
        .into_iter()
        .map(|(name, sums)| Part { name: name.unwrap_or("(none)").to_owned(), sums })
        .collect();
    parts.sort_by(|one, other| {
        let key = |part: &Part| std::cmp::Reverse(part.sums.expected_loss_cents);
        key(one).cmp(&key(other)).then_with(|| one.name.cmp(&other.name))
    });
    parts
}

fn incidents(cases: &[Case], losses: &[i64], in_time: &InTime<'_>) -> Vec<IncidentSummary> {
    let mut summaries: Vec<IncidentSummary> = in_time
        .0
        .iter()
        .map(|incident| IncidentSummary {
            incident: incident.id.clone(),
            n_customers: 0,
            n_touched_before: 0,
            expected_loss_cents: Cents::ZERO,
            severity_max: 0.0,
            severity_mean: 0.0,
        })
        .collect();
    for (place, (case, &loss)) in cases.iter().zip(losses).enumerate() {
        let summary = &mut summaries[case.incident as usize];
        let before = place.checked_sub(1).is_some_and(|one| cases[one].customer == case.customer);
        summary.n_customers += 1;
        summary.n_touched_before += u64::from(before);
        summary.expected_loss_cents += Cents(loss);
        summary.severity_max = summary.severity_max.max(case.severity);
        summary.severity_mean += case.severity;
    }
    for summary in &mut summaries {
        summary.severity_mean /= summary.n_customers.max(1) as f64;
    }
    summaries
}

fn assumptions(settings: &Settings, terms: Option<Terms>) -> Vec<Assumption> {
    let assumption = |name: &str, value: String, source: &str| Assumption {
        name: name.to_owned(),
        value,
        source: source.to_owned(),
    };
    let churn = |chosen: Churn| {
        let (stop, pause) = chosen.shares();
        format!("{:.1} % stop, {:.1} % pause", stop * 100.0, pause * 100.0)
    };
    let ratios = settings.odds_ratios;
    let own = "an assumption of this program";
    let mut list = vec![assumption("churn", churn(settings.churn), settings.churn.source())];
    if let Some(terms) = terms {
        list.push(assumption(
            "break",
            format!("{} of {} months", terms.break_months, terms.horizon_months),
            "an assumption of this program; what falls into it is each customer's own estimate, \
             and its share of even months where the value is given or taken",
        ));
        list.push(assumption(
            "discount",
            format!("{} % a month", terms.discount_monthly * 100.0),
            "value.discount_monthly: an assumption unless the file sets it",
        ));
        list.push(assumption(
            "margin",
            format!("{} % of a purchase", terms.margin * 100.0),
            "value.margin: at 100 %, the default, value is revenue and not profit",
        ));
    }
    list.push(assumption(
        "odds ratios",
        format!(
            "{} per point of severity above 2, {} after an earlier incident, {} not reachable, \
             {} after two years, {} top fifth by value",
            ratios.severity_above_two.0,
            ratios.earlier_incident.0,
            ratios.not_reachable.0,
            ratios.long_tenure.0,
            ratios.top_fifth.0,
        ),
        own,
    ));
    list.push(assumption(
        "several incidents",
        "who stopped cannot stop again; losses never exceed the future value".to_owned(),
        "incidents are taken to act one after the other, each on those who stayed",
    ));
    list.push(assumption(
        "common shock",
        format!("rho {}", settings.portfolio.rho.get()),
        "an assumption of this program: always read it beside the other values of rho",
    ));
    let offers = &settings.retention;
    list.push(assumption(
        "offers to stay",
        format!(
            "each costs {}, and keeps {} % of those who would stop or pause",
            Cents(offers.cost_cents.into()),
            offers.saved_share.get() * 100.0
        ),
        "assumptions of this program unless [exposure.retention] sets them",
    ));
    list.push(assumption(
        "severity",
        "SE = DPC × EI + CB".to_owned(),
        "ENISA (2013), Recommendations for a methodology of the assessment of severity of \
         personal data breaches; ease of identification judged from the exposed classes",
    ));
    list
}
