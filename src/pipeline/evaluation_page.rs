//! How are the numbers of an evaluation put on a page?

use super::evaluate::Evaluated;
use crate::evaluate::AtThreshold;
use crate::report::{Accuracy, AccuracyTable, Chart};
use crate::terms::grouped;

/// Puts the page together; counts and shares only.
pub(super) fn page(evaluated: &Evaluated) -> Accuracy {
    let pairs = &evaluated.people.pairs;
    let line = |name: &str, height: fn(&AtThreshold) -> f64| {
        (name.to_owned(), evaluated.by_threshold.iter().map(height).collect())
    };
    let bins = &evaluated.reliability.bins;
    Accuracy {
        facts: vec![
            format!("run {}", evaluated.run),
            format!("{} records", grouped(evaluated.people.n_records)),
            format!("headcount {}", env!("CARGO_PKG_VERSION")),
        ],
        headline: format!(
            "F1 {:.4} by pairs: precision {:.4}, recall {:.4}.",
            pairs.f1, pairs.precision, pairs.recall
        ),
        sentences: vec![
            format!(
                "The run linked from {:+.2} bits on; of the thresholds tried {:+.2} bits have the \
                 best F1.",
                evaluated.threshold_bits, evaluated.best_threshold_bits
            ),
            format!(
                "Said and true probabilities are {:.4} apart on average over pairs.",
                evaluated.reliability.calibration_error
            ),
            "false_merges.csv and misses.csv beside this page list the mistakes.".to_owned(),
        ],
        by_threshold: Chart {
            title: "Pairs of the clusters, by threshold".to_owned(),
            across: "pairs are linked from this weight on, bits".to_owned(),
            at: evaluated.by_threshold.iter().map(|at| at.weight_bits).collect(),
            lines: vec![
                line("F1", |at| at.pairs.f1),
                line("precision", |at| at.pairs.precision),
                line("recall", |at| at.pairs.recall),
                line("B-cubed F1", |at| at.b_cubed.f1),
            ],
            mark: Some((evaluated.threshold_bits, "this run".to_owned())),
        },
        reliability: Chart {
            title: "Share of pairs that are one person, by the probability said".to_owned(),
            across: "probability said".to_owned(),
            at: bins.iter().map(|bin| bin.said).collect(),
            lines: vec![
                ("came true".to_owned(), bins.iter().map(|bin| bin.came_true).collect()),
                ("as said".to_owned(), bins.iter().map(|bin| bin.said).collect()),
            ],
            mark: None,
        },
        tables: tables(evaluated),
    }
}

fn tables(evaluated: &Evaluated) -> Vec<AccuracyTable> {
    let bins = &evaluated.reliability.bins;
    let number = |value: f64| format!("{value:.4}");
    let at_thresholds = evaluated.by_threshold.iter().map(|at| {
        let heights = [at.pairs.precision, at.pairs.recall, at.pairs.f1, at.b_cubed.f1];
        let links = [at.linked.precision, at.linked.recall, at.linked.f1];
        let name = format!("{:+.2} bits ({:.4})", at.weight_bits, at.probability);
        std::iter::once(name).chain(heights.into_iter().chain(links).map(number)).collect()
    });
    let ranges = bins.iter().map(|bin| {
        let share = |value: f64| format!("{value:.3}");
        let [low, high] = bin.interval;
        vec![
            format!("{} to {}", bin.from, bin.to),
            grouped(bin.n_pairs),
            share(bin.said),
            share(bin.came_true),
            format!("{low:.3} to {high:.3}"),
        ]
    });
    let mistakes = evaluated
        .mistakes
        .iter()
        .map(|(kind, n)| vec![kind.replace('_', " "), grouped(*n)])
        .collect();
    vec![
        AccuracyTable {
            title: "By threshold: pairs of clusters, records, and links on their own".to_owned(),
            header: vec![
                "linked from",
                "precision",
                "recall",
                "F1",
                "B-cubed F1",
                "precision of links",
                "recall of links",
                "F1 of links",
            ],
            rows: at_thresholds.collect(),
        },
        AccuracyTable {
            title: "Do probabilities mean what they say?".to_owned(),
            header: vec!["probability", "pairs", "said", "came true", "95 % interval"],
            rows: ranges.collect(),
        },
        AccuracyTable {
            title: "Mistakes, in pairs".to_owned(),
            header: vec!["kind and reason", "pairs"],
            rows: mistakes,
        },
    ]
}
