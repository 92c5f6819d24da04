//! The one integration binary: behaviour through public doors, and the floors of the house.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod approval;
mod architecture;
mod bounded;
mod cdnow;
mod clean;
mod decisions;
mod determinism;
mod docs;
mod encryption;
mod evaluate;
mod explain;
mod faults;
mod features;
mod golden;
mod hostile;
mod house;
mod labels;
mod link;
mod nights;
mod privacy;
mod profile;
mod recall;
mod review;
mod samples;
mod scoping;
mod traps;
mod what_if;
mod whole;
