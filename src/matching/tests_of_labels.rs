//! Do labels teach what a file alone would hide, and nothing else?

use super::comparison::{Field, Test};
use super::labels::Labels;
use super::tests::{Draws, Row, contacts, points};
use super::*;
use crate::fault::Fault;

const HEADER: &str = "source_a,source_id_a,source_b,source_id_b,decision,who,when";

const N_HOUSEHOLDS: usize = 500;

/// In how many of a hundred pairs of one person the given name is the same.
const M_FIRST_NAME: usize = 40;

/// Draws households of three, of whom the first stands in the file twice, more often than not
/// under another given name: most pairs that share a phone are kin, and the rest look like it.
/// Gives whose each record is, too.
fn drawn() -> (Vec<Row>, Vec<u32>) {
    let mut draws = Draws(5);
    let (firsts, lasts) = (draws.words(200), draws.words(400));
    let (mut rows, mut persons) = (Vec::new(), Vec::new());
    for household in 0..N_HOUSEHOLDS {
        let number: &'static str = format!("+1202{:07}", household * 7_919 % 9_999_991).leak();
        let last_name = lasts[draws.below(lasts.len())];
        for (place, member) in (0..).zip([0, 0, 1, 2]) {
            let mut first_name = firsts[draws.below(firsts.len())];
            if place == 1 && draws.below(100) < M_FIRST_NAME {
                first_name = rows.last().map_or(first_name, |row: &Row| row.first_name);
            }
            rows.push(Row { first_name, last_name, phones: vec![number].leak(), ..Row::default() });
            persons.push(u32::try_from(household * 3 + member).unwrap());
        }
    }
    (rows, persons)
}

fn m_of_first_name(learned: &Learned) -> f64 {
    let of = |of: &&Comparison| of.field == Field::FirstName;
    let first_name = learned.compare.iter().find(of).unwrap();
    first_name.levels.iter().find(|level| level.test == Test::Exact).unwrap().m.get()
}

fn learned_by(rows: &[Row], labels: &Labels) -> Learned {
    learned(&contacts(rows), &points(rows), labels, &Settings::default())
}

/// Forgets whose the records of some households are.
fn of_some(persons: &[u32], is_known: impl Fn(u32) -> bool) -> Labels {
    Labels::of_people(persons.iter().map(|&of| Some(of).filter(|of| is_known(of / 3))).collect())
}

#[test]
fn people_who_are_known_show_what_kin_would_hide() {
    let (rows, persons) = drawn();
    // What is counted in the file itself, since a draw is not its mean.
    let is_same = |four: &&[Row]| four[0].first_name == four[1].first_name;
    let true_m = rows.chunks(4).filter(is_same).count() as f64 / N_HOUSEHOLDS as f64;
    let alone = m_of_first_name(&learned_by(&rows, &Labels::default()));
    assert!(alone > true_m + 0.2, "what is to be shown is misled: {alone}");
    let of_half = learned_by(&rows, &of_some(&persons, |household| household % 2 == 0));
    assert!((m_of_first_name(&of_half) - true_m).abs() < 0.15, "{}", m_of_first_name(&of_half));
    let of_all = learned_by(&rows, &of_some(&persons, |_| true));
    assert!((m_of_first_name(&of_all) - true_m).abs() < 0.05, "{}", m_of_first_name(&of_all));
    let n_same = |learned: &Learned| learned.training.as_ref().unwrap().labelled.unwrap();
    assert_eq!(n_same(&of_half).n_pairs_same, N_HOUSEHOLDS as u64 / 2);
    assert_eq!(n_same(&of_all).n_pairs_same, N_HOUSEHOLDS as u64);
    // Two of a household share a phone, and are candidates.
    assert!(n_same(&of_all).n_pairs_different >= N_HOUSEHOLDS as u64 * 5);
    // A record has half another of its person, on average.
    let found = of_all.duplication.n_duplicates_per_record;
    assert!((found - 0.5).abs() < 0.1, "{found}");
}

#[test]
fn the_order_of_records_and_the_numbers_of_people_have_no_say() {
    let (mut rows, mut persons) = drawn();
    let before = learned_by(&rows, &of_some(&persons, |household| household % 3 == 0));
    rows.reverse();
    persons.reverse();
    let labels = of_some(&persons, |household| household % 3 == 0);
    assert_eq!(learned_by(&rows, &labels), before);
    let renumbered = persons.iter().map(|&of| (of / 3 % 3 == 0).then_some(9_999 - of)).collect();
    assert_eq!(learned_by(&rows, &Labels::of_people(renumbered)), before);
}

#[test]
fn a_file_too_small_to_learn_from_is_learned_from_once_enough_of_it_is_known() {
    let (rows, persons) = drawn();
    let (rows, persons) = (&rows[..400], &persons[..400]);
    let m_before = m_of_first_name(&learned_by(rows, &Labels::default()));
    assert!(learned_by(rows, &Labels::default()).training.is_none());
    let few = of_some(persons, |household| household < 20);
    assert!(learned_by(rows, &few).training.is_none());
    let learned = learned_by(rows, &of_some(persons, |_| true));
    assert!(learned.training.is_some());
    assert!(m_of_first_name(&learned) < m_before - 0.1, "{}", m_of_first_name(&learned));
}

#[test]
fn a_person_with_many_records_is_shown_by_some_of_their_pairs() {
    let labels = Labels::of_people(vec![Some(7); 400]);
    let contents: Vec<u64> = (0..400_u64).map(|record| record.wrapping_mul(0x9e37_79b9)).collect();
    let mut pairs = labels.pairs_of_people(&contents);
    assert_eq!(pairs.len(), 350 * 50 + 50 * 49 / 2);
    let n_pairs = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), n_pairs, "each pair once");
    assert!(pairs.iter().all(|(one, other)| one < other));
}

/// Contacts with the ids 1, 2, 3, ….
fn numbered(n_records: usize) -> Table<Contact> {
    let filled = contacts(&vec![Row::default(); n_records]);
    let ids = column::SOURCE_ID.texts((0..n_records).map(|id| Some((id + 1).to_string())));
    let columns = filled.frame().columns().iter().map(|column| {
        if column.name().as_str() == column::SOURCE_ID.name { ids.clone() } else { column.clone() }
    });
    Table::of(columns.collect())
}

fn decided(rows: &[&str]) -> Result<(Labels, DecisionCounts), DecisionError> {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split(' ').collect();
            format!("crm,{},crm,{},{},kim,2026-01-05", cells[0], cells[2], cells[1])
        })
        .collect();
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    Labels::of_decisions(&Decisions::read("d.csv", &text).unwrap(), &numbered(8))
}

#[test]
fn who_is_one_with_a_record_is_one_with_all_that_this_is_one_with() {
    let (labels, counts) =
        decided(&["1 same 2", "3 same 2", "3 different 4", "4 same 5", "6 same 77"]).unwrap();
    let of = |a: u32, b: u32| labels.of_pair(a - 1, b - 1);
    assert_eq!(of(1, 3), Some(Verdict::Same));
    assert_eq!(of(5, 4), Some(Verdict::Same));
    assert_eq!(of(1, 5), Some(Verdict::Different), "1 is 3 and 5 is 4, who are two");
    assert_eq!(of(5, 2), Some(Verdict::Different));
    // Nothing was decided of others, nor of those whose other record is not there.
    assert_eq!((of(1, 8), of(7, 8), of(6, 1)), (None, None, None));
    assert_eq!((counts.n_unknown, counts.lines_unknown), (1, vec![6]));
    assert!(!labels.is_of_people() && labels.pairs_of_people(&[0; 8]).is_empty());
}

#[test]
fn decisions_that_contradict_each_other_are_named_by_line() {
    let rows = ["1 same 2", "5 same 6", "2 same 3", "3 same 4", "1 same 7", "4 different 1"];
    let error = decided(&rows).unwrap_err();
    assert_eq!(error.at().as_deref(), Some("d.csv:7"));
    let found = error.found().unwrap();
    assert!(found.contains("lines 2, 4, 5"), "{found}");
    // A later decision on the pair settles it.
    let later = format!(
        "{HEADER}\ncrm,1,crm,2,same,kim,2026-01-05\ncrm,2,crm,1,different,kim,2026-01-06\n"
    );
    let decisions = Decisions::read("d.csv", &later).unwrap();
    let (labels, counts) = Labels::of_decisions(&decisions, &numbered(2)).unwrap();
    assert_eq!(labels.of_pair(0, 1), Some(Verdict::Different));
    assert_eq!(counts.n_superseded, 1);
}

#[test]
fn decisions_say_what_a_pair_is_and_not_how_frequent_such_pairs_are() {
    let (rows, persons) = drawn();
    let alone = learned_by(&rows, &Labels::default());
    // Of the doubtful pairs, those that share a phone and no given name, some were looked at.
    let mut decisions = Vec::new();
    for household in 0..40 {
        for (one, other) in [(0, 1), (0, 2), (1, 3)] {
            let (one, other) = (household * 4 + one, household * 4 + other);
            if rows[one].first_name != rows[other].first_name {
                let is_same = persons[one] == persons[other];
                decisions.push((one, other, if is_same { "same" } else { "different" }));
            }
        }
    }
    let line = |(one, other, verdict): &(usize, usize, &str)| {
        format!("crm,{one},crm,{other},{verdict},kim,2026-01-05\n")
    };
    let text = decisions.iter().map(line).collect::<Vec<_>>().concat();
    let ids = column::SOURCE_ID.texts((0..rows.len()).map(|id| Some(id.to_string())));
    let filled = contacts(&rows);
    let columns = filled.frame().columns().iter().map(|column| {
        if column.name().as_str() == column::SOURCE_ID.name { ids.clone() } else { column.clone() }
    });
    let contacts: Table<Contact> = Table::of(columns.collect());
    let decisions = Decisions::read("d.csv", &format!("{HEADER}\n{text}")).unwrap();
    let (labels, _) = Labels::of_decisions(&decisions, &contacts).unwrap();
    let learned = learned(&contacts, &points(&rows), &labels, &Settings::default());
    // Nearer to the truth, and not by more than so few pairs can say.
    let (m, before) = (m_of_first_name(&learned), m_of_first_name(&alone));
    assert!(m < before && m > M_FIRST_NAME as f64 / 100.0, "{m} {before}");
    let labelled = learned.training.unwrap().labelled.unwrap();
    assert!(labelled.n_pairs_same > 15 && labelled.n_pairs_different > 60, "{labelled:?}");
    assert!(!labelled.is_of_people);
}
