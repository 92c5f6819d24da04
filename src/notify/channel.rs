//! By which channels can a person be told, and by which first?

use crate::terms::Channel;

/// Where a usable value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In the golden record.
    Golden,
    /// With a member record only: the row among the contact points or, for an address, among
    /// the contacts.
    Member(u32),
    /// In the file of returned mail: the place among the new addresses.
    Returned(u32),
}

/// The channels by which a person can be reached, where the value for each stands, and whether
/// nothing has spoken for it for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    pub(super) found: [Option<Found>; 3],
    pub(super) is_stale: [bool; 3],
}

impl Reach {
    /// Gives where the value for a channel stands, if there is a usable one.
    pub(super) fn by(&self, channel: Channel) -> Option<Found> {
        self.found[channel as usize]
    }
}

/// Channels that may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Down([bool; 3]);

impl Down {
    /// Takes down the channels given.
    pub(super) fn of(channels: &[Channel]) -> Down {
        let mut down = Down::default();
        for &channel in channels {
            down.0[channel as usize] = true;
        }
        down
    }

    /// Takes down what either takes down.
    pub(super) fn and(self, other: Down) -> Down {
        Down([0, 1, 2].map(|channel| self.0[channel] || other.0[channel]))
    }

    /// Tells whether a channel is down.
    pub(super) fn has(self, channel: Channel) -> bool {
        self.0[channel as usize]
    }
}

/// What speaks against a channel that could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each speaks against a channel by itself")]
pub(super) struct Caution {
    /// The person refuses calls. The law's notice goes before the wish, but not without need.
    pub(super) refuses_calls: bool,
    /// The e-mail address was exposed with what may open its mailbox: whoever took it may read
    /// the notice first.
    pub(super) mailbox_doubted: bool,
    /// Somebody else is addressed, and lives at the person's address: a letter goes first.
    pub(super) letter_first: bool,
    /// Nothing but a letter will do: nobody reads the mail of the dead.
    pub(super) letter_only: bool,
}

impl Caution {
    /// Weighs what speaks against a channel: the greater, the later it is used.
    fn against(self, channel: Channel, is_stale: bool) -> u8 {
        let is = |channels: &[Channel]| channels.contains(&channel);
        u8::from(is_stale)
            + 2 * u8::from(self.mailbox_doubted && is(&[Channel::Email]))
            + 4 * u8::from(self.refuses_calls && is(&[Channel::Phone]))
            + 8 * u8::from(self.letter_first && !is(&[Channel::Post]))
    }
}

/// Gives the channels that can be used, the best first: that against which least speaks, and of
/// equals the preferred one.
pub(super) fn usable(
    reach: &Reach,
    order: &[Channel],
    down: Down,
    caution: Caution,
) -> [Option<Channel>; 3] {
    let mut found: Vec<(u8, usize, Channel)> = order
        .iter()
        .enumerate()
        .filter(|(_, channel)| !down.has(**channel) && reach.by(**channel).is_some())
        .filter(|(_, channel)| !caution.letter_only || **channel == Channel::Post)
        .map(|(place, &channel)| {
            (caution.against(channel, reach.is_stale[channel as usize]), place, channel)
        })
        .collect();
    found.sort_unstable();
    let mut best = found.into_iter().map(|(_, _, channel)| channel);
    [best.next(), best.next(), best.next()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use Channel::{Email, Phone, Post};

    const ORDER: [Channel; 3] = Channel::ALL;

    fn reach(found: [bool; 3]) -> Reach {
        let found = found.map(|usable| usable.then_some(Found::Golden));
        Reach { found, is_stale: [false; 3] }
    }

    #[test]
    fn the_first_usable_channel_of_the_order_is_chosen_and_the_next_is_the_fallback() {
        let all = reach([true, true, true]);
        let check = |down: &[Channel]| usable(&all, &ORDER, Down::of(down), Caution::default());
        assert_eq!(check(&[]), [Some(Email), Some(Phone), Some(Post)]);
        assert_eq!(check(&[Email]), [Some(Phone), Some(Post), None]);
        assert_eq!(check(&[Email, Phone]), [Some(Post), None, None]);
        assert_eq!(check(&ORDER), [None, None, None]);
        assert_eq!(
            usable(&all, &[Post], Down::default(), Caution::default()),
            [Some(Post), None, None]
        );
    }

    #[test]
    fn who_refuses_calls_is_called_only_when_nothing_else_is_left() {
        let caution = Caution { refuses_calls: true, ..Caution::default() };
        let check = |found| usable(&reach(found), &ORDER, Down::default(), caution);
        assert_eq!(check([true, true, true]), [Some(Email), Some(Post), Some(Phone)]);
        assert_eq!(check([false, true, true]), [Some(Post), Some(Phone), None]);
        assert_eq!(check([false, true, false]), [Some(Phone), None, None]);
    }

    #[test]
    fn a_mailbox_that_others_may_read_is_written_to_only_behind_another_channel() {
        let caution = Caution { mailbox_doubted: true, ..Caution::default() };
        let check = |found| usable(&reach(found), &ORDER, Down::default(), caution);
        assert_eq!(check([true, true, true]), [Some(Phone), Some(Post), Some(Email)]);
        assert_eq!(check([true, false, true]), [Some(Post), Some(Email), None]);
        assert_eq!(check([true, false, false]), [Some(Email), None, None]);
    }

    #[test]
    fn a_stale_value_goes_behind_a_fresh_one() {
        let old_mail = Reach { is_stale: [true, false, false], ..reach([true, false, true]) };
        let check = |reach| usable(&reach, &ORDER, Down::default(), Caution::default());
        assert_eq!(check(old_mail), [Some(Post), Some(Email), None]);
        let all_old = Reach { is_stale: [true; 3], ..old_mail };
        assert_eq!(check(all_old), [Some(Email), Some(Post), None]);
    }

    #[test]
    fn a_parent_gets_a_letter_first_and_an_estate_nothing_else() {
        let all = reach([true, true, true]);
        let check = |caution| usable(&all, &ORDER, Down::default(), caution);
        let parent = Caution { letter_first: true, ..Caution::default() };
        assert_eq!(check(parent), [Some(Post), Some(Email), Some(Phone)]);
        let estate = Caution { letter_only: true, ..Caution::default() };
        assert_eq!(check(estate), [Some(Post), None, None]);
        let without = usable(&reach([true, true, false]), &ORDER, Down::default(), estate);
        assert_eq!(without, [None, None, None]);
    }
}
