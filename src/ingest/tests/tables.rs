//! Do table files read like text?

use std::sync::Arc;

use polars::prelude::{NamedFrom, ParquetWriter, Series};

use super::*;

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
