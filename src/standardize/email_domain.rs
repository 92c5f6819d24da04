//! What is known of the domain of an e-mail address?

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use super::batch::Memo;
use super::email_words::{FILLER_DOMAINS, NEAR_TWINS, PROVIDERS, SUFFIXES};

/// What is known of the domains of a batch. Few domains hold most addresses, so that the
/// dearer questions (IDNA, public suffix, slips of the finger) are asked once for each.
#[derive(Debug, Default)]
pub(super) struct Domains(Memo<Domain>);

/// What is known of a domain.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(super) struct Domain {
    /// In small ASCII letters; absent where it is no domain.
    pub(super) ascii: Option<Box<str>>,
    pub(super) is_known: bool,
    pub(super) is_disposable: bool,
    pub(super) is_filler: bool,
    pub(super) is_provider: bool,
    pub(super) meant: Option<Box<str>>,
}

impl Domains {
    pub(super) fn look_up(&mut self, domain: &str) -> &Domain {
        self.0.look_up(domain, Domain::of)
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
        let is_filler = FILLER_DOMAINS.contains(domain);
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
    if PROVIDERS.contains(&domain) || NEAR_TWINS.contains(domain) {
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

/// Finds the large provider whose points are missing: `gmailcom`, `gmail`.
pub(super) fn provider_of(domain: &str) -> Option<&'static str> {
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
