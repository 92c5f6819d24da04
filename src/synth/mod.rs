//! What would the exports of a company look like whose people we know?
//!
//! Invents people, the records that three systems hold of them, their orders, and an incident
//! that touches some; and says in files of their own who is who. So a run can be measured
//! against the truth, at any size, without anybody's data.
//!
//! The same settings give the same bytes for any number of threads: the data set is cut into
//! chunks of fixed size, each with its own stream of chance. `odds` says how often each hard
//! case is met, `traps` which cases are always there.

mod chunk;
mod draw;
mod error;
mod exports;
mod incident;
mod inventor;
mod lists;
mod mailbox;
mod odds;
mod orders;
mod person;
mod phone;
mod record;
mod settings;
mod spoil;
#[cfg(test)]
mod tests;
mod traps;
mod typist;
mod writing;

pub use error::Error;
pub use settings::{Country, Settings};

use serde::Serialize;

use crate::ledger::{Counted, Tally};
use crate::output::Folder;
use crate::progress::Progress;

/// What was invented.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// People, each with at least one record.
    pub n_people: usize,
    /// Rows of the Salesforce export.
    pub n_salesforce: usize,
    /// Rows of the `HubSpot` export.
    pub n_hubspot: usize,
    /// Rows of the shop's table.
    pub n_shop: usize,
    /// Rows among them that are broken on purpose, and are nobody's in the truth.
    pub n_broken: usize,
    /// Orders.
    pub n_orders: usize,
    /// People whom the incident touched.
    pub n_affected: usize,
}

impl Summary {
    /// Gives the rows of all three sources.
    pub fn n_records(&self) -> usize {
        self.n_salesforce + self.n_hubspot + self.n_shop
    }
}

/// Writes the exports of three sources, orders, an incident with three scope files, and the
/// truth.
///
/// # Shape
/// `crm/salesforce.csv`, `crm/hubspot.csv`, `crm/shop.parquet`; `orders/orders.csv` (customer
/// key, order id, instant, amount, currency); `incidents/incident.toml` and its three files;
/// `truth.csv` (source, record id, true customer id) and `truth_affected.csv` (incident, true
/// customer id).
///
/// # Errors
/// A setting is out of range, or the disk refuses.
pub fn exports(
    settings: &Settings,
    folder: &mut Folder,
    progress: &Progress,
) -> Result<Counted<Summary>, Error> {
    settings.checked()?;
    let lists = lists::Lists::built_in();
    let bar = progress.bar("synth", settings.n_contacts as u64);
    let mut pieces = writing::Pieces::of(&lists, settings, &bar)?;
    folder.side_by_side(writing::FILES, &mut pieces)?;
    let summary = pieces.summary();
    folder.text("incidents/incident.toml", &incident::file(settings))?;
    let tally = Tally::of("synth", "records", summary.n_records())
        .gave("salesforce", summary.n_salesforce)
        .gave("hubspot", summary.n_hubspot)
        .gave("shop", summary.n_shop);
    Ok(Counted { product: summary, tally })
}
