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

use super::case::{N_RANDOM_PAIRS, candidates, cases, chosen, random_pairs, seen};
use super::comparison::Comparison;
use super::features::Features;
use super::mixture::{Mixture, strangers};
use super::prior::Duplication;
use super::score::Model;
use super::settings::Settings;

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
    /// Learns from the records, or takes what the settings say if they do not want that.
    pub(super) fn of(features: &Features, contents: &[u64], settings: &Settings) -> Learned {
        if settings.train && features.n_records() >= settings.n_records_train_min.max(2) {
            return learned(features, contents, settings);
        }
        let duplication = Duplication::expected(settings);
        Learned { compare: settings.compare.clone(), duplication, training: None }
    }

    /// Puts the model in the place of the settings' own shares, to be used as they stand.
    pub fn put_in(self, settings: &mut Settings) {
        settings.train = false;
        settings.n_duplicates_per_record = self.duplication.n_duplicates_per_record;
        settings.n_kin_per_record = self.duplication.n_kin_per_record;
        settings.compare = self.compare;
    }
}

/// Learns the shares of the levels from the records. `contents` is a hash of what each says.
fn learned(features: &Features, contents: &[u64], settings: &Settings) -> Learned {
    let n_records = features.n_records();
    // Of a large file some records are enough.
    let (mut sorted, _) = chosen(contents, N_RANDOM_PAIRS);
    sorted.par_sort_unstable_by_key(|&record| (contents[record as usize], record));
    let mut compare = settings.compare.clone();
    let expected = Duplication::expected(settings);

    let model = Model::of(features, &compare);
    let pairs = random_pairs(&sorted);
    let random = cases(seen(features, contents, &model, &pairs), 1.0);
    let n_pairs_random: f64 = random.iter().map(|case| case.n_pairs).sum();
    strangers(&mut compare, &settings.compare, &random, expected.odds(n_records, settings));

    let model = Model::of(features, &compare);
    let (candidates, rate) = candidates(features, contents, &model, settings);
    let n_in_sample = n_records as f64 * rate;
    let candidates = cases(candidates, rate);
    let mut mixture = Mixture {
        compare,
        prior: &settings.compare,
        duplication: expected,
        n_others: n_others(n_records),
        n_in_sample,
        rate,
    };
    let mut training = mixture.settle(&candidates, settings);
    training.n_pairs_random = n_pairs_random.round();
    let Mixture { compare, duplication, .. } = mixture;
    Learned { compare, duplication, training: Some(training) }
}

fn n_others(n_records: usize) -> f64 {
    n_records.max(2) as f64 - 1.0
}
