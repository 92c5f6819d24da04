//! What does each law ask, in each incident, for each kind of person?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Ask;
use super::clock::{self, end_of_day};
use super::group::Group;
use super::settings::Fallback;
use super::standing::{Matter, Standing};
use super::trigger::Codes;
use crate::rules::{InForce, Law, UNKNOWN, zone_of};
use crate::terms::Incident;

/// A law beside an incident, with the residents it speaks of.
pub(super) struct Case<'a> {
    pub(super) incident: &'a Incident,
    pub(super) law: &'a Law,
    pub(super) is_of_the_day: bool,
    /// Places of the groups of its residents.
    pub(super) residents: Vec<usize>,
    /// Residents on evidence that is told on, and on weaker evidence.
    pub(super) n_residents: u64,
    pub(super) n_possible: u64,
    /// Those of the first of whom something was exposed that sets the law off.
    pub(super) n_triggered: u64,
    /// The statute codes that did.
    pub(super) triggers: BTreeSet<&'a str>,
    /// Groups of whom something was exposed that sets the law off, weak evidence or not.
    triggered: BTreeSet<usize>,
    /// The smallest number of residents of which the regulator is told.
    pub(super) regulator_min: Option<u64>,
    /// The residents by the notice that they are known by, the first before; all together where the
    /// law does not count from what the company knew.
    pub(super) shares: Vec<Share<'a>>,
    pub(super) regulator: Standing,
    /// The log of the year, where the regulator is told with it alone.
    pub(super) log: Option<Standing>,
    pub(super) bureau: Standing,
}

/// Residents whose clocks begin with one notice, or with the incident's own.
#[derive(Default)]
pub(super) struct Share<'a> {
    /// The place in the incident of the list whose notice alone they are known by.
    pub(super) notice: Option<usize>,
    pub(super) n_residents: u64,
    pub(super) n_possible: u64,
    pub(super) n_triggered: u64,
    pub(super) triggers: BTreeSet<&'a str>,
    /// Groups of whom something was exposed that sets the law off.
    n_groups_triggered: u64,
    /// What is asked for a person of whom something was exposed, be the evidence weak: should
    /// somebody confirm it, this holds.
    asked: Standing,
    pub(super) individual: Standing,
    /// Our own date for the people, where the law has none.
    pub(super) soft_cap: Option<String>,
}

/// People for whom no law is known.
pub(super) struct Lawless<'a> {
    pub(super) incident: &'a Incident,
    pub(super) jurisdiction: &'a str,
    pub(super) status: &'static str,
    pub(super) n_residents: u64,
    pub(super) n_possible: u64,
}

/// What the law asks for a kind of person.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// The jurisdiction whose law was applied.
    pub(super) jurisdiction: String,
    pub(super) duty: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) laws: Vec<String>,
    pub(super) versions: Vec<String>,
    /// Their lines in the rules file.
    pub(super) law_rows: Vec<String>,
    pub(super) tell_by: Option<Timestamp>,
    /// The list whose vendor's notice began a clock of theirs.
    pub(super) clock_scope_file: Option<String>,
    pub(super) monitoring_months: Option<u32>,
}

/// What was judged of an incident.
pub(super) struct Judged<'a> {
    pub(super) incident: &'a Incident,
    /// People on evidence that is told on, wherever they live.
    pub(super) n_affected: u64,
    pub(super) cases: Vec<Case<'a>>,
    pub(super) lawless: Vec<Lawless<'a>>,
    /// What the law asks for each group of the incident, by its place.
    pub(super) verdicts: Vec<(usize, Verdict)>,
}

/// Why a residence does not say whose law applies.
pub(super) fn why_unknown(ask: &Ask<'_>, jurisdiction: &str) -> Option<&'static str> {
    match jurisdiction {
        UNKNOWN => Some("no_country"),
        code if ask.laws.is_by_region(code) => Some("region_missing"),
        _ => None,
    }
}

/// Gives the jurisdiction whose law is applied to residents of another.
fn applied<'a>(ask: &Ask<'a>, jurisdiction: &'a str) -> &'a str {
    match (&ask.settings.unknown_residency, why_unknown(ask, jurisdiction)) {
        (Fallback::Like(code), Some(_)) => code,
        _ => jurisdiction,
    }
}

/// Judges an incident.
pub(super) fn judged<'a>(
    ask: &Ask<'a>,
    groups: &[Group<'a>],
    codes: &[Codes],
    place: usize,
) -> Judged<'a> {
    let incident = &ask.incidents[place];
    let of_incident = groups.iter().enumerate().filter(|(_, group)| group.kind.incident == place);
    let mut by_code: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
    for (group, found) in of_incident {
        by_code.entry(found.kind.jurisdiction).or_default().push(group);
    }
    let mut cases: BTreeMap<u64, Case<'a>> = BTreeMap::new();
    let mut lawless = Vec::new();
    for (&jurisdiction, residents) in &by_code {
        let code = applied(ask, jurisdiction);
        let day = local_day(incident, code);
        let laws = ask.laws.for_residents(code, &incident.sectors, day);
        for found in &laws {
            let case = cases.entry(found.law.line).or_insert_with(|| Case::new(incident, found));
            case.residents.extend(residents);
        }
        let general = laws.iter().any(|found| found.law.sector.is_none());
        let unknown = why_unknown(ask, code).is_some();
        // Who lives where only the law of a sector is known has a law; one that binds the company
        // asks nothing for people.
        let of_sector = laws.iter().any(|found| !found.law.binds_the_company());
        if !general && (unknown || !of_sector) {
            let (n_residents, n_possible) = counted(groups, residents);
            let status = if unknown { "unknown_residency" } else { "no_law" };
            lawless.push(Lawless { incident, jurisdiction, status, n_residents, n_possible });
        }
    }
    for found in ask.laws.for_companies(&incident.sectors, local_day(incident, "")) {
        let case = cases.entry(found.law.line).or_insert_with(|| Case::new(incident, &found));
        case.residents = by_code.values().flatten().copied().collect();
    }
    let mut cases: Vec<_> = cases.into_values().collect();
    for case in &mut cases {
        case.weigh(ask, groups, codes);
    }
    let everybody: Vec<usize> = by_code.values().flatten().copied().collect();
    let verdict =
        |&place: &usize| (place, verdict(ask, &cases, (place, &groups[place]), &codes[place]));
    let verdicts = everybody.iter().map(verdict).collect();
    let n_affected = counted(groups, &everybody).0;
    Judged { incident, n_affected, cases, lawless, verdicts }
}

/// Gives the day of the discovery where the jurisdiction is.
fn local_day(incident: &Incident, code: &str) -> Date {
    incident.discovered_at.to_zoned(zone_of(code)).date()
}

/// Counts people on evidence that is told on, and on weaker evidence.
fn counted(groups: &[Group<'_>], residents: &[usize]) -> (u64, u64) {
    residents.iter().map(|&place| &groups[place]).fold((0, 0), |(told, weak), group| {
        if group.kind.is_weak {
            (told, weak + group.n_people)
        } else {
            (told + group.n_people, weak)
        }
    })
}

impl<'a> Case<'a> {
    fn new(incident: &'a Incident, found: &InForce<'a>) -> Case<'a> {
        Case {
            incident,
            law: found.law,
            is_of_the_day: found.is_of_the_day,
            residents: Vec::new(),
            n_residents: 0,
            n_possible: 0,
            n_triggered: 0,
            triggers: BTreeSet::new(),
            triggered: BTreeSet::new(),
            regulator_min: None,
            shares: Vec::new(),
            regulator: Standing::default(),
            log: None,
            bureau: Standing::default(),
        }
    }

    /// Counts the residents, finds what sets the law off, and reckons its clocks.
    fn weigh(&mut self, ask: &Ask<'a>, groups: &[Group<'a>], codes: &[Codes]) {
        let (law, incident) = (self.law, self.incident);
        (self.n_residents, self.n_possible) = counted(groups, &self.residents);
        self.regulator_min = law.authority.as_ref().and_then(|it| it.n_residents_min);
        let clock = law.individual.and_then(|term| term.clock);
        let is_parted = clock.is_some_and(clock::runs_from_knowledge);
        let mut shares: BTreeMap<_, Share<'a>> = BTreeMap::new();
        let mut notices = BTreeSet::new();
        for &place in &self.residents {
            let kind = &groups[place].kind;
            let notice = kind.notice.filter(|_| is_parted);
            let share = shares.entry(when(incident, notice)).or_default();
            share.notice = notice;
            let (n_told, n_weak) = counted(groups, &[place]);
            share.n_residents += n_told;
            share.n_possible += n_weak;
            let met = codes[place].met(law, self.n_residents);
            if met.is_empty() && !law.triggers.is_empty() {
                continue;
            }
            self.triggered.insert(place);
            share.n_groups_triggered += 1;
            if kind.is_weak {
                continue;
            }
            self.n_triggered += n_told;
            share.n_triggered += n_told;
            notices.insert(when(incident, kind.notice));
            for trigger in met {
                self.triggers.insert(&trigger.code);
                share.triggers.insert(&trigger.code);
                // `SENSITIVE@1`: one such person is enough.
                if let Some(n) = trigger.n_residents_min {
                    self.regulator_min = Some(self.regulator_min.map_or(n, |min| min.min(n)));
                }
            }
        }
        self.shares = shares.into_values().collect();
        if self.shares.is_empty() {
            self.shares.push(Share::default());
        }
        self.reckon(ask, &notices);
    }

    /// Lets the clocks run; `notices` are those of whom the law is set off.
    fn reckon(&mut self, ask: &Ask<'a>, notices: &BTreeSet<When>) {
        let (law, incident, is_of_the_day) = (self.law, self.incident, self.is_of_the_day);
        let Ask { holidays, now, .. } = *ask;
        let matter = |notice| Matter { incident, law, is_of_the_day, notice, holidays, now };
        for share in &mut self.shares {
            let matter = matter(share.notice);
            share.asked = matter.individual(share.n_groups_triggered);
            share.individual = matter.individual(share.n_triggered);
            let told = share.notice.and_then(|list| incident.scope_files[list].vendor_notified_at);
            let day = told.unwrap_or(incident.discovered_at).to_zoned(zone_of(&law.code)).date();
            let days = i64::from(ask.settings.soft_cap_days);
            let cap = day.saturating_add(jiff::Span::new().days(days));
            share.soft_cap = end_of_day(cap, &zone_of(&law.code)).map(|cap| clock::shown(&cap));
        }
        // What binds the company is about the incident, and not about who is known of it.
        let first = notices.first().filter(|_| !law.binds_the_company());
        let matter = matter(first.and_then(|&(_, notice)| notice));
        let told = self.shares.iter().find(|share| share.n_triggered > 0);
        let individual = &told.unwrap_or(&self.shares[0]).individual;
        self.regulator = matter.regulator(self.n_triggered, self.regulator_min, individual);
        self.log = matter.log(self.n_triggered, self.regulator_min);
        self.bureau = matter.bureau(self.n_triggered);
        let later: Vec<&str> = notices
            .iter()
            .skip(1)
            .filter_map(|&(_, notice)| Some(incident.scope_files[notice?].shown_name()))
            .collect();
        if self.regulator.is_asked && !later.is_empty() {
            self.regulator.notes.push(format!(
                "more residents are known by later notices ({}): whether the regulator is told \
                 again is for counsel to say",
                later.join(", ")
            ));
        }
    }

    /// Tells what is asked for people of a group.
    fn asked_of(&self, group: &Group<'_>) -> &Standing {
        &self.share_of(group).asked
    }

    /// Gives the residents to whom a group belongs.
    fn share_of(&self, group: &Group<'_>) -> &Share<'a> {
        let own = self.shares.iter().find(|share| share.notice == group.kind.notice);
        own.unwrap_or(&self.shares[0])
    }
}

/// A notice by the instant of its clock; the incident's own clock comes first.
type When = (Option<Timestamp>, Option<usize>);

fn when(incident: &Incident, notice: Option<usize>) -> When {
    (notice.and_then(|list| incident.scope_files[list].vendor_notified_at), notice)
}

/// Brings together what the laws ask for a kind of person: one that asks for notice is enough.
fn verdict(
    ask: &Ask<'_>,
    cases: &[Case<'_>],
    (place, group): (usize, &Group<'_>),
    codes: &Codes,
) -> Verdict {
    let mine: Vec<_> = cases.iter().filter(|case| case.residents.contains(&place)).collect();
    let is_asking =
        |case: &&&Case<'_>| case.triggered.contains(&place) && case.asked_of(group).is_asked;
    let asking: Vec<_> = mine.iter().filter(is_asking).collect();
    let code = applied(ask, group.kind.jurisdiction);
    let mut verdict = Verdict {
        jurisdiction: code.to_owned(),
        duty: "owed",
        reason: None,
        laws: asking.iter().map(|case| case.law.id()).collect(),
        versions: asking.iter().map(|case| case.law.version()).collect(),
        law_rows: asking.iter().map(|case| case.law.line.to_string()).collect(),
        tell_by: asking
            .iter()
            .filter_map(|case| case.asked_of(group).deadline.as_ref())
            .min()
            .map(jiff::Zoned::timestamp),
        clock_scope_file: asking.iter().find_map(|case| {
            let (_, start) = case.asked_of(group).clock?;
            Some(case.incident.scope_files[start.list?].shown_name().to_owned())
        }),
        monitoring_months: asking
            .iter()
            .filter_map(|case| case.law.monitoring.as_ref())
            .filter(|(_, of)| codes.has_any(of))
            .map(|(months, _)| *months)
            .max(),
    };
    if !asking.is_empty() {
        return verdict;
    }
    if why_unknown(ask, code).is_some() {
        verdict.reason = Some("unknown_residency");
        verdict.duty =
            if ask.settings.unknown_residency == Fallback::Hold { "counsel" } else { "owed" };
        return verdict;
    }
    let reasons = mine.iter().map(|case| {
        if case.triggered.contains(&place) { case.asked_of(group).status } else { "not_triggered" }
    });
    verdict.reason = reasons.max_by_key(|reason| weight(reason)).or(Some("no_law"));
    verdict.laws = mine.iter().map(|case| case.law.id()).collect();
    verdict.versions = mine.iter().map(|case| case.law.version()).collect();
    verdict.law_rows = mine.iter().map(|case| case.law.line.to_string()).collect();
    verdict.duty = if ask.settings.tell_without_duty { "voluntary" } else { "no_duty" };
    verdict
}

/// Ranks the reasons for no duty: where several laws ask nothing, the one is told that came
/// nearest to asking.
fn weight(reason: &str) -> usize {
    const RANKED: [&str; 8] = [
        "no_individual_duty",
        "not_triggered",
        "not_acquired",
        "voluntary",
        "on_order",
        "risk_not_high",
        "exempt_harm_unlikely",
        "exempt_encrypted",
    ];
    RANKED.iter().position(|ranked| *ranked == reason).map_or(0, |place| place + 1)
}
