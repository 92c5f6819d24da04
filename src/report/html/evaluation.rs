//! What does one page say of how right a run was?

use super::super::page::Page;
use super::super::svg::lines;

/// How right a run was, as numbers and words; no value of any person.
#[derive(Debug, Clone, Default)]
pub struct Accuracy {
    /// What stands below the title: run, truth, version.
    pub facts: Vec<String>,
    /// The sentence that is read first.
    pub headline: String,
    /// Sentences that follow.
    pub sentences: Vec<String>,
    /// Precision, recall and F1 by threshold.
    pub by_threshold: Chart,
    /// What probabilities say against what came true.
    pub reliability: Chart,
    /// The numbers.
    pub tables: Vec<AccuracyTable>,
}

/// A table of numbers, the first column of which holds names.
#[derive(Debug, Clone, Default)]
pub struct AccuracyTable {
    /// What it shows.
    pub title: String,
    /// What each column is.
    pub header: Vec<&'static str>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

/// Lines over one axis; all heights are from 0 to 1.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What the axis means.
    pub across: String,
    /// Where the points lie on it, in rising order.
    pub at: Vec<f64>,
    /// The lines: name and a height for each point.
    pub lines: Vec<(String, Vec<f64>)>,
    /// A place on the axis that is marked, with its name.
    pub mark: Option<(f64, String)>,
}

/// Tells it as one file that fetches nothing, needs no script, and prints.
pub fn accuracy(accuracy: &Accuracy) -> String {
    let mut page = Page::default();
    page.section("accuracy", "How right are the people found?");
    page.headline(&accuracy.headline);
    page.sentences(&accuracy.sentences, 20);
    page.marks(&lines(&accuracy.by_threshold));
    page.marks(&lines(&accuracy.reliability));
    page.end_section();
    page.section("numbers", "The numbers");
    for AccuracyTable { title, header, rows } in &accuracy.tables {
        page.table(title, header, rows);
    }
    page.end_section();
    page.finish("How right were the people found?", &accuracy.facts, false)
}
