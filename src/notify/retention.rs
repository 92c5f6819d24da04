//! Whom should a person call after the notice, because much is at stake?

use rayon::prelude::*;

use crate::tables::{Column, column as c};

use super::case::number;
use super::decide::Outcome;
use super::gather::Rows;
use super::list::{Desk, List, frame_of};

impl Desk<'_> {
    /// Makes the list for account managers: those who were told, the greatest expected loss
    /// first, ties by customer id. It stays in the house and holds no contact data; who refuses
    /// mail or calls is marked.
    pub(super) fn retention<'b>(&self, rows_of: impl Fn(u32) -> &'b [u32] + Sync) -> List {
        let losses = self.exposure.cents(c::EXPECTED_LOSS_CENTS);
        let sum = |rows: &[u32]| -> i64 {
            rows.iter().filter_map(|&row| losses.get(row as usize)).fold(0, i64::saturating_add)
        };
        let mut at_stake: Vec<(i64, u32)> = (0..number(self.people.len()))
            .into_par_iter()
            .filter(|&person| self.people[person as usize].outcome == Outcome::Notified)
            .map(|person| (sum(rows_of(person)), person))
            .filter(|(loss, _)| *loss > 0)
            .collect();
        // People stand in the order of their customer ids.
        at_stake.par_sort_unstable_by_key(|&(loss, person)| (std::cmp::Reverse(loss), person));
        at_stake.truncate(self.settings.n_retention_max);
        let people = Rows::of(at_stake.iter().map(|&(_, person)| person).collect());
        let customers = self.customers.of_rows(&people);
        let golden = |column: Column| customers.from(self.book.golden.frame(), column);
        let told = |person: usize| Some(self.people[person].channel?.word());
        let frame = frame_of(vec![
            golden(c::CUSTOMER_ID),
            people.of_column(&self.notice_ids, c::NOTICE_ID),
            golden(c::SEGMENT),
            golden(c::MARKET),
            golden(c::PRODUCT),
            c::CHANNEL.texts(at_stake.iter().map(|&(_, person)| told(person as usize))),
            golden(c::EMAIL_OPT_OUT),
            golden(c::DO_NOT_CALL),
            self.first_rows.of_rows(&people).from(self.exposure.frame(), c::CLV_FUTURE_CENTS),
            c::EXPECTED_LOSS_CENTS.amounts(at_stake.iter().map(|&(loss, _)| loss).collect()),
        ]);
        let dialect = self.settings.dialects.retention;
        List { path: "retention.csv".to_owned(), frame, dialect }
    }
}
