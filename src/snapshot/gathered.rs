//! What do several nights tell of some customers, or of all of them one column at a time?
//!
//! The rows of the night and those of the older nights are read where they lie and put under the
//! numbers that they have in the wider night.

use std::ops::Range;

use crate::tables::layout::{Contact, ContactPoint, Customer, GoldenRecord, Lineage};
use crate::tables::{Column, Layout, Table, column};

use super::chosen::numbered;
use super::wider::{Older, Wider, rows_in_order};
use super::window::{number, with};
use super::{Chosen, Error, Night};

/// A table of the wider night, of which only the rows taken in from older nights are in memory.
pub struct Rewritten<'a, L> {
    wider: &'a Wider,
    taken_in: Table<L>,
    n_rows: usize,
}

impl Wider {
    /// Tells which record is whose; of the other columns those `asked` for are read.
    ///
    /// # Errors
    /// A file cannot be read, or is of a version with other tables.
    pub fn lineage(&self, asked: &[Column]) -> Result<Table<Lineage>, Error> {
        let mut parts: Vec<Table<Lineage>> = vec![self.now.columns(asked)?];
        for older in &self.older {
            parts.push(older.opened.rows(asked, &older.left)?);
        }
        let owners = self.owners.iter().map(|&owner| self.ranks[owner as usize]).collect();
        Ok(joined(asked, &parts, None, &[column::CUSTOMER.counts(owners)]))
    }

    /// Tells of how many records each customer is made.
    pub fn golden(&self) -> Table<GoldenRecord> {
        let counts = self.order.iter().map(|&arrival| self.n_records[arrival as usize]);
        let counts = column::N_RECORDS.counts(counts.collect());
        let columns = GoldenRecord::COLUMNS.iter().map(|column| {
            if *column == column::N_RECORDS { counts.clone() } else { column.nothing(counts.len()) }
        });
        Table::of(columns.collect())
    }

    /// Reads some columns of what the customers are worth.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn customers(&self, asked: &[Column]) -> Result<Table<Customer>, Error> {
        let mut parts: Vec<Table<Customer>> = vec![self.now.columns(asked)?];
        for older in &self.older {
            parts.push(rows_in_order(&older.opened, asked, &older.taken_in)?);
        }
        Ok(joined(asked, &parts, Some(&self.order), &[]))
    }

    /// Reads what is known of some customers, under the numbers that they have among themselves.
    /// Columns `left_out` of the contacts hold nothing.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn part(&self, chosen: &Chosen, left_out: &[Column]) -> Result<Night, Error> {
        let asked = Contact::COLUMNS.iter().filter(|column| !left_out.contains(column));
        let asked: Vec<Column> = asked.copied().collect();
        let contacts = self.records(&asked, chosen)?;
        let arrivals: Vec<u32> =
            chosen.customers.iter().map(|&it| self.order[it as usize]).collect();
        let counts = arrivals.iter().map(|&arrival| self.n_records[arrival as usize]);
        let counts = column::N_RECORDS.counts(counts.collect());
        let golden = with(&self.of_customers(&arrivals)?, &[counts]);
        let lineage = chosen.renumbered(&self.records(Lineage::COLUMNS, chosen)?);
        Ok(Night {
            contacts: numbered(&contacts, [(column::RECORD, chosen.record_numbers())]),
            points: self.points(chosen)?,
            lineage: with_ids_of(&lineage, &golden),
            golden,
            customers: self.of_customers(&arrivals)?,
        })
    }

    /// Gives what some customers' records were called in older nights and are not called any more,
    /// under the numbers that the records have among themselves; a table for each night.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn outdated(&self, chosen: &Chosen) -> Result<Vec<Table<ContactPoint>>, Error> {
        let of_night = |older: &Older| {
            let pieces = older.opened.pieces::<ContactPoint>(ContactPoint::COLUMNS)?;
            let is_asked = |record| chosen.record(record).is_some();
            let parts = pieces.each(|rows| {
                let points: Table<ContactPoint> = pieces.read(rows)?;
                Ok(chosen.points(&self.outdated_of(older, &points, is_asked)))
            })?;
            Ok(Table::concat(parts))
        };
        self.older.iter().map(of_night).collect()
    }

    /// Opens the golden records to be written.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn golden_records(&self) -> Result<Rewritten<'_, GoldenRecord>, Error> {
        self.rewritten()
    }

    /// Opens what the customers are worth to be written.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn worth(&self) -> Result<Rewritten<'_, Customer>, Error> {
        self.rewritten()
    }

    /// Opens whose each record is to be written.
    ///
    /// # Errors
    /// As `lineage`.
    pub fn lineages(&self) -> Result<Rewritten<'_, Lineage>, Error> {
        let mut parts = Vec::new();
        for older in &self.older {
            let rows: Table<Lineage> = older.opened.rows(Lineage::COLUMNS, &older.left)?;
            parts.push(rows);
        }
        let rows = Table::concat(parts);
        let first = self.owners.len() - rows.height();
        let records = (number(first)..).take(rows.height()).collect();
        let ids = self.ids_of(&self.owners[first..])?;
        let ids = column::CUSTOMER_ID.texts(ids.iter().map(Some));
        let taken_in = with(&rows, &[column::RECORD.counts(records), ids]);
        Ok(Rewritten { wider: self, taken_in, n_rows: self.owners.len() })
    }

    fn rewritten<L: Layout>(&self) -> Result<Rewritten<'_, L>, Error> {
        let mut parts = Vec::new();
        for older in &self.older {
            parts.push(rows_in_order(&older.opened, L::COLUMNS, &older.taken_in)?);
        }
        Ok(Rewritten { wider: self, taken_in: Table::concat(parts), n_rows: self.order.len() })
    }

    /// Reads the ids of customers, named by arrival.
    fn ids_of(&self, owners: &[u32]) -> Result<Vec<String>, Error> {
        let mut of_night: Vec<u32> =
            owners.iter().copied().filter(|&owner| owner < self.n_customers_now).collect();
        of_night.sort_unstable();
        of_night.dedup();
        let golden: Table<GoldenRecord> = self.now.rows(&[column::CUSTOMER_ID], &of_night)?;
        let ids = golden.text(column::CUSTOMER_ID);
        let mut others: Vec<(u32, &str)> = self.ids_taken_in().collect();
        others.sort_unstable();
        let id_of = |&owner: &u32| {
            let id = if owner < self.n_customers_now {
                ids.get(of_night.partition_point(|&other| other < owner))
            } else {
                others.get((owner - self.n_customers_now) as usize).map(|other| other.1)
            };
            id.unwrap_or_default().to_owned()
        };
        Ok(owners.iter().map(id_of).collect())
    }

    /// Reads the rows of a table of records, in order.
    fn records<L: Layout>(&self, asked: &[Column], chosen: &Chosen) -> Result<Table<L>, Error> {
        let n_before = |record: u32| chosen.records.partition_point(|&other| other < record);
        let first = self.older.first().map_or(u32::MAX, |older| older.first);
        let mut parts = vec![self.now.rows(asked, &chosen.records[..n_before(first)])?];
        for older in &self.older {
            let end = older.first + number(older.left.len());
            let records = &chosen.records[n_before(older.first)..n_before(end)];
            let rows = records.iter().map(|&record| older.left[(record - older.first) as usize]);
            parts.push(older.opened.rows(asked, &rows.collect::<Vec<_>>())?);
        }
        Ok(Table::concat(parts))
    }

    /// Reads the rows of a table of customers, named by arrival, in that order.
    fn of_customers<L: Layout>(&self, arrivals: &[u32]) -> Result<Table<L>, Error> {
        let here: Vec<u32> =
            arrivals.iter().copied().filter(|&arrival| arrival < self.n_customers_now).collect();
        let mut parts = vec![self.now.rows(L::COLUMNS, &here)?];
        let mut read = here;
        let mut first = self.n_customers_now;
        for older in &self.older {
            let end = first + number(older.taken_in.len());
            let own: Vec<u32> =
                arrivals.iter().copied().filter(|arrival| (first..end).contains(arrival)).collect();
            let rows = own.iter().map(|&arrival| older.taken_in[(arrival - first) as usize]);
            parts.push(rows_in_order(&older.opened, L::COLUMNS, &rows.collect::<Vec<_>>())?);
            read.extend(own);
            first = end;
        }
        let mut place_of: Vec<(u32, u32)> = read.into_iter().zip(0..).collect();
        place_of.sort_unstable();
        let place = |arrival: &u32| {
            let found = place_of.partition_point(|(other, _)| other < arrival);
            place_of.get(found).map_or(0, |&(_, place)| place)
        };
        let rows: Vec<u32> = arrivals.iter().map(place).collect();
        Ok(Table::concat(parts).rows(&rows))
    }

    /// Reads the contact points of some records.
    fn points(&self, chosen: &Chosen) -> Result<Table<ContactPoint>, Error> {
        let mut parts = Vec::new();
        let pieces = self.now.pieces::<ContactPoint>(ContactPoint::COLUMNS)?;
        parts.extend(pieces.each(|rows| Ok(chosen.points(&pieces.read(rows)?)))?);
        for older in &self.older {
            let pieces = older.opened.pieces::<ContactPoint>(ContactPoint::COLUMNS)?;
            parts.extend(
                pieces
                    .each(|rows| Ok(chosen.points(&older.points_of_left(&pieces.read(rows)?))))?,
            );
        }
        Ok(Table::concat(parts))
    }
}

impl<L: Layout> Rewritten<'_, L> {
    /// Counts the rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Gives some rows of a table of customers that follow each other.
    fn customers(&self, rows: Range<usize>) -> Result<Table<L>, Error> {
        let n_now = self.wider.n_customers_now;
        let order = &self.wider.order[rows];
        // Those of the night stand in their own order, and none between them is left out.
        let here = || order.iter().filter(|&&arrival| arrival < n_now);
        let n_here = here().count();
        let table: Table<L> = match here().next() {
            Some(&first) => {
                let pieces = self.wider.now.pieces::<L>(L::COLUMNS)?;
                pieces.read(&(first as usize..first as usize + n_here))?
            }
            None => Table::empty(),
        };
        if n_here == order.len() {
            return Ok(table);
        }
        let others: Vec<u32> =
            order.iter().filter(|&&it| it >= n_now).map(|it| it - n_now).collect();
        let table = Table::concat([table, self.taken_in.rows(&others)]);
        let (mut next_here, mut next_other) = (0..number(n_here), number(n_here)..);
        let place = |&arrival: &u32| {
            let next = if arrival < n_now { next_here.next() } else { next_other.next() };
            next.unwrap_or(0)
        };
        let places: Vec<u32> = order.iter().map(place).collect();
        Ok(table.rows(&places))
    }
}

impl Rewritten<'_, Customer> {
    /// Gives some rows that follow each other.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn piece(&self, rows: Range<usize>) -> Result<Table<Customer>, Error> {
        self.customers(rows)
    }
}

impl Rewritten<'_, GoldenRecord> {
    /// Gives some rows that follow each other.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn piece(&self, rows: Range<usize>) -> Result<Table<GoldenRecord>, Error> {
        let order = &self.wider.order[rows.clone()];
        let counts = order.iter().map(|&arrival| self.wider.n_records[arrival as usize]);
        Ok(with(&self.customers(rows)?, &[column::N_RECORDS.counts(counts.collect())]))
    }
}

impl Rewritten<'_, Lineage> {
    /// Gives some rows that follow each other.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn piece(&self, rows: Range<usize>) -> Result<Table<Lineage>, Error> {
        let Wider { owners, ranks, now, .. } = self.wider;
        let n_now = owners.len() - self.taken_in.height();
        let (start, end) = (rows.start.min(n_now), rows.end.min(n_now));
        let mut parts = Vec::new();
        if start < end {
            parts.push(now.pieces::<Lineage>(Lineage::COLUMNS)?.read(&(start..end))?);
        }
        let more = rows.start.max(n_now) - n_now;
        parts.push(self.taken_in.slice(more, rows.end.saturating_sub(n_now + more)));
        let owners = owners[rows].iter().map(|&owner| ranks[owner as usize]);
        Ok(with(&Table::concat(parts), &[column::CUSTOMER.counts(owners.collect())]))
    }
}

/// Lays columns of tables one under the other and puts them in order; the others hold nothing.
fn joined<L: Layout>(
    asked: &[Column],
    parts: &[Table<L>],
    order: Option<&[u32]>,
    own: &[polars::prelude::Column],
) -> Table<L> {
    let n_rows = parts.iter().map(Table::height).sum();
    let order = order.map(|order| polars::prelude::IdxCa::from_vec("".into(), order.to_vec()));
    let whole = |column: &Column| -> polars::prelude::PolarsResult<polars::prelude::Column> {
        let mut whole = Table::<L>::empty().frame().column(column.name)?.clone();
        for part in parts {
            whole.append(part.frame().column(column.name)?)?;
        }
        match &order {
            Some(order) => whole.take(order),
            None => Ok(whole),
        }
    };
    let filled = |column: &Column| {
        if let Some(own) = own.iter().find(|own| own.name().as_str() == column.name) {
            return own.clone();
        }
        if !asked.contains(column) {
            return column.nothing(n_rows);
        }
        whole(column).unwrap_or_else(|error| panic!("{}: {error}", L::NAME))
    };
    Table::of(L::COLUMNS.iter().map(filled).collect())
}

/// Names the customer of each record by the id that the customer has.
fn with_ids_of(lineage: &Table<Lineage>, golden: &Table<GoldenRecord>) -> Table<Lineage> {
    let ids = golden.text(column::CUSTOMER_ID);
    let owners = lineage.count(column::CUSTOMER);
    let ids = owners.into_no_null_iter().map(|owner| ids.get(owner as usize)).collect::<Vec<_>>();
    with(lineage, &[column::CUSTOMER_ID.texts(ids.into_iter())])
}
