//! The rules that counsel may edit: the vocabulary of data classes, and whose law applies where.
//!
//! Both are CSV files with defaults compiled in. A rules file that cannot be understood stops
//! the run: a law read wrongly is worse than none.

mod data_class;
mod error;
mod jurisdiction;
mod table;

pub use data_class::{DataClass, DataClasses, DataKind};
pub use error::Error;
pub use jurisdiction::{Jurisdictions, UNKNOWN};
