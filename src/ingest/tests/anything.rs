//! Does any file at all keep its rows?

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(cases(300))]

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
        // What is found out from a file is asked elsewhere; here its rows count.
        let read = |n_rows: usize| {
            let told = house(&[("a.csv", &file)]).with(|crm| {
                (crm.delimiter, crm.quote) = (Some(','), Some('"'));
                crm.encoding = Some(Encoding::UTF_8);
            });
            told.rows_batch(n_rows).read().unwrap()
        };
        let whole = read(32_768);
        prop_assert_eq!(whole.n_rows, whole.contacts.height() + whole.quarantine.height());
        // Every byte that is no blank stands in exactly one row.
        let n_shown = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).count();
        if std::str::from_utf8(&body).is_ok() && !body.contains(&0) {
            let rows = whole.column(column::ROW).into_iter().chain(whole.aside().into_iter().map(|(_, _, row)| row)).map(n_shown).sum::<usize>();
            prop_assert_eq!(rows, n_shown(std::str::from_utf8(&body).unwrap()));
        }
        let parts = read(n_rows_batch);
        prop_assert_eq!(parts.lines(), whole.lines());
        prop_assert_eq!(parts.aside(), whole.aside());
    }

    #[test]
    fn no_bytes_under_any_name_panic_or_lose_a_row(
        name in proptest::sample::select(vec!["a.csv", "a.txt", "a.jsonl", "a.json", "a.csv.gz", "a"]),
        head in proptest::sample::select(vec![
            &b"id,email\n"[..], b"{\"email\":1}\n", b"[{\"email\":\"x\"},", b"\xff\xfei\0d\0", b"", b"sep=;\n",
            b"\x1f\x8b\x08\0", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"PAR1", b"ARROW1", b"\xd0\xcf\x11\xe0",
        ]),
        body in proptest::collection::vec(
            prop_oneof![
                4 => proptest::sample::select(b"\",';|\\{}[]:\n\r a\x00".to_vec()),
                1 => any::<u8>(),
            ],
            0..300,
        ),
    ) {
        // Whatever is read balances; `read` asserts it for each batch.
        let file = [head, &body[..]].concat();
        if let Ok(read) = house(&[(name, &file)]).read() {
            prop_assert_eq!(read.n_rows, read.contacts.height() + read.quarantine.height());
        }
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
