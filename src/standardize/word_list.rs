//! Is a text one of a list of words?

/// Words in order, and what tells of most texts at a glance that they are none of them.
pub(super) struct WordList {
    words: &'static [&'static str],
    /// A bit for each kind of word that there is.
    kinds: [u64; N_KINDS / 64],
}

/// Some times as many as the longest list has words, so that few others are of their kinds.
const N_KINDS: usize = 2048;

impl WordList {
    /// Takes words that stand in order, which is checked as the program is compiled.
    pub(super) const fn of(words: &'static [&'static str]) -> WordList {
        let mut kinds = [0; N_KINDS / 64];
        let mut place = 0;
        while place < words.len() {
            let word = words[place].as_bytes();
            assert!(place == 0 || is_before(words[place - 1].as_bytes(), word), "not in order");
            kinds[kind(word) / 64] |= 1 << (kind(word) % 64);
            place += 1;
        }
        WordList { words, kinds }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let kind = kind(text.as_bytes());
        self.kinds[kind / 64] >> (kind % 64) & 1 == 1 && self.words.binary_search(&text).is_ok()
    }
}

/// Words are of one kind by their length and what stands at either end.
const fn kind(word: &[u8]) -> usize {
    match word {
        [] => 0,
        [first, .., second_last, last] => {
            (*first as usize * 131 + *second_last as usize * 31 + *last as usize * 7 + word.len())
                % N_KINDS
        }
        [first, ..] => (*first as usize * 131 + word.len()) % N_KINDS,
    }
}

const fn is_before(one: &[u8], other: &[u8]) -> bool {
    let mut place = 0;
    while place < one.len() && place < other.len() {
        if one[place] != other[place] {
            return one[place] < other[place];
        }
        place += 1;
    }
    one.len() < other.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static WORDS: WordList = WordList::of(&["", "a", "ab", "abc", "b", "ba", "ünbekannt"]);

    proptest! {
        #[test]
        fn a_word_is_in_the_list_if_it_is_one_of_them(text in "[ab]{0,4}|ünbekannt") {
            let is_one = WORDS.words.contains(&text.as_str());
            prop_assert_eq!(WORDS.contains(&text), is_one);
        }
    }
}
