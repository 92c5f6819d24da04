//! Does a what-if change what it says, and never end in the old figures unnoticed?

use std::fs;

use headcount::tables::layout::Customer;
use headcount::tables::{Table, column as c};

use crate::house::{House, ended, headcount, manifest, parquet};

const SCOPING: &str = "pipelines/breach_scoping.toml";
const AS_OF: [&str; 2] = ["--set", "snapshot.as_of=2026-03-02T12:00:00Z"];

#[test]
fn a_term_that_a_snapshot_cannot_follow_stops_the_run() {
    let house = House::of_the_project();
    house.run("pipelines/nightly_contact_quality.toml").done();
    let with = |set: &str| house.run_with(SCOPING, &[AS_OF[0], AS_OF[1], "--set", set]);
    with("value.margin=0.3").stopped(
        2,
        &["`value.margin` is 0.3, but the customers of the snapshot were valued with 1", "hint: "],
    );
    with("value.horizon_months=24").stopped(2, &["were valued with 12"]);
    with("value.horizon_months=12").done();
    let report = with("value.model=mbg_nbd").done().join("report.html");
    assert!(fs::read_to_string(report).unwrap().contains("[value] model plays no part"));
    // Over the exports the same what-if is carried out.
    house.run_with(SCOPING, &["--set", "value.margin=0.3"]).done();
}

#[test]
fn orders_are_converted_by_the_rate_of_their_day_and_one_without_a_rate_stops_the_run() {
    let pipeline = "pipeline = \"nightly_contact_quality\"\n[run]\nroot = \".\"\ncurrency = \"EUR\"\n\
                    clock = \"2026-03-01T00:00:00Z\"\n[[ingest.source]]\nname = \"crm\"\n\
                    files = [\"crm.csv\"]\n[[ingest.orders]]\nname = \"shop\"\n\
                    files = [\"orders.csv\"]\n[snapshot]\nwrite = false\n[value]\nrates_file = \"rates.csv\"\n";
    let house = House::new()
        .file("crm.csv", "source_id,customer_key,email\n1,K1,one@example.com\n")
        .file(
            "orders.csv",
            "customer_key,at,amount,currency\nK1,2026-01-10,100.00,USD\n\
             K1,2026-02-10,100.00,USD\nK1,2026-02-11,1.00,EUR\n",
        )
        .file("rates.csv", "Date,USD,JPY,\n2026-02-06,1.25,180,\n2026-01-09,2.00,N/A,\n")
        .file("night.toml", pipeline);
    let past = |flags: &[&str]| {
        let ended = house.run_with("night.toml", flags);
        let customers = ended.done().join("customers.parquet");
        let customers = Table::<Customer>::new(&parquet(&customers)).unwrap();
        customers.cents(c::CLV_PAST_CENTS).get(0).unwrap()
    };
    assert_eq!(past(&[]), 5_000 + 8_000 + 100);
    // A rate that is set goes before the file's.
    assert_eq!(past(&["--set", "value.rates.USD=0.5"]), 5_000 + 5_000 + 100);
    let house = house.file("rates.csv", "currency,date,rate\nUSD,2026-02-01,0.8\n");
    house.run("night.toml").stopped(2, &["1 orders before 2026-02-01 are in USD", "no rate then"]);
    let house = house.file("rates.csv", "currency,date,rate\nUSD,2026-02-01,0,8\n");
    house.run("night.toml").stopped(2, &["rates.csv:2", "column rate", "found: 0"]);
}

#[test]
fn amounts_beyond_all_bounds_are_told_and_valued_by_nothing() {
    let key = |n: usize| format!("source_id,customer_key,email\n{n},K{n},p{n}@example.com\n");
    let house = House::new()
        .file("crm.csv", key(1))
        .file(
            "orders.csv",
            "customer_key,at,amount,currency\nK1,2025-01-10,90000000000000000.00,EUR\n\
             K1,2025-02-10,90000000000000000.00,EUR\nK1,2025-12-11,90000000000000000.00,EUR\n",
        )
        .file(
            "night.toml",
            "pipeline = \"nightly_contact_quality\"\n[run]\nroot = \".\"\ncurrency = \"EUR\"\n\
             clock = \"2026-03-01T00:00:00Z\"\n[[ingest.source]]\nname = \"crm\"\n\
             files = [\"crm.csv\"]\n[[ingest.orders]]\nname = \"shop\"\nfiles = [\"orders.csv\"]\n",
        );
    let report = fs::read_to_string(house.run("night.toml").done().join("report.html")).unwrap();
    assert!(report.contains("1 customers have orders of amounts beyond all bounds"), "{report}");
}

#[test]
fn figures_that_are_encrypted_are_named_and_not_taken_for_absent() {
    let house = House::of_the_project();
    let plain = house.run(SCOPING);
    let key = age::x25519::Identity::generate().to_public();
    let recipients = format!("run.encrypt.recipients=[\"{key}\"]");
    let outputs = "run.encrypt.outputs=[\"exposure.json\"]";
    let sealed = house.run_with(SCOPING, &["--set", &recipients, "--set", outputs]);
    let run = |json: &[&str]| {
        let mut command = headcount();
        command.arg("compare").arg(plain.done()).arg(sealed.done()).args(json);
        let compared = ended(command.output().unwrap());
        assert_eq!(compared.code, 0, "{}", compared.stderr);
        compared.stdout
    };
    let id = manifest(sealed.done())["run_id"].as_str().unwrap().to_owned();
    assert!(run(&[]).contains(&format!("since it is encrypted: {id}: exposure.json.age")));
    let json: serde_json::Value = serde_json::from_str(&run(&["--json"])).unwrap();
    assert_eq!(json["sealed"][0], format!("{id}: exposure.json.age"));
}
