//! Does this frame hold what its name says?

use std::marker::PhantomData;

use polars::prelude::{
    BooleanType, DataFrame, Float64Chunked, IdxCa, IdxSize, Int32Chunked, Int64Chunked,
    PolarsDataType, StringType, UInt32Chunked, UInt64Chunked,
};
use rayon::prelude::*;

use super::{Column, Kind, Layout};

/// A column of text, in one piece.
pub type Texts = <StringType as PolarsDataType>::Array;

/// A column of yes and no, in one piece.
pub type Flags = <BooleanType as PolarsDataType>::Array;

/// A frame that was checked against the layout `L` once: its columns are there, in their order,
/// of their types, each in one piece.
pub struct Table<L> {
    frame: DataFrame,
    layout: PhantomData<fn() -> L>,
}

/// From so many rows on the columns of a table are laid together side by side: to wake the pool for
/// a batch costs more than to copy it.
const N_ROWS_SIDE_BY_SIDE: usize = 1 << 17;

impl<L> Clone for Table<L> {
    fn clone(&self) -> Self {
        Table { frame: self.frame.clone(), layout: PhantomData }
    }
}

impl<L: Layout> std::fmt::Debug for Table<L> {
    /// Shape only: a table holds personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Table<{}>({} rows)", L::NAME, self.height())
    }
}

/// A frame that came from outside does not have the layout it was read for.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// The frame lacks a column.
    #[error("column `{column}` of table `{table}` is missing, expected {expected}")]
    Missing {
        /// The layout's name.
        table: &'static str,
        /// The column's name.
        column: &'static str,
        /// Its type.
        expected: Kind,
    },
    /// A column has another type.
    #[error("column `{column}` of table `{table}` is {found}, expected {expected}")]
    WrongType {
        /// The layout's name.
        table: &'static str,
        /// The column's name.
        column: &'static str,
        /// Its type.
        expected: Kind,
        /// The type that stands there.
        found: String,
    },
}

impl<L: Layout> Table<L> {
    /// Takes a frame from outside (a file of an earlier run) and checks it.
    ///
    /// # Errors
    /// A column is missing or of another type; columns beyond the layout are left out.
    pub fn new(frame: &DataFrame) -> Result<Table<L>, LayoutError> {
        let found = |column: &Column| frame.column(column.name).ok().cloned();
        let columns: Result<_, _> =
            L::COLUMNS.iter().map(|column| fitting::<L>(found(column), *column)).collect();
        Ok(Table::of(columns?))
    }

    /// Takes a frame from outside as `new` does, column by column, so that it is never in memory
    /// twice. Columns of the layout that are `left_out` were not read, and hold nothing.
    ///
    /// # Errors
    /// As `new`.
    pub fn taken(mut frame: DataFrame, left_out: &[Column]) -> Result<Table<L>, LayoutError> {
        let n_rows = frame.height();
        let mut columns = Vec::with_capacity(L::COLUMNS.len());
        for column in L::COLUMNS {
            if left_out.contains(column) {
                columns.push(column.nothing(n_rows));
                continue;
            }
            columns.push(fitting::<L>(frame.drop_in_place(column.name).ok(), *column)?);
        }
        drop(frame);
        Ok(Table::of(columns))
    }

    /// Takes the columns that a room filled, in the layout's order.
    ///
    /// # Panics
    /// If a column is missing, misplaced, of another type or another length: a bug of the room.
    pub fn of(columns: Vec<polars::prelude::Column>) -> Table<L> {
        assert_eq!(columns.len(), L::COLUMNS.len(), "table {}: number of columns", L::NAME);
        for (column, filled) in L::COLUMNS.iter().zip(&columns) {
            assert_eq!(filled.name().as_str(), column.name, "table {}: column order", L::NAME);
            assert_eq!(*filled.dtype(), column.kind.dtype(), "table {}.{}", L::NAME, column.name);
        }
        let mut frame = match DataFrame::new_infer_height(columns) {
            Ok(frame) => frame,
            Err(error) => panic!("table {}: {error}", L::NAME),
        };
        frame.rechunk_mut();
        Table { frame, layout: PhantomData }
    }

    /// Gives a table without rows.
    pub fn empty() -> Table<L> {
        Table::of(L::COLUMNS.iter().map(Column::empty).collect())
    }

    /// Lays tables one under the other, in the order given.
    ///
    /// # Panics
    /// Never: tables of one layout fit.
    pub fn concat(parts: impl IntoIterator<Item = Table<L>>) -> Table<L> {
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else { return Table::empty() };
        for part in parts {
            whole.frame.vstack_mut_owned_unchecked(part.frame);
        }
        if whole.height() < N_ROWS_SIDE_BY_SIDE {
            whole.frame.rechunk_mut();
            return whole;
        }
        // A column a core; the pieces of each go as soon as it is whole.
        let columns = whole.frame.into_columns().into_par_iter();
        Table::of(columns.map(|column| column.rechunk()).collect())
    }

    /// Counts the rows.
    pub fn height(&self) -> usize {
        self.frame.height()
    }

    /// Lends the frame to a writer or a join.
    pub fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// Shares a column, without copying it.
    ///
    /// # Panics
    /// If the layout has no such column: a bug of the caller.
    pub fn whole(&self, column: Column) -> polars::prelude::Column {
        self.series(column).clone().into()
    }

    /// Gives the rows named, in that order; a row may be named more than once.
    ///
    /// # Panics
    /// If a row is beyond the table.
    #[must_use]
    pub fn rows(&self, rows: &[u32]) -> Table<L> {
        let rows = IdxCa::from_vec("".into(), rows.iter().map(|&row| IdxSize::from(row)).collect());
        let frame = self.frame.take(&rows).unwrap_or_else(|error| panic!("{}: {error}", L::NAME));
        Table { frame, layout: PhantomData }
    }

    /// Gives the rows from `start` on, `n_rows` of them at most, without copying them.
    #[must_use]
    pub fn slice(&self, start: usize, n_rows: usize) -> Table<L> {
        let frame = self.frame.slice(i64::try_from(start).unwrap_or(i64::MAX), n_rows);
        Table { frame, layout: PhantomData }
    }

    /// Finds a column by its place in the layout, which is its place in the frame: rooms ask for
    /// columns in their loops, and a frame would hash the name each time.
    fn series(&self, column: Column) -> &polars::prelude::Series {
        let place = L::COLUMNS.iter().position(|of_layout| of_layout.name == column.name);
        match place.and_then(|place| self.frame.columns().get(place)) {
            Some(found) => found.as_materialized_series(),
            None => panic!("table {} has no column {}", L::NAME, column.name),
        }
    }
}

/// Checks a column that was found, or not, in a frame from outside.
fn fitting<L: Layout>(
    found: Option<polars::prelude::Column>,
    column: Column,
) -> Result<polars::prelude::Column, LayoutError> {
    let (table, name, expected) = (L::NAME, column.name, column.kind);
    let found = found.ok_or(LayoutError::Missing { table, column: name, expected })?;
    if *found.dtype() != expected.dtype() {
        let found = found.dtype().to_string();
        return Err(LayoutError::WrongType { table, column: name, expected, found });
    }
    Ok(found)
}

/// One reader per kind. A column lies in one piece: what gives it as an array spares each `get` the
/// search for the piece that a row lies in, and a loop over all rows of numbers goes on to
/// `downcast_as_array` for that. Each panics where the layout has no such column, which is a bug of
/// the caller: the layout was checked when the table was made.
macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident: $kind:pat => $array:ty, $cast:ident $($piece:ident)?;)*) => {
        impl<L: Layout> Table<L> {
            $(
                $(#[$doc])*
                ///
                /// # Panics
                /// If the layout has no such column of this kind.
                pub fn $name(&self, column: Column) -> &$array {
                    assert!(matches!(column.kind, $kind), "{} is {}", column.name, column.kind);
                    self.series(column)
                        .$cast()
                        .unwrap_or_else(|error| panic!("{}: {error}", column.name))
                        $(.$piece())?
                }
            )*
        }
    };
}

readers! {
    /// Reads a column of text.
    text: Kind::Text => Texts, str downcast_as_array;
    /// Reads a column of yes and no.
    flag: Kind::Flag => Flags, bool downcast_as_array;
    /// Reads a column of small counts, rows and ids.
    count: Kind::Count => UInt32Chunked, u32;
    /// Reads a column of line numbers and hashes.
    long: Kind::Long => UInt64Chunked, u64;
    /// Reads a column of money in cents.
    cents: Kind::Cents => Int64Chunked, i64;
    /// Reads a column of numbers.
    number: Kind::Number => Float64Chunked, f64;
}

impl<L: Layout> Table<L> {
    /// Reads a column of days as days since 1970-01-01.
    ///
    /// # Panics
    /// If the layout has no such column of this kind.
    pub fn day(&self, column: Column) -> &Int32Chunked {
        match self.series(column).date() {
            Ok(days) => days.physical(),
            Err(error) => panic!("{}: {error}", column.name),
        }
    }

    /// Reads a column of instants as milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Panics
    /// If the layout has no such column of this kind.
    pub fn instant(&self, column: Column) -> &Int64Chunked {
        match self.series(column).datetime() {
            Ok(instants) => instants.physical(),
            Err(error) => panic!("{}: {error}", column.name),
        }
    }
}
