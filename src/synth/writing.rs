//! How do chunks become files without standing in memory all at once?

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{BatchedWriter, DataFrame, ParquetCompression, ParquetWriter};
use rayon::prelude::*;

use super::chunk::{self, Chunk};
use super::incident::{self, LEAKED, MAILING, TICKETS};
use super::lists::Lists;
use super::record::Record;
use super::{Error, Settings, Summary, exports, traps};
use crate::progress::Bar;

/// The files that grow side by side, in the order in which `Pieces` gives them.
pub(super) const FILES: [&str; 9] = [
    "crm/salesforce.csv",
    "crm/hubspot.csv",
    "crm/shop.parquet",
    "orders/orders.csv",
    MAILING,
    LEAKED,
    TICKETS,
    "truth.csv",
    "truth_affected.csv",
];

type Piece = [Vec<u8>; FILES.len()];

/// The data set, piece by piece: headers, the chunks in their order, the traps, and the end of
/// the Parquet file.
pub(super) struct Pieces<'a> {
    lists: &'a Lists,
    settings: &'a Settings,
    bar: &'a Bar,
    made: VecDeque<Chunk>,
    n_made: usize,
    stage: Stage,
    parquet: Parquet,
    summary: Summary,
}

enum Stage {
    Headers,
    Chunks,
    Traps,
    Footer,
    Done,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(
        lists: &'a Lists,
        settings: &'a Settings,
        bar: &'a Bar,
    ) -> Result<Pieces<'a>, Error> {
        Ok(Pieces {
            lists,
            settings,
            bar,
            made: VecDeque::new(),
            n_made: 0,
            stage: Stage::Headers,
            parquet: Parquet::begin(&exports::shop(&[] as &[&Record])?)?,
            summary: Summary::default(),
        })
    }

    pub(super) fn summary(&self) -> Summary {
        self.summary.clone()
    }

    fn n_chunks(&self) -> usize {
        self.settings.n_contacts.div_ceil(chunk::N_RECORDS)
    }

    /// Makes the next chunks, one per thread, where none is waiting.
    fn next_chunk(&mut self) -> Result<Option<Chunk>, Error> {
        if self.made.is_empty() {
            let end = self.n_chunks().min(self.n_made + rayon::current_num_threads());
            self.made = (self.n_made..end)
                .into_par_iter()
                .map(|number| chunk::made(self.lists, self.settings, number))
                .collect::<Result<_, _>>()?;
            self.n_made = end;
        }
        Ok(self.made.pop_front())
    }

    fn written(&mut self, chunk: Chunk) -> Result<Piece, Error> {
        let [n_salesforce, n_hubspot, n_shop] = chunk.n_records;
        self.summary.n_salesforce += n_salesforce;
        self.summary.n_hubspot += n_hubspot;
        self.summary.n_shop += n_shop;
        self.summary.n_people += chunk.n_people;
        self.summary.n_broken += chunk.n_broken;
        self.summary.n_orders += chunk.n_orders;
        self.summary.n_affected += chunk.listed.affected.len();
        self.bar.advance(chunk.n_records.iter().sum::<usize>() as u64);
        let mut affected = Vec::new();
        for id in &chunk.listed.affected {
            incident::writeln_to(&mut affected, &format!("{},{id}", incident::ID));
        }
        let shop = self.parquet.add(&chunk.shop)?;
        let listed = chunk.listed;
        Ok([
            chunk.salesforce,
            chunk.hubspot,
            shop,
            chunk.orders,
            listed.mailing,
            listed.leaked,
            listed.tickets,
            chunk.truth,
            affected,
        ])
    }

    fn advance(&mut self) -> Result<Option<Piece>, Error> {
        loop {
            match self.stage {
                Stage::Headers => {
                    self.stage = Stage::Chunks;
                    return Ok(Some(headers()));
                }
                Stage::Chunks => match self.next_chunk()? {
                    Some(chunk) => return self.written(chunk).map(Some),
                    None => self.stage = Stage::Traps,
                },
                Stage::Traps => {
                    self.stage = Stage::Footer;
                    if self.settings.traps {
                        let traps = traps::chunk(self.settings)?;
                        return self.written(traps).map(Some);
                    }
                }
                Stage::Footer => {
                    self.stage = Stage::Done;
                    let mut last = Piece::default();
                    last[2] = self.parquet.finish()?;
                    return Ok(Some(last));
                }
                Stage::Done => return Ok(None),
            }
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece, Error>;

    fn next(&mut self) -> Option<Result<Piece, Error>> {
        self.advance().transpose()
    }
}

fn headers() -> Piece {
    let line = |text: &str| text.as_bytes().to_vec();
    [
        exports::header(exports::SALESFORCE, true, "\n"),
        exports::header(exports::HUBSPOT, false, "\r\n"),
        Vec::new(),
        line("customer_key,order_id,at,amount,currency\n"),
        line("email\n"),
        Vec::new(),
        line("customer_id,ticket\n"),
        line("source,source_id,true_customer_id\n"),
        line("incident,true_customer_id\n"),
    ]
}

/// A Parquet file in the making, whose bytes are taken as they come.
struct Parquet {
    writer: BatchedWriter<Sink>,
    sink: Sink,
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Parquet {
    fn begin(empty: &DataFrame) -> Result<Parquet, Error> {
        let sink = Sink::default();
        let writer = ParquetWriter::new(sink.clone())
            .with_compression(ParquetCompression::Zstd(None))
            .batched(empty.schema())
            .map_err(refused)?;
        Ok(Parquet { writer, sink })
    }

    /// Adds a table as a row group, and gives the bytes that are ready.
    fn add(&mut self, frame: &DataFrame) -> Result<Vec<u8>, Error> {
        self.writer.write_batch(frame).map_err(refused)?;
        Ok(self.sink.take())
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.writer.finish().map_err(refused)?;
        Ok(self.sink.take())
    }
}

fn refused(error: polars::prelude::PolarsError) -> Error {
    Error::Parquet { cause: error.to_string() }
}
