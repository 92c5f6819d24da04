//! What came back, and what is tried next?
//!
//! The state of a notice is never stored: it is told again from the file of what came back. A
//! return is answered once by a better address, then by the next channel, and where none is
//! left the law's substitute notice remains. Lists that were sent stay as they are; what is
//! tried again stands on the lists of a new run.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::terms::Channel;

use super::error::Error;

/// What was sent before, and what came back of it.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// For each notice, its returns in the order of their days.
    returns: BTreeMap<String, Vec<Return>>,
    /// For each customer, the earlier notices that came back: a customer's id, and so the name
    /// of the notice, may have changed since.
    earlier: BTreeMap<u32, BTreeSet<String>>,
    /// For each customer, the days on which earlier runs listed notices, in days since 1970.
    listed: BTreeMap<u32, Vec<i32>>,
    /// New addresses that came with the returns.
    pub(super) addresses: Vec<NewAddress>,
}

/// A notice that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Return {
    day: Date,
    /// The line of the file.
    line: u64,
    /// By which channel it was sent, where the file says so.
    channel: Option<Channel>,
    /// Place of the new address, where one came with it.
    address: Option<u32>,
}

/// An address that the post, or the person, gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NewAddress {
    pub(super) street: Option<String>,
    pub(super) city: Option<String>,
    pub(super) region: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) country: Option<String>,
}

/// Which value of a channel is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The one chosen first.
    First,
    /// Another that the records hold.
    Other,
    /// The new address at this place.
    New(u32),
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// How often it was tried, this time included, from 1.
    pub(super) attempt: u8,
    /// The channel to try now; none where all failed.
    pub(super) channel: Option<Channel>,
    /// The channel after that.
    pub(super) next: Option<Channel>,
    /// The value to use.
    pub(super) uses: Use,
}

const NEW: [&str; 5] = ["new_street", "new_city", "new_region", "new_postal_code", "new_country"];

impl Mail {
    /// Takes a file of returns into account: `notice_id`, `date`, and where known `channel`,
    /// `reason`, and the new address in `new_street`, `new_city`, `new_region`,
    /// `new_postal_code`, `new_country`. `file` names it in errors.
    ///
    /// # Errors
    /// A column is missing, or a cell is not understood.
    pub fn came_back(&mut self, file: &str, text: &str) -> Result<(), Error> {
        let unreadable = |cause: csv::Error| Error::Unreadable {
            file: file.to_owned(),
            line: cause.position().map_or(1, csv::Position::line),
        };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().map_err(unreadable)?.clone();
        let place = |name: &str| header.iter().position(|column| column == name);
        let needed = |column: &'static str| {
            place(column).ok_or_else(|| Error::MissingColumn { file: file.to_owned(), column })
        };
        let (notice, date) = (needed("notice_id")?, needed("date")?);
        let (channel, new) = (place("channel"), NEW.map(place));
        for row in reader.records() {
            let row = row.map_err(unreadable)?;
            let line = row.position().map_or(0, csv::Position::line);
            let cell = |place: Option<usize>| row.get(place?).filter(|cell| !cell.is_empty());
            let not = |column| Error::Cell { file: file.to_owned(), line, column };
            let day = row[date].get(..10).unwrap_or(&row[date]);
            let day: Date = day.parse().map_err(|_| not("date"))?;
            let channel = match cell(channel) {
                None => None,
                Some(word) => {
                    let known = Channel::ALL.into_iter().find(|channel| channel.word() == word);
                    Some(known.ok_or_else(|| not("channel"))?)
                }
            };
            let [street, city, region, postal_code, country] =
                new.map(|place| cell(place).map(str::to_owned));
            let new = NewAddress { street, city, region, postal_code, country };
            let address = (new.street.is_some() && new.city.is_some()).then(|| {
                self.addresses.push(new);
                super::case::number(self.addresses.len() - 1)
            });
            let returned = Return { day, line, channel, address };
            self.returns.entry(row[notice].to_owned()).or_default().push(returned);
        }
        for returns in self.returns.values_mut() {
            returns.sort_by_key(|returned| (returned.day, returned.line));
        }
        Ok(())
    }

    /// Tells whether a notice that an earlier run listed on a day came back: a return counts that
    /// is not older, and names no other channel.
    pub fn came_back_since(&self, notice_id: &str, channel: &str, listed: Date) -> bool {
        let is_of = |returned: &Return| {
            returned.day >= listed && returned.channel.is_none_or(|by| by.word() == channel)
        };
        self.returns.get(notice_id).is_some_and(|returns| returns.iter().any(is_of))
    }

    /// Notes that an earlier run listed a notice to a customer of this one, and whether it came
    /// back.
    pub fn was_listed(&mut self, customer: u32, notice_id: &str, listed: Date, came_back: bool) {
        let day = (listed - Date::constant(1970, 1, 1)).get_days();
        self.listed.entry(customer).or_default().push(day);
        if came_back {
            self.earlier.entry(customer).or_default().insert(notice_id.to_owned());
        }
    }

    /// Keeps what is known of some customers, named in order, and numbers them among themselves.
    pub fn only(&mut self, customers: &[u32]) {
        let place = |customer: u32| customers.binary_search(&customer).ok();
        let number = |customer| place(customer).map(super::case::number);
        let earlier = std::mem::take(&mut self.earlier).into_iter();
        self.earlier = earlier.filter_map(|(of, names)| Some((number(of)?, names))).collect();
        let listed = std::mem::take(&mut self.listed).into_iter();
        self.listed = listed.filter_map(|(of, days)| Some((number(of)?, days))).collect();
    }

    /// Counts the notices to a customer that earlier runs listed on a day or later.
    pub(super) fn n_listed_since(&self, customer: u32, day: i32) -> usize {
        let days = self.listed.get(&customer).map_or(&[][..], Vec::as_slice);
        days.iter().filter(|listed| **listed >= day).count()
    }

    /// Tells whether nothing came back.
    pub(super) fn is_silent(&self) -> bool {
        self.returns.is_empty()
    }

    /// Lists what came back of a notice, and of the customer's earlier ones, day by day.
    fn returns_of(&self, notice_id: &str, customer: u32) -> Vec<&Return> {
        let earlier = self.earlier.get(&customer).into_iter().flatten().map(String::as_str);
        let ids: BTreeSet<&str> = earlier.chain([notice_id]).collect();
        let mut returns: Vec<&Return> =
            ids.into_iter().filter_map(|id| self.returns.get(id)).flatten().collect();
        returns.sort_by_key(|returned| (returned.day, returned.line));
        returns
    }

    /// Tells where a notice to a customer stands. `has_other` tells whether the records hold
    /// another value for a channel than the one chosen first.
    pub(super) fn standing(
        &self,
        notice_id: &str,
        customer: u32,
        channels: [Option<Channel>; 3],
        has_other: impl Fn(Channel) -> bool,
    ) -> Standing {
        let (mut place, mut attempt, mut uses) = (0, 1_u8, Use::First);
        let mut remailed = false;
        for returned in self.returns_of(notice_id, customer) {
            let Some(channel) = channels.get(place).copied().flatten() else { break };
            // What a channel left behind may come back after the next was tried.
            if returned.channel.is_some_and(|sent_by| sent_by != channel) {
                continue;
            }
            let new = returned.address.filter(|_| channel == Channel::Post).map(Use::New);
            let better = new.or_else(|| has_other(channel).then_some(Use::Other));
            attempt = attempt.saturating_add(1);
            if let Some(better) = better.filter(|_| !remailed) {
                (uses, remailed) = (better, true);
            } else {
                (place, uses) = (place + 1, Use::First);
            }
        }
        let channel_at = |place: usize| channels.get(place).copied().flatten();
        Standing { attempt, channel: channel_at(place), next: channel_at(place + 1), uses }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Channel::{Email, Phone, Post};

    fn mail(rows: &str) -> Mail {
        let header = "notice_id,date,channel,reason,new_street,new_city,new_postal_code\n";
        let mut mail = Mail::default();
        mail.came_back("returned.csv", &format!("{header}{rows}")).unwrap();
        mail
    }

    fn check(rows: &str, channels: [Option<Channel>; 3], other: bool) -> String {
        let standing = mail(rows).standing("n_1", 0, channels, |_| other);
        let word = |channel: Option<Channel>| channel.map_or("-", Channel::word);
        let Standing { attempt, channel, next, uses } = standing;
        format!("{attempt} {} {} {uses:?}", word(channel), word(next))
    }

    const LETTER: [Option<Channel>; 3] = [Some(Post), Some(Email), Some(Phone)];

    #[test]
    fn a_return_is_answered_by_one_better_address_then_by_the_next_channel() {
        let one = "n_1,2026-03-10,post,moved,2 New Road,Leeds,LS1\n";
        let two = "n_1,2026-03-20,post,moved,3 New Road,Leeds,LS1\n";
        let three = "n_1,2026-03-25,email,bounced,,,\n";
        assert_eq!(check("", LETTER, false), "1 post email First");
        assert_eq!(check(one, LETTER, false), "2 post email New(0)");
        assert_eq!(check(&format!("{one}{two}"), LETTER, false), "3 email phone First");
        assert_eq!(check(&format!("{one}{two}{three}"), LETTER, false), "4 phone - First");
        let four = "n_1,2026-03-28,phone,wrong number,,,\n";
        assert_eq!(check(&format!("{one}{two}{three}{four}"), LETTER, true), "5 - - First");
    }

    #[test]
    fn without_a_new_address_another_record_is_asked() {
        let back = "n_1,2026-03-10,,unknown,,,\n";
        assert_eq!(check(back, LETTER, true), "2 post email Other");
        assert_eq!(check(back, LETTER, false), "2 email phone First");
        assert_eq!(check(back, [Some(Post), None, None], false), "2 - - First");
    }

    #[test]
    fn returns_are_taken_in_the_order_of_their_days_and_late_ones_of_a_channel_are_passed_over() {
        let late = "n_1,2026-03-20,email,bounced,,,\nn_1,2026-03-10,post,unknown,,,\n\
                    n_1,2026-03-22,post,unknown,,,\n";
        assert_eq!(check(late, LETTER, false), "3 phone - First");
    }

    #[test]
    fn what_is_not_understood_is_told_by_line_and_column_and_never_by_value() {
        let said =
            |text: &str| Mail::default().came_back("returned.csv", text).unwrap_err().to_string();
        assert!(said("id,date\n").contains("column `notice_id` is missing"));
        let date = said("notice_id,date\nn_1,2026-03-10\nn_2,the tenth\n");
        assert!(date.contains("line 3") && date.contains("`date`"), "{date}");
        assert!(!date.contains("tenth"), "{date}");
        assert!(said("notice_id,date,channel\nn_1,2026-03-10,pigeon\n").contains("`channel`"));
    }

    #[test]
    fn a_return_counts_that_is_not_older_than_the_list_and_names_no_other_channel() {
        let mail = mail("n_1,2026-03-10,,unknown,,,\nn_2,2026-03-10,email,bounced,,,\n");
        let day = |text: &str| text.parse().unwrap();
        assert!(mail.came_back_since("n_1", "post", day("2026-03-01")));
        assert!(!mail.came_back_since("n_1", "post", day("2026-03-11")), "it was tried again");
        assert!(mail.came_back_since("n_2", "email", day("2026-03-10")));
        assert!(!mail.came_back_since("n_2", "post", day("2026-03-01")));
        assert!(!mail.came_back_since("n_3", "post", day("2026-03-01")));
    }

    #[test]
    fn what_came_back_under_an_earlier_name_of_the_notice_counts() {
        let mut mail = mail("n_old,2026-03-10,post,unknown,,,\n");
        let day = "2026-03-01".parse().unwrap();
        assert_eq!(mail.standing("n_1", 7, LETTER, |_| false).channel, Some(Post));
        mail.was_listed(7, "n_old", day, true);
        assert_eq!(mail.standing("n_1", 7, LETTER, |_| false).channel, Some(Email));
        assert_eq!(mail.standing("n_1", 8, LETTER, |_| false).channel, Some(Post));
        assert_eq!(mail.n_listed_since(7, 20_513), 1);
        assert_eq!(mail.n_listed_since(7, 20_514), 0);
    }
}
