//! Which mailbox belongs to whom?

use deunicode::deunicode;
use hashbrown::HashMap;
use jiff::civil::Date;
use rustc_hash::FxBuildHasher;

use super::draw::Draws;
use super::lists::Spelled;

/// The mailboxes that a chunk gave out.
pub(super) struct Mailboxes {
    chunk: u64,
    n_chunks: u64,
    /// How often each local part was given out: looked up, never iterated.
    given_out: HashMap<String, u64, FxBuildHasher>,
}

impl Mailboxes {
    pub(super) fn of(chunk: u64, n_chunks: u64) -> Mailboxes {
        Mailboxes { chunk, n_chunks, given_out: HashMap::default() }
    }

    /// Gives out a mailbox for a whole household.
    pub(super) fn shared(&mut self, family: &Spelled, draws: &mut Draws) -> String {
        let word = draws.pick(&["family", "home", "house", "the"]);
        let local = format!("{word}.{}", letters(family.in_latin()));
        self.mailbox(local, None, draws)
    }

    /// Gives out a mailbox that speaks of its owner's name.
    pub(super) fn personal(
        &mut self,
        given: &Spelled,
        family: &Spelled,
        birth: Date,
        company: Option<&str>,
        draws: &mut Draws,
    ) -> String {
        let (given, family) = (letters(given.in_latin()), letters(family.in_latin()));
        let initial = given.get(..1).unwrap_or("x");
        let local = match draws.below(8) {
            0..=2 => format!("{given}.{family}"),
            3 => format!("{initial}{family}"),
            4 => format!("{initial}.{family}"),
            5 => format!("{family}.{given}"),
            6 => format!("{given}{family}"),
            // The only form with digits: two of them behind `_`, so that no number that
            // `mailbox` puts behind can be mistaken for them.
            _ => format!("{given}_{:02}", birth.year() % 100),
        };
        let domain = company.filter(|_| draws.chance(0.6)).map(|name| {
            let word = name.split(' ').next().unwrap_or_default();
            format!("{}.example", letters(word))
        });
        self.mailbox(local, domain, draws)
    }

    /// Gives out a mailbox that nobody else in the data set has: the second of a name gets a
    /// number, and each chunk has its own numbers.
    fn mailbox(&mut self, local: String, domain: Option<String>, draws: &mut Draws) -> String {
        let domain = domain.unwrap_or_else(|| (*draws.pick(&DOMAINS)).to_owned());
        let n_before = self.given_out.entry_ref(local.as_str()).or_insert(0);
        let number = *n_before * self.n_chunks + self.chunk;
        *n_before += 1;
        if number == 0 { format!("{local}@{domain}") } else { format!("{local}{number}@{domain}") }
    }
}

/// Mail providers of an invented world. All lie below names that are kept for examples.
///
/// # Source
/// RFC 2606, sections 2 and 3.
const DOMAINS: [&str; 14] = [
    "mail.example.com",
    "mail.example.com",
    "mail.example.com",
    "inbox.example.com",
    "inbox.example.com",
    "post.example.org",
    "post.example.org",
    "web.example.net",
    "web.example.net",
    "freemail.example.org",
    "quickmail.example",
    "example.com",
    "example.org",
    "mail.example.net",
];

/// Gives the Latin letters of a name, small.
fn letters(name: &str) -> String {
    let plain = deunicode(name);
    plain.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_part_is_made_of_latin_letters() {
        assert_eq!(letters("Müller-Lüdenscheidt"), "mullerludenscheidt");
        assert_eq!(letters("O'Brien"), "obrien");
    }
}
