//! Does a sample find the customers whom it means, and no others?

use std::collections::BTreeMap;

use headcount::ledger::Ledger;
use headcount::matching::{self, Base, Links, Settings};
use headcount::pipeline::Finished;
use headcount::tables::layout::{Contact, ContactPoint, Layout, Lineage};
use headcount::tables::{Column, Table, column};

use crate::house::{House, headcount};

/// Columns that an attacker's sample may have.
const NAME_AND_ADDRESS: [Column; 5] =
    [column::FIRST_NAME, column::LAST_NAME, column::STREET, column::POSTAL_CODE, column::CITY];
const NAME_AND_BIRTH_DATE: [Column; 3] =
    [column::FIRST_NAME, column::LAST_NAME, column::BIRTH_DATE];

/// Invented customers, and the truth about their records.
struct Customers {
    contacts: Table<Contact>,
    points: Table<ContactPoint>,
    /// Who each record is, by the truth.
    persons: Vec<u32>,
}

impl Customers {
    fn invented(n_contacts: usize) -> Customers {
        let house = House::new();
        let place = house.path("synth");
        let invent = ["synth", "--seed", "11", "--contacts", &n_contacts.to_string()];
        let out = headcount().args(invent).arg("--out").arg(&place).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let ended = house.run("synth/nightly.toml");
        let run = Finished::open(ended.done()).unwrap();
        let lineage: Table<Lineage> = run.table().unwrap();
        let mut numbers = BTreeMap::new();
        let mut truth = BTreeMap::new();
        for row in csv::Reader::from_path(place.join("truth.csv")).unwrap().records() {
            let row = row.unwrap();
            let next = u32::try_from(numbers.len()).unwrap();
            let person = *numbers.entry(row[2].to_owned()).or_insert(next);
            truth.insert((row[0].to_owned(), row[1].to_owned()), person);
        }
        let (sources, ids) = (lineage.text(column::SOURCE), lineage.text(column::SOURCE_ID));
        let person = |row: usize| {
            let id = ids.get(row).unwrap_or_default().to_owned();
            let known = truth.get(&(sources.get(row).unwrap().to_owned(), id));
            // A record without truth is nobody else.
            known.copied().unwrap_or_else(|| u32::MAX - u32::try_from(row).unwrap())
        };
        let persons = (0..lineage.height()).map(person).collect();
        Customers { contacts: run.table().unwrap(), points: run.table().unwrap(), persons }
    }

    /// Takes rows out, with the columns named and no others.
    fn rows(
        &self,
        rows: &[u32],
        columns: Option<&[Column]>,
    ) -> (Table<Contact>, Table<ContactPoint>) {
        let taken = self.contacts.rows(rows);
        let n_rows = taken.height();
        let shown = <Contact as Layout>::COLUMNS.iter().zip(taken.frame().columns());
        let shown = shown.map(|(&wanted, filled)| match (wanted, columns) {
            (column::RECORD, _) => {
                column::RECORD.counts((0..u32::try_from(n_rows).unwrap()).collect())
            }
            (column::SOURCE, Some(_)) => column::SOURCE.same(Some("sample"), n_rows),
            (wanted, Some(columns)) if !columns.contains(&wanted) => wanted.nothing(n_rows),
            _ => filled.clone(),
        });
        let contacts = Table::of(shown.collect());
        let points = if columns.is_some() {
            Table::empty()
        } else {
            let records = self.points.count(column::RECORD);
            let place = |record: u32| rows.binary_search(&record).ok();
            let kept: Vec<u32> = (0..self.points.height())
                .filter(|&point| place(records.get(point).unwrap()).is_some())
                .map(|point| u32::try_from(point).unwrap())
                .collect();
            let points = self.points.rows(&kept);
            let moved = points.count(column::RECORD).into_no_null_iter();
            let moved: Vec<u32> =
                moved.map(|record| u32::try_from(place(record).unwrap()).unwrap()).collect();
            let moved = column::RECORD.counts(moved);
            let columns = points.frame().columns().iter().map(|filled| {
                let is_record = filled.name().as_str() == column::RECORD.name;
                if is_record { moved.clone() } else { filled.clone() }
            });
            Table::of(columns.collect())
        };
        (contacts, points)
    }
}

/// How often a row named its person, by tier of its likeliest customer.
struct Score {
    n_told: usize,
    n_right: usize,
    n_findable: usize,
    links: Links,
}

impl Score {
    fn precision(&self) -> f64 {
        self.n_right as f64 / self.n_told as f64
    }

    fn recall(&self) -> f64 {
        self.n_right as f64 / self.n_findable as f64
    }
}

/// Takes every seventh record as the sample. Of every second of these persons all other records
/// leave the customers too: such rows are of nobody here.
fn linked(customers: &Customers, columns: &[Column]) -> Score {
    let is_sampled = |row: &u32| row.is_multiple_of(7);
    let is_stranger = |person: u32| person.is_multiple_of(2);
    let all = || 0..u32::try_from(customers.persons.len()).unwrap();
    let person = |row: u32| customers.persons[row as usize];
    let sampled: Vec<u32> = all().filter(is_sampled).collect();
    let strangers: std::collections::BTreeSet<u32> =
        sampled.iter().map(|&row| person(row)).filter(|&of| is_stranger(of)).collect();
    let kept: Vec<u32> =
        all().filter(|row| !is_sampled(row) && !strangers.contains(&person(*row))).collect();
    let persons: Vec<u32> = kept.iter().map(|&row| person(row)).collect();

    let (contacts, points) = customers.rows(&kept, None);
    let (sample, sample_points) = customers.rows(&sampled, Some(columns));
    let base = Base { contacts: &contacts, points: &points, persons: &persons };
    let counted = matching::link(&sample, &sample_points, &base, &Settings::default());
    let links = Ledger::default().enter(counted);

    let matches = &links.matches;
    let mut score = (0, 0);
    for row in 0..matches.height() {
        let is_told = matches.count(column::RANK).get(row) == Some(0)
            && matches.text(column::EVIDENCE).get(row) != Some("possible");
        if is_told {
            let of = matches.count(column::SAMPLE_RECORD).get(row).unwrap();
            let found = matches.count(column::MATCHED_RECORD).get(row).unwrap();
            let is_right = person(sampled[of as usize]) == persons[found as usize];
            score = (score.0 + 1, score.1 + usize::from(is_right));
        }
    }
    let has_record = |row: &&u32| persons.contains(&person(**row));
    let n_findable = sampled.iter().filter(has_record).count();
    Score { n_told: score.0, n_right: score.1, n_findable, links }
}

#[test]
fn a_sample_of_names_with_an_address_or_a_birth_date_finds_its_customers() {
    let customers = Customers::invented(3_000);
    for (columns, recall_min) in [(&NAME_AND_ADDRESS[..], 0.4), (&NAME_AND_BIRTH_DATE[..], 0.4)] {
        let score = linked(&customers, columns);
        let (precision, recall) = (score.precision(), score.recall());
        assert!(score.n_findable > 30, "{}", score.n_findable);
        let told = format!("precision {precision:.4}, recall {recall:.4} of {}", score.n_findable);
        assert!(precision >= 0.85, "{told}");
        assert!(recall >= recall_min, "{told}");
        let overlap = score.links.overlap_share;
        assert!((0.02..0.7).contains(&overlap), "{overlap}");
    }
}
