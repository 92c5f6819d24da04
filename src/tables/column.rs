//! How is each column called, what does it hold, and what does a row of it mean?

use std::fmt;

use polars::prelude::{
    BooleanChunked, DataType, Float64Chunked, Int32Chunked, Int64Chunked, IntoColumn, IntoSeries,
    NewChunkedArray, Scalar, Series, StringChunked, StringChunkedBuilder, TimeUnit, TimeZone,
    UInt32Chunked, UInt64Chunked,
};

/// A column: its name and kind, spelled once for the whole program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in memory and in every file.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column can hold; every kind but `Count` in a key may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// Yes or no.
    Flag,
    /// A count, a row or a small id: 32 bits.
    Count,
    /// A line number, an offset or a hash: 64 bits.
    Long,
    /// Money in hundredths of the run's currency.
    Cents,
    /// A number with a fraction.
    Number,
    /// A day of the calendar.
    Day,
    /// An instant in UTC, to the millisecond.
    Instant,
}

impl Kind {
    /// Gives the type that Polars and Parquet know it by.
    pub fn dtype(self) -> DataType {
        match self {
            Kind::Text => DataType::String,
            Kind::Flag => DataType::Boolean,
            Kind::Count => DataType::UInt32,
            Kind::Long => DataType::UInt64,
            Kind::Cents => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Day => DataType::Date,
            Kind::Instant => DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Kind::Text => "text",
            Kind::Flag => "yes or no",
            Kind::Count => "a 32-bit count",
            Kind::Long => "a 64-bit count",
            Kind::Cents => "cents",
            Kind::Number => "a number",
            Kind::Day => "a date",
            Kind::Instant => "an instant",
        })
    }
}

type Filled = polars::prelude::Column;

/// Filling a column. Each panics where the column is of another kind: a bug of the caller.
impl Column {
    const fn new(name: &'static str, kind: Kind) -> Column {
        Column { name, kind }
    }

    fn is(self, kind: Kind) -> Column {
        assert!(self.kind == kind, "{} is {}, not {kind}", self.name, self.kind);
        self
    }

    /// Gives the column without rows.
    pub fn empty(&self) -> Filled {
        Series::new_empty(self.name.into(), &self.kind.dtype()).into_column()
    }

    /// Gives the column with nothing in any of its rows.
    pub fn nothing(&self, n_rows: usize) -> Filled {
        Filled::full_null(self.name.into(), n_rows, &self.kind.dtype())
    }

    /// Fills a column of text row by row.
    pub fn texts<S: AsRef<str>>(self, values: impl ExactSizeIterator<Item = Option<S>>) -> Filled {
        let mut texts = self.builder(values.len());
        for value in values {
            texts.append_option(value);
        }
        texts.finish().into_series().into_column()
    }

    /// Opens a column of text to be filled in a loop; `texts.finish()` goes to `Column::built`.
    pub fn builder(self, n_rows: usize) -> StringChunkedBuilder {
        StringChunkedBuilder::new(self.is(Kind::Text).name.into(), n_rows)
    }

    /// Takes a column that `builder` opened.
    pub fn built(self, texts: StringChunkedBuilder) -> Filled {
        texts.finish().into_series().into_column()
    }

    /// Fills a column with one text in all rows.
    pub fn same(self, value: Option<&str>, n_rows: usize) -> Filled {
        match value {
            Some(value) => StringChunked::from_iter_values(
                self.is(Kind::Text).name.into(),
                std::iter::repeat_n(value, n_rows),
            )
            .into_series()
            .into_column(),
            None => self.nothing(n_rows),
        }
    }

    /// Fills a column of yes and no; nothing is absent.
    pub fn flags(self, values: Vec<bool>) -> Filled {
        BooleanChunked::from_slice(self.is(Kind::Flag).name.into(), &values)
            .into_series()
            .into_column()
    }

    /// Fills a column of yes and no, some of them absent.
    pub fn flags_or_nothing(self, values: impl Iterator<Item = Option<bool>>) -> Filled {
        BooleanChunked::from_iter_options(self.is(Kind::Flag).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column of counts; nothing is absent.
    pub fn counts(self, values: Vec<u32>) -> Filled {
        UInt32Chunked::from_vec(self.is(Kind::Count).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column with one count in all rows; it takes no memory until it is read.
    pub fn same_count(self, value: u32, n_rows: usize) -> Filled {
        Filled::new_scalar(self.is(Kind::Count).name.into(), Scalar::from(value), n_rows)
    }

    /// Fills a column of counts, some of them absent.
    pub fn counts_or_nothing(self, values: impl Iterator<Item = Option<u32>>) -> Filled {
        UInt32Chunked::from_iter_options(self.is(Kind::Count).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column of 64-bit counts; nothing is absent.
    pub fn longs(self, values: Vec<u64>) -> Filled {
        UInt64Chunked::from_vec(self.is(Kind::Long).name.into(), values).into_series().into_column()
    }

    /// Fills a column of 64-bit counts, some of them absent.
    pub fn longs_or_nothing(self, values: impl Iterator<Item = Option<u64>>) -> Filled {
        UInt64Chunked::from_iter_options(self.is(Kind::Long).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column of cents; nothing is absent.
    pub fn amounts(self, values: Vec<i64>) -> Filled {
        Int64Chunked::from_vec(self.is(Kind::Cents).name.into(), values).into_series().into_column()
    }

    /// Fills a column of cents, some of them absent.
    pub fn amounts_or_nothing(self, values: impl Iterator<Item = Option<i64>>) -> Filled {
        Int64Chunked::from_iter_options(self.is(Kind::Cents).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column of numbers; nothing is absent.
    pub fn numbers(self, values: Vec<f64>) -> Filled {
        Float64Chunked::from_vec(self.is(Kind::Number).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column with one number in all rows; it takes no memory until it is read.
    pub fn same_number(self, value: f64, n_rows: usize) -> Filled {
        Filled::new_scalar(self.is(Kind::Number).name.into(), Scalar::from(value), n_rows)
    }

    /// Fills a column of numbers, some of them absent.
    pub fn numbers_or_nothing(self, values: impl Iterator<Item = Option<f64>>) -> Filled {
        Float64Chunked::from_iter_options(self.is(Kind::Number).name.into(), values)
            .into_series()
            .into_column()
    }

    /// Fills a column of days, each as days since 1970-01-01.
    pub fn days(self, values: impl Iterator<Item = Option<i32>>) -> Filled {
        Int32Chunked::from_iter_options(self.is(Kind::Day).name.into(), values)
            .into_date()
            .into_series()
            .into_column()
    }

    /// Fills a column of instants, each as milliseconds since 1970-01-01T00:00:00Z.
    pub fn instants(self, values: impl Iterator<Item = Option<i64>>) -> Filled {
        Int64Chunked::from_iter_options(self.is(Kind::Instant).name.into(), values)
            .into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC))
            .into_series()
            .into_column()
    }
}

/// Lists the columns, so that each is spelled in one place.
macro_rules! columns {
    ($($(#[$doc:meta])* $constant:ident: $name:literal, $kind:ident;)*) => {
        $($(#[$doc])* pub const $constant: Column = Column::new($name, Kind::$kind);)*
    };
}

columns! {
    // Where a row comes from.
    /// The source's name in the pipeline file.
    SOURCE: "source", Text;
    /// The file, as the pipeline file names it.
    FILE: "file", Text;
    /// The physical line on which the row begins, from 1; in a table file, the row.
    LINE: "line", Long;
    /// Where in the (decoded) file the row begins.
    BYTE_OFFSET: "byte_offset", Long;
    /// The row as it was read.
    ROW: "row", Text;
    /// The contact's `RecordId`.
    RECORD: "record", Count;
    /// The source's own id of the record.
    SOURCE_ID: "source_id", Text;
    /// A hash of all that the row says, for telling equal rows from others.
    CONTENT_HASH: "content_hash", Long;
    // What a row says.
    /// Former ids of records merged into this one, parted by U+001F.
    MERGED_IDS: "merged_ids", Text;
    /// The customer number that orders and other systems use.
    CUSTOMER_KEY: "customer_key", Text;
    /// The whole name in one cell.
    FULL_NAME: "full_name", Text;
    /// Form of address: Mr, Dr.
    SALUTATION: "salutation", Text;
    /// Given name.
    FIRST_NAME: "first_name", Text;
    /// Middle names.
    MIDDLE_NAME: "middle_name", Text;
    /// Family name.
    LAST_NAME: "last_name", Text;
    /// What tells generations apart: Jr, Sr, III.
    SUFFIX: "suffix", Text;
    /// Employer or firm.
    COMPANY: "company", Text;
    /// E-mail address; in a raw contact all of them, parted by U+001F.
    EMAIL: "email", Text;
    /// Telephone number; in a raw contact all of them, parted by U+001F.
    PHONE: "phone", Text;
    /// Date of birth as written.
    BIRTH_DATE_TEXT: "birth_date", Text;
    /// Date of birth.
    BIRTH_DATE: "birth_date", Day;
    /// Street and house number.
    STREET: "street", Text;
    /// Town.
    CITY: "city", Text;
    /// State or province; ISO 3166-2 once standardized.
    REGION: "region", Text;
    /// Postcode.
    POSTAL_CODE: "postal_code", Text;
    /// Country; ISO 3166-1 alpha-2 once standardized.
    COUNTRY: "country", Text;
    /// Language; BCP 47 once standardized.
    LANGUAGE: "language", Text;
    /// Customer segment.
    SEGMENT: "segment", Text;
    /// Market.
    MARKET: "market", Text;
    /// Main product.
    PRODUCT: "product", Text;
    /// Customer value as written.
    CLV_TEXT: "clv", Text;
    /// Currency; ISO 4217.
    CURRENCY: "currency", Text;
    /// Whether the person refuses marketing mail, as written.
    EMAIL_OPT_OUT_TEXT: "email_opt_out", Text;
    /// Whether the person refuses calls, as written.
    DO_NOT_CALL_TEXT: "do_not_call", Text;
    /// Whether the person has died, as written.
    DECEASED_TEXT: "deceased", Text;
    /// Whether the record was deleted in its source, as written.
    DELETED_TEXT: "deleted", Text;
    /// When the record was made, as written.
    CREATED_AT_TEXT: "created_at", Text;
    /// When the record last changed, as written.
    UPDATED_AT_TEXT: "updated_at", Text;
    /// When the contact data were last confirmed, as written.
    VERIFIED_AT_TEXT: "verified_at", Text;
    /// The person refuses marketing mail; a legal notice is not marketing.
    EMAIL_OPT_OUT: "email_opt_out", Flag;
    /// The person refuses calls.
    DO_NOT_CALL: "do_not_call", Flag;
    /// The person has died.
    DECEASED: "deceased", Flag;
    /// The record was deleted in its source; it still counts for an incident.
    DELETED: "deleted", Flag;
    /// When the record was made.
    CREATED_AT: "created_at", Instant;
    /// When the record last changed.
    UPDATED_AT: "updated_at", Instant;
    /// When the contact data were last confirmed.
    VERIFIED_AT: "verified_at", Instant;
    /// The customer value that the source gave.
    GIVEN_CLV_CENTS: "given_clv_cents", Cents;
    /// Street, town, country and what postcode the country needs are there and no placeholder.
    ADDRESS_USABLE: "address_usable", Flag;
    // Contact points.
    /// What the value is: `email`, `phone`, `record_id`, `customer_key`.
    KIND: "kind", Text;
    /// The value in its standard form; as written where it has none.
    VALUE: "value", Text;
    /// `valid`, `invalid` (no such thing can exist) or `placeholder`.
    STATUS: "status", Text;
    /// For a phone: `mobile`, `fixed`, `either`, `other`.
    LINE_TYPE: "line_type", Text;
    /// Place among the record's values of this kind, from 0.
    RANK: "rank", Count;
    // Findings and quarantine.
    /// The field it speaks of.
    FIELD: "field", Text;
    /// The rule's id; `headcount explain <id>` says what it checks.
    RULE: "rule", Text;
    /// Whether the value was mended on the spot.
    REPAIRED: "repaired", Flag;
    /// What the value may have been meant to be.
    SUGGESTION: "suggestion", Text;
    /// Why the row was set aside.
    REASON: "reason", Text;
    // Matching and merging.
    /// The smallest record of the cluster.
    CLUSTER: "cluster", Count;
    /// The strongest link into the cluster, in bits; absent for a record alone.
    MATCH_WEIGHT_BITS: "match_weight_bits", Number;
    /// The blocking rule that found that link.
    LINKED_BY: "linked_by", Text;
    /// The smaller record of a pair.
    RECORD_A: "record_a", Count;
    /// The larger record of a pair.
    RECORD_B: "record_b", Count;
    /// The probability that the pair is one person.
    MATCH_PROBABILITY: "match_probability", Number;
    /// The row of the sample.
    SAMPLE_RECORD: "sample_record", Count;
    /// Fields that speak for the match, parted by `;`.
    AGREES_ON: "agrees_on", Text;
    /// Fields that speak against it, parted by `;`.
    DIFFERS_ON: "differs_on", Text;
    /// Why a person should look: `doubtful`, too near to even odds; or a link that was refused,
    /// since it would have joined two people (`contradiction`), since all pairs across it speak
    /// against it (`weak_bridge`), or since one person has not so many records
    /// (`large_cluster`).
    REVIEW_BECAUSE: "review_because", Text;
    /// The customer's row in the table of golden records.
    CUSTOMER: "customer", Count;
    /// The person's name across sources and nights.
    CUSTOMER_ID: "customer_id", Text;
    /// How many records say so.
    N_RECORDS: "n_records", Count;
    /// Status of the best e-mail.
    EMAIL_STATUS: "email_status", Text;
    /// Status of the best phone.
    PHONE_STATUS: "phone_status", Text;
    /// The record whose name survived, salutation and suffix with it.
    NAME_FROM: "name_from", Count;
    /// The record whose company survived.
    COMPANY_FROM: "company_from", Count;
    /// The record whose birth date survived.
    BIRTH_DATE_FROM: "birth_date_from", Count;
    /// The record whose e-mail survived.
    EMAIL_FROM: "email_from", Count;
    /// The record whose phone survived.
    PHONE_FROM: "phone_from", Count;
    /// The record whose address survived, as one piece.
    ADDRESS_FROM: "address_from", Count;
    /// The record whose language survived.
    LANGUAGE_FROM: "language_from", Count;
    /// The record whose segment survived.
    SEGMENT_FROM: "segment_from", Count;
    /// The record whose market survived.
    MARKET_FROM: "market_from", Count;
    /// The record whose product survived.
    PRODUCT_FROM: "product_from", Count;
    /// The record whose customer value survived.
    CLV_FROM: "clv_from", Count;
    // Value.
    /// What of `clv_future_cents` falls into the first `break_months` months: what a pause loses.
    CLV_BREAK_CENTS: "clv_break_cents", Cents;
    /// How long a pause is taken to last, in months; one number for the whole table.
    BREAK_MONTHS: "break_months", Count;
    /// How many months `clv_future_cents` looks ahead; one number for the whole table.
    HORIZON_MONTHS: "horizon_months", Count;
    /// What a month's delay took off `clv_future_cents`; one number for the whole table.
    DISCOUNT_MONTHLY: "discount_monthly", Number;
    /// The share of a purchase that counts in `clv_future_cents`; one number for the whole table.
    MARGIN: "margin", Number;
    /// What the customer has bought.
    CLV_PAST_CENTS: "clv_past_cents", Cents;
    /// What the customer is expected to buy: the part that can be lost.
    CLV_FUTURE_CENTS: "clv_future_cents", Cents;
    /// Past and future.
    CLV_CENTS: "clv_cents", Cents;
    /// Where the value comes from: `orders`, `column`, `default`, `none`.
    CLV_BASIS: "clv_basis", Text;
    /// Number of orders.
    N_ORDERS: "n_orders", Count;
    /// Probability that the customer has not left for good.
    P_ALIVE: "p_alive", Number;
    /// Orders expected within the horizon.
    EXPECTED_ORDERS: "expected_orders", Number;
    /// What an order of the customer is expected to bring.
    EXPECTED_SPEND_CENTS: "expected_spend_cents", Cents;
    /// Lower end of the 95 % interval of `clv_future_cents`.
    CLV_FUTURE_LOW_CENTS: "clv_future_low_cents", Cents;
    /// Upper end of the 95 % interval of `clv_future_cents`.
    CLV_FUTURE_HIGH_CENTS: "clv_future_high_cents", Cents;
    /// When it happened.
    AT: "at", Instant;
    /// Amount of the order.
    AMOUNT_CENTS: "amount_cents", Cents;
    // Scope and exposure.
    /// The incident's id.
    INCIDENT: "incident", Text;
    /// The scope file's name.
    SCOPE_FILE: "scope_file", Text;
    /// The line in the scope file.
    SCOPE_LINE: "scope_line", Long;
    /// What the scope file lists: `email`, `phone`, `customer_key`, `record_id`, `email_sha256` …
    IDENTIFIER: "identifier", Text;
    /// Codes of the exposed data classes, parted by `;`, in alphabetical order.
    DATA_CLASSES: "data_classes", Text;
    /// `confirmed`, `probable` or `possible`.
    EVIDENCE: "evidence", Text;
    /// Kinds of identifier that matched, parted by `;`.
    MATCHED_BY: "matched_by", Text;
    /// How many scope rows name the person.
    N_SCOPE_ROWS: "n_scope_rows", Count;
    /// The record whose identifier matched.
    MATCHED_RECORD: "matched_record", Count;
    /// The way of writing in which a hash agreed: `lower_trim`, `google` …; absent for a value
    /// as it is.
    PROFILE: "profile", Text;
    /// Codes of the data classes that the scope row exposes, parted by `;`.
    LISTED_CLASSES: "listed_classes", Text;
    /// Codes of the data classes that a list exposes, but that the contacts do not hold of this
    /// person, parted by `;`.
    CLASSES_LEFT_OUT: "classes_left_out", Text;
    /// Codes of the data classes that an earlier run's notice told this person of, parted by `;`;
    /// absent where none did.
    CLASSES_TOLD: "classes_told", Text;
    /// Code of a data class.
    DATA_CLASS: "data_class", Text;
    /// Whether it was exposed; not so where a list exposes what the contacts do not hold.
    EXPOSED: "exposed", Flag;
    /// Whether an earlier run's notice told of it.
    TOLD_BEFORE: "told_before", Flag;
    /// The line of the canary in its file; absent where only the contacts say that it is one.
    CANARY_LINE: "canary_line", Long;
    /// ENISA severity, 1 to 6.5.
    SEVERITY: "severity", Number;
    /// `low`, `medium`, `high` or `very_high`.
    SEVERITY_BAND: "severity_band", Text;
    /// Probability that the customer leaves.
    P_STOP: "p_stop", Number;
    /// Probability that the customer pauses.
    P_BREAK: "p_break", Number;
    /// Expected loss of future value.
    EXPECTED_LOSS_CENTS: "expected_loss_cents", Cents;
    /// What an offer to stay costs, taken or not.
    OFFER_COST_CENTS: "offer_cost_cents", Cents;
    /// What an offer keeps from being lost, on average.
    SAVED_CENTS: "saved_cents", Cents;
    /// What an offer returns within the months of a pause, its cost taken off.
    RETURN_SHORT_CENTS: "return_short_cents", Cents;
    /// What an offer returns within the horizon, its cost taken off.
    RETURN_LONG_CENTS: "return_long_cents", Cents;
    /// Whose law applies: ISO 3166-1 or 3166-2; `unknown` where the address does not say.
    JURISDICTION: "jurisdiction", Text;
    /// How strongly customers leave together, from 0 to 1.
    RHO: "rho", Number;
    /// Probability that the loss is greater.
    EXCEEDANCE_PROBABILITY: "exceedance_probability", Number;
    /// A loss of all affected together.
    LOSS_CENTS: "loss_cents", Cents;
    /// Number of customers.
    N_CUSTOMERS: "n_customers", Count;
    // Duties.
    /// What the law asks for a person: `owed`, `no_duty`, or `counsel` where a person must say.
    DUTY: "duty", Text;
    /// Why there is no duty, or why counsel must say; absent where notice is owed.
    DUTY_REASON: "duty_reason", Text;
    /// Citations of the laws under which notice is owed, or would be, parted by `; `.
    LAWS: "laws", Text;
    /// Versions of these laws, in the same order.
    LAW_VERSIONS: "law_versions", Text;
    /// The lines of the rules file on which they stand, parted by `;`, in the same order.
    LAW_ROWS: "law_rows", Text;
    /// When the first of these laws wants the person told; absent where none names a day.
    TELL_BY: "tell_by", Instant;
    /// Months of credit monitoring that the law wants offered.
    MONITORING_MONTHS: "monitoring_months", Count;
    /// Affected residents on evidence that is told on.
    N_RESIDENTS: "n_residents", Long;
    /// Residents on weaker evidence.
    N_RESIDENTS_POSSIBLE: "n_residents_possible", Long;
    /// Residents of whom something was exposed that sets the law off.
    N_TRIGGERED: "n_triggered", Long;
    /// The law: code, sector, citation.
    LAW: "law", Text;
    /// The law's name.
    LAW_NAME: "law_name", Text;
    /// From when that version holds.
    LAW_VERSION: "law_version", Text;
    /// `in_force`, `voluntary`, `uncertain` …
    LAW_STATUS: "law_status", Text;
    /// Whom to tell: `individual`, `regulator`, `credit_bureau`; `none` where no law is known.
    DUTY_KIND: "duty_kind", Text;
    /// Who is told.
    RECIPIENT: "recipient", Text;
    /// The smallest number of residents for which the duty exists.
    THRESHOLD: "threshold", Long;
    /// Statute codes that were met, parted by `;`.
    TRIGGERS_MET: "triggers_met", Text;
    /// Why the duty may be skipped, and who decided so.
    EXEMPTION: "exemption", Text;
    /// The moment that the law counts from.
    CLOCK: "clock", Text;
    /// The fact of the incident that was taken for it.
    CLOCK_FROM: "clock_from", Text;
    /// When that was, as it stands on the clock of the jurisdiction.
    CLOCK_AT: "clock_at", Text;
    /// The list whose vendor's notice began the clock; absent where the incident's own clock runs.
    CLOCK_SCOPE_FILE: "clock_scope_file", Text;
    /// How long the law gives.
    PERIOD: "period", Text;
    /// By when, on the clock of the jurisdiction; `OPEN` where there is a duty without a day.
    DEADLINE: "deadline", Text;
    /// Our own date where the law has none: not the law's.
    SOFT_CAP: "soft_cap", Text;
    /// Where the law wants one told before, with or after another.
    TOLD_IN_ORDER: "told_in_order", Text;
    /// `due`, `overdue`, `open`, `not_started`, or why there is no duty: `not_triggered`,
    /// `not_acquired`, `below_threshold`, an exemption.
    DUTY_STATUS: "status", Text;
    /// Until when law enforcement asks to wait.
    HOLD_UNTIL: "hold_until", Text;
    /// What counsel should know besides.
    NOTE: "note", Text;
    /// Where the rule comes from.
    RULE_SOURCE: "source", Text;
    /// What stands in for a residence that is not known.
    TREATED_AS: "treated_as", Text;
    /// All affected persons, wherever they live.
    N_AFFECTED: "n_affected", Long;
    /// Records of those residents.
    N_RESIDENT_RECORDS: "n_records", Long;
    /// Residents who were under 18 at the discovery.
    N_MINORS: "n_minors", Long;
    /// Residents who were 60 or older at the discovery.
    N_ELDERLY: "n_elderly", Long;
    /// Residents of whom a special category (GDPR, art. 9 and 10) was exposed.
    N_SPECIAL: "n_special_category", Long;
    /// Residents by exposed data class, `email 12; dob 3`, most first.
    CLASSES_COUNTED: "data_classes", Text;
    /// What the attacker did.
    ATTACK_TYPE: "attack_type", Text;
    /// When it began.
    OCCURRED_FROM: "occurred_from", Text;
    /// When it ended.
    OCCURRED_TO: "occurred_to", Text;
    /// When it was discovered.
    DISCOVERED_AT: "discovered_at", Text;
    // Notice.
    /// `notified`, `held`, `no_duty` or `unreachable`.
    OUTCOME: "outcome", Text;
    /// Why that outcome.
    OUTCOME_REASON: "outcome_reason", Text;
    /// `email`, `phone` or `post`.
    CHANNEL: "channel", Text;
    /// The next channel, should the first fail.
    FALLBACK_CHANNEL: "fallback_channel", Text;
    /// Name of this notice to this person.
    NOTICE_ID: "notice_id", Text;
    /// Who is addressed: `self`, `parent_guardian`, `estate`.
    ROLE: "role", Text;
    /// Keys of the advice to give, parted by `;`.
    INSTRUCTIONS: "instructions", Text;
    /// What the letter tells and to whom, by the rules of its jurisdiction: `standard`,
    /// `no-nature`, `gdpr-minor` …
    VARIANT: "variant", Text;
    /// The line on the envelope.
    ADDRESSEE: "addressee", Text;
    /// The words that the letter begins with.
    GREETING: "greeting", Text;
    /// The first line of the address below the name, in the order of its country.
    ADDRESS_LINE_1: "address_line_1", Text;
    /// The second line of the address.
    ADDRESS_LINE_2: "address_line_2", Text;
    /// The third line of the address.
    ADDRESS_LINE_3: "address_line_3", Text;
    /// Plain words for the exposed data classes, parted by `; `, the gravest first.
    ELEMENT_TEXT: "element_text", Text;
    /// The language of the greeting and of the plain words; BCP 47.
    TEXT_LANGUAGE: "text_language", Text;
    /// What happened; absent where the law forbids to tell.
    NATURE: "nature", Text;
    /// The day on which the exposure began (UTC); absent where it is not known.
    EXPOSED_FROM: "exposed_from", Day;
    /// The day on which the exposure ended (UTC); absent where it is not known.
    EXPOSED_TO: "exposed_to", Day;
    /// The last four digits of a telephone number.
    PHONE_ENDS: "phone_ends", Text;
    /// The shape of an e-mail address: `a***@e***.com`.
    EMAIL_MASKED: "email_masked", Text;
    /// What lifts what holds a notice.
    RESOLVED_BY: "resolved_by", Text;
    /// What the person is offered.
    OFFER_PRODUCT: "offer_product", Text;
    /// For how many months.
    OFFER_MONTHS: "offer_months", Count;
    /// The code by which the offer is taken up; each is given to one person.
    ACTIVATION_CODE: "activation_code", Text;
    /// How often the notice was tried, this time included, from 1.
    ATTEMPT: "attempt", Count;
    /// The day on which the notice must leave to arrive in time; absent where no law names a day.
    SEND_BY: "send_by", Day;
    /// The day on which the notice is to leave: the run's, or a later one where the same mailbox
    /// or address gets several.
    SEND_ON: "send_on", Day;
    /// What the person can do, in plain words of the letter's language, parted by `; `.
    ADVICE_TEXT: "advice_text", Text;
    /// People to whom the law wants a notice given, told before or not.
    N_OWED: "n_owed", Long;
    /// Those of them whom no address leads to.
    N_UNREACHED: "n_unreached", Long;
    /// What telling each of them costs, by the settings.
    COST_CENTS: "cost_cents", Cents;
    /// Whether a public notice may take the place of one to each: `yes`, `no`, `counsel` where
    /// the rules file does not say, `not_needed` where everybody can be told.
    ALLOWED: "allowed", Text;
    /// On which grounds, parted by `;`: `unreached`, `count`, `cost`.
    ALLOWED_BY: "allowed_by", Text;
    /// For how many people it then stands.
    N_COVERED: "n_covered", Long;
    /// What the law then asks for, parted by `; `.
    ASKS: "asks", Text;
    /// For how many days at least the website must show it.
    WEBSITE_DAYS: "website_days", Count;
    /// The smallest number of people without an address that is a ground.
    UNREACHED_MIN: "unreached_min", Long;
    /// The number of people that must be passed.
    COUNT_LIMIT: "count_limit", Long;
    /// The cost that must be passed, in whole units of its currency.
    COST_LIMIT: "cost_limit", Long;
    /// The currency of the cost that the law names: ISO 4217.
    COST_LIMIT_CURRENCY: "cost_limit_currency", Text;
    /// How a rule is known: `looked_up` or `from_knowledge`.
    CONFIDENCE: "confidence", Text;
    /// The list of notices that the person stands on.
    LIST: "list", Text;
    /// Ids of the incidents that a notice speaks of, parted by `;`, in alphabetical order.
    INCIDENTS: "incidents", Text;
    /// Why the person cannot be told by e-mail: `absent`, `invalid`, `placeholder`, `down`,
    /// `left_out`.
    NO_EMAIL_BECAUSE: "no_email_because", Text;
    /// Why the person cannot be told by telephone.
    NO_PHONE_BECAUSE: "no_phone_because", Text;
    /// Why the person cannot be told by post: `absent`, `incomplete`, `down`, `left_out`.
    NO_POST_BECAUSE: "no_post_because", Text;
    /// The tag of the campaigns that reach a suppressed person all the same: the notice itself.
    EXCEPT: "except", Text;
    /// Last day of the suppression; absent where it lasts for good.
    UNTIL: "until", Day;
    /// The cell as the source wrote it, where it was mended or is wrong.
    BEFORE: "before", Text;
    /// A run's name.
    RUN_ID: "run_id", Text;
    /// What was measured: `readiness_share`, `validity_share`.
    MEASURE: "measure", Text;
    /// What it came to.
    MEASURED: "measured", Number;
    /// What became of a record or a field since another run.
    CHANGE: "change", Text;
    /// The customer in the earlier run.
    CUSTOMER_BEFORE: "customer_before", Text;
    /// The customer in the later run.
    CUSTOMER_AFTER: "customer_after", Text;
}
