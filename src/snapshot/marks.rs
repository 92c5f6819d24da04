//! What is each record called now?
//!
//! Of an older night only what a record is not called any more tells anything. So that this can be
//! asked of every contact point of every night, each leaves 64 bits in memory, beside those of its
//! record, with which alone they are compared.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::tables::layout::ContactPoint;
use crate::tables::{Table, column};

use super::Error;
use super::opened::Opened;
use super::window::number;

/// The contact points of records, by record.
pub(super) struct Marks {
    /// Where each record's begin; one more than there are records.
    starts: Vec<u32>,
    marks: Vec<u64>,
}

impl Marks {
    /// Knows no record.
    pub(super) fn none() -> Marks {
        Marks { starts: vec![0], marks: Vec::new() }
    }

    /// Reads those of a night of so many records.
    pub(super) fn of(opened: &Opened, n_records: usize) -> Result<Marks, Error> {
        let mut marks = Marks::none();
        let parts = opened.each_points(|points| {
            let records: Vec<u32> = points.count(column::RECORD).into_no_null_iter().collect();
            (records, marks_of(points))
        })?;
        for (records, of_points) in parts {
            marks.add(&records, &of_points);
        }
        marks.end(n_records);
        Ok(marks)
    }

    /// Adds points, which stand in the order of their records and after all that are here.
    pub(super) fn add(&mut self, records: &[u32], marks: &[u64]) {
        for (&record, &mark) in records.iter().zip(marks) {
            self.end(record as usize);
            self.marks.push(mark);
        }
    }

    /// Ends the points of all records before one.
    pub(super) fn end(&mut self, record: usize) {
        let here = number(self.marks.len());
        while self.starts.len() <= record {
            self.starts.push(here);
        }
    }

    /// Tells whether a record has a point.
    pub(super) fn has(&self, record: u32, mark: u64) -> bool {
        let record = record as usize;
        let start = self.starts[record] as usize;
        let end = self.starts.get(record + 1).map_or(self.marks.len(), |&end| end as usize);
        self.marks[start..end].contains(&mark)
    }
}

/// Gives the mark of each point: its kind and its value.
pub(super) fn marks_of(points: &Table<ContactPoint>) -> Vec<u64> {
    let (kinds, values) = (points.text(column::KIND), points.text(column::VALUE));
    let mark = |of: (Option<&str>, Option<&str>)| FxBuildHasher.hash_one(of);
    kinds.iter().zip(values.iter()).map(mark).collect()
}
