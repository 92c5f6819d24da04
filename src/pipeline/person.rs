//! Why is this person on that list, or on none?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use polars::prelude::{DataFrame, IdxCa, IdxSize};
use serde_json::{Map, Value, json};

use super::error::{ConfigError, Error};
use super::finished::{Finished, not_this};
use crate::fault::nearest_word;
use crate::output::rows_as_json;
use crate::terms::Masked;

/// What a scoping run knows of one person.
#[derive(Debug)]
pub struct ExplainedPerson {
    facts: Value,
    text: String,
}

impl ExplainedPerson {
    /// Gives it for people.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives it for machines.
    pub fn json(&self) -> &Value {
        &self.facts
    }
}

/// Tells what a scoping run decided about a person and why, also of one whom it left out.
/// `person` is a customer id, or SOURCE:ID of one of the records.
///
/// # Errors
/// The run is not there or is no scoping run, or it knows no such person.
pub fn person(run: &Path, person: &str, show_values: bool) -> Result<ExplainedPerson, Error> {
    let run = Finished::open(run)?;
    let lineage = run.frame("lineage.parquet")?;
    let id = customer_id(&run, &lineage, person)?;
    let golden = of_customer(&run.frame("golden_records.parquet")?, &id);
    let facts = json!({
        "run": run.id(),
        "customer_id": id,
        "person": golden.into_iter().next().map(|row| known(row, show_values)),
        "records": of_customer(&lineage, &id),
        "affected": of_customer(&run.frame("affected.parquet")?, &id),
        "why": of_customer(&run.frame("why.parquet")?, &id),
        "decision": of_customer(&run.frame("decisions.parquet")?, &id).into_iter().next(),
        "scope_files": run.manifest()["details"]["scope_files"],
        "incidents": run.manifest()["details"]["incidents"],
    });
    let mut facts = facts;
    facts["lists"] = lists_of(&run, facts["decision"]["notice_id"].as_str());
    let text = told(&facts);
    Ok(ExplainedPerson { facts, text })
}

/// Finds the customer whom a word means.
fn customer_id(run: &Finished, lineage: &DataFrame, word: &str) -> Result<String, Error> {
    let text = |name: &str| {
        let found = lineage.column(name).and_then(|column| column.str().cloned());
        found.map_err(|error| not_this(&run.dir().join("lineage.parquet"), &error))
    };
    let (ids, sources, source_ids) = (text("customer_id")?, text("source")?, text("source_id")?);
    let is_meant = |row: usize| {
        ids.get(row) == Some(word)
            || word.split_once(':').is_some_and(|(source, id)| {
                sources.get(row) == Some(source) && source_ids.get(row) == Some(id)
            })
    };
    if let Some(id) = (0..lineage.height()).find(|&row| is_meant(row)).and_then(|row| ids.get(row))
    {
        return Ok(id.to_owned());
    }
    let source = word.split_once(':').map(|(source, _)| source);
    let near = source.and_then(|source| nearest_word(source, sources.iter().flatten()));
    Err(ConfigError::UnknownPerson {
        typed: Masked(word).to_string(),
        near: near.filter(|near| Some(*near) != source).map(str::to_owned),
    }
    .into())
}

/// Gives the rows of a customer, each as an object.
fn of_customer(frame: &DataFrame, id: &str) -> Vec<Value> {
    let Ok(ids) = frame.column("customer_id").and_then(|column| column.str()) else {
        return Vec::new();
    };
    let rows: Vec<IdxSize> =
        (0..).zip(ids.iter()).filter(|(_, of)| *of == Some(id)).map(|(row, _)| row).collect();
    match frame.take(&IdxCa::from_vec("".into(), rows)) {
        Ok(rows) => rows_as_json(&rows),
        Err(error) => panic!("rows of the frame itself: {error}"),
    }
}

/// What a golden record says of the person, masked unless asked for.
fn known(row: Value, show_values: bool) -> Value {
    const PERSONAL: [&str; 8] = [
        "first_name",
        "middle_name",
        "last_name",
        "email",
        "phone",
        "street",
        "postal_code",
        "birth_date",
    ];
    let Value::Object(row) = row else { return Value::Null };
    let cells = row.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let masks = !show_values && PERSONAL.contains(&name.as_str());
        let shown = match value.as_str() {
            Some(text) if masks => Masked(text).to_string().into(),
            _ => value,
        };
        (name, shown)
    });
    Value::Object(cells.collect::<Map<_, _>>())
}

/// Names the lists of the run in which the notice stands.
fn lists_of(run: &Finished, notice_id: Option<&str>) -> Value {
    let Some(notice_id) = notice_id else { return json!([]) };
    let outputs = run.manifest()["outputs"].as_array().map_or(&[][..], Vec::as_slice);
    let paths = outputs.iter().filter_map(|output| output["path"].as_str());
    // What cannot be read, such as an encrypted list, is not known to hold it.
    let holds = |path: &&str| {
        Path::new(path).extension().is_some_and(|extension| extension == "csv")
            && fs::read_to_string(run.dir().join(path)).is_ok_and(|text| text.contains(notice_id))
    };
    json!(paths.filter(holds).collect::<Vec<_>>())
}

/// Puts the facts in words, from the scope row to the list.
fn told(facts: &Value) -> String {
    let mut text = String::new();
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let person = &facts["person"];
    let names = ["first_name", "last_name"].map(|name| word(&person[name]));
    let _ = writeln!(text, "run {}", word(&facts["run"]));
    let _ = writeln!(text, "{}  {}", word(&facts["customer_id"]), names.join(" "));
    for record in list(&facts["records"]) {
        let linked = match record["linked_by"].as_str() {
            Some(rule) => {
                format!(", linked by {rule} ({} bits)", number(&record["match_weight_bits"]))
            }
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "  record {}:{}, line {}{linked}",
            word(&record["source"]),
            word(&record["source_id"]),
            word(&record["line"])
        );
    }
    let affected = list(&facts["affected"]);
    for of in affected {
        incident(&mut text, of, list(&facts["why"]));
    }
    if affected.is_empty() {
        why_not(&mut text, facts);
        return text;
    }
    let decision = &facts["decision"];
    let reason =
        decision["outcome_reason"].as_str().map_or_else(String::new, |it| format!(": {it}"));
    let _ = writeln!(text, "\nDecision   {}{reason}", word(&decision["outcome"]));
    for (name, label) in DECIDED {
        if let Some(value) = decision[name].as_str() {
            let _ = writeln!(text, "  {label:<14} {value}");
        }
    }
    for name in list(&facts["lists"]) {
        let _ = writeln!(text, "  {:<14} {}", "stands in", word(name));
    }
    text
}

/// What a decision says besides its outcome.
const DECIDED: [(&str, &str); 9] = [
    ("channel", "channel"),
    ("fallback_channel", "then"),
    ("role", "addressed to"),
    ("variant", "letter"),
    ("language", "language"),
    ("data_classes", "tells of"),
    ("instructions", "advises"),
    ("send_by", "send by"),
    ("notice_id", "notice"),
];

/// Tells of one incident: rows, matches, classes, law.
fn incident(text: &mut String, of: &Value, why: &[Value]) {
    let cell = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let _ = writeln!(
        text,
        "\nIncident   {}: affected, {}",
        cell(&of["incident"]),
        cell(&of["evidence"])
    );
    let rows = why.iter().filter(|row| row["incident"] == of["incident"]);
    let mut laws: BTreeMap<String, String> = BTreeMap::new();
    let mut clock: Option<&str> = None;
    for row in rows {
        let written = row["profile"].as_str().map_or_else(String::new, |it| format!(" as {it}"));
        let likely = match row["match_probability"].as_f64() {
            Some(probability) => format!(", probability {probability:.4}"),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "  `{}` line {} ({}{written}{likely}) names {}:{}",
            cell(&row["scope_file"]),
            row["scope_line"],
            cell(&row["identifier"]),
            cell(&row["source"]),
            cell(&row["source_id"])
        );
        if let Some(classes) = row["listed_classes"].as_str() {
            let _ = writeln!(text, "    which exposes {classes}");
        }
        clock = clock.or(row["clock_scope_file"].as_str());
        if let Some(law) = row["laws"].as_str() {
            laws.insert(law.to_owned(), cell(&row["law_versions"]));
        }
    }
    let _ = writeln!(text, "  exposed        {}", cell(&of["data_classes"]));
    if let Some(left_out) = of["classes_left_out"].as_str() {
        let _ =
            writeln!(text, "  left out       {left_out}: the contacts hold none of this person");
    }
    if let Some(told) = of["classes_told"].as_str() {
        let _ = writeln!(text, "  told before    {told}");
    }
    let _ = writeln!(text, "  jurisdiction   {}", cell(&of["jurisdiction"]));
    for (law, version) in laws {
        let _ = writeln!(text, "  law            {law} (version {version})");
    }
    if let Some(list) = clock {
        let _ = writeln!(text, "  clock          began with the vendor's notice about `{list}`");
    }
}

/// Tells why a person is not affected.
fn why_not(text: &mut String, facts: &Value) {
    let _ = writeln!(text, "\nNot affected: none of the scope files names this person.");
    for file in list(&facts["scope_files"]) {
        let cell = |name: &str| file[name].as_str().unwrap_or("-").to_owned();
        let _ = writeln!(
            text,
            "  `{}` of {}: {} rows of {}; {} name somebody, {} name nobody here, {} cannot be read",
            cell("file"),
            cell("incident"),
            file["n_rows"],
            cell("identifier"),
            file["n_matched"],
            file["n_unmatched"],
            file["n_invalid"]
        );
        if let Some(profile) = file["profile"].as_str() {
            let _ = writeln!(text, "    hashes were tried in every form; most agree as {profile}");
        }
        for (key, condition) in conditions(facts, file) {
            let _ = writeln!(text, "    it means records of which {key} = {condition}");
        }
    }
    let person = &facts["person"];
    let held = [("email", "e-mail"), ("phone", "telephone")]
        .into_iter()
        .filter_map(|(name, what)| person[name].as_str().map(|value| format!("{what} {value}")));
    let ids = list(&facts["records"])
        .iter()
        .filter_map(|record| Some(format!("id {}", record["source_id"].as_str()?)));
    let tried: Vec<String> = held.chain(ids).collect();
    let _ = writeln!(
        text,
        "Tried were {}, and every other e-mail address, telephone number and id of the records \
         above. Rows that name nobody may still be this person: unmatched_scope.csv lists them.",
        if tried.is_empty() { "none that stands here".to_owned() } else { tried.join(", ") }
    );
}

/// Gives the conditions of a description.
fn conditions<'a>(facts: &'a Value, file: &Value) -> Vec<(&'a String, &'a Value)> {
    let incidents = list(&facts["incidents"]).iter();
    let incident = incidents.filter(|incident| incident["id"] == file["incident"]);
    let files = incident.flat_map(|incident| list(&incident["scope"]));
    let name = |listed: &Value| listed["name"].as_str().unwrap_or("where").to_owned();
    let described = files.filter(|listed| {
        listed["identifier"] == "where" && Some(name(listed).as_str()) == file["file"].as_str()
    });
    described.filter_map(|listed| listed["where"].as_object()).flatten().collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), |number| format!("{number:.1}"))
}
