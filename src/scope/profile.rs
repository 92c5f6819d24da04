//! In which ways may a value have been written before it was hashed?

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::terms::Identifier;

/// A way of writing a value before hashing it. Its number is its place in `of`.
pub(super) type Profiles = u8;

/// The profile that is always believed: the value in its standard form.
pub(super) const PLAIN: Profiles = 1;
const GOOGLE: Profiles = 2;
const UID2: Profiles = 4;
const DIGITS: Profiles = 2;

/// Lists the profiles of a kind of hash by name, the standard form first.
///
/// - `lower_trim`: blanks around it removed, lower case.
/// - `google`: as before; in addresses of gmail.com and googlemail.com the dots before the `@`
///   and a tag from `+` on are removed.
/// - `uid2`: as `google`, for gmail.com alone.
/// - `e164`: `+`, country code, number; `digits`: the same without `+`.
///
/// # Source
/// Google Ads API, "Normalize and hash user-provided data"; Unified ID 2.0, "Email address
/// normalization".
pub(super) fn of(identifier: Identifier) -> &'static [&'static str] {
    match identifier {
        Identifier::EmailSha256 => &["lower_trim", "google", "uid2"],
        Identifier::PhoneSha256 => &["e164", "digits"],
        _ => &[],
    }
}

/// Hashes an e-mail address in every profile; equal forms are hashed once.
pub(super) fn of_email(email: &str, mut found: impl FnMut([u8; 32], Profiles)) {
    let email = lower(email);
    let (local, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
    let all = PLAIN | GOOGLE | UID2;
    let folded = match domain {
        "gmail.com" => GOOGLE | UID2,
        "googlemail.com" => GOOGLE,
        _ => 0,
    };
    let mailbox = local.split('+').next().unwrap_or(local);
    if folded == 0 || (mailbox.len() == local.len() && !local.contains('.')) {
        found(Sha256::digest(email.as_bytes()).into(), all);
    } else {
        found(Sha256::digest(email.as_bytes()).into(), all & !folded);
        let mut hasher = Sha256::new();
        mailbox.split('.').for_each(|part| hasher.update(part));
        hasher.update("@");
        hasher.update(domain);
        found(hasher.finalize().into(), folded);
    }
    // Who hashed the address as its owner writes it did not know its form for mail servers.
    if domain.contains("xn--") {
        let (domain, _) = idna::domain_to_unicode(domain);
        found(Sha256::digest(format!("{local}@{domain}").as_bytes()).into(), all);
    }
}

/// Hashes a phone number in every profile.
pub(super) fn of_phone(phone: &str, mut found: impl FnMut([u8; 32], Profiles)) {
    found(Sha256::digest(phone.as_bytes()).into(), PLAIN);
    if let Some(digits) = phone.strip_prefix('+') {
        found(Sha256::digest(digits.as_bytes()).into(), DIGITS);
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.chars().any(char::is_uppercase) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text.as_bytes()).into()
    }

    fn check(email: &str, expected: &[(&str, Profiles)]) {
        let mut found = Vec::new();
        of_email(email, |digest, profiles| found.push((digest, profiles)));
        let expected: Vec<_> =
            expected.iter().map(|&(form, profiles)| (hash(form), profiles)).collect();
        assert_eq!(found, expected, "{email}");
    }

    #[test]
    fn an_address_is_hashed_in_each_form_that_differs_and_no_more() {
        check("anna@example.com", &[("anna@example.com", 7)]);
        check("anna+news@example.com", &[("anna+news@example.com", 7)]);
        check("anna@gmail.com", &[("anna@gmail.com", 7)]);
        check("an.na+x@gmail.com", &[("an.na+x@gmail.com", 1), ("anna@gmail.com", 6)]);
        check("an.na@googlemail.com", &[("an.na@googlemail.com", 5), ("anna@googlemail.com", 2)]);
        check(" Anna@Example.COM ", &[("anna@example.com", 7)]);
    }

    #[test]
    fn a_domain_in_another_script_is_hashed_as_people_write_it_too() {
        check(
            "anna@xn--mller-kva.example",
            &[("anna@xn--mller-kva.example", 7), ("anna@müller.example", 7)],
        );
    }

    #[test]
    fn the_documented_hash_of_uid2_is_found() {
        // UID2's documentation gives this normalised address with this hash.
        let mut hex = String::new();
        of_email("user@example.com", |digest, _| {
            hex = digest.map(|byte| format!("{byte:02x}")).concat();
        });
        assert_eq!(hex, "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514");
    }

    #[test]
    fn a_phone_is_hashed_with_and_without_its_plus() {
        let mut found = Vec::new();
        of_phone("+12025550123", |digest, profiles| found.push((digest, profiles)));
        assert_eq!(found, vec![(hash("+12025550123"), 1), (hash("12025550123"), 2)]);
    }
}
