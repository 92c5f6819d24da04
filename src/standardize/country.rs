//! Which country, region and language is meant, by code or by name?

use std::sync::LazyLock;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::text::folded;
use crate::fault::nearest_word;

type Names = HashMap<String, &'static str, FxBuildHasher>;

struct Region {
    code: &'static str,
    names: &'static str,
}

struct Tables {
    countries: Names,
    country_names: Vec<&'static str>,
    /// By country, a bar, and name or code.
    regions: Names,
    /// Region by full name, where it belongs to one country only.
    unique_regions: Names,
    all_regions: Vec<Region>,
    languages: Names,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        countries: Names::default(),
        country_names: Vec::new(),
        regions: Names::default(),
        unique_regions: Names::default(),
        all_regions: Vec::new(),
        languages: Names::default(),
    };
    for [code, alpha3, numeric, names] in rows(include_str!("data/countries.csv")) {
        tables.country_names.extend(names.split(';').next());
        for name in [code, alpha3, numeric].into_iter().chain(names.split(';')) {
            enter(&mut tables.countries, folded(name), code);
        }
    }
    for [code, names] in rows(include_str!("data/regions.csv")) {
        let (country, local) = code.split_once('-').unwrap_or((code, code));
        tables.all_regions.push(Region { code, names });
        for name in [code, local].into_iter().chain(names.split(';')) {
            enter(&mut tables.regions, format!("{country}|{}", folded(name)), code);
        }
        enter(&mut tables.unique_regions, folded(code), code);
        for name in names.split(';').filter(|name| name.len() > 4) {
            enter(&mut tables.unique_regions, folded(name), code);
        }
    }
    for [code, alpha3, names] in rows(include_str!("data/languages.csv")) {
        for name in [code].into_iter().chain(alpha3.split(';')).chain(names.split(';')) {
            enter(&mut tables.languages, folded(name), code);
        }
    }
    tables
});

/// The names of countries in the languages that most exports are not written in.
struct OtherLanguages {
    names: Names,
    /// Names that would be a code if folded: `Mỹ` is no `my`.
    unfolded: Names,
}

/// Made when the first name comes that no other table knows. Codes and the names of `TABLES` go
/// before them, and what two of these languages say of two countries is said of neither.
static OTHER_LANGUAGES: LazyLock<OtherLanguages> = LazyLock::new(|| {
    let mut tables = OtherLanguages { names: Names::default(), unfolded: Names::default() };
    let mut others: Vec<(String, &'static str)> = Vec::new();
    for [code, names] in rows(include_str!("data/country_names.csv")) {
        for name in names.split(';') {
            let folded = folded(name);
            match look_up(&TABLES.countries, &folded) {
                Some(known) if known != code && !name.is_ascii() => {
                    enter(&mut tables.unfolded, name.to_lowercase(), code);
                }
                _ => others.push((folded, code)),
            }
        }
    }
    others.sort_unstable();
    for same in others.chunk_by(|one, other| one.0 == other.0) {
        let (name, code) = &same[0];
        if same.iter().all(|(_, other)| other == code) && !name.is_empty() {
            tables.names.insert(name.clone(), *code);
        }
    }
    tables
});

/// Reads a table that is compiled in; a name with a comma stands in quotes.
fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).map(|line| {
        let mut cells = [""; N];
        let (mut rest, mut place) = (line, 0);
        while place < N {
            let (cell, left) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
            };
            cells[place] = cell;
            rest = left.strip_prefix(',').unwrap_or(left);
            place += 1;
        }
        cells
    })
}

/// A name that two codes claim belongs to neither, so that no order of lines decides.
fn enter(names: &mut Names, name: String, code: &'static str) {
    const CLAIMED_TWICE: &str = "";
    if name.is_empty() {
        return;
    }
    names
        .entry(name)
        .and_modify(|known| {
            if *known != code {
                *known = CLAIMED_TWICE;
            }
        })
        .or_insert(code);
}

fn look_up(names: &Names, name: &str) -> Option<&'static str> {
    names.get(name).copied().filter(|code| !code.is_empty())
}

/// Finds the ISO 3166-1 alpha-2 code of a country by its codes or by a name.
pub(super) fn code(text: &str) -> Option<&'static str> {
    let name = folded(text);
    // No code is longer than three letters.
    if !text.is_ascii()
        && name.len() <= 3
        && let Some(code) = look_up(&OTHER_LANGUAGES.unfolded, &text.to_lowercase())
    {
        return Some(code);
    }
    let known = look_up(&TABLES.countries, &name);
    known.or_else(|| look_up(&OTHER_LANGUAGES.names, &name)).or_else(|| {
        // What a state calls itself in full: `Republic of Austria`.
        const OF: [&str; 12] = [
            "republicof",
            "federalrepublicof",
            "kingdomof",
            "principalityof",
            "stateof",
            "commonwealthof",
            "islamicrepublicof",
            "grandduchyof",
            "sultanateof",
            "unionof",
            "independentstateof",
            "republicofthe",
        ];
        let name = name.strip_prefix("the").unwrap_or(&name);
        OF.iter().find_map(|prefix| look_up(&TABLES.countries, name.strip_prefix(prefix)?))
    })
}

/// Finds the English name of the country that was probably meant.
pub(super) fn nearest(text: &str) -> Option<&'static str> {
    (text.len() > 3).then(|| nearest_word(text, TABLES.country_names.iter().copied())).flatten()
}

/// Finds the ISO 3166-2 code of a region of a country by code or name; without a country only
/// by a full code or a name that one country alone has.
pub(super) fn region(text: &str, country: Option<&str>) -> Option<&'static str> {
    let name = folded(text);
    match country {
        Some(country) => {
            let found = look_up(&TABLES.regions, &format!("{country}|{name}"));
            // "State of New York", "Land Berlin", "Provincia de Sevilla" add nothing.
            found.or_else(|| {
                const OF: [&str; 6] =
                    ["stateof", "provinceof", "land", "kantonde", "canton", "provinciade"];
                let bare = OF.iter().find_map(|prefix| name.strip_prefix(prefix))?;
                look_up(&TABLES.regions, &format!("{country}|{bare}"))
            })
        }
        None => look_up(&TABLES.unique_regions, &name),
    }
}

/// Finds the name of the region of a country that was probably meant.
pub(super) fn nearest_region(text: &str, country: &str) -> Option<&'static str> {
    let of_country = TABLES.all_regions.iter().filter(|region| &region.code[..2] == country);
    let names = of_country.flat_map(|region| region.names.split(';')).filter(|n| n.len() > 3);
    (text.len() > 3).then(|| nearest_word(text, names)).flatten()
}

/// Finds the BCP 47 tag of a language by code or name: `German`, `ger`, `de_AT`, `de-at`.
pub(super) fn language(text: &str, out: &mut String) -> bool {
    if let Some(code) = look_up(&TABLES.languages, &folded(text)) {
        out.push_str(code);
        return true;
    }
    let text = text.split(['.', '@']).next().unwrap_or(text);
    let mut parts = text.split(['-', '_']);
    let Some(code) = parts.next().and_then(|tag| look_up(&TABLES.languages, &folded(tag))) else {
        return language_in_brackets(text, out);
    };
    let start = out.len();
    out.push_str(code);
    for part in parts.map(str::trim) {
        match part.len() {
            2 if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
                out.push('-');
                out.push_str(&part.to_ascii_uppercase());
            }
            3 if part.bytes().all(|b| b.is_ascii_digit()) => {
                out.push('-');
                out.push_str(part);
            }
            4 if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
                out.push('-');
                out.push_str(&part[..1].to_ascii_uppercase());
                out.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => {
                out.truncate(start);
                return false;
            }
        }
    }
    true
}

/// Reads `English (United Kingdom)`.
fn language_in_brackets(text: &str, out: &mut String) -> bool {
    let Some((name, place)) = text.split_once('(') else { return false };
    let Some(code) = look_up(&TABLES.languages, &folded(name)) else { return false };
    out.push_str(code);
    if let Some(country) = self::code(place) {
        out.push('-');
        out.push_str(country);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_codes_and_names_in_many_languages() {
        let check = |text, expected| assert_eq!(code(text), Some(expected), "{text}");
        for text in [
            "DE",
            "de",
            "DEU",
            "276",
            "Germany",
            "Deutschland",
            "Allemagne",
            "Alemania",
            "Bundesrepublik Deutschland",
            "GERMANIA",
        ] {
            check(text, "DE");
        }
        for text in [
            "US",
            "USA",
            "U.S.A.",
            "United States",
            "United States of America",
            "Vereinigte Staaten",
            "États-Unis",
            "Estados Unidos",
            "the United States",
        ] {
            check(text, "US");
        }
        for text in ["GB", "UK", "U.K.", "United Kingdom", "Great Britain", "England", "Scotland"] {
            check(text, "GB");
        }
        check("Österreich", "AT");
        check("Oesterreich", "AT");
        check("Schweiz", "CH");
        check("Suisse", "CH");
        check("Côte d'Ivoire", "CI");
        check("Ivory Coast", "CI");
        check("Korea, Republic of", "KR");
        check("Czech Republic", "CZ");
        check("Türkiye", "TR");
        check("Turkey", "TR");
        check("Holland", "NL");
        check("日本", "JP");
        check("Ελλάδα", "GR");
        check("Україна", "UA");
        check("Trinidad and Tobago", "TT");
        check("Германия", "DE");
        check("中国", "CN");
        check("독일", "DE");
        check("Γερμανία", "DE");
        check("Ungheria", "HU");
        check("Magyarország", "HU");
        check("Bỉ", "BE");
        check("Mỹ", "US");
        check("Nga", "NG");
        check("Afgʻoniston", "AF");
        check("Poblacht na Síne", "CN");
        check("ਜਰਮਨੀ", "DE");
        check("Republic of Austria", "AT");
        check("Federal Republic of Germany", "DE");
        check("Hellenic Republic", "GR");
        check("Burma", "MM");
        check("DDR", "DE");
        check("GER", "DE");
        for text in ["Germnay", "XX", "", "Atlantis", "U"] {
            assert_eq!(code(text), None, "{text}");
        }
        assert_eq!(nearest("Germnay"), Some("Germany"));
    }

    #[test]
    fn every_code_of_iso_3166_finds_itself() {
        let codes: Vec<[&str; 4]> = rows(include_str!("data/countries.csv")).collect();
        assert_eq!(codes.len(), 250, "249 of the standard, and Kosovo");
        for [alpha2, alpha3, numeric, _] in codes {
            for text in [alpha2, alpha3, numeric].into_iter().filter(|text| !text.is_empty()) {
                assert_eq!(code(text), Some(alpha2), "{text}");
            }
        }
    }

    #[test]
    fn a_region_is_known_by_code_and_name_within_its_country() {
        let check = |text, country, expected| assert_eq!(region(text, country), expected, "{text}");
        check("CA", Some("US"), Some("US-CA"));
        check("Calif.", Some("US"), Some("US-CA"));
        check("california", Some("US"), Some("US-CA"));
        check("US-CA", Some("US"), Some("US-CA"));
        check("D.C.", Some("US"), Some("US-DC"));
        check("Québec", Some("CA"), Some("CA-QC"));
        check("NSW", Some("AU"), Some("AU-NSW"));
        check("Bayern", Some("DE"), Some("DE-BY"));
        check("NRW", Some("DE"), Some("DE-NW"));
        check("Land Berlin", Some("DE"), Some("DE-BE"));
        check("Baden-Württemberg", Some("DE"), Some("DE-BW"));
        check("Wien", Some("AT"), Some("AT-9"));
        check("California", None, Some("US-CA"));
        check("CA", None, None);
        check("Bayern", Some("US"), None);
        check("Calfornia", Some("US"), None);
        assert_eq!(nearest_region("Calfornia", "US"), Some("California"));
    }

    #[test]
    fn all_states_of_the_countries_whose_states_matter_are_there() {
        let n_of = |country: &str| {
            TABLES.all_regions.iter().filter(|region| &region.code[..2] == country).count()
        };
        assert_eq!([n_of("US"), n_of("CA"), n_of("AU"), n_of("DE")], [56, 13, 8, 16]);
    }

    #[test]
    fn a_language_is_known_by_tag_and_name() {
        let check = |text: &str, expected: &str| {
            let mut out = String::new();
            assert_eq!(language(text, &mut out), !expected.is_empty(), "{text}");
            assert_eq!(out, expected, "{text}");
        };
        check("de", "de");
        check("German", "de");
        check("Deutsch", "de");
        check("ger", "de");
        check("deu", "de");
        check("de_AT", "de-AT");
        check("EN-us", "en-US");
        check("en_US.UTF-8", "en-US");
        check("zh-hant-tw", "zh-Hant-TW");
        check("English (United Kingdom)", "en-GB");
        check("español", "es");
        check("日本語", "ja");
        check("Germn", "");
        check("en-klingon", "");
    }
}
