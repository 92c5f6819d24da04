//! `headcount profile`

use std::fmt::Write;

use super::args::ProfileArguments;
use super::terminal;
use crate::fault::Exit;
use crate::ingest::{ColumnProfile, Profile};
use crate::pipeline::{self, Error};
use crate::terms::grouped;

pub(super) fn profile(arguments: &ProfileArguments) -> Result<Exit, Error> {
    if arguments.rows {
        return rows(arguments);
    }
    let profiles = pipeline::profile::profile(&arguments.files)?;
    if arguments.json {
        terminal::give(&format!("{:#}\n", serde_json::json!(profiles)));
    } else {
        let texts: Vec<String> = profiles.iter().map(text).collect();
        terminal::give(&texts.join("\n"));
    }
    Ok(Exit::Done)
}

/// Prints rows as they are read, and names those that a run would set aside.
fn rows(arguments: &ProfileArguments) -> Result<Exit, Error> {
    const N_SHOWN: usize = 20;
    let asides = pipeline::profile::rows(&arguments.files, &mut terminal::give)?;
    for aside in asides.iter().take(N_SHOWN) {
        terminal::say(&format!("{}, line {}: {}", aside.file, grouped(aside.line), aside.reason));
    }
    if !asides.is_empty() {
        let n_rows = grouped(asides.len() as u64);
        let rows = if asides.len() == 1 { "row" } else { "rows" };
        terminal::say(&format!("{n_rows} {rows} that a run would set aside"));
    }
    Ok(Exit::Done)
}

/// Writes a profile for people.
fn text(profile: &Profile) -> String {
    let mut text =
        format!("{}  {} bytes, {}", profile.file, grouped(profile.n_bytes), form(profile));
    let _ = write!(text, "\n  {} rows", grouped(profile.n_rows));
    for (reason, n_rows) in &profile.set_aside {
        let _ = write!(text, ", {} set aside ({reason})", grouped(*n_rows));
    }
    if profile.n_rows_mended > 0 {
        let _ = write!(text, ", {} with stray quotes", grouped(profile.n_rows_mended));
    }
    if let Some(preset) = &profile.preset {
        let (n_known, n_all) = (preset.n_known, profile.columns.len());
        let is_sure = if preset.is_sure { "is" } else { "may be" };
        let _ =
            write!(text, "\n  {is_sure} {}, which knows {n_known} of {n_all} headers", preset.name);
    }
    if profile.is_orders {
        text.push_str("\n  looks like a transaction log");
    }
    let mut table = vec![
        ["column", "filled", "distinct", "looks like", "may be", "examples"].map(str::to_owned),
    ];
    table.extend(profile.columns.iter().map(cells));
    let width = |n: usize| table.iter().map(|row| row[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    text.push('\n');
    for row in &table {
        text.push_str("\n  ");
        for (n, cell) in row.iter().enumerate() {
            // Numbers to the right, words to the left, nothing behind the last.
            let gap = " ".repeat(widths[n] - cell.chars().count());
            let _ = match n {
                1 | 2 => write!(text, "{gap}{cell}  "),
                5 => write!(text, "{cell}"),
                _ => write!(text, "{cell}{gap}  "),
            };
        }
        text.truncate(text.trim_end_matches(' ').len());
    }
    text.push('\n');
    for column in &profile.columns {
        for damage in &column.damage {
            let _ = write!(text, "\n  {}: {damage}", clean(&column.header));
        }
    }
    text.push('\n');
    text
}

fn form(profile: &Profile) -> String {
    let form = &profile.form;
    let mut parts = vec![form.format.to_owned()];
    parts.extend(form.packing.map(str::to_owned));
    parts.extend(form.member.as_ref().map(|member| format!("member {member}")));
    parts.extend(form.sheet.as_ref().map(|sheet| format!("sheet {sheet:?}")));
    parts.extend(form.encoding.map(|encoding| encoding.to_string()));
    parts.extend(form.delimiter.map(|mark| format!("parted by {mark:?}")));
    parts.extend(form.quote.map(|mark| format!("quoted by {mark:?}")));
    parts.extend(form.escape.map(|mark| format!("quotes escaped by {mark:?}")));
    parts.extend(form.header_line.map(|line| format!("header on line {line}")));
    parts.join(", ")
}

fn cells(column: &ColumnProfile) -> [String; 6] {
    let about = if column.is_estimate { "~" } else { "" };
    let meaning = match column.meaning {
        Some(guess) if guess.is_sure => guess.field.to_string(),
        Some(guess) => format!("{}?", guess.field),
        None => String::new(),
    };
    [
        clean(&column.header),
        format!("{:.1} %", column.fill_share * 100.0),
        format!("{about}{}", grouped(column.n_distinct)),
        column.looks_like.to_owned(),
        meaning,
        column.examples.join(", "),
    ]
}

/// A header must not steer the terminal.
fn clean(header: &str) -> String {
    header.chars().filter(|letter| !letter.is_control()).take(40).collect()
}
