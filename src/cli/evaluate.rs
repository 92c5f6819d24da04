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
    let evaluated = evaluate::evaluate(&arguments.run, &truth)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&evaluated).unwrap_or_default();
        terminal::give(&format!("{json}\n"));
    } else {
        terminal::give(&table(&evaluated));
    }
    Ok(Exit::Done)
}

fn table(evaluated: &Evaluated) -> String {
    let Evaluated { people, blocking, .. } = evaluated;
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
    text.push_str("\n       pairs   new pairs  true pairs    new true  reached  blocking rule\n");
    for rule in blocking {
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
    text
}
