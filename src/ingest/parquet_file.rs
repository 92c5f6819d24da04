//! How is a Parquet file read?

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use polars::prelude::{
    AnyValue, DataFrame, DataType, FileMetadataRef, ParallelStrategy, ParquetReader, PolarsResult,
    SerReader, Series, StringChunked, StringChunkedBuilder, TimeUnit,
};

use super::block::Taker;
use super::data_file::{read_texts, share};
use super::{Error, InputFile, instant};
use crate::fault::quietly;

/// A Parquet file of which the footer was read.
#[derive(Clone)]
pub(super) struct ParquetFile {
    pub(super) headers: Vec<String>,
    metadata: FileMetadataRef,
}

impl std::fmt::Debug for ParquetFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ParquetFile({} rows)", self.metadata.num_rows)
    }
}

impl ParquetFile {
    /// Reads the footer.
    pub(super) fn open(file: &InputFile) -> Result<ParquetFile, Error> {
        let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
        guarded(file, || {
            let mut reader = ParquetReader::new(opened);
            let schema = reader.schema()?;
            let headers = schema.iter_names().map(ToString::to_string).collect();
            Ok(ParquetFile { headers, metadata: FileMetadataRef::clone(reader.get_metadata()?) })
        })
    }

    /// Cuts the file into slices of its row groups.
    pub(super) fn frames(&self, file: &InputFile, n_rows: usize) -> Frames {
        let mut n_rows_group = Vec::with_capacity(self.metadata.row_groups.len());
        for group in &self.metadata.row_groups {
            n_rows_group.push(group.num_rows());
        }
        let n_rows_group = n_rows_group.into_iter();
        Frames {
            file: file.clone(),
            metadata: FileMetadataRef::clone(&self.metadata),
            headers: self.headers.clone().into(),
            n_rows_group,
            n_rows_read: 0,
            n_rows_given: 0,
            group: DataFrame::empty(),
            n_rows_frame: n_rows.max(1),
        }
    }
}

/// Runs the Parquet reader, which panics over some damaged files.
fn guarded<T>(file: &InputFile, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, Error> {
    let cause = match quietly(|| catch_unwind(AssertUnwindSafe(read))) {
        Ok(Ok(product)) => return Ok(product),
        Ok(Err(error)) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        Err(_) => "it is damaged".to_owned(),
    };
    Err(Error::Unreadable { file: file.path.clone(), cause })
}

/// A Parquet file being read, one row group at a time: memory holds one group, and the slices of
/// it that are being parsed share its bytes.
pub(super) struct Frames {
    file: InputFile,
    metadata: FileMetadataRef,
    headers: std::sync::Arc<[String]>,
    n_rows_group: std::vec::IntoIter<usize>,
    n_rows_read: usize,
    n_rows_given: usize,
    group: DataFrame,
    n_rows_frame: usize,
}

impl Iterator for Frames {
    type Item = Result<Frame, Error>;

    fn next(&mut self) -> Option<Result<Frame, Error>> {
        while self.n_rows_given == self.n_rows_read {
            let n_rows = self.n_rows_group.next()?;
            match self.read_group(n_rows) {
                Ok(group) => self.group = group,
                Err(error) => return Some(Err(error)),
            }
            self.n_rows_read += n_rows;
        }
        let left = self.n_rows_read - self.n_rows_given;
        let n_rows = left.min(self.n_rows_frame);
        let offset = i64::try_from(self.group.height() - left).unwrap_or(0);
        let rows = self.group.slice(offset, n_rows);
        let (start, end) = (self.n_rows_given, self.n_rows_given + n_rows);
        let n_bytes = share(self.file.n_bytes, self.metadata.num_rows, start, end);
        self.n_rows_given = end;
        let (file, headers) = (self.file.clone(), std::sync::Arc::clone(&self.headers));
        Some(Ok(Frame { file, headers, rows, first_row: start as u64 + 1, n_bytes }))
    }
}

impl Frames {
    fn read_group(&self, n_rows: usize) -> Result<DataFrame, Error> {
        let opened =
            File::open(&self.file.absolute).map_err(|cause| Error::io(&self.file.path, &cause))?;
        let group = guarded(&self.file, || {
            let mut reader = ParquetReader::new(opened)
                .read_parallel(ParallelStrategy::None)
                .set_rechunk(true)
                .with_slice(Some((self.n_rows_read, n_rows)));
            reader.set_metadata(FileMetadataRef::clone(&self.metadata));
            reader.finish()
        })?;
        if group.height() == n_rows {
            return Ok(group);
        }
        let cause = "its row groups are shorter than its footer says".to_owned();
        Err(Error::Unreadable { file: self.file.path.clone(), cause })
    }
}

/// Some rows of a Parquet file.
pub(super) struct Frame {
    file: InputFile,
    headers: std::sync::Arc<[String]>,
    rows: DataFrame,
    first_row: u64,
    pub(super) n_bytes: u64,
}

impl Frame {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        self.rows.height()
    }

    /// Tells whether a column holds numbers and not texts.
    pub(super) fn has_numbers(&self, column: usize) -> bool {
        self.rows.columns().get(column).is_some_and(|column| column.dtype().is_primitive_numeric())
    }

    /// Hands every row to the taker.
    pub(super) fn read(self, taker: &mut impl Taker) -> Result<(), Error> {
        let texts = guarded(&self.file, || {
            let columns = self.rows.columns().iter();
            columns.map(|column| texts(column.as_materialized_series())).collect()
        });
        let texts: Vec<StringChunked> = texts?;
        let line = |row: usize| self.first_row + row as u64;
        read_texts(&self.headers, &texts, self.rows.height(), line, |_| None, taker);
        Ok(())
    }
}

/// Writes a column as text: whole numbers without `.0`, days and instants by RFC 3339, what is
/// not a number as nothing.
fn texts(series: &Series) -> PolarsResult<StringChunked> {
    let text = |value: &AnyValue<'_>| match value {
        AnyValue::Null => None,
        AnyValue::Float32(number) => number.is_finite().then(|| number.to_string()),
        AnyValue::Float64(number) => number.is_finite().then(|| number.to_string()),
        AnyValue::Date(days) => {
            Some(Date::constant(1970, 1, 1).saturating_add(i64::from(*days).days()).to_string())
        }
        AnyValue::Datetime(count, unit, zone) => {
            let since = match unit {
                TimeUnit::Nanoseconds => SignedDuration::from_nanos(*count),
                TimeUnit::Microseconds => SignedDuration::from_micros(*count),
                TimeUnit::Milliseconds => SignedDuration::from_millis(*count),
            };
            instant::written(since, zone.is_some())
        }
        other => Some(other.to_string()),
    };
    match series.dtype() {
        DataType::String => series.str().map(|texts| texts.rechunk().into_owned()),
        DataType::Boolean | DataType::Date | DataType::Datetime(..) => {
            Ok(filled(series, series.iter().map(|value| text(&value))))
        }
        dtype if dtype.is_primitive_numeric() => {
            Ok(filled(series, series.iter().map(|value| text(&value))))
        }
        _ => series.cast(&DataType::String)?.str().cloned(),
    }
}

fn filled(series: &Series, values: impl Iterator<Item = Option<String>>) -> StringChunked {
    let mut builder = StringChunkedBuilder::new(series.name().clone(), series.len());
    values.for_each(|value| builder.append_option(value));
    builder.finish()
}
