//! What came of each list, and in which profile was it hashed?

use serde::Serialize;

use crate::tables::Table;
use crate::tables::column;
use crate::tables::layout::{ScopeEntry, UnmatchedScope};
use crate::terms::{Identifier, Incident};

use super::listed::{Listed, is_called};
use super::meet::Met;
use super::profile::{self, PLAIN, Profiles};
use super::wanted::{NONE, Wanted};
use super::{Error, Settings};

/// What came of a scope file: `n_rows` = `n_matched` + `n_unmatched` + `n_invalid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScopeFileCount {
    /// The incident's id.
    pub incident: String,
    /// The scope file's name.
    pub file: String,
    /// What it lists.
    pub identifier: Identifier,
    /// Rows.
    pub n_rows: u64,
    /// Rows that name at least one person.
    pub n_matched: u64,
    /// Rows that name nobody; they stay potentially affected.
    pub n_unmatched: u64,
    /// Rows without a usable value, or with a placeholder that names nobody.
    pub n_invalid: u64,
    /// Rows whose value stood in an earlier row of the file; counted above as that row is.
    pub n_repeated: u64,
    /// The profile in which most hashes agree; absent for a list that is not hashed.
    pub profile: Option<&'static str>,
    /// Every profile tried, and how many rows agree in it.
    pub profiles: Vec<ProfileCount>,
}

/// How many rows of a hashed list agree in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileCount {
    /// The profile's name.
    pub profile: &'static str,
    /// Rows.
    pub n_matched: u64,
}

impl ScopeFileCount {
    /// Adds the count of other rows of the same file, which expose other classes; tells whether
    /// it was the same file.
    fn takes(&mut self, other: &ScopeFileCount) -> bool {
        let key =
            |count: &ScopeFileCount| (count.incident.clone(), count.file.clone(), count.identifier);
        if key(self) != key(other) {
            return false;
        }
        self.n_rows += other.n_rows;
        self.n_matched += other.n_matched;
        self.n_unmatched += other.n_unmatched;
        self.n_invalid += other.n_invalid;
        self.n_repeated += other.n_repeated;
        for (tried, more) in self.profiles.iter_mut().zip(&other.profiles) {
            tried.n_matched += more.n_matched;
        }
        self.profile = best(&self.profiles).map(|place| self.profiles[place].profile);
        true
    }
}

fn best(profiles: &[ProfileCount]) -> Option<usize> {
    (0..profiles.len()).rev().max_by_key(|&place| profiles[place].n_matched)
}

/// What became of a scope row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Matched,
    Unmatched,
    Invalid(&'static str),
}

/// What became of the rows: of each list and of each row.
pub(super) struct Judged {
    pub(super) files: Vec<ScopeFileCount>,
    /// For each list, the profiles that are believed: the best one and the standard form.
    pub(super) believed: Vec<Profiles>,
    fates: Vec<Fate>,
}

/// Chooses the profile of each hashed list and tells what became of each row.
pub(super) fn judged(
    listed: &Listed<'_>,
    entries: &Table<ScopeEntry>,
    wanted: &Wanted<'_>,
    met: &Met,
) -> Judged {
    let n_rows = entries.height();
    let mut profiles_of: Vec<Profiles> = vec![0; n_rows];
    let mut placeholder = vec![false; n_rows];
    for hit in &met.hits {
        if hit.placeholder {
            placeholder[hit.entry as usize] = true;
        } else {
            profiles_of[hit.entry as usize] |= hit.profiles;
        }
    }
    let mut files: Vec<_> = listed.lists.iter().map(|list| count_of(list)).collect();
    for (row, &profiles) in profiles_of.iter().enumerate().filter(|(_, profiles)| **profiles > 0) {
        let file = &mut files[listed.list_of[row] as usize];
        for (place, tried) in file.profiles.iter_mut().enumerate() {
            tried.n_matched += u64::from(wanted.n_rows[row]) * u64::from(profiles >> place & 1);
        }
    }
    let believed: Vec<Profiles> = files.iter_mut().map(believe).collect();
    let fates: Vec<Fate> = (0..n_rows)
        .map(|row| {
            let list = listed.list_of[row] as usize;
            match wanted.stands_for[row] {
                NONE => Fate::Invalid(invalid(files[list].identifier)),
                first if profiles_of[first as usize] & believed[list] > 0 => Fate::Matched,
                first if placeholder[first as usize] => Fate::Invalid("placeholder"),
                _ => Fate::Unmatched,
            }
        })
        .collect();
    for (row, fate) in fates.iter().enumerate() {
        let file = &mut files[listed.list_of[row] as usize];
        file.n_rows += 1;
        let first = wanted.stands_for[row];
        file.n_repeated += u64::from(first != NONE && first as usize != row);
        match fate {
            Fate::Matched => file.n_matched += 1,
            Fate::Unmatched => file.n_unmatched += 1,
            Fate::Invalid(_) => file.n_invalid += 1,
        }
    }
    Judged { files, believed, fates }
}

fn count_of(list: &super::listed::List<'_>) -> ScopeFileCount {
    empty(list.incident, list.file, list.identifier)
}

fn empty(incident: &str, file: &str, identifier: Identifier) -> ScopeFileCount {
    let profiles = profile::of(identifier);
    ScopeFileCount {
        incident: incident.to_owned(),
        file: file.to_owned(),
        identifier,
        n_rows: 0,
        n_matched: 0,
        n_unmatched: 0,
        n_invalid: 0,
        n_repeated: 0,
        profile: None,
        profiles: profiles.iter().map(|&profile| ProfileCount { profile, n_matched: 0 }).collect(),
    }
}

/// Names the profile with the most rows, the earlier one in a tie, and gives the profiles to
/// believe: that one and the standard form. A hash is no accident, so two lists merged by their
/// sender lose nobody; but a third profile would only find what the best one finds as well.
fn believe(file: &mut ScopeFileCount) -> Profiles {
    let best = best(&file.profiles);
    file.profile = best.map(|place| file.profiles[place].profile);
    PLAIN | best.map_or(0, |place| 1 << place)
}

fn invalid(identifier: Identifier) -> &'static str {
    match identifier {
        Identifier::Email => "invalid_email",
        Identifier::Phone => "invalid_phone",
        Identifier::CustomerKey | Identifier::RecordId => "no_id",
        Identifier::EmailSha256 | Identifier::PhoneSha256 => "invalid_hash",
    }
}

impl Judged {
    /// Stops the run at a hashed list that met about nobody.
    pub(super) fn refuse_silence(&self, met: &Met, settings: &Settings) -> Result<(), Error> {
        for file in self.files.iter().filter(|file| file.identifier.is_hashed()) {
            // No valid row at all is no better than no match.
            let n_valid = (file.n_rows - file.n_invalid).max(1);
            if (file.n_matched as f64) < settings.matched_share_min.get() * n_valid as f64 {
                let n_compared = match file.identifier {
                    Identifier::EmailSha256 => met.n_emails_hashed,
                    _ => met.n_phones_hashed,
                };
                return Err(Error::NothingMatched { count: Box::new(file.clone()), n_compared });
            }
        }
        Ok(())
    }

    /// Gives a count for every file of every incident, also for those without a row.
    pub(super) fn files_of(self, incidents: &[Incident]) -> Vec<ScopeFileCount> {
        let mut files = self.files;
        for incident in incidents {
            for scope_file in &incident.scope_files {
                let known = files.iter().any(|file| {
                    file.incident == incident.id
                        && file.identifier == scope_file.identifier
                        && is_called(scope_file, &file.file)
                });
                if !known {
                    let name = scope_file.name.as_ref().unwrap_or(&scope_file.file);
                    files.push(empty(&incident.id, name, scope_file.identifier));
                }
            }
        }
        files.sort_by(|one, other| (&one.incident, &one.file).cmp(&(&other.incident, &other.file)));
        files.dedup_by(|next, file| file.takes(next));
        files
    }

    /// Counts the rows matched, unmatched and invalid.
    pub(super) fn totals(&self) -> [usize; 3] {
        let sum = |of: fn(&ScopeFileCount) -> u64| {
            usize::try_from(self.files.iter().map(of).sum::<u64>()).unwrap_or(usize::MAX)
        };
        [sum(|file| file.n_matched), sum(|file| file.n_unmatched), sum(|file| file.n_invalid)]
    }

    /// Lists the rows that name nobody, by incident, file and line.
    pub(super) fn unmatched(
        &self,
        listed: &Listed<'_>,
        entries: &Table<ScopeEntry>,
    ) -> Table<UnmatchedScope> {
        let lines = entries.long(column::SCOPE_LINE);
        let mut rows: Vec<u32> = (0u32..)
            .zip(&self.fates)
            .filter(|(_, fate)| **fate != Fate::Matched)
            .map(|(row, _)| row)
            .collect();
        rows.sort_by_key(|&row| (listed.list_of[row as usize], lines.get(row as usize), row));
        let text = |column: crate::tables::Column| {
            column.texts(rows.iter().map(|&row| entries.text(column).get(row as usize)))
        };
        let reasons = rows.iter().map(|&row| match self.fates[row as usize] {
            Fate::Invalid(reason) => Some(reason),
            _ => Some("unmatched"),
        });
        let scope_lines = rows.iter().map(|&row| lines.get(row as usize));
        Table::of(vec![
            text(column::INCIDENT),
            text(column::SCOPE_FILE),
            column::SCOPE_LINE.longs_or_nothing(scope_lines),
            text(column::IDENTIFIER),
            column::REASON.texts(reasons),
        ])
    }
}
