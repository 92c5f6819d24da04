use proptest::prelude::*;

use super::cluster::{Link, clustered};
use super::decided::decided;
use super::decisions::{Decided, Resolved};
use super::tests::{ANNA, Row, any_row, cluster_of, contacts, points};
use super::*;
use crate::fault::Fault;

const HEADER: &str = "source_a,source_id_a,source_b,source_id_b,decision,who,when";

/// Contacts with ids of their own: the record at place `i` is `crm:<ids[i]>`.
fn named(rows: &[Row], ids: &[usize]) -> Table<Contact> {
    let filled = contacts(rows);
    let ids = column::SOURCE_ID.texts(ids.iter().map(|id| Some(id.to_string())));
    let columns = filled.frame().columns().iter().map(|column| {
        if column.name().as_str() == column::SOURCE_ID.name { ids.clone() } else { column.clone() }
    });
    Table::of(columns.collect())
}

fn matched_by(rows: &[Row], ids: &[usize], decisions: &str) -> Matched {
    let decisions = Decisions::read("decisions.csv", decisions).unwrap();
    let (contacts, points) = (named(rows, ids), points(rows));
    let settings = Settings::default();
    let counted = clusters(&contacts, &points, &decisions, &settings, &Progress::silent());
    crate::ledger::Ledger::default().enter(counted)
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

const STRANGER: Row = Row { first_name: "Peter", last_name: "Ford", ..Row { ..ANNA_ALONE } };
const ANNA_ALONE: Row = Row { emails: &[], phones: &[], born: None, street: "", ..ANNA };

#[test]
fn same_unites_what_the_weights_leave_apart_and_says_by_what() {
    let rows = [ANNA, STRANGER];
    assert_eq!(cluster_of(&matched_by(&rows, &[1, 2], &file(&[]))), [0, 1]);
    let decided = file(&["crm,2,crm,1,same,kim,2026-01-05T10:00:00Z"]);
    let matched = matched_by(&rows, &[1, 2], &decided);
    assert_eq!(cluster_of(&matched), [0, 0]);
    assert_eq!(matched.membership.text(column::LINKED_BY).get(1), Some("decision"));
    assert_eq!(matched.membership.number(column::MATCH_WEIGHT_BITS).get(1), None);
    let counts = &matched.decisions;
    assert_eq!((counts.n_same, counts.n_same_against_weights), (1, 1));
}

#[test]
fn different_parts_what_the_weights_put_together() {
    let rows = [ANNA, ANNA];
    assert_eq!(cluster_of(&matched_by(&rows, &[1, 2], &file(&[]))), [0, 0]);
    let decided = file(&["crm,1,crm,2,different,kim,2026-01-05"]);
    let matched = matched_by(&rows, &[1, 2], &decided);
    assert_eq!(cluster_of(&matched), [0, 1]);
    assert_eq!(matched.membership.text(column::LINKED_BY).get(1), None);
    assert_eq!(matched.review.height(), 0, "what is decided is not asked again");
}

#[test]
fn same_holds_across_several_pairs() {
    let other = Row { first_name: "Lucy", last_name: "Hill", ..ANNA_ALONE };
    let decided = file(&[
        "crm,1,crm,2,same,kim,2026-01-05T10:00:00Z",
        "crm,3,crm,2,same,kim,2026-01-05T10:00:00Z",
    ]);
    assert_eq!(cluster_of(&matched_by(&[ANNA, STRANGER, other], &[1, 2, 3], &decided)), [0, 0, 0]);
}

#[test]
fn the_latest_decision_on_a_pair_counts_and_different_at_the_same_instant() {
    let check = |rows: &[&str], expected: [u32; 2]| {
        let matched = matched_by(&[ANNA, ANNA], &[1, 2], &file(rows));
        assert_eq!(cluster_of(&matched), expected, "{rows:?}");
        assert_eq!(matched.decisions.n_superseded, rows.len() - 1);
    };
    let early = "crm,1,crm,2,different,kim,2026-01-05T10:00:00Z";
    let late = "crm,2,crm,1,same,lee,2026-01-05T12:30:00+01:00";
    check(&[early, late], [0, 0]);
    check(&[late, early], [0, 0]);
    let as_late = "crm,1,crm,2,different,kim,2026-01-05T11:30:00Z";
    check(&[as_late, late], [0, 1]);
    check(&[late, as_late], [0, 1]);
}

#[test]
fn of_contradicting_decisions_different_holds_and_the_earliest_same_gives_way() {
    let other = Row { first_name: "Lucy", last_name: "Hill", ..ANNA_ALONE };
    let decided = file(&[
        "crm,1,crm,2,same,kim,2026-01-05T10:00:00Z",
        "crm,2,crm,3,same,kim,2026-01-06T10:00:00Z",
        "crm,1,crm,3,different,kim,2026-01-04T10:00:00Z",
    ]);
    let matched = matched_by(&[ANNA, STRANGER, other], &[1, 2, 3], &decided);
    assert_eq!(cluster_of(&matched), [0, 1, 1]);
    assert_eq!(matched.decisions.n_contradicting, 1);
    assert_eq!(matched.decisions.lines_contradicting, [2]);
    assert!(matched.findings[0].contains("lines 2"), "{:?}", matched.findings);
}

#[test]
fn decisions_on_unknown_records_are_counted_and_told() {
    let decided = file(&["crm,1,crm,9,same,kim,2026-01-05", "erp,1,crm,1,same,kim,2026-01-05"]);
    let matched = matched_by(&[ANNA, STRANGER], &[1, 2], &decided);
    assert_eq!(cluster_of(&matched), [0, 1]);
    assert_eq!(matched.decisions.n_unknown, 2);
    assert_eq!(matched.decisions.lines_unknown, [2, 3]);
    assert!(matched.findings[0].contains("lines 2, 3"), "{:?}", matched.findings);
}

#[test]
fn a_row_without_an_id_is_named_by_what_it_says() {
    let rows = contacts(&[ANNA, STRANGER]);
    let register = Register::of(&rows);
    for record in [0, 1] {
        let name = register.name(record);
        assert_eq!(register.records(&name.to_string().parse().unwrap()), [record]);
    }
    assert!(register.records(&"crm:row:00".parse().unwrap()).is_empty());
}

#[test]
fn an_id_that_a_source_gives_twice_means_both_records() {
    let decided = file(&["crm,1,crm,2,different,kim,2026-01-05"]);
    let found = cluster_of(&matched_by(&[ANNA, ANNA, ANNA], &[1, 1, 2], &decided));
    assert_eq!(found, [0, 0, 2]);
    let decided = file(&["crm,1,crm,2,same,kim,2026-01-05"]);
    let other = Row { first_name: "Lucy", last_name: "Hill", ..ANNA_ALONE };
    let found = cluster_of(&matched_by(&[ANNA, other, STRANGER], &[1, 1, 2], &decided));
    assert_eq!(found, [0, 0, 0]);
}

#[test]
fn a_spreadsheet_may_have_been_at_the_file() {
    let text = "\u{feff}note,source_a,source_id_a,source_b,source_id_b,decision,who,when\r\n\
                x,crm,'-7,crm,2,Same,kim,2026-01-05\r\n,crm,1,crm,2,,,\r\n";
    let decisions = Decisions::read("d.csv", text).unwrap();
    let [only] = decisions.all() else { panic!("{decisions:?}") };
    assert_eq!((only.a.id.as_str(), only.verdict, only.line), ("-7", Verdict::Same, 2));
}

#[test]
fn a_file_that_cannot_be_carried_out_is_refused_where_it_is_wrong() {
    let check = |text: &str, at: &str, hint: &str| {
        let error = Decisions::read("d.csv", text).unwrap_err();
        assert_eq!(error.at().unwrap_or_default(), at);
        assert!(error.hint().unwrap().contains(hint), "{:?}", error.hint());
        assert!(!error.to_string().contains("Featherstone"), "{error}");
    };
    check("source_a,source_id_a\n", "", HEADER);
    check(
        &file(&["crm,1,crm,2,Featherstone,kim,2026-01-05"]),
        "d.csv:2, column `decision`",
        "`same` or `different`",
    );
    check(&file(&["", "crm,1,crm,2,same,kim,5.1.26"]), "d.csv:3, column `when`", "2026-03-01");
    check(&file(&["crm,1,,2,same,kim,2026-01-05"]), "d.csv:2, column `source_id_b`", "source id");
    check(&file(&["crm,1,crm,1,same,kim,2026-01-05"]), "d.csv:2", "delete");
    check(&file(&["crm,1"]), "d.csv:2", "commas");
}

fn link(weight_bits: f64, a: u32, b: u32) -> Link {
    Link { weight_bits, a, b, rule: 0 }
}

#[test]
fn a_path_between_different_records_is_cut_at_its_weakest_link() {
    let links = [link(9.0, 0, 1), link(8.0, 2, 3), link(7.0, 4, 5), link(5.0, 1, 2)];
    let mut clusters = clustered(6, &links, |_, _, _| None);
    assert_eq!(clusters.cluster, [0, 0, 0, 0, 4, 4]);
    let apart = Decided { pairs: vec![(3, 0)], verdict: Verdict::Different, line: 2 };
    let mut resolved = Resolved { decided: vec![apart], ..Resolved::default() };
    decided(&mut clusters, &links, &mut resolved);
    assert_eq!(clusters.cluster, [0, 0, 2, 2, 4, 4]);
    assert_eq!(clusters.strongest, [Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]);
}

/// Decisions among six records: which two, verdict, day.
fn any_decisions() -> impl Strategy<Value = Vec<(usize, usize, bool, u8)>> {
    prop::collection::vec((0..6_usize, 0..6_usize, any::<bool>(), 1..9_u8), 0..8)
        .prop_map(|all| all.into_iter().filter(|(a, b, ..)| a != b).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn decisions_hold_and_the_order_of_rows_does_not_matter(
        rows in prop::collection::vec(any_row(), 6..10),
        decisions in any_decisions(),
        seed in any::<u64>(),
    ) {
        let written: Vec<String> = decisions.iter().map(|&(a, b, same, day)| {
            let verdict = if same { "same" } else { "different" };
            format!("crm,{a},crm,{b},{verdict},kim,2026-01-{day:02}")
        }).collect();
        let lines: Vec<&str> = written.iter().map(String::as_str).collect();
        let ids: Vec<usize> = (0..rows.len()).collect();
        let straight = matched_by(&rows, &ids, &file(&lines));
        let found = cluster_of(&straight);

        // What counts of each pair, by brute force.
        let key = |&(a, b, same, day): &(usize, usize, bool, u8)| (a.min(b), a.max(b), day, !same);
        for (place, decision) in decisions.iter().enumerate() {
            let (low, high, day, different) = key(decision);
            let replaced = decisions.iter().enumerate().any(|(other_place, other)| {
                let (other_low, other_high, other_day, other_different) = key(other);
                (other_low, other_high) == (low, high)
                    && (other_day, other_different, other_place) > (day, different, place)
            });
            let gave_way =
                straight.decisions.lines_contradicting.contains(&(place as u64 + 2));
            if different && !replaced {
                prop_assert_ne!(found[low], found[high]);
            } else if !different && !replaced && !gave_way {
                prop_assert_eq!(found[low], found[high]);
            }
        }
        if decisions.iter().all(|&(_, _, same, _)| same) {
            prop_assert_eq!(straight.decisions.n_contradicting, 0);
        }

        // Records and decisions in another order.
        let mut order = ids.clone();
        order.sort_by_key(|&id| (id as u64 + 1).wrapping_mul(seed | 1));
        let mut turned = lines.clone();
        turned.sort_by_key(|line| line.len() as u64 ^ seed.wrapping_mul(line.as_bytes()[4].into()));
        turned.reverse();
        let shuffled: Vec<Row> = order.iter().map(|&id| rows[id]).collect();
        let other = cluster_of(&matched_by(&shuffled, &order, &file(&turned)));
        for (one, &id) in order.iter().enumerate() {
            for (two, &other_id) in order.iter().enumerate() {
                prop_assert_eq!(other[one] == other[two], found[id] == found[other_id]);
            }
        }
    }

    #[test]
    fn clusters_that_no_decision_speaks_of_stay_as_they_are(
        weights in prop::collection::vec((0..12_u32, 0..12_u32, 0..100_i32), 0..30),
        pair in (0..12_u32, 0..12_u32),
        same in any::<bool>(),
    ) {
        prop_assume!(pair.0 != pair.1);
        let mut links: Vec<Link> = weights.iter().filter(|(a, b, _)| a != b)
            .map(|&(a, b, weight)| link(f64::from(weight), a.min(b), a.max(b))).collect();
        links.sort_by(|one, other| other.weight_bits.total_cmp(&one.weight_bits));
        let before = clustered(12, &links, |_, _, _| None);
        let mut after = clustered(12, &links, |_, _, _| None);
        let verdict = if same { Verdict::Same } else { Verdict::Different };
        let decision = Decided { pairs: vec![pair], verdict, line: 2 };
        let mut resolved = Resolved { decided: vec![decision], ..Resolved::default() };
        decided(&mut after, &links, &mut resolved);
        let concerned = [before.cluster[pair.0 as usize], before.cluster[pair.1 as usize]];
        for record in 0..12 {
            if !concerned.contains(&before.cluster[record]) {
                prop_assert_eq!(before.cluster[record], after.cluster[record]);
                prop_assert_eq!(before.strongest[record], after.strongest[record]);
            }
        }
        let together = after.cluster[pair.0 as usize] == after.cluster[pair.1 as usize];
        prop_assert_eq!(together, same);
        // A cluster is named after its smallest record.
        for record in 0..12_usize {
            let smallest = after.cluster.iter().position(|of| *of == after.cluster[record]);
            prop_assert_eq!(smallest, Some(after.cluster[record] as usize));
        }
    }
}
