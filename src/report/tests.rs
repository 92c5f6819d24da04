use serde_json::json;

use super::*;
use crate::ledger::Counted;
use crate::tables::column as c;
use crate::tables::{Column, Layout};
use crate::terms::IncidentKind;

type Filled = polars::prelude::Column;

/// Fills the columns that a test names and leaves the others without anything.
fn table<L: Layout>(n_rows: usize, filled: Vec<Filled>) -> Table<L> {
    let column = |column: &Column| {
        let found = filled.iter().find(|filled| filled.name() == column.name).cloned();
        found.unwrap_or_else(|| column.nothing(n_rows))
    };
    Table::of(L::COLUMNS.iter().map(column).collect())
}

const HOSTILE: &str = "</style><script>alert('x')</script>";

/// Thirty customers: twenty gold, six of a segment with a hostile name, three too few to be
/// named, and one whose segment is an address.
fn golden() -> Table<GoldenRecord> {
    let segment = |row: usize| match row {
        0..20 => "gold",
        20..26 => HOSTILE,
        26..29 => "tiny",
        _ => "anna@example.com",
    };
    table(
        30,
        vec![
            c::N_RECORDS.counts((0..30).map(|row| if row < 25 { 1 } else { 2 }).collect()),
            c::SEGMENT.texts((0..30).map(|row| Some(segment(row)))),
            c::FIRST_NAME.same(Some("Annabel"), 30),
            c::EMAIL.same(Some("annabel@example.com"), 30),
        ],
    )
}

fn readiness() -> Value {
    let reached = |n: u32| {
        let share = f64::from(n) / 30.0;
        json!({ "n_customers": n, "share": share, "clv_cents": 1, "clv_share": share })
    };
    let group = |name: Option<&str>, n: u32| {
        json!({
            "name": name, "n_customers": n, "clv_cents": 5,
            "one_channel": reached(n / 2), "two_channels": reached(n / 3),
            "any_channel": reached(n),
            "by_channel": [["email", reached(n / 2)]],
            "if_down": [["email", reached(n / 5)], ["phone", reached(n / 2)]],
        })
    };
    json!({
        "channels_within_72_h": ["email", "phone"],
        "n_deceased": 1,
        "funnel": [{ "step": "customers", "n_customers": 30 },
                   { "step": "within_72_h", "n_customers": 15 }],
        "overall": group(None, 30),
        "by_segment": [group(Some("gold"), 20), group(Some(HOSTILE), 6), group(Some("tiny"), 3),
                       group(Some("anna@example.com"), 9)],
        "by_market": [group(None, 30)],
    })
}

fn incident(id: &str) -> Incident {
    let text = format!(
        "id = \"{id}\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-01T00:00:00Z\""
    );
    let incident: Incident = toml::from_str(&text).unwrap();
    assert_eq!(incident.kind, IncidentKind::SecurityBreach);
    incident
}

/// Ten affected customers: eight told, one held, one out of reach; customer 0 in two incidents.
fn exposure() -> Table<Exposure> {
    let customers = [0, 0, 1, 2, 3, 4, 5, 20, 21, 22, 23];
    let n = customers.len();
    table(
        n,
        vec![
            c::CUSTOMER.counts(customers.to_vec()),
            c::INCIDENT.texts((0..n).map(|row| Some(if row == 1 { HOSTILE } else { "leak" }))),
            c::SEVERITY_BAND.same(Some("high"), n),
            c::EVIDENCE.same(Some("confirmed"), n),
            c::CLV_FUTURE_CENTS.amounts(vec![100_000; n]),
            c::EXPECTED_LOSS_CENTS
                .amounts((0..n).map(|row| if row < 2 { 30_000 } else { 5_000 }).collect()),
        ],
    )
}

/// A duty that is past, one to come, one without a day and one that is none.
fn duties() -> Table<Duty> {
    let text = |column: Column, cells: [Option<&str>; 4]| column.texts(cells.into_iter());
    table(
        4,
        vec![
            text(
                c::DEADLINE,
                [
                    Some("OPEN"),
                    Some("2026-03-12T23:59:59-04:00"),
                    Some("2026-03-04T09:00:00+01:00"),
                    None,
                ],
            ),
            text(c::DUTY_STATUS, ["open", "due", "overdue", "not_triggered"].map(Some)),
            text(c::JURISDICTION, ["US-MA", "US-WA", "DE", "US-OH"].map(Some)),
            text(c::RECIPIENT, [HOSTILE, "AG", "DPA", "AG"].map(Some)),
            c::N_RESIDENTS.longs(vec![1, 2, 3, 4]),
        ],
    )
}

fn decisions() -> Table<Decision> {
    let told = |row: usize| row < 8;
    let only = |row: usize, text| told(row).then_some(text);
    table(
        10,
        vec![
            c::OUTCOME.texts(
                (0..10_usize)
                    .map(|row| Some(["notified", "held", "unreachable"][row.saturating_sub(7)])),
            ),
            c::OUTCOME_REASON.texts((0..10).map(|row| match row {
                8 => Some("needs_review"),
                9 => Some("no_valid_channel"),
                _ => None,
            })),
            c::CHANNEL.texts((0..10).map(|row| only(row, if row < 6 { "email" } else { "post" }))),
            c::FALLBACK_CHANNEL.texts((0..10).map(|row| only(row, "phone").filter(|_| row < 3))),
            c::JURISDICTION.texts((0..10).map(|row| {
                Some(["US-CA", "DE", "unknown"][usize::from(row >= 7) + usize::from(row == 9)])
            })),
            c::DATA_CLASSES.texts(
                (0..10).map(|row| Some(if row < 4 { "email;password_plain" } else { "email" })),
            ),
        ],
    )
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    let tally = Tally::of("scope", "scope rows", 14).gave("matched", 11).gave("unmatched", 3);
    ledger.enter(Counted { product: (), tally });
    ledger
}

/// Two segments, one of them with a hostile name and one of too few customers.
fn held_out() -> Value {
    let part = |name: &str, n_customers: u32| {
        json!({
            "name": name, "n_customers": n_customers, "predicted": 12.34, "actual": 13,
            "bias_share": -0.05, "mean_absolute_error": 0.5, "mean_absolute_error_steady": 0.6,
            "predicted_cents": 1200, "actual_cents": 1300,
        })
    };
    json!({
        "calibration_to": "2025-12-31", "holdout_to": "2026-03-01", "holdout": part("all", 30),
        "by_frequency": [part("0", 26), part("1", 4)],
        "by_segment": [part(HOSTILE, 26), part("gold", 10), part("tiny", 4)],
    })
}

fn with_summaries(check: impl Fn(&Summary, &Summary)) {
    let (ledger, mut roll, golden) = (ledger(), Roll::default(), golden());
    roll.call("rows read", 42, &[("contacts", 35), ("quarantined", 7)]);
    roll.call("affected", 10, &[("notified", 8), ("held", 1), ("unreachable", 1)]);
    let set_aside = BTreeMap::from([("invalid-email".to_owned(), 5), ("no-consent".to_owned(), 2)]);
    let notes = ["margin 100 % is a default".to_owned(), HOSTILE.to_owned()];
    let run = Run {
        pipeline: "breach_scoping",
        run_id: "20260310T080000Z",
        at: "2026-03-10T08:00:00Z".parse().unwrap(),
        version: "0.1.0",
        currency: "EUR",
        drill: false,
        place: Some("out/breach_scoping/20260310T080000Z"),
        ledger: &ledger,
        roll: &roll,
        n_contacts: golden.count(c::N_RECORDS).iter().flatten().map(u64::from).sum(),
        n_customers: golden.height() as u64,
        set_aside: Some(&set_aside),
        gates: &[],
        notes: &notes,
        held_out: &held_out(),
        outputs: &[],
    };
    let rules = ["email-syntax", "email-syntax", "phone-length"];
    let findings = table(
        3,
        vec![
            c::RULE.texts(rules.map(Some).into_iter()),
            c::REPAIRED.flags(vec![false, true, false]),
        ],
    );
    let measures = json!({
        "n_contacts": 35, "n_quarantined": 7, "findings": {},
        "dimensions": { "validity": 0.95, "completeness": 0.8 },
        "fields": {
            "email": { "n_valid": 1, "n_invalid": 0, "n_repaired": 3, "completeness": 0.9,
                       "validity": 0.5 },
            "city": { "n_valid": 0, "n_invalid": 0, "n_repaired": 0, "completeness": 0.0,
                      "validity": null },
        },
    });
    let mut small = measures.clone();
    small["n_contacts"] = json!(3);
    let quality = json!({
        "overall": measures, "by_source": { "crm": measures }, "by_segment": { "tiny": small },
    });
    let nightly = Nightly {
        run: Run { pipeline: "nightly_contact_quality", ..run },
        golden: &golden,
        findings: &findings,
        quality: &quality,
        readiness: &readiness(),
        n_review_pairs: 4,
        last_run_id: Some("20260301T020000Z-0a0b0c0d"),
        trend: &[Trend { measure: "validity_share".to_owned(), values: vec![0.9, 0.95] }],
    };
    let assumptions = json!({ "samples": [{
        "incident": "leak", "file": HOSTILE, "n_rows": 40, "n_confirmed": 20, "n_probable": 10,
        "n_possible": 4, "n_nobody": 6, "overlap_share": 0.75, "overlap_share_estimated": 0.8,
        "fields": [], "sources": [], "closest_source": "crm", "newest_in_sample_at": null,
        "taken_not_before": "2026-02-01T00:00:00Z", "taken_before": null,
    }], "assumptions": [
        { "name": "churn", "value": "20.0 % stop", "source": "a retail survey" },
        "a sentence",
    ] });
    let scoping = Scoping {
        run,
        golden: &golden,
        incidents: &[incident("leak"), incident(HOSTILE)],
        classes: &DataClasses::built_in(),
        exposure: &exposure(),
        decisions: &decisions(),
        duties: &duties(),
        exposure_summary: &assumptions,
        outlook: &outlook(),
        substitute: &substitute(),
    };
    check(&summary(&Report::Nightly(nightly)), &summary(&Report::Scoping(scoping)));
}

/// Ten are owed a notice; letters reach a few more than e-mail alone would.
fn outlook() -> Value {
    let expected = |n: f64| json!({ "n_customers": n, "share": n / 10.0, "clv_share": 0.5 });
    json!({
        "n_owed": 10, "clv_future_cents": 1_000_000, "n_told_before": 0, "n_late": 1,
        "expected": expected(6.9),
        "by_channel": [{ "channel": "email", "n_customers": 6, "reach_share": 0.84,
                         "expected": expected(5.0), "cost_cents": 6 }],
        "if_down": [{ "channel": "email", "n_by_fallback": 4, "n_lost": 2,
                      "expected": expected(4.1) }],
        "told_by": [
            { "day": "2026-03-11", "by_channel": [["email", 6]], "expected": expected(5.0) },
            { "day": "2026-03-17", "by_channel": [["post", 2]], "expected": expected(6.9) },
        ],
    })
}

fn substitute() -> Table<SubstituteNotice> {
    table(2, vec![c::ALLOWED.texts([Some("yes"), Some("no")].into_iter())])
}

#[test]
fn the_page_says_what_is_expected_of_each_channel_and_what_if_it_fails() {
    with_summaries(|_, scoping| {
        let page = html(scoping);
        let section = page.split("id=\"told\"").nth(1).unwrap();
        let section = section.split("</section>").next().unwrap();
        for words in ["10 customers are owed", "69.0 %", "What if a channel fails?", "41.0 %"] {
            assert!(section.contains(words), "{words}: {section}");
        }
        assert!(section.contains("2026-03-17") && section.contains("substitute.csv"), "{section}");
    });
}

#[test]
fn the_page_says_whose_data_a_sample_is_and_when_it_was_taken() {
    with_summaries(|nightly, scoping| {
        let page = html(scoping);
        let section = page.split("Samples of the stolen data").nth(1).unwrap();
        let section = section.split("</table>").next().unwrap();
        for cell in ["40", "20", "10", "4", "6", "75.0 %", "crm", "2026-02-01T00:00:00Z"] {
            assert!(section.contains(&format!(">{cell}<")), "{cell}: {section}");
        }
        assert!(section.contains(">unknown<") && !section.contains("<script>"), "{section}");
        assert!(!html(nightly).contains("Samples of the stolen data"));
    });
}

#[test]
fn the_page_says_how_far_values_can_be_trusted_and_names_no_group_of_few() {
    with_summaries(|nightly, _| {
        let page = html(nightly);
        assert!(page.contains("Fitted up to 2025-12-31, the models predict 12 purchases"));
        let section = page.split("id=\"trust\"").nth(1).unwrap();
        let section = section.split("</section>").next().unwrap();
        assert!(section.contains(">gold<") && section.contains("-5.0 %"), "{section}");
        assert!(
            !section.contains(">tiny<")
                && !section.contains(">1<")
                && !section.contains("<script>")
        );
    });
}

#[test]
fn the_night_is_told_in_a_few_lines() {
    with_summaries(|nightly, _| {
        insta::assert_snapshot!(text(nightly), @r"
nightly_contact_quality 20260310T080000Z, headcount 0.1.0

Ready      if it happened tonight, 50.0 % of the customers and 50.0 % of their value could be told
           within 72 hours
           33.3 % by two independent channels; 20.0 % without email, 50.0 % without phone; 100.0 %
           with letters
           the least ready segment is </style><script>alert('x')</script> with 10.0 %
Quality    completeness 80.0 %, validity 95.0 %
Trend      since 20260301T020000Z-0a0b0c0d: validity 95.0 % (+5.0)
Findings   email-syntax 2, phone-length 1
Customers  25 of one record, 5 of several, the largest of 2
Look at    4 pairs wait for a person's eye in review_pairs.csv
Note       margin 100 % is a default
           </style><script>alert('x')</script>
In         out/breach_scoping/20260310T080000Z

42 rows in, 35 in 30 golden records, 7 set aside (invalid email 5, no consent 2)
");
    });
}

#[test]
fn the_scoping_is_told_in_a_few_lines() {
    with_summaries(|_, scoping| {
        insta::assert_snapshot!(text(scoping), @r"
breach_scoping 20260310T080000Z, headcount 0.1.0

Affected   10 customers by leak 10, </style><script>alert('x')</script> 1; 1 in more than one
Exposed    E-mail address 10; Password, plain or reversible 4
Severity   high 11
At stake   EUR 1 050.00 expected to be lost of EUR 10 000.00 of future value
           by segment: gold 850.00, (others) 200.00
To tell    8: email 6, post 2
Held       1: needs review 1
No duty    0
Unreached  1: no valid channel 1
Reach      69.0 % of 10 to whom a notice is owed are expected to learn of it, 50.0 % of their value
           41.0 % without email
           50.0 % by 2026-03-11, 69.0 % by 2026-03-17; 1 leave too late for the law
Law        US-CA 7, DE 2, unknown 1
By when    2026-03-04T09:00:00+01:00 DE: DPA, overdue
           2026-03-12T23:59:59-04:00 US-WA: AG
           1 overdue in all, 1 OPEN, without a day: duties.csv
Look at    1 on weak evidence only: possible.csv says why, and is where to decide
           1 whose residence is unknown: whose law applies to them is for counsel to say
           (unknown_residency.csv)
           1 whom no channel reaches: unreachable.csv says what was tried
           1 jurisdiction where the law allows a public notice for some or all: substitute.csv
           3 rows of the scope files that named nobody here: unmatched_scope.csv
Note       margin 100 % is a default
           </style><script>alert('x')</script>
In         out/breach_scoping/20260310T080000Z

42 rows in, 35 in 30 golden records, 7 set aside (invalid email 5, no consent 2)
10 affected: 8 notified, 1 held, 0 no duty, 1 unreachable
");
    });
}

#[test]
fn no_text_is_longer_than_a_screen() {
    with_summaries(|nightly, scoping| {
        for summary in [nightly, scoping] {
            let mut summary = summary.clone();
            let head = match &mut summary {
                Summary::Nightly(nightly) => &mut nightly.head,
                Summary::Scoping(scoping) => &mut scoping.head,
            };
            let long: Vec<_> =
                (0..50).map(|i| format!("note {i} {}", "word ".repeat(100))).collect();
            (head.notes, head.gates) = (long.clone(), long);
            let text = text(&summary);
            assert!(text.lines().count() <= 40, "{}", text.lines().count());
            assert!(text.lines().all(|line| line.chars().count() <= 100));
            assert!(text.contains("42 rows in"));
        }
    });
}

#[test]
fn the_page_is_one_file_that_runs_nothing_and_fetches_nothing() {
    with_summaries(|nightly, scoping| {
        for page in [html(nightly), html(scoping)] {
            let lower = page.to_lowercase();
            assert!(lower.contains("content-security-policy\" content=\"default-src 'none'"));
            for sign in
                ["<script", "http://", "https://", "<link", "<img", "url(", "@import", "onload="]
            {
                assert!(!lower.contains(sign), "{sign}");
            }
            assert!(
                page.contains("&lt;/style&gt;&lt;script&gt;"),
                "the hostile name is shown as text"
            );
            assert_eq!(lower.matches("</style>").count(), 1);
            assert!(page.len() < 300_000);
            assert!(lower.contains("prefers-color-scheme:dark") && lower.contains("@media print"));
        }
    });
}

#[test]
fn a_page_stays_small_whatever_there_is_to_tell() {
    let long = |i: u64| format!("{i} {}", "<&>".repeat(2000));
    let counts = || (0..5000).map(|i| Count { name: long(i), n: i + 5 }).collect::<Vec<_>>();
    with_summaries(|_, scoping| {
        let mut summary = scoping.clone();
        let Summary::Scoping(scoping) = &mut summary else { panic!("not a scoping") };
        scoping.head.notes = (0..5000).map(long).collect();
        scoping.assumptions = (0..5000).map(long).collect();
        scoping.head.outputs = (0..5000).map(|i| (long(i), None)).collect();
        scoping.head.set_aside = counts();
        scoping.incidents = counts();
        scoping.jurisdictions = counts();
        scoping.data_classes = counts();
        for decided in &mut scoping.outcomes {
            decided.reasons = counts();
        }
        assert!(html(&summary).len() < 300_000, "{}", html(&summary).len());
    });
}

#[test]
fn the_marks_of_a_page_are_closed_in_order() {
    with_summaries(|nightly, scoping| {
        for page in [html(nightly), html(scoping)] {
            let mut open: Vec<&str> = Vec::new();
            let body = page.split_once("<body>").unwrap().1.split_once("</body>").unwrap().0;
            for mark in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
                let name = mark.trim_start_matches('/').split(' ').next().unwrap();
                match (mark.starts_with('/'), mark.ends_with('/')) {
                    (true, _) => assert_eq!(open.pop(), Some(name)),
                    (false, false) => open.push(name),
                    (false, true) => {}
                }
            }
            assert_eq!(open, Vec::<&str>::new());
        }
    });
}

#[test]
fn no_personal_value_and_no_small_group_is_told() {
    with_summaries(|nightly, scoping| {
        for summary in [nightly, scoping] {
            for told in [text(summary), html(summary), json(summary).to_string()] {
                for value in ["Annabel", "annabel@", "anna@example.com", "tiny"] {
                    assert!(!told.contains(value), "{value}");
                }
            }
        }
    });
}

#[test]
fn groups_add_up_to_the_totals_and_the_worth_of_a_customer_counts_once() {
    with_summaries(|_, summary| {
        let Summary::Scoping(scoping) = summary else { panic!("not a scoping") };
        assert_eq!(scoping.n_affected, 10);
        assert_eq!(scoping.n_in_several, 1);
        assert_eq!(scoping.clv_future_cents.0, 1_000_000);
        assert_eq!(scoping.expected_loss_cents.0, 105_000);
        for groups in [&scoping.by_segment, &scoping.by_market] {
            let n: u64 = groups.iter().map(|group| group.n_customers).sum();
            let loss: i64 = groups.iter().map(|group| group.expected_loss_cents.0).sum();
            assert_eq!((n, loss), (10, 105_000));
        }
        let outcomes: u64 = scoping.outcomes.iter().map(|decided| decided.n).sum();
        assert_eq!(outcomes, scoping.n_affected);
        assert_eq!(scoping.assumptions, ["churn: 20.0 % stop (a retail survey)", "a sentence"]);
        // The first of ten customers, 10 %, stands for 60 000 of 105 000 cents.
        assert!((scoping.loss_curve[5] - 60.0 / 105.0).abs() < 1e-12);
        assert!(scoping.loss_curve.is_sorted());
    });
}

#[test]
fn a_machine_gets_the_same_account_with_its_form_numbered() {
    with_summaries(|nightly, scoping| {
        let (night, scope) = (json(nightly), json(scoping));
        assert_eq!(night["schema_version"], 1);
        assert_eq!(night["job"], "nightly");
        assert_eq!(night["n_rows"], 42);
        assert_eq!(night["findings"][0]["n_repaired"], 1);
        assert_eq!(night["quality"]["by_source"]["crm"]["fields"]["email"]["n_repaired"], 3);
        assert_eq!(scope["job"], "scoping");
        assert_eq!(scope["expected_loss_cents"], 105_000);
        assert_eq!(scope["roll"][1]["n_whole"], 10);
        assert!(night.get("place").is_none(), "no path of a machine");
    });
}
