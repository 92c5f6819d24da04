//! Where does what is at stake lie?
//!
//! Every person is in one cell: a person of several incidents is in the cell of all of them,
//! and a person known from several sources in the cell of all of those. So cells add up.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use crate::rules::Jurisdictions;
use crate::tables::layout::{ExposureCube, GoldenRecord, Lineage};
use crate::tables::{Table, column};
use crate::terms::{Cents, Evidence};

use super::cases::{Case, InTime};
use super::intern::Interned;
use super::loss::Person;
use super::severity;

/// What is added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Persons.
    pub n_customers: u64,
    /// What they are expected to buy.
    pub clv_future_cents: Cents,
    /// What will be lost of it on average.
    pub expected_loss_cents: Cents,
}

impl Sums {
    pub(super) fn add(&mut self, other: Sums) {
        self.n_customers += other.n_customers;
        self.clv_future_cents += other.clv_future_cents;
        self.expected_loss_cents += other.expected_loss_cents;
    }
}

/// The sides of a cell, in the order of the cube's columns; the last two are not in the cube.
const N_SIDES: usize = 8;
/// Place of the segment among the sides.
const SEGMENT: usize = 1;
const N_SIDES_OF_CUBE: usize = 6;

/// All cells, and the texts of their sides.
pub(super) struct Cells {
    cells: Vec<([u32; N_SIDES], Sums)>,
    texts: [Vec<Option<String>>; N_SIDES],
}

/// What is looked up to tell a person's cell.
pub(super) struct Sides<'a> {
    golden: &'a Table<GoldenRecord>,
    laws: &'a Jurisdictions,
    sources_of: Vec<u32>,
    source_sets: Vec<Option<String>>,
}

impl<'a> Sides<'a> {
    pub(super) fn of(
        golden: &'a Table<GoldenRecord>,
        lineage: &Table<Lineage>,
        laws: &'a Jurisdictions,
    ) -> Sides<'a> {
        let (sources_of, source_sets) = source_sets(golden.height(), lineage);
        Sides { golden, laws, sources_of, source_sets }
    }

    /// Gives the code of the law that applies to a customer.
    pub(super) fn jurisdiction(&self, customer: u32) -> &'a str {
        let customer = customer as usize;
        let region = self.golden.text(column::REGION).get(customer);
        self.laws.of(region, self.golden.text(column::COUNTRY).get(customer))
    }

    /// Numbers the segments, and gives a function that tells each customer's number.
    pub(super) fn segments(&self) -> (Vec<Option<String>>, impl Fn(u32) -> u32) {
        let texts = self.golden.text(column::SEGMENT);
        let mut segments: BTreeMap<Option<&str>, u32> =
            texts.iter().map(|text| (text, 0)).collect();
        for (number, place) in (0..).zip(segments.values_mut()) {
            *place = number;
        }
        let names = segments.keys().map(|name| name.map(str::to_owned)).collect();
        (names, move |customer| segments[&texts.get(customer as usize)])
    }

    /// Puts every person into a cell.
    pub(super) fn cells(&self, persons: &[Person], cases: &[Case], in_time: &InTime<'_>) -> Cells {
        // A set of incidents is the set without the last one, and the last one.
        let mut incident_sets: Interned<(u32, u32)> = Interned::new();
        let mut groups: [Interned<Option<&str>>; 3] = std::array::from_fn(|_| Interned::new());
        let mut jurisdictions: Interned<&str> = Interned::new();
        let columns = [column::SEGMENT, column::MARKET, column::PRODUCT]
            .map(|column| self.golden.text(column));
        let mut numbers: Interned<[u32; N_SIDES]> = Interned::new();
        let mut sums: Vec<Sums> = Vec::new();
        for person in persons {
            let (customer, of_person) = (person.customer as usize, person.cases(cases));
            let incidents = of_person
                .iter()
                .fold(u32::MAX, |set, case| incident_sets.number((set, case.incident)));
            let mut sides = [incidents, 0, 0, 0, self.sources_of[customer], 0, 0, 0];
            for (place, (group, texts)) in groups.iter_mut().zip(columns).enumerate() {
                sides[SEGMENT + place] = group.number(texts.get(customer));
            }
            sides[5] = jurisdictions.number(self.jurisdiction(person.customer));
            let gravest = of_person.iter().map(|case| case.severity).fold(0.0, f64::max);
            sides[6] = u32::try_from(severity::band(gravest)).unwrap_or(0);
            sides[7] = of_person.iter().map(|case| case.evidence as u32).max().unwrap_or(0);
            let number = numbers.number(sides) as usize;
            sums.resize(numbers.keys().len(), Sums::default());
            sums[number].add(Sums {
                n_customers: 1,
                clv_future_cents: Cents(person.value),
                expected_loss_cents: Cents(person.loss),
            });
        }
        let [segments, markets, products] = groups.map(|group| owned(group.keys()));
        let evidences = [Evidence::Possible, Evidence::Probable, Evidence::Confirmed];
        Cells {
            cells: numbers.keys().iter().copied().zip(sums).collect(),
            texts: [
                incident_names(incident_sets.keys(), in_time),
                segments,
                markets,
                products,
                self.source_sets.clone(),
                jurisdictions.keys().iter().map(|code| Some((*code).to_owned())).collect(),
                severity::BANDS.map(|band| Some(band.to_owned())).to_vec(),
                evidences.map(|evidence| Some(evidence.word().to_owned())).to_vec(),
            ],
        }
    }
}

fn owned(texts: &[Option<&str>]) -> Vec<Option<String>> {
    texts.iter().map(|text| text.map(str::to_owned)).collect()
}

/// Names each set of incidents by their ids, sorted and joined by `+`.
fn incident_names(sets: &[(u32, u32)], in_time: &InTime<'_>) -> Vec<Option<String>> {
    let mut ids_of: Vec<BTreeSet<&str>> = Vec::with_capacity(sets.len());
    for &(before, incident) in sets {
        let mut ids = ids_of.get(before as usize).cloned().unwrap_or_default();
        ids.insert(&in_time.0[incident as usize].id);
        ids_of.push(ids);
    }
    ids_of.into_iter().map(|ids| Some(ids.into_iter().collect::<Vec<_>>().join("+"))).collect()
}

/// Gives each customer the set of sources of its records, and each set its name.
fn source_sets(n_customers: usize, lineage: &Table<Lineage>) -> (Vec<u32>, Vec<Option<String>>) {
    let mut sets: Vec<BTreeSet<&str>> = vec![BTreeSet::new()];
    let mut with: HashMap<(u32, &str), u32, FxBuildHasher> = HashMap::default();
    let mut set_of = vec![0; n_customers];
    let customers = lineage.count(column::CUSTOMER).iter();
    for (customer, source) in customers.zip(lineage.text(column::SOURCE).iter()) {
        let (Some(customer), Some(source)) = (customer, source) else { continue };
        let set: &mut u32 = &mut set_of[customer as usize];
        *set = *with.entry((*set, source)).or_insert_with(|| {
            let mut larger = sets[*set as usize].clone();
            larger.insert(source);
            let place = sets.iter().position(|known| *known == larger).unwrap_or_else(|| {
                sets.push(larger);
                sets.len() - 1
            });
            u32::try_from(place).unwrap_or(0)
        });
    }
    let name = |set: &BTreeSet<&str>| {
        let sources: Vec<&str> = set.iter().copied().collect();
        (!sources.is_empty()).then(|| sources.join("+"))
    };
    (set_of, sets.iter().map(name).collect())
}

impl Cells {
    /// Adds everything up.
    pub(super) fn totals(&self) -> Sums {
        let mut totals = Sums::default();
        for (_, sums) in &self.cells {
            totals.add(*sums);
        }
        totals
    }

    /// Adds up along one side, by the side's texts.
    pub(super) fn along(&self, side: usize) -> Vec<(Option<&str>, Sums)> {
        let mut sums = vec![Sums::default(); self.texts[side].len()];
        for (sides, of_cell) in &self.cells {
            sums[sides[side] as usize].add(*of_cell);
        }
        let named = self.texts[side].iter().map(Option::as_deref).zip(sums);
        named.filter(|(_, sums)| sums.n_customers > 0).collect()
    }

    /// Writes the cube, sorted by its keys; what is absent comes first.
    pub(super) fn cube(&self) -> Table<ExposureCube> {
        let texts = |sides: &[u32; N_SIDES]| -> [Option<&str>; N_SIDES_OF_CUBE] {
            std::array::from_fn(|side| self.texts[side][sides[side] as usize].as_deref())
        };
        let mut cells: Vec<_> =
            self.cells.iter().map(|(sides, sums)| (texts(sides), *sums)).collect();
        cells.sort_by(|one, other| one.0.cmp(&other.0));
        cells.dedup_by(|next, cell| {
            let same = next.0 == cell.0;
            if same {
                cell.1.add(next.1);
            }
            same
        });
        let count = |n_customers: u64| u32::try_from(n_customers).unwrap_or(u32::MAX);
        let side = |column: crate::tables::Column, place: usize| {
            column.texts(cells.iter().map(|cell| cell.0[place]))
        };
        Table::of(vec![
            side(column::INCIDENT, 0),
            side(column::SEGMENT, 1),
            side(column::MARKET, 2),
            side(column::PRODUCT, 3),
            side(column::SOURCE, 4),
            side(column::JURISDICTION, 5),
            column::N_CUSTOMERS
                .counts(cells.iter().map(|cell| count(cell.1.n_customers)).collect()),
            column::CLV_FUTURE_CENTS
                .amounts(cells.iter().map(|cell| cell.1.clv_future_cents.0).collect()),
            column::EXPECTED_LOSS_CENTS
                .amounts(cells.iter().map(|cell| cell.1.expected_loss_cents.0).collect()),
        ])
    }
}
