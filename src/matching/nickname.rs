//! Is `Bob` a `Robert`?
//!
//! `nicknames.csv` has a line per name: the full form, then the short and pet forms in use in
//! English, German, Spanish, French, Italian, Dutch, Polish, Greek and Russian. Two names of one
//! line may be one person's; a form may stand in several lines (`Alex`), and lines are not
//! joined through it (`Alexander` is no `Alexandra`).

use std::collections::BTreeMap;

use super::fold;
use super::intern::{Space, Symbol};

/// The table that is compiled in.
const NICKNAMES: &str = include_str!("nicknames.csv");

/// Which lines of the table each name symbol stands in.
pub(super) struct Nicknames {
    /// Where the lines of a symbol begin in `lines`; one more than there are symbols.
    starts: Vec<u32>,
    lines: Vec<u16>,
}

impl Nicknames {
    /// Looks up every name of a space once.
    pub(super) fn of(names: &Space) -> Nicknames {
        let table = table();
        let (mut starts, mut lines) = (vec![0], Vec::new());
        for symbol in 0..names.n_symbols() {
            let name = names.text(super::intern::count(symbol));
            if let Some(found) = table.get(name) {
                lines.extend_from_slice(found);
            }
            starts.push(super::intern::count(lines.len()));
        }
        Nicknames { starts, lines }
    }

    /// Tells whether two names may be one person's.
    pub(super) fn agree(&self, one: Symbol, other: Symbol) -> bool {
        let other = self.lines_of(other);
        !other.is_empty() && self.lines_of(one).iter().any(|line| other.contains(line))
    }

    /// Tells whether a name stands in the table.
    pub(super) fn knows(&self, name: Symbol) -> bool {
        !self.lines_of(name).is_empty()
    }

    fn lines_of(&self, symbol: Symbol) -> &[u16] {
        let place = symbol as usize;
        &self.lines[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// Reads the table: each folded name with the lines it stands in.
fn table() -> BTreeMap<String, Vec<u16>> {
    let mut table: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for (line, names) in (0_u16..).zip(NICKNAMES.lines()) {
        for raw in names.split(',') {
            let mut folded = String::new();
            fold::name(raw, &mut folded);
            let lines = table.entry(folded).or_default();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(one: &str, other: &str) -> bool {
        let raw = [one, other];
        let (names, symbols) = Space::of(raw.len(), |row| Some(raw[row]), fold::name);
        Nicknames::of(&names).agree(symbols[0], symbols[1])
    }

    #[test]
    fn short_forms_agree_with_their_names_and_with_each_other() {
        for (one, other) in [
            ("Robert", "Bob"),
            ("Bobby", "Rob"),
            ("Elizabeth", "Liz"),
            ("William", "Bill"),
            ("Johannes", "Hans"),
            ("Katharina", "Käthe"),
            ("Francisco", "Paco"),
            ("Giuseppe", "Beppe"),
            ("Katarzyna", "Kasia"),
            ("Александр", "Sasha"),
        ] {
            assert!(agree(one, other), "{one} {other}");
            assert!(agree(other, one), "{other} {one}");
        }
    }

    #[test]
    fn names_are_not_joined_through_a_form_that_they_share() {
        assert!(agree("Alexander", "Alex"));
        assert!(agree("Alexandra", "Alex"));
        assert!(!agree("Alexander", "Alexandra"));
        assert!(!agree("Robert", "Richard"));
        assert!(!agree("Xyz", "Zyx"));
    }

    #[test]
    fn every_line_names_at_least_two() {
        for (line, names) in NICKNAMES.lines().enumerate() {
            assert!(names.split(',').count() >= 2, "line {}", line + 1);
            assert!(names.split(',').all(|name| !name.is_empty() && name == name.trim()));
        }
    }
}
