//! Which person was touched by which incident, how gravely, and who is likelier to leave for it?

use polars::prelude::Int64Chunked;
use rayon::prelude::*;

use crate::rules::{self, DataClasses};
use crate::tables::layout::{Affected, Customer, GoldenRecord};
use crate::tables::{Flags, Table, Texts, column};
use crate::terms::{Evidence, Incident};

use super::churn::{self, Alike, Leaving};
use super::intern::Interned;
use super::settings::{Churn, OddsRatios, Settings};
use super::severity;

/// Rows per piece of work.
const CHUNK: usize = 1 << 16;
/// A month in milliseconds: 30.4375 days, as in the value room.
const MONTH_MS: f64 = 30.437_5 * 86_400_000.0;

/// A person touched by an incident.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    /// The row of the affected.
    pub(super) row: u32,
    pub(super) customer: u32,
    /// The incident's place in time.
    pub(super) incident: u32,
    pub(super) evidence: Evidence,
    pub(super) severity: f64,
    /// Those of the incident who share the features.
    pub(super) group: u32,
}

/// The incidents in the order in which they were discovered; ties by id.
pub(super) struct InTime<'a>(pub(super) Vec<&'a Incident>);

impl<'a> InTime<'a> {
    pub(super) fn of(incidents: &'a [Incident]) -> InTime<'a> {
        let mut in_time: Vec<&Incident> = incidents.iter().collect();
        in_time.sort_by(|one, other| {
            (one.discovered_at, &one.id).cmp(&(other.discovered_at, &other.id))
        });
        InTime(in_time)
    }

    fn place(&self, id: &str) -> usize {
        match self.0.iter().position(|incident| incident.id == id) {
            Some(place) => place,
            None => panic!("affected by incident `{id}`, which is not in the run"),
        }
    }

    fn discovered_ms(&self, place: u32) -> i64 {
        self.0[place as usize].discovered_at.as_millisecond()
    }
}

/// Reads the cases, by customer and then in time.
///
/// # Errors
/// A data class is unknown.
pub(super) fn read(
    affected: &Table<Affected>,
    in_time: &InTime<'_>,
    classes: &DataClasses,
    settings: &Settings,
) -> Result<Vec<Case>, rules::Error> {
    let n_rows = affected.height();
    let chunks: Vec<_> = (0..n_rows.div_ceil(CHUNK)).collect();
    let parts: Vec<Result<Vec<Case>, rules::Error>> = chunks
        .into_par_iter()
        .map(|chunk| {
            let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(n_rows);
            read_rows(affected, rows, in_time, classes, settings)
        })
        .collect();
    let mut cases = Vec::with_capacity(n_rows);
    for part in parts {
        cases.extend(part?);
    }
    cases.par_sort_unstable_by_key(|case| (case.customer, case.incident, case.row));
    Ok(cases)
}

fn read_rows(
    affected: &Table<Affected>,
    rows: std::ops::Range<usize>,
    in_time: &InTime<'_>,
    classes: &DataClasses,
    settings: &Settings,
) -> Result<Vec<Case>, rules::Error> {
    let customers = affected.count(column::CUSTOMER);
    let (ids, exposed) = (affected.text(column::INCIDENT), affected.text(column::DATA_CLASSES));
    let evidences = affected.text(column::EVIDENCE);
    // Few sets of classes are exposed, however many persons there are.
    let mut sets: Interned<(&str, &str)> = Interned::new();
    let mut known: Vec<(u32, f64)> = Vec::new();
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        let set = (ids.get(row).unwrap_or_default(), exposed.get(row).unwrap_or_default());
        let number = sets.number(set) as usize;
        if number == known.len() {
            let place = in_time.place(set.0);
            let severity = severity::of(set.1, in_time.0[place], classes, &settings.circumstances)?;
            known.push((u32::try_from(place).unwrap_or(u32::MAX), severity));
        }
        let (incident, severity) = known[number];
        cases.push(Case {
            row: u32::try_from(row).unwrap_or(u32::MAX),
            customer: customers.get(row).unwrap_or(u32::MAX),
            incident,
            evidence: evidence_of(evidences.get(row)),
            severity,
            group: 0,
        });
    }
    Ok(cases)
}

fn evidence_of(word: Option<&str>) -> Evidence {
    let all = [Evidence::Possible, Evidence::Probable, Evidence::Confirmed];
    match all.into_iter().find(|evidence| Some(evidence.word()) == word) {
        Some(evidence) => evidence,
        None => panic!("evidence is `{}`", word.unwrap_or("absent")),
    }
}

/// What is known of the customers that says how likely they leave.
pub(super) struct Traits<'a> {
    created_at: &'a Int64Chunked,
    email_status: &'a Texts,
    phone_status: &'a Texts,
    address_usable: &'a Flags,
    values: &'a [i64],
    /// From this value on a customer is of the top fifth.
    top_cents: i64,
    ratios: OddsRatios,
}

impl<'a> Traits<'a> {
    pub(super) fn of(
        golden: &'a Table<GoldenRecord>,
        values: &'a [i64],
        top_cents: i64,
        ratios: OddsRatios,
    ) -> Traits<'a> {
        Traits {
            created_at: golden.instant(column::CREATED_AT),
            email_status: golden.text(column::EMAIL_STATUS),
            phone_status: golden.text(column::PHONE_STATUS),
            address_usable: golden.flag(column::ADDRESS_USABLE),
            values,
            top_cents,
            ratios,
        }
    }

    /// Adds up β·feature; β is the logarithm of the odds ratio.
    fn predictor(&self, case: &Case, discovered_ms: i64, hit_before: bool) -> f64 {
        let customer = case.customer as usize;
        let tenure_ms = self.created_at.get(customer).map(|created| discovered_ms - created);
        let reachable = self.email_status.get(customer) == Some("valid")
            || self.phone_status.get(customer) == Some("valid")
            || self.address_usable.get(customer) == Some(true);
        let features = [
            (self.ratios.severity_above_two, (case.severity - 2.0).max(0.0)),
            (self.ratios.earlier_incident, f64::from(u8::from(hit_before))),
            (self.ratios.not_reachable, f64::from(u8::from(!reachable))),
            (
                self.ratios.long_tenure,
                f64::from(u8::from(tenure_ms.is_some_and(|ms| ms as f64 > 24.0 * MONTH_MS))),
            ),
            (self.ratios.top_fifth, f64::from(u8::from(self.values[customer] >= self.top_cents))),
        ];
        features.iter().map(|(ratio, feature)| ratio.0.ln() * feature).sum()
    }
}

/// Those of an incident who share their features, for every incident; sorted, so that sums have
/// one order.
pub(super) struct Groups(Vec<(u32, Alike, usize)>);

/// Puts each case into the group of its incident that shares its features.
pub(super) fn grouped(cases: &mut [Case], in_time: &InTime<'_>, traits: &Traits<'_>) -> Groups {
    let predictors: Vec<f64> = (0..cases.len())
        .into_par_iter()
        .with_min_len(CHUNK)
        .map(|place| {
            let case = &cases[place];
            let at = in_time.discovered_ms(case.incident);
            let before = place.checked_sub(1).map(|before| &cases[before]);
            let hit_before = before.is_some_and(|before| {
                before.customer == case.customer
                    && (at - in_time.discovered_ms(before.incident)) as f64 <= 24.0 * MONTH_MS
            });
            traits.predictor(case, at, hit_before)
        })
        .collect();
    let mut groups: Interned<(u32, u64)> = Interned::new();
    let mut n_customers: Vec<u64> = Vec::new();
    for (case, predictor) in cases.iter_mut().zip(predictors) {
        case.group = groups.number((case.incident, predictor.to_bits()));
        n_customers.resize(groups.keys().len(), 0);
        n_customers[case.group as usize] += 1;
    }
    let numbered = groups.keys().iter().zip(n_customers).enumerate();
    let mut sorted: Vec<(u32, Alike, usize)> = numbered
        .map(|(number, (&(incident, bits), n_customers))| {
            (incident, Alike { predictor: f64::from_bits(bits), n_customers }, number)
        })
        .collect();
    sorted.sort_unstable_by_key(|&(incident, alike, _)| (incident, alike.predictor.to_bits()));
    Groups(sorted)
}

impl Groups {
    /// Gives the probabilities of each group, by its number. The preset holds within every
    /// incident.
    pub(super) fn leaving(&self, churn: Churn) -> Vec<Leaving> {
        let mut leaving = vec![Leaving { p_stop: 0.0, p_break: 0.0 }; self.0.len()];
        for of_incident in self.0.chunk_by(|one, other| one.0 == other.0) {
            let alike: Vec<Alike> = of_incident.iter().map(|group| group.1).collect();
            let found = churn::leaving(&alike, churn.shares());
            for (&(_, _, number), one) in of_incident.iter().zip(found) {
                leaving[number] = one;
            }
        }
        leaving
    }
}

/// Reads the value that each customer can lose; what is absent or below 0 is no value.
pub(super) fn values(customers: &Table<Customer>) -> Vec<i64> {
    let values = customers.cents(column::CLV_FUTURE_CENTS);
    values.iter().map(|value| value.unwrap_or(0).max(0)).collect()
}

/// What the weighing of some customers asks of all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Everybody {
    /// The terms on which they were valued; nothing where there is nobody.
    pub(super) terms: Option<Terms>,
    /// From this value on a customer is of the top fifth.
    pub(super) top_cents: i64,
}

impl Everybody {
    /// Looks at the value of all customers, and at the terms on which they were valued.
    pub fn of(customers: &Table<Customer>) -> Everybody {
        let mut by_value = values(customers);
        let n_top = by_value.len().div_ceil(5).max(1);
        let top_cents = match by_value.len() {
            0 => i64::MAX,
            n_customers => *by_value.select_nth_unstable(n_customers - n_top).1,
        };
        // A customer without value is of no top fifth, even where most have none.
        Everybody { terms: Terms::of(customers), top_cents: top_cents.max(1) }
    }
}

/// The terms on which the value room valued all customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Terms {
    pub(super) break_months: u32,
    pub(super) horizon_months: u32,
    pub(super) discount_monthly: f64,
    pub(super) margin: f64,
}

impl Terms {
    /// Reads them off the first customer; nothing where there is none.
    pub(super) fn of(customers: &Table<Customer>) -> Option<Terms> {
        if customers.height() == 0 {
            return None;
        }
        Some(Terms {
            break_months: customers.count(column::BREAK_MONTHS).get(0)?,
            horizon_months: customers.count(column::HORIZON_MONTHS).get(0)?,
            discount_monthly: customers.number(column::DISCOUNT_MONTHLY).get(0)?,
            margin: customers.number(column::MARGIN).get(0)?,
        })
    }
}

/// Reads what a pause loses of each customer's value, no more than all of it.
pub(super) fn of_breaks(customers: &Table<Customer>, values: &[i64]) -> Vec<i64> {
    let of_breaks = customers.cents(column::CLV_BREAK_CENTS);
    let all = of_breaks.iter().zip(values);
    all.map(|(of_break, &value)| of_break.unwrap_or(0).clamp(0, value)).collect()
}
