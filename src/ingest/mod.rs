//! What do the sources say?
//!
//! The only room that reads data files. `open` looks at every source without reading its rows:
//! globs, formats, headers, the mapping of columns. `Sources::batches` then cuts the files into
//! blocks of whole rows, one after the other and cheaply, and `Unparsed::parse` turns a block
//! into a batch of raw contacts on whatever thread is free. `orders` and `scope` read the
//! transaction log and the lists of an incident in the same way, `samples` what an attacker or a
//! vendor shows of people, column by column as an export.
//!
//! A row that cannot be read is set aside with its line, its `Reason` and its text, and the file
//! goes on; a file that cannot be read, or that is not what it is said to be, stops the run.
//!
//! What a cell goes through on its way: whitespace around it is trimmed; a null token of the
//! preset or the source (`#N/A`) counts as silence; an apostrophe that a source puts before ids,
//! phones and formulas is taken off once; a GUID loses its braces and capitals; an Exchange
//! directory path in an e-mail column (`/o=…/cn=…`) is no address and is left out; a consent
//! that is worded the other way round (`Accepts Email Marketing`) is turned round.

mod amount;
mod arrow_file;
mod as_read;
mod block;
mod cells;
mod contacts;
mod data_file;
mod dialect;
mod encoding;
mod error;
mod field;
mod files;
mod header;
mod headline;
mod hibp;
mod instant;
mod json;
mod json_file;
mod key_file;
mod list;
mod list_header;
mod looks;
mod mapping;
mod marks;
mod meaning;
mod mend;
mod orders;
mod packing;
mod parquet_file;
mod preset;
mod profile;
mod reason;
mod rows;
mod sample;
mod scope;
mod settings;
mod sheet_file;
mod sketch;
mod sniff;
mod stream;
mod total;
mod wording;

pub use as_read::{Aside, rows};
pub use contacts::{Batch, Batches, Sources, Unparsed, open};
pub use encoding::Encoding;
pub use error::Error;
pub use field::Field;
pub use files::{Form, InputFile};
pub use orders::{Orders, orders};
pub use preset::preset_names;
pub use profile::{ColumnProfile, Guess, PresetGuess, Profile, profile};
pub use reason::Reason;
pub use sample::{SampleRead, samples};
pub use scope::{ScopeRead, canaries, scope};
pub use settings::{Limits, OrderColumns, OrderSource, Settings, Source};

use std::path::Path;

use crate::terms::Incident;

/// Looks at every file that a run would read, without reading its rows, and lists them: the
/// sources, the transaction logs, the scope files.
///
/// # Errors
/// As `open`, `orders` and `scope`, as far as headers tell; no source at all is no error here.
pub fn check(
    settings: &Settings,
    incidents: &[Incident],
    root: &Path,
) -> Result<Vec<InputFile>, Error> {
    let mut files = Vec::new();
    if !settings.source.is_empty() {
        files.extend_from_slice(open(settings, root)?.files());
    }
    files.extend(orders::files(settings, root)?);
    files.extend(scope::files(incidents, root)?);
    Ok(files)
}

#[cfg(test)]
mod tests;
