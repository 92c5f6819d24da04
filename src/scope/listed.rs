//! Which lists are there, and which row stands in which?

use std::collections::BTreeMap;

use crate::tables::column;
use crate::terms::{Evidence, Hash, HashKey, Identifier, ScopeFile};

use super::{Error, Lists};

/// A scope file; one whose rows expose different classes counts as several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct List<'a> {
    pub(super) incident: &'a str,
    pub(super) file: &'a str,
    pub(super) identifier: Identifier,
    pub(super) classes: &'a str,
    pub(super) evidence: Evidence,
    /// Whether it happened at a vendor, who may hold what the contacts do not.
    pub(super) at_vendor: bool,
    /// The key that its values were hashed with.
    pub(super) key: Option<&'a HashKey>,
}

/// The lists in the order of their ids and names, and the list of every row.
pub(super) struct Listed<'a> {
    pub(super) lists: Vec<List<'a>>,
    pub(super) list_of: Vec<u32>,
}

type Key<'a> = (&'a str, &'a str, Identifier, &'a str);

impl<'a> Listed<'a> {
    /// Sorts the rows by list; rows of a file stand together, so that most compare once with
    /// the row before.
    ///
    /// # Panics
    /// If a row lacks its incident, file or identifier, or its incident is not in the run.
    pub(super) fn read(lists: &Lists<'a>) -> Listed<'a> {
        let entries = lists.entries;
        let (ids, files) = (entries.text(column::INCIDENT), entries.text(column::SCOPE_FILE));
        let (kinds, classes) =
            (entries.text(column::IDENTIFIER), entries.text(column::DATA_CLASSES));
        let mut numbers: BTreeMap<Key<'a>, u32> = BTreeMap::new();
        let mut list_of = Vec::with_capacity(entries.height());
        let mut last: Option<([&str; 4], u32)> = None;
        for row in 0..entries.height() {
            let texts = [ids.get(row), files.get(row), kinds.get(row), classes.get(row)]
                .map(Option::unwrap_or_default);
            let number = match last {
                Some((same, number)) if same == texts => number,
                _ => {
                    let key = (texts[0], texts[1], identifier_named(texts[2]), texts[3]);
                    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                    *numbers.entry(key).or_insert(next)
                }
            };
            last = Some((texts, number));
            list_of.push(number);
        }
        // The numbers so far follow the rows; from here on they follow the names.
        let mut renumbered = vec![0; numbers.len()];
        for (new, &old) in numbers.values().enumerate() {
            renumbered[old as usize] = u32::try_from(new).unwrap_or(u32::MAX);
        }
        for list in &mut list_of {
            *list = renumbered[*list as usize];
        }
        Listed { lists: numbers.keys().map(|key| list(lists, *key)).collect(), list_of }
    }
}

impl Listed<'_> {
    /// Checks that a list which was hashed with a key has one.
    pub(super) fn has_its_keys(&self) -> Result<(), Error> {
        let keyed = |list: &&List<'_>| list.identifier.hash() == Some(Hash::HmacSha256);
        match self.lists.iter().filter(keyed).find(|list| list.key.is_none()) {
            Some(list) => {
                Err(Error::NoKey { incident: list.incident.to_owned(), file: list.file.to_owned() })
            }
            None => Ok(()),
        }
    }
}

fn list<'a>(lists: &Lists<'a>, (id, file, identifier, classes): Key<'a>) -> List<'a> {
    let Some(incident) = lists.incidents.iter().find(|incident| incident.id == id) else {
        panic!("scope rows of incident `{id}`, which is not in the run")
    };
    let listed = incident
        .scope_files
        .iter()
        .find(|listed| listed.identifier == identifier && listed.is_called(file));
    let key = lists.keys.iter().find(|key| key.incident == id && key.file == file);
    List {
        incident: id,
        file,
        identifier,
        classes,
        evidence: listed.map_or(Evidence::default(), ScopeFile::sureness),
        at_vendor: incident.vendor.is_some() || listed.is_some_and(|list| list.vendor.is_some()),
        key: key.map(|key| &key.key),
    }
}

fn identifier_named(word: &str) -> Identifier {
    match Identifier::named(word) {
        Some(identifier) => identifier,
        None => panic!("scope rows list `{word}`, which is no identifier"),
    }
}
