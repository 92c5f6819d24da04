//! What will be lost of each person, on average?

use super::cases::Case;
use super::churn::Leaving;

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
