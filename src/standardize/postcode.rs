//! Has the postcode the form of its country?

use std::sync::LazyLock;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::note::Cell;
use crate::terms::Rule;

/// What is known of a country's postcodes.
struct Country {
    code: &'static str,
    forms: Vec<Form>,
    is_needed: bool,
    has_leading_zero: bool,
}

/// A form that a postcode can have: how many of its first places may be left out, and the places.
struct Form {
    n_optional: usize,
    places: Vec<Place>,
}

/// What can stand at a place of a form.
enum Place {
    Digit,
    Letter,
    Either,
    /// This letter or digit and no other.
    Only(u8),
    /// One of these, a bit each: digits from bit 0, letters from bit 10.
    OneOf(u64),
    /// A blank or hyphen: written by us, whatever was typed.
    Gap(u8),
}

/// By its code.
static COUNTRIES: LazyLock<HashMap<&str, Country, FxBuildHasher>> = LazyLock::new(|| {
    let lines = include_str!("data/postcodes.csv").lines().skip(1);
    lines
        .filter_map(|line| {
            let mut cells = line.split(',');
            let code = cells.next()?;
            let country = Country {
                code,
                forms: cells.next()?.split(';').map(Form::read).collect(),
                is_needed: cells.next()? == "yes",
                has_leading_zero: cells.next()? == "yes",
            };
            Some((code, country))
        })
        .collect()
});

/// What is known of where in a country postcodes lie.
#[derive(Default)]
struct Regions {
    names: Vec<&'static str>,
    /// The regions in which postcodes with a prefix lie.
    by_prefix: HashMap<&'static str, Vec<&'static str>, FxBuildHasher>,
}

/// Prefixes of postcodes and the region that they lie in, by country.
///
/// # Source
/// Google's address data (CC-BY 4.0), `sub_zips` by `sub_isoids`; the first two digits of a
/// postcode are the number of the province in Spain (INE) and Turkey (PTT). In Spain and Italy
/// both the provinces and what they make up are there.
static REGIONS: LazyLock<HashMap<&'static str, Regions, FxBuildHasher>> = LazyLock::new(|| {
    let mut countries: HashMap<&str, Regions, FxBuildHasher> = HashMap::default();
    let lines = include_str!("data/postcode_regions.csv").lines().skip(1);
    for (region, prefixes) in lines.filter_map(|line| line.split_once(',')) {
        let of_country = countries.entry(&region[..2]).or_default();
        of_country.names.push(region);
        for prefix in prefixes.split(' ') {
            of_country.by_prefix.entry(prefix).or_default().push(region);
        }
    }
    countries
});

impl Form {
    /// Reads `(lv-)NNNN`: `N` a digit, `A` a letter, `X` either, small letters and digits
    /// themselves, `[A-CE]` one of them, brackets around what may be left out.
    fn read(text: &str) -> Form {
        let (mut places, mut n_optional) = (Vec::new(), 0);
        let mut signs = text.bytes();
        while let Some(sign) = signs.next() {
            places.push(match sign {
                b'(' => continue,
                b')' => {
                    n_optional = places.len();
                    continue;
                }
                b'N' => Place::Digit,
                b'A' => Place::Letter,
                b'X' => Place::Either,
                b'[' => Place::one_of(signs.by_ref().take_while(|sign| *sign != b']')),
                b' ' | b'-' => Place::Gap(sign),
                sign => Place::Only(sign.to_ascii_uppercase()),
            });
        }
        Form { n_optional, places }
    }

    /// Writes the postcode in the form if it fits.
    fn write(&self, compact: &[u8], out: &mut String) -> bool {
        let start = out.len();
        let is_bare = |first: &Place| matches!(compact.first(), Some(sign) if !first.fits(*sign));
        let is_short = self.n_optional > 0 && self.places.first().is_some_and(is_bare);
        let mut signs = compact.iter().copied();
        for (number, place) in self.places.iter().enumerate() {
            let sign = match place {
                Place::Gap(sign) => *sign,
                Place::Only(sign) if is_short && number < self.n_optional => *sign,
                place => {
                    let Some(sign) = signs.next().filter(|sign| place.fits(*sign)) else {
                        out.truncate(start);
                        return false;
                    };
                    sign
                }
            };
            out.push(char::from(sign));
        }
        if signs.next().is_some() {
            out.truncate(start);
            return false;
        }
        true
    }
}

impl Place {
    fn one_of(mut signs: impl Iterator<Item = u8>) -> Place {
        let (mut bits, mut last) = (0, 0);
        while let Some(sign) = signs.next() {
            let (from, to) =
                if sign == b'-' { (last, signs.next().unwrap_or(last)) } else { (sign, sign) };
            (from..=to).filter_map(bit).for_each(|bit| bits |= bit);
            last = sign;
        }
        Place::OneOf(bits)
    }

    fn fits(&self, sign: u8) -> bool {
        match self {
            Place::Digit => sign.is_ascii_digit(),
            Place::Letter => sign.is_ascii_alphabetic(),
            Place::Either => sign.is_ascii_alphanumeric(),
            Place::Only(only) => sign == *only,
            Place::OneOf(bits) => bit(sign).is_some_and(|bit| bits & bit != 0),
            Place::Gap(_) => false,
        }
    }
}

fn bit(sign: u8) -> Option<u64> {
    match sign {
        b'0'..=b'9' => Some(1 << (sign - b'0')),
        b'A'..=b'Z' => Some(1 << (sign - b'A' + 10)),
        _ => None,
    }
}

/// Gives the region in which a postcode in its standard form lies, where it is another than the
/// one named.
pub(super) fn other_region(postcode: &str, named: &str) -> Option<&'static str> {
    let of_country = REGIONS.get(named.get(..2)?)?;
    // A region that has no prefix of its own can be right about any postcode.
    if !of_country.names.contains(&named) {
        return None;
    }
    let compact: String = postcode.chars().filter(char::is_ascii_alphanumeric).collect();
    // The longest prefix is the closest: `K1A` lies across the river from the rest of `K`.
    let mut found = None;
    for n_signs in (1..=compact.len()).rev() {
        let Some(regions) = of_country.by_prefix.get(&compact[..n_signs]) else { continue };
        if regions.contains(&named) {
            return None;
        }
        found = found.or(regions.first().copied());
    }
    found
}

/// Tells whether a letter to the country needs a postcode.
pub(super) fn is_needed(country: &str) -> bool {
    COUNTRIES.get(country).is_some_and(|country| country.is_needed)
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
    let known = country.and_then(|country| COUNTRIES.get(country));
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
    if country.forms.iter().any(|form| form.write(compact, out) || form.write(bare, out)) {
        if country.code != "GB" || is_british(&out[start..]) {
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
        && country.forms.iter().any(|form| form.write(&with_zero[..=n_signs], &mut suggestion));
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
        "LI" => "FL",
        "OM" => "PC",
        country => country,
    };
    [country, motorists]
        .iter()
        .find_map(|prefix| compact.strip_prefix(prefix.as_bytes()))
        .unwrap_or(compact)
}

/// Tells whether a postcode of the British form opens with a postal area and closes with letters
/// that postcodes use.
///
/// # Source
/// Google's address data (CC-BY 4.0), the pattern of `GB`.
fn is_british(postcode: &str) -> bool {
    const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA \
        DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GIR GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV \
        JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR \
        RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF \
        WN WR WS WV YO ZE ";
    let n_letters = postcode.bytes().take_while(u8::is_ascii_alphabetic).count();
    let closes_well = !postcode[postcode.len() - 2..].contains(['C', 'I', 'K', 'M', 'O', 'V']);
    closes_well && AREAS.contains(&format!(" {} ", &postcode[..n_letters]))
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
            ("nxr01", "MT", "NXR 01"),
            ("gir 0aa", "GB", "GIR 0AA"),
            ("ky11100", "KY", "KY1-1100"),
            ("fiqq1zz", "FK", "FIQQ 1ZZ"),
            ("2640", "AI", "AI-2640"),
            ("1000", "AZ", "AZ 1000"),
            ("375010", "AM", "375010"),
            ("lima 23", "PE", "LIMA 23"),
            ("FL-9490", "LI", "9490"),
            ("d6wxy00", "IE", "D6W XY00"),
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
            ("BC1Y 8SY", "GB"),
            ("EC1Y 8CY", "GB"),
            ("4900", "GL"),
            ("00121", "VA"),
            ("96911", "PW"),
            ("0123 AB", "NL"),
        ] {
            let (fits, _, notes) = read(raw, country);
            assert!(!fits, "{raw} in {country}");
            assert_eq!(notes.rules(), [Rule::PostcodeFormat], "{raw} in {country}");
        }
    }

    #[test]
    fn the_countries_are_in_order() {
        assert!(COUNTRIES.values().all(|country| !country.forms.is_empty()));
        assert!(COUNTRIES.len() >= 179, "all countries that have postcodes");
    }

    #[test]
    fn a_postcode_knows_its_region() {
        let check = |postcode, region, other| {
            assert_eq!(other_region(postcode, region), other, "{postcode} {region}");
        };
        check("94105", "US-CA", None);
        check("94105-1234", "US-NY", Some("US-CA"));
        check("10001", "US-CA", Some("US-NY"));
        check("K1A 0B1", "CA-ON", None);
        check("K1A 0B1", "CA-QC", None);
        check("H3Z 2Y7", "CA-ON", Some("CA-QC"));
        check("2000", "AU-VIC", Some("AU-NSW"));
        check("10115", "DE-BY", None);
        check("28013", "ES-M", None);
        check("28013", "ES-MD", None);
        check("28013", "ES-B", Some("ES-M"));
        check("20121", "IT-MI", None);
        check("20121", "IT-25", None);
        check("00184", "IT-MI", Some("IT-62"));
        check("560001", "IN-KA", None);
        check("560001", "IN-DL", Some("IN-KA"));
        check("34000", "TR-06", Some("TR-34"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_twice_is_once(
            raw in "\\PC*|[0-9A-Za-z -]{2,10}",
            country in "(DE|US|GB|CA|LV|AD|AZ|NL|AI|KY|PE|SV|MT|AR)?",
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
