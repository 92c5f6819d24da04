//! What will be lost of each person, on average?

use polars::prelude::Int64Chunked;

use super::cases::Case;
use super::churn::Leaving;
use super::settings::Settings;

/// A person, over all incidents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) customer: u32,
    /// The person's cases: the first of them and their number.
    pub(super) first_case: u32,
    pub(super) n_cases: u32,
    /// Probability that the person stops for any of the incidents.
    pub(super) p_stop: f64,
    /// Probability that the person pauses, and does not stop.
    pub(super) p_break: f64,
    /// What can be lost, in cents.
    pub(super) value: i64,
    /// What a pause loses of it, in cents.
    pub(super) of_break: i64,
    /// What will be lost on average, in cents.
    pub(super) loss: i64,
}

impl Person {
    /// Gives the person's cases, in time.
    pub(super) fn cases<'a>(&self, cases: &'a [Case]) -> &'a [Case] {
        let first = self.first_case as usize;
        &cases[first..first + self.n_cases as usize]
    }
}

/// Gives what a pause loses of each customer's value: what falls into its months.
///
/// `first_quarter` is the value room's own figure for three months, from the model of each
/// customer. Where it is absent, or a pause lasts otherwise, purchases are taken to be as likely
/// in each month of the horizon.
pub(super) fn of_breaks(
    values: &[i64],
    first_quarter: Option<&Int64Chunked>,
    settings: &Settings,
) -> Vec<i64> {
    let share = share_of_break(
        settings.break_months,
        settings.horizon_months,
        settings.discount_monthly.get(),
    );
    let own = first_quarter.filter(|_| settings.break_months == 3);
    let of_break = |(customer, &value): (usize, &i64)| {
        let own = own.and_then(|own| own.get(customer));
        own.unwrap_or_else(|| in_cents(value as f64 * share)).clamp(0, value)
    };
    values.iter().enumerate().map(of_break).collect()
}

/// Gives the share of the value that lies in the first months of the horizon: what a pause of
/// that length loses. Purchases are taken to be as likely in each month.
///
/// (1 − (1+d)^−D) / (1 − (1+d)^−H); D / H without interest.
pub(super) fn share_of_break(break_months: u32, horizon_months: u32, discount: f64) -> f64 {
    if discount <= 0.0 {
        return f64::from(break_months) / f64::from(horizon_months);
    }
    let paid = |months: u32| -(-f64::from(months) * discount.ln_1p()).exp_m1();
    paid(break_months) / paid(horizon_months)
}

/// Adds up each person's loss, and allots it to the person's cases in time.
///
/// Of several incidents: who stopped cannot stop again, and who paused and then stops loses the
/// value once. An incident is charged with what it adds. Cents are rounded on the way, so that
/// they add up exactly.
///
/// ```text
/// one:      E[L] = p_s·V + p_b·V(0,D]
/// several:  E[L] = (1 − A)·V + (A − B)·V(0,D],  A = Π(1 − p_s),  B = Π(1 − p_s − p_b)
/// ```
pub(super) fn losses(
    cases: &[Case],
    leaving: &[Leaving],
    values: &[i64],
    of_breaks: &[i64],
) -> (Vec<Person>, Vec<i64>) {
    let mut persons = Vec::new();
    let mut losses = Vec::with_capacity(cases.len());
    for of_person in cases.chunk_by(|one, other| one.customer == other.customer) {
        let customer = of_person[0].customer as usize;
        let (value, of_break) = (values[customer], of_breaks[customer]);
        let (mut stays, mut unmoved, mut so_far) = (1.0, 1.0, 0);
        for case in of_person {
            let Leaving { p_stop, p_break } = leaving[case.group as usize];
            stays *= 1.0 - p_stop;
            unmoved *= (1.0 - p_stop - p_break).max(0.0);
            let loss = (1.0 - stays) * value as f64 + (stays - unmoved) * of_break as f64;
            let loss = in_cents(loss).min(value);
            losses.push(loss - so_far);
            so_far = loss;
        }
        // For one incident the numbers as they are, without the rounding of 1 − (1 − p).
        let (p_stop, p_break) = match of_person {
            [case] => {
                let Leaving { p_stop, p_break } = leaving[case.group as usize];
                (p_stop, p_break)
            }
            _ => (1.0 - stays, stays - unmoved),
        };
        persons.push(Person {
            customer: of_person[0].customer,
            first_case: u32::try_from(losses.len() - of_person.len()).unwrap_or(u32::MAX),
            n_cases: u32::try_from(of_person.len()).unwrap_or(u32::MAX),
            p_stop,
            p_break,
            value,
            of_break,
            loss: so_far,
        });
    }
    (persons, losses)
}

/// Rounds half away from zero.
pub(super) fn in_cents(cents: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a share of what was an i64 fits one")]
    let rounded = cents.round() as i64;
    rounded
}

#[cfg(test)]
mod tests {
    use polars::prelude::NewChunkedArray;
    use proptest::prelude::*;

    use super::*;
    use crate::terms::Evidence;

    fn cases(groups: &[(u32, u32)]) -> Vec<Case> {
        let case = |(row, &(customer, group)): (usize, &(u32, u32))| Case {
            row: u32::try_from(row).unwrap(),
            customer,
            incident: group,
            evidence: Evidence::Confirmed,
            severity: 2.0,
            group,
        };
        groups.iter().enumerate().map(case).collect()
    }

    #[test]
    fn a_break_loses_its_share_of_the_discounted_horizon() {
        assert!((share_of_break(3, 12, 0.0) - 0.25).abs() < 1e-15);
        let sum = |months: i32| (1..=months).map(|month| 1.01f64.powi(-month)).sum::<f64>();
        assert!((share_of_break(3, 12, 0.01) - sum(3) / sum(12)).abs() < 1e-14);
        assert!((share_of_break(12, 12, 0.01) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_customers_own_first_quarter_stands_before_the_even_share() {
        let own = Int64Chunked::from_slice_options("".into(), &[Some(400), None, Some(9_000)]);
        let settings = Settings {
            discount_monthly: crate::terms::Probability::new(0.0),
            ..Settings::default()
        };
        let values = [1_000; 3];
        assert_eq!(of_breaks(&values, Some(&own), &settings), [400, 250, 1_000]);
        assert_eq!(of_breaks(&values, None, &settings), [250; 3]);
        let longer = Settings { break_months: 6, ..settings };
        assert_eq!(of_breaks(&values, Some(&own), &longer), [500; 3]);
    }

    #[test]
    fn one_incident_loses_the_value_or_the_break() {
        let leaving = [Leaving { p_stop: 0.2, p_break: 0.33 }];
        let (persons, losses) = losses(&cases(&[(0, 0)]), &leaving, &[100_000], &[25_000]);
        // .2 · 1000 + .33 · 250
        assert_eq!(losses, [28_250]);
        assert_eq!((persons[0].loss, persons[0].p_stop), (28_250, 0.2));
    }

    #[test]
    fn two_incidents_lose_no_more_than_who_stays_can_lose() {
        let leaving =
            [Leaving { p_stop: 0.2, p_break: 0.3 }, Leaving { p_stop: 0.5, p_break: 0.25 }];
        let (persons, losses) = losses(&cases(&[(0, 0), (0, 1)]), &leaving, &[100_000], &[25_000]);
        // Stops: 1 − .8·.5 = .6. Pauses: .4 − .5·.25 = .275. The first alone: .2 and .3.
        assert_eq!(persons[0].loss, 60_000 + 6_875);
        assert_eq!(losses, [27_500, 39_375]);
        assert!((persons[0].p_stop - 0.6).abs() < 1e-12);
        assert!((persons[0].p_break - 0.275).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn cases_add_up_to_the_person_and_never_exceed_the_value(
            value in 0i64..10_000_000,
            shares in prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), 1..6),
            share_of_break in 0.0f64..1.0,
        ) {
            let leaving: Vec<_> = shares
                .iter()
                .map(|&(stop, rest)| Leaving { p_stop: stop, p_break: (1.0 - stop) * rest })
                .collect();
            let of_one: Vec<_> = (0..u32::try_from(shares.len()).unwrap()).map(|n| (0, n)).collect();
            let of_break = in_cents(value as f64 * share_of_break);
            let (persons, losses) = losses(&cases(&of_one), &leaving, &[value], &[of_break]);
            prop_assert_eq!(losses.iter().sum::<i64>(), persons[0].loss);
            prop_assert!(persons[0].loss <= value);
            prop_assert!(losses.iter().all(|&loss| loss >= 0));
        }
    }
}
