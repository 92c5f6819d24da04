//! What do records say of who someone is?

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::intern::{Space, Symbol, numbered};
use super::{fold, key, name_place, whole_name};
use crate::tables::layout::Contact;
use crate::tables::{Table, column};

/// Names, employer and birth date by row.
pub(super) struct People {
    /// Given, middle and family names share a space, since they change places.
    pub(super) names: Space,
    /// By the symbol of the name.
    initials: Vec<Symbol>,
    sounds: Vec<Symbol>,
    pub(super) first: Vec<Symbol>,
    middle: Vec<Symbol>,
    pub(super) last: Vec<Symbol>,
    pub(super) companies: Space,
    pub(super) company: Vec<Symbol>,
    suffix: Vec<u8>,
    is_ideographic: Vec<bool>,
    /// Whole names, once the names are complete.
    pub(super) full: Vec<Symbol>,
    birth_days: Vec<Option<i32>>,
}

impl People {
    /// Folds and interns them.
    pub(super) fn of(contacts: &Table<Contact>) -> People {
        let n_rows = contacts.height();
        // The three share a space, since they change places.
        let columns = [column::FIRST_NAME, column::LAST_NAME, column::MIDDLE_NAME];
        let texts = columns.map(|column| contacts.text(column));
        let value = |place: usize, row: usize| texts[place].get(row);
        let (names, symbols) = Space::of_columns(columns.len(), n_rows, value, fold::name);
        let mut symbols = symbols.into_iter();
        let [mut first, mut last, middle] = columns.map(|_| symbols.next().unwrap_or_default());
        name_place::put_right(&names, &mut first, &mut last);
        let is_ideographic = (0..n_rows)
            .into_par_iter()
            .map(|row| texts[..2].iter().filter_map(|texts| texts.get(row)).any(has_ideographs))
            .collect();
        let texts = contacts.text(column::COMPANY);
        let (companies, company) = Space::of(n_rows, |row| texts.get(row), fold::name);
        let suffixes = contacts.text(column::SUFFIX);
        let suffix = (0..n_rows)
            .into_par_iter()
            .map(|row| suffixes.get(row).map_or(0, generation))
            .collect();
        let mut birth_days: Vec<Option<i32>> = contacts.day(column::BIRTH_DATE).iter().collect();
        forget_stand_ins(&mut birth_days, &last);
        let (initials, sounds) = (key::initials(&names), key::sounds(&names));
        People {
            names,
            initials,
            sounds,
            first,
            middle,
            last,
            companies,
            company,
            suffix,
            is_ideographic,
            full: Vec::new(),
            birth_days,
        }
    }

    /// Completes names that lack the given name by the mailboxes, as pairs of record and e-mail,
    /// and numbers whole names.
    pub(super) fn complete(&mut self, mailboxes: (&Space, &[(u32, Symbol)])) {
        whole_name::complete(&self.names, mailboxes, &mut self.first, &mut self.last);
        self.full = full_names(&self.first, &self.last);
    }

    /// Writes them into the record of a row.
    pub(super) fn fill(&self, row: usize, record: &mut Record) {
        record.first_name = self.first[row];
        record.middle_name = self.middle[row];
        record.last_name = self.last[row];
        record.company = self.company[row];
        record.suffix = u16::from(self.suffix[row]);
        record.is_ideographic = self.is_ideographic[row];
        record.full_name = self.full[row];
        record.first_initial = self.initials[record.first_name as usize];
        record.sounds =
            [record.first_name, record.last_name].map(|name| self.sounds[name as usize]);
        if let Some(day_number) = self.birth_days[row] {
            record.birth_day_number = day_number;
            record.birth_date = digits_of(day_number);
        }
    }
}

/// Drops the birth dates that stand in for none: those that far more people have than a date
/// usually has. What a form is filled in with (11 November 1911) is nobody's birthday, and two
/// records that differ in it do not differ.
fn forget_stand_ins(birth_days: &mut [Option<i32>], last_names: &[Symbol]) {
    /// So many records have one date by chance, or since they are one person's.
    const N_RECORDS_MIN: usize = 30;
    /// Times as many as a date has on average.
    const N_TIMES_AVERAGE: usize = 20;
    let mut n_of_day: HashMap<i32, usize, FxBuildHasher> = HashMap::default();
    for day in birth_days.iter().flatten() {
        *n_of_day.entry(*day).or_default() += 1;
    }
    let average = birth_days.iter().flatten().count() / n_of_day.len().max(1);
    let n_records_max = N_RECORDS_MIN.max(N_TIMES_AVERAGE * average);
    let mut crowded: Vec<(i32, Symbol)> = birth_days
        .iter()
        .zip(last_names)
        .filter_map(|(day, &last_name)| Some(((*day)?, last_name)))
        .filter(|(day, _)| n_of_day.get(day).is_some_and(|&n| n > n_records_max))
        .collect();
    crowded.sort_unstable();
    let stand_ins: Vec<i32> = crowded
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|records| {
            // Many records of few people are a person's own date.
            let names = records.chunk_by(|one, other| one.1 == other.1);
            names.count() * 2 > n_records_max
        })
        .map(|records| records[0].0)
        .collect();
    if stand_ins.is_empty() {
        return;
    }
    for day in birth_days {
        if day.is_some_and(|day| stand_ins.binary_search(&day).is_ok()) {
            *day = None;
        }
    }
}

/// Tells whether a name has Chinese characters, as Chinese and Japanese names do. How they are
/// read is not written: transliterated they are the name of nobody.
fn has_ideographs(name: &str) -> bool {
    !name.is_ascii() && name.chars().any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}'))
}

/// Ranks generations; a father may be called senior, or the first.
fn generation(suffix: &str) -> u8 {
    let word: String =
        suffix.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match word.as_str() {
        "sr" | "sen" | "senior" | "i" | "1st" => 1,
        "jr" | "jun" | "junior" | "ii" | "2nd" => 2,
        "iii" | "3rd" => 3,
        "iv" | "4th" => 4,
        "v" | "5th" => 5,
        // A degree or an order tells no generation.
        _ => 0,
    }
}

/// Writes a day as one hexadecimal digit per decimal digit of year, month and day.
///
/// # Source
/// Hinnant (2013), "chrono-compatible low-level date algorithms", `civil_from_days`.
fn digits_of(day_number: i32) -> u32 {
    let z = i64::from(day_number) + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut rest = year.clamp(0, 9999) * 10_000 + month * 100 + day;
    let mut digits = 0;
    for place in 0..8 {
        digits |= u32::try_from(rest % 10).unwrap_or(0) << (4 * place);
        rest /= 10;
    }
    digits
}

/// Numbers the whole names, whichever part stands first; 0 where one is absent.
fn full_names(first: &[Symbol], last: &[Symbol]) -> Vec<Symbol> {
    numbered(first.len(), |row| {
        let (first, last) = (first[row], last[row]);
        let is_whole = first != 0 && last != 0;
        is_whole.then(|| u64::from(first.min(last)) << 32 | u64::from(first.max(last)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_digit_by_digit() {
        assert_eq!(digits_of(0), 0x1970_0101);
        assert_eq!(digits_of(-1), 0x1969_1231);
        assert_eq!(digits_of(3718), 0x1980_0307);
        assert_eq!(digits_of(11_016), 0x2000_0229);
    }

    #[test]
    fn generations_are_ranked_and_degrees_are_not() {
        assert_eq!(generation("Jr."), generation("II"));
        assert_ne!(generation("Sr"), generation("jr"));
        assert_eq!(generation("PhD"), 0);
    }

    #[test]
    fn a_date_that_hundreds_of_people_share_is_nobody_s() {
        let stand_in = -21_235;
        let mut days: Vec<Option<i32>> = (0..2_000).map(|day| Some(day % 900)).collect();
        days.extend([Some(stand_in); 60]);
        // One person with as many records has a birthday.
        days.extend([Some(-5_000); 60]);
        let names: Vec<Symbol> = (0..2_060).chain([7; 60]).collect();
        forget_stand_ins(&mut days, &names);
        assert!(days[2_000..2_060].iter().all(Option::is_none));
        assert!(days[..2_000].iter().chain(&days[2_060..]).all(Option::is_some));
    }
}
