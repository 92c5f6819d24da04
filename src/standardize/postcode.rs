//! Has the postcode the form of its country?

use std::sync::LazyLock;

use super::note::Cell;
use crate::terms::Rule;

/// What is known of a country's postcodes.
struct Country {
    code: &'static str,
    /// `N` a digit, `A` a letter, `X` either; all else stands for itself.
    forms: Vec<&'static str>,
    is_needed: bool,
    has_leading_zero: bool,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = include_str!("data/postcodes.csv").lines().skip(1);
    lines
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some(Country {
                code: cells.next()?,
                forms: cells.next()?.split(';').collect(),
                is_needed: cells.next()? == "yes",
                has_leading_zero: cells.next()? == "yes",
            })
        })
        .collect()
});

fn of(country: &str) -> Option<&'static Country> {
    let place = COUNTRIES.binary_search_by(|known| known.code.cmp(country)).ok()?;
    Some(&COUNTRIES[place])
}

/// Tells whether a letter to the country needs a postcode.
pub(super) fn is_needed(country: &str) -> bool {
    of(country).is_some_and(|country| country.is_needed)
}

/// Writes the postcode as its country writes it: capitals, the blank or hyphen where it belongs.
/// Tells whether it has the country's form; where none is known any is accepted.
pub(super) fn standard(
    text: &str,
    country: Option<&str>,
    cell: &mut Cell<'_>,
    out: &mut String,
) -> bool {
    let start = out.len();
    let text = match text.strip_prefix('\'') {
        Some(rest) => {
            cell.repaired(Rule::ExcelApostrophe);
            rest.trim()
        }
        None => text,
    };
    let as_text = match text.strip_suffix(".0") {
        Some(digits) if digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            cell.repaired(Rule::ExcelDecimal);
            digits
        }
        _ => text,
    };
    let known = country.and_then(of);
    let mut compact = [0; 16];
    let mut n_signs = 0;
    for c in as_text.chars() {
        match c {
            ' ' | '-' | '.' | '–' | '\u{a0}' => {}
            c if c.is_ascii_alphanumeric() && n_signs < compact.len() => {
                let byte = c.to_ascii_uppercase() as u8;
                compact[n_signs] = byte;
                n_signs += 1;
            }
            _ => {
                out.extend(as_text.chars().flat_map(char::to_uppercase));
                if known.is_some() {
                    cell.found(Rule::PostcodeFormat);
                }
                return known.is_none();
            }
        }
    }
    let compact = &compact[..n_signs];
    let Some(country) = known else {
        out.extend(as_text.chars().map(|c| c.to_ascii_uppercase()));
        return true;
    };
    // `D-10115`, `CH 8000`: the country before the code, as motorists write it.
    let bare = without_country(compact, country.code);
    if country.forms.iter().any(|form| fits(compact, form, out) || fits(bare, form, out)) {
        if !(country.code == "CA" && has_letter_no_canadian_has(compact)) {
            return true;
        }
        out.truncate(start);
    }
    out.extend(as_text.chars().map(|c| c.to_ascii_uppercase()));
    let mut with_zero = [b'0'; 17];
    with_zero[1..=n_signs].copy_from_slice(compact);
    let mut suggestion = String::new();
    let is_short = country.has_leading_zero
        && compact.iter().all(u8::is_ascii_digit)
        && country.forms.iter().any(|form| fits(&with_zero[..=n_signs], form, &mut suggestion));
    if is_short {
        cell.suggests(Rule::PostcodeLeadingZero, &suggestion);
    } else {
        cell.found(Rule::PostcodeFormat);
    }
    false
}

fn without_country<'a>(compact: &'a [u8], country: &str) -> &'a [u8] {
    let motorists = match country {
        "DE" => "D",
        "AT" => "A",
        "FR" => "F",
        "IT" => "I",
        "ES" => "E",
        "BE" => "B",
        "SE" => "S",
        "NO" => "N",
        "FI" => "FIN",
        "LU" => "L",
        country => country,
    };
    [country, motorists]
        .iter()
        .find_map(|prefix| compact.strip_prefix(prefix.as_bytes()))
        .unwrap_or(compact)
}

/// Writes the postcode in the form if it fits.
fn fits(compact: &[u8], form: &str, out: &mut String) -> bool {
    let start = out.len();
    let mut signs = compact.iter().copied();
    let prefix = form.split_once('-').map(|(prefix, _)| prefix);
    // `LV-1010` may come without its letters.
    let is_bare = prefix.is_some_and(|p| p.len() == 2 && !p.contains(['N', 'A', 'X']))
        && compact.first().is_some_and(u8::is_ascii_digit);
    for (place, sign) in form.bytes().enumerate() {
        let is_literal =
            !matches!(sign, b'N' | b'A' | b'X') || (place < 2 && is_literal_head(form));
        if is_literal {
            let stands = matches!(sign, b' ' | b'-') || (is_bare && place < 2);
            if !stands && signs.next() != Some(sign) {
                out.truncate(start);
                return false;
            }
            out.push(char::from(sign));
            continue;
        }
        let found = signs.next().filter(|found| match sign {
            b'N' => found.is_ascii_digit(),
            b'A' => found.is_ascii_alphabetic(),
            _ => found.is_ascii_alphanumeric(),
        });
        let Some(found) = found else {
            out.truncate(start);
            return false;
        };
        out.push(char::from(found));
    }
    if signs.next().is_some() {
        out.truncate(start);
        return false;
    }
    true
}

/// `ADNNN` and `AZ NNNN` open with letters that stand for themselves.
fn is_literal_head(form: &str) -> bool {
    form.starts_with("ADN") || form.starts_with("AZ")
}

/// D, F, I, O, Q and U look like others; W and Z open no Canadian code.
///
/// # Source
/// Canada Post, addressing guidelines.
fn has_letter_no_canadian_has(compact: &[u8]) -> bool {
    compact.iter().any(|sign| b"DFIOQU".contains(sign))
        || compact.first().is_some_and(|first| matches!(first, b'W' | b'Z'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::note::Notes;
    use super::*;

    fn read(raw: &str, country: &str) -> (bool, String, Notes) {
        let (mut notes, mut out) = (Notes::default(), String::new());
        let country = Some(country).filter(|country| !country.is_empty());
        let fits = standard(raw, country, &mut notes.at(0, "postal_code"), &mut out);
        (fits, out, notes)
    }

    #[test]
    fn a_postcode_comes_out_as_its_country_writes_it() {
        for (raw, country, expected) in [
            ("sw1a1aa", "GB", "SW1A 1AA"),
            ("SW1A 1AA", "GB", "SW1A 1AA"),
            ("m1 1ae", "GB", "M1 1AE"),
            ("DN551PT", "GB", "DN55 1PT"),
            ("k1a0b1", "CA", "K1A 0B1"),
            ("K1A-0B1", "CA", "K1A 0B1"),
            ("94105", "US", "94105"),
            ("941051234", "US", "94105-1234"),
            ("94105-1234", "US", "94105-1234"),
            ("01067", "DE", "01067"),
            ("D-10115", "DE", "10115"),
            ("DE 10115", "DE", "10115"),
            ("A-1010", "AT", "1010"),
            ("CH-8000", "CH", "8000"),
            ("1012ab", "NL", "1012 AB"),
            ("11455", "SE", "114 55"),
            ("S-114 55", "SE", "114 55"),
            ("00950", "PL", "00-950"),
            ("1000205", "PT", "1000-205"),
            ("1000001", "JP", "100-0001"),
            ("01310100", "BR", "01310-100"),
            ("1010", "LV", "LV-1010"),
            ("LV1010", "LV", "LV-1010"),
            ("ad500", "AD", "AD500"),
            ("d02x285", "IE", "D02 X285"),
            ("vlt1117", "MT", "VLT 1117"),
            ("10115.0", "DE", "10115"),
            ("'01067", "DE", "01067"),
            ("anything 1", "TV", "ANYTHING 1"),
            ("1010", "", "1010"),
        ] {
            let (fits, out, _) = read(raw, country);
            assert_eq!((fits, out.as_str()), (true, expected), "{raw} in {country}");
        }
    }

    #[test]
    fn a_lost_zero_is_suggested_and_another_form_is_found() {
        for (raw, country, meant) in
            [("1067", "DE", "01067"), ("2139", "US", "02139"), ("8001", "ES", "08001")]
        {
            let (fits, out, notes) = read(raw, country);
            assert_eq!((fits, out.as_str()), (false, raw));
            assert_eq!(notes.rules(), [Rule::PostcodeLeadingZero]);
            assert_eq!(notes.suggestions(), [meant]);
        }
        for (raw, country) in [
            ("101", "DE"),
            ("1011", "BR"),
            ("K1O 0B1", "CA"),
            ("W1A 0B1", "CA"),
            ("94105", "GB"),
            ("ABCDE", "US"),
            ("10115/7", "DE"),
            ("123456", "DE"),
        ] {
            let (fits, _, notes) = read(raw, country);
            assert!(!fits, "{raw} in {country}");
            assert_eq!(notes.rules(), [Rule::PostcodeFormat], "{raw} in {country}");
        }
    }

    #[test]
    fn the_countries_are_in_order() {
        assert!(COUNTRIES.is_sorted_by_key(|country| country.code));
        assert!(COUNTRIES.iter().all(|country| !country.forms.is_empty()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_twice_is_once(
            raw in "\\PC*|[0-9A-Za-z -]{2,10}",
            country in "(DE|US|GB|CA|LV|AD|AZ|NL)?",
        ) {
            let (fits, once, _) = read(&raw, &country);
            let (again, twice, _) = read(&once, &country);
            prop_assert!(!fits || again);
            if fits && !country.is_empty() {
                prop_assert_eq!(once, twice);
            }
        }
    }
}
