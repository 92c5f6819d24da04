//! Does learning find what the records were drawn by?

use super::comparison::{Field, Level, Test};
use super::labels::Labels;
use super::learned;
use super::settings::Settings;
use super::tests::{Draws, Row, contacts, points};

/// Two records of each.
const N_PEOPLE: usize = 700;

/// How many values a field has, each as frequent as the others: strangers agree in one of so many
/// pairs.
const N_FIRST_NAMES: usize = 40;
const N_LAST_NAMES: usize = 100;
const N_BIRTH_DAYS: usize = 1_000;

/// In how many of a hundred pairs two records of one person agree, but for chance.
const M_FIRST_NAME: usize = 90;
const M_LAST_NAME: usize = 80;
const M_BIRTH_DATE: usize = 95;
const M_PHONE: usize = 70;

/// Draws the same value again in `m` of a hundred cases, and any of `n` otherwise.
fn again(draws: &mut Draws, value: usize, m: usize, n: usize) -> usize {
    if draws.below(100) < m { value } else { draws.below(n) }
}

/// Draws two records of each person by a model of Fellegi and Sunter: fields agree or not
/// independently of each other, within a person and between strangers.
fn drawn() -> Vec<Row> {
    let mut draws = Draws(11);
    let (firsts, lasts) = (draws.words(N_FIRST_NAMES), draws.words(N_LAST_NAMES));
    let phone = |n: usize| -> &'static [&'static str] {
        let number: &'static str = format!("+1202{:07}", n * 7_919 % 9_999_991).leak();
        vec![number].leak()
    };
    let mut rows = Vec::new();
    for person in 0..N_PEOPLE {
        let mut said =
            (draws.below(N_FIRST_NAMES), draws.below(N_LAST_NAMES), draws.below(N_BIRTH_DAYS));
        let mut number = 2 * person;
        for _ in 0..2 {
            let (first, last, day) = said;
            rows.push(Row {
                first_name: firsts[first],
                last_name: lasts[last],
                // A few weeks from each other, so that no day is another's slip.
                born: Some(i32::try_from(day * 53).unwrap() - 20_000),
                phones: phone(number),
                ..Row::default()
            });
            said = (
                again(&mut draws, first, M_FIRST_NAME, N_FIRST_NAMES),
                again(&mut draws, last, M_LAST_NAME, N_LAST_NAMES),
                again(&mut draws, day, M_BIRTH_DATE, N_BIRTH_DAYS),
            );
            // Numbers are many: another one is nobody else's.
            number += usize::from(draws.below(100) >= M_PHONE);
        }
    }
    rows
}

#[test]
fn learning_recovers_the_model_that_records_were_drawn_by() {
    let rows = drawn();
    let (contacts, points) = (contacts(&rows), points(&rows));
    let learned = learned(&contacts, &points, &Labels::default(), &Settings::default());
    let exact = |field: Field| -> Level {
        let of = learned.compare.iter().find(|comparison| comparison.field == field).unwrap();
        *of.levels.iter().find(|level| level.test == Test::Exact).unwrap()
    };
    let check = |field: Field, m: usize, n_values: usize, u_share_off: f64| {
        let chance = 1.0 / n_values as f64;
        let m = m as f64 / 100.0;
        let m = m + (1.0 - m) * chance;
        let found = exact(field);
        // Three standard errors of a share among 700 pairs.
        assert!((found.m.get() - m).abs() < 0.05, "m of {}: {found:?}, {m}", field.name());
        let off = found.u.get() / chance - 1.0;
        assert!(off.abs() < u_share_off, "u of {}: {found:?}, {chance}", field.name());
    };
    // Of 150,000 random pairs 3,750, 1,500 and 150 agree by chance.
    check(Field::FirstName, M_FIRST_NAME, N_FIRST_NAMES, 0.1);
    check(Field::LastName, M_LAST_NAME, N_LAST_NAMES, 0.15);
    check(Field::BirthDate, M_BIRTH_DATE, N_BIRTH_DAYS, 0.3);
    let phone = exact(Field::Phone);
    assert!((phone.m.get() - 0.7).abs() < 0.06, "{phone:?}");
    // Nobody shares a number with a stranger, so that no more is known than that it is rare.
    assert!(phone.u.get() < 1e-5, "{phone:?}");
    // Each record has another of its person; what the settings expect counts as 200 records more.
    let n_records = rows.len() as f64;
    let expected = (n_records + 200.0 * 0.3) / (n_records + 200.0);
    let found = learned.duplication.n_duplicates_per_record;
    assert!((found - expected).abs() < 0.05, "{found} {expected}");
}
