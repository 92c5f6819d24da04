//! Which number do plain digits spell, in countries whose rules are simple?
//!
//! libphonenumber reads any notation and takes a microsecond or two for it, most of it in regular
//! expressions. Nine cells in ten are digits, blanks and brackets of a country that has either no
//! trunk prefix or a single one, and these are read here. Whoever calls must still ask
//! libphonenumber whether the number can exist, and have it read the text itself where not: a
//! number that exists by this reading is the one that libphonenumber reads too, which a test
//! holds.

use rlibphonenumber::PhoneNumber;

/// A country's calling code and what is dialled before a national number.
struct Plan {
    country: &'static str,
    code: i32,
    trunk: Option<u8>,
}

const fn plan(country: &'static str, code: i32, trunk: Option<u8>) -> Plan {
    Plan { country, code, trunk }
}

/// Countries without leading zeros that count, carrier codes or digits that are rewritten.
///
/// # Source
/// libphonenumber 9.0, `PhoneNumberMetadata.xml`, attributes `nationalPrefix` and
/// `nationalPrefixForParsing`.
const PLANS: [Plan; 19] = [
    plan("US", 1, Some(b'1')),
    plan("DE", 49, Some(b'0')),
    plan("GB", 44, Some(b'0')),
    plan("FR", 33, Some(b'0')),
    plan("CA", 1, Some(b'1')),
    plan("ES", 34, None),
    plan("NL", 31, Some(b'0')),
    plan("PL", 48, None),
    plan("CH", 41, Some(b'0')),
    plan("AT", 43, Some(b'0')),
    plan("BE", 32, Some(b'0')),
    plan("SE", 46, Some(b'0')),
    plan("DK", 45, None),
    plan("NO", 47, None),
    plan("CZ", 420, None),
    plan("PT", 351, None),
    plan("GR", 30, None),
    plan("IE", 353, Some(b'0')),
    plan("IN", 91, Some(b'0')),
];

/// Tells a number that stands without the zero that one dials before it, as a spreadsheet leaves
/// it: digits throughout, and as many as the national number has.
pub(super) fn lost_its_zero(text: &str, country: Option<&str>, number: &PhoneNumber) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let dials_zero = |plan: &Plan| plan.trunk == Some(b'0') && plan.code == number.country_code;
    is_number
        && number.extension.is_none()
        && text.parse() == Ok(number.national_number)
        && PLANS.iter().any(|plan| country == Some(plan.country) && dials_zero(plan))
}

/// Reads a number of plain digits; nothing where the text or the country asks for more.
pub(super) fn read(text: &str, country: Option<&str>) -> Option<PhoneNumber> {
    let mut buffer = [0; 20];
    let mut n_digits = 0;
    let is_international = text.starts_with('+');
    for byte in text.bytes().skip(usize::from(is_international)) {
        match byte {
            b'0'..=b'9' if n_digits < buffer.len() => {
                buffer[n_digits] = byte;
                n_digits += 1;
            }
            b' ' | b'(' | b')' | b'-' | b'.' | b'/' => {}
            _ => return None,
        }
    }
    let digits = &buffer[..n_digits];
    if is_international {
        return with_code(digits);
    }
    let own = PLANS.iter().find(|plan| Some(plan.country) == country)?;
    match (own.trunk, digits) {
        // `00` goes abroad; in North America it does not.
        (Some(b'0') | None, [b'0', b'0', abroad @ ..]) if own.country != "PL" => with_code(abroad),
        (Some(trunk), [first, national @ ..]) if *first == trunk => number(own, national),
        (Some(b'0'), _) => None,
        _ => number(own, digits),
    }
}

fn with_code(digits: &[u8]) -> Option<PhoneNumber> {
    // No calling code is the beginning of another one.
    let plan = PLANS.iter().find(|plan| {
        let mut code = [0; 3];
        let mut n_digits = 0;
        let mut rest = plan.code;
        while rest > 0 {
            code[n_digits] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            n_digits += 1;
        }
        code[..n_digits].reverse();
        digits.starts_with(&code[..n_digits])
    })?;
    let n_code = if plan.code < 10 {
        1
    } else if plan.code < 100 {
        2
    } else {
        3
    };
    let national = &digits[n_code..];
    // `+49 (0)30`: the trunk prefix is dialled within the country only.
    match (plan.trunk, national) {
        (Some(trunk), [first, rest @ ..]) if *first == trunk => number(plan, rest),
        _ => number(plan, national),
    }
}

fn number(plan: &Plan, national: &[u8]) -> Option<PhoneNumber> {
    // Ten digits in North America: of fewer, as of Canada's 310 numbers, a one is no trunk prefix.
    let is_other_length = plan.code == 1 && national.len() != 10;
    if !(5..=13).contains(&national.len()) || national[0] == b'0' || is_other_length {
        return None;
    }
    let value = national.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
    Some(PhoneNumber { country_code: plan.code, national_number: value, ..PhoneNumber::default() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType, Region};

    use super::*;

    fn agrees(text: &str, country: &str) -> Result<bool, TestCaseError> {
        let Some(number) = read(text, Some(country)) else { return Ok(false) };
        if PHONE_NUMBER_UTIL.get_number_type(&number) == PhoneNumberType::Unknown {
            return Ok(false);
        }
        let region = Region::try_from(country).unwrap();
        prop_assert_eq!(
            PHONE_NUMBER_UTIL.parse(text, Some(region)),
            Ok(number),
            "{} {}",
            text,
            country
        );
        Ok(true)
    }

    #[test]
    fn usual_notations_are_read_here() {
        for (text, country) in [
            ("+49 151 23456789", "DE"),
            ("030/901820", "DE"),
            ("(0171) 234-5678", "DE"),
            ("0049 30 901820", "FR"),
            ("+49 (0)30 901820", "US"),
            ("(650) 253-0000", "US"),
            ("1-650-253-0000", "CA"),
            ("+33 6 12 34 56 78", "DE"),
            ("612 34 56 78", "ES"),
            ("020 7183 8750", "GB"),
            ("+420 601 123 456", "CZ"),
        ] {
            assert!(agrees(text, country).unwrap(), "{text}");
        }
        for (text, country) in [
            ("+39 02 3661 8300", "IT"),
            ("650-253-0000 x1", "US"),
            ("00 49 30 901820", "US"),
            ("00113100000", "ES"),
            ("", "DE"),
            ("+", "DE"),
            ("030 901820", ""),
        ] {
            assert!(!agrees(text, country).unwrap(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(4000)))]

        #[test]
        fn a_number_that_exists_is_read_as_libphonenumber_reads_it(
            text in "[+]?[0-9]{5,15}|0[1-9]{1}[0-9]{6,11}|(00|[+])(1|49|44|33|34|31|48|41|43|32|46|45|47|420|351|30|353|91) ?\\(?0?\\)?[0-9]{6,11}|[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}|[0-9 ()./-]{6,16}",
            place in 0..PLANS.len(),
        ) {
            agrees(&text, PLANS[place].country)?;
        }
    }
}
