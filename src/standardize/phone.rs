//! Is it a telephone number, and which one?
//!
//! The plan of each country's numbers is Google's (libphonenumber, here in its Rust port). It
//! accepts about half of what people type to get past a form, so fillers are asked for first.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

use super::Status;
use super::note::Cell;
use super::phone_plain;
use crate::terms::Rule;

/// What was made of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phone {
    pub(super) status: Status,
    pub(super) line_type: Option<&'static str>,
}

/// Writes the number as E.164, or as it stands where it has no such form.
pub(super) fn standard(
    raw: &str,
    country: Option<&str>,
    cell: &mut Cell<'_>,
    out: &mut String,
) -> Phone {
    let text = unwrapped(raw, cell);
    let start = out.len();
    out.push_str(text);
    let as_it_stands = |status| Phone { status, line_type: None };
    if is_scientific(text) {
        cell.found(Rule::ExcelScientific);
        return as_it_stands(Status::Unreadable);
    }
    if is_masked(text) || is_filler(text) {
        cell.found(Rule::PhonePlaceholder);
        return as_it_stands(Status::Placeholder);
    }
    let region = country.and_then(|country| Region::try_from(country).ok());
    let typed = read(text, country, region);
    // `123-456-789`; where a plan has the number, as in `01 23 45 67 89`, it may be somebody's.
    let exists = typed.as_ref().is_some_and(|typed| typed.line_type.is_some());
    if !exists && is_row(text) {
        cell.found(Rule::PhonePlaceholder);
        return as_it_stands(Status::Placeholder);
    }
    let Some(Typed { number, line_type }) = typed else {
        let has_digits = text.bytes().filter(u8::is_ascii_digit).count() >= 3;
        let is_national = region.is_none() && !text.starts_with(['+', '＋']);
        match (has_digits, is_national) {
            (false, _) => cell.found(Rule::PhoneNotANumber),
            (true, true) => cell.found(Rule::PhoneNoCountry),
            (true, false) => cell.found(Rule::PhoneInvalid),
        }
        return as_it_stands(Status::Unreadable);
    };
    out.truncate(start);
    if !push_e164(&number, out) {
        out.truncate(start);
        out.push_str(text);
        cell.found(Rule::PhoneInvalid);
        return as_it_stands(Status::Unreadable);
    }
    if let Some(filler) = filler_number(&number) {
        cell.found(Rule::PhonePlaceholder);
        if filler == Filler::Surely || !exists {
            return Phone { status: Status::Placeholder, line_type: None };
        }
    }
    if number.extension.is_some() {
        cell.repaired(Rule::PhoneExtension);
    }
    let Some(line_type) = line_type else {
        suggest(text, region, cell);
        return Phone { status: Status::Invalid, line_type: None };
    };
    if let Some(region) = region
        && PHONE_NUMBER_UTIL.get_country_code_for_region(region) != Some(number.country_code)
    {
        cell.found(Rule::PhoneOtherCountry);
    }
    if phone_plain::lost_its_zero(text, country, &number) {
        cell.repaired(Rule::PhoneLeadingZero);
    }
    Phone { status: Status::Valid, line_type: Some(line_type) }
}

/// Parts a cell that holds several numbers: each part must be long enough to be one, and where
/// the sign between them also stands within numbers, the whole must be none.
pub(super) fn several<'a>(cell: &'a str, country: Option<&str>, mut each: impl FnMut(&'a str)) {
    const ALWAYS: [&str; 12] =
        [";", "\u{1f}", ":::", "|", "\n", " / ", " or ", " oder ", " ou ", " o ", " and ", " und "];
    const WITHIN_NUMBERS: [&str; 3] = [",", "/", "&"];
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let is_in_numbers =
        |byte| matches!(byte, b'0'..=b'9' | b' ' | b'+' | b'(' | b')' | b'-' | b'.');
    if digits(cell) < 12 || cell.bytes().all(is_in_numbers) {
        return each(cell);
    }
    let parts_at = |separator: &&&str| {
        cell.contains(**separator) && cell.split(**separator).all(|part| digits(part) >= 6)
    };
    let separator = ALWAYS.iter().find(parts_at).or_else(|| {
        let separator = WITHIN_NUMBERS.iter().find(parts_at)?;
        let region = country.and_then(|country| Region::try_from(country).ok());
        let whole = read(cell, country, region);
        whole.is_none_or(|whole| whole.line_type.is_none()).then_some(separator)
    });
    match separator {
        Some(separator) => cell.split(separator).map(str::trim).for_each(each),
        None => each(cell),
    }
}

/// Takes off what spreadsheets and links put around a number.
fn unwrapped<'a>(raw: &'a str, cell: &mut Cell<'_>) -> &'a str {
    let mut text = raw.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{feff}')
    });
    if let Some(scheme) = text.get(..4)
        && scheme.eq_ignore_ascii_case("tel:")
    {
        text = text[4..].trim_start();
    }
    if let Some(rest) = text.strip_prefix('\'') {
        cell.repaired(Rule::ExcelApostrophe);
        text = rest.trim_matches('\'').trim();
    }
    if let Some(rest) = text.strip_suffix(".0")
        && rest.len() >= 7
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        cell.repaired(Rule::ExcelDecimal);
        text = rest;
    }
    text
}

/// Reads a number and the type of its line; the type is absent where no such number exists.
///
/// Plain digits are read first, which is several times faster. Where they make no number that
/// exists, libphonenumber reads the text: as dialled from the region, or as an international
/// number where it begins as one does elsewhere.
fn read(text: &str, country: Option<&str>, region: Option<Region>) -> Option<Typed> {
    let plain = phone_plain::read(text, country).map(Typed::of);
    if plain.as_ref().is_some_and(|plain| plain.line_type.is_some()) {
        return plain;
    }
    let parsed = |text: &str, region| {
        let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
        match &plain {
            // The same number: that it does not exist took two dozen regular expressions.
            Some(plain) if plain.number == number => Some(Typed { number, line_type: None }),
            _ => Some(Typed::of(number)),
        }
    };
    let as_written = parsed(text, region);
    if as_written.as_ref().is_some_and(|number| number.line_type.is_some()) {
        return as_written;
    }
    // `+1 (0) 212 …`, `+39 (0) 347 …`: a zero that nobody dials, where without it there is a
    // number.
    if let Some((head, tail)) = text.split_once("(0)")
        && let Some(without) = parsed(&format!("{head}{tail}"), region)
        && without.line_type.is_some()
    {
        return Some(without);
    }
    if let Some(without) = without_label(text).and_then(|bare| parsed(bare, region))
        && without.line_type.is_some()
    {
        return Some(without);
    }
    // `0049 30 …` in the United States, where one dials 011, or where the country is unknown.
    let bare = text.trim_start_matches(['(', ' ']);
    let international = bare.strip_prefix("00").map(|rest| format!("+{rest}"));
    let other = international.and_then(|text| parsed(&text, None));
    other.filter(|number| number.line_type.is_some()).or(as_written)
}

/// `0171 2345678 (privat)`, `030 901820 Büro`: a word behind the number, whose letters would be
/// dialled as digits.
fn without_label(text: &str) -> Option<&str> {
    let end = text.trim_end_matches(|c: char| {
        c.is_alphabetic()
            || c.is_whitespace()
            || matches!(c, '(' | ')' | '[' | ']' | '.' | ':' | '-')
    });
    let label = &text[end.len()..];
    (label.chars().filter(|c| c.is_alphabetic()).count() >= 3).then_some(end)
}

/// A number and the type of its line, if such a number exists.
struct Typed {
    number: PhoneNumber,
    line_type: Option<&'static str>,
}

impl Typed {
    fn of(number: PhoneNumber) -> Typed {
        let line_type =
            fictitious(&number).or_else(|| line_type(PHONE_NUMBER_UTIL.get_number_type(&number)));
        Typed { number, line_type }
    }
}

/// Appends `+`, country code and number; refuses what E.164 has no room for.
fn push_e164(number: &PhoneNumber, out: &mut String) -> bool {
    let form = PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164);
    out.push_str(&form);
    // Fifteen digits at most (E.164, section 6), and Google's own limit is wider.
    form.starts_with('+') && (6..=16).contains(&form.len())
}

fn line_type(kind: PhoneNumberType) -> Option<&'static str> {
    match kind {
        PhoneNumberType::Mobile => Some("mobile"),
        PhoneNumberType::FixedLine => Some("fixed"),
        PhoneNumberType::FixedLineOrMobile => Some("either"),
        PhoneNumberType::Unknown => None,
        _ => Some("other"),
    }
}

/// `4.42079E+11`, `4,42E11`: digits that a spreadsheet threw away.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let is_number = |text: &str, with_point: bool| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_digit() || with_point && (b == b'.' || b == b','))
    };
    is_number(mantissa.trim_start_matches(['+', '-']), true)
        && is_number(exponent, false)
        && exponent.len() <= 2
}

/// `+49 151 XXXX123`, `***-**-1234`: partly hidden. A single `x` opens an extension.
fn is_masked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_mask = |byte: u8| matches!(byte, b'x' | b'X' | b'*' | b'#' | b'?' | b'_');
    bytes.windows(2).any(|two| is_mask(two[0]) && two[0].eq_ignore_ascii_case(&two[1]))
        || text.contains("••")
}

/// Fillers by their digits alone: all the same, counted up or down in one go, `555-0000`.
fn is_filler(text: &str) -> bool {
    let is_in_one_go = text.bytes().all(|byte| byte.is_ascii_digit());
    with_digits(text, |digits| match digits {
        // A local exchange of fiction without its area; 555-01xx belongs to films.
        [b'5', b'5', b'5', last @ ..] if last.len() == 4 => true,
        _ => is_one_digit(digits) || is_in_one_go && is_counted(digits),
    })
}

/// `123-456-789`
fn is_row(text: &str) -> bool {
    with_digits(text, is_counted)
}

/// Asks a question of a text's digits; no is the answer where letters or too many stand there.
fn with_digits(text: &str, ask: impl FnOnce(&[u8]) -> bool) -> bool {
    let mut digits = [0; 20];
    let mut n_digits = 0;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            if n_digits == digits.len() {
                return false;
            }
            digits[n_digits] = byte;
            n_digits += 1;
        } else if byte.is_ascii_alphabetic() {
            return false;
        }
    }
    ask(&digits[..n_digits])
}

fn is_one_digit(digits: &[u8]) -> bool {
    digits.len() > 2 && digits.iter().all(|digit| *digit == digits[0])
}

/// A part of the row of digits up or down.
fn is_counted(digits: &[u8]) -> bool {
    const UP: &[u8] = b"012345678901234567890";
    const DOWN: &[u8] = b"98765432109876543210";
    let is_part_of =
        |row: &[u8]| row.windows(digits.len().min(row.len())).any(|part| part == digits);
    digits.len() >= 5 && (is_part_of(UP) || is_part_of(DOWN))
}

/// How sure it is that a number is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filler {
    Surely,
    /// Its digits count up or down, and a plan may have it all the same.
    Perhaps,
}

/// Fillers that show once the country code and the trunk prefix are off: `+1 212 555 0000`,
/// `+49 30 0000000`, `+33 1 23 45 67 89`.
fn filler_number(number: &PhoneNumber) -> Option<Filler> {
    let national = number.national_number;
    let mut buffer = [0; 20];
    let mut place = buffer.len();
    let mut rest = national;
    while rest > 0 {
        place -= 1;
        buffer[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    let digits = &buffer[place..];
    let is_of_fiction = number.country_code == 1
        && digits.len() == 10
        && digits[3..6] == *b"555"
        && (matches!(&digits[6..], b"0000" | b"1234" | b"1212" | b"9999")
            || digits[6..].iter().all(|digit| *digit == digits[6]));
    // Seven times the same digit at the end: nobody's number, and many a form's.
    let last = digits.last().copied().unwrap_or(b'0');
    let n_same = digits.iter().rev().take_while(|digit| **digit == last).count();
    if is_one_digit(digits) || is_of_fiction || n_same >= 7 {
        Some(Filler::Surely)
    } else {
        is_counted(digits).then_some(Filler::Perhaps)
    }
}

/// Numbers that the authorities set aside for films and books. They reach nobody, and count as
/// valid, since sample data are made of them and a real list has none.
///
/// # Source
/// ATIS-0300048, NANPA 555 line number guidelines: 555-0100 to 555-0199. Ofcom, "Telephone
/// numbers for use in TV and radio drama programmes".
fn fictitious(number: &PhoneNumber) -> Option<&'static str> {
    if number.italian_leading_zero() {
        return None;
    }
    let national = number.national_number;
    match number.country_code {
        1 => {
            let is_whole = (2_000_000_000..10_000_000_000).contains(&national);
            let is_reserved = (5_550_100..=5_550_199).contains(&(national % 10_000_000));
            (is_whole && is_reserved).then_some("either")
        }
        // 020 7946 0xxx, 029 2018 0xxx and 0xxx 496 0xxx; 07700 900xxx; 0808 157 0xxx.
        44 => match national / 1_000 {
            7_700_900 => Some("mobile"),
            8_081_570 | 3_069_990 => Some("other"),
            2_079_460 | 2_920_180 | 2_896_496 | 1_632_960 => Some("fixed"),
            area if area % 10_000 == 4_960 && (113..=199).contains(&(area / 10_000)) => {
                Some("fixed")
            }
            _ => None,
        },
        _ => None,
    }
}

/// Suggests the number with a `+` where its country code was written without one, and with a
/// zero where a spreadsheet took it off.
fn suggest(text: &str, region: Option<Region>, cell: &mut Cell<'_>) {
    if !text.starts_with(|c: char| ('1'..='9').contains(&c)) {
        return cell.found(Rule::PhoneInvalid);
    }
    let existing = |text: &str, region: Option<Region>| {
        let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
        let exists = PHONE_NUMBER_UTIL.get_number_type(&number) != PhoneNumberType::Unknown;
        exists.then(|| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
    };
    if let Some(form) = existing(&format!("+{text}"), None) {
        return cell.suggests(Rule::PhoneInvalid, &form);
    }
    cell.found(Rule::PhoneInvalid);
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(form) = existing(&format!("0{text}"), region).filter(|_| is_number) {
        cell.suggests(Rule::PhoneLeadingZero, &form);
    }
}

#[cfg(test)]
#[path = "phone_tests.rs"]
mod tests;
