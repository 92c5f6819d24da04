//! What does the page say of a night?

use crate::terms::grouped;

use super::super::NightlySummary;
use super::super::count::share;
use super::super::lines::percent;
use super::super::page::Page;
use super::super::quality::{Field, Good};
use super::super::readiness::{Group, Ready};
use super::super::svg::{Bar, Spark, bars, sparks};
use super::{N_BARS, with_share};

pub(super) fn write(page: &mut Page, nightly: &NightlySummary) {
    page.section("readiness", "Could we tell them tonight?");
    match &nightly.readiness {
        Some(ready) => readiness(page, ready),
        None => page.paragraph("Readiness was not reckoned in this run."),
    }
    page.end_section();

    page.section("trend", "Is it getting better?");
    match &nightly.last_run_id {
        Some(last) => trend(page, nightly, last),
        None => page.paragraph("This is the first run here: the next one will tell."),
    }
    page.end_section();

    page.section("quality", "How good are the data?");
    match &nightly.quality {
        Some(good) => quality(page, good),
        None => page.paragraph("Quality was not measured in this run."),
    }
    page.end_section();

    page.section("findings", "What is wrong with them?");
    findings(page, nightly);
    page.end_section();

    page.section("clusters", "How many records does a customer have?");
    let several: u64 = nightly.cluster_sizes.iter().skip(1).map(|count| count.n).sum();
    page.paragraph(&format!(
        "{} contacts are {} customers; {} customers have more than one record, the largest {}. \
         {} pairs wait for a person's eye.",
        grouped(nightly.head.n_contacts),
        grouped(nightly.head.n_customers),
        grouped(several),
        grouped(nightly.n_records_max),
        grouped(nightly.n_review_pairs),
    ));
    // Of each class there are about ten times fewer than of the one before.
    let sizes: Vec<_> = nightly
        .cluster_sizes
        .iter()
        .map(|count| Bar {
            name: format!("{} records", count.name),
            length: (count.n as f64 + 1.0).log10(),
            says: grouped(count.n),
        })
        .collect();
    page.marks(&bars("Customers by number of records (bars are logarithmic)", &sizes, None));
    page.end_section();
}

fn trend(page: &mut Page, nightly: &NightlySummary, last: &str) {
    page.paragraph(&format!(
        "In brackets the change since {last}, shares in points. headcount diff tells what changed."
    ));
    let measures: Vec<_> = nightly
        .trend
        .iter()
        .map(|trend| Spark { name: trend.name(), values: &trend.values, says: trend.says() })
        .collect();
    page.marks(&sparks("The latest runs, the oldest on the left", &measures));
}

fn readiness(page: &mut Page, ready: &Ready) {
    let all = &ready.overall;
    page.headline(&format!(
        "If it happened tonight, {} of {} customers and {} of their value could be told within \
         72 hours; {} by two independent channels.",
        percent(all.one_channel.share),
        grouped(all.n_customers),
        percent(all.one_channel.clv_share),
        percent(all.two_channels.share),
    ));
    let steps: Vec<_> = ready
        .funnel
        .iter()
        .map(|step| Bar {
            name: step.step.replace('_', " "),
            length: step.n_customers as f64,
            says: with_share(step.n_customers, all.n_customers),
        })
        .collect();
    page.marks(&bars("From customers to those who could be told", &steps, None));
    let mut rows: Vec<_> = all
        .if_down
        .iter()
        .map(|(channel, left)| {
            let lost = all.one_channel.n_customers - left.n_customers;
            vec![format!("without {channel}"), percent(left.share), percent(left.clv_share), {
                grouped(lost)
            }]
        })
        .collect();
    rows.push(vec![
        "with letters too".to_owned(),
        percent(all.any_channel.share),
        percent(all.any_channel.clv_share),
        "-".to_owned(),
    ]);
    let header = ["If", "customers", "value", "customers lost"];
    page.table("What is left if a channel is down, within 72 hours", &header, &rows);
    for (what, groups) in [("segment", &ready.by_segment), ("market", &ready.by_market)] {
        if groups.iter().any(|group| group.name.is_some()) {
            groups_table(page, what, ready, groups);
        }
    }
    if ready.n_deceased > 0 {
        page.paragraph(&format!(
            "{} customers are known to have died and are in none of these counts.",
            grouped(ready.n_deceased)
        ));
    }
}

fn groups_table(page: &mut Page, what: &str, ready: &Ready, groups: &[Group]) {
    let mut shown: Vec<&Group> = groups.iter().collect();
    shown.sort_by(|a, b| b.n_customers.cmp(&a.n_customers).then_with(|| a.name.cmp(&b.name)));
    let n_left_out = shown.len().saturating_sub(N_BARS);
    shown.truncate(N_BARS);
    let mut rows: Vec<_> = shown
        .into_iter()
        .map(|group| {
            vec![
                group.name.clone().unwrap_or_else(|| "(none)".to_owned()),
                grouped(group.n_customers),
                percent(group.one_channel.share),
                percent(group.one_channel.clv_share),
                percent(group.two_channels.share),
            ]
        })
        .collect();
    if let Some((name, n)) = ready.n_others(groups) {
        rows.push(vec![name.to_owned(), grouped(n), "-".into(), "-".into(), "-".into()]);
    }
    let header = [what, "customers", "one channel", "of value", "two channels"];
    page.table(&format!("Could be told within 72 hours, by {what}"), &header, &rows);
    if n_left_out > 0 {
        page.paragraph(&format!("{n_left_out} more stand in quality.json."));
    }
}

fn quality(page: &mut Page, good: &Good) {
    let all = &good.overall;
    let strips: Vec<_> = all
        .dimensions
        .iter()
        .map(|(name, share)| Bar { name: name.clone(), length: *share, says: percent(*share) })
        .collect();
    page.marks(&bars("Share of contacts without fault, by dimension", &strips, Some(1.0)));
    let or_dash = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), percent);
    let mut worst_first: Vec<_> = all.fields.iter().collect();
    worst_first.sort_by(|(_, a), (_, b)| {
        let usable = |field: &Field| field.completeness * field.validity.unwrap_or(1.0);
        usable(a).total_cmp(&usable(b))
    });
    let rows: Vec<_> = worst_first
        .into_iter()
        .map(|(name, field)| {
            vec![
                name.replace('_', " "),
                percent(field.completeness),
                or_dash(field.validity),
                grouped(field.n_repaired),
            ]
        })
        .collect();
    let header = ["field", "there", "of these usable", "mended"];
    page.table("Fields, the least usable first", &header, &rows);
    let dimensions: Vec<&str> = all.dimensions.keys().map(String::as_str).collect();
    for (what, groups) in
        [("source", &good.by_source), ("segment", &good.by_segment), ("market", &good.by_market)]
    {
        let rows: Vec<_> = groups
            .iter()
            .map(|(name, measures)| {
                let counts = [
                    grouped(measures.n_contacts),
                    measures.n_quarantined.map_or_else(|| "-".to_owned(), grouped),
                ];
                let shares =
                    dimensions.iter().map(|name| or_dash(measures.dimensions.get(*name).copied()));
                [name.clone()].into_iter().chain(counts).chain(shares).collect()
            })
            .collect();
        if rows.len() > 1 || what == "source" {
            let header = [&[what, "contacts", "set aside"], &dimensions[..]].concat();
            page.table(&format!("By {what}"), &header, &rows);
        }
    }
}

fn findings(page: &mut Page, nightly: &NightlySummary) {
    let total: u64 = nightly.findings.iter().map(|found| found.n).sum();
    if total == 0 {
        page.paragraph("No rule had anything to say.");
        return;
    }
    let mut so_far = 0;
    let shown = nightly.findings.iter().take(N_BARS);
    let rules: Vec<_> = shown
        .map(|found| {
            so_far += found.n;
            Bar {
                name: found.rule.clone(),
                length: found.n as f64,
                says: format!("{} (Σ {})", grouped(found.n), percent(share(so_far, total))),
            }
        })
        .collect();
    page.marks(&bars("Findings by rule, most first; Σ is the share so far", &rules, None));
    let rows: Vec<_> = nightly
        .findings
        .iter()
        .map(|found| vec![found.rule.clone(), grouped(found.n), grouped(found.n_repaired)])
        .collect();
    page.table("What each rule checks: headcount explain <rule>", &["rule", "n", "mended"], &rows);
}
