//! Which year is it in the calendar of the west?
//!
//! Japan counts by emperors, Taiwan from 1912, Thailand from Buddha; all of them write the parts
//! of a date with signs of their own.

/// Rewrites a date of East Asia with the year of the west: `昭和58年4月7日`, `S58.4.7`, `民國72年4月7日`,
/// `1983년 4월 7일`, `７ เม.ย. 2526`; nothing where it is no such date.
///
/// # Source
/// JIS X 0301, eras of Japan; the other eras as CLDR 48 counts them.
pub(super) fn western(text: &str) -> Option<String> {
    if let [letter @ (b'M' | b'T' | b'S' | b'H' | b'R'), b'0'..=b'9', ..] = text.as_bytes() {
        let first = ERAS.iter().find(|(_, own, _)| *own == char::from(*letter))?.2;
        let (year, rest) = text[1..].split_once(['.', '/', '-'])?;
        return Some(format!("{}.{rest}", first + year_of(year)? - 1));
    }
    if text.is_ascii() {
        return None;
    }
    let plain: String = text.chars().map(narrow).collect();
    if plain.contains(['年', '년']) {
        let of_era = ERAS.iter().find_map(|(name, _, first)| {
            let (year, rest) = plain.strip_prefix(name)?.trim_start().split_once('年')?;
            Some(format!("{}年{rest}", first + year_of(year)? - 1))
        });
        let dashed = of_era.unwrap_or(plain);
        let dashed = dashed.replace(['年', '월', '月', '년'], "-").replace(['日', '일'], " ");
        return Some(dashed.replace("- ", "-").trim().to_owned());
    }
    let is_thai = plain.contains(|c| ('\u{e01}'..='\u{e3a}').contains(&c));
    if is_thai
        && let Some((rest, year)) = plain.rsplit_once(' ')
        && let Ok(year @ 2400..2700) = year.parse::<i32>()
    {
        return Some(format!("{rest} {}", year - 543));
    }
    (plain != text).then_some(plain)
}

/// The names of eras, their letters in Japan, and the first year of each.
const ERAS: [(&str, char, i32); 7] = [
    ("明治", 'M', 1868),
    ("大正", 'T', 1912),
    ("昭和", 'S', 1926),
    ("平成", 'H', 1989),
    ("令和", 'R', 2019),
    ("民國", ' ', 1912),
    ("民国", ' ', 1912),
];

/// The first year of an era has a name: `元年`.
fn year_of(text: &str) -> Option<i32> {
    if text == "元" {
        Some(1)
    } else {
        text.trim().parse().ok().filter(|year| (1..=99).contains(year))
    }
}

/// Gives the narrow form of a digit or mark that is as wide as a Chinese letter.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_other_calendars_are_years_of_the_west() {
        for (raw, expected) in [
            ("昭和58年4月7日", Some("1983-4-7")),
            ("令和元年5月1日", Some("2019-5-1")),
            ("S58.4.7", Some("1983.4.7")),
            ("H31/4/30", Some("2019.4/30")),
            ("民國72年4月7日", Some("1983-4-7")),
            ("１９８３年４月７日", Some("1983-4-7")),
            ("１９８３／０４／０７", Some("1983/04/07")),
            ("1983년 4월 7일", Some("1983-4-7")),
            ("7 เมษายน 2526", Some("7 เมษายน 1983")),
            ("1983-04-07", None),
            ("Mar-07-1980", None),
            ("7. März 1980", None),
        ] {
            assert_eq!(western(raw).as_deref(), expected, "{raw}");
        }
    }
}
