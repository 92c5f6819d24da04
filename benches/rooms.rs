//! One group per room: how long does it take over 10 k and 100 k invented contacts?

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use headcount::ledger::Counted;
use headcount::matching::{Decisions, Matched};
use headcount::merge::Merged;
use headcount::output::Folder;
use headcount::pipeline::{Flags, Plan};
use headcount::progress::Progress;
use headcount::tables::layout::RawContact;
use headcount::tables::{Layout, Table, column};
use headcount::validate::Validated;
use headcount::{exposure, ingest, matching, merge, scope, standardize, synth, validate, value};
use jiff::Timestamp;
use rayon::prelude::*;

const SIZES: [usize; 2] = [10_000, 100_000];

/// Invents exports of a size beside a pipeline that reads them.
fn plan(n_contacts: usize, folder: &Path) -> Plan {
    let place = folder.join(n_contacts.to_string());
    let mut exports = Folder::begin(&place).unwrap();
    let settings = synth::Settings { n_contacts, ..synth::Settings::default() };
    synth::exports(&settings, &mut exports, &Progress::silent()).unwrap();
    let pipeline = include_str!("../pipelines/breach_scoping.toml")
        .replace("root = \"..\" ", "root = \".\" ")
        .replace("sample_data/", "");
    exports.text("scoping.toml", &pipeline).unwrap();
    let place = exports.finish().unwrap();
    Plan::load(&place.join("scoping.toml"), &Flags::default()).unwrap()
}

fn read(plan: &Plan) -> Vec<Table<RawContact>> {
    let sources = ingest::open(&plan.config.ingest, &plan.root).unwrap();
    let mut batches: Vec<_> = sources
        .batches()
        .enumerate()
        .par_bridge()
        .map(|(place, batch)| (place, batch.unwrap().parse().unwrap().contacts))
        .collect();
    batches.sort_by_key(|(place, _)| *place);
    batches.into_iter().map(|(_, contacts)| contacts).collect()
}

fn tidied(plan: &Plan, raw: &[Table<RawContact>]) -> Vec<standardize::Standardized> {
    raw.par_iter().map(|raw| standardize::contacts(raw, &plan.config.standardize)).collect()
}

fn valid(plan: &Plan, raw: &[Table<RawContact>]) -> Validated {
    let parts = raw
        .par_iter()
        .map(|raw| {
            let tidy = standardize::contacts(raw, &plan.config.standardize);
            let tidy = (tidy.contacts, tidy.points, tidy.findings);
            validate::contacts(tidy, raw, "bench", &plan.config.validate)
        })
        .collect();
    validate::joined(parts, &plan.config.validate)
}

fn clusters(plan: &Plan, valid: &Validated) -> Counted<Matched> {
    let (settings, silent) = (&plan.config.matching, Progress::silent());
    matching::clusters(&valid.contacts, &valid.points, &Decisions::default(), settings, &silent)
}

fn rooms(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    for n_contacts in SIZES {
        let plan = plan(n_contacts, folder.path());
        let mut bench = |room: &str, work: &mut dyn FnMut()| {
            let mut group = criterion.benchmark_group(room);
            group.sample_size(10).throughput(Throughput::Elements(n_contacts as u64));
            group.bench_function(BenchmarkId::from_parameter(n_contacts), |timer| {
                timer.iter(&mut *work);
            });
            group.finish();
        };
        let raw = read(&plan);
        let valid = valid(&plan, &raw);
        let Validated { contacts, points, .. } = &valid;
        let Matched { membership, .. } = clusters(&plan, &valid).product;
        let merged = || merge::golden_records(contacts, points, &membership, &plan.config.merge);
        let Merged { golden, lineage, .. } = merged().product;
        let orders = ingest::orders(&plan.config.ingest, &plan.root).unwrap().product.orders;
        let valued = || {
            let settings = &plan.config.value;
            let n_customers = golden.height();
            let purchases =
                value::Purchases::of(&orders, n_customers, &lineage, points, settings, now());
            value::customers(&golden, Some(&purchases.unwrap()), settings, 3, now()).unwrap()
        };
        let customers = valued().product.customers;
        let n_bytes_max = plan.config.scope.file_bytes_max;
        let listed =
            ingest::scope(&plan.incidents, &plan.root, &plan.classes, n_bytes_max).unwrap();
        let entries = standardize::scope_entries(listed.entries, &plan.config.standardize);
        let customer_of: Vec<u32> = lineage.count(column::CUSTOMER).into_no_null_iter().collect();
        let all = |n: usize| (0..u32::try_from(n).unwrap()).collect::<Vec<_>>();
        let (persons, records) = (all(golden.height()), all(contacts.height()));
        let numbers = scope::Numbers { customers: &persons, records: &records };
        let known = scope::Known { contacts, points, outdated: &[], lineage: &lineage };
        let lists = scope::Lists {
            incidents: &plan.incidents,
            entries: &entries,
            keys: &[],
            named: &[],
            samples: &[],
            rulings: &[],
            canaries: None,
        };
        let scoped = || {
            let join = scope::Join::open(&lists).unwrap();
            let met = join.met(points);
            let joined = join.judged([met], &customer_of, &plan.config.scope).unwrap();
            joined.affected(&known, numbers, None, &plan.config.scope)
        };
        let scope::Scoped { affected, .. } = scoped().product;
        let weighed = || {
            let (classes, laws) = (&plan.classes, &plan.laws);
            let (incidents, settings) = (&plan.incidents, &plan.config.exposure);
            let everybody = exposure::Everybody::of(&customers);
            exposure::weighed(
                &affected, &golden, &customers, &lineage, everybody, incidents, classes, laws,
                settings,
            )
            .unwrap()
        };

        bench("ingest", &mut || drop(black_box(read(&plan))));
        bench("standardize", &mut || drop(black_box(tidied(&plan, &raw))));
        bench("matching", &mut || drop(black_box(clusters(&plan, &valid))));
        bench("merge", &mut || drop(black_box(merged())));
        bench("value", &mut || drop(black_box(valued())));
        bench("scope", &mut || drop(black_box(scoped())));
        bench("exposure", &mut || drop(black_box(weighed())));
    }
}

/// Values per second of each standardizer on one core: batches that hold nothing but its columns.
fn standardizers(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(100_000, folder.path());
    let raw = read(&plan);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for (name, columns) in [
        ("email", &["email"][..]),
        ("phone", &["phone", "country"]),
        ("name", &["first_name", "last_name", "full_name"]),
        ("date", &["birth_date"]),
        ("address", &["street", "city", "region", "postal_code", "country"]),
        ("language", &["language"]),
    ] {
        let only: Vec<Table<RawContact>> = raw.iter().map(|raw| with_only(raw, columns)).collect();
        let n_values: usize = only
            .iter()
            .flat_map(|raw| columns.iter().map(|column| raw.frame().column(column).unwrap()))
            .map(|column| column.len() - column.null_count())
            .sum();
        let mut group = criterion.benchmark_group(format!("standardizer {name}"));
        group.sample_size(10).throughput(Throughput::Elements(n_values as u64));
        group.bench_function("values", |timer| {
            timer.iter(|| {
                pool.install(|| {
                    for raw in &only {
                        black_box(standardize::batch(raw, &plan.config.standardize));
                    }
                });
            });
        });
        group.finish();
    }
}

/// Gives the table with source, line and these columns; the others hold nothing.
fn with_only(raw: &Table<RawContact>, columns: &[&str]) -> Table<RawContact> {
    let kept = RawContact::COLUMNS.iter().zip(raw.frame().columns()).map(|(column, filled)| {
        if ["source", "line"].contains(&column.name) || columns.contains(&column.name) {
            filled.clone()
        } else {
            column.nothing(raw.height())
        }
    });
    Table::of(kept.collect())
}

/// A day after the one on which the invented exports were made.
fn now() -> Timestamp {
    "2026-03-02T02:00:00Z".parse().unwrap()
}

criterion_group!(benches, rooms, standardizers);
criterion_main!(benches);
