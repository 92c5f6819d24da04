//! How many will learn of it, by when, and what if a channel fails?
//!
//! What is listed is not yet read: of each channel's notices a share arrives, which the settings
//! assume (`notify.reach_share`), some days after they leave (`notify.lead_days`). All is counted
//! by head and by worth, of those to whom a notice is owed: told, held, and out of reach.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rayon::prelude::*;
use serde::Serialize;

use crate::tables::layout::Exposure;
use crate::tables::{Table, column as c};
use crate::terms::{Cents, Channel};

use super::case::number;
use super::decide::Person;
use super::desk::Desk;
use super::outcome::Outcome;
use super::wording::day_of;

/// What is to be expected of the notices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// Customers to whom a notice is owed.
    pub n_owed: u64,
    /// What they are expected to buy; a negative value counts as none.
    pub clv_future_cents: Cents,
    /// Those of them whom earlier runs told.
    pub n_told_before: u64,
    /// Those who are expected to learn of it, told before or now.
    pub expected: Expected,
    /// By channel, of those who are told now.
    pub by_channel: Vec<ByChannel>,
    /// Should a channel fail after all, and those who have a second one be told by that.
    pub if_down: Vec<IfDown>,
    /// Day by day, the first first.
    pub told_by: Vec<ArrivalDay>,
    /// Notices that arrive after the day by which the law wants them there.
    pub n_late: u64,
}

/// People who are expected to learn of it; shares are of all to whom a notice is owed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Expected {
    /// How many, to a tenth.
    pub n_customers: f64,
    /// Their share; 0 where nobody is owed anything.
    pub share: f64,
    /// Their share of the worth.
    pub clv_share: f64,
}

/// The notices of a channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByChannel {
    /// The channel.
    pub channel: Channel,
    /// How many customers it tells.
    pub n_customers: u64,
    /// The share of notices that is assumed to arrive.
    pub reach_share: f64,
    /// Those who are expected to learn of it.
    pub expected: Expected,
    /// What the notices cost.
    pub cost_cents: Cents,
}

/// What is left should a channel fail.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IfDown {
    /// The channel.
    pub channel: Channel,
    /// Customers who are then told by their second channel.
    pub n_by_fallback: u64,
    /// Customers whom nothing reaches then.
    pub n_lost: u64,
    /// Those who are expected to learn of it all the same.
    pub expected: Expected,
}

/// A day on which notices arrive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArrivalDay {
    /// The day (UTC).
    pub day: Date,
    /// Notices that arrive on it, by channel.
    pub by_channel: Vec<(Channel, u64)>,
    /// All who are expected to have learned of it by then, those told before among them.
    pub expected: Expected,
}

/// Heads and worth, weighted by what is expected.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    heads: f64,
    worth: f64,
}

impl Sum {
    fn add(&mut self, share: f64, worth: i64) {
        self.heads += share;
        self.worth += share * worth as f64;
    }

    fn of(self, owed: Sum) -> Expected {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        Expected {
            n_customers: (self.heads * 10.0).round() / 10.0,
            share: share(self.heads, owed.heads),
            clv_share: share(self.worth, owed.worth),
        }
    }
}

impl Desk<'_> {
    /// Reckons what is to be expected of the notices to the customers.
    pub(super) fn outlook(&self, exposure: &Table<Exposure>, now: Timestamp) -> Outlook {
        let futures = exposure.cents(c::CLV_FUTURE_CENTS);
        let worth = |person: &Person| {
            let row = self.case.rows_of(&person.places)[0] as usize;
            futures.get(row).unwrap_or_default().max(0)
        };
        let shares = Channel::ALL.map(|channel| self.settings.reach_share.of(channel).get());
        let share = |channel: Option<Channel>| channel.map_or(0.0, |by| shares[by as usize]);
        let mut days: BTreeMap<i32, (Sum, [u64; 3])> = BTreeMap::new();
        let (mut owed, mut before, mut all) = (Sum::default(), Sum::default(), Sum::default());
        let (mut by_channel, mut if_down) = ([Sum::default(); 3], [Sum::default(); 3]);
        let (mut n_told, mut n_by_fallback, mut n_lost) = ([0; 3], [0; 3], [0; 3]);
        let mut n_told_before = 0;
        for (place, person) in (0..).zip(self.customers()) {
            if person.outcome == Outcome::NoDuty {
                continue;
            }
            let worth = worth(person);
            owed.add(1.0, worth);
            let Some(channel) = person.channel else {
                if person.outcome == Outcome::Notified {
                    n_told_before += 1;
                    before.add(1.0, worth);
                }
                continue;
            };
            all.add(share(Some(channel)), worth);
            by_channel[channel as usize].add(share(Some(channel)), worth);
            n_told[channel as usize] += 1;
            for down in Channel::ALL {
                let by = if down == channel { person.fallback } else { Some(channel) };
                if_down[down as usize].add(share(by), worth);
                if down == channel {
                    let n = if by.is_some() { &mut n_by_fallback } else { &mut n_lost };
                    n[down as usize] += 1;
                }
            }
            let lead_days = i32::try_from(self.settings.lead_days.of(channel)).unwrap_or(i32::MAX);
            let arrives = self.send_on(place).max(day_of(now)).saturating_add(lead_days);
            let (sum, n) = days.entry(arrives).or_default();
            sum.add(share(Some(channel)), worth);
            n[channel as usize] += 1;
        }
        let with_before =
            |sum: Sum| Sum { heads: sum.heads + before.heads, worth: sum.worth + before.worth };
        let mut so_far = before;
        let told_by = days.into_iter().map(|(day, (sum, n))| {
            so_far = Sum { heads: so_far.heads + sum.heads, worth: so_far.worth + sum.worth };
            let arrived = Channel::ALL.map(|channel| (channel, n[channel as usize]));
            ArrivalDay {
                day: Date::constant(1970, 1, 1).saturating_add(i64::from(day).days()),
                by_channel: arrived.into_iter().filter(|(_, n)| *n > 0).collect(),
                expected: so_far.of(owed),
            }
        });
        let told_by = told_by.collect();
        let of_channel = |channel: Channel| ByChannel {
            channel,
            n_customers: n_told[channel as usize],
            reach_share: share(Some(channel)),
            expected: by_channel[channel as usize].of(owed),
            cost_cents: self.cost(Some(channel), n_told[channel as usize]),
        };
        let should_fail = |channel: Channel| IfDown {
            channel,
            n_by_fallback: n_by_fallback[channel as usize],
            n_lost: n_lost[channel as usize],
            expected: with_before(if_down[channel as usize]).of(owed),
        };
        Outlook {
            // Whole numbers that a double holds exactly.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            n_owed: owed.heads as u64,
            clv_future_cents: Cents::from_units(owed.worth / 100.0).unwrap_or(Cents::ZERO),
            n_told_before,
            expected: with_before(all).of(owed),
            by_channel: Channel::ALL.map(of_channel).to_vec(),
            if_down: Channel::ALL.map(should_fail).to_vec(),
            told_by,
            n_late: self.n_late(),
        }
    }

    /// Counts the customers whose notice leaves after its last day.
    fn n_late(&self) -> u64 {
        let is_late = |place: &usize| {
            let place = number(*place);
            self.send_by(place).is_some_and(|by| by < self.send_on(place))
        };
        (0..self.customers().len()).into_par_iter().filter(is_late).count() as u64
    }

    /// Gives what so many notices cost; who has no channel would be sent a letter.
    pub(super) fn cost(&self, channel: Option<Channel>, n_notices: u64) -> Cents {
        let each = u64::from(self.settings.cost_cents.of(channel.unwrap_or(Channel::Post)));
        Cents(i64::try_from(each.saturating_mul(n_notices)).unwrap_or(i64::MAX))
    }
}
