//! In which ways may a value have been written before it was hashed?

use crate::terms::Subject;

/// Ways of writing a value before hashing it, one bit each: its place in `of`.
pub(super) type Profiles = u8;

/// The profile that is always believed: the value in its standard form.
pub(super) const PLAIN: Profiles = 1;

const GOOGLE: Profiles = 2;
const GOOGLE_DOTS: Profiles = 4;
const UID2: Profiles = 8;
const UNTAGGED: Profiles = 16;
const OF_EMAIL: [&str; 5] = ["lower_trim", "google", "google_dots", "uid2", "untagged"];

const DIGITS: Profiles = 2;
const DOUBLE_ZERO: Profiles = 4;
const NATIONAL: Profiles = 8;
const NATIONAL_ZERO: Profiles = 16;
const OF_PHONE: [&str; 5] = ["e164", "digits", "double_zero", "national", "national_zero"];

const LOWER: Profiles = 2;
const UPPER: Profiles = 4;
const FIFTEEN: Profiles = 8;
const OF_ID: [&str; 4] = ["as_written", "lower", "upper", "fifteen"];

/// Lists the profiles of a kind of value by name, the standard form first.
///
/// E-mail addresses:
/// - `lower_trim`: blanks around it removed, lower case;
/// - `google`: as before; in addresses of gmail.com and googlemail.com the dots before the `@`
///   and a tag from `+` on are removed; `google_dots`: the dots alone;
/// - `uid2`: as `google`, for gmail.com alone;
/// - `untagged`: the tag is removed whatever the domain, dots stay.
///
/// Telephone numbers: `e164` (`+12025550123`), `digits` (the same without `+`, as Meta asks),
/// `double_zero` (`0012025550123`), `national` (`2025550123`), `national_zero` (`02025550123`).
///
/// Ids: `as_written`, `lower`, `upper`, and `fifteen`: a Salesforce id without its checksum.
///
/// # Source
/// Google Ads API, "Normalize and hash user-provided data"; Unified ID 2.0, "Email address
/// normalization"; Meta, "Customer information parameters" of the Conversions API.
pub(super) fn of(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Email => &OF_EMAIL,
        Subject::Phone => &OF_PHONE,
        Subject::CustomerKey | Subject::RecordId => &OF_ID,
    }
}

/// The forms of a value: each different text once, with the profiles that give it. One is kept
/// and filled again for each value, so that nothing is allocated per value.
#[derive(Default)]
pub(super) struct Forms {
    text: String,
    ends: Vec<(usize, Profiles)>,
}

impl Forms {
    /// Finds the forms of a value that stands in its standard form.
    pub(super) fn fill(&mut self, subject: Subject, value: &str) {
        self.text.clear();
        self.ends.clear();
        match subject {
            Subject::Email => self.fill_email(value),
            Subject::Phone => self.fill_phone(value),
            Subject::CustomerKey | Subject::RecordId => self.fill_id(value),
        }
    }

    /// Lists them.
    pub(super) fn each(&self) -> impl Iterator<Item = (&str, Profiles)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, profiles)| {
            let text = &self.text[start..end];
            start = end;
            (text, profiles)
        })
    }

    /// Adds a form made of pieces; one that is there already only gains profiles, and one that
    /// no profile gives is none.
    fn add<'a>(&mut self, pieces: impl Iterator<Item = &'a str>, profiles: Profiles) {
        if profiles == 0 {
            return;
        }
        let start = self.text.len();
        self.text.extend(pieces);
        let same = {
            let mut from = 0;
            self.ends.iter().position(|&(end, _)| {
                let same = self.text[from..end] == self.text[start..];
                from = end;
                same
            })
        };
        match same {
            Some(place) => {
                self.text.truncate(start);
                self.ends[place].1 |= profiles;
            }
            None => self.ends.push((self.text.len(), profiles)),
        }
    }

    fn fill_email(&mut self, value: &str) {
        const ALL: Profiles = PLAIN | GOOGLE | GOOGLE_DOTS | UID2 | UNTAGGED;
        let lowered;
        let mut email = value.trim();
        if email.chars().any(char::is_uppercase) {
            lowered = email.to_lowercase();
            email = &lowered;
        }
        let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
        let folded = match domain {
            "gmail.com" => GOOGLE | GOOGLE_DOTS | UID2,
            "googlemail.com" => GOOGLE | GOOGLE_DOTS,
            _ => 0,
        };
        let bare = local.split('+').next().unwrap_or(local);
        if bare.len() == local.len() && (folded == 0 || !local.contains('.')) {
            self.add([email].into_iter(), ALL);
        } else {
            let dotless = |text| str::split(text, '.').chain(["@", domain]);
            self.add([email].into_iter(), ALL & !folded & !UNTAGGED);
            self.add([bare, "@", domain].into_iter(), UNTAGGED);
            self.add(dotless(bare), folded & (GOOGLE | UID2));
            self.add(dotless(local), folded & GOOGLE_DOTS);
        }
        // Who hashed the address as its owner writes it did not know its form for mail servers.
        if domain.contains("xn--") {
            let (domain, _) = idna::domain_to_unicode(domain);
            self.add([local, "@", &domain].into_iter(), ALL);
        }
    }

    fn fill_phone(&mut self, phone: &str) {
        let Some(digits) = phone.strip_prefix('+') else {
            return self.add([phone].into_iter(), PLAIN);
        };
        let national = &digits[calling_code_length(digits)..];
        self.add([phone].into_iter(), PLAIN);
        self.add([digits].into_iter(), DIGITS);
        self.add(["00", digits].into_iter(), DOUBLE_ZERO);
        self.add([national].into_iter(), NATIONAL);
        self.add(["0", national].into_iter(), NATIONAL_ZERO);
    }

    fn fill_id(&mut self, id: &str) {
        self.add([id].into_iter(), PLAIN);
        self.add([id.to_lowercase().as_str()].into_iter(), LOWER);
        self.add([id.to_uppercase().as_str()].into_iter(), UPPER);
        if id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.add([&id[..15]].into_iter(), FIFTEEN);
        } else {
            self.add([id].into_iter(), FIFTEEN);
        }
    }
}

/// Counts the digits of the calling code that a number begins with.
///
/// # Source
/// ITU-T E.164, list of assigned country codes: zones 1 and 7 have one digit, these have two, all
/// others three.
fn calling_code_length(digits: &str) -> usize {
    const OF_TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if digits.get(..2).is_some_and(|two| OF_TWO.binary_search(&two).is_ok()) => 2,
        _ => 3,
    };
    length.min(digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subject: Subject, value: &str, expected: &[(&str, Profiles)]) {
        let mut forms = Forms::default();
        forms.fill(subject, "something@else.example");
        forms.fill(subject, value);
        assert_eq!(forms.each().collect::<Vec<_>>(), expected, "{value}");
    }

    #[test]
    fn an_address_has_each_form_that_differs_and_no_more() {
        let check = |email, expected: &[_]| check(Subject::Email, email, expected);
        check("anna@example.com", &[("anna@example.com", 31)]);
        check("anna.b@example.com", &[("anna.b@example.com", 31)]);
        check("anna+news@example.com", &[("anna+news@example.com", 15), ("anna@example.com", 16)]);
        check("anna@gmail.com", &[("anna@gmail.com", 31)]);
        check(
            "an.na+x@gmail.com",
            &[
                ("an.na+x@gmail.com", PLAIN),
                ("an.na@gmail.com", UNTAGGED),
                ("anna@gmail.com", GOOGLE | UID2),
                ("anna+x@gmail.com", GOOGLE_DOTS),
            ],
        );
        check(
            "an.na@googlemail.com",
            &[
                ("an.na@googlemail.com", PLAIN | UID2 | UNTAGGED),
                ("anna@googlemail.com", GOOGLE | GOOGLE_DOTS),
            ],
        );
        check(" Anna@Example.COM ", &[("anna@example.com", 31)]);
        check(
            "anna@xn--mller-kva.example",
            &[("anna@xn--mller-kva.example", 31), ("anna@müller.example", 31)],
        );
    }

    #[test]
    fn a_phone_has_the_forms_of_its_senders() {
        for (phone, digits, national) in [
            ("+12025550123", "12025550123", "2025550123"),
            ("+442079460123", "442079460123", "2079460123"),
            ("+4930123456", "4930123456", "30123456"),
            ("+353861234567", "353861234567", "861234567"),
            ("+79161234567", "79161234567", "9161234567"),
        ] {
            let (zeros, zero) = (format!("00{digits}"), format!("0{national}"));
            let forms = [(phone, 1), (digits, 2), (&*zeros, 4), (national, 8), (&*zero, 16)];
            check(Subject::Phone, phone, &forms);
        }
        check(Subject::Phone, "12345", &[("12345", PLAIN)]);
    }

    #[test]
    fn an_id_is_hashed_in_either_case_and_a_salesforce_id_without_its_checksum() {
        check(
            Subject::RecordId,
            "0035e00000AbCdEAAV",
            &[
                ("0035e00000AbCdEAAV", PLAIN),
                ("0035e00000abcdeaav", LOWER),
                ("0035E00000ABCDEAAV", UPPER),
                ("0035e00000AbCdE", FIFTEEN),
            ],
        );
        check(Subject::CustomerKey, "4711", &[("4711", PLAIN | LOWER | UPPER | FIFTEEN)]);
    }
}
