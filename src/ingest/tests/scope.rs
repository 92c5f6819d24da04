//! Are the lists of an incident read whole?

use super::*;
use crate::fault::Shown;

fn scope_values(
    file: &[u8],
    identifier: &str,
    extra: &str,
) -> Result<Vec<(u64, Option<String>)>, Error> {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("s.csv"), file).unwrap();
    let text = format!(
        "id = \"i\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-11-20T00:00:00Z\"\n\
         [[scope]]\nfile = \"s.csv\"\nidentifier = \"{identifier}\"\n\
         data_classes = [\"phone\", \"email\", \"phone\"]\n{extra}"
    );
    let classes = crate::rules::DataClasses::built_in();
    let read = scope(&[toml::from_str(&text).unwrap()], root.path(), &classes, 1 << 30)?;
    let (lines, values) = (read.entries.long(column::SCOPE_LINE), read.entries.text(column::VALUE));
    assert_eq!(read.files[0].1, lines.len() as u64);
    for row in 0..lines.len() {
        assert_eq!(read.entries.text(column::DATA_CLASSES).get(row), Some("email;phone"));
        assert_eq!(read.entries.text(column::SCOPE_FILE).get(row), Some("s.csv"));
    }
    Ok((0..lines.len())
        .map(|n| (lines.get(n).unwrap(), values.get(n).map(str::to_owned)))
        .collect())
}

#[test]
fn a_list_is_read_with_or_without_a_header() {
    let some = |line, value: &str| (line, Some(value.to_owned()));
    let check =
        |file: &str, identifier: &str| scope_values(file.as_bytes(), identifier, "").unwrap();
    let expected = vec![some(2, "a@example.com"), some(3, "b@example.com")];
    assert_eq!(check("E-Mail\n a@example.com \nb@example.com\n", "email"), expected);
    assert_eq!(check("whatever\na@example.com\nb@example.com\n", "email"), expected);
    let plain = vec![some(1, "a@example.com"), some(3, "b@example.com")];
    assert_eq!(check("a@example.com\n\nb@example.com", "email"), plain);
    assert_eq!(check("id\nX1\n", "customer_key"), vec![some(2, "X1")]);
    assert_eq!(check("X0\nX1\n", "customer_key"), vec![some(1, "X0"), some(2, "X1")]);
    assert_eq!(check("+49 30 901820\n", "phone").len(), 1);
    assert_eq!(check(&format!("{}\n", "ab".repeat(32)), "email_sha256").len(), 1);
    let named = scope_values(b"x,id\n1,A\n", "record_id", "column = \"ID\"").unwrap();
    assert_eq!(named, vec![some(2, "A")]);
    let told = scope_values(b"id\nA\n", "record_id", "header = false").unwrap();
    assert_eq!(told.len(), 2);
}

#[test]
fn a_row_of_a_list_that_cannot_be_read_is_kept_without_a_value() {
    let file = b"email\na@example.com\n,x\n\"\"\n\xff\n\"b@example.com\nc@example.com\n";
    let read = scope_values(file, "email", "").unwrap();
    let is_there: Vec<_> = read.iter().map(|(line, value)| (*line, value.is_some())).collect();
    let expected = [(2, true), (3, false), (4, false), (5, false), (6, false), (7, true)];
    assert_eq!(is_there, expected);
}

#[test]
fn a_hostile_list_is_refused() {
    let long = vec![b'a'; (1 << 20) + 2];
    assert!(matches!(scope_values(&long, "email", ""), Err(Error::RowTooLong { .. })));
    let later = [b"a@example.com\n", &long[..], b"\n"].concat();
    assert!(matches!(scope_values(&later, "email", ""), Err(Error::RowTooLong { .. })));
    let wide = "a@example.com,".repeat(70);
    let error = scope_values(wide.as_bytes(), "email", "").unwrap_err();
    assert!(matches!(error, Error::TooManyColumns { .. }));
    assert!(!Shown(&error).to_string().contains("example.com"));
}

#[test]
fn no_value_of_a_list_without_a_header_is_shown_in_an_error() {
    let error = scope_values(b"anna@example.com\n", "email", "column = \"mail\"").unwrap_err();
    assert!(!Shown(&error).to_string().contains("anna"), "{}", Shown(&error));
}
