//! Are packed files, other encodings, JSON and workbooks read like plain text?

use std::io::Write;

use super::*;
use crate::fault::{Exit, Fault};

const TEXT: &str = "id;vorname;email\r\n1;Jürgen;j@example.com\r\n2;Zoë;z@example.com\r\n";

fn packed(name: &str, bytes: &[u8]) -> Result<Read, Error> {
    let files = house(&[(name, bytes)]).with(|crm| {
        crm.columns.insert(Field::FirstName, OneOrMany(vec!["vorname".to_owned()]));
        crm.columns.insert(Field::Email, OneOrMany(vec!["email".to_owned()]));
    });
    files.read()
}

fn check(name: &str, bytes: &[u8]) -> Read {
    let read = packed(name, bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(read.column(column::FIRST_NAME), ["Jürgen", "Zoë"], "{name}");
    assert_eq!(read.column(column::EMAIL), ["j@example.com", "z@example.com"], "{name}");
    assert_eq!((read.n_rows, read.quarantine.height()), (2, 0), "{name}");
    read
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn encodings_and_packings_make_no_difference() {
    let latin: Vec<u8> = TEXT.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    check("a.csv", TEXT.as_bytes());
    check("a.csv", &latin);
    check("a.csv", &utf_16(TEXT));
    check("a.csv", &[&b"\xff\xfe"[..], &utf_16(TEXT)].concat());
    check("a.csv", &[&b"\xef\xbb\xbf"[..], TEXT.as_bytes()].concat());
    check("a.csv.gz", &gzip(&latin));
    check("a.csv", &gzip(TEXT.as_bytes()));
    check("a.csv.zst", &zstd::encode_all(TEXT.as_bytes(), 1).unwrap());
    let (first, second) = TEXT.as_bytes().split_at(20);
    check("a.csv.gz", &[gzip(first), gzip(second)].concat());
    let one = check("a.zip", &archive(&[("x/a.csv", &utf_16(TEXT)), ("readme.txt", b"hello")]));
    assert_eq!(one.lines(), [2, 3]);
}

#[test]
fn the_tables_of_an_archive_are_read_one_after_the_other() {
    let other = "email;vorname\nc@example.com;Cy\n";
    let zip = archive(&[("b.csv", other.as_bytes()), ("a.csv", TEXT.as_bytes())]);
    let read = packed("crm.zip", &zip).unwrap();
    assert_eq!(read.column(column::FIRST_NAME), ["Jürgen", "Zoë", "Cy"]);
}

#[test]
fn how_a_file_is_written_is_stated() {
    let zip = archive(&[("a.csv", &utf_16(TEXT))]);
    let house = house(&[("crm.zip", &zip)]);
    let opened = open(&house.settings, house.root.path()).unwrap();
    let form = serde_json::to_value(&opened.files()[0].form).unwrap();
    let expected = serde_json::json!({
        "format": "csv", "packing": "zip", "member": "a.csv", "encoding": "utf-16le",
        "delimiter": ";", "header_line": 1
    });
    assert_eq!(form, expected);
}

#[test]
fn a_row_that_cannot_be_decoded_is_told_and_the_setting_goes_before_what_was_found() {
    let mut bytes = utf_16("id,email\n1,a@example.com\n2,");
    bytes.extend([0x00, 0xd8]);
    bytes.extend(utf_16("b\n3,c@example.com\n"));
    let read = csv(&bytes);
    assert_eq!(read.column(column::EMAIL), ["a@example.com", "c@example.com"]);
    assert_eq!(read.aside(), [(3, "invalid-utf8", "2,\\x00\\xD8b")]);
    let greek = house(&[("a.csv", b"id,email\n1,\xc1\xe1\n")])
        .with(|crm| crm.encoding = Encoding::labelled("windows-1253"));
    assert_eq!(greek.read().unwrap().column(column::EMAIL), ["Αα"]);
}

#[test]
fn a_packed_file_that_is_cut_off_stops_the_run() {
    let text: String = (0..50_000).fold("id,email\n".to_owned(), |mut text, row| {
        use std::fmt::Write;
        let _ = writeln!(text, "{row},{}@example.com", row * 7_919);
        text
    });
    let whole = gzip(text.as_bytes());
    let error = packed("a.csv.gz", &whole[..whole.len() / 2]).unwrap_err();
    assert_eq!(error.exit(), Exit::Input);
    assert!(error.to_string().contains("cut off"), "{error}");
}

#[test]
fn objects_of_json_are_rows() {
    let lines = "{\"id\":1,\"vorname\":\"Jürgen\",\"email\":\"j@example.com\"}\n\n\
                 {\"id\":2,\"email\":\"z@example.com\",\"late\":1,\"vorname\":\"Zo\\u00eb\"}\n";
    let read = check("a.jsonl", lines.as_bytes());
    assert_eq!(read.lines(), [1, 3]);
    check("a.json", format!("[{}]", lines.trim().replace("\n\n", ",\n ")).as_bytes());
    check("a.jsonl.gz", &gzip(lines.as_bytes()));
    let pretty = lines.replace(',', ",\n  ");
    check("a.json", pretty.as_bytes());
    let nested =
        "{\"name\":{\"first_name\":\"A\"},\"email\":[\"a@example.com\",\"b@example.com\"]}";
    let read = house(&[("a.jsonl", nested.as_bytes())])
        .with(|crm| {
            crm.columns.insert(Field::FirstName, OneOrMany(vec!["name.first_name".to_owned()]));
        })
        .read()
        .unwrap();
    assert_eq!(read.column(column::FIRST_NAME), ["A"]);
    assert_eq!(read.column(column::EMAIL), ["a@example.com\u{1f}b@example.com"]);
}

#[test]
fn a_line_that_is_no_object_is_set_aside() {
    let lines = "{\"email\":\"a\"}\n{\"email\":\nnothing\n{\"email\":\"b\"}\n";
    let read = house(&[("a.jsonl", lines.as_bytes())]).read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a", "b"]);
    let aside = [(2, "json-syntax", "{\"email\":"), (3, "json-syntax", "nothing")];
    assert_eq!(read.aside(), aside);
    let cut = house(&[("a.json", b"[{\"email\":\"a\"},{\"email\"")]).refusal();
    assert_eq!(cut.exit(), Exit::Input);
    let wrapped =
        house(&[("a.json", b"{\"data\":[{\"email\":\"a\"},{\"email\":\"b\"}]}")]).refusal();
    assert!(wrapped.hint().unwrap().contains("jq"), "{wrapped}");
}

/// A workbook as Excel writes it, with inline texts; `cells` are XML.
pub(super) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let many = |text: &dyn Fn(usize, &str) -> String| {
        sheets.iter().enumerate().map(|(n, (name, _))| text(n + 1, name)).collect::<String>()
    };
    let kinds = many(&|n, _| {
        format!(
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/\
             vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        )
    });
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let names = many(&|n, name| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let links = many(&|n, _| {
        format!(
            "<Relationship Id=\"r{n}\" Type=\"{relations}/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        )
    });
    let package = "http://schemas.openxmlformats.org/package/2006";
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>{kinds}</Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{names}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{package}/relationships\">{links}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (n, (_, rows)) in sheets.iter().enumerate() {
        files.push((
            format!("xl/worksheets/sheet{}.xml", n + 1),
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    archive(&files)
}

pub(super) fn row(n: usize, cells: &[&str]) -> String {
    let cell = |(place, text): (usize, &&str)| {
        let letter = char::from(b'A' + u8::try_from(place).unwrap());
        match text.strip_prefix('#') {
            Some(number) => format!("<c r=\"{letter}{n}\"><v>{number}</v></c>"),
            None if text.is_empty() => String::new(),
            None => format!("<c r=\"{letter}{n}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    format!("<row r=\"{n}\">{}</row>", cells.iter().enumerate().map(cell).collect::<String>())
}

#[test]
fn a_sheet_of_a_workbook_is_a_table() {
    let rows = [
        row(1, &["Contacts of March"]),
        row(3, &["id", "vorname", "email"]),
        row(4, &["#4915123456789", "Jürgen", "j@example.com"]),
        row(6, &["#2", "Zoë", "z@example.com"]),
    ];
    let rows = rows.concat();
    let book = workbook(&[("Empty", ""), ("People", &rows)]);
    let read = check("a.xlsx", &book);
    assert_eq!(read.lines(), [4, 6]);
    assert_eq!(
        read.column(column::ROW)[0],
        r#"{"id":"4915123456789","vorname":"Jürgen","email":"j@example.com"}"#
    );
    let wanted = house(&[("a.xlsx", &book)]).with(|crm| crm.sheet = Some("Peple".to_owned()));
    assert!(wanted.refusal().to_string().contains("its sheets are Empty, People"));
    assert!(matches!(packed("a.csv", &book), Err(Error::WrongFormat { .. })));
    assert!(matches!(packed("a.xlsx", &book[..book.len() / 2]), Err(Error::Unreadable { .. })));
}
