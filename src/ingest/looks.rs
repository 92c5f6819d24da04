//! What does a cell look like, and has a spreadsheet been at it?

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    Email,
    Phone,
    Date,
    YesNo,
    Integer,
    Decimal,
    Id,
    Link,
    Text,
}

impl Look {
    /// Every look, in the order of their counters.
    pub(super) const ALL: [Look; 9] = [
        Look::Email,
        Look::Phone,
        Look::Date,
        Look::YesNo,
        Look::Integer,
        Look::Decimal,
        Look::Id,
        Look::Link,
        Look::Text,
    ];

    /// Gives the word for people.
    pub(super) fn word(self) -> &'static str {
        match self {
            Look::Email => "email",
            Look::Phone => "phone",
            Look::Date => "date",
            Look::YesNo => "yes or no",
            Look::Integer => "integer",
            Look::Decimal => "decimal",
            Look::Id => "id",
            Look::Link => "link",
            Look::Text => "text",
        }
    }

    /// Tells what a cell looks like; it is not empty.
    pub(super) fn of(cell: &str) -> Look {
        let n_digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let bare = cell.strip_prefix(['-', '+']).unwrap_or(cell);
        if cell.split_once('@').is_some_and(|(_, domain)| domain.contains('.'))
            && !cell.contains(' ')
        {
            Look::Email
        } else if cell.starts_with("http://") || cell.starts_with("https://") {
            Look::Link
        } else if is_yes_or_no(cell) {
            Look::YesNo
        } else if n_digits == 0 {
            Look::Text
        } else if is_date(cell) {
            Look::Date
        } else if cell.starts_with('+') && (7..=15).contains(&n_digits) && is_dialled(cell) {
            Look::Phone
        } else if n_digits == bare.len() {
            Look::Integer
        } else if is_decimal(bare) {
            Look::Decimal
        } else if (7..=15).contains(&n_digits) && is_dialled(cell) {
            Look::Phone
        } else if is_id(cell) {
            Look::Id
        } else {
            Look::Text
        }
    }
}

fn is_yes_or_no(cell: &str) -> bool {
    const WORDS: [&str; 14] = [
        "true", "false", "yes", "no", "y", "n", "ja", "nein", "oui", "non", "si", "sí", "nee",
        "tak",
    ];
    WORDS.contains(&cell.to_lowercase().as_str())
}

/// Three groups of digits, one of them a year or all of two; a time may follow.
fn is_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or(cell);
    let mark = match day.bytes().find(|byte| !byte.is_ascii_digit()) {
        Some(mark @ (b'-' | b'/' | b'.')) => char::from(mark),
        _ => return false,
    };
    let groups: Vec<&str> = day.trim_end_matches('.').split(mark).collect();
    let is_number = |group: &&str| {
        (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    groups.len() == 3
        && groups.iter().all(is_number)
        && groups[1].len() <= 2
        && match (groups[0].len(), groups[2].len()) {
            (4, last) => last <= 2,
            (first, last) => first <= 2 && (last == 2 || last == 4),
        }
}

fn is_dialled(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || b"+ -/().\xc2\xa0".contains(&byte))
}

fn is_decimal(cell: &str) -> bool {
    let n_marks = cell.bytes().filter(|byte| b".,".contains(byte)).count();
    n_marks > 0
        && n_marks <= 4
        && cell.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
        || is_scientific(cell)
}

/// A GUID, or letters and digits without spaces as systems make them.
fn is_id(cell: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_{}".contains(&byte);
    cell.len() >= 6
        && cell.bytes().all(is_part)
        && cell.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What a spreadsheet does to values when it opens and saves a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Damage {
    /// `4.91512E+11`: digits of a long number are gone.
    Scientific,
    /// `49151.0`: a number's fraction that was never there.
    Fraction,
    /// `#N/A`, `#REF!`, `########`.
    Error,
    /// `MÃ¼ller`: text decoded twice.
    Mojibake,
}

impl Damage {
    /// Every damage that one cell shows by itself.
    pub(super) const ALL: [Damage; 4] =
        [Damage::Scientific, Damage::Fraction, Damage::Error, Damage::Mojibake];

    /// Gives the sentence for people.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Damage::Scientific => {
                "in scientific notation: digits are lost, ask for the export anew"
            }
            Damage::Fraction => "end in `.0`: a spreadsheet took ids or phones for numbers",
            Damage::Error => "are errors of a spreadsheet and say nothing",
            Damage::Mojibake => "are text that was decoded twice; repaired where standardized",
        }
    }

    /// Tells the damage of a cell, if it has any.
    pub(super) fn of(cell: &str) -> Option<Damage> {
        const ERRORS: [&str; 7] =
            ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"];
        let is_hashes = cell.len() >= 3 && cell.bytes().all(|byte| byte == b'#');
        if is_hashes || ERRORS.contains(&cell) {
            return Some(Damage::Error);
        }
        if is_scientific(cell) {
            return Some(Damage::Scientific);
        }
        let whole = cell.strip_suffix(".0");
        if whole.is_some_and(|whole| whole.len() >= 5 && whole.bytes().all(|b| b.is_ascii_digit()))
        {
            return Some(Damage::Fraction);
        }
        // UTF-8 read as windows-1252: a lead byte's letter, then a letter of the upper half.
        let mut letters = cell.chars().peekable();
        while let Some(letter) = letters.next() {
            let next = letters.peek().copied().unwrap_or(' ');
            let is_tail = ('\u{80}'..='\u{bf}').contains(&next)
                || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(next);
            if ('\u{c2}'..='\u{c5}').contains(&letter) && is_tail {
                return Some(Damage::Mojibake);
            }
        }
        None
    }
}

/// `4.91512E+11`, with a comma in other countries.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = mantissa.split_once(['.', ',']);
    fraction.map_or(digits(mantissa) && mantissa.len() == 1, |(whole, rest)| {
        whole.len() == 1 && digits(whole) && digits(rest)
    }) && exponent.strip_prefix('+').is_some_and(|power| digits(power) && power.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_known_by_its_look() {
        for (cell, look) in [
            ("a@example.com", Look::Email),
            ("+49 30 901820", Look::Phone),
            ("030/901820-1", Look::Phone),
            ("(555) 123-4567", Look::Phone),
            ("2026-03-01", Look::Date),
            ("1.3.1980", Look::Date),
            ("03/01/80", Look::Date),
            ("2026-03-01T10:00:00Z", Look::Date),
            ("01067", Look::Integer),
            ("1.234,50", Look::Decimal),
            ("yes", Look::YesNo),
            ("0035e00000AbCdEAAV", Look::Id),
            ("https://example.com/1", Look::Link),
            ("Unit 5, Mill Lane", Look::Text),
        ] {
            assert_eq!(Look::of(cell), look, "{cell}");
        }
    }

    #[test]
    fn the_traces_of_a_spreadsheet_are_named() {
        assert_eq!(Damage::of("4.91512E+11"), Some(Damage::Scientific));
        assert_eq!(Damage::of("4,91512E+11"), Some(Damage::Scientific));
        assert_eq!(Damage::of("4915123456.0"), Some(Damage::Fraction));
        assert_eq!(Damage::of("#N/A"), Some(Damage::Error));
        assert_eq!(Damage::of("#####"), Some(Damage::Error));
        assert_eq!(Damage::of("MÃ¼ller"), Some(Damage::Mojibake));
        for plain in ["Müller", "Ã", "12.0", "1E5", "E+11", "Ålesund", "São Paulo"] {
            assert_eq!(Damage::of(plain), None, "{plain}");
        }
    }
}
