//! What would it be like? An invented incident over real customers.
//!
//! The draw depends on the seed and the customers' ids alone: the same people for any order of
//! rows, others for another seed. Nothing of the incident is true, and all that follows says so.

use jiff::{Timestamp, ToSpan};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{ConfigError, Error};
use crate::snapshot::Night;
use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column as c};
use crate::terms::{Channel, Incident, IncidentKind, Probability};

/// The table `[drill]` of a pipeline file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What the draw starts from: another seed, another incident.
    pub seed: u64,
    /// The share of the customers that it touches; one at least.
    pub share: Probability,
    /// What kind of breach.
    pub kind: IncidentKind,
    /// What the attacker did, in a word.
    pub attack_type: String,
    /// Codes of the data classes that were exposed.
    pub data_classes: Vec<String>,
    /// Sectors whose laws apply besides the general ones.
    pub sectors: Vec<String>,
    /// Channels that the incident took down.
    pub channels_down: Vec<Channel>,
    /// Whether the data were encrypted.
    pub encrypted: bool,
    /// Whether the key was taken too.
    pub key_taken: bool,
    /// How many hours before the run's clock it was discovered.
    pub discovered_hours_ago: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        let own = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Settings {
            seed: 1,
            share: Probability::new(0.1),
            kind: IncidentKind::SecurityBreach,
            attack_type: "credential_theft".to_owned(),
            data_classes: own(&["name", "email", "phone", "dob", "password_hash_weak"]),
            sectors: Vec::new(),
            channels_down: Vec::new(),
            encrypted: false,
            key_taken: false,
            discovered_hours_ago: 6,
        }
    }
}

/// What a drawn person is listed by: the first of these that a record holds.
const KINDS: [&str; 4] = ["email", "record_id", "phone", "customer_key"];

impl Settings {
    /// Invents the incident. Its days follow from the seed and the run's clock.
    ///
    /// # Errors
    /// The settings do not make an incident: no data class, or an impossible clock.
    pub(super) fn incident(&self, clock: Timestamp) -> Result<Incident, Error> {
        let before = |at: Timestamp, hours: u32| {
            at.checked_sub(i64::from(hours).hours()).map_err(|error| wrong(&error))
        };
        let discovered_at = before(clock, self.discovered_hours_ago)?;
        let drawn = drawn(self.seed, "days");
        // One to sixteen days unnoticed, for three to fifty hours.
        let occurred_to = before(discovered_at, 24 + u32::from(drawn[0]) % 360)?;
        let occurred_from = before(occurred_to, 3 + u32::from(drawn[1]) % 48)?;
        let scope: Vec<_> = KINDS
            .iter()
            .map(|kind| {
                json!({
                    "name": list_of(kind), "file": list_of(kind), "identifier": kind,
                    "data_classes": self.data_classes, "evidence": "confirmed",
                })
            })
            .collect();
        let facts = json!({
            "id": format!("DRILL-{}-{}", clock.strftime("%Y%m%d"), self.seed),
            "kind": self.kind,
            "attack_type": self.attack_type,
            "occurred_from": occurred_from,
            "occurred_to": occurred_to,
            "discovered_at": discovered_at,
            "confirmed_at": discovered_at,
            "determination_at": discovered_at,
            "encrypted": self.encrypted,
            "key_taken": self.key_taken,
            "sectors": self.sectors,
            "channels_down": self.channels_down,
            "scope": scope,
        });
        Ok(serde_json::from_value(facts).map_err(|error| wrong(&error))?)
    }

    /// Draws the people whom the incident touched, and lists each by an identifier.
    pub(super) fn entries(&self, night: &Night, incident: &Incident) -> Table<ScopeEntry> {
        let ids = night.golden.text(c::CUSTOMER_ID);
        let draw = |id: Option<&str>| u64::from_be_bytes(drawn(self.seed, id.unwrap_or_default()));
        let draws: Vec<u64> = ids.iter().map(draw).collect();
        // The one who is nearest to being drawn is drawn where nobody else is.
        let least = draws.iter().copied().min().unwrap_or(u64::MAX);
        let share = self.share.get();
        let is_touched = |draw: u64| draw == least || (draw as f64) < share * 2_f64.powi(64);
        let mut listed: Vec<(usize, String)> = identifiers(night)
            .into_iter()
            .zip(&draws)
            .filter(|(_, draw)| is_touched(**draw))
            .filter_map(|(identifier, _)| identifier)
            .collect();
        listed.sort();
        let n = listed.len();
        let mut classes = self.data_classes.clone();
        classes.sort();
        classes.dedup();
        let classes = classes.join(";");
        let texts = |column: crate::tables::Column, of: &dyn Fn(&(usize, String)) -> String| {
            column.texts(listed.iter().map(|entry| Some(of(entry))))
        };
        Table::of(vec![
            c::INCIDENT.same(Some(&incident.id), n),
            texts(c::SCOPE_FILE, &|entry| list_of(KINDS[entry.0])),
            c::SCOPE_LINE.longs((1..=n as u64).collect()),
            texts(c::IDENTIFIER, &|entry| KINDS[entry.0].to_owned()),
            texts(c::VALUE, &|entry| entry.1.clone()),
            c::DATA_CLASSES.same(Some(&classes), n),
        ])
    }
}

fn list_of(kind: &str) -> String {
    format!("invented list by {kind}")
}

/// Gives each customer the first identifier, by kind and then by content, that a record holds.
fn identifiers(night: &Night) -> Vec<Option<(usize, String)>> {
    let customers = night.lineage.count(c::CUSTOMER);
    let (records, kinds) = (night.points.count(c::RECORD), night.points.text(c::KIND));
    let (values, statuses) = (night.points.text(c::VALUE), night.points.text(c::STATUS));
    let mut found: Vec<Option<(usize, &str)>> = vec![None; night.golden.height()];
    for row in 0..night.points.height() {
        let kind = KINDS.iter().position(|kind| Some(*kind) == kinds.get(row));
        let customer = records.get(row).and_then(|record| customers.get(record as usize));
        let usable = statuses.get(row).is_none_or(|status| status == "valid");
        if let (Some(kind), Some(customer), Some(value), true) =
            (kind, customer, values.get(row), usable)
        {
            let best = &mut found[customer as usize];
            if best.is_none_or(|best| (kind, value) < best) {
                *best = Some((kind, value));
            }
        }
    }
    found.into_iter().map(|best| best.map(|(kind, value)| (kind, value.to_owned()))).collect()
}

/// Draws eight bytes for a word.
fn drawn(seed: u64, word: &str) -> [u8; 8] {
    let mut hasher = Context::new(&SHA256);
    hasher.update(&seed.to_be_bytes());
    hasher.update(word.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finish().as_ref()[..8]);
    bytes
}

fn wrong(cause: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Drill { cause: cause.to_string() }
}
