//! Which names, streets and cities are there to choose from?
//!
//! The lists are compiled in. `terms/names/README.md` and `places/README.md` say where they come
//! from.

use serde::Deserialize;

use super::Country;
use super::draw::{Draws, Weighted};
use crate::terms::names;

/// A name as its owner writes it, and in Latin letters where those are others.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelled {
    /// In its own script.
    pub(super) native: String,
    /// In Latin letters, each usual way; none where it is Latin already.
    pub(super) latin: Vec<String>,
}

impl Spelled {
    /// Gives the most usual form in Latin letters.
    pub(super) fn in_latin(&self) -> &str {
        self.latin.first().unwrap_or(&self.native)
    }

    /// Gives any of the forms in Latin letters.
    pub(super) fn any_latin(&self, draws: &mut Draws) -> &str {
        match self.latin.as_slice() {
            [] => &self.native,
            forms => draws.pick::<String>(forms),
        }
    }

    /// Joins two parts of a name, in each script.
    fn and(&self, end: &Spelled) -> Spelled {
        let latin = if self.latin.is_empty() {
            Vec::new()
        } else {
            vec![format!("{}{}", self.in_latin(), end.in_latin())]
        };
        Spelled { native: format!("{}{}", self.native, end.native), latin }
    }

    /// Changes every form.
    pub(super) fn each(&self, change: impl Fn(&str) -> String) -> Spelled {
        let latin = self.latin.iter().map(|form| change(form)).collect();
        Spelled { native: change(&self.native), latin }
    }
}

/// The names of a country.
#[derive(Debug)]
pub(super) struct Names {
    female: Weighted<Spelled>,
    male: Weighted<Spelled>,
    family: Weighted<Spelled>,
    heads: Vec<Spelled>,
    ends: Vec<Spelled>,
}

impl Names {
    pub(super) fn given<'a>(&'a self, female: bool, draws: &mut Draws) -> &'a Spelled {
        if female { self.female.draw(draws) } else { self.male.draw(draws) }
    }

    pub(super) fn family<'a>(&'a self, draws: &mut Draws) -> &'a Spelled {
        self.family.draw(draws)
    }

    /// Makes a family name that is not on the list, of a head and an end: a country has many
    /// thousand names, and most are rare.
    pub(super) fn rare_family(&self, draws: &mut Draws) -> Spelled {
        if self.heads.is_empty() {
            return self.family.draw(draws).clone();
        }
        let (head, end) = (draws.pick(&self.heads), draws.pick(&self.ends));
        head.and(end)
    }
}

/// A city, or a part of one.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct City {
    country: String,
    #[serde(rename = "city")]
    name: String,
    /// The part of its ISO 3166-2 code behind the hyphen.
    pub(super) region: String,
    pub(super) region_name: String,
    /// `#` is a digit, `%` a digit from 1, `@` a letter.
    pub(super) postcode: String,
    area_codes: String,
    weight: f64,
    latin: String,
}

impl City {
    pub(super) fn name(&self, native: bool) -> &str {
        if native || self.latin.is_empty() { &self.name } else { &self.latin }
    }

    /// Gives the name by which others know it, if there is one.
    pub(super) fn exonym(&self) -> Option<&str> {
        (!self.latin.is_empty()).then_some(self.latin.as_str())
    }

    pub(super) fn area_code(&self, draws: &mut Draws) -> &str {
        let codes: Vec<_> = self.area_codes.split(' ').collect();
        draws.pick::<&str>(&codes)
    }
}

/// All lists.
#[derive(Debug)]
pub(super) struct Lists {
    names: Vec<Names>,
    cities: Vec<Weighted<City>>,
    streets: Vec<Vec<Spelled>>,
    nicknames: Vec<(String, Vec<String>)>,
}

impl Lists {
    /// Reads the lists that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub(super) fn built_in() -> Lists {
        let cities: Vec<City> = rows(include_str!("places/cities.csv"));
        let streets: Vec<StreetRow> = rows(include_str!("places/streets.csv"));
        let of = |country: Country| {
            cities.iter().filter(move |city| city.country == country.code()).cloned()
        };
        let streets_of = |country: Country| {
            streets.iter().filter(move |row| row.country == country.code()).map(StreetRow::spelled)
        };
        let mut nicknames: Vec<_> = rows::<NicknameRow>(include_str!("nicknames.csv"))
            .into_iter()
            .map(|row| (row.given, parts(&row.nicknames)))
            .collect();
        nicknames.sort();
        Lists {
            names: Country::ALL.into_iter().map(names_of).collect(),
            cities: Country::ALL
                .into_iter()
                .map(|country| Weighted::of(of(country).map(|city| (city.clone(), city.weight))))
                .collect(),
            streets: Country::ALL
                .into_iter()
                .map(|country| streets_of(country).collect())
                .collect(),
            nicknames,
        }
    }

    pub(super) fn names(&self, country: Country) -> &Names {
        &self.names[country as usize]
    }

    pub(super) fn city<'a>(&'a self, country: Country, draws: &mut Draws) -> &'a City {
        self.cities[country as usize].draw(draws)
    }

    pub(super) fn street<'a>(&'a self, country: Country, draws: &mut Draws) -> &'a Spelled {
        draws.pick(&self.streets[country as usize])
    }

    /// Gives the nicknames of a given name, if any are known.
    pub(super) fn nicknames(&self, given: &str) -> &[String] {
        match self.nicknames.binary_search_by(|(name, _)| name.as_str().cmp(given)) {
            Ok(place) => &self.nicknames[place].1,
            Err(_) => &[],
        }
    }
}

#[derive(Deserialize)]
struct NameRow {
    kind: char,
    name: String,
    weight: f64,
    latin: String,
}

#[derive(Deserialize)]
struct StreetRow {
    country: String,
    street: String,
    latin: String,
}

impl StreetRow {
    fn spelled(&self) -> Spelled {
        Spelled { native: self.street.clone(), latin: parts(&self.latin) }
    }
}

#[derive(Deserialize)]
struct NicknameRow {
    given: String,
    nicknames: String,
}

fn names_of(country: Country) -> Names {
    let text = match country {
        Country::De => names::DE,
        Country::Es => names::ES,
        Country::Fr => names::FR,
        Country::Gb => names::GB,
        Country::Gr => names::GR,
        Country::It => names::IT,
        Country::Jp => names::JP,
        Country::Nl => names::NL,
        Country::Pl => names::PL,
        Country::Ua => names::UA,
        Country::Us => names::US,
    };
    let rows: Vec<NameRow> = rows(text);
    let of = |kind: char| {
        rows.iter()
            .filter(move |row| row.kind == kind)
            .map(|row| (Spelled { native: row.name.clone(), latin: parts(&row.latin) }, row.weight))
    };
    let (heads, ends): (Vec<_>, Vec<_>) = match country {
        // English names are made the same way on both sides of the ocean.
        Country::Us => {
            let british = names_of(Country::Gb);
            (british.heads, british.ends)
        }
        _ => (of('h').map(|(name, _)| name).collect(), of('e').map(|(name, _)| name).collect()),
    };
    Names {
        female: Weighted::of(of('f')),
        male: Weighted::of(of('m')),
        family: Weighted::of(of('s')),
        heads,
        ends,
    }
}

fn parts(cell: &str) -> Vec<String> {
    cell.split('|').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn rows<T: serde::de::DeserializeOwned>(text: &'static str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("a built-in list: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_every_list() {
        let lists = Lists::built_in();
        for country in Country::ALL {
            let names = lists.names(country);
            assert!(![&names.female, &names.male, &names.family].iter().any(|l| l.is_empty()));
            assert!(!lists.cities[country as usize].is_empty(), "{country:?}");
            assert!(lists.streets[country as usize].len() >= 8, "{country:?}");
            assert_eq!(names.heads.is_empty(), names.ends.is_empty());
        }
        assert_eq!(lists.nicknames("Robert")[0], "Bob");
        assert!(lists.nicknames("Zzz").is_empty());
    }

    #[test]
    fn the_order_of_countries_is_that_of_their_numbers() {
        for (place, country) in Country::ALL.into_iter().enumerate() {
            assert_eq!(country as usize, place);
        }
    }
}
