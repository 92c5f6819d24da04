//! Was it a good night?

use serde::{Deserialize, Serialize};

use super::history::Last;
use super::measures::Measures;
use crate::terms::{Probability, grouped};

/// Thresholds; a run that misses one is kept, says so, and exits with 1.
///
/// A name says what is measured and then how it is bound: `_max` and `_min` bound the share
/// itself; `_fall_max` and `_rise_max` bound by how much it changed since the last run, in the
/// same unit, so that 0.02 is two points. The first run of a pipeline has none before it, and no
/// fall.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// Largest share of rows set aside.
    pub set_aside_share_max: Option<Probability>,
    /// Most points by which it may rise.
    pub set_aside_share_rise_max: Option<Probability>,
    /// Largest share of e-mail addresses that are invalid.
    pub invalid_email_share_max: Option<Probability>,
    /// Most points by which it may rise.
    pub invalid_email_share_rise_max: Option<Probability>,
    /// Largest share of telephone numbers that are invalid.
    pub invalid_phone_share_max: Option<Probability>,
    /// Most points by which it may rise.
    pub invalid_phone_share_rise_max: Option<Probability>,
    /// Smallest share of customers that could be told within 72 hours.
    pub readiness_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub readiness_share_fall_max: Option<Probability>,
    /// Smallest share of customer value that could be told within 72 hours.
    pub readiness_clv_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub readiness_clv_share_fall_max: Option<Probability>,
    /// Smallest share of customers that two independent channels reach within 72 hours.
    pub readiness_two_channels_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub readiness_two_channels_share_fall_max: Option<Probability>,
    /// Smallest share of customer value that two independent channels reach within 72 hours.
    pub readiness_two_channels_clv_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub readiness_two_channels_clv_share_fall_max: Option<Probability>,
    /// Smallest share of cells that hold something.
    pub completeness_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub completeness_share_fall_max: Option<Probability>,
    /// Smallest share of values that can be used.
    pub validity_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub validity_share_fall_max: Option<Probability>,
    /// Smallest share of contacts whose ids and contact data are their own.
    pub uniqueness_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub uniqueness_share_fall_max: Option<Probability>,
    /// Smallest share of contacts whose values agree.
    pub consistency_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub consistency_share_fall_max: Option<Probability>,
    /// Smallest share of dated contacts that are recent.
    pub timeliness_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub timeliness_share_fall_max: Option<Probability>,
    /// Smallest share of contacts without a value that is probably untrue.
    pub accuracy_share_min: Option<Probability>,
    /// Most points by which it may fall.
    pub accuracy_share_fall_max: Option<Probability>,
    /// Largest part of its contacts that any source, or all together, may lose since the last
    /// run: an export that was cut short.
    pub contacts_fall_share_max: Option<Probability>,
}

/// Names the gates that the night missed, a sentence each.
pub(super) fn tripped(gate: &Gate, night: &Measures, last: Option<&Last>) -> Vec<String> {
    let bounds = bounds(gate).into_iter();
    let own = bounds.filter_map(|(measure, bound, change)| {
        let found = *night.get(&(None, measure.to_owned()))?;
        let before = last.and_then(|last| {
            last.measures.get(&(None, measure.to_owned())).map(|before| (last, *before))
        });
        let said = match bound {
            Bound::Max(bound) => bound
                .filter(|bound| found > bound.get())
                .map(|bound| format!("{measure}_max is {}, found {found:.4}", bound.get())),
            Bound::Min(bound) => bound
                .filter(|bound| found < bound.get())
                .map(|bound| format!("{measure}_min is {}, found {found:.4}", bound.get())),
        };
        let changed = before.zip(change).and_then(|((last, before), most)| {
            let (word, by) = match bound {
                Bound::Max(_) => ("rise", found - before),
                Bound::Min(_) => ("fall", before - found),
            };
            // Shares are told to four places; what is within the bound by these has held.
            (by > most.get() + 5e-5).then(|| {
                format!(
                    "{measure}_{word}_max is {}, from {before:.4} to {found:.4} since {}",
                    most.get(),
                    last.run_id
                )
            })
        });
        Some([said, changed])
    });
    own.flatten().flatten().chain(lost(gate.contacts_fall_share_max, night, last)).collect()
}

/// Which way a measure is bound.
#[derive(Clone, Copy)]
enum Bound {
    Max(Option<Probability>),
    Min(Option<Probability>),
}

/// Measure, bound, and the most that it may change for the worse.
fn bounds(gate: &Gate) -> [(&'static str, Bound, Option<Probability>); 13] {
    use Bound::{Max, Min};
    let g = gate;
    [
        ("set_aside_share", Max(g.set_aside_share_max), g.set_aside_share_rise_max),
        ("invalid_email_share", Max(g.invalid_email_share_max), g.invalid_email_share_rise_max),
        ("invalid_phone_share", Max(g.invalid_phone_share_max), g.invalid_phone_share_rise_max),
        ("readiness_share", Min(g.readiness_share_min), g.readiness_share_fall_max),
        ("readiness_clv_share", Min(g.readiness_clv_share_min), g.readiness_clv_share_fall_max),
        (
            "readiness_two_channels_share",
            Min(g.readiness_two_channels_share_min),
            g.readiness_two_channels_share_fall_max,
        ),
        (
            "readiness_two_channels_clv_share",
            Min(g.readiness_two_channels_clv_share_min),
            g.readiness_two_channels_clv_share_fall_max,
        ),
        ("completeness_share", Min(g.completeness_share_min), g.completeness_share_fall_max),
        ("validity_share", Min(g.validity_share_min), g.validity_share_fall_max),
        ("uniqueness_share", Min(g.uniqueness_share_min), g.uniqueness_share_fall_max),
        ("consistency_share", Min(g.consistency_share_min), g.consistency_share_fall_max),
        ("timeliness_share", Min(g.timeliness_share_min), g.timeliness_share_fall_max),
        ("accuracy_share", Min(g.accuracy_share_min), g.accuracy_share_fall_max),
    ]
}

/// Says which sources lost more of their contacts than they may; one that is gone lost all.
fn lost(bound: Option<Probability>, night: &Measures, last: Option<&Last>) -> Vec<String> {
    let (Some(bound), Some(last)) = (bound, last) else { return Vec::new() };
    let before = last.measures.iter().filter(|((_, measure), _)| measure == "n_contacts");
    before
        .filter_map(|(key, before)| {
            let now = night.get(key).copied().unwrap_or(0.0);
            let is_lost = *before > 0.0 && (before - now) / before > bound.get();
            is_lost.then(|| {
                let of =
                    key.0.as_deref().map_or_else(String::new, |source| format!(" of {source}"));
                format!(
                    "contacts_fall_share_max is {}, contacts{of} fell from {} to {} since {}",
                    bound.get(),
                    whole(*before),
                    whole(now),
                    last.run_id
                )
            })
        })
        .collect()
}

/// Writes a count that was kept as a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a count")]
fn whole(count: f64) -> String {
    grouped(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(validity: f64, invalid: f64, n_contacts: f64) -> Measures {
        let own = |name: &str, number| ((None, name.to_owned()), number);
        Measures::from([
            own("validity_share", validity),
            own("invalid_email_share", invalid),
            own("n_contacts", n_contacts),
            ((Some("crm".to_owned()), "n_contacts".to_owned()), n_contacts),
        ])
    }

    fn share(value: f64) -> Probability {
        Probability::new(value)
    }

    #[test]
    fn a_bound_trips_beyond_it_and_not_at_it() {
        let gate = Gate {
            validity_share_min: Some(share(0.9)),
            invalid_email_share_max: Some(share(0.03)),
            ..Gate::default()
        };
        assert!(tripped(&gate, &night(0.9, 0.03, 1.0), None).is_empty());
        assert_eq!(
            tripped(&gate, &night(0.8999, 0.0301, 1.0), None),
            [
                "invalid_email_share_max is 0.03, found 0.0301",
                "validity_share_min is 0.9, found 0.8999"
            ]
        );
    }

    #[test]
    fn a_fall_since_the_last_run_trips_and_a_first_run_has_none() {
        let gate = Gate {
            validity_share_fall_max: Some(share(0.02)),
            invalid_email_share_rise_max: Some(share(0.02)),
            contacts_fall_share_max: Some(share(0.1)),
            ..Gate::default()
        };
        let last = Last { run_id: "r1".to_owned(), measures: night(0.95, 0.01, 1000.0) };
        assert!(tripped(&gate, &night(0.5, 0.9, 1.0), None).is_empty());
        assert!(tripped(&gate, &night(0.93, 0.03, 900.0), Some(&last)).is_empty());
        assert!(tripped(&gate, &night(1.0, 0.0, 2000.0), Some(&last)).is_empty(), "for the better");
        assert_eq!(
            tripped(&gate, &night(0.92, 0.04, 800.0), Some(&last)),
            [
                "invalid_email_share_rise_max is 0.02, from 0.0100 to 0.0400 since r1",
                "validity_share_fall_max is 0.02, from 0.9500 to 0.9200 since r1",
                "contacts_fall_share_max is 0.1, contacts fell from 1 000 to 800 since r1",
                "contacts_fall_share_max is 0.1, contacts of crm fell from 1 000 to 800 since r1",
            ]
        );
    }

    #[test]
    fn every_key_of_the_file_binds_a_measure() {
        let keys = serde_json::to_value(Gate::default()).unwrap();
        let keys: Vec<&String> = keys.as_object().unwrap().keys().collect();
        for key in keys.iter().filter(|key| !key.starts_with("contacts_")) {
            let measure = ["_rise_max", "_fall_max", "_max", "_min"]
                .iter()
                .find_map(|end| key.strip_suffix(end))
                .unwrap();
            assert!(bounds(&Gate::default()).iter().any(|(own, ..)| *own == measure), "{key}");
        }
        assert_eq!(keys.len(), 2 * bounds(&Gate::default()).len() + 1);
    }
}
