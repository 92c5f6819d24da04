//! Whole batches: what a row says, and what its column decides.

use proptest::prelude::*;

use super::*;
use crate::tables::Layout;
use crate::tables::layout::ScopeEntry;
use crate::terms::Rule;

/// Makes a batch of raw contacts: columns by name, the others absent.
pub(super) fn raw(source: &str, columns: &[(&str, &[&str])]) -> Table<RawContact> {
    let n_rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let filled = RawContact::COLUMNS.iter().map(|column| match column.name {
        "source" => column.same(Some(source), n_rows),
        "line" => column.longs((2..n_rows as u64 + 2).collect()),
        name => match columns.iter().find(|(own, _)| *own == name) {
            Some((_, cells)) => {
                column.texts(cells.iter().map(|cell| (!cell.is_empty()).then_some(*cell)))
            }
            None => column.nothing(n_rows),
        },
    });
    Table::of(filled.collect())
}

fn rules(standardized: &Standardized) -> Vec<(u32, String, String)> {
    let findings = &standardized.findings;
    (0..findings.height())
        .map(|row| {
            let text = |column| findings.text(column).get(row).unwrap().to_owned();
            let record = findings.count(column::RECORD).get(row).unwrap();
            (record, text(column::FIELD), text(column::RULE))
        })
        .collect()
}

fn points_of(standardized: &Standardized) -> Vec<String> {
    let points = &standardized.points;
    (0..points.height())
        .map(|row| {
            let text = |column| points.text(column).get(row).unwrap_or("");
            format!(
                "{} {} {} {} {} {}",
                points.count(column::RECORD).get(row).unwrap(),
                text(column::KIND),
                text(column::VALUE),
                text(column::STATUS),
                text(column::LINE_TYPE),
                points.count(column::RANK).get(row).unwrap(),
            )
        })
        .collect()
}

fn texts(standardized: &Standardized, column: crate::tables::Column) -> Vec<Option<&str>> {
    standardized.contacts.text(column).iter().collect()
}

#[test]
fn a_row_comes_out_in_its_standard_form() {
    let raw = raw(
        "crm",
        &[
            ("source_id", &["0035e00000AbCdE"]),
            ("merged_ids", &["0035e00000ABCDE\u{1f}901"]),
            ("customer_key", &["'K-1"]),
            ("full_name", &["Dr. MÜLLER, Anna"]),
            (
                "email",
                &[" Anna.Muller@EXAMPLE.com \u{1f}anna.muller@example.com\u{1f}test@test.com"],
            ),
            ("phone", &["030 901820 / 0151 23456789"]),
            ("birth_date", &["7. März 1980"]),
            ("street", &["Unter den Linden 77\nHinterhaus"]),
            ("city", &["BERLIN"]),
            ("region", &["Land Berlin"]),
            ("postal_code", &["D-10115"]),
            ("country", &["Deutschland"]),
            ("language", &["German"]),
            ("clv", &["1.234,50 €"]),
            ("email_opt_out", &["ja"]),
            ("updated_at", &["2024-01-15T10:00:00+01:00"]),
        ],
    );
    let standardized = contacts(&raw, &Settings::default());
    for (column, expected) in [
        (column::SOURCE_ID, "0035e00000AbCdEAAV"),
        (column::SALUTATION, "Dr."),
        (column::FIRST_NAME, "Anna"),
        (column::LAST_NAME, "Müller"),
        (column::STREET, "Unter den Linden 77, Hinterhaus"),
        (column::CITY, "Berlin"),
        (column::REGION, "DE-BE"),
        (column::POSTAL_CODE, "10115"),
        (column::COUNTRY, "DE"),
        (column::LANGUAGE, "de"),
    ] {
        assert_eq!(texts(&standardized, column), [Some(expected)], "{}", column.name);
    }
    let table = &standardized.contacts;
    assert_eq!(table.day(column::BIRTH_DATE).get(0), Some(3718));
    assert_eq!(table.instant(column::UPDATED_AT).get(0), Some(1_705_309_200_000));
    assert_eq!(table.cents(column::GIVEN_CLV_CENTS).get(0), Some(123_450));
    assert_eq!(table.flag(column::EMAIL_OPT_OUT).get(0), Some(true));
    assert_eq!(table.flag(column::DECEASED).get(0), None);
    assert_eq!(table.flag(column::ADDRESS_USABLE).get(0), Some(true));
    assert_eq!(
        points_of(&standardized),
        [
            "0 customer_key K-1 valid  0",
            "0 email anna.muller@example.com valid  0",
            "0 email test@test.com placeholder  1",
            "0 phone +4930901820 valid fixed 0",
            "0 phone +4915123456789 valid mobile 1",
            "0 record_id 0035e00000AbCdEAAV valid  0",
            "0 record_id 0035e00000ABCDEAA5 valid  1",
            "0 record_id 901 valid  2",
        ]
    );
}

#[test]
fn an_empty_batch_and_an_empty_row_are_no_trouble() {
    let nothing = contacts(&raw("crm", &[]), &Settings::default());
    assert_eq!((nothing.contacts.height(), nothing.points.height()), (0, 0));
    let row = contacts(&raw("crm", &[("email", &[""])]), &Settings::default());
    assert_eq!((row.contacts.height(), row.findings.height()), (1, 0));
}

#[test]
fn the_column_decides_which_number_is_the_day() {
    let read = |dates: &[&str], country: &str, settings: &Settings| {
        let countries = vec![country; dates.len()];
        let raw = raw("crm", &[("birth_date", dates), ("country", &countries)]);
        let standardized = contacts(&raw, settings);
        let days: Vec<_> = standardized.contacts.day(column::BIRTH_DATE).iter().collect();
        let found = rules(&standardized).into_iter().map(|(_, _, rule)| rule).collect::<Vec<_>>();
        (days.iter().map(|day| day.map(date::civil)).collect::<Vec<_>>(), found)
    };
    let (own, with) = (Settings::default(), |order| Settings {
        date_order: [("crm".to_owned(), order)].into(),
        ..Settings::default()
    });
    let (april, march) = (Some((1980, 4, 3)), Some((1980, 3, 4)));
    let (days, found) = read(&["03/04/1980", "25/04/1980"], "US", &own);
    assert_eq!(
        (days[0], found),
        (april, vec!["date-order".to_owned()]),
        "the column before the country"
    );
    assert_eq!(read(&["03/04/1980"], "US", &own).0, [march]);
    assert_eq!(read(&["03/04/1980"], "DE", &own).0, [april]);
    assert_eq!(read(&["03/04/1980"], "DE", &with(DateOrder::MonthFirst)).0, [march]);
    let (days, found) = read(&["03/04/1980"], "", &own);
    assert_eq!((days[0], found), (None, vec!["date-ambiguous".to_owned()]));
    let (days, found) = read(&["03/04/1980", "25/04/1980", "04/25/1980"], "DE", &own);
    assert_eq!(days, [None, Some((1980, 4, 25)), Some((1980, 4, 25))]);
    assert_eq!(found, ["date-ambiguous"]);
}

#[test]
fn birth_dates_that_nobody_can_have_are_left_out() {
    let settings = Settings { as_of: Some(jiff::civil::date(2026, 3, 1)), ..Settings::default() };
    let mut dates =
        vec!["1900-01-01", "2026-03-02", "1880-05-05", "0000-00-00", "29287", "1980-03-07"];
    dates.extend(["1970-01-01"; 5]);
    let standardized = contacts(&raw("crm", &[("birth_date", &dates)]), &settings);
    let days: Vec<_> = standardized.contacts.day(column::BIRTH_DATE).iter().collect();
    assert_eq!(days.iter().flatten().count(), 1);
    let found: Vec<String> = rules(&standardized).into_iter().map(|(_, _, rule)| rule).collect();
    let mut expected = vec![
        "birth-date-placeholder",
        "birth-date-future",
        "birth-date-too-early",
        "null-word",
        "excel-serial-date",
    ];
    expected.extend(["birth-date-placeholder"; 5]);
    assert_eq!(found, expected);
    // Of those who say the first day of 1970 few were born on it; of another new year most.
    let one = contacts(&raw("crm", &[("birth_date", &["1970-01-01", "1971-01-01"])]), &settings);
    let days: Vec<_> = one.contacts.day(column::BIRTH_DATE).iter().collect();
    assert_eq!(days, [None, Some(365)]);
    assert_eq!(one.findings.text(column::BEFORE).get(0), Some("1970-01-01"));
}

#[test]
fn a_column_decides_for_all_batches_of_its_source_however_they_are_cut() {
    let settings = Settings::default();
    let dates = ["03/04/1980", "05/06/1981", "25/12/1982", "07/08/1983", "09/10/1984"];
    let values = ["1.234", "2.345", "3,50", "4.567", "5.678"];
    let read = |cuts: &[std::ops::Range<usize>], kept: &[Option<Vec<u32>>]| {
        let mut parts: Vec<Standardized> = cuts
            .iter()
            .map(|cut| {
                let (dates, values) = (&dates[cut.clone()], &values[cut.clone()]);
                batch(&raw("crm", &[("birth_date", dates), ("clv", values)]), &settings)
            })
            .collect();
        let mut kept = kept.iter().cloned();
        let unsettled = parts.iter_mut().map(|part| {
            let kept = kept.next().flatten();
            if let Some(kept) = &kept {
                part.contacts = part.contacts.rows(kept);
            }
            let open = std::mem::take(&mut part.open);
            Unsettled { contacts: &mut part.contacts, findings: &mut part.findings, open, kept }
        });
        settle(unsettled.collect(), &settings);
        let days = parts.iter().flat_map(|part| part.contacts.day(column::BIRTH_DATE).iter());
        let cents =
            parts.iter().flat_map(|part| part.contacts.cents(column::GIVEN_CLV_CENTS).iter());
        let found = parts.iter().flat_map(rules).map(|(record, _, rule)| (record, rule));
        (
            days.map(|day| day.map(date::civil)).collect::<Vec<_>>(),
            cents.collect::<Vec<_>>(),
            found.collect::<Vec<_>>(),
        )
    };
    let whole = read(std::slice::from_ref(&(0..5)), &[]);
    assert_eq!(whole.0[0], Some((1980, 4, 3)));
    assert_eq!(whole.1[0], Some(123_400));
    assert_eq!(whole.2, [(0, "date-order".to_owned())], "told once");
    let cut = read(&[0..2, 2..3, 3..5], &[]);
    assert_eq!((&cut.0, &cut.1, &cut.2), (&whole.0, &whole.1, &whole.2));
    let without_first = read(&[0..2, 2..5], &[Some(vec![1]), None]);
    assert_eq!(without_first.0, whole.0[1..]);
    assert_eq!(without_first.1, whole.1[1..]);
}

#[test]
fn a_source_that_never_writes_the_zero_is_told_once() {
    let lost: Vec<String> = (0..40).map(|n| format!("15123456{n:03}")).collect();
    let check = |n_lost: usize, n_kept: usize, n_told: usize| {
        let mut phones: Vec<&str> = lost[..n_lost].iter().map(String::as_str).collect();
        phones.extend(vec!["030 901820"; n_kept]);
        let countries = vec!["DE"; phones.len()];
        let raw = raw("crm", &[("phone", &phones), ("country", &countries)]);
        let found = rules(&contacts(&raw, &Settings::default()));
        let of_zeros = found.iter().filter(|(_, _, rule)| *rule == "phone-leading-zero");
        assert_eq!(of_zeros.count(), n_told, "{n_lost} without, {n_kept} with");
    };
    check(40, 0, 1);
    check(40, 2, 1);
    check(40, 3, 40);
    check(19, 0, 19);
}

#[test]
fn what_was_mended_or_left_out_can_be_looked_up() {
    let raw = raw(
        "crm",
        &[
            ("last_name", &["MÜLLER", "asdf"]),
            ("email", &["Anna <anna@example.com>", "anna@example.com"]),
            ("country", &["Germnay", "DE"]),
            ("birth_date", &["31.02.1980", "1980-03-07"]),
        ],
    );
    let standardized = contacts(&raw, &Settings::default());
    let befores: Vec<_> = standardized.findings.text(column::BEFORE).iter().flatten().collect();
    assert_eq!(befores, ["Germnay", "Anna <anna@example.com>", "MÜLLER", "31.02.1980", "asdf"]);
}

#[test]
fn names_of_anybody_of_two_people_and_the_wrong_way_round_are_found_and_kept() {
    let raw = raw(
        "crm",
        &[
            ("first_name", &["Max", "John & Jane", "Miller", "Anna", "James"]),
            ("last_name", &["Mustermann", "Smith", "Patricia", "Lind", "Miller"]),
        ],
    );
    let standardized = contacts(&raw, &Settings::default());
    let found = rules(&standardized).into_iter().map(|(record, _, rule)| (record, rule));
    let expected = ["name-placeholder", "name-several", "name-swapped"];
    assert_eq!(
        found.collect::<Vec<_>>(),
        (0u32..).zip(expected.map(str::to_owned)).collect::<Vec<_>>()
    );
    assert_eq!(texts(&standardized, column::LAST_NAME)[2], Some("Patricia"), "suggested only");
    let suggested: Vec<_> =
        standardized.findings.text(column::SUGGESTION).iter().flatten().collect();
    assert_eq!(suggested, ["Patricia Miller"]);
}

#[test]
fn birth_dates_of_an_archive_are_kept() {
    let dates = ["1712-05-05", "1899-12-30", "1850-02-01", "1901-01-01", "1820-07-04"];
    let standardized = contacts(&raw("archive", &[("birth_date", &dates)]), &Settings::default());
    let days = standardized.contacts.day(column::BIRTH_DATE);
    let kept: Vec<bool> = days.iter().map(|day| day.is_some()).collect();
    assert_eq!(kept, [true, false, true, false, true], "defaults of systems are still none");
}

#[test]
fn the_column_decides_which_sign_parts_the_decimals() {
    let read = |amounts: &[&str]| {
        let standardized = contacts(&raw("crm", &[("clv", amounts)]), &Settings::default());
        standardized.contacts.cents(column::GIVEN_CLV_CENTS).get(0)
    };
    assert_eq!(read(&["1.234", "5,50"]), Some(123_400));
    assert_eq!(read(&["1.234", "5.50"]), Some(123));
    assert_eq!(read(&["1.234"]), None);
}

#[test]
fn another_currency_is_left_out() {
    let settings =
        Settings { currency: Some("EUR".to_owned().try_into().unwrap()), ..Settings::default() };
    let raw = raw(
        "crm",
        &[("clv", &["5.00", "5.00", "$5.00", "5.00 USD"]), ("currency", &["EUR", "USD", "", ""])],
    );
    let standardized = contacts(&raw, &settings);
    let cents: Vec<_> = standardized.contacts.cents(column::GIVEN_CLV_CENTS).iter().collect();
    assert_eq!(cents, [Some(500), None, Some(500), None]);
}

#[test]
fn the_default_country_is_taken_and_recorded_where_there_is_an_address() {
    let settings = Settings { default_country: Some("Germany".to_owned()), ..Settings::default() };
    let raw = raw("crm", &[("city", &["Berlin", ""]), ("phone", &["030 901820", "030 901820"])]);
    let standardized = contacts(&raw, &settings);
    assert_eq!(texts(&standardized, column::COUNTRY), [Some("DE"), None]);
    assert!(rules(&standardized).contains(&(
        0,
        "country".to_owned(),
        "country-assumed".to_owned()
    )));
    assert_eq!(standardized.points.height(), 2);
    assert!(points_of(&standardized).iter().all(|point| point.contains("+4930901820 valid")));
}

#[test]
fn an_address_is_usable_when_a_letter_would_arrive() {
    let check = |cells: [&str; 5], usable: bool| {
        let [street, city, region, postcode, country] = cells;
        let raw = raw(
            "crm",
            &[
                ("street", &[street]),
                ("city", &[city]),
                ("region", &[region]),
                ("postal_code", &[postcode]),
                ("country", &[country]),
            ],
        );
        let standardized = contacts(&raw, &Settings::default());
        let is_usable = standardized.contacts.flag(column::ADDRESS_USABLE).get(0);
        assert_eq!(is_usable, Some(usable), "{cells:?}");
    };
    check(["1 High Street", "London", "", "sw1a1aa", "UK"], true);
    check(["1 High Street", "London", "", "", "UK"], false);
    check(["1 High Street", "London", "", "SW1A 1AA", ""], false);
    check(["1 High Street", "", "", "SW1A 1AA", "UK"], false);
    check(["unknown", "London", "", "SW1A 1AA", "UK"], false);
    check(["1 High Street", "xxx", "", "SW1A 1AA", "UK"], false);
    check(["Schlossstr. 1", "Dresden", "", "1067", "DE"], false);
    check(["1 O'Connell Street", "Dublin", "", "", "IE"], true);
    check(["PO Box 12", "Austin", "TX", "78701", "US"], true);
}

#[test]
fn equal_rows_hash_alike_wherever_they_stand() {
    let hashes = |source, columns: &[(&str, &[&str])]| {
        let standardized = contacts(&raw(source, columns), &Settings::default());
        standardized.contacts.long(column::CONTENT_HASH).iter().flatten().collect::<Vec<_>>()
    };
    let one = hashes("crm", &[("email", &["a", "b", "a"]), ("city", &["", "x", ""])]);
    assert_eq!(one[0], one[2]);
    assert_ne!(one[0], one[1]);
    assert_eq!(hashes("shop", &[("email", &["a"])]), [one[0]]);
    assert_ne!(hashes("crm", &[("phone", &["a"])]), [one[0]], "the column counts");
}

#[test]
fn scope_rows_take_the_form_of_contact_points() {
    let hash = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    let rows = [
        ("email", " Anna@EXAMPLE.com", Some("anna@example.com")),
        ("email", "anna@server.local", Some("anna@server.local")),
        ("email", "nobody", None),
        ("phone", "030 901820", Some("+4930901820")),
        ("phone", "n/a", None),
        ("record_id", "0035e00000AbCdE", Some("0035e00000AbCdEAAV")),
        ("customer_key", "'K-1", Some("K-1")),
        (
            "email_sha256",
            hash,
            Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ),
        ("email_sha256", "abc", None),
    ];
    let n_rows = rows.len();
    let filled = ScopeEntry::COLUMNS.iter().map(|column| match column.name {
        "identifier" => column.texts(rows.iter().map(|row| Some(row.0))),
        "value" => column.texts(rows.iter().map(|row| Some(row.1))),
        "scope_line" => column.longs((1..=n_rows as u64).collect()),
        _ => column.same(Some("x"), n_rows),
    });
    let settings = Settings { default_country: Some("DE".to_owned()), ..Settings::default() };
    let entries = scope_entries(Table::of(filled.collect()), &settings);
    let values: Vec<_> = entries.text(column::VALUE).iter().collect();
    assert_eq!(values, rows.map(|row| row.2));
}

#[test]
fn settings_that_make_no_sense_are_refused_with_a_hint() {
    use crate::fault::Fault;
    let settings = Settings { default_country: Some("Germnay".to_owned()), ..Settings::default() };
    let error = settings.check().unwrap_err();
    assert_eq!(error.to_string(), "`Germnay` is no country");
    assert_eq!(error.hint().unwrap(), "did you mean `Germany`?");
    assert!(Settings::default().check().is_ok());
    assert!(Rule::named("country-unknown").is_some());
}

/// Cells as they come: what people type, what systems write, and what was damaged on its way.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "\\PC{0,24}",
        2 => "[ -~]{0,24}",
        2 => "[0-9+() ./:,-]{0,20}",
        1 => "[A-Za-z0-9._%+-]{1,10}@[a-z0-9.-]{1,12}",
        1 => "[A-Za-zÀ-ſ'’ .-]{1,20}",
        1 => any::<String>(),
        3 => proptest::sample::select(vec![
            "", "N/A", "#N/A", "null", "-", "0", "1,5", "1.234", "4.42E+11", "12345.0", "'+49 30 1",
            "Anna <anna@example.com>", "DE", "Mỹ", "California", "01067", "1067", "SW1A 1AA",
            "2024-02-30", "03/04/1980", "29287", "0035e00000ABCDEAAV", "MÃ¼ller", "true", "ja",
            "\u{1f}\u{1f}", "a\u{1f}b", "\u{feff}", "\u{202e}abc", "\u{0}", "EUR", "€ 1'234,50",
        ]).prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(40),
    })]

    #[test]
    fn any_cells_in_any_columns_make_rows_and_never_a_panic(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 32), 1..4),
        country in proptest::sample::select(vec![None, Some("DE"), Some("US"), Some("BR")]),
    ) {
        let columns: Vec<(&str, Vec<&str>)> = RawContact::COLUMNS
            .iter()
            .filter(|column| !["source", "line", "byte_offset"].contains(&column.name))
            .zip(0..)
            .map(|(column, place): (_, usize)| {
                (column.name, rows.iter().map(|row| row[place % 32].as_str()).collect())
            })
            .collect();
        let columns: Vec<(&str, &[&str])> =
            columns.iter().map(|(name, cells)| (*name, cells.as_slice())).collect();
        let raw = raw("crm", &columns);
        let settings = Settings { default_country: country.map(str::to_owned), ..Settings::default() };
        let standardized = contacts(&raw, &settings);
        prop_assert_eq!(standardized.contacts.height(), rows.len());
        let n_rows = u32::try_from(rows.len()).unwrap();
        let in_rows = |records: Vec<Option<u32>>| records.iter().flatten().all(|record| *record < n_rows);
        prop_assert!(in_rows(standardized.points.count(column::RECORD).iter().collect()));
        prop_assert!(in_rows(standardized.findings.count(column::RECORD).iter().collect()));
    }
}
