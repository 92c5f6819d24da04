//! What is in a file that nobody has mapped yet?
//!
//! Reads every row, as a run would, and gives counts, looks and guesses. Values appear masked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::block::{Cells, Taker, Width};
use super::data_file::{Block, DataFile};
use super::dialect::{Given, Place};
use super::files::found;
use super::headline::is_data;
use super::looks::{Damage, Look};
use super::meaning::{self, OrderColumn};
use super::preset;
use super::settings::Limits;
use super::sketch::Sketch;
use super::{Error, Field, Form, Reason};
use crate::terms::Masked;

/// Rows that are read at once.
const N_ROWS_BLOCK: usize = 16_384;
/// Examples that are shown of a column.
const N_EXAMPLES: usize = 3;

/// What is in a file.
#[derive(Debug, Serialize)]
pub struct Profile {
    /// The file.
    pub file: String,
    /// Its size in bytes.
    pub n_bytes: u64,
    /// How it is written.
    pub form: Form,
    /// Rows, good and bad, without the header.
    pub n_rows: u64,
    /// Rows that a run would set aside, by reason.
    pub set_aside: BTreeMap<&'static str, u64>,
    /// Rows with stray quotes of which only one reading makes sense.
    pub n_rows_mended: u64,
    /// The preset that knows these headers best, if one does.
    pub preset: Option<PresetGuess>,
    /// Whether the columns are those of a transaction log.
    pub is_orders: bool,
    /// The columns, in their order.
    pub columns: Vec<ColumnProfile>,
}

/// A preset that may fit.
#[derive(Debug, Serialize)]
pub struct PresetGuess {
    /// Its name.
    pub name: &'static str,
    /// Headers of the file that it knows.
    pub n_known: usize,
    /// Whether the file has all headers that tell the system.
    pub is_sure: bool,
}

/// What is in a column.
#[derive(Debug, Serialize)]
pub struct ColumnProfile {
    /// Its header.
    pub header: String,
    /// Cells that say something.
    pub n_filled: u64,
    /// Their share of the good rows.
    pub fill_share: f64,
    /// Different values.
    pub n_distinct: u64,
    /// Whether `n_distinct` is an estimate: within about 3 % above 4096.
    pub is_estimate: bool,
    /// What most of its cells look like; `mixed` where fewer than four fifths agree.
    pub looks_like: &'static str,
    /// A few values, masked.
    pub examples: Vec<String>,
    /// The field that it may be, and whether that is sure.
    pub meaning: Option<Guess>,
    /// Whether it is a house number or a flat, which joins the street.
    pub is_street_part: bool,
    /// The part of a transaction log that it may be.
    pub order_part: Option<&'static str>,
    /// Whether the preset reads it, or knows that it is not read.
    pub is_in_preset: bool,
    /// What a spreadsheet did to its values, a sentence each.
    pub damage: Vec<String>,
}

/// A field that a column may be.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Guess {
    /// The field.
    pub field: Field,
    /// Whether its name says so.
    pub is_sure: bool,
}

/// Looks at files, each as a whole.
///
/// # Errors
/// A file is missing, cannot be read, or is beyond the limits.
pub fn profile(pattern: &str, limits: &Limits) -> Result<Vec<Profile>, Error> {
    let at = "the command line";
    let patterns = [pattern.to_owned()];
    let mut profiles = Vec::new();
    for file in found("profile", &patterns, Path::new("."), at)? {
        for data in DataFile::open(file, &given(), limits, at)? {
            let (data, headers) = named(data);
            profiles.push(of_file(&data, &headers)?);
        }
    }
    Ok(profiles)
}

/// Gives what is known of a file that nobody has mapped.
pub(super) fn given() -> Given {
    let wanted = super::field::NAMES.iter().map(|(name, ..)| (*name).to_owned());
    Given { wanted: wanted.collect(), ..Given::default() }
}

/// Gives the columns names; where the first row is a person's, they are numbered, and it is a row
/// as any other.
pub(super) fn named(data: DataFile) -> (DataFile, Vec<String>) {
    let headers = data.headers();
    let is_known = headers.iter().any(|header| meaning::by_name(header).is_some());
    if !data.is_delimited() || is_known || !is_data(headers) {
        let headers = headers.to_vec();
        return (data, headers);
    }
    let headers = (1..=headers.len()).map(|number| format!("column_{number}")).collect();
    (data.without_header(), headers)
}

fn of_file(data: &DataFile, headers: &[String]) -> Result<Profile, Error> {
    let width = Width::of(headers, false);
    let blocks = data.blocks(N_ROWS_BLOCK)?.enumerate().par_bridge();
    let mut parts: Vec<(usize, Seen)> = blocks
        .map(|(place, block)| Ok((place, Seen::of(block?, &width)?)))
        .collect::<Result<_, Error>>()?;
    // Blocks are read in any order and joined in theirs, for the sake of the examples.
    parts.sort_unstable_by_key(|(place, _)| *place);
    let mut seen = Seen::new(headers.len());
    for (_, part) in parts {
        seen.join(part);
    }
    let preset = preset::guess(headers);
    let in_preset = preset.as_ref().map(|preset| preset::known_headers(preset.name));
    let mut columns: Vec<ColumnProfile> = headers
        .iter()
        .zip(&seen.columns)
        .map(|(header, column)| {
            let mut profile = column.profile(header, seen.n_good);
            let is_known = |known: &BTreeSet<String>| known.contains(&header.trim().to_lowercase());
            profile.is_in_preset = in_preset.as_ref().is_some_and(is_known);
            profile
        })
        .collect();
    settled(&mut columns);
    let has = |part: &str| columns.iter().any(|column| column.order_part == Some(part));
    let means = |field: Field| columns.iter().any(|c| c.meaning.is_some_and(|m| m.field == field));
    let names_people = [Field::FirstName, Field::LastName, Field::FullName].into_iter().any(means);
    let has_key = [Field::CustomerKey, Field::SourceId, Field::Email].into_iter().any(means);
    Ok(Profile {
        file: data.file.path.clone(),
        n_bytes: data.file.n_bytes,
        form: data.file.form.clone(),
        n_rows: seen.n_good + seen.set_aside.values().sum::<u64>(),
        set_aside: seen.set_aside,
        n_rows_mended: seen.n_mended,
        is_orders: has("amount") && has("at") && has_key && !names_people,
        preset,
        columns,
    })
}

/// Settles what the columns mean together: `Name` beside a first name is the last one, and a house
/// number belongs to the street if there is one.
fn settled(columns: &mut [ColumnProfile]) {
    let is =
        |column: &ColumnProfile, field: Field| column.meaning.is_some_and(|m| m.field == field);
    let has = |field: Field| columns.iter().any(|column| is(column, field));
    if has(Field::FirstName) && !has(Field::LastName) {
        for column in columns.iter_mut().filter(|column| is(column, Field::FullName)) {
            column.meaning = Some(Guess { field: Field::LastName, is_sure: false });
        }
    }
    let mut streets =
        columns.iter().filter(|column| is(column, Field::Street) && !column.is_street_part);
    if let (Some(street), None) = (streets.next(), streets.next()) {
        let meaning = street.meaning;
        for column in columns.iter_mut().filter(|column| column.is_street_part) {
            column.meaning = meaning;
        }
    }
}

/// What was seen of some rows.
struct Seen {
    n_good: u64,
    n_mended: u64,
    set_aside: BTreeMap<&'static str, u64>,
    columns: Vec<SeenColumn>,
}

/// What was seen of a column.
#[derive(Clone)]
struct SeenColumn {
    n_filled: u64,
    values: Sketch,
    /// The same without capitals: fewer of them means ids that differ in nothing else.
    folded: Sketch,
    looks: [u64; Look::ALL.len()],
    damage: [u64; Damage::ALL.len()],
    /// Whole numbers of four digits and of five: postcodes with and without their zero.
    n_four_digits: u64,
    n_five_digits: u64,
    /// Whole numbers that could be days since 1900, from 1920 to 2050.
    n_serial_days: u64,
    examples: Vec<String>,
}

impl Seen {
    fn new(n_columns: usize) -> Seen {
        let column = SeenColumn {
            n_filled: 0,
            values: Sketch::default(),
            folded: Sketch::default(),
            looks: [0; Look::ALL.len()],
            damage: [0; Damage::ALL.len()],
            n_four_digits: 0,
            n_five_digits: 0,
            n_serial_days: 0,
            examples: Vec::new(),
        };
        let columns = vec![column; n_columns];
        Seen { n_good: 0, n_mended: 0, set_aside: BTreeMap::new(), columns }
    }

    fn of(block: Block, width: &Width) -> Result<Seen, Error> {
        let mut seen = Seen::new(width.headers.len());
        block.read(width, &mut seen)?;
        Ok(seen)
    }

    fn join(&mut self, other: Seen) {
        self.n_good += other.n_good;
        self.n_mended += other.n_mended;
        for (reason, n_rows) in other.set_aside {
            *self.set_aside.entry(reason).or_default() += n_rows;
        }
        for (column, other) in self.columns.iter_mut().zip(other.columns) {
            column.join(other);
        }
    }
}

impl Taker for Seen {
    fn row(&mut self, _at: Place, _row: &str, cells: &impl Cells) {
        self.n_good += 1;
        for (place, column) in self.columns.iter_mut().enumerate() {
            if let Some(cell) = cells.cell(place).map(str::trim).filter(|cell| !cell.is_empty()) {
                column.see(cell);
            }
        }
    }

    fn set_aside(&mut self, _at: Place, reason: Reason, _row: &str) {
        *self.set_aside.entry(reason.id()).or_default() += 1;
    }

    fn mended(&mut self) {
        self.n_mended += 1;
    }
}

impl SeenColumn {
    fn see(&mut self, cell: &str) {
        self.n_filled += 1;
        self.values.see(cell);
        let look = Look::of(cell);
        self.looks[look as usize] += 1;
        if look == Look::Id {
            self.folded.see(&cell.to_lowercase());
        }
        if let Some(damage) = Damage::of(cell) {
            self.damage[damage as usize] += 1;
        }
        if look == Look::Integer {
            self.n_four_digits += u64::from(cell.len() == 4);
            self.n_five_digits += u64::from(cell.len() == 5);
            let is_day = cell.parse().is_ok_and(|days: u32| (7_306..=55_153).contains(&days));
            self.n_serial_days += u64::from(is_day);
        }
        let masked = || Masked(cell).to_string();
        if self.examples.len() < N_EXAMPLES && !self.examples.contains(&masked()) {
            self.examples.push(masked());
        }
    }

    fn join(&mut self, other: SeenColumn) {
        self.n_filled += other.n_filled;
        self.values.join(&other.values);
        self.folded.join(&other.folded);
        self.looks.iter_mut().zip(other.looks).for_each(|(sum, n)| *sum += n);
        self.damage.iter_mut().zip(other.damage).for_each(|(sum, n)| *sum += n);
        self.n_four_digits += other.n_four_digits;
        self.n_five_digits += other.n_five_digits;
        self.n_serial_days += other.n_serial_days;
        for example in other.examples {
            if self.examples.len() < N_EXAMPLES && !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
    }

    /// Gives the look of at least four fifths of the cells.
    fn look(&self) -> Option<Look> {
        let is_most = |look: &Look| self.looks[*look as usize] * 5 >= self.n_filled * 4;
        Look::ALL.into_iter().find(is_most).filter(|_| self.n_filled > 0)
    }

    fn profile(&self, header: &str, n_rows: u64) -> ColumnProfile {
        let by_name = meaning::by_name(header);
        let by_name = by_name.map(|m| Guess { field: m.field, is_sure: m.is_sure });
        let is_street_part = meaning::is_street_part(header);
        let meaning = by_name.or_else(|| self.meaning(header)).filter(|_| !is_street_part);
        let order_part = meaning::order_column(header).map(|part| match part {
            OrderColumn::Amount => "amount",
            OrderColumn::At => "at",
        });
        let look = self.look();
        ColumnProfile {
            header: header.to_owned(),
            n_filled: self.n_filled,
            fill_share: self.n_filled as f64 / n_rows.max(1) as f64,
            n_distinct: self.values.n_distinct(),
            is_estimate: self.values.is_estimate(),
            looks_like: match look {
                Some(look) => look.word(),
                None if self.n_filled == 0 => "empty",
                None => "mixed",
            },
            examples: self.examples.clone(),
            meaning,
            is_street_part,
            order_part,
            is_in_preset: false,
            damage: self.damage(meaning.map(|meaning| meaning.field)),
        }
    }

    /// Guesses from what the cells look like, where the name says nothing.
    fn meaning(&self, header: &str) -> Option<Guess> {
        if meaning::is_other(header) {
            return None;
        }
        let field = match self.look()? {
            Look::Email => Field::Email,
            Look::Phone => Field::Phone,
            _ => return None,
        };
        Some(Guess { field, is_sure: false })
    }

    fn damage(&self, field: Option<Field>) -> Vec<String> {
        let mut told: Vec<String> = Damage::ALL
            .into_iter()
            .map(|damage| (self.damage[damage as usize], damage.sentence()))
            .filter(|(n_cells, _)| *n_cells > 0)
            .map(|(n_cells, sentence)| format!("{n_cells} {sentence}"))
            .collect();
        let is_postcode = field == Some(Field::PostalCode);
        if is_postcode && self.n_four_digits > 0 && self.n_five_digits > self.n_four_digits {
            let n_cells = self.n_four_digits;
            told.push(format!(
                "{n_cells} have four digits where most have five: a leading zero was lost"
            ));
        }
        let dates = [Field::BirthDate, Field::CreatedAt, Field::UpdatedAt, Field::VerifiedAt];
        if field.is_some_and(|field| dates.contains(&field)) && self.n_serial_days > 0 {
            let n_cells = self.n_serial_days;
            told.push(format!(
                "{n_cells} are days since 1900, as a spreadsheet counts them, and no dates"
            ));
        }
        let ids = [Field::SourceId, Field::CustomerKey, Field::MergedIds];
        let n_folded = self.folded.n_distinct();
        let n_ids = self.looks[Look::Id as usize];
        let is_all_ids = n_ids == self.n_filled && !self.values.is_estimate();
        if field.is_some_and(|field| ids.contains(&field)) && is_all_ids {
            let n_alike = self.values.n_distinct().saturating_sub(n_folded);
            if n_alike > 0 {
                told.push(format!(
                    "{n_alike} ids differ from another in capitals only: a lookup in a spreadsheet takes \
                     them for one"
                ));
            }
        }
        told
    }
}
