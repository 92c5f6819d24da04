//! Who is alike before the law?
//!
//! Of millions of people a law sees few kinds: the incident, the jurisdiction, the exposed
//! classes, the evidence, two limits of age, and by which notice they are known. Each kind is
//! judged once.

use hashbrown::HashMap;
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::Ask;
use super::notice::Notices;
use super::trigger::Age;
use crate::tables::column as c;
use crate::terms::Evidence;

/// Rows per piece of work.
const CHUNK: usize = 1 << 16;

/// What the law can tell people apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind<'a> {
    /// The incident's place in the run.
    pub(super) incident: usize,
    /// The code under which the residence is counted.
    pub(super) jurisdiction: &'a str,
    /// The exposed classes, parted by `;`.
    pub(super) classes: &'a str,
    /// Whether the evidence is too weak to tell anybody.
    pub(super) is_weak: bool,
    pub(super) age: Age,
    /// The place in the incident of the list whose notice alone they are known by.
    pub(super) notice: Option<usize>,
}

/// People of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) n_people: u64,
    pub(super) n_records: u64,
}

/// The kinds, in the order in which they first appear, and the kind of each row.
pub(super) struct Groups<'a> {
    pub(super) groups: Vec<Group<'a>>,
    pub(super) of_row: Vec<u32>,
}

/// Finds the kinds of people.
pub(super) fn grouped<'a>(ask: &Ask<'a>) -> Groups<'a> {
    let n_rows = ask.exposure.height();
    let notices = Notices::of(ask);
    let parts: Vec<Gathered<'a>> = (0..n_rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| gathered(ask, &notices, chunk * CHUNK..((chunk + 1) * CHUNK).min(n_rows)))
        .collect();
    let mut all = Gathered::default();
    for part in parts {
        let places: Vec<u32> = part.groups.iter().map(|group| all.place(*group)).collect();
        all.of_row.extend(part.of_row.iter().map(|&place| places[place as usize]));
    }
    Groups { groups: all.groups, of_row: all.of_row }
}

#[derive(Default)]
struct Gathered<'a> {
    places: HashMap<Kind<'a>, u32, FxBuildHasher>,
    groups: Vec<Group<'a>>,
    of_row: Vec<u32>,
}

impl<'a> Gathered<'a> {
    /// Adds people, and gives the place of their kind.
    fn place(&mut self, group: Group<'a>) -> u32 {
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(group.kind).or_insert(next);
        match self.groups.get_mut(place as usize) {
            Some(known) => {
                known.n_people += group.n_people;
                known.n_records += group.n_records;
            }
            None => self.groups.push(group),
        }
        place
    }
}

fn gathered<'a>(ask: &Ask<'a>, notices: &Notices, rows: std::ops::Range<usize>) -> Gathered<'a> {
    let (incidents, jurisdictions) =
        (ask.exposure.text(c::INCIDENT), ask.exposure.text(c::JURISDICTION));
    let (classes, evidence) = (ask.exposure.text(c::DATA_CLASSES), ask.exposure.text(c::EVIDENCE));
    let customers = ask.exposure.count(c::CUSTOMER);
    let (births, n_records) = (ask.golden.day(c::BIRTH_DATE), ask.golden.count(c::N_RECORDS));
    let limits: Vec<_> =
        ask.incidents.iter().map(|incident| limits(incident.discovered_at)).collect();
    let mut gathered = Gathered::default();
    for row in rows {
        let id = incidents.get(row).unwrap_or_default();
        let incident = ask.incidents.iter().position(|incident| incident.id == id);
        let incident = incident.unwrap_or_else(|| panic!("the exposure names incident `{id}`"));
        let number = customers.get(row).unwrap_or_default();
        let customer = number as usize;
        let (adult, elder) = limits[incident];
        let birth = births.get(customer);
        let age = Age {
            is_minor: birth.is_some_and(|birth| birth > adult),
            is_elderly: birth.is_some_and(|birth| birth <= elder),
        };
        let kind = Kind {
            incident,
            jurisdiction: jurisdictions.get(row).unwrap_or(crate::rules::UNKNOWN),
            classes: classes.get(row).unwrap_or_default(),
            is_weak: evidence_of(evidence.get(row)) < ask.evidence_min,
            age,
            notice: notices.later(number, incident),
        };
        let n_records = u64::from(n_records.get(customer).unwrap_or_default());
        let place = gathered.place(Group { kind, n_people: 1, n_records });
        gathered.of_row.push(place);
    }
    gathered
}

/// An evidence without a known name is the weakest.
pub(super) fn evidence_of(word: Option<&str>) -> Evidence {
    [Evidence::Confirmed, Evidence::Probable]
        .into_iter()
        .find(|evidence| Some(evidence.word()) == word)
        .unwrap_or(Evidence::Possible)
}

/// Gives the birth dates, in days since 1970, of those who came of age and of those who became
/// 60 on the day of the discovery (UTC).
fn limits(discovered: jiff::Timestamp) -> (i32, i32) {
    let day = discovered.to_zoned(jiff::tz::TimeZone::UTC).date();
    let before =
        |years: i64| (day.saturating_sub(years.years()) - Date::constant(1970, 1, 1)).get_days();
    (before(18), before(60))
}
