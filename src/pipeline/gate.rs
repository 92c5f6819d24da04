//! Was it a good night?

use super::config::Gate;
use crate::notify::Readiness;
use crate::tables::layout::ContactPoint;
use crate::tables::{Table, column as c};
use crate::terms::Probability;

/// What the gates look at.
pub(super) struct Seen<'a> {
    pub(super) n_rows: usize,
    pub(super) n_set_aside: usize,
    pub(super) points: &'a Table<ContactPoint>,
    pub(super) readiness: &'a Readiness,
}

/// Names the gates that the night missed, a sentence each.
pub(super) fn tripped(gate: &Gate, seen: &Seen<'_>) -> Vec<String> {
    let set_aside = share(seen.n_set_aside, seen.n_rows);
    let told = &seen.readiness.overall.one_channel;
    [
        at_most("set_aside_share_max", set_aside, gate.set_aside_share_max),
        at_most(
            "invalid_email_share_max",
            invalid_email_share(seen.points),
            gate.invalid_email_share_max,
        ),
        at_least("readiness_share_min", told.share, gate.readiness_share_min),
        at_least("readiness_clv_share_min", told.clv_share, gate.readiness_clv_share_min),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn at_most(name: &str, found: f64, bound: Option<Probability>) -> Option<String> {
    let bound = bound?.get();
    (found > bound).then(|| format!("{name} is {bound}, found {found:.4}"))
}

fn at_least(name: &str, found: f64, bound: Option<Probability>) -> Option<String> {
    let bound = bound?.get();
    (found < bound).then(|| format!("{name} is {bound}, found {found:.4}"))
}

/// Gives a share; of nothing, none.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The share of e-mail addresses that cannot be used. A placeholder is a way of not giving one.
fn invalid_email_share(points: &Table<ContactPoint>) -> f64 {
    let (mut n_emails, mut n_invalid) = (0, 0);
    for (kind, status) in points.text(c::KIND).iter().zip(points.text(c::STATUS).iter()) {
        if kind == Some("email") {
            n_emails += 1;
            n_invalid += usize::from(status != Some("valid"));
        }
    }
    share(n_invalid, n_emails)
}
