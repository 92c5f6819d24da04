//! What did a person buy, and when?

use jiff::civil::Date;
use jiff::tz::Offset;

use super::draw::Draws;
use super::odds::buying as odds;
use super::person::{Person, before};

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) at: i64,
    pub(super) cents: i64,
}

const SECONDS_PER_DAY: i64 = 86_400;

/// Gives a day's first second.
pub(super) fn seconds(day: Date) -> i64 {
    Offset::UTC
        .to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
        .map_or(0, jiff::Timestamp::as_second)
}

/// Draws the orders of a person up to the export day.
///
/// A customer buys at random at a rate of their own, and after each purchase stops for good with
/// a probability of their own: the BG/NBD process; the amounts are gamma-gamma. One who has died
/// or never bought has none.
pub(super) fn of(person: &Person<'_>, clock: Date, draws: &mut Draws) -> Vec<Order> {
    if !person.buyer {
        return Vec::new();
    }
    let weekly_rate = draws.gamma(odds::R, odds::ALPHA);
    let stops = draws.beta(odds::A, odds::B);
    // The mean amount is that of the person's segment: a company buys more than a consumer.
    let scale = match person.segment {
        "Enterprise" => 8.0,
        "Small Business" => 3.0,
        "Premium" => 2.0,
        _ => 1.0,
    };
    let rate_of_amount = draws.gamma(odds::Q, odds::GAMMA * scale);
    let end = seconds(clock);
    let first = seconds(before(clock, draws.between(1, odds::N_DAYS)));
    let mut at = first + draws.between(0, SECONDS_PER_DAY - 1);
    let mut orders = Vec::new();
    while at < end {
        let amount = draws.gamma(odds::P, rate_of_amount);
        orders.push(Order { at, cents: cents(amount) });
        if draws.chance(stops) || orders.len() >= N_ORDERS_MAX {
            break;
        }
        let weeks = draws.exponential(weekly_rate);
        at = at.saturating_add(whole_seconds(weeks));
    }
    orders
}

/// Beyond this a rate is the tail of a distribution rather than a customer.
const N_ORDERS_MAX: usize = 400;

fn cents(amount: f64) -> i64 {
    crate::terms::Cents::from_units(amount.clamp(1.0, 1.0e6)).map_or(100, |cents| cents.0)
}

fn whole_seconds(weeks: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a hundred years")]
    let seconds = (weeks.min(5200.0) * 7.0 * 86_400.0) as i64;
    seconds.max(1)
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::inventor::Inventor;
    use super::super::lists::Lists;
    use super::*;

    #[test]
    fn orders_lie_before_the_export_day_in_order_and_cost_something() {
        let lists = Lists::built_in();
        let settings = Settings::default();
        let mut draws = Draws::of(1, 0);
        let mut inventor = Inventor::of(&lists, &settings, true, 0, (1, 0));
        let people: Vec<_> = (0..4000).flat_map(|_| inventor.household(&mut draws)).collect();
        let (mut n_buyers, mut n_orders) = (0, 0);
        for person in &people {
            let orders = of(person, settings.clock, &mut draws);
            n_buyers += usize::from(!orders.is_empty());
            n_orders += orders.len();
            assert_eq!(person.buyer, !orders.is_empty());
            assert!(orders.is_sorted_by_key(|order| order.at));
            assert!(orders.iter().all(|order| order.at < seconds(settings.clock)));
            assert!(orders.iter().all(|order| order.cents >= 100));
        }
        let per_buyer = n_orders as f64 / n_buyers as f64;
        assert!((2.0..5.0).contains(&per_buyer), "{per_buyer} orders per buyer");
    }
}
