//! How is an Arrow IPC file read?

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use arrow::ipc::reader::FileReader;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::SignedDuration;
use polars::prelude::{StringChunked, StringChunkedBuilder};

use super::block::Taker;
use super::data_file::read_texts;
use super::{Error, InputFile, instant};
use crate::fault::quietly;

/// An Arrow IPC file of which the footer was read.
#[derive(Debug, Clone)]
pub(super) struct ArrowFile {
    pub(super) headers: Vec<String>,
}

impl ArrowFile {
    /// Reads the footer.
    pub(super) fn open(file: &InputFile) -> Result<ArrowFile, Error> {
        let schema = reader(file)?.schema();
        Ok(ArrowFile {
            headers: schema.fields().iter().map(|field| field.name().clone()).collect(),
        })
    }
}

fn reader(file: &InputFile) -> Result<FileReader<BufReader<File>>, Error> {
    let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
    guarded(file, || FileReader::try_new(BufReader::new(opened), None))
}

/// Runs the Arrow reader, which may panic over a damaged file.
fn guarded<T>(file: &InputFile, read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Error> {
    let cause = match quietly(|| catch_unwind(AssertUnwindSafe(read))) {
        Ok(Ok(product)) => return Ok(product),
        Ok(Err(error)) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        Err(_) => "it is damaged".to_owned(),
    };
    Err(Error::Unreadable { file: file.path.clone(), cause })
}

/// An Arrow IPC file being read: one of its batches at a time is held.
pub(super) struct Batches {
    file: InputFile,
    headers: Arc<[String]>,
    reader: FileReader<BufReader<File>>,
    batch: Option<RecordBatch>,
    n_batches_read: u64,
    n_rows_given: u64,
    n_rows: usize,
}

impl Batches {
    /// Opens a file to be cut into blocks of at most `n_rows` rows.
    pub(super) fn open(file: &InputFile, n_rows: usize) -> Result<Batches, Error> {
        let reader = reader(file)?;
        let headers = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(Batches {
            file: file.clone(),
            headers,
            reader,
            batch: None,
            n_batches_read: 0,
            n_rows_given: 0,
            n_rows: n_rows.max(1),
        })
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Result<Batch, Error>> {
        let mut n_bytes = 0;
        let batch = loop {
            match self.batch.take() {
                Some(batch) if batch.num_rows() > 0 => break batch,
                _ => {}
            }
            let reader = &mut self.reader;
            match guarded(&self.file, || reader.next().transpose()) {
                Ok(Some(batch)) => self.batch = Some(batch),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
            let n_batches = self.reader.num_batches().max(1) as u64;
            let up_to = |n_read: u64| self.file.n_bytes / n_batches * n_read;
            n_bytes += up_to(self.n_batches_read + 1) - up_to(self.n_batches_read);
            self.n_batches_read += 1;
        };
        let n_rows = batch.num_rows().min(self.n_rows);
        self.batch = Some(batch.slice(n_rows, batch.num_rows() - n_rows));
        let first_row = self.n_rows_given + 1;
        self.n_rows_given += n_rows as u64;
        Some(Ok(Batch {
            file: self.file.clone(),
            headers: Arc::clone(&self.headers),
            rows: batch.slice(0, n_rows),
            first_row,
            n_bytes,
        }))
    }
}

/// Some rows of an Arrow IPC file.
pub(super) struct Batch {
    file: InputFile,
    headers: Arc<[String]>,
    rows: RecordBatch,
    first_row: u64,
    pub(super) n_bytes: u64,
}

impl Batch {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        self.rows.num_rows()
    }

    /// Tells whether a column holds numbers and not texts.
    pub(super) fn has_numbers(&self, column: usize) -> bool {
        let column = self.rows.columns().get(column);
        column.is_some_and(|column| column.data_type().is_numeric())
    }

    /// Hands every row to the taker.
    pub(super) fn read(self, taker: &mut impl Taker) -> Result<(), Error> {
        let texts = guarded(&self.file, || self.rows.columns().iter().map(texts).collect());
        let texts: Vec<StringChunked> = texts?;
        let line = |row: usize| self.first_row + row as u64;
        read_texts(&self.headers, &texts, self.rows.num_rows(), line, |_| None, taker);
        Ok(())
    }
}

/// Writes a column as text: whole numbers without `.0`, what is not a number as nothing, the
/// rest as Arrow does.
fn texts(column: &ArrayRef) -> Result<StringChunked, ArrowError> {
    let finite = |number: f64| number.is_finite().then(|| number.to_string());
    Ok(match column.data_type() {
        DataType::Utf8 => filled(column, column.as_string::<i32>().iter()),
        DataType::LargeUtf8 => filled(column, column.as_string::<i64>().iter()),
        DataType::Utf8View => filled(column, column.as_string_view().iter()),
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>().iter();
            filled(column, numbers.map(|number| number.and_then(finite)))
        }
        DataType::Float32 => {
            let numbers = column.as_primitive::<Float32Type>().iter();
            let text = |number: f32| number.is_finite().then(|| number.to_string());
            filled(column, numbers.map(|number| number.and_then(text)))
        }
        // By hand, for Arrow knows no zone by its name, not even UTC, without a database of them.
        DataType::Timestamp(unit, zone) => {
            let counts = arrow::compute::cast(column, &DataType::Int64)?;
            let text = |count: i64| {
                let since = match unit {
                    TimeUnit::Second => SignedDuration::from_secs(count),
                    TimeUnit::Millisecond => SignedDuration::from_millis(count),
                    TimeUnit::Microsecond => SignedDuration::from_micros(count),
                    TimeUnit::Nanosecond => SignedDuration::from_nanos(count),
                };
                instant::written(since, zone.is_some())
            };
            let counts = counts.as_primitive::<Int64Type>().iter();
            filled(column, counts.map(|count| count.and_then(text)))
        }
        _ => {
            let options = FormatOptions::default().with_display_error(false);
            let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
            let mut builder = StringChunkedBuilder::new("".into(), column.len());
            for row in 0..column.len() {
                let is_there = column.is_valid(row);
                let text = is_there.then(|| formatter.value(row).try_to_string()).transpose()?;
                builder.append_option(text);
            }
            builder.finish()
        }
    })
}

fn filled<S: AsRef<str>>(
    column: &ArrayRef,
    values: impl Iterator<Item = Option<S>>,
) -> StringChunked {
    let mut builder = StringChunkedBuilder::new("".into(), column.len());
    values.for_each(|value| builder.append_option(value));
    builder.finish()
}
