//! Whom does marketing leave alone, and until when?
//!
//! An offer that arrives beside the notice of a breach costs more than it brings, and mail to
//! someone who died costs most. The reason on the list does not tell what was decided: marketing
//! must not learn from it of an investigation.
//!
//! The notice itself is never suppressed: it must carry the exception tag in a tool whose
//! suppression lists also stop transactional mail.

use std::fmt::Write;

use jiff::{Timestamp, ToSpan};
use polars::prelude::DataFrame;

use crate::output::{Dialect, Sheet};
use crate::tables::column as c;

use super::MarketingTool;
use super::decide::{Outcome, Person, Role};
use super::desk::Desk;
use super::gather::Rows;
use super::list::{N_PER_PIECE, frame_of};
use super::wording::day_of;

/// A customer, whether the suppression lasts for good, and one of the addresses.
type Entry<'a> = (u32, bool, Option<&'a str>);

type Filled = polars::prelude::Column;

impl Desk<'_> {
    /// Makes the suppression list: every valid address of every affected person that is owed a
    /// notice, sent or not; without an address the id alone. Sorted by customer id, address.
    pub(super) fn suppression(&self, now: Timestamp) -> Vec<Sheet<'_>> {
        let until = now.saturating_add((24 * i64::from(self.settings.suppress_days)).hours());
        let until = until.map_or_else(|_| day_of(now), day_of);
        let n_pieces = self.people.len().div_ceil(N_PER_PIECE).max(1);
        let mut sheets = vec![Sheet {
            path: "suppress.csv".to_owned(),
            dialect: self.settings.dialects.suppress,
            n_pieces,
            piece: Box::new(move |place| self.generic(&self.entries(place), until)),
        }];
        sheets.extend(self.settings.suppress_for.iter().map(|&tool| Sheet {
            path: format!("suppress_{}.csv", tool.word()),
            dialect: Dialect::Machine,
            n_pieces,
            piece: Box::new(move |place| self.for_tool(tool, &self.entries(place), until)),
        }));
        sheets
    }

    /// Tells how the lists are put to use without harm.
    pub(super) fn suppression_notes(&self) -> String {
        let tag = &self.settings.exception_tag;
        let mut notes = format!(
            "How to use the suppression lists\n\n\
             suppress.csv stops marketing until the day in `until`, that day included; an empty \
             day means for good.\n\
             The notice of the incident must never be stopped: its campaigns carry the tag \
             `{tag}`, which is the exception.\n"
        );
        for tool in &self.settings.suppress_for {
            // Writing to a string cannot fail.
            let _ = write!(notes, "\nsuppress_{}.csv\n{}\n", tool.word(), tool.advice());
        }
        notes
    }

    /// Lists the entries of a piece of the people.
    fn entries(&self, piece: usize) -> Vec<Entry<'_>> {
        let start = piece * N_PER_PIECE;
        let people = &self.people[start..(start + N_PER_PIECE).min(self.people.len())];
        people.iter().flat_map(|person| self.entries_of(person)).collect()
    }

    fn entries_of(&self, person: &Person) -> Vec<Entry<'_>> {
        if person.outcome == Outcome::NoDuty {
            return Vec::new();
        }
        let entry = |email| (person.customer, person.role == Role::Estate, email);
        match self.book.valid_emails(person.customer) {
            emails if emails.is_empty() => vec![entry(None)],
            emails => emails.into_iter().map(|email| entry(Some(email))).collect(),
        }
    }

    fn ids(&self, entries: &[Entry<'_>]) -> Filled {
        let customers = Rows::of(entries.iter().map(|entry| entry.0).collect());
        customers.from(self.book.golden.frame(), c::CUSTOMER_ID)
    }

    fn generic(&self, entries: &[Entry<'_>], until: i32) -> DataFrame {
        let exception = self.settings.exception_tag.as_str();
        frame_of(vec![
            self.ids(entries),
            c::EMAIL.texts(entries.iter().map(|entry| entry.2)),
            untils(entries, until),
            c::REASON.texts(
                entries.iter().map(|entry| Some(if entry.1 { "deceased" } else { "incident" })),
            ),
            c::EXCEPT.same(Some(exception), entries.len()),
        ])
    }

    /// Writes entries as a marketing tool takes them. Tools take an address once for each
    /// customer and drop what they know.
    fn for_tool(&self, tool: MarketingTool, entries: &[Entry<'_>], until: i32) -> DataFrame {
        let addressed: Vec<Entry<'_>> =
            entries.iter().filter(|entry| entry.2.is_some()).copied().collect();
        let named = |column: Filled, name: &str| column.with_name(name.into());
        let addresses =
            |name: &str| named(c::EMAIL.texts(addressed.iter().map(|entry| entry.2)), name);
        let until = |name: &str| named(untils(&addressed, until), name);
        let exception = self.settings.exception_tag.as_str();
        let tag = |name: &str| named(c::EXCEPT.same(Some(exception), addressed.len()), name);
        frame_of(match tool {
            MarketingTool::Braze => vec![
                named(self.ids(&addressed), "external_id"),
                addresses("email"),
                until("incident_suppress_until"),
                tag("incident_exception_tag"),
            ],
            MarketingTool::Hubspot => {
                vec![addresses("Email"), until("Incident suppress until")]
            }
            MarketingTool::MarketingCloud => vec![
                named(self.ids(&addressed), "Subscriber Key"),
                addresses("Email Address"),
                until("Suppress Until"),
            ],
            MarketingTool::Mailchimp => {
                let tags = c::EXCEPT.same(Some("incident-suppress"), addressed.len());
                vec![addresses("Email Address"), named(tags, "TAGS"), until("Suppress Until")]
            }
        })
    }
}

fn untils(entries: &[Entry<'_>], until: i32) -> Filled {
    c::UNTIL.days(entries.iter().map(|entry| (!entry.1).then_some(until)))
}
