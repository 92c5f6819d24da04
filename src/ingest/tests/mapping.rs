//! Which cells make up which field?

use super::*;

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

#[test]
fn second_lines_of_a_street_follow_the_first() {
    let file =
        b"Email,Default Address Address1,Default Address Address2\na,1 High St,Flat 2\nb,,Flat 3\n";
    let shop = house(&[("a.csv", file)]).with(|crm| crm.preset = Some("shopify-customers".into()));
    assert_eq!(shop.read().unwrap().column(column::STREET), ["1 High St\nFlat 2", "Flat 3"]);
}
