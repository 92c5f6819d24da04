//! Does a damaged file, of whatever format, stop the reading or keep its rows?

use std::sync::LazyLock;

use proptest::prelude::*;

use super::packed::{archive, gzip, row, workbook};
use super::*;
use crate::fault::{Exit, Fault};

const TEXT: &str = "id,first_name,email\n1,Jürgen,j@example.com\n2,\"Zoë, Z\",z@example.com\n\
                    3,\"two\nlines\",t@example.com\n";

/// A whole file of each format, by its name.
static WHOLE: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let objects = "{\"id\":1,\"email\":\"j@example.com\"}\n{\"id\":2,\"email\":[\"a\",\"b\"]}\n";
    let sheet = [row(1, &["id", "first_name", "email"]), row(2, &["#1", "Zoë", "z@example.com"])];
    let utf_16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("a.csv", TEXT.as_bytes().to_vec()),
        ("b.csv", utf_16),
        ("a.csv.gz", gzip(TEXT.as_bytes())),
        ("a.csv.zst", zstd::encode_all(TEXT.as_bytes(), 1).unwrap()),
        ("a.zip", archive(&[("a.csv", TEXT.as_bytes()), ("b.csv", TEXT.as_bytes())])),
        ("a.jsonl", objects.as_bytes().to_vec()),
        ("a.json", format!("[{}]", objects.trim().replace('\n', ",")).into_bytes()),
        ("a.xlsx", workbook(&[("People", &sheet.concat())])),
        ("a.parquet", parquet()),
        ("a.arrow", arrow()),
    ]
});

fn parquet() -> Vec<u8> {
    use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, Series};
    let columns = vec![
        Series::new("id".into(), [1_i64, 2, 3]).into(),
        Series::new("email".into(), [Some("a@example.com"), None, Some("c")]).into(),
        Series::new("clv".into(), [Some(12.0), None, Some(f64::NAN)]).into(),
        Series::new("deleted".into(), [Some(true), Some(false), None]).into(),
    ];
    let mut bytes = Vec::new();
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    ParquetWriter::new(&mut bytes).with_row_group_size(Some(2)).finish(&mut frame).unwrap();
    bytes
}

fn arrow() -> Vec<u8> {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("email", Arc::new(StringArray::from(vec![Some("a@example.com"), None, Some("b")]))),
        ("clv", Arc::new(Float64Array::from(vec![12.0, 1234.5, f64::NAN]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = arrow::ipc::writer::FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

/// What happens to files on their way.
#[derive(Debug, Clone)]
enum Damage {
    Set(usize, u8),
    Cut(usize),
    Lose(usize, usize),
    Repeat(usize, usize),
    Insert(usize, Vec<u8>),
}

impl Damage {
    fn befall(&self, bytes: &mut Vec<u8>) {
        let n_bytes = bytes.len();
        if n_bytes == 0 {
            return;
        }
        let range = |at: usize, n: usize| at % n_bytes..(at % n_bytes + n).min(n_bytes);
        match self {
            Damage::Set(at, byte) => bytes[at % n_bytes] = *byte,
            Damage::Cut(at) => bytes.truncate(at % n_bytes),
            Damage::Lose(at, n) => drop(bytes.drain(range(*at, *n))),
            Damage::Repeat(at, n) => {
                let again = bytes[range(*at, *n)].to_vec();
                bytes.splice(at % n_bytes..at % n_bytes, again);
            }
            Damage::Insert(at, new) => {
                bytes.splice(at % n_bytes..at % n_bytes, new.iter().copied());
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<usize>();
    prop_oneof![
        6 => (at, any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => at.prop_map(Damage::Cut),
        1 => (at, 1_usize..40).prop_map(|(at, n)| Damage::Lose(at, n)),
        1 => (at, 1_usize..40).prop_map(|(at, n)| Damage::Repeat(at, n)),
        2 => (at, proptest::sample::select(vec![
            &b"\""[..], b",", b"\n", b"\r", b"\0", b"'", b"\\\"", b"\xff", b"\xef\xbb\xbf", b"]", b"{", b";",
        ])).prop_map(|(at, new)| Damage::Insert(at, new.to_vec())),
    ]
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_damaged_file_is_refused_or_loses_no_row(
        which in 0_usize..10,
        damages in proptest::collection::vec(damage(), 1..6),
        n_rows_batch in 1_usize..4,
    ) {
        let (name, whole) = &WHOLE[which];
        let mut bytes = whole.clone();
        for damage in &damages {
            damage.befall(&mut bytes);
        }
        let house = house(&[(name, &bytes)]).rows_batch(n_rows_batch);
        // Whatever is read balances: `read` asserts it for each batch.
        match house.read() {
            Ok(read) => prop_assert_eq!(read.n_rows, read.contacts.height() + read.quarantine.height()),
            Err(error) => prop_assert!(matches!(error.exit(), Exit::Input | Exit::Usage), "{error}"),
        }
        let path = house.root.path().join(name);
        let path = path.to_str().unwrap();
        let mut n_bytes = 0;
        let rows = rows(path, &Limits::default(), &mut |part| n_bytes += part.len());
        prop_assert_eq!(rows.is_ok(), profile(path, &Limits::default()).is_ok());
    }
}
