//! How has a measure gone over the last runs?

use serde::{Deserialize, Serialize};

use super::lines::percent;
use crate::terms::grouped;

/// What a measure came to in the runs of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// What was measured: a share, or a count where its name begins with `n_`.
    pub measure: String,
    /// Its values, earliest first; the last is this run's.
    pub values: Vec<f64>,
}

/// More runs than this are not drawn.
const N_RUNS: usize = 30;

impl Trend {
    /// Keeps the latest runs.
    pub(super) fn latest(&self) -> Trend {
        let first = self.values.len().saturating_sub(N_RUNS);
        Trend { measure: self.measure.clone(), values: self.values[first..].to_vec() }
    }

    fn is_count(&self) -> bool {
        self.measure.starts_with("n_")
    }

    /// Names it for people: `readiness clv`.
    pub(super) fn name(&self) -> String {
        let name = self.measure.strip_prefix("n_").unwrap_or(&self.measure);
        name.strip_suffix("_share").unwrap_or(name).replace('_', " ")
    }

    /// Says what it came to, and by how much it changed since the run before.
    pub(super) fn says(&self) -> String {
        let (now, before) = match self.values[..] {
            [] => return "-".to_owned(),
            [now] => return self.written(now),
            [.., before, now] => (now, before),
        };
        let change = now - before;
        let sign = if change < 0.0 { "-" } else { "+" };
        let by = if self.is_count() {
            grouped(whole(change.abs()))
        } else {
            format!("{:.1}", change.abs() * 100.0)
        };
        format!("{} ({sign}{by})", self.written(now))
    }

    fn written(&self, value: f64) -> String {
        if self.is_count() { grouped(whole(value)) } else { percent(value) }
    }

    /// By how much the last run changed it, in points of a share; for counts by its part.
    pub(super) fn change(&self) -> f64 {
        match self.values[..] {
            [.., before, now] if self.is_count() => (now - before) / before.max(1.0),
            [.., before, now] => now - before,
            _ => 0.0,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a count")]
fn whole(count: f64) -> u64 {
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_says_what_it_came_to_and_the_change_in_points() {
        let says = |measure: &str, values: &[f64]| {
            Trend { measure: measure.to_owned(), values: values.to_vec() }.says()
        };
        assert_eq!(says("validity_share", &[0.9]), "90.0 %");
        assert_eq!(says("validity_share", &[0.9, 0.925]), "92.5 % (+2.5)");
        assert_eq!(says("validity_share", &[0.5, 0.925, 0.9]), "90.0 % (-2.5)");
        assert_eq!(says("n_contacts", &[2000.0, 1500.0]), "1 500 (-500)");
        assert_eq!(says("n_contacts", &[]), "-");
    }

    #[test]
    fn no_more_than_thirty_runs_are_drawn_and_these_are_the_latest() {
        let values = (0..40).map(f64::from).collect();
        let latest = Trend { measure: "n_contacts".to_owned(), values }.latest();
        assert_eq!((latest.values.len(), latest.values[29]), (30, 39.0));
    }
}
