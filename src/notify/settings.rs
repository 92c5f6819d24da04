//! What can be set about notices?

use serde::{Deserialize, Serialize};

use crate::output::Dialect;
use crate::terms::{Channel, Evidence};

use super::by_channel::{CostCents, LeadDays, ReachShare, StaleDays};

/// The table `[notify]` of a pipeline file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The channels by which people are told, the preferred one first. A channel that is not
    /// named is not used.
    pub channels: Channels,
    /// The channels by which a person is told within 72 hours; a letter takes longer.
    pub channels_within_72_h: Channels,
    /// The weakest evidence on which a person is told; what is weaker is held for review.
    pub evidence_min: Evidence,
    /// By what a notice is parted into lists besides the channel; a mail house takes one letter
    /// per list.
    pub split_by: Vec<Split>,
    /// The language of those of whom none is known; BCP 47.
    pub language: String,
    /// Below this age the notice is addressed to a parent or guardian; where absent the age
    /// that the rules of letters give for the jurisdiction.
    pub age_of_majority_years: Option<i16>,
    /// The day on which a person's age is taken.
    pub age_at: AgeAt,
    /// What becomes of the notice to someone who died.
    pub deceased: Deceased,
    /// What becomes of e-mail where the address was exposed with what may open its mailbox.
    pub doubted_mailbox: DoubtedMailbox,
    /// The data classes that may open a mailbox whose address was exposed with them.
    pub mailbox_opened_by: Vec<String>,
    /// When a value is too old to be trusted first.
    pub stale_days: StaleDays,
    /// The share of notices that is expected to arrive.
    pub reach_share: ReachShare,
    /// How long before its deadline a notice must leave.
    pub lead_days: LeadDays,
    /// What a notice costs.
    pub cost_cents: CostCents,
    /// How many notices one mailbox, telephone or household gets within how many days. A notice
    /// that the law asks for is never dropped: it is put off, to its last day at most.
    pub contact_cap: ContactCap,
    /// For how many days marketing leaves affected people alone.
    pub suppress_days: u16,
    /// The marketing tools that get a suppression list in their own dialect.
    pub suppress_for: Vec<MarketingTool>,
    /// By what the marketing tools know a person besides the e-mail address.
    pub tool_key: ToolKey,
    /// Files of notices that came back, relative to the root.
    pub returned: Vec<String>,
    /// What people are offered, such as credit monitoring.
    pub offer: Offer,
    /// The tag that campaigns of the notice itself must carry, so that a suppression list that
    /// stops transactional mail too lets them pass.
    pub exception_tag: String,
    /// What each notice id begins with.
    pub notice_id_prefix: String,
    /// The dialect of each list.
    pub dialects: Dialects,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            channels: Channels(Channel::ALL.to_vec()),
            channels_within_72_h: Channels(vec![Channel::Email, Channel::Phone]),
            evidence_min: Evidence::Probable,
            split_by: vec![Split::Jurisdiction, Split::Variant, Split::Language],
            language: "en".to_owned(),
            age_of_majority_years: None,
            age_at: AgeAt::Incident,
            deceased: Deceased::Estate,
            doubted_mailbox: DoubtedMailbox::Last,
            mailbox_opened_by: ["password_plain", "password_hash_weak", "security_qa"]
                .map(str::to_owned)
                .to_vec(),
            stale_days: StaleDays::default(),
            reach_share: ReachShare::default(),
            lead_days: LeadDays::default(),
            cost_cents: CostCents::default(),
            contact_cap: ContactCap::default(),
            suppress_days: 30,
            suppress_for: MarketingTool::ALL.to_vec(),
            tool_key: ToolKey::Email,
            returned: Vec::new(),
            offer: Offer::default(),
            exception_tag: "incident-notice".to_owned(),
            notice_id_prefix: "n_".to_owned(),
            dialects: Dialects::default(),
        }
    }
}

/// How many notices one address gets within how many days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactCap {
    /// How many notices; 0 for any number.
    pub n_notices_max: u32,
    /// Within how many days.
    pub days: u32,
}

impl ContactCap {
    /// Tells whether there is a cap.
    pub(super) fn is_set(self) -> bool {
        self.n_notices_max > 0 && self.days > 0
    }
}

/// What people are offered with the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Offer {
    /// The product, as the letter calls it.
    pub product: String,
    /// Who gets it.
    pub to: OfferTo,
    /// For how many months at least; where the law wants more, for those.
    pub months_min: u32,
    /// The file of activation codes, each for one person; relative to the root.
    pub codes: Option<String>,
    /// Files `offers.csv` of earlier runs, whose codes stay with their people.
    pub given: Vec<String>,
}

impl Default for Offer {
    fn default() -> Offer {
        Offer {
            product: "credit monitoring".to_owned(),
            to: OfferTo::WhereTheLawWants,
            months_min: 12,
            codes: None,
            given: Vec::new(),
        }
    }
}

/// Who gets an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferTo {
    /// Those for whose exposed data their law wants it.
    WhereTheLawWants,
    /// Everybody who is told.
    All,
    /// Nobody.
    Nobody,
}

/// What a list of notices is parted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Whose law applies.
    Jurisdiction,
    /// What the letter tells, and to whom it is addressed.
    Variant,
    /// The language of the letter.
    Language,
}

/// The day on which a person's age is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeAt {
    /// The day on which the first of the person's incidents began, or was discovered.
    Incident,
    /// The day of the run.
    Notice,
}

/// What becomes of the notice to someone who died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deceased {
    /// A letter to the estate at the last address; held where there is none.
    Estate,
    /// Held, for a person to look for the next of kin.
    Hold,
}

/// What becomes of e-mail to a mailbox that others may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtedMailbox {
    /// It goes behind every other channel.
    Last,
    /// It is not used.
    Never,
    /// It is used as any other.
    AsUsual,
}

/// Channels in an order: at least one, none twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Channel>", into = "Vec<Channel>")]
pub struct Channels(Vec<Channel>);

impl Channels {
    /// Lists them, the preferred one first.
    pub fn in_order(&self) -> &[Channel] {
        &self.0
    }

    /// Tells whether one of them is `channel`.
    pub fn has(&self, channel: Channel) -> bool {
        self.0.contains(&channel)
    }
}

impl TryFrom<Vec<Channel>> for Channels {
    type Error = String;
    fn try_from(channels: Vec<Channel>) -> Result<Channels, String> {
        if channels.is_empty() {
            return Err("at least one channel is needed: `email`, `phone` or `post`".to_owned());
        }
        match channels.iter().enumerate().find(|(place, one)| channels[..*place].contains(one)) {
            Some((_, twice)) => Err(format!("channel `{}` stands twice", twice.word())),
            None => Ok(Channels(channels)),
        }
    }
}

impl From<Channels> for Vec<Channel> {
    fn from(channels: Channels) -> Vec<Channel> {
        channels.0
    }
}

/// A marketing tool and how it takes a suppression list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketingTool {
    /// Braze: attributes for the filter of a suppression list. Such a list stops transactional
    /// mail and API campaigns too, unless they carry one of its exception tags.
    Braze,
    /// `HubSpot`: a static list to exclude from sends. An opt-out import would be permanent.
    Hubspot,
    /// Salesforce Marketing Cloud: an exclusion data extension.
    MarketingCloud,
    /// Mailchimp: a tag to exclude from sends. Unsubscribing an address would be permanent.
    Mailchimp,
}

/// By what a marketing tool knows a person. An id that it does not know would make it a new
/// person there, so the e-mail address is taken where nothing else is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolKey {
    /// The e-mail address alone.
    Email,
    /// The customer key that the sources give.
    CustomerKey,
    /// The id of the record in the CRM.
    RecordId,
    /// Our own customer id, for a tool that took it over.
    CustomerId,
}

impl MarketingTool {
    /// Every tool.
    pub const ALL: [MarketingTool; 4] = [
        MarketingTool::Braze,
        MarketingTool::Hubspot,
        MarketingTool::MarketingCloud,
        MarketingTool::Mailchimp,
    ];

    /// Tells how its list is put to use without harm.
    ///
    /// # Source
    /// The makers' documentation on suppression lists (Braze), opt-out imports (`HubSpot`), data
    /// extensions (Marketing Cloud) and tags (Mailchimp).
    pub fn advice(self) -> &'static str {
        match self {
            MarketingTool::Braze => {
                "Import it as user attributes, by external_id where the list has that column, else \
                 by e-mail address, and make a suppression list of users whose \
                 incident_suppress_until is today or later. The year 9999 means for good, since an \
                 empty cell would leave an older day as it stands. A Braze suppression list also \
                 stops transactional mail and API campaigns: add the exception tag to the list, \
                 and to every campaign that carries the notice."
            }
            MarketingTool::Hubspot => {
                "Import it as contacts into a static list, matched by Email, and exclude that list \
                 from marketing sends (\"Don't send to\"). Do not use the opt-out import: it sets \
                 \"unsubscribed from all email\", which stops the notice too and only the person \
                 can take back."
            }
            MarketingTool::MarketingCloud => {
                "Import it into a sendable data extension and pick that as exclusion of commercial \
                 sends; where subscriber keys are in use it excludes by key, else by address. Do \
                 not unsubscribe the keys, and do not load it into an auto-suppression list: that \
                 stops every send, the notice too."
            }
            MarketingTool::Mailchimp => {
                "Import it to the audience, tick \"update existing contacts\", give the contacts the \
                 tag of the column TAGS, and exclude that tag from campaigns; map the day to a \
                 date field. \
                 Do not import it as unsubscribed or cleaned: such a contact cannot be mailed \
                 again, not even the notice."
            }
        }
    }

    /// Gives the word for it in file names.
    pub fn word(self) -> &'static str {
        match self {
            MarketingTool::Braze => "braze",
            MarketingTool::Hubspot => "hubspot",
            MarketingTool::MarketingCloud => "marketing_cloud",
            MarketingTool::Mailchimp => "mailchimp",
        }
    }
}

/// The dialect of each list: `spreadsheet` where people open it, `machine` where a program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialects {
    /// For the mail system.
    pub email: Dialect,
    /// For the dialler.
    pub phone: Dialect,
    /// For the mail house.
    pub post: Dialect,
    /// For the call centre.
    pub callcentre: Dialect,
    /// For marketing.
    pub suppress: Dialect,
    /// For those who look for another way.
    pub unreachable: Dialect,
    /// For those who clear up what holds a notice.
    pub held: Dialect,
}

impl Default for Dialects {
    fn default() -> Dialects {
        Dialects {
            email: Dialect::Machine,
            phone: Dialect::Machine,
            post: Dialect::Machine,
            callcentre: Dialect::Spreadsheet,
            suppress: Dialect::Machine,
            unreachable: Dialect::Spreadsheet,
            held: Dialect::Spreadsheet,
        }
    }
}

impl Dialects {
    /// Gives the dialect of the lists of a channel.
    pub fn of(&self, channel: Channel) -> Dialect {
        match channel {
            Channel::Email => self.email,
            Channel::Phone => self.phone,
            Channel::Post => self.post,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_table_gives_the_defaults_and_they_survive_a_round_trip() {
        let settings: Settings = toml::from_str("").unwrap();
        assert_eq!(settings, Settings::default());
        let written = toml::to_string(&settings).unwrap();
        assert_eq!(toml::from_str::<Settings>(&written).unwrap(), settings);
    }

    #[test]
    fn a_channel_that_stands_twice_or_none_at_all_is_refused() {
        let check = |text: &str| toml::from_str::<Settings>(text).unwrap_err().to_string();
        let twice = check("channels = [\"email\", \"post\", \"email\"]");
        assert!(twice.contains("channel `email` stands twice"), "{twice}");
        assert!(check("channels = []").contains("at least one channel"));
        assert!(check("chanels = [\"email\"]").contains("chanels"));
    }
}
