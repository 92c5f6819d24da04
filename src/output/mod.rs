//! How does a result reach the disk: whole, private, or not at all?
//!
//! A `Folder` is filled beside its place and moved there when complete, so that a reader sees
//! all of it or none. Every file is hashed as it is written; files are 0600, folders 0700.

mod csv;
mod desk;
mod dictionary;
mod error;
mod folder;
mod hashing;
mod json;
mod large;
mod lock;
mod naming;
mod once;
mod parquet;
mod replaced;
mod seal;
mod sheet;

pub use csv::Dialect;
pub use desk::Written;
pub use error::Error;
pub use folder::Folder;
pub use hashing::{Sha256Hex, sha256_of_file, sha256_of_text};
pub use json::rows_as_json;
pub use lock::Lock;
pub use naming::{Naming, plain_name};
pub use once::write_once;
pub use replaced::{replace_csv, replace_file, replace_parquet};
pub use seal::{Encryption, Seal};
pub use sheet::Sheet;
