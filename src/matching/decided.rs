//! What do decisions change of the clusters?
//!
//! Only the clusters that hold a decided record are made anew: records decided to be the same
//! are united first, then the links that held the old clusters are taken again, strongest first,
//! but for those that would bring together what is decided to be different. So the path between
//! two such records is cut at its weakest link, and nothing else moves.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::cluster::{Clusters, Forest, Link};
use super::decisions::{DecisionCounts, Resolved, Verdict};
use super::intern::count;

/// Carries out the decisions on clusters that weights alone have made; `links` come strongest
/// first.
pub(super) fn decided(clusters: &mut Clusters, links: &[Link], resolved: &mut Resolved) {
    let members = members_concerned(clusters, resolved);
    if members.is_empty() {
        return;
    }
    let place = |record: u32| members.binary_search(&record).ok().map(count);
    let by_place = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
        pairs.iter().filter_map(|&(a, b)| Some((place(a)?, place(b)?))).collect()
    };
    let mut sets = Sets::of(members.len());
    let counts = &mut resolved.counts;
    let before = |a: u32, b: u32| clusters.cluster[a as usize] == clusters.cluster[b as usize];
    for decided in resolved.decided.iter().filter(|of| of.verdict == Verdict::Different) {
        for (a, b) in by_place(&decided.pairs) {
            sets.part(a, b);
        }
        counts.n_different += 1;
        counts.n_different_against_weights +=
            usize::from(decided.pairs.iter().any(|&(a, b)| before(a, b)));
    }
    for decided in resolved.decided.iter().filter(|of| of.verdict == Verdict::Same) {
        // All or nothing: a name that means several records is one decision.
        let pairs = by_place(&decided.pairs);
        if pairs.iter().any(|&(a, b)| sets.are_apart(a, b)) {
            counts.n_contradicting += 1;
            counts.lines_contradicting.push(decided.line);
            continue;
        }
        for (a, b) in pairs {
            sets.join(a, b);
        }
        counts.n_same += 1;
        counts.n_same_against_weights +=
            usize::from(decided.pairs.iter().any(|&(a, b)| !before(a, b)));
    }
    counts.lines_contradicting.sort_unstable();
    for link in links {
        if !before(link.a, link.b) {
            continue;
        }
        if let (Some(a), Some(b)) = (place(link.a), place(link.b)) {
            sets.join_unless_apart(a, b);
        }
    }
    relabel(clusters, links, &members, &mut sets);
}

/// Lists the records of all clusters that a decided record is in, smallest first.
fn members_concerned(clusters: &Clusters, resolved: &Resolved) -> Vec<u32> {
    let records = resolved.decided.iter().flat_map(|decided| &decided.pairs);
    let mut concerned: Vec<u32> =
        records.flat_map(|&(a, b)| [a, b]).map(|of| clusters.cluster[of as usize]).collect();
    concerned.sort_unstable();
    concerned.dedup();
    if concerned.is_empty() {
        return Vec::new();
    }
    let is_concerned = |cluster: &u32| concerned.binary_search(cluster).is_ok();
    let numbered = (0..).zip(&clusters.cluster);
    numbered.filter(|(_, cluster)| is_concerned(cluster)).map(|(record, _)| record).collect()
}

/// Writes the new clusters down, and which link now holds each record.
fn relabel(clusters: &mut Clusters, links: &[Link], members: &[u32], sets: &mut Sets) {
    let mut n_in_set = vec![0_u32; members.len()];
    for place in 0..members.len() {
        // Members are sorted, so the smallest place of a set is its smallest record.
        let root = sets.forest.root(count(place));
        n_in_set[root as usize] += 1;
        let record = members[place] as usize;
        clusters.cluster[record] = members[root as usize];
        clusters.strongest[record] = None;
    }
    for (place, link) in links.iter().enumerate() {
        if clusters.cluster[link.a as usize] != clusters.cluster[link.b as usize] {
            continue;
        }
        for record in [link.a, link.b] {
            if members.binary_search(&record).is_ok() {
                let held_by = &mut clusters.strongest[record as usize];
                *held_by = held_by.or(Some(count(place)));
            }
        }
    }
    clusters.by_decision = (0..members.len())
        .filter(|&place| {
            let root = sets.forest.root(count(place));
            n_in_set[root as usize] > 1 && clusters.strongest[members[place] as usize].is_none()
        })
        .map(|place| members[place])
        .collect();
}

/// Sets of records, some of which must stay apart.
struct Sets {
    forest: Forest,
    /// By root: records that its members must stay apart from.
    foes: HashMap<u32, Vec<u32>, FxBuildHasher>,
}

impl Sets {
    fn of(n_records: usize) -> Sets {
        Sets { forest: Forest::of(n_records), foes: HashMap::default() }
    }

    /// Keeps two records apart for good; before any are joined.
    fn part(&mut self, a: u32, b: u32) {
        self.foes.entry(a).or_default().push(b);
        self.foes.entry(b).or_default().push(a);
    }

    fn are_apart(&mut self, a: u32, b: u32) -> bool {
        let (one, other) = (self.forest.root(a), self.forest.root(b));
        let n_foes = |of: u32| self.foes.get(&of).map_or(0, Vec::len);
        let (fewer, more) = if n_foes(one) <= n_foes(other) { (one, other) } else { (other, one) };
        let Some(foes) = self.foes.get(&fewer) else { return false };
        foes.iter().any(|&foe| self.forest.root(foe) == more)
    }

    fn join(&mut self, a: u32, b: u32) {
        let (one, other) = (self.forest.root(a), self.forest.root(b));
        if one == other {
            return;
        }
        self.forest.join(one, other);
        if let Some(mut foes) = self.foes.remove(&one.max(other)) {
            self.foes.entry(one.min(other)).or_default().append(&mut foes);
        }
    }

    fn join_unless_apart(&mut self, a: u32, b: u32) {
        if !self.are_apart(a, b) {
            self.join(a, b);
        }
    }
}

/// Says what a reader of the report should know of the decisions.
pub(super) fn told(counts: &DecisionCounts) -> Vec<String> {
    let lines = |lines: &[u64]| {
        const N_LINES_MAX: usize = 10;
        let mut named: Vec<String> =
            lines.iter().take(N_LINES_MAX).map(ToString::to_string).collect();
        if lines.len() > N_LINES_MAX {
            named.push("…".to_owned());
        }
        named.join(", ")
    };
    let mut told = Vec::new();
    if counts.n_unknown > 0 {
        told.push(format!(
            "{} decisions in {} name a record that this run does not have (lines {})",
            counts.n_unknown,
            counts.file,
            lines(&counts.lines_unknown)
        ));
    }
    if counts.n_contradicting > 0 {
        told.push(format!(
            "{} decisions in {} say `same` of records that others keep apart, and were left out: \
             `different` holds (lines {})",
            counts.n_contradicting,
            counts.file,
            lines(&counts.lines_contradicting)
        ));
    }
    told
}
