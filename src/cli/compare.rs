//! `headcount compare`

use std::fmt::Write;

use serde_json::Value;

use super::args::CompareArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::Error;
use crate::pipeline::compare::{self, Comparison, Total, Unit};
use crate::terms::{Cents, grouped};

pub(super) fn compare(arguments: &CompareArguments) -> Result<Exit, Error> {
    let comparison = compare::compare(&arguments.one, &arguments.other)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&comparison).unwrap_or_default();
        terminal::give(&format!("{json}\n"));
    } else {
        terminal::give(&text(&comparison));
    }
    Ok(Exit::Done)
}

fn text(comparison: &Comparison) -> String {
    let mut text = format!("{}\n", comparison.pipeline);
    for (number, run) in (1..).zip(&comparison.runs) {
        let _ = writeln!(
            text,
            "  {number}: {}, clock {}, headcount {}, {}",
            run.run_id, run.clock, run.version, run.currency
        );
    }
    let head = format!("\n{:<46} {:>18} {:>18} {:>18}\n", "", "1", "2", "2 less 1");
    text.push_str(&head);
    let (same, other): (Vec<&Total>, Vec<&Total>) =
        comparison.totals.iter().partition(|total| total.values[0] == total.values[1]);
    for total in &other {
        let [one, two] = total.values.map(|value| shown(value, total.unit));
        let rise = total.values[0].zip(total.values[1]).map(|(one, two)| two - one);
        let sign = if rise.is_some_and(|rise| rise > 0.0) { "+" } else { "" };
        let rise = shown(rise, total.unit);
        let _ = writeln!(
            text,
            "{:<46} {one:>18} {two:>18} {:>18}",
            plain(&total.name),
            sign.to_owned() + &rise
        );
    }
    let _ = writeln!(
        text,
        "{}",
        match (other.is_empty(), same.len()) {
            (true, n) => format!("nothing differs in {n} figures"),
            (false, n) => format!("{n} further figures are the same"),
        }
    );
    for total in same {
        let value = shown(total.values[0], total.unit);
        let _ = writeln!(text, "  {:<44} {value:>18}", plain(&total.name));
    }
    for file in &comparison.sealed {
        let _ = writeln!(text, "\nnot compared, since it is encrypted: {}", plain(file));
    }
    for (title, differing) in [("settings", &comparison.settings), ("inputs", &comparison.inputs)] {
        if differing.is_empty() {
            let _ = writeln!(text, "\n{title}: the same in both");
            continue;
        }
        let _ = writeln!(text, "\n{title} that differ");
        for setting in differing {
            let [one, two] = [&setting.values[0], &setting.values[1]].map(value);
            let _ = writeln!(text, "  {}: {one} | {two}", plain(&setting.key));
        }
    }
    text
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        other => plain(&other.to_string()),
    }
}

/// Shows a figure; a count may have a fraction where it is an expectation.
fn shown(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value else { return "-".to_owned() };
    let cents = || Cents::from_units(value / 100.0).unwrap_or(Cents::ZERO);
    match unit {
        Unit::Cents => cents().to_string(),
        Unit::Share => format!("{:.2} %", value * 100.0),
        Unit::Count if value.fract() != 0.0 => format!("{value:.3}"),
        Unit::Count => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let count = value.abs() as u64;
            format!("{}{}", if value < 0.0 { "-" } else { "" }, grouped(count))
        }
    }
}

/// A name from a file must not steer the terminal.
fn plain(name: &str) -> String {
    name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_in_their_units() {
        assert_eq!(shown(Some(-1_234_567.0), Unit::Cents), "-12 345.67");
        assert_eq!(shown(Some(0.25), Unit::Share), "25.00 %");
        assert_eq!(shown(Some(-4000.0), Unit::Count), "-4 000");
        assert_eq!(shown(Some(12.5), Unit::Count), "12.500");
        assert_eq!(shown(None, Unit::Count), "-");
    }
}
