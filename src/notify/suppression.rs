//! Whom does marketing leave alone, and until when?
//!
//! An offer that arrives beside the notice of a breach costs more than it brings, and mail to
//! someone who died costs most. The reason on the list does not tell what was decided: marketing
//! must not learn from it of an investigation.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rayon::prelude::*;

use crate::output::Dialect;
use crate::tables::column as c;

use super::MarketingTool;
use super::decide::{Outcome, Person, Role};
use super::gather::Rows;
use super::list::{Desk, List, frame_of};

/// A customer, whether the suppression lasts for good, and one of the addresses.
type Entry<'a> = (u32, bool, Option<&'a str>);

type Filled = polars::prelude::Column;

impl Desk<'_> {
    /// Makes the suppression list: every valid address of every affected person that is owed a
    /// notice, sent or not; without an address the id alone. Sorted by customer id, address.
    pub(super) fn suppression(&self, now: Timestamp) -> Vec<List> {
        let entries: Vec<Entry<'_>> =
            self.people.par_iter().flat_map_iter(|person| self.entries(person)).collect();
        let customers = Rows::of(entries.iter().map(|entry| entry.0).collect());
        let today = now.to_zoned(TimeZone::UTC).date();
        let until = today.saturating_add(i64::from(self.settings.suppress_days).days());
        let until = (until - Date::constant(1970, 1, 1)).get_days();
        let frame = frame_of(vec![
            customers.from(self.book.golden.frame(), c::CUSTOMER_ID),
            c::EMAIL.texts(entries.iter().map(|entry| entry.2)),
            c::UNTIL.days(entries.iter().map(|entry| (!entry.1).then_some(until))),
            c::REASON.texts(
                entries.iter().map(|entry| Some(if entry.1 { "deceased" } else { "incident" })),
            ),
        ]);
        let dialect = self.settings.dialects.suppress;
        let mut lists = vec![List { path: "suppress.csv".to_owned(), frame, dialect }];
        let for_tools = ForTools::of(self, &entries);
        lists.extend(self.settings.suppress_for.iter().map(|&tool| for_tools.list(tool)));
        lists
    }

    fn entries(&self, person: &Person) -> Vec<Entry<'_>> {
        if person.outcome == Outcome::NoDuty {
            return Vec::new();
        }
        let entry = |email| (person.customer, person.role == Role::Estate, email);
        match self.book.valid_emails(person.customer) {
            emails if emails.is_empty() => vec![entry(None)],
            emails => emails.into_iter().map(|email| entry(Some(email))).collect(),
        }
    }
}

/// Writes the list as a marketing tool takes it, always exactly: a program reads it. Tools that
/// take the same columns share them.
struct ForTools {
    /// The ids of those who have an address, once for each.
    ids: Filled,
    addresses: Filled,
    /// Each address once, in alphabetical order.
    different: Filled,
}

impl ForTools {
    fn of(desk: &Desk<'_>, entries: &[Entry<'_>]) -> ForTools {
        let addressed: Vec<_> = entries.iter().filter(|entry| entry.2.is_some()).collect();
        let customers = Rows::of(addressed.iter().map(|entry| entry.0).collect());
        let mut different: Vec<_> = addressed.iter().map(|entry| entry.2).collect();
        different.par_sort_unstable();
        different.dedup();
        ForTools {
            ids: customers.from(desk.book.golden.frame(), c::CUSTOMER_ID),
            addresses: c::EMAIL.texts(addressed.iter().map(|entry| entry.2)),
            different: c::EMAIL.texts(different.into_iter()),
        }
    }

    fn list(&self, tool: MarketingTool) -> List {
        let named = |column: &Filled, name: &str| column.clone().with_name(name.into());
        let columns = match tool {
            MarketingTool::Braze => {
                vec![named(&self.ids, "external_id"), named(&self.addresses, "email")]
            }
            MarketingTool::Hubspot => vec![named(&self.different, "Email")],
            MarketingTool::MarketingCloud => {
                vec![named(&self.ids, "Subscriber Key"), named(&self.addresses, "Email Address")]
            }
            MarketingTool::Mailchimp => vec![named(&self.different, "Email Address")],
        };
        let path = format!("suppress_{}.csv", tool.word());
        List { path, frame: frame_of(columns), dialect: Dialect::Machine }
    }
}
