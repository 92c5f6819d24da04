//! What does the page say of the loss beyond its mean?

use crate::terms::{Cents, grouped};

use super::super::at_risk::{AtRisk, Direct, Retained};
use super::super::lines::percent;
use super::super::page::Page;

pub(super) fn write(page: &mut Page, at_risk: &AtRisk, currency: &str) {
    let cents = |cents: Cents| cents.to_string();
    let rows: Vec<_> = at_risk
        .portfolio
        .by_rho
        .iter()
        .map(|risk| {
            let mark =
                if (risk.rho - at_risk.portfolio.rho).abs() < 1e-12 { ", headline" } else { "" };
            vec![
                format!("rho {}{mark}", risk.rho),
                cents(risk.expected_loss_cents),
                cents(risk.sd_cents),
                cents(risk.var_95_cents),
                cents(risk.var_99_cents),
                cents(risk.es_95_cents),
                cents(risk.es_99_cents),
            ]
        })
        .collect();
    let caption = format!(
        "If many leave at once: the loss of all together in {currency}, by how strongly customers \
         leave together ({}, {} scenarios)",
        at_risk.portfolio.method.replace('_', " "),
        grouped(at_risk.portfolio.n_scenarios)
    );
    let header = ["", "expected", "SD", "VaR 95 %", "VaR 99 %", "ES 95 %", "ES 99 %"];
    page.table(&caption, &header, &rows);
    let rows: Vec<_> = at_risk
        .presets
        .iter()
        .map(|preset| {
            let chosen = if preset.chosen { ", chosen" } else { "" };
            vec![
                format!("{}{chosen}", preset.preset),
                percent(preset.p_stop),
                percent(preset.p_break),
                cents(preset.expected_loss_cents),
            ]
        })
        .collect();
    let caption = format!("What is lost by who says how many leave, in {currency}");
    page.table(&caption, &["churn", "stop", "pause", "expected loss"], &rows);
    let sources: Vec<_> = at_risk
        .presets
        .iter()
        .map(|preset| format!("{}: {}", preset.preset, preset.source))
        .collect();
    page.sentences(&sources, 10);
    page.paragraph(&format!(
        "{} of the loss lies with a tenth of the customers (Gini {:.2}).",
        percent(at_risk.concentration.top_decile_share),
        at_risk.concentration.gini
    ));
    if let Some(offers) = &at_risk.retention {
        page.paragraph(&offers_made(offers, currency));
    }
    direct(page, &at_risk.direct_cost);
}

fn offers_made(offers: &Retained, currency: &str) -> String {
    let budget = offers.budget_cents.map_or_else(
        || "without a budget".to_owned(),
        |budget| format!("of a budget of {}", Cents(i64::try_from(budget).unwrap_or(i64::MAX))),
    );
    format!(
        "Offers to stay ({currency}): {} customers get one, for {} {budget}; that \
         keeps {} from being lost and returns {} within the months of a pause, {} within the \
         horizon, of {} that any choice could. {} of them cost more than they return at first; {} \
         more would pay beyond the budget, {} never.",
        grouped(offers.n_offers),
        offers.cost_cents,
        offers.saved_cents,
        offers.return_short_cents,
        offers.return_long_cents,
        offers.return_long_bound_cents,
        grouped(offers.n_negative_short),
        grouped(offers.n_over_budget),
        grouped(offers.n_without_return)
    )
}

/// Writes what the studies say of the cost of responding, each figure with its source.
fn direct(page: &mut Page, cost: &Direct) {
    let rows: Vec<_> = cost
        .estimates
        .iter()
        .map(|estimate| {
            vec![
                estimate.source.clone(),
                estimate.low_cents.to_string(),
                estimate.median_cents.to_string(),
                estimate.high_cents.to_string(),
            ]
        })
        .collect();
    let caption = format!(
        "What responding costs besides, in {}, for {} records; not added to the loss above",
        cost.currency,
        grouped(cost.n_records)
    );
    let header = ["study", "one in twenty below", "median", "one in twenty above"];
    page.table(&caption, &header, &rows);
    let kinds: Vec<_> =
        cost.mean_by_kind.iter().map(|kind| format!("{} {}", kind.kind, kind.cents)).collect();
    let mean = format!(
        "Whatever its size, a breach costs {} {} on average without lost business, which is what \
         the expected loss above measures: {}. {}",
        cost.currency,
        cost.mean_cents,
        kinds.join(", "),
        cost.mean_source
    );
    let per_record = match cost.per_record_cents {
        Some(cents) => {
            format!("By the record: {} {cents}. {}", cost.currency, cost.per_record_caution)
        }
        None => format!("By the record: not given. {}", cost.per_record_caution),
    };
    page.sentences(&[mean, per_record], 2);
}
