//! How does a value go wrong on its way into a system?

use deunicode::deunicode_char;

use super::draw::Draws;

/// Makes one slip of the finger, the eye or the scanner.
pub(super) fn slip(text: &str, draws: &mut Draws) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    // The first letter is rarely wrong.
    let place = 1 + draws.below(letters.len() - 1);
    let letter = letters[place];
    match draws.below(5) {
        0 => letters[place] = neighbour(letter, draws),
        1 => letters.insert(place, neighbour(letter, draws)),
        2 => {
            letters.remove(place);
        }
        3 if place + 1 < letters.len() && letters[place + 1] != letter => {
            letters.swap(place, place + 1);
        }
        3 => letters.insert(place, letter),
        _ => return misread(text, draws),
    }
    letters.into_iter().collect()
}

/// Gives a key beside the one meant; a letter of another script gives itself.
fn neighbour(letter: char, draws: &mut Draws) -> char {
    let beside = match letter.to_ascii_lowercase() {
        'a' => "sqz",
        'b' => "vn",
        'c' => "xv",
        'd' => "sf",
        'e' => "wr",
        'f' => "dg",
        'g' => "fh",
        'h' => "gj",
        'i' => "uo",
        'j' => "hk",
        'k' => "jl",
        'l' => "k",
        'm' => "n",
        'n' => "bm",
        'o' => "ip",
        'p' => "o",
        'q' => "wa",
        'r' => "et",
        's' => "ad",
        't' => "ry",
        'u' => "yi",
        'v' => "cb",
        'w' => "qe",
        'x' => "zc",
        'y' => "tu",
        'z' => "xa",
        '0'..='9' => "0123456789",
        _ => return letter,
    };
    let keys: Vec<char> = beside.chars().filter(|key| *key != letter).collect();
    let key = *draws.pick(&keys);
    if letter.is_ascii_uppercase() { key.to_ascii_uppercase() } else { key }
}

/// Reads a shape for another, as a scanner does.
fn misread(text: &str, draws: &mut Draws) -> String {
    const SHAPES: [(&str, &str); 10] = [
        ("rn", "m"),
        ("m", "rn"),
        ("l", "1"),
        ("o", "0"),
        ("cl", "d"),
        ("vv", "w"),
        ("e", "c"),
        ("S", "5"),
        ("B", "8"),
        ("i", "l"),
    ];
    let found: Vec<_> = SHAPES.iter().filter(|(shape, _)| text.contains(shape)).collect();
    match found.as_slice() {
        [] => text.to_owned(),
        found => {
            let (shape, seen) = draws.pick(found);
            text.replacen(shape, seen, 1)
        }
    }
}

/// Changes one digit of several.
pub(super) fn digit_off(digits: &str, draws: &mut Draws) -> String {
    let places: Vec<_> =
        digits.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(place, _)| place).collect();
    let mut bytes = digits.as_bytes().to_vec();
    if let Some(place) = (!places.is_empty()).then(|| *draws.pick(&places)) {
        let old = bytes[place];
        bytes[place] = b'0' + (old - b'0' + 1 + u8::try_from(draws.below(9)).unwrap_or(0)) % 10;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Leaves accents out: `Muller`, or `Mueller` where `by_two` asks for the German way. Letters of
/// other scripts stay.
pub(super) fn folded(text: &str, by_two: bool) -> String {
    let mut plain = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            'ä' if by_two => plain.push_str("ae"),
            'ö' if by_two => plain.push_str("oe"),
            'ü' if by_two => plain.push_str("ue"),
            'Ä' if by_two => plain.push_str("Ae"),
            'Ö' if by_two => plain.push_str("Oe"),
            'Ü' if by_two => plain.push_str("Ue"),
            // Up to here the Latin letters of European languages reach.
            '\u{80}'..='\u{24f}' => plain.push_str(deunicode_char(letter).unwrap_or_default()),
            _ => plain.push(letter),
        }
    }
    plain
}

/// Reads the bytes of UTF-8 as letters of windows-1252: `MÃ¼ller`.
pub(super) fn mojibake(text: &str) -> String {
    // The letters of 0x80 to 0x9f, by the WHATWG's table; elsewhere byte and letter agree.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let letter = |byte: u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    text.bytes().map(letter).collect()
}

/// Adds space where none belongs.
pub(super) fn spaced(text: &str, draws: &mut Draws) -> String {
    match draws.below(3) {
        0 => format!(" {text}"),
        1 => format!("{text} "),
        _ => text.replacen(' ', "  ", 1),
    }
}

/// Writes the type of a street short, or the long form of a short one.
pub(super) fn short_street(street: &str) -> String {
    const SHORT: [(&str, &str); 22] = [
        (" Street", " St"),
        (" Avenue", " Ave"),
        (" Road", " Rd"),
        (" Drive", " Dr."),
        (" Lane", " Ln"),
        (" Boulevard", " Blvd"),
        (" Court", " Ct"),
        (" Circle", " Cir"),
        (" Close", " Cl"),
        ("straße", "str."),
        ("Straße", "Str."),
        ("strasse", "str."),
        ("platz", "pl."),
        ("rue ", "r. "),
        ("avenue ", "av. "),
        ("boulevard ", "bd "),
        ("Calle ", "C/ "),
        ("Avenida ", "Avda. "),
        ("Via ", "V. "),
        ("Corso ", "C.so "),
        ("straat", "str"),
        ("ul. ", ""),
    ];
    match SHORT.iter().find(|(long, _)| street.contains(long)) {
        Some((long, short)) => street.replacen(long, short, 1),
        None => street.to_owned(),
    }
}

/// Gives the number as a spreadsheet shows one that is too wide: `4.42079E+11`.
pub(super) fn scientific(digits: &str) -> String {
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    match digits.get(..6) {
        Some(head) => format!("{}.{}E+{}", &head[..1], &head[1..], digits.len() - 1),
        None => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_fold_in_both_ways() {
        assert_eq!(folded("Müller", false), "Muller");
        assert_eq!(folded("Müller", true), "Mueller");
        assert_eq!(folded("Łódź", true), "Lodz");
        assert_eq!(folded("Straße", false), "Strasse");
        assert_eq!(folded("Київ", false), "Київ");
    }

    #[test]
    fn mojibake_is_utf8_read_as_windows_1252() {
        assert_eq!(mojibake("Müller"), "MÃ¼ller");
        assert_eq!(mojibake("Groß"), "GroÃŸ");
        assert_eq!(mojibake("Smith"), "Smith");
    }

    #[test]
    fn a_wide_number_becomes_a_power_of_ten() {
        assert_eq!(scientific("+44 2079 460123"), "4.42079E+11");
    }

    #[test]
    fn streets_have_short_forms() {
        assert_eq!(short_street("Lindenstraße 5"), "Lindenstr. 5");
        assert_eq!(short_street("12 Oak Street"), "12 Oak St");
        assert_eq!(short_street("Broadway"), "Broadway");
    }

    proptest! {
        #[test]
        fn a_slip_changes_little(text in "[a-zA-Zäöü ]{3,20}", seed in 0_u64..1000) {
            let slipped = slip(&text, &mut Draws::of(seed, 0));
            prop_assert!(strsim::damerau_levenshtein(&text, &slipped) <= 2, "{} {}", text, slipped);
        }

        #[test]
        fn one_digit_off_is_one_digit_off(text in "[0-9]{4,12}", seed in 0_u64..1000) {
            let off = digit_off(&text, &mut Draws::of(seed, 0));
            prop_assert_eq!(text.bytes().zip(off.bytes()).filter(|(a, b)| a != b).count(), 1);
        }
    }
}
