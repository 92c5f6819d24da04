//! On which day does each notice leave, so that nobody is flooded?
//!
//! Several incidents in a row, or several people behind one mailbox, can mean several notices at
//! one address. A cap puts the later ones off. It never drops one: where the law leaves no time
//! to wait, the notice leaves on its last day, cap or no cap.

use std::cmp::Reverse;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::tables::column as c;
use crate::terms::Channel;

use super::case::number;
use super::desk::Desk;
use super::returned::Mail;
use super::wording::day_of;

/// What a contact cap put off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Postponed {
    /// Notices that leave on a later day than the run's.
    pub n_later: u64,
    /// Notices that leave in spite of the cap, since the law leaves no time to wait.
    pub n_over_cap: u64,
}

impl Postponed {
    /// Says it in a sentence, where there is anything to say.
    pub fn sentence(&self) -> Option<String> {
        let Postponed { n_later, n_over_cap } = self;
        (n_later + n_over_cap > 0).then(|| {
            format!(
                "the contact cap puts {n_later} notices off to a later day (`send_on`); \
                 {n_over_cap} leave in spite of it, since the law leaves no time"
            )
        })
    }
}

/// Where a notice arrives: the channel and its value, or street and postcode.
type Place<'a> = (Channel, [Option<&'a str>; 2]);

impl Desk<'_> {
    /// Gives each notice its day. Of those at one place the one that the law wants first leaves
    /// first.
    pub(super) fn space_out(&mut self, mail: &Mail, now: Timestamp) -> Postponed {
        let today = day_of(now);
        let mut send_on = vec![today; self.people.len()];
        let cap = self.settings.contact_cap;
        let mut postponed = Postponed::default();
        if cap.is_set() {
            let (n_max, days) = (cap.n_notices_max as usize, i32::try_from(cap.days).unwrap_or(0));
            let mut told: Vec<(Place<'_>, Reverse<bool>, Option<i32>, u32)> =
                (0..number(self.people.len()))
                    .into_par_iter()
                    .filter_map(|place| {
                        let send_by = self.send_by(place);
                        Some((self.arrives_at(place)?, Reverse(send_by.is_some()), send_by, place))
                    })
                    .collect();
            told.par_sort_unstable_by_key(|notice| {
                (notice.0, notice.1, notice.2, self.person(notice.3).notice)
            });
            for of_place in told.chunk_by(|one, other| one.0 == other.0) {
                let customers = of_place.iter().map(|notice| self.person(notice.3).customer);
                let n_before = customers
                    .map(|customer| mail.n_listed_since(customer, today - days + 1))
                    .max()
                    .unwrap_or(0);
                for (n_earlier, &(_, _, send_by, place)) in (n_before..).zip(of_place) {
                    let wait = i32::try_from(n_earlier / n_max).unwrap_or(i32::MAX);
                    let fit = today.saturating_add(wait.saturating_mul(days));
                    let day = send_by.map_or(fit, |send_by| fit.min(send_by.max(today)));
                    postponed.n_later += u64::from(day > today);
                    postponed.n_over_cap += u64::from(day < fit);
                    send_on[place as usize] = day;
                }
            }
        }
        self.send_on = send_on;
        postponed
    }

    /// Gives the day on which a notice leaves, in days since 1970.
    pub(super) fn send_on(&self, place: u32) -> i32 {
        self.send_on[place as usize]
    }

    fn arrives_at(&self, place: u32) -> Option<Place<'_>> {
        let person = self.person(place);
        let channel = person.channel?;
        let found = person.reach.by(channel)?;
        let at = match channel {
            Channel::Post => [c::STREET, c::POSTAL_CODE]
                .map(|line| self.book.lines(line)(person.customer, found)),
            _ => [self.book.value(person.customer, channel, found), None],
        };
        Some((channel, at))
    }
}
