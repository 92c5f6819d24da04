//! What does a notification law ask, of whom, and from which moment on?
//!
//! A law is a row of `jurisdictions.csv`. Its words are closed lists: a word that is not among
//! them stops the run, since a law read wrongly is worse than none.

use jiff::civil::Date;

use super::substitute::Substitute;

/// A version of a notification law.
#[derive(Debug, Clone)]
pub struct Law {
    /// The line of the file, from 1.
    pub line: u64,
    /// Whose law: ISO 3166-1 or 3166-2, or `EU`.
    pub code: String,
    /// The jurisdiction's name.
    pub name: String,
    /// The sector that it is for; a general law has none.
    pub sector: Option<String>,
    /// Whether it binds.
    pub status: Status,
    /// The day from which this version holds; always, where absent.
    pub effective_from: Option<Date>,
    /// The law's name.
    pub law: String,
    /// Where it stands. Rows of one code, sector and citation are versions of one law.
    pub citation: String,
    /// What it asks for the people; `None` where it does not ask to tell them.
    pub individual: Option<Term>,
    /// What it asks for a regulator.
    pub authority: Option<Authority>,
    /// What it asks for credit bureaus.
    pub bureau: Option<Bureau>,
    /// How many months of credit monitoring it asks to offer, and for which statute codes.
    pub monitoring: Option<(u32, Vec<String>)>,
    /// What sets it off.
    pub triggers: Vec<Trigger>,
    /// Whether a person's name must be exposed too.
    pub name_required: NameRequired,
    /// Whether notice may be skipped after a documented assessment of harm.
    pub harm_exemption: Leave,
    /// Whether encrypted data whose key was not taken are outside the duty.
    pub encryption_harbour: Leave,
    /// Whether people are told only where the risk for them is high (GDPR, art. 34).
    pub individual_if_high_risk: bool,
    /// Whether only data that somebody acquired set it off, so that access alone does not.
    pub asks_for_acquisition: bool,
    /// When a public notice takes the place of one to each person, as far as the file says.
    pub substitute: Option<Substitute>,
    /// What counsel should know besides.
    pub note: String,
    /// Where the row comes from.
    pub source: String,
    /// The day on which the row was last looked at.
    pub as_of: String,
}

impl Law {
    /// Names the law: code, sector where it is for one, and citation.
    pub fn id(&self) -> String {
        let citation = if self.citation.is_empty() { &self.law } else { &self.citation };
        match &self.sector {
            Some(sector) => format!("{} {sector}: {citation}", self.code),
            None => format!("{}: {citation}", self.code),
        }
    }

    /// Tells which version it is: by the day from which it holds, else by the day on which the
    /// row was looked at.
    pub fn version(&self) -> String {
        match self.effective_from {
            Some(day) => format!("from {day}"),
            None => format!("as of {}", self.as_of),
        }
    }

    /// Tells whether this and another row are versions of one law.
    pub(super) fn is_version_of(&self, other: &Law) -> bool {
        (&self.code, &self.sector, &self.citation) == (&other.code, &other.sector, &other.citation)
    }
}

/// Whether a law binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It does, from `effective_from` on.
    InForce,
    /// It will, from `effective_from` on.
    EnactedNotInForce,
    /// It asks for nothing that must be done.
    Voluntary,
    /// Counsel must say; until then it is taken to bind.
    Uncertain,
}

/// A period with the moment that it begins at; without a length it means without undue delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The moment it begins at.
    pub clock: Option<Clock>,
    /// Its length.
    pub period: Option<Period>,
}

/// What a law asks for a regulator.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// Who else gets the same.
    pub others: String,
    /// When.
    pub term: Term,
    /// The smallest number of residents; `None` where the duty does not hang on a number.
    pub n_residents_min: Option<u64>,
    /// Where fewer are to be told of too: so many days of the calendar after the year of the
    /// discovery.
    pub n_days_after_year: Option<u32>,
}

/// What a law asks for credit bureaus.
#[derive(Debug, Clone, Copy)]
pub struct Bureau {
    /// The smallest number of residents.
    pub n_residents_min: u64,
    /// How soon, from the moment at which the clock for the people begins.
    pub period: Option<Period>,
}

/// A length of time as laws write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// How many.
    pub n: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Hours that pass, whatever the clocks on the wall do.
    Hour,
    /// Days of the calendar.
    CalendarDay,
    /// Days on which offices are open.
    BusinessDay,
    /// Months of the calendar.
    Month,
}

/// The moment at which a clock begins, or the order in which people and regulator are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The incident was discovered.
    Discovery,
    /// It was determined that notice is due.
    Determination,
    /// The company became aware.
    Awareness,
    /// The incident was confirmed.
    Confirmation,
    /// The incident was detected.
    Detection,
    /// It happened.
    Occurrence,
    /// The people were told; without a length, not later than they.
    IndividualNoticeSent,
    /// Before the people are told.
    BeforeIndividuals,
    /// When the people are told.
    WithIndividuals,
    /// The regulator was told.
    AuthorityNotice,
    /// An authority orders it.
    Order,
    /// The incident was found to be material for investors.
    MaterialityDetermination,
    /// The facts are clear.
    AfterClarification,
}

/// What sets a law off: a statute code, or a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The statute code, `ANY`, or a word for a condition.
    pub code: String,
    /// It does so without the person's name (`!`).
    pub without_name: bool,
    /// It overrides the regulator's threshold at so many residents (`@1`).
    pub n_residents_min: Option<u64>,
    /// It holds where more residents than this are affected (`COUNT>1000`).
    pub more_than: Option<u64>,
}

/// Whether a person's name must be exposed for a law to be set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRequired {
    /// With every code but those marked `!`.
    Yes,
    /// With no code.
    No,
}

/// Whether a law gives leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does in part: counsel must say, and until then it does not.
    Partial,
}

/// Gives a closed list of words its reader: `of` finds the value, `WORDS` lists the words.
macro_rules! words {
    ($($type:ident: $($word:literal => $value:ident),+;)+) => {
        $(impl $type {
            /// The words that the file may use.
            pub(super) const WORDS: &'static [&'static str] = &[$($word),+];

            /// Reads a word.
            pub(super) fn of(word: &str) -> Option<$type> {
                match word {
                    $($word => Some($type::$value),)+
                    _ => None,
                }
            }
        })+
    };
}

words! {
    Status: "in_force" => InForce, "enacted_not_in_force" => EnactedNotInForce,
        "voluntary" => Voluntary, "uncertain" => Uncertain;
    Unit: "hour" => Hour, "calendar_day" => CalendarDay, "business_day" => BusinessDay,
        "month" => Month;
    Clock: "discovery" => Discovery, "determination" => Determination, "awareness" => Awareness,
        "confirmation" => Confirmation, "detection" => Detection, "occurrence" => Occurrence,
        "individual_notice_sent" => IndividualNoticeSent,
        "before_individuals" => BeforeIndividuals, "with_individuals" => WithIndividuals,
        "authority_notice" => AuthorityNotice, "order" => Order,
        "materiality_determination" => MaterialityDetermination,
        "after_clarification" => AfterClarification;
    NameRequired: "yes" => Yes, "mixed" => Yes, "no" => No;
    Leave: "yes" => Yes, "no" => No, "n/a" => No, "partial" => Partial, "limited" => Partial;
}

impl Clock {
    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Clock::Discovery => "discovery",
            Clock::Determination => "determination",
            Clock::Awareness => "awareness",
            Clock::Confirmation => "confirmation",
            Clock::Detection => "detection",
            Clock::Occurrence => "occurrence",
            Clock::IndividualNoticeSent => "individual_notice_sent",
            Clock::BeforeIndividuals => "before_individuals",
            Clock::WithIndividuals => "with_individuals",
            Clock::AuthorityNotice => "authority_notice",
            Clock::Order => "order",
            Clock::MaterialityDetermination => "materiality_determination",
            Clock::AfterClarification => "after_clarification",
        }
    }
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Unit::Hour => "hour",
            Unit::CalendarDay => "calendar day",
            Unit::BusinessDay => "business day",
            Unit::Month => "month",
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let many = if self.n == 1 { "" } else { "s" };
        write!(formatter, "{} {}{many}", self.n, self.unit.word())
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Status::InForce => "in_force",
            Status::EnactedNotInForce => "enacted_not_in_force",
            Status::Voluntary => "voluntary",
            Status::Uncertain => "uncertain",
        })
    }
}
