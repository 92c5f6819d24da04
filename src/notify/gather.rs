//! How is a column of a list picked from a table without copying its texts?

use polars::prelude::{DataFrame, IdxCa, NewChunkedArray};

use crate::tables::Column;

type Filled = polars::prelude::Column;

/// Rows to pick, in an order; an absent row gives an absent value. A picked text costs 16 bytes,
/// whatever its length: its letters stay where they are.
#[derive(Debug, Clone)]
pub(super) struct Rows(IdxCa);

impl Rows {
    /// Picks the rows given.
    pub(super) fn of(rows: Vec<u32>) -> Rows {
        Rows(IdxCa::from_vec("".into(), rows))
    }

    /// Picks the rows given, where there are any.
    pub(super) fn or_nothing(rows: impl Iterator<Item = Option<u32>>) -> Rows {
        Rows(IdxCa::from_iter_options("".into(), rows))
    }

    /// Picks from a column of a table.
    ///
    /// # Panics
    /// If there is no such column or row: a bug.
    pub(super) fn from(&self, table: &DataFrame, column: Column) -> Filled {
        let picked = table.column(column.name).and_then(|column| column.take(&self.0));
        picked.unwrap_or_else(|error| panic!("{}: {error}", column.name))
    }

    /// Picks from a column that stands alone, and gives it the name of `column`.
    ///
    /// # Panics
    /// If there is no such row: a bug.
    pub(super) fn of_column(&self, from: &Filled, column: Column) -> Filled {
        let picked = from.take(&self.0);
        picked
            .unwrap_or_else(|error| panic!("{}: {error}", column.name))
            .with_name(column.name.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::column as c;

    #[test]
    fn rows_are_picked_in_order_more_than_once_and_absent_ones_stay_absent() {
        let names = c::FIRST_NAME.texts(["Anna", "Berta"].map(Some).into_iter());
        let picked = Rows::or_nothing([Some(1), None, Some(0), Some(1)].into_iter())
            .of_column(&names, c::LAST_NAME);
        let texts: Vec<_> = picked.str().unwrap().iter().collect();
        assert_eq!(texts, [Some("Berta"), None, Some("Anna"), Some("Berta")]);
        assert_eq!(picked.name().as_str(), "last_name");
    }
}
