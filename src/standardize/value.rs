//! How much money, in which currency, and yes or no?

/// Codes of currencies that are legal tender somewhere.
///
/// # Source
/// ISO 4217, as in Unicode CLDR 48; BGN until the end of 2025.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL \
    BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS \
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD \
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD \
    UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Finds the ISO 4217 code of a currency by its code, its sign or its name.
pub(super) fn currency(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let by_word = match text.to_lowercase().as_str() {
        "€" | "euro" | "euros" => "EUR",
        "us$" | "us dollar" | "u.s. dollar" | "us-dollar" | "dollar" | "dollars" => "USD",
        "£" | "pound" | "pounds" | "pound sterling" | "british pound" => "GBP",
        "sfr" | "sfr." | "fr." | "franken" | "schweizer franken" | "swiss franc" => "CHF",
        "yen" | "japanese yen" => "JPY",
        "zł" | "zloty" | "złoty" => "PLN",
        "a$" | "australian dollar" => "AUD",
        "c$" | "ca$" | "canadian dollar" => "CAD",
        "r$" => "BRL",
        "₹" => "INR",
        _ => "",
    };
    if !by_word.is_empty() {
        return Some(by_word);
    }
    let code: [u8; 3] = text.to_ascii_uppercase().as_bytes().try_into().ok()?;
    CURRENCIES.split(' ').find(|known| known.as_bytes() == code)
}

/// An amount as far as its own cell tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount<'a> {
    /// Hundredths, and what else the cell says of the currency.
    Cents(i64, &'a str),
    /// One point or comma before three digits: hundredths if it parts thousands, and if decimals.
    Either { by_thousands: i64, by_decimals: i64, sign: char, rest: &'a str },
    /// The same, told apart by a second sign: which sign parts the decimals.
    Told(i64, char, &'a str),
    /// No amount.
    Unreadable,
}

/// Reads an amount: `1234.50`, `1.234,50 €`, `$1,234.50`, `(12.00)`, `1.5e3`.
pub(super) fn amount(text: &str) -> Amount<'_> {
    let text = text.trim();
    let (text, in_brackets) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (text, false),
    };
    let is_part = |c: char| {
        c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | ' ')
    };
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return Amount::Unreadable };
    let start = if text[..start].ends_with(['.', ',']) { start - 1 } else { start };
    let (head, tail) = text.split_at(start);
    let end = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
    let (digits, tail) = tail.split_at(end);
    let digits = digits.trim_end_matches(['\u{a0}', '\u{202f}', ' ']);
    let (head, tail) = (head.trim(), tail.trim());
    if let Ok(number) = text.parse::<f64>()
        && tail.starts_with(['e', 'E'])
    {
        return crate::terms::Cents::from_units(number)
            .map_or(Amount::Unreadable, |cents| Amount::Cents(cents.0, ""));
    }
    let minus = |text: &str| text.contains(['-', '−']);
    let negative = in_brackets || minus(head) || minus(tail);
    let head = head.trim_matches(['-', '−', '+', ' ']);
    let tail = tail.trim_matches(['-', '−', ' ']);
    let rest = if head.is_empty() { tail } else { head };
    let is_sign = |text: &str| {
        text.is_empty() || currency(text).is_some() || matches!(text, "$" | "¥" | "kr" | "kr.")
    };
    if !is_sign(head) || !is_sign(tail) || (!head.is_empty() && !tail.is_empty()) {
        return Amount::Unreadable;
    }
    read_digits(digits, negative, rest)
}

fn read_digits<'a>(digits: &str, negative: bool, rest: &'a str) -> Amount<'a> {
    let sign_of = |cents: i64| if negative { -cents } else { cents };
    let spaced = |c: char| matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}' | ' ');
    let last = digits.rfind(['.', ',']);
    let Some(last) = last else {
        return match hundredths(digits.chars().filter(|c| !spaced(*c)), "") {
            Some(cents) => Amount::Cents(sign_of(cents), rest),
            None => Amount::Unreadable,
        };
    };
    let sign = if digits.as_bytes()[last] == b'.' { '.' } else { ',' };
    let other = if sign == '.' { ',' } else { '.' };
    let (whole, fraction) = (&digits[..last], &digits[last + 1..]);
    let n_same = whole.matches(sign).count();
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let by_decimals = hundredths(plain(whole).chars(), fraction);
    let by_thousands = hundredths(plain(digits).chars(), "");
    let (Some(by_decimals), Some(by_thousands), true) = (by_decimals, by_thousands, is_fraction)
    else {
        return Amount::Unreadable;
    };
    let in_threes = |text: &str, sign: char| text.split(sign).skip(1).all(|group| group.len() == 3);
    if n_same > 0 {
        // `1.234.567`: a sign that comes twice parts thousands.
        let is_sound = in_threes(digits, sign) && !whole.contains(other);
        return if is_sound {
            Amount::Told(sign_of(by_thousands), other, rest)
        } else {
            Amount::Unreadable
        };
    }
    if whole.contains(other) {
        let is_sound = in_threes(whole, other);
        return if is_sound {
            Amount::Told(sign_of(by_decimals), sign, rest)
        } else {
            Amount::Unreadable
        };
    }
    let is_open = fraction.len() == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && whole.bytes().all(|byte| byte.is_ascii_digit());
    if is_open {
        let (by_thousands, by_decimals) = (sign_of(by_thousands), sign_of(by_decimals));
        return Amount::Either { by_thousands, by_decimals, sign, rest };
    }
    Amount::Told(sign_of(by_decimals), sign, rest)
}

/// Gives hundredths, rounded half away from zero.
fn hundredths(whole: impl Iterator<Item = char>, fraction: &str) -> Option<i64> {
    let mut cents: i64 = 0;
    for digit in whole {
        cents = cents.checked_mul(10)?.checked_add(i64::from(digit.to_digit(10)?))?;
    }
    let mut places = fraction.bytes().map(|byte| i64::from(byte.wrapping_sub(b'0')));
    let (tenths, hundredths) = (places.next().unwrap_or(0), places.next().unwrap_or(0));
    let up = i64::from(places.next().unwrap_or(0) >= 5);
    let cents = cents.checked_mul(100)?.checked_add(tenths * 10 + hundredths + up)?;
    // Sums of ten million customers still fit.
    (cents < 100_000_000_000_000).then_some(cents)
}

/// Reads yes and no in the languages and systems that exports come from.
pub(super) fn flag(text: &str) -> Option<bool> {
    const YES: &str = " 1 true t yes y ja j oui o sí si s vrai wahr verdadero on x checked sim tak da \
        opted-out opted_out unsubscribed abgemeldet verstorben deceased deleted wahr kyllä 是 はい ";
    const NO: &str = " 0 false f no n nein non nee não nao falsch faux falso off unchecked nie nej ei \
        opted-in opted_in subscribed angemeldet alive active aktiv 否 いいえ ";
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.is_empty() || text.len() > 24 {
        return None;
    }
    let word = format!(" {} ", text.to_lowercase().replace(' ', "-"));
    if YES.contains(&word) {
        return Some(true);
    }
    NO.contains(&word).then_some(false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_of_both_customs_are_read_to_the_cent() {
        let told = |cents, sign| Amount::Told(cents, sign, "");
        for (raw, expected) in [
            ("1234.50", told(123_450, '.')),
            ("1234,5", told(123_450, ',')),
            ("1.234,50", told(123_450, ',')),
            ("1,234.50", told(123_450, '.')),
            ("1.234.567", told(123_456_700, ',')),
            ("12,345,678.9", told(1_234_567_890, '.')),
            ("1234", Amount::Cents(123_400, "")),
            ("1 234 567", Amount::Cents(123_456_700, "")),
            ("1'234.50", told(123_450, '.')),
            ("-12.00", told(-1_200, '.')),
            ("(12.00)", told(-1_200, '.')),
            ("12.00-", told(-1_200, '.')),
            ("0.005", told(1, '.')),
            ("0.125", told(13, '.')),
            ("1234.567", told(123_457, '.')),
            (".5", told(50, '.')),
            ("1.5e3", Amount::Cents(150_000, "")),
            ("1.234,50 €", Amount::Told(123_450, ',', "€")),
            ("$1,234.50", Amount::Told(123_450, '.', "$")),
            ("EUR 12", Amount::Cents(1_200, "EUR")),
            ("12 USD", Amount::Cents(1_200, "USD")),
        ] {
            assert_eq!(amount(raw), expected, "{raw}");
        }
        for raw in ["1.234", "1,234", "-1.234"] {
            let Amount::Either { by_thousands, by_decimals, .. } = amount(raw) else {
                panic!("{raw}")
            };
            assert_eq!((by_thousands.abs(), by_decimals.abs()), (123_400, 123), "{raw}");
        }
        for raw in [
            "",
            "high",
            "1.2.3",
            "1,23,4",
            "12k",
            "1e999",
            "12 apples",
            "--",
            "1-2",
            "99999999999999999999",
            "12.3.4,5",
            "$12 USD",
        ] {
            assert_eq!(amount(raw), Amount::Unreadable, "{raw}");
        }
    }

    #[test]
    fn a_currency_is_known_by_code_sign_and_name() {
        assert_eq!(currency("eur"), Some("EUR"));
        assert_eq!(currency("€"), Some("EUR"));
        assert_eq!(currency(" USD "), Some("USD"));
        assert_eq!(currency("$"), None, "of many countries");
        assert_eq!(currency("XYZ"), None);
        assert_eq!(currency("US D"), None);
    }

    #[test]
    fn yes_and_no_are_read_in_many_languages() {
        for yes in ["1", "true", "TRUE", "Yes", "ja", "oui", "sí", "x", "1.0", "Opted out"] {
            assert_eq!(flag(yes), Some(true), "{yes}");
        }
        for no in ["0", "false", "No", "nein", "non", "nee", "0.0", "subscribed"] {
            assert_eq!(flag(no), Some(false), "{no}");
        }
        for other in ["", "maybe", "2", "yes no", "true false", "-"] {
            assert_eq!(flag(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(raw in "\\PC*|[0-9.,' €$()eE+-]{0,20}") {
            let _ = amount(&raw);
            let _ = flag(&raw);
            let _ = currency(&raw);
        }

        #[test]
        fn what_is_written_is_read(cents in -10_000_000_000i64..10_000_000_000) {
            let sign = if cents < 0 { "-" } else { "" };
            let raw = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
            prop_assert_eq!(amount(&raw), Amount::Told(cents, '.', ""));
        }
    }
}
