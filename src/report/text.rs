//! What does a run say when it ends?
//!
//! At most 40 lines of at most 100 columns, readable without colour; the roll comes last.

use crate::rules::UNKNOWN;
use crate::terms::grouped;

use super::deadline;
use super::lines::{Lines, counted_as, listed, most_of, pairs, percent, plain};
use super::outlook::Outlook;
use super::{AtRisk, NightlySummary, ScopingSummary, Summary};

/// Tells the account of a run to a person at a terminal.
pub fn text(summary: &Summary) -> String {
    let head = summary.head();
    let mut lines = Lines::default();
    let drill = if head.drill { "DRILL, not an incident: " } else { "" };
    lines.plain(&format!("{drill}{} {}, headcount {}", head.pipeline, head.run_id, head.version));
    lines.plain("");
    for gate in head.gates.iter().take(3) {
        lines.say("Gate", gate);
    }
    match summary {
        Summary::Nightly(nightly) => say_nightly(&mut lines, nightly),
        Summary::Scoping(scoping) => say_scoping(&mut lines, scoping),
    }
    for (place, note) in listed(&head.notes, 3).iter().enumerate() {
        lines.say(if place == 0 { "Note" } else { "" }, note);
    }
    if let Some(place) = &head.place {
        lines.say("In", place);
    }
    lines.plain("");
    let roll = roll(summary);
    for line in &roll {
        lines.wrapped("", line);
    }
    lines.finish(1 + roll.len())
}

fn say_nightly(lines: &mut Lines, nightly: &NightlySummary) {
    if let Some(ready) = &nightly.readiness {
        let all = &ready.overall;
        lines.say(
            "Ready",
            &format!(
                "if it happened tonight, {} of the customers and {} of their value could be told \
                 within 72 hours",
                percent(all.one_channel.share),
                percent(all.one_channel.clv_share)
            ),
        );
        let down: Vec<_> = all
            .if_down
            .iter()
            .map(|(channel, left)| format!("{} without {channel}", percent(left.share)))
            .collect();
        lines.say(
            "",
            &format!(
                "{} by two independent channels; {}; {} with letters",
                percent(all.two_channels.share),
                down.join(", "),
                percent(all.any_channel.share)
            ),
        );
        if let Some(worst) = ready
            .by_segment
            .iter()
            .filter(|group| group.name.is_some())
            .min_by(|a, b| a.one_channel.share.total_cmp(&b.one_channel.share))
            .filter(|worst| worst.one_channel.share < all.one_channel.share)
        {
            let name = worst.name.as_deref().unwrap_or_default();
            let share = percent(worst.one_channel.share);
            lines.say("", &format!("the least ready segment is {} with {share}", plain(name)));
        }
    } else {
        lines.say("Ready", "not reckoned in this run");
    }
    if let Some(quality) = &nightly.quality {
        let shares: Vec<_> = quality
            .overall
            .dimensions
            .iter()
            .map(|(dimension, share)| format!("{dimension} {}", percent(*share)))
            .collect();
        lines.say("Quality", &shares.join(", "));
    }
    if let Some(last) = &nightly.last_run_id {
        let mut changed: Vec<_> =
            nightly.trend.iter().filter(|trend| trend.change().abs() >= 5e-4).collect();
        changed.sort_by(|a, b| b.change().abs().total_cmp(&a.change().abs()));
        let most: Vec<_> = changed
            .iter()
            .take(4)
            .map(|trend| format!("{} {}", trend.name(), trend.says()))
            .collect();
        let said = if most.is_empty() { "nothing changed".to_owned() } else { most.join(", ") };
        lines.say("Trend", &format!("since {}: {said}", plain(last)));
    }
    let rules: Vec<_> =
        nightly.findings.iter().map(|found| (found.rule.clone(), found.n)).collect();
    lines.say("Findings", &most_of(&rules, 6));
    let alone = nightly.cluster_sizes.first().map_or(0, |alone| alone.n);
    let several = nightly.head.n_customers - alone;
    lines.say(
        "Customers",
        &format!(
            "{} of one record, {} of several, the largest of {}",
            grouped(alone),
            grouped(several),
            grouped(nightly.n_records_max)
        ),
    );
    if nightly.n_review_pairs > 0 {
        let pairs = counted_as(nightly.n_review_pairs, "pair waits", "pairs wait");
        let review = nightly.head.file("review_pairs.csv");
        lines.say("Look at", &format!("{pairs} for a person's eye in {review}"));
    }
}

fn say_scoping(lines: &mut Lines, scoping: &ScopingSummary) {
    let incidents: Vec<_> =
        scoping.incidents.iter().map(|count| (count.name.clone(), count.n)).collect();
    let several = match scoping.n_in_several {
        0 => String::new(),
        n => format!("; {} in more than one", grouped(n)),
    };
    lines.say(
        "Affected",
        &format!(
            "{} by {}{several}",
            counted_as(scoping.n_affected, "customer", "customers"),
            most_of(&incidents, 4)
        ),
    );
    lines.say("Exposed", &most_of(&pairs(&scoping.data_classes), 8));
    lines.say("Severity", &most_of(&pairs(&scoping.severity_bands), 4));
    let currency = plain(&scoping.head.currency);
    lines.say(
        "At stake",
        &format!(
            "{currency} {} expected to be lost of {currency} {} of future value",
            scoping.expected_loss_cents, scoping.clv_future_cents
        ),
    );
    if let Some(risk) = scoping.at_risk.as_ref().and_then(AtRisk::headline) {
        lines.say(
            "",
            &format!(
                "if many leave at once (rho {}): one time in twenty {currency} {} or more, {} on \
                 average of those",
                risk.rho, risk.var_95_cents, risk.es_95_cents
            ),
        );
    }
    let segments: Vec<_> = scoping
        .by_segment
        .iter()
        .take(4)
        .map(|group| format!("{} {}", plain(&group.name), group.expected_loss_cents))
        .collect();
    if segments.len() > 1 {
        lines.say("", &format!("by segment: {}", segments.join(", ")));
    }
    for decided in &scoping.outcomes {
        let label = match decided.outcome {
            "notified" => "To tell",
            "held" => "Held",
            "no_duty" => "No duty",
            _ => "Unreached",
        };
        let is_told = decided.outcome == "notified";
        let parts = if is_told { &scoping.channels } else { &decided.reasons };
        let parts = if parts.is_empty() { String::new() } else { most_of(&pairs(parts), 4) };
        let colon = if parts.is_empty() { "" } else { ": " };
        let n_before = if is_told { scoping.n_told_before } else { 0 };
        let before = match n_before {
            0 => String::new(),
            n => format!("; {} were told by earlier runs", grouped(n)),
        };
        lines.say(label, &format!("{}{colon}{parts}{before}", grouped(decided.n - n_before)));
    }
    let reach = scoping.outlook.as_ref().map_or_else(Vec::new, Outlook::said);
    for (place, line) in reach.iter().enumerate() {
        lines.say(if place == 0 { "Reach" } else { "" }, line);
    }
    lines.say("Law", &most_of(&pairs(&scoping.jurisdictions), 8));
    for (place, due) in
        deadline::said(&scoping.deadlines, 3, &scoping.head.file("duties.csv")).iter().enumerate()
    {
        lines.say(if place == 0 { "By when" } else { "" }, due);
    }
    say_what_next(lines, scoping);
}

fn say_what_next(lines: &mut Lines, scoping: &ScopingSummary) {
    let of = |outcome| {
        scoping.outcomes.iter().find(|decided| decided.outcome == outcome).map_or(0, |d| d.n)
    };
    let review = scoping
        .outcomes
        .iter()
        .flat_map(|decided| &decided.reasons)
        .find(|reason| reason.name == "needs review")
        .map_or(0, |reason| reason.n);
    let homeless = scoping.jurisdictions.iter().find(|count| count.name == UNKNOWN);
    let unmatched = scoping.scope_rows.iter().find(|count| count.name == "unmatched");
    let file = |plain: &str| scoping.head.file(plain);
    let places = |n: u64| if n == 1 { "jurisdiction" } else { "jurisdictions" };
    let next = [
        (
            review,
            format!(
                "on weak evidence only: {} says why, and is where to decide",
                file("possible.csv")
            ),
        ),
        (
            homeless.map_or(0, |count| count.n),
            format!(
                "whose residence is unknown: whose law applies to them is for counsel to say ({})",
                file("unknown_residency.csv")
            ),
        ),
        (
            of("unreachable"),
            format!("whom no channel reaches: {} says what was tried", file("unreachable.csv")),
        ),
        (
            scoping.n_substitute_allowed,
            format!(
                "{} where the law allows a public notice for some or all: {}",
                places(scoping.n_substitute_allowed),
                file("substitute.csv")
            ),
        ),
        (
            scoping.n_substitute_counsel,
            format!(
                "{} where counsel must say whether a public notice may do: {}",
                places(scoping.n_substitute_counsel),
                file("substitute.csv")
            ),
        ),
        (
            unmatched.map_or(0, |count| count.n),
            format!(
                "rows of the scope files that named nobody here: {}",
                file("unmatched_scope.csv")
            ),
        ),
    ];
    for (place, (n, what)) in next.into_iter().filter(|(n, _)| *n > 0).enumerate() {
        lines.say(if place == 0 { "Look at" } else { "" }, &format!("{} {what}", grouped(n)));
    }
}

/// Gives the roll: rows in and where they went, then what became of the people.
pub(super) fn roll(summary: &Summary) -> Vec<String> {
    let head = summary.head();
    let golden = counted_as(head.n_customers, "golden record", "golden records");
    let contacts = grouped(head.n_contacts);
    let rows = match head.n_rows {
        Some(n_rows) => {
            let n_set_aside = grouped(n_rows - head.n_contacts);
            format!("{} rows in, {contacts} in {golden}, {n_set_aside} set aside", grouped(n_rows))
        }
        None => format!("{contacts} contacts in {golden}"),
    };
    let reasons = match head.set_aside.as_slice() {
        [] => String::new(),
        reasons => format!(" ({})", most_of(&pairs(reasons), 5)),
    };
    let mut roll = vec![rows + &reasons];
    if let Summary::Scoping(scoping) = summary {
        let outcomes: Vec<_> = scoping
            .outcomes
            .iter()
            .map(|decided| format!("{} {}", grouped(decided.n), decided.outcome.replace('_', " ")))
            .collect();
        roll.push(format!("{} affected: {}", grouped(scoping.n_affected), outcomes.join(", ")));
    }
    roll
}
