//! Is this row a total of the others?

/// What a row of totals is called, in the languages that exports come in.
const WORDS: [&str; 20] = [
    "gesamt",
    "gesamtergebnis",
    "gesamtsumme",
    "grand total",
    "grand totals",
    "insgesamt",
    "razem",
    "somma",
    "subtotal",
    "suma",
    "sum",
    "summe",
    "total general",
    "total général",
    "total",
    "totaal",
    "totale",
    "totals",
    "totaux",
    "zwischensumme",
];

/// Tells a row of totals: its first word is one, every other cell is empty or a number, and at
/// least one is a number and one empty. No person is called so and has nothing but numbers.
pub(super) fn is_total<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut is_named = false;
    let (mut n_numbers, mut n_empty) = (0, 0);
    for cell in cells {
        if cell.is_empty() {
            n_empty += 1;
        } else if !is_named {
            let name = cell.trim_end_matches(':').trim_end();
            if !WORDS.iter().any(|word| word.eq_ignore_ascii_case(name)) {
                return false;
            }
            is_named = true;
        } else if is_number(cell) {
            n_numbers += 1;
        } else {
            return false;
        }
    }
    n_numbers > 0 && n_empty > 0
}

fn is_number(cell: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"., '-+%()".contains(&byte);
    let bare = cell.trim_matches(|letter: char| "€$£ ".contains(letter));
    bare.bytes().any(|byte| byte.is_ascii_digit()) && bare.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_no_people_and_people_no_totals() {
        let check = |row: &str| is_total(row.split('|'));
        assert!(check("Total|||1,234.50"));
        assert!(check("|Summe:||12|€ 3.400,00"));
        assert!(!check("Total|Anna||5"));
        assert!(!check("Total||"));
        assert!(!check("7|Anna||5"));
        assert!(!check("Total|5"));
        assert!(!check("||"));
    }
}
