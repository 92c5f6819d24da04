//! What does one chunk of the data set hold, in every file?
//!
//! The data set is cut into chunks of fixed size, each with its own stream of chance: so chunks
//! can be made on any number of threads, and written in their order.

use hashbrown::HashMap;
use polars::prelude::DataFrame;
use rustc_hash::FxBuildHasher;

use super::draw::Draws;
use super::exports;
use super::incident::{self, Listed, writeln_to};
use super::inventor::Inventor;
use super::lists::Lists;
use super::odds::records as odds;
use super::orders::{self, Order};
use super::person::Person;
use super::phone::N_CONTACTS_FICTION;
use super::record::{Record, Source};
use super::typist::Typist;
use super::{Error, Settings};

/// How many records a chunk holds. It is part of what a seed means: another size gives other
/// people. A chunk in the making takes some 60 MB.
pub(super) const N_RECORDS: usize = 1 << 15;

/// A chunk, as it goes into each file.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) salesforce: Vec<u8>,
    pub(super) hubspot: Vec<u8>,
    pub(super) shop: DataFrame,
    pub(super) orders: Vec<u8>,
    pub(super) truth: Vec<u8>,
    pub(super) listed: Listed,
    /// Records of each source, in the order of `Source::ALL`.
    pub(super) n_records: [usize; 3],
    pub(super) n_broken: usize,
    pub(super) n_people: usize,
    pub(super) n_orders: usize,
}

/// Makes chunk `number` of a data set.
pub(super) fn made(lists: &Lists, settings: &Settings, number: usize) -> Result<Chunk, Error> {
    let first = number * N_RECORDS;
    let n_records = N_RECORDS.min(settings.n_contacts - first);
    let n_chunks = settings.n_contacts.div_ceil(N_RECORDS);
    let mut draws = Draws::of(settings.seed, number as u64);
    let fiction = settings.n_contacts <= N_CONTACTS_FICTION;
    let place = (n_chunks as u64, first as u64);
    let mut inventor = Inventor::of(lists, settings, fiction, number as u64, place);
    let typist = Typist { lists, settings };

    let mut people = Vec::with_capacity(n_records);
    let mut records = Vec::with_capacity(n_records);
    while records.len() < n_records {
        for person in inventor.household(&mut draws) {
            let wanted = 1 + n_further(settings.duplicate_share, &mut draws);
            let n_left = n_records - records.len();
            if n_left > 0 {
                type_records(&typist, &person, wanted.min(n_left), &mut records, &mut draws);
                people.push(person);
            }
        }
    }
    draws.shuffle(&mut records);
    for (place, (source, record)) in records.iter_mut().enumerate() {
        let id = (first + place) as u64;
        record.id = source.id(id);
        if *source == Source::Hubspot && draws.chance(odds::MERGED_IDS) {
            record.merged_ids.push(source.id(id + N_IDS_BEFORE_MERGED));
        }
    }
    let listed = incident::listed(&people, &records, &mut draws);
    let mut chunk = Chunk { listed, n_people: people.len(), ..Chunk::default() };
    chunk.add_orders(&people, &mut records, settings, number, &mut draws);
    chunk.add_records(&records)?;
    Ok(chunk)
}

/// Ids of records that were merged away lie beyond all others.
const N_IDS_BEFORE_MERGED: u64 = 700_000_000;

/// Draws how many further records a person has: mostly one, at most three.
fn n_further(duplicate_share: f64, draws: &mut Draws) -> usize {
    const ONE: f64 = 0.75;
    const TWO: f64 = 0.20;
    // The mean over those who have any, so that the share of further records comes out.
    const MEAN: f64 = ONE + 2.0 * TWO + 3.0 * (1.0 - ONE - TWO);
    if !draws.chance(duplicate_share / (1.0 - duplicate_share) / MEAN) {
        return 0;
    }
    match draws.unit() {
        share if share < ONE => 1,
        share if share < ONE + TWO => 2,
        _ => 3,
    }
}

fn type_records(
    typist: &Typist<'_>,
    person: &Person<'_>,
    n_records: usize,
    records: &mut Vec<(Source, Record)>,
    draws: &mut Draws,
) {
    let first = match draws.unit() {
        share if share < 0.40 => Source::Salesforce,
        share if share < 0.75 => Source::Hubspot,
        _ => Source::Shop,
    };
    for nth in 0..n_records {
        let (mut source, mut stale) = (first, draws.chance(odds::STALE_FIRST));
        if nth > 0 {
            stale = draws.chance(odds::STALE_FURTHER);
            if draws.chance(odds::OTHER_SOURCE) {
                let others: Vec<_> =
                    Source::ALL.into_iter().filter(|other| *other != first).collect();
                source = *draws.pick(&others);
            }
        }
        records.push((source, typist.record(person, source, stale, draws)));
    }
}

impl Chunk {
    /// Writes records into their files and into the truth.
    pub(super) fn add_records(&mut self, records: &[(Source, Record)]) -> Result<(), Error> {
        let mut in_shop = Vec::new();
        for (source, record) in records {
            self.n_records[*source as usize] += 1;
            match source {
                Source::Salesforce => exports::salesforce(record, &mut self.salesforce),
                Source::Hubspot => exports::hubspot(record, &mut self.hubspot),
                Source::Shop => in_shop.push(record),
            }
            if record.broken.is_some() {
                self.n_broken += 1;
            } else {
                let parts = [source.name(), ",", &record.id, ",", &record.true_id, "\n"];
                for part in parts {
                    self.truth.extend_from_slice(part.as_bytes());
                }
            }
        }
        self.shop = exports::shop(&in_shop)?;
        Ok(())
    }

    /// Draws the orders of everybody, and writes them in the order of time.
    ///
    /// An order carries an id by which the shop knows the customer; where there is no account,
    /// the id of the record through which it was sold.
    fn add_orders(
        &mut self,
        people: &[Person<'_>],
        records: &mut [(Source, Record)],
        settings: &Settings,
        number: usize,
        draws: &mut Draws,
    ) {
        let mut places: HashMap<String, Vec<usize>, FxBuildHasher> = HashMap::default();
        for (place, (_, record)) in records.iter().enumerate() {
            places.entry_ref(record.true_id.as_str()).or_default().push(place);
        }
        let mut sold: Vec<(Order, usize)> = Vec::new();
        for person in people {
            let Some(mine) = places.get(&person.true_id()) else { continue };
            let accounts: Vec<_> =
                mine.iter().copied().filter(|place| records[*place].0 == Source::Shop).collect();
            let keys = if accounts.is_empty() { &mine[..1] } else { &accounts };
            let bought = orders::of(person, settings.clock, draws);
            let sum: i64 = bought.iter().map(|order| order.cents).sum();
            for place in mine {
                records[*place].1.revenue_cents = (!bought.is_empty()).then_some(sum);
            }
            sold.extend(bought.into_iter().map(|order| (order, *draws.pick(keys))));
        }
        sold.sort_unstable();
        self.n_orders = sold.len();
        for (place, (order, record)) in sold.into_iter().enumerate() {
            let id = number * N_ORDERS_PER_CHUNK + place;
            let key = &records[record].1.id;
            writeln_to(&mut self.orders, &order_row(key, id, order));
        }
    }
}

/// More than any chunk has.
const N_ORDERS_PER_CHUNK: usize = 1_000_000;

/// The currency of all orders: the group keeps its books in it.
const CURRENCY: &str = "EUR";

/// Writes a row of the order file.
pub(super) fn order_row(key: &str, id: usize, order: Order) -> String {
    let at = jiff::Timestamp::from_second(order.at).unwrap_or_default();
    let (units, cents) = (order.cents / 100, order.cents % 100);
    format!("{key},O{id:010},{at},{units}.{cents:02},{CURRENCY}")
}
