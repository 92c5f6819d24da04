//! A small world of people, exposed as a test says, and what is decided about them.

use jiff::Timestamp;
use polars::prelude::{AnyValue, DataFrame};

use crate::ledger::Counted;
use crate::notify::{
    Ask, Codes, Error, Known, Mail, Notified, Outlook, Postponed, Settings, decided,
};
use crate::output::{Dialect, Naming};
use crate::rules::{DataClasses, Jurisdictions, Letters};
use crate::tables::layout::{
    Contact, ContactPoint, Customer, Exposure, FurtherNotice, GoldenRecord, Lineage, Owed,
    ScopeMatch, SubstituteNotice,
};
use crate::tables::{Column, Layout, Table, column as c};
use crate::terms::{HarmResult, Incident};

type Filled = polars::prelude::Column;

pub(super) const NOW: &str = "2026-03-10T08:00:00Z";

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A person with one record, and contact points that only further records hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Who {
    pub(super) email: Option<(&'static str, &'static str)>,
    pub(super) phone: Option<(&'static str, &'static str)>,
    pub(super) post: bool,
    /// What a further record has each: `email`, `phone`, or `street` of a usable address.
    pub(super) elsewhere: Vec<(&'static str, &'static str)>,
    pub(super) name: &'static str,
    pub(super) segment: Option<&'static str>,
    pub(super) language: Option<&'static str>,
    /// Whose law applies; California where absent.
    pub(super) jurisdiction: Option<&'static str>,
    /// When the record was last confirmed, in milliseconds since 1970.
    pub(super) verified: Option<i64>,
    /// When the law wants the person told, in milliseconds since 1970.
    pub(super) tell_by: Option<i64>,
    pub(super) monitoring_months: Option<u32>,
    pub(super) born: Option<i32>,
    /// Data classes of which earlier notices told.
    pub(super) told: Option<&'static str>,
    pub(super) deceased: bool,
    pub(super) refuses: bool,
    /// Incident, evidence, data classes, expected loss.
    pub(super) exposed: Vec<(&'static str, &'static str, &'static str, i64)>,
}

pub(super) const VALID: &str = "valid";

pub(super) fn anna() -> Who {
    Who {
        email: Some(("anna@example.com", VALID)),
        phone: Some(("+12025550100", VALID)),
        post: true,
        name: "Anna",
        exposed: vec![("leak", "confirmed", "dob;email", 4321)],
        ..Who::default()
    }
}

pub(super) fn incident(id: &str) -> Incident {
    let text = format!(
        "id = \"{id}\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-01T00:00:00Z\""
    );
    toml::from_str(&text).unwrap()
}

/// Fills the columns that a test names and leaves the others without anything.
fn table<L: Layout>(n_rows: usize, filled: Vec<Filled>) -> Table<L> {
    let column = |column: &Column| {
        filled
            .iter()
            .find(|filled| filled.name() == column.name)
            .cloned()
            .unwrap_or_else(|| column.nothing(n_rows))
    };
    Table::of(L::COLUMNS.iter().map(column).collect())
}

pub(super) struct World {
    /// For each row of the exposure, what the law names.
    pub(super) by_law: Vec<(Option<i64>, Option<u32>)>,
    pub(super) exposure: Table<Exposure>,
    pub(super) matches: Table<ScopeMatch>,
    pub(super) golden: Table<GoldenRecord>,
    pub(super) lineage: Table<Lineage>,
    pub(super) contacts: Table<Contact>,
    pub(super) points: Table<ContactPoint>,
    pub(super) customers: Table<Customer>,
}

fn texts<'a>(column: Column, values: impl Iterator<Item = Option<&'a str>>) -> Filled {
    column.texts(values.collect::<Vec<_>>().into_iter())
}

fn golden_records(people: &[Who], ids: &[String]) -> Table<GoldenRecord> {
    let n = people.len();
    let of = |get: fn(&Who) -> Option<&'static str>| people.iter().map(get);
    table(
        n,
        vec![
            texts(c::CUSTOMER_ID, ids.iter().map(|id| Some(id.as_str()))),
            texts(c::FIRST_NAME, of(|who| Some(who.name).filter(|name| !name.is_empty()))),
            texts(c::SEGMENT, of(|who| who.segment)),
            texts(c::LANGUAGE, of(|who| who.language)),
            texts(c::LAST_NAME, of(|who| (!who.name.is_empty()).then_some("Rae"))),
            texts(c::REGION, of(|who| who.jurisdiction.or(Some("US-CA")))),
            texts(c::COUNTRY, of(|_| Some("US"))),
            texts(c::CITY, of(|who| who.post.then_some("Springfield"))),
            texts(c::EMAIL, of(|who| Some(who.email?.0))),
            texts(c::EMAIL_STATUS, of(|who| Some(who.email?.1))),
            texts(c::PHONE, of(|who| Some(who.phone?.0))),
            texts(c::PHONE_STATUS, of(|who| Some(who.phone?.1))),
            texts(c::STREET, of(|who| who.post.then_some("1 High Street"))),
            texts(c::POSTAL_CODE, of(|who| who.post.then_some("94105"))),
            c::ADDRESS_USABLE.flags(people.iter().map(|who| who.post).collect()),
            c::BIRTH_DATE.days(people.iter().map(|who| who.born)),
            c::DECEASED.flags(people.iter().map(|who| who.deceased).collect()),
            c::DO_NOT_CALL.flags(people.iter().map(|who| who.refuses).collect()),
            c::EMAIL_OPT_OUT.flags(people.iter().map(|who| who.refuses).collect()),
        ],
    )
}

/// The last customer's records come first, so that no test can take a record for a customer.
#[expect(clippy::too_many_lines, reason = "one column after the other")]
pub(super) fn world(people: &[Who]) -> World {
    let n = people.len();
    let (mut owners, mut streets) = (Vec::new(), Vec::new());
    let mut points: Vec<(u32, &str, &str, &str)> = Vec::new();
    for (customer, who) in people.iter().enumerate().rev() {
        let mut keep = |kind, (value, status)| {
            points.push((u32::try_from(owners.len()).unwrap(), kind, value, status));
        };
        who.email.into_iter().for_each(|point| keep("email", point));
        who.phone.into_iter().for_each(|point| keep("phone", point));
        owners.push(u32::try_from(customer).unwrap());
        for &(kind, value) in &who.elsewhere {
            let record = u32::try_from(owners.len()).unwrap();
            if kind == "street" {
                streets.push((record, value));
            } else {
                points.push((record, kind, value, VALID));
            }
            owners.push(u32::try_from(customer).unwrap());
        }
    }
    let ids: Vec<_> = (0..n).map(|customer| format!("c_{customer:04}")).collect();
    let golden = golden_records(people, &ids);
    let n_records = owners.len();
    let numbers = |n: usize| (0..u32::try_from(n).unwrap()).collect::<Vec<_>>();
    let lineage = table(
        n_records,
        vec![
            c::RECORD.counts(numbers(n_records)),
            c::CUSTOMER.counts(owners.clone()),
            c::SOURCE.same(Some("crm"), n_records),
            c::LINE.longs((0..n_records).map(|record| record as u64 + 2).collect()),
        ],
    );
    let exposed: Vec<_> = people
        .iter()
        .enumerate()
        .flat_map(|(customer, who)| who.exposed.iter().map(move |exposed| (customer, exposed)))
        .collect();
    let exposed_customers: Vec<_> =
        exposed.iter().map(|(customer, _)| u32::try_from(*customer).unwrap()).collect();
    let m = exposed.len();
    let exposure = table(
        m,
        vec![
            c::CUSTOMER.counts(exposed_customers.clone()),
            texts(
                c::CUSTOMER_ID,
                exposed.iter().map(|(customer, _)| Some(ids[*customer].as_str())),
            ),
            texts(c::INCIDENT, exposed.iter().map(|(_, exposed)| Some(exposed.0))),
            texts(c::EVIDENCE, exposed.iter().map(|(_, exposed)| Some(exposed.1))),
            texts(c::DATA_CLASSES, exposed.iter().map(|(_, exposed)| Some(exposed.2))),
            texts(c::CLASSES_TOLD, exposed.iter().map(|(customer, _)| people[*customer].told)),
            texts(
                c::JURISDICTION,
                exposed
                    .iter()
                    .map(|(customer, _)| people[*customer].jurisdiction.or(Some("US-CA"))),
            ),
            c::EXPECTED_LOSS_CENTS.amounts(exposed.iter().map(|(_, exposed)| exposed.3).collect()),
            c::CLV_FUTURE_CENTS.amounts(vec![987_654_321; m]),
        ],
    );
    let first_record = |customer: u32| {
        owners.iter().position(|owner| *owner == customer).and_then(|r| u32::try_from(r).ok())
    };
    let matches = table(
        m,
        vec![
            c::CUSTOMER.counts(exposed_customers.clone()),
            texts(c::INCIDENT, exposed.iter().map(|(_, exposed)| Some(exposed.0))),
            c::SCOPE_FILE.same(Some("dump.csv"), m),
            c::SCOPE_LINE.longs((0..m as u64).collect()),
            c::MATCHED_RECORD.counts(
                exposed_customers.iter().filter_map(|&owner| first_record(owner)).collect(),
            ),
        ],
    );
    let points = contact_points(&points);
    let customers = table(n, vec![c::CLV_CENTS.amounts(vec![100; n])]);
    let verified: Vec<_> = owners.iter().map(|owner| people[*owner as usize].verified).collect();
    let contacts = contacts(&verified, &streets);
    let by_law = exposed
        .iter()
        .map(|(customer, _)| (people[*customer].tell_by, people[*customer].monitoring_months))
        .collect();
    World { by_law, exposure, matches, golden, lineage, contacts, points, customers }
}

fn contact_points(points: &[(u32, &str, &str, &str)]) -> Table<ContactPoint> {
    table(
        points.len(),
        vec![
            c::RECORD.counts(points.iter().map(|point| point.0).collect()),
            texts(c::KIND, points.iter().map(|point| Some(point.1))),
            texts(c::VALUE, points.iter().map(|point| Some(point.2))),
            texts(c::STATUS, points.iter().map(|point| Some(point.3))),
            c::RANK.counts(vec![0; points.len()]),
        ],
    )
}

fn contacts(verified: &[Option<i64>], streets: &[(u32, &str)]) -> Table<Contact> {
    let n_records = verified.len();
    let records = 0..u32::try_from(n_records).unwrap();
    let street = |record| streets.iter().find(|street| street.0 == record).map(|street| street.1);
    table(
        n_records,
        vec![
            c::RECORD.counts(records.clone().collect()),
            texts(c::STREET, records.clone().map(street)),
            c::VERIFIED_AT.instants(verified.iter().copied()),
            c::ADDRESS_USABLE.flags(records.map(|record| street(record).is_some()).collect()),
        ],
    )
}

/// The settings of most tests: one list for each channel.
pub(super) fn settings() -> Settings {
    Settings { split_by: Vec::new(), ..Settings::default() }
}

/// What was decided, with every list whole.
pub(super) struct Read {
    pub(super) decisions: Table<crate::tables::layout::Decision>,
    pub(super) further: Table<FurtherNotice>,
    pub(super) why: Table<crate::tables::layout::Why>,
    pub(super) outlook: Outlook,
    pub(super) substitute: Table<SubstituteNotice>,
    pub(super) postponed: Postponed,
    pub(super) lists: Vec<List>,
}

/// A list, whole.
pub(super) struct List {
    pub(super) path: String,
    pub(super) dialect: Dialect,
    pub(super) frame: DataFrame,
}

fn whole(notified: &Notified<'_>) -> Vec<List> {
    notified
        .lists()
        .iter()
        .map(|sheet| {
            let mut frame = (sheet.piece)(0);
            for place in 1..sheet.n_pieces {
                frame.vstack_mut(&(sheet.piece)(place)).unwrap();
            }
            List { path: sheet.path.clone(), dialect: sheet.dialect, frame }
        })
        .collect()
}

pub(super) fn told(people: &[Who], incidents: &[Incident], settings: &Settings) -> Counted<Read> {
    told_after(people, incidents, settings, &Mail::default(), &Codes::default()).unwrap()
}

/// Decides after something was sent, and came back.
pub(super) fn told_after(
    people: &[Who],
    incidents: &[Incident],
    settings: &Settings,
    mail: &Mail,
    codes: &Codes,
) -> Result<Counted<Read>, Error> {
    told_in(&world(people), incidents, settings, (mail, codes), &Naming::default())
}

/// Decides where files are called as a folder says.
pub(super) fn told_called(
    people: &[Who],
    incidents: &[Incident],
    settings: &Settings,
    naming: &Naming,
) -> Read {
    let before = (&Mail::default(), &Codes::default());
    told_in(&world(people), incidents, settings, before, naming).unwrap().product
}

pub(super) fn lists_of(world: &World, incidents: &[Incident]) -> Read {
    let before = (&Mail::default(), &Codes::default());
    told_in(world, incidents, &settings(), before, &Naming::default()).unwrap().product
}

fn told_in(
    world: &World,
    incidents: &[Incident],
    settings: &Settings,
    (mail, codes): (&Mail, &Codes),
    naming: &Naming,
) -> Result<Counted<Read>, Error> {
    let letters = Letters::built_in();
    let owed = owed(world, incidents);
    let classes = DataClasses::built_in();
    let laws = Jurisdictions::built_in();
    let counted = decided(&Ask {
        exposure: &world.exposure,
        owed: &owed,
        matches: &world.matches,
        known: Known {
            golden: &world.golden,
            lineage: &world.lineage,
            contacts: &world.contacts,
            points: &world.points,
            mail,
            codes,
        },
        incidents,
        classes: &classes,
        letters: &letters,
        laws: &laws,
        currency: "USD",
        settings,
        naming,
        now: now(),
    })?;
    let lists = whole(&counted.product);
    let Notified { decisions, further, why, outlook, substitute, postponed, .. } = counted.product;
    let product = Read { decisions, further, why, outlook, substitute, postponed, lists };
    Ok(Counted { product, tally: counted.tally })
}

/// Gives what a law would ask that excuses encrypted data and unlikely harm.
fn owed(world: &World, incidents: &[Incident]) -> Table<Owed> {
    let exposure = &world.exposure;
    let reason = |id: &str| {
        let incident = incidents.iter().find(|incident| incident.id == id)?;
        let assessed = incident.harm_assessment.as_ref().map(|assessed| assessed.result);
        if incident.encrypted && !incident.key_taken {
            Some("exempt_encrypted")
        } else {
            (assessed == Some(HarmResult::Unlikely)).then_some("exempt_harm_unlikely")
        }
    };
    let reasons: Vec<_> =
        exposure.text(c::INCIDENT).iter().map(|id| reason(id.unwrap_or(""))).collect();
    // Laws by the region that a person lives in, as the rules file has them.
    let laws = Jurisdictions::built_in();
    let row_of = |code: Option<&str>| {
        let law = laws.all().iter().find(|law| Some(law.code.as_str()) == code);
        law.map(|law| law.line.to_string())
    };
    let law_rows: Vec<Option<String>> = exposure.text(c::JURISDICTION).iter().map(row_of).collect();
    let duty = |reason: Option<&str>| Some(if reason.is_some() { "no_duty" } else { "owed" });
    table(
        reasons.len(),
        vec![
            texts(c::DUTY, reasons.iter().copied().map(duty)),
            texts(c::DUTY_REASON, reasons.iter().copied()),
            texts(c::JURISDICTION, exposure.text(c::JURISDICTION).iter()),
            texts(c::LAW_ROWS, law_rows.iter().map(Option::as_deref)),
            c::TELL_BY.instants(world.by_law.iter().map(|by_law| by_law.0)),
            c::MONITORING_MONTHS.counts_or_nothing(world.by_law.iter().map(|by_law| by_law.1)),
        ],
    )
}

/// Gives outcome, reason, channel and fallback of the one affected person.
pub(super) fn check(who: Who, incidents: &[Incident]) -> String {
    let Counted { product, tally } = told(&[who], incidents, &settings());
    let text = |column| product.decisions.text(column).get(0).unwrap_or("-").to_owned();
    let outcome = text(c::OUTCOME);
    assert_eq!(tally.given.iter().find(|(place, _)| *place == outcome).unwrap().1, 1);
    [outcome, text(c::OUTCOME_REASON), text(c::CHANNEL), text(c::FALLBACK_CHANNEL)].join(" ")
}

pub(super) fn list<'a>(notified: &'a Read, path: &str) -> &'a List {
    notified.lists.iter().find(|list| list.path == path).unwrap()
}

pub(super) fn cells(list: &List, column: &str) -> Vec<String> {
    let column = list.frame.column(column).unwrap();
    (0..list.frame.height())
        .map(|row| match column.get(row).unwrap() {
            AnyValue::Null => "-".to_owned(),
            AnyValue::String(text) => text.to_owned(),
            other => other.str_value().into_owned(),
        })
        .collect()
}
