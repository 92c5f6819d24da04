//! What was bought, by whom, when, for how much?

use std::path::Path;

use polars::prelude::StringChunkedBuilder;

use super::block::{Cells, Taker, Width};
use super::contacts::SetAside;
use super::data_file::{Block, DataFile};
use super::dialect::{Given, Place};
use super::files::found;
use super::header::{column as column_named, required_column};
use super::{Error, InputFile, Limits, OrderSource, Reason, Settings, amount, instant};
use crate::ledger::{Counted, Tally};
use crate::tables::layout::{Order, Quarantined};
use crate::tables::{Table, apart, column};
use crate::terms::Currency;

/// The transaction logs, read.
#[derive(Debug)]
pub struct Orders {
    /// The orders, in the order of the files and their rows.
    pub orders: Table<Order>,
    /// The rows that are no orders.
    pub quarantine: Table<Quarantined>,
    /// The files, each with its rows.
    pub files: Vec<(InputFile, u64)>,
}

/// Where the parts of an order stand in a file.
#[derive(Debug)]
struct Layout {
    source: String,
    path: String,
    width: Width,
    customer_key: usize,
    at: usize,
    amount: usize,
    currency: Option<usize>,
    currency_given: Option<Currency>,
    decimal_mark: Option<char>,
}

/// Reads the transaction logs.
///
/// # Shape
/// One row in, one row out, in `orders` or in `quarantine`; order kept.
///
/// # Errors
/// A file or a column is missing, or a file is not what it is said to be.
pub fn orders(settings: &Settings, root: &Path) -> Result<Counted<Orders>, Error> {
    let opened = opened(settings, root)?;
    let mut parts = Vec::new();
    let mut files = Vec::new();
    for (data, layout) in &opened {
        let blocks = data.blocks(settings.n_rows_batch)?;
        let of_file: Vec<Part> =
            apart(blocks, rayon::current_num_threads(), |block| parsed(block?, layout))?;
        files.push((data.file.clone(), of_file.iter().map(|part| part.n_rows as u64).sum()));
        parts.extend(of_file);
    }
    let n_rows = parts.iter().map(|part| part.n_rows).sum();
    let (orders, quarantine): (Vec<_>, Vec<_>) =
        parts.into_iter().map(|part| (part.orders, part.quarantine)).unzip();
    let (orders, quarantine) = (Table::concat(orders), Table::concat(quarantine));
    let tally = Tally::of("ingest", "order rows", n_rows)
        .gave("orders", orders.height())
        .gave("quarantined", quarantine.height());
    Ok(Counted { product: Orders { orders, quarantine, files }, tally })
}

/// Looks at every transaction log without reading its rows.
pub(super) fn files(settings: &Settings, root: &Path) -> Result<Vec<InputFile>, Error> {
    Ok(opened(settings, root)?.into_iter().map(|(data, _)| data.file).collect())
}

fn opened(settings: &Settings, root: &Path) -> Result<Vec<(DataFile, Layout)>, Error> {
    let mut opened = Vec::new();
    for source in &settings.orders {
        open_source(source, root, &settings.limits, &mut opened)?;
    }
    Ok(opened)
}

fn open_source(
    source: &OrderSource,
    root: &Path,
    limits: &Limits,
    opened: &mut Vec<(DataFile, Layout)>,
) -> Result<(), Error> {
    let at = format!("[[ingest.orders]] {:?}", source.name);
    if let Some(mark) = source.decimal_mark.filter(|mark| !matches!(mark, '.' | ',')) {
        return Err(Error::BadMark { what: "a decimal mark", found: mark, at });
    }
    let columns = &source.columns;
    let wanted = vec![columns.customer_key.clone(), columns.at.clone(), columns.amount.clone()];
    let given = Given { wanted, ..Given::new(source.written(), &at)? };
    let mut tables = Vec::new();
    for file in found(&source.name, &source.files, root, &at)? {
        tables.extend(DataFile::open(file, &given, limits, &at)?);
    }
    for data in tables {
        let place = |header: &str, key: &str| {
            required_column(&data, header, &format!("columns.{key}"), &at)
        };
        let layout = Layout {
            source: source.name.clone(),
            path: data.file.path.clone(),
            width: Width::of(data.headers(), false),
            customer_key: place(&columns.customer_key, "customer_key")?,
            at: place(&columns.at, "at")?,
            amount: place(&columns.amount, "amount")?,
            currency: match &columns.currency {
                Some(header) => Some(place(header, "currency")?),
                None => column_named(&data, "currency", &at)?,
            },
            currency_given: source.currency,
            decimal_mark: source.decimal_mark,
        };
        opened.push((data, layout));
    }
    Ok(())
}

/// The orders of one block.
struct Part {
    n_rows: usize,
    orders: Table<Order>,
    quarantine: Table<Quarantined>,
}

fn parsed(block: Block, layout: &Layout) -> Result<Part, Error> {
    let n_rows = block.n_rows();
    let mut reader = Reader {
        // In a table file a number's point is a point, whatever the source writes in texts.
        has_numbers: block.has_numbers(layout.amount),
        layout,
        keys: column::CUSTOMER_KEY.builder(n_rows),
        instants: Vec::with_capacity(n_rows),
        cents: Vec::with_capacity(n_rows),
        currencies: column::CURRENCY.builder(n_rows),
        set_aside: SetAside::default(),
    };
    block.read(&layout.width, &mut reader)?;
    let Reader { keys, instants, cents, currencies, set_aside, .. } = reader;
    let orders = Table::of(vec![
        column::CUSTOMER_KEY.built(keys),
        column::AT.instants(instants.into_iter().map(Some)),
        column::AMOUNT_CENTS.amounts(cents),
        column::CURRENCY.built(currencies),
    ]);
    Ok(Part { n_rows, orders, quarantine: set_aside.table(&layout.source, &layout.path) })
}

/// Orders being filled row by row.
struct Reader<'a> {
    layout: &'a Layout,
    has_numbers: bool,
    keys: StringChunkedBuilder,
    instants: Vec<i64>,
    cents: Vec<i64>,
    currencies: StringChunkedBuilder,
    set_aside: SetAside,
}

impl Reader<'_> {
    fn order<'a>(
        &self,
        cells: &'a impl Cells,
    ) -> Result<(&'a str, i64, i64, Option<Currency>), Reason> {
        let cell = |column| cells.cell(column).map(str::trim_ascii).filter(|cell| !cell.is_empty());
        let customer_key = cell(self.layout.customer_key).ok_or(Reason::OrderCustomer)?;
        let at = cell(self.layout.at).and_then(instant::milliseconds).ok_or(Reason::OrderTime)?;
        let amount = cell(self.layout.amount).ok_or(Reason::OrderAmount)?;
        let mark = if self.has_numbers { Some('.') } else { self.layout.decimal_mark };
        let cents = amount::cents(amount, mark)?;
        let currency = match self.layout.currency.and_then(cell) {
            Some(code) => Some(
                Currency::try_from(code.to_ascii_uppercase()).map_err(|_| Reason::OrderCurrency)?,
            ),
            None => self.layout.currency_given,
        };
        Ok((customer_key, at, cents, currency))
    }
}

impl Taker for Reader<'_> {
    fn row(&mut self, at: Place, row: &str, cells: &impl Cells) {
        match self.order(cells) {
            Ok((customer_key, instant, cents, currency)) => {
                self.keys.append_value(customer_key);
                self.instants.push(instant);
                self.cents.push(cents);
                self.currencies.append_option(currency.as_ref().map(Currency::code));
            }
            Err(reason) => self.set_aside.push(at, reason, row),
        }
    }

    fn set_aside(&mut self, at: Place, reason: Reason, row: &str) {
        self.set_aside.push(at, reason, row);
    }
}
