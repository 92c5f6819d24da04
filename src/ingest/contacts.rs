//! Which contacts do the sources hold?

use std::path::Path;
use std::sync::Arc;

use polars::prelude::StringChunkedBuilder;

use super::block::{Cells, Taker, Width};
use super::data_file::{Block, Blocks, DataFile};
use super::dialect::{Given, Place};
use super::field::NAMES;
use super::files::found;
use super::mapping::Mapping;
use super::preset::Preset;
use super::{Error, InputFile, Limits, Reason, Settings, Source};
use crate::tables::layout::{Quarantined, RawContact};
use crate::tables::{Table, column};

/// The sources, opened: every file is there, is what it is said to be, and has its columns.
#[derive(Debug)]
pub struct Sources {
    files: Vec<InputFile>,
    opened: Vec<(DataFile, Arc<Reading>)>,
    n_rows_batch: usize,
}

/// How the rows of one file are read.
#[derive(Debug)]
struct Reading {
    source: String,
    path: String,
    mapping: Mapping,
    width: Width,
}

/// Looks at every source without reading its rows.
///
/// # Errors
/// A file is missing, empty, unreadable or in another format; a preset or a column that the
/// mapping names is not there; no column says who a row is about.
pub fn open(settings: &Settings, root: &Path) -> Result<Sources, Error> {
    if settings.source.is_empty() {
        return Err(Error::NoSource);
    }
    let mut opened = Vec::new();
    for (place, source) in settings.source.iter().enumerate() {
        if settings.source[..place].iter().any(|other| other.name == source.name) {
            return Err(Error::TwoSources { name: source.name.clone() });
        }
        let at = format!("[[ingest.source]] {:?}", source.name);
        opened.extend(open_source(source, root, &settings.limits, &at)?);
    }
    Ok(Sources::of(opened, settings.n_rows_batch))
}

/// Opens one source; `at` says who names it.
pub(super) fn open_one(
    source: &Source,
    root: &Path,
    limits: &Limits,
    n_rows_batch: usize,
    at: &str,
) -> Result<Sources, Error> {
    Ok(Sources::of(open_source(source, root, limits, at)?, n_rows_batch))
}

fn open_source(
    source: &Source,
    root: &Path,
    limits: &Limits,
    at: &str,
) -> Result<Vec<(DataFile, Arc<Reading>)>, Error> {
    let mut opened = Vec::new();
    let preset = source.preset.as_deref();
    let preset = preset.map(|preset| Preset::named(preset, root, at)).transpose()?;
    let mut wanted: Vec<String> =
        source.columns.values().flat_map(|headers| headers.0.iter().cloned()).collect();
    match &preset {
        Some(preset) => wanted.extend(preset.columns.values().flatten().cloned()),
        None => wanted.extend(NAMES.iter().map(|(name, ..)| (*name).to_owned())),
    }
    let given = Given { wanted, ..Given::new(source.written(), at)? };
    let mut tables = Vec::new();
    for file in found(&source.name, &source.files, root, at)? {
        tables.extend(DataFile::open(file, &given, limits, at)?);
    }
    for data in tables {
        let has_footer = preset.as_ref().is_some_and(|preset| preset.dialect.footer);
        let width = Width::of(data.headers(), has_footer);
        let reading = Reading {
            source: source.name.clone(),
            path: data.file.path.clone(),
            mapping: Mapping::new(source, preset.as_ref(), &data, at)?,
            width,
        };
        opened.push((data, Arc::new(reading)));
    }
    Ok(opened)
}

impl Sources {
    fn of(opened: Vec<(DataFile, Arc<Reading>)>, n_rows_batch: usize) -> Sources {
        let files = opened.iter().map(|(data, _)| data.file.clone()).collect();
        Sources { files, opened, n_rows_batch: n_rows_batch.max(1) }
    }

    /// Lists the files in the order in which they are read.
    pub fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// Cuts the files into blocks of whole rows: files in their order, rows in theirs. Cheap
    /// beside `Unparsed::parse`, so one thread can feed many. Ends after the first error.
    pub fn batches(self) -> Batches {
        Batches {
            opened: self.opened.into_iter().enumerate(),
            current: None,
            n_rows_batch: self.n_rows_batch,
        }
    }
}

/// The sources being cut into blocks.
pub struct Batches {
    opened: std::iter::Enumerate<std::vec::IntoIter<(DataFile, Arc<Reading>)>>,
    current: Option<(usize, Arc<Reading>, Blocks)>,
    n_rows_batch: usize,
}

impl Batches {
    fn fail(&mut self, error: Error) -> Result<Unparsed, Error> {
        self.current = None;
        self.opened = Vec::new().into_iter().enumerate();
        Err(error)
    }
}

impl Iterator for Batches {
    type Item = Result<Unparsed, Error>;

    fn next(&mut self) -> Option<Result<Unparsed, Error>> {
        loop {
            if let Some((file, reading, blocks)) = &mut self.current {
                match blocks.next() {
                    Some(Ok(block)) => {
                        let (file, reading) = (*file, Arc::clone(reading));
                        return Some(Ok(Unparsed { file, reading, block }));
                    }
                    Some(Err(error)) => return Some(self.fail(error)),
                    None => {}
                }
            }
            let (file, (data, reading)) = self.opened.next()?;
            match data.blocks(self.n_rows_batch) {
                Ok(blocks) => self.current = Some((file, reading, blocks)),
                Err(error) => return Some(self.fail(error)),
            }
        }
    }
}

/// Some rows of one file, not yet parsed: work for any thread.
pub struct Unparsed {
    file: usize,
    reading: Arc<Reading>,
    block: Block,
}

/// Some rows of one file.
///
/// # Shape
/// `n_rows` = rows of `contacts` + rows of `quarantine`; both in the order of the file.
#[derive(Debug)]
pub struct Batch {
    /// The file's place in `Sources::files`.
    pub file: usize,
    /// Rows read, good and bad; blank lines do not count.
    pub n_rows: usize,
    /// Rows with stray quotes of which only one reading makes sense; they count as good.
    pub n_mended: usize,
    /// Bytes of the file that were read for the rows, for progress.
    pub n_bytes: u64,
    /// The rows that were understood.
    pub contacts: Table<RawContact>,
    /// The rows that were not.
    pub quarantine: Table<Quarantined>,
}

impl Unparsed {
    /// Parses the rows.
    ///
    /// # Errors
    /// A Parquet or Arrow file is damaged; rows of delimited files are set aside instead.
    pub fn parse(self) -> Result<Batch, Error> {
        let Unparsed { file, reading, block } = self;
        let (n_rows, n_bytes) = (block.n_rows(), block.n_bytes());
        let mut contacts = Contacts::new(&reading.mapping, n_rows);
        block.read(&reading.width, &mut contacts)?;
        let Contacts { lines, offsets, rows, texts, set_aside, n_mended, .. } = contacts;
        let n_contacts = lines.len();
        let mut columns = vec![
            column::SOURCE.same(Some(&reading.source), n_contacts),
            column::LINE.longs(lines),
            column::BYTE_OFFSET.longs(offsets),
            column::ROW.built(rows),
        ];
        for (output, texts) in reading.mapping.outputs.iter().zip(texts) {
            let column = output.field.column();
            columns.push(match texts {
                Some(texts) => column.built(texts),
                None => column.same(output.constant.as_deref(), n_contacts),
            });
        }
        let contacts = Table::of(columns);
        let quarantine = set_aside.table(&reading.source, &reading.path);
        debug_assert_eq!(n_rows, contacts.height() + quarantine.height());
        Ok(Batch { file, n_rows, n_mended, n_bytes, contacts, quarantine })
    }
}

/// Raw contacts being filled row by row.
struct Contacts<'a> {
    mapping: &'a Mapping,
    lines: Vec<u64>,
    offsets: Vec<u64>,
    rows: StringChunkedBuilder,
    /// One per field; none for a field that no cell says anything of.
    texts: Vec<Option<StringChunkedBuilder>>,
    set_aside: SetAside,
    n_mended: usize,
    scratch: String,
}

impl Contacts<'_> {
    fn new(mapping: &Mapping, n_rows: usize) -> Contacts<'_> {
        let text = |output: &super::mapping::Output| {
            output.has_cells().then(|| output.field.column().builder(n_rows))
        };
        Contacts {
            mapping,
            lines: Vec::with_capacity(n_rows),
            offsets: Vec::with_capacity(n_rows),
            rows: column::ROW.builder(n_rows),
            texts: mapping.outputs.iter().map(text).collect(),
            set_aside: SetAside::default(),
            n_mended: 0,
            scratch: String::new(),
        }
    }
}

impl Taker for Contacts<'_> {
    fn row(&mut self, at: Place, row: &str, cells: &impl Cells) {
        self.lines.push(at.line);
        self.offsets.push(at.n_bytes);
        self.rows.append_value(row);
        for (output, texts) in self.mapping.outputs.iter().zip(&mut self.texts) {
            if let Some(texts) = texts {
                texts.append_option(self.mapping.value(output, cells, &mut self.scratch));
            }
        }
    }

    fn set_aside(&mut self, at: Place, reason: Reason, row: &str) {
        self.set_aside.push(at, reason, row);
    }

    fn mended(&mut self) {
        self.n_mended += 1;
    }
}

/// Rows that were set aside.
#[derive(Debug, Default)]
pub(super) struct SetAside {
    lines: Vec<u64>,
    offsets: Vec<u64>,
    reasons: Vec<Reason>,
    rows: Vec<String>,
}

impl SetAside {
    pub(super) fn push(&mut self, at: Place, reason: Reason, row: &str) {
        self.lines.push(at.line);
        self.offsets.push(at.n_bytes);
        self.reasons.push(reason);
        self.rows.push(row.to_owned());
    }

    pub(super) fn table(self, source: &str, file: &str) -> Table<Quarantined> {
        let n_rows = self.lines.len();
        Table::of(vec![
            column::SOURCE.same(Some(source), n_rows),
            column::FILE.same(Some(file), n_rows),
            column::LINE.longs(self.lines),
            column::BYTE_OFFSET.longs(self.offsets),
            column::REASON.texts(self.reasons.iter().map(|reason| Some(reason.id()))),
            column::ROW.texts(self.rows.iter().map(Some)),
        ])
    }
}
