//! What is in a data file, whatever its format?

use super::arrow_file::{ArrowFile, Batches as ArrowBatches};
use super::block::{Cells, Cutter, Lines, Taker, Width};
use super::dialect::{Delimited, Given, Place};
use super::encoding::Encoding;
use super::files::{Form, Format, format};
use super::json_file::{JsonFile, Objects};
use super::marks::Marks;
use super::packing::{self, Packing};
use super::parquet_file::{Frames, ParquetFile};
use super::settings::Limits;
use super::sheet_file::{Sheet, SheetFile, Sheets};
use super::stream::Way;
use super::{Error, InputFile, Reason};

/// A data file of which the header was read.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    pub(super) file: InputFile,
    body: Body,
    limits: Limits,
}

#[derive(Debug, Clone)]
enum Body {
    Delimited(Way, Delimited, Place),
    Json(Way, JsonFile),
    Parquet(ParquetFile),
    Arrow(ArrowFile),
    Sheet(SheetFile),
}

/// Headers up to this length are found at the first look.
const N_BYTES_HEAD: usize = 1 << 20;

impl DataFile {
    /// Opens a file, finds how it is packed and in which format it is, and reads its header. A
    /// zip archive may hold several tables, every other file holds one.
    pub(super) fn open(
        file: InputFile,
        given: &Given,
        limits: &Limits,
        at: &str,
    ) -> Result<Vec<DataFile>, Error> {
        let head = super::files::head(&file)?;
        if head.starts_with(b"PK\x03\x04") && packing::is_workbook(&file) {
            return Ok(vec![DataFile::of(file, Packing::Plain, given, limits, at)?]);
        }
        let packings = packing::found(&file, &head)?;
        let is_alone = packings.len() == 1;
        let opened = packings.into_iter().map(|packing| {
            let mut file = file.clone();
            if let Packing::Zip(member) = &packing {
                file.form.member = Some(member.name.clone());
                file.n_bytes = member.n_bytes_packed();
                if !is_alone {
                    file.path = format!("{}/{}", file.path, member.name);
                }
            }
            DataFile::of(file, packing, given, limits, at)
        });
        opened.collect()
    }

    fn of(
        mut file: InputFile,
        packing: Packing,
        given: &Given,
        limits: &Limits,
        at: &str,
    ) -> Result<DataFile, Error> {
        file.form.packing = packing.word();
        let format = format(&file, &packing, given.encoding, limits)?;
        file.form.format = format.word();
        let body = match format {
            Format::Delimited => {
                let way = Way::found(&file, packing, given.encoding, limits)?;
                let delimited = looked_at(&way, given, limits, at)?;
                file.form.text(&delimited, way.encoding);
                let rows = delimited.rows;
                Body::Delimited(way, delimited, rows)
            }
            Format::Json => {
                let way = Way::found(&file, packing, given.encoding, limits)?;
                file.form.encoding = Some(way.encoding);
                let json = JsonFile::open(&way, limits, at)?;
                Body::Json(way, json)
            }
            Format::Parquet => Body::Parquet(ParquetFile::open(&file)?),
            Format::Arrow => Body::Arrow(ArrowFile::open(&file)?),
            Format::Workbook => {
                let sheet = SheetFile::open(&file, given, limits, at)?;
                file.form.sheet = Some(sheet.sheet.clone());
                file.form.header_line = sheet.header_line;
                Body::Sheet(sheet)
            }
        };
        let opened = DataFile { file, body, limits: limits.clone() };
        let n_columns = opened.headers().len();
        if n_columns > limits.n_columns_max {
            let (file, n_columns_max) = (opened.file.path, limits.n_columns_max);
            return Err(Error::TooManyColumns { file, n_columns, n_columns_max });
        }
        Ok(opened)
    }

    /// Gives the headers, which are the first row of a delimited file.
    pub(super) fn headers(&self) -> &[String] {
        match &self.body {
            Body::Delimited(_, delimited, _) => &delimited.headers,
            Body::Json(_, json) => &json.headers,
            Body::Parquet(parquet) => &parquet.headers,
            Body::Arrow(arrow) => &arrow.headers,
            Body::Sheet(sheet) => &sheet.headers,
        }
    }

    /// Tells whether the first row might as well be data.
    pub(super) fn is_delimited(&self) -> bool {
        matches!(self.body, Body::Delimited(..))
    }

    /// Tells what parts several values in one cell, where the format says so itself.
    pub(super) fn values_parted_by(&self) -> Option<&'static str> {
        matches!(self.body, Body::Json(..)).then_some(super::json::VALUES_PARTED_BY)
    }

    /// Tells whether the columns get their names from the file.
    pub(super) fn has_header(&self) -> bool {
        !self.is_delimited() || self.file.form.header_line.is_some()
    }

    /// Gives the characters that part a delimited file.
    pub(super) fn marks(&self) -> Option<Marks> {
        match &self.body {
            Body::Delimited(_, delimited, _) => Some(delimited.marks),
            _ => None,
        }
    }

    /// Takes the first row of a delimited file for data.
    #[must_use]
    pub(super) fn without_header(mut self) -> DataFile {
        if let Body::Delimited(_, delimited, rows) = &mut self.body {
            *rows = delimited.header;
            self.file.form.header_line = None;
        }
        self
    }

    /// Cuts the file into blocks of at most `n_rows` rows.
    pub(super) fn blocks(&self, n_rows: usize) -> Result<Blocks, Error> {
        Ok(match &self.body {
            Body::Delimited(way, delimited, place) => {
                let opened = way.open(&self.limits)?;
                let cutter = Cutter::new(opened, delimited, *place, self.limits.clone())?;
                Blocks::Lines(cutter, n_rows)
            }
            Body::Json(way, json) => {
                Blocks::Json(json.lines(way, self.limits.clone())?, Box::new(json.clone()), n_rows)
            }
            Body::Parquet(parquet) => Blocks::Frames(parquet.frames(&self.file, n_rows)),
            Body::Arrow(_) => Blocks::Arrow(Box::new(ArrowBatches::open(&self.file, n_rows)?)),
            Body::Sheet(sheet) => Blocks::Sheet(sheet.blocks(n_rows)),
        })
    }
}

/// Looks at the beginning of a delimited file; at more of it, where its header is long.
fn looked_at(way: &Way, given: &Given, limits: &Limits, at: &str) -> Result<Delimited, Error> {
    for n_bytes in [N_BYTES_HEAD, limits.n_bytes_row_max] {
        let (head, is_all) = way.head(n_bytes, limits)?;
        let found = Delimited::of_head(&head, is_all, &way.file, given, limits, at)?;
        if let Some(found) = found {
            return Ok(Delimited { is_decoded: way.is_decoded(), ..found });
        }
        let n_columns =
            [b',', b';', b'\t', b'|'].map(|mark| memchr::memchr_iter(mark, &head).count());
        let n_columns = n_columns.into_iter().max().unwrap_or(0) + 1;
        if n_columns > limits.n_columns_max && memchr::memchr(b'\n', &head).is_none() {
            let (file, n_columns_max) = (way.file.path.clone(), limits.n_columns_max);
            return Err(Error::TooManyColumns { file, n_columns, n_columns_max });
        }
    }
    let (file, n_bytes_max) = (way.file.path.clone(), limits.n_bytes_row_max);
    Err(Error::RowTooLong { file, line: 1, n_bytes_max })
}

impl Form {
    /// Notes how a delimited file is written.
    fn text(&mut self, delimited: &Delimited, encoding: Encoding) {
        let marks = delimited.marks;
        self.encoding = Some(encoding);
        self.delimiter = Some(char::from(marks.delimiter));
        self.quote = Some(char::from(marks.quote)).filter(|quote| *quote != '"');
        self.escape = marks.escape.map(char::from);
        self.line_end = (marks.line_end == b'\r').then_some('\r');
        self.header_line = Some(delimited.header.line);
        if delimited.header == delimited.rows {
            self.header_line = None;
        }
    }
}

/// A file being cut into blocks.
pub(super) enum Blocks {
    Lines(Cutter, usize),
    Json(Cutter, Box<JsonFile>, usize),
    Frames(Frames),
    Arrow(Box<ArrowBatches>),
    Sheet(Sheets),
}

impl Iterator for Blocks {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Result<Block, Error>> {
        match self {
            Blocks::Lines(cutter, n_rows) => {
                cutter.next_block(*n_rows).transpose().map(|block| block.map(Block::Lines))
            }
            Blocks::Json(cutter, json, n_rows) => {
                let lines = cutter.next_block(*n_rows).transpose();
                lines.map(|lines| Ok(Block::Json(json.objects(lines?))))
            }
            Blocks::Frames(frames) => frames.next().map(|block| block.map(Block::Frame)),
            Blocks::Arrow(batches) => batches.next().map(|block| block.map(Block::Arrow)),
            Blocks::Sheet(sheets) => sheets.next().map(|sheet| Ok(Block::Sheet(sheet))),
        }
    }
}

/// Some rows of a file, not yet parsed.
pub(super) enum Block {
    Lines(Lines),
    Json(Objects),
    Frame(super::parquet_file::Frame),
    Arrow(super::arrow_file::Batch),
    Sheet(Sheet),
}

impl Block {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        match self {
            Block::Lines(lines) => lines.n_rows(),
            Block::Json(objects) => objects.lines.n_rows(),
            Block::Frame(frame) => frame.n_rows(),
            Block::Arrow(batch) => batch.n_rows(),
            Block::Sheet(sheet) => sheet.n_rows(),
        }
    }

    /// Counts the bytes of the file that the block covers.
    pub(super) fn n_bytes(&self) -> u64 {
        match self {
            Block::Lines(lines) => lines.n_bytes,
            Block::Json(objects) => objects.lines.n_bytes,
            Block::Frame(frame) => frame.n_bytes,
            Block::Arrow(batch) => batch.n_bytes,
            Block::Sheet(sheet) => sheet.n_bytes,
        }
    }

    /// Tells whether a column holds numbers and not texts.
    pub(super) fn has_numbers(&self, column: usize) -> bool {
        match self {
            Block::Lines(_) | Block::Json(_) | Block::Sheet(_) => false,
            Block::Frame(frame) => frame.has_numbers(column),
            Block::Arrow(batch) => batch.has_numbers(column),
        }
    }

    /// Hands every row to the taker.
    pub(super) fn read(self, width: &Width, taker: &mut impl Taker) -> Result<(), Error> {
        match self {
            Block::Lines(lines) => {
                lines.read(width, taker);
                Ok(())
            }
            Block::Json(objects) => {
                objects.read(taker);
                Ok(())
            }
            Block::Frame(frame) => frame.read(taker),
            Block::Arrow(batch) => batch.read(taker),
            Block::Sheet(sheet) => {
                sheet.read(taker);
                Ok(())
            }
        }
    }
}

/// A row of a table file, whose cells are texts by column.
pub(super) struct TextRow<'a> {
    pub(super) columns: &'a [polars::prelude::StringChunked],
    pub(super) row: usize,
}

impl Cells for TextRow<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        self.columns.get(column)?.get(self.row)
    }
}

/// Hands the rows of a table file to the taker, each with its cells as a JSON object, which is
/// as near as such a file has to a line of text. `line` gives a row's number in the file, and
/// `reason` why it is no row of the table, if it is none.
pub(super) fn read_texts(
    headers: &[String],
    columns: &[polars::prelude::StringChunked],
    n_rows: usize,
    line: impl Fn(usize) -> u64,
    reason: impl Fn(usize) -> Option<Reason>,
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
        // Such a file has rows and no lines, and a row no place in bytes of its own.
        let at = Place { n_bytes: 0, line: line(row) };
        match reason(row) {
            None => taker.row(at, text, &TextRow { columns, row }),
            Some(reason) => taker.set_aside(at, reason, text),
        }
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
