//! The corridor: every table that passes between two rooms, and each of its columns once.
//!
//! A room takes and gives `Table<L>`; a bare frame does not cross a door.

mod apart;
pub mod column;
mod groups;
pub mod layout;
mod table;

pub use apart::apart;
pub use column::{Column, Kind};
pub use groups::Groups;
pub use layout::Layout;
pub use table::{Flags, LayoutError, Table, Texts};
