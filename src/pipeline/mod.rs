//! The order: the one place that knows all rooms.

pub mod config;
mod drill;
mod error;
mod finished;
mod gate;
mod known;
mod manifest;
mod nightly;
mod overrides;
mod plan;
mod scoping;

pub mod approve;
pub mod check;
pub mod evaluate;
mod run;

pub use error::{ConfigError, Error};
pub use finished::Finished;
pub use plan::{Flags, Plan};
pub use run::{Outcome, run};
