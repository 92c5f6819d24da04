//! Which parameters describe these customers, and how well?

use serde::{Deserialize, Serialize};

use super::clv::{Steady, Timing};
use super::gamma_gamma::{GammaGamma, Spend};
use super::optimise::Fit;
use super::rfm::{self, Group, Summary};
use super::settings::{GivenModel, Settings};

/// One model as it was fitted to the customers of a segment, or why it was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// The segment; absent for all customers together.
    pub segment: Option<String>,
    /// `bg_nbd`, `mbg_nbd`, `simple`, `gamma_gamma`, `mean_spend` …
    pub model: String,
    /// Its parameters; none where it was not fitted.
    pub params: Vec<Param>,
    /// The log-likelihood there.
    pub log_likelihood: Option<f64>,
    /// Customers with orders.
    pub n_customers: usize,
    /// Those that came back.
    pub n_returning: usize,
    /// How often the likelihood was computed.
    pub n_evaluations: u32,
    /// Whether the search reached a summit.
    pub converged: bool,
    /// Whether the parameters were given in the settings, and nothing was fitted.
    pub given: bool,
    /// What stands in for the model, and why.
    pub fallback: Option<String>,
}

impl ModelReport {
    /// Says what stands in for the model, and for how many customers.
    pub(super) fn finding(&self) -> Option<String> {
        let ModelReport { segment, model, n_customers, .. } = self;
        let whose = segment.as_ref().map_or_else(String::new, |name| format!("segment {name}: "));
        self.fallback.as_ref().map(|fallback| {
            format!("{whose}{n_customers} customers are valued by {fallback} ({model})")
        })
    }
}

/// A parameter with what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Its letter in the papers.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its standard error.
    pub std_error: Option<f64>,
}

/// What a group of customers is valued by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fitted {
    pub(super) timing: Timing,
    /// Covariance of the logarithms of the timing's parameters.
    pub(super) timing_covariance: Option<[[f64; 4]; 4]>,
    pub(super) spend: SpendModel,
}

/// What a purchase is expected to bring.
#[derive(Debug, Clone, Copy)]
pub(super) enum SpendModel {
    GammaGamma(GammaGamma, Option<[[f64; 3]; 3]>),
    /// The customer's own mean where there is one, else this mean of all.
    Mean(f64),
}

impl SpendModel {
    /// Expected spend of a purchase, in whole units, with the variance of its logarithm.
    pub(super) fn expected(&self, x: u32, mean: f64) -> (f64, f64) {
        match self {
            SpendModel::GammaGamma(model, covariance) => {
                let variance = covariance.map_or(0.0, |covariance| {
                    super::interval::variance(&model.ln_slopes(x, mean), &covariance)
                });
                (model.expected(x, mean).unwrap_or(mean), variance)
            }
            SpendModel::Mean(of_all) => (if x > 0 { mean } else { *of_all }, 0.0),
        }
    }
}

/// Mean spend of the repeat purchases in whole units; 0 where there is none, or returns ate it up.
pub(super) fn mean_spend(x: u32, repeat_cents: i64) -> f64 {
    if x == 0 { 0.0 } else { (repeat_cents as f64 / 100.0 / f64::from(x)).max(0.0) }
}

/// The customers of a segment, and what came of fitting models to them.
pub(super) struct Trial<'a> {
    /// The segment; absent for all customers.
    pub(super) segment: Option<&'a str>,
    groups: Vec<Group>,
    spends: Vec<Spend>,
    n_customers: usize,
    n_returning: usize,
    /// Returning customers whose repeat purchases brought nothing.
    n_without_spend: usize,
    /// Spend of all purchases, and their number.
    spent: (i64, u64),
    settings: &'a Settings,
}

impl<'a> Trial<'a> {
    /// Takes the customers of a segment, in their order.
    pub(super) fn of(
        segment: Option<&'a str>,
        summaries: impl Iterator<Item = &'a Summary>,
        settings: &'a Settings,
    ) -> Trial<'a> {
        let (mut histories, mut spends) = (Vec::new(), Vec::new());
        let (mut n_returning, mut spent) = (0, (0_i64, 0_u64));
        for summary in summaries {
            let Some(history) = summary.history else { continue };
            histories.push(history);
            spent.0 = spent.0.saturating_add(summary.past_cents);
            spent.1 += u64::from(history.x) + 1;
            if history.x > 0 {
                n_returning += 1;
                let mean = mean_spend(history.x, summary.repeat_cents);
                if mean > 0.0 {
                    spends.push(Spend { x: history.x, mean });
                }
            }
        }
        Trial {
            segment,
            n_customers: histories.len(),
            n_returning,
            n_without_spend: n_returning - spends.len(),
            groups: rfm::groups(histories),
            spends,
            spent,
            settings,
        }
    }

    /// Tells whether there are enough customers to fit a model to.
    pub(super) fn is_enough(&self) -> bool {
        self.n_customers >= self.settings.n_customers_fit_min
            && self.n_returning >= self.settings.n_returning_fit_min
    }

    /// Fits timing and spend. Where that fails the fallback stands in, and the reports say so;
    /// `None` where the timing failed and a pooled fit would be the better fallback.
    pub(super) fn fitted(&self, reports: &mut Vec<ModelReport>) -> Option<Fitted> {
        let (fit, timing) = {
            let Settings { model, unit_days, contract_days, .. } = *self.settings;
            Timing::fit(model, &self.groups, unit_days, contract_days)
        };
        let mut report = self.report(timing.name(), &timing.named_params(), &fit);
        if !fit.converged {
            let stand_in =
                if self.segment.is_some() { "the pooled model" } else { "the simple estimate" };
            report.fallback = Some(format!("{stand_in}, since the fit did not converge"));
            reports.push(report);
            return None;
        }
        reports.push(report);
        let spend = match timing {
            // What is paid was agreed upon: each customer's own mean is the best guess.
            Timing::Contract(_) => SpendModel::Mean(self.mean_of_all()),
            _ => self.spend(reports),
        };
        Some(Fitted { timing, timing_covariance: fit.covariance, spend })
    }

    /// Fits the spend; where that fails the mean stands in.
    fn spend(&self, reports: &mut Vec<ModelReport>) -> SpendModel {
        let fit = GammaGamma::fit(&self.spends);
        let model = GammaGamma::new(fit.params);
        let params = [("p", model.p), ("q", model.q), ("v", model.v)];
        let mut report = self.report("gamma_gamma", &params, &fit);
        let why = if !fit.converged {
            Some("the fit did not converge".to_owned())
        } else if model.mean().is_none() {
            Some(format!("q = {:.3} is not above 1, so no mean exists", model.q))
        } else {
            None
        };
        report.fallback = why.map(|why| format!("mean spend, since {why}"));
        let failed = report.fallback.is_some();
        reports.push(report);
        if failed {
            SpendModel::Mean(self.mean_of_all())
        } else {
            SpendModel::GammaGamma(model, fit.covariance)
        }
    }

    /// The estimate for few customers, and why it stands in for a model, if it does.
    pub(super) fn simple(&self, why: Option<&str>, reports: &mut Vec<ModelReport>) -> Fitted {
        // One purchase in all the time is assumed where nobody came back.
        let (mut purchases, mut time) = (0.0_f64, 0.0);
        for Group { history, n_customers } in &self.groups {
            purchases += f64::from(*n_customers) * f64::from(history.x);
            time += f64::from(*n_customers) * f64::from(history.t) / self.settings.unit_days;
        }
        let gap = (time / purchases.max(1.0)).max(1.0 / self.settings.unit_days);
        reports.push(ModelReport {
            params: vec![Param { name: "gap".to_owned(), value: gap, std_error: None }],
            converged: true,
            fallback: why.map(|why| format!("the simple estimate, since {why}")),
            ..self.unfitted("simple")
        });
        let spend = SpendModel::Mean(self.mean_of_all());
        Fitted { timing: Timing::Steady(Steady { gap }), timing_covariance: None, spend }
    }

    /// Takes models fitted earlier as they are.
    pub(super) fn given(&self, given: &GivenModel, reports: &mut Vec<ModelReport>) -> Fitted {
        let mut report = |model: &str, params: Vec<(&str, f64)>| {
            let param = |(name, value): (&str, f64)| Param {
                name: name.to_owned(),
                value,
                std_error: None,
            };
            reports.push(ModelReport {
                params: params.into_iter().map(param).collect(),
                converged: true,
                given: true,
                ..self.unfitted(model)
            });
        };
        report(given.timing.name(), given.timing.named_params());
        let spend = match given.spend {
            Some(model) if model.mean().is_some() => {
                report("gamma_gamma", vec![("p", model.p), ("q", model.q), ("v", model.v)]);
                SpendModel::GammaGamma(model, given.spend_covariance)
            }
            _ => SpendModel::Mean(self.mean_of_all()),
        };
        Fitted { timing: given.timing, timing_covariance: given.timing_covariance, spend }
    }

    /// A report that this segment is valued by the pooled model.
    pub(super) fn pooled(&self) -> ModelReport {
        let Settings { n_customers_fit_min, n_returning_fit_min, .. } = self.settings;
        let fallback = format!(
            "the pooled model, since there are fewer than {n_customers_fit_min} customers, or than \
             {n_returning_fit_min} returning"
        );
        ModelReport { fallback: Some(fallback), ..self.unfitted("pooled") }
    }

    /// What the user should know about these customers' spend.
    pub(super) fn findings(&self, findings: &mut Vec<String>) {
        let whose = self.segment.map_or_else(String::new, |name| format!("segment {name}: "));
        if self.n_without_spend > 0 {
            findings.push(format!(
                "{whose}{} returning customers spent nothing on their repeat purchases; they are \
                 left out of the spend model",
                self.n_without_spend
            ));
        }
        let correlation = correlation(&self.spends);
        if correlation.abs() > 0.3 {
            findings.push(format!(
                "{whose}spend per purchase and number of purchases correlate by {correlation:.2}; \
                 the Gamma-Gamma model takes them to be independent"
            ));
        }
    }

    fn mean_of_all(&self) -> f64 {
        if self.spends.is_empty() {
            return (self.spent.0 as f64 / 100.0 / self.spent.1.max(1) as f64).max(0.0);
        }
        self.spends.iter().map(|spend| spend.mean).sum::<f64>() / self.spends.len() as f64
    }

    fn unfitted(&self, model: &str) -> ModelReport {
        ModelReport {
            segment: self.segment.map(str::to_owned),
            model: model.to_owned(),
            params: Vec::new(),
            log_likelihood: None,
            n_customers: self.n_customers,
            n_returning: self.n_returning,
            n_evaluations: 0,
            converged: false,
            given: false,
            fallback: None,
        }
    }

    fn report<const N: usize>(
        &self,
        model: &str,
        params: &[(&str, f64)],
        fit: &Fit<N>,
    ) -> ModelReport {
        let param = |(place, &(name, value)): (usize, &(&str, f64))| Param {
            name: name.to_owned(),
            value,
            // The covariance is that of the logarithm.
            std_error: fit.covariance.map(|all| value * all[place][place].sqrt()),
        };
        ModelReport {
            params: params.iter().enumerate().map(param).collect(),
            log_likelihood: Some(fit.log_likelihood),
            n_evaluations: fit.n_evaluations,
            converged: fit.converged,
            ..self.unfitted(model)
        }
    }
}

/// Pearson's correlation of the number of repeat purchases and their mean spend.
fn correlation(spends: &[Spend]) -> f64 {
    let n = spends.len() as f64;
    let mean_x = spends.iter().map(|spend| f64::from(spend.x)).sum::<f64>() / n;
    let mean_m = spends.iter().map(|spend| spend.mean).sum::<f64>() / n;
    let (mut xx, mut mm, mut xm) = (0.0, 0.0, 0.0);
    for spend in spends {
        let (x, m) = (f64::from(spend.x) - mean_x, spend.mean - mean_m);
        (xx, mm, xm) = (xx + x * x, mm + m * m, xm + x * m);
    }
    if xx > 0.0 && mm > 0.0 { xm / (xx * mm).sqrt() } else { 0.0 }
}
