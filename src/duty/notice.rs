//! By whose notice is it known that a person was touched?
//!
//! Third parties tell us one after the other. Who stands in the list of a later notice alone was
//! not known before it, so clocks that run from what the company knew begin with it; who stands in
//! any other list keeps the clock of the incident.

use super::Ask;
use super::clock::known_at;
use super::group::evidence_of;
use crate::tables::{Texts, column as c};
use crate::terms::Incident;

/// The persons who are known by a later notice alone.
pub(super) struct Notices {
    /// Customer, the incident's place in the run, and the place of the list in the incident; in
    /// order.
    later: Vec<(u32, usize, usize)>,
}

impl Notices {
    /// Finds them. Matches on evidence that nobody is told on count for those alone of whom there
    /// is none better.
    ///
    /// # Panics
    /// If the matches name an incident that is not there: a bug.
    pub(super) fn of(ask: &Ask<'_>) -> Notices {
        let mut later = Vec::new();
        if !ask.incidents.iter().any(|incident| !later_lists(incident).is_empty()) {
            return Notices { later };
        }
        let lists: Vec<Vec<usize>> = ask.incidents.iter().map(later_lists).collect();
        let matches = ask.matches;
        let customers = matches.count(c::CUSTOMER);
        let columns = [c::INCIDENT, c::SCOPE_FILE, c::IDENTIFIER, c::EVIDENCE];
        let [incidents, files, identifiers, evidence] = columns.map(|column| matches.text(column));
        let mut known = Known::default();
        let mut last: Option<(Names<'_>, Place)> = None;
        for row in 0..matches.height() {
            let names = [incidents, files, identifiers].map(|texts: &Texts| texts.get(row));
            // The rows of a list mostly follow each other.
            let (incident, list) = match last {
                Some((same, place)) if same == names => place,
                _ => place_of(ask.incidents, names),
            };
            last = Some((names, (incident, list)));
            let of = (customers.get(row).unwrap_or_default(), incident);
            if known.of != Some(of) {
                later.extend(known.notice(ask.incidents));
                known = Known { of: Some(of), ..Known::default() };
            }
            let is_weak = evidence_of(evidence.get(row)) < ask.evidence_min;
            known.add(list.filter(|list| lists[incident].contains(list)), is_weak);
        }
        later.extend(known.notice(ask.incidents));
        later.sort_unstable();
        Notices { later }
    }

    /// Gives the place of the list whose notice a person is known by alone.
    pub(super) fn later(&self, customer: u32, incident: usize) -> Option<usize> {
        let place = self.later.partition_point(|&(who, of, _)| (who, of) < (customer, incident));
        let &(who, of, list) = self.later.get(place)?;
        (who == customer && of == incident).then_some(list)
    }
}

/// How a match names its list: incident, file and kind.
type Names<'a> = [Option<&'a str>; 3];

/// The incident's place in the run, and the list's in the incident.
type Place = (usize, Option<usize>);

/// Lists the lists of an incident whose vendor told us after it was known.
fn later_lists(incident: &Incident) -> Vec<usize> {
    let known = known_at(incident).at;
    let told = |list: usize| incident.scope_files[list].vendor_notified_at;
    (0..incident.scope_files.len()).filter(|&list| told(list) > known).collect()
}

/// Finds an incident by its id, and its list by name and kind.
fn place_of(incidents: &[Incident], [id, file, identifier]: Names<'_>) -> Place {
    let place = incidents.iter().position(|incident| Some(incident.id.as_str()) == id);
    let place = place.unwrap_or_else(|| panic!("matches name incident `{id:?}`"));
    let list = incidents[place].scope_files.iter().position(|list| {
        Some(list.identifier.word()) == identifier && file.is_some_and(|file| list.is_called(file))
    });
    (place, list)
}

/// What a person stands in, of an incident.
#[derive(Default)]
struct Known {
    of: Option<(u32, usize)>,
    /// Lists of later notices, on evidence that is told on, and on weaker evidence.
    later: [Vec<usize>; 2],
    /// Whether another list names the person, on each kind of evidence.
    is_before: [bool; 2],
}

impl Known {
    fn add(&mut self, later: Option<usize>, is_weak: bool) {
        match later {
            Some(list) => self.later[usize::from(is_weak)].push(list),
            None => self.is_before[usize::from(is_weak)] = true,
        }
    }

    /// Gives the first of the notices, where no other list names the person.
    fn notice(&self, incidents: &[Incident]) -> Option<(u32, usize, usize)> {
        let (customer, incident) = self.of?;
        let is_told_on = self.is_before[0] || !self.later[0].is_empty();
        let of = usize::from(!is_told_on);
        if self.is_before[of] {
            return None;
        }
        let told = |list: usize| (incidents[incident].scope_files[list].vendor_notified_at, list);
        let list = self.later[of].iter().copied().min_by_key(|&list| told(list))?;
        Some((customer, incident, list))
    }
}
