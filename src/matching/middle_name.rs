//! How much does a given name tell of the middle name?
//!
//! Parents choose both, of one language and one decade, and some go together: Mary Ann, Juan
//! Carlos. Of two people who share the given name more share the middle name than its frequency
//! lets expect, and in some files the one follows from the other. With `n` people told apart by
//! how their family names sound, so that the records of one person count once, and the person in
//! question left out:
//!
//! ```text
//! P(m | f) = (n(f, m) - 1 + K P'(m)) / (n(f) - 1 + K)
//! P'(m)    = P(m) + r (1 - P(m))
//! ```
//!
//! where `r` is the share of the pairs of people of one given name whose middle name follows from
//! it: those who share it, beyond chance.

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::intern::{Space, Symbol};

/// What all given names show counts as so many people of one.
const N_PEOPLE_PRIOR: f64 = 2.0;

/// Middle names and their initials.
pub(super) struct MiddleNames {
    names: Beside,
    initials: Beside,
}

impl MiddleNames {
    /// Counts them.
    pub(super) fn of(records: &[Record], names: &Space) -> MiddleNames {
        let initial = |name| names.text(name).bytes().next().map_or(0, u32::from);
        let (names, initials) = rayon::join(
            || Beside::counted(records, |name| name),
            || Beside::counted(records, initial),
        );
        MiddleNames { names, initials }
    }

    /// Gives the bits that the middle names of two records of one given name say too much, to be
    /// added, if they are the same or one is the initial of the other; `stranger_bits` are those
    /// of a middle name that a share `m` of the pairs of one person have in common.
    pub(super) fn excess(
        &self,
        names: &Space,
        (x, y): (&Record, &Record),
        (m, stranger_bits): (f64, f64),
    ) -> f64 {
        if x.middle_name == y.middle_name {
            // What the middle name is taken to be as frequent as.
            let share_bits = m.log2() - stranger_bits;
            let beside = self.names.shares(x.first_name, x.middle_name);
            return beside.map_or(0.0, |(_, beside)| (share_bits - beside.log2()).min(0.0));
        }
        let initial = |of: &Record| names.text(of.middle_name).bytes().next().map_or(0, u32::from);
        let beside =
            self.initials.shares(x.first_name, initial(x)).filter(|_| initial(x) == initial(y));
        beside.map_or(0.0, |(share, beside)| (share / beside).log2().min(0.0))
    }
}

/// How frequent values are: in the file and beside each given name.
struct Beside {
    shares: HashMap<u32, f64, FxBuildHasher>,
    shares_beside: HashMap<(Symbol, u32), f64, FxBuildHasher>,
}

/// Somebody's given name, middle name or what is read of it, and sound of the family name.
type Person = (Symbol, u32, Symbol);

impl Beside {
    /// Counts what `read` makes of middle names; 0 is nothing.
    fn counted(records: &[Record], read: impl Fn(Symbol) -> u32 + Sync) -> Beside {
        let person = |of: &Record| (of.first_name, read(of.middle_name), of.sounds[1]);
        let mut people: Vec<Person> = records
            .par_iter()
            .filter(|of| of.first_name != 0 && of.middle_name != 0)
            .map(person)
            .filter(|person| person.1 != 0)
            .collect();
        people.par_sort_unstable();
        people.dedup();
        let shares = shares(&people);
        let follows = follows(&people, &shares);
        let shares: HashMap<u32, f64, FxBuildHasher> = shares.into_iter().collect();
        let mut shares_beside = HashMap::default();
        for namesakes in people.chunk_by(|one, other| one.0 == other.0) {
            for alike in namesakes.chunk_by(|one, other| one.1 == other.1) {
                let (given, middle, _) = alike[0];
                let share = shares[&middle];
                let of_others = share + follows * (1.0 - share);
                let n_others = |people: &[Person]| people.len() as f64 - 1.0;
                let share = (n_others(alike) + N_PEOPLE_PRIOR * of_others)
                    / (n_others(namesakes) + N_PEOPLE_PRIOR);
                shares_beside.insert((given, middle), share);
            }
        }
        Beside { shares, shares_beside }
    }

    /// Gives the share of a value among all that there are, and among those beside a given name.
    fn shares(&self, given: Symbol, middle: u32) -> Option<(f64, f64)> {
        Some((*self.shares.get(&middle)?, *self.shares_beside.get(&(given, middle))?))
    }
}

/// Gives the share of each middle name, in their order.
fn shares(people: &[Person]) -> Vec<(u32, f64)> {
    let mut middles: Vec<u32> = people.iter().map(|person| person.1).collect();
    middles.par_sort_unstable();
    let share = |alike: &[u32]| (alike[0], alike.len() as f64 / people.len() as f64);
    middles.chunk_by(u32::eq).map(share).collect()
}

/// Gives the share of the pairs of people of one given name whose middle name follows from it.
fn follows(people: &[Person], shares: &[(u32, f64)]) -> f64 {
    let pairs = |people: &[Person]| people.len() as f64 * (people.len() as f64 - 1.0);
    let (mut n_pairs, mut n_alike) = (0.0, 0.0);
    for namesakes in people.chunk_by(|one, other| one.0 == other.0) {
        n_pairs += pairs(namesakes);
        n_alike += namesakes.chunk_by(|one, other| one.1 == other.1).map(pairs).sum::<f64>();
    }
    let by_chance: f64 = shares.iter().map(|(_, share)| share * share).sum();
    if n_pairs == 0.0 || by_chance >= 1.0 {
        return 0.0;
    }
    ((n_alike / n_pairs - by_chance) / (1.0 - by_chance)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(first_name: Symbol, middle_name: Symbol, last_sound: Symbol) -> Record {
        let mut record = Record::default();
        (record.first_name, record.middle_name) = (first_name, middle_name);
        record.sounds[1] = last_sound;
        record
    }

    /// People of ten given names, as many of each; the middle name by the given one and by how
    /// many people have that already.
    fn records(n: u32, middle: impl Fn(u32, u32) -> u32) -> Vec<Record> {
        let one = |person: u32| {
            let (given, nth) = (person % 10, person / 10);
            record(1 + given, middle(given, nth), 1 + person)
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn a_middle_name_that_follows_from_the_given_name_tells_nothing_new() {
        let names = Beside::counted(&records(500, |given, _| 100 + given), |name| name);
        let (share, beside) = names.shares(3, 102).unwrap();
        assert!((share - 0.1).abs() < 1e-9 && beside > 0.99, "{share} {beside}");
        // Nor does that of the only person of a given name.
        let mut with_lone = records(500, |given, _| 100 + given);
        with_lone.push(record(99, 104, 0));
        let names = Beside::counted(&with_lone, |name| name);
        assert!(names.shares(99, 104).unwrap().1 > 0.99);
    }

    #[test]
    fn a_middle_name_of_its_own_is_as_frequent_beside_every_given_name() {
        let names = Beside::counted(&records(5_000, |_, nth| 100 + nth % 20), |name| name);
        let (share, beside) = names.shares(3, 102).unwrap();
        assert!((share - 0.05).abs() < 1e-9 && (beside - 0.05).abs() < 0.01, "{share} {beside}");
        assert!(names.shares(3, 99).is_none());
    }

    #[test]
    fn the_records_of_one_person_count_once() {
        let mut all = records(5_000, |_, nth| 100 + nth % 20);
        all.extend([record(99, 104, 7); 6]);
        let names = Beside::counted(&all, |name| name);
        let (share, beside) = names.shares(99, 104).unwrap();
        assert!((share - beside).abs() < 0.01, "{share} {beside}");
    }
}
