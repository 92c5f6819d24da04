//! What do samples of the stolen data tell?

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::terms::grouped;

use super::lines::percent;
use super::page::Page;

/// What came of a sample: as `scope::SampleCount`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// The incident's id.
    pub incident: String,
    /// The scope file's name.
    pub file: String,
    /// Rows that were understood.
    pub n_rows: u64,
    /// Rows whose likeliest customer is confirmed.
    pub n_confirmed: u64,
    /// Rows whose likeliest customer is probable.
    pub n_probable: u64,
    /// Rows whose likeliest customer is possible.
    pub n_possible: u64,
    /// Rows that mean nobody here.
    pub n_nobody: u64,
    /// The share of the rows that are of customers.
    pub overlap_share: f64,
    /// The source with whose records most rows agree in every field.
    pub closest_source: Option<String>,
    /// The sample was taken not before this.
    pub taken_not_before: Option<String>,
    /// The sample was taken before this.
    pub taken_before: Option<String>,
}

impl Sampled {
    /// Reads them from `exposure.json`; none where it tells of none, or in another form.
    pub(super) fn all(summary: &Value) -> Vec<Sampled> {
        summary
            .get("samples")
            .and_then(|samples| Vec::deserialize(samples).ok())
            .unwrap_or_default()
    }

    fn row(&self) -> Vec<String> {
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".into());
        let counts =
            [self.n_rows, self.n_confirmed, self.n_probable, self.n_possible, self.n_nobody];
        let mut row = vec![self.file.clone()];
        row.extend(counts.map(grouped));
        row.push(percent(self.overlap_share));
        row.push(or_unknown(&self.closest_source));
        row.push(or_unknown(&self.taken_not_before));
        row.push(or_unknown(&self.taken_before));
        row
    }
}

/// Shows whose data the samples are, and when they were taken.
pub(super) fn write(page: &mut Page, samples: &[Sampled]) {
    if samples.is_empty() {
        return;
    }
    let header = [
        "sample",
        "rows",
        "confirmed",
        "probable",
        "possible",
        "nobody here",
        "of customers",
        "closest source",
        "taken not before",
        "taken before",
    ];
    let rows: Vec<_> = samples.iter().map(Sampled::row).collect();
    page.table("Samples of the stolen data", &header, &rows);
    page.paragraph(
        "A sample that agrees with no source, or of which few rows are of customers, may be of \
         somebody else's data.",
    );
}
