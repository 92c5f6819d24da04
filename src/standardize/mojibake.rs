//! Was the text read in another encoding than it was written in?
//!
//! UTF-8 that was read as something else shows pairs and triples of odd letters: `MÃ¼ller`,
//! `M√ºller`, `M├╝ller`. A run of them is undone where its bytes are UTF-8 and what comes out is
//! something that stands in names, since `NESTLÉ®` and `BRONTË…` are bytes of UTF-8 too.

use std::sync::LazyLock;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Characters of the bytes 0x80 to 0xff, in encodings for which UTF-8 is taken. The first is
/// Windows-1252, in which the bytes that are not assigned stand for themselves.
const READ_AS: [&str; 5] = [
    "\u{20ac}\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
    // Mac OS Roman
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒ\
    œ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
    // code page 437, of DOS
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
    ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    // Windows-1250
    "€\u{fffe}‚\u{fffe}„…†‡\u{fffe}‰Š‹ŚŤŽŹ\u{fffe}‘’“”•–—\u{fffe}™š›śťžź\u{a0}ˇ˘Ł¤Ą¦§¨©Ş«\
    ¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůú\
    űüýţ˙",
    // Windows-1251
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{fffe}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕїАБВ\
    ГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя",
];

/// Stands in the lists above for a byte that no character has.
const NOT_ASSIGNED: char = '\u{fffe}';

/// Undoes a wrong reading, run by run of letters outside ASCII; nothing where there is none.
pub(super) fn mended(text: &str) -> Option<String> {
    // A letter of UTF-8 outside ASCII has two bytes at least, and few texts have two such letters
    // side by side.
    let mut is_after = false;
    let has_pair =
        text.chars().any(|c| std::mem::replace(&mut is_after, !c.is_ascii()) && is_after);
    if !has_pair && !text.contains('Ã') {
        return None;
    }
    (0..READ_AS.len()).find_map(|encoding| mended_from(text, encoding))
}

fn mended_from(text: &str, encoding: usize) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut rest = text;
    while let Some(start) = rest.find(|c| byte_of(c, encoding).is_some()) {
        mended.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c| byte_of(c, encoding).is_none()).unwrap_or(rest.len());
        let run = &rest[..end];
        let bytes: Vec<u8> = run.chars().filter_map(|c| byte_of(c, encoding)).collect();
        match String::from_utf8(bytes) {
            Ok(read) if is_meant(run, &read, encoding) => {
                mended.push_str(&read);
                is_changed = true;
            }
            _ => mended.push_str(run),
        }
        rest = &rest[end..];
    }
    mended.push_str(rest);
    if encoding == 0
        && let Some(with_grave) = with_lost_space(&mended)
    {
        return Some(with_grave);
    }
    is_changed.then_some(mended)
}

/// `voilÃ  le`: the second byte of `à` is a space that does not break, and was cut off as one.
fn with_lost_space(text: &str) -> Option<String> {
    let is_cut = |(place, _): &(usize, &str)| {
        text[..*place].ends_with(|c: char| c.is_ascii_lowercase())
            && !text[place + 'Ã'.len_utf8()..].starts_with(char::is_alphanumeric)
    };
    let (place, _) = text.match_indices('Ã').find(is_cut)?;
    let rest = &text[place + 'Ã'.len_utf8()..];
    Some(format!("{}à{}", &text[..place], with_lost_space(rest).as_deref().unwrap_or(rest)))
}

/// The byte that a character outside ASCII was in each encoding; 0 where it was none.
static BYTES: LazyLock<HashMap<char, [u8; READ_AS.len()], FxBuildHasher>> = LazyLock::new(|| {
    let mut bytes: HashMap<char, [u8; READ_AS.len()], FxBuildHasher> = HashMap::default();
    for (encoding, characters) in READ_AS.iter().enumerate() {
        for (c, byte) in characters.chars().zip(0x80..=0xff) {
            if c != NOT_ASSIGNED {
                bytes.entry(c).or_default()[encoding] = byte;
            }
        }
    }
    // In Windows-1252 a control character is what its byte was.
    for control in 0x80..=0x9f_u8 {
        bytes.entry(char::from(control)).or_default()[0] = control;
    }
    bytes
});

fn byte_of(c: char, encoding: usize) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    BYTES.get(&c).map(|bytes| bytes[encoding]).filter(|byte| *byte != 0)
}

/// Tells whether what came out of a run can have been meant, and the run itself can not.
fn is_meant(run: &str, read: &str, encoding: usize) -> bool {
    let n_letters = read.chars().count();
    let is_known = read.chars().all(|c| match c {
        // `SELKÄ`, `AHÅ—`: letters that Maltese alone has, and that Latvian had once; and one
        // letter of most other scripts, which stands nowhere alone.
        'Ġ' | 'ŗ' | 'Ŗ' | '\u{590}'..='\u{1dff}' | '\u{a000}'..='\u{d7ff}' => n_letters > 1,
        // Latin, Greek, Cyrillic; marks that text programs set, the euro, ligatures, the mark of
        // the byte order; pictures and Han, which take three or four odd letters each.
        '\u{a0}'..='\u{17f}'
        | 'Ș'..='ț'
        | 'Ơ'
        | 'ơ'
        | 'Ư'
        | 'ư'
        | '\u{1e00}'..='\u{1eff}'
        | 'Ͱ'..='Ͽ'
        | 'А'..='џ'
        | 'Ё'
        | 'Є'
        | 'І'
        | 'Ї'
        | 'Ґ'
        | 'ґ'
        | '\u{2010}'..='\u{2044}'
        | '€'
        | '№'
        | '™'
        | '\u{2190}'..='\u{2bff}'
        | '\u{3040}'..='\u{9fff}'
        | '\u{fb00}'..='\u{fb06}'
        | '\u{fe0f}'
        | '\u{feff}'
        | '\u{1f000}'.. => true,
        _ => false,
    });
    // Cyrillic and the letters of Romania are letters that stand side by side.
    let is_odd = match encoding {
        1 => n_letters > 1 || run.contains(['√', '≈', 'ƒ', '¬', '∆', '‚']),
        4 => n_letters > 1 || !run.chars().all(char::is_alphabetic),
        3 => !run
            .chars()
            .all(|c| matches!(c, 'Ă' | 'ă' | 'Ş' | 'ş' | 'Ţ' | 'ţ' | 'Â' | 'â' | 'Î' | 'î')),
        0 => !is_natural(run),
        _ => true,
    };
    is_known && is_odd
}

/// `É®`, `Ë…”`, `Ó…`: a capital or small letter that Western names end with, and a mark behind it.
fn is_natural(run: &str) -> bool {
    let mut signs = run.chars();
    let is_letter = signs.next().is_some_and(|c| {
        matches!(c, 'À'..='ü') && !matches!(c, 'Â' | 'Ã' | 'Å' | 'Ä' | 'Î' | 'Ï' | 'Ð')
    });
    let mut marks = signs.peekable();
    let is_marked = marks.peek().is_some()
        && marks.all(|c| {
            matches!(
                c,
                '…' | '’'
                    | '‘'
                    | '“'
                    | '”'
                    | '®'
                    | '™'
                    | '\u{a0}'
                    | '¿'
                    | '¡'
                    | '´'
                    | '»'
                    | '«'
                    | '£'
                    | '€'
                    | '–'
                    | '—'
            )
        });
    is_letter && is_marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_reading_is_undone() {
        for (raw, expected) in [
            ("MÃ¼ller", "Müller"),
            ("JosÃ©", "José"),
            ("GroÃŸ", "Groß"),
            ("Ã…ngstrÃ¶m", "Ångström"),
            ("JiÅ™Ã\u{ad}", "Jiří"),
            ("Å\u{a0}veices", "Šveices"),
            ("voilÃ le travail", "voilà le travail"),
            ("â€œmismatchedâ€\u{9d}", "“mismatched”"),
            ("Ð˜Ð²Ð°Ð½", "Иван"),
            ("å±±ç”°", "山田"),
            // The cases of ftfy in other encodings than Windows-1252.
            ("Le Vigne di Zam√≤", "Le Vigne di Zamò"),
            ("M√ºller", "Müller"),
            ("─îe┼ítina", "Čeština"),
            ("Viß╗çt", "Việt"),
            ("LiĂ¨ge", "Liège"),
            ("NapĂ\u{ad}Ĺˇte", "Napíšte"),
            ("РґРѕСЂРѕРіРµ", "дороге"),
        ] {
            assert_eq!(mended(raw).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn right_text_is_left_alone() {
        for text in [
            "Åukasz",
            "Müller",
            "Ångström",
            "Señor Ñandú",
            "Œuvre",
            "IRMÃ",
            "Рівне",
            "Сергій",
            "ŞTEFĂNIŢĂ",
            "Băş",
            "Γιώργος",
            "Łódź",
            // The cases of ftfy that are no damage.
            "NESTLÉ®",
            "Charlotte Brontë…”",
            "4288×…",
            "SDV SÓ…",
            "MARQUÉ…",
            "VOCÊ…",
            "ZZAJÉ’s",
            "QUEM É¿",
            "SELKÄ\u{a0}EDELLÄ\u{a0}MAAHAN",
            "pegar o trem pra lá´´",
            "5×£35",
            "HUHLL Õ…",
            "a radius of 10 Å—",
            "!YO SÉ¡",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
