//! How likely are these purchase histories under a beta-geometric model?
//!
//! BG/NBD and MBG/NBD differ only in constants that depend on x. So whatever depends on x alone,
//! or on a whole number of days alone, is tabulated once per evaluation; what is left per history
//! is one exponential and one logarithm.

use rayon::prelude::*;

use super::optimise::{Fit, Slope, maximise, maximise_from};
use super::rfm::Group;
use super::special::{Rising, softplus};

/// Histories summed by one task; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 8192;

/// What a history's x contributes: ln-likelihood without the times, its slopes, and the odds
/// that the customer dropped out after the last purchase.
#[derive(Clone, Copy)]
struct Row {
    /// lnΓ(r+x) − lnΓ(r) + r ln α + A2.
    fixed: f64,
    by_r: f64,
    by_a: f64,
    by_b: f64,
    /// r + x.
    shape: f64,
    /// ln a − ln(b+x−1), or −∞ where nobody can have dropped out.
    ln_odds: f64,
    /// 1 / (b+x−1).
    by_b_odds: f64,
}

/// ln(α+t) and 1/(α+t) of one day.
#[derive(Clone, Copy)]
struct Day {
    ln: f64,
    inverse: f64,
}

/// When customers may drop out for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropOut {
    /// After each repeat purchase: BG/NBD.
    AfterRepeat,
    /// After each purchase, the first too: MBG/NBD.
    AfterAny,
}

fn rows([r, alpha, a, b]: [f64; 4], drop_out: DropOut, x_max: usize) -> Vec<Row> {
    let purchases = Rising::table(r, x_max);
    let (stays, chances) = (Rising::table(b, x_max + 1), Rising::table(a + b, x_max + 1));
    let (ln_a, start) = (a.ln(), r * alpha.ln());
    (0..=x_max)
        .map(|x| {
            // How often the customer might have left but stayed.
            let n = match drop_out {
                DropOut::AfterRepeat => x,
                DropOut::AfterAny => x + 1,
            };
            let last = b + n as f64 - 1.0;
            Row {
                fixed: purchases.ln[x] + start + stays.ln[n] - chances.ln[n],
                by_r: purchases.slope[x] + alpha.ln(),
                by_a: -chances.slope[n],
                by_b: stays.slope[n] - chances.slope[n],
                shape: r + x as f64,
                ln_odds: if n == 0 { f64::NEG_INFINITY } else { ln_a - last.ln() },
                by_b_odds: if n == 0 { 0.0 } else { 1.0 / last },
            }
        })
        .collect()
}

/// So many histories are worth a first fit to a part of them.
const MANY: usize = 1 << 16;
/// That part is one in so many, in the order of x, `t_x`, T.
const PART: usize = 16;

/// Fits a model with a likelihood over histories. Many of them are fitted in part first: from there
/// the search over all of them has few steps left.
pub fn fitted<const N: usize>(
    start: [f64; N],
    groups: &[Group],
    slope: impl Fn(&[f64; N], &[Group]) -> Slope<N>,
) -> Fit<N> {
    if groups.len() < MANY {
        return maximise(start, &|params| slope(params, groups));
    }
    let n_customers = |groups: &[Group]| {
        groups.iter().map(|group| u64::from(group.n_customers)).sum::<u64>() as f64
    };
    let part: Vec<Group> = groups.iter().step_by(PART).copied().collect();
    let share = n_customers(&part) / n_customers(groups);
    let first = maximise(start, &|params| slope(params, &part));
    if !first.converged {
        return maximise(start, &|params| slope(params, groups));
    }
    let covariance = first.covariance.map(|rows| rows.map(|row| row.map(|cell| cell * share)));
    maximise_from(first.params, covariance, &|params| slope(params, groups))
}

/// Sums the log-likelihood of all histories and its slopes by r, α, a, b.
///
/// # Units
/// α is in units of `unit_days` days.
///
/// # Source
/// Fader, Hardie, Lee (2005), equation 6: ℓ = A1 + A2 + ln(e^A3 + e^A4); Batislam, Denizel,
/// Filiztekin (2007) for the modified model.
pub fn summed(params: &[f64; 4], drop_out: DropOut, groups: &[Group], unit_days: f64) -> Slope<4> {
    let [r, alpha, a, _] = *params;
    let x_max = groups.last().map_or(0, |group| group.history.x as usize);
    let day_max = groups.iter().map(|group| group.history.t).max().unwrap_or(0);
    let rows = rows(*params, drop_out, x_max);
    let days: Vec<Day> = (0..=day_max)
        .map(|day| alpha + f64::from(day) / unit_days)
        .map(|age| Day { ln: age.ln(), inverse: 1.0 / age })
        .collect();
    let parts: Vec<[f64; 5]> = groups
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut sums = [0.0; 5];
            for Group { history, n_customers } in chunk {
                let row = &rows[history.x as usize];
                let (last, end) = (days[history.t_x as usize], days[history.t as usize]);
                // ln e^A4 − ln e^A3; w4 is the chance that the customer left after the last
                // purchase.
                let delta = row.ln_odds + row.shape * (end.ln - last.ln);
                let (left, w4) = softplus(delta);
                let (w3, n) = (1.0 - w4, f64::from(*n_customers));
                sums[0] += n * (row.fixed - row.shape * end.ln + left);
                sums[1] += n * (row.by_r - w3 * end.ln - w4 * last.ln);
                sums[2] += n * (r / alpha - row.shape * (w3 * end.inverse + w4 * last.inverse));
                sums[3] += n * (row.by_a + w4 / a);
                sums[4] += n * (row.by_b - w4 * row.by_b_odds);
            }
            sums
        })
        .collect();
    let sums = parts.iter().fold([0.0; 5], |sums, part| std::array::from_fn(|i| sums[i] + part[i]));
    Slope { value: sums[0], gradient: [sums[1], sums[2], sums[3], sums[4]] }
}

#[cfg(test)]
mod tests {
    use super::super::cdnow;
    use super::super::rfm::History;
    use super::*;

    #[test]
    fn a_fit_that_begins_with_a_part_ends_where_the_whole_does() {
        // CDNOW over and over, each time observed a day longer: more distinct histories.
        let mut groups: Vec<Group> = (0..80)
            .flat_map(|days| {
                cdnow::groups().into_iter().map(move |mut group| {
                    group.history.t += days;
                    group
                })
            })
            .collect();
        groups.sort_by_key(|group| group.history);
        assert!(groups.len() > MANY, "{}", groups.len());
        let start = [0.5, 5.0, 0.5, 2.0];
        let slope =
            |params: &[f64; 4], groups: &[Group]| summed(params, DropOut::AfterRepeat, groups, 7.0);
        let (found, whole) =
            (fitted(start, &groups, slope), maximise(start, &|params| slope(params, &groups)));
        assert!(found.converged && found.n_evaluations < whole.n_evaluations);
        for (found, whole) in found.params.into_iter().zip(whole.params) {
            // Both stop where a further step gains next to nothing.
            assert!((found / whole - 1.0).abs() < 1e-5, "{found} for {whole}");
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_sum() {
        let group = |x, t_x, t, n_customers| Group { history: History { x, t_x, t }, n_customers };
        let groups = [group(0, 0, 200, 5), group(1, 40, 250, 2), group(9, 266, 270, 1)];
        let params = [0.4, 5.0, 0.7, 2.0];
        for drop_out in [DropOut::AfterRepeat, DropOut::AfterAny] {
            let slope = summed(&params, drop_out, &groups, 7.0);
            for i in 0..4 {
                let (mut above, mut below) = (params, params);
                above[i] += 1e-5;
                below[i] -= 1e-5;
                let rise = summed(&above, drop_out, &groups, 7.0).value
                    - summed(&below, drop_out, &groups, 7.0).value;
                assert!((rise / 2e-5 - slope.gradient[i]).abs() < 1e-7, "{drop_out:?} {i}");
            }
        }
    }
}
