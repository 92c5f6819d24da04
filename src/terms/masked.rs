//! How may a personal value be shown where it must not be read?

use std::fmt;

/// A value that prints its shape and not itself: `a***@e***.com`, `J***`, `+4***`.
///
/// The one form in which a personal value may stand in an error, a log or a progress line.
pub struct Masked<'a>(pub &'a str);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((local, domain)) = self.0.rsplit_once('@') else {
            return write!(formatter, "{}", first_then_stars(self.0, 1));
        };
        write!(formatter, "{}@{}", first_then_stars(local, 1), first_then_stars(domain, 1))?;
        match domain.rsplit_once('.') {
            Some((_, suffix)) if suffix.len() <= 3 && suffix.chars().all(char::is_alphabetic) => {
                write!(formatter, ".{suffix}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Control characters are dropped: a value must not steer the terminal that shows it.
fn first_then_stars(text: &str, shown: usize) -> String {
    let mut masked: String = text.chars().filter(|c| !c.is_control()).take(shown).collect();
    masked.push_str("***");
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_shape_only() {
        let check = |value: &str| Masked(value).to_string();
        assert_eq!(check("anna.muller@example.com"), "a***@e***.com");
        assert_eq!(check("Müller"), "M***");
        assert_eq!(check("\u{1b}[31mred"), "[***");
        assert_eq!(check(""), "***");
    }
}
