//! How is a table written that would not fit into memory?

use std::ops::Range;

use polars::prelude::{DataFrame, PolarsError};

use super::Error;
use super::desk::{Desk, Written, synced};
use super::parquet::groups;

impl Desk {
    /// Writes a table as Parquet, of which `piece` gives some rows that follow each other. The
    /// groups are those into which `parquet` parts the table.
    pub(super) fn parquet_in_pieces<E: From<Error>>(
        &self,
        name: &str,
        n_rows: usize,
        mut piece: impl FnMut(Range<usize>) -> Result<DataFrame, E>,
    ) -> Result<Written, E> {
        let mut begun = self.begin(name, 1 << 20)?;
        let path = begun.path.clone();
        let refused =
            |cause: PolarsError| Error::Table { path: path.clone(), cause: cause.to_string() };
        let mut groups = groups(n_rows);
        let first = piece(groups.next().unwrap_or(0..0))?;
        let mut file = self.table(&mut begun.sink, first.schema()).map_err(refused)?;
        file.add(&first).map_err(refused)?;
        drop(first);
        for rows in groups {
            file.add(&piece(rows)?).map_err(refused)?;
        }
        file.finish().map_err(refused)?;
        Ok(synced(begun, Some(n_rows), None)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Folder;
    use super::super::parquet::{N_ROWS_GROUP, slice};
    use super::*;
    use polars::prelude::{IntoColumn, NamedFrom, Series};

    #[test]
    fn a_table_written_in_pieces_has_the_bytes_that_it_has_whole() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::begin(&dir.path().join("out")).unwrap();
        for n_rows in [0, 1, N_ROWS_GROUP - 1, N_ROWS_GROUP, 3 * N_ROWS_GROUP + 7] {
            let n = u32::try_from(n_rows).unwrap();
            let numbers =
                Series::new("number".into(), (0..n).map(|row| row / 3).collect::<Vec<_>>());
            let frame = DataFrame::new_infer_height(vec![numbers.into_column()]).unwrap();
            let (whole, pieces) = (format!("whole{n}.parquet"), format!("pieces{n}.parquet"));
            folder.parquet(&[(&whole, &frame)]).unwrap();
            let piece = |rows: Range<usize>| -> Result<_, Error> { Ok(slice(&frame, rows)) };
            folder.parquet_in_pieces(&pieces, n_rows, piece).unwrap();
        }
        for written in folder.written().chunks(2) {
            assert_eq!(written[0].sha256, written[1].sha256, "{:?} rows", written[0].n_rows);
            assert_eq!(written[0].n_rows, written[1].n_rows);
        }
    }
}
