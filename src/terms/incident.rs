//! What happened, when, and to which data?

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ScopeFile;

/// An incident as its file tells it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that a form asks for")]
pub struct Incident {
    /// The name it goes by.
    pub id: String,
    /// What kind of breach.
    pub kind: IncidentKind,
    /// What the attacker did, in a word: `phishing`, `sql_injection`.
    pub attack_type: Option<String>,
    /// When it began.
    pub occurred_from: Option<Timestamp>,
    /// When it ended.
    pub occurred_to: Option<Timestamp>,
    /// When somebody first thought so.
    pub suspected_at: Option<Timestamp>,
    /// When it was discovered.
    pub discovered_at: Timestamp,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// When it was determined that notice is due.
    pub determination_at: Option<Timestamp>,
    /// When it was found to be material for investors.
    pub materiality_determined_at: Option<Timestamp>,
    /// When the people were told: clocks of some regulators begin then.
    pub individuals_notified_at: Option<Timestamp>,
    /// When the regulators were told: clocks for the people begin then in some places.
    pub authority_notified_at: Option<Timestamp>,
    /// When it was contained.
    pub contained_at: Option<Timestamp>,
    /// The third party where it happened, if any.
    pub vendor: Option<String>,
    /// When that party told us.
    pub vendor_notified_at: Option<Timestamp>,
    /// Whether the data were encrypted.
    #[serde(default)]
    pub encrypted: bool,
    /// Whether the key was taken too.
    #[serde(default)]
    pub key_taken: bool,
    /// Whether data left the house.
    #[serde(default = "yes")]
    pub exfiltration: bool,
    /// Whether it was done on purpose.
    #[serde(default = "yes")]
    pub malicious: bool,
    /// Whether data were changed.
    #[serde(default)]
    pub integrity_lost: bool,
    /// Whether data became unavailable.
    #[serde(default)]
    pub availability_lost: bool,
    /// Sectors whose laws apply besides the general ones.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Statute codes that hold of everybody affected, though no data class tells: `PHI`,
    /// `SECRECY`, `LARGE_SCALE`.
    #[serde(default)]
    pub statute_codes: Vec<String>,
    /// The documented assessment of harm, a human decision.
    pub harm_assessment: Option<HarmAssessment>,
    /// Until when law enforcement asks to wait; `true` in the file is not enough, a date is.
    pub law_enforcement_hold: Option<Timestamp>,
    /// Channels that the incident compromised or took down.
    #[serde(default)]
    pub channels_down: Vec<Channel>,
    /// Whether a person whom other incidents of the run touched too gets one notice of them.
    #[serde(default)]
    pub notice: NoticeOf,
    /// Files that say who was touched.
    #[serde(default, rename = "scope")]
    pub scope_files: Vec<ScopeFile>,
}

fn yes() -> bool {
    true
}

/// Whether an incident has a notice of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOf {
    /// It has: each law wants its incident told plainly.
    #[default]
    Separate,
    /// One notice tells of all incidents of the run that are marked so.
    Combined,
}

/// What kind of breach an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// Confidentiality, integrity or availability of data was lost.
    SecurityBreach,
    /// The relationship was hurt without loss of data: wrong mail, wrong price, broken promise.
    CrmBreach,
}

/// Who judged the harm, when, and with what result.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HarmAssessment {
    /// The person who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The result.
    pub result: HarmResult,
}

/// The result of a harm assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HarmResult {
    /// Harm is unlikely: notice may be skipped where the law says so.
    Unlikely,
    /// Harm is possible.
    Likely,
    /// Harm is likely and grave.
    High,
}

/// A way to tell a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// A telephone call or a short message.
    Phone,
    /// A letter.
    Post,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 3] = [Channel::Email, Channel::Phone, Channel::Post];

    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Phone => "phone",
            Channel::Post => "post",
        }
    }
}
