//! Was a name typed to get past a mandatory field?
//!
//! Words that say so are listed; what hands do on a keyboard is recognised by its keys. Names that
//! people have are left alone, however odd: `Null`, `Oo`, `Guest`, `Last`, `Blank`.

use super::name_words::{JUNK, OTHER_JUNK};

/// Tells whether nobody has the name.
pub(super) fn is_junk(text: &str) -> bool {
    // `Null`, `Blank` and `Na` are names of people; `NULL`, `blank` and `null` are no one's.
    if matches!(text, "NULL" | "null" | "NaN" | "nan" | "None" | "none" | "NONE" | "blank") {
        return true;
    }
    // `Test 1`, `test123`
    let is_bare = |end: Option<&u8>| end.is_some_and(u8::is_ascii_alphanumeric);
    let bare = match text.as_bytes() {
        bytes if is_bare(bytes.first()) && is_bare(bytes.last()) => text,
        _ => text.trim_matches(|c: char| !c.is_alphanumeric()),
    };
    let bare = if bare.len() > 3 && bare.ends_with(|c: char| c.is_ascii_digit()) {
        bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ')
    } else {
        bare
    };
    if bare.is_empty() || !bare.chars().any(char::is_alphabetic) {
        return true;
    }
    if bare.len() > 24 || !bare.is_ascii() {
        return is_one_letter_over_and_over(bare)
            || bare.len() <= 40 && OTHER_JUNK.contains(&bare.to_lowercase());
    }
    let mut small = [0; 24];
    for (place, byte) in bare.bytes().enumerate() {
        small[place] = byte.to_ascii_lowercase();
    }
    let small = std::str::from_utf8(&small[..bare.len()]).unwrap_or(bare);
    // `asdf asdf`, `test user`
    let is_word = |word: &str| JUNK.contains(word) || is_typed(word.as_bytes());
    let is_part = |word: &str| (word.len() > 2 || word.starts_with('x')) && is_word(word);
    is_word(small)
        || is_one_letter_over_and_over(bare)
        || (small.contains(' ') && small.split(' ').all(is_part))
}

/// `aaa`, `xxxx`; two letters alike can be initials or a name, such as `Oo`.
fn is_one_letter_over_and_over(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return true };
    let mut rest = letters.clone();
    // Three Roman ones are the third of his name.
    rest.all(|letter| letter.eq_ignore_ascii_case(&first))
        && first != 'I'
        && letters.nth(1).is_some()
}

/// What hands do: keys side by side (`lkjh`, `poiuy`), the same few over and over (`sdfsdf`,
/// `jkjk`), or only keys on which the fingers rest (`dsfsdf`).
fn is_typed(word: &[u8]) -> bool {
    is_walk(word)
        || is_unit_over_and_over(word)
        || word.len() >= 5 && word.iter().copied().all(is_resting)
}

/// Consonants of the middle row.
fn is_resting(letter: u8) -> bool {
    matches!(letter, b's' | b'd' | b'f' | b'g' | b'h' | b'j' | b'k' | b'l')
}

/// Keys side by side in one direction: five at least on the upper row, where the vowels are (`Wert`
/// is a name), three on the others.
fn is_walk(word: &[u8]) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let Some((first, rest)) = word.split_first() else { return false };
    let Some((row, start)) = ROWS
        .iter()
        .enumerate()
        .find_map(|(row, keys)| keys.iter().position(|key| key == first).map(|start| (row, start)))
    else {
        return false;
    };
    let n_min = if row == 0 { 5 } else { 3 };
    let up = &ROWS[row][start..];
    let is_down =
        || rest.len() <= start && rest.iter().eq(ROWS[row][start - rest.len()..start].iter().rev());
    word.len() >= n_min && (up.starts_with(word) || is_down())
}

/// `sdfsdf`, `ghgh`: two or three letters that make no syllable, again and again. `Coco` and
/// `Lala` do.
fn is_unit_over_and_over(word: &[u8]) -> bool {
    [2, 3, 4].into_iter().any(|n| {
        word.len() >= 2 * n && word.len().is_multiple_of(n) && {
            let unit = &word[..n];
            let has_vowel = || unit.iter().any(|letter| b"aeiouy".contains(letter));
            word.chunks(n).all(|chunk| chunk == unit) && (!has_vowel() || is_walk(unit))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hands_do_on_a_keyboard_is_no_name() {
        for junk in [
            "asdfgh",
            "lkjh",
            "poiuy",
            "Mnbvcxz",
            "hjk",
            "asdasd",
            "sdfsdf",
            "GHGH",
            "jkjkjk",
            "dsfsdf",
            "test123",
            "TEST USER 1",
            "x x",
            "xx xx",
            "Test Test Test",
            "qazwsx",
        ] {
            assert!(is_junk(junk), "{junk}");
        }
        for name in [
            "Wert",
            "Rew",
            "Coco",
            "Lala",
            "Vlk",
            "Krk",
            "Ng Ng",
            "Skl",
            "Guest",
            "Last",
            "Blank",
            "Nil",
            "Sample",
            "Testi",
            "Privat",
            "Bar",
            "J J",
            "Asda",
            "Lk",
            "Poi",
            "Household",
            "Tenant",
            "Husband",
            "Newborn",
            "Child",
        ] {
            assert!(!is_junk(name), "{name}");
        }
    }

    #[test]
    fn what_a_form_says_of_somebody_is_no_name() {
        for junk in ["Current Resident", "OCCUPANT", "Wife", "Don't know", "Baby Boy", "hijo"] {
            assert!(is_junk(junk), "{junk}");
        }
    }

    #[test]
    fn words_for_no_name_are_known_in_many_languages() {
        for junk in ["gelöscht", "Неизвестно", "テスト", "测试", "sin nombre", "[REDACTED]"]
        {
            assert!(is_junk(junk), "{junk}");
        }
    }
}
