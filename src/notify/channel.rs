//! By which channels can a person be told?

use crate::terms::Channel;

/// Where a usable value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In the golden record.
    Golden,
    /// With a member record only: the row among the contact points or, for an address, among
    /// the contacts.
    Member(u32),
}

/// The channels by which a person can be reached, and where the value for each stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    found: [Option<Found>; 3],
}

impl Reach {
    pub(super) fn of(email: Option<Found>, phone: Option<Found>, post: Option<Found>) -> Reach {
        Reach { found: [email, phone, post] }
    }

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

/// Gives the first two channels that can be used. Who refuses calls is called last: the law's
/// notice goes before the wish, but not without need.
pub(super) fn first_two(
    reach: &Reach,
    order: &[Channel],
    down: Down,
    refuses_calls: bool,
) -> (Option<Channel>, Option<Channel>) {
    let last = |channel: Channel| refuses_calls && channel == Channel::Phone;
    let willing = order.iter().copied().filter(|&channel| !last(channel));
    let mut usable = willing
        .chain(order.iter().copied().filter(|&channel| last(channel)))
        .filter(|&channel| !down.has(channel) && reach.by(channel).is_some());
    (usable.next(), usable.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [Channel; 3] = Channel::ALL;

    fn reach(found: [bool; 3]) -> Reach {
        Reach { found: found.map(|usable| usable.then_some(Found::Golden)) }
    }

    #[test]
    fn the_first_usable_channel_of_the_order_is_chosen_and_the_next_is_the_fallback() {
        let all = reach([true, true, true]);
        let check = |down: &[Channel]| first_two(&all, &ORDER, Down::of(down), false);
        assert_eq!(check(&[]), (Some(Channel::Email), Some(Channel::Phone)));
        assert_eq!(check(&[Channel::Email]), (Some(Channel::Phone), Some(Channel::Post)));
        assert_eq!(check(&[Channel::Email, Channel::Phone]), (Some(Channel::Post), None));
        assert_eq!(check(&ORDER), (None, None));
    }

    #[test]
    fn who_refuses_calls_is_called_only_when_nothing_else_is_left() {
        let check = |found| first_two(&reach(found), &ORDER, Down::default(), true);
        assert_eq!(check([true, true, true]), (Some(Channel::Email), Some(Channel::Post)));
        assert_eq!(check([false, true, true]), (Some(Channel::Post), Some(Channel::Phone)));
        assert_eq!(check([false, true, false]), (Some(Channel::Phone), None));
    }

    #[test]
    fn a_channel_that_the_settings_leave_out_is_not_used() {
        let all = reach([true, true, true]);
        let two = first_two(&all, &[Channel::Post], Down::default(), false);
        assert_eq!(two, (Some(Channel::Post), None));
    }
}
