//! headcount: who is affected by a breach, can we reach them, and what is at stake?
//!
//! The modules stand in the order of a run. `ARCHITECTURE.md` is the tour.

// The words, the corridor and the account.
pub mod fault;
pub mod ledger;
pub mod output;
pub mod progress;
pub mod rules;
pub mod tables;
pub mod terms;

// The rooms, in the order in which a row passes through them; `synth` invents what goes in,
// `evaluate` judges what came out. An empty line keeps each in its place.
pub mod synth;

pub mod ingest;

pub mod standardize;

pub mod validate;

pub mod matching;

pub mod evaluate;

pub mod merge;

pub mod value;

pub mod snapshot;

pub mod scope;

pub mod exposure;

pub mod duty;

pub mod notify;

pub mod report;

// The order of the rooms, and the door.
pub mod pipeline;

pub mod cli;
