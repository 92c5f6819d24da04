//! On which row of a file do the columns get their names?
//!
//! Reports begin with a title and a date, exports with nothing at all. The header is the row
//! that holds most names which the mapping knows; else the first row as wide as the table whose
//! cells look like names; else the first row.

use std::collections::BTreeSet;

/// Rows that are looked at.
pub(super) const N_ROWS_BEFORE: usize = 64;

/// Finds the header among the first rows of a file. `wanted` are headers that the mapping knows,
/// whatever their capitals, spaces and marks.
pub(super) fn header_row(rows: &[Vec<String>], n_columns: usize, wanted: &[String]) -> usize {
    let wanted: BTreeSet<String> = wanted.iter().map(|name| bare(name)).collect();
    let n_wanted =
        |row: &Vec<String>| row.iter().filter(|cell| wanted.contains(&bare(cell))).count();
    let most = rows.iter().map(n_wanted).max().unwrap_or(0);
    if most > 0 {
        return rows.iter().position(|row| n_wanted(row) == most).unwrap_or(0);
    }
    let is_header = |row: &Vec<String>| {
        let n_named = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        row.len() * 10 >= n_columns * 6
            && n_named * 2 >= row.len()
            && (n_columns == 1 || n_named > 1)
            && row.iter().all(|cell| is_name(cell))
    };
    rows.iter().position(is_header).unwrap_or(0)
}

/// Gives the letters and digits of a name.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Tells a column's name from a value: it is short, and no address, number or date.
fn is_name(cell: &str) -> bool {
    let cell = cell.trim();
    let n_digits = cell.bytes().filter(u8::is_ascii_digit).count();
    cell.chars().count() <= 80 && !cell.contains('@') && n_digits * 2 <= cell.len() && n_digits < 6
}

/// Tells headers from a person's data: no header holds an address or a long number.
pub(super) fn is_data(found: &[String]) -> bool {
    let n_digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    found.iter().any(|word| word.contains('@') || n_digits(word) >= 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&str], wanted: &[&str]) -> usize {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.split(',').map(str::to_owned).collect()).collect();
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        let n_columns = rows.last().map_or(1, Vec::len);
        header_row(&rows, n_columns, &wanted)
    }

    #[test]
    fn what_stands_before_the_header_is_passed_over() {
        assert_eq!(check(&["id,email,city", "1,a@b.de,Bonn"], &[]), 0);
        assert_eq!(
            check(&["Contacts of March", "as of 2026-03-01", "id,email,city", "1,a@b.de,X"], &[]),
            2
        );
        assert_eq!(check(&["PREAMBLE,,,", ",,,", "id,a,b,c", "1,2,3,4"], &[]), 2);
        assert_eq!(check(&["Title,x,y", "id,email,city", "1,a,b"], &["EMAIL"]), 1);
        assert_eq!(check(&["email", "a@b.de"], &[]), 0);
    }

    #[test]
    fn a_file_without_a_header_begins_with_its_first_row() {
        assert_eq!(check(&["1,a@b.de,Bonn", "2,c@d.de,Ulm"], &[]), 0);
        assert_eq!(check(&["a@b.de", "c@d.de"], &[]), 0);
        // One name more or fewer than there are cells is a header that was damaged.
        assert_eq!(check(&["id,email,city,", "1,a@b.de,Bonn"], &[]), 0);
    }
}
