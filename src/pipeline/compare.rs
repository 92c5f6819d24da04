//! What differs between two runs of one pipeline?
//!
//! Both are read from what they left: the roll and the tallies of the manifest, the sums of
//! `exposure.json` or `quality.json`, the settings and the hashes of the inputs. So runs of any
//! number of customers are compared in no time, and no personal value is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::error::{ConfigError, Error};
use super::finished::{Finished, no_file, not_this};

/// Two runs side by side.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The version of this form.
    pub schema_version: u32,
    /// The pipeline of both.
    pub pipeline: String,
    /// The runs.
    pub runs: [Ran; 2],
    /// Counts, sums and shares, in the order of a run.
    pub totals: Vec<Total>,
    /// The settings that are not the same in both, by their keys in the pipeline file.
    pub settings: Vec<Differing>,
    /// The inputs that are not the same in both, by source and path: their hashes.
    pub inputs: Vec<Differing>,
    /// The files whose figures are missing, by run, since they are encrypted.
    pub sealed: Vec<String>,
}

/// A run.
#[derive(Debug, Serialize)]
pub struct Ran {
    /// Its id.
    pub run_id: String,
    /// Its clock.
    pub clock: String,
    /// The version of the program.
    pub version: String,
    /// The currency of its sums.
    pub currency: String,
}

/// A figure of both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Total {
    /// What it tells.
    pub name: String,
    /// How it is to be read.
    pub unit: Unit,
    /// Its value in each run; absent where the run does not tell it.
    pub values: [Option<f64>; 2],
}

/// How a figure is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// So many.
    Count,
    /// Money, in cents of the run's currency.
    Cents,
    /// A part of 1.
    Share,
}

/// Something that is not the same in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Differing {
    /// Its key.
    pub key: String,
    /// What stands there in each run; null where nothing does.
    pub values: [Value; 2],
}

/// What is at stake; figures of a scoping run, besides the manifest.
const EXPOSURE: &str = "exposure.json";

/// Who could be told; figures of a nightly run.
const QUALITY: &str = "quality.json";

/// Compares two runs.
///
/// # Errors
/// One of them is no run, or they are of different pipelines.
pub fn compare(one: &Path, other: &Path) -> Result<Comparison, Error> {
    let runs = [Finished::open(one)?, Finished::open(other)?];
    let [pipeline, of_other] =
        [&runs[0], &runs[1]].map(|run| text(&run.manifest()["pipeline"]).to_owned());
    if pipeline != of_other {
        return Err(ConfigError::Unlike { one: pipeline, other: of_other }.into());
    }
    let [one, other] = [figures(&runs[0])?, figures(&runs[1])?];
    let sealed = runs.iter().flat_map(sealed).collect();
    let manifests = [runs[0].manifest(), runs[1].manifest()];
    Ok(Comparison {
        schema_version: 1,
        pipeline,
        runs: manifests.map(ran),
        totals: side_by_side(one, other),
        settings: differing(manifests.map(settings)),
        inputs: differing(manifests.map(inputs)),
        sealed,
    })
}

/// Names the files of figures that only their recipients can read.
fn sealed(run: &Finished) -> impl Iterator<Item = String> + '_ {
    let sealed = [EXPOSURE, QUALITY].map(|name| format!("{name}.age"));
    let written = array(&run.manifest()["outputs"]).iter();
    written
        .map(|file| text(&file["path"]).to_owned())
        .filter(move |path| sealed.contains(path))
        .map(|path| format!("{}: {path}", run.id()))
}

fn ran(manifest: &Value) -> Ran {
    Ran {
        run_id: text(&manifest["run_id"]).to_owned(),
        clock: text(&manifest["clock"]).to_owned(),
        version: text(&manifest["tool"]["version"]).to_owned(),
        currency: text(&manifest["config"]["run"]["currency"]).to_owned(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A figure of one run.
type Figure = (String, Unit, Option<f64>);

/// Lists a run's figures in the order of a run.
fn figures(run: &Finished) -> Result<Vec<Figure>, Error> {
    let mut figures = Vec::new();
    for identity in array(&run.manifest()["roll"]) {
        let whole = text(&identity["whole"]);
        figures.push((whole.to_owned(), Unit::Count, identity["n_whole"].as_f64()));
        parts(whole, &identity["parts"], &mut figures);
    }
    // Rooms that came to more than the roll tells: duties, orders.
    for tally in array(&run.manifest()["tallies"]) {
        parts(
            &format!("{}, {}", text(&tally["room"]), text(&tally["of"])),
            &tally["given"],
            &mut figures,
        );
    }
    if let Some(exposure) = json_of(run, EXPOSURE)? {
        at_stake(&exposure, &mut figures);
    }
    if let Some(quality) = json_of(run, QUALITY)? {
        ready(&quality["readiness"]["overall"], &mut figures);
    }
    Ok(figures)
}

fn parts(whole: &str, parts: &Value, figures: &mut Vec<Figure>) {
    for part in array(parts) {
        figures.push((format!("{whole}: {}", text(&part[0])), Unit::Count, part[1].as_f64()));
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Reads what is lost in a scoping run.
fn at_stake(exposure: &Value, figures: &mut Vec<Figure>) {
    let mut say = |name: String, unit, value: &Value| figures.push((name, unit, value.as_f64()));
    let totals = &exposure["totals"];
    say("future value of the affected".to_owned(), Unit::Cents, &totals["clv_future_cents"]);
    say("expected loss".to_owned(), Unit::Cents, &totals["expected_loss_cents"]);
    say("expected to stop".to_owned(), Unit::Count, &exposure["expected_stops"]);
    say("expected to pause".to_owned(), Unit::Count, &exposure["expected_breaks"]);
    for preset in array(&exposure["presets"]) {
        let name = format!("expected loss, preset {}", text(&preset["preset"]));
        say(name, Unit::Cents, &preset["expected_loss_cents"]);
    }
    for risk in array(&exposure["portfolio"]["by_rho"]) {
        let rho = risk["rho"].as_f64().unwrap_or_default();
        for (figure, key) in [
            ("standard deviation", "sd_cents"),
            ("VaR 95 %", "var_95_cents"),
            ("VaR 99 %", "var_99_cents"),
            ("ES 95 %", "es_95_cents"),
            ("ES 99 %", "es_99_cents"),
        ] {
            say(format!("{figure} at rho {rho}"), Unit::Cents, &risk[key]);
        }
    }
    let concentration = &exposure["concentration"];
    say("loss of the top tenth".to_owned(), Unit::Share, &concentration["top_decile_share"]);
    let retention = &exposure["retention"];
    if retention.is_object() {
        say("offers made".to_owned(), Unit::Count, &retention["n_offers"]);
        say("cost of the offers".to_owned(), Unit::Cents, &retention["cost_cents"]);
        say("long return of the offers".to_owned(), Unit::Cents, &retention["return_long_cents"]);
    }
}

/// Reads who could be told tonight.
fn ready(overall: &Value, figures: &mut Vec<Figure>) {
    for (name, key) in [
        ("could be told", "one_channel"),
        ("could be told by two channels", "two_channels"),
        ("could be told, letters too", "any_channel"),
    ] {
        for (whose, share) in [("customers", "share"), ("value", "clv_share")] {
            let value = overall[key][share].as_f64();
            figures.push((format!("{name}, share of {whose}"), Unit::Share, value));
        }
    }
}

/// Reads a file of the run; nothing where the pipeline writes none.
fn json_of(run: &Finished, name: &str) -> Result<Option<Value>, Error> {
    let written = array(&run.manifest()["outputs"]);
    if !written.iter().any(|file| file["path"] == name) {
        return Ok(None);
    }
    let path = run.dir().join(name);
    let text = fs::read_to_string(&path).map_err(|cause| no_file(&path, cause))?;
    Ok(Some(serde_json::from_str(&text).map_err(|error| not_this(&path, &error))?))
}

/// Joins figures by name: the first run's order, and what only the other tells where it stands
/// there.
fn side_by_side(one: Vec<Figure>, other: Vec<Figure>) -> Vec<Total> {
    let mut rest: BTreeMap<String, Option<f64>> =
        other.iter().map(|(name, _, value)| (name.clone(), *value)).collect();
    let mut totals: Vec<Total> = one
        .into_iter()
        .map(|(name, unit, value)| {
            let of_other = rest.remove(&name).flatten();
            Total { name, unit, values: [value, of_other] }
        })
        .collect();
    let only_there = other.into_iter().filter(|(name, ..)| rest.contains_key(name));
    totals.extend(only_there.map(|(name, unit, value)| Total {
        name,
        unit,
        values: [None, value],
    }));
    totals.retain(|total| total.values != [None, None]);
    totals
}

/// Lists the settings by their keys, dotted as `--set` takes them. Where a run was left is none.
fn settings(manifest: &Value) -> BTreeMap<String, Value> {
    let mut settings = BTreeMap::new();
    flatten(&manifest["config"], "", &mut settings);
    settings.retain(|key, _| key != "run.clock" && key != "run.out" && key != "run.root");
    for (rules, of) in manifest["rules"].as_object().into_iter().flatten() {
        settings.insert(format!("rules of {rules}"), of["sha256"].clone());
    }
    settings
}

fn flatten(value: &Value, key: &str, into: &mut BTreeMap<String, Value>) {
    let below = |part: &str| if key.is_empty() { part.to_owned() } else { format!("{key}.{part}") };
    match value {
        Value::Object(parts) if !parts.is_empty() => {
            for (part, value) in parts {
                flatten(value, &below(part), into);
            }
        }
        // A list of tables is entered by number, a list of values is one setting.
        Value::Array(parts) if parts.iter().any(Value::is_object) => {
            for (place, value) in parts.iter().enumerate() {
                flatten(value, &below(&place.to_string()), into);
            }
        }
        value => {
            into.insert(key.to_owned(), value.clone());
        }
    }
}

fn inputs(manifest: &Value) -> BTreeMap<String, Value> {
    let files = array(&manifest["inputs"]).iter();
    let named = files.map(|file| (text(&file["source"]), text(&file["path"]), &file["sha256"]));
    named.map(|(source, path, sha256)| (format!("{source}: {path}"), sha256.clone())).collect()
}

fn differing([one, other]: [BTreeMap<String, Value>; 2]) -> Vec<Differing> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let of = |run: &BTreeMap<String, Value>, key| run.get(key).cloned().unwrap_or_default();
    keys.into_iter()
        .map(|key| Differing { key: key.clone(), values: [of(&one, key), of(&other, key)] })
        .filter(|both| both.values[0] != both.values[1])
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_named_as_the_command_line_takes_them() {
        let manifest = |rho: f64, file: &str| {
            json!({ "config": {
                "run": { "clock": file, "currency": "EUR" },
                "exposure": { "churn": { "given": { "p_stop": 0.1 } }, "rho": rho },
                "ingest": { "source": [{ "name": "crm", "files": [file] }] },
            } })
        };
        let found = differing([settings(&manifest(0.1, "a")), settings(&manifest(0.2, "b"))]);
        let keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["exposure.rho", "ingest.source.0.files"]);
        assert_eq!(found[0].values, [json!(0.1), json!(0.2)]);
    }

    #[test]
    fn figures_that_one_run_lacks_stand_beside_nothing() {
        let figure = |name: &str, value| (name.to_owned(), Unit::Count, Some(value));
        let totals = side_by_side(
            vec![figure("rows", 3.0), figure("gone", 1.0)],
            vec![figure("new", 2.0), figure("rows", 4.0)],
        );
        let found: Vec<_> =
            totals.iter().map(|total| (total.name.as_str(), total.values)).collect();
        let expected = [
            ("rows", [Some(3.0), Some(4.0)]),
            ("gone", [Some(1.0), None]),
            ("new", [None, Some(2.0)]),
        ];
        assert_eq!(found, expected);
    }
}
