//! Who was there while the intruder was?

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::error::Error;
use super::people::{self, Kept, People};
use super::plan::Plan;
use super::run::Account;
use crate::scope::{self, Named};
use crate::snapshot::{self, Snapshot, Widened, Wider};
use crate::tables::layout::{Contact, ContactPoint, ScopeEntry};
use crate::tables::{Table, column as c};
use crate::terms::{Evidence, Identifier, Incident, grouped};

/// The customers of a run, with all who were there in the nights of the incidents.
pub(super) struct Window {
    pub(super) people: People,
    /// What records that are still there were called then and are not called now.
    pub(super) outdated: Vec<Table<ContactPoint>>,
    /// The records that the descriptions mean.
    pub(super) named: Vec<Named>,
    /// What a reader should know of it, a sentence each.
    pub(super) notes: Vec<String>,
    /// Whether the night holds more than it did: records that have left since.
    pub(super) is_widened: bool,
}

/// When an incident was, as far as it says.
#[derive(Clone, Copy)]
struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    fn of(incident: &Incident) -> Option<Span> {
        let from = incident.occurred_from?;
        let ended = incident.occurred_to.or(incident.contained_at);
        Some(Span { from, to: ended.unwrap_or(incident.discovered_at).max(from) })
    }
}

/// Asks every night of the incidents' windows who was there: the nights between `occurred_from`
/// and `occurred_to`, and the one before them, which told what was there when it began.
///
/// A description is asked of those nights; of the night at hand only for records that none of
/// them knew, and that were made before the incident was over.
pub(super) fn open(
    account: &mut Account<'_>,
    people: People,
    at: Option<Timestamp>,
    entries: &Table<ScopeEntry>,
) -> Result<Window, Error> {
    let plan = account.plan;
    let mut night = match people {
        People::Whole(night) => night,
        People::Kept(kept) => return on_disk(account, kept, at, entries),
    };
    let dir = plan.root.join(&plan.config.snapshot.dir);
    let spans: Vec<Option<Span>> = plan.incidents.iter().map(Span::of).collect();
    let mut asked: Vec<Asked> = plan.incidents.iter().map(|_| Asked::default()).collect();
    let (mut outdated, mut named, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut n_records, mut n_customers) = (0, 0);
    // The newest first: then everybody is known as the last night knew them.
    for &instant in other_nights(plan, at)?.iter().rev() {
        let older = account.timed("snapshots", |_| {
            snapshot::as_of_without(&dir, instant, people::left_out(&plan.incidents))
        })?;
        account.note_snapshot(&dir, older.at, &older.files);
        let Snapshot { night: older, .. } = older;
        let widened = snapshot::widened(night, &older);
        for ((incident, span), asked) in plan.incidents.iter().zip(&spans).zip(&mut asked) {
            if span.is_none_or(|span| !nights_of(&dir, span).is_ok_and(|of| of.contains(&instant)))
            {
                continue;
            }
            let meant = scope::described(&older.contacts, std::slice::from_ref(incident), entries);
            let moved = |one: Named| Named { record: widened.places[one.record as usize], ..one };
            named.extend(meant.into_iter().map(moved));
            asked.n_nights += 1;
            asked.saw(&widened.places);
        }
        let Widened { night: wider, outdated: more, .. } = widened;
        n_records += widened.n_records;
        n_customers += widened.n_customers;
        night = wider;
        if more.height() > 0 {
            outdated.push(more);
        }
    }
    for ((incident, span), asked) in plan.incidents.iter().zip(&spans).zip(&mut asked) {
        named.extend(asked.of_night_at_hand(incident, *span, 0, &night.contacts, entries));
        notes.extend(asked.nobody_told(incident));
    }
    notes.extend(taken_in(n_records, n_customers));
    let people = People::Whole(night);
    Ok(Window { people, outdated, named, notes, is_widened: n_records > 0 })
}

/// Asks every night as `open` does, where the nights stay on the disk.
fn on_disk(
    account: &mut Account<'_>,
    kept: Kept,
    at: Option<Timestamp>,
    entries: &Table<ScopeEntry>,
) -> Result<Window, Error> {
    let plan = account.plan;
    let dir = plan.root.join(&plan.config.snapshot.dir);
    let spans: Vec<Option<Span>> = plan.incidents.iter().map(Span::of).collect();
    let mut asked: Vec<Asked> = plan.incidents.iter().map(|_| Asked::default()).collect();
    let (mut named, mut notes) = (Vec::new(), Vec::new());
    let others = other_nights(plan, at)?;
    let mut kept = kept;
    let mut n_taken_in = (0, 0);
    if !others.is_empty() {
        let mut wider = account.timed("snapshots", |_| kept.wider())?;
        // The newest first: then everybody is known as the last night knew them.
        for &instant in others.iter().rev() {
            let older = account.timed("snapshots", |_| -> Result<_, Error> {
                let older = snapshot::open(&dir, instant)?;
                let of_older = (older.at, older.files.clone());
                wider.add(older)?;
                Ok(of_older)
            })?;
            account.note_snapshot(&dir, older.0, &older.1);
            for ((incident, span), asked) in plan.incidents.iter().zip(&spans).zip(&mut asked) {
                if span
                    .is_none_or(|span| !nights_of(&dir, span).is_ok_and(|of| of.contains(&instant)))
                {
                    continue;
                }
                named.extend(meant_then(&wider, incident, entries)?);
                asked.n_nights += 1;
                asked.saw(wider.places());
            }
        }
        wider.complete();
        n_taken_in = wider.n_taken_in();
        kept = Kept::of(plan, wider)?;
    }
    for ((incident, span), asked) in plan.incidents.iter().zip(&spans).zip(&asked) {
        let mut columns = scope::looked_at(incident);
        if !columns.is_empty() {
            columns.push(c::CREATED_AT);
            columns.dedup_by_key(|column| column.name);
            let meant = kept.each_contacts(&columns, |first, contacts| {
                asked.of_night_at_hand(incident, *span, first, contacts, entries)
            })?;
            named.extend(in_order(meant));
        }
        notes.extend(asked.nobody_told(incident));
    }
    notes.extend(taken_in(n_taken_in.0, n_taken_in.1));
    let people = People::Kept(kept);
    Ok(Window { people, outdated: Vec::new(), named, notes, is_widened: n_taken_in.0 > 0 })
}

/// Gives the records that the descriptions of an incident mean in the night that was added last.
fn meant_then(
    wider: &Wider,
    incident: &Incident,
    entries: &Table<ScopeEntry>,
) -> Result<Vec<Named>, Error> {
    let columns = scope::looked_at(incident);
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let places = wider.places();
    let meant = wider.last().each_contacts(&columns, |first, contacts| {
        let mut meant = scope::described(contacts, std::slice::from_ref(incident), entries);
        for one in &mut meant {
            one.record = places[(first + one.record) as usize];
        }
        meant
    })?;
    Ok(in_order(meant))
}

/// Puts what the groups of a night gave in the order of the descriptions.
fn in_order(parts: Vec<Vec<Named>>) -> Vec<Named> {
    let mut named = parts.concat();
    named.sort_by_key(|one| one.entry);
    named
}

/// Says how many are known from other nights alone.
fn taken_in(n_records: usize, n_customers: usize) -> Option<String> {
    (n_records > 0).then(|| {
        format!(
            "{} records that have left their source since, {} persons among them, are known from \
             the snapshots of the incident's time",
            grouped(n_records as u64),
            grouped(n_customers as u64)
        )
    })
}

/// Lists the nights that tell who was there during the incidents, without the one at hand.
fn other_nights(plan: &Plan, at: Option<Timestamp>) -> Result<BTreeSet<Timestamp>, Error> {
    let mut nights = BTreeSet::new();
    if plan.config.scope.snapshots_in_window {
        let dir = plan.root.join(&plan.config.snapshot.dir);
        for span in plan.incidents.iter().filter_map(Span::of) {
            nights.extend(nights_of(&dir, span)?);
        }
    }
    nights.retain(|night| Some(*night) != at);
    Ok(nights)
}

fn nights_of(dir: &Path, span: Span) -> Result<Vec<Timestamp>, Error> {
    let before = snapshot::within(dir, Timestamp::MIN, span.from)?;
    let mut nights = snapshot::within(dir, span.from, span.to)?;
    if nights.first() != Some(&span.from) {
        nights.extend(before.last());
    }
    Ok(nights)
}

/// What the nights of an incident were asked.
#[derive(Default)]
struct Asked {
    n_nights: usize,
    /// For each record, whether one of them knew it.
    seen: Vec<bool>,
}

impl Asked {
    fn saw(&mut self, records: &[u32]) {
        let n_records = records.iter().max().map_or(0, |&last| last as usize + 1);
        self.seen.resize(self.seen.len().max(n_records), false);
        for &record in records {
            self.seen[record as usize] = true;
        }
    }

    /// Gives the records of the night at hand that the descriptions of an incident mean; `contacts`
    /// are some of them, and `first` is the number of the first.
    fn of_night_at_hand(
        &self,
        incident: &Incident,
        span: Option<Span>,
        first: u32,
        contacts: &Table<Contact>,
        entries: &Table<ScopeEntry>,
    ) -> Vec<Named> {
        let created = contacts.instant(c::CREATED_AT);
        let mut meant = scope::described(contacts, std::slice::from_ref(incident), entries);
        meant.retain_mut(|one| {
            let created = created.get(one.record as usize);
            one.record += first;
            if self.seen.get(one.record as usize) == Some(&true) {
                return false;
            }
            match (span, created) {
                (Some(span), Some(created)) => created <= span.to.as_millisecond(),
                // Nights were there to know it and did not: it may be newer than the incident.
                (Some(_), None) if self.n_nights > 0 => {
                    one.evidence = Evidence::Possible;
                    true
                }
                _ => true,
            }
        });
        meant
    }

    /// Says that no night told whom the descriptions of an incident mean, where it has any.
    fn nobody_told(&self, incident: &Incident) -> Option<String> {
        let described = incident.scope_files.iter().any(|it| it.identifier == Identifier::Where);
        (described && self.n_nights == 0).then(|| {
            format!(
                "no snapshot tells who was there during {}: its descriptions are asked of the \
                 customers at hand, and who left since is not found",
                incident.id
            )
        })
    }
}
