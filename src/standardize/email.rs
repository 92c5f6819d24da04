//! Is it an e-mail address, and in which form are two of them the same?
//!
//! The standard form has the domain in small ASCII letters (IDNA) and the local part in small
//! letters too: the standard lets a host tell `Anna` from `anna`, and no large one does.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Status;
use super::email_words::{
    FILLER_DOMAINS, FILLER_LOCALS, LIKELY_FILLER_LOCALS, NEAR_TWINS, PROVIDERS, ROLES, SUFFIXES,
};
use super::note::Cell;
use crate::terms::Rule;

/// Local parts are at most this long.
///
/// # Source
/// RFC 5321, section 4.5.3.1.1.
const LOCAL_MAX: usize = 64;

/// An address is at most this long: a path of 256 less its two brackets.
///
/// # Source
/// RFC 5321, section 4.5.3.1.3.
const ADDRESS_MAX: usize = 254;

/// What is known of the domains of a batch. Few domains hold most addresses, so that the
/// dearer questions (IDNA, public suffix, slips of the finger) are asked once for each.
#[derive(Debug, Default)]
pub(super) struct Domains(HashMap<Box<str>, Domain, FxBuildHasher>);

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
struct Domain {
    /// In small ASCII letters; absent where it is no domain.
    ascii: Option<Box<str>>,
    is_known: bool,
    is_disposable: bool,
    is_filler: bool,
    is_provider: bool,
    meant: Option<Box<str>>,
}

/// Writes the standard form of an address, or the address as it stands where it has none.
pub(super) fn standard(
    raw: &str,
    domains: &mut Domains,
    cell: &mut Cell<'_>,
    out: &mut String,
) -> Status {
    let (text, was_wrapped) = unwrapped(raw);
    if was_wrapped {
        cell.repaired(Rule::EmailWrapped);
    }
    let start = out.len();
    let Some((local, domain)) = form(text, domains, out) else {
        out.truncate(start);
        out.push_str(text);
        suggest(text, domains, cell);
        return Status::Unreadable;
    };
    if is_filler(domain, &out[start..]) {
        cell.found(Rule::EmailPlaceholder);
        return Status::Placeholder;
    }
    if let Some(meant) = &domain.meant {
        let local = out[start..].rsplit_once('@').map_or("", |(local, _)| local);
        cell.suggests(Rule::EmailDomainTypo, &format!("{local}@{meant}"));
    }
    if !domain.is_known {
        cell.found(Rule::EmailDomainUnknown);
        return Status::Invalid;
    }
    if local.starts_with('"') {
        cell.found(Rule::EmailQuotedLocal);
    }
    if !local.is_ascii() {
        cell.found(Rule::EmailInternational);
    }
    if domain.is_disposable {
        cell.found(Rule::EmailDisposable);
    }
    if is_role(&out[start..]) {
        cell.found(Rule::EmailRole);
    }
    Status::Valid
}

/// Parts a cell that holds several addresses.
pub(super) fn several(cell: &str) -> impl Iterator<Item = &str> {
    // Within quotes or brackets nothing is parted: `"a;b"@example.com`, `Lind, Anna <a@b.com>`.
    let one = cell.bytes().filter(|&byte| byte == b'@').count() < 2 || cell.contains('"');
    let parts = cell.split(move |c: char| {
        !one && (matches!(c, ';' | ',' | '|' | '\u{1f}') || c.is_whitespace())
    });
    parts.map(str::trim).filter(|part| !part.is_empty() && *part != ":::")
}

/// Takes off what mail programs and spreadsheets put around an address.
fn unwrapped(raw: &str) -> (&str, bool) {
    let trimmed = raw.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}')
    });
    let mut text = trimmed;
    loop {
        let before = text;
        if let Some(scheme) = text.get(..7)
            && scheme.eq_ignore_ascii_case("mailto:")
        {
            text = text[7..].split('?').next().unwrap_or("");
        }
        text = text.trim_end_matches([',', ';', ':', '.']).trim();
        if let Some(inner) = text.strip_suffix('>')
            && let Some((_, address)) = inner.rsplit_once('<')
        {
            text = address.trim();
        }
        for (open, close) in [('(', ')'), ('[', ']'), ('\'', '\''), ('"', '"'), ('<', '>')] {
            if let Some(inner) = text.strip_prefix(open)
                && let Some(inner) = inner.strip_suffix(close)
            {
                text = inner.trim();
            }
        }
        text = without_comments(text);
        if text.starts_with('\'') && !text.ends_with('\'') {
            text = text[1..].trim_start();
        }
        if text.is_empty() {
            return (trimmed, false);
        }
        if text == before {
            return (text, text.len() != trimmed.len());
        }
    }
}

/// Takes off a comment at either end: `(work) anna@example.com`, `anna@example.com (Anna Lind)`.
///
/// # Source
/// RFC 5322, section 3.2.2; comments within are obsolete, and no mail system takes them.
fn without_comments(text: &str) -> &str {
    let bare = |inner: &str| !inner.contains(['(', ')', '@', '\\']);
    if let Some(rest) = text.strip_prefix('(')
        && let Some((comment, address)) = rest.split_once(')')
        && bare(comment)
        && address.contains('@')
    {
        return address.trim_start();
    }
    if let Some(rest) = text.strip_suffix(')')
        && let Some((address, comment)) = rest.rsplit_once('(')
        && bare(comment)
        && address.contains('@')
    {
        return address.trim_end();
    }
    text
}

/// Writes the form; nothing where the text is no address. Gives the local part as it stands.
fn form<'a, 'd>(
    text: &'a str,
    domains: &'d mut Domains,
    out: &mut String,
) -> Option<(&'a str, &'d Domain)> {
    let (local, domain) = text.rsplit_once('@')?;
    let is_quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    if !(is_dot_atom(local) || is_quoted && is_quoted_string(&local[1..local.len() - 1])) {
        return None;
    }
    let domain = domains.look_up(domain);
    let ascii = domain.ascii.as_deref()?;
    let start = out.len();
    if local.is_ascii() {
        out.extend(local.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        // Twice, since some capitals become two letters that compose anew.
        let small: String = local.nfc().collect::<String>().to_lowercase().nfc().collect();
        out.extend(small.to_lowercase().nfc());
    }
    let is_short = out.len() - start <= LOCAL_MAX;
    out.push('@');
    out.push_str(ascii);
    (is_short && out.len() - start <= ADDRESS_MAX).then_some((local, domain))
}

/// RFC 5322, section 3.2.3: atoms of certain characters, parted by single dots.
fn is_dot_atom(local: &str) -> bool {
    let mut before = '.';
    for c in local.chars() {
        let is_atom = c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || (!c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)));
        if !is_atom && (c != '.' || before == '.') {
            return false;
        }
        before = c;
    }
    before != '.'
}

/// RFC 5321, section 4.1.2: visible characters and blanks; quote and backslash only escaped.
/// RFC 6531, section 3.3, lets letters outside ASCII in.
fn is_quoted_string(inner: &str) -> bool {
    let is_letter = |c: char| !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c));
    let is_visible = |c: char| (' '..='~').contains(&c) || is_letter(c);
    let mut signs = inner.chars();
    while let Some(sign) = signs.next() {
        let is_fine = match sign {
            '\\' => signs.next().is_some_and(|escaped| (' '..='~').contains(&escaped)),
            '"' => false,
            sign => is_visible(sign),
        };
        if !is_fine {
            return false;
        }
    }
    !inner.is_empty()
}

impl Domains {
    fn look_up(&mut self, domain: &str) -> &Domain {
        if !self.0.contains_key(domain) {
            self.0.insert(domain.into(), Domain::of(domain));
        }
        &self.0[domain]
    }
}

impl Domain {
    fn of(text: &str) -> Domain {
        let ascii = ascii_domain(text);
        let Some(domain) = ascii.as_deref() else {
            let nothing = Domain {
                ascii: None,
                is_known: false,
                is_disposable: false,
                is_filler: false,
                is_provider: false,
                meant: None,
            };
            return nothing;
        };
        let known = is_known(domain);
        let is_disposable = is_disposable(domain);
        let is_filler = FILLER_DOMAINS.binary_search(&domain).is_ok();
        let is_provider = PROVIDERS.contains(&domain);
        let meant = meant(domain, known).map(Into::into);
        Domain { is_known: known, is_disposable, is_filler, is_provider, meant, ascii }
    }
}

/// Gives the domain in small ASCII letters; nothing where no host can have the name.
fn ascii_domain(text: &str) -> Option<Box<str>> {
    let plain = text.is_ascii() && !contains_punycode(text);
    let domain = if plain {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        let ascii = idna::domain_to_ascii_cow(text.as_bytes(), idna::AsciiDenyList::STD3).ok()?;
        // Registries give out letters and digits only, though the mapping knows pictures too.
        let (unicode, _) = idna::domain_to_unicode(&ascii);
        let is_letter = |c: char| {
            c.is_alphanumeric()
                || is_combining_mark(c)
                || "-.\u{b7}\u{200c}\u{200d}・׳״".contains(c)
        };
        if !unicode.chars().all(is_letter) {
            return None;
        }
        ascii
    };
    let mut n_labels = 0;
    for label in domain.split('.') {
        let is_label = (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-');
        if !is_label {
            return None;
        }
        n_labels += 1;
    }
    let last = domain.rsplit('.').next()?;
    let fits = n_labels >= 2 && domain.len() <= 253 && !last.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| domain.into_owned().into_boxed_str())
}

fn contains_punycode(domain: &str) -> bool {
    domain.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"xn--"))
}

/// Tells whether the domain can be found in the public tree. `.example` is reserved for
/// examples (RFC 2606), such as our sample data.
fn is_known(domain: &str) -> bool {
    // Machines ask there, and nobody has a mailbox: RFC 3172, RFC 7686.
    let top = domain.rsplit('.').next().unwrap_or(domain);
    top == "example"
        || (!matches!(top, "arpa" | "onion")
            && psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known()))
}

/// Tells whether the domain, or one above it, hands out addresses that live for minutes.
fn is_disposable(domain: &str) -> bool {
    /// In order.
    static DISPOSABLE: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| include_str!("data/disposable_domains.txt").lines().collect());
    let mut rest = domain;
    loop {
        if DISPOSABLE.binary_search(&rest).is_ok() {
            return true;
        }
        match rest.split_once('.') {
            Some((_, parent)) if parent.contains('.') => rest = parent,
            _ => return false,
        }
    }
}

/// Finds the domain that was meant: that of a large provider one slip (a letter too many,
/// missing, wrong, or two swapped) away, or the same name under the suffix that `.con` or `.cmo`
/// is a slip of.
fn meant(domain: &str, is_known: bool) -> Option<String> {
    if PROVIDERS.contains(&domain) || NEAR_TWINS.binary_search(&domain).is_ok() {
        return None;
    }
    let near = provider_near(domain).or_else(|| swapped(domain));
    if near.is_some() || is_known {
        return near;
    }
    let (name, suffix) = domain.rsplit_once('.')?;
    let of_provider = || {
        PROVIDERS
            .iter()
            .find(|known| known.split('.').next() == Some(name))
            .map(|known| (*known).into())
    };
    let Some(suffix) = SUFFIXES.iter().find(|known| strsim::osa_distance(known, suffix) == 1)
    else {
        // `comcast.nry`
        return of_provider();
    };
    let mended = format!("{name}.{suffix}");
    let is_provider = PROVIDERS.contains(&mended.as_str());
    if is_provider {
        Some(mended)
    } else {
        provider_near(&mended).or_else(of_provider).or(Some(mended))
    }
}

fn provider_near(domain: &str) -> Option<String> {
    let near = PROVIDERS.iter().find(|provider| {
        provider.len() >= 9
            && provider.len().abs_diff(domain.len()) <= 1
            && strsim::osa_distance(provider, domain) == 1
    })?;
    Some((*near).to_owned())
}

/// Two letters swapped in the name betray the slip under any suffix: `gmial.de`.
fn swapped(domain: &str) -> Option<String> {
    let (name, suffix) = domain.split_once('.')?;
    let provider =
        PROVIDERS.iter().filter_map(|provider| provider.split('.').next()).find(|known| {
            known.len() >= 5 && known.len() == name.len() && *known != name && {
                let places: Vec<usize> = (0..name.len())
                    .filter(|&place| known.as_bytes()[place] != name.as_bytes()[place])
                    .collect();
                matches!(places[..], [one, two] if two == one + 1
                && known.as_bytes()[one] == name.as_bytes()[two]
                && known.as_bytes()[two] == name.as_bytes()[one])
            }
        })?;
    Some(format!("{provider}.{suffix}"))
}

fn is_filler(domain: &Domain, address: &str) -> bool {
    let Some((small, host)) = address.rsplit_once('@') else { return false };
    let bare: String = small.chars().filter(char::is_ascii_alphanumeric).collect();
    let label = host.split('.').next().unwrap_or("");
    let is_word = |label: &str| {
        label == "example"
            || [&FILLER_LOCALS[..], &LIKELY_FILLER_LOCALS]
                .iter()
                .any(|words| words.binary_search(&label).is_ok())
    };
    let is_one_letter = |text: &str| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|first| bytes.all(|byte| byte == first))
    };
    domain.is_filler
        || FILLER_LOCALS.binary_search(&bare.as_str()).is_ok()
        || (LIKELY_FILLER_LOCALS.binary_search(&bare.as_str()).is_ok()
            && (domain.is_provider || is_word(label)))
        // `aaaa@example.com`, and `a@a.a`, `xx@xx.com`
        || (is_one_letter(&bare) && (bare.len() >= 4 || small == label))
}

fn is_role(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("");
    ROLES.binary_search(&local).is_ok()
}

/// Suggests an address where a slip that is often made explains why there is none.
fn suggest(text: &str, domains: &mut Domains, cell: &mut Cell<'_>) {
    let mut mended = text.replace("(at)", "@").replace("[at]", "@").replace("(dot)", ".");
    mended.retain(|c| !c.is_whitespace());
    while mended.contains("@@") {
        mended = mended.replace("@@", "@");
    }
    if let Some((local, domain)) = mended.rsplit_once('@') {
        let mut domain = domain.replace([',', ';'], ".");
        while domain.contains("..") {
            domain = domain.replace("..", ".");
        }
        let local = local.trim_matches('.');
        let domain = domain.trim_matches(|c: char| !c.is_alphanumeric());
        mended = format!("{local}@{}", provider_of(domain).unwrap_or(domain));
    }
    let mut suggestion = String::new();
    let is_usable = mended != text
        && form(&mended, domains, &mut suggestion).is_some_and(|(_, domain)| domain.is_known);
    if is_usable {
        cell.suggests(Rule::EmailSyntax, &suggestion);
    } else {
        cell.found(Rule::EmailSyntax);
    }
}

/// Finds the large provider whose points are missing: `gmailcom`, `gmail`.
fn provider_of(domain: &str) -> Option<&'static str> {
    let small = domain.to_ascii_lowercase();
    let is_meant = |known: &&str| {
        let name = known.split('.').next().unwrap_or("");
        name == small && name.len() > 4
            || small
                .strip_prefix(name)
                .is_some_and(|rest| rest == known[name.len()..].replace('.', ""))
    };
    PROVIDERS.iter().copied().find(is_meant)
}

#[cfg(test)]
#[path = "email_tests.rs"]
mod tests;
