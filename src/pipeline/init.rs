//! Which pipeline file would read these exports?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Component, Path};

use super::error::{ConfigError, Error};
use crate::ingest::{self, ColumnProfile, Field, Limits, Profile};
use crate::terms::grouped;

/// A pipeline file, written.
#[derive(Debug)]
pub struct Begun {
    /// Its text.
    pub text: String,
    /// What was guessed and should be looked at, a sentence each.
    pub unsure: Vec<String>,
}

/// Writes a nightly pipeline that reads exports, with their columns mapped: by preset where the
/// headers are known, by name and content otherwise. `out` is where the file will stand.
///
/// # Errors
/// A file is missing, cannot be read, or is beyond the limits.
pub fn init(files: &[String], out: Option<&Path>) -> Result<Begun, Error> {
    let mut sources = Vec::new();
    for file in files {
        let profiles = ingest::profile(file, &Limits::default())?;
        // The tables of one archive or glob have one layout, or else are read by name.
        if let Some(first) = profiles.into_iter().next() {
            sources.push((file.clone(), first));
        }
    }
    let mut draft = Draft { text: String::new(), unsure: Vec::new(), names: BTreeMap::new() };
    draft.head(&root(out)?);
    let (orders, contacts): (Vec<_>, Vec<_>) =
        sources.iter().partition(|(_, profile)| profile.is_orders);
    for (file, profile) in contacts {
        draft.source(file, profile);
    }
    for (file, profile) in orders {
        draft.orders(file, profile);
    }
    Ok(Begun { text: draft.text, unsure: draft.unsure })
}

/// Leaves a pipeline file where there is none yet.
///
/// # Errors
/// There is a file already, or it cannot be written.
pub fn leave(out: &Path, text: &str) -> Result<(), Error> {
    let written = OpenOptions::new().write(true).create_new(true).open(out);
    let written = written.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|cause| ConfigError::NotWritten { path: out.to_owned(), cause }.into())
}

/// Gives the way from a pipeline file to the folder that one stands in.
fn root(out: Option<&Path>) -> Result<String, Error> {
    let folder = out.and_then(Path::parent).unwrap_or(Path::new(""));
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if folder.components().all(is_plain) {
        let is_folder = |part: &Component<'_>| matches!(part, Component::Normal(_));
        let n_up = folder.components().filter(is_folder).count();
        return Ok(if n_up == 0 { ".".to_owned() } else { vec![".."; n_up].join("/") });
    }
    let here = std::env::current_dir();
    let here = here.map_err(|cause| ConfigError::Unreadable { path: ".".into(), cause })?;
    Ok(here.display().to_string())
}

/// A pipeline file being written.
struct Draft {
    text: String,
    unsure: Vec<String>,
    /// How often a name of a source was given.
    names: BTreeMap<String, usize>,
}

impl Draft {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn unsure(&mut self, file: &str, what: &str) {
        self.line(&format!("# unsure: {what}"));
        self.unsure.push(format!("{file}: {what}"));
    }

    fn head(&mut self, root: &str) {
        self.line("# Begun by `headcount init`. Look at what is marked as unsure before the first run; then");
        self.line("# `headcount check` says whether it would run, and `headcount run` runs it.");
        self.line("");
        self.line("pipeline = \"nightly_contact_quality\"");
        self.line("");
        self.line("[run]");
        self.line(&format!(
            "root = {}            # the files below are relative to it",
            quoted(root)
        ));
        self.line("out = \"out\"");
    }

    /// Begins a source: its name, its files, and what they are.
    fn begin(&mut self, table: &str, file: &str, profile: &Profile) {
        let name = self.name(file);
        self.line("");
        self.line(&format!("# {}: {}", shown(file), described(profile)));
        for (reason, n_rows) in &profile.set_aside {
            self.line(&format!("# {} row(s) would be set aside: {reason}", grouped(*n_rows)));
        }
        self.line(table);
        self.line(&format!("name = {}", quoted(&name)));
        self.line(&format!("files = [{}]", quoted(file)));
        if profile.form.format == "csv" && profile.form.header_line.is_none() {
            let headers: Vec<String> =
                profile.columns.iter().map(|column| quoted(&column.header)).collect();
            self.unsure(file, "the first row looks like data, so the columns are numbered");
            self.line(&format!("headers = [{}]", headers.join(", ")));
        }
    }

    fn name(&mut self, file: &str) -> String {
        let stem = file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file);
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let name: String = stem.chars().map(letter).collect();
        let name = match name.trim_matches('_') {
            "" => "source".to_owned(),
            name => name.to_owned(),
        };
        let n_before = self.names.entry(name.clone()).or_default();
        *n_before += 1;
        if *n_before == 1 { name } else { format!("{name}_{n_before}") }
    }

    fn source(&mut self, file: &str, profile: &Profile) {
        self.begin("[[ingest.source]]", file, profile);
        if let Some(preset) = &profile.preset {
            let n_headers = profile.columns.len();
            let known = format!("knows {} of {n_headers} headers", preset.n_known);
            self.line(&format!("preset = {}    # {known}", quoted(preset.name)));
            if !preset.is_sure {
                self.unsure(file, &format!("preset {} {known}; is it that system?", preset.name));
            }
        }
        let by_field = by_field(&profile.columns);
        let mut lines = Vec::new();
        for (field, columns) in &by_field {
            self.column(file, *field, columns, &mut lines);
        }
        if !lines.is_empty() {
            self.line("");
            self.line("[ingest.source.columns]");
        }
        for line in &lines {
            self.line(line);
        }
        self.rest(file, profile);
    }

    /// Maps the columns that mean one field, the fullest first.
    fn column(
        &mut self,
        file: &str,
        field: Field,
        columns: &[&ColumnProfile],
        lines: &mut Vec<String>,
    ) {
        let headers: Vec<String> = columns.iter().map(|column| quoted(&column.header)).collect();
        let several = takes_several(field, columns);
        let value = match (headers.as_slice(), several) {
            ([one], _) => one.clone(),
            (many, true) => format!("[{}]", many.join(", ")),
            (many, false) => many[0].clone(),
        };
        let is_sure = |column: &&ColumnProfile| column.meaning.is_some_and(|guess| guess.is_sure);
        let used = if several { columns } else { &columns[..1] };
        if used.iter().all(is_sure) {
            lines.push(format!("{field} = {value}"));
        } else {
            let guessed: Vec<String> = used
                .iter()
                .filter(|column| !is_sure(column))
                .map(|column| format!("{} looks like {field}", quoted(&column.header)))
                .collect();
            lines.push(format!("{field} = {value}    # unsure"));
            self.unsure.push(format!("{file}: {}", guessed.join(", ")));
        }
        if !several && columns.len() > 1 {
            let others = headers[1..].join(", ");
            lines.push(format!("# unsure: {others} could be {field} too"));
            self.unsure.push(format!("{file}: {others} could be {field} too"));
        }
    }

    /// Says what is not read, and what a spreadsheet did.
    fn rest(&mut self, file: &str, profile: &Profile) {
        let is_unread = |column: &&ColumnProfile| {
            column.meaning.is_none() && !column.is_in_preset && column.n_filled > 0
        };
        let unread: Vec<String> =
            profile.columns.iter().filter(is_unread).map(|column| shown(&column.header)).collect();
        if !unread.is_empty() {
            self.line(&format!("# not read: {}", unread.join(", ")));
        }
        for column in &profile.columns {
            for damage in &column.damage {
                self.unsure(file, &format!("column {}: {damage}", shown(&column.header)));
            }
        }
    }

    fn orders(&mut self, file: &str, profile: &Profile) {
        self.begin("[[ingest.orders]]", file, profile);
        let of_part = |part: &str| {
            let columns = profile.columns.iter().filter(|column| column.order_part == Some(part));
            columns.max_by_key(|column| column.n_filled)
        };
        let keys = [Field::CustomerKey, Field::SourceId, Field::Email];
        let key = keys.into_iter().find_map(|field| {
            let is_it = |column: &&ColumnProfile| column.meaning.is_some_and(|m| m.field == field);
            profile.columns.iter().find(is_it)
        });
        let currency = profile
            .columns
            .iter()
            .find(|column| column.meaning.is_some_and(|guess| guess.field == Field::Currency));
        let parts = [
            ("customer_key", key),
            ("at", of_part("at")),
            ("amount", of_part("amount")),
            ("currency", currency),
        ];
        for (name, column) in parts {
            if let Some(column) = column {
                self.line(&format!("columns.{name} = {}", quoted(&column.header)));
            }
        }
        if currency.is_none() {
            self.unsure(
                file,
                "no column names the currency; set `currency = \"EUR\"` for these orders",
            );
        }
    }
}

/// Groups the columns that a preset does not read by the field that they mean, in the order of
/// the fields; the fullest column of a field first.
fn by_field(columns: &[ColumnProfile]) -> BTreeMap<Field, Vec<&ColumnProfile>> {
    let mut by_field: BTreeMap<Field, Vec<&ColumnProfile>> = BTreeMap::new();
    let read: Vec<Field> = columns
        .iter()
        .filter(|column| column.is_in_preset)
        .filter_map(|column| column.meaning.map(|guess| guess.field))
        .collect();
    for column in columns.iter().filter(|column| !column.is_in_preset && !column.header.is_empty())
    {
        let Some(guess) = column.meaning else { continue };
        // A field that the preset reads is not taken from it by a guess, nor a header that
        // stands twice from either of its columns.
        let is_twin = columns.iter().filter(|other| other.header == column.header).count() > 1;
        if !is_twin && !read.contains(&guess.field) {
            by_field.entry(guess.field).or_default().push(column);
        }
    }
    for (field, columns) in &mut by_field {
        // E-mails and phones keep their order, which is their rank, and parts of a street theirs.
        if !takes_several(*field, columns) {
            let is_sure = |column: &ColumnProfile| column.meaning.is_some_and(|m| m.is_sure);
            columns.sort_by_key(|column| std::cmp::Reverse((is_sure(column), column.n_filled)));
        }
    }
    by_field
}

/// Tells whether all columns that mean a field are read.
fn takes_several(field: Field, columns: &[&ColumnProfile]) -> bool {
    match field {
        Field::Email | Field::Phone => true,
        Field::Street => columns.iter().any(|column| column.is_street_part),
        _ => false,
    }
}

/// Describes a file in a line.
fn described(profile: &Profile) -> String {
    let mut text = format!("{} rows, {}", grouped(profile.n_rows), profile.form.format);
    let form = &profile.form;
    if let Some(packing) = form.packing {
        let _ = write!(text, ", {packing}");
    }
    if let Some(encoding) = form.encoding {
        let _ = write!(text, ", {encoding}");
    }
    if let Some(delimiter) = form.delimiter {
        let _ = write!(text, ", parted by {delimiter:?}");
    }
    if let Some(line) = form.header_line.filter(|line| *line > 1) {
        let _ = write!(text, ", header on line {line}");
    }
    text
}

/// Writes a text as TOML does.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Shows a text in a comment, which ends with its line.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}
