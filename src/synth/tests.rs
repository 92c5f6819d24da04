use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use polars::prelude::{ParquetReader, SerReader};

use super::*;
use crate::fault::{Exit, Fault};
use crate::terms::Incident;

/// A data set on disk, as long as the test needs it.
struct House {
    _held: tempfile::TempDir,
    place: PathBuf,
    summary: Summary,
}

fn house(settings: &Settings) -> House {
    let held = tempfile::tempdir().unwrap();
    let mut folder = Folder::begin(&held.path().join("out")).unwrap();
    let counted = exports(settings, &mut folder, &Progress::silent()).unwrap();
    let summary = crate::ledger::Ledger::default().enter(counted);
    House { place: folder.finish().unwrap(), _held: held, summary }
}

fn of(n_contacts: usize, seed: u64) -> Settings {
    Settings { n_contacts, seed, ..Settings::default() }
}

impl House {
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.place.join(name)).unwrap()
    }

    /// Reads a source as its header and rows of bytes, rows of any length.
    fn csv(&self, name: &str) -> (Vec<String>, Vec<csv::ByteRecord>) {
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).from_path(self.place.join(name)).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        (header, reader.byte_records().map(Result::unwrap).collect())
    }

    fn shop(&self) -> polars::prelude::DataFrame {
        let file = fs::File::open(self.place.join("crm/shop.parquet")).unwrap();
        ParquetReader::new(file).finish().unwrap()
    }

    /// Lists source and id of every readable record.
    fn record_ids(&self) -> Vec<(String, String)> {
        let mut ids = Vec::new();
        for source in ["salesforce", "hubspot"] {
            let (header, rows) = self.csv(&format!("crm/{source}.csv"));
            let whole = rows.iter().filter(|row| {
                row.len() == header.len() && row.iter().all(|cell| str::from_utf8(cell).is_ok())
            });
            ids.extend(
                whole.map(|row| (source.to_owned(), str::from_utf8(&row[0]).unwrap().to_owned())),
            );
        }
        let shop = self.shop();
        let keys = shop.column("kundennummer").unwrap().str().unwrap();
        ids.extend(keys.iter().map(|key| ("shop".to_owned(), key.unwrap().to_owned())));
        ids
    }

    fn truth(&self) -> Vec<(String, String, String)> {
        csv::Reader::from_path(self.place.join("truth.csv"))
            .unwrap()
            .deserialize()
            .map(Result::unwrap)
            .collect()
    }
}

fn bytes_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(bytes_below(&path));
        } else {
            let name = path.strip_prefix(folder).unwrap().to_owned();
            files.insert(
                folder.file_name().map(|f| Path::new(f).join(name)).unwrap(),
                fs::read(&path).unwrap(),
            );
        }
    }
    files
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_thread_and_on_three() {
    let settings = of(2 * chunk::N_RECORDS + 5000, 11);
    let made = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let house = pool.install(|| house(&settings));
        bytes_below(&house.place)
    };
    let (one, three) = (made(1), made(3));
    assert_eq!(one.len(), 10);
    for (name, bytes) in &one {
        assert!(bytes == &three[name], "{} differs", name.display());
    }
}

#[test]
fn the_sample_data_are_what_their_command_makes() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let house = house(&of(600, 7));
    for name in writing::FILES.into_iter().chain(["incidents/incident.toml"]) {
        let same = fs::read(kept.join(name)).unwrap() == fs::read(house.place.join(name)).unwrap();
        assert!(same, "{name} differs: run the command of sample_data/README.md");
    }
}

#[test]
fn another_seed_gives_other_people() {
    let emails = |seed| house(&of(300, seed)).csv("crm/hubspot.csv").1;
    assert_ne!(emails(1), emails(2));
}

#[test]
fn the_truth_covers_every_readable_record_once() {
    let house = house(&of(5000, 3));
    let ids: BTreeSet<_> = house.record_ids().into_iter().collect();
    let truth = house.truth();
    let in_truth: BTreeSet<_> =
        truth.iter().map(|(source, id, _)| (source.clone(), id.clone())).collect();
    assert_eq!(truth.len(), in_truth.len(), "a record stands twice in the truth");
    assert_eq!(in_truth, ids);
    assert_eq!(ids.len() + house.summary.n_broken, house.summary.n_records());
    let people: BTreeSet<_> = truth.iter().map(|(_, _, person)| person.as_str()).collect();
    // A person whose every row is broken has no line in the truth.
    assert!(house.summary.n_people - people.len() <= house.summary.n_broken);
}

#[test]
fn as_many_records_as_asked_for_and_the_traps() {
    for n_contacts in [1, 7, 600] {
        let summary = house(&Settings { traps: false, ..of(n_contacts, 1) }).summary;
        assert_eq!(summary.n_records(), n_contacts);
    }
    let with_traps = house(&of(600, 1)).summary;
    assert_eq!(with_traps.n_records(), 600 + 23);
}

#[test]
fn duplicates_and_hard_cases_are_as_frequent_as_said() {
    let house = house(&Settings { traps: false, ..of(30_000, 5) });
    let near = |what: &str, n: usize, of: usize, share: f64| {
        let found = n as f64 / of as f64;
        let slack = 4.0 * (share * (1.0 - share) / of as f64).sqrt() + 0.1 * share;
        assert!((found - share).abs() < slack, "{what}: {found} instead of {share}");
    };
    let n = house.summary.n_records();
    near("duplicates", n - house.summary.n_people, n, 0.2);

    let (header, rows) = house.csv("crm/salesforce.csv");
    let place = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    let count = |column: &str, is: &dyn Fn(&str) -> bool| {
        let place = place(column);
        rows.iter()
            .filter(|row| row.get(place).and_then(|c| str::from_utf8(c).ok()).is_some_and(is))
            .count()
    };
    let n = rows.len();
    near("opt-outs", count("HasOptedOutOfEmail", &|c| c == "1"), n, odds::records::EMAIL_OPT_OUT);
    near("no e-mail", count("Email", &str::is_empty), n, odds::MISSING_SALESFORCE.email);
    near("no birth date", count("Birthdate", &str::is_empty), n, odds::MISSING_SALESFORCE.birth);
    let held = n - count("Email", &str::is_empty);
    let is_placeholder = |c: &str| typist::PLACEHOLDER_EMAILS.contains(&c);
    near("placeholders", count("Email", &is_placeholder), held, odds::records::PLACEHOLDER_EMAIL);
    let in_capitals = |c: &str| c.contains('@') && !c.chars().any(char::is_lowercase);
    near("capitals", count("Email", &in_capitals), held, odds::records::EMAIL_CAPITALS);
    let tagged = |c: &str| c.contains('+');
    near("tags", count("Email", &tagged), held, odds::records::EMAIL_PLUS_TAG);
    let broken = house.csv("crm/salesforce.csv").1.len() + house.csv("crm/hubspot.csv").1.len();
    near("broken rows", house.summary.n_broken, broken, odds::records::BROKEN_ROW);
}

#[test]
fn the_sources_say_the_same_things_in_their_own_ways() {
    let house = house(&of(600, 7));
    let (salesforce, rows) = house.csv("crm/salesforce.csv");
    assert_eq!(salesforce, exports::SALESFORCE);
    assert_eq!(rows.len(), house.summary.n_salesforce);
    let (hubspot, rows) = house.csv("crm/hubspot.csv");
    assert_eq!(hubspot, exports::HUBSPOT);
    assert_eq!(rows.len(), house.summary.n_hubspot);
    let several = hubspot.iter().position(|name| name == "Additional email addresses").unwrap();
    assert!(rows.iter().any(|row| row[several].contains(&b';') || row[several].contains(&b'@')));
    let shop = house.shop();
    assert_eq!(shop.height(), house.summary.n_shop);
    let births = shop.column("geburtsdatum").unwrap().str().unwrap();
    let is_german = |day: &str| day.len() == 10 && day.as_bytes()[2] == b'.';
    assert!(births.iter().flatten().all(is_german));
}

#[test]
fn orders_name_customers_that_exist() {
    let house = house(&of(3000, 2));
    let ids: BTreeSet<_> = house.record_ids().into_iter().map(|(_, id)| id).collect();
    let (header, rows) = house.csv("orders/orders.csv");
    assert_eq!(header, ["customer_key", "order_id", "at", "amount", "currency"]);
    assert_eq!(rows.len(), house.summary.n_orders);
    let mut order_ids = BTreeSet::new();
    for row in &rows {
        let cells: Vec<_> = row.iter().map(|cell| str::from_utf8(cell).unwrap()).collect();
        assert!(ids.contains(cells[0]), "an order of nobody");
        assert!(order_ids.insert(cells[1].to_owned()), "an order id twice");
        assert!(cells[2].parse::<jiff::Timestamp>().is_ok());
        assert!(cells[3].parse::<f64>().unwrap() > 0.0);
        assert_eq!(cells[4], "EUR");
    }
}

#[test]
fn the_incident_can_be_read_and_its_files_are_there() {
    let house = house(&of(2000, 4));
    let incident: Incident = toml::from_str(&house.read("incidents/incident.toml")).unwrap();
    let kinds: Vec<_> = incident.scope_files.iter().map(|file| file.identifier.word()).collect();
    assert_eq!(kinds, ["email", "email_sha256", "record_id"]);
    let classes = crate::rules::DataClasses::built_in();
    for file in &incident.scope_files {
        assert!(house.read(&format!("incidents/{}", file.file)).lines().count() > 5);
        assert!(file.data_classes.iter().all(|code| classes.get(code).is_some()));
    }
    let truth: BTreeSet<_> = house.truth().into_iter().map(|(_, _, person)| person).collect();
    for line in house.read("truth_affected.csv").lines().skip(1) {
        let (id, person) = line.split_once(',').unwrap();
        assert_eq!(id, incident.id);
        assert!(truth.contains(person), "{person} is affected and unknown");
    }
}

#[test]
fn the_lists_hold_what_lists_hold() {
    let house = house(&of(30_000, 6));
    let mailing = house.read("incidents/mailing_emails.csv");
    let rows: Vec<_> = mailing.lines().skip(1).collect();
    let once: BTreeSet<_> = rows.iter().map(|row| row.to_lowercase()).collect();
    assert!(once.len() < rows.len(), "no row stands twice");
    assert!(rows.iter().any(|row| !row.contains('@')), "every row can be read");
    assert!(rows.iter().any(|row| row.contains("elsewhere.example")), "every row names somebody");
    let leaked = house.read("incidents/leaked_sha256.txt");
    let n_hashes = leaked.lines().filter(|row| row.len() == 64).count();
    assert!(n_hashes > 1000 && n_hashes < leaked.lines().count());
    // Some addresses come from the second address of a record.
    let (header, hubspot) = house.csv("crm/hubspot.csv");
    let place = header.iter().position(|name| name == "Additional email addresses").unwrap();
    let second: BTreeSet<_> = hubspot
        .iter()
        .filter_map(|row| row.get(place))
        .flat_map(|cell| {
            String::from_utf8_lossy(cell).split(';').map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(rows.iter().any(|row| second.contains(*row)));
}

#[test]
fn settings_out_of_range_are_refused_before_anything_is_written() {
    let refused = |settings: &Settings| {
        let held = tempfile::tempdir().unwrap();
        let mut folder = Folder::begin(&held.path().join("out")).unwrap();
        let error = exports(settings, &mut folder, &Progress::silent()).unwrap_err();
        assert!(folder.written().is_empty());
        assert_eq!(error.exit(), Exit::Usage);
        error.to_string()
    };
    assert!(refused(&of(0, 1)).contains("n_contacts"));
    let greedy = Settings { duplicate_share: 0.9, ..of(10, 1) };
    assert!(refused(&greedy).contains("duplicate_share"));
    let nowhere = Settings { countries: BTreeMap::new(), ..of(10, 1) };
    assert!(refused(&nowhere).contains("countries"));
}

#[test]
fn settings_are_read_from_a_file_and_unknown_keys_are_refused() {
    let settings: Settings =
        toml::from_str("n_contacts = 5\nclock = \"2025-01-31\"\ncountries = { DE = 1.0 }").unwrap();
    assert_eq!((settings.n_contacts, settings.countries.len()), (5, 1));
    assert_eq!(settings.clock, jiff::civil::Date::constant(2025, 1, 31));
    assert!(toml::from_str::<Settings>("contacts = 5").is_err());
}
