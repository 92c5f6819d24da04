//! `headcount explain`

use std::fmt::Write;

use super::args::ExplainArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::explain::{self, ExplainedPair, ExplainedRecord, PathLink, ShownRecord};
use crate::pipeline::{ConfigError, Error, person};
use crate::terms::Rule;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<Exit, Error> {
    let run = || {
        let needed = || ConfigError::NeedsRun { flag: "--pair, --record or --person" };
        arguments.subject.as_ref().map(std::path::Path::new).ok_or_else(needed)
    };
    let said = if let Some([one, other]) = arguments.pair.as_deref() {
        let explained = explain::pair(run()?, [one, other], arguments.show_values)?;
        if arguments.json { as_json(&explained) } else { of_pair(&explained) }
    } else if let Some(record) = &arguments.record {
        let explained = explain::record(run()?, record, arguments.show_values)?;
        if arguments.json { as_json(&explained) } else { of_record(&explained) }
    } else if let Some(person) = &arguments.person {
        let explained = person::person(run()?, person, arguments.show_values)?;
        if arguments.json { as_json(explained.json()) } else { explained.text().to_owned() }
    } else {
        of_rules(arguments.subject.as_deref())?
    };
    terminal::give(&said);
    Ok(Exit::Done)
}

fn of_rules(id: Option<&str>) -> Result<String, Error> {
    let mut said = String::new();
    let Some(id) = id else {
        for rule in Rule::ALL {
            let summary = rule.doc().lines().next().unwrap_or_default().trim();
            let _ = writeln!(said, "{:<26} {:<8} {summary}", rule.id(), rule.severity());
        }
        return Ok(said);
    };
    let rule = Rule::named(id).ok_or_else(|| ConfigError::UnknownRule { typed: id.to_owned() })?;
    let doc: Vec<_> = rule.doc().lines().map(str::trim).collect();
    let head = format!("{} ({}, {})", rule.id(), rule.severity(), rule.dimension());
    let _ = writeln!(said, "{head}\n\n{}", doc.join("\n"));
    Ok(said)
}

fn as_json(explained: &impl serde::Serialize) -> String {
    format!("{}\n", serde_json::to_string_pretty(explained).unwrap_or_default())
}

fn of_pair(explained: &ExplainedPair) -> String {
    let [one, other] = &explained.records;
    let mut said = format!("run {}\n", explained.run);
    for (side, record) in [("A", one), ("B", other)] {
        let _ = writeln!(said, "{side}  {}  of customer {}", place(record), record.customer_id);
    }
    said.push_str("\n   bits       sum  comparison\n");
    let waterfall = &explained.waterfall;
    let mut sum = waterfall.prior_bits;
    let _ = writeln!(said, "{sum:>+7.2}  {sum:>+8.2}  prior");
    for (step, values) in waterfall.steps.iter().zip(&explained.values) {
        if step.level == "absent" {
            continue;
        }
        sum += step.bits;
        let field = format!("{}: {}", step.comparison, step.level);
        let _ = writeln!(said, "{:>+7.2}  {sum:>+8.2}  {field:<36} {}", step.bits, beside(values));
    }
    let absent: Vec<_> = waterfall
        .steps
        .iter()
        .filter(|step| step.level == "absent")
        .map(|step| step.comparison)
        .collect();
    if !absent.is_empty() {
        let _ = writeln!(said, "{:>17}  not compared, absent: {}", "", absent.join(", "));
    }
    let _ = writeln!(
        said,
        "\nweight {:+.2} bits, probability {:.6}; pairs are linked from {:+.2} bits on",
        waterfall.weight_bits,
        waterfall.probability.get(),
        explained.threshold_bits
    );
    let rules = match &explained.rules[..] {
        [] => "none: the run never compared them".to_owned(),
        rules => rules.join(", "),
    };
    let _ = writeln!(said, "blocking rules: {rules}");
    let together = if explained.is_one_customer { "one customer" } else { "two customers" };
    let because = explained.because.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    let _ = writeln!(said, "{together}{because}");
    if !explained.path.is_empty() {
        said.push_str("path:\n");
        links(&mut said, &explained.path);
    }
    said
}

fn of_record(explained: &ExplainedRecord) -> String {
    let mut said = format!(
        "run {}\n{} is of customer {}, {} records; pairs are linked from {:+.2} bits on\n",
        explained.run,
        explained.record,
        explained.customer_id,
        explained.n_members,
        explained.threshold_bits
    );
    for member in &explained.members {
        let held = match (member.held_by_bits, &member.linked_by) {
            (Some(bits), Some(rule)) => format!("held by {bits:+.2} bits, found by {rule}"),
            (None, Some(by)) => format!("held by {by}"),
            _ => "alone".to_owned(),
        };
        let _ = writeln!(said, "\n{}  {held}", place(member));
        for (field, value) in &member.values {
            let _ = writeln!(said, "    {field:<14} {value}");
        }
    }
    for (title, some) in [
        ("what holds the cluster together, the strongest first", &explained.links),
        ("members that would not be linked on their own, the weakest first", &explained.weak),
    ] {
        if !some.is_empty() {
            let _ = writeln!(said, "\n{title}:");
            links(&mut said, some);
        }
    }
    if !explained.near.is_empty() {
        said.push_str("\nnearly linked:\n");
        for near in &explained.near {
            let _ = writeln!(
                said,
                "{:>+9.2}  {} to {}: {}",
                near.weight_bits, near.member, near.other, near.because
            );
        }
    }
    said
}

fn place(record: &ShownRecord) -> String {
    let line = record.line.map_or_else(String::new, |line| format!(", line {line}"));
    format!("{} (#{}{line})", record.name, record.record)
}

fn beside([one, other]: &[Option<String>; 2]) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    if one.is_none() && other.is_none() {
        return String::new();
    }
    format!("{} | {}", shown(one), shown(other))
}

fn links(said: &mut String, links: &[PathLink]) {
    for link in links {
        let decided = if link.is_decided { ", decided by a person" } else { "" };
        let _ = writeln!(said, "{:>+9.2}  {} to {}{decided}", link.weight_bits, link.from, link.to);
    }
}
