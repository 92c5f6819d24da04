//! Which level of likeness does a pair reach?

use super::compare::{self, Scratch};
use super::comparison::{Field, Test};
use super::features::{Features, Pair, Record, emails_may_be_alike};
use super::intern::Symbol;
use super::list::List;

/// Evidence for a match, in bits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Bits {
    /// Against two strangers.
    pub(super) stranger: f64,
    /// Against two people of one household or desk.
    pub(super) kin: f64,
}

impl Bits {
    pub(super) fn plus(self, other: Bits) -> Bits {
        Bits { stranger: self.stranger + other.stranger, kin: self.kin + other.kin }
    }

    pub(super) fn minus(self, other: Bits) -> Bits {
        Bits { stranger: self.stranger - other.stranger, kin: self.kin - other.kin }
    }

    pub(super) fn most(self, other: Bits) -> Bits {
        Bits { stranger: self.stranger.max(other.stranger), kin: self.kin.max(other.kin) }
    }

    pub(super) fn least(self) -> f64 {
        self.stranger.min(self.kin)
    }

    /// Gives the odds against both alternatives together.
    pub(super) fn together(self) -> f64 {
        let (low, high) = (self.least(), self.stranger.max(self.kin));
        low - (low - high).exp2().ln_1p() / std::f64::consts::LN_2
    }
}

/// A level, ready to be tested and weighed.
pub(super) struct Rung {
    pub(super) test: Test,
    pub(super) m: f64,
    pub(super) bits: Bits,
    /// Bits against strangers by value; empty where all values weigh the same.
    pub(super) by_value: Vec<f32>,
}

impl Rung {
    #[inline]
    pub(super) fn bits_of(&self, value: Symbol) -> Bits {
        match self.by_value.get(value as usize) {
            Some(&stranger) => Bits { stranger: f64::from(stranger), kin: self.bits.kin },
            None => self.bits,
        }
    }

    pub(super) fn most(&self) -> Bits {
        let stranger =
            self.by_value.iter().copied().map(f64::from).fold(self.bits.stranger, f64::max);
        Bits { stranger, kin: self.bits.kin }
    }
}

/// A comparison: its levels from the closest to `else`.
pub(super) struct Scale {
    pub(super) field: Field,
    pub(super) rungs: Vec<Rung>,
}

/// The level that a comparison came to, and what it weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reached {
    /// Its place among the levels.
    pub(super) level: u8,
    pub(super) bits: Bits,
}

/// What a first look at two values tells, without reading them.
pub(super) enum Sight {
    /// One of them is absent.
    Absent,
    /// They are the same.
    Same(Reached),
    /// They are not, and have to be read.
    Differ,
}

/// Numbers a birth day from 1, as a symbol of its own, by how long it is after the first.
#[inline]
pub(super) fn birth_day(record: &Record, birth_day_first: i32) -> Symbol {
    record.birth_day_number.abs_diff(birth_day_first) + 1
}

impl Scale {
    /// Gives the list of values that is compared, if there may be several.
    pub(super) fn list(&self) -> Option<List> {
        match self.field {
            Field::Email => Some(List::Email),
            Field::Phone => Some(List::Phone),
            Field::CustomerKey => Some(List::CustomerKey),
            Field::RecordId => Some(List::RecordId),
            _ => None,
        }
    }

    /// Looks at two values: integers only, and no memory but the records'.
    #[inline]
    pub(super) fn sight(&self, features: &Features, pair: Pair<'_>, birth_day_first: i32) -> Sight {
        let Pair { x, y, .. } = pair;
        let (one, other) = match self.field {
            Field::FirstName => (x.first_name, y.first_name),
            Field::MiddleName => (x.middle_name, y.middle_name),
            Field::LastName => (x.last_name, y.last_name),
            Field::Company => (x.company, y.company),
            Field::BirthDate => {
                return self.seen(x.birth_date, y.birth_date, birth_day(x, birth_day_first));
            }
            Field::Suffix => return self.seen_suffix(u32::from(x.suffix), u32::from(y.suffix)),
            Field::Address => return self.seen_address(x, y),
            Field::Email | Field::Phone | Field::CustomerKey | Field::RecordId => {
                return self.seen_lists(features, pair);
            }
        };
        // A name in Chinese characters and one in letters can be the same and look like nothing:
        // that they differ says nothing.
        if x.is_ideographic != y.is_ideographic && one != other && self.field != Field::Company {
            return Sight::Absent;
        }
        self.seen(one, other, one)
    }

    #[inline]
    fn seen(&self, one: Symbol, other: Symbol, value: Symbol) -> Sight {
        match &self.rungs[0] {
            _ if one == 0 || other == 0 => Sight::Absent,
            rung if one == other && rung.test == Test::Exact => {
                Sight::Same(Reached { level: 0, bits: rung.bits_of(value) })
            }
            _ => Sight::Differ,
        }
    }

    fn seen_suffix(&self, one: u32, other: u32) -> Sight {
        let counts_absence = || self.rungs.iter().any(|rung| rung.test == Test::OneAbsent);
        match (one, other) {
            (0, 0) => Sight::Absent,
            (0, _) | (_, 0) if counts_absence() => Sight::Differ,
            _ => self.seen(one, other, 0),
        }
    }

    fn seen_address(&self, x: &Record, y: &Record) -> Sight {
        let both = |one: Symbol, other: Symbol| one != 0 && other != 0;
        if both(x.address, y.address) && x.address == y.address {
            return self.seen(x.address, y.address, x.address);
        }
        let is_comparable =
            both(x.street, y.street) || both(x.postcode, y.postcode) || both(x.city, y.city);
        if is_comparable { Sight::Differ } else { Sight::Absent }
    }

    /// Of several shared values the rarest counts.
    fn seen_lists(&self, features: &Features, pair: Pair<'_>) -> Sight {
        let Some(list) = self.list() else { return Sight::Absent };
        let rung = &self.rungs[0];
        match features.shared(list, pair, u32::MAX) {
            None => return Sight::Absent,
            Some(true) if rung.test == Test::Exact => {}
            Some(_) => return Sight::Differ,
        }
        let (ones, others) =
            (features.list(list, pair.a, pair.x), features.list(list, pair.b, pair.y));
        match rarest(rung, ones, others) {
            Some(bits) => Sight::Same(self.of_household(features, pair, bits)),
            None => Sight::Differ,
        }
    }

    /// Gives the level of equal values: that of a family's mailbox if it is one.
    fn of_household(&self, features: &Features, pair: Pair<'_>, bits: Bits) -> Reached {
        let own = Reached { level: 0, bits };
        if self.field != Field::Email {
            return own;
        }
        let shared = || compare::household_email(features, pair);
        let household = (0..).zip(&self.rungs).find(|(_, rung)| rung.test == Test::Household);
        match household {
            Some((level, rung)) if shared() => {
                // The mailbox is as rare among strangers; what changes is what it says of kin.
                let more = (rung.m / self.rungs[0].m).log2();
                let stranger = bits.stranger + more;
                Reached { level, bits: Bits { stranger, kin: rung.bits.kin } }
            }
            _ => own,
        }
    }

    /// Finds the level that values reach that differ, or are to be read.
    pub(super) fn reached(
        &self,
        features: &Features,
        pair: Pair<'_>,
        scratch: &mut Scratch,
    ) -> Reached {
        let Pair { x, y, .. } = pair;
        match self.field {
            Field::FirstName => self.names(features, x.first_name, y.first_name, pair, scratch),
            Field::MiddleName => self.names(features, x.middle_name, y.middle_name, pair, scratch),
            Field::LastName => self.names(features, x.last_name, y.last_name, pair, scratch),
            Field::Company => self.climb(|rung| match rung.test {
                Test::Exact => x.company == y.company,
                Test::JaroWinkler(min) => {
                    x.company == y.company
                        || scratch.companies(features, x.company, y.company).similarity >= min
                }
                _ => false,
            }),
            Field::Suffix => self.climb(|rung| match rung.test {
                Test::Exact => x.suffix == y.suffix,
                Test::OneAbsent => x.suffix == 0 || y.suffix == 0,
                _ => false,
            }),
            Field::BirthDate => self.climb(|rung| match rung.test {
                Test::Exact => x.birth_date == y.birth_date,
                Test::DayMonthSwapped => compare::day_month_swapped(x.birth_date, y.birth_date),
                Test::OneDigitOff => compare::packed_digit_off(x.birth_date, y.birth_date),
                Test::DigitsOff(n_digits) => {
                    compare::n_digits_off(x.birth_date, y.birth_date) <= n_digits
                }
                Test::YearOnly => compare::same_year_only(x.birth_date, y.birth_date),
                Test::WithinDays(days) => x.birth_day_number.abs_diff(y.birth_day_number) <= days,
                _ => false,
            }),
            Field::Address => self.addresses(features, x, y, scratch),
            Field::Email | Field::Phone | Field::CustomerKey | Field::RecordId => {
                self.lists(features, pair)
            }
        }
    }

    /// Tells whether a level says that values are alike: any but the last.
    pub(super) fn is_alike(&self, reached: Reached) -> bool {
        usize::from(reached.level) + 1 < self.rungs.len()
    }

    /// Climbs down the levels to the first that holds.
    #[inline]
    fn climb(&self, mut holds: impl FnMut(&Rung) -> bool) -> Reached {
        self.climb_weighing(|rung| holds(rung).then_some(rung.bits))
    }

    /// Climbs down the levels to the first that holds, and weighs it as `weighed` says.
    #[inline]
    fn climb_weighing(&self, mut weighed: impl FnMut(&Rung) -> Option<Bits>) -> Reached {
        // Were the values the same, the first sight would have told.
        let is_exact = self.rungs.first().is_some_and(|rung| rung.test == Test::Exact);
        for (level, rung) in (0..).zip(&self.rungs).skip(usize::from(is_exact)) {
            let bits = if rung.test == Test::Else { Some(rung.bits) } else { weighed(rung) };
            if let Some(bits) = bits {
                return Reached { level, bits };
            }
        }
        Reached::default()
    }

    fn names(
        &self,
        features: &Features,
        one: Symbol,
        other: Symbol,
        pair: Pair<'_>,
        scratch: &mut Scratch,
    ) -> Reached {
        let is_same = one == other;
        let likeness = if is_same {
            compare::Likeness::of_same()
        } else {
            scratch.names(features, one, other)
        };
        self.climb_weighing(|rung| {
            let holds = match rung.test {
                Test::Exact => is_same,
                Test::Nickname => likeness.is_nickname,
                Test::Initial => likeness.is_initial,
                Test::Part => likeness.shares_part,
                Test::JaroWinkler(min) => likeness.similarity >= min,
                Test::Swapped if scratch.swapped(features, pair.x, pair.y) => {
                    return Some(self.swapped(rung, pair));
                }
                // What a lone name weighs in the wrong place is learned, not taken from the
                // other's frequency.
                Test::Swapped => scratch.misplaced(features, pair.x, pair.y),
                _ => false,
            };
            holds.then_some(rung.bits)
        })
    }

    /// Weighs a name that stands in the other's place: as much as if it stood in its own, since
    /// strangers of one name are as rare. Which record has it right is open; the more common
    /// reading counts.
    fn swapped(&self, rung: &Rung, pair: Pair<'_>) -> Bits {
        let exact = &self.rungs[0];
        if exact.test != Test::Exact {
            return rung.bits;
        }
        let Pair { x, y, .. } = pair;
        let (one, other) = match self.field {
            Field::FirstName => (x.first_name, y.first_name),
            _ => (x.last_name, y.last_name),
        };
        let stranger = exact.bits_of(one).stranger.min(exact.bits_of(other).stranger);
        Bits { stranger, kin: rung.bits.kin }
    }

    fn addresses(
        &self,
        features: &Features,
        x: &Record,
        y: &Record,
        scratch: &mut Scratch,
    ) -> Reached {
        let same = |one: Symbol, other: Symbol| one != 0 && one == other;
        self.climb_weighing(|rung| match rung.test {
            Test::SamePostcode if same(x.postcode, y.postcode) => Some(rung.bits_of(x.postcode)),
            Test::SamePostalArea => {
                let area = |of: &Record| features.postal_areas[of.postcode as usize];
                same(area(x), area(y)).then(|| rung.bits_of(area(x)))
            }
            Test::SameCity if same(x.city, y.city) => Some(rung.bits_of(x.city)),
            Test::SameStreet if scratch.same_street(features, x, y) => Some(rung.bits),
            Test::SimilarCity if scratch.same_town(features, x, y) => Some(rung.bits),
            Test::Exact if same(x.address, y.address) => Some(rung.bits_of(x.address)),
            _ => None,
        })
    }

    fn lists(&self, features: &Features, pair: Pair<'_>) -> Reached {
        let Some(list) = self.list() else { return Reached::default() };
        let values =
            |list: List| (features.list(list, pair.a, pair.x), features.list(list, pair.b, pair.y));
        let (ones, others) = values(list);
        let space = features.space(list);
        self.climb_weighing(|rung| match rung.test {
            Test::Exact => rarest(rung, ones, others),
            Test::SameLocalPart => {
                let (ones, others) = values(List::LocalPart);
                rarest(rung, ones, others).map(|bits| {
                    // Two people of one name choose one local part, each with a provider.
                    let is_name = any_of(values(List::Email), |one, _| {
                        compare::spells_name(features, space.text(one), pair.x)
                    });
                    if is_name { Bits::default() } else { bits }
                })
            }
            Test::JaroWinkler(min) => alike_emails(features, rung, min, pair),
            Test::LastDigits(n_digits) => {
                // Digits from the left fall out, those from the right are compared.
                let shift = 32 - 4 * u32::from(n_digits.clamp(1, 8));
                let same = |one: Symbol, other: Symbol| (one ^ other) << shift == 0;
                any_of(values(List::LastDigits), same).then_some(rung.bits)
            }
            Test::OneDigitOff if list == List::Phone => {
                let lists = values(List::LastDigits);
                any_of(lists, compare::packed_digit_off).then_some(rung.bits)
            }
            Test::OneDigitOff => {
                let off = |one, other| compare::digit_off(space.text(one), space.text(other));
                any_of((ones, others), off).then_some(rung.bits)
            }
            _ => None,
        })
    }
}

/// Tells whether any two values of two lists stand in a relation.
fn any_of(
    (ones, others): (&[Symbol], &[Symbol]),
    mut holds: impl FnMut(Symbol, Symbol) -> bool,
) -> bool {
    ones.iter().any(|&one| others.iter().any(|&other| holds(one, other)))
}

/// Gives the bits of two e-mails spelt alike, if any are. Where they are made of the name, they
/// say little more than that the two use one provider.
fn alike_emails(features: &Features, rung: &Rung, min: f64, pair: Pair<'_>) -> Option<Bits> {
    /// Of two strangers of one name with one provider, how many have e-mails spelt alike.
    const NAMESAKES_ALIKE_SHARE: f64 = 0.3;
    if !emails_may_be_alike(pair, min) {
        return None;
    }
    let Pair { a, b, x, y } = pair;
    let space = features.space(List::Email);
    for &one in features.list(List::Email, a, x) {
        for &other in features.list(List::Email, b, y) {
            let (text, other_text) = (space.text(one), space.text(other));
            if !compare::emails_alike(text, other_text, min) {
                continue;
            }
            let is_name = compare::spells_name(features, text, x)
                || compare::spells_name(features, other_text, y);
            if !is_name {
                return Some(rung.bits);
            }
            let share =
                features.domain_shares[one as usize].max(features.domain_shares[other as usize]);
            let stranger = (rung.m / (f64::from(share) * NAMESAKES_ALIKE_SHARE)).log2();
            return Some(Bits { stranger: stranger.min(rung.bits.stranger), ..rung.bits });
        }
    }
    None
}

/// Gives the bits of the rarest value that two lists share.
fn rarest(rung: &Rung, ones: &[Symbol], others: &[Symbol]) -> Option<Bits> {
    let shared = ones.iter().filter(|one| others.contains(one)).map(|&one| rung.bits_of(one));
    shared.reduce(Bits::most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_is_against_strangers_and_kin_together() {
        let even = Bits { stranger: 10.0, kin: 10.0 };
        assert!((even.together() - 9.0).abs() < 1e-12);
        let kin_decides = Bits { stranger: 80.0, kin: 1.0 };
        assert!((kin_decides.together() - 1.0).abs() < 1e-12);
        let strangers_decide = Bits { stranger: -30.0, kin: 90.0 };
        assert!((strangers_decide.together() + 30.0).abs() < 1e-12);
    }
}
