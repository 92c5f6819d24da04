//! If it happened tonight, how many could be told within 72 hours?

use std::sync::atomic::{AtomicU8, Ordering};

use polars::prelude::StaticArray;
use rayon::prelude::*;
use serde::Serialize;

use crate::tables::layout::{ContactPoint, Customer, GoldenRecord, Lineage};
use crate::tables::{Column, Groups, Table, column as c};
use crate::terms::{Cents, Channel};

use super::Settings;

/// The nightly headline: who could be told, if it happened tonight.
///
/// Two channels are independent when they are of different kinds: two e-mail addresses go down
/// with the same mail system. Customers who died are counted apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Readiness {
    /// The channels by which a person is told within 72 hours.
    pub channels_within_72_h: Vec<Channel>,
    /// Customers known to have died; they are in no other count.
    pub n_deceased: u64,
    /// From all customers to those who could be told twice.
    pub funnel: Vec<Step>,
    /// All customers.
    pub overall: Group,
    /// The same customers by segment; they add up to all.
    pub by_segment: Vec<Group>,
    /// The same customers by market; they add up to all.
    pub by_market: Vec<Group>,
}

/// A step of the funnel from customers to those who could be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is asked of them: `customers`, `contact_data`, `valid_channel`, `within_72_h`,
    /// `two_channels_within_72_h`.
    pub step: &'static str,
    /// How many are left.
    pub n_customers: u64,
}

/// A group of customers and how many of them could be told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Its name; absent for all customers, and for those of whom it is not known.
    pub name: Option<String>,
    /// How many they are.
    pub n_customers: u64,
    /// What they are worth; a negative value counts as none.
    pub clv_cents: Cents,
    /// By one channel at least, within 72 hours.
    pub one_channel: Reached,
    /// By two independent channels at least, within 72 hours.
    pub two_channels: Reached,
    /// By any channel, however long it takes.
    pub any_channel: Reached,
    /// By each channel.
    pub by_channel: Vec<(Channel, Reached)>,
    /// Within 72 hours, should a channel be down.
    pub if_down: Vec<(Channel, Reached)>,
}

/// Those who could be told, by head and by worth; shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reached {
    /// How many.
    pub n_customers: u64,
    /// Their share; 0 where there is nobody.
    pub share: f64,
    /// What they are worth.
    pub clv_cents: Cents,
    /// Their share of the worth; 0 where there is none.
    pub clv_share: f64,
}

/// Bits of `Channel`, and one for contact data of any kind.
const CONTACT_DATA: u8 = 1 << 3;
const DECEASED: u8 = 1 << 4;
const ANY: u8 = 0b111;

fn bit(channel: Channel) -> u8 {
    1 << channel as u8
}

/// Tells which share of the customers, and of their worth, could be told within 72 hours.
///
/// # Panics
/// If `customers` has not one row per golden record: a bug.
pub fn readiness(
    golden: &Table<GoldenRecord>,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
    customers: &Table<Customer>,
    settings: &Settings,
) -> Readiness {
    assert_eq!(golden.height(), customers.height(), "customers of {}", golden.height());
    let reach = reach(golden, lineage, points);
    let values = customers.cents(c::CLV_CENTS);
    let worth: Vec<i64> = values.iter().map(|value| value.unwrap_or_default().max(0)).collect();
    let within = settings.channels_within_72_h.in_order();
    let within_bits = within.iter().fold(0, |bits, &channel| bits | bit(channel));
    let counted = |column: Option<Column>| {
        let (names, group_of) = column.map_or_else(
            || (vec![None], None),
            |column| {
                let Groups { names, of_row } = Groups::of(golden.text(column));
                let names = names.into_iter().map(|name| Some(name.to_owned()));
                (names.chain([None]).collect(), Some(of_row))
            },
        );
        let counts = count(&reach, &worth, group_of.as_deref(), names.len());
        let mut groups: Vec<_> = names
            .into_iter()
            .zip(&counts)
            .map(|(name, counts)| group(name, counts, within, within_bits))
            .filter(|group| column.is_none() || group.n_customers > 0)
            .collect();
        // By name; those of whom it is not known come last.
        groups.sort_by(|a, b| (a.name.is_none(), &a.name).cmp(&(b.name.is_none(), &b.name)));
        groups
    };
    let overall = counted(None).swap_remove(0);
    let with = |bits: u8| reach.par_iter().filter(|&&r| living(r) && r & bits != 0).count() as u64;
    let step = |step, n_customers| Step { step, n_customers };
    Readiness {
        channels_within_72_h: within.to_vec(),
        n_deceased: golden.height() as u64 - overall.n_customers,
        funnel: vec![
            step("customers", overall.n_customers),
            step("contact_data", with(CONTACT_DATA | ANY)),
            step("valid_channel", overall.any_channel.n_customers),
            step("within_72_h", overall.one_channel.n_customers),
            step("two_channels_within_72_h", overall.two_channels.n_customers),
        ],
        by_segment: counted(Some(c::SEGMENT)),
        by_market: counted(Some(c::MARKET)),
        overall,
    }
}

fn living(reach: u8) -> bool {
    reach & DECEASED == 0
}

/// Finds the channels of each customer: one byte each.
fn reach(
    golden: &Table<GoldenRecord>,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
) -> Vec<u8> {
    let [emails, phones, streets, email_statuses, phone_statuses] =
        [c::EMAIL, c::PHONE, c::STREET, c::EMAIL_STATUS, c::PHONE_STATUS]
            .map(|column| golden.text(column));
    let usable = golden.flag(c::ADDRESS_USABLE);
    let dead = golden.flag(c::DECEASED);
    let reach: Vec<AtomicU8> = (0..golden.height())
        .into_par_iter()
        .map(|row| {
            let set = |condition: bool, bits: u8| if condition { bits } else { 0 };
            let some = [emails, phones, streets].iter().any(|values| values.get(row).is_some());
            AtomicU8::new(
                set(email_statuses.get(row) == Some("valid"), bit(Channel::Email))
                    | set(phone_statuses.get(row) == Some("valid"), bit(Channel::Phone))
                    | set(usable.get(row) == Some(true), bit(Channel::Post))
                    | set(some, CONTACT_DATA)
                    | set(dead.get(row) == Some(true), DECEASED),
            )
        })
        .collect();
    let [kinds, statuses] = [c::KIND, c::STATUS].map(|column| points.text(column));
    let records = points.count(c::RECORD).downcast_as_array();
    let customer_of = lineage.count(c::CUSTOMER).downcast_as_array();
    (0..points.height()).into_par_iter().for_each(|row| {
        let bits = match kinds.get(row) {
            Some("email") => bit(Channel::Email),
            Some("phone") => bit(Channel::Phone),
            _ => return,
        };
        if statuses.get(row) != Some("valid") {
            return;
        }
        let customer = records.get(row).and_then(|record| customer_of.get(record as usize));
        if let Some(reach) = customer.and_then(|customer| reach.get(customer as usize)) {
            // Setting bits gives the same in any order.
            reach.fetch_or(bits, Ordering::Relaxed);
        }
    });
    reach.into_iter().map(AtomicU8::into_inner).collect()
}

/// Heads and worth for each set of channels: a group is told from these eight numbers.
type Counts = [(u64, i64); 8];

fn count(reach: &[u8], worth: &[i64], group_of: Option<&[u32]>, n_groups: usize) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); n_groups];
    for (customer, (&reach, &worth)) in reach.iter().zip(worth).enumerate() {
        if living(reach) {
            let group = group_of.map_or(0, |group_of| group_of[customer] as usize);
            let (n_customers, clv) = &mut counts[group][usize::from(reach & ANY)];
            *n_customers += 1;
            *clv = clv.saturating_add(worth);
        }
    }
    counts
}

fn group(name: Option<String>, counts: &Counts, within: &[Channel], within_bits: u8) -> Group {
    let sum = |holds: &dyn Fn(u8) -> bool| {
        (0_u8..)
            .zip(counts)
            .filter(|(bits, _)| holds(*bits))
            .fold((0_u64, 0_i64), |(heads, worth), (_, counted)| {
                (heads + counted.0, worth.saturating_add(counted.1))
            })
    };
    let (n_customers, clv) = sum(&|_| true);
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let reached = |holds: &dyn Fn(u8) -> bool| {
        let (heads, worth) = sum(holds);
        Reached {
            n_customers: heads,
            share: share(heads as f64, n_customers as f64),
            clv_cents: Cents(worth),
            clv_share: share(worth as f64, clv as f64),
        }
    };
    Group {
        name,
        n_customers,
        clv_cents: Cents(clv),
        one_channel: reached(&|bits| bits & within_bits != 0),
        two_channels: reached(&|bits| (bits & within_bits).count_ones() >= 2),
        any_channel: reached(&|bits| bits != 0),
        by_channel: Channel::ALL
            .map(|channel| (channel, reached(&|bits| bits & bit(channel) != 0)))
            .to_vec(),
        if_down: within
            .iter()
            .map(|&channel| (channel, reached(&|bits| bits & within_bits & !bit(channel) != 0)))
            .collect(),
    }
}
