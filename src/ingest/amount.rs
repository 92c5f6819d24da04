//! How much money does a text name, exactly?

use super::Reason;

/// Reads an amount in hundredths, exactly as it is written; from the third place on it is
/// rounded, half away from zero.
///
/// Which of `.` and `,` parts the cents is told by the text itself: the later one where there
/// are both; neither where one of them stands twice, for then it parts thousands; else the only
/// one there is. Where the only one stands before exactly three digits and after one to three,
/// as in `1.234`, both readings are possible: that is ambiguous unless `mark` decides it.
/// Thousands may also be parted by spaces and apostrophes.
///
/// # Errors
/// `OrderAmountAmbiguous`, or `OrderAmount` for what is no amount: exponents, units, groups of
/// other than three digits, more than fits in 64 bits.
pub(super) fn cents(text: &str, mark: Option<char>) -> Result<i64, Reason> {
    let text = text.trim();
    if let Some(cents) = plain(text, mark) {
        return Ok(cents);
    }
    let (is_negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mark = match mark {
        Some(mark) => Some(mark).filter(|&mark| text.contains(mark)),
        None => decimal_mark(text)?,
    };
    let (whole, fraction) = match mark {
        // A second mark fails among the digits.
        Some(mark) => text.split_once(mark).ok_or(Reason::OrderAmount)?,
        None => (text, "0"),
    };
    let cents = whole_units(whole)
        .and_then(|units| units.checked_mul(100)?.checked_add(hundredths(fraction)?))
        .ok_or(Reason::OrderAmount)?;
    Ok(if is_negative { -cents } else { cents })
}

/// Reads `255` and `255.82`, as most amounts are written, several times faster than all that an
/// amount can be.
fn plain(text: &str, mark: Option<char>) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some(parts) if mark.is_none_or(|mark| mark == '.') => parts,
        Some(_) => return None,
        None => (text, "00"),
    };
    // Of three digits behind the point nobody knows yet whether they are thousands.
    let is_plain = (1..=15).contains(&whole.len())
        && fraction.len() == 2
        && whole.bytes().all(|byte| byte.is_ascii_digit());
    let units: i64 = is_plain.then(|| whole.parse().ok()).flatten()?;
    Some(units * 100 + hundredths(fraction)?)
}

/// Tells what parts the cents.
fn decimal_mark(text: &str) -> Result<Option<char>, Reason> {
    let count = |mark| text.matches(mark).count();
    let (last, n_last, n_other) = match (text.rfind('.'), text.rfind(',')) {
        (None, None) => return Ok(None),
        (dot, comma) if dot > comma => ('.', count('.'), count(',')),
        _ => (',', count(','), count('.')),
    };
    match (n_last, n_other) {
        (1, 0) => {
            let (before, after) = text.split_once(last).unwrap_or((text, ""));
            let could_be_thousands =
                after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if could_be_thousands && is_plain(before) && is_plain(after) {
                return Err(Reason::OrderAmountAmbiguous);
            }
            Ok(Some(last))
        }
        (1, _) => Ok(Some(last)),
        (_, 0) => Ok(None),
        _ => Err(Reason::OrderAmount),
    }
}

/// Reads whole units, with their thousands parted by one kind of mark or by none.
fn whole_units(text: &str) -> Option<i64> {
    const PARTS: [char; 7] = ['.', ',', ' ', '\'', '\u{2019}', '\u{a0}', '\u{202f}'];
    let parted_by = text.chars().find(|c| PARTS.contains(c));
    let mut digits = String::with_capacity(text.len());
    match parted_by {
        None => digits.push_str(text),
        Some(mark) => {
            for (place, group) in text.split(mark).enumerate() {
                let is_whole =
                    if place == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
                if !is_whole {
                    return None;
                }
                digits.push_str(group);
            }
        }
    }
    // `parse` would take a sign.
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// Reads what stands behind the mark.
fn hundredths(text: &str) -> Option<i64> {
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |place: usize| digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
    Some(digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> Result<i64, Reason> {
        cents(text, None)
    }

    #[test]
    fn an_amount_is_read_as_it_is_written_in_any_country() {
        for (text, expected) in [
            ("1234.5", 123_450),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("12", 1_200),
            ("0.125", 13),
            ("-0,125", -13),
            ("1 234,50", 123_450),
            ("1'234.50", 123_450),
            ("1\u{202f}234\u{202f}567,8", 123_456_780),
            ("1,234,567", 123_456_700),
            ("1.234.567,89", 123_456_789),
            ("+7.5", 750),
            ("\u{2212}3", -300),
            (".5", -1),
            ("1234.567", 123_457),
            ("11.770000457763672", 1_177),
            (" 29.33 ", 2_933),
            ("1234,567.00", -1),
        ] {
            let found = check(text);
            if expected == -1 {
                assert_eq!(found, Err(Reason::OrderAmount), "{text}");
            } else {
                assert_eq!(found, Ok(expected), "{text}");
            }
        }
    }

    #[test]
    fn an_amount_with_two_readings_is_not_guessed() {
        assert_eq!(check("1.234"), Err(Reason::OrderAmountAmbiguous));
        assert_eq!(check("12,345"), Err(Reason::OrderAmountAmbiguous));
        assert_eq!(cents("1.234", Some('.')), Ok(123));
        assert_eq!(cents("1.234", Some(',')), Ok(123_400));
        assert_eq!(cents("1.234,5", Some('.')), Err(Reason::OrderAmount));
    }

    proptest! {
        /// With a comma an amount is read by the long way.
        #[test]
        fn the_short_way_leads_where_the_long_one_does(amount in "[0-9]{1,9}\\.[0-9]{2}") {
            prop_assert_eq!(check(&amount), check(&amount.replace('.', ",")));
            prop_assert_eq!(cents(&amount, Some('.')), check(&amount));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-",
            "1e5",
            "12 EUR",
            "€5",
            "1.2.3",
            "12,34,56",
            "1,,2",
            "5.",
            "--5",
            "1.2,3.4",
            "NaN",
            "99999999999999999999",
            "1 2",
            "1.234 567,00",
        ] {
            assert_eq!(check(text), Err(Reason::OrderAmount), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_in_cents_is_read_in_cents(amount in -9_000_000_000_000_i64..9_000_000_000_000) {
            let sign = if amount < 0 { "-" } else { "" };
            let (units, rest) = (amount.unsigned_abs() / 100, amount.unsigned_abs() % 100);
            prop_assert_eq!(check(&format!("{sign}{units}.{rest:02}")), Ok(amount));
            prop_assert_eq!(check(&format!("{sign}{units},{rest:02}")), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = check(&text);
        }
    }
}
