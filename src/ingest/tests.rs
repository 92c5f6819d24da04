//! Whole files through the room's doors.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{NamedFrom, ParquetWriter, Series};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::fault::{Exit, Fault, Shown};
use crate::tables::layout::{Quarantined, RawContact};
use crate::tables::{Column, Table, column};

/// A folder with files, and the settings that read them.
struct House {
    root: TempDir,
    settings: Settings,
}

fn house(files: &[(&str, &[u8])]) -> House {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(root.path().join(name), bytes).unwrap();
    }
    let files = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    House { root, settings: Settings { source: vec![source(files)], ..Settings::default() } }
}

fn source(files: Vec<String>) -> Source {
    let text = "name = \"crm\"\nfiles = []";
    Source { files, ..toml::from_str(text).unwrap() }
}

impl House {
    fn with(mut self, change: impl FnOnce(&mut Source)) -> House {
        change(&mut self.settings.source[0]);
        self
    }

    fn rows_batch(mut self, n_rows: usize) -> House {
        self.settings.n_rows_batch = n_rows;
        self
    }

    fn read(&self) -> Result<Read, Error> {
        read(&self.settings, self.root.path())
    }

    fn refusal(&self) -> Error {
        self.read().unwrap_err()
    }
}

#[derive(Debug)]
struct Read {
    n_rows: usize,
    n_bytes: u64,
    contacts: Table<RawContact>,
    quarantine: Table<Quarantined>,
}

fn read(settings: &Settings, root: &Path) -> Result<Read, Error> {
    let (mut n_rows, mut n_bytes) = (0, 0);
    let (mut contacts, mut quarantine) = (Vec::new(), Vec::new());
    for unparsed in open(settings, root)?.batches() {
        let batch = unparsed?.parse()?;
        assert_eq!(batch.n_rows, batch.contacts.height() + batch.quarantine.height());
        n_rows += batch.n_rows;
        n_bytes += batch.n_bytes;
        contacts.push(batch.contacts);
        quarantine.push(batch.quarantine);
    }
    let (contacts, quarantine) = (Table::concat(contacts), Table::concat(quarantine));
    Ok(Read { n_rows, n_bytes, contacts, quarantine })
}

impl Read {
    fn column(&self, column: Column) -> Vec<&str> {
        self.contacts.text(column).iter().map(|value| value.unwrap_or("")).collect()
    }

    fn lines(&self) -> Vec<u64> {
        self.contacts.long(column::LINE).iter().flatten().collect()
    }

    fn aside(&self) -> Vec<(u64, &str, &str)> {
        let lines = self.quarantine.long(column::LINE);
        let (reasons, rows) =
            (self.quarantine.text(column::REASON), self.quarantine.text(column::ROW));
        (0..self.quarantine.height())
            .map(|n| (lines.get(n).unwrap(), reasons.get(n).unwrap(), rows.get(n).unwrap()))
            .collect()
    }
}

fn csv(text: &[u8]) -> Read {
    house(&[("a.csv", text)]).read().unwrap()
}

// Presets.

fn preset(name: &str) -> Read {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/presets");
    let mut source = source(vec![format!("{name}.csv")]);
    source.preset = Some(name.to_owned());
    read(&Settings { source: vec![source], ..Settings::default() }, &root).unwrap()
}

const EMAILS: [&str; 3] =
    ["anna.muller@example.com", "bo.smith@example.org", "BO.SMITH@EXAMPLE.ORG"];

#[test]
fn every_preset_reads_its_sample_of_three_people() {
    for name in preset_names() {
        let read = preset(name);
        assert_eq!(read.contacts.height(), 3, "{name}");
        let expected = if name == "salesforce-report" { 4 } else { 0 };
        assert_eq!(read.quarantine.height(), expected, "{name}");
        assert!(read.aside().iter().all(|(_, reason, _)| *reason == "footer"), "{name}");
        assert_eq!(read.column(column::FIRST_NAME), ["Anna", "Bo", "Robert"], "{name}");
        assert_eq!(read.column(column::LAST_NAME), ["Müller", "Smith", "Smith"], "{name}");
        let emails = read.column(column::EMAIL);
        match name {
            "google-contacts" | "google-contacts-legacy" => {
                assert_eq!(emails[0], "anna.muller@example.com\u{1f}anna@home.example");
                assert_eq!(emails[1..], EMAILS[1..]);
            }
            _ => assert_eq!(emails, EMAILS, "{name}"),
        }
        let work = read.column(column::PHONE)[0].split('\u{1f}').next().unwrap_or_default();
        assert_eq!(work, "+49 30 901820", "{name}");
    }
}

#[test]
fn lines_count_what_stands_inside_quotes() {
    assert_eq!(preset("hubspot-contacts").lines(), [2, 3, 5]);
    assert_eq!(preset("salesforce-contact").lines(), [2, 3, 6]);
    let read = preset("salesforce-report");
    assert_eq!(read.aside().iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [7, 8, 9, 10]);
}

#[test]
fn ids_come_as_the_system_itself_writes_them() {
    let ids = |name: &str| {
        preset(name).column(column::SOURCE_ID).iter().map(|&id| id.to_owned()).collect::<Vec<_>>()
    };
    let guid = |digit| format!("6f9619ff-8b86-d011-b42d-00c04fc964f{digit}");
    assert_eq!(ids("dynamics365-contacts"), [guid('f'), guid('e'), guid('d')]);
    assert_eq!(
        ids("shopify-customers"),
        ["901", "902", "7210448301122"].map(|id| id.replace("122", "123"))
    );
    assert_eq!(ids("zoho-contacts")[0], "4150868000000225013");
    assert_eq!(ids("suitecrm-leads")[2], "seed_will_id");
    assert_eq!(
        ids("salesforce-contact"),
        ["0035e00000AbCdEAAV", "0035e00000ABCDEAA5", "0035E00000abcdeQAA"]
    );
    assert_eq!(ids("salesforce-report")[1], "0035e00000ABCDE");
    assert_eq!(ids("mailchimp-audience")[0], "c2cb0681af");
}

#[test]
fn an_apostrophe_before_a_phone_is_taken_off_once() {
    assert_eq!(preset("shopify-customers").column(column::PHONE)[0], "+49 30 901820");
    let suite = preset("suitecrm-contacts");
    assert_eq!(suite.column(column::PHONE)[0], "+49 30 901820\u{1f}+49 1512 3456789");
}

#[test]
fn consent_that_is_asked_the_other_way_round_is_turned_round() {
    let header = "First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders\n";
    let rows = ["yes", "no", "", "perhaps"].map(|said| format!("A,B,a@example.com,{said},1,1\n"));
    let file = format!("{header}{}", rows.concat());
    let house = house(&[("a.csv", file.as_bytes())]);
    let read = house.with(|crm| crm.preset = Some("shopify-customers".to_owned())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["false", "true", "", "not perhaps"]);
}

#[test]
fn consent_in_words_or_in_the_name_of_the_file_is_found() {
    let file = b"Full Name,Do not allow Emails,Do not allow Phone Calls\nA B,Do Not Allow,Allow\n";
    let dynamics = house(&[("a.csv", file)]);
    let read =
        dynamics.with(|crm| crm.preset = Some("dynamics365-contacts".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["true"]);
    assert_eq!(read.column(column::DO_NOT_CALL_TEXT), ["false"]);
    let file: &[u8] = b"Email Address\na@example.com\n";
    let names = ["unsubscribed_a.csv", "subscribed_a.csv", "cleaned_a.csv"];
    let mailchimp = house(&names.map(|name| (name, file)));
    let read = mailchimp.with(|crm| crm.preset = Some("mailchimp-audience".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL_OPT_OUT_TEXT), ["true", "false", ""]);
}

#[test]
fn a_directory_path_is_no_address() {
    let file = b"First Name,E-mail Address,E-mail 2 Address\nA,/o=Org/ou=X/cn=a,a@example.com\n";
    let outlook = house(&[("a.csv", file)]);
    let read = outlook.with(|crm| crm.preset = Some("outlook-contacts".into())).read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a@example.com"]);
}

#[test]
fn an_own_preset_is_read_from_its_file() {
    let preset =
        b"[columns]\nemail = [\"Courriel\"]\nfax = [\"Fax\"]\n[values]\nnull_tokens = [\"neant\"]";
    let own = house(&[("a.csv", b"Courriel,Fax\na@example.com,1\nneant,2\n")]);
    fs::write(own.root.path().join("own.toml"), preset).unwrap();
    let read = own.with(|crm| crm.preset = Some("own.toml".to_owned())).read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a@example.com", ""]);
}

// Mapping.

#[test]
fn columns_of_the_pipeline_file_override_the_preset_field_by_field() {
    let file = b"Record ID,Email,Mail privat,Phone Number\n1,a@example.com,b@example.com,5\n";
    let mapped = house(&[("a.csv", file)]).with(|crm| {
        crm.preset = Some("hubspot-contacts".to_owned());
        crm.columns
            .insert(Field::Email, OneOrMany(vec!["mail privat".to_owned(), "Email".to_owned()]));
        crm.constants.insert(Field::Country, "DE".to_owned());
    });
    let read = mapped.read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["b@example.com\u{1f}a@example.com"]);
    assert_eq!(read.column(column::SOURCE_ID), ["1"]);
    assert_eq!(read.column(column::PHONE), ["5"]);
    assert_eq!(read.column(column::COUNTRY), ["DE"]);
    assert_eq!(read.column(column::SOURCE), ["crm"]);
    assert_eq!(read.column(column::ROW), ["1,a@example.com,b@example.com,5"]);
}

#[test]
fn without_a_preset_headers_that_are_called_like_fields_are_read() {
    let read =
        csv(b"contact_id,First Name,E_MAIL,email,State,mobile,phone\n7,A,x,a@example.com,CA,2,1\n");
    assert_eq!(read.column(column::FIRST_NAME), ["A"]);
    assert_eq!(read.column(column::EMAIL), ["a@example.com"]);
    assert_eq!(read.column(column::REGION), ["CA"]);
    assert_eq!(read.column(column::PHONE), ["1\u{1f}2"]);
    assert_eq!(read.column(column::MERGED_IDS), [""]);
}

#[test]
fn of_several_columns_the_first_that_says_something_counts() {
    let file = b"a,b,mail\n,2,x\n1,2,x\n n/a , ,x\n";
    let mapped = house(&[("a.csv", file)]).with(|crm| {
        crm.columns.insert(Field::City, OneOrMany(vec!["a".to_owned(), "b".to_owned()]));
        crm.columns.insert(Field::Email, OneOrMany(vec!["mail".to_owned()]));
        crm.null_tokens = vec!["n/a".to_owned()];
    });
    assert_eq!(mapped.read().unwrap().column(column::CITY), ["2", "1", ""]);
}

#[test]
fn values_in_one_cell_are_parted_and_given_once() {
    let file = b"email,first_name\na@example.com; b@example.com;;a@example.com,A;B\n";
    let parted =
        house(&[("a.csv", file)]).with(|crm| crm.multi_value_separator = Some(";".to_owned()));
    let read = parted.read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["a@example.com\u{1f}b@example.com"]);
    assert_eq!(read.column(column::FIRST_NAME), ["A;B"]);
}

// Torture.

#[test]
fn ragged_rows_are_set_aside_as_they_stand_and_the_file_goes_on() {
    let file = b"id,email\n1\n2,b@example.com\n3,c@example.com,x\n\n4,d@example.com";
    let read = csv(file);
    assert_eq!(read.aside(), [(2, "field-count", "1"), (4, "field-count", "3,c@example.com,x")]);
    assert_eq!(read.lines(), [3, 6]);
    assert_eq!((read.n_rows, read.n_bytes), (4, file.len() as u64));
}

#[test]
fn bytes_that_are_no_text_are_spelled_out_and_never_replaced() {
    let read = csv(b"id,email\n1,M\xfcller\n2,a\0b\n3,\xc3\xbc\n");
    assert_eq!(read.aside(), [(2, "invalid-utf8", "1,M\\xFCller"), (3, "nul-byte", "2,a\\x00b")]);
    assert_eq!(read.column(column::EMAIL), ["ü"]);
}

#[test]
fn windows_1252_is_decoded_where_the_source_says_so() {
    let file = b"id,name_\x80,email\n1,x,M\xfcller\x99\n2,x\n";
    let western = house(&[("a.csv", file)]).with(|crm| crm.encoding = Some(Encoding::Windows1252));
    let read = western.read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["Müller™"]);
    assert_eq!(read.column(column::ROW), ["1,x,Müller™"]);
    assert_eq!((read.lines(), read.aside()), (vec![2], vec![(3, "field-count", "2,x")]));
}

#[test]
fn a_quote_that_does_not_close_costs_its_line() {
    let read = csv(b"id,email\n1,\"a@example.com\n2,b@example.com\n3,c@example.com\n");
    assert_eq!(read.aside(), [(2, "unclosed-quote", "1,\"a@example.com")]);
    assert_eq!(read.column(column::EMAIL), ["b@example.com", "c@example.com"]);
    assert_eq!(read.lines(), [3, 4]);
}

#[test]
fn marks_line_ends_and_delimiters_of_all_kinds_are_read() {
    for (file, lines) in [
        (&b"\xef\xbb\xbfid,email\r\n1,a\r\n2,b\r\n"[..], [2, 3]),
        (b"id;email\r1;a\r2;b\r", [2, 3]),
        (b"id\temail\n1\ta\n2\tb", [2, 3]),
        (b"sep=|\nid|email\n1|a\n2|b", [3, 4]),
        (b"\n\n\"id\",\"email\"\n\"1\",\"a\"\n \r\n\"2\",\"b\"\n\n", [4, 6]),
    ] {
        let read = csv(file);
        assert_eq!(read.column(column::SOURCE_ID), ["", ""], "{file:?}");
        assert_eq!(read.column(column::EMAIL), ["a", "b"], "{file:?}");
        assert_eq!((read.lines(), read.aside()), (lines.to_vec(), vec![]), "{file:?}");
    }
}

#[test]
fn a_carriage_return_inside_a_row_is_a_character() {
    let read = csv(b"id,email\n1,a\rb\n\"2\r\n\",c\r\n3,d\n");
    assert_eq!(read.column(column::EMAIL), ["a\rb", "c", "d"]);
    assert_eq!(read.lines(), [2, 3, 5]);
}

#[test]
fn a_cell_of_a_megabyte_is_a_cell() {
    let long = "x".repeat(1 << 20);
    for cell in [long.clone(), format!("\"{long}\"")] {
        let read = csv(format!("id,email\n1,{cell}\n2,b\n").as_bytes());
        assert_eq!(read.column(column::EMAIL), [long.as_str(), "b"]);
    }
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    let read = csv(b"id,email\n");
    assert_eq!((read.n_rows, read.contacts.height()), (0, 0));
}

#[test]
fn blocks_of_any_size_say_the_same() {
    let mut file = b"id,email,note\r\n".to_vec();
    for row in 0..200 {
        let rows: [&[u8]; 6] =
            [b",x,\"a\r\nb\"\r\n", b",x,y\r\n", b",x\r\n", b",\xff,y\r\n", b"\r\n", b",\"x,y\r\n"];
        write!(file, "{row}").unwrap();
        file.extend_from_slice(rows[row * 7 % 6]);
    }
    let whole = csv(&file);
    assert!(whole.quarantine.height() > 90 && whole.contacts.height() > 60);
    for n_rows in [1, 2, 7, 100] {
        let parts = house(&[("a.csv", &file)]).rows_batch(n_rows).read().unwrap();
        assert_eq!((parts.lines(), parts.aside()), (whole.lines(), whole.aside()));
        assert_eq!(parts.column(column::ROW), whole.column(column::ROW));
        assert_eq!(parts.n_bytes, whole.n_bytes);
    }
}

// Refusals.

#[test]
fn a_missing_column_is_named_with_the_one_that_was_meant() {
    let file = house(&[("a.csv", b"contact_id,first_name,mail\n1,A,x\n")]);
    let error = file.with(|crm| {
        crm.columns.insert(Field::Email, OneOrMany(vec!["email".to_owned()]));
    });
    assert_eq!(
        Shown(&error.refusal()).to_string(),
        "error: column `email` is missing from `a.csv`\n  at: [[ingest.source]] \"crm\"\n  \
         found: contact_id, first_name, mail\n  hint: map it with columns.email = \"mail\""
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_exit_code() {
    let refused = |name: &str, bytes: &[u8]| house(&[(name, bytes)]).refusal();
    assert!(matches!(refused("a.csv", b""), Error::Empty { .. }));
    assert!(matches!(refused("a.csv", b"x,y\n1,2\n"), Error::NamesNobody { .. }));
    assert!(matches!(refused("a.csv", b"email,email\n1,2\n"), Error::DuplicateColumn { .. }));
    assert!(matches!(refused("a.csv", b"PK\x03\x04"), Error::WrongFormat { .. }));
    assert!(matches!(refused("a.parquet", b"PAR1 and no more"), Error::Unreadable { .. }));
    assert!(matches!(refused("a.arrow", b"ARROW1 and no more"), Error::Unreadable { .. }));
    let long = [&b"email\n"[..], &vec![b'x'; (16 << 20) + 1]].concat();
    let error = refused("a.csv", &long);
    assert_eq!((error.exit(), error.at().as_deref()), (Exit::Input, Some("a.csv:2")));
    let wide = format!("email{}\n", ",x".repeat(20_000));
    assert!(matches!(refused("a.csv", wide.as_bytes()), Error::TooManyColumns { .. }));
    let unknown = house(&[("a.csv", b"email\n")]).with(|crm| crm.preset = Some("hubspot".into()));
    assert_eq!(unknown.refusal().exit(), Exit::Usage);
    let mut twice = house(&[("a.csv", b"email\n")]);
    twice.settings.source.push(twice.settings.source[0].clone());
    assert!(matches!(twice.refusal(), Error::TwoSources { .. }));
    assert!(matches!(read(&Settings::default(), Path::new(".")), Err(Error::NoSource)));
}

// Table files.

#[test]
fn a_parquet_file_reads_like_a_csv_file() {
    let root = tempfile::tempdir().unwrap();
    let columns = vec![
        Series::new("source_id".into(), [1_i64, 2, 3]).into(),
        Series::new("email".into(), [Some("a@example.com"), None, Some("c")]).into(),
        Series::new("clv".into(), [Some(12.0), Some(1234.5), Some(f64::NAN)]).into(),
        Series::new("deleted".into(), [Some(true), Some(false), None]).into(),
        column::BIRTH_DATE.days([Some(3718), None, Some(-1)].into_iter()),
        column::UPDATED_AT.instants([Some(0), None, Some(1_500)].into_iter()),
    ];
    let mut frame = polars::prelude::DataFrame::new_infer_height(columns).unwrap();
    let file = fs::File::create(root.path().join("a.parquet")).unwrap();
    ParquetWriter::new(file).with_row_group_size(Some(2)).finish(&mut frame).unwrap();
    let mut settings =
        Settings { source: vec![source(vec!["a.parquet".to_owned()])], ..Settings::default() };
    for n_rows_batch in [1, 2, 100] {
        settings.n_rows_batch = n_rows_batch;
        let read = read(&settings, root.path()).unwrap();
        assert_eq!(read.lines(), [1, 2, 3]);
        assert_eq!(read.column(column::SOURCE_ID), ["1", "2", "3"]);
        assert_eq!(read.column(column::EMAIL), ["a@example.com", "", "c"]);
        assert_eq!(read.column(column::CLV_TEXT), ["12", "1234.5", ""]);
        assert_eq!(read.column(column::DELETED_TEXT), ["true", "false", ""]);
        assert_eq!(read.column(column::BIRTH_DATE_TEXT), ["1980-03-07", "", "1969-12-31"]);
        let updated = ["1970-01-01T00:00:00Z", "", "1970-01-01T00:00:01.5Z"];
        assert_eq!(read.column(column::UPDATED_AT_TEXT), updated);
        assert_eq!(
            read.column(column::ROW)[1],
            r#"{"source_id":"2","clv":"1234.5","deleted":"false"}"#
        );
        assert_eq!(read.n_bytes, fs::metadata(root.path().join("a.parquet")).unwrap().len());
    }
}

#[test]
fn an_arrow_file_reads_like_a_csv_file() {
    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    };
    let root = tempfile::tempdir().unwrap();
    let updated = TimestampMicrosecondArray::from(vec![Some(1_500_000), None, None]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "email",
            Arc::new(StringArray::from(vec![Some("a@example.com"), None, Some("say \"hi\"")])),
        ),
        ("clv", Arc::new(Float64Array::from(vec![12.0, 1234.5, f64::NAN]))),
        ("deleted", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("birth_date", Arc::new(Date32Array::from(vec![Some(3718), None, Some(-1)]))),
        ("updated_at", Arc::new(updated.with_timezone("UTC"))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = fs::File::create(root.path().join("a.arrow")).unwrap();
    let mut writer = arrow::ipc::writer::FileWriter::try_new(file, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.write(&batch.slice(0, 1)).unwrap();
    writer.finish().unwrap();
    let mut settings =
        Settings { source: vec![source(vec!["a.arrow".to_owned()])], ..Settings::default() };
    for n_rows_batch in [2, 100] {
        settings.n_rows_batch = n_rows_batch;
        let read = read(&settings, root.path()).unwrap();
        assert_eq!(read.lines(), [1, 2, 3, 4]);
        assert_eq!(
            read.column(column::EMAIL),
            ["a@example.com", "", "say \"hi\"", "a@example.com"]
        );
        assert_eq!(read.column(column::CLV_TEXT), ["12", "1234.5", "", "12"]);
        assert_eq!(read.column(column::DELETED_TEXT), ["true", "", "false", "true"]);
        assert_eq!(read.column(column::BIRTH_DATE_TEXT)[2], "1969-12-31");
        assert_eq!(read.column(column::UPDATED_AT_TEXT)[0], "1970-01-01T00:00:01.5Z");
        let row = r#"{"email":"say \"hi\"","deleted":"false","birth_date":"1969-12-31"}"#;
        assert_eq!(read.column(column::ROW)[2], row);
    }
}

#[test]
fn a_check_reads_headers_and_lists_the_files() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a.csv"), "email\n\"").unwrap();
    fs::write(root.path().join("o.csv"), "customer_key,at,amount\n").unwrap();
    let settings = "source = [{ name = \"crm\", files = [\"a.csv\"] }]\n\
                    orders = [{ name = \"shop\", files = [\"o.csv\"] }]";
    let settings: Settings = toml::from_str(settings).unwrap();
    let files = check(&settings, &[], root.path()).unwrap();
    let paths: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.n_bytes)).collect();
    assert_eq!(paths, [("a.csv", 7), ("o.csv", 23)]);
    fs::write(root.path().join("o.csv"), "customer_key,at,betrag\n").unwrap();
    let error = check(&settings, &[], root.path()).unwrap_err();
    assert_eq!(error.to_string(), "column `amount` is missing from `o.csv`");
    assert_eq!(error.at().as_deref(), Some("[[ingest.orders]] \"shop\""));
}

#[test]
fn second_lines_of_a_street_follow_the_first() {
    let file =
        b"Email,Default Address Address1,Default Address Address2\na,1 High St,Flat 2\nb,,Flat 3\n";
    let shop = house(&[("a.csv", file)]).with(|crm| crm.preset = Some("shopify-customers".into()));
    assert_eq!(shop.read().unwrap().column(column::STREET), ["1 High St\nFlat 2", "Flat 3"]);
}

#[test]
fn no_file_without_a_header_gives_its_people_away() {
    for file in ["anna@example.com,Anna\n", "Anna,+49 30 901820\n"] {
        let error = house(&[("a.csv", file.as_bytes())]).refusal();
        let shown = Shown(&error).to_string();
        assert!(shown.contains("looks like data"), "{shown}");
        assert!(!shown.contains("nna") && !shown.contains("901820"), "{shown}");
    }
}

#[test]
fn every_reason_has_an_id_and_says_what_it_means() {
    for reason in Reason::ALL {
        assert!(reason.doc().trim().ends_with(['.', '?']), "{reason}");
    }
    let mut ids: Vec<_> = Reason::ALL.iter().map(|reason| reason.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Reason::ALL.len());
}

// Orders.

#[test]
fn orders_are_read_exactly_or_set_aside_with_their_reason() {
    let file = "customer_key,at,amount,currency\nc1,2026-03-01,\"1,234.50\",EUR\nc2,2026-03-01T10:00:00+02:00,5,\n\
                ,2026-03-01,5,EUR\nc4,01.03.2026,5,EUR\nc5,2026-03-01,x,EUR\nc6,2026-03-01,1.234,EUR\n\
                c7,2026-03-01,5,euro\nc8,2026-03-01\n";
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("o.csv"), file).unwrap();
    let settings: Settings =
        toml::from_str("[[orders]]\nname = \"shop\"\nfiles = [\"o.csv\"]\ncurrency = \"USD\"")
            .unwrap();
    let mut ledger = crate::ledger::Ledger::default();
    let read = ledger.enter(orders(&settings, root.path()).unwrap());
    let keys: Vec<_> = read.orders.text(column::CUSTOMER_KEY).iter().flatten().collect();
    assert_eq!(keys, ["c1", "c2"]);
    let cents: Vec<_> = read.orders.cents(column::AMOUNT_CENTS).iter().flatten().collect();
    assert_eq!(cents, [123_450, 500]);
    let currencies: Vec<_> = read.orders.text(column::CURRENCY).iter().flatten().collect();
    assert_eq!(currencies, ["EUR", "USD"]);
    let at: Vec<_> = read.orders.instant(column::AT).iter().flatten().collect();
    assert_eq!(at, [1_772_323_200_000, 1_772_352_000_000]);
    let reasons: Vec<_> = read.quarantine.text(column::REASON).iter().flatten().collect();
    let expected = [
        "order-customer",
        "order-time",
        "order-amount",
        "order-amount-ambiguous",
        "order-currency",
        "field-count",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(read.files[0].1, 8);
}

#[test]
fn many_orders_keep_their_order_whatever_the_number_of_threads() {
    let mut file = b"kunde;zeit;betrag\n".to_vec();
    for row in 0..5_000 {
        writeln!(file, "c{row};2026-03-01;{row},25").unwrap();
    }
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("o.csv"), file).unwrap();
    let text = "n_rows_batch = 64\n[[orders]]\nname = \"shop\"\nfiles = [\"o.csv\"]\n\
                columns = { customer_key = \"kunde\", at = \"zeit\", amount = \"betrag\" }";
    let settings: Settings = toml::from_str(text).unwrap();
    let read = orders(&settings, root.path()).unwrap().product;
    let cents: Vec<_> = read.orders.cents(column::AMOUNT_CENTS).iter().flatten().collect();
    let expected: Vec<i64> = (0..5_000).map(|row| row * 100 + 25).collect();
    assert_eq!(cents, expected);
    assert_eq!(read.orders.text(column::CURRENCY).null_count(), 5_000);
}

// Scope.

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_row_of_any_file_is_lost_and_none_panics(
        body in proptest::collection::vec(
            prop_oneof![
                4 => proptest::sample::select(b"\",\n\r a\x00;".to_vec()),
                1 => any::<u8>(),
            ],
            0..400,
        ),
        n_rows_batch in 1_usize..5,
    ) {
        let file = [b"id,email\n", &body[..]].concat();
        let whole = csv(&file);
        prop_assert_eq!(whole.n_rows, whole.contacts.height() + whole.quarantine.height());
        // Every byte that is no blank stands in exactly one row.
        let n_shown = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).count();
        if std::str::from_utf8(&body).is_ok() && !body.contains(&0) {
            let rows = whole.column(column::ROW).into_iter().chain(whole.aside().into_iter().map(|(_, _, row)| row)).map(n_shown).sum::<usize>();
            prop_assert_eq!(rows, n_shown(std::str::from_utf8(&body).unwrap()));
        }
        let parts = house(&[("a.csv", &file)]).rows_batch(n_rows_batch).read().unwrap();
        prop_assert_eq!(parts.lines(), whole.lines());
        prop_assert_eq!(parts.aside(), whole.aside());
    }

    #[test]
    fn what_the_csv_crate_writes_is_read_back(
        cells in proptest::collection::vec(("[a-z\",; \r\n\u{e9}]{0,12}", "[a-z\",;\n]{1,12}"), 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["first_name", "email"]).unwrap();
        for (name, email) in &cells {
            writer.write_record([name, email]).unwrap();
        }
        let read = csv(&writer.into_inner().unwrap());
        let said = |column: Column| read.column(column).iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
        let trimmed = |cell: &String| cell.trim_ascii().to_owned();
        prop_assert_eq!(read.quarantine.height(), 0);
        prop_assert_eq!(said(column::FIRST_NAME), cells.iter().map(|(name, _)| trimmed(name)).collect::<Vec<_>>());
        prop_assert_eq!(said(column::EMAIL), cells.iter().map(|(_, email)| trimmed(email)).collect::<Vec<_>>());
    }
}
