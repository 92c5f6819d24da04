//! Can two texts be alike at all?
//!
//! A sketch holds, in 64 bits, the length of a text, which letters it has, its first three
//! letters, and a hash of its digits. From two sketches follows the most that Jaro–Winkler can
//! come to, so most pairs of texts that are not alike are told without reading them.
//!
//! # Source
//! Of Jaro's m characters that match, none is a letter that only one text has, so
//! `J <= (m/|a| + m/|b| + 1) / 3`; with l first letters in common `JW <= J + .1 l (1 - J)`.

/// What is known of a text without reading it; 0 of a text of which nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sketch(u64);

/// Bits for letters, one each; what is no letter shares them.
const N_LETTER_BITS: u32 = 32;
/// Bits for the length, above those for letters.
const N_LENGTH_BITS: u32 = 6;
/// Bits for each of the first letters, above those for the length.
const N_BITS_FIRST: u32 = 5;
const N_FIRST: u32 = 3;
const FIRST: u32 = N_LETTER_BITS + N_LENGTH_BITS;
/// Bits for digits take the rest but for the last, which is a mark.
const DIGITS: u32 = FIRST + N_FIRST * N_BITS_FIRST;
const MARK: u64 = 1 << 63;

/// The place of a letter among the bits.
fn place(byte: u8) -> u64 {
    u64::from(byte % 32)
}

impl Sketch {
    /// Draws a text. Of one that is empty, long or not in ASCII nothing is noted.
    pub(super) fn of(text: &str) -> Sketch {
        let length = text.len();
        if !text.is_ascii() || length == 0 || length >= 1 << N_LENGTH_BITS {
            return Sketch::default();
        }
        let (mut letters, mut digits) = (0_u64, 1_u64);
        for byte in text.bytes() {
            if byte.is_ascii_digit() {
                digits = digits.wrapping_mul(31).wrapping_add(u64::from(byte));
            } else {
                letters |= 1 << place(byte);
            }
        }
        let first = text.bytes().zip(0..N_FIRST).fold(0, |first, (byte, n_before)| {
            first | place(byte) << (FIRST + n_before * N_BITS_FIRST)
        });
        // The last bits of the product depend on all digits.
        let digits = digits << DIGITS & !MARK;
        Sketch(letters | (length as u64) << N_LETTER_BITS | first | digits)
    }

    /// Marks a text for what its owner knows of it.
    #[must_use]
    pub(super) fn marked(self, is_marked: bool) -> Sketch {
        Sketch(if is_marked { self.0 | MARK } else { self.0 })
    }

    /// Tells whether both texts are marked.
    #[inline]
    pub(super) fn are_marked(self, other: Sketch) -> bool {
        self.0 & other.0 & MARK != 0
    }

    /// Tells whether nothing is known of the text.
    fn is_blank(self) -> bool {
        self.0 & !MARK == 0
    }

    fn letters(self) -> u64 {
        self.0 & ((1 << N_LETTER_BITS) - 1)
    }

    /// Counts the bytes, where anything is known.
    fn length(self) -> u32 {
        u32::try_from(self.0 >> N_LETTER_BITS & ((1 << N_LENGTH_BITS) - 1)).unwrap_or(0)
    }

    /// Counts the first letters that two texts can have in common, four at most.
    fn n_first(self, other: Sketch) -> u32 {
        let differing = (self.0 ^ other.0) >> FIRST & ((1 << (N_FIRST * N_BITS_FIRST)) - 1);
        if differing == 0 { 4 } else { differing.trailing_zeros() / N_BITS_FIRST }
    }

    /// Tells whether two texts can have the same digits in the same order.
    #[inline]
    pub(super) fn may_share_digits(self, other: Sketch) -> bool {
        let differing = (self.0 ^ other.0) & !MARK;
        differing >> DIGITS == 0 || self.is_blank() || other.is_blank()
    }

    /// Tells whether either text can be of several words, or a single letter.
    #[inline]
    pub(super) fn may_be_unusual(self, other: Sketch) -> bool {
        let is_plain = |of: Sketch| of.length() > 1 && of.0 & 1 << place(b' ') == 0;
        !(is_plain(self) && is_plain(other))
    }

    /// Tells whether two texts can be alike to such a degree.
    #[inline]
    pub(super) fn may_be_alike(self, other: Sketch, similarity_min: f64) -> bool {
        if self.is_blank() || other.is_blank() {
            return true;
        }
        let (one_letters, other_letters) = (self.letters(), other.letters());
        let most = |of: Sketch, missing: u64| of.length().saturating_sub(missing.count_ones());
        let n_met =
            most(self, one_letters & !other_letters).min(most(other, other_letters & !one_letters));
        let (one, other_length) = (f64::from(self.length()), f64::from(other.length()));
        // The least that Jaro may be, given the first letters; then how many must match for that.
        let first = 0.1 * f64::from(self.n_first(other));
        let jaro_min = (similarity_min - first) / (1.0 - first) - 1e-9;
        f64::from(n_met) * (one + other_length) >= (3.0 * jaro_min - 1.0) * one * other_length
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_that_are_alike_may_be_alike(
            one in "[a-f0-2. ]{0,12}",
            other in "[a-f0-2. ]{0,12}",
            similarity_min in 0.0..1.0,
        ) {
            let may_be = Sketch::of(&one).may_be_alike(Sketch::of(&other), similarity_min);
            let is_alike = strsim::jaro_winkler(&one, &other) >= similarity_min;
            prop_assert!(may_be || !is_alike);
            let is_plain = |text: &str| text.len() > 1 && !text.contains(' ');
            let may_be_unusual = Sketch::of(&one).may_be_unusual(Sketch::of(&other));
            prop_assert!(may_be_unusual || is_plain(&one) && is_plain(&other));
        }

        #[test]
        fn texts_of_the_same_digits_may_share_them(
            letters in prop::collection::vec("[a-z.]{0,3}", 4),
            others in prop::collection::vec("[a-zé.]{0,3}", 4),
            digits in "[0-9]{3}",
        ) {
            let text = |between: &[String]| {
                let digits = digits.chars().map(String::from).chain([String::new()]);
                between.iter().zip(digits).flat_map(|(word, digit)| [word.clone(), digit]).collect::<String>()
            };
            prop_assert!(Sketch::of(&text(&letters)).may_share_digits(Sketch::of(&text(&others))));
        }
    }

    #[test]
    fn texts_without_a_letter_in_common_are_told_apart() {
        let may_be = |one: &str, other: &str| Sketch::of(one).may_be_alike(Sketch::of(other), 0.92);
        assert!(!may_be("anna.muller", "bob.smith"));
        assert!(!Sketch::of("anna").may_be_alike(Sketch::of("hannah"), 0.92));
        assert!(may_be("anna.muller", "anna.mulller"));
        assert!(!Sketch::of("anna17").may_share_digits(Sketch::of("anna18")));
    }
}
