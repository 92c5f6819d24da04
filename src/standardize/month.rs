//! Which month has the name?

use std::sync::LazyLock;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Names of months in a hundred languages; 0 where two of them mean different months.
static OTHER_MONTHS: LazyLock<HashMap<&'static str, i32, FxBuildHasher>> = LazyLock::new(|| {
    let mut months: HashMap<&'static str, i32, FxBuildHasher> = HashMap::default();
    for line in include_str!("data/months.csv").lines().skip(1) {
        let Some((month, names)) = line.split_once(',') else { continue };
        let month = month.parse().unwrap_or(0);
        for name in names.split(';') {
            months
                .entry(name)
                .and_modify(|known| *known = if *known == month { month } else { 0 })
                .or_insert(month);
        }
    }
    months
});

/// Gives the month of a name, whole or cut short, in English, German, French, Spanish, Italian,
/// Portuguese or Dutch, and after these in any language that we know; also of a Roman number.
pub(super) fn month_named(text: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = [
        "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
        "february feb februar februari février fevrier févr fevr febrero febbraio fevereiro fev",
        "march mar märz maerz mrz mär mars marzo março marco maart mrt",
        "april apr avril avr abril abr aprile",
        "may mai mayo maggio mag maio mei",
        "june jun juni juin junio giugno giu junho",
        "july jul juli juillet juil julio luglio lug julho",
        "august aug août aout agosto ago augustus",
        "september sep sept septembre septiembre settembre set setembro",
        "october oct oktober okt octobre octubre ottobre ott outubro out",
        "november nov novembre noviembre novembro",
        "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
    ];
    const ROMAN: [&str; 12] =
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(place) = ROMAN.iter().position(|roman| *roman == text) {
        return i32::try_from(place + 1).ok();
    }
    let small = text.to_lowercase();
    let place = MONTHS.iter().position(|names| names.split(' ').any(|name| name == small));
    match place {
        Some(place) => i32::try_from(place + 1).ok(),
        None => OTHER_MONTHS.get(small.as_str()).copied().filter(|month| *month > 0),
    }
}

/// Gives the month of a name that two languages give to different months, where the form of the
/// whole date tells the language: Croatian writes a point after the year and after the day, Polish
/// writes neither.
///
/// # Source
/// Unicode CLDR 48, date formats of `hr` and `pl`.
pub(super) fn of_form(name: &str, date: &str) -> Option<i32> {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let date = date.trim_end();
    let small = name.to_lowercase();
    match small.as_str() {
        "lip" if date.ends_with('.') => Some(6),
        "srp" if date.ends_with('.') => Some(7),
        "listopada" | "lis" if date.ends_with('.') => Some(10),
        "listopada" if !date.contains('.') => Some(11),
        // Irish, whose September and October have two words.
        "meán" => Some(9),
        "deireadh" => Some(10),
        _ => None,
    }
}

/// Words that stand between the parts: `7 de marzo de 1980`, `7th of March`, `1983. gada 17.
/// janvāris`, `1983 m. sausio 17 d.`, `17 ta’ Jannar 1983`.
pub(super) fn is_between(part: &str) -> bool {
    matches!(
        part,
        "de" | "del"
            | "of"
            | "the"
            | "den"
            | "le"
            | "di"
            | "г"
            | "года"
            | "р"
            | "року"
            | "gada"
            | "m"
            | "d"
            | "ta"
            | "ta’"
            | "Fómhair"
            | "fómhair"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_languages_share_is_read_by_the_form_of_the_date() {
        for (name, date, month) in [
            ("listopada", "17. listopada 1983.", Some(10)),
            ("listopada", "17 listopada 1983", Some(11)),
            ("lis", "17 lis 1983", None),
            ("srp", "17. srp 1983.", Some(7)),
            ("srp", "17. srp 1983", None),
        ] {
            assert_eq!(month_named(name), None, "{name}");
            assert_eq!(of_form(name, date), month, "{date}");
        }
        assert_eq!(month_named("IV"), Some(4));
        assert_eq!(month_named("iv"), None);
    }
}
