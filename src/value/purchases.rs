//! What has each customer bought?

use jiff::Timestamp;

use super::Error;
use super::orders::{self, Orders, UNUSABLE};
use super::owners::{self, Owners};
use super::rfm::{self, Events, NOBODY, Summary};
use super::settings::Settings;
use crate::ledger::Tally;
use crate::tables::Table;
use crate::tables::layout::{ContactPoint, Lineage, Order};

/// Orders in one currency, whose each is, and what they sum up to.
pub struct Purchases {
    pub(super) orders: Orders,
    pub(super) owners: Owners,
    /// Of each customer up to the end of the observation.
    pub(super) summaries: Vec<Summary>,
}

/// Where orders go.
struct Counts {
    matched: usize,
    of_nobody: usize,
    late: usize,
    unusable: usize,
}

impl Purchases {
    /// Reads orders and finds the customer of each through the contact points of the records.
    ///
    /// # Errors
    /// A setting is out of its range, or orders come in a currency without a rate.
    pub fn of(
        table: &Table<Order>,
        n_customers: usize,
        lineage: &Table<Lineage>,
        points: &Table<ContactPoint>,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Purchases, Error> {
        let orders = read(table, settings, now)?;
        Ok(Purchases::summed_up(orders, owners::of(table, lineage, points), n_customers))
    }

    /// Reads orders and takes each key for a customer, numbered in alphabetical order.
    ///
    /// # Errors
    /// As `of`.
    pub fn by_key(
        table: &Table<Order>,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Purchases, Error> {
        let orders = read(table, settings, now)?;
        let (by_order, n_customers) = owners::by_key(table);
        Ok(Purchases::summed_up(orders, Owners { by_order, n_ambiguous: 0 }, n_customers))
    }

    fn summed_up(orders: Orders, owners: Owners, n_customers: usize) -> Purchases {
        let mut purchases = Purchases { orders, owners, summaries: Vec::new() };
        let end = purchases.orders.end;
        purchases.summaries = rfm::summaries(purchases.events(), n_customers, end);
        purchases
    }

    pub(super) fn events(&self) -> Events<'_> {
        let Purchases { orders, owners, .. } = self;
        Events { owners: &owners.by_order, days: &orders.days, cents: &orders.cents }
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts { matched: 0, of_nobody: 0, late: 0, unusable: 0 };
        for (&day, &owner) in self.orders.days.iter().zip(&self.owners.by_order) {
            let count = match (day, owner) {
                (UNUSABLE, _) => &mut counts.unusable,
                (_, NOBODY) => &mut counts.of_nobody,
                (day, _) if day > self.orders.end => &mut counts.late,
                _ => &mut counts.matched,
            };
            *count += 1;
        }
        counts
    }

    /// Says where each order went.
    pub(super) fn tally(&self) -> Tally {
        let Counts { matched, of_nobody, late, unusable } = self.counts();
        Tally::of("value", "orders", self.orders.days.len())
            .gave("matched to a customer", matched)
            .gave("of nobody", of_nobody)
            .gave("after the end of the observation", late)
            .gave("without a day or an amount", unusable)
    }

    /// Says what should be known of the orders on a day.
    pub(super) fn findings(&self, today: i32) -> Vec<String> {
        let Counts { of_nobody, late, unusable, .. } = self.counts();
        let counted = [
            (of_nobody, "name no known customer; they are valued for nobody"),
            (late, "are later than the end of the observation; they do not count"),
            (unusable, "lack a day or an amount; they do not count"),
            (
                self.owners.n_ambiguous,
                "name more than one customer; each went to the smallest customer id",
            ),
            (self.orders.n_returns, "are returns; each lowers the spend of the purchase before it"),
        ];
        let told = counted.into_iter().filter(|(n, _)| *n > 0);
        let mut findings: Vec<String> =
            told.map(|(n, what)| format!("{n} orders {what}")).collect();
        let n_days = today - self.orders.end;
        if n_days > 31 {
            findings.push(format!(
                "the observation of orders ends on {}, {n_days} days before the run: values are \
                 as of that day",
                orders::date_of_day(self.orders.end)
            ));
        }
        findings
    }
}

fn read(table: &Table<Order>, settings: &Settings, now: Timestamp) -> Result<Orders, Error> {
    settings.check()?;
    orders::read(table, settings, orders::day_of(now.as_millisecond()))
}
