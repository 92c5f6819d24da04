//! Which numbers tell how good a night was?

use std::collections::BTreeMap;

use crate::notify::Readiness;
use crate::tables::layout::ContactPoint;
use crate::tables::{Table, column as c};
use crate::terms::rule::Dimension;
use crate::validate::{self, Quality};

/// Numbers of a night by source (none for all sources together) and measure. Shares are from 0
/// to 1, what begins with `n_` is a count.
pub(super) type Measures = BTreeMap<(Option<String>, String), f64>;

/// What the numbers are taken from.
pub(super) struct Night<'a> {
    pub(super) n_rows: usize,
    pub(super) n_set_aside: usize,
    pub(super) n_customers: usize,
    pub(super) n_review_pairs: usize,
    pub(super) points: &'a Table<ContactPoint>,
    pub(super) quality: &'a Quality,
    pub(super) readiness: &'a Readiness,
}

/// Takes the numbers.
pub(super) fn measured(night: &Night<'_>) -> Measures {
    let told = &night.readiness.overall;
    let mut measures = Measures::new();
    let mut note = |source: Option<&str>, name: &str, number: f64| {
        measures.insert((source.map(str::to_owned), name.to_owned()), number);
    };
    note(None, "n_rows", night.n_rows as f64);
    note(None, "n_customers", night.n_customers as f64);
    note(None, "n_review_pairs", night.n_review_pairs as f64);
    note(None, "set_aside_share", share(night.n_set_aside, night.n_rows));
    note(None, "invalid_email_share", invalid_share(night.points, "email"));
    note(None, "invalid_phone_share", invalid_share(night.points, "phone"));
    note(None, "readiness_share", told.one_channel.share);
    note(None, "readiness_clv_share", told.one_channel.clv_share);
    note(None, "readiness_two_channels_share", told.two_channels.share);
    note(None, "readiness_two_channels_clv_share", told.two_channels.clv_share);
    let overall = (None, &night.quality.overall);
    let by_source =
        night.quality.by_source.iter().map(|(source, quality)| (Some(source.as_str()), quality));
    for (source, quality) in std::iter::once(overall).chain(by_source) {
        note(source, "n_contacts", quality.n_contacts as f64);
        of_dimensions(quality, |name, share| note(source, name, share));
    }
    measures
}

fn of_dimensions(quality: &validate::Measures, mut each: impl FnMut(&str, f64)) {
    const ALL: [Dimension; 6] = [
        Dimension::Completeness,
        Dimension::Validity,
        Dimension::Uniqueness,
        Dimension::Consistency,
        Dimension::Timeliness,
        Dimension::Accuracy,
    ];
    for dimension in ALL {
        if let Some(share) = quality.dimensions.get(&dimension.to_string()) {
            each(&format!("{dimension}_share"), *share);
        }
    }
}

/// Gives a share; of nothing, none.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The share of addresses or numbers that cannot be used. A placeholder is a way of not giving
/// one.
fn invalid_share(points: &Table<ContactPoint>, kind: &str) -> f64 {
    let (mut n_points, mut n_invalid) = (0, 0);
    for (own, status) in points.text(c::KIND).iter().zip(points.text(c::STATUS).iter()) {
        if own == Some(kind) {
            n_points += 1;
            n_invalid += usize::from(status != Some("valid"));
        }
    }
    share(n_invalid, n_points)
}
