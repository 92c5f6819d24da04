//! In which encoding is a file written, and what does it say in UTF-8?
//!
//! A byte order mark decides; then UTF-8, if most of what is not ASCII is UTF-8; then what
//! `chardetng` makes of a sample, if words come out of it. What a decoder cannot read is never
//! replaced: it is handed on spelled out, so that its row is set aside.

use std::fmt;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fault::nearest_word;

/// How the text of a file is written: any encoding of the WHATWG standard, by any of its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8, with or without a byte order mark.
    pub const UTF_8: Encoding = Encoding(UTF_8);

    /// Finds an encoding by one of its labels: `utf-8`, `latin1`, `windows-1252`, `shift_jis` …
    pub fn labelled(label: &str) -> Option<Encoding> {
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        found.map(Encoding)
    }

    /// Gives its name in lower case.
    pub fn name(self) -> String {
        self.0.name().to_ascii_lowercase()
    }
}

impl Default for Encoding {
    fn default() -> Encoding {
        Encoding::UTF_8
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Encoding, D::Error> {
        let label = String::deserialize(deserializer)?;
        Encoding::labelled(&label).ok_or_else(|| {
            let hint = nearest_word(&label, FREQUENT).map_or_else(
                || format!("known are {} …", FREQUENT.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            serde::de::Error::custom(format!("there is no encoding `{label}`; {hint}"))
        })
    }
}

/// Encodings that an export is likely to be in, for hints.
const FREQUENT: [&str; 12] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-15",
    "macintosh",
    "shift_jis",
    "euc-kr",
    "gbk",
    "big5",
];

/// Finds out how a sample of a file is encoded; `is_all` says that the file ends with it.
pub(super) fn found(sample: &[u8], is_all: bool) -> Encoding {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(sample) {
        return Encoding(encoding);
    }
    if let Some(encoding) = utf_16(sample) {
        return Encoding(encoding);
    }
    let is_escaped = sample.is_ascii() && memchr::memmem::find(sample, b"\x1b$").is_some();
    if !is_escaped && is_utf_8(sample, is_all) {
        return Encoding::UTF_8;
    }
    let escapes = if is_escaped { Iso2022JpDetection::Allow } else { Iso2022JpDetection::Deny };
    let mut detector = EncodingDetector::new(escapes);
    detector.feed(sample, is_all);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if gives_words(sample, guess) { Encoding(guess) } else { Encoding::UTF_8 }
}

/// Tells UTF-16 without its mark: of Latin text and of every delimiter, each second byte is NUL.
fn utf_16(sample: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &sample[..sample.len().min(4_096)];
    let n_nul = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, half) = (n_nul(0), n_nul(1), sample.len() / 2);
    match (half >= 4, even * 4 > half, odd * 4 > half) {
        (true, true, false) => Some(UTF_16BE),
        (true, false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Tells whether at least half of what is not ASCII is UTF-8: other encodings hardly ever look
/// like it, so a file of both is UTF-8 with damage.
fn is_utf_8(sample: &[u8], is_all: bool) -> bool {
    let (mut n_good, mut n_bad) = (0, 0);
    let mut at = 0;
    for chunk in sample.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        at += chunk.valid().len() + chunk.invalid().len();
        // A character may be cut in two by the end of the sample.
        let is_cut = at == sample.len() && !is_all;
        n_bad += usize::from(!chunk.invalid().is_empty() && !is_cut);
    }
    n_good >= n_bad
}

/// Tells whether what is not ASCII comes out as letters of words or as marks of print. A stray
/// byte between two commas is damage and no letter.
fn gives_words(sample: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    const MARKS: &str = "’‘“”„–—…€£™®©°§«»·´ºª¿¡\u{a0}";
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let (mut n_all, mut n_good) = (0_usize, 0_usize);
    let (mut before, mut letters) = (' ', text.chars().peekable());
    while let Some(letter) = letters.next() {
        if !letter.is_ascii() {
            let after = letters.peek().copied().unwrap_or(' ');
            let is_in_word =
                letter.is_alphabetic() && (before.is_alphabetic() || after.is_alphabetic());
            n_all += 1;
            n_good += usize::from(is_in_word || MARKS.contains(letter));
        }
        before = letter;
    }
    n_good * 2 >= n_all
}

/// The byte that stands before the two digits of a byte that could not be decoded. No UTF-8 has
/// it, so the row is found to be no text.
pub(super) const UNDECODED: u8 = 0xff;

/// Bytes that are decoded at once.
const N_BYTES_DECODED: usize = 1 << 16;

/// A stream in UTF-8 of one in another encoding.
pub(super) struct Utf8<R> {
    input: R,
    decoder: Decoder,
    /// What was read and not yet decoded, after a few bytes that were.
    raw: Vec<u8>,
    n_raw_done: usize,
    is_end: bool,
    /// What was decoded and not yet given.
    ready: Vec<u8>,
    n_ready_given: usize,
}

impl<R: Read> Utf8<R> {
    /// Decodes a stream.
    pub(super) fn new(input: R, encoding: Encoding) -> Utf8<R> {
        Utf8 {
            input,
            decoder: encoding.0.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            n_raw_done: 0,
            is_end: false,
            ready: Vec::new(),
            n_ready_given: 0,
        }
    }

    /// Reads some more bytes and decodes them.
    fn decode(&mut self) -> io::Result<()> {
        // The longest sequence that a decoder can find fault with looks back over 7 bytes.
        let n_kept = self.n_raw_done.min(8);
        self.raw.drain(..self.n_raw_done - n_kept);
        self.n_raw_done = n_kept;
        let n_read = (&mut self.input).take(N_BYTES_DECODED as u64).read_to_end(&mut self.raw)?;
        self.is_end = n_read == 0;
        self.ready.clear();
        self.n_ready_given = 0;
        loop {
            let rest = &self.raw[self.n_raw_done..];
            let n_needed = self.decoder.max_utf8_buffer_length_without_replacement(rest.len());
            let start = self.ready.len();
            self.ready.resize(start + n_needed.unwrap_or(rest.len() * 4 + 16), 0);
            let (result, n_read, n_written) = self.decoder.decode_to_utf8_without_replacement(
                rest,
                &mut self.ready[start..],
                self.is_end,
            );
            self.ready.truncate(start + n_written);
            self.n_raw_done += n_read;
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(n_bytes, n_after) => {
                    let end = self.n_raw_done.saturating_sub(usize::from(n_after));
                    let start = end.saturating_sub(usize::from(n_bytes));
                    for &byte in &self.raw[start..end] {
                        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                        let (high, low) = (byte >> 4, byte & 15);
                        let digits = [high, low].map(|digit| DIGITS[usize::from(digit)]);
                        self.ready.extend([UNDECODED, digits[0], digits[1]]);
                    }
                }
            }
        }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.n_ready_given == self.ready.len() {
            if self.is_end {
                return Ok(0);
            }
            self.decode()?;
        }
        let ready = &self.ready[self.n_ready_given..];
        let n_bytes = ready.len().min(out.len());
        out[..n_bytes].copy_from_slice(&ready[..n_bytes]);
        self.n_ready_given += n_bytes;
        Ok(n_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        match label {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => {
                let (bytes, _, has_unmappable) = encoding.encode(text);
                assert!(!has_unmappable, "{label}");
                bytes.into_owned()
            }
        }
    }

    fn decoded(bytes: &[u8], label: &str) -> Vec<u8> {
        let mut text = Vec::new();
        let encoding = Encoding::labelled(label).unwrap();
        Utf8::new(bytes, encoding).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn the_encoding_of_an_export_is_found_and_its_text_comes_out_whole() {
        let western = "id;vorname;nachname;strasse;ort\n1;Jürgen;Müller;Königstraße 5;Köln\n\
                       2;Zoë;Çelik;Rue de l’Église 3;Besançon\n";
        let polish = "id;imię;nazwisko;miasto\n1;Łukasz;Wiśniewski;Kraków\n2;Małgorzata;Wójcik;\
                      Łódź\n3;Paweł;Kamiński;Gdańsk\n4;Żaneta;Dąbrowska;Częstochowa\n";
        let russian = "ид;имя;фамилия;город\n1;Анна;Иванова;Москва\n2;Борис;Смирнов;Казань\n";
        let japanese = "番号,氏名,住所\n1,山田太郎,東京都千代田区\n2,鈴木花子,大阪府大阪市北区\n";
        let greek = "α/α;Όνομα;Επώνυμο;Πόλη\n1;Γιώργος;Παπαδόπουλος;Αθήνα\n2;Μαρία;Ιωάννου;Πάτρα\n";
        for (text, labels) in [
            (western, &["utf-8", "windows-1252", "utf-16le", "utf-16be"][..]),
            (polish, &["utf-8", "windows-1250", "iso-8859-2", "utf-16le"]),
            (russian, &["utf-8", "windows-1251", "koi8-u", "ibm866"]),
            (japanese, &["utf-8", "shift_jis", "euc-jp", "iso-2022-jp"]),
            (greek, &["utf-8", "windows-1253"]),
        ] {
            for label in labels {
                let bytes = encoded(text, label);
                let encoding = found(&bytes, true);
                let out = decoded(&bytes, &encoding.name());
                assert_eq!(String::from_utf8(out).unwrap(), text, "{label} read as {encoding}");
            }
        }
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_taken_off() {
        let marked = [&b"\xff\xfe"[..], &encoded("id,ü\n", "utf-16le")].concat();
        assert_eq!(found(&marked, true).name(), "utf-16le");
        assert_eq!(decoded(&marked, "utf-16le"), "id,ü\n".as_bytes());
        assert_eq!(found(b"\xfe\xff\0i", true).name(), "utf-16be");
        assert_eq!(found(b"\xef\xbb\xbfid", true), Encoding::UTF_8);
    }

    #[test]
    fn damage_in_utf_8_is_no_other_encoding() {
        let text = "Müller,Köln\nJürgen,Zürich\nAn\u{fc}a".as_bytes();
        let damaged = [text, b"\nM\xfcller"].concat();
        assert_eq!(found(&damaged, true), Encoding::UTF_8);
        assert_eq!(found(b"id,email\n1,\xff,y\n", true), Encoding::UTF_8);
        // A character that the end of the sample cuts in two is no damage.
        assert_eq!(found("Ann\u{fc}".as_bytes().split_last().unwrap().1, false), Encoding::UTF_8);
        assert_eq!(found(b"id,name\n1,M\xfcller\n", true).name(), "windows-1252");
    }

    #[test]
    fn what_cannot_be_decoded_is_spelled_out_and_never_replaced() {
        assert_eq!(decoded(b"a\x829\x82\xa0", "shift_jis"), b"a\xff829\xe3\x81\x82");
        // Half of a pair, and a byte that is left over.
        assert_eq!(decoded(b"a\0\x00\xd8b\0", "utf-16le"), b"a\xff00\xffD8b");
        assert_eq!(decoded(b"a\0b", "utf-16le"), b"a\xff62");
    }

    #[test]
    fn decoding_in_small_pieces_says_the_same() {
        struct Drops<'a>(&'a [u8]);
        impl Read for Drops<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let n_bytes = self.0.len().min(out.len()).min(1);
                out[..n_bytes].copy_from_slice(&self.0[..n_bytes]);
                self.0 = &self.0[n_bytes..];
                Ok(n_bytes)
            }
        }
        let text = "山田太郎,東京都\n".repeat(3_000);
        let bytes = encoded(&text, "shift_jis");
        let mut out = Vec::new();
        let encoding = Encoding::labelled("sjis").unwrap();
        Utf8::new(Drops(&bytes), encoding).read_to_end(&mut out).unwrap();
        assert_eq!(out, text.as_bytes());
    }

    #[test]
    fn a_mistyped_encoding_is_named_with_the_nearest_one() {
        #[derive(Deserialize, Debug)]
        struct Setting {
            #[expect(dead_code, reason = "only the error matters")]
            encoding: Encoding,
        }
        let error = toml::from_str::<Setting>("encoding = \"windows-125\"").unwrap_err();
        assert!(error.to_string().contains("did you mean `windows-125"), "{error}");
        assert_eq!(Encoding::labelled("Latin1").unwrap().name(), "windows-1252");
    }
}
