//! `headcount evaluate`

use std::fmt::Write;

use super::args::EvaluateArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::Error;
use crate::pipeline::evaluate::{self, Evaluated, Truth};
use crate::terms::grouped;

pub(super) fn evaluate(arguments: &EvaluateArguments) -> Result<Exit, Error> {
    let truth = Truth { file: &arguments.truth, id: &arguments.id, person: &arguments.person };
    let evaluated = evaluate::evaluate(&arguments.run, &truth, arguments.out.as_deref())?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&evaluated).unwrap_or_default();
        terminal::give(&format!("{json}\n"));
    } else {
        terminal::give(&table(&evaluated));
    }
    terminal::say(&format!("\n{}", evaluated.folder.display()));
    Ok(Exit::Done)
}

fn table(evaluated: &Evaluated) -> String {
    let mut text = right(evaluated);
    thresholds(&mut text, evaluated);
    reliability(&mut text, evaluated);
    mistakes(&mut text, evaluated);
    blocking(&mut text, evaluated);
    text
}

fn right(evaluated: &Evaluated) -> String {
    let people = &evaluated.people;
    let mut text = format!(
        "{} records; {} without truth, {} of the truth not in the run\n\n",
        grouped(people.n_records),
        grouped(evaluated.n_without_truth as u64),
        grouped(evaluated.n_not_in_run as u64)
    );
    let (pairs, clusters, b_cubed) = (&people.pairs, &people.clusters, &people.b_cubed);
    let rows = [
        ("pairs", pairs.precision, pairs.recall, pairs.f1),
        ("clusters", clusters.precision, clusters.recall, clusters.f1),
        ("B-cubed", b_cubed.precision, b_cubed.recall, b_cubed.f1),
    ];
    text.push_str("            precision    recall        F1\n");
    for (by, precision, recall, f1) in rows {
        let _ = writeln!(text, "{by:<10} {precision:>10.4} {recall:>9.4} {f1:>9.4}");
    }
    let _ = writeln!(
        text,
        "\n{} pairs right, {} wrong, {} missed; {} of {} people whole and alone",
        grouped(pairs.n_true_positive),
        grouped(pairs.n_false_positive),
        grouped(pairs.n_false_negative),
        grouped(clusters.n_exact),
        grouped(clusters.n_true)
    );
    text
}

fn thresholds(text: &mut String, evaluated: &Evaluated) {
    text.push_str(
        "\n                         pairs of the clusters        B-cubed   links on their own\n\
         linked from          precision    recall        F1        F1   precision    recall\n",
    );
    for at in &evaluated.by_threshold {
        let is = |bits: f64| (at.weight_bits - bits).abs() < f64::EPSILON;
        let note = match (is(evaluated.threshold_bits), is(evaluated.best_threshold_bits)) {
            (true, true) => "  this run, the best",
            (true, false) => "  this run",
            (false, true) => "  the best",
            (false, false) => "",
        };
        let _ = writeln!(
            text,
            "{:>+7.2} bits {:>7.4} {:>10.4} {:>9.4} {:>9.4} {:>9.4}  {:>10.4} {:>9.4}{note}",
            at.weight_bits,
            at.probability,
            at.pairs.precision,
            at.pairs.recall,
            at.pairs.f1,
            at.b_cubed.f1,
            at.linked.precision,
            at.linked.recall
        );
    }
    let f1: Vec<f64> = evaluated.by_threshold.iter().map(|at| at.pairs.f1).collect();
    let _ = writeln!(text, "F1 by threshold, 0 to 1: {}", sparkline(&f1));
}

/// Draws heights from 0 to 1 as blocks of eighths.
fn sparkline(heights: &[f64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let block = |height: &f64| {
        let eighth = (1..8).take_while(|&n| *height * 8.0 >= f64::from(n)).count();
        BLOCKS[eighth]
    };
    heights.iter().map(block).collect()
}

fn reliability(text: &mut String, evaluated: &Evaluated) {
    let reliability = &evaluated.reliability;
    text.push_str("\nprobability      pairs      said  came true  95 % interval\n");
    for bin in &reliability.bins {
        let [low, high] = bin.interval;
        let _ = writeln!(
            text,
            "{:>4} to {:<4} {:>10} {:>9.4} {:>10.4}  {low:.4} to {high:.4}",
            bin.from,
            bin.to,
            grouped(bin.n_pairs),
            bin.said,
            bin.came_true
        );
    }
    let _ = writeln!(
        text,
        "said and true are {:.4} apart on average; Brier score {:.4}",
        reliability.calibration_error, reliability.brier
    );
}

fn mistakes(text: &mut String, evaluated: &Evaluated) {
    text.push_str("\nmistakes, in pairs\n");
    for (kind, n) in &evaluated.mistakes {
        let _ = writeln!(text, "{:>12}  {}", grouped(*n), kind.replace('_', " "));
    }
}

fn blocking(text: &mut String, evaluated: &Evaluated) {
    text.push_str("\n       pairs   new pairs  true pairs    new true  reached  blocking rule\n");
    for rule in &evaluated.blocking {
        let _ = writeln!(
            text,
            "{:>12} {:>11} {:>11} {:>11} {:>7.2}%  {}",
            grouped(rule.n_pairs),
            grouped(rule.n_pairs_new),
            grouped(rule.n_pairs_true),
            grouped(rule.n_pairs_true_new),
            rule.reached_share * 100.0,
            rule.rule
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_is_as_high_as_its_numbers() {
        assert_eq!(sparkline(&[0.0, 0.124, 0.125, 0.5, 0.99, 1.0]), "▁▁▂▅██");
    }
}
