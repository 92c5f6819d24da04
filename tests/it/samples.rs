//! A sample of mixed columns: whom it means, whose data it is, and what people decide of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::house::{House, manifest, parquet};

const CRM: &str = "Id,First,Last,Mail,Phone,Born,Street,City,Region,Zip,Country,Created,Updated\n\
    1,Ada,Quill,ada@example.com,+12025550101,1980-03-07,1 Elm St,Fresno,CA,93650,US,2025-05-01T00:00:00Z,2025-06-01T00:00:00Z\n\
    2,Ben,Rowe,ben@example.com,+12025550102,1981-04-08,2 Elm St,Fresno,CA,93650,US,2025-07-01T00:00:00Z,2025-08-01T00:00:00Z\n\
    3,Dan,Tiller,dan@example.com,,1975-01-02,3 Oak Ave,Fresno,CA,93650,US,2025-01-01T00:00:00Z,\n\
    4,Dan,Tiller,tiller.d@example.org,,1991-11-12,88 Pine Rd,Eureka,CA,95501,US,2025-01-01T00:00:00Z,\n\
    5,Eve,Underhill,eve@example.com,,1969-12-13,5 Elm St,Fresno,CA,93650,US,2025-01-01T00:00:00Z,\n";

const SHOP: &str = "Id,First,Last,Mail,Phone,Born,Street,City,Region,Zip,Country,Created,Updated\n\
    K1,A.,Quill,ada.quill@example.org,,,10 Main St,Oakland,CA,94601,US,2026-02-01T00:00:00Z,\n\
    K2,Ben,Rowe,ben@example.com,,1981-04-08,2 Elm Street,Fresno,CA,93650,US,2026-02-01T00:00:00Z,\n";

/// Ada and Ben as the CRM knows them; a Dan of whom nothing else is known; a stranger; a row of
/// nothing; a row that is cut off.
const DUMP: &str = "given;family;dob;addr;town;zip;mail\n\
    Ada;Quill;1980-03-07;1 Elm St;Fresno;93650;ada@example.com\n\
    Ben;Rowe;1981-04-08;2 Elm St;Fresno;93650;\n\
    Dan;Tiller;;;;;\n\
    Zora;Vance;1988-08-08;9 Birch Way;Salem;97301;zora@elsewhere.example\n\
    ;;;;;;\n\
    Cut;Off\n";

const SCOPE: &str = "[[scope]]\nname = \"dump\"\nfile = \"dump.csv\"\nidentifier = \"sample\"\n\
    data_classes = [\"name\", \"ssn\"]\nconstants.country = \"US\"\n\
    [scope.columns]\nfirst_name = \"given\"\nlast_name = \"family\"\nbirth_date = \"dob\"\n\
    street = \"addr\"\ncity = \"town\"\npostal_code = \"zip\"\nemail = [\"mail\"]\n";

fn pipeline(job: &str, rest: &str) -> String {
    let source = |name: &str| {
        format!(
            "[[ingest.source]]\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\n\
             [ingest.source.columns]\nsource_id = \"Id\"\nfirst_name = \"First\"\n\
             last_name = \"Last\"\nemail = \"Mail\"\nphone = \"Phone\"\nbirth_date = \"Born\"\n\
             street = \"Street\"\ncity = \"City\"\nregion = \"Region\"\npostal_code = \"Zip\"\n\
             country = \"Country\"\ncreated_at = \"Created\"\nupdated_at = \"Updated\"\n"
        )
    };
    let (crm, shop) = (source("crm"), source("shop"));
    format!("pipeline = \"{job}\"\n{rest}\n[run]\nroot = \".\"\n{crm}{shop}")
}

fn house(scope: &str) -> House {
    let incident = format!(
        "id = \"leak\"\nkind = \"security_breach\"\noccurred_from = \"2025-09-01T00:00:00Z\"\n\
         occurred_to = \"2026-02-20T00:00:00Z\"\ndiscovered_at = \"2026-02-25T00:00:00Z\"\n\
         confirmed_at = \"2026-02-25T00:00:00Z\"\ndetermination_at = \"2026-02-25T00:00:00Z\"\n{scope}"
    );
    House::new()
        .file("crm.csv", CRM)
        .file("shop.csv", SHOP)
        .file("dump.csv", DUMP)
        .file("incident.toml", incident)
        .file("nightly.toml", pipeline("nightly_contact_quality", ""))
        .file("scoping.toml", pipeline("breach_scoping", "incidents = [\"incident.toml\"]"))
        .flag("--set")
        .flag("run.clock=2026-03-01T00:00:00Z")
}

fn column(run: &Path, file: &str, name: &str) -> Vec<String> {
    let frame = parquet(&run.join(file));
    let cells = frame.column(name).unwrap().str().unwrap().clone();
    cells.iter().map(|cell| cell.unwrap_or_default().to_owned()).collect()
}

/// What was decided, by the source ids of each person: outcome and reason.
fn decided(run: &Path) -> BTreeMap<String, String> {
    let mut records: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ids = column(run, "lineage.parquet", "customer_id");
    for (id, record) in ids.into_iter().zip(column(run, "lineage.parquet", "source_id")) {
        records.entry(id).or_default().push(record);
    }
    let outcomes = column(run, "decisions.parquet", "outcome");
    let reasons = column(run, "decisions.parquet", "outcome_reason");
    let cells = outcomes.into_iter().zip(reasons);
    column(run, "decisions.parquet", "customer_id")
        .into_iter()
        .zip(cells)
        .map(|(id, (outcome, reason))| {
            (records[&id].join("+"), format!("{outcome} {reason}").trim().to_owned())
        })
        .collect()
}

fn possible(run: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(run.join("possible.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|found| row(found.unwrap())).collect()
}

/// What was said, without the ends of its lines.
fn unwrapped(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stake(run: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(run.join("exposure.json")).unwrap()).unwrap()
}

#[test]
fn a_sample_names_customers_by_tiers_and_the_doubtful_are_for_review() {
    let house = house(SCOPE);
    let ended = house.run("scoping.toml");
    let run = ended.done();
    let decisions = decided(run);
    assert_eq!(decisions["1"], "notified");
    assert_eq!(decisions["2+K2"], "notified");
    assert_eq!(decisions["3"], "held needs_review");
    assert_eq!(decisions["4"], "held needs_review");
    assert_eq!(decisions.len(), 4, "{decisions:?}");

    let rows = possible(run);
    assert_eq!(rows.len(), 2);
    for row in &rows {
        assert_eq!((row["scope_line"].as_str(), row["source_b"].as_str()), ("4", "crm"));
        assert_eq!(row["evidence"], "possible");
        assert!(row["agrees_on"].contains("name"), "{row:?}");
        assert_eq!((row["decision"].as_str(), row["who"].as_str()), ("", ""));
    }
    let file = &manifest(run)["details"]["scope_files"][0];
    // Zora is nobody's; the row of nothing and the one that is cut off name nobody at all.
    let counts = ["n_rows", "n_matched", "n_unmatched", "n_invalid"].map(|count| &file[count]);
    assert_eq!(counts, [6, 3, 1, 2]);
    let why = column(run, "why.parquet", "identifier");
    assert!(why.iter().all(|identifier| identifier == "sample"), "{why:?}");
}

#[test]
fn a_sample_tells_whose_data_it_is_and_when_it_was_taken() {
    let house = house(SCOPE);
    let ended = house.run("scoping.toml");
    let sample = &stake(ended.done())["samples"][0];
    assert_eq!(sample["file"], "dump");
    assert_eq!(sample["n_confirmed"].as_u64().unwrap() + sample["n_probable"].as_u64().unwrap(), 2);
    assert_eq!((&sample["n_possible"], &sample["closest_source"]), (&1.into(), &"crm".into()));
    let overlap = sample["overlap_share_estimated"].as_f64().unwrap();
    assert!((0.2..0.9).contains(&overlap), "{overlap}");
    let sources = sample["sources"].as_array().unwrap();
    let of = |name: &str| sources.iter().find(|of| of["source"] == name).unwrap();
    assert_eq!((&of("crm")["n_rows"], &of("crm")["n_rows_whole"]), (&2.into(), &2.into()));
    // Ben's shop record writes another street name: whoever took the sample took it elsewhere.
    assert_eq!((&of("shop")["n_rows"], &of("shop")["n_rows_whole"]), (&1.into(), &0.into()));
    // The newest record of the CRM that stands in the sample is Ben's.
    assert_eq!(sample["taken_not_before"], "2025-07-01T00:00:00Z");
    assert_eq!(of("crm")["newest_updated_at"], "2025-08-01T00:00:00Z");
    let said = unwrapped(&ended.stderr);
    assert!(said.contains("2 of 5 rows are of customers"), "{said}");
    let page = fs::read_to_string(ended.done().join("report.html")).unwrap();
    assert!(page.contains("looks like data of crm: rows that agree in every field"), "{page}");
    assert!(page.contains("was taken not before 2025-07-01T00:00:00Z"), "{page}");
    assert!(said.contains("possible.csv"), "{said}");
}

#[test]
fn what_is_decided_of_a_doubtful_row_is_replayed() {
    let house = house(SCOPE);
    let first = house.run("scoping.toml");
    let rows = fs::read_to_string(first.done().join("possible.csv")).unwrap();
    let decide = |verdict: &dyn Fn(&str) -> &'static str| {
        let mut lines = rows.lines();
        let header = lines.next().unwrap().to_owned();
        let decided = lines.map(|line| {
            let start = line.strip_suffix(",,").unwrap();
            let id = start.trim_end_matches(',').rsplit(',').next().unwrap().to_owned();
            format!("{start}{},kim,2026-03-01", verdict(&id))
        });
        [header].into_iter().chain(decided).collect::<Vec<_>>().join("\n")
    };
    let flags =
        ["--set", "scope.decisions=decisions.csv", "--set", "run.clock=2026-03-02T00:00:00Z"];

    // The younger Dan was recognised; the other is no longer meant.
    let house = house.file("decisions.csv", decide(&|id| if id == "4" { "same" } else { "" }));
    let second = house.run_with("scoping.toml", &flags);
    let decisions = decided(second.done());
    assert_eq!(decisions.get("4").map(String::as_str), Some("notified"));
    assert_eq!(decisions.get("3"), None);
    assert!(possible(second.done()).is_empty());

    // Neither is meant: the row names nobody and stays potentially affected.
    let house = house.file("decisions.csv", decide(&|_| "different"));
    let third = house.run_with("scoping.toml", &flags);
    let decisions = decided(third.done());
    assert!(!decisions.contains_key("3") && !decisions.contains_key("4"), "{decisions:?}");
    let unmatched = fs::read_to_string(third.done().join("unmatched_scope.csv")).unwrap();
    assert!(unmatched.contains("leak,dump,4,sample,unmatched"), "{unmatched}");
}

#[test]
fn a_decision_on_a_row_that_is_not_there_is_told_by_its_line() {
    let file = "source_a,source_id_a,source_b,source_id_b,decision,who,when\n\
                leak/dump,row:0000000000000000,crm,4,same,kim,2026-03-01\n";
    let ended = house(SCOPE)
        .file("decisions.csv", file)
        .run_with("scoping.toml", &["--set", "scope.decisions=decisions.csv"]);
    ended.done();
    let said = unwrapped(&ended.stderr);
    assert!(said.contains("does not have: lines 2"), "{said}");
}

#[test]
fn a_sample_of_nobody_here_touches_nobody_and_stops_nothing() {
    let house = house(SCOPE)
        .file("dump.csv", "given;family;dob;addr;town;zip;mail\nZora;Vance;1988-08-08;;;;\n");
    let ended = house.run("scoping.toml");
    assert!(decided(ended.done()).is_empty());
    assert_eq!(stake(ended.done())["samples"][0]["n_nobody"], 1);
}

#[test]
fn a_canary_in_a_sample_proves_where_it_comes_from_and_is_not_told() {
    let dump = format!("{DUMP}Eve;Underhill;1969-12-13;5 Elm St;Fresno;93650;eve@example.com\n");
    let house =
        house(SCOPE).file("dump.csv", dump).file("canaries.csv", "canary\neve@example.com\n");
    let ended = house.run_with("scoping.toml", &["--set", "scope.canaries=canaries.csv"]);
    let canaries = fs::read_to_string(ended.done().join("canaries.csv")).unwrap();
    assert!(canaries.lines().any(|line| line.starts_with("leak,dump,8,sample")), "{canaries}");
    assert!(!decided(ended.done()).contains_key("5"));
}

#[test]
fn who_was_deleted_since_is_found_in_the_sample_and_a_change_dates_the_theft() {
    let house = house(SCOPE);
    house.run_with("nightly.toml", &["--set", "run.clock=2025-09-15T00:00:00Z"]).done();
    // Since that night Ada has another mailbox, and Ben has left.
    let now = CRM
        .lines()
        .filter(|line| !line.starts_with("2,"))
        .map(|line| {
            line.replace("ada@example.com", "ada@new.example.com")
                .replace("2025-06-01T", "2026-01-05T")
        })
        .collect::<Vec<_>>()
        .join("\n");
    let shop = SHOP.lines().filter(|line| !line.starts_with("K2")).collect::<Vec<_>>().join("\n");
    let house = house.file("crm.csv", now).file("shop.csv", shop);
    let ended = house.run("scoping.toml");
    let decisions = decided(ended.done());
    assert!(decisions.iter().any(|(who, what)| who.contains('2') && what == "notified"));
    let sample = &stake(ended.done())["samples"][0];
    assert_eq!(sample["taken_before"], "2026-01-05T00:00:00Z");
}

#[test]
fn a_sample_that_is_mapped_wrongly_is_refused_before_anything_is_read() {
    let check = |from: &str, to: &str, said: &[&str]| {
        let house = house(&SCOPE.replace(from, to));
        let ended = house.check("scoping.toml");
        assert!(ended.code == 2 || ended.code == 3, "{}", ended.stderr);
        for words in said {
            assert!(ended.stderr.contains(words), "{words:?} is not in:\n{}", ended.stderr);
        }
    };
    check("first_name = ", "frist_name = ", &["frist_name", "did you mean `first_name`?"]);
    check("= \"given\"", "= \"gven\"", &["column `gven` is missing", "given"]);
    check("constants.country", "column = \"given\"\nconstants.country", &["several columns"]);
    check("identifier = \"sample\"", "identifier = \"email\"", &["maps columns, but is no sample"]);
}
