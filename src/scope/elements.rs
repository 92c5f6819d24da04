//! Which data of whom were exposed?

use crate::tables::layout::{Affected, Element};
use crate::tables::{Table, column};

/// Gives the matrix of persons and classes of data, one row per cell: what was exposed, and what
/// a list exposes but the contacts do not hold of the person.
///
/// # Shape
/// In the order of `affected`, then of the codes.
pub(super) fn elements(affected: &Table<Affected>) -> Table<Element> {
    let (exposed, left_out) =
        (affected.text(column::DATA_CLASSES), affected.text(column::CLASSES_LEFT_OUT));
    let told = affected.text(column::CLASSES_TOLD);
    let mut cells: Vec<(u32, &str, bool, bool)> = Vec::with_capacity(2 * affected.height());
    for (row, place) in (0u32..).zip(0..affected.height()) {
        let start = cells.len();
        let told: Vec<&str> = told.get(place).map_or(Vec::new(), |told| told.split(';').collect());
        for (classes, is_exposed) in [(exposed.get(place), true), (left_out.get(place), false)] {
            let classes = classes.unwrap_or_default().split(';').filter(|class| !class.is_empty());
            cells.extend(classes.map(|class| (row, class, is_exposed, told.contains(&class))));
        }
        cells[start..].sort_unstable_by_key(|cell| cell.1);
    }
    let of = |column: crate::tables::Column| {
        column.texts(cells.iter().map(|cell| affected.text(column).get(cell.0 as usize)))
    };
    Table::of(vec![
        of(column::CUSTOMER_ID),
        of(column::INCIDENT),
        column::DATA_CLASS.texts(cells.iter().map(|cell| Some(cell.1))),
        column::EXPOSED.flags(cells.iter().map(|cell| cell.2).collect()),
        column::TOLD_BEFORE.flags(cells.iter().map(|cell| cell.3).collect()),
        of(column::EVIDENCE),
    ])
}
