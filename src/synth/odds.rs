//! How often is each hard case met? Every share of the generator, in one place.
//!
//! Shares are per record unless said otherwise. They are our own estimates of what a company's
//! exports look like, chosen to be hard rather than kind.

/// Who the people are, per person.
pub(super) mod people {
    /// A household of two or more, per household.
    pub(in crate::synth) const HOUSEHOLD: f64 = 0.22;
    /// Of households: a father and a son of the same name.
    pub(in crate::synth) const JUNIOR: f64 = 0.08;
    /// Of fathers and sons of one name: they tell themselves apart by `Jr.`
    pub(in crate::synth) const JUNIOR_SAID: f64 = 0.5;
    /// Of households: twins, one birth date, one address.
    pub(in crate::synth) const TWINS: f64 = 0.06;
    /// Of households: a couple with an adult or minor child.
    pub(in crate::synth) const CHILD: f64 = 0.25;
    /// A member of a couple who kept the former family name.
    pub(in crate::synth) const OWN_NAME_KEPT: f64 = 0.2;
    /// A household with one mailbox that all its members give.
    pub(in crate::synth) const SHARED_MAILBOX: f64 = 0.2;
    /// A household with one landline.
    pub(in crate::synth) const SHARED_LANDLINE: f64 = 0.5;
    /// A woman whose family name changed while a customer.
    pub(in crate::synth) const NAME_CHANGED: f64 = 0.08;
    /// A person whose main e-mail address changed.
    pub(in crate::synth) const EMAIL_CHANGED: f64 = 0.25;
    /// A person who has a second address in use.
    pub(in crate::synth) const SECOND_EMAIL: f64 = 0.25;
    /// A person whose mobile number changed.
    pub(in crate::synth) const PHONE_CHANGED: f64 = 0.2;
    /// A person who moved while a customer.
    pub(in crate::synth) const MOVED: f64 = 0.2;
    /// A person who gives a middle initial, where that is usual.
    pub(in crate::synth) const MIDDLE: f64 = 0.35;
    /// A person who has died.
    pub(in crate::synth) const DECEASED: f64 = 0.008;
    /// A person who ordered at least once.
    pub(in crate::synth) const BUYER: f64 = 0.7;
    /// A person who is a contact of a company.
    pub(in crate::synth) const COMPANY: f64 = 0.2;
    /// A family name that is not on the list of frequent ones, but made of two parts.
    pub(in crate::synth) const RARE_FAMILY_NAME: f64 = 0.45;
    /// The same for the United States, whose list is longer.
    pub(in crate::synth) const RARE_FAMILY_NAME_US: f64 = 0.12;
    /// A family name of two, joined by a hyphen.
    pub(in crate::synth) const DOUBLE_NAME: f64 = 0.015;
    /// A record in the person's own script, where that is not the Latin one.
    pub(in crate::synth) const NATIVE_SCRIPT: f64 = 0.5;
}

/// How records differ from the person they stand for.
pub(super) mod records {
    /// A further record of a person stands in another source than the first.
    pub(in crate::synth) const OTHER_SOURCE: f64 = 0.7;
    /// A first record that was never brought up to date.
    pub(in crate::synth) const STALE_FIRST: f64 = 0.15;
    /// A further record that shows an earlier state of the person.
    pub(in crate::synth) const STALE_FURTHER: f64 = 0.5;
    /// A nickname instead of the given name, where one is known.
    pub(in crate::synth) const NICKNAME: f64 = 0.1;
    /// An initial instead of the given name.
    pub(in crate::synth) const INITIAL: f64 = 0.015;
    /// Given and family name in each other's place.
    pub(in crate::synth) const SWAPPED: f64 = 0.02;
    /// `Family, Given` or both in the field of the family name.
    pub(in crate::synth) const BOTH_IN_ONE: f64 = 0.008;
    /// A slip in the given name.
    pub(in crate::synth) const TYPO_GIVEN: f64 = 0.025;
    /// A slip in the family name.
    pub(in crate::synth) const TYPO_FAMILY: f64 = 0.035;
    /// A slip in the e-mail address.
    pub(in crate::synth) const TYPO_EMAIL: f64 = 0.015;
    /// A slip in the street.
    pub(in crate::synth) const TYPO_STREET: f64 = 0.03;
    /// A slip in the city.
    pub(in crate::synth) const TYPO_CITY: f64 = 0.015;
    /// One digit of a telephone number is wrong.
    pub(in crate::synth) const TYPO_PHONE: f64 = 0.015;
    /// Everything in capitals.
    pub(in crate::synth) const ALL_CAPITALS: f64 = 0.05;
    /// Everything in small letters.
    pub(in crate::synth) const ALL_SMALL: f64 = 0.04;
    /// Accents left out: `Muller`; for German half of them as `Mueller`.
    pub(in crate::synth) const FOLDED: f64 = 0.2;
    /// UTF-8 read as Latin-1: `MÃ¼ller`.
    pub(in crate::synth) const MOJIBAKE: f64 = 0.01;
    /// Space before, behind, or two within.
    pub(in crate::synth) const SPACES: f64 = 0.02;
    /// The e-mail address in capitals.
    pub(in crate::synth) const EMAIL_CAPITALS: f64 = 0.05;
    /// The e-mail address with a tag: `anna+shop@`.
    pub(in crate::synth) const EMAIL_PLUS_TAG: f64 = 0.025;
    /// The e-mail address without its dots.
    pub(in crate::synth) const EMAIL_DOTS: f64 = 0.01;
    /// A short form of the street's type: `St`, `Str.`, `bd`.
    pub(in crate::synth) const STREET_SHORT: f64 = 0.35;
    /// Day and month in each other's place, where that gives a day.
    pub(in crate::synth) const DAY_MONTH_SWAPPED: f64 = 0.015;
    /// One digit of the birth date is off.
    pub(in crate::synth) const BIRTH_DIGIT_OFF: f64 = 0.015;
    /// A birth date that is none, such as the 31st of February.
    pub(in crate::synth) const BIRTH_IMPOSSIBLE: f64 = 0.002;
    /// A telephone number that a spreadsheet made a power of ten.
    pub(in crate::synth) const PHONE_SCIENTIFIC: f64 = 0.003;
    /// A telephone number with an extension.
    pub(in crate::synth) const PHONE_EXTENSION: f64 = 0.01;
    /// A made-up e-mail address that many share.
    pub(in crate::synth) const PLACEHOLDER_EMAIL: f64 = 0.008;
    /// A made-up telephone number that many share.
    pub(in crate::synth) const PLACEHOLDER_PHONE: f64 = 0.01;
    /// A made-up birth date that many share.
    pub(in crate::synth) const PLACEHOLDER_BIRTH: f64 = 0.015;
    /// A made-up name that many share.
    pub(in crate::synth) const PLACEHOLDER_NAME: f64 = 0.002;
    /// `N/A`, `unknown` in the place of a street.
    pub(in crate::synth) const PLACEHOLDER_STREET: f64 = 0.006;
    /// A postcode whose leading zero was lost.
    pub(in crate::synth) const ZERO_LOST: f64 = 0.1;
    /// The row itself is broken: too few fields, or bytes that are no text. CSV sources only.
    pub(in crate::synth) const BROKEN_ROW: f64 = 0.0005;
    /// Mail is not wanted.
    pub(in crate::synth) const EMAIL_OPT_OUT: f64 = 0.06;
    /// Calls are not wanted.
    pub(in crate::synth) const DO_NOT_CALL: f64 = 0.04;
    /// Marked as deleted, and still in the export.
    pub(in crate::synth) const DELETED: f64 = 0.005;
    /// Carries the ids of records that were merged into it.
    pub(in crate::synth) const MERGED_IDS: f64 = 0.03;
}

/// What the incident touches, per person.
pub(super) mod incident {
    /// Stands on the mailing list.
    pub(in crate::synth) const MAILING: f64 = 0.04;
    /// Stands among the leaked hashes.
    pub(in crate::synth) const LEAKED: f64 = 0.08;
    /// Has a ticket.
    pub(in crate::synth) const TICKET: f64 = 0.02;
    /// Is listed by an address of the person that no record holds, per listed person.
    pub(in crate::synth) const BY_UNKNOWN_ADDRESS: f64 = 0.05;
    /// A row of a scope file that stands twice.
    pub(in crate::synth) const TWICE: f64 = 0.02;
    /// A row that names nobody, per listed person.
    pub(in crate::synth) const NOBODY: f64 = 0.06;
    /// A row that cannot be read as what the file lists, per listed person.
    pub(in crate::synth) const INVALID: f64 = 0.01;
    /// A Salesforce id in its form of 15 characters.
    pub(in crate::synth) const SHORT_ID: f64 = 0.5;
}

/// What each source leaves out.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) given: f64,
    pub(super) email: f64,
    pub(super) phone: f64,
    pub(super) birth: f64,
    pub(super) address: f64,
    pub(super) postcode: f64,
    pub(super) country: f64,
}

/// Salesforce: sales people type it.
pub(super) const MISSING_SALESFORCE: Missing = Missing {
    given: 0.03,
    email: 0.10,
    phone: 0.22,
    birth: 0.55,
    address: 0.20,
    postcode: 0.05,
    country: 0.04,
};

/// `HubSpot`: people fill in a form, and leave out what they may.
pub(super) const MISSING_HUBSPOT: Missing = Missing {
    given: 0.05,
    email: 0.02,
    phone: 0.50,
    birth: 0.75,
    address: 0.55,
    postcode: 0.10,
    country: 0.12,
};

/// The shop: needs an address to deliver to.
pub(super) const MISSING_SHOP: Missing = Missing {
    given: 0.005,
    email: 0.01,
    phone: 0.30,
    birth: 0.35,
    address: 0.02,
    postcode: 0.005,
    country: 0.0,
};

/// How people buy: the parameters of the BG/NBD process in weeks, and of the gamma-gamma model in
/// whole units of money.
///
/// # Source
/// The form is of Fader, Hardie and Lee (2005), "Counting your customers the easy way"; the
/// values lie near theirs, with more repeat purchases.
pub(super) mod buying {
    /// Shape of the purchase rate over people.
    pub(in crate::synth) const R: f64 = 0.55;
    /// Rate of the purchase rate over people, in weeks.
    pub(in crate::synth) const ALPHA: f64 = 8.0;
    /// First parameter of the probability to stop after a purchase.
    pub(in crate::synth) const A: f64 = 0.8;
    /// Second parameter of the probability to stop after a purchase.
    pub(in crate::synth) const B: f64 = 2.8;
    /// Shape of the amounts of one person.
    pub(in crate::synth) const P: f64 = 6.25;
    /// Shape of the mean amount over people.
    pub(in crate::synth) const Q: f64 = 3.74;
    /// Scale of the mean amount over people.
    pub(in crate::synth) const GAMMA: f64 = 25.0;
    /// Over how many days before the export day first purchases are spread.
    pub(in crate::synth) const N_DAYS: i64 = 1000;
}
