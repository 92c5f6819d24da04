//! The rules that counsel may edit: the vocabulary of data classes, the notification laws, the
//! days on which offices are closed, and what letters say.
//!
//! All are CSV files with defaults compiled in. A rules file that cannot be understood stops
//! the run: a law read wrongly is worse than none.

mod address_line;
mod data_class;
mod error;
mod holidays;
mod jurisdiction;
mod law;
mod law_row;
mod letter_rule;
mod letter_text;
mod letters;
mod substitute;
mod table;
mod zone;

pub use address_line::{Address, AddressLines, N_ADDRESS_LINES};
pub use data_class::{DataClass, DataClasses, DataKind};
pub use error::Error;
pub use holidays::Holidays;
pub use jurisdiction::{InForce, Jurisdictions, UNKNOWN};
pub use law::{
    Authority, Bureau, Clock, Law, Leave, NameRequired, Period, Status, Term, Trigger, Unit,
};
pub use law_row::CONDITIONS;
pub use letter_rule::{LetterRule, LetterRules};
pub use letter_text::{FALLBACK_LANGUAGE, LetterTexts, Part};
pub use letters::Letters;
pub use substitute::{CURRENCY as SUBSTITUTE_CURRENCY, Step, Substitute, Way, WayKind};
pub use zone::zone_of;
