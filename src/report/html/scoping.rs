//! What does the page say of an incident?

use crate::terms::grouped;

use super::super::ScopingSummary;
use super::super::count::Count;
use super::super::deadline;
use super::super::lines::percent;
use super::super::outlook;
use super::super::page::Page;
use super::super::samples;
use super::super::svg::{Bar, bars, curve};
use super::{N_BARS, at_risk, drawn};

pub(super) fn write(page: &mut Page, scoping: &ScopingSummary) {
    let currency = &scoping.head.currency;
    page.section("affected", "Whom did it touch?");
    page.headline(&format!(
        "{} customers are affected; {currency} {} of {currency} {} is expected to be lost.",
        grouped(scoping.n_affected),
        scoping.expected_loss_cents,
        scoping.clv_future_cents,
    ));
    let mut funnel: Vec<Count> = scoping.scope_rows.clone();
    funnel.push(Count { name: "affected customers".to_owned(), n: scoping.n_affected });
    funnel.extend(scoping.outcomes.iter().map(|decided| Count {
        name: match decided.outcome {
            "notified" if scoping.n_told_before > 0 => "told before or to be told".to_owned(),
            "notified" => "to be told".to_owned(),
            other => other.replace('_', " "),
        },
        n: decided.n,
    }));
    page.marks(&bars(
        "From the rows of the scope files to what was decided",
        &drawn(&funnel),
        None,
    ));
    samples::write(page, &scoping.samples);
    let rows: Vec<_> =
        scoping.incidents.iter().map(|count| vec![count.name.clone(), grouped(count.n)]).collect();
    page.table("Customers by incident", &["incident", "customers"], &rows);
    if scoping.n_in_several > 0 {
        let n = grouped(scoping.n_in_several);
        page.paragraph(&format!("{n} customers were touched by more than one incident."));
    }
    page.end_section();

    page.section("exposed", "What was exposed?");
    page.marks(&bars("Customers by exposed data", &drawn(&scoping.data_classes), None));
    page.marks(&bars("By severity", &drawn(&scoping.severity_bands), None));
    page.marks(&bars("By evidence", &drawn(&scoping.evidence), None));
    page.end_section();

    page.section("stake", "What is at stake?");
    at_stake(page, scoping);
    if let Some(at_risk) = &scoping.at_risk {
        at_risk::write(page, at_risk, currency);
    }
    page.end_section();

    page.section("told", "Who is to be told, and how?");
    told(page, scoping);
    page.end_section();

    deadline::write(page, &scoping.deadlines, &scoping.head.file("duties.csv"));

    page.section("law", "Whose law applies?");
    page.marks(&bars("Affected customers by jurisdiction", &drawn(&scoping.jurisdictions), None));
    page.end_section();

    if !scoping.assumptions.is_empty() {
        page.section("assumptions", "What do the figures rest on?");
        page.sentences(&scoping.assumptions, 40);
        page.end_section();
    }
}

fn at_stake(page: &mut Page, scoping: &ScopingSummary) {
    for (what, groups) in [("segment", &scoping.by_segment), ("market", &scoping.by_market)] {
        let total = scoping.expected_loss_cents.units();
        let shown: Vec<_> = groups
            .iter()
            .take(N_BARS)
            .map(|group| Bar {
                name: group.name.clone(),
                length: group.expected_loss_cents.units(),
                says: format!("{} ({})", group.expected_loss_cents, {
                    let part = group.expected_loss_cents.units();
                    percent(if total > 0.0 { part / total } else { 0.0 })
                }),
            })
            .collect();
        if groups.len() > 1 {
            let title =
                format!("Expected loss by {what}, in {}, and its share", scoping.head.currency);
            page.marks(&bars(&title, &shown, None));
        }
    }
    if scoping.loss_curve.is_empty() {
        page.paragraph("No loss is expected.");
    } else {
        page.marks(&curve(
            "How few customers make up the loss",
            &scoping.loss_curve,
            "affected customers, the greatest loss first",
            "expected loss",
        ));
    }
}

fn told(page: &mut Page, scoping: &ScopingSummary) {
    page.marks(&bars("To be told, by channel", &drawn(&scoping.channels), None));
    page.paragraph(&format!(
        "{} of them have a second channel, should the first fail.",
        grouped(scoping.n_with_fallback)
    ));
    if let Some(outlook) = &scoping.outlook {
        outlook::write(page, outlook);
    }
    if scoping.n_substitute_allowed + scoping.n_substitute_counsel > 0 {
        page.paragraph(&format!(
            "Laws that allow a public notice for some or all: {}; laws and places of which counsel \
             must say: {}. {} says on which grounds, for how many, and what it asks for.",
            grouped(scoping.n_substitute_allowed),
            grouped(scoping.n_substitute_counsel),
            scoping.head.file("substitute.csv")
        ));
    }
    let rows: Vec<_> = scoping
        .outcomes
        .iter()
        .flat_map(|decided| decided.reasons.iter().map(move |reason| (decided.outcome, reason)))
        .map(|(outcome, reason)| {
            vec![outcome.replace('_', " "), reason.name.clone(), grouped(reason.n)]
        })
        .collect();
    if !rows.is_empty() {
        page.table("Why nothing is sent to the others", &["outcome", "reason", "customers"], &rows);
    }
}
