//! `headcount value`

use std::fmt::Write;

use serde_json::Value;

use super::args::ValueArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::value::{self, Valuation};
use crate::pipeline::{Error, Flags, Plan};
use crate::progress::Progress;
use crate::terms::{Cents, grouped};

pub(super) fn value(arguments: &ValueArguments) -> Result<Exit, Error> {
    let mut flags = Flags::from(&arguments.settings);
    flags.set.push(format!("value.hold_out={}", arguments.check));
    let plan = Plan::load(&arguments.pipeline, &flags)?;
    let valuation = value::value(&plan, &Progress::on_terminal())?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&valuation).unwrap_or_default();
        terminal::give(&format!("{json}\n"));
    } else {
        terminal::give(&text(&valuation));
    }
    Ok(Exit::Done)
}

fn text(valuation: &Valuation) -> String {
    let n_customers: u64 = valuation.bases.values().sum();
    let bases: Vec<_> =
        valuation.bases.iter().map(|(basis, n)| format!("{basis} {}", grouped(*n))).collect();
    let mut text = format!(
        "{} customers, valued by {}\n{} {} past, {} future\n\n",
        grouped(n_customers),
        bases.join(", "),
        valuation.currency,
        valuation.clv_past_cents,
        valuation.clv_future_cents
    );
    say_models(&mut text, &valuation.models);
    if valuation.hold_out.is_object() {
        say_hold_out(&mut text, &valuation.hold_out);
    }
    for note in &valuation.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// Says which models there are, each with its parameters and their standard errors.
fn say_models(text: &mut String, models: &Value) {
    for model in models.as_array().into_iter().flatten() {
        let word = |key: &str| model[key].as_str().map(plain);
        let segment = word("segment").unwrap_or_else(|| "all customers".to_owned());
        let fitted = match (model["given"].as_bool(), model["converged"].as_bool()) {
            (Some(true), _) => "given".to_owned(),
            (_, Some(true)) => {
                format!("converged after {} evaluations", model["n_evaluations"])
            }
            _ => "not fitted".to_owned(),
        };
        let likelihood = model["log_likelihood"]
            .as_f64()
            .map_or_else(String::new, |number| format!(", log-likelihood {number:.4}"));
        let _ = writeln!(
            text,
            "{} for {segment}: {} customers, {} returning; {fitted}{likelihood}",
            word("model").unwrap_or_default(),
            grouped(model["n_customers"].as_u64().unwrap_or_default()),
            grouped(model["n_returning"].as_u64().unwrap_or_default()),
        );
        for param in model["params"].as_array().into_iter().flatten() {
            let std_error = param["std_error"]
                .as_f64()
                .map_or_else(String::new, |number| format!(" ± {number:.6}"));
            let name = param["name"].as_str().unwrap_or_default();
            let value = param["value"].as_f64().unwrap_or(f64::NAN);
            let _ = writeln!(text, "  {name:<6} {value:>14.6}{std_error}");
        }
        if let Some(fallback) = word("fallback") {
            let _ = writeln!(text, "  valued by {fallback}");
        }
    }
    text.push('\n');
}

fn say_hold_out(text: &mut String, check: &Value) {
    let day = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
    let calibration = &check["calibration"];
    let _ = writeln!(
        text,
        "Orders from {} on; models fitted up to {}, held against what was bought until {}.\n\
         Calibration: {:.1} repeat purchases expected, {} made ({}).\n",
        day("observed_from"),
        day("calibration_to"),
        day("holdout_to"),
        calibration["predicted"].as_f64().unwrap_or_default(),
        grouped(calibration["actual"].as_u64().unwrap_or_default()),
        bias(calibration)
    );
    text.push_str(
        "hold-out              customers   predicted     actual      bias      MAE  MAE steady  \
         spend predicted     spend actual\n",
    );
    line(text, "all", &check["holdout"]);
    for (title, key) in [
        ("by repeat purchases before", "by_frequency"),
        ("by segment", "by_segment"),
        ("by forecast, tenths", "by_forecast"),
    ] {
        let _ = writeln!(text, "{title}");
        for bin in check[key].as_array().into_iter().flatten() {
            line(text, &format!("  {}", plain(bin["name"].as_str().unwrap_or_default())), bin);
        }
    }
    text.push('\n');
}

fn line(text: &mut String, name: &str, part: &Value) {
    let number = |key: &str| part[key].as_f64().unwrap_or_default();
    let cents = |key: &str| Cents(part[key].as_i64().unwrap_or_default()).to_string();
    let _ = writeln!(
        text,
        "{name:<20} {:>10} {:>11.1} {:>10} {:>9} {:>8.3} {:>11.3} {:>16} {:>16}",
        grouped(part["n_customers"].as_u64().unwrap_or_default()),
        number("predicted"),
        grouped(part["actual"].as_u64().unwrap_or_default()),
        bias(part),
        number("mean_absolute_error"),
        number("mean_absolute_error_steady"),
        cents("predicted_cents"),
        cents("actual_cents")
    );
}

fn bias(part: &Value) -> String {
    let share = part["bias_share"].as_f64();
    share.map_or_else(|| "-".to_owned(), |share| format!("{:+.1} %", share * 100.0))
}

/// A segment's name from a file must not steer the terminal.
fn plain(name: &str) -> String {
    name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}
