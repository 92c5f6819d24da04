//! How alike are two values?

use memchr::memmem;

use super::features::{Features, Pair, Record};
use super::intern::{Space, Symbol};
use super::jaro::jaro_winkler;
use super::list::List;
use super::prior::Histogram;

/// Two given names and family names have changed places if crosswise they are this alike.
const SWAPPED_SIMILARITY_MIN: f64 = 0.9;

/// Given names less alike than this are two.
const GIVEN_SIMILARITY_MIN: f64 = 0.8;

/// Streets and towns spelt alike.
const PLACE_SIMILARITY_MIN: f64 = 0.88;

/// What two different texts have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Likeness {
    pub(super) similarity: f64,
    pub(super) is_nickname: bool,
    pub(super) is_initial: bool,
    pub(super) shares_part: bool,
}

impl Likeness {
    /// What a text has in common with itself.
    pub(super) fn of_same() -> Likeness {
        Likeness { similarity: 1.0, ..Likeness::default() }
    }
}

/// Likenesses seen before: names are few, and their pairs come again and again. A pair has one
/// place; the pair that comes later takes it.
struct Memo {
    entries: Vec<(u64, Likeness)>,
}

const N_MEMO_BITS: u32 = 14;

impl Memo {
    fn new() -> Memo {
        Memo { entries: vec![(0, Likeness::default()); 1 << N_MEMO_BITS] }
    }

    #[inline]
    fn likeness(
        &mut self,
        one: Symbol,
        other: Symbol,
        find: impl FnOnce() -> Likeness,
    ) -> Likeness {
        // Never 0, which marks a free place: both symbols are above it.
        let key = (u64::from(one.min(other)) << 32) | u64::from(one.max(other));
        let place = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - N_MEMO_BITS);
        let entry = &mut self.entries[usize::try_from(place).unwrap_or(0)];
        if entry.0 != key {
            *entry = (key, find());
        }
        entry.1
    }
}

/// What a thread keeps from pair to pair, about a megabyte. Which thread keeps what has no
/// influence on the result.
pub(super) struct Scratch {
    /// The evidence of the pairs that the thread has weighed.
    pub(super) evidence: Histogram,
    /// No level asks whether names are less alike than this; if they are, that is all that is
    /// said of them.
    similarity_min: f64,
    names: Memo,
    companies: Memo,
    streets: Memo,
    cities: Memo,
}

impl Scratch {
    /// Begins with nothing; `similarity_min` is the least likeness of names that a level asks for.
    pub(super) fn new(similarity_min: f64) -> Scratch {
        Scratch {
            similarity_min: similarity_min.min(SWAPPED_SIMILARITY_MIN),
            evidence: Histogram::new(),
            names: Memo::new(),
            companies: Memo::new(),
            streets: Memo::new(),
            cities: Memo::new(),
        }
    }

    /// Compares two names. Most have nothing in common, which is seen without reading them.
    #[inline]
    pub(super) fn names(&mut self, features: &Features, one: Symbol, other: Symbol) -> Likeness {
        let (sketch, other_sketch) = features.sketches_of_names(one, other);
        let may_be_alike = sketch.may_be_alike(other_sketch, self.similarity_min);
        let may_be_unusual = sketch.may_be_unusual(other_sketch);
        let may_be_nickname = sketch.are_marked(other_sketch);
        if !(may_be_alike || may_be_unusual || may_be_nickname) {
            return Likeness::default();
        }
        self.names.likeness(one, other, || {
            let (x, y) = (features.names.text(one), features.names.text(other));
            Likeness {
                similarity: if may_be_alike { jaro_winkler(x, y) } else { 0.0 },
                is_nickname: may_be_nickname && features.nicknames.agree(one, other),
                is_initial: may_be_unusual && (is_initial_of(x, y) || is_initial_of(y, x)),
                shares_part: may_be_unusual && shares_part(x, y),
            }
        })
    }

    /// Tells whether two given names may be one: alike, short, double, an initial, or in the
    /// family name's place.
    pub(super) fn may_be_one_name(&mut self, features: &Features, a: &Record, b: &Record) -> bool {
        if a.is_ideographic != b.is_ideographic {
            return true;
        }
        let likeness = self.names(features, a.first_name, b.first_name);
        likeness.similarity >= GIVEN_SIMILARITY_MIN
            || likeness.is_nickname
            || likeness.is_initial
            || likeness.shares_part
            || [(a.first_name, b.last_name), (b.first_name, a.last_name)].iter().any(
                |&(given, family)| {
                    let crosswise = family != 0 && given != family;
                    given == family
                        || crosswise && {
                            let likeness = self.names(features, given, family);
                            likeness.similarity >= SWAPPED_SIMILARITY_MIN || likeness.shares_part
                        }
                },
            )
    }

    /// Compares two firms.
    pub(super) fn companies(&mut self, features: &Features, x: Symbol, y: Symbol) -> Likeness {
        self.companies.likeness(x, y, || of_texts(&features.companies, x, y))
    }

    /// Tells whether given and family name have changed places.
    pub(super) fn swapped(&mut self, features: &Features, a: &Record, b: &Record) -> bool {
        let is_whole = a.first_name != 0 && a.last_name != 0 && b.first_name != 0;
        if !is_whole || b.last_name == 0 {
            return false;
        }
        // One of the two has to be spelt the same: with two mistakes it could be anyone, and most
        // pairs are turned away without reading a name.
        if a.first_name != b.last_name && a.last_name != b.first_name {
            return false;
        }
        let mut alike = |one: Symbol, other: Symbol| {
            one == other || self.names(features, one, other).similarity >= SWAPPED_SIMILARITY_MIN
        };
        alike(a.first_name, b.last_name) && alike(a.last_name, b.first_name)
    }

    /// Tells whether the only name of one record is spelt like the one of the other that stands
    /// in the other place.
    pub(super) fn misplaced(&mut self, features: &Features, a: &Record, b: &Record) -> bool {
        let is_lone = |of: &Record| (of.first_name == 0) != (of.last_name == 0);
        let (lone, whole) = match (is_lone(a), is_lone(b)) {
            (true, false) => (a, b),
            (false, true) => (b, a),
            _ => return false,
        };
        let (name, other) = match lone.last_name {
            0 => (lone.first_name, whole.last_name),
            last_name => (last_name, whole.first_name),
        };
        other != 0
            && (name == other
                || self.names(features, name, other).similarity >= SWAPPED_SIMILARITY_MIN)
    }

    /// Tells whether two addresses are one house: the number is the same and the street too, or
    /// spelt alike in one postcode or town. Towns that are spelt alike are one, and so are those of
    /// postcodes that are a slip of each other, since clerks write the suburb or the city.
    pub(super) fn same_street(&mut self, features: &Features, a: &Record, b: &Record) -> bool {
        if a.house == 0 || a.house != b.house || a.street == 0 || b.street == 0 {
            return false;
        }
        let both = |one: Symbol, other: Symbol| one != 0 && other != 0;
        let same = |one: Symbol, other: Symbol| one != 0 && one == other;
        let same_place = same(a.postcode, b.postcode) || same(a.city, b.city);
        if a.street == b.street {
            let is_told = both(a.postcode, b.postcode) || both(a.city, b.city);
            return same_place
                || !is_told
                || features.postcodes_slipped(a, b)
                || self.same_town(features, a, b);
        }
        same_place
            && self
                .streets
                .likeness(a.street, b.street, || of_texts(&features.streets, a.street, b.street))
                .similarity
                >= PLACE_SIMILARITY_MIN
    }

    /// Tells whether two towns are spelt alike.
    pub(super) fn same_town(&mut self, features: &Features, a: &Record, b: &Record) -> bool {
        a.city != 0
            && b.city != 0
            && features.cities_may_be_alike(a.city, b.city, PLACE_SIMILARITY_MIN)
            && self
                .cities
                .likeness(a.city, b.city, || of_texts(&features.cities, a.city, b.city))
                .similarity
                >= PLACE_SIMILARITY_MIN
    }
}

fn of_texts(space: &Space, one: Symbol, other: Symbol) -> Likeness {
    let similarity = jaro_winkler(space.text(one), space.text(other));
    Likeness { similarity, ..Likeness::default() }
}

/// Tells whether one name is the first letter of the other.
fn is_initial_of(short: &str, long: &str) -> bool {
    short.len() == 1 && long.len() > 1 && long.starts_with(short)
}

/// Words that stand in many names and join nobody.
const PARTICLES: &[&str] = &[
    "bin", "dal", "das", "del", "della", "den", "der", "dos", "las", "los", "mac", "ter", "van",
    "vom", "von", "zum", "zur",
];

/// Tells whether two names, at least one of them double, share a word.
fn shares_part(one: &str, other: &str) -> bool {
    let is_double = |name: &str| name.contains(' ');
    let is_word = |word: &&str| word.len() >= 3 && !PARTICLES.contains(word);
    (is_double(one) || is_double(other))
        && one.split(' ').filter(is_word).any(|word| other.split(' ').any(|part| part == word))
}

/// Tells whether two e-mails are alike on both sides of the `@`. Digits must be the same: they
/// are there to tell two people of one name apart.
pub(super) fn emails_alike(one: &str, other: &str, similarity_min: f64) -> bool {
    let (Some((local, domain)), Some((other_local, other_domain))) =
        (one.rsplit_once('@'), other.rsplit_once('@'))
    else {
        return false;
    };
    // Alike texts are of nearly one length; half is plenty.
    let lengths = (local.len().min(other_local.len()), local.len().max(other_local.len()));
    lengths.0 * 2 > lengths.1
        && digits(local).eq(digits(other_local))
        && (domain == other_domain || jaro_winkler(domain, other_domain) >= similarity_min)
        && jaro_winkler(local, other_local) >= similarity_min
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

/// Tells whether an e-mail's local part is made of its owner's name, so that another person of
/// that name may have chosen the same. With two digits or more it is one's own.
pub(super) fn spells_name(features: &Features, email: &str, of: &Record) -> bool {
    const N_LETTERS_MIN: usize = 3;
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let holds = |symbol: Symbol| {
        let name = features.names.text(symbol);
        name.len() >= N_LETTERS_MIN && local.contains(name)
    };
    digits(local).count() < 2 && (holds(of.first_name) || holds(of.last_name))
}

/// Tells whether an e-mail that two records share is the family's: it spells a family name and,
/// beside that, nothing of a given name: `house.smith`, `family.smith`.
pub(super) fn household_email(features: &Features, pair: Pair<'_>) -> bool {
    let Pair { a, b, x, y } = pair;
    let firsts = [x.first_name, y.first_name];
    if firsts == [0, 0] {
        return false;
    }
    let (ones, others) = (features.list(List::Email, a, x), features.list(List::Email, b, y));
    let Some(shared) = ones.iter().find(|one| others.contains(one)) else { return false };
    let email = features.space(List::Email).text(*shared);
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let letters = Letters::of(local.bytes().filter(u8::is_ascii_lowercase));
    let name = |symbol: Symbol| Letters::of_name(features.names.text(symbol));
    let is_of_family = |last: Symbol| {
        let last = name(last);
        let (last, letters) = (last.as_bytes(), letters.as_bytes());
        let place = (last.len() >= N_LETTERS_NAME).then(|| memmem::find(letters, last)).flatten();
        let Some(start) = place else { return false };
        let (before, after) = (&letters[..start], &letters[start + last.len()..]);
        let rest = Letters::of(before.iter().chain(after).copied());
        let rest = rest.as_bytes();
        let is_given = |&symbol: &Symbol| {
            let first = name(symbol);
            let first = first.as_bytes();
            !first.is_empty() && (first.starts_with(rest) || memmem::find(rest, first).is_some())
        };
        rest.len() >= N_LETTERS_NAME && !firsts.iter().any(is_given)
    };
    is_of_family(x.last_name) || (y.last_name != x.last_name && is_of_family(y.last_name))
}

/// A few letters without blanks, kept where no memory is asked for; more than a mailbox can have
/// are cut off.
struct Letters {
    bytes: [u8; N_LETTERS_MAX],
    n: usize,
}

/// As many as the local part of an address may have (RFC 5321, 4.5.3.1.1).
const N_LETTERS_MAX: usize = 64;

impl Letters {
    fn of(letters: impl Iterator<Item = u8>) -> Letters {
        let mut of = Letters { bytes: [0; N_LETTERS_MAX], n: 0 };
        for (place, letter) in of.bytes.iter_mut().zip(letters) {
            *place = letter;
            of.n += 1;
        }
        of
    }

    fn of_name(name: &str) -> Letters {
        Letters::of(name.bytes().filter(|&byte| byte != b' '))
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.n]
    }
}

/// Shorter names and rests stand in too many words.
const N_LETTERS_NAME: usize = 3;

/// Tells whether two dates, one hexadecimal digit per digit, differ by day and month swapped.
#[inline]
pub(super) fn day_month_swapped(one: u32, other: u32) -> bool {
    let swapped = (one & 0xffff_0000) | ((one & 0xff) << 8) | ((one >> 8) & 0xff);
    swapped == other
}

/// Counts the digits in which two dates, one hexadecimal digit per digit, differ.
#[inline]
pub(super) fn n_digits_off(one: u32, other: u32) -> u8 {
    let differing = one ^ other;
    (0..8).map(|place| u8::from((differing >> (4 * place)) & 0xf != 0)).sum()
}

/// Tells whether one of two dates, one hexadecimal digit per digit, is the first of January of
/// the other's year: of that one only the year is known.
#[inline]
pub(super) fn same_year_only(one: u32, other: u32) -> bool {
    one >> 16 == other >> 16 && (one & 0xffff == 0x0101 || other & 0xffff == 0x0101)
}

/// Tells whether two numbers, one hexadecimal digit per digit, differ in one digit, or in two
/// neighbours that changed places.
#[inline]
pub(super) fn packed_digit_off(one: u32, other: u32) -> bool {
    let differing = one ^ other;
    if differing == 0 {
        return false;
    }
    let low = differing.trailing_zeros() / 4 * 4;
    let rest = differing >> low;
    let is_one = rest <= 0xf;
    // Two neighbours that changed places differ by the same bits.
    let is_swap = rest <= 0xff
        && (rest >> 4) == (rest & 0xf)
        && (one >> low) & 0xf == (other >> low >> 4) & 0xf;
    is_one || is_swap
}

/// Tells whether two numbers of one length differ in one digit, or in two neighbours that
/// changed places.
pub(super) fn digit_off(one: &str, other: &str) -> bool {
    const N_DIGITS_MIN: usize = 5;
    one.len() >= N_DIGITS_MIN && slipped(one, other)
}

/// Tells the same of texts of any length.
pub(super) fn slipped(one: &str, other: &str) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut differing = (0..one.len()).filter(|&place| one[place] != other[place]);
    match (differing.next(), differing.next(), differing.next()) {
        (Some(_), None, _) => true,
        (Some(first), Some(second), None) => {
            second == first + 1 && one[first] == other[second] && one[second] == other[first]
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_name_shares_a_part_with_its_half() {
        assert!(shares_part("garcia lopez", "garcia"));
        assert!(shares_part("smith jones", "jones brown"));
        assert!(!shares_part("garcia", "garcia"));
        assert!(!shares_part("van der berg", "van der meer"));
    }

    #[test]
    fn an_initial_is_one_letter_of_a_longer_name() {
        assert!(is_initial_of("r", "robert"));
        assert!(!is_initial_of("r", "r"));
        assert!(!is_initial_of("ro", "robert"));
    }

    #[test]
    fn dates_differ_by_a_swap_or_a_digit() {
        assert!(day_month_swapped(0x1980_0307, 0x1980_0703));
        assert!(!day_month_swapped(0x1980_0307, 0x1981_0703));
        assert!(packed_digit_off(0x1980_0307, 0x1980_0507));
        assert!(packed_digit_off(0x1980_0307, 0x1908_0307));
        assert!(!packed_digit_off(0x1980_0307, 0x1980_0307));
        assert!(!packed_digit_off(0x1980_0307, 0x1991_0307));
    }

    #[test]
    fn numbers_differ_by_a_digit_or_a_swap_of_neighbours() {
        assert!(digit_off("+14155550123", "+14155550124"));
        assert!(digit_off("+14155550123", "+14155550132"));
        assert!(!digit_off("+14155550123", "+14155550123"));
        assert!(!digit_off("+14155550123", "+1415555012"));
        assert!(!digit_off("123", "124"));
    }

    #[test]
    fn emails_are_alike_only_if_both_parts_are() {
        assert!(emails_alike("lola.b@martinez-jones.net", "lola.b@martinesz-jone.net", 0.92));
        assert!(emails_alike("anna.muller@a.com", "anna.mulller@a.com", 0.92));
        assert!(!emails_alike("anna.muller@a.com", "bert.smith@a.com", 0.92));
        assert!(!emails_alike("anna@a.com", "anna@zzzzzz.net", 0.92));
        assert!(!emails_alike("anna.muller17@a.com", "anna.muller18@a.com", 0.92));
    }
}
