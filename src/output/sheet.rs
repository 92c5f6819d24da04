//! How is a CSV file written that is too long for memory?

use polars::prelude::DataFrame;

use super::Dialect;

/// A CSV file that is made piece by piece, so that it need never be in memory whole.
pub struct Sheet<'a> {
    /// Its path within the folder.
    pub path: String,
    /// How it is written.
    pub dialect: Dialect,
    /// How many pieces it has; at least one, which may have no rows.
    pub n_pieces: usize,
    /// Makes a piece; all have the same columns.
    pub piece: Box<dyn Fn(usize) -> DataFrame + Send + Sync + 'a>,
}

impl std::fmt::Debug for Sheet<'_> {
    /// Shape only: a list holds personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sheet({}, {} pieces)", self.path, self.n_pieces)
    }
}
