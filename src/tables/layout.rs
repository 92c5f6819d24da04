//! Which columns does each table have?
//!
//! Who knows these tables knows the program. They stand in the order in which a run makes them.

use super::Column;
use super::column as c;

/// A table's name and columns. Implemented by empty enums: a layout has no values.
pub trait Layout: 'static {
    /// The table's name, also that of its file.
    const NAME: &'static str;
    /// The columns, in their order.
    const COLUMNS: &'static [Column];
}

/// Writes a layout: its doc, its name, its columns.
macro_rules! layouts {
    ($($(#[$doc:meta])* $layout:ident = $name:literal [$($column:ident),* $(,)?];)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $layout {}

            impl Layout for $layout {
                const NAME: &'static str = $name;
                const COLUMNS: &'static [Column] = &[$(c::$column),*];
            }
        )*
    };
}

layouts! {
    /// One row of a source as it was read; columns that the source lacks are absent throughout.
    /// `ingest` makes it, batch by batch; it does not outlive its batch.
    RawContact = "raw_contact" [
        SOURCE, LINE, BYTE_OFFSET, ROW, SOURCE_ID, MERGED_IDS, CUSTOMER_KEY, FULL_NAME,
        SALUTATION, FIRST_NAME, MIDDLE_NAME, LAST_NAME, SUFFIX, COMPANY, EMAIL, PHONE, BIRTH_DATE_TEXT, STREET, CITY,
        REGION, POSTAL_CODE, COUNTRY, LANGUAGE, SEGMENT, MARKET, PRODUCT, CLV_TEXT, CURRENCY,
        EMAIL_OPT_OUT_TEXT, DO_NOT_CALL_TEXT, DECEASED_TEXT, DELETED_TEXT, CREATED_AT_TEXT,
        UPDATED_AT_TEXT, VERIFIED_AT_TEXT,
    ];

    /// A row that could not be used: where it stood, why, and what it said.
    Quarantined = "quarantine" [SOURCE, FILE, LINE, BYTE_OFFSET, REASON, ROW];

    /// One record of one source, standardized. Row `i` is `RecordId(i)` once validated.
    Contact = "contacts" [
        RECORD, SOURCE, LINE, SOURCE_ID, CONTENT_HASH, SALUTATION, FIRST_NAME, MIDDLE_NAME,
        LAST_NAME, SUFFIX, COMPANY, BIRTH_DATE, STREET, CITY, REGION, POSTAL_CODE, COUNTRY,
        ADDRESS_USABLE, LANGUAGE, SEGMENT, MARKET, PRODUCT, GIVEN_CLV_CENTS, EMAIL_OPT_OUT,
        DO_NOT_CALL, DECEASED, DELETED, CREATED_AT, UPDATED_AT, VERIFIED_AT,
    ];

    /// One way to reach or to name a record: e-mail, phone, record id, customer key. Sorted by
    /// record, kind, rank.
    ContactPoint = "contact_points" [RECORD, KIND, VALUE, STATUS, LINE_TYPE, RANK];

    /// What a validation rule has to say about a field of a record.
    Finding = "findings" [RECORD, FIELD, RULE, REPAIRED, BEFORE, SUGGESTION];

    /// Which cluster a record belongs to. Row `i` is `RecordId(i)`.
    Membership = "membership" [RECORD, CLUSTER, MATCH_WEIGHT_BITS, LINKED_BY];

    /// A pair that a person should look at: too alike to part, too unlike to link.
    ReviewPair = "review_pairs" [
        RECORD_A, RECORD_B, MATCH_WEIGHT_BITS, MATCH_PROBABILITY, REVIEW_BECAUSE,
    ];

    /// A customer whom a row of a sample may mean, by one of the customer's records. Sorted by
    /// row, the likeliest first.
    SampleMatch = "sample_matches" [
        SAMPLE_RECORD, RANK, MATCHED_RECORD, MATCH_WEIGHT_BITS, MATCH_PROBABILITY, EVIDENCE,
        LINKED_BY, AGREES_ON, DIFFERS_ON,
    ];

    /// What we know of one person. Sorted by customer id; row `i` is customer `i` of the run.
    GoldenRecord = "golden_records" [
        CUSTOMER_ID, N_RECORDS, SALUTATION, FIRST_NAME, MIDDLE_NAME, LAST_NAME, SUFFIX, COMPANY,
        BIRTH_DATE, EMAIL, EMAIL_STATUS, PHONE, PHONE_STATUS, LINE_TYPE, STREET, CITY, REGION,
        POSTAL_CODE, COUNTRY, ADDRESS_USABLE, LANGUAGE, SEGMENT, MARKET, PRODUCT, GIVEN_CLV_CENTS,
        EMAIL_OPT_OUT, DO_NOT_CALL, DECEASED, CREATED_AT, UPDATED_AT, VERIFIED_AT,
    ];

    /// Which customer a record became part of, and by what. Row `i` is `RecordId(i)`.
    Lineage = "lineage" [
        RECORD, CUSTOMER, CUSTOMER_ID, SOURCE, LINE, SOURCE_ID, MATCH_WEIGHT_BITS, LINKED_BY,
    ];

    /// Which record each surviving value of a customer came from. Row `i` is customer `i`.
    ValueLineage = "value_lineage" [
        CUSTOMER_ID, NAME_FROM, COMPANY_FROM, BIRTH_DATE_FROM, EMAIL_FROM, PHONE_FROM,
        ADDRESS_FROM, LANGUAGE_FROM, SEGMENT_FROM, MARKET_FROM, PRODUCT_FROM, CLV_FROM,
    ];

    /// One order. `customer_key` is any id by which a contact is known.
    Order = "orders" [CUSTOMER_KEY, AT, AMOUNT_CENTS, CURRENCY];

    /// What a customer is worth; from `p_alive` to the interval only where a model valued them,
    /// and at the end the terms on which all were valued. Row `i` is customer `i` of the run.
    Customer = "customers" [
        CUSTOMER_ID, CLV_PAST_CENTS, CLV_FUTURE_CENTS, CLV_CENTS, CLV_BASIS, N_ORDERS, P_ALIVE,
        EXPECTED_ORDERS, EXPECTED_SPEND_CENTS, CLV_FUTURE_LOW_CENTS, CLV_FUTURE_HIGH_CENTS,
        CLV_BREAK_CENTS, BREAK_MONTHS, HORIZON_MONTHS, DISCOUNT_MONTHLY, MARGIN,
    ];

    /// One row of a scope file, its identifier in the form in which it is compared; absent where
    /// the row holds none.
    ScopeEntry = "scope_entries" [
        INCIDENT, SCOPE_FILE, SCOPE_LINE, IDENTIFIER, VALUE, DATA_CLASSES,
    ];

    /// A scope row that named nobody; it stays potentially affected. `reason` is `unmatched` or
    /// says why the row is invalid.
    UnmatchedScope = "unmatched_scope" [INCIDENT, SCOPE_FILE, SCOPE_LINE, IDENTIFIER, REASON];

    /// A scope row that names somebody who was invented to be found again: proof of where the list
    /// came from. By incident, file and line.
    Canary = "canaries" [INCIDENT, SCOPE_FILE, SCOPE_LINE, IDENTIFIER, CANARY_LINE];

    /// A person that an incident touched; sorted by incident, then customer.
    Affected = "affected_customers" [
        CUSTOMER, CUSTOMER_ID, INCIDENT, DATA_CLASSES, EVIDENCE, MATCHED_BY, N_SCOPE_ROWS,
        CLASSES_LEFT_OUT, CLASSES_TOLD,
    ];

    /// A cell of the matrix of persons and classes of data; in the order of `Affected`, then of the
    /// codes.
    Element = "elements" [CUSTOMER_ID, INCIDENT, DATA_CLASS, EXPOSED, TOLD_BEFORE, EVIDENCE];

    /// Which scope row met which record of which customer; sorted by customer, incident, scope
    /// file, line, record.
    ScopeMatch = "scope_matches" [
        CUSTOMER, INCIDENT, SCOPE_FILE, SCOPE_LINE, IDENTIFIER, MATCHED_RECORD, PROFILE,
        MATCH_PROBABILITY, LISTED_CLASSES, EVIDENCE,
    ];

    /// What is at stake with each affected person; gravest first, ties by customer id, then
    /// incident.
    Exposure = "affected" [
        CUSTOMER, CUSTOMER_ID, INCIDENT, DATA_CLASSES, EVIDENCE, MATCHED_BY, N_SCOPE_ROWS,
        CLASSES_LEFT_OUT, CLASSES_TOLD, JURISDICTION, SEVERITY, SEVERITY_BAND, P_STOP, P_BREAK, CLV_FUTURE_CENTS,
        EXPECTED_LOSS_CENTS,
    ];

    /// Exposure added up by everything at once; sorted by its keys. Its sums are the totals.
    ExposureCube = "exposure_cube" [
        INCIDENT, SEGMENT, MARKET, PRODUCT, SOURCE, JURISDICTION, N_CUSTOMERS, CLV_FUTURE_CENTS,
        EXPECTED_LOSS_CENTS,
    ];

    /// The loss of all affected together that is exceeded with each probability; by rho, then
    /// falling probability.
    LossDistribution = "loss_distribution" [RHO, EXCEEDANCE_PROBABILITY, LOSS_CENTS];

    /// What the law asks for each person and incident; row `i` speaks of row `i` of `Exposure`.
    /// `jurisdiction` is the one whose law was applied.
    Owed = "owed" [
        CUSTOMER, INCIDENT, JURISDICTION, DUTY, DUTY_REASON, LAWS, LAW_VERSIONS, LAW_ROWS, TELL_BY,
        CLOCK_SCOPE_FILE, MONITORING_MONTHS,
    ];

    /// What each law asks for whom and by when: by incident, deadline, law. The people have a row
    /// for each notice of a vendor that began a clock of their own.
    Duty = "duties" [
        INCIDENT, JURISDICTION, DUTY_KIND, RECIPIENT, DUTY_STATUS, DEADLINE, SOFT_CAP,
        TOLD_IN_ORDER, HOLD_UNTIL, N_RESIDENTS, N_RESIDENTS_POSSIBLE, N_TRIGGERED, THRESHOLD,
        TRIGGERS_MET, EXEMPTION, CLOCK, CLOCK_FROM, CLOCK_AT, CLOCK_SCOPE_FILE, PERIOD, LAW,
        LAW_NAME, LAW_VERSION, LAW_STATUS, NOTE, RULE_SOURCE,
    ];

    /// What the forms of a regulator ask for: one row per incident and law that knows one.
    Regulator = "regulators" [
        INCIDENT, JURISDICTION, RECIPIENT, LAW, DUTY_STATUS, DEADLINE, N_RESIDENTS, N_AFFECTED,
        N_RESIDENT_RECORDS, N_MINORS, N_ELDERLY, N_SPECIAL, CLASSES_COUNTED, ATTACK_TYPE,
        OCCURRED_FROM, OCCURRED_TO, DISCOVERED_AT,
    ];

    /// A person whose residence does not say whose law applies; by incident, then customer.
    UnknownResidency = "unknown_residency" [
        CUSTOMER_ID, INCIDENT, COUNTRY, REGION, REASON, TREATED_AS,
    ];

    /// What was decided for each affected person, one row per customer; sorted by customer. Of
    /// who gets several notices it tells of the first, and `FurtherNotice` of the others.
    Decision = "decisions" [
        CUSTOMER, CUSTOMER_ID, NOTICE_ID, OUTCOME, OUTCOME_REASON, ROLE, CHANNEL, FALLBACK_CHANNEL,
        JURISDICTION, VARIANT, LANGUAGE, DATA_CLASSES, INSTRUCTIONS, LIST,
    ];

    /// What was decided of each further notice of who gets several: of an incident that is told of
    /// by itself. Sorted by customer, then by incident.
    FurtherNotice = "further_notices" [
        CUSTOMER, CUSTOMER_ID, NOTICE_ID, OUTCOME, OUTCOME_REASON, ROLE, CHANNEL, FALLBACK_CHANNEL,
        JURISDICTION, VARIANT, LANGUAGE, DATA_CLASSES, INSTRUCTIONS, LIST,
    ];

    /// Where a public notice may take the place of one to each person, and what it then asks
    /// for: one row per incident and law that wants people told, in the order of the incidents
    /// and of the rules file; the people whom no law is known for come last.
    SubstituteNotice = "substitute" [
        INCIDENT, JURISDICTION, LAW, N_OWED, N_UNREACHED, COST_CENTS, ALLOWED, ALLOWED_BY,
        N_COVERED, ASKS, WEBSITE_DAYS, REASON, UNREACHED_MIN, COUNT_LIMIT, COST_LIMIT,
        COST_LIMIT_CURRENCY, RULE_SOURCE, CONFIDENCE,
    ];

    /// Who is worth an offer to stay, the greatest return for its cost first. It stays in the house
    /// and holds no contact data.
    Offer = "retention" [
        CUSTOMER_ID, NOTICE_ID, SEGMENT, MARKET, PRODUCT, CHANNEL, EMAIL_OPT_OUT, DO_NOT_CALL,
        CLV_FUTURE_CENTS, EXPECTED_LOSS_CENTS, OFFER_COST_CENTS, SAVED_CENTS, RETURN_SHORT_CENTS,
        RETURN_LONG_CENTS,
    ];

    /// Why each affected person is on a list, or on none: one row per person, scope row and
    /// record; sorted like `ScopeMatch`.
    Why = "why" [
        CUSTOMER_ID, INCIDENT, SCOPE_FILE, SCOPE_LINE, IDENTIFIER, PROFILE, MATCH_PROBABILITY,
        LISTED_CLASSES, SOURCE, LINE, SOURCE_ID, MATCH_WEIGHT_BITS, LINKED_BY, DATA_CLASSES,
        CLASSES_LEFT_OUT, CLASSES_TOLD, EVIDENCE, JURISDICTION, LAWS, LAW_VERSIONS, DUTY_REASON,
        TELL_BY, CLOCK_SCOPE_FILE, OUTCOME, OUTCOME_REASON, CHANNEL, NOTICE_ID, VARIANT, LIST,
    ];

    /// What each run of a pipeline measured; by clock, run, source (none for all), measure.
    History = "history" [AT, RUN_ID, SOURCE, MEASURE, MEASURED];

    /// What changed from one run to another, one row per record and field; sorted by change,
    /// source, record id, field.
    Change = "changes" [
        CHANGE, SOURCE, SOURCE_ID, FIELD, RULE, CUSTOMER_BEFORE, CUSTOMER_AFTER,
    ];
}
