//! How alike are two short texts?
//!
//! Jaro–Winkler as `strsim` defines it, which is the reference and serves long and non-ASCII
//! texts. Short ASCII, which is nearly everything once folded, is compared with one machine word
//! per letter of the alphabet: the places where a letter stands are bits, and the first free
//! place within reach is the lowest bit left.

/// Texts up to this length fit in a machine word.
const N_BYTES_MAX: usize = 64;

/// Gives the Jaro–Winkler similarity of two texts, from 0 to 1; the order does not matter.
///
/// # Source
/// Jaro (1989); Winkler (1990), with the boost above 0.7 and for at most four letters.
pub(super) fn jaro_winkler(one: &str, other: &str) -> f64 {
    // Jaro's greedy choice may depend on which text is gone through first.
    let (one, other) =
        if (one.len(), one) <= (other.len(), other) { (one, other) } else { (other, one) };
    if one.is_ascii() && other.is_ascii() && other.len() <= N_BYTES_MAX {
        short_jaro_winkler(one.as_bytes(), other.as_bytes())
    } else {
        strsim::jaro_winkler(one, other)
    }
}

fn short_jaro_winkler(one: &[u8], other: &[u8]) -> f64 {
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let mut places = [0_u64; 128];
    for (place, &byte) in other.iter().enumerate() {
        places[usize::from(byte & 127)] |= 1 << place;
    }
    let reach = (one.len().max(other.len()) / 2).saturating_sub(1);
    let (mut met_in_one, mut met_in_other) = (0_u64, 0_u64);
    for (place, &byte) in one.iter().enumerate() {
        let within = low_bits(place + reach + 1) & !low_bits(place.saturating_sub(reach));
        let free = places[usize::from(byte & 127)] & within & !met_in_other;
        if free != 0 {
            met_in_other |= free & free.wrapping_neg();
            met_in_one |= 1 << place;
        }
    }
    let n_met = met_in_one.count_ones();
    if n_met == 0 {
        return 0.0;
    }
    let mut n_out_of_order = 0;
    while met_in_one != 0 {
        let byte = one[met_in_one.trailing_zeros() as usize];
        let place = met_in_other & met_in_other.wrapping_neg();
        n_out_of_order += u32::from(places[usize::from(byte & 127)] & place == 0);
        met_in_one &= met_in_one - 1;
        met_in_other &= met_in_other - 1;
    }
    let met = f64::from(n_met);
    let in_order = f64::from(n_met - n_out_of_order / 2);
    let jaro = (met / one.len() as f64 + met / other.len() as f64 + in_order / met) / 3.0;
    if jaro <= 0.7 {
        return jaro;
    }
    let n_first = one.iter().zip(other).take(4).take_while(|(one, other)| one == other).count();
    jaro + 0.1 * n_first as f64 * (1.0 - jaro)
}

fn low_bits(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn winklers_own_examples_hold() {
        // Winkler (1990), table 1, to the three digits printed there.
        let check = |one: &str, other: &str, expected: f64| {
            assert!((jaro_winkler(one, other) - expected).abs() < 5e-4, "{one} {other}");
        };
        check("martha", "marhta", 0.961);
        check("dwayne", "duane", 0.840);
        check("dixon", "dicksonx", 0.813);
        check("", "", 1.0);
        check("anna", "", 0.0);
    }

    proptest! {
        #[test]
        fn short_texts_are_as_alike_as_strsim_says(one in "[a-e ]{0,64}", other in "[a-e ]{0,64}") {
            let expected = strsim::jaro_winkler(&one, &other);
            let found = short_jaro_winkler(one.as_bytes(), other.as_bytes());
            prop_assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }

        #[test]
        fn the_order_does_not_matter(one in "\\PC{0,80}", other in "\\PC{0,80}") {
            prop_assert!(jaro_winkler(&one, &other).to_bits() == jaro_winkler(&other, &one).to_bits());
        }
    }
}
