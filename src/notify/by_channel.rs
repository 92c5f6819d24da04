//! What is assumed of each channel?

use serde::{Deserialize, Serialize};

use crate::terms::{Channel, Probability};

/// Writes a setting that has a value for each channel, and its defaults.
macro_rules! by_channel {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $email:expr, $phone:expr, $post:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $name {
                /// By e-mail.
                pub email: $kind,
                /// By telephone.
                pub phone: $kind,
                /// By letter.
                pub post: $kind,
            }

            impl Default for $name {
                fn default() -> $name {
                    $name { email: $email, phone: $phone, post: $post }
                }
            }

            impl $name {
                /// Gives the value for a channel.
                pub fn of(&self, channel: Channel) -> $kind {
                    match channel {
                        Channel::Email => self.email,
                        Channel::Phone => self.phone,
                        Channel::Post => self.post,
                    }
                }
            }
        )*
    };
}

by_channel! {
    /// After how many days without a sign that a value still holds it goes behind fresher
    /// channels. A value of unknown age counts as fresh.
    StaleDays: u32 = 3 * 365, 3 * 365, 5 * 365;

    /// The share of notices that is expected to arrive.
    ///
    /// # Source
    /// Assumptions, to be replaced by one's own figures. E-mail: about one commercial message in
    /// six does not reach the inbox (published deliverability benchmarks). Post: about one letter
    /// in twenty is undeliverable as addressed (USPS). Telephone: most calls from an unknown
    /// number are not answered (Pew Research Center, 2020), so that several tries and a voice
    /// message are taken for granted.
    ReachShare: Probability = Probability::new(0.84), Probability::new(0.55), Probability::new(0.95);

    /// How many days before the deadline a notice must leave the house to arrive in time.
    LeadDays: u32 = 1, 5, 7;

    /// What a notice costs, in hundredths of the run's currency; for the estimate that the laws
    /// on substitute notice ask for.
    CostCents: u32 = 1, 400, 120;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_channel_can_be_set_alone() {
        let days: StaleDays = toml::from_str("post = 10").unwrap();
        assert_eq!(days, StaleDays { post: 10, ..StaleDays::default() });
        assert!(toml::from_str::<StaleDays>("letter = 10").is_err());
        assert!((ReachShare::default().of(Channel::Post).get() - 0.95).abs() < 1e-12);
    }
}
