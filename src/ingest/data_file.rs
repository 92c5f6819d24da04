//! What is in a data file, whatever its format?

use std::fs::File;
use std::io::{Seek, SeekFrom};

use super::arrow_file::{ArrowFile, Batches as ArrowBatches};
use super::block::{Cutter, Lines, Taker, Width};
use super::dialect::{Delimited, Given, Limits, Place};
use super::files::{Format, format};
use super::parquet_file::{Frames, ParquetFile};
use super::{Error, InputFile};

/// A data file of which the header was read.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    pub(super) file: InputFile,
    body: Body,
    limits: Limits,
}

#[derive(Debug, Clone)]
enum Body {
    Delimited(Delimited, Place),
    Parquet(ParquetFile),
    Arrow(ArrowFile),
}

impl DataFile {
    /// Opens a file, finds its format and reads its header.
    pub(super) fn open(
        file: InputFile,
        given: Given,
        limits: Limits,
        at: &str,
    ) -> Result<DataFile, Error> {
        let body = match format(&file)? {
            Format::Delimited => {
                let delimited = Delimited::open(&file, given, limits, at)?;
                let rows = delimited.second_place;
                Body::Delimited(delimited, rows)
            }
            Format::Parquet => Body::Parquet(ParquetFile::open(&file)?),
            Format::Arrow => Body::Arrow(ArrowFile::open(&file)?),
        };
        let opened = DataFile { file, body, limits };
        let n_columns = opened.headers().len();
        if n_columns > limits.columns {
            let (file, n_columns_max) = (opened.file.path, limits.columns);
            return Err(Error::TooManyColumns { file, n_columns, n_columns_max });
        }
        Ok(opened)
    }

    /// Gives the headers, which are the first row of a delimited file.
    pub(super) fn headers(&self) -> &[String] {
        match &self.body {
            Body::Delimited(delimited, _) => &delimited.first,
            Body::Parquet(parquet) => &parquet.headers,
            Body::Arrow(arrow) => &arrow.headers,
        }
    }

    /// Tells whether the first row might as well be data.
    pub(super) fn is_delimited(&self) -> bool {
        matches!(self.body, Body::Delimited(..))
    }

    /// Takes the first row of a delimited file for data.
    #[must_use]
    pub(super) fn without_header(mut self) -> DataFile {
        if let Body::Delimited(delimited, rows) = &mut self.body {
            *rows = delimited.first_place;
        }
        self
    }

    /// Cuts the file into blocks of at most `n_rows` rows.
    pub(super) fn blocks(&self, n_rows: usize) -> Result<Blocks, Error> {
        Ok(match &self.body {
            Body::Delimited(delimited, place) => {
                let opened = File::open(&self.file.absolute).and_then(|mut opened| {
                    opened.seek(SeekFrom::Start(place.n_bytes))?;
                    Ok(opened)
                });
                let opened = opened.map_err(|cause| Error::io(&self.file.path, &cause))?;
                Blocks::Lines(
                    Cutter::new(opened, &self.file.path, delimited, *place, self.limits),
                    n_rows,
                )
            }
            Body::Parquet(parquet) => Blocks::Frames(parquet.frames(&self.file, n_rows)),
            Body::Arrow(_) => Blocks::Arrow(Box::new(ArrowBatches::open(&self.file, n_rows)?)),
        })
    }
}

/// A file being cut into blocks.
pub(super) enum Blocks {
    Lines(Cutter<File>, usize),
    Frames(Frames),
    Arrow(Box<ArrowBatches>),
}

impl Iterator for Blocks {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Result<Block, Error>> {
        match self {
            Blocks::Lines(cutter, n_rows) => {
                cutter.next_block(*n_rows).transpose().map(|block| block.map(Block::Lines))
            }
            Blocks::Frames(frames) => frames.next().map(|block| block.map(Block::Frame)),
            Blocks::Arrow(batches) => batches.next().map(|block| block.map(Block::Arrow)),
        }
    }
}

/// Some rows of a file, not yet parsed.
pub(super) enum Block {
    Lines(Lines),
    Frame(super::parquet_file::Frame),
    Arrow(super::arrow_file::Batch),
}

impl Block {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        match self {
            Block::Lines(lines) => lines.n_rows(),
            Block::Frame(frame) => frame.n_rows(),
            Block::Arrow(batch) => batch.n_rows(),
        }
    }

    /// Counts the bytes of the file that the block covers.
    pub(super) fn n_bytes(&self) -> u64 {
        match self {
            Block::Lines(lines) => lines.n_bytes,
            Block::Frame(frame) => frame.n_bytes,
            Block::Arrow(batch) => batch.n_bytes,
        }
    }

    /// Tells whether a column holds numbers and not texts.
    pub(super) fn has_numbers(&self, column: usize) -> bool {
        match self {
            Block::Lines(_) => false,
            Block::Frame(frame) => frame.has_numbers(column),
            Block::Arrow(batch) => batch.has_numbers(column),
        }
    }

    /// Hands every row to the taker.
    pub(super) fn read(self, width: Width, taker: &mut impl Taker) -> Result<(), Error> {
        match self {
            Block::Lines(lines) => {
                lines.read(width, taker);
                Ok(())
            }
            Block::Frame(frame) => frame.read(taker),
            Block::Arrow(batch) => batch.read(taker),
        }
    }
}

/// A row of a table file, whose cells are texts by column.
pub(super) struct TextRow<'a> {
    pub(super) columns: &'a [polars::prelude::StringChunked],
    pub(super) row: usize,
}

impl super::block::Cells for TextRow<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        self.columns.get(column)?.get(self.row)
    }
}

/// Hands the rows of a table file to the taker, each with its cells as a JSON object, which is
/// as near as such a file has to a line of text.
pub(super) fn read_texts(
    headers: &[String],
    columns: &[polars::prelude::StringChunked],
    n_rows: usize,
    first_row: u64,
    taker: &mut impl Taker,
) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let keys: Vec<String> = headers.iter().map(|header| quoted(header)).collect();
    let mut object = Vec::new();
    for row in 0..n_rows {
        object.clear();
        object.push(b'{');
        for (key, column) in keys.iter().zip(columns) {
            let Some(cell) = column.get(row) else { continue };
            if object.len() > 1 {
                object.push(b',');
            }
            object.extend_from_slice(key.as_bytes());
            object.push(b':');
            // Writing a text to memory cannot fail.
            let _ = serde_json::to_writer(&mut object, cell);
        }
        object.push(b'}');
        let text = str::from_utf8(&object).unwrap_or("{}");
        taker.row(first_row + row as u64, text, &TextRow { columns, row });
    }
}

/// Shares a file's bytes out over its rows, so that progress reaches the end and not beyond.
pub(super) fn share(n_bytes: u64, n_rows: usize, start: usize, end: usize) -> u64 {
    let up_to = |row: usize| {
        let share = u128::from(n_bytes) * row as u128 / n_rows.max(1) as u128;
        u64::try_from(share).unwrap_or(n_bytes)
    };
    up_to(end) - up_to(start)
}
