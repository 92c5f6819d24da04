//! How did the nights before this one go?
//!
//! `history.parquet` stands beside the run directories of a pipeline and has a row per run and
//! measure. A run reads what happened before its own clock, so a repeated run says the same; a
//! run that is repeated takes its own rows' place.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::finished;
use super::measures::Measures;
use crate::output;
use crate::tables::layout::History as Rows;
use crate::tables::{Table, column as c};

const FILE: &str = "history.parquet";

/// What earlier runs measured.
pub(super) struct History {
    path: PathBuf,
    rows: Vec<Row>,
}

/// One measure of one run, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    at_ms: i64,
    run_id: String,
    source: Option<String>,
    measure: String,
    measured: f64,
}

/// The run before, as far as the history knows it.
pub(super) struct Last {
    /// Its name.
    pub(super) run_id: String,
    /// Its numbers.
    pub(super) measures: Measures,
}

impl History {
    /// Reads the history of a folder of runs; without the file there is none.
    ///
    /// # Errors
    /// The file is damaged.
    pub(super) fn read(folder: &Path) -> Result<History, Error> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(History { path, rows: Vec::new() });
        }
        let table = Table::<Rows>::new(&finished::frame(&path)?)
            .map_err(|error| finished::not_this(&path, &error))?;
        let (instants, numbers) = (table.instant(c::AT), table.number(c::MEASURED));
        let [run_ids, sources, measures] =
            [c::RUN_ID, c::SOURCE, c::MEASURE].map(|column| table.text(column));
        let rows = (0..table.height())
            .filter_map(|row| {
                Some(Row {
                    at_ms: instants.get(row)?,
                    run_id: run_ids.get(row)?.to_owned(),
                    source: sources.get(row).map(str::to_owned),
                    measure: measures.get(row)?.to_owned(),
                    measured: numbers.get(row)?,
                })
            })
            .collect();
        Ok(History { path, rows })
    }

    /// Gives the latest run before a clock.
    pub(super) fn last(&self, clock_ms: i64) -> Option<Last> {
        let last = self.rows.iter().rfind(|row| row.at_ms < clock_ms)?;
        let of_last = self.rows.iter().filter(|row| row.run_id == last.run_id);
        Some(Last {
            run_id: last.run_id.clone(),
            measures: of_last
                .map(|row| ((row.source.clone(), row.measure.clone()), row.measured))
                .collect(),
        })
    }

    /// Gives what a measure of all sources came to in the runs before a clock, earliest first.
    pub(super) fn before(&self, clock_ms: i64, measure: &str) -> Vec<f64> {
        let own = self
            .rows
            .iter()
            .filter(|row| row.at_ms < clock_ms && row.source.is_none() && row.measure == measure);
        own.map(|row| row.measured).collect()
    }

    /// Adds the numbers of a run and writes the file anew, whole.
    ///
    /// # Errors
    /// The disk refuses; then the old file stands.
    pub(super) fn add(
        mut self,
        clock_ms: i64,
        run_id: &str,
        measures: &Measures,
    ) -> Result<(), Error> {
        self.rows.retain(|row| row.run_id != run_id);
        self.rows.extend(measures.iter().map(|((source, measure), measured)| Row {
            at_ms: clock_ms,
            run_id: run_id.to_owned(),
            source: source.clone(),
            measure: measure.clone(),
            measured: *measured,
        }));
        // Stable: the measures of a run stay in their order.
        self.rows.sort_by(|one, other| (one.at_ms, &one.run_id).cmp(&(other.at_ms, &other.run_id)));
        let rows = &self.rows;
        let table = Table::<Rows>::of(vec![
            c::AT.instants(rows.iter().map(|row| Some(row.at_ms))),
            c::RUN_ID.texts(rows.iter().map(|row| Some(&row.run_id))),
            c::SOURCE.texts(rows.iter().map(|row| row.source.as_ref())),
            c::MEASURE.texts(rows.iter().map(|row| Some(&row.measure))),
            c::MEASURED.numbers(rows.iter().map(|row| row.measured).collect()),
        ]);
        Ok(output::replace_parquet(&self.path, table.frame())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(share: f64) -> Measures {
        Measures::from([
            ((None, "validity_share".to_owned()), share),
            ((Some("crm".to_owned()), "validity_share".to_owned()), share / 2.0),
        ])
    }

    #[test]
    fn a_run_sees_the_runs_before_its_clock_and_a_repeated_one_takes_its_own_place() {
        let folder = tempfile::tempdir().unwrap();
        let history = || History::read(folder.path()).unwrap();
        assert!(history().last(1000).is_none());
        history().add(2000, "b", &measures(0.8)).unwrap();
        history().add(1000, "a", &measures(0.9)).unwrap();
        history().add(2000, "b", &measures(0.7)).unwrap();
        assert_eq!(history().rows.len(), 4, "a row per run and measure");
        assert_eq!(history().before(3000, "validity_share"), [0.9, 0.7]);
        assert_eq!(history().before(2000, "validity_share"), [0.9]);
        let last = history().last(3000).unwrap();
        assert_eq!((last.run_id.as_str(), &last.measures), ("b", &measures(0.7)));
        assert_eq!(history().last(2000).unwrap().run_id, "a");
        assert!(history().last(1000).is_none());
    }

    #[test]
    fn a_damaged_history_is_no_history() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "not a table").unwrap();
        assert!(History::read(folder.path()).is_err());
    }
}
