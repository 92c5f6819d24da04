//! Which customer does a row of a sample mean?
//!
//! A sample is what an attacker shows or a vendor sends: names, addresses, birth dates, whatever
//! columns it has. Its rows are weighed against the records of the customers by the same
//! comparisons and weights as duplicates are. What differs is the question. A row is one of the
//! customers or none of them, so its candidates compete:
//!
//! ```text
//! P(c | row) = (λ/N) B_c / ((1 - λ)(1 + (κ/N) Σ K_d) + (λ/N) Σ B_d)
//! ```
//!
//! with N persons, λ the share of the rows that are of customers, κ how many kin a record has,
//! B = 2^Σ log2(m/u) and K = 2^Σ log2(kin/u) of the person's closest record. λ is estimated from
//! the sample itself by expectation–maximisation, begun at one half and held to it by two rows'
//! worth of doubt. So two namesakes share the probability, and a relative of a customer is not
//! taken for the customer because the sample as a whole is of customers.
//!
//! # Source
//! The mixture is that of `score`, with the choice among candidates of Lahiri and Larsen (2005),
//! "Regression analysis with linked data", and Sadinle (2017), "Bayesian estimation of bipartite
//! matchings for record linkage", for rows that may match nobody.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::features::Features;
use super::level::Bits;
use super::link_block::{LinkRule, candidates};
use super::link_twins;
use super::prior::Duplication;
use super::score::Model;
use super::settings::Settings;
use crate::ledger::{Counted, Tally};
use crate::tables::layout::{Contact, ContactPoint, Layout, SampleMatch};
use crate::tables::{Column, Table, column};
use crate::terms::Probability;

/// What the section `[matching.link]` may say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkSettings {
    /// The share of a sample's rows that are of customers. Absent: estimated from the sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_share: Option<Probability>,
    /// From this probability on a row's customer is `confirmed`.
    pub confirmed_min: Probability,
    /// From here on `probable`.
    pub probable_min: Probability,
    /// From here on `possible`; below, the row does not mean that customer.
    pub possible_min: Probability,
    /// At most so many customers are named for a row.
    pub n_customers_max: usize,
}

impl Default for LinkSettings {
    fn default() -> LinkSettings {
        LinkSettings {
            overlap_share: None,
            confirmed_min: Probability::new(0.99),
            probable_min: Probability::new(0.8),
            possible_min: Probability::new(0.1),
            n_customers_max: 5,
        }
    }
}

impl LinkSettings {
    /// Tells whether the file says nothing of samples.
    pub(super) fn is_default(&self) -> bool {
        *self == LinkSettings::default()
    }
}

/// Those whom a sample is held against.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a> {
    /// The records.
    pub contacts: &'a Table<Contact>,
    /// Their contact points.
    pub points: &'a Table<ContactPoint>,
    /// The person of each record, by record: records of one person have equal numbers. The
    /// column `customer` of the lineage will do.
    pub persons: &'a [u32],
}

/// Whom the rows of a sample mean.
#[derive(Debug)]
pub struct Links {
    /// The customers of each row, the likeliest first; none for a row that means nobody here.
    pub matches: Table<SampleMatch>,
    /// The share of the rows that are of customers, as estimated or given.
    pub overlap_share: f64,
    /// How the fields agree over the rows whose customer is confirmed or probable. A field that
    /// mostly differs tells that the sample is older than the records, or not from them.
    pub fields: Vec<FieldAgreement>,
    /// What each blocking rule did.
    pub blocking: Vec<LinkRule>,
}

/// How a field agrees between rows and their customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: &'static str,
    /// Rows in which both the sample and the customer's record have it.
    pub n_compared: u64,
    /// Of these, rows in which it speaks for the customer.
    pub n_agree: u64,
}

/// Odds as low as these, in bits, against even a lone candidate end its weighing.
const HOPELESS_BITS: f64 = -12.0;

/// Rows' worth of doubt that hold the estimated share to one half.
const N_ROWS_DOUBT: f64 = 2.0;

/// Finds the customers whom the rows of a sample mean. `sample` and `sample_points` are made by
/// `standardize` as contacts are; columns that the sample lacks are absent.
///
/// # Shape
/// For each row of the sample up to `link.n_customers_max` rows of `matches`; the tally counts
/// rows of the sample by the tier of their likeliest customer.
///
/// # Panics
/// If record numbers of points are no rows, or `persons` has another length than the contacts.
pub fn link(
    sample: &Table<Contact>,
    sample_points: &Table<ContactPoint>,
    base: &Base<'_>,
    settings: &Settings,
) -> Counted<Links> {
    let n_base = base.contacts.height();
    assert_eq!(base.persons.len(), n_base, "one person per record");
    let (contacts, points) = side_by_side(base, sample, sample_points);
    let features = Features::of(&contacts, &points);
    let model = Model::of(&features, &settings.compare);
    let (pairs, blocking) = candidates(&features, n_base, settings);
    let n_persons = n_distinct(base.persons);
    let floor =
        Bits { stranger: n_persons.max(1.0).log2() + HOPELESS_BITS, kin: f64::NEG_INFINITY };
    let duplication = Duplication::expected(settings);
    let prior = duplication.prior(n_base, settings);
    let weighed: Vec<Vec<Rival>> = pairs
        .par_chunk_by(|one, other| one.row == other.row)
        .map(|of_row| {
            let mut scratch = model.scratch();
            let mut rivals: Vec<Rival> = of_row
                .iter()
                .filter_map(|found| {
                    let pair = features.pair(found.record, found.row);
                    let bits = model.evidence(&features, pair, floor, &mut scratch)?;
                    let person = base.persons[found.record as usize];
                    Some(Rival {
                        row: found.row,
                        person,
                        record: found.record,
                        bits,
                        rule: found.rule,
                        same_as: None,
                    })
                })
                .collect();
            closest_of_each(base.contacts, &mut rivals);
            link_twins::mark(&mut rivals, &features, &model, prior, &mut scratch);
            model.take_back(scratch);
            rivals
        })
        .collect();
    let odds = Odds { n_persons, kin: duplication.n_kin_per_record };
    let n_rows = sample.height();
    let overlap_share = match settings.link.overlap_share {
        Some(share) => share.get(),
        None => odds.estimated_overlap(&weighed, n_rows),
    };
    let found = found(&weighed, &odds, overlap_share, &settings.link);
    let agreement = Agreement { model: &model, features: &features };
    let links = Links {
        fields: agreement.of_fields(&found),
        matches: agreement.table(&found, n_base, settings),
        overlap_share,
        blocking,
    };
    Counted { tally: tally(&found, n_rows), product: links }
}

/// A customer whom a row may mean, by the closest of the customer's records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rival {
    row: u32,
    person: u32,
    pub(super) record: u32,
    bits: Bits,
    rule: u8,
    /// A closer rival that is the same person, and how probably.
    pub(super) same_as: Option<(usize, f64)>,
}

/// Keeps the closest record of each person, and orders persons by how close they are; what the
/// records say breaks ties, so that their order does not.
fn closest_of_each(contacts: &Table<Contact>, rivals: &mut Vec<Rival>) {
    let contents = contacts.long(column::CONTENT_HASH);
    let content = |of: &Rival| contents.get(of.record as usize).unwrap_or(0);
    let closer = |one: &Rival, other: &Rival| {
        let by_bits = other.bits.stranger.total_cmp(&one.bits.stranger);
        by_bits.then_with(|| (content(one), one.record).cmp(&(content(other), other.record)))
    };
    rivals.sort_by(|one, other| one.person.cmp(&other.person).then_with(|| closer(one, other)));
    rivals.dedup_by_key(|rival| rival.person);
    rivals.sort_by(closer);
}

/// What is known before a row is looked at.
struct Odds {
    n_persons: f64,
    /// How many kin a record has.
    kin: f64,
}

impl Odds {
    /// Gives the probability of each rival of one row. One that is the person of a closer rival
    /// does not compete with it.
    fn probabilities(&self, rivals: &[Rival], overlap_share: f64) -> Vec<f64> {
        let n = self.n_persons.max(1.0);
        let rivals_apart = || rivals.iter().filter(|rival| rival.same_as.is_none());
        let sum =
            |bits: fn(&Bits) -> f64| rivals_apart().map(|of| bits(&of.bits).exp2()).sum::<f64>();
        let of_kin = sum(|bits| bits.stranger - bits.kin);
        let nobody = (1.0 - overlap_share) * (1.0 + self.kin / n * of_kin);
        let somebody = overlap_share / n;
        let all = nobody + somebody * sum(|bits| bits.stranger);
        let of = |rival: &Rival| somebody * rival.bits.stranger.exp2() / all;
        let of = |rival: &Rival| if all > 0.0 { of(rival) } else { 0.0 };
        let of_person = |rival: &Rival| match rival.same_as {
            Some((closer, same)) => same * of(&rivals[closer]),
            None => of(rival),
        };
        rivals.iter().map(of_person).collect()
    }

    /// Estimates the share of the rows that are of customers.
    fn estimated_overlap(&self, weighed: &[Vec<Rival>], n_rows: usize) -> f64 {
        const N_STEPS: usize = 50;
        let mut share = 0.5;
        for _ in 0..N_STEPS {
            let n_matched: f64 = weighed
                .iter()
                .map(|rivals| {
                    let of_persons = self.probabilities(rivals, share).into_iter().zip(rivals);
                    let apart = of_persons.filter(|(_, rival)| rival.same_as.is_none());
                    apart.map(|(probability, _)| probability).sum::<f64>()
                })
                .sum();
            share = (n_matched + N_ROWS_DOUBT / 2.0) / (n_rows as f64 + N_ROWS_DOUBT);
        }
        share
    }
}

/// A customer of a row, with its probability and its place among the row's customers.
struct Found {
    rival: Rival,
    probability: f64,
    rank: u32,
    tier: &'static str,
}

fn found(
    weighed: &[Vec<Rival>],
    odds: &Odds,
    overlap_share: f64,
    settings: &LinkSettings,
) -> Vec<Found> {
    let tier = |probability: f64| {
        [
            (settings.confirmed_min, "confirmed"),
            (settings.probable_min, "probable"),
            (settings.possible_min, "possible"),
        ]
        .into_iter()
        .find(|(min, _)| probability >= min.get())
        .map(|(_, tier)| tier)
    };
    let of_row = |rivals: &Vec<Rival>| {
        let probabilities = odds.probabilities(rivals, overlap_share);
        let mut rivals: Vec<_> = rivals.iter().zip(probabilities).collect();
        // Stable: of equal ones the closer stays first.
        rivals.sort_by(|one, other| other.1.total_cmp(&one.1));
        let named = rivals.into_iter().zip(0..).take(settings.n_customers_max);
        named
            .map_while(|((&rival, probability), rank)| {
                Some(Found { rival, probability, rank, tier: tier(probability)? })
            })
            .collect::<Vec<_>>()
    };
    weighed.iter().flat_map(of_row).collect()
}

fn tally(found: &[Found], n_rows: usize) -> Tally {
    let best = |tier| found.iter().filter(|of| of.rank == 0 && of.tier == tier).count();
    let (confirmed, probable, possible) = (best("confirmed"), best("probable"), best("possible"));
    Tally::of("matching, sample", "sample rows", n_rows)
        .gave("confirmed", confirmed)
        .gave("probable", probable)
        .gave("possible", possible)
        .gave("nobody", n_rows - confirmed - probable - possible)
}

/// Tells what rows and customers agree on.
struct Agreement<'a> {
    model: &'a Model,
    features: &'a Features,
}

impl Agreement<'_> {
    /// Gives, by comparison, whether the two records agree; nothing where one lacks the field.
    fn agrees(&self, rival: &Rival) -> Vec<(&'static str, Option<bool>)> {
        let mut scratch = self.model.scratch();
        let pair = self.features.pair(rival.record, rival.row);
        let reached: Vec<_> = self.model.levels(self.features, pair, &mut scratch).collect();
        self.model.take_back(scratch);
        let fields = self.model.scales().iter().map(|scale| scale.field.name());
        fields.zip(reached.iter().map(|of| of.map(|of| of.bits.stranger > 0.0))).collect()
    }

    fn of_fields(&self, found: &[Found]) -> Vec<FieldAgreement> {
        let of_scale = |field| FieldAgreement { field, n_compared: 0, n_agree: 0 };
        let scales = self.model.scales().iter();
        let mut fields: Vec<_> = scales.map(|scale| of_scale(scale.field.name())).collect();
        for of in found.iter().filter(|of| of.rank == 0 && of.tier != "possible") {
            for (field, (_, agrees)) in fields.iter_mut().zip(self.agrees(&of.rival)) {
                field.n_compared += u64::from(agrees.is_some());
                field.n_agree += u64::from(agrees == Some(true));
            }
        }
        fields.retain(|field| field.n_compared > 0);
        fields
    }

    fn table(&self, found: &[Found], n_base: usize, settings: &Settings) -> Table<SampleMatch> {
        let first = super::intern::count(n_base);
        let fields: Vec<(String, String)> = found
            .par_iter()
            .map(|of| {
                let agrees = self.agrees(&of.rival);
                let named = |wanted| {
                    let of = agrees.iter().filter(|(_, agrees)| *agrees == Some(wanted));
                    of.map(|(field, _)| *field).collect::<Vec<_>>().join(";")
                };
                (named(true), named(false))
            })
            .collect();
        let bits = |of: &Found| (of.probability / (1.0 - of.probability)).log2().min(60.0);
        let rule = |of: &Found| Some(settings.block[usize::from(of.rival.rule)].name());
        Table::of(vec![
            column::SAMPLE_RECORD.counts(found.iter().map(|of| of.rival.row - first).collect()),
            column::RANK.counts(found.iter().map(|of| of.rank).collect()),
            column::MATCHED_RECORD.counts(found.iter().map(|of| of.rival.record).collect()),
            column::MATCH_WEIGHT_BITS.numbers(found.iter().map(bits).collect()),
            column::MATCH_PROBABILITY.numbers(found.iter().map(|of| of.probability).collect()),
            column::EVIDENCE.texts(found.iter().map(|of| Some(of.tier))),
            column::LINKED_BY.texts(found.iter().map(rule)),
            column::AGREES_ON.texts(fields.iter().map(|(agrees, _)| Some(agrees))),
            column::DIFFERS_ON.texts(fields.iter().map(|(_, differs)| Some(differs))),
        ])
    }
}

/// Lays the sample under the records, with the columns that are compared and no others.
fn side_by_side(
    base: &Base<'_>,
    sample: &Table<Contact>,
    sample_points: &Table<ContactPoint>,
) -> (Table<Contact>, Table<ContactPoint>) {
    const COMPARED: [Column; 11] = [
        column::SOURCE,
        column::CONTENT_HASH,
        column::FIRST_NAME,
        column::MIDDLE_NAME,
        column::LAST_NAME,
        column::SUFFIX,
        column::COMPANY,
        column::BIRTH_DATE,
        column::STREET,
        column::CITY,
        column::POSTAL_CODE,
    ];
    let n_base = base.contacts.height();
    let projected = |contacts: &Table<Contact>, first: usize| {
        let n_rows = contacts.height();
        let columns = <Contact as Layout>::COLUMNS.iter().zip(contacts.frame().columns());
        let columns = columns.map(|(&wanted, filled)| match wanted {
            column::RECORD => column::RECORD.counts(
                (super::intern::count(first)..super::intern::count(first + n_rows)).collect(),
            ),
            wanted if COMPARED.contains(&wanted) => filled.clone(),
            wanted => wanted.nothing(n_rows),
        });
        Table::<Contact>::of(columns.collect())
    };
    let contacts = Table::concat([projected(base.contacts, 0), projected(sample, n_base)]);
    let first = super::intern::count(n_base);
    let records = sample_points.count(column::RECORD).into_no_null_iter();
    let moved = column::RECORD.counts(records.map(|record| record + first).collect());
    let columns = sample_points.frame().columns().iter().map(|filled| {
        if filled.name().as_str() == column::RECORD.name { moved.clone() } else { filled.clone() }
    });
    let points = Table::concat([base.points.clone(), Table::of(columns.collect())]);
    (contacts, points)
}

fn n_distinct(persons: &[u32]) -> f64 {
    let mut persons = persons.to_vec();
    persons.par_sort_unstable();
    persons.dedup();
    persons.len() as f64
}
