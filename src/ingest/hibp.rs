//! Which addresses does a file of Have I Been Pwned name, and which breaches of each?
//!
//! The owner of a domain gets either the answer of the interface, `{"alias": ["Breach", …]}`, or
//! the download of the web page, `{"BreachSearchResults": [{"Alias", "DomainName", "Breaches"}]}`,
//! where a breach is told at length.
//!
//! # Source
//! Have I Been Pwned, "API v3": "Getting all breached email addresses for a domain", "The breach
//! model".

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::{Error, InputFile};
use crate::rules::DataClasses;
use crate::terms::ScopeFile;

/// Larger than any honest answer: 10 M addresses with ten breaches each.
const N_BYTES_MAX: u64 = 2 << 30;

/// An address that stands in a breach.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pwned {
    /// Its place in the file, from 1; repeated breaches of an address are one.
    pub(super) number: u64,
    /// The address; absent where only its first half is told and no domain is given.
    pub(super) email: Option<String>,
    /// Codes of the data classes, parted by `;`.
    pub(super) classes: String,
}

/// Reads the addresses that stand in a breach that is meant.
///
/// # Errors
/// The file is not in either form, is too large, or names no data class of this program though
/// the scope file leaves it to say which.
pub(super) fn read(
    file: &InputFile,
    scope_file: &ScopeFile,
    classes: &DataClasses,
    at: &str,
) -> Result<Vec<Pwned>, Error> {
    let unreadable = |cause: String| Error::Unreadable { file: file.path.clone(), cause };
    if file.n_bytes > N_BYTES_MAX {
        let cause = format!("it has {} bytes, more than {N_BYTES_MAX}", file.n_bytes);
        return Err(unreadable(cause));
    }
    let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
    let reader = BufReader::with_capacity(1 << 16, opened.take(N_BYTES_MAX));
    let told: Told = serde_json::from_reader(reader).map_err(|error| {
        // The message of the reader may quote a value.
        let (line, column) = (error.line(), error.column());
        unreadable(format!(
            "it is no answer of Have I Been Pwned about a domain (line {line}, column {column})"
        ))
    })?;
    let wanted = Wanted { scope_file, by_name: classes.by_hibp_name() };
    let mut pwned = Vec::new();
    for (number, (alias, domain, breaches)) in (1u64..).zip(told.0) {
        let meant: Vec<&Breach> = breaches.iter().filter(|breach| wanted.means(breach)).collect();
        if meant.is_empty() {
            continue;
        }
        let classes = wanted.classes(&meant);
        if classes.is_empty() {
            return Err(Error::NoClasses { file: file.path.clone(), at: at.to_owned() });
        }
        pwned.push(Pwned { number, email: wanted.email(&alias, domain.as_deref()), classes });
    }
    Ok(pwned)
}

/// What is asked of the file.
struct Wanted<'a> {
    scope_file: &'a ScopeFile,
    by_name: BTreeMap<String, &'a str>,
}

impl Wanted<'_> {
    fn means(&self, breach: &Breach) -> bool {
        let names = &self.scope_file.breaches;
        names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(breach.name()))
    }

    /// Gives what the scope file says was exposed, or else what the breaches say.
    fn classes(&self, breaches: &[&Breach]) -> String {
        let mut codes: Vec<&str> =
            self.scope_file.data_classes.iter().map(String::as_str).collect();
        if codes.is_empty() {
            let names = breaches.iter().flat_map(|breach| breach.classes());
            let code = |name: &String| self.by_name.get(&name.to_lowercase()).copied();
            codes = names.map(|name| code(name).unwrap_or("other")).collect();
        }
        codes.sort_unstable();
        codes.dedup();
        codes.join(";")
    }

    fn email(&self, alias: &str, domain: Option<&str>) -> Option<String> {
        if alias.contains('@') {
            return Some(alias.to_owned());
        }
        let domain = domain.or(self.scope_file.domain.as_deref())?;
        Some(format!("{alias}@{}", domain.trim_start_matches('@')))
    }
}

/// Alias, domain, breaches; in the order of the file.
struct Told(Vec<(String, Option<String>, Vec<Breach>)>);

/// A breach, by its name or at length.
#[derive(Deserialize)]
#[serde(untagged)]
enum Breach {
    Name(String),
    Model {
        #[serde(rename = "Name")]
        name: String,
        #[serde(rename = "DataClasses", default)]
        classes: Vec<String>,
    },
}

impl Breach {
    fn name(&self) -> &str {
        match self {
            Breach::Name(name) | Breach::Model { name, .. } => name,
        }
    }

    fn classes(&self) -> &[String] {
        match self {
            Breach::Name(_) => &[],
            Breach::Model { classes, .. } => classes,
        }
    }
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "Alias")]
    alias: String,
    #[serde(rename = "DomainName")]
    domain: Option<String>,
    #[serde(rename = "Breaches", default)]
    breaches: Vec<Breach>,
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Told, D::Error> {
        deserializer.deserialize_map(Lines)
    }
}

struct Lines;

impl<'de> Visitor<'de> for Lines {
    type Value = Told;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("addresses with their breaches")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Told, A::Error> {
        let mut told = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "BreachSearchResults" => {
                    let results = map.next_value::<Option<Vec<Found>>>()?.unwrap_or_default();
                    told.extend(results.into_iter().map(|it| (it.alias, it.domain, it.breaches)));
                }
                // A paste is no breach of ours.
                "PasteSearchResults" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => told.push((key, None, map.next_value()?)),
            }
        }
        Ok(Told(told))
    }
}
