//! How right were the people that a run found, and would another threshold have been better?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use super::error::{ConfigError, Error};
use super::evaluation_files;
use super::records::Records;
use super::truth::People;
pub use super::truth::Truth;
use crate::evaluate::{self, AtThreshold, Evaluation, Judged, Reliability};
use crate::matching::{self, RuleReach, Sweep};
use crate::output::{Folder, Lock};
use crate::terms::MatchWeight;

/// What an evaluation came to.
#[derive(Debug, Serialize)]
pub struct Evaluated {
    /// The run.
    pub run: String,
    /// Records of the run that the truth does not name; left out.
    pub n_without_truth: usize,
    /// Records of the truth that the run does not have: set aside, or of another export.
    pub n_not_in_run: usize,
    /// The people found against the true ones.
    pub people: Evaluation,
    /// The weight from which on the run linked pairs, in bits.
    pub threshold_bits: f64,
    /// How right the run would have been at other thresholds, the lowest first.
    pub by_threshold: Vec<AtThreshold>,
    /// The threshold of those whose clusters have the best F1 by pairs, in bits.
    pub best_threshold_bits: f64,
    /// Whether the probabilities of pairs mean what they say.
    pub reliability: Reliability,
    /// What each blocking rule reaches of the true pairs.
    pub blocking: Vec<RuleReach>,
    /// The mistakes by kind and reason, and how many there are of each.
    pub mistakes: BTreeMap<String, u64>,
    /// The folder with the page, the numbers and the lists of mistakes.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// The thresholds that are tried, in bits; the run's own is tried besides.
const THRESHOLDS_BITS: std::ops::RangeInclusive<i8> = -10..=30;

/// Every so many bits a threshold is tried.
const STEP_BITS: usize = 2;

/// Compares a nightly run with the truth, and leaves what it found in a folder: beside the run
/// directory, since a run is never changed, or where `out` says. An earlier evaluation of the
/// run is replaced.
///
/// # Errors
/// A file is missing, or not what it should be; or the folder cannot be written.
pub fn evaluate(run: &Path, truth: &Truth<'_>, out: Option<&Path>) -> Result<Evaluated, Error> {
    let records = Records::open(run)?;
    let known = People::read(truth)?;
    let persons = known.of_records(&records.contacts);
    let truth = Known { persons: &persons };
    let (found, true_ones) = truth.of_clusters(&records.customers);
    let sweep = Sweep::of(
        &records.contacts,
        &records.points,
        &records.decisions,
        &records.settings,
        records.duplication(),
        f64::from(*THRESHOLDS_BITS.start()),
        |a, b| truth.is_one_person(a, b),
    );
    let judged = truth.judged(&sweep, f64::from(*THRESHOLDS_BITS.start()));
    let threshold_bits = records.threshold_bits();
    let by_threshold = by_threshold(&truth, &sweep, &judged, &true_ones, threshold_bits);
    let best = by_threshold.iter().max_by(|one, other| one.pairs.f1.total_cmp(&other.pairs.f1));
    let settings = &records.settings;
    let each = truth.each_a_person(known.n_persons);
    let mut evaluated = Evaluated {
        run: records.run.id().to_owned(),
        n_without_truth: records.contacts.height() - found.len(),
        n_not_in_run: known.n_records().saturating_sub(found.len()),
        people: evaluate::clusters(&found, &true_ones),
        threshold_bits,
        best_threshold_bits: best.map_or(threshold_bits, |best| best.weight_bits),
        by_threshold,
        reliability: evaluate::reliability(&judged),
        blocking: matching::reach(&records.contacts, &records.points, settings, &each),
        mistakes: BTreeMap::new(),
        folder: PathBuf::new(),
    };
    let mistakes = evaluation_files::mistakes(&records, &sweep, &persons);
    for mistake in &mistakes {
        *evaluated.mistakes.entry(mistake.kind_and_reason()).or_default() += 1;
    }
    evaluated.folder = written(&records, &evaluated, &mistakes, out)?;
    Ok(evaluated)
}

/// Who is who, by record.
struct Known<'a> {
    persons: &'a [Option<u32>],
}

impl Known<'_> {
    /// Gives cluster and person of the records that the truth names.
    fn of_clusters(&self, clusters: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let named = clusters.iter().zip(self.persons);
        named.filter_map(|(&cluster, person)| Some((cluster, (*person)?))).unzip()
    }

    /// Gives each record a person; one without truth is a person of its own.
    fn each_a_person(&self, n_persons: u32) -> Vec<u32> {
        let mut next = n_persons;
        let each = self.persons.iter().map(|person| {
            person.unwrap_or_else(|| {
                next += 1;
                next
            })
        });
        each.collect()
    }

    fn is_one_person(&self, a: u32, b: u32) -> bool {
        let person = self.persons[a as usize];
        person.is_some() && person == self.persons[b as usize]
    }

    /// Judges the pairs from a weight on: below, only true ones were kept.
    fn judged(&self, sweep: &Sweep<'_>, weight_bits_min: f64) -> Vec<Judged> {
        let kept = sweep.pairs().take_while(|pair| pair.weight_bits >= weight_bits_min);
        let judged = |pair: matching::ScoredPair| {
            let (one, other) = (self.persons[pair.a as usize]?, self.persons[pair.b as usize]?);
            Some(Judged {
                weight_bits: pair.weight_bits,
                probability: MatchWeight(pair.weight_bits).probability().get(),
                is_true: one == other,
            })
        };
        kept.filter_map(judged).collect()
    }
}

fn by_threshold(
    truth: &Known<'_>,
    sweep: &Sweep<'_>,
    judged: &[Judged],
    true_ones: &[u32],
    threshold_bits: f64,
) -> Vec<AtThreshold> {
    let mut thresholds: Vec<f64> = THRESHOLDS_BITS.step_by(STEP_BITS).map(f64::from).collect();
    thresholds.push(threshold_bits);
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    let links = evaluate::links(judged, &thresholds, evaluate::n_pairs_true(true_ones));
    let at = |(&weight_bits, linked): (&f64, evaluate::Pairs)| {
        let (found, true_ones) = truth.of_clusters(&sweep.clusters_at(weight_bits));
        let probability = MatchWeight(weight_bits).probability().get();
        let people = evaluate::clusters(&found, &true_ones);
        AtThreshold::of(weight_bits, probability, linked, people)
    };
    thresholds.par_iter().zip(links).map(at).collect()
}

/// Leaves the evaluation in its folder.
fn written(
    records: &Records,
    evaluated: &Evaluated,
    mistakes: &[evaluation_files::Mistake],
    out: Option<&Path>,
) -> Result<PathBuf, Error> {
    let run = records.run.dir();
    let place = if let Some(out) = out {
        out.to_owned()
    } else {
        let name =
            run.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        run.with_file_name(format!("{name}{EVALUATION}"))
    };
    let above = match place.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    let _lock = Lock::take(above)?;
    if place.join(NUMBERS).exists() {
        // Only what an earlier evaluation left is replaced.
        fs::remove_dir_all(&place)
            .map_err(|cause| ConfigError::Unreadable { path: place.clone(), cause })?;
    }
    let mut folder = Folder::begin(&place)?;
    evaluation_files::write(&mut folder, records, evaluated, mistakes)?;
    Ok(folder.finish()?)
}

/// Ends the name of an evaluation's folder, which begins as its run's.
const EVALUATION: &str = ".evaluation";

/// The numbers of an evaluation, by which its folder is known.
pub(super) const NUMBERS: &str = "evaluation.json";
