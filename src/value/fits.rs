//! Which model is each customer valued by?

use super::model::{Fitted, ModelReport, SpendModel, Trial};
use super::rfm::Summary;
use super::settings::{GivenModel, Model, Settings};
use crate::tables::layout::GoldenRecord;
use crate::tables::{Groups, Table, column};

/// The segments by name; customers without one are the last.
pub(super) struct Segments<'a> {
    names: Vec<&'a str>,
    of_customer: Vec<u32>,
}

impl<'a> Segments<'a> {
    /// Reads the segment of each customer.
    pub(super) fn of(golden: &'a Table<GoldenRecord>) -> Segments<'a> {
        let Groups { names, of_row } = Groups::of(golden.text(column::SEGMENT));
        Segments { names, of_customer: of_row }
    }

    /// Gives the segment of a customer.
    pub(super) fn of_customer(&self, customer: usize) -> usize {
        self.of_customer[customer] as usize
    }

    /// Gives the name of a segment; none where customers have none.
    pub(super) fn name(&self, segment: usize) -> Option<&'a str> {
        self.names.get(segment).copied()
    }

    /// Counts the segments, that of customers without one among them.
    fn n_segments(&self) -> usize {
        self.names.len() + 1
    }

    /// One segment without a name, for customers of whom nothing else is known.
    pub(super) fn none(n_customers: usize) -> Segments<'a> {
        Segments { names: Vec::new(), of_customer: vec![0; n_customers] }
    }

    /// Parts the customers with orders by segment.
    fn parted<'s>(&self, summaries: &'s [Summary]) -> Vec<Vec<&'s Summary>> {
        let mut parts = vec![Vec::new(); self.n_segments()];
        for (summary, &segment) in summaries.iter().zip(&self.of_customer) {
            if summary.history.is_some() {
                parts[segment as usize].push(summary);
            }
        }
        parts
    }
}

/// The models in use, and which of them each segment is valued by.
#[derive(Default)]
pub(super) struct Fits {
    /// The models.
    pub(super) fitted: Vec<Fitted>,
    /// Which of them, by segment; nothing where no customer of the segment has orders.
    pub(super) of_segment: Vec<Option<usize>>,
    /// The models as the settings take them.
    pub(super) given: Vec<GivenModel>,
    /// How each was come by.
    pub(super) reports: Vec<ModelReport>,
}

impl Fits {
    /// Fits a model to each segment that has customers enough, and one to all customers for the
    /// other segments. A model given in the settings is used as it is.
    pub(super) fn of(
        segments: &Segments<'_>,
        summaries: &[Summary],
        settings: &Settings,
        findings: &mut Vec<String>,
    ) -> Fits {
        let mut fits = Fits { of_segment: vec![None; segments.n_segments()], ..Fits::default() };
        let (mut pooled, mut n_pooled) = (Vec::new(), 0);
        for (segment, part) in segments.parted(summaries).into_iter().enumerate() {
            if part.is_empty() {
                continue;
            }
            let n_customers = part.len();
            let name = segments.name(segment);
            if let Some(fitted) = own_fit(name, part, settings, &mut fits.reports, findings) {
                fits.of_segment[segment] = Some(fits.fitted.len());
                fits.keep(name, &fitted);
            } else {
                pooled.push(segment);
                n_pooled += n_customers;
            }
        }
        if pooled.is_empty() && !settings.given.is_empty() {
            return fits;
        }
        // Where each segment has its own, the model of all is kept for those who come later.
        if !pooled.is_empty() && !fits.fitted.is_empty() {
            findings.push(format!(
                "{n_pooled} customers of {} segments are valued by the model of all customers",
                pooled.len()
            ));
        }
        let trial = Trial::of(None, summaries.iter(), settings);
        if !settings.given.is_empty() && settings.given_to(None).is_none() {
            findings.push(format!(
                "no model is given for {n_pooled} customers of {} segments: one was fitted to all",
                pooled.len()
            ));
        }
        for segment in pooled {
            fits.of_segment[segment] = Some(fits.fitted.len());
        }
        let fitted = pooled_fit(&trial, settings, &mut fits.reports);
        fits.keep(None, &fitted);
        trial.findings(findings);
        fits
    }

    fn keep(&mut self, segment: Option<&str>, fitted: &Fitted) {
        let (spend, spend_covariance) = match fitted.spend {
            SpendModel::GammaGamma(model, covariance) => (Some(model), covariance),
            SpendModel::Mean(_) => (None, None),
        };
        let Fitted { timing, timing_covariance, .. } = *fitted;
        let segment = segment.map(str::to_owned);
        let given = GivenModel { segment, timing, spend, timing_covariance, spend_covariance };
        self.given.push(given);
        self.fitted.push(*fitted);
    }
}

/// The model of a segment alone, or nothing where the pooled one serves better.
fn own_fit<'a>(
    name: Option<&'a str>,
    part: Vec<&'a Summary>,
    settings: &'a Settings,
    reports: &mut Vec<ModelReport>,
    findings: &mut Vec<String>,
) -> Option<Fitted> {
    let name = name?;
    let given = settings.given_to(Some(name));
    let is_fitted = settings.fit_by_segment
        && settings.model != Model::Simple
        && settings.given_to(None).is_none();
    if given.is_none() && !is_fitted {
        return None;
    }
    let trial = Trial::of(Some(name), part.into_iter(), settings);
    if let Some(given) = given {
        return Some(trial.given(given, reports));
    }
    if !trial.is_enough() {
        // Segments by the thousand are none; the finding still counts them.
        if reports.len() < 1000 {
            reports.push(trial.pooled());
        }
        return None;
    }
    let fitted = trial.fitted(reports)?;
    trial.findings(findings);
    Some(fitted)
}

/// The model for all customers together, or the simple estimate where there is none.
fn pooled_fit(trial: &Trial<'_>, settings: &Settings, reports: &mut Vec<ModelReport>) -> Fitted {
    if let Some(given) = settings.given_to(None) {
        return trial.given(given, reports);
    }
    if settings.model == Model::Simple {
        return trial.simple(None, reports);
    }
    if !trial.is_enough() {
        let Settings { n_customers_fit_min, n_returning_fit_min, .. } = settings;
        let why = format!(
            "there are fewer than {n_customers_fit_min} customers with orders, or than \
             {n_returning_fit_min} returning"
        );
        return trial.simple(Some(&why), reports);
    }
    trial.fitted(reports).unwrap_or_else(|| trial.simple(Some("the fit did not converge"), reports))
}
