//! What can be decided about a person, and for which reasons?

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Notified,
    Held,
    NoDuty,
    Unreachable,
}

impl Outcome {
    /// Every outcome, in the order in which the roll calls them.
    pub(super) const ALL: [Outcome; 4] =
        [Outcome::Notified, Outcome::Held, Outcome::NoDuty, Outcome::Unreachable];

    pub(super) fn word(self) -> &'static str {
        match self {
            Outcome::Notified => "notified",
            Outcome::Held => "held",
            Outcome::NoDuty => "no_duty",
            Outcome::Unreachable => "unreachable",
        }
    }
}

/// Why nobody is told, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// No law of that place is in the rules file.
    NoLaw,
    /// The law there asks for no notice to the people.
    NoIndividualDuty,
    /// Nothing was exposed that sets the law off.
    NotTriggered,
    /// The law there asks that data were acquired, and none left the house.
    NotAcquired,
    /// The law there binds nobody.
    Voluntary,
    /// The authority has not ordered it.
    OnOrder,
    /// A person assessed the risk as not high, and the law asks for no less.
    RiskNotHigh,
    /// The notice of an earlier run told of all of it, and did not come back.
    ToldBefore,
    /// No law asks for notice of data that nobody can read.
    Encrypted,
    /// A person assessed the harm and wrote it down.
    HarmUnlikely,
    /// The evidence is too weak to tell anybody; somebody must look.
    NeedsReview,
    /// The residence does not say whose law applies; counsel must.
    UnknownResidency,
    /// The police asked to wait.
    LawEnforcementHold,
    /// The notice is for the estate, and a person must find where that is.
    Deceased,
    /// The name is missing, or what a template left behind, and a letter needs one.
    UnresolvedName,
    /// There are no words for what was exposed.
    UnresolvedDataClass,
    /// Every valid channel was taken down by an incident of this person.
    ChannelDown,
    /// There is none.
    NoValidChannel,
    /// The notice came back from every channel.
    Returned,
}

impl Reason {
    pub(super) const ALL: [Reason; 19] = [
        Reason::NoLaw,
        Reason::NoIndividualDuty,
        Reason::NotTriggered,
        Reason::NotAcquired,
        Reason::Voluntary,
        Reason::OnOrder,
        Reason::RiskNotHigh,
        Reason::ToldBefore,
        Reason::Encrypted,
        Reason::HarmUnlikely,
        Reason::NeedsReview,
        Reason::UnknownResidency,
        Reason::LawEnforcementHold,
        Reason::Deceased,
        Reason::UnresolvedName,
        Reason::UnresolvedDataClass,
        Reason::ChannelDown,
        Reason::NoValidChannel,
        Reason::Returned,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Reason::NoLaw => "no_law",
            Reason::NoIndividualDuty => "no_individual_duty",
            Reason::NotTriggered => "not_triggered",
            Reason::NotAcquired => "not_acquired",
            Reason::Voluntary => "voluntary",
            Reason::OnOrder => "on_order",
            Reason::RiskNotHigh => "risk_not_high",
            Reason::ToldBefore => "told_before",
            Reason::Encrypted => "encrypted",
            Reason::HarmUnlikely => "harm_unlikely_by_assessment",
            Reason::NeedsReview => "needs_review",
            Reason::UnknownResidency => "unknown_residency",
            Reason::LawEnforcementHold => "law_enforcement_hold",
            Reason::Deceased => "deceased",
            Reason::UnresolvedName => "unresolved_name",
            Reason::UnresolvedDataClass => "unresolved_data_class",
            Reason::ChannelDown => "channel_down",
            Reason::NoValidChannel => "no_valid_channel",
            Reason::Returned => "returned",
        }
    }

    /// Says what lifts it.
    pub(super) fn resolved_by(self) -> &'static str {
        match self {
            Reason::NoLaw | Reason::NoIndividualDuty | Reason::NotTriggered => {
                "nothing to do unless a law in the rules file asks for it"
            }
            Reason::NotAcquired => "nothing to do unless data turn out to have left the house",
            Reason::Voluntary => "set duty.tell_without_duty to tell them all the same",
            Reason::OnOrder => "an order of the authority",
            Reason::ToldBefore => "nothing to do unless more turns out to be exposed",
            Reason::RiskNotHigh | Reason::HarmUnlikely => {
                "nothing to do unless the assessment is revised"
            }
            Reason::UnknownResidency => "a residence, or duty.unknown_residency in the file",
            Reason::Encrypted => "nothing to do unless the key turns out to be taken",
            Reason::NeedsReview => "decide in possible.csv, and name it in scope.decisions",
            Reason::LawEnforcementHold => "run again when the hold has ended",
            Reason::Deceased => "find the next of kin and give their address to the record",
            Reason::UnresolvedName => "give the record a name and run again",
            Reason::UnresolvedDataClass => "name the data classes in the scope file or letters.csv",
            Reason::ChannelDown => "another way, or a run when the channel is back",
            Reason::NoValidChannel => {
                "an address from elsewhere, or a public notice where the law allows it"
            }
            Reason::Returned => "a public notice, where the law allows it",
        }
    }
}

impl Reason {
    /// Reads why the law asks for no notice.
    pub(super) fn of_no_duty(word: Option<&str>) -> Reason {
        match word {
            Some("exempt_encrypted") => Reason::Encrypted,
            Some("exempt_harm_unlikely") => Reason::HarmUnlikely,
            Some("risk_not_high") => Reason::RiskNotHigh,
            Some("on_order") => Reason::OnOrder,
            Some("voluntary") => Reason::Voluntary,
            Some("not_triggered") => Reason::NotTriggered,
            Some("not_acquired") => Reason::NotAcquired,
            Some("no_individual_duty") => Reason::NoIndividualDuty,
            _ => Reason::NoLaw,
        }
    }
}

/// Who is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Person,
    ParentGuardian,
    Estate,
}

impl Role {
    pub(super) const ALL: [Role; 3] = [Role::Person, Role::ParentGuardian, Role::Estate];

    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Person => "self",
            Role::ParentGuardian => "parent_guardian",
            Role::Estate => "estate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Channel;

    #[test]
    fn every_word_stands_at_the_place_of_its_value() {
        let places = |all: &[usize]| all.iter().copied().eq(0..all.len());
        assert!(places(&Outcome::ALL.map(|outcome| outcome as usize)));
        assert!(places(&Reason::ALL.map(|reason| reason as usize)));
        assert!(places(&Role::ALL.map(|role| role as usize)));
        assert!(places(&Channel::ALL.map(|channel| channel as usize)));
    }
}
