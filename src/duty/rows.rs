//! How is what the law asks written down?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Ask;
use super::clock::shown;
use super::group::{Group, Groups};
use super::judge::{Case, Judged, Lawless, Verdict, why_unknown};
use super::settings::Fallback;
use super::standing::Standing;
use super::trigger::Codes;
use crate::tables::layout::{Duty, Owed, Regulator, UnknownResidency};
use crate::tables::{Column, Table, column as c};
use crate::terms::Incident;

type Filled = polars::prelude::Column;

/// A row of the duties before it is written: whom to tell under which law.
pub(super) struct Line<'a> {
    pub(super) incident: &'a Incident,
    pub(super) jurisdiction: &'a str,
    pub(super) kind: &'static str,
    pub(super) recipient: String,
    pub(super) standing: &'a Standing,
    pub(super) n_residents: u64,
    pub(super) n_possible: u64,
    pub(super) n_triggered: u64,
    pub(super) threshold: Option<u64>,
    pub(super) case: Option<&'a Case<'a>>,
    /// The statute codes that were met.
    triggers: Option<&'a BTreeSet<&'a str>>,
    /// Our own date for the people, should the law have none.
    soft_cap: Option<&'a str>,
    /// The place in the incident of the list whose notice alone the people are known by.
    pub(super) notice: Option<usize>,
}

impl Line<'_> {
    /// Gives the deadline as written: `OPEN` where there is a duty without a day, nothing where
    /// there is no duty.
    pub(super) fn deadline(&self) -> Option<String> {
        match (&self.standing.deadline, self.standing.is_asked) {
            (Some(deadline), _) => Some(shown(deadline)),
            (None, true) => Some("OPEN".to_owned()),
            (None, false) => None,
        }
    }

    /// Gives our own date where the law has none for the people.
    fn soft_cap(&self) -> Option<&str> {
        let open = self.kind == "individual" && self.deadline().as_deref() == Some("OPEN");
        self.soft_cap.filter(|_| open)
    }

    /// Names the list whose vendor's notice began the clock.
    pub(super) fn clock_scope_file(&self) -> Option<&str> {
        let (_, start) = self.standing.clock?;
        Some(self.incident.scope_files[start.list?].shown_name())
    }

    fn note(&self) -> Option<String> {
        let own = self.case.map(|case| case.law.note.as_str()).filter(|note| !note.is_empty());
        let notes: Vec<&str> = self.standing.notes.iter().map(String::as_str).chain(own).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// Lists every duty and every reason for none: by incident in their order, then what has a
/// deadline, the soonest first, then what is open, then what is not asked.
pub(super) fn lines<'a>(judged: &'a [Judged<'a>], nothing: &'a NoDuty) -> Vec<Line<'a>> {
    let mut all = Vec::new();
    for of_incident in judged {
        let mut lines: Vec<Line<'a>> = of_incident.cases.iter().flat_map(of_case).collect();
        lines.extend(of_incident.lawless.iter().map(|lawless| without_law(lawless, nothing)));
        lines.sort_by(|one, other| {
            let key = |line: &Line<'_>| {
                let at = line.standing.deadline.as_ref().map(jiff::Zoned::timestamp);
                (!line.standing.is_asked, at.is_none(), at)
            };
            key(one).cmp(&key(other))
        });
        all.append(&mut lines);
    }
    all
}

/// How it stands where no law is known.
pub(super) struct NoDuty {
    no_law: Standing,
    unknown: Standing,
}

impl NoDuty {
    pub(super) fn of(fallback: &Fallback) -> NoDuty {
        let is_asked = *fallback != Fallback::Hold;
        let note = match fallback {
            Fallback::Tell => "they are told, and counsel says under which law",
            Fallback::Hold => "they wait for counsel to say whose law applies",
            Fallback::Like(_) => "the jurisdiction that stands in has no law in the file",
        };
        let unknown = Standing::none("unknown_residency");
        NoDuty {
            no_law: Standing::none("no_law"),
            unknown: Standing { is_asked, notes: vec![note.to_owned()], ..unknown },
        }
    }
}

fn without_law<'a>(lawless: &'a Lawless<'a>, nothing: &'a NoDuty) -> Line<'a> {
    let unknown = lawless.status == "unknown_residency";
    Line {
        incident: lawless.incident,
        jurisdiction: lawless.jurisdiction,
        kind: if unknown { "individual" } else { "none" },
        recipient: if unknown { "the people affected".to_owned() } else { String::new() },
        standing: if unknown { &nothing.unknown } else { &nothing.no_law },
        n_residents: lawless.n_residents,
        n_possible: lawless.n_possible,
        n_triggered: 0,
        threshold: None,
        case: None,
        triggers: None,
        soft_cap: None,
        notice: None,
    }
}

fn of_case<'a>(case: &'a Case<'a>) -> impl Iterator<Item = Line<'a>> {
    let line = move |kind, recipient, standing: &'a Standing, threshold| Line {
        incident: case.incident,
        jurisdiction: &case.law.code,
        kind,
        recipient,
        standing,
        n_residents: case.n_residents,
        n_possible: case.n_possible,
        n_triggered: case.n_triggered,
        threshold,
        case: Some(case),
        triggers: Some(&case.triggers),
        soft_cap: None,
        notice: None,
    };
    let shares = case.shares.iter().filter(|_| case.law.individual.is_some());
    let people = shares.map(move |share| Line {
        n_residents: share.n_residents,
        n_possible: share.n_possible,
        n_triggered: share.n_triggered,
        triggers: Some(&share.triggers),
        soft_cap: share.soft_cap.as_deref(),
        notice: share.notice,
        ..line("individual", "the people affected".to_owned(), &share.individual, None)
    });
    let recipient = case.law.authority.as_ref().map(|authority| {
        let others = if authority.others.is_empty() { "" } else { "; " };
        format!("{}{others}{}", authority.name, authority.others)
    });
    let regulator = recipient
        .clone()
        .map(|recipient| line("regulator", recipient, &case.regulator, case.regulator_min));
    let log = recipient
        .zip(case.log.as_ref())
        .map(|(recipient, log)| line("regulator_log", recipient, log, None));
    let bureau = case.law.bureau.map(|bureau| {
        let recipient = "nationwide credit bureaus".to_owned();
        line("credit_bureau", recipient, &case.bureau, Some(bureau.n_residents_min))
    });
    people.chain([regulator, log, bureau].into_iter().flatten())
}

fn texts<T>(column: Column, rows: &[T], says: impl Fn(&T) -> Option<String>) -> Filled {
    column.texts(rows.iter().map(says).collect::<Vec<_>>().into_iter())
}

fn longs<T>(column: Column, rows: &[T], says: impl Fn(&T) -> Option<u64>) -> Filled {
    column.longs_or_nothing(rows.iter().map(says))
}

/// Writes the duties.
pub(super) fn duties(lines: &[Line<'_>]) -> Table<Duty> {
    let some = |text: &str| Some(text.to_owned());
    let of_law = |says: fn(&Case<'_>) -> String| move |line: &Line<'_>| line.case.map(says);
    let start = |line: &Line<'_>| line.standing.clock;
    let zoned = |line: &Line<'_>, at: Timestamp| {
        shown(&at.to_zoned(crate::rules::zone_of(line.jurisdiction)))
    };
    Table::of(vec![
        texts(c::INCIDENT, lines, |line| some(&line.incident.id)),
        texts(c::JURISDICTION, lines, |line| some(line.jurisdiction)),
        texts(c::DUTY_KIND, lines, |line| some(line.kind)),
        texts(c::RECIPIENT, lines, |line| {
            Some(line.recipient.clone()).filter(|who| !who.is_empty())
        }),
        texts(c::DUTY_STATUS, lines, |line| some(line.standing.status)),
        texts(c::DEADLINE, lines, Line::deadline),
        texts(c::SOFT_CAP, lines, |line| line.soft_cap().map(str::to_owned)),
        texts(c::TOLD_IN_ORDER, lines, |line| line.standing.order.map(str::to_owned)),
        texts(c::HOLD_UNTIL, lines, |line| line.standing.hold_until.as_ref().map(shown)),
        longs(c::N_RESIDENTS, lines, |line| Some(line.n_residents)),
        longs(c::N_RESIDENTS_POSSIBLE, lines, |line| Some(line.n_possible)),
        longs(c::N_TRIGGERED, lines, |line| Some(line.n_triggered)),
        longs(c::THRESHOLD, lines, |line| line.threshold),
        texts(c::TRIGGERS_MET, lines, |line| {
            let codes: Vec<&str> = line.triggers?.iter().copied().collect();
            (!codes.is_empty()).then(|| codes.join(";"))
        }),
        texts(c::EXEMPTION, lines, |line| line.standing.exemption.clone()),
        texts(c::CLOCK, lines, |line| start(line).map(|(clock, _)| clock.word().to_owned())),
        texts(c::CLOCK_FROM, lines, |line| start(line).map(|(_, start)| start.from.to_owned())),
        texts(c::CLOCK_AT, lines, |line| Some(zoned(line, start(line)?.1.at?))),
        texts(c::CLOCK_SCOPE_FILE, lines, |line| line.clock_scope_file().map(str::to_owned)),
        texts(c::PERIOD, lines, |line| line.standing.period.map(|period| period.to_string())),
        texts(c::LAW, lines, of_law(|case| case.law.id())),
        texts(c::LAW_NAME, lines, of_law(|case| case.law.law.clone())),
        texts(c::LAW_VERSION, lines, of_law(|case| case.law.version())),
        texts(c::LAW_STATUS, lines, of_law(|case| case.law.status.to_string())),
        texts(c::NOTE, lines, Line::note),
        texts(c::RULE_SOURCE, lines, of_law(|case| case.law.source.clone())),
    ])
}

/// Writes what the forms of the regulators ask for.
pub(super) fn regulators(
    judged: &[Judged<'_>],
    lines: &[Line<'_>],
    groups: &[Group<'_>],
    codes: &[Codes],
) -> Table<Regulator> {
    let asked: Vec<&Line<'_>> = lines.iter().filter(|line| line.kind == "regulator").collect();
    let counts: Vec<Form> =
        asked.iter().map(|line| Form::of(line, judged, groups, codes)).collect();
    let rows: Vec<(&Line<'_>, Form)> = asked.into_iter().zip(counts).collect();
    let law = |line: &Line<'_>| line.case.map(|case| case.law.id());
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Table::of(vec![
        texts(c::INCIDENT, &rows, |row| Some(row.0.incident.id.clone())),
        texts(c::JURISDICTION, &rows, |row| Some(row.0.jurisdiction.to_owned())),
        texts(c::RECIPIENT, &rows, |row| Some(row.0.recipient.clone())),
        texts(c::LAW, &rows, |row| law(row.0)),
        texts(c::DUTY_STATUS, &rows, |row| Some(row.0.standing.status.to_owned())),
        texts(c::DEADLINE, &rows, |row| row.0.deadline()),
        longs(c::N_RESIDENTS, &rows, |row| Some(row.0.n_residents)),
        longs(c::N_AFFECTED, &rows, |row| Some(row.1.n_affected)),
        longs(c::N_RESIDENT_RECORDS, &rows, |row| Some(row.1.n_records)),
        longs(c::N_MINORS, &rows, |row| Some(row.1.n_minors)),
        longs(c::N_ELDERLY, &rows, |row| Some(row.1.n_elderly)),
        longs(c::N_SPECIAL, &rows, |row| Some(row.1.n_special)),
        texts(c::CLASSES_COUNTED, &rows, |row| Some(row.1.classes.clone())),
        texts(c::ATTACK_TYPE, &rows, |row| row.0.incident.attack_type.clone()),
        texts(c::OCCURRED_FROM, &rows, |row| at(row.0.incident.occurred_from)),
        texts(c::OCCURRED_TO, &rows, |row| at(row.0.incident.occurred_to)),
        texts(c::DISCOVERED_AT, &rows, |row| at(Some(row.0.incident.discovered_at))),
    ])
}

/// What forms ask for.
#[derive(Default)]
struct Form {
    n_affected: u64,
    n_records: u64,
    n_minors: u64,
    n_elderly: u64,
    n_special: u64,
    classes: String,
}

impl Form {
    /// Counts people on evidence that is told on.
    fn of(line: &Line<'_>, judged: &[Judged<'_>], groups: &[Group<'_>], codes: &[Codes]) -> Form {
        let of_incident = judged.iter().find(|judged| judged.incident.id == line.incident.id);
        let n_affected = of_incident.map_or(0, |judged| judged.n_affected);
        let mut form = Form { n_affected, ..Form::default() };
        let residents = line.case.map_or(&[][..], |case| &case.residents);
        let mut by_class: BTreeMap<&str, u64> = BTreeMap::new();
        for &place in residents.iter().filter(|&&place| !groups[place].kind.is_weak) {
            let group = &groups[place];
            let n = group.n_people;
            form.n_records += group.n_records;
            form.n_minors += if group.kind.age.is_minor { n } else { 0 };
            form.n_elderly += if group.kind.age.is_elderly { n } else { 0 };
            form.n_special += if codes[place].is_special { n } else { 0 };
            for class in group.kind.classes.split(';').filter(|class| !class.is_empty()) {
                *by_class.entry(class).or_default() += n;
            }
        }
        let mut counted: Vec<_> = by_class.into_iter().collect();
        counted.sort_by_key(|&(class, n)| (std::cmp::Reverse(n), class));
        let counted: Vec<_> = counted.iter().map(|(class, n)| format!("{class} {n}")).collect();
        form.classes = counted.join("; ");
        form
    }
}

/// Writes what the law asks for each row of the exposure.
pub(super) fn owed(ask: &Ask<'_>, groups: &Groups<'_>, verdicts: &[Verdict]) -> Table<Owed> {
    let rows: Vec<&Verdict> =
        groups.of_row.iter().map(|&place| &verdicts[place as usize]).collect();
    let joined = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("; "));
    // Each text is written once; a row points to it.
    let of_kind = |column: Column, says: &dyn Fn(&Verdict) -> Option<String>| {
        let few = texts(column, verdicts, says);
        gathered(&few, &groups.of_row)
    };
    let from = |column: Column| match ask.exposure.frame().column(column.name) {
        Ok(found) => found.clone(),
        Err(error) => panic!("{error}"),
    };
    Table::of(vec![
        from(c::CUSTOMER),
        from(c::INCIDENT),
        of_kind(c::JURISDICTION, &|verdict| Some(verdict.jurisdiction.clone())),
        of_kind(c::DUTY, &|verdict| Some(verdict.duty.to_owned())),
        of_kind(c::DUTY_REASON, &|verdict| verdict.reason.map(str::to_owned)),
        of_kind(c::LAWS, &|verdict| joined(&verdict.laws)),
        of_kind(c::LAW_VERSIONS, &|verdict| joined(&verdict.versions)),
        of_kind(c::LAW_ROWS, &|verdict| {
            (!verdict.law_rows.is_empty()).then(|| verdict.law_rows.join(";"))
        }),
        c::TELL_BY
            .instants(rows.iter().map(|verdict| verdict.tell_by.map(Timestamp::as_millisecond))),
        of_kind(c::CLOCK_SCOPE_FILE, &|verdict| verdict.clock_scope_file.clone()),
        c::MONITORING_MONTHS
            .counts_or_nothing(rows.iter().map(|verdict| verdict.monitoring_months)),
    ])
}

fn gathered(few: &Filled, rows: &[u32]) -> Filled {
    use polars::prelude::IdxCa;
    let rows = IdxCa::from_vec("".into(), rows.to_vec());
    few.take(&rows).unwrap_or_else(|error| panic!("duties of kinds: {error}"))
}

/// Lists the people whose residence does not say whose law applies.
pub(super) fn unknown(ask: &Ask<'_>, groups: &Groups<'_>) -> Table<UnknownResidency> {
    let (ids, incidents) = (ask.exposure.text(c::CUSTOMER_ID), ask.exposure.text(c::INCIDENT));
    let customers = ask.exposure.count(c::CUSTOMER);
    let reasons: Vec<Option<&'static str>> =
        groups.groups.iter().map(|group| why_unknown(ask, group.kind.jurisdiction)).collect();
    let mut rows: Vec<(usize, &'static str)> = groups
        .of_row
        .iter()
        .enumerate()
        .filter_map(|(row, &group)| Some((row, reasons[group as usize]?)))
        .collect();
    rows.sort_by_key(|&(row, _)| (incidents.get(row), customers.get(row)));
    let golden = |column: Column| {
        let cells = ask.golden.text(column);
        let of = |row: usize| cells.get(customers.get(row)? as usize);
        column.texts(rows.iter().map(|&(row, _)| of(row)).collect::<Vec<_>>().into_iter())
    };
    Table::of(vec![
        c::CUSTOMER_ID
            .texts(rows.iter().map(|&(row, _)| ids.get(row)).collect::<Vec<_>>().into_iter()),
        c::INCIDENT
            .texts(rows.iter().map(|&(row, _)| incidents.get(row)).collect::<Vec<_>>().into_iter()),
        golden(c::COUNTRY),
        golden(c::REGION),
        c::REASON.texts(rows.iter().map(|&(_, reason)| Some(reason))),
        c::TREATED_AS.same(Some(ask.settings.unknown_residency.word()), rows.len()),
    ])
}
