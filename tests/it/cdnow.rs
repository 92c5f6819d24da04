//! Do the published figures come out at the end of a run, and not only of a formula?
//!
//! CDNOW from an export and a log of orders: fitted, checked, valued, and all of it at stake.

use std::fmt::Write;
use std::fs;

use headcount::exposure::{self, Everybody, Method, PortfolioSettings, Risk};
use headcount::rules::{DataClasses, Jurisdictions};
use headcount::tables::layout::{Affected, Customer, GoldenRecord, Layout, Lineage};
use headcount::tables::{Table, column as c};
use headcount::value::bg_nbd::BgNbd;
use headcount::value::clv::{Horizon, Timing};
use headcount::value::gamma_gamma::{GammaGamma, Spend};
use headcount::value::rfm::{self, Events, History};

use crate::house::{House, ended, headcount, manifest, parquet};

const LOG: &str = include_str!("../fixtures/cdnow/CDNOW_sample.txt");
const N_CUSTOMERS: usize = 2357;

/// Customer, year, month, day and dollars of each purchase.
fn purchases() -> impl Iterator<Item = (u32, &'static str, &'static str)> {
    LOG.lines().map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        (cells[1].parse().unwrap(), cells[2], cells[4])
    })
}

const PIPELINE: &str = r#"
pipeline = "PIPELINE"
incidents = ["incident.toml"]

[run]
root = "."
currency = "USD"
clock = "1998-07-01T00:00:00Z"

[[ingest.source]]
name = "crm"
files = ["crm.csv"]

[[ingest.orders]]
name = "shop"
files = ["orders.csv"]

[value]
observed_to = "1997-09-30"

[snapshot]
write = false

[exposure.odds_ratios]
severity_above_two = 1
earlier_incident = 1
not_reachable = 1
long_tenure = 1
top_fifth = 1
"#;

/// The customers as an export, their purchases as a log, and an incident that touched all.
fn house() -> House {
    let (mut crm, mut orders, mut scope) = (
        "source_id,customer_key,email\n".to_owned(),
        "customer_key,at,amount,currency\n".to_owned(),
        "email\n".to_owned(),
    );
    for customer in 1..=N_CUSTOMERS {
        writeln!(crm, "{customer},K{customer:04},c{customer:04}@example.com").unwrap();
        writeln!(scope, "c{customer:04}@example.com").unwrap();
    }
    for (customer, day, dollars) in purchases() {
        let (year, month, day) = (&day[0..4], &day[4..6], &day[6..8]);
        writeln!(orders, "K{customer:04},{year}-{month}-{day},{dollars},USD").unwrap();
    }
    let incident = "id = \"all\"\nkind = \"security_breach\"\n\
                    discovered_at = \"1998-06-30T12:00:00Z\"\n\
                    [[scope]]\nname = \"all\"\nfile = \"scope.csv\"\nidentifier = \"email\"\n\
                    data_classes = [\"email\"]\nevidence = \"confirmed\"\n";
    House::new()
        .file("crm.csv", crm)
        .file("orders.csv", orders)
        .file("scope.csv", scope)
        .file("incident.toml", incident)
        .file("scoping.toml", PIPELINE.replace("PIPELINE", "breach_scoping"))
        .file("nightly.toml", PIPELINE.replace("PIPELINE", "nightly_contact_quality"))
}

/// What `MODELS.md`, section 2, prints: rho, then SD, `VaR` 95, `VaR` 99, ES 95, ES 99.
const PRINTED: [(f64, [f64; 5]); 2] = [
    (0.0, [1_371.0, 23_950.0, 24_885.0, 24_523.0, 25_350.0]),
    (0.10, [7_329.0, 34_715.0, 40_679.0, 38_358.0, 43_564.0]),
];
const EXPECTED_LOSS: f64 = 21_694.53;

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < tolerance, "{what}: {found} for {expected}");
}

#[test]
fn a_run_over_the_log_loses_what_was_published_by_both_methods_at_four_rhos() {
    let house = house();
    let run = |method: &str| {
        let method = format!("exposure.portfolio.method={method}");
        let ended = house.run_with("scoping.toml", &["--set", &method]);
        let text = fs::read_to_string(ended.done().join("exposure.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let found = ["conditional", "monte_carlo"].map(run);
    for exposure in &found {
        assert_eq!(exposure["totals"]["n_customers"], N_CUSTOMERS);
        // The published figure is of weeks with two places and months of 4.345 weeks.
        let loss = exposure["totals"]["expected_loss_cents"].as_f64().unwrap() / 100.0;
        near(loss, EXPECTED_LOSS, 0.01, "expected loss");
        for (rho, printed) in PRINTED {
            let by_rho = exposure["portfolio"]["by_rho"].as_array().unwrap();
            let risk = by_rho.iter().find(|risk| risk["rho"] == rho).unwrap();
            let keys = ["sd_cents", "var_95_cents", "var_99_cents", "es_95_cents", "es_99_cents"];
            for (key, printed) in keys.into_iter().zip(printed) {
                near(risk[key].as_f64().unwrap() / 100.0, printed, 0.03, key);
            }
        }
    }
    let risks =
        |exposure: &serde_json::Value| exposure["portfolio"]["by_rho"].as_array().unwrap().clone();
    let [conditional, drawn] = [risks(&found[0]), risks(&found[1])];
    assert_eq!(conditional.len(), 4);
    for (one, other) in conditional.iter().zip(&drawn) {
        for (key, value) in one.as_object().unwrap() {
            if key != "rho" {
                near(other[key].as_f64().unwrap(), value.as_f64().unwrap(), 0.04, key);
            }
        }
    }
}

/// Each customer's value over a year and over the first three of its months, as the figures of
/// section 2 were computed: weeks rounded to two places, months of 4.345 weeks.
fn values_by_rounded_weeks() -> Vec<(f64, f64)> {
    let day = |text: &str| {
        let part = |range: std::ops::Range<usize>| text[range].parse::<i16>().unwrap();
        let (month, day) = (part(4..6).try_into().unwrap(), part(6..8).try_into().unwrap());
        let date = jiff::civil::date(part(0..4), month, day);
        date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days()
    };
    let (mut owners, mut days, mut cents) = (Vec::new(), Vec::new(), Vec::new());
    for (customer, date, dollars) in purchases() {
        owners.push(customer - 1);
        days.push(day(date));
        cents.push(dollars.replace('.', "").parse().unwrap());
    }
    let events = Events { owners: &owners, days: &days, cents: &cents };
    let summaries = rfm::summaries(events, N_CUSTOMERS, day("19970930"));
    // A hundredth of a week is the unit of these histories.
    let hundredths = |days: u32| (days * 100 + 3) / 7;
    let histories: Vec<History> = summaries
        .iter()
        .map(|summary| {
            let History { x, t_x, t } = summary.history.unwrap();
            History { x, t_x: hundredths(t_x), t: hundredths(t) }
        })
        .collect();
    let means: Vec<f64> = summaries
        .iter()
        .zip(&histories)
        .map(|(summary, history)| match history.x {
            0 => 0.0,
            x => (summary.repeat_cents as f64 / f64::from(x)).round() / 100.0,
        })
        .collect();
    let fit = BgNbd::fit(&rfm::groups(histories.clone()), 100.0);
    assert!(fit.converged);
    let timing = Timing::BgNbd(BgNbd::new(fit.params));
    let spends: Vec<Spend> = histories
        .iter()
        .zip(&means)
        .filter(|(history, _)| history.x > 0)
        .map(|(history, &mean)| Spend { x: history.x, mean })
        .filter(|spend| spend.mean > 0.0)
        .collect();
    let spend = GammaGamma::new(GammaGamma::fit(&spends).params);
    let horizon = Horizon { n_months: 12, month: 4.345, discount: 0.01, break_months: 3 };
    let value = |(history, &mean): (&History, &f64)| {
        let (t_x, t) = (f64::from(history.t_x) / 100.0, f64::from(history.t) / 100.0);
        let p_alive = 1.0 / (1.0 + timing.ln_odds_left(history.x, t_x, t).0.exp());
        let ahead = timing.ahead(history.x, t, horizon);
        let worth = p_alive * spend.expected(history.x, mean).unwrap();
        (worth * ahead.discounted, worth * ahead.within_break)
    };
    histories.iter().zip(&means).map(value).collect()
}

#[test]
fn by_rounded_weeks_the_published_loss_comes_out_to_the_dollar() {
    let values = values_by_rounded_weeks();
    let loss: f64 = values.iter().map(|(value, pause)| 0.20 * value + 0.33 * pause).sum();
    assert!((loss - EXPECTED_LOSS).abs() < 1.0, "{loss}");

    let rows = u32::try_from(N_CUSTOMERS).unwrap();
    let cents = |of: fn(&(f64, f64)) -> f64| -> Vec<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "some dollars in cents")]
        values.iter().map(|value| (of(value) * 100.0).round() as i64).collect()
    };
    let customers = Customer::COLUMNS.iter().map(|&column| match column {
        c::CLV_FUTURE_CENTS => column.amounts(cents(|value| value.0)),
        c::CLV_BREAK_CENTS => column.amounts(cents(|value| value.1)),
        other => other.nothing(N_CUSTOMERS),
    });
    let customers: Table<Customer> = Table::of(customers.collect());
    let golden = GoldenRecord::COLUMNS.iter().map(|column| column.nothing(N_CUSTOMERS)).collect();
    let golden: Table<GoldenRecord> = Table::of(golden);
    let affected: Table<Affected> = Table::of(vec![
        c::CUSTOMER.counts((0..rows).collect()),
        c::CUSTOMER_ID.texts((0..rows).map(|row| Some(format!("c{row:04}")))),
        c::INCIDENT.same(Some("all"), N_CUSTOMERS),
        c::DATA_CLASSES.same(Some("email"), N_CUSTOMERS),
        c::EVIDENCE.same(Some("confirmed"), N_CUSTOMERS),
        c::MATCHED_BY.same(Some("email"), N_CUSTOMERS),
        c::N_SCOPE_ROWS.counts(vec![1; N_CUSTOMERS]),
        c::CLASSES_LEFT_OUT.nothing(N_CUSTOMERS),
        c::CLASSES_TOLD.nothing(N_CUSTOMERS),
    ]);
    let incident =
        "id = \"all\"\nkind = \"security_breach\"\ndiscovered_at = \"1997-10-01T00:00:00Z\"";
    let incidents = [toml::from_str(incident).unwrap()];
    let by_method = [Method::Conditional, Method::MonteCarlo].map(|method| {
        let ratios = "odds_ratios = { severity_above_two = 1, earlier_incident = 1, \
                      not_reachable = 1, long_tenure = 1, top_fifth = 1 }";
        let portfolio = PortfolioSettings { method, ..PortfolioSettings::default() };
        let settings: exposure::Settings = toml::from_str(ratios).unwrap();
        let settings = exposure::Settings { portfolio, ..settings };
        let exposed = exposure::weighed(
            &affected,
            &golden,
            &customers,
            &Table::<Lineage>::empty(),
            Everybody::of(&customers),
            &incidents,
            &DataClasses::built_in(),
            &Jurisdictions::built_in(),
            &settings,
        );
        let summary = exposed.unwrap().product.summary;
        let loss = summary.totals.expected_loss_cents.0 as f64 / 100.0;
        assert!((loss - EXPECTED_LOSS).abs() < 1.0, "{loss}");
        summary.portfolio.by_rho
    });
    for (by_rho, tolerance) in by_method.iter().zip([0.02, 0.03]) {
        for (rho, printed) in PRINTED {
            #[expect(clippy::float_cmp, reason = "as it was set")]
            let risk = by_rho.iter().find(|risk| risk.rho == rho).unwrap();
            let Risk { sd_cents, var_95_cents, var_99_cents, es_95_cents, es_99_cents, .. } = risk;
            let found = [sd_cents, var_95_cents, var_99_cents, es_95_cents, es_99_cents];
            for (found, printed) in found.into_iter().zip(printed) {
                near(found.units(), printed, tolerance, &format!("rho {rho}"));
            }
        }
    }
}

#[test]
fn a_check_from_the_command_line_is_the_known_hold_out() {
    let house = house();
    let out = headcount()
        .arg("value")
        .arg(house.path("nightly.toml"))
        .args(["--check", "--json", "--set", "value.calibration_to=1997-09-30"])
        .args(["--set", "value.observed_to=1998-06-30"])
        .output()
        .unwrap();
    let out = ended(out);
    assert_eq!(out.code, 0, "{}", out.stderr);
    let found: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let holdout = &found["hold_out"]["holdout"];
    assert_eq!((&holdout["actual"], &holdout["n_customers"]), (&1882.into(), &2357.into()));
    near(holdout["predicted"].as_f64().unwrap(), 1653.0, 1e-3, "predicted");
    near(holdout["mean_absolute_error"].as_f64().unwrap(), 0.785, 1e-3, "error");
    let fitted = &found["hold_out"]["models"][0];
    near(fitted["log_likelihood"].as_f64().unwrap(), -9_582.429_207, 1e-8, "likelihood");
    assert_eq!(fitted["converged"], true);
    // Nothing is left behind.
    assert!(!house.path("out").exists());
    let text = headcount().arg("value").arg(house.path("nightly.toml")).arg("--check").output();
    let text = ended(text.unwrap()).stdout;
    for words in ["bg_nbd for all customers", "log-likelihood -9582.4292", "by repeat purchases"] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[test]
fn models_of_one_run_value_the_next_and_what_does_not_fit_is_refused() {
    let house = house();
    let first = house.run("nightly.toml");
    let models = fs::read_to_string(first.done().join("value_models.json")).unwrap();
    let refused = |models: String, said: &[&str]| {
        let place = house.path("wrong.json");
        fs::write(&place, models).unwrap();
        house.run_with("nightly.toml", &["--set", "value.models=wrong.json"]).stopped(2, said);
    };
    refused(
        models.replace("\"schema_version\": 1", "\"schema_version\": 9"),
        &["wrong.json", "version 9, this program reads 1", "hint:"],
    );
    refused("{}".to_owned(), &["is not that kind of file"]);
    refused(models.replace("\"USD\"", "\"EUR\""), &["EUR, this run counts in USD"]);
    house
        .run_with("nightly.toml", &["--set", "value.models=absent.json"])
        .stopped(2, &["absent.json"]);

    fs::write(house.path("models.json"), &models).unwrap();
    let again = house.run_with("nightly.toml", &["--set", "value.models=models.json"]);
    let customers = |path: std::path::PathBuf| parquet(&path).drop("customer_id").unwrap();
    let (one, other) = (first.done(), again.done());
    assert!(
        customers(one.join("customers.parquet"))
            .equals_missing(&customers(other.join("customers.parquet")))
    );
    let manifest = manifest(other);
    assert_eq!(manifest["details"]["models"][0]["given"], true);
    let notes = fs::read_to_string(other.join("report.html")).unwrap();
    assert!(notes.contains("models fitted earlier, to orders up to 1997-09-30"));
    let files = manifest["config_files"].to_string();
    assert!(files.contains("models.json"), "{files}");
}

#[test]
fn what_if_is_a_matter_of_set() {
    let house = house();
    let loss = |settings: &[&str]| {
        let mut flags = Vec::new();
        for setting in settings {
            flags.extend(["--set", setting]);
        }
        let ended = house.run_with("scoping.toml", &flags);
        let text = fs::read_to_string(ended.done().join("exposure.json")).unwrap();
        let exposure: serde_json::Value = serde_json::from_str(&text).unwrap();
        let cents = |value: &serde_json::Value| value.as_f64().unwrap();
        (
            cents(&exposure["totals"]["clv_future_cents"]),
            cents(&exposure["totals"]["expected_loss_cents"]),
            cents(&exposure["portfolio"]["shortfall_by_segment"][0]["expected_shortfall_cents"]),
        )
    };
    let (future, lost, shortfall) = loss(&[]);
    // Of the margin only so much can be lost.
    let (third, lost_third, _) = loss(&["value.margin=0.3"]);
    near(third, 0.3 * future, 1e-4, "margin");
    near(lost_third, 0.3 * lost, 1e-4, "margin");
    // Two of a hundred leave, nobody pauses.
    let (_, observed, _) = loss(&["exposure.churn={ observed = \"retail\" }"]);
    near(observed, 0.02 * future, 1e-3, "observed churn");
    // A longer horizon is worth more; a longer pause loses more; a greater rho has a worse tail.
    assert!(loss(&["value.horizon_months=24"]).0 > 1.2 * future);
    let (same, longer, _) = loss(&["exposure.break_months=6"]);
    assert!((same - future).abs() < 0.5 && longer > 1.1 * lost);
    assert!(loss(&["exposure.portfolio.rho=0.2"]).2 > 1.1 * shortfall);
    // A pause cannot be longer than the horizon, and the horizon stands in one place only.
    house
        .run_with("scoping.toml", &["--set", "exposure.break_months=13"])
        .stopped(2, &["a break of 13 months does not fit a horizon of 12"]);
    house
        .run_with("scoping.toml", &["--set", "exposure.horizon_months=6"])
        .stopped(2, &["unknown field `horizon_months`"]);
}

#[test]
fn two_runs_are_compared_figure_by_figure_and_setting_by_setting() {
    let house = house();
    let one = house.run("scoping.toml");
    let other =
        house.run_with("scoping.toml", &["--set", "exposure.churn={ observed = \"high\" }"]);
    let compare = |one: &std::path::Path, other: &std::path::Path, flags: &[&str]| {
        ended(headcount().arg("compare").arg(one).arg(other).args(flags).output().unwrap())
    };
    let json = compare(one.done(), other.done(), &["--json"]);
    assert_eq!(json.code, 0, "{}", json.stderr);
    let found: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let keys: Vec<_> = found["settings"].as_array().unwrap().iter().map(|s| &s["key"]).collect();
    assert_eq!(keys, ["exposure.churn", "exposure.churn.observed"]);
    assert_eq!(found["inputs"], serde_json::json!([]));
    let total = |name: &str| {
        let totals = found["totals"].as_array().unwrap();
        let total = totals.iter().find(|total| total["name"] == name);
        let values = &total.unwrap_or_else(|| panic!("{name} is not told"))["values"];
        (values[0].as_f64().unwrap(), values[1].as_f64().unwrap())
    };
    assert_eq!(total("affected"), (2357.0, 2357.0));
    let (survey, observed) = total("expected loss");
    assert!(observed < survey / 4.0, "{survey} {observed}");
    for rho in ["0", "0.05", "0.1", "0.2"] {
        let (one, other) = total(&format!("VaR 99 % at rho {rho}"));
        assert!(one > other && other > 0.0);
    }
    let text = compare(one.done(), other.done(), &[]).stdout;
    for words in ["expected loss", "ES 95 % at rho 0.1", "further figures are the same"] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
    assert!(compare(one.done(), one.done(), &[]).stdout.contains("nothing differs"));

    let night = house.run("nightly.toml");
    let unlike = compare(one.done(), night.done(), &[]);
    assert_eq!(unlike.code, 2);
    let said = "a run of `breach_scoping` and one of `nightly_contact_quality` cannot be compared";
    assert!(unlike.stderr.contains(said), "{}", unlike.stderr);
    let absent = compare(one.done(), &house.path("nowhere"), &[]);
    assert_eq!(absent.code, 3, "{}", absent.stderr);
}
