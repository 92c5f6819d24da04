//! Breach scoping: who is affected, what is at stake, whom to tell.

use jiff::Timestamp;
use polars::prelude::DataFrame;
use serde_json::{Value, json};

use super::customers::{AsOf, Besides, customers};
use super::error::Error;
use super::known;
use super::people::{self, People};
use super::plan::Plan;
use super::possible::{self, POSSIBLE};
use super::posted;
use super::run::{Account, Said};
use super::sampled::{self, Sampled};
use super::valued;
use super::waves::{self, WaveCounts};
use super::window::{self, Window};
use crate::duty::{self, Duties};
use crate::exposure::{self, Everybody, Exposed, Offered};
use crate::ingest;
use crate::ledger::Counted;
use crate::matching::Learned;
use crate::notify::{self, Codes, Mail, Notified};
use crate::output::{Dialect, Folder, Naming};
use crate::report::{self, Report, Scoping};
use crate::scope::{self, ListKey, Numbers, SampleCount, ScopeFileCount, Scoped};
use crate::snapshot::{Chosen, Night};
use crate::standardize;
use crate::tables::layout::{Affected, Decision, Exposure, Owed, ScopeEntry};
use crate::tables::{Table, column as c};
use crate::terms::grouped;

/// Runs breach scoping.
pub(super) fn run(account: &mut Account<'_>) -> Result<Said, Error> {
    let (people, known, as_of) = customers(account)?;
    let at = as_of.as_ref().map(|as_of| as_of.at);
    let of_value =
        at.map(|_| valued::agree(account.plan, people.customers())).transpose()?.flatten();
    let (mut mail, codes) = posted::before(account)?;
    let learned = known.as_ref().map(|known| &known.model);
    let touched =
        account.timed("scope", |account| touched(account, people, at, learned, &mut mail))?;
    let Touched { people, night, chosen, scoped, samples, .. } = &touched;
    let Scoped { affected, unmatched, canaries, elements, files, .. } = scoped;
    let (plan, golden) = (account.plan, &night.golden);
    let everybody = Everybody::of(people.customers());
    let Exposed { exposure, cube, loss_distribution, mut summary } =
        account.timed("exposure", |account| weighed(account, affected, night, everybody))?;
    let duties = account.timed("duty", |account| {
        account.ledger.enter(duty::owed(&asked(plan, &exposure, &touched)))
    });
    let naming = account.folder.naming();
    let notified = account.timed("notify", |account| {
        let counted = noticed(plan, &touched, &exposure, &duties.owed, (&mail, &codes), &naming);
        counted.map(|counted| account.ledger.enter(counted))
    })?;
    let (decisions, why) = (&notified.decisions, &notified.why);
    account.roll.call("affected", decisions.height(), &outcomes(decisions));
    let Offered { offers, summary: retention } =
        account.timed("retention", |account| offered(account, &exposure, decisions, night));
    summary.retention = Some(retention);

    account.timed("outputs", |account| -> Result<(), Error> {
        let folder = &mut account.folder;
        write_people(folder, people, as_of.filter(|_| !touched.is_widened))?;
        folder.parquet(&[
            ("affected.parquet", &chosen.as_in_night(&exposure)),
            ("exposure_cube.parquet", cube.frame()),
            ("loss_distribution.parquet", loss_distribution.frame()),
            ("owed.parquet", &chosen.as_in_night(&duties.owed)),
            ("decisions.parquet", &chosen.as_in_night(decisions)),
            ("further_notices.parquet", &chosen.as_in_night(&notified.further)),
            ("elements.parquet", elements.frame()),
            ("why.parquet", why.frame()),
        ])?;
        folder.csv("unmatched_scope.csv", unmatched.frame(), Dialect::Machine)?;
        folder.csv(POSSIBLE, &touched.possible, Dialect::Machine)?;
        write_duties(folder, &duties)?;
        if plan.config.scope.canaries.is_some() {
            folder.csv("canaries.csv", canaries.frame(), Dialect::Machine)?;
        }
        known.iter().try_for_each(|known| write_besides(folder, known, plan.is_drill()))?;
        write_json(folder, "exposure.json", stake(json!(summary), samples), plan.is_drill())?;
        folder.csv("retention.csv", offers.frame(), plan.config.exposure.retention.dialect)?;
        write_notices(folder, &notified, plan.is_drill())
    })?;

    let set_aside = known.as_ref().map(|known| known::set_aside_by(&known.quarantine, c::REASON));
    let mut notes = touched.notes.clone();
    notes.extend(of_value);
    notes.extend(notified.postponed.sentence());
    notes.extend(known.iter().flat_map(|known| known.notes.iter().cloned()));
    let summary = stake(json!(summary), samples);
    let details = details(plan, known.as_ref(), files, touched.wave.as_ref());
    let report = Report::Scoping(Scoping {
        run: account.reported(people.golden(), set_aside.as_ref(), &[], &notes, &details),
        golden,
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

/// Decides who is told; `posted` is what was sent before, and the codes that are there to give.
fn noticed<'a>(
    plan: &'a Plan,
    touched: &'a Touched,
    exposure: &'a Table<Exposure>,
    owed: &'a Table<Owed>,
    posted: (&'a Mail, &'a Codes),
    naming: &'a Naming,
) -> Result<Counted<Notified<'a>>, notify::Error> {
    let Night { contacts, points, golden, lineage, .. } = &touched.night;
    let (mail, codes) = posted;
    notify::decided(&notify::Ask {
        exposure,
        owed,
        matches: &touched.scoped.matches,
        known: notify::Known { mail, codes, golden, lineage, contacts, points },
        incidents: &plan.incidents,
        classes: &plan.classes,
        letters: &plan.letters,
        laws: &plan.laws,
        currency: plan.config.run.currency.code(),
        settings: &plan.config.notify,
        naming,
        now: plan.clock,
    })
}

/// Weighs what is at stake with each affected person.
fn weighed(
    account: &mut Account<'_>,
    affected: &Table<Affected>,
    night: &Night,
    everybody: Everybody,
) -> Result<Exposed, exposure::Error> {
    let plan = account.plan;
    let Night { golden, customers, lineage, .. } = night;
    let counted = exposure::weighed(
        affected,
        golden,
        customers,
        lineage,
        everybody,
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

/// Writes who the customers are; what the snapshot of the run holds already is not written twice.
fn write_people(folder: &mut Folder, people: &People, as_of: Option<AsOf>) -> Result<(), Error> {
    let mut names = people::WRITTEN.to_vec();
    if let Some(as_of) = as_of {
        as_of.share(folder, &mut names)?;
    }
    people.write(folder, &names)
}

/// Puts what there is to know of the samples beside what is at stake.
fn stake(mut summary: Value, samples: &[SampleCount]) -> Value {
    if !samples.is_empty() {
        summary["samples"] = json!(samples);
    }
    summary
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
    notified: &Notified<'_>,
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
fn asked<'a>(plan: &'a Plan, exposure: &'a Table<Exposure>, touched: &'a Touched) -> duty::Ask<'a> {
    duty::Ask {
        exposure,
        matches: &touched.scoped.matches,
        golden: &touched.night.golden,
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

/// Whom the incidents touched, and what there is to say of how it was found.
struct Touched {
    /// All customers.
    people: People,
    /// What is known of those whom they touched, who are numbered among themselves.
    night: Night,
    /// Under which numbers all customers know them.
    chosen: Chosen,
    scoped: Scoped,
    samples: Vec<SampleCount>,
    notes: Vec<String>,
    wave: Option<WaveCounts>,
    /// Who may have been touched, for somebody to decide.
    possible: DataFrame,
    /// Whether people are here who have left since the night.
    is_widened: bool,
}

/// What the incidents list.
struct Listed {
    entries: Table<ScopeEntry>,
    keys: Vec<ListKey>,
    canaries: Option<Table<ScopeEntry>>,
}

/// Reads the scope files, or draws those of a drill.
fn listed(account: &mut Account<'_>, people: &People) -> Result<Listed, Error> {
    let plan = account.plan;
    let settings = &plan.config.scope;
    let (entries, keys) = match (&plan.config.drill, plan.incidents.as_slice()) {
        (drill, [incident]) if plan.is_drill() => {
            (drill.clone().unwrap_or_default().entries(people.night(), incident), Vec::new())
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
    let keys = keys.map(|(incident, file, key)| ListKey { incident, file, key }).collect();
    Ok(Listed { entries, keys, canaries })
}

/// Reads the scope files, asks the nights of the incidents, and joins.
fn touched(
    account: &mut Account<'_>,
    people: People,
    at: Option<Timestamp>,
    learned: Option<&Learned>,
    mail: &mut Mail,
) -> Result<Touched, Error> {
    let plan = account.plan;
    let settings = &plan.config.scope;
    let Listed { entries, keys, canaries } = listed(account, &people)?;
    let (entries, mut samples) = sampled::read(account, entries)?;
    let Window { mut people, outdated, named, mut notes, is_widened } =
        window::open(account, people, at, &entries)?;
    let of_linking = account
        .timed("samples", |account| sampled::linked(account, &mut samples, &people, learned));
    let (rulings, of_decisions) = sampled::rulings(account, &entries, &people)?;
    notes.extend(of_linking.into_iter().chain(of_decisions));
    let waves = waves::open(account, people.lineage(), mail)?;
    let lent: Vec<_> = samples.iter().filter_map(Sampled::lent).collect();
    let join = scope::Join::open(&scope::Lists {
        incidents: &plan.incidents,
        entries: &entries,
        keys: &keys,
        named: &named,
        samples: &lent,
        rulings: &rulings,
        canaries: canaries.as_ref(),
    })?;
    let mut met = people.each_points(|points| join.met(points))?;
    met.extend(outdated.iter().map(|points| join.met(points)));
    let customer_of: Vec<u32> = people.lineage().count(c::CUSTOMER).into_no_null_iter().collect();
    let joined = join.judged(met, &customer_of, settings)?;
    let of_samples = sampled::counts(plan, &lent, &people, &outdated);
    let chosen = Chosen::of(joined.customers(), &customer_of);
    drop(customer_of);
    let (night, outdated) = account.timed("affected", |_| -> Result<_, Error> {
        Ok((people.part(&chosen, plan)?, people.outdated(&chosen, &outdated)?))
    })?;
    people.forget_records();
    mail.only(&chosen.customers);
    let Night { contacts, points, lineage, .. } = &night;
    let known = scope::Known { contacts, points, outdated: &outdated, lineage };
    let numbers = Numbers { customers: &chosen.customers, records: &chosen.records };
    let told = Some(&waves.told).filter(|_| !waves.runs.is_empty());
    let counted = joined.affected(&known, numbers, told, settings);
    account.roll.call_tally(&counted.tally);
    let scoped = account.ledger.enter(counted);
    notes.extend(scoped.files.iter().flat_map(ScopeFileCount::notes));
    notes.extend(of_samples.iter().flat_map(SampleCount::notes));
    let (affected, matches) = (&scoped.affected, &scoped.matches);
    let possible = possible::frame(affected, matches, &samples, &night, &chosen.records);
    if possible.height() > 0 {
        notes.push(format!(
            "{} matches rest on possible evidence alone: decide in {POSSIBLE} and name it in \
             scope.decisions",
            grouped(possible.height() as u64)
        ));
    }
    let wave = waves.counts(affected);
    notes.extend(wave.as_ref().map(WaveCounts::sentence));
    let samples = of_samples;
    Ok(Touched { people, night, chosen, scoped, samples, notes, wave, possible, is_widened })
}
