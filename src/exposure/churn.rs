//! How likely is it that this customer stops, or pauses?
//!
//! η = logit(p) + δ + Σ β·feature. The features say who is likelier to leave; δ is solved so
//! that on average as many leave as the preset says.

/// Customers who share their features, and how many they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alike {
    /// Σ β·feature.
    pub(super) predictor: f64,
    pub(super) n_customers: u64,
}

/// The probabilities of some customers alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaving {
    pub(super) p_stop: f64,
    pub(super) p_break: f64,
}

/// Gives the probabilities of each group, such that their means are the shares given.
///
/// Stopping and pausing exclude each other: where the two formulas add up to more than 1, the
/// pause gives way, and the others' pauses rise until the mean is kept.
pub(super) fn leaving(groups: &[Alike], (p_stop, p_break): (f64, f64)) -> Vec<Leaving> {
    let stops = with_mean(groups, p_stop, &vec![1.0; groups.len()]);
    let room: Vec<f64> = stops.iter().map(|stop| 1.0 - stop).collect();
    let breaks = with_mean(groups, p_break, &room);
    let pairs = stops.into_iter().zip(breaks);
    pairs.map(|(p_stop, p_break)| Leaving { p_stop, p_break }).collect()
}

/// Solves δ by bisection, until no number lies between the bounds: the mean rises with δ.
fn with_mean(groups: &[Alike], share: f64, caps: &[f64]) -> Vec<f64> {
    let n_customers: u64 = groups.iter().map(|group| group.n_customers).sum();
    let alike =
        groups.windows(2).all(|pair| pair[0].predictor.to_bits() == pair[1].predictor.to_bits());
    if share <= 0.0 || (alike && caps.iter().all(|&cap| share <= cap)) {
        return vec![share; groups.len()];
    }
    let at = |delta: f64, group: &Alike, cap: f64| {
        // logit(1) has no number; the caps hold everyone then.
        let logit = (share / (1.0 - share)).ln().min(1e3);
        (1.0 / (1.0 + (-(logit + delta + group.predictor)).exp())).min(cap)
    };
    let mean = |delta: f64| {
        let shares = groups.iter().zip(caps);
        let sum: f64 =
            shares.map(|(group, &cap)| at(delta, group, cap) * group.n_customers as f64).sum();
        sum / n_customers.max(1) as f64
    };
    let (mut low, mut high) = (-100.0, 100.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if mean(middle) < share { low = middle } else { high = middle }
    }
    groups.iter().zip(caps).map(|(group, &cap)| at(high, group, cap)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mean(groups: &[Alike], of: impl Fn(usize) -> f64) -> f64 {
        let n: u64 = groups.iter().map(|group| group.n_customers).sum();
        let sum: f64 =
            groups.iter().enumerate().map(|(place, g)| of(place) * g.n_customers as f64).sum();
        sum / n as f64
    }

    #[test]
    fn customers_alike_have_the_preset_to_the_last_digit() {
        let groups = [Alike { predictor: 0.7, n_customers: 3 }; 2];
        let leaving = leaving(&groups, (0.20, 0.33));
        assert_eq!(leaving, [Leaving { p_stop: 0.20, p_break: 0.33 }; 2]);
    }

    #[test]
    fn odds_differ_by_the_ratio() {
        let groups = [
            Alike { predictor: 0.0, n_customers: 70 },
            Alike { predictor: 1.5f64.ln(), n_customers: 30 },
        ];
        let found = leaving(&groups, (0.20, 0.0));
        let odds = |p: f64| p / (1.0 - p);
        let ratio = odds(found[1].p_stop) / odds(found[0].p_stop);
        assert!((ratio - 1.5).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn where_stop_and_pause_would_exceed_one_the_pause_gives_way() {
        let groups =
            [Alike { predictor: 4.0, n_customers: 20 }, Alike { predictor: 0.0, n_customers: 80 }];
        let found = leaving(&groups, (0.3, 0.5));
        assert!((found[0].p_stop + found[0].p_break - 1.0).abs() < 1e-9);
        assert!((mean(&groups, |place| found[place].p_break) - 0.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_means_are_the_preset_and_nobody_does_both(
            groups in prop::collection::vec((-1.5f64..1.5, 1u64..1000), 1..20),
            p_stop in 0.0f64..0.6,
            p_break in 0.0f64..0.4,
        ) {
            let groups: Vec<_> = groups
                .into_iter()
                .map(|(predictor, n_customers)| Alike { predictor, n_customers })
                .collect();
            let found = leaving(&groups, (p_stop, p_break));
            prop_assert!((mean(&groups, |place| found[place].p_stop) - p_stop).abs() < 1e-12);
            prop_assert!((mean(&groups, |place| found[place].p_break) - p_break).abs() < 1e-12);
            for leaving in found {
                prop_assert!(leaving.p_stop + leaving.p_break <= 1.0 + 1e-12);
            }
        }
    }
}
