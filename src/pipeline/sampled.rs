//! Whom do the samples of the incidents mean?
//!
//! A sample is read and standardized as an export is, and its rows are held against the
//! customers by the model that finds duplicates: the one that this run learned, the one that the
//! pipeline file names, or one learned from the snapshot at hand.

use super::error::Error;
use super::people::People;
use super::plan::Plan;
use super::run::Account;
use crate::ingest;
use crate::matching::{self, Base, Learned, LinkRule, Links};
use crate::scope::{self, Ruling, Sample, SampleCount};
use crate::snapshot::Night;
use crate::standardize::{self, Standardized};
use crate::tables::layout::{Contact, ContactPoint, Quarantined, ScopeEntry};
use crate::tables::{Table, Texts, column as c};
use crate::terms::grouped;

/// A sample, standardized, and whom its rows mean once they are linked.
pub(super) struct Sampled {
    pub(super) incident: String,
    pub(super) file: String,
    pub(super) first_entry: u32,
    pub(super) contacts: Table<Contact>,
    points: Table<ContactPoint>,
    pub(super) links: Option<Links>,
}

/// Reads the samples and puts a scope entry for each of their rows under those of the lists.
pub(super) fn read(
    account: &mut Account<'_>,
    lists: Table<ScopeEntry>,
) -> Result<(Table<ScopeEntry>, Vec<Sampled>), Error> {
    let plan = account.plan;
    let (mut parts, mut samples) = (vec![lists], Vec::new());
    let mut n_entries = parts[0].height();
    for read in ingest::samples(&plan.incidents, &plan.root, plan.config.scope.file_bytes_max)? {
        account.note_files(&read.files)?;
        let Standardized { contacts, points, .. } =
            standardize::contacts(&read.contacts, &plan.config.standardize);
        let entries = entries(
            &read.incident,
            &read.file,
            &read.data_classes,
            &contacts,
            &points,
            &read.refused,
        );
        let first_entry = u32::try_from(n_entries).unwrap_or(u32::MAX);
        n_entries += entries.height();
        parts.push(entries);
        let (incident, file) = (read.incident, read.file);
        samples.push(Sampled { incident, file, first_entry, contacts, points, links: None });
    }
    Ok((Table::concat(parts), samples))
}

/// Gives the scope entries of a sample: its rows, named by what they say, then those that could
/// not be read.
fn entries(
    incident: &str,
    file: &str,
    classes: &str,
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    refused: &Table<Quarantined>,
) -> Table<ScopeEntry> {
    let n_rows = contacts.height() + refused.height();
    let mut names_somebody = vec![false; contacts.height()];
    for record in points.count(c::RECORD).iter().flatten() {
        names_somebody[record as usize] = true;
    }
    for column in [c::FIRST_NAME, c::LAST_NAME, c::STREET, c::COMPANY] {
        for (row, there) in contacts.text(column).iter().enumerate() {
            names_somebody[row] |= there.is_some();
        }
    }
    let named = names_somebody
        .iter()
        .enumerate()
        .map(|(row, named)| named.then(|| row_name(contacts, row)));
    let mut values = c::VALUE.builder(n_rows);
    named.for_each(|value| values.append_option(value));
    (0..refused.height()).for_each(|_| values.append_null());
    let lines = contacts.long(c::LINE).iter().chain(refused.long(c::LINE).iter());
    Table::of(vec![
        c::INCIDENT.same(Some(incident), n_rows),
        c::SCOPE_FILE.same(Some(file), n_rows),
        c::SCOPE_LINE.longs(lines.map(Option::unwrap_or_default).collect()),
        c::IDENTIFIER.same(Some("sample"), n_rows),
        c::VALUE.built(values),
        c::DATA_CLASSES.same(Some(classes), n_rows),
    ])
}

/// Names a row of a sample by what it says, so that a decision finds it again in another order.
pub(super) fn row_name(contacts: &Table<Contact>, row: usize) -> String {
    format!("row:{:016x}", contacts.long(c::CONTENT_HASH).get(row).unwrap_or_default())
}

/// Holds the samples against the customers; gives what there is to say of how that went.
pub(super) fn linked(
    account: &mut Account<'_>,
    samples: &mut [Sampled],
    people: &People,
    learned: Option<&Learned>,
) -> Vec<String> {
    if samples.is_empty() {
        return Vec::new();
    }
    let Night { contacts, points, lineage, .. } = people.night();
    let mut settings = account.plan.config.matching.clone();
    let learned = learned.cloned().unwrap_or_else(|| {
        matching::learned(contacts, points, &matching::Labels::default(), &settings)
    });
    learned.put_in(&mut settings);
    let persons: Vec<u32> = lineage.count(c::CUSTOMER).into_no_null_iter().collect();
    let base = Base { contacts, points, persons: &persons };
    let mut notes = Vec::new();
    for sample in samples {
        let counted = matching::link(&sample.contacts, &sample.points, &base, &settings);
        let links = account.ledger.enter(counted);
        notes.extend(links.blocking.iter().filter_map(|rule| capped(&sample.file, rule)));
        sample.links = Some(links);
    }
    notes
}

/// Counts what became of the samples, and tells what they are.
pub(super) fn counts(
    plan: &Plan,
    lent: &[Sample<'_>],
    people: &People,
    outdated: &[Table<ContactPoint>],
) -> Vec<SampleCount> {
    if lent.is_empty() {
        return Vec::new();
    }
    let Night { contacts, points, lineage, .. } = people.night();
    scope::samples(lent, &scope::Known { contacts, points, outdated, lineage }, &plan.incidents)
}

/// Says what a blocking rule left out; a cap is never silent.
fn capped(file: &str, rule: &LinkRule) -> Option<String> {
    (rule.n_pairs_skipped > 0).then(|| {
        format!(
            "sample `{file}`: blocking rule {} skipped {} pairs of {} keys that too many records have",
            rule.rule,
            grouped(rule.n_pairs_skipped),
            grouped(rule.n_keys_capped)
        )
    })
}

impl Sampled {
    /// Lends what scoping asks of it; nothing before it is linked.
    pub(super) fn lent(&self) -> Option<Sample<'_>> {
        let links = self.links.as_ref()?;
        Some(Sample {
            incident: &self.incident,
            file: &self.file,
            first_entry: self.first_entry,
            contacts: &self.contacts,
            points: &self.points,
            matches: &links.matches,
            overlap_share: links.overlap_share,
        })
    }
}

/// Names a scope row in files of decisions: `incident/file` and the row, by what it says where it
/// is of a sample, and else by its line.
pub(super) fn name_of_scope_row(
    incident: &str,
    file: &str,
    value: Option<&str>,
    line: u64,
) -> (String, String) {
    let by_content = value.filter(|value| value.starts_with("row:") && value.len() == 20);
    let row = by_content.map_or_else(|| format!("line:{line}"), str::to_owned);
    (format!("{incident}/{file}"), row)
}

/// Finds the scope rows and records that the decisions speak of; those that name what this run
/// does not have are told by their lines.
pub(super) fn rulings(
    account: &Account<'_>,
    entries: &Table<ScopeEntry>,
    people: &People,
) -> Result<(Vec<Ruling>, Vec<String>), Error> {
    let decisions = &account.plan.scope_decisions;
    if decisions.all().is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (incidents, files) = (entries.text(c::INCIDENT), entries.text(c::SCOPE_FILE));
    let (values, lines) = (entries.text(c::VALUE), entries.long(c::SCOPE_LINE));
    let is_sample = |row: usize| entries.text(c::IDENTIFIER).get(row) == Some("sample");
    let mut rows: Vec<((String, String), u32)> = (0u32..)
        .zip(0..entries.height())
        .map(|(entry, row)| {
            let cell = |of: &Texts| of.get(row).unwrap_or("").to_owned();
            let value = values.get(row).filter(|_| is_sample(row));
            let line = lines.get(row).unwrap_or(0);
            (name_of_scope_row(&cell(incidents), &cell(files), value, line), entry)
        })
        .collect();
    rows.sort_unstable();
    let entries_of = |source: &str, id: &str| {
        let key = |of: &((String, String), u32)| (of.0.0.as_str(), of.0.1.as_str()) < (source, id);
        let start = rows.partition_point(key);
        let same = rows[start..].iter().take_while(|of| of.0.0 == source && of.0.1 == id);
        same.map(|of| of.1).collect::<Vec<_>>()
    };
    let mut names: Vec<_> = decisions.all().iter().flat_map(|it| [&it.a, &it.b]).collect();
    names.sort_unstable();
    names.dedup();
    let records = people.records_of(&names)?;
    let records_of = |name| names.binary_search(&name).map_or(&[][..], |place| &records[place]);
    let (mut rulings, mut unknown) = (Vec::new(), Vec::new());
    for decision in decisions.all() {
        // Of several decisions on one pair the latest counts.
        if decisions.of_pair(&decision.a, &decision.b) != Some(decision) {
            continue;
        }
        let found = [(&decision.a, &decision.b), (&decision.b, &decision.a)]
            .map(|(row, record)| (entries_of(&row.source, &row.id), records_of(record)));
        let Some((entries, records)) =
            found.into_iter().find(|(entries, records)| !entries.is_empty() && !records.is_empty())
        else {
            unknown.push(decision.line.to_string());
            continue;
        };
        let is_same = decision.verdict == matching::Verdict::Same;
        for entry in entries {
            rulings.extend(records.iter().map(|&record| Ruling { entry, record, is_same }));
        }
    }
    let mut notes = vec![format!("{} decisions about scope rows were replayed", rulings.len())];
    if !unknown.is_empty() {
        notes.push(format!(
            "scope.decisions: {} decisions speak of rows or records that this run does not have: \
             lines {}",
            unknown.len(),
            unknown.join(", ")
        ));
    }
    Ok((rulings, notes))
}
