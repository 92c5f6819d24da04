//! Who is worth an offer to stay?
//!
//! An offer costs the same whether it was needed or not, and keeps a share of those who would
//! have left. Its return is counted twice: over the months of a pause, when it mostly costs, and
//! over the whole horizon. Who returns little at once and much in the end is kept; who never
//! returns the cost gets no offer.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ledger::{Counted, Tally};
use crate::output::Dialect;
use crate::tables::layout::{Customer, Decision, Exposure, GoldenRecord, Offer};
use crate::tables::{Column, Table, column as c};
use crate::terms::{Cents, Probability};

use super::loss::in_cents;

/// What may be decided about offers: `[exposure.retention]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// What all offers together may cost; no bound where absent.
    pub budget_cents: Option<u64>,
    /// What an offer costs, taken or not; an assumption.
    pub cost_cents: u32,
    /// The same for segments whose offers differ.
    pub cost_cents_by_segment: BTreeMap<String, u32>,
    /// Of those who would stop or pause, the share that an offer keeps; an assumption.
    pub saved_share: Probability,
    /// Customers of less future value get no offer, whatever it would return.
    pub clv_future_cents_min: u32,
    /// How `retention.csv` is written.
    pub dialect: Dialect,
}

impl Default for RetentionSettings {
    fn default() -> RetentionSettings {
        RetentionSettings {
            budget_cents: None,
            cost_cents: 1000,
            cost_cents_by_segment: BTreeMap::new(),
            saved_share: Probability::new(0.2),
            clv_future_cents_min: 0,
            dialect: Dialect::Spreadsheet,
        }
    }
}

/// Who gets an offer, and what all offers come to.
#[derive(Debug)]
pub struct Offered {
    /// One row per offer, the greatest return for its cost first; ties by customer.
    pub offers: Table<Offer>,
    /// The sums.
    pub summary: RetentionSummary,
}

/// What all offers come to; part of `exposure.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RetentionSummary {
    /// Affected persons.
    pub n_affected: u64,
    /// Those who are not told of the incident, and so get no offer.
    pub n_not_told: u64,
    /// Those below the least future value.
    pub n_below_value: u64,
    /// Those whose offer would not return its cost within the horizon.
    pub n_without_return: u64,
    /// Those whose offer would pay, but not out of the budget.
    pub n_over_budget: u64,
    /// Those who get an offer.
    pub n_offers: u64,
    /// Those of them whose offer costs more than it returns within the months of a pause.
    pub n_negative_short: u64,
    /// What all offers may cost.
    pub budget_cents: Option<u64>,
    /// What they cost.
    pub cost_cents: Cents,
    /// What they keep from being lost, on average.
    pub saved_cents: Cents,
    /// What they return within the months of a pause, cost taken off.
    pub return_short_cents: Cents,
    /// What they return within the horizon, cost taken off.
    pub return_long_cents: Cents,
    /// What no choice within the budget can exceed: as if the last offer could be made in part.
    pub return_long_bound_cents: Cents,
}

/// A person who might get an offer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Candidate {
    /// The row of the decision.
    decision: u32,
    customer: u32,
    loss: i64,
    cost: i64,
    saved: i64,
    short: i64,
    long: i64,
}

/// Chooses who of those told gets an offer.
///
/// ```text
/// saved  = s·E[L]                                   s: share that an offer keeps
/// long   = s·E[L] − cost                            over the horizon
/// short  = s·P(stops or pauses)·V(0,D] − cost       over the months of a pause
/// ```
///
/// Under a budget offers are made in the order of return per cost, each that still fits. Where
/// all cost the same, which is usual, no choice returns more. Where costs differ it is a knapsack:
/// the choice lacks less than the best single offer left out, and `return_long_bound_cents` tells
/// how much at most.
///
/// # Shape
/// At most one row per person; the tally is of persons.
///
/// # Panics
/// If `exposure` or `decisions` name a customer that is not in the run.
pub fn retention(
    exposure: &Table<Exposure>,
    decisions: &Table<Decision>,
    golden: &Table<GoldenRecord>,
    customers: &Table<Customer>,
    settings: &RetentionSettings,
) -> Counted<Offered> {
    let mut summary = RetentionSummary {
        n_affected: decisions.height() as u64,
        budget_cents: settings.budget_cents,
        ..RetentionSummary::default()
    };
    let candidates = candidates(exposure, decisions, golden, customers, settings, &mut summary);
    let budget = settings.budget_cents.map(|cents| i64::try_from(cents).unwrap_or(i64::MAX));
    let (chosen, bound) = chosen(candidates, budget);
    summary.n_offers = chosen.len() as u64;
    summary.n_over_budget = summary.n_affected
        - summary.n_not_told
        - summary.n_below_value
        - summary.n_without_return
        - summary.n_offers;
    for one in &chosen {
        summary.n_negative_short += u64::from(one.short < 0);
        summary.cost_cents += Cents(one.cost);
        summary.saved_cents += Cents(one.saved);
        summary.return_short_cents += Cents(one.short);
        summary.return_long_cents += Cents(one.long);
    }
    summary.return_long_bound_cents = Cents(bound);
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let tally = Tally::of("retention", "affected customers", decisions.height())
        .gave("offered", count(summary.n_offers))
        .gave("over the budget", count(summary.n_over_budget))
        .gave("without a return", count(summary.n_without_return))
        .gave("of too little value", count(summary.n_below_value))
        .gave("not told", count(summary.n_not_told));
    let offers = table(&chosen, decisions, golden, customers);
    Counted { product: Offered { offers, summary }, tally }
}

/// What a person's incidents come to: expected loss, and the chance to stay through all of them.
#[derive(Clone, Copy)]
struct AtStake {
    loss: i64,
    unmoved: f64,
}

/// Adds up the incidents of each person, by customer.
fn at_stake(exposure: &Table<Exposure>) -> Vec<(u32, AtStake)> {
    let (customers, losses) = (exposure.count(c::CUSTOMER), exposure.cents(c::EXPECTED_LOSS_CENTS));
    let (stops, breaks) = (exposure.number(c::P_STOP), exposure.number(c::P_BREAK));
    let mut rows: Vec<(u32, u32)> = (0..)
        .zip(customers.iter())
        .map(|(row, customer)| (customer.unwrap_or(u32::MAX), row))
        .collect();
    // By customer and then in the order of the table, so that products have one order.
    rows.sort_unstable();
    let mut found: Vec<(u32, AtStake)> = Vec::with_capacity(rows.len());
    for (customer, row) in rows {
        let row = row as usize;
        let loss = losses.get(row).unwrap_or(0);
        let leaves = stops.get(row).unwrap_or(0.0) + breaks.get(row).unwrap_or(0.0);
        let unmoved = (1.0 - leaves).max(0.0);
        match found.last_mut() {
            Some((last, stake)) if *last == customer => {
                stake.loss = stake.loss.saturating_add(loss);
                stake.unmoved *= unmoved;
            }
            _ => found.push((customer, AtStake { loss, unmoved })),
        }
    }
    found
}

/// Lists those who may get an offer, and counts why others may not.
fn candidates(
    exposure: &Table<Exposure>,
    decisions: &Table<Decision>,
    golden: &Table<GoldenRecord>,
    customers: &Table<Customer>,
    settings: &RetentionSettings,
    summary: &mut RetentionSummary,
) -> Vec<Candidate> {
    let stakes = at_stake(exposure);
    let (persons, outcomes) = (decisions.count(c::CUSTOMER), decisions.text(c::OUTCOME));
    let reasons = decisions.text(c::OUTCOME_REASON);
    let (values, of_breaks) =
        (customers.cents(c::CLV_FUTURE_CENTS), customers.cents(c::CLV_BREAK_CENTS));
    let segments = golden.text(c::SEGMENT);
    let saved_share = settings.saved_share.get();
    let mut candidates = Vec::new();
    let rows = persons.iter().zip(outcomes.iter().zip(reasons.iter()));
    for (decision, (person, (outcome, reason))) in (0..).zip(rows) {
        let customer = person.unwrap_or(u32::MAX);
        // An offer goes out with a notice: who was told by an earlier run had one then.
        if outcome != Some("notified") || reason.is_some() {
            summary.n_not_told += 1;
            continue;
        }
        let row = customer as usize;
        if values.get(row).unwrap_or(0) < i64::from(settings.clv_future_cents_min) {
            summary.n_below_value += 1;
            continue;
        }
        let stake = match stakes.binary_search_by_key(&customer, |stake| stake.0) {
            Ok(place) => stakes[place].1,
            Err(_) => AtStake { loss: 0, unmoved: 1.0 },
        };
        let own = segments.get(row).and_then(|name| settings.cost_cents_by_segment.get(name));
        let cost = i64::from(*own.unwrap_or(&settings.cost_cents));
        let saved = in_cents(saved_share * stake.loss as f64);
        let of_break = of_breaks.get(row).unwrap_or(0).max(0) as f64;
        let short = in_cents(saved_share * (1.0 - stake.unmoved) * of_break) - cost;
        let long = saved - cost;
        if long <= 0 {
            summary.n_without_return += 1;
            continue;
        }
        candidates.push(Candidate {
            decision,
            customer,
            loss: stake.loss,
            cost,
            saved,
            short,
            long,
        });
    }
    candidates
}

/// Chooses within the budget, and tells what no choice can exceed.
fn chosen(mut candidates: Vec<Candidate>, budget: Option<i64>) -> (Vec<Candidate>, i64) {
    candidates.sort_unstable_by(|one, other| {
        // long / cost, without dividing: what costs nothing comes first.
        let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let by_ratio = product(other.long, one.cost).cmp(&product(one.long, other.cost));
        by_ratio
            .then_with(|| Reverse(one.long).cmp(&Reverse(other.long)))
            .then_with(|| one.customer.cmp(&other.customer))
    });
    let Some(budget) = budget else {
        let bound = candidates.iter().map(|one| one.long).fold(0, i64::saturating_add);
        return (candidates, bound);
    };
    let (mut left, mut bound, mut whole) = (budget, 0_i64, true);
    let mut chosen = Vec::new();
    for one in candidates {
        if whole && one.cost > left {
            // A part of the first that does not fit; nothing behind it returns more per cost.
            bound = bound
                .saturating_add(in_cents((one.long as f64 * left as f64 / one.cost as f64).ceil()));
            whole = false;
        }
        if one.cost <= left {
            left -= one.cost;
            if whole {
                bound = bound.saturating_add(one.long);
            }
            chosen.push(one);
        }
    }
    (chosen, bound)
}

fn table(
    chosen: &[Candidate],
    decisions: &Table<Decision>,
    golden: &Table<GoldenRecord>,
    customers: &Table<Customer>,
) -> Table<Offer> {
    let of_decisions: Vec<u32> = chosen.iter().map(|one| one.decision).collect();
    let of_customers: Vec<u32> = chosen.iter().map(|one| one.customer).collect();
    let (decided, persons) = (decisions.rows(&of_decisions), golden.rows(&of_customers));
    let valued = customers.rows(&of_customers);
    let texts = |column: Column| {
        let texts = persons.text(column);
        column.texts((0..chosen.len()).map(|row| texts.get(row)))
    };
    let decision = |column: Column| {
        let texts = decided.text(column);
        column.texts((0..chosen.len()).map(|row| texts.get(row)))
    };
    let flags = |column: Column| column.flags_or_nothing(persons.flag(column).iter());
    let amounts =
        |column: Column, of: fn(&Candidate) -> i64| column.amounts(chosen.iter().map(of).collect());
    Table::of(vec![
        decision(c::CUSTOMER_ID),
        decision(c::NOTICE_ID),
        texts(c::SEGMENT),
        texts(c::MARKET),
        texts(c::PRODUCT),
        decision(c::CHANNEL),
        flags(c::EMAIL_OPT_OUT),
        flags(c::DO_NOT_CALL),
        c::CLV_FUTURE_CENTS.amounts_or_nothing(valued.cents(c::CLV_FUTURE_CENTS).iter()),
        amounts(c::EXPECTED_LOSS_CENTS, |one| one.loss),
        amounts(c::OFFER_COST_CENTS, |one| one.cost),
        amounts(c::SAVED_CENTS, |one| one.saved),
        amounts(c::RETURN_SHORT_CENTS, |one| one.short),
        amounts(c::RETURN_LONG_CENTS, |one| one.long),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(customer: u32, cost: i64, long: i64) -> Candidate {
        Candidate {
            decision: customer,
            customer,
            loss: 0,
            cost,
            saved: long + cost,
            short: -cost,
            long,
        }
    }

    fn sum(chosen: &[Candidate]) -> i64 {
        chosen.iter().map(|one| one.long).sum()
    }

    /// The best of all subsets that the budget allows.
    fn best(candidates: &[Candidate], budget: i64) -> i64 {
        (0_u32..1 << candidates.len())
            .filter_map(|set| {
                let in_set =
                    candidates.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
                let (cost, long) = in_set
                    .fold((0, 0), |(cost, long), (_, one)| (cost + one.cost, long + one.long));
                (cost <= budget).then_some(long)
            })
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn offers_are_made_by_return_for_cost_until_the_budget_is_spent() {
        let candidates = vec![
            candidate(0, 10, 10),
            candidate(1, 10, 50),
            candidate(2, 5, 20),
            candidate(3, 0, 1),
        ];
        let (found, bound) = chosen(candidates, Some(17));
        let customers: Vec<u32> = found.iter().map(|one| one.customer).collect();
        // 3 costs nothing, 1 returns five times its cost, 2 four times; 0 does not fit.
        assert_eq!(customers, [3, 1, 2]);
        // Two of ten cents are left: a fifth of 0 would return 2 more.
        assert_eq!((sum(&found), bound), (71, 73));
    }

    proptest! {
        #[test]
        fn no_choice_returns_more_where_all_offers_cost_the_same(
            returns in prop::collection::vec(1_i64..1000, 0..10),
            cost in 1_i64..50,
            budget in 0_i64..400,
        ) {
            let candidates: Vec<_> =
                (0..).zip(&returns).map(|(n, &long)| candidate(n, cost, long)).collect();
            let (found, bound) = chosen(candidates.clone(), Some(budget));
            prop_assert_eq!(sum(&found), best(&candidates, budget));
            prop_assert!(bound >= sum(&found));
        }

        #[test]
        fn where_costs_differ_the_bound_holds_and_little_is_missed(
            offers in prop::collection::vec((0_i64..60, 1_i64..1000), 0..10),
            budget in 0_i64..200,
        ) {
            let candidates: Vec<_> =
                (0..).zip(&offers).map(|(n, &(cost, long))| candidate(n, cost, long)).collect();
            let (found, bound) = chosen(candidates.clone(), Some(budget));
            let (all, best) = (sum(&found), best(&candidates, budget));
            prop_assert!(found.iter().map(|one| one.cost).sum::<i64>() <= budget);
            prop_assert!(all <= best && best <= bound, "{all} {best} {bound}");
            let greatest = candidates.iter().map(|one| one.long).max().unwrap_or(0);
            prop_assert!(best - all <= greatest);
        }
    }
}
