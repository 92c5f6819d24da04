//! Is every row accounted for?
//!
//! A room's product comes `Counted`, with a `Tally` of rows taken and given. The ledger checks
//! that they agree and keeps them. A tally that does not balance is a bug, and stops the run.

use std::time::Duration;

use serde::Serialize;

/// What a room took and where it went. `given` are disjoint: they add up to `taken`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The room.
    pub room: &'static str,
    /// What the rows are: `rows`, `contacts`, `scope rows`.
    pub of: &'static str,
    /// Rows taken.
    pub n_taken: u64,
    /// Rows given, by where they went.
    pub given: Vec<(&'static str, u64)>,
}

impl Tally {
    /// Opens a tally for what a room takes.
    pub fn of(room: &'static str, of: &'static str, n_taken: usize) -> Tally {
        Tally { room, of, n_taken: n_taken as u64, given: Vec::new() }
    }

    /// Adds one place that rows went to.
    #[must_use]
    pub fn gave(mut self, place: &'static str, n_rows: usize) -> Tally {
        self.given.push((place, n_rows as u64));
        self
    }

    fn balances(&self) -> bool {
        self.given.iter().map(|(_, n_rows)| n_rows).sum::<u64>() == self.n_taken
    }
}

/// A product with its tally.
#[derive(Debug)]
pub struct Counted<T> {
    /// What the room made.
    pub product: T,
    /// Where the rows went.
    pub tally: Tally,
}

/// How long a room took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// By the clock.
    pub elapsed: Duration,
    /// CPU time of all threads, where the system tells.
    pub cpu: Option<Duration>,
}

/// The run's account: every tally in order.
#[derive(Debug, Default)]
pub struct Ledger {
    tallies: Vec<Tally>,
    durations: Vec<(&'static str, Took)>,
}

impl Ledger {
    /// Enters a product and hands it on.
    ///
    /// # Panics
    /// If the tally does not balance: a room lost a row or made one up.
    pub fn enter<T>(&mut self, counted: Counted<T>) -> T {
        let Counted { product, tally } = counted;
        assert!(tally.balances(), "the roll is broken: {tally:?}");
        self.tallies.push(tally);
        product
    }

    /// Notes how long a room took.
    pub fn took(&mut self, room: &'static str, took: Took) {
        self.durations.push((room, took));
    }

    /// Lists the tallies in the order of the run.
    pub fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    /// Lists the durations in the order of the run.
    pub fn durations(&self) -> &[(&'static str, Took)] {
        &self.durations
    }
}

/// An identity of the roll: a whole and the parts that it must equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// What the whole is.
    pub whole: &'static str,
    /// How many.
    pub n_whole: u64,
    /// The parts: what and how many.
    pub parts: Vec<(&'static str, u64)>,
}

/// The roll: the identities that hold in every run, are printed, and stand in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Roll(Vec<Identity>);

impl Roll {
    /// Adds an identity.
    ///
    /// # Panics
    /// If the parts do not add up to the whole: someone was lost, or counted twice.
    pub fn call(&mut self, whole: &'static str, n_whole: usize, parts: &[(&'static str, usize)]) {
        let parts = parts.iter().map(|&(part, n_rows)| (part, n_rows as u64)).collect();
        self.add(Identity { whole, n_whole: n_whole as u64, parts });
    }

    /// Adds the identity that a room's tally is.
    ///
    /// # Panics
    /// If it does not balance.
    pub fn call_tally(&mut self, tally: &Tally) {
        let Tally { of, n_taken, given, .. } = tally;
        self.add(Identity { whole: of, n_whole: *n_taken, parts: given.clone() });
    }

    fn add(&mut self, identity: Identity) {
        let sum: u64 = identity.parts.iter().map(|(_, n_rows)| n_rows).sum();
        assert!(sum == identity.n_whole, "the roll is broken: {identity:?}");
        self.0.push(identity);
    }

    /// Lists the identities.
    pub fn identities(&self) -> &[Identity] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_that_balances_is_kept_and_its_product_handed_on() {
        let mut ledger = Ledger::default();
        let tally = Tally::of("validate", "rows", 10).gave("contacts", 7).gave("quarantine", 3);
        assert_eq!(ledger.enter(Counted { product: "contacts", tally }), "contacts");
        assert_eq!(ledger.tallies().len(), 1);
    }

    #[test]
    #[should_panic(expected = "the roll is broken")]
    fn a_lost_row_stops_the_run() {
        let tally = Tally::of("validate", "rows", 10).gave("contacts", 9);
        Ledger::default().enter(Counted { product: (), tally });
    }

    #[test]
    #[should_panic(expected = "the roll is broken")]
    fn a_person_counted_twice_stops_the_run() {
        Roll::default().call("affected", 2, &[("notified", 2), ("held", 1)]);
    }
}
