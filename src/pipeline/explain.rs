//! Why are two records one person, or not?

use std::path::Path;

use serde::Serialize;

use super::error::Error;
use super::records::Records;
use super::values::{SHOWN, Values};
use crate::matching::{Register, Scorer, Waterfall};
use crate::tables::column as c;

/// Of larger clusters the links are not all weighed: so many members speak for all.
const N_MEMBERS_WEIGHED: usize = 60;

/// Two records, weighed.
#[derive(Debug, Serialize)]
pub struct ExplainedPair {
    /// The run.
    pub run: String,
    /// The two records.
    pub records: [ShownRecord; 2],
    /// What each comparison adds.
    pub waterfall: Waterfall,
    /// What the two records say where the comparisons look, in their order.
    pub values: Vec<[Option<String>; 2]>,
    /// The weight from which on pairs are linked, in bits.
    pub threshold_bits: f64,
    /// The blocking rules that bring the two together; none, and the run never weighed them.
    pub rules: Vec<String>,
    /// What a person decided: `same` or `different`, by whom, when.
    pub decision: Option<String>,
    /// Whether the run made one customer of them.
    pub is_one_customer: bool,
    /// The strongest links that lead from one to the other within their cluster.
    pub path: Vec<PathLink>,
    /// Why they are not one customer, if they are not; or why they are in spite of their weight.
    pub because: Option<String>,
}

/// A record, as it may be shown.
#[derive(Debug, Clone, Serialize)]
pub struct ShownRecord {
    /// Source and id.
    pub name: String,
    /// Its number in the run.
    pub record: u32,
    /// The line on which it stands in its source.
    pub line: Option<u64>,
    /// Its customer's id.
    pub customer_id: String,
    /// The weight of the strongest link that holds it, in bits.
    pub held_by_bits: Option<f64>,
    /// The blocking rule that found that link, or `decision`.
    pub linked_by: Option<String>,
    /// What it says, by field; masked unless values may be shown.
    pub values: Vec<(&'static str, String)>,
}

/// A link of a cluster.
#[derive(Debug, Clone, Serialize)]
pub struct PathLink {
    /// One record's name.
    pub from: String,
    /// The other's.
    pub to: String,
    /// The weight of the pair, in bits.
    pub weight_bits: f64,
    /// Whether a person decided that the two are the same.
    pub is_decided: bool,
}

/// A record's cluster.
#[derive(Debug, Serialize)]
pub struct ExplainedRecord {
    /// The run.
    pub run: String,
    /// The record that was asked for.
    pub record: String,
    /// The customer's id.
    pub customer_id: String,
    /// The records of the customer, the smallest first.
    pub members: Vec<ShownRecord>,
    /// How many there are.
    pub n_members: usize,
    /// The weight from which on pairs are linked, in bits.
    pub threshold_bits: f64,
    /// The strongest links that hold the cluster together, the strongest first; one fewer than
    /// members, if each is held.
    pub links: Vec<PathLink>,
    /// Pairs of members that would not be linked on their own, the weakest first.
    pub weak: Vec<PathLink>,
    /// Records of others that were nearly linked, and why they were not.
    pub near: Vec<NearRecord>,
}

/// A record that is in another cluster, though something spoke for this one.
#[derive(Debug, Clone, Serialize)]
pub struct NearRecord {
    /// The member that it is near to.
    pub member: String,
    /// The record.
    pub other: String,
    /// The weight of the pair, in bits.
    pub weight_bits: f64,
    /// Why it is apart.
    pub because: String,
}

/// Explains a pair of records of a nightly run. A record is written `SOURCE:ID`, or `#17` for
/// its number. Values are masked unless `shows_values`.
///
/// # Errors
/// The run cannot be read, or has no such record.
pub fn pair(run: &Path, typed: [&str; 2], shows_values: bool) -> Result<ExplainedPair, Error> {
    let records = Records::open(run)?;
    let register = Register::of(&records.contacts);
    let [a, b] = [records.typed(&register, typed[0])?, records.typed(&register, typed[1])?];
    let scorer = records.scorer();
    let values = records.values();
    let asked = Asked {
        records: &records,
        register: &register,
        scorer: &scorer,
        values: &values,
        shows_values,
    };
    let waterfall = scorer.explained(a, b);
    let shown = |record: u32, comparison| values.shown(record, comparison, shows_values);
    let compared = waterfall
        .steps
        .iter()
        .map(|step| [shown(a, step.comparison), shown(b, step.comparison)])
        .collect();
    let is_one_customer = records.customers[a as usize] == records.customers[b as usize];
    let rules = scorer.rules_of(a, b);
    let path = if is_one_customer && a != b { asked.path(a, b) } else { Vec::new() };
    Ok(ExplainedPair {
        run: records.run.id().to_owned(),
        records: [asked.shown(a), asked.shown(b)],
        because: asked.because(a, b, waterfall.weight_bits, &rules, &path),
        values: compared,
        threshold_bits: records.threshold_bits(),
        rules,
        decision: asked.decision(a, b),
        is_one_customer,
        path,
        waterfall,
    })
}

/// Explains the cluster of a record of a nightly run.
///
/// # Errors
/// The run cannot be read, or has no such record.
pub fn record(run: &Path, typed: &str, shows_values: bool) -> Result<ExplainedRecord, Error> {
    let records = Records::open(run)?;
    let register = Register::of(&records.contacts);
    let record = records.typed(&register, typed)?;
    let scorer = records.scorer();
    let values = records.values();
    let asked = Asked {
        records: &records,
        register: &register,
        scorer: &scorer,
        values: &values,
        shows_values,
    };
    let members = records.members(records.customers[record as usize]);
    let threshold_bits = records.threshold_bits();
    let mut weighed = asked.weighed(&members);
    let links = asked.tree(&members, &weighed);
    weighed.retain(|&(_, _, bits)| bits < threshold_bits);
    weighed.sort_by(|one, other| one.2.total_cmp(&other.2));
    Ok(ExplainedRecord {
        run: records.run.id().to_owned(),
        record: register.name(record).to_string(),
        customer_id: records.customer_id(record).to_owned(),
        n_members: members.len(),
        threshold_bits,
        links: links.into_iter().map(|link| asked.link(link)).collect(),
        weak: weighed.into_iter().map(|link| asked.link(link)).collect(),
        near: asked.near(&members)?,
        members: members.iter().map(|&member| asked.shown(member)).collect(),
    })
}

/// A question about records of a run.
struct Asked<'a> {
    records: &'a Records,
    register: &'a Register<'a>,
    scorer: &'a Scorer,
    values: &'a Values<'a>,
    shows_values: bool,
}

/// A pair and its weight.
type Weighed = (u32, u32, f64);

impl Asked<'_> {
    fn name(&self, record: u32) -> String {
        self.register.name(record).to_string()
    }

    fn shown(&self, record: u32) -> ShownRecord {
        let (records, row) = (self.records, record as usize);
        let values = SHOWN
            .into_iter()
            .filter_map(|field| Some((field, self.values.shown(record, field, self.shows_values)?)))
            .collect();
        ShownRecord {
            name: self.name(record),
            record,
            line: records.lineage.long(c::LINE).get(row),
            customer_id: records.customer_id(record).to_owned(),
            held_by_bits: records.lineage.number(c::MATCH_WEIGHT_BITS).get(row),
            linked_by: records.lineage.text(c::LINKED_BY).get(row).map(str::to_owned),
            values,
        }
    }

    fn decision(&self, a: u32, b: u32) -> Option<String> {
        let decision =
            self.records.decisions.of_pair(&self.register.name(a), &self.register.name(b))?;
        Some(format!("{} by {}, {}", decision.verdict, decision.who, decision.when))
    }

    fn is_decided_same(&self, a: u32, b: u32) -> bool {
        let decision =
            self.records.decisions.of_pair(&self.register.name(a), &self.register.name(b));
        decision.is_some_and(|decision| decision.verdict == crate::matching::Verdict::Same)
    }

    fn link(&self, (a, b, weight_bits): Weighed) -> PathLink {
        PathLink {
            from: self.name(a),
            to: self.name(b),
            weight_bits,
            is_decided: self.is_decided_same(a, b),
        }
    }

    /// Weighs all pairs of a cluster's members.
    fn weighed(&self, members: &[u32]) -> Vec<Weighed> {
        let members = &members[..members.len().min(N_MEMBERS_WEIGHED)];
        let mut weighed = Vec::new();
        for (place, &a) in members.iter().enumerate() {
            for &b in &members[place + 1..] {
                weighed.push((a, b, self.scorer.explained(a, b).weight_bits));
            }
        }
        weighed
    }

    /// Gives the strongest links that join as many of the members as can be joined: Kruskal's
    /// tree. Decisions come before weights, and pairs below the threshold do not link.
    fn tree(&self, members: &[u32], weighed: &[Weighed]) -> Vec<Weighed> {
        let threshold_bits = self.records.threshold_bits();
        let mut links: Vec<(bool, Weighed)> = weighed
            .iter()
            .map(|&pair| (self.is_decided_same(pair.0, pair.1), pair))
            .filter(|&(is_decided, pair)| is_decided || pair.2 >= threshold_bits)
            .collect();
        links.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| other.1.2.total_cmp(&one.1.2)));
        let place = |record: u32| members.binary_search(&record).unwrap_or_default();
        let mut set: Vec<usize> = (0..members.len()).collect();
        let mut tree = Vec::new();
        for (_, link) in links {
            let (one, other) = (set[place(link.0)], set[place(link.1)]);
            if one != other {
                set.iter_mut().filter(|of| **of == other).for_each(|of| *of = one);
                tree.push(link);
            }
        }
        tree.sort_by(|one, other| other.2.total_cmp(&one.2));
        tree
    }

    /// Finds the links that lead from one member of a cluster to another, along its tree.
    fn path(&self, a: u32, b: u32) -> Vec<PathLink> {
        let mut members = self.records.members(self.records.customers[a as usize]);
        // Both ends are weighed, however large the cluster.
        members.sort_by_key(|&member| (member != a && member != b, member));
        members.truncate(N_MEMBERS_WEIGHED);
        members.sort_unstable();
        let tree = self.tree(&members, &self.weighed(&members));
        let mut trail: Vec<(u32, Option<usize>)> = vec![(a, None)];
        let mut seen = 0;
        while seen < trail.len() && trail.iter().all(|&(record, _)| record != b) {
            let from = trail[seen].0;
            for (place, &(one, other, _)) in tree.iter().enumerate() {
                let to = match from {
                    _ if one == from => other,
                    _ if other == from => one,
                    _ => continue,
                };
                if trail.iter().all(|&(record, _)| record != to) {
                    trail.push((to, Some(place)));
                }
            }
            seen += 1;
        }
        let mut path = Vec::new();
        let mut at = b;
        while let Some(&(_, Some(place))) = trail.iter().find(|&&(record, _)| record == at) {
            let (one, other, weight_bits) = tree[place];
            let from = if one == at { other } else { one };
            path.push(self.link((from, at, weight_bits)));
            at = from;
        }
        path.reverse();
        path
    }

    /// Says why two records are apart, or together in spite of their weight.
    fn because(
        &self,
        a: u32,
        b: u32,
        weight_bits: f64,
        rules: &[String],
        path: &[PathLink],
    ) -> Option<String> {
        let threshold_bits = self.records.threshold_bits();
        let is_one = self.records.customers[a as usize] == self.records.customers[b as usize];
        if a == b {
            return Some("they are one record".to_owned());
        }
        if let Some(decision) = self.decision(a, b) {
            return Some(format!("a person decided: {decision}"));
        }
        if is_one {
            let is_direct = path.len() == 1;
            return (!is_direct)
                .then(|| format!("{} links lead from one to the other", path.len()));
        }
        Some(if weight_bits < threshold_bits {
            let lacking = threshold_bits - weight_bits;
            format!("their weight is {lacking:.2} bits below the threshold")
        } else if rules.is_empty() {
            "no blocking rule brings them together, so they were never compared".to_owned()
        } else {
            self.conflict(a, b)
        })
    }

    /// Finds what kept two clusters apart whose records would be linked on their own: two members
    /// that contradict each other, the two themselves first, or else those that are least one
    /// person.
    fn conflict(&self, a: u32, b: u32) -> String {
        let members = |of: u32| {
            let mut members = self.records.members(self.records.customers[of as usize]);
            members.sort_by_key(|&member| (member != of, member));
            members.truncate(N_MEMBERS_WEIGHED);
            members
        };
        let others = members(b);
        let pairs = || {
            let ones = members(a).into_iter();
            ones.flat_map(|one| others.iter().map(move |&other| (one, other)))
        };
        let contradiction = pairs()
            .find_map(|(one, other)| Some((one, other, self.scorer.contradiction(one, other)?)));
        if let Some((one, other, said)) = contradiction {
            return if (one, other) == (a, b) {
                format!("they contradict each other: {said}")
            } else {
                let (one, other) = (self.name(one), self.name(other));
                format!("{one} and {other}, of their clusters, contradict each other: {said}")
            };
        }
        let least = pairs()
            .map(|(one, other)| (one, other, self.scorer.explained(one, other).weight_bits))
            .min_by(|one, other| one.2.total_cmp(&other.2));
        match least {
            Some((one, other, bits)) if bits < self.records.threshold_bits() => format!(
                "their clusters hold {} and {}, which are two people: {bits:.2} bits",
                self.name(one),
                self.name(other)
            ),
            _ => "a large block was skipped, or a decision on others keeps them apart".to_owned(),
        }
    }

    /// Lists the records that were nearly linked to a cluster: those that wait for review.
    fn near(&self, members: &[u32]) -> Result<Vec<NearRecord>, Error> {
        let mut near = Vec::new();
        for (a, b) in super::review_pairs::read(&self.records.run, self.register)? {
            let (member, other) = match (members.contains(&a), members.contains(&b)) {
                (true, false) => (a, b),
                (false, true) => (b, a),
                _ => continue,
            };
            let weight_bits = self.scorer.explained(a, b).weight_bits;
            let rules = ["review".to_owned()];
            let because = self.because(member, other, weight_bits, &rules, &[]);
            near.push(NearRecord {
                member: self.name(member),
                other: self.name(other),
                weight_bits,
                because: because.unwrap_or_default(),
            });
        }
        Ok(near)
    }
}
