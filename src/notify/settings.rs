//! What can be set about notices?

use serde::{Deserialize, Serialize};

use crate::output::Dialect;
use crate::terms::{Channel, Evidence};

/// The table `[notify]` of a pipeline file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The channels by which people are told, the preferred one first. A channel that is not
    /// named is not used.
    pub channels: Channels,
    /// The channels by which a person is told within 72 hours; a letter takes longer.
    pub channels_within_72_h: Channels,
    /// The weakest evidence on which a person is told; what is weaker is held for review.
    pub evidence_min: Evidence,
    /// Below this age the notice is addressed to a parent or guardian.
    pub age_of_majority_years: i16,
    /// For how many days marketing leaves affected people alone.
    pub suppress_days: u16,
    /// The marketing tools that get a suppression list in their own dialect.
    pub suppress_for: Vec<MarketingTool>,
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
            age_of_majority_years: 18,
            suppress_days: 30,
            suppress_for: MarketingTool::ALL.to_vec(),
            notice_id_prefix: "n_".to_owned(),
            dialects: Dialects::default(),
        }
    }
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
    /// Braze: `external_id`, `email`.
    Braze,
    /// `HubSpot`: `Email`.
    Hubspot,
    /// Salesforce Marketing Cloud: `Subscriber Key`, `Email Address`.
    MarketingCloud,
    /// Mailchimp: `Email Address`.
    Mailchimp,
}

impl MarketingTool {
    /// Every tool.
    pub const ALL: [MarketingTool; 4] = [
        MarketingTool::Braze,
        MarketingTool::Hubspot,
        MarketingTool::MarketingCloud,
        MarketingTool::Mailchimp,
    ];

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
