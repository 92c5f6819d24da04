//! How does a person become a record: what is left out, old, misspelled or made up?

use super::draw::Draws;
use super::lists::{Lists, Spelled};
use super::odds::{self, Missing, people, records as odd};
use super::person::{Home, Person, before};
use super::phone::{Phone, PhoneFormat};
use super::record::{Broken, Record, Source, Typed};
use super::spoil;
use super::{Country, Settings};

/// E-mail addresses that stand for none.
pub(super) const PLACEHOLDER_EMAILS: [&str; 5] =
    ["test@test.com", "noemail@noemail.com", "none@none.com", "n/a", "unknown@example.com"];

const PLACEHOLDER_PHONES: [&str; 5] =
    ["555-0000", "0000000000", "1234567890", "999-999-9999", "N/A"];

const PLACEHOLDER_BIRTHS: [Typed; 3] = [
    Typed { year: 1900, month: 1, day: 1 },
    Typed { year: 1970, month: 1, day: 1 },
    Typed { year: 1911, month: 11, day: 11 },
];

const PLACEHOLDER_NAMES: [(&str, &str); 5] =
    [("Test", "Test"), ("N/A", "N/A"), ("", "Unknown"), ("asdf", "asdf"), ("Max", "Mustermann")];

const PLACEHOLDER_STREETS: [&str; 4] = ["N/A", "unknown", "xxx", "-"];

/// Types the records of people.
pub(super) struct Typist<'l> {
    pub(super) lists: &'l Lists,
    pub(super) settings: &'l Settings,
}

impl Typist<'_> {
    /// Types a record of a person. A stale one shows an earlier state.
    pub(super) fn record(
        &self,
        person: &Person<'_>,
        source: Source,
        stale: bool,
        draws: &mut Draws,
    ) -> Record {
        let missing = missing(source);
        let native = person.country.has_own_script() && draws.chance(people::NATIVE_SCRIPT);
        let mut record = Record { true_id: person.true_id(), ..Record::default() };
        self.type_name(&mut record, person, (native, stale), draws);
        type_emails(&mut record, person, source, stale, draws);
        type_phones(&mut record, person, source, stale, draws);
        if !draws.chance(missing.birth) {
            record.birth = Some(typed_birth(person, draws));
        }
        let home = person.former_home.as_ref().filter(|_| stale).unwrap_or(&person.home);
        type_address(&mut record, home, person.country, (source, native), draws);
        self.type_facts(&mut record, person, source, stale, draws);
        change_style(&mut record, person.country, draws);
        drop_missing(&mut record, missing, draws);
        if source != Source::Shop && draws.chance(odd::BROKEN_ROW) {
            record.broken = Some(*draws.pick(&[Broken::TooShort, Broken::NotText]));
            record.true_id.clear();
        }
        record
    }

    fn type_name(
        &self,
        record: &mut Record,
        person: &Person<'_>,
        (native, stale): (bool, bool),
        draws: &mut Draws,
    ) {
        let mut first = shown(&person.given, native, draws);
        let family = person.former_family.as_ref().filter(|_| stale).unwrap_or(&person.family);
        let mut last = shown(family, native, draws);
        if person.country == Country::Es && draws.chance(0.3) {
            // The mother's name is often left out.
            last.truncate(last.find(' ').unwrap_or(last.len()));
        }
        let nicknames = self.lists.nicknames(&first);
        if !nicknames.is_empty() && draws.chance(odd::NICKNAME) {
            first.clone_from(draws.pick(nicknames));
        } else if draws.chance(odd::INITIAL) && !native {
            first = first.chars().take(1).chain(['.']).collect();
        } else if draws.chance(odd::TYPO_GIVEN) {
            first = spoil::slip(&first, draws);
        }
        if draws.chance(odd::TYPO_FAMILY) {
            last = spoil::slip(&last, draws);
        }
        if draws.chance(odd::SWAPPED) {
            std::mem::swap(&mut first, &mut last);
        } else if draws.chance(odd::BOTH_IN_ONE) {
            last = if draws.chance(0.5) {
                format!("{last}, {first}")
            } else {
                format!("{first} {last}")
            };
            first.clear();
        } else if draws.chance(odd::PLACEHOLDER_NAME) {
            let (made_up, up) = *draws.pick(&PLACEHOLDER_NAMES);
            (first, last) = (made_up.to_owned(), up.to_owned());
        }
        record.salutation = match draws.below(4) {
            0 if person.female => "Ms.",
            0 => "Mr.",
            _ => "",
        };
        record.middle = person.middle.filter(|_| draws.chance(0.5)).map_or_else(String::new, |m| {
            if draws.chance(0.5) { format!("{m}.") } else { m.to_string() }
        });
        if draws.chance(0.7) {
            person.suffix.clone_into(&mut record.suffix);
        }
        (record.first, record.last) = (first, last);
    }

    fn type_facts(
        &self,
        record: &mut Record,
        person: &Person<'_>,
        source: Source,
        stale: bool,
        draws: &mut Draws,
    ) {
        let clock = self.settings.clock;
        let known_days = i64::from((clock - person.since).get_days()).max(2);
        let age = draws.between(1, known_days);
        record.created = before(clock, age);
        let least = if stale { age.min(200) } else { 0 };
        record.updated = before(clock, draws.between(least, age));
        record.minute = u16::try_from(draws.between(7 * 60, 19 * 60)).unwrap_or(0);
        record.language = person.country.language();
        record.market = person.country.market();
        record.segment = person.segment;
        record.product = if person.buyer { person.product } else { "" };
        let with_company = if source == Source::Shop { 0.2 } else { 0.8 };
        if draws.chance(with_company) {
            record.company = person.company.clone().unwrap_or_default();
        }
        record.email_opt_out = draws.chance(odd::EMAIL_OPT_OUT);
        record.do_not_call = draws.chance(odd::DO_NOT_CALL);
        record.deceased = person.deceased && draws.chance(0.7);
        record.deleted = draws.chance(odd::DELETED);
    }
}

fn missing(source: Source) -> &'static Missing {
    match source {
        Source::Salesforce => &odds::MISSING_SALESFORCE,
        Source::Hubspot => &odds::MISSING_HUBSPOT,
        Source::Shop => &odds::MISSING_SHOP,
    }
}

fn shown(name: &Spelled, native: bool, draws: &mut Draws) -> String {
    if native { name.native.clone() } else { name.any_latin(draws).to_owned() }
}

fn type_emails(
    record: &mut Record,
    person: &Person<'_>,
    source: Source,
    stale: bool,
    draws: &mut Draws,
) {
    if draws.chance(odd::PLACEHOLDER_EMAIL) {
        record.emails.push((*draws.pick(&PLACEHOLDER_EMAILS)).to_owned());
        return;
    }
    let former = person.former_email.as_ref().filter(|_| stale);
    let second = person.second_email.as_ref();
    let main = former.or(second.filter(|_| draws.chance(0.2))).unwrap_or(&person.email);
    let mut email = main.clone();
    if draws.chance(odd::EMAIL_PLUS_TAG) {
        let tag = draws.pick(&["+shop@", "+news@", "+crm@"]);
        email = email.replacen('@', tag, 1);
    } else if draws.chance(odd::EMAIL_DOTS) {
        let (local, domain) = email.split_once('@').unwrap_or((&email, ""));
        email = format!("{}@{domain}", local.replace('.', ""));
    } else if draws.chance(odd::TYPO_EMAIL) {
        email = spoil::slip(&email, draws);
    }
    if draws.chance(odd::EMAIL_CAPITALS) {
        email = email.to_uppercase();
    }
    record.emails.push(email);
    let more = [second, person.former_email.as_ref()];
    if source == Source::Hubspot {
        for other in more.into_iter().flatten().filter(|other| *other != main) {
            if draws.chance(0.5) {
                record.emails.push(other.clone());
            }
        }
    }
}

fn type_phones(
    record: &mut Record,
    person: &Person<'_>,
    source: Source,
    stale: bool,
    draws: &mut Draws,
) {
    if draws.chance(odd::PLACEHOLDER_PHONE) {
        (*draws.pick(&PLACEHOLDER_PHONES)).clone_into(&mut record.mobile);
        return;
    }
    let mobile = person.former_mobile.as_ref().filter(|_| stale).unwrap_or(&person.mobile);
    let landline = person.landline.as_ref();
    match (source, landline) {
        (Source::Shop, Some(landline)) if draws.chance(0.4) => {
            record.landline = typed_phone(landline, draws);
        }
        _ => record.mobile = typed_phone(mobile, draws),
    }
    if let Some(landline) = landline.filter(|_| source == Source::Salesforce && draws.chance(0.5)) {
        record.landline = typed_phone(landline, draws);
    }
}

fn typed_phone(phone: &Phone, draws: &mut Draws) -> String {
    let mut phone = phone.clone();
    if draws.chance(odd::TYPO_PHONE) {
        phone.rest = spoil::digit_off(&phone.rest, draws);
    }
    let text = phone.written(*draws.pick(&PhoneFormat::ALL));
    if draws.chance(odd::PHONE_SCIENTIFIC) {
        return spoil::scientific(&phone.e164());
    }
    if draws.chance(odd::PHONE_EXTENSION) {
        return format!("{text} x{}", draws.between(10, 999));
    }
    text
}

fn typed_birth(person: &Person<'_>, draws: &mut Draws) -> Typed {
    let mut birth = Typed::from(person.birth);
    if draws.chance(odd::PLACEHOLDER_BIRTH) {
        return *draws.pick(&PLACEHOLDER_BIRTHS);
    }
    if draws.chance(odd::DAY_MONTH_SWAPPED) && birth.day <= 12 {
        std::mem::swap(&mut birth.day, &mut birth.month);
    } else if draws.chance(odd::BIRTH_DIGIT_OFF) {
        match draws.below(3) {
            0 => birth.year += if draws.chance(0.5) { 10 } else { -10 },
            1 => birth.year += if draws.chance(0.5) { 1 } else { -1 },
            _ => birth.day = if birth.day > 9 { birth.day - 10 } else { birth.day + 10 }.max(1),
        }
    } else if draws.chance(odd::BIRTH_IMPOSSIBLE) {
        (birth.month, birth.day) = (2, 31);
    }
    birth
}

fn type_address(
    record: &mut Record,
    home: &Home<'_>,
    country: Country,
    (source, native): (Source, bool),
    draws: &mut Draws,
) {
    let mut street = shown(home.street, native, draws);
    if draws.chance(odd::TYPO_STREET) {
        street = spoil::slip(&street, draws);
    }
    if draws.chance(odd::STREET_SHORT) {
        street = spoil::short_street(&street);
    }
    let unit = home.unit.as_ref().filter(|_| draws.chance(0.6));
    record.street = with_house(&street, &home.house, unit.map(String::as_str), country, source);
    let exonym = home.city.exonym().filter(|_| !country.has_own_script() && draws.chance(0.1));
    record.city =
        exonym.unwrap_or_else(|| home.city.name(native || !country.has_own_script())).to_owned();
    if draws.chance(odd::TYPO_CITY) {
        record.city = spoil::slip(&record.city, draws);
    }
    record.region = match source {
        Source::Salesforce => home.city.region.clone(),
        Source::Hubspot => home.city.region_name.clone(),
        Source::Shop => String::new(),
    };
    record.postcode.clone_from(&home.postcode);
    if draws.chance(odd::ZERO_LOST) && matches!(country, Country::De | Country::Us) {
        record.postcode = record.postcode.trim_start_matches('0').to_owned();
    }
    record.country = match source {
        Source::Salesforce => country.code().to_owned(),
        Source::Hubspot => (*draws.pick(country.names())).to_owned(),
        Source::Shop if draws.chance(0.5) => country.code().to_owned(),
        Source::Shop => country.names().last().copied().unwrap_or_default().to_owned(),
    };
    if draws.chance(odd::PLACEHOLDER_STREET) {
        (*draws.pick(&PLACEHOLDER_STREETS)).clone_into(&mut record.street);
    }
}

/// Puts the house's number where the country puts it.
fn with_house(
    street: &str,
    house: &str,
    unit: Option<&str>,
    country: Country,
    source: Source,
) -> String {
    let mut line = match country {
        Country::Us | Country::Gb | Country::Fr => format!("{house} {street}"),
        Country::Es | Country::It => format!("{street}, {house}"),
        _ => format!("{street} {house}"),
    };
    if let Some(unit) = unit {
        // Salesforce keeps the lines of an address in one field.
        line.push_str(if source == Source::Salesforce { "\n" } else { ", " });
        line.push_str(unit);
    }
    line
}

/// Changes how the whole record is written: capitals, accents, the wrong encoding, stray space.
fn change_style(record: &mut Record, country: Country, draws: &mut Draws) {
    let by_two = country == Country::De && draws.chance(0.5);
    let change: Option<fn(&str) -> String> = match draws.unit() {
        share if share < odd::ALL_CAPITALS => Some(str::to_uppercase),
        share if share < odd::ALL_CAPITALS + odd::ALL_SMALL => Some(str::to_lowercase),
        share if share < odd::ALL_CAPITALS + odd::ALL_SMALL + odd::FOLDED && by_two => {
            Some(|text| spoil::folded(text, true))
        }
        share if share < odd::ALL_CAPITALS + odd::ALL_SMALL + odd::FOLDED => {
            Some(|text| spoil::folded(text, false))
        }
        share if share > 1.0 - odd::MOJIBAKE => Some(spoil::mojibake),
        _ => None,
    };
    let values = [&mut record.first, &mut record.last, &mut record.street, &mut record.city];
    if let Some(change) = change {
        for value in values {
            *value = change(value);
        }
    }
    if draws.chance(odd::SPACES) {
        record.last = spoil::spaced(&record.last, draws);
    }
}

fn drop_missing(record: &mut Record, missing: &Missing, draws: &mut Draws) {
    if draws.chance(missing.given) {
        record.first.clear();
    }
    if draws.chance(missing.email) {
        record.emails.clear();
    }
    if draws.chance(missing.phone) {
        record.mobile.clear();
        record.landline.clear();
    }
    if draws.chance(missing.address) {
        record.street.clear();
        record.city.clear();
        record.region.clear();
        record.postcode.clear();
        if draws.chance(0.5) {
            record.country.clear();
        }
    }
    if draws.chance(missing.postcode) {
        record.postcode.clear();
    }
    if draws.chance(missing.country) {
        record.country.clear();
    }
}
