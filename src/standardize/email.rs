//! Is it an e-mail address, and in which form are two of them the same?
//!
//! The standard form has the domain in small ASCII letters (IDNA) and the local part in small
//! letters too: the standard lets a host tell `Anna` from `anna`, and no large one does.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Status;
use super::email_domain::{Domain, Domains, provider_of};
use super::email_words::{FILLER_LOCALS, LIKELY_FILLER_LOCALS, ROLES};
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
    let is_one = cell.bytes().filter(|&byte| byte == b'@').count() < 2 || cell.contains('"');
    let (one, list) = if is_one { (Some(cell), "") } else { (None, cell) };
    let parts = list.split(|c: char| matches!(c, ';' | ',' | '|' | '\u{1f}') || c.is_whitespace());
    one.into_iter().chain(parts).map(str::trim).filter(|part| !part.is_empty() && *part != ":::")
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
        out.push_str(local);
        out[start..].make_ascii_lowercase();
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
            || (c != '.' && "!#$%&'*+-/=?^_`{|}~".contains(c))
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

fn is_filler(domain: &Domain, address: &str) -> bool {
    let Some((small, host)) = address.rsplit_once('@') else { return false };
    let mut bare = [0; LOCAL_MAX];
    let mut n_bytes = 0;
    for byte in small.bytes().filter(u8::is_ascii_alphanumeric).take(LOCAL_MAX) {
        bare[n_bytes] = byte;
        n_bytes += 1;
    }
    let bare = std::str::from_utf8(&bare[..n_bytes]).unwrap_or("");
    let label = host.split('.').next().unwrap_or("");
    let is_word = |label: &str| {
        label == "example" || FILLER_LOCALS.contains(label) || LIKELY_FILLER_LOCALS.contains(label)
    };
    let is_one_letter = |text: &str| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|first| bytes.all(|byte| byte == first))
    };
    domain.is_filler
        || FILLER_LOCALS.contains(bare)
        || (LIKELY_FILLER_LOCALS.contains(bare)
            && (domain.is_provider || is_word(label)))
        // `aaaa@example.com`, and `a@a.a`, `xx@xx.com`
        || (is_one_letter(bare) && (bare.len() >= 4 || small == label))
}

fn is_role(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("");
    ROLES.contains(local)
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

#[cfg(test)]
#[path = "email_tests.rs"]
mod tests;
