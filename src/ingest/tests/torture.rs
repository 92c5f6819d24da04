//! What becomes of rows that are not written properly?

use std::io::Write;

use super::*;

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
    let western = house(&[("a.csv", file)]).with(|crm| crm.encoding = Encoding::labelled("latin1"));
    let read = western.read().unwrap();
    assert_eq!(read.column(column::EMAIL), ["Müller™"]);
    assert_eq!(read.column(column::ROW), ["1,x,Müller™"]);
    assert_eq!((read.lines(), read.aside()), (vec![2], vec![(3, "field-count", "2,x")]));
}

#[test]
fn a_quote_that_does_not_close_costs_at_most_its_line() {
    // Only one reading gives two cells: the quote is a character.
    let read = csv(b"id,email\n1,\"a@example.com\n2,b@example.com\n3,c@example.com\n");
    assert_eq!(read.aside(), []);
    assert_eq!(read.column(column::EMAIL), ["\"a@example.com", "b@example.com", "c@example.com"]);
    assert_eq!(read.lines(), [2, 3, 4]);
    let read = csv(b"id,email\n1,\"a@example.com,x\n2,b@example.com\n3,c@example.com\n");
    assert_eq!(read.aside(), [(2, "unclosed-quote", "1,\"a@example.com,x")]);
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
