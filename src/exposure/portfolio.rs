//! What could be lost in all, if many leave at once?
//!
//! Customers do not leave independently: a bad week in the press moves all of them. A common
//! shock Z does that here: customer i stops where `Y_i = √ρ·Z + √(1−ρ)·ε_i` is below `Φ⁻¹(p_s)`,
//! and pauses where it is below `Φ⁻¹(p_s + p_b)`.
//!
//! Two methods give the distribution. Given Z the losses are independent, so that a mean and a
//! variance per group of customers alike and the central limit theorem suffice
//! (`conditional.rs`); or every customer is drawn in every scenario (`simulate.rs`). They agree.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::tables::layout::LossDistribution;
use crate::tables::{Table, column};
use crate::terms::Cents;

use super::churn::Leaving;
use super::intern::Interned;
use super::loss::{Person, in_cents};
use super::{Error, conditional, simulate};

/// How the distribution of the loss is found: `[exposure.portfolio]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PortfolioSettings {
    /// By which method.
    pub method: Method,
    /// Scenarios of the common shock.
    pub n_scenarios: u32,
    /// How strongly customers leave together, in the headline figures; an assumption.
    pub rho: Correlation,
    /// Further values that are shown beside it.
    pub rhos: Vec<Correlation>,
    /// Where chance begins, for `monte_carlo`.
    pub seed: u64,
}

impl Default for PortfolioSettings {
    fn default() -> PortfolioSettings {
        PortfolioSettings {
            method: Method::Conditional,
            n_scenarios: 10_000,
            rho: Correlation(0.10),
            rhos: [0.0, 0.05, 0.10, 0.20].map(Correlation).to_vec(),
            seed: 1,
        }
    }
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Mean and variance given the shock, and a normal for the rest; for hundreds of customers
    /// and more.
    Conditional,
    /// Every customer in every scenario; right for few customers too, and slow for many.
    MonteCarlo,
}

/// A correlation: from 0 to less than 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Correlation(f64);

impl Correlation {
    /// Gives the number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Correlation {
    type Error = String;
    fn try_from(rho: f64) -> Result<Correlation, String> {
        if (0.0..1.0).contains(&rho) {
            Ok(Correlation(rho))
        } else {
            Err(format!("rho is a number from 0 to less than 1, found {rho}"))
        }
    }
}

impl From<Correlation> for f64 {
    fn from(rho: Correlation) -> f64 {
        rho.0
    }
}

/// The loss of all affected together; part of `exposure.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Portfolio {
    /// By which method.
    pub method: Method,
    /// Scenarios.
    pub n_scenarios: u32,
    /// The rho of the headline.
    pub rho: f64,
    /// The figures at each rho.
    pub by_rho: Vec<Risk>,
    /// The expected shortfall at 95 % and the headline's rho, by segment: what each loses on
    /// average in the worst twentieth of scenarios. Adds up to that shortfall.
    pub shortfall_by_segment: Vec<Allotment>,
}

/// The figures of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Risk {
    /// How strongly customers leave together.
    pub rho: f64,
    /// The mean.
    pub expected_loss_cents: Cents,
    /// The standard deviation.
    pub sd_cents: Cents,
    /// Exceeded in one scenario of twenty.
    pub var_95_cents: Cents,
    /// Exceeded in one of a hundred.
    pub var_99_cents: Cents,
    /// The mean of the worst twentieth.
    pub es_95_cents: Cents,
    /// The mean of the worst hundredth.
    pub es_99_cents: Cents,
}

/// A segment's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allotment {
    /// The segment; `(none)` where the data do not say.
    pub segment: String,
    /// Its part.
    pub expected_shortfall_cents: Cents,
}

/// The probabilities at which the curve is read.
const EXCEEDED: [f64; 17] = [
    0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001,
];

/// What a method finds, in cents.
pub(super) struct Found {
    pub(super) mean: f64,
    pub(super) sd: f64,
    /// The losses exceeded with the probabilities asked for.
    pub(super) quantiles: Vec<f64>,
    /// The mean loss from the 95th and the 99th percentile on.
    pub(super) shortfalls: [f64; 2],
    /// The first of them by segment.
    pub(super) by_segment: Vec<f64>,
}

/// A person's place in the portfolio.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stake {
    pub(super) segment: u32,
    pub(super) group: u32,
    /// What a stop loses, and what a pause loses.
    pub(super) of_stop: i64,
    pub(super) of_break: i64,
}

/// Everyone who can lose something, ordered by segment and group.
pub(super) struct Stakes {
    /// The probabilities of each group, in the order of the numbers.
    pub(super) groups: Vec<Leaving>,
    pub(super) n_segments: usize,
    pub(super) all: Vec<Stake>,
}

impl Stakes {
    /// Groups persons by their probabilities; `segment_of` gives each person's segment.
    pub(super) fn of(
        persons: &[Person],
        n_segments: usize,
        segment_of: impl Fn(&Person) -> u32,
    ) -> Stakes {
        let mut groups: Interned<(u64, u64)> = Interned::new();
        let mut stakes: Vec<Stake> = persons
            .iter()
            .filter(|person| person.value > 0)
            .map(|person| Stake {
                segment: segment_of(person),
                group: groups.number((person.p_stop.to_bits(), person.p_break.to_bits())),
                of_stop: person.value,
                of_break: person.of_break,
            })
            .collect();
        // Probabilities are not negative, so that their bits are in their order.
        let mut order: Vec<u32> = (0..).take(groups.keys().len()).collect();
        order.sort_unstable_by_key(|&number| groups.keys()[number as usize]);
        let mut renumbered = vec![0; order.len()];
        for (new, &old) in (0..).zip(&order) {
            renumbered[old as usize] = new;
        }
        for stake in &mut stakes {
            stake.group = renumbered[stake.group as usize];
        }
        stakes.par_sort_by_key(|stake| (stake.segment, stake.group));
        let leaving = |&number: &u32| {
            let (p_stop, p_break) = groups.keys()[number as usize];
            Leaving { p_stop: f64::from_bits(p_stop), p_break: f64::from_bits(p_break) }
        };
        Stakes { groups: order.iter().map(leaving).collect(), n_segments, all: stakes }
    }
}

/// Finds the distribution of the loss at each rho, and its curve.
///
/// # Errors
/// The number of scenarios is out of bounds.
pub(super) fn portfolio(
    stakes: &Stakes,
    segments: &[Option<String>],
    settings: &PortfolioSettings,
) -> Result<(Portfolio, Table<LossDistribution>), Error> {
    let n_scenarios = settings.n_scenarios;
    if !(1_000..=10_000_000).contains(&n_scenarios) {
        return Err(Error::Scenarios { n_scenarios });
    }
    let mut rhos = settings.rhos.clone();
    rhos.push(settings.rho);
    rhos.sort_by(|one, other| one.0.total_cmp(&other.0));
    rhos.dedup();
    let mut exceeded = EXCEEDED.to_vec();
    exceeded.extend([0.05, 0.01]);
    let (mut by_rho, mut curve) = (Vec::new(), Vec::new());
    let mut shortfall_by_segment = Vec::new();
    let lots = conditional::Lots::of(stakes);
    for rho in rhos {
        let found = found(stakes, &lots, rho, &exceeded, settings);
        let risk = risk(rho.0, &found);
        curve.extend(EXCEEDED.iter().zip(&found.quantiles).map(|(p, loss)| (rho.0, *p, *loss)));
        if rho == settings.rho {
            shortfall_by_segment = allotted(&found.by_segment, risk.es_95_cents, segments);
        }
        by_rho.push(risk);
    }
    let portfolio = Portfolio {
        method: settings.method,
        n_scenarios,
        rho: settings.rho.0,
        by_rho,
        shortfall_by_segment,
    };
    Ok((portfolio, table(&curve)))
}

fn found(
    stakes: &Stakes,
    lots: &conditional::Lots,
    rho: Correlation,
    exceeded: &[f64],
    settings: &PortfolioSettings,
) -> Found {
    if stakes.all.is_empty() {
        return Found {
            mean: 0.0,
            sd: 0.0,
            quantiles: vec![0.0; exceeded.len()],
            shortfalls: [0.0; 2],
            by_segment: vec![0.0; stakes.n_segments],
        };
    }
    match settings.method {
        Method::Conditional => {
            let is_headline = rho == settings.rho;
            let n_scenarios = settings.n_scenarios;
            conditional::found(stakes, lots, rho.0, exceeded, n_scenarios, is_headline)
        }
        Method::MonteCarlo => {
            simulate::found(stakes, rho.0, exceeded, settings.n_scenarios, settings.seed)
        }
    }
}

fn risk(rho: f64, found: &Found) -> Risk {
    let cents = |loss: f64| Cents(in_cents(loss));
    let [.., var_95, var_99] = found.quantiles[..] else { panic!("two quantiles at least") };
    Risk {
        rho,
        expected_loss_cents: cents(found.mean),
        sd_cents: cents(found.sd),
        var_95_cents: cents(var_95),
        var_99_cents: cents(var_99),
        es_95_cents: cents(found.shortfalls[0]),
        es_99_cents: cents(found.shortfalls[1]),
    }
}

/// Rounds the parts to cents such that they add up: the running sum is rounded, not the part.
fn allotted(parts: &[f64], whole: Cents, segments: &[Option<String>]) -> Vec<Allotment> {
    let sum: f64 = parts.iter().sum();
    let mut order: Vec<usize> = (0..parts.len()).filter(|&place| parts[place] > 0.0).collect();
    order.sort_by(|&one, &other| segments[one].cmp(&segments[other]));
    let (mut running, mut given) = (0.0, 0);
    let mut allotments: Vec<Allotment> = Vec::with_capacity(order.len());
    for place in order {
        running += parts[place];
        let so_far = in_cents(whole.0 as f64 * (running / sum).min(1.0));
        allotments.push(Allotment {
            segment: segments[place].clone().unwrap_or_else(|| "(none)".to_owned()),
            expected_shortfall_cents: Cents(so_far - given),
        });
        given = so_far;
    }
    if let Some(last) = allotments.last_mut() {
        last.expected_shortfall_cents += Cents(whole.0 - given);
    }
    allotments.sort_by_key(|allotment| std::cmp::Reverse(allotment.expected_shortfall_cents));
    allotments
}

fn table(curve: &[(f64, f64, f64)]) -> Table<LossDistribution> {
    Table::of(vec![
        column::RHO.numbers(curve.iter().map(|point| point.0).collect()),
        column::EXCEEDANCE_PROBABILITY.numbers(curve.iter().map(|point| point.1).collect()),
        column::LOSS_CENTS.amounts(curve.iter().map(|point| in_cents(point.2)).collect()),
    ])
}
