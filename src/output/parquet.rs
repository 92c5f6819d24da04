//! How does a table become a Parquet file?
//!
//! Group by group of rows, the columns of a group side by side. Polars' own writer would do the
//! same, but estimates how many values of every column differ, makes dictionaries to throw them
//! away, and packs one column after the other.

use std::io::Write;
use std::ops::Range;

use polars::prelude::{Column, CompatLevel, DataFrame, DataType, PolarsResult, Schema, SchemaExt};
use polars_parquet::write::{
    CompressedPage, CompressionOptions, DynIter, DynStreamingIterator, FileWriter, KeyValue,
    ParquetType, StatisticsOptions, Version, WriteOptions, ZstdLevel, array_to_columns, compress,
    fallible_streaming_iterator, schema_to_metadata_key,
};

use super::dictionary;
use crate::tables::apart;

/// Rows of a group, or up to twice as many.
pub(super) const N_ROWS_GROUP: usize = 1 << 17;

/// A Parquet file that is being written.
pub(super) struct Parquet<W: Write> {
    file: FileWriter<W>,
    notes: Vec<KeyValue>,
}

impl<W: Write> Parquet<W> {
    /// Begins a file of such columns; `notes` stand in its footer.
    pub(super) fn begin(
        sink: W,
        schema: &Schema,
        notes: impl IntoIterator<Item = KeyValue>,
    ) -> PolarsResult<Parquet<W>> {
        let schema = schema.to_arrow(CompatLevel::newest());
        let notes = std::iter::once(schema_to_metadata_key(&schema)).chain(notes).collect();
        Ok(Parquet { file: FileWriter::try_new(sink, schema, options())?, notes })
    }

    /// Adds rows as a group of their own.
    pub(super) fn add(&mut self, rows: &DataFrame) -> PolarsResult<()> {
        if rows.height() == 0 {
            return Ok(());
        }
        let columns = rows.columns().iter().zip(self.file.parquet_schema().fields());
        let packed = apart(columns, rayon::current_num_threads(), packed)?;
        let pages = packed.iter().map(|pages| {
            let pages = pages.iter().map(PolarsResult::Ok);
            Ok(DynStreamingIterator::new(fallible_streaming_iterator::convert(pages)))
        });
        self.file.write(rows.height() as u64, DynIter::new(pages))
    }

    /// Writes the footer.
    pub(super) fn finish(mut self) -> PolarsResult<()> {
        self.file.end(Some(self.notes)).map(|_| ())
    }
}

/// Writes a table that is in memory.
pub(super) fn write<W: Write>(sink: W, frame: &DataFrame) -> PolarsResult<()> {
    let mut file = Parquet::begin(sink, frame.schema(), None)?;
    for rows in groups(frame.height()) {
        file.add(&slice(frame, rows))?;
    }
    file.finish()
}

/// Gives some rows of a table.
pub(super) fn slice(frame: &DataFrame, rows: Range<usize>) -> DataFrame {
    // No table has more rows than fit in 63 bits.
    frame.slice(i64::try_from(rows.start).unwrap_or(i64::MAX), rows.len())
}

/// Parts rows into groups: so many of one size as are full, the last of which takes in the rest.
pub(super) fn groups(n_rows: usize) -> impl Iterator<Item = Range<usize>> {
    let n_groups = (n_rows / N_ROWS_GROUP).max(1);
    let n_each = n_rows / n_groups;
    (0..n_groups).map(move |place| {
        let end = if place + 1 == n_groups { n_rows } else { (place + 1) * n_each };
        place * n_each..end
    })
}

fn options() -> WriteOptions {
    WriteOptions {
        statistics: StatisticsOptions::default(),
        version: Version::V1,
        // Files are a twentieth larger than at the usual third level, and packed in half the time.
        compression: CompressionOptions::Zstd(ZstdLevel::try_new(1).ok()),
        data_page_size: None,
    }
}

/// Encodes and compresses a column of a group.
fn packed((column, of): (&Column, &ParquetType)) -> PolarsResult<Vec<CompressedPage>> {
    let array = column.as_materialized_series().rechunk().to_arrow(0, CompatLevel::newest());
    // A table is in no order of its texts: their bounds rule out no group, and cost as much as
    // writing them.
    let has_bounds = column.dtype() != &DataType::String;
    let mut options = options();
    options.statistics.min_value = has_bounds;
    options.statistics.max_value = has_bounds;
    let (array, encoding) = dictionary::encoded(array);
    let mut packed = Vec::new();
    for pages in array_to_columns(array, of.clone(), options, &[encoding])? {
        for page in pages {
            packed.push(compress(page?, Vec::new(), options.compression)?);
        }
    }
    Ok(packed)
}
