//! What can a column of an export mean?

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::nearest_word;
use crate::tables::{Column, column};

/// Lists the fields, each with the column of `RawContact` that it fills.
macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $column:ident;)*) => {
        /// A field of a contact, by the name that pipeline files use for it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// Every field, in the order of the columns of `RawContact`.
            pub const ALL: &'static [Field] = &[$(Field::$field),*];

            /// Gives the column that it fills.
            pub fn column(self) -> Column {
                match self { $(Field::$field => column::$column,)* }
            }
        }
    };
}

fields! {
    /// The source's own id of the record.
    SourceId = SOURCE_ID;
    /// Other ids under which the record was or is known in its source.
    MergedIds = MERGED_IDS;
    /// The customer number that orders and other systems use.
    CustomerKey = CUSTOMER_KEY;
    /// The whole name in one cell.
    FullName = FULL_NAME;
    /// Form of address.
    Salutation = SALUTATION;
    /// Given name.
    FirstName = FIRST_NAME;
    /// Middle names.
    MiddleName = MIDDLE_NAME;
    /// Family name.
    LastName = LAST_NAME;
    /// What tells generations apart.
    Suffix = SUFFIX;
    /// Employer or firm.
    Company = COMPANY;
    /// E-mail addresses.
    Email = EMAIL;
    /// Telephone numbers.
    Phone = PHONE;
    /// Date of birth.
    BirthDate = BIRTH_DATE_TEXT;
    /// Street and house number.
    Street = STREET;
    /// Town.
    City = CITY;
    /// State or province.
    Region = REGION;
    /// Postcode.
    PostalCode = POSTAL_CODE;
    /// Country.
    Country = COUNTRY;
    /// Language.
    Language = LANGUAGE;
    /// Customer segment.
    Segment = SEGMENT;
    /// Market.
    Market = MARKET;
    /// Main product.
    Product = PRODUCT;
    /// Customer value.
    Clv = CLV_TEXT;
    /// Currency of the customer value.
    Currency = CURRENCY;
    /// Whether the person refuses marketing mail.
    EmailOptOut = EMAIL_OPT_OUT_TEXT;
    /// Whether the person refuses calls.
    DoNotCall = DO_NOT_CALL_TEXT;
    /// Whether the person has died.
    Deceased = DECEASED_TEXT;
    /// Whether the record was deleted in its source.
    Deleted = DELETED_TEXT;
    /// When the record was made.
    CreatedAt = CREATED_AT_TEXT;
    /// When the record last changed.
    UpdatedAt = UPDATED_AT_TEXT;
    /// When the contact data were last confirmed.
    VerifiedAt = VERIFIED_AT_TEXT;
}

impl Field {
    /// Gives the name that pipeline files use.
    pub fn name(self) -> &'static str {
        self.column().name
    }

    /// Tells whether several columns or values add up instead of standing in for each other.
    pub(super) fn is_multi_valued(self) -> bool {
        matches!(self, Field::Email | Field::Phone | Field::MergedIds)
    }

    /// Tells whether it holds ids or phone numbers, which are never words of a language.
    pub(super) fn is_identifier(self) -> bool {
        matches!(self, Field::SourceId | Field::MergedIds | Field::CustomerKey | Field::Phone)
    }

    /// Tells whether it says yes or no about consent.
    pub(super) fn is_consent(self) -> bool {
        matches!(self, Field::EmailOptOut | Field::DoNotCall)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl From<Field> for String {
    fn from(field: Field) -> String {
        field.name().to_owned()
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(name: String) -> Result<Field, String> {
        if let Some(field) = Field::ALL.iter().find(|field| field.name() == name) {
            return Ok(*field);
        }
        let known = Field::ALL.iter().map(|field| field.name());
        if let Some(word) = nearest_word(&name, known.clone()) {
            return Err(format!("there is no field `{name}`; did you mean `{word}`?"));
        }
        let known: Vec<_> = known.collect();
        Err(format!("there is no field `{name}`; the fields are {}", known.join(", ")))
    }
}

/// How a cell contributes to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It is the value.
    Value,
    /// It says the opposite: an opt-in where the field is an opt-out.
    Negated,
    /// It is a second line of the value.
    SecondLine,
}

/// Names that presets use, with the fields that they stand for; a field's own name comes before
/// its others, and that is the order in which its values are tried and ranked.
pub(super) const NAMES: &[(&str, Field, Way)] = &[
    ("source_id", Field::SourceId, Way::Value),
    ("merged_ids", Field::MergedIds, Way::Value),
    ("merged_into", Field::MergedIds, Way::Value),
    // A converted lead, a lead's contact and a person account are the same person: a scope list
    // of contact ids must find them.
    ("converted_contact_id", Field::MergedIds, Way::Value),
    ("contact_id", Field::MergedIds, Way::Value),
    ("person_contact_id", Field::MergedIds, Way::Value),
    ("customer_key", Field::CustomerKey, Way::Value),
    ("customer_no", Field::CustomerKey, Way::Value),
    ("full_name", Field::FullName, Way::Value),
    ("salutation", Field::Salutation, Way::Value),
    ("prefix", Field::Salutation, Way::Value),
    ("first_name", Field::FirstName, Way::Value),
    ("middle_name", Field::MiddleName, Way::Value),
    ("last_name", Field::LastName, Way::Value),
    ("suffix", Field::Suffix, Way::Value),
    ("company", Field::Company, Way::Value),
    ("email", Field::Email, Way::Value),
    ("email2", Field::Email, Way::Value),
    ("email3", Field::Email, Way::Value),
    ("email4", Field::Email, Way::Value),
    ("email5", Field::Email, Way::Value),
    ("phone", Field::Phone, Way::Value),
    ("phone2", Field::Phone, Way::Value),
    ("phone3", Field::Phone, Way::Value),
    ("phone4", Field::Phone, Way::Value),
    ("phone5", Field::Phone, Way::Value),
    ("mobile", Field::Phone, Way::Value),
    ("home_phone", Field::Phone, Way::Value),
    ("other_phone", Field::Phone, Way::Value),
    ("birth_date", Field::BirthDate, Way::Value),
    ("street", Field::Street, Way::Value),
    ("street_b", Field::Street, Way::SecondLine),
    ("city", Field::City, Way::Value),
    ("region", Field::Region, Way::Value),
    ("state", Field::Region, Way::Value),
    ("postal_code", Field::PostalCode, Way::Value),
    ("country", Field::Country, Way::Value),
    ("language", Field::Language, Way::Value),
    ("segment", Field::Segment, Way::Value),
    ("market", Field::Market, Way::Value),
    ("product", Field::Product, Way::Value),
    ("clv", Field::Clv, Way::Value),
    ("currency", Field::Currency, Way::Value),
    ("email_opt_out", Field::EmailOptOut, Way::Value),
    ("marketing_status", Field::EmailOptOut, Way::Value),
    ("email_opt_in", Field::EmailOptOut, Way::Negated),
    ("do_not_call", Field::DoNotCall, Way::Value),
    ("deceased", Field::Deceased, Way::Value),
    ("deleted", Field::Deleted, Way::Value),
    ("created_at", Field::CreatedAt, Way::Value),
    ("updated_at", Field::UpdatedAt, Way::Value),
    ("modified_at", Field::UpdatedAt, Way::Value),
    ("verified_at", Field::VerifiedAt, Way::Value),
    ("confirmed_at", Field::VerifiedAt, Way::Value),
];

/// Names that presets know and that are not read: other people's numbers (fax, assistant),
/// second addresses that must not be mixed with the first, and what a contact job has no use for.
pub(super) const UNREAD: &[&str] = &[
    "account_id",
    "account_type",
    "address_blob",
    "annual_revenue",
    "assistant_phone",
    "birth_md",
    "bulk_email_opt_out",
    "city2",
    "cleaned_at",
    "cleaned_campaign",
    "confirm_ip",
    "converted",
    "converted_account_id",
    "converted_at",
    "converted_opportunity_id",
    "country2",
    "department",
    "double_opt_in",
    "dst_offset",
    "email_bounced_at",
    "email_bounced_reason",
    "employees",
    "fax",
    "fax_opt_out",
    "file_as",
    "gmt_offset",
    "individual_id",
    "industry",
    "is_person",
    "job_title",
    "last_activity_at",
    "latitude",
    "lawful_basis",
    "lead_source",
    "lifecycle",
    "list_member_id",
    "longitude",
    "member_rating",
    "nickname",
    "notes",
    "optin_ip",
    "orders",
    "owner",
    "owner_id",
    "parent_id",
    "phonetic_first",
    "phonetic_last",
    "photo",
    "po_box",
    "postal_code2",
    "rating",
    "record_type_id",
    "row_checksum",
    "sms_opt_in",
    "state2",
    "status",
    "status_reason",
    "street2",
    "system_modified_at",
    "tags",
    "tax_exempt",
    "timezone",
    "unsub_at",
    "unsub_campaign",
    "unsub_reason",
    "unsubscribed_at",
    "unsubscribed_mode",
    "website",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Layout;
    use crate::tables::layout::RawContact;

    #[test]
    fn the_fields_are_the_columns_of_a_raw_contact_after_the_row() {
        let columns: Vec<Column> = Field::ALL.iter().map(|field| field.column()).collect();
        assert_eq!(columns, RawContact::COLUMNS[4..]);
    }

    #[test]
    fn every_field_has_its_own_name_first_and_no_name_stands_twice() {
        for field in Field::ALL {
            let first = NAMES.iter().find(|(_, meant, _)| meant == field);
            assert_eq!(first.map(|(name, ..)| *name), Some(field.name()));
        }
        let mut names: Vec<_> =
            NAMES.iter().map(|(name, ..)| *name).chain(UNREAD.iter().copied()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
