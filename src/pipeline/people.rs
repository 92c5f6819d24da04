//! Who are the customers, before it is known which of them the incidents touched?
//!
//! Most are touched by nothing, so of a snapshot only what the join asks is read of all of them,
//! and the rest of the affected alone; so it is with the nights of the incident's time and with the
//! columns that descriptions and decisions look at. What asks more of everybody (a sample, a drill)
//! has all of it in memory.

use super::error::Error;
use super::plan::Plan;
use crate::matching::{RecordName, Register};
use crate::output::Folder;
use crate::snapshot::{Chosen, Night, Opened, Wider};
use crate::tables::layout::{Contact, ContactPoint, Customer, GoldenRecord, Layout, Lineage};
use crate::tables::{Column, Table, column as c};
use crate::terms::{Identifier, Incident, ScopeFile};

/// The customers of a run.
pub(super) enum People {
    /// All that is known of all of them.
    Whole(Night),
    /// They lie in a snapshot.
    Kept(Kept),
}

/// Customers who lie in a snapshot, and what every run asks of all of them.
pub(super) struct Kept {
    lying: Lying,
    golden: Table<GoldenRecord>,
    customers: Table<Customer>,
    lineage: Table<Lineage>,
}

/// Where they lie.
enum Lying {
    /// In one night.
    One(Opened),
    /// In the night and in those of the incidents' time.
    Several(Box<Wider>),
}

/// Columns of the contacts that only a description or a sample asks for; of the persons the golden
/// records tell them.
const ASKED_BY_FEW: [Column; 14] = [
    c::LINE,
    c::SALUTATION,
    c::MIDDLE_NAME,
    c::SUFFIX,
    c::COMPANY,
    c::LANGUAGE,
    c::SEGMENT,
    c::MARKET,
    c::PRODUCT,
    c::GIVEN_CLV_CENTS,
    c::EMAIL_OPT_OUT,
    c::DO_NOT_CALL,
    c::DECEASED,
    c::DELETED,
];

/// What is asked of the value of all customers: the terms, and who is of the top fifth.
const OF_VALUE: [Column; 5] =
    [c::CLV_FUTURE_CENTS, c::BREAK_MONTHS, c::HORIZON_MONTHS, c::DISCOUNT_MONTHLY, c::MARGIN];

/// Tells which columns of the contacts a run over these incidents need not hold.
pub(super) fn left_out(incidents: &[Incident]) -> &'static [Column] {
    if names_by_more_than_a_value(incidents) { &[] } else { &ASKED_BY_FEW }
}

fn names_by_more_than_a_value(incidents: &[Incident]) -> bool {
    let asks = |scope_file: &ScopeFile| {
        matches!(scope_file.identifier, Identifier::Where | Identifier::Sample)
    };
    incidents.iter().any(|incident| incident.scope_files.iter().any(asks))
}

/// Tells whether a run over a snapshot asks for all of everybody.
fn asks_for_all(plan: &Plan) -> bool {
    let is_sample = |scope_file: &ScopeFile| scope_file.identifier == Identifier::Sample;
    plan.is_drill()
        || plan.incidents.iter().any(|incident| incident.scope_files.iter().any(is_sample))
}

/// Earlier runs know a customer by the records.
fn asked_of_records(plan: &Plan) -> &'static [Column] {
    match plan.config.scope.earlier_runs.as_slice() {
        [] => &[c::CUSTOMER],
        _ => &[c::CUSTOMER, c::SOURCE, c::SOURCE_ID],
    }
}

impl People {
    /// Reads what a run asks of the customers of a snapshot.
    pub(super) fn of(plan: &Plan, opened: Opened) -> Result<People, Error> {
        if asks_for_all(plan) {
            return Ok(People::Whole(opened.night(left_out(&plan.incidents))?));
        }
        Ok(People::Kept(Kept {
            golden: opened.columns(&[c::N_RECORDS])?,
            customers: opened.columns(&OF_VALUE)?,
            lineage: opened.columns(asked_of_records(plan))?,
            lying: Lying::One(opened),
        }))
    }

    /// Lends all that is known of all of them.
    ///
    /// # Panics
    /// If they lie in a snapshot: then `asks_for_all` forgot who asks.
    pub(super) fn night(&self) -> &Night {
        match self {
            People::Whole(night) => night,
            People::Kept(_) => panic!("all of a night is asked for, and was not read"),
        }
    }

    /// Lends the golden records; those of a snapshot tell how many records they are made of.
    pub(super) fn golden(&self) -> &Table<GoldenRecord> {
        match self {
            People::Whole(night) => &night.golden,
            People::Kept(kept) => &kept.golden,
        }
    }

    /// Lends what they are worth; of a snapshot the future value and the terms.
    pub(super) fn customers(&self) -> &Table<Customer> {
        match self {
            People::Whole(night) => &night.customers,
            People::Kept(kept) => &kept.customers,
        }
    }

    /// Lends which record is whose; of a snapshot no more than that, and what records are known
    /// by where there were earlier runs.
    pub(super) fn lineage(&self) -> &Table<Lineage> {
        match self {
            People::Whole(night) => &night.lineage,
            People::Kept(kept) => &kept.lineage,
        }
    }

    /// Counts the records.
    pub(super) fn n_contacts(&self) -> Result<usize, Error> {
        match self {
            People::Whole(night) => Ok(night.contacts.height()),
            People::Kept(kept) => Ok(match &kept.lying {
                Lying::One(opened) => opened.height::<Contact>()?,
                Lying::Several(_) => kept.lineage.height(),
            }),
        }
    }

    /// Hands all contact points to `work` and collects what it makes of them; of several nights on
    /// the disk also what a record was called once.
    pub(super) fn each_points<T: Send>(
        &self,
        work: impl Fn(&Table<ContactPoint>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        match self {
            People::Whole(night) => Ok(vec![work(&night.points)]),
            People::Kept(kept) => Ok(match &kept.lying {
                Lying::One(opened) => opened.each_points(work)?,
                Lying::Several(wider) => wider.each_points(work)?,
            }),
        }
    }

    /// Lists the records that each name means, the smallest first.
    pub(super) fn records_of(&self, names: &[&RecordName]) -> Result<Vec<Vec<u32>>, Error> {
        let found = |first: u32, contacts: &Table<Contact>| -> Vec<Vec<u32>> {
            let register = Register::of(contacts);
            let of_name = |name: &&RecordName| {
                register.records(name).iter().map(|record| first + record).collect()
            };
            names.iter().map(of_name).collect()
        };
        let kept = match self {
            People::Whole(night) => return Ok(found(0, &night.contacts)),
            People::Kept(kept) => kept,
        };
        let mut records = vec![Vec::new(); names.len()];
        for piece in kept.each_contacts(&[c::SOURCE, c::SOURCE_ID, c::CONTENT_HASH], found)? {
            records.iter_mut().zip(piece).for_each(|(all, more)| all.extend(more));
        }
        Ok(records)
    }

    /// Gives what is known of some of them, under the numbers that they have among themselves.
    pub(super) fn part(&self, chosen: &Chosen, plan: &Plan) -> Result<Night, Error> {
        match self {
            People::Whole(night) => Ok(chosen.part(night)),
            People::Kept(kept) => Ok(match &kept.lying {
                Lying::One(opened) => opened.part(chosen, left_out(&plan.incidents))?,
                Lying::Several(wider) => wider.part(chosen, left_out(&plan.incidents))?,
            }),
        }
    }

    /// Gives what the records of some of them were called in other nights and are not called now,
    /// under the numbers that they have among themselves; `outdated` is that of all in memory.
    pub(super) fn outdated(
        &self,
        chosen: &Chosen,
        outdated: &[Table<ContactPoint>],
    ) -> Result<Vec<Table<ContactPoint>>, Error> {
        match self {
            People::Kept(Kept { lying: Lying::Several(wider), .. }) => Ok(wider.outdated(chosen)?),
            _ => Ok(outdated.iter().map(|points| chosen.points(points)).collect()),
        }
    }

    /// Lets go of the records, which nobody asks for any more.
    pub(super) fn forget_records(&mut self) {
        match self {
            People::Whole(night) => {
                night.contacts = Table::empty();
                night.points = Table::empty();
            }
            People::Kept(Kept { lying: Lying::Several(wider), .. }) => wider.forget_records(),
            People::Kept(_) => {}
        }
    }

    /// Writes who they are, as far as it is among `names`.
    pub(super) fn write(&self, folder: &mut Folder, names: &[&str]) -> Result<(), Error> {
        match self {
            People::Whole(Night { golden, lineage, customers, .. }) => {
                let mut tables = vec![
                    (WRITTEN[0], golden.frame()),
                    (WRITTEN[1], lineage.frame()),
                    (WRITTEN[2], customers.frame()),
                ];
                tables.retain(|table| names.contains(&table.0));
                folder.parquet(&tables)?;
            }
            // One after the other, so that not all are in memory.
            People::Kept(Kept { lying: Lying::One(opened), .. }) => {
                write::<GoldenRecord>(folder, names, opened)?;
                write::<Lineage>(folder, names, opened)?;
                write::<Customer>(folder, names, opened)?;
            }
            People::Kept(Kept { lying: Lying::Several(wider), .. }) => {
                names.iter().try_for_each(|name| write_wider(folder, name, wider))?;
            }
        }
        Ok(())
    }
}

impl Kept {
    /// Makes ready to take in other nights.
    pub(super) fn wider(self) -> Result<Wider, Error> {
        match self.lying {
            Lying::One(opened) => Ok(Wider::of(opened)?),
            Lying::Several(wider) => Ok(*wider),
        }
    }

    /// Takes the customers of several nights.
    pub(super) fn of(plan: &Plan, wider: Wider) -> Result<Kept, Error> {
        Ok(Kept {
            golden: wider.golden(),
            customers: wider.customers(&OF_VALUE)?,
            lineage: wider.lineage(asked_of_records(plan))?,
            lying: Lying::Several(Box::new(wider)),
        })
    }

    /// Hands columns of all records to `work`, piece by piece, with the number of the first record
    /// of each.
    pub(super) fn each_contacts<T: Send>(
        &self,
        asked: &[Column],
        work: impl Fn(u32, &Table<Contact>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        Ok(match &self.lying {
            Lying::One(opened) => opened.each_contacts(asked, work)?,
            Lying::Several(wider) => wider.each_contacts(asked, work)?,
        })
    }
}

/// What a run tells of who its customers are.
pub(super) const WRITTEN: [&str; 3] =
    ["golden_records.parquet", "lineage.parquet", "customers.parquet"];

fn write<L: Layout>(folder: &mut Folder, names: &[&str], opened: &Opened) -> Result<(), Error> {
    let name = format!("{}.parquet", L::NAME);
    if names.contains(&name.as_str()) {
        let table: Table<L> = opened.columns(L::COLUMNS)?;
        folder.parquet(&[(&name, table.frame())])?;
    }
    Ok(())
}

/// Writes who the customers of several nights are, piece by piece.
fn write_wider(folder: &mut Folder, name: &str, wider: &Wider) -> Result<(), Error> {
    let [golden_records, lineage, _] = WRITTEN;
    if name == golden_records {
        let golden = wider.golden_records()?;
        return folder.parquet_in_pieces(name, golden.n_rows(), |rows| {
            Ok(golden.piece(rows)?.frame().clone())
        });
    }
    if name == lineage {
        let lineage = wider.lineages()?;
        return folder.parquet_in_pieces(name, lineage.n_rows(), |rows| {
            Ok(lineage.piece(rows)?.frame().clone())
        });
    }
    let worth = wider.worth()?;
    folder.parquet_in_pieces(name, worth.n_rows(), |rows| Ok(worth.piece(rows)?.frame().clone()))
}
