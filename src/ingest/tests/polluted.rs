//! Are the intended cells recovered from a polluted file?
//!
//! The kinds of pollution are those of the Pollock benchmark; its files are made anew here from
//! a table of our own, once for each row and column that they could befall.
//!
//! # Source
//! Vitagliano et al., "Pollock: A Data Loading Benchmark", PVLDB 16 (2023), section 3.

use super::*;

/// Columns as in the benchmark: plain, with an apostrophe, quoted with commas, quoted, empty.
const HEADER: [&str; 6] = ["source_id", "first_name", "company", "street", "email", "segment"];
const QUOTED: [usize; 2] = [3, 4];

fn table() -> Vec<[String; 6]> {
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend((1..=12).map(|n| {
        [
            format!("R-{n:04}"),
            format!("Ann{n}"),
            format!("Men's Boots {n}"),
            format!("Unit {n}, Mill Lane, Ham"),
            format!("ann{n}@example.com"),
            String::new(),
        ]
    }));
    rows
}

/// Writes the table: cells that need quotes in them, parted and ended as told.
fn written(rows: &[[String; 6]], delimiter: &str, quote: char, line_end: &str) -> Vec<String> {
    let cell = |(place, cell): (usize, &String)| {
        if QUOTED.contains(&place) { format!("{quote}{cell}{quote}") } else { cell.clone() }
    };
    let row = |row: &[String; 6]| {
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        format!("{}{line_end}", cells.join(delimiter))
    };
    rows.iter().map(row).collect()
}

fn recovered(file: &str) -> Vec<[String; 6]> {
    let read = csv(file.as_bytes());
    assert_eq!(read.aside(), [], "{file}");
    cells(&read)
}

fn cells(read: &Read) -> Vec<[String; 6]> {
    let columns = [
        column::SOURCE_ID,
        column::FIRST_NAME,
        column::COMPANY,
        column::STREET,
        column::EMAIL,
        column::SEGMENT,
    ];
    let columns = columns.map(|column| read.column(column));
    let row = |n: usize| columns.each_ref().map(|column| column[n].to_owned());
    (0..read.contacts.height()).map(row).collect()
}

#[test]
fn every_delimiter_quote_and_line_end_gives_the_same_cells() {
    let table = table();
    for delimiter in [",", ";", "\t", "|", ", ", "^"] {
        for quote in ['"', '\''] {
            for line_end in ["\n", "\r\n", "\r"] {
                let file = written(&table, delimiter, quote, line_end).concat();
                assert_eq!(recovered(&file), table[1..], "{delimiter:?} {quote:?} {line_end:?}");
            }
        }
    }
}

#[test]
fn ends_beginnings_and_single_rows_make_no_difference() {
    let table = table();
    let plain = written(&table, ",", '"', "\n");
    let file = plain.concat();
    assert_eq!(recovered(file.trim_end()), table[1..]);
    assert_eq!(recovered(&format!("{file}\n")), table[1..]);
    assert_eq!(recovered(&format!("PREAMBLE,,,,,\n,,,,,\n{file}")), table[1..]);
    assert_eq!(recovered(&format!("Export of 2026-03-01\n\n{file}")), table[1..]);
    assert_eq!(recovered(&plain[..2].concat()), table[1..2]);
    assert_eq!(recovered(&plain[0]).len(), 0);
}

#[test]
fn a_header_that_stands_there_several_times_is_one_header() {
    let table = table();
    let file = written(&table, ",", '"', "\n").concat();
    let again = format!("{}\n{}\n{file}", HEADER.join(","), HEADER.join(","));
    let read = csv(again.as_bytes());
    assert_eq!(cells(&read), table[1..]);
    let reasons: Vec<_> = read.aside().iter().map(|(_, reason, _)| *reason).collect();
    assert_eq!(reasons, ["repeated-header", "repeated-header"]);
}

#[test]
fn a_stray_quote_before_any_cell_of_any_row_stays_in_its_cell() {
    let mut table = table();
    for row in 0..table.len() {
        for column in 0..HEADER.len() {
            let mut lines = written(&table, ",", '"', "\n");
            let line = &lines[row];
            // The quote goes before the cell, and before the cell's own quote if it has one.
            let place = line
                .char_indices()
                .scan(false, |is_quoted, (place, letter)| {
                    *is_quoted ^= letter == '"';
                    Some((place, letter == ',' && !*is_quoted))
                })
                .filter(|(_, is_delimiter)| *is_delimiter)
                .map(|(place, _)| place + 1);
            let place = std::iter::once(0).chain(place).nth(column).unwrap();
            lines[row].insert(place, '"');
            let cell = &mut table[row][column];
            cell.insert(0, '"');
            let file = lines.concat();
            if row > 0 {
                assert_eq!(recovered(&file), table[1..], "row {row} column {column}");
            } else {
                // A header with a quote in it maps nothing; the rows under it are read.
                let read = csv(file.as_bytes());
                assert_eq!((read.n_rows, read.quarantine.height()), (12, 0), "column {column}");
            }
            table[row][column].remove(0);
        }
    }
}

#[test]
fn a_cell_too_many_or_too_few_costs_its_row_and_no_other() {
    let table = table();
    for row in 1..table.len() {
        for column in 0..HEADER.len() - 1 {
            for (from, to) in [(",", ",,"), (",", "")] {
                let mut lines = written(&table, ",", '"', "\n");
                let place = lines[row].match_indices(from).nth(column).map(|(place, _)| place);
                let place = place.unwrap();
                let is_inside = lines[row][..place].matches('"').count() % 2 == 1;
                if is_inside {
                    continue;
                }
                lines[row].replace_range(place..=place, to);
                let read = csv(lines.concat().as_bytes());
                let others = [&table[1..row], &table[row + 1..]].concat();
                assert_eq!(cells(&read), others, "row {row} column {column} {to:?}");
                let text = lines[row].trim_end();
                assert_eq!(read.aside().iter().map(|(_, _, row)| *row).collect::<Vec<_>>(), [text]);
            }
        }
    }
}

#[test]
fn escaped_quotes_are_quotes() {
    let file = "source_id,first_name,email\n1,\"Ann \\\"A, B\\\"\",a@example.com\n\
                2,\"Bo\",b@example.com\n";
    let read = csv(file.as_bytes());
    assert_eq!(read.column(column::FIRST_NAME), ["Ann \"A, B\"", "Bo"]);
}

#[test]
fn totals_at_the_end_are_no_people() {
    let file = "source_id,first_name,email,clv\n1,A,a@example.com,5\n2,B,b@example.com,7\n\
                Total,,,12\n";
    let read = csv(file.as_bytes());
    assert_eq!(read.column(column::SOURCE_ID), ["1", "2"]);
    assert_eq!(read.aside(), [(4, "footer", "Total,,,12")]);
}
