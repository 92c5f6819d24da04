//! The data that the papers print their results for: CDNOW, for tests.

use super::gamma_gamma::Spend;
use super::rfm::{self, Events, Group, Summary};

/// Customer, day and cents of each purchase.
pub(super) struct Purchases {
    pub(super) customers: Vec<u32>,
    pub(super) days: Vec<i32>,
    pub(super) cents: Vec<i64>,
}

/// Reads the sample: customer, sample id, yyyymmdd, number of CDs, dollars.
pub(super) fn purchases() -> Purchases {
    let text = include_str!("../../tests/fixtures/cdnow/CDNOW_sample.txt");
    let mut purchases = Purchases { customers: vec![], days: vec![], cents: vec![] };
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        purchases.customers.push(cells[1].parse::<u32>().unwrap() - 1);
        let part = |range: std::ops::Range<usize>| cells[2][range].parse::<i16>().unwrap();
        let month = i8::try_from(part(4..6)).unwrap();
        let date = jiff::civil::date(part(0..4), month, i8::try_from(part(6..8)).unwrap());
        purchases.days.push(day(date));
        let (units, cents) = cells[4].split_once('.').unwrap();
        let cents: i64 = cents.parse().unwrap();
        purchases.cents.push(units.parse::<i64>().unwrap() * 100 + cents);
    }
    purchases
}

/// Days since 1970-01-01.
pub(super) fn day(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days()
}

/// The 2,357 customers as of 1997-09-30, the end of the calibration period.
pub(super) fn summaries() -> Vec<Summary> {
    let purchases = purchases();
    let events =
        Events { owners: &purchases.customers, days: &purchases.days, cents: &purchases.cents };
    rfm::summaries(events, 2357, day(jiff::civil::date(1997, 9, 30)))
}

pub(super) fn groups() -> Vec<Group> {
    let histories: Vec<_> = summaries().iter().filter_map(|summary| summary.history).collect();
    rfm::groups(histories)
}

pub(super) fn spends() -> Vec<Spend> {
    let spend = |summary: &Summary| {
        let x = summary.history?.x;
        let mean = summary.repeat_cents as f64 / 100.0 / f64::from(x);
        (x > 0 && mean > 0.0).then_some(Spend { x, mean })
    };
    summaries().iter().filter_map(spend).collect()
}
