//! Who is somebody, in truth?

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::Country;
use super::lists::{City, Spelled};
use super::phone::Phone;

/// A person, as the truth has it.
#[derive(Debug, Clone)]
pub(super) struct Person<'l> {
    /// Numbered through the whole data set, from 1.
    pub(super) number: u64,
    pub(super) country: Country,
    pub(super) female: bool,
    pub(super) given: Spelled,
    pub(super) middle: Option<char>,
    pub(super) family: Spelled,
    pub(super) former_family: Option<Spelled>,
    pub(super) suffix: &'static str,
    pub(super) birth: Date,
    pub(super) home: Home<'l>,
    pub(super) former_home: Option<Home<'l>>,
    pub(super) email: String,
    pub(super) second_email: Option<String>,
    pub(super) former_email: Option<String>,
    pub(super) mobile: Phone,
    pub(super) former_mobile: Option<Phone>,
    pub(super) landline: Option<Phone>,
    pub(super) company: Option<String>,
    pub(super) segment: &'static str,
    pub(super) product: &'static str,
    pub(super) buyer: bool,
    pub(super) deceased: bool,
    /// The day on which the company first heard of them.
    pub(super) since: Date,
}

impl Person<'_> {
    /// Gives the id that stands in the truth files only.
    pub(super) fn true_id(&self) -> String {
        format!("T{:09}", self.number)
    }
}

/// An address.
#[derive(Debug, Clone)]
pub(super) struct Home<'l> {
    pub(super) street: &'l Spelled,
    pub(super) house: String,
    pub(super) unit: Option<String>,
    pub(super) city: &'l City,
    pub(super) postcode: String,
}

/// Gives the day that lies so many days before.
pub(super) fn before(day: Date, n_days: i64) -> Date {
    let span: Span = n_days.days();
    day.saturating_sub(span)
}
