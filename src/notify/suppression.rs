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

use super::cells::frame_of;
use super::decide::Person;
use super::desk::Desk;
use super::gather::Rows;
use super::list::N_PER_PIECE;
use super::outcome::{Outcome, Role};
use super::settings::{MarketingTool, ToolKey};
use super::wording::day_of;

/// The day that stands for no end, 31 December 9999, in days since 1970. Tools leave a field as it
/// is where the cell is empty, so that an older day would end a suppression that has no end.
const FOR_GOOD: i32 = 2_932_896;

/// A customer, whether the suppression lasts for good, and one of the addresses.
type Entry<'a> = (u32, bool, Option<&'a str>);

type Filled = polars::prelude::Column;

impl Desk<'_> {
    /// Makes the suppression list: every valid address of every affected person that is owed a
    /// notice, sent or not; without an address the id alone. Sorted by customer id, address.
    pub(super) fn suppression(&self, now: Timestamp) -> Vec<Sheet<'_>> {
        let until = now.saturating_add((24 * i64::from(self.settings.suppress_days)).hours());
        let until = until.map_or_else(|_| day_of(now), day_of);
        let n_pieces = self.customers().len().div_ceil(N_PER_PIECE).max(1);
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
        let file = |name: &str| self.naming.of(name);
        let whole = file("suppress.csv");
        let mut notes = format!(
            "How to use the suppression lists\n\n\
             {whole} stops marketing until the day in `until`, that day included; an empty \
             day means for good.\n\
             The notice of the incident must never be stopped: its campaigns carry the tag \
             `{tag}`, which is the exception.\n"
        );
        for tool in &self.settings.suppress_for {
            // Writing to a string cannot fail.
            let list = file(&format!("suppress_{}.csv", tool.word()));
            let _ = write!(notes, "\n{list}\n{}\n", tool.advice());
        }
        notes
    }

    /// Lists the entries of a piece of the people.
    fn entries(&self, piece: usize) -> Vec<Entry<'_>> {
        let start = piece * N_PER_PIECE;
        let people = self.customers();
        let people = &people[start..(start + N_PER_PIECE).min(people.len())];
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
        let addressed = entries.iter().filter(|entry| entry.2.is_some());
        let keyed: Vec<(Entry<'_>, Option<&str>)> =
            addressed.flat_map(|entry| self.keyed(*entry)).collect();
        let named = |column: Filled, name: &str| column.with_name(name.into());
        let addresses =
            |name: &str| named(c::EMAIL.texts(keyed.iter().map(|(entry, _)| entry.2)), name);
        let keys = |name: &str| named(c::EMAIL.texts(keyed.iter().map(|(_, key)| *key)), name);
        let until_or = |for_good: Option<i32>, name: &str| {
            let days = keyed.iter().map(|(entry, _)| if entry.1 { for_good } else { Some(until) });
            named(c::UNTIL.days(days), name)
        };
        let exception = self.settings.exception_tag.as_str();
        let tag = |name: &str| named(c::EXCEPT.same(Some(exception), keyed.len()), name);
        let has_key = self.settings.tool_key != ToolKey::Email;
        let mut columns = Vec::new();
        match tool {
            MarketingTool::Braze => {
                columns.extend(has_key.then(|| keys("external_id")));
                columns.push(addresses("email"));
                columns.push(until_or(Some(FOR_GOOD), "incident_suppress_until"));
                columns.push(tag("incident_exception_tag"));
            }
            MarketingTool::Hubspot => {
                columns.push(addresses("Email"));
                columns.push(until_or(Some(FOR_GOOD), "Incident suppress until"));
            }
            MarketingTool::MarketingCloud => {
                // Where no subscriber keys are in use the address is the key.
                columns.push(if has_key {
                    keys("Subscriber Key")
                } else {
                    addresses("Subscriber Key")
                });
                columns.push(addresses("Email Address"));
                columns.push(until_or(Some(FOR_GOOD), "Suppress Until"));
            }
            MarketingTool::Mailchimp => {
                columns.push(addresses("Email Address"));
                let tags = c::EXCEPT.same(Some("incident-suppress"), keyed.len());
                columns.push(named(tags, "TAGS"));
                columns.push(until_or(Some(FOR_GOOD), "Suppress Until"));
            }
        }
        frame_of(columns)
    }

    /// Gives an entry once for each key by which tools know the customer; who has none cannot be
    /// matched by key, and stands there without.
    fn keyed<'d>(&'d self, entry: Entry<'d>) -> Vec<(Entry<'d>, Option<&'d str>)> {
        let kind = match self.settings.tool_key {
            ToolKey::Email => return vec![(entry, None)],
            ToolKey::CustomerId => {
                let ids = self.book.golden.text(c::CUSTOMER_ID);
                return vec![(entry, ids.get(entry.0 as usize))];
            }
            ToolKey::CustomerKey => "customer_key",
            ToolKey::RecordId => "record_id",
        };
        let keys = self.book.keys(entry.0, kind);
        if keys.is_empty() {
            vec![(entry, None)]
        } else {
            keys.into_iter().map(|key| (entry, Some(key))).collect()
        }
    }
}

fn untils(entries: &[Entry<'_>], until: i32) -> Filled {
    c::UNTIL.days(entries.iter().map(|entry| (!entry.1).then_some(until)))
}
