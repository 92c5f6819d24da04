//! Who lives there?

use jiff::civil::Date;

use super::draw::{Draws, Weighted};
use super::lists::{Lists, Spelled};
use super::mailbox::Mailboxes;
use super::odds::people as odds;
use super::person::{Home, Person, before};
use super::phone::Phone;
use super::{Country, Settings};

/// A name, and the form of it that its bearer has.
#[derive(Clone)]
struct Name {
    female: bool,
    given: Spelled,
    middle: Option<char>,
    family: Spelled,
}

/// What a household has in common.
struct Roof<'l> {
    country: Country,
    home: Home<'l>,
    former_home: Option<Home<'l>>,
    family: Spelled,
    area_code: String,
    landline: Option<Phone>,
    mailbox: Option<String>,
}

/// Invents people, household by household, for one chunk of the data set.
pub(super) struct Inventor<'l> {
    lists: &'l Lists,
    countries: Weighted<Country>,
    clock: Date,
    fiction: bool,
    next_number: u64,
    mailboxes: Mailboxes,
}

impl<'l> Inventor<'l> {
    /// Opens the invention of chunk `chunk`, whose people are numbered behind `first_number`.
    pub(super) fn of(
        lists: &'l Lists,
        settings: &Settings,
        fiction: bool,
        chunk: u64,
        (n_chunks, first_number): (u64, u64),
    ) -> Inventor<'l> {
        let countries = settings.countries.iter().map(|(country, weight)| (*country, *weight));
        Inventor {
            lists,
            countries: Weighted::of(countries),
            clock: settings.clock,
            fiction,
            next_number: first_number,
            mailboxes: Mailboxes::of(chunk, n_chunks),
        }
    }

    /// Invents the next household: one person, or several under one roof.
    pub(super) fn household(&mut self, draws: &mut Draws) -> Vec<Person<'l>> {
        let several = draws.chance(odds::HOUSEHOLD);
        let roof = self.roof(several, draws);
        if !several {
            let age = draws.between(16, 90);
            let birth = self.born(age, draws);
            let female = draws.chance(0.5);
            let name = self.name(&roof, female, draws);
            return vec![self.person(&roof, name, birth, draws)];
        }
        match draws.unit() {
            kind if kind < odds::JUNIOR => self.father_and_son(&roof, draws),
            kind if kind < odds::JUNIOR + odds::TWINS => self.twins(&roof, draws),
            _ => self.couple(&roof, draws),
        }
    }

    fn father_and_son(&mut self, roof: &Roof<'l>, draws: &mut Draws) -> Vec<Person<'l>> {
        let age = draws.between(20, 45);
        let (of_father, of_son) =
            (self.born(age + draws.between(20, 38), draws), self.born(age, draws));
        let name = self.name(roof, false, draws);
        let mut father = self.person(roof, name.clone(), of_father, draws);
        let mut son = self.person(roof, name, of_son, draws);
        if draws.chance(odds::JUNIOR_SAID) {
            son.suffix = draws.pick::<&str>(&["Jr.", "Jr", "jun."]);
            father.suffix = if draws.chance(0.3) { "Sr." } else { "" };
        }
        vec![father, son]
    }

    fn twins(&mut self, roof: &Roof<'l>, draws: &mut Draws) -> Vec<Person<'l>> {
        let age = draws.between(16, 60);
        let birth = self.born(age, draws);
        let female = draws.chance(0.5);
        let alike = draws.chance(0.7);
        let first = self.name(roof, female, draws);
        let mut second = self.name(roof, female == alike, draws);
        while second.given.native == first.given.native {
            second = self.name(roof, female == alike, draws);
        }
        vec![self.person(roof, first, birth, draws), self.person(roof, second, birth, draws)]
    }

    fn couple(&mut self, roof: &Roof<'l>, draws: &mut Draws) -> Vec<Person<'l>> {
        let age = draws.between(24, 85);
        let birth = self.born(age, draws);
        let name = self.name(roof, false, draws);
        let mut people = vec![self.person(roof, name, birth, draws)];
        let birth = self.born(age + draws.between(-6, 4), draws);
        let mut name = self.name(roof, true, draws);
        if draws.chance(odds::OWN_NAME_KEPT) {
            name.family = gendered(self.family(roof.country, draws), roof.country, true);
        }
        people.push(self.person(roof, name, birth, draws));
        if draws.chance(odds::CHILD) && age > 34 {
            let birth = self.born(draws.between(8, 30.min(age - 22)), draws);
            let female = draws.chance(0.5);
            let name = self.name(roof, female, draws);
            people.push(self.person(roof, name, birth, draws));
        }
        people
    }

    /// Names somebody who bears the name of the house.
    fn name(&self, roof: &Roof<'l>, female: bool, draws: &mut Draws) -> Name {
        let country = roof.country;
        let has_middle = matches!(country, Country::Us | Country::Gb) && draws.chance(odds::MIDDLE);
        Name {
            female,
            given: self.lists.names(country).given(female, draws).clone(),
            middle: has_middle.then(|| *draws.pick(&MIDDLE_INITIALS)),
            family: gendered(roof.family.clone(), country, female),
        }
    }

    fn roof(&mut self, several: bool, draws: &mut Draws) -> Roof<'l> {
        let country = *self.countries.draw(draws);
        let home = self.home(country, draws);
        let former_home = draws.chance(odds::MOVED).then(|| self.home(country, draws));
        let family = self.family(country, draws);
        let area_code = home.city.area_code(draws).to_owned();
        let landline = draws
            .chance(odds::SHARED_LANDLINE)
            .then(|| Phone::landline(country, &area_code, self.fiction, draws));
        let mailbox = (several && draws.chance(odds::SHARED_MAILBOX))
            .then(|| self.mailboxes.shared(&family, draws));
        Roof { country, home, former_home, family, area_code, landline, mailbox }
    }

    fn person(
        &mut self,
        roof: &Roof<'l>,
        Name { female, given, middle, family }: Name,
        birth: Date,
        draws: &mut Draws,
    ) -> Person<'l> {
        let country = roof.country;
        self.next_number += 1;
        let former_family = (female && draws.chance(odds::NAME_CHANGED))
            .then(|| gendered(self.family(country, draws), country, true));
        let company = draws.chance(odds::COMPANY).then(|| company(country, draws));
        let own = self.mailboxes.personal(&given, &family, birth, company.as_deref(), draws);
        let email = roof.mailbox.clone().unwrap_or(own);
        let second_email = draws
            .chance(odds::SECOND_EMAIL)
            .then(|| self.mailboxes.personal(&given, &family, birth, None, draws));
        let former_email = draws.chance(odds::EMAIL_CHANGED).then(|| {
            let family = former_family.as_ref().unwrap_or(&family);
            self.mailboxes.personal(&given, family, birth, None, draws)
        });
        let mut mobile = || Phone::mobile(country, &roof.area_code, self.fiction, draws);
        let (mobile, spare) = (mobile(), mobile());
        Person {
            number: self.next_number,
            country,
            female,
            given,
            middle,
            family,
            former_family,
            suffix: "",
            birth,
            home: roof.home.clone(),
            former_home: roof.former_home.clone(),
            email,
            second_email,
            former_email,
            mobile,
            former_mobile: draws.chance(odds::PHONE_CHANGED).then_some(spare),
            landline: roof.landline.clone(),
            company,
            segment: segment(draws),
            product: draws.pick::<&str>(&PRODUCTS),
            buyer: draws.chance(odds::BUYER),
            deceased: draws.chance(odds::DECEASED),
            since: before(self.clock, draws.between(30, 3600)),
        }
    }

    fn born(&self, age: i64, draws: &mut Draws) -> Date {
        before(self.clock, age * 365 + draws.between(1, 365))
    }

    fn home(&self, country: Country, draws: &mut Draws) -> Home<'l> {
        let city = self.lists.city(country, draws);
        let house = match country {
            Country::Us => draws.between(100, 9899).to_string(),
            Country::Jp => format!("{}-{}-{}", draws.digit(), draws.between(1, 29), draws.digit()),
            _ => draws.between(1, 180).to_string(),
        };
        let unit = draws.chance(0.15).then(|| match country {
            Country::Us => format!("Apt {}", draws.between(1, 60)),
            Country::Gb => format!("Flat {}", draws.between(1, 30)),
            Country::De => format!("{}. OG", draws.between(1, 5)),
            _ => format!("{}{}", draws.between(1, 9), draws.pick(&['A', 'B', 'C'])),
        });
        let postcode = postcode(&city.postcode, draws);
        Home { street: self.lists.street(country, draws), house, unit, city, postcode }
    }

    fn family(&self, country: Country, draws: &mut Draws) -> Spelled {
        let names = self.lists.names(country);
        let rare = match country {
            Country::Us => odds::RARE_FAMILY_NAME_US,
            _ => odds::RARE_FAMILY_NAME,
        };
        if country == Country::Es {
            // A father's and a mother's name, both from the list.
            let (first, second) = (names.family(draws), names.family(draws));
            return first.each(|name| format!("{name} {}", second.native));
        }
        let name =
            if draws.chance(rare) { names.rare_family(draws) } else { names.family(draws).clone() };
        if draws.chance(odds::DOUBLE_NAME) && !country.has_own_script() {
            let second = names.family(draws);
            return name.each(|name| format!("{name}-{}", second.native));
        }
        name
    }
}

const MIDDLE_INITIALS: [char; 20] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T', 'V', 'W',
    'Y',
];

const PRODUCTS: [&str; 5] = ["Basic", "Basic", "Plus", "Plus", "Premium"];

const COMPANIES: [&str; 32] = [
    "Nordwind",
    "Bluestone",
    "Aurora",
    "Kestrel",
    "Larkfield",
    "Solaris",
    "Meridian",
    "Castello",
    "Helios",
    "Vega",
    "Orchid",
    "Granite",
    "Silverline",
    "Eastgate",
    "Quarry",
    "Tamarind",
    "Lumen",
    "Pinecrest",
    "Harborview",
    "Falconer",
    "Brightwater",
    "Copperfield",
    "Ostara",
    "Westmark",
    "Juniper",
    "Altamira",
    "Fontane",
    "Delphi",
    "Rotunda",
    "Saffron",
    "Wildrose",
    "Zenith",
];

fn company(country: Country, draws: &mut Draws) -> String {
    let forms: &[&str] = match country {
        Country::Us => &["Inc.", "LLC", "Corp."],
        Country::Gb => &["Ltd", "PLC"],
        Country::De => &["GmbH", "AG", "KG"],
        Country::Fr => &["SARL", "SA"],
        Country::Es => &["S.L.", "S.A."],
        Country::It => &["S.r.l.", "S.p.A."],
        Country::Nl => &["B.V.", "N.V."],
        Country::Pl => &["Sp. z o.o."],
        Country::Gr | Country::Ua | Country::Jp => &["Ltd"],
    };
    format!("{} {}", draws.pick(&COMPANIES), draws.pick(forms))
}

fn segment(draws: &mut Draws) -> &'static str {
    match draws.unit() {
        share if share < 0.55 => "Consumer",
        share if share < 0.75 => "Premium",
        share if share < 0.92 => "Small Business",
        _ => "Enterprise",
    }
}

fn postcode(pattern: &str, draws: &mut Draws) -> String {
    pattern
        .chars()
        .map(|mark| match mark {
            '#' => draws.digit(),
            '%' => *draws.pick(&['1', '2', '3', '4', '5', '6', '7', '8', '9']),
            // Letters that the inward part of a British postcode uses; the Dutch use them too.
            '@' => *draws.pick(&['A', 'B', 'D', 'E', 'H', 'J', 'L', 'N', 'P', 'R', 'T', 'X']),
            other => other,
        })
        .collect()
}

/// Gives a family name the form that a woman bears, where names have one.
fn gendered(family: Spelled, country: Country, female: bool) -> Spelled {
    if !female {
        return family;
    }
    let endings: &[(&str, &str)] = match country {
        Country::Pl => &[("ski", "ska"), ("cki", "cka")],
        Country::Ua => &[("ський", "ська"), ("цький", "цька"), ("skyi", "ska"), ("tsky", "tska")],
        Country::Gr => &[
            ("πουλος", "πούλου"),
            ("ης", "η"),
            ("ας", "α"),
            ("ος", "ου"),
            ("poulos", "poulou"),
            ("is", "i"),
            ("as", "a"),
            ("os", "ou"),
        ],
        _ => return family,
    };
    family.each(|name| {
        let ending = endings.iter().find(|(male, _)| name.ends_with(male));
        match ending {
            Some((male, female)) => format!("{}{female}", &name[..name.len() - male.len()]),
            None => name.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_mailbox_has_one_owner_in_the_whole_data_set() {
        let lists = Lists::built_in();
        let settings = Settings::default();
        let mut seen = BTreeSet::new();
        let mut owners = BTreeSet::new();
        for chunk in 0..3 {
            let mut inventor = Inventor::of(&lists, &settings, true, chunk, (3, chunk * 10_000));
            let mut draws = Draws::of(1, chunk);
            for home in 0..3000 {
                for person in inventor.household(&mut draws) {
                    let mine = [Some(person.email), person.second_email, person.former_email];
                    for address in mine.into_iter().flatten() {
                        seen.insert(address.clone());
                        owners.insert((address, chunk, home));
                    }
                }
            }
        }
        assert_eq!(seen.len(), owners.len(), "two households share an address");
    }

    #[test]
    fn women_bear_their_form_of_the_name() {
        let name = |native: &str| Spelled { native: native.to_owned(), latin: Vec::new() };
        assert_eq!(gendered(name("Kowalski"), Country::Pl, true).native, "Kowalska");
        assert_eq!(gendered(name("Nowak"), Country::Pl, true).native, "Nowak");
        assert_eq!(gendered(name("Παπαδάκης"), Country::Gr, true).native, "Παπαδάκη");
        assert_eq!(gendered(name("Kowalski"), Country::Pl, false).native, "Kowalski");
        assert_eq!(gendered(name("Kowalski"), Country::Us, true).native, "Kowalski");
    }
}
