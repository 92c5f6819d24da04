//! How is a part of a night read, where the whole would not fit into memory?
//!
//! Parquet files are made of groups of rows. Each is read for itself, side by side with others,
//! and what is not asked for is let go before the next one is read.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;

use jiff::Timestamp;
use polars::prelude::{ParallelStrategy, ParquetReader, PolarsError, SerReader};

use super::chosen::{Chosen, numbered, owned};
use super::listing::{self, Listed, Listing};
use super::window::number;
use super::write::file_name;
use super::{Error, Night};
use crate::output::Written;
use crate::tables::layout::{Contact, ContactPoint, Customer, GoldenRecord, Lineage};
use crate::tables::{Column, Layout, Table, apart, column};

/// A snapshot whose files were compared with their hashes.
#[derive(Debug)]
pub struct Opened {
    /// The instant of the night.
    pub at: Timestamp,
    /// The files, as they stood in the listing and were found; for the manifest.
    pub files: Vec<Written>,
    pub(super) folder: PathBuf,
    pub(super) listing: Listing,
}

/// A Parquet file of the snapshot, and the columns of it that are asked for.
pub(super) struct Pieces<'a> {
    path: PathBuf,
    listed: &'a Listed,
    asked: Vec<String>,
    left_out: Vec<Column>,
    groups: Vec<Range<usize>>,
    version: &'a str,
}

impl Opened {
    /// Reads all tables; of the contacts not the columns `left_out`, which hold nothing then.
    ///
    /// # Errors
    /// A file cannot be read, or is of a version with other tables.
    pub fn night(&self, left_out: &[Column]) -> Result<Night, Error> {
        Ok(Night {
            contacts: self.table_without(left_out)?,
            points: self.table_without(&[])?,
            golden: self.table_without(&[])?,
            lineage: self.table_without(&[])?,
            customers: self.table_without(&[])?,
        })
    }

    /// Reads some columns of a table; the others hold nothing.
    ///
    /// # Errors
    /// As `night`.
    pub fn columns<L: Layout>(&self, asked: &[Column]) -> Result<Table<L>, Error> {
        let others = L::COLUMNS.iter().filter(|column| !asked.contains(column));
        self.table_without(&others.copied().collect::<Vec<_>>())
    }

    /// Counts the rows of a table without reading it.
    ///
    /// # Errors
    /// The table is not listed.
    pub fn height<L: Layout>(&self) -> Result<usize, Error> {
        Ok(usize::try_from(self.listed::<L>()?.n_rows).unwrap_or(usize::MAX))
    }

    /// Hands the contact points to `work`, as many at a time as stand together in the file, and
    /// collects what it makes of them, in their order. Of a point its record, kind, value and
    /// status are read.
    ///
    /// # Errors
    /// As `night`.
    pub fn each_points<T: Send>(
        &self,
        work: impl Fn(&Table<ContactPoint>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let asked = [column::RECORD, column::KIND, column::VALUE, column::STATUS];
        let pieces = self.pieces::<ContactPoint>(&asked)?;
        pieces.each(|rows| Ok(work(&pieces.read(rows)?)))
    }

    /// Hands columns of the records to `work`, group by group, with the number of the first record
    /// of each, and collects what it makes of them, in their order.
    ///
    /// # Errors
    /// As `night`.
    pub fn each_contacts<T: Send>(
        &self,
        asked: &[Column],
        work: impl Fn(u32, &Table<Contact>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let pieces = self.pieces::<Contact>(asked)?;
        pieces.each(|rows| Ok(work(number(rows.start), &pieces.read(rows)?)))
    }

    /// Reads what is known of some customers, under the numbers that they have among themselves.
    /// Columns `left_out` of the contacts hold nothing.
    ///
    /// # Errors
    /// As `night`.
    pub fn part(&self, chosen: &Chosen, left_out: &[Column]) -> Result<Night, Error> {
        let asked = Contact::COLUMNS.iter().filter(|column| !left_out.contains(column));
        let asked: Vec<Column> = asked.copied().collect();
        let lineage: Table<Lineage> = self.rows(Lineage::COLUMNS, &chosen.records)?;
        let contacts: Table<Contact> = self.rows(&asked, &chosen.records)?;
        Ok(Night {
            contacts: numbered(&contacts, [(column::RECORD, chosen.record_numbers())]),
            points: self.points(chosen)?,
            golden: self.rows(GoldenRecord::COLUMNS, &chosen.customers)?,
            customers: self.rows(Customer::COLUMNS, &chosen.customers)?,
            lineage: chosen.renumbered(&lineage),
        })
    }

    /// Reads the rows of a table that stand at some places, which are in order.
    pub(super) fn rows<L: Layout>(
        &self,
        asked: &[Column],
        places: &[u32],
    ) -> Result<Table<L>, Error> {
        let pieces = self.pieces::<L>(asked)?;
        let parts: Vec<Table<L>> = pieces.each(|rows| {
            let within = |row: usize| places.partition_point(|&place| (place as usize) < row);
            let places = &places[within(rows.start)..within(rows.end)];
            if places.is_empty() {
                return Ok(Table::empty());
            }
            let piece = pieces.read(rows)?;
            if places.len() == rows.len() {
                return Ok(piece);
            }
            let first = number(rows.start);
            let places: Vec<u32> = places.iter().map(|place| place - first).collect();
            Ok(owned(&piece.rows(&places)))
        })?;
        Ok(Table::concat(parts))
    }

    /// Reads the contact points of some records.
    fn points(&self, chosen: &Chosen) -> Result<Table<ContactPoint>, Error> {
        let pieces = self.pieces::<ContactPoint>(ContactPoint::COLUMNS)?;
        Ok(Table::concat(pieces.each(|rows| Ok(chosen.points(&pieces.read(rows)?)))?))
    }

    fn listed<L: Layout>(&self) -> Result<&Listed, Error> {
        let name = file_name::<L>();
        self.listing.tables.iter().find(|listed| listed.path == name).ok_or_else(|| {
            let path = self.folder.join(listing::FILE);
            Error::damaged(path, format!("`{name}` is not listed"))
        })
    }

    pub(super) fn pieces<L: Layout>(&self, asked: &[Column]) -> Result<Pieces<'_>, Error> {
        let listed = self.listed::<L>()?;
        let path = self.folder.join(&listed.path);
        let file = File::open(&path).map_err(Error::unreadable(&path))?;
        let mut reader = ParquetReader::new(file);
        let damaged = |error: PolarsError| Error::damaged(&path, error.to_string());
        let schema = reader.schema().map_err(damaged)?;
        let metadata = reader.get_metadata().map_err(damaged)?;
        let mut groups = Vec::with_capacity(metadata.row_groups.len());
        let mut start = 0;
        for group in &metadata.row_groups {
            groups.push(start..start + group.num_rows());
            start += group.num_rows();
        }
        if start as u64 != listed.n_rows {
            let what = format!("it has {start} rows, {} were listed", listed.n_rows);
            return Err(Error::damaged(path, what));
        }
        let others = L::COLUMNS.iter().filter(|column| !asked.contains(column)).copied();
        // What is missing is told by the table's layout, not by the reader.
        let there = asked.iter().filter(|column| schema.contains(column.name));
        Ok(Pieces {
            path,
            listed,
            asked: there.map(|column| column.name.to_owned()).collect(),
            left_out: others.collect(),
            groups,
            version: &self.listing.version,
        })
    }

    fn table_without<L: Layout>(&self, left_out: &[Column]) -> Result<Table<L>, Error> {
        let asked = L::COLUMNS.iter().filter(|column| !left_out.contains(column));
        let pieces = self.pieces::<L>(&asked.copied().collect::<Vec<_>>())?;
        pieces.read(&(0..usize::try_from(pieces.listed.n_rows).unwrap_or(usize::MAX)))
    }
}

impl Pieces<'_> {
    /// Hands each group of rows to `work`, as many at a time as the pool has threads, and collects
    /// what it makes of them, in their order.
    pub(super) fn each<T: Send>(
        &self,
        work: impl Fn(&Range<usize>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        apart(self.groups.iter(), rayon::current_num_threads(), work)
    }

    /// Reads some rows that follow each other.
    pub(super) fn read<L: Layout>(&self, rows: &Range<usize>) -> Result<Table<L>, Error> {
        let file = File::open(&self.path).map_err(Error::unreadable(&self.path))?;
        // Of the strategies this one alone does not look at groups without rows asked for.
        let frame = ParquetReader::new(file)
            .with_columns(Some(self.asked.clone()))
            .with_slice(Some((rows.start, rows.len())))
            .read_parallel(ParallelStrategy::RowGroups)
            .finish()
            .map_err(|error| Error::damaged(&self.path, error.to_string()))?;
        Table::taken(frame, &self.left_out).map_err(|cause| Error::OtherLayout {
            path: self.path.clone(),
            version: self.version.to_owned(),
            cause,
        })
    }
}
