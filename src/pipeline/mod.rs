//! The order: the one place that knows all rooms.

pub mod config;
mod customers;
mod decision_file;
mod drill;
mod effort;
mod error;
mod evaluation_files;
mod evaluation_page;
mod finished;
mod gate;
mod history;
mod known;
mod label_error;
mod labels;
mod manifest;
mod measures;
mod named;
mod nightly;
mod overrides;
mod people;
mod plan;
mod possible;
mod posted;
mod records;
mod review_pairs;
mod sampled;
mod scoping;
mod truth;
mod valued;
mod values;

mod waves;
mod window;

pub mod approve;
pub mod check;
pub mod compare;
pub mod diff;
pub mod evaluate;
pub mod explain;
pub mod init;
pub mod person;
pub mod profile;
pub mod review;
mod run;
pub mod train;
pub mod value;

pub use error::{ConfigError, Error};
pub use finished::Finished;
pub use gate::Gate;
pub use label_error::LabelError;
pub use plan::{Flags, Plan};
pub use run::{Outcome, run};
