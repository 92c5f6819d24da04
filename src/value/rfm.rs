//! How often, how lately and for how much did each customer buy?

use rayon::prelude::*;

/// The owner of an order that belongs to no customer of this run.
pub const NOBODY: u32 = u32::MAX;

/// When a customer bought, as the purchase models see it, in days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct History {
    /// Repeat purchases: days with a purchase, less the first.
    pub x: u32,
    /// From the first purchase to the last.
    pub t_x: u32,
    /// From the first purchase to the end of the observation.
    pub t: u32,
}

/// A history and how many customers share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The history.
    pub history: History,
    /// How many customers.
    pub n_customers: u32,
}

/// One customer's orders in short.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// When the customer bought; absent where every order is a return.
    pub history: Option<History>,
    /// Spent on the repeat days, returns taken off.
    pub repeat_cents: i64,
    /// Spent in all, returns taken off.
    pub past_cents: i64,
    /// Orders, returns among them.
    pub n_orders: u32,
}

/// The orders of a run, column by column: owner (or `NOBODY`), day since 1970-01-01, amount.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    /// The customer, or `NOBODY`.
    pub owners: &'a [u32],
    /// The day.
    pub days: &'a [i32],
    /// The amount; a return is negative.
    pub cents: &'a [i64],
}

/// An order on its way to its customer.
#[derive(Debug, Clone, Copy, Default)]
struct Order {
    owner: u32,
    day: i32,
    cents: i64,
}

/// Customers summed up by one task, at least; a power of two, and the result does not depend on
/// it. So many customers' orders stay in a core's own cache.
const PART_MIN: usize = 4096;
/// More parts than this are filled no faster.
const N_PARTS_MAX: usize = 1024;

/// Sums up the orders up to `end` (a day, itself included).
///
/// Orders of one day are one purchase. A return is no purchase; it is taken off the spend of the
/// purchase it follows, since it undoes one.
///
/// # Shape
/// One summary per customer, in the order of customers; the order of the events is of no account.
///
/// # Source
/// Fader, Hardie, Lee (2005), section 2: `x`, `t_x`, `T`.
pub fn summaries(events: Events<'_>, n_customers: usize, end: i32) -> Vec<Summary> {
    let part_size = n_customers.div_ceil(N_PARTS_MAX).next_power_of_two().max(PART_MIN);
    let shift = part_size.trailing_zeros();
    let n_parts = n_customers.div_ceil(part_size);
    // First to the part, where writes go to few places at a time, then within the part to the
    // customer: 16 bytes for each order that counts.
    let counting = || {
        let rows = events.owners.iter().zip(events.days).zip(events.cents);
        rows.filter(|&((&owner, &day), _)| owner != NOBODY && day <= end)
    };
    let mut places = vec![0_usize; n_parts + 1];
    for ((&owner, _), _) in counting() {
        places[(owner >> shift) as usize + 1] += 1;
    }
    for part in 0..n_parts {
        places[part + 1] += places[part];
    }
    let ends = places[1..].to_vec();
    let mut orders = vec![Order::default(); places[n_parts]];
    for ((&owner, &day), &cents) in counting() {
        let place = &mut places[(owner >> shift) as usize];
        orders[*place] = Order { owner, day, cents };
        *place += 1;
    }
    let mut summaries = vec![Summary::default(); n_customers];
    let mut rest = orders.as_mut_slice();
    let mut taken = 0;
    let parts: Vec<(&mut [Order], &mut [Summary])> = ends
        .iter()
        .zip(summaries.chunks_mut(part_size))
        .map(|(&end, summaries)| {
            let (orders, after) = std::mem::take(&mut rest).split_at_mut(end - taken);
            (rest, taken) = (after, end);
            (orders, summaries)
        })
        .collect();
    parts
        .into_par_iter()
        .for_each(|(orders, summaries)| sum_up(orders, summaries, part_size - 1, end));
    summaries
}

/// Sums up the orders of a part's customers; `orders` are theirs alone. The bits of `mask` tell a
/// part's customers apart.
fn sum_up(orders: &[Order], summaries: &mut [Summary], mask: usize, end: i32) {
    let mut ends = vec![0_u32; summaries.len()];
    for order in orders {
        ends[order.owner as usize & mask] += 1;
    }
    let mut start = 0;
    for place in &mut ends {
        (*place, start) = (start, start + *place);
    }
    let mut sorted = vec![(0_i32, 0_i64); orders.len()];
    for order in orders {
        let place = &mut ends[order.owner as usize & mask];
        sorted[*place as usize] = (order.day, order.cents);
        *place += 1;
    }
    let mut start = 0;
    for (&place, summary) in ends.iter().zip(summaries) {
        let place = place as usize;
        if place > start {
            *summary = summed(&mut sorted[start..place], end);
        }
        start = place;
    }
}

/// Sums up one customer's orders.
fn summed(orders: &mut [(i32, i64)], end: i32) -> Summary {
    // By day, the purchases of a day before its returns.
    orders.sort_unstable_by_key(|&(day, cents)| (day, cents < 0));
    let mut summary =
        Summary { n_orders: u32::try_from(orders.len()).unwrap_or(u32::MAX), ..Summary::default() };
    let (mut first, mut last, mut n_days) = (0, 0, 0_u32);
    for &(day, cents) in &*orders {
        summary.past_cents = summary.past_cents.saturating_add(cents);
        if cents >= 0 && (n_days == 0 || day != last) {
            if n_days == 0 {
                first = day;
            }
            (last, n_days) = (day, n_days + 1);
        }
        if n_days > 1 {
            summary.repeat_cents = summary.repeat_cents.saturating_add(cents);
        }
    }
    if n_days > 0 {
        let (t_x, t) = (first.abs_diff(last), first.abs_diff(end));
        summary.history = Some(History { x: n_days - 1, t_x, t });
    }
    summary
}

/// Counts the customers that share a history: likelihoods are computed once for each.
///
/// # Shape
/// Sorted by x, then `t_x`, then T, whatever the order of the customers.
pub fn groups(histories: impl IntoParallelIterator<Item = History>) -> Vec<Group> {
    // In one number each, which sorts twice as fast; 2^20 days are 2,800 years.
    let mut sorted: Vec<u64> = histories.into_par_iter().map(packed).collect();
    sorted.par_sort_unstable();
    let mut groups: Vec<Group> = Vec::new();
    for history in sorted.into_iter().map(unpacked) {
        match groups.last_mut() {
            Some(group) if group.history == history => group.n_customers += 1,
            _ => groups.push(Group { history, n_customers: 1 }),
        }
    }
    groups
}

const DAY_BITS: u32 = 20;
const DAY_MAX: u32 = (1 << DAY_BITS) - 1;

fn packed(History { x, t_x, t }: History) -> u64 {
    let x = u64::from(x.min((1 << 24) - 1));
    (x << DAY_BITS | u64::from(t_x.min(DAY_MAX))) << DAY_BITS | u64::from(t.min(DAY_MAX))
}

fn unpacked(packed: u64) -> History {
    let low = |bits: u64| u32::try_from(bits & u64::from(DAY_MAX)).unwrap_or(DAY_MAX);
    let x = u32::try_from(packed >> (2 * DAY_BITS)).unwrap_or(u32::MAX);
    History { x, t_x: low(packed >> DAY_BITS), t: low(packed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(orders: &[(u32, i32, i64)], n_customers: usize, end: i32) -> Vec<Summary> {
        let owners: Vec<u32> = orders.iter().map(|order| order.0).collect();
        let days: Vec<i32> = orders.iter().map(|order| order.1).collect();
        let cents: Vec<i64> = orders.iter().map(|order| order.2).collect();
        summaries(Events { owners: &owners, days: &days, cents: &cents }, n_customers, end)
    }

    #[test]
    fn orders_of_one_day_are_one_purchase_and_the_first_is_no_repeat() {
        let found = of(&[(0, 10, 500), (0, 3, 100), (0, 10, 200), (0, 3, 50)], 2, 30);
        let history = Some(History { x: 1, t_x: 7, t: 27 });
        assert_eq!(found[0], Summary { history, repeat_cents: 700, past_cents: 850, n_orders: 4 });
        assert_eq!(found[1], Summary::default());
    }

    #[test]
    fn a_return_is_no_purchase_and_lowers_the_spend_of_the_one_before() {
        let found = of(&[(0, 1, 100), (0, 5, 300), (0, 9, -120)], 1, 10);
        let history = Some(History { x: 1, t_x: 4, t: 9 });
        assert_eq!(found[0], Summary { history, repeat_cents: 180, past_cents: 280, n_orders: 3 });
        assert_eq!(of(&[(0, 1, -5)], 1, 10)[0].history, None);
    }

    #[test]
    fn every_customer_gets_their_own_orders_however_many_there_are() {
        let n_customers = 3 * 4096 + 17;
        let orders: Vec<(u32, i32, i64)> =
            (0..n_customers).rev().map(|owner| (owner, 5, i64::from(owner))).collect();
        let found = of(&orders, n_customers as usize, 10);
        assert!(found.iter().zip(0..).all(|(summary, cents)| summary.past_cents == cents));
    }

    #[test]
    fn what_is_nobodys_or_after_the_end_does_not_count() {
        let found = of(&[(NOBODY, 1, 100), (0, 1, 7), (0, 11, 100)], 1, 10);
        assert_eq!((found[0].n_orders, found[0].past_cents), (1, 7));
    }

    #[test]
    fn groups_count_every_customer_once() {
        let history = |x, t_x, t| History { x, t_x, t };
        let found = groups(vec![history(1, 2, 9), history(0, 0, 9), history(1, 2, 9)]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].history, found[1].n_customers), (history(1, 2, 9), 2));
    }

    proptest::proptest! {
        #[test]
        fn shuffled_orders_give_the_same_summaries(
            mut orders in proptest::collection::vec((0_u32..6, 0_i32..40, -300_i64..900), 0..200),
            turn in 0_usize..200,
        ) {
            let before = of(&orders, 6, 30);
            let turn = turn.min(orders.len());
            orders.rotate_left(turn);
            orders.reverse();
            proptest::prop_assert_eq!(before, of(&orders, 6, 30));
        }
    }
}
