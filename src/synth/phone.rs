//! Which telephone numbers are given out, and how are they written?
//!
//! A small data set stays within the numbers that regulators keep for fiction, where there are
//! any. They do not suffice for a million people; a large one has numbers that are valid by the
//! numbering plan, and drawn by chance.

use super::Country;
use super::draw::Draws;

/// Up to so many records the numbers kept for fiction suffice.
pub(super) const N_CONTACTS_FICTION: usize = 5_000;

/// A telephone number: an area or network code, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phone {
    pub(super) country: Country,
    pub(super) area: String,
    pub(super) rest: String,
}

/// The number in a form that a pattern describes: `#` is a digit, `%` a digit from 2 to 8.
fn filled(pattern: &str, draws: &mut Draws) -> String {
    pattern
        .chars()
        .map(|mark| match mark {
            '#' => draws.digit(),
            '%' => *draws.pick(&['2', '3', '4', '5', '6', '7', '8']),
            other => other,
        })
        .collect()
}

impl Phone {
    /// Gives out a mobile number; `area_code` is that of the owner's city, where mobile numbers
    /// look like any other.
    pub(super) fn mobile(
        country: Country,
        area_code: &str,
        fiction: bool,
        draws: &mut Draws,
    ) -> Phone {
        let patterns: &[(&str, &str)] = match (country, fiction) {
            (Country::Us, _) => return Phone::landline(country, area_code, fiction, draws),
            // Ofcom, "Numbers for use in TV and radio drama programmes".
            (Country::Gb, true) => &[("7700", "900###")],
            (Country::Gb, false) => &[("740#", "######"), ("773#", "######"), ("785#", "######")],
            // Bundesnetzagentur, "Rufnummern für Medienproduktionen" ("Drama numbers").
            (Country::De, true) => &[("171", "39200##"), ("176", "040690##")],
            (Country::De, false) => &[
                ("151", "%#######"),
                ("160", "%######"),
                ("170", "%######"),
                ("171", "%######"),
                ("175", "%######"),
                ("176", "%#######"),
            ],
            (Country::Fr, _) => &[("6", "1#######"), ("6", "7#######"), ("7", "8#######")],
            (Country::Es, _) => &[("6", "1#######"), ("6", "5#######"), ("6", "7#######")],
            (Country::It, _) => &[("347", "%######"), ("333", "%######"), ("328", "%######")],
            (Country::Nl, _) => &[("6", "1#######"), ("6", "2#######"), ("6", "5#######")],
            (Country::Pl, _) => &[("501", "######"), ("602", "######"), ("691", "######")],
            (Country::Gr, _) => &[("694", "%######"), ("697", "%######")],
            (Country::Ua, _) => &[("50", "%######"), ("67", "%######"), ("93", "%######")],
            (Country::Jp, _) => &[("90", "%#######"), ("80", "%#######")],
        };
        let (area, rest) = draws.pick(patterns);
        Phone { country, area: filled(area, draws), rest: filled(rest, draws) }
    }

    /// Gives out a number in a city.
    pub(super) fn landline(
        country: Country,
        area_code: &str,
        fiction: bool,
        draws: &mut Draws,
    ) -> Phone {
        let pattern = match (country, fiction, area_code) {
            // NANPA: 555-0100 to 555-0199 are kept for fiction in every area.
            (Country::Us, true, _) => "55501##",
            (Country::Us, false, _) => "%%#####",
            (Country::Gb, true, "20") => "79460###",
            (Country::Gb, true, "29") => "20180###",
            (Country::Gb, true, "28") => "96496###",
            (Country::Gb, true, "191") => "4980###",
            (Country::Gb, true, _) => "4960###",
            (Country::Gb, false, "20") => "7%######",
            (Country::Gb, false, "29") => "20######",
            (Country::Gb, false, "28") => "90######",
            (Country::Gb, false, _) => "2######",
            (Country::De, true, "30") => "23125###",
            (Country::De, true, "69") => "90009###",
            (Country::De, true, "40") => "66969###",
            (Country::De, true, "221") => "4710###",
            (Country::De, true, "89") => "99998###",
            (Country::De, _, "30" | "40" | "69" | "89") | (Country::Jp, _, "3" | "6") => "%#######",
            // ARCEP, "numéros à utiliser dans des œuvres audiovisuelles".
            (Country::Fr, true, "1") => "9900####",
            (Country::Fr, true, "2") => "6191####",
            (Country::Fr, true, "3") => "5301####",
            (Country::Fr, true, "4") => "6571####",
            (Country::Fr, true, _) => "3649####",
            (Country::Fr, false, _) => "4%######",
            (Country::Es, _, area) if area.len() == 3 => "2#####",
            (Country::Es | Country::It, ..) => "5######",
            (Country::Gr, _, "21") => "0%######",
            (Country::Gr, ..) => "0%#####",
            (Country::De | Country::Nl | Country::Pl | Country::Ua | Country::Jp, ..) => "%######",
        };
        Phone { country, area: area_code.to_owned(), rest: filled(pattern, draws) }
    }

    /// Gives the number as E.164 writes it.
    pub(super) fn e164(&self) -> String {
        format!("+{}{}{}", self.country.calling_code(), self.area, self.rest)
    }

    /// What is dialled before the area code within the country.
    fn trunk(&self) -> &'static str {
        match self.country {
            Country::De | Country::Fr | Country::Gb | Country::Jp | Country::Nl | Country::Ua => {
                "0"
            }
            Country::Es | Country::Gr | Country::It | Country::Pl | Country::Us => "",
        }
    }

    /// Writes the number in one of eight ways.
    pub(super) fn written(&self, format: PhoneFormat) -> String {
        let (code, trunk, area) = (self.country.calling_code(), self.trunk(), &self.area);
        let rest = |separator| self.grouped(separator);
        match format {
            PhoneFormat::E164 => self.e164(),
            PhoneFormat::Spaced => format!("+{code} {area} {}", rest(" ")),
            PhoneFormat::Digits => format!("{trunk}{area}{}", self.rest),
            PhoneFormat::Parentheses => format!("({trunk}{area}) {}", rest("-")),
            PhoneFormat::Hyphens => format!("{trunk}{area}-{}", rest("-")),
            PhoneFormat::Dots if self.country == Country::De => {
                format!("{trunk}{area}/{}", self.rest)
            }
            PhoneFormat::Dots => format!("{trunk}{area}.{}", rest(".")),
            PhoneFormat::Zeros if self.country == Country::Us => format!("1-{area}-{}", rest("-")),
            // From Japan one dials 010 rather than 00.
            PhoneFormat::Zeros if self.country == Country::Jp => {
                format!("{trunk}{area} {}", rest(" "))
            }
            PhoneFormat::Zeros => format!("00{code} {area} {}", self.rest),
            PhoneFormat::ZeroInParentheses if trunk.is_empty() => {
                format!("+{code}-{area}-{}", rest("-"))
            }
            PhoneFormat::ZeroInParentheses => format!("+{code} (0){area} {}", rest(" ")),
        }
    }

    fn grouped(&self, separator: &str) -> String {
        let sizes: &[usize] = match (self.country, self.rest.len()) {
            (Country::Fr, 8) => &[2, 2, 2, 2],
            (_, 8) => &[4, 4],
            (_, 7) => &[3, 4],
            (_, 6) => &[3, 3],
            (_, length) => &[length],
        };
        let mut text = String::with_capacity(self.rest.len() + 4);
        let mut start = 0;
        for size in sizes {
            if start > 0 {
                text.push_str(separator);
            }
            text.push_str(&self.rest[start..start + size]);
            start += size;
        }
        text
    }
}

/// A way to write a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhoneFormat {
    /// `+493023125123`
    E164,
    /// `+49 30 2312 5123`
    Spaced,
    /// `03023125123`
    Digits,
    /// `(030) 2312-5123`
    Parentheses,
    /// `030-2312-5123`
    Hyphens,
    /// `030/23125123`, elsewhere `312.555.0123`
    Dots,
    /// `0049 30 23125123`, in the United States `1-312-555-0123`
    Zeros,
    /// `+49 (0)30 2312 5123`
    ZeroInParentheses,
}

impl PhoneFormat {
    pub(super) const ALL: [PhoneFormat; 8] = [
        PhoneFormat::E164,
        PhoneFormat::Spaced,
        PhoneFormat::Digits,
        PhoneFormat::Parentheses,
        PhoneFormat::Hyphens,
        PhoneFormat::Dots,
        PhoneFormat::Zeros,
        PhoneFormat::ZeroInParentheses,
    ];
}

#[cfg(test)]
mod tests {
    use super::super::lists::Lists;
    use super::*;
    use rlibphonenumber::PhoneNumber;
    use rlibphonenumber::enums::Region;

    fn read(text: &str, country: Country) -> Option<PhoneNumber> {
        PhoneNumber::parse(text, Region::try_from(country.code()).ok()).ok()
    }

    fn is_valid(text: &str, country: Country) -> bool {
        read(text, country).is_some_and(|number| number.is_valid())
    }

    #[test]
    fn numbers_are_valid_by_the_plan_of_their_country() {
        let lists = Lists::built_in();
        let mut draws = Draws::of(3, 0);
        let mut too_many = Vec::new();
        for country in Country::ALL {
            let mut invalid = Vec::new();
            for _ in 0..300 {
                let area = lists.city(country, &mut draws).area_code(&mut draws).to_owned();
                let mobile = Phone::mobile(country, &area, false, &mut draws);
                let landline = Phone::landline(country, &area, false, &mut draws);
                let numbers = [mobile.e164(), landline.e164()];
                invalid.extend(numbers.into_iter().filter(|number| !is_valid(number, country)));
            }
            // A few by chance fall into a block that was not given out.
            if invalid.len() > 12 {
                too_many.push((country, invalid));
            }
        }
        assert!(too_many.is_empty(), "{too_many:?}");
    }

    #[test]
    fn each_way_of_writing_means_the_same_number() {
        let mut draws = Draws::of(4, 0);
        for country in Country::ALL {
            let phone = Phone::mobile(country, "312", false, &mut draws);
            let meant = read(&phone.e164(), country).unwrap();
            for format in PhoneFormat::ALL {
                let text = phone.written(format);
                let read = read(&text, country).unwrap();
                assert_eq!(read.national_number, meant.national_number, "{text}");
            }
        }
    }

    #[test]
    fn small_data_sets_keep_to_numbers_for_fiction() {
        let mut draws = Draws::of(5, 0);
        let phone = Phone::mobile(Country::Us, "312", true, &mut draws);
        assert!(phone.written(PhoneFormat::Digits).starts_with("31255501"));
        let phone = Phone::mobile(Country::Gb, "20", true, &mut draws);
        assert!(phone.e164().starts_with("+447700900"));
    }
}
