//! Which classes of data do the contacts hold of each person?

use crate::tables::column;

use super::Known;

/// A set of classes that the contacts have a field for.
pub(super) type Held = u8;

const NAME: Held = 1;
const EMAIL: Held = 2;
const PHONE: Held = 4;
const POSTAL_ADDRESS: Held = 8;
const DOB: Held = 16;
const CUSTOMER_ID: Held = 32;

/// Gives the field of a class; `None` for what the contacts have no field for, so that nobody
/// can tell from them whether it was there.
pub(super) fn field_of(class: &str) -> Option<Held> {
    match class {
        "name" => Some(NAME),
        "email" => Some(EMAIL),
        "phone" => Some(PHONE),
        "postal_address" => Some(POSTAL_ADDRESS),
        "dob" => Some(DOB),
        "customer_id" => Some(CUSTOMER_ID),
        _ => None,
    }
}

/// Tells for each customer what any of the member records holds.
pub(super) fn held(known: &Known<'_>, n_customers: usize) -> Vec<Held> {
    let owners = known.lineage.count(column::CUSTOMER);
    let customer_of: Vec<u32> = owners.into_no_null_iter().collect();
    let mut held = vec![0; n_customers];
    let contacts = known.contacts;
    let fields = [
        (NAME, contacts.text(column::FIRST_NAME)),
        (NAME, contacts.text(column::LAST_NAME)),
        (POSTAL_ADDRESS, contacts.text(column::STREET)),
        (CUSTOMER_ID, contacts.text(column::SOURCE_ID)),
    ];
    for (field, texts) in fields {
        for (&customer, present) in customer_of.iter().zip(texts.iter()) {
            held[customer as usize] |= if present.is_some() { field } else { 0 };
        }
    }
    for (&customer, day) in customer_of.iter().zip(contacts.day(column::BIRTH_DATE).iter()) {
        held[customer as usize] |= if day.is_some() { DOB } else { 0 };
    }
    let points = || std::iter::once(known.points).chain(known.outdated);
    let records = points().flat_map(|table| table.count(column::RECORD).iter());
    let kinds = points().flat_map(|table| table.text(column::KIND).iter());
    for (record, kind) in records.zip(kinds) {
        let (Some(record), Some(kind)) = (record, kind) else { continue };
        held[customer_of[record as usize] as usize] |= match kind {
            "email" => EMAIL,
            "phone" => PHONE,
            _ => CUSTOMER_ID,
        };
    }
    held
}
