//! The words: types that carry meaning, made of `std`, `serde` and `jiff`'s instants only.
//!
//! A number that is money, a probability or a match weight has a type here, so that the
//! compiler refuses to add one to the other.

mod base64;
mod id;
mod incident;
mod masked;
mod money;
pub mod names;
mod one_or_many;
mod probability;
pub mod rule;
mod scope_file;
mod weight;

pub use base64::base64;
pub use id::{CustomerId, RecordId, RecordKey};
pub use incident::{Channel, HarmAssessment, HarmResult, Incident, IncidentKind, NoticeOf};
pub use masked::Masked;
pub use money::{Cents, Currency, grouped};
pub use one_or_many::OneOrMany;
pub use probability::Probability;
pub use rule::Rule;
pub use scope_file::{Condition, Evidence, Hash, HashKey, Identifier, ScopeFile, Subject};
pub use weight::MatchWeight;
