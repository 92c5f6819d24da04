//! Cases from ISO 8601, from exports and from the habits of countries.

use proptest::prelude::*;

use super::*;

const NEWEST: i32 = 2026;

fn day(text: &str) -> Read {
    let date: jiff::civil::Date = text.parse().unwrap();
    let days = date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days();
    Read::Day(days, 0)
}

#[test]
fn dates_with_one_reading_are_read() {
    for (raw, expected) in [
        ("1980-03-07", "1980-03-07"),
        ("1980/03/07", "1980-03-07"),
        ("1980.3.7", "1980-03-07"),
        ("19800307", "1980-03-07"),
        ("07.03.1980", "1980-03-07"),
        ("7.3.80", "1980-03-07"),
        ("7. März 1980", "1980-03-07"),
        ("7 March 1980", "1980-03-07"),
        ("March 7, 1980", "1980-03-07"),
        ("7th of March 1980", "1980-03-07"),
        ("07-Mar-80", "1980-03-07"),
        ("07-MAR-1980", "1980-03-07"),
        ("Mar-07-1980", "1980-03-07"),
        ("1980-Mar-07", "1980-03-07"),
        ("7 mars 1980", "1980-03-07"),
        ("1er mars 1980", "1980-03-01"),
        ("7 de marzo de 1980", "1980-03-07"),
        ("7 août 1980", "1980-08-07"),
        ("Fri, 7 Mar 1980", "1980-03-07"),
        ("Freitag, 7. März 1980", "1980-03-07"),
        ("01-Jan-26", "2026-01-01"),
        ("01-Jan-27", "1927-01-01"),
        ("29.02.2000", "2000-02-29"),
        ("05/05/1980", "1980-05-05"),
        ("'1980-03-07", "1980-03-07"),
        ("7 kwietnia 1983", "1983-04-07"),
        ("7. dubna 1983", "1983-04-07"),
        ("7 апреля 1983 г.", "1983-04-07"),
        ("7 Nisan 1983", "1983-04-07"),
        ("7 huhtikuuta 1983", "1983-04-07"),
        ("1983年4月7日", "1983-04-07"),
        ("1983년 4월 7일", "1983-04-07"),
        ("1983-097", "1983-04-07"),
        ("1983-W14-4", "1983-04-07"),
        ("2020-W53-5", "2021-01-01"),
        ("1983-04-07+02:00", "1983-04-07"),
        ("Do., 7. April 1983", "1983-04-07"),
        ("83-04-07", "1983-04-07"),
        ("07APR1983", "1983-04-07"),
        ("1983. április 7., csütörtök", "1983-04-07"),
        ("ceturtdiena, 1983. gada 7. aprīlis", "1983-04-07"),
        ("1983 m. balandžio 7 d., ketvirtadienis", "1983-04-07"),
        ("17 ta’ April 1983", "1983-04-17"),
        ("Déardaoin 7 Meán Fómhair 1983", "1983-09-07"),
        ("quinta-feira, 7 de abril de 1983", "1983-04-07"),
        ("7 Nisan 1983 Perşembe", "1983-04-07"),
        ("17 listopada 1983", "1983-11-17"),
        ("17. listopada 1983.", "1983-10-17"),
        ("7.IV.1983", "1983-04-07"),
        ("昭和58年4月7日", "1983-04-07"),
        ("S58.4.7", "1983-04-07"),
        ("2024年1月15日(月)", "2024-01-15"),
        ("1983년 4월 7일 목요일", "1983-04-07"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
    ] {
        assert_eq!(read(raw, NEWEST), day(expected), "{raw}");
    }
}

#[test]
fn the_order_of_day_and_month_is_left_open_where_the_cell_does_not_tell() {
    let (march, april) = (days(1980, 3, 4), days(1980, 4, 3));
    for raw in ["03/04/1980", "3/4/80", "03-04-1980"] {
        let Read::Either { day_first, month_first, .. } = read(raw, NEWEST) else {
            panic!("{raw}")
        };
        assert_eq!((Some(day_first), Some(month_first)), (april, march), "{raw}");
    }
    let ordered = |order| Read::Ordered(order, days(1980, 4, 25).unwrap(), 0);
    assert_eq!(read("25/04/1980", NEWEST), ordered(DateOrder::DayFirst));
    assert_eq!(read("04/25/1980", NEWEST), ordered(DateOrder::MonthFirst));
    assert_eq!(read("25041980", NEWEST), ordered(DateOrder::DayFirst));
    assert_eq!(read("04.25.1980", NEWEST), ordered(DateOrder::MonthFirst));
}

#[test]
fn a_column_decides_then_the_country_and_a_contradiction_decides_nothing() {
    let votes = |day_first, month_first| Votes { day_first, month_first };
    let order = |votes: Votes, country| votes.order(votes, country);
    assert_eq!(order(votes(3, 0), Some("US")), Some(DateOrder::DayFirst));
    assert_eq!(order(votes(0, 1), Some("DE")), Some(DateOrder::MonthFirst));
    assert_eq!(order(votes(0, 0), Some("US")), Some(DateOrder::MonthFirst));
    assert_eq!(order(votes(0, 0), Some("DE")), Some(DateOrder::DayFirst));
    assert_eq!(order(votes(0, 0), None), None);
    assert_eq!(order(votes(2, 2), Some("DE")), None);
    assert_eq!(order(votes(100, 1), Some("DE")), Some(DateOrder::DayFirst));
    let silent = votes(0, 0).order(votes(0, 7), Some("DE"));
    assert_eq!(silent, Some(DateOrder::MonthFirst), "another column of the source");
}

#[test]
fn times_are_read_in_utc() {
    let at = |date: &str, ms| match day(date) {
        Read::Day(day, _) => Read::Day(day, ms),
        _ => Read::Unreadable,
    };
    let ten = 10 * 3_600_000;
    for (raw, expected) in [
        ("2024-01-15 10:00:00", at("2024-01-15", ten)),
        ("2024-01-15T10:00:00Z", at("2024-01-15", ten)),
        ("2024-01-15T10:00:00.250Z", at("2024-01-15", ten + 250)),
        ("2024-01-15T10:00:00.123456789Z", at("2024-01-15", ten + 123)),
        ("2024-01-15T10:00+01:00", at("2024-01-15", ten - 3_600_000)),
        ("2024-01-15T10:00:00+0530", at("2024-01-15", ten - 19_800_000)),
        ("2024-01-15T10:00:00-05", at("2024-01-15", ten + 18_000_000)),
        ("2024-01-01T00:30:00+01:00", at("2023-12-31", 23 * 3_600_000 + 1_800_000)),
        ("2023-12-31 23:30:00 -0100", at("2024-01-01", 1_800_000)),
        ("2024-01-15 10:00:00 UTC", at("2024-01-15", ten)),
        ("15.01.2024 10:00", at("2024-01-15", ten)),
        ("15. Januar 2024, 10:00", at("2024-01-15", ten)),
        ("2024-01-15 12:00 AM", at("2024-01-15", 0)),
        ("2024-01-15 10:00 PM", at("2024-01-15", ten + 12 * 3_600_000)),
        // Forms of dateutil's tests, of JavaScript, of Java, of Go, of `date`.
        ("Mon Jan 15 10:00:00 2024", at("2024-01-15", ten)),
        ("Mon Jan 15 05:00:00 EST 2024", at("2024-01-15", ten)),
        (
            "Mon Jan 15 2024 11:00:00 GMT+0100 (Central European Standard Time)",
            at("2024-01-15", ten),
        ),
        ("2024-01-15T11:00:00+01:00[Europe/Berlin]", at("2024-01-15", ten)),
        ("2024-01-15 10:00:00.000 +0000 UTC", at("2024-01-15", ten)),
        ("20240115T100000", at("2024-01-15", ten)),
        ("20240115T0500-0500", at("2024-01-15", ten)),
        ("2024-01-15T10", at("2024-01-15", ten)),
        ("20240115100000", at("2024-01-15", ten)),
        ("202401151000", at("2024-01-15", ten)),
        ("15 Jan 2024 10:00:00 a.m.", at("2024-01-15", ten)),
        ("15.01.2024 um 10:00 Uhr", at("2024-01-15", ten)),
        ("15 janvier 2024 à 10h00", at("2024-01-15", ten)),
        ("January 15, 2024 at 10:00 AM", at("2024-01-15", ten)),
        ("2024-01-14 24:00", at("2024-01-15", 0)),
        ("1705312800.250", at("2024-01-15", ten)),
        ("1705312800000000", at("2024-01-15", ten)),
        ("1705312800", at("2024-01-15", ten)),
        ("1705312800000", at("2024-01-15", ten)),
    ] {
        assert_eq!(read(raw, NEWEST), expected, "{raw}");
    }
}

#[test]
fn what_is_no_day_is_not_read_as_one() {
    for raw in [
        "31.02.1980",
        "1980-02-30",
        "2023-02-29",
        "1980-13-01",
        "1980-00-10",
        "32/01/1980",
        "spring",
        "7",
        "1980",
        "03/1980",
        "1980-03",
        "12/34/5678/9",
        "2024-01-15 25:00",
        "2024-01-15 10:61",
        "2024-01-15 13:00 PM",
        "x-y-z",
        "",
        "//",
        "7 Marchember 1980",
        "99999999",
        "2024-01-15 10:00 Berlin",
        "١٩٨٠-٠٣-٠٧",
        "1-2-3",
        "7 lis 1983",
        "1983-366",
        "1983-W54-1",
        "003/04/1980",
        "born on a Friday",
        "7 Foo April 1983",
        "20240115T1",
        "20249915100000",
        "S58",
        "T1000.1",
    ] {
        assert_eq!(read(raw, NEWEST), Read::Unreadable, "{raw}");
    }
    for raw in ["0000-00-00", "0/0/00", "00.00.0000", "0", "0000-00-00 00:00:00", "00/00/0000"] {
        assert_eq!(read(raw, NEWEST), Read::Nothing, "{raw}");
    }
}

#[test]
fn the_day_count_of_a_spreadsheet_is_recognised() {
    for raw in ["29287", "29287.0", "29287.41666"] {
        assert_eq!(read(raw, NEWEST), Read::Serial(days(1980, 3, 7).unwrap()), "{raw}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(raw in "\\PC*|[0-9/.: -]{0,24}|[0-9a-zé. ,:+-]{0,24}") {
        let _ = read(&raw, NEWEST);
    }

    #[test]
    fn days_and_dates_are_two_names_for_one_thing(day in -719_162i32..2_932_896) {
        let (year, month, of_month) = civil(day);
        prop_assert_eq!(days(year, month, of_month), Some(day));
        prop_assert_eq!(read(&iso(day), NEWEST), Read::Day(day, 0));
    }
}
