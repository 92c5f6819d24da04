//! The room from its door.

use proptest::prelude::*;

use super::*;
use crate::fault::Fault;
use crate::tables::Layout;

/// A customer: future value in cents, segment, country, sources of its records.
#[derive(Debug, Clone)]
struct Person {
    value: Option<i64>,
    segment: Option<&'static str>,
    country: Option<&'static str>,
    email_status: Option<&'static str>,
    created_ms: Option<i64>,
    sources: Vec<&'static str>,
}

fn person(value: i64) -> Person {
    Person {
        value: Some(value),
        segment: Some("retail"),
        country: Some("DE"),
        email_status: Some("valid"),
        created_ms: None,
        sources: vec!["crm"],
    }
}

/// An affected row: customer, incident, classes, evidence.
type Row = (u32, &'static str, &'static str, &'static str);

struct World {
    golden: Table<GoldenRecord>,
    customers: Table<Customer>,
    lineage: Table<Lineage>,
}

impl World {
    fn of(persons: &[Person]) -> World {
        let n_customers = persons.len();
        let texts = |column: crate::tables::Column, of: fn(&Person) -> Option<&'static str>| {
            column.texts(persons.iter().map(of))
        };
        let golden = GoldenRecord::COLUMNS.iter().map(|&column| match column.name {
            "segment" => texts(column, |person| person.segment),
            "country" => texts(column, |person| person.country),
            "email_status" => texts(column, |person| person.email_status),
            "created_at" => column.instants(persons.iter().map(|person| person.created_ms)),
            _ => column.nothing(n_customers),
        });
        let customers = Customer::COLUMNS.iter().map(|&column| match column.name {
            "clv_future_cents" => {
                column.amounts_or_nothing(persons.iter().map(|person| person.value))
            }
            // A pause loses a quarter.
            "clv_break_cents" => {
                column.amounts_or_nothing(persons.iter().map(|person| person.value.map(|v| v / 4)))
            }
            "break_months" => column.same_count(3, n_customers),
            "horizon_months" => column.same_count(12, n_customers),
            "discount_monthly" => column.same_number(0.01, n_customers),
            "margin" => column.same_number(1.0, n_customers),
            _ => column.nothing(n_customers),
        });
        let records: Vec<(u32, &str)> = (0u32..)
            .zip(persons)
            .flat_map(|(customer, person)| person.sources.iter().map(move |&s| (customer, s)))
            .collect();
        let lineage = Lineage::COLUMNS.iter().map(|&column| match column.name {
            "customer" => column.counts(records.iter().map(|record| record.0).collect()),
            "source" => column.texts(records.iter().map(|record| Some(record.1))),
            _ => column.nothing(records.len()),
        });
        World {
            golden: Table::of(golden.collect()),
            customers: Table::of(customers.collect()),
            lineage: Table::of(lineage.collect()),
        }
    }

    fn weighed(
        &self,
        rows: &[Row],
        incidents: &[Incident],
        settings: &Settings,
    ) -> Result<Exposed, Error> {
        let counted = weighed(
            &affected(rows),
            &self.golden,
            &self.customers,
            &self.lineage,
            Everybody::of(&self.customers),
            incidents,
            &DataClasses::built_in(),
            &Jurisdictions::built_in(),
            settings,
        )?;
        Ok(crate::ledger::Ledger::default().enter(counted))
    }
}

fn affected(rows: &[Row]) -> Table<Affected> {
    Table::of(vec![
        column::CUSTOMER.counts(rows.iter().map(|row| row.0).collect()),
        column::CUSTOMER_ID.texts(rows.iter().map(|row| Some(format!("c_{:04}", row.0)))),
        column::INCIDENT.texts(rows.iter().map(|row| Some(row.1))),
        column::DATA_CLASSES.texts(rows.iter().map(|row| Some(row.2))),
        column::EVIDENCE.texts(rows.iter().map(|row| Some(row.3))),
        column::MATCHED_BY.same(Some("email"), rows.len()),
        column::N_SCOPE_ROWS.counts(vec![1; rows.len()]),
        column::CLASSES_LEFT_OUT.nothing(rows.len()),
        column::CLASSES_TOLD.nothing(rows.len()),
    ])
}

fn incident(id: &str, discovered_at: &str) -> Incident {
    toml::from_str(&format!(
        "id = \"{id}\"\nkind = \"security_breach\"\ndiscovered_at = \"{discovered_at}\"\n\
         encrypted = true\nmalicious = false"
    ))
    .unwrap()
}

fn two_incidents() -> [Incident; 2] {
    [incident("later", "2026-03-02T00:00:00Z"), incident("early", "2026-01-02T00:00:00Z")]
}

fn losses(exposed: &Exposed) -> Vec<(u32, String, i64)> {
    let table = &exposed.exposure;
    let customers = table.count(column::CUSTOMER).into_no_null_iter();
    let incidents = table.text(column::INCIDENT).iter().flatten().map(str::to_owned);
    let losses = table.cents(column::EXPECTED_LOSS_CENTS).into_no_null_iter();
    customers.zip(incidents).zip(losses).map(|((one, two), three)| (one, two, three)).collect()
}

#[test]
fn the_survey_preset_loses_what_the_formula_says_gravest_first() {
    let world = World::of(&[person(10_000), person(50_000), person(10_000)]);
    let rows = [
        (0, "later", "email;name", "confirmed"),
        (1, "later", "email;name", "confirmed"),
        (2, "later", "health;name", "confirmed"),
    ];
    let none = OddsRatios {
        severity_above_two: OddsRatio(1.0),
        earlier_incident: OddsRatio(1.0),
        not_reachable: OddsRatio(1.0),
        long_tenure: OddsRatio(1.0),
        top_fifth: OddsRatio(1.0),
    };
    let settings = Settings { odds_ratios: none, ..Settings::default() };
    let exposed = world.weighed(&rows, &two_incidents(), &settings).unwrap();
    let loss = |value: f64| loss::in_cents(0.20 * value + 0.33 * value / 4.0);
    assert_eq!(
        losses(&exposed),
        [
            (1, "later".to_owned(), loss(50_000.0)),
            (2, "later".to_owned(), loss(10_000.0)),
            (0, "later".to_owned(), loss(10_000.0)),
        ]
    );
    let bands: Vec<_> = exposed.exposure.text(column::SEVERITY_BAND).iter().flatten().collect();
    assert_eq!(bands, ["low", "high", "low"]);
    let laws: Vec<_> = exposed.exposure.text(column::JURISDICTION).iter().flatten().collect();
    assert_eq!(laws, ["DE"; 3]);
}

#[test]
fn who_is_likelier_to_leave_differs_and_how_many_leave_does_not() {
    let day_ms = 86_400_000;
    let discovered_ms = two_incidents()[0].discovered_at.as_millisecond();
    let mut persons: Vec<_> = (1..=5).map(|n| person(n * 1_000)).collect();
    persons[0].email_status = Some("invalid");
    persons[1].created_ms = Some(discovered_ms - 800 * day_ms);
    persons[2].created_ms = Some(discovered_ms - 700 * day_ms);
    let rows: Vec<Row> = vec![
        (0, "later", "email;name", "confirmed"),
        (1, "later", "email;name", "confirmed"),
        (2, "later", "email;name", "confirmed"),
        (3, "later", "health;name", "confirmed"),
        (4, "later", "email;name", "confirmed"),
        (3, "early", "email;name", "confirmed"),
    ];
    let exposed =
        World::of(&persons).weighed(&rows, &two_incidents(), &Settings::default()).unwrap();
    let p_stop: std::collections::BTreeMap<(u32, String), f64> = losses(&exposed)
        .into_iter()
        .zip(exposed.exposure.number(column::P_STOP).into_no_null_iter())
        .map(|((customer, incident, _), p)| ((customer, incident), p))
        .collect();
    let odds = |customer: u32| {
        let p = p_stop[&(customer, "later".to_owned())];
        p / (1.0 - p)
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
    near(odds(0) / odds(2), 1.3);
    near(odds(1) / odds(2), 0.8);
    // Health with a name alone: 4 × .75 = 3, one point above 2; touched two months before.
    near(odds(3) / odds(2), 1.3 * 1.5);
    near(odds(4) / odds(2), 0.7);
    let later: f64 = (0..5).map(|customer| p_stop[&(customer, "later".to_owned())]).sum();
    near(later / 5.0, 0.20);
    near(p_stop[&(3, "early".to_owned())], 0.20);
}

#[test]
fn a_person_of_two_incidents_is_counted_once_and_loses_once() {
    let settings = Settings {
        churn: Churn::Given {
            p_stop: crate::terms::Probability::new(0.9),
            p_break: crate::terms::Probability::new(0.1),
        },
        ..Settings::default()
    };
    let world = World::of(&[person(10_000), person(20_000)]);
    let rows = [
        (0, "early", "email", "probable"),
        (0, "later", "email", "confirmed"),
        (1, "later", "email", "possible"),
    ];
    let exposed = world.weighed(&rows, &two_incidents(), &settings).unwrap();
    let of_first: i64 = losses(&exposed).iter().filter(|row| row.0 == 0).map(|row| row.2).sum();
    assert!(of_first <= 10_000, "{of_first}");
    let summary = &exposed.summary;
    assert_eq!((summary.totals.n_customers, summary.n_exposures), (2, 3));
    assert_eq!(summary.totals.clv_future_cents.0, 30_000);
    let names: Vec<_> = summary.by_incident.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["later", "early+later"]);
    let evidence: Vec<_> = summary.by_evidence.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(evidence, ["possible", "confirmed"]);
    let early = &summary.incidents[0];
    assert_eq!(
        (early.incident.as_str(), early.n_customers, early.n_touched_before),
        ("early", 1, 0)
    );
    assert_eq!(summary.incidents[1].n_touched_before, 1);
}

#[test]
fn sources_are_joined_and_what_is_absent_is_named_in_json_and_null_in_the_cube() {
    let mut known_twice = person(10_000);
    known_twice.sources = vec!["shop", "crm", "shop"];
    known_twice.segment = None;
    let mut nowhere = person(0);
    nowhere.value = None;
    nowhere.country = None;
    let world = World::of(&[known_twice, nowhere]);
    let rows = [(0, "later", "email", "confirmed"), (1, "later", "email", "confirmed")];
    let exposed = world.weighed(&rows, &two_incidents(), &Settings::default()).unwrap();
    let names = |parts: &[Part]| parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&exposed.summary.by_source), ["crm+shop", "crm"]);
    assert_eq!(names(&exposed.summary.by_segment), ["(none)", "retail"]);
    assert_eq!(names(&exposed.summary.by_jurisdiction), ["DE", "unknown"]);
    assert_eq!(exposed.summary.n_without_value, 1);
    let segments: Vec<_> = exposed.cube.text(column::SEGMENT).iter().collect();
    assert_eq!(segments, [None, Some("retail")]);
}

/// The first two customers are told, the third is held.
fn offered(world: &World, exposed: &Exposed, settings: &RetentionSettings) -> Offered {
    let n_persons = 3;
    let outcome = |person: u32| if person < 2 { "notified" } else { "held" };
    let decisions = crate::tables::layout::Decision::COLUMNS.iter().map(|&column| match column {
        column::CUSTOMER => column.counts((0..n_persons).collect()),
        column::CUSTOMER_ID => column.texts((0..n_persons).map(|n| Some(format!("c_{n:04}")))),
        column::OUTCOME => column.texts((0..n_persons).map(|n| Some(outcome(n)))),
        other => other.nothing(n_persons as usize),
    });
    let decisions = Table::of(decisions.collect());
    let counted =
        retention(&exposed.exposure, &decisions, &world.golden, &world.customers, settings);
    crate::ledger::Ledger::default().enter(counted)
}

#[test]
fn an_offer_may_cost_at_first_if_it_returns_in_the_end_and_only_those_told_get_one() {
    let world = World::of(&[person(100_000), person(9_000), person(100_000)]);
    let rows = [
        (0, "early", "email;name", "confirmed"),
        (0, "later", "email;name", "confirmed"),
        (1, "later", "email;name", "confirmed"),
        (2, "later", "email;name", "confirmed"),
    ];
    let exposed = world.weighed(&rows, &two_incidents(), &Settings::default()).unwrap();
    let settings = RetentionSettings {
        cost_cents: 5_000,
        saved_share: crate::terms::Probability::new(0.2),
        ..RetentionSettings::default()
    };
    let found = offered(&world, &exposed, &settings);
    let row = |column| found.offers.cents(column).get(0).unwrap();
    assert_eq!(found.offers.height(), 1);
    // Of both incidents: saved a fifth of what they lose together.
    let loss: i64 = losses(&exposed).iter().filter(|row| row.0 == 0).map(|row| row.2).sum();
    let saved = loss::in_cents(0.2 * loss as f64);
    assert_eq!((row(column::EXPECTED_LOSS_CENTS), row(column::SAVED_CENTS)), (loss, saved));
    assert_eq!(row(column::RETURN_LONG_CENTS), saved - 5_000);
    assert!(row(column::RETURN_LONG_CENTS) > 0 && row(column::RETURN_SHORT_CENTS) < 0);
    let summary = &found.summary;
    assert_eq!((summary.n_negative_short, summary.n_not_told), (1, 1));
    assert_eq!((summary.n_without_return, summary.n_over_budget), (1, 0));
    // No budget, no offer; and a segment's own cost stands before the general one.
    let nothing = RetentionSettings { budget_cents: Some(0), ..settings.clone() };
    let found = offered(&world, &exposed, &nothing);
    assert_eq!((found.summary.n_offers, found.summary.n_over_budget), (0, 1));
    let by_segment = [("retail".to_owned(), 1_000_000)].into();
    let dear = RetentionSettings { cost_cents_by_segment: by_segment, ..settings };
    assert_eq!(offered(&world, &exposed, &dear).summary.n_without_return, 2);
}

#[test]
fn nobody_affected_is_no_error() {
    let exposed = World::of(&[]).weighed(&[], &two_incidents(), &Settings::default()).unwrap();
    assert_eq!((exposed.exposure.height(), exposed.cube.height()), (0, 0));
}

#[test]
fn settings_that_contradict_each_other_are_refused_with_a_hint() {
    let half = crate::terms::Probability::new(0.6);
    let refused = |settings: Settings| {
        let error = World::of(&[]).weighed(&[], &[], &settings).unwrap_err();
        assert!(error.at().is_some() && error.hint().is_some(), "{error}");
    };
    refused(Settings {
        churn: Churn::Given { p_stop: half, p_break: half },
        ..Settings::default()
    });
}

#[test]
fn a_break_of_another_length_than_customers_were_valued_for_is_refused() {
    let settings = Settings { break_months: 6, ..Settings::default() };
    let error = World::of(&[person(1)]).weighed(&[], &two_incidents(), &settings).unwrap_err();
    assert!(matches!(error, Error::Break { break_months: 6, valued_for: 3 }), "{error}");
    assert!(error.hint().unwrap().contains("exposure.break_months = 3"));
}

#[test]
fn an_unknown_class_is_refused_with_the_nearest_known_one() {
    let error = World::of(&[person(1)])
        .weighed(&[(0, "later", "emial", "confirmed")], &two_incidents(), &Settings::default())
        .unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("did you mean `email`?"));
}

#[test]
fn settings_are_read_as_the_pipeline_file_writes_them() {
    let read = |text: &str| toml::from_str::<Settings>(text);
    assert_eq!(read("churn = \"survey\"").unwrap().churn, Churn::Survey);
    let observed = read("churn = { observed = \"healthcare\" }").unwrap().churn;
    assert_eq!(observed.shares(), (0.06, 0.0));
    let given = read("churn = { given = { p_stop = 0.1, p_break = 0.2 } }").unwrap().churn;
    assert_eq!(given.shares(), (0.1, 0.2));
    assert!(read("odds_ratios = { top_fifth = 0 }").is_err());
    assert!(read("chrun = \"survey\"").is_err());
}

#[test]
fn many_rows_are_weighed_alike_by_any_number_of_threads() {
    let persons: Vec<Person> = (0..70_000).map(|n| person(n * 37 % 5_000)).collect();
    let world = World::of(&persons);
    let rows: Vec<Row> =
        (0..70_000).map(|customer| (customer, "later", "email;name", "confirmed")).collect();
    let with = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| world.weighed(&rows, &two_incidents(), &Settings::default()).unwrap())
    };
    let (one, three) = (with(1), with(3));
    assert!(one.exposure.frame().equals_missing(three.exposure.frame()));
    assert!(one.loss_distribution.frame().equals(three.loss_distribution.frame()));
    let summary = |exposed: &Exposed| serde_json::to_string(&exposed.summary).unwrap();
    assert_eq!(summary(&one), summary(&three));
}

fn any_person() -> impl Strategy<Value = Person> {
    let text = |words: &[&'static str]| prop::option::of(prop::sample::select(words.to_vec()));
    let sources = prop::collection::vec(prop::sample::select(vec!["crm", "shop", "mail"]), 1..4);
    (
        prop::option::of(-100i64..1_000_000),
        text(&["a", "b"]),
        text(&["DE", "US", "FR"]),
        text(&["valid", "invalid"]),
        prop::option::of(1_600_000_000_000i64..1_772_000_000_000),
        sources,
    )
        .prop_map(|(value, segment, country, email_status, created_ms, sources)| Person {
            value,
            segment,
            country,
            email_status,
            created_ms,
            sources,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn everything_adds_up_and_the_order_of_rows_does_not_matter(
        persons in prop::collection::vec(any_person(), 1..30),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0usize..2, 0usize..4, 0usize..3), 0..60),
    ) {
        let classes = ["email;name", "health;name", "password_plain", "email;ssn"];
        let evidences = ["possible", "probable", "confirmed"];
        let mut rows: Vec<Row> = picks
            .iter()
            .map(|(pick, incident, class, evidence)| (
                u32::try_from(pick.index(persons.len())).unwrap(),
                ["early", "later"][*incident],
                classes[*class],
                evidences[*evidence],
            ))
            .collect();
        rows.sort_unstable_by_key(|row| (row.1, row.0));
        rows.dedup_by_key(|row| (row.1, row.0));
        let world = World::of(&persons);
        let settings = Settings {
            portfolio: PortfolioSettings {
                n_scenarios: 1_000,
                rhos: Vec::new(),
                ..PortfolioSettings::default()
            },
            ..Settings::default()
        };
        let exposed = world.weighed(&rows, &two_incidents(), &settings).unwrap();
        let totals = exposed.summary.totals;
        let of_rows: i64 = losses(&exposed).iter().map(|row| row.2).sum();
        prop_assert_eq!(of_rows, totals.expected_loss_cents.0);
        let sum = |column| exposed.cube.cents(column).into_no_null_iter().sum::<i64>();
        prop_assert_eq!(sum(column::EXPECTED_LOSS_CENTS), totals.expected_loss_cents.0);
        prop_assert_eq!(sum(column::CLV_FUTURE_CENTS), totals.clv_future_cents.0);
        let n_customers: u32 = exposed.cube.count(column::N_CUSTOMERS).into_no_null_iter().sum();
        prop_assert_eq!(u64::from(n_customers), totals.n_customers);
        prop_assert!(totals.expected_loss_cents <= totals.clv_future_cents);
        // Whom several incidents touched loses no more than there is, and no less than by one.
        let mut by_person = std::collections::BTreeMap::<u32, (i64, i64)>::new();
        for (customer, _, loss) in losses(&exposed) {
            let (sum, greatest) = by_person.entry(customer).or_default();
            *sum += loss;
            *greatest = (*greatest).max(loss);
        }
        for (customer, (sum, greatest)) in by_person {
            let value = persons[customer as usize].value.unwrap_or(0).max(0);
            prop_assert!(greatest <= sum && sum <= value, "{customer}: {sum} of {value}");
        }

        rows.reverse();
        let again = world.weighed(&rows, &two_incidents(), &settings).unwrap();
        prop_assert!(again.exposure.frame().equals_missing(exposed.exposure.frame()));
        prop_assert!(again.cube.frame().equals_missing(exposed.cube.frame()));
        prop_assert_eq!(
            serde_json::to_string(&again.summary).unwrap(),
            serde_json::to_string(&exposed.summary).unwrap()
        );
    }
}
