//! How is a file of JSON objects read?
//!
//! One object a line, or one list of objects. Columns are all keys of all objects, so the file
//! is read twice: a key that only the last row has is a column too.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::block::{Cells, Cutter, Lines, Taker};
use super::dialect::{Delimited, Place};
use super::json::object;
use super::marks::Marks;
use super::settings::Limits;
use super::stream::Way;
use super::{Error, Reason};

/// Lines without quotes or delimiters: no text has this byte.
const LINES: Marks = Marks { delimiter: 0xff, quote: 0xff, ..Marks::COMMAS };

/// A file of JSON objects of which the keys are known.
#[derive(Debug, Clone)]
pub(super) struct JsonFile {
    pub(super) headers: Vec<String>,
    columns: Arc<BTreeMap<String, usize>>,
    dialect: Delimited,
    is_list: bool,
}

impl JsonFile {
    /// Reads the keys of all objects.
    pub(super) fn open(way: &Way, limits: &Limits, at: &str) -> Result<JsonFile, Error> {
        let (head, _) = way.head(1 << 16, limits)?;
        let start =
            Place { n_bytes: if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }, line: 1 };
        let text = head[usize::from(start.n_bytes > 0) * 3..].trim_ascii_start();
        let is_list = text.starts_with(b"[") || !is_line(text);
        let dialect = Delimited {
            marks: LINES,
            is_decoded: way.is_decoded(),
            headers: Vec::new(),
            rows: start,
            header: start,
        };
        let mut file = JsonFile { headers: Vec::new(), columns: Arc::default(), dialect, is_list };
        let mut columns = BTreeMap::new();
        let (mut n_rows, mut has_rows) = (0, false);
        let mut lines = file.lines(way, limits.clone())?;
        while let Some(block) = lines.next_block(1 << 12)? {
            n_rows += block.n_rows();
            let mut keys = Keys { columns: &mut columns, headers: &mut file.headers, has_rows };
            block.read(&super::block::Width::ANY, &mut keys);
            has_rows = keys.has_rows;
            if file.headers.len() > limits.n_columns_max {
                let (n_columns, n_columns_max) = (file.headers.len(), limits.n_columns_max);
                let file = way.file.path.clone();
                return Err(Error::TooManyColumns { file, n_columns, n_columns_max });
            }
        }
        if n_rows == 0 {
            return Err(Error::Empty { file: way.file.path.clone(), at: at.to_owned() });
        }
        if n_rows == 1 && has_rows {
            return Err(Error::WrongFormat {
                file: way.file.path.clone(),
                read_as: "JSON lines",
                looks_like: "one object with a list in it",
                hint: "write the list itself, one object a line: jq -c '.contacts[]'",
            });
        }
        file.columns = Arc::new(columns);
        Ok(file)
    }

    /// Cuts the file into lines.
    pub(super) fn lines(&self, way: &Way, limits: Limits) -> Result<Cutter, Error> {
        let mut input = way.open(&limits)?;
        if self.is_list {
            input = input.through(|input| Box::new(Elements::of(input)));
        }
        Cutter::new(input, &self.dialect, self.dialect.rows, limits)
    }

    /// Takes lines for objects of this file.
    pub(super) fn objects(&self, lines: Lines) -> Objects {
        Objects { lines, columns: Arc::clone(&self.columns) }
    }
}

/// Tells whether the first line is an object by itself; one that is cut off by the end of the
/// head is.
fn is_line(text: &[u8]) -> bool {
    match memchr::memchr(b'\n', text) {
        Some(end) => std::str::from_utf8(&text[..end]).is_ok_and(|line| object(line).is_ok()),
        None => true,
    }
}

/// Collects keys.
struct Keys<'a> {
    columns: &'a mut BTreeMap<String, usize>,
    headers: &'a mut Vec<String>,
    has_rows: bool,
}

impl Taker for Keys<'_> {
    fn row(&mut self, _at: Place, row: &str, _cells: &impl Cells) {
        // What is no object is set aside when rows are read.
        let Ok(object) = object(row) else { return };
        self.has_rows |= object.has_rows;
        for (key, _) in object.cells {
            if !self.columns.contains_key(&key) {
                self.columns.insert(key.clone(), self.headers.len());
                self.headers.push(key);
            }
        }
    }

    fn set_aside(&mut self, _at: Place, _reason: Reason, _row: &str) {}
}

/// Lines of a file, each of them an object.
pub(super) struct Objects {
    pub(super) lines: Lines,
    columns: Arc<BTreeMap<String, usize>>,
}

impl Objects {
    /// Hands every row, good or bad, to the taker.
    pub(super) fn read(self, taker: &mut impl Taker) {
        let mut parted = Parted { taker, columns: &self.columns };
        self.lines.read(&super::block::Width::ANY, &mut parted);
    }
}

/// Takes lines and hands on objects.
struct Parted<'a, T> {
    taker: &'a mut T,
    columns: &'a BTreeMap<String, usize>,
}

impl<T: Taker> Taker for Parted<'_, T> {
    fn row(&mut self, at: Place, row: &str, _cells: &impl Cells) {
        let Ok(object) = object(row) else {
            return self.taker.set_aside(at, Reason::JsonSyntax, row);
        };
        let mut cells = ObjectCells(vec![None; self.columns.len()]);
        for (key, value) in object.cells {
            // The file was read before, so that each key has its column.
            if let Some(&column) = self.columns.get(&key) {
                cells.0[column] = Some(value);
            }
        }
        self.taker.row(at, row, &cells);
    }

    fn set_aside(&mut self, at: Place, reason: Reason, row: &str) {
        self.taker.set_aside(at, reason, row);
    }
}

struct ObjectCells(Vec<Option<String>>);

impl Cells for ObjectCells {
    fn cell(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }
}

/// Writes the elements of one list, or objects that run over several lines, one a line.
struct Elements {
    input: Box<dyn Read + Send>,
    raw: Vec<u8>,
    n_given: usize,
    ready: Vec<u8>,
    depth: usize,
    is_string: bool,
    is_escaped: bool,
    has_list: bool,
}

impl Elements {
    fn of(input: Box<dyn Read + Send>) -> Elements {
        Elements {
            input,
            raw: vec![0; 1 << 16],
            n_given: 0,
            ready: Vec::new(),
            depth: 0,
            is_string: false,
            is_escaped: false,
            has_list: false,
        }
    }

    fn take(&mut self, byte: u8) {
        if self.is_string {
            self.ready.push(byte);
            self.is_string = self.is_escaped || byte != b'"';
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            return;
        }
        let is_space = byte.is_ascii_whitespace();
        match byte {
            b'[' if self.depth == 0 && !self.has_list => self.has_list = true,
            b',' | b']' if self.depth == 0 => {}
            _ if is_space => {}
            b'{' | b'[' => {
                self.depth += 1;
                self.ready.push(byte);
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.ready.push(byte);
                if self.depth == 0 {
                    self.ready.push(b'\n');
                }
            }
            _ => {
                self.is_string = byte == b'"';
                self.ready.push(byte);
            }
        }
    }
}

impl Read for Elements {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.n_given == self.ready.len() {
            self.ready.clear();
            self.n_given = 0;
            let n_read = self.input.read(&mut self.raw)?;
            if n_read == 0 {
                let is_cut = self.depth > 0 || self.is_string;
                return if is_cut { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(0) };
            }
            let raw = std::mem::take(&mut self.raw);
            raw[..n_read].iter().for_each(|&byte| self.take(byte));
            self.raw = raw;
        }
        let ready = &self.ready[self.n_given..];
        let n_bytes = ready.len().min(out.len());
        out[..n_bytes].copy_from_slice(&ready[..n_bytes]);
        self.n_given += n_bytes;
        Ok(n_bytes)
    }
}
