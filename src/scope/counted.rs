//! What came of each list, and in which profile was it hashed?

use jiff::Timestamp;
use serde::Serialize;

use crate::tables::Table;
use crate::tables::column;
use crate::tables::layout::{ScopeEntry, UnmatchedScope};
use crate::terms::{Identifier, Incident, Probability, Subject, grouped};

use super::listed::Listed;
use super::meet::Met;
use super::profile::{self, PLAIN, Profiles};
use super::wanted::{NONE, Wanted, other_hash};
use super::{Error, Settings};

/// Why a row is invalid that holds a placeholder.
const PLACEHOLDER: &str = "placeholder";

/// Fewer rows than this that cannot be read are told and do not stop a run.
const N_UNREADABLE_MIN: u64 = 5;

/// What came of a scope file: `n_rows` = `n_matched` + `n_unmatched` + `n_invalid`.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Of the invalid rows, those that hold a placeholder: it is read, and names nobody.
    pub n_placeholders: u64,
    /// Rows whose value stood in an earlier row of the file; counted above as that row is.
    pub n_repeated: u64,
    /// Of the matched rows, those that name a canary.
    pub n_canaries: u64,
    /// Of the invalid rows, those that hold a hash of another kind than the file is said to list.
    pub n_other_hash: u64,
    /// Which kind, of the last such row.
    pub other_hash: Option<&'static str>,
    /// The third party that sent the list, where it was sent by one.
    pub vendor: Option<String>,
    /// When that party told us.
    pub vendor_notified_at: Option<Timestamp>,
    /// The share of the valid rows that name somebody.
    pub matched_share: Probability,
    /// The profile in which most hashes agree; absent for a list that is not hashed.
    pub profile: Option<&'static str>,
    /// Whether other profiles find rows of their own: the list was written in more ways than one.
    pub mixed: bool,
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
    /// Rows that agree in it and not in the profile that finds most.
    pub n_besides_best: u64,
    /// Whether what agrees in it counts as a match.
    pub believed: bool,
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
        self.n_placeholders += other.n_placeholders;
        self.n_repeated += other.n_repeated;
        self.n_canaries += other.n_canaries;
        self.n_other_hash += other.n_other_hash;
        self.other_hash = self.other_hash.or(other.other_hash);
        self.mixed |= other.mixed;
        for (tried, more) in self.profiles.iter_mut().zip(&other.profiles) {
            tried.n_matched += more.n_matched;
            tried.n_besides_best += more.n_besides_best;
            tried.believed |= more.believed;
        }
        self.profile = best(&self.profiles).map(|place| self.profiles[place].profile);
        self.share_out();
        true
    }

    /// Says what a reader should know of the file, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let (true, Some(best)) = (self.mixed, self.profile) {
            let others = self.profiles.iter().filter(|tried| tried.believed);
            let others = others.filter(|tried| tried.n_besides_best > 0);
            let others: Vec<_> = others
                .map(|tried| format!("{} {}", tried.profile, grouped(tried.n_besides_best)))
                .collect();
            notes.push(format!(
                "`{}` was hashed in more ways than one: most rows agree as {best}, besides: {}",
                self.file,
                others.join(", ")
            ));
        }
        if let Some(name) = self.other_hash {
            notes.push(format!(
                "`{}`: {} rows hold another hash than it is said to list ({name})",
                self.file,
                grouped(self.n_other_hash)
            ));
        }
        if self.n_unreadable() > 0 {
            notes.push(format!(
                "`{}`: {} of {} rows cannot be read as {} and name nobody",
                self.file,
                grouped(self.n_unreadable()),
                grouped(self.n_rows),
                self.identifier.word()
            ));
        }
        if self.n_canaries > 0 {
            notes.push(format!(
                "{} canaries stand in `{}`: it comes from where they were seeded",
                grouped(self.n_canaries),
                self.file
            ));
        }
        notes
    }

    /// Counts the rows that could have met somebody.
    pub(super) fn n_valid(&self) -> u64 {
        self.n_rows - self.n_invalid
    }

    /// Counts the rows of a list in plain that hold something else than it is said to list.
    pub(super) fn n_unreadable(&self) -> u64 {
        match self.identifier {
            Identifier::Plain(_) | Identifier::Hibp => self.n_invalid - self.n_placeholders,
            _ => 0,
        }
    }

    fn share_out(&mut self) {
        self.matched_share = Probability::new(self.n_matched as f64 / self.n_valid().max(1) as f64);
    }
}

fn best(profiles: &[ProfileCount]) -> Option<usize> {
    (0..profiles.len()).rev().max_by_key(|&place| profiles[place].n_matched)
}

/// What became of a scope row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Matched,
    /// It names somebody who was invented to be found again.
    Canary,
    Unmatched,
    Invalid(&'static str),
}

/// What became of the rows: of each list and of each row.
pub(super) struct Judged {
    pub(super) files: Vec<ScopeFileCount>,
    /// For each list, the profiles that are believed: the best one and the standard form.
    pub(super) believed: Vec<Profiles>,
    /// For each list, the profile that finds most.
    pub(super) best: Vec<Profiles>,
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
    let mut canary = vec![false; n_rows];
    for &(entry, _) in &met.canaries {
        canary[entry as usize] = true;
    }
    let mut files: Vec<_> = listed.lists.iter().map(|list| count_of(list)).collect();
    let believed = believed(&mut files, listed, wanted, &profiles_of);
    let fates: Vec<Fate> = (0..n_rows)
        .map(|row| {
            let list = listed.list_of[row] as usize;
            match wanted.stands_for[row] {
                NONE => Fate::Invalid(invalid(files[list].identifier)),
                first if profiles_of[first as usize] & believed[list] > 0 => Fate::Matched,
                first if canary[first as usize] => Fate::Canary,
                first if placeholder[first as usize] => Fate::Invalid(PLACEHOLDER),
                _ => Fate::Unmatched,
            }
        })
        .collect();
    let values = entries.text(column::VALUE);
    for (row, fate) in fates.iter().enumerate() {
        let file = &mut files[listed.list_of[row] as usize];
        file.n_rows += 1;
        let first = wanted.stands_for[row];
        file.n_repeated += u64::from(first != NONE && first as usize != row);
        match fate {
            Fate::Matched => file.n_matched += 1,
            Fate::Canary => {
                file.n_matched += 1;
                file.n_canaries += 1;
            }
            Fate::Unmatched => file.n_unmatched += 1,
            Fate::Invalid(why) => {
                file.n_invalid += 1;
                file.n_placeholders += u64::from(*why == PLACEHOLDER);
                let other = values.get(row).and_then(|value| other_hash(file.identifier, value));
                file.n_other_hash += u64::from(other.is_some());
                file.other_hash = other.or(file.other_hash);
            }
        }
    }
    files.iter_mut().for_each(ScopeFileCount::share_out);
    let best = files.iter().map(|file| best(&file.profiles).map_or(PLAIN, |place| 1 << place));
    Judged { best: best.collect(), files, believed, fates }
}

/// A profile that finds fewer rows of its own than this share of what is matched without it is
/// taken for chance: a national number is also that of somebody in another country.
const OWN_SHARE_MIN: f64 = 0.01;

/// Tells for each list which profiles are believed: the standard form, the one that finds most,
/// and any other that finds enough rows of its own. A hash is no accident, so of a list that its
/// sender put together from several nobody is lost.
fn believed(
    files: &mut [ScopeFileCount],
    listed: &Listed<'_>,
    wanted: &Wanted<'_>,
    profiles_of: &[Profiles],
) -> Vec<Profiles> {
    // Few sets of profiles occur, so rows are counted by set.
    let mut by_set = vec![[0u64; 256]; files.len()];
    for (row, &profiles) in profiles_of.iter().enumerate().filter(|(_, profiles)| **profiles > 0) {
        let counts = &mut by_set[listed.list_of[row] as usize];
        counts[usize::from(profiles)] += u64::from(wanted.n_rows[row]);
    }
    files
        .iter_mut()
        .zip(&by_set)
        .map(|(file, counts)| {
            let n_rows = |meant: &dyn Fn(Profiles) -> bool| -> u64 {
                (0..=Profiles::MAX).zip(counts).filter(|(set, _)| meant(*set)).map(|(_, n)| n).sum()
            };
            let bits: Vec<Profiles> = (0..file.profiles.len()).map(|place| 1 << place).collect();
            for (tried, bit) in file.profiles.iter_mut().zip(&bits) {
                tried.n_matched = n_rows(&|set| set & bit > 0);
            }
            let best = best(&file.profiles);
            file.profile = best.map(|place| file.profiles[place].profile);
            let best = best.map_or(0, |place| bits[place]);
            let mut believed = PLAIN | best;
            for _ in &bits {
                let n_known = n_rows(&|set| set & believed > 0);
                let own = |bit: Profiles| n_rows(&|set| set & bit > 0 && set & believed == 0);
                let next = bits.iter().copied().filter(|bit| bit & believed == 0);
                let Some(next) = next.rev().max_by_key(|&bit| own(bit)) else { break };
                let n_own_min = (OWN_SHARE_MIN * n_known as f64).max(2.0);
                if (own(next) as f64) < n_own_min {
                    break;
                }
                believed |= next;
            }
            let n_matched = n_rows(&|set| set & believed > 0);
            let n_besides = n_rows(&|set| set & believed > 0 && set & best == 0);
            file.mixed =
                best > 0 && n_besides as f64 >= (OWN_SHARE_MIN * n_matched as f64).max(2.0);
            for (tried, &bit) in file.profiles.iter_mut().zip(&bits) {
                tried.n_besides_best = n_rows(&|set| set & bit > 0 && set & best == 0);
                tried.believed = believed & bit > 0;
            }
            believed
        })
        .collect()
}

fn count_of(list: &super::listed::List<'_>) -> ScopeFileCount {
    empty(list.incident, list.file, list.identifier)
}

fn empty(incident: &str, file: &str, identifier: Identifier) -> ScopeFileCount {
    let profiles = match identifier {
        Identifier::Hashed(subject, _) => profile::of(subject),
        _ => &[],
    };
    let tried =
        |profile| ProfileCount { profile, n_matched: 0, n_besides_best: 0, believed: false };
    ScopeFileCount {
        incident: incident.to_owned(),
        file: file.to_owned(),
        identifier,
        n_rows: 0,
        n_matched: 0,
        n_unmatched: 0,
        n_invalid: 0,
        n_placeholders: 0,
        n_repeated: 0,
        n_canaries: 0,
        n_other_hash: 0,
        other_hash: None,
        vendor: None,
        vendor_notified_at: None,
        matched_share: Probability::new(0.0),
        profile: None,
        mixed: false,
        profiles: profiles.iter().copied().map(tried).collect(),
    }
}

fn invalid(identifier: Identifier) -> &'static str {
    match identifier {
        Identifier::Plain(Subject::Email) | Identifier::Hibp => "invalid_email",
        Identifier::Plain(Subject::Phone) => "invalid_phone",
        Identifier::Plain(_) => "no_id",
        Identifier::Hashed(..) => "invalid_hash",
        Identifier::Sample | Identifier::Where => "unreadable",
    }
}

impl Judged {
    /// Stops the run at a hashed list that met about nobody, and at a list in plain that can
    /// hardly be read as what it is said to be: "nobody is affected" would be false.
    pub(super) fn refuse_silence(&self, met: &Met, settings: &Settings) -> Result<(), Error> {
        for file in &self.files {
            let n_unreadable = file.n_unreadable();
            let n_readable_min = settings.readable_share_min.get() * file.n_rows as f64;
            if n_unreadable >= N_UNREADABLE_MIN
                && ((file.n_rows - n_unreadable) as f64) < n_readable_min
            {
                return Err(Error::Unreadable { count: Box::new(file.clone()) });
            }
            let described = file.identifier == Identifier::Where;
            if !file.identifier.is_hashed() && !described {
                continue;
            }
            // No valid row at all is no better than no match.
            let n_valid = file.n_valid().max(1);
            if (file.n_matched as f64) < settings.matched_share_min.get() * n_valid as f64 {
                let count = Box::new(file.clone());
                if described {
                    return Err(Error::NobodyDescribed { count });
                }
                let n_compared =
                    file.identifier.subject().map_or(0, |subject| met.n_hashed[subject as usize]);
                return Err(Error::NothingMatched { count, n_compared });
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
                        && scope_file.is_called(&file.file)
                });
                if !known {
                    let name = scope_file.shown_name();
                    files.push(empty(&incident.id, name, scope_file.identifier));
                }
            }
        }
        files.sort_by(|one, other| (&one.incident, &one.file).cmp(&(&other.incident, &other.file)));
        files.dedup_by(|next, file| file.takes(next));
        for file in &mut files {
            let incident = incidents.iter().find(|incident| incident.id == file.incident);
            let listed = incident.and_then(|incident| {
                incident.scope_files.iter().find(|listed| listed.is_called(&file.file))
            });
            // A list without a sender of its own came with its incident.
            let own = listed.filter(|listed| listed.vendor.is_some());
            file.vendor = own
                .map_or(incident.and_then(|it| it.vendor.clone()), |listed| listed.vendor.clone());
            file.vendor_notified_at = own
                .map_or(incident.and_then(|it| it.vendor_notified_at), |listed| {
                    listed.vendor_notified_at
                });
        }
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
            .filter(|(_, fate)| !matches!(fate, Fate::Matched | Fate::Canary))
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
