use jiff::Timestamp;

use super::*;
use crate::tables::layout::{ContactPoint, Lineage, Order};
use crate::tables::{Layout, column};

/// A golden record of the test: id, segment, given value, deceased.
type Person = (&'static str, Option<&'static str>, Option<i64>, bool);

fn golden(people: &[Person]) -> Table<GoldenRecord> {
    let n = people.len();
    let columns = GoldenRecord::COLUMNS.iter().map(|filled| match *filled {
        column::CUSTOMER_ID => {
            column::CUSTOMER_ID.texts(people.iter().map(|person| Some(person.0)))
        }
        column::SEGMENT => column::SEGMENT.texts(people.iter().map(|person| person.1)),
        column::GIVEN_CLV_CENTS => {
            column::GIVEN_CLV_CENTS.amounts_or_nothing(people.iter().map(|person| person.2))
        }
        column::DECEASED => column::DECEASED.flags(people.iter().map(|person| person.3).collect()),
        column::N_RECORDS => column::N_RECORDS.counts(vec![1; n]),
        other => other.nothing(n),
    });
    Table::of(columns.collect())
}

/// Record i belongs to the customer given.
fn lineage(customer_of: &[u32]) -> Table<Lineage> {
    let n = customer_of.len();
    let columns = Lineage::COLUMNS.iter().map(|filled| match *filled {
        column::CUSTOMER => column::CUSTOMER.counts(customer_of.to_vec()),
        other => other.nothing(n),
    });
    Table::of(columns.collect())
}

fn points(points: &[(u32, &str, &str)]) -> Table<ContactPoint> {
    Table::of(vec![
        column::RECORD.counts(points.iter().map(|point| point.0).collect()),
        column::KIND.texts(points.iter().map(|point| Some(point.1))),
        column::VALUE.texts(points.iter().map(|point| Some(point.2))),
        column::STATUS.same(Some("valid"), points.len()),
        column::LINE_TYPE.nothing(points.len()),
        column::RANK.counts(vec![0; points.len()]),
    ])
}

const MS_PER_DAY: i64 = 86_400_000;

fn orders(orders: &[(&str, i64, i64, &str)]) -> Table<Order> {
    Table::of(vec![
        column::CUSTOMER_KEY.texts(orders.iter().map(|order| Some(order.0))),
        column::AT.instants(orders.iter().map(|order| Some(order.1 * MS_PER_DAY + 3_600_000))),
        column::AMOUNT_CENTS.amounts(orders.iter().map(|order| order.2).collect()),
        column::CURRENCY.texts(orders.iter().map(|order| Some(order.3))),
    ])
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_millisecond(day * MS_PER_DAY).unwrap()
}

/// CDNOW as the door takes it: a customer per key, in the order of the sample's ids.
fn cdnow_tables() -> (Table<GoldenRecord>, Table<Lineage>, Table<ContactPoint>, Table<Order>) {
    let purchases = cdnow::purchases();
    let ids: Vec<String> = (0..2357).map(|customer| format!("c{customer:04}")).collect();
    let people: Vec<Person> = vec![("", None, None, false); 2357];
    let known: Vec<_> =
        (0_u32..).zip(&ids).map(|(i, id)| (i, "customer_key", id.as_str())).collect();
    let rows: Vec<_> = (0..purchases.days.len())
        .map(|row| {
            let key = ids[purchases.customers[row] as usize].as_str();
            (key, i64::from(purchases.days[row]), purchases.cents[row], "USD")
        })
        .collect();
    let all: Vec<u32> = (0..2357).collect();
    (golden(&people), lineage(&all), points(&known), orders(&rows))
}

/// Values customers whose orders are known by what their records are known by.
fn customers(
    golden: &Table<GoldenRecord>,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
    orders: Option<&Table<Order>>,
    settings: &Settings,
    break_months: u32,
    now: Timestamp,
) -> Result<Counted<Valued>, Error> {
    let read = |orders| Purchases::of(orders, golden.height(), lineage, points, settings, now);
    let purchases = orders.map(read).transpose()?;
    super::customers(golden, purchases.as_ref(), settings, break_months, now)
}

/// Checks the models where each key of the orders is a customer.
fn checked_by_key(orders: &Table<Order>, settings: &Settings) -> Result<Check, Error> {
    check(&Purchases::by_key(orders, settings, day(20_000))?, None, settings)
}

fn calibration() -> Settings {
    Settings { observed_to: Some(jiff::civil::date(1997, 9, 30)), ..Settings::default() }
}

#[test]
fn cdnow_is_valued_by_the_published_models() {
    let (golden, lineage, points, orders) = cdnow_tables();
    let now = day(i64::from(cdnow::day(jiff::civil::date(1998, 6, 30))));
    let counted =
        customers(&golden, &lineage, &points, Some(&orders), &calibration(), 3, now).unwrap();
    let given: u64 = counted.tally.given.iter().map(|(_, n)| n).sum();
    assert_eq!((counted.tally.n_taken, given), (6919, 6919));
    let valued = counted.product;
    assert_eq!(valued.customers.height(), 2357);
    let names: Vec<&str> = valued.models.iter().map(|report| report.model.as_str()).collect();
    assert_eq!(names, ["bg_nbd", "gamma_gamma"]);
    assert!(valued.models.iter().all(|report| report.converged && report.fallback.is_none()));
    // `lifetimes` prints a standard error of .013 for r.
    let r = &valued.models[0].params[0];
    assert!((r.value - 0.2426).abs() < 1e-4 && (r.std_error.unwrap() - 0.0125).abs() < 3e-4);
    let (low, future, high) = (
        valued.customers.cents(column::CLV_FUTURE_LOW_CENTS),
        valued.customers.cents(column::CLV_FUTURE_CENTS),
        valued.customers.cents(column::CLV_FUTURE_HIGH_CENTS),
    );
    for row in 0..2357 {
        assert!(low.get(row) <= future.get(row) && future.get(row) <= high.get(row));
    }
    assert!(valued.findings.iter().any(|finding| finding.contains("margin is 100 %")));
}

#[test]
fn the_same_bytes_come_of_any_number_of_threads_and_any_order_of_orders() {
    let (golden, lineage, points, orders) = cdnow_tables();
    let backwards: Vec<u32> = (0..6919).rev().collect();
    let now = day(20_000);
    let run = |orders: &Table<Order>, n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let valued = pool.install(|| {
            customers(&golden, &lineage, &points, Some(orders), &calibration(), 3, now).unwrap()
        });
        valued.product.customers
    };
    let once = run(&orders, 1);
    assert!(once.frame().equals_missing(run(&orders, 3).frame()));
    assert!(once.frame().equals_missing(run(&orders.rows(&backwards), 2).frame()));
}

#[test]
fn a_value_comes_from_orders_then_from_a_column_then_from_the_segment() {
    let people = [
        ("a", Some("retail"), Some(9900), false),
        ("b", Some("retail"), Some(7700), false),
        ("c", Some("retail"), None, false),
        ("d", None, None, false),
        ("e", None, Some(5000), true),
    ];
    let (golden, lineage) = (golden(&people), lineage(&[0, 0, 1, 2, 3, 4]));
    let points = points(&[(1, "customer_key", "K1"), (2, "email", "b@example.com")]);
    let orders =
        orders(&[("K1", 0, 1000, "EUR"), ("K1", 50, 3000, "EUR"), ("nobody", 60, 100, "EUR")]);
    let default_clv_cents = std::collections::BTreeMap::from([("retail".to_owned(), 1234)]);
    let settings = Settings { default_clv_cents, ..Settings::default() };
    let counted =
        customers(&golden, &lineage, &points, Some(&orders), &settings, 3, day(61)).unwrap();
    assert_eq!(counted.tally.given[0], ("matched to a customer", 2));
    assert_eq!(counted.tally.given[1], ("of nobody", 1));
    let Valued { customers, models, findings, .. } = counted.product;
    let basis: Vec<_> = customers.text(column::CLV_BASIS).iter().flatten().collect();
    assert_eq!(basis, ["orders", "column", "default", "none", "column"]);
    let cents = |column| customers.cents(column).iter().flatten().collect::<Vec<i64>>();
    assert_eq!(cents(column::CLV_PAST_CENTS), [4000, 0, 0, 0, 0]);
    assert_eq!(cents(column::CLV_FUTURE_CENTS)[1..], [7700, 1234, 0, 0]);
    assert!(cents(column::CLV_FUTURE_CENTS)[0] > 0);
    let sums = cents(column::CLV_PAST_CENTS).iter().sum::<i64>()
        + cents(column::CLV_FUTURE_CENTS).iter().sum::<i64>();
    assert_eq!(cents(column::CLV_CENTS).iter().sum::<i64>(), sums);
    // Of a value that is merely given or taken, a pause loses its even share of the months.
    let share = 7700.0 * (1.0 - 1.01_f64.powi(-3)) / (1.0 - 1.01_f64.powi(-12));
    let of_break = cents(column::CLV_BREAK_CENTS);
    assert!((of_break[1] as f64 - share).abs() < 1.0, "{of_break:?}");
    assert!(of_break[0] > 0 && of_break[0] < cents(column::CLV_FUTURE_CENTS)[0]);
    assert_eq!(of_break[3..], [0, 0]);
    // One customer is too few for a model, and the run says so.
    assert!(
        models
            .last()
            .unwrap()
            .fallback
            .as_deref()
            .unwrap()
            .starts_with("the simple estimate, since there are fewer than 500")
    );
    assert!(
        findings
            .iter()
            .any(|finding| finding == "1 customers are deceased; their future value is 0")
    );
}

#[test]
fn an_order_goes_to_the_surest_kind_of_key_whatever_the_order_of_rows() {
    let (golden, lineage) =
        (golden(&[("a", None, None, false), ("b", None, None, false)]), lineage(&[0, 1]));
    let rows = [
        (0, "email", "x@example.com"),
        (0, "record_id", "7"),
        (1, "customer_key", "7"),
        (1, "email", "x@example.com"),
    ];
    let mut turned = rows;
    turned.reverse();
    let orders = orders(&[
        ("7", 1, 100, "EUR"),
        ("X@Example.com", 1, 10, "EUR"),
        ("x@example.com", 2, 1, "EUR"),
    ]);
    for rows in [rows, turned] {
        let valued = customers(
            &golden,
            &lineage,
            &points(&rows),
            Some(&orders),
            &Settings::default(),
            3,
            day(9),
        );
        let valued = valued.unwrap().product;
        let past: Vec<_> =
            valued.customers.cents(column::CLV_PAST_CENTS).iter().flatten().collect();
        assert_eq!(past, [11, 100]);
        assert!(valued.findings[0].starts_with("2 orders name more than one customer"));
    }
}

#[test]
fn currencies_are_converted_or_refused() {
    let (golden, lineage) = (golden(&[("a", None, None, false)]), lineage(&[0]));
    let points = points(&[(0, "customer_key", "K")]);
    let orders = orders(&[("K", 1, 1000, "EUR"), ("K", 2, 1000, "USD")]);
    let run = |settings: Settings| {
        customers(&golden, &lineage, &points, Some(&orders), &settings, 3, day(9))
    };
    let error = run(Settings::default()).unwrap_err();
    assert!(matches!(error, Error::Mixed { .. }));
    let shown = crate::fault::Shown(&error).to_string();
    assert!(shown.contains("found: EUR (1 orders), USD (1 orders)"), "{shown}");
    assert!(shown.contains("hint: set value.currency = \"EUR\""), "{shown}");
    let currency = |code: &str| crate::terms::Currency::try_from(code.to_owned()).unwrap();
    let in_euro = Settings { currency: Some(currency("EUR")), ..Settings::default() };
    let error = run(in_euro.clone()).unwrap_err();
    assert_eq!(error.to_string(), "1 orders are in USD, for which there is no rate");
    let rates = std::collections::BTreeMap::from([(currency("USD"), 0.9)]);
    let valued = run(Settings { rates, ..in_euro }).unwrap().product;
    assert_eq!(valued.customers.cents(column::CLV_PAST_CENTS).get(0), Some(1900));
}

#[test]
fn without_orders_the_given_value_counts() {
    let golden = golden(&[("a", None, Some(100), false), ("b", None, Some(-5), false)]);
    let counted =
        customers(&golden, &lineage(&[0, 1]), &points(&[]), None, &Settings::default(), 3, day(1));
    let counted = counted.unwrap();
    assert_eq!(counted.tally.n_taken, 0);
    let future = counted.product.customers;
    assert_eq!(
        future.cents(column::CLV_FUTURE_CENTS).iter().flatten().collect::<Vec<_>>(),
        [100, 0]
    );
}

/// Fitted up to the end of the calibration, held against the rest.
fn held_out() -> Settings {
    Settings { calibration_to: Some(jiff::civil::date(1997, 9, 30)), ..Settings::default() }
}

#[test]
fn the_check_on_cdnow_is_the_known_hold_out() {
    let (golden, lineage, points, orders) = cdnow_tables();
    let found = checked_by_key(&orders, &held_out()).unwrap();
    assert_eq!((found.holdout.n_customers, found.n_returning), (2357, 946));
    assert_eq!(found.holdout_to, jiff::civil::date(1998, 6, 30));
    // Over 39 weeks: 1,653 forecast, 1,882 made, mean absolute error .785.
    let Accuracy { predicted, actual, mean_absolute_error, .. } = found.holdout;
    assert!((predicted - 1653.0).abs() < 1.0, "{predicted}");
    assert_eq!(actual, 1882);
    assert!((found.holdout.bias_share.unwrap() + 0.1217).abs() < 5e-4);
    assert!((mean_absolute_error - 0.785).abs() < 5e-4, "{mean_absolute_error}");
    assert!(mean_absolute_error < found.holdout.mean_absolute_error_steady);
    // The models tell the repeat purchases that they were fitted to.
    assert_eq!(found.calibration.actual, 2457);
    assert!(found.calibration.bias_share.unwrap().abs() < 0.02, "{:?}", found.calibration);
    // By persons it is the same, each having one key here, and so for orders in another order.
    let purchases =
        Purchases::of(&orders, 2357, &lineage, &points, &held_out(), day(20_000)).unwrap();
    let by_person = check(&purchases, Some(&golden), &held_out());
    assert_eq!(by_person.unwrap(), found);
    let backwards: Vec<u32> = (0..6919).rev().collect();
    let again = checked_by_key(&orders.rows(&backwards), &held_out());
    assert_eq!(again.unwrap(), found);
}

#[test]
fn the_parts_of_a_check_add_up_to_the_whole() {
    let (_, lineage, points, orders) = cdnow_tables();
    let segment = |row: u32| if row.is_multiple_of(2) { Some("even") } else { Some("odd") };
    let people: Vec<Person> = (0..2357).map(|row| ("", segment(row), None, false)).collect();
    let golden = golden(&people);
    let purchases =
        Purchases::of(&orders, 2357, &lineage, &points, &held_out(), day(20_000)).unwrap();
    let found = check(&purchases, Some(&golden), &held_out()).unwrap();
    for parts in [&found.by_frequency, &found.by_segment, &found.by_forecast] {
        let sum = |of: &dyn Fn(&Accuracy) -> f64| parts.iter().map(|bin| of(&bin.accuracy)).sum();
        let n_customers: f64 = sum(&|part| part.n_customers as f64);
        assert!((n_customers - 2357.0).abs() < 0.1);
        let predicted: f64 = sum(&|part| part.predicted);
        assert!((predicted / found.holdout.predicted - 1.0).abs() < 1e-12);
        let actual: f64 = sum(&|part| part.actual as f64);
        assert!((actual - 1882.0).abs() < 0.1);
        let error: f64 = sum(&|part| part.mean_absolute_error * part.n_customers as f64);
        assert!((error / 2357.0 / found.holdout.mean_absolute_error - 1.0).abs() < 1e-12);
    }
    let names: Vec<&str> = found.by_frequency.iter().map(|bin| bin.name.as_str()).collect();
    assert_eq!(names, ["0", "1", "2", "3", "4", "5", "6", "7+"]);
    assert_eq!(found.by_frequency[0].accuracy.n_customers, 2357 - 946);
    // Each half has customers enough for a model of its own, as in a run.
    let models: Vec<_> = found
        .models
        .iter()
        .filter(|report| report.model == "bg_nbd")
        .map(|report| report.segment.as_deref())
        .collect();
    assert_eq!(models, [Some("even"), Some("odd"), None]);
}

#[test]
fn a_check_needs_time_to_hold_out() {
    let orders = orders(&[("K", 1, 1000, "EUR"), ("L", 2, 1000, "EUR")]);
    let late = Some(jiff::civil::date(1970, 2, 1));
    let settings = Settings { calibration_to: late, ..Settings::default() };
    let error = checked_by_key(&orders, &settings).unwrap_err();
    assert!(matches!(error, Error::TooShort { n_days: 1 }));
}

#[test]
fn models_of_one_run_value_the_next_alike_without_a_fit() {
    let (golden, lineage, points, orders) = cdnow_tables();
    let run = |settings: &Settings| {
        customers(&golden, &lineage, &points, Some(&orders), settings, 3, day(20_000))
            .unwrap()
            .product
    };
    let fitted = run(&calibration());
    let text = serde_json::to_string(&fitted.saved.as_ref().unwrap().models).unwrap();
    let settings = Settings { given: serde_json::from_str(&text).unwrap(), ..calibration() };
    let given = run(&settings);
    assert!(fitted.customers.frame().equals_missing(given.customers.frame()));
    assert!(given.models.iter().all(|report| report.given && report.n_evaluations == 0));
}

#[test]
fn a_segment_with_customers_enough_gets_parameters_of_its_own() {
    let (_, lineage, points, orders) = cdnow_tables();
    let segment = |row: u32| match row % 100 {
        0 => Some("rare"),
        1..50 => Some("odd"),
        _ => Some("even"),
    };
    let people: Vec<Person> = (0..2357).map(|row| ("", segment(row), None, false)).collect();
    let valued = customers(
        &golden(&people),
        &lineage,
        &points,
        Some(&orders),
        &calibration(),
        3,
        day(20_000),
    );
    let valued = valued.unwrap().product;
    let models: Vec<_> = valued
        .models
        .iter()
        .map(|report| (report.segment.as_deref(), report.model.as_str(), report.n_customers))
        .collect();
    let expected = [
        (Some("even"), "bg_nbd", 1157),
        (Some("even"), "gamma_gamma", 1157),
        (Some("odd"), "bg_nbd", 1176),
        (Some("odd"), "gamma_gamma", 1176),
        (Some("rare"), "pooled", 24),
        (None, "bg_nbd", 2357),
        (None, "gamma_gamma", 2357),
    ];
    assert_eq!(models, expected);
    let finding = "24 customers of 1 segments are valued by the model of all customers";
    assert!(valued.findings.iter().any(|found| found == finding), "{:?}", valued.findings);
}

#[test]
fn spend_without_a_mean_is_a_finding_and_ones_own_mean_counts() {
    // A tail so heavy that no mean exists: a share u of the customers spends more than 1/u².
    let purchases = cdnow::purchases();
    let ids: Vec<String> = (0..2357).map(|customer| format!("c{customer:04}")).collect();
    let known: Vec<_> =
        (0_u32..).zip(&ids).map(|(row, id)| (row, "customer_key", id.as_str())).collect();
    let rows: Vec<_> = (0_u32..)
        .zip(purchases.customers.iter().zip(&purchases.days))
        .map(|(row, (&customer, &day))| {
            let share = f64::from(customer * 911 % 2357 + 1) / 2358.0;
            let spend = -(f64::from(row * 7919 % 9973 + 1) / 9974.0).ln() / share.powi(2);
            let cents = crate::terms::Cents::from_units(spend).unwrap().0;
            (ids[customer as usize].as_str(), i64::from(day), cents, "USD")
        })
        .collect();
    let people: Vec<Person> = vec![("", None, None, false); 2357];
    let all: Vec<u32> = (0..2357).collect();
    let valued = customers(
        &golden(&people),
        &lineage(&all),
        &points(&known),
        Some(&orders(&rows)),
        &calibration(),
        3,
        day(20_000),
    );
    let valued = valued.unwrap().product;
    let spend = valued.models.iter().find(|report| report.model == "gamma_gamma").unwrap();
    assert!(
        spend.converged && spend.params[1].name == "q" && spend.params[1].value < 1.0,
        "{spend:?}"
    );
    let fallback = spend.fallback.as_deref().unwrap();
    assert!(fallback.starts_with("mean spend, since q = 0."), "{fallback}");
    assert!(valued.findings.iter().any(|finding| finding.contains(fallback)));
    // Nobody is without a value for that.
    let customers = valued.customers;
    assert_eq!(customers.cents(column::EXPECTED_SPEND_CENTS).iter().flatten().count(), 2357);
    assert!(valued.saved.unwrap().models[0].spend.is_none());
}

#[test]
fn the_value_at_stake_on_cdnow_is_the_known_one() {
    let (golden, lineage, points, orders) = cdnow_tables();
    let valued = |horizon_months: u32, break_months: u32| {
        let settings = Settings { horizon_months, ..calibration() };
        let orders = Some(&orders);
        let valued =
            customers(&golden, &lineage, &points, orders, &settings, break_months, day(20_000));
        valued.unwrap().product.customers
    };
    let units = |customers: &Table<Customer>, column| {
        customers.cents(column).iter().flatten().sum::<i64>() as f64 / 100.0
    };
    let all = valued(12, 3);
    for break_months in [0, 1, 3, 5, 12] {
        // What a pause loses is what a horizon of as many months is worth, to the cent.
        let pause = valued(12, break_months);
        let expected = match break_months {
            0 => vec![0; 2357],
            n_months => {
                let short = valued(n_months, n_months);
                short.cents(column::CLV_FUTURE_CENTS).iter().flatten().collect()
            }
        };
        let found: Vec<i64> = pause.cents(column::CLV_BREAK_CENTS).iter().flatten().collect();
        assert!(found.iter().zip(&expected).all(|(one, other)| one.abs_diff(*other) <= 1));
        assert_eq!(pause.count(column::BREAK_MONTHS).get(7), Some(break_months));
    }
    // One in five stops, one in three pauses for three of twelve months: 21,694.53 on the paper's
    // rounded weeks; whole days give about 1 % less or more.
    let future = units(&all, column::CLV_FUTURE_CENTS);
    let at_stake = 0.20 * future + 0.33 * units(&all, column::CLV_BREAK_CENTS);
    assert!((at_stake / 21_694.53 - 1.0).abs() < 0.015, "{at_stake}");
}

#[test]
fn contracts_are_valued_by_the_renewals_that_are_still_to_come() {
    // Six hundred customers pay every thirty days; at each renewal some have left.
    let ids: Vec<String> = (0..600).map(|customer| format!("c{customer:03}")).collect();
    let known: Vec<_> =
        (0_u32..).zip(&ids).map(|(row, id)| (row, "customer_key", id.as_str())).collect();
    let mut rows = Vec::new();
    for (customer, id) in ids.iter().enumerate() {
        let n_paid = [1, 2, 2, 4, 8, 12, 12, 12][customer % 8];
        rows.extend((0..n_paid).map(|month| (id.as_str(), 1000 + 30 * month, 2000, "EUR")));
    }
    let people: Vec<Person> = vec![("", None, None, false); 600];
    let all: Vec<u32> = (0..600).collect();
    let settings = Settings { model: Model::Contract, contract_days: 30.0, ..Settings::default() };
    let (golden, lineage) = (golden(&people), lineage(&all));
    let orders = orders(&rows);
    let valued =
        customers(&golden, &lineage, &points(&known), Some(&orders), &settings, 3, day(1340));
    let valued = valued.unwrap().product;
    let report = &valued.models[0];
    assert!(report.model == "contract" && report.converged, "{report:?}");
    let (alive, future) = (
        valued.customers.number(column::P_ALIVE),
        valued.customers.cents(column::CLV_FUTURE_CENTS),
    );
    for customer in 0..600 {
        // Who paid twelve times is there and renews most of the time; all others have left.
        let is_there = customer % 8 > 4;
        assert_eq!(alive.get(customer), Some(if is_there { 1.0 } else { 0.0 }), "{customer}");
        let future = future.get(customer).unwrap();
        assert!(
            if is_there { (15_000..24_000).contains(&future) } else { future == 0 },
            "{future}"
        );
    }
}
