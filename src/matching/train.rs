//! What do the levels weigh in this file?
//!
//! Learned from the file itself, without labels. `u`, how often strangers reach a level, is
//! counted among pairs drawn at random. `m` and `kin`, how often records of one person and of one
//! household reach it, come from candidate pairs by expectation–maximisation: a pair counts as
//! each of the three kinds as far as it is likely to be that. The shares of the settings count
//! as so many pairs seen before, so that a handful of records does not make up its own weights.
//!
//! # Source
//! Winkler (1988), "Using the EM algorithm for weight computation in the Fellegi–Sunter model of
//! record linkage"; Dempster, Laird and Rubin (1977); the prior is Dirichlet's.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::case::{Case, Known, N_RANDOM_PAIRS, candidates, cases, chosen, random_pairs, seen};
use super::comparison::Comparison;
use super::decisions::Verdict;
use super::labels::Labelled;
use super::mixture::{Mixture, SHARE_BITS_MAX, strangers};
use super::prior::Duplication;
use super::score::Model;
use super::settings::Settings;

/// From so many labelled pairs of one person on, any file is learned from.
const N_PAIRS_TOLD_MIN: usize = 30;

/// How learning went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Random pairs that `u` was counted among.
    pub n_pairs_random: f64,
    /// Candidate pairs that `m` and `kin` were learned from; of two records that say the same,
    /// a share where only some records were looked at.
    pub n_pairs: f64,
    /// Of these, pairs of one person, as estimated.
    pub n_pairs_same: f64,
    /// Of these, pairs of kin, as estimated.
    pub n_pairs_kin: f64,
    /// Steps taken.
    pub n_steps: u32,
    /// Whether the last step changed next to nothing.
    pub is_settled: bool,
    /// The labelled pairs that taught; nothing without labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
}

/// Comparisons with the shares that a file shows: a model that other runs can load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The comparisons.
    pub compare: Vec<Comparison>,
    /// Duplicates and kin of a record.
    pub duplication: Duplication,
    /// How learning went; nothing where the shares are those of the settings.
    pub training: Option<Training>,
}

impl Learned {
    /// Learns from the records, or takes what the settings say if they do not want that, or what
    /// an earlier run learned. A file too small to learn from is learned from where labels say
    /// enough of it.
    pub(super) fn of(known: Known<'_>, settings: &Settings) -> Learned {
        let Known { features, contents, labels } = known;
        let pairs_told = labels.pairs_of_people(contents);
        let is_enough = features.n_records() >= settings.n_records_train_min.max(2)
            || pairs_told.len() >= N_PAIRS_TOLD_MIN;
        if settings.train && is_enough {
            return learned(known, &pairs_told, settings);
        }
        let duplication = Duplication::expected(settings);
        let training = settings.trained.clone();
        Learned { compare: settings.compare.clone(), duplication, training }
    }

    /// Puts the model in the place of the settings' own shares, to be used as they stand.
    pub fn put_in(self, settings: &mut Settings) {
        settings.train = false;
        settings.trained = self.training;
        settings.n_duplicates_per_record = self.duplication.n_duplicates_per_record;
        settings.n_kin_per_record = self.duplication.n_kin_per_record;
        settings.compare = self.compare;
    }
}

/// Learns the shares of the levels from the records; `pairs_told` are known to be one person.
fn learned(known: Known<'_>, pairs_told: &[(u32, u32)], settings: &Settings) -> Learned {
    let Known { features, contents, labels } = known;
    let n_records = features.n_records();
    // Of a large file some records are enough.
    let mut sorted = chosen(contents, N_RANDOM_PAIRS);
    sorted.par_sort_unstable_by_key(|&record| (contents[record as usize], record));
    let mut compare = settings.compare.clone();
    let expected = Duplication::expected(settings);

    let model = Model::of(features, &compare);
    let pairs = random_pairs(&sorted);
    let random = cases(seen(known, &model, &pairs));
    let n_pairs_random: f64 = random.iter().map(|case| case.n_pairs).sum();
    strangers(&mut compare, &settings.compare, &random, expected.odds(n_records, settings));

    let model = Model::of(features, &compare);
    let (candidates, rate) = candidates(known, &model, settings);
    let candidates = cases(candidates);
    let told = cases(seen(known, &model, pairs_told));
    let mut mixture = Mixture {
        compare,
        prior: &settings.compare,
        told: &told,
        duplication: expected,
        n_others: n_others(n_records),
        n_records: n_records as f64,
        rate,
        bits_max: SHARE_BITS_MAX,
    };
    let mut training = mixture.settle_by_kin(&candidates, settings);
    training.n_pairs_random = n_pairs_random.round();
    training.labelled = labelled(&candidates, &told, labels.is_of_people());
    let Mixture { compare, duplication, .. } = mixture;
    Learned { compare, duplication, training: Some(training) }
}

/// Counts the labelled pairs that taught.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of pairs")]
fn labelled(candidates: &[Case], told: &[Case], is_of_people: bool) -> Option<Labelled> {
    let n_pairs = |cases: &[Case], verdict| -> u64 {
        let cases = cases.iter().filter(|case| case.label == Some(verdict));
        cases.map(|case| case.n_pairs).sum::<f64>().round() as u64
    };
    let n_pairs_different = n_pairs(candidates, Verdict::Different);
    let same = if is_of_people { told } else { candidates };
    let n_pairs_same = n_pairs(same, Verdict::Same);
    let labelled = Labelled { n_pairs_same, n_pairs_different, is_of_people };
    (n_pairs_same + n_pairs_different > 0).then_some(labelled)
}

fn n_others(n_records: usize) -> f64 {
    n_records.max(2) as f64 - 1.0
}
