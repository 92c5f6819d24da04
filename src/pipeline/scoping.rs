//! Breach scoping: who is affected, what is at stake, whom to tell.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::Error;
use super::known::{self, Known};
use super::plan::Plan;
use super::posted;
use super::run::{Account, Said};
use super::valued;
use super::waves::{self, WaveCounts};
use super::window::{self, Window};
use crate::duty::{self, Duties};
use crate::exposure::{self, Exposed, Offered};
use crate::ingest;
use crate::notify::{self, Mail};
use crate::output::{Dialect, Folder};
use crate::report::{self, Report, Scoping};
use crate::scope::{self, ScopeFileCount, Scoped};
use crate::snapshot::{self, Night};
use crate::standardize;
use crate::tables::layout::{Affected, Decision, Exposure, GoldenRecord, Quarantined};
use crate::tables::{Table, column as c};
use crate::value::SavedModels;

/// Runs breach scoping.
pub(super) fn run(account: &mut Account<'_>) -> Result<Said, Error> {
    let (night, known, at) = customers(account)?;
    let of_value = at.map(|_| valued::agree(account.plan, &night.customers)).transpose()?.flatten();
    let (mut mail, codes) = posted::before(account)?;
    let (night, Touched { scoped, notes: of_scope, wave }) =
        account.timed("scope", |account| touched(account, night, at, &mut mail))?;
    let Scoped { affected, matches, unmatched, canaries, elements, files } = scoped;
    let plan = account.plan;
    let Night { contacts, points, golden, lineage, customers } = &night;
    let Exposed { exposure, cube, loss_distribution, mut summary } =
        account.timed("exposure", |account| weighed(account, &affected, &night))?;
    let duties = account
        .timed("duty", |account| account.ledger.enter(duty::owed(&asked(plan, &exposure, golden))));
    let naming = account.folder.naming();
    let notified = account.timed("notify", |account| {
        notify::decided(&notify::Ask {
            exposure: &exposure,
            owed: &duties.owed,
            matches: &matches,
            known: notify::Known { mail: &mail, codes: &codes, golden, lineage, contacts, points },
            incidents: &plan.incidents,
            classes: &plan.classes,
            letters: &plan.letters,
            laws: &plan.laws,
            currency: plan.config.run.currency.code(),
            settings: &plan.config.notify,
            naming: &naming,
            now: plan.clock,
        })
        .map(|counted| account.ledger.enter(counted))
    })?;
    let (decisions, why) = (&notified.decisions, &notified.why);
    account.roll.call("affected", decisions.height(), &outcomes(decisions));
    let Offered { offers, summary: retention } =
        account.timed("retention", |account| offered(account, &exposure, decisions, &night));
    summary.retention = Some(retention);

    account.timed("outputs", |account| -> Result<(), Error> {
        let folder = &mut account.folder;
        folder.parquet(&[
            ("golden_records.parquet", golden.frame()),
            ("lineage.parquet", lineage.frame()),
            ("customers.parquet", customers.frame()),
            ("affected.parquet", exposure.frame()),
            ("exposure_cube.parquet", cube.frame()),
            ("loss_distribution.parquet", loss_distribution.frame()),
            ("owed.parquet", duties.owed.frame()),
            ("decisions.parquet", decisions.frame()),
            ("elements.parquet", elements.frame()),
            ("why.parquet", why.frame()),
        ])?;
        folder.csv("unmatched_scope.csv", unmatched.frame(), Dialect::Machine)?;
        write_duties(folder, &duties)?;
        if plan.config.scope.canaries.is_some() {
            folder.csv("canaries.csv", canaries.frame(), Dialect::Machine)?;
        }
        known.iter().try_for_each(|known| write_besides(folder, known, plan.is_drill()))?;
        write_json(folder, "exposure.json", json!(summary), plan.is_drill())?;
        folder.csv("retention.csv", offers.frame(), plan.config.exposure.retention.dialect)?;
        write_notices(folder, &notified, plan.is_drill())
    })?;

    let set_aside = known.as_ref().map(|known| known::set_aside_by(&known.quarantine, c::REASON));
    let mut notes = of_scope;
    notes.extend(of_value);
    notes.extend(notified.postponed.sentence());
    notes.extend(known.iter().flat_map(|known| known.notes.iter().cloned()));
    let summary = json!(summary);
    let details = details(plan, known.as_ref(), &files, wave.as_ref());
    let report = Report::Scoping(Scoping {
        run: account.reported(golden, set_aside.as_ref(), &[], &notes, &details),
        incidents: &plan.incidents,
        classes: &plan.classes,
        exposure: &exposure,
        decisions,
        duties: &duties.duties,
        exposure_summary: &summary,
        outlook: &json!(notified.outlook),
        substitute: &notified.substitute,
    });
    Ok(Said::of(&report::summary(&report), Vec::new(), details))
}

/// Weighs what is at stake with each affected person.
fn weighed(
    account: &mut Account<'_>,
    affected: &Table<Affected>,
    night: &Night,
) -> Result<Exposed, exposure::Error> {
    let plan = account.plan;
    let Night { golden, customers, lineage, .. } = night;
    let counted = exposure::weighed(
        affected,
        golden,
        customers,
        lineage,
        &plan.incidents,
        &plan.classes,
        &plan.laws,
        &plan.config.exposure,
    )?;
    Ok(account.ledger.enter(counted))
}

/// Gives what stands in the manifest besides.
fn details(
    plan: &Plan,
    known: Option<&Besides>,
    files: &[ScopeFileCount],
    wave: Option<&WaveCounts>,
) -> Value {
    let mut details = known.map_or_else(|| json!({}), |known| known.details.clone());
    details["scope_files"] = json!(files);
    details["incidents"] = json!(plan.incidents);
    if let Some(wave) = wave {
        details["wave"] = json!(wave);
    }
    details
}

/// Chooses who is worth an offer to stay, once it is decided who is told.
fn offered(
    account: &mut Account<'_>,
    exposure: &Table<Exposure>,
    decisions: &Table<Decision>,
    night: &Night,
) -> Offered {
    let settings = &account.plan.config.exposure.retention;
    let Night { golden, customers, .. } = night;
    account.ledger.enter(exposure::retention(exposure, decisions, golden, customers, settings))
}

/// Writes an account in figures; that of a drill says so.
fn write_json(
    folder: &mut Folder,
    name: &str,
    mut figures: Value,
    is_drill: bool,
) -> Result<(), Error> {
    if is_drill {
        figures["drill"] = json!(true);
    }
    folder.text(name, &format!("{figures:#}\n"))?;
    Ok(())
}

/// Writes what the exports had to say besides the customers.
fn write_besides(folder: &mut Folder, known: &Besides, is_drill: bool) -> Result<(), Error> {
    folder.csv("quarantine.csv", known.quarantine.frame(), Dialect::Machine)?;
    // A drill leaves nothing that a real run could take up.
    known::write_models(folder, known.models.as_ref().filter(|_| !is_drill))
}

/// Writes the lists, what is to be expected of them, and what may take their place.
fn write_notices(
    folder: &mut Folder,
    notified: &notify::Notified<'_>,
    is_drill: bool,
) -> Result<(), Error> {
    folder.sheets(&notified.lists())?;
    folder.csv("substitute.csv", notified.substitute.frame(), Dialect::Machine)?;
    write_json(folder, "outlook.json", json!(notified.outlook), is_drill)?;
    let mark = if is_drill { "DRILL: the incident is invented\n\n" } else { "" };
    folder.text("suppress_notes.txt", &format!("{mark}{}", notified.suppression_notes()))?;
    Ok(())
}

/// Writes what people read of the duties; `owed.parquet` is for machines.
fn write_duties(folder: &mut Folder, duties: &Duties) -> Result<(), Error> {
    folder.csv("duties.csv", duties.duties.frame(), Dialect::Machine)?;
    folder.csv("regulators.csv", duties.regulators.frame(), Dialect::Machine)?;
    folder.csv("unknown_residency.csv", duties.unknown.frame(), Dialect::Machine)?;
    folder.text("deadlines.ics", &duties.calendar)?;
    Ok(())
}

/// Puts together what duties follow from.
fn asked<'a>(
    plan: &'a Plan,
    exposure: &'a Table<Exposure>,
    golden: &'a Table<GoldenRecord>,
) -> duty::Ask<'a> {
    duty::Ask {
        exposure,
        golden,
        incidents: &plan.incidents,
        classes: &plan.classes,
        laws: &plan.laws,
        holidays: &plan.holidays,
        settings: &plan.config.duty,
        evidence_min: plan.config.notify.evidence_min,
        now: plan.clock,
        drill: plan.is_drill(),
    }
}

/// What the exports had to say besides the customers.
struct Besides {
    quarantine: Table<Quarantined>,
    models: Option<SavedModels>,
    notes: Vec<String>,
    details: Value,
}

/// Counts the affected by what was decided, from the decisions themselves and not from the
/// tally of the room that made them.
fn outcomes(decisions: &Table<Decision>) -> [(&'static str, usize); 4] {
    let count = |outcome| {
        let outcomes = decisions.text(c::OUTCOME);
        outcomes.iter().filter(|decided| *decided == Some(outcome)).count()
    };
    [
        ("notified", count("notified")),
        ("held", count("held")),
        ("no duty", count("no_duty")),
        ("unreachable", count("unreachable")),
    ]
}

/// The customers, what the exports said besides, and the instant of the snapshot.
type Customers = (Night, Option<Besides>, Option<Timestamp>);

/// Gives the customers as of a date, where the file names one, or as today's exports tell them.
fn customers(account: &mut Account<'_>) -> Result<Customers, Error> {
    let plan = account.plan;
    let Some(at) = plan.config.snapshot.as_of else {
        let Known { night, quarantine, models, notes, details, .. } = known::from_exports(account)?;
        return Ok((night, Some(Besides { quarantine, models, notes, details }), None));
    };
    let dir = plan.root.join(&plan.config.snapshot.dir);
    let snapshot = account.timed("snapshot", |_| snapshot::as_of(&dir, at))?;
    account.note_snapshot(&dir, &snapshot)?;
    let Night { contacts, golden, .. } = &snapshot.night;
    account.roll.call("contacts", contacts.height(), &known::members(golden));
    Ok((snapshot.night, None, Some(snapshot.at)))
}

/// Whom the incidents touched, and what there is to say of how it was found.
struct Touched {
    scoped: Scoped,
    notes: Vec<String>,
    wave: Option<WaveCounts>,
}

/// Reads the scope files, asks the nights of the incidents, and joins.
fn touched(
    account: &mut Account<'_>,
    night: Night,
    at: Option<Timestamp>,
    mail: &mut Mail,
) -> Result<(Night, Touched), Error> {
    let plan = account.plan;
    let settings = &plan.config.scope;
    let (entries, keys) = match (&plan.config.drill, plan.incidents.as_slice()) {
        (drill, [incident]) if plan.is_drill() => {
            (drill.clone().unwrap_or_default().entries(&night, incident), Vec::new())
        }
        _ => {
            let n_bytes_max = settings.file_bytes_max;
            let read = ingest::scope(&plan.incidents, &plan.root, &plan.classes, n_bytes_max)?;
            account.note_files(&read.files)?;
            (standardize::scope_entries(read.entries, &plan.config.standardize), read.keys)
        }
    };
    let canaries = match &settings.canaries {
        Some(file) => {
            let read = ingest::canaries(file, &plan.root, settings.file_bytes_max)?;
            account.note_files(&read.files)?;
            Some(standardize::scope_entries(read.entries, &plan.config.standardize))
        }
        None => None,
    };
    let keys = keys.into_iter();
    let keys: Vec<_> =
        keys.map(|(incident, file, key)| scope::ListKey { incident, file, key }).collect();
    let Window { night, outdated, named, mut notes } = window::open(account, night, at, &entries)?;
    let waves = waves::open(account, &night, mail)?;
    let known = scope::Known {
        contacts: &night.contacts,
        points: &night.points,
        outdated: &outdated,
        lineage: &night.lineage,
    };
    let lists = scope::Lists {
        incidents: &plan.incidents,
        entries: &entries,
        keys: &keys,
        named: &named,
        canaries: canaries.as_ref(),
        told: Some(&waves.told).filter(|_| !waves.runs.is_empty()),
    };
    let counted = scope::affected(&known, &lists, settings)?;
    account.roll.call_tally(&counted.tally);
    let scoped = account.ledger.enter(counted);
    notes.extend(scoped.files.iter().flat_map(ScopeFileCount::notes));
    let wave = waves.counts(&scoped.affected);
    notes.extend(wave.as_ref().map(WaveCounts::sentence));
    Ok((night, Touched { scoped, notes, wave }))
}
