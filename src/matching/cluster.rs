//! Which records hang together?
//!
//! Links are taken strongest first. Two clusters are joined only if nothing is said against it
//! (`guard`): otherwise a nameless row with the family's mailbox would make one person of husband
//! and wife. Ties are broken by what the records say, so the order of the input has no say.

use rayon::prelude::*;

/// A pair at or above the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) weight_bits: f64,
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) rule: u8,
}

/// Why a link was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// It would have joined two people.
    Contradiction,
    /// All pairs across it, taken together, speak against it.
    WeakBridge,
    /// The cluster would have been too large for one person.
    Large,
    /// A source that names each person once would have named one twice.
    OneToOne,
}

impl Refusal {
    /// Gives the word by which the review pairs say it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Refusal::Contradiction => "contradiction",
            Refusal::WeakBridge => "weak_bridge",
            Refusal::Large => "large_cluster",
            Refusal::OneToOne => "one_to_one",
        }
    }
}

/// Orders pairs by their key, then by what the two records say, then by their numbers.
pub(super) fn sort_pairs(links: &mut [Link], contents: &[u64], key: impl Fn(&Link) -> f64 + Sync) {
    let content = |link: &Link| {
        let (one, other) = (contents[link.a as usize], contents[link.b as usize]);
        (one.min(other), one.max(other))
    };
    links.par_sort_unstable_by(|one, other| {
        key(one)
            .total_cmp(&key(other))
            .then_with(|| content(one).cmp(&content(other)))
            .then_with(|| (one.a, one.b).cmp(&(other.a, other.b)))
    });
}

/// The clusters and what holds them together.
pub(super) struct Clusters {
    /// By record: the smallest record of its cluster.
    pub(super) cluster: Vec<u32>,
    /// By record: the place, among the links, of the strongest that holds it.
    pub(super) strongest: Vec<Option<u32>>,
    /// Links that were not taken, and why.
    pub(super) refused: Vec<(Link, Refusal)>,
    /// Records that a decision holds in their cluster, and no link; smallest first.
    pub(super) by_decision: Vec<u32>,
}

/// Joins records by their links, which come strongest first. `refusal` says of a link and the
/// members on either side why they may not be joined, if they may not.
pub(super) fn clustered(
    n_records: usize,
    links: &[Link],
    mut refusal: impl FnMut(&Link, &[u32], &[u32]) -> Option<Refusal>,
) -> Clusters {
    let mut forest = Forest::of(n_records);
    let mut refused = Vec::new();
    let mut strongest = vec![None; n_records];
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for (place, link) in links.iter().enumerate() {
        let (one, other) = (forest.root(link.a), forest.root(link.b));
        if one != other {
            for (members, root) in [(&mut ones, one), (&mut others, other)] {
                members.clear();
                members.extend(forest.members(root));
            }
            if let Some(refusal) = refusal(link, &ones, &others) {
                refused.push((*link, refusal));
                continue;
            }
            forest.join(one, other);
        }
        for record in [link.a, link.b] {
            let held_by = &mut strongest[record as usize];
            *held_by = held_by.or(Some(super::intern::count(place)));
        }
    }
    let cluster = (0..n_records).map(|row| forest.root(super::intern::count(row))).collect();
    Clusters { cluster, strongest, refused, by_decision: Vec::new() }
}

/// A union-find whose roots are the smallest records, with the members of each set in a ring.
pub(super) struct Forest {
    parent: Vec<u32>,
    next: Vec<u32>,
}

impl Forest {
    pub(super) fn of(n_records: usize) -> Forest {
        let alone: Vec<u32> = (0..super::intern::count(n_records)).collect();
        Forest { parent: alone.clone(), next: alone }
    }

    pub(super) fn root(&mut self, record: u32) -> u32 {
        let mut record = record as usize;
        while self.parent[record] as usize != record {
            let above = self.parent[record] as usize;
            self.parent[record] = self.parent[above];
            record = self.parent[record] as usize;
        }
        super::intern::count(record)
    }

    pub(super) fn join(&mut self, one: u32, other: u32) {
        self.parent[one.max(other) as usize] = one.min(other);
        self.next.swap(one as usize, other as usize);
    }

    fn members(&self, of: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(of), move |&record| {
            Some(self.next[record as usize]).filter(|&next| next != of)
        })
    }
}

/// The pairs nearest to the threshold, a bounded number of them.
pub(super) struct Nearest {
    pairs: Vec<Link>,
    n_max: usize,
    weight_bits_min: f64,
}

impl Nearest {
    pub(super) fn of(n_max: usize, weight_bits_min: f64) -> Nearest {
        Nearest { pairs: Vec::new(), n_max, weight_bits_min }
    }

    pub(super) fn add(&mut self, pair: Link, contents: &[u64]) {
        self.pairs.push(pair);
        if self.pairs.len() > 2 * self.n_max + 1024 {
            self.cut(contents);
        }
    }

    fn cut(&mut self, contents: &[u64]) {
        let weight_bits_min = self.weight_bits_min;
        sort_pairs(&mut self.pairs, contents, |pair| (pair.weight_bits - weight_bits_min).abs());
        self.pairs.truncate(self.n_max);
    }

    /// Gives the pairs, the nearest first.
    pub(super) fn sorted(mut self, contents: &[u64]) -> Vec<Link> {
        self.cut(contents);
        self.pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(weight_bits: f64, a: u32, b: u32) -> Link {
        Link { weight_bits, a, b, rule: 0 }
    }

    #[test]
    fn a_cluster_is_named_after_its_smallest_record() {
        let links = [link(9.0, 3, 4), link(8.0, 1, 4), link(7.0, 1, 3)];
        let clusters = clustered(6, &links, |_, _, _| None);
        assert_eq!(clusters.cluster, [0, 1, 2, 1, 1, 5]);
        assert_eq!(clusters.strongest, [None, Some(1), None, Some(0), Some(0), None]);
        assert!(clusters.refused.is_empty());
    }

    #[test]
    fn two_people_are_not_joined_through_a_third_record() {
        // 0 and 2 are two people; 1 could be either's.
        let links = [link(9.0, 0, 1), link(8.0, 1, 2)];
        let clusters = clustered(3, &links, |_, ones, others| {
            let are_two = ones.contains(&0) && others.contains(&2);
            are_two.then_some(Refusal::Contradiction)
        });
        assert_eq!(clusters.cluster, [0, 0, 2]);
        assert_eq!(clusters.refused, [(link(8.0, 1, 2), Refusal::Contradiction)]);
    }

    #[test]
    fn the_nearest_pairs_are_kept_whatever_the_order() {
        let contents: Vec<u64> = (0..5000).collect();
        let pairs: Vec<Link> =
            (0..4000).map(|n| link(f64::from(n * 7919 % 4001) / 1000.0, n, n + 1)).collect();
        let kept = |pairs: &[Link]| {
            let mut nearest = Nearest::of(5, 4.5);
            for pair in pairs {
                nearest.add(*pair, &contents);
            }
            nearest.sorted(&contents)
        };
        let mut reversed = pairs.clone();
        reversed.reverse();
        assert_eq!(kept(&pairs), kept(&reversed));
        assert!(kept(&pairs)[0].weight_bits > kept(&pairs)[4].weight_bits);
        assert_eq!(kept(&pairs).len(), 5);
    }
}
