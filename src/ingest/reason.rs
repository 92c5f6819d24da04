//! Why was a row set aside before it was understood?

use std::fmt;

/// Lists the reasons; a reason's doc comment is also its printed explanation.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $reason:ident = $id:literal;)*) => {
        /// Why a row could not be read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Reason {
            $($(#[doc = $doc])+ $reason,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$reason),*];

            /// Gives the id that the quarantine carries.
            pub fn id(self) -> &'static str {
                match self { $(Reason::$reason => $id,)* }
            }

            /// Gives what it means and what to do about it.
            pub fn doc(self) -> &'static str {
                match self { $(Reason::$reason => concat!($($doc, "\n"),+),)* }
            }
        }
    };
}

reasons! {
    /// The row has more or fewer cells than the header.
    ///
    /// Which cell belongs to which column cannot be known, so none is guessed. Often a delimiter
    /// stands in a cell without quotes around it.
    /// Source: RFC 4180, section 2, rule 4.
    FieldCount = "field-count";
    /// The row holds bytes that are no text in the file's encoding; they are shown as `\xNN`.
    ///
    /// Where many rows are set aside so, the file is probably in another encoding than the one
    /// in the manifest: set `encoding` for its source, say to `"windows-1252"`.
    /// Source: RFC 3629; WHATWG Encoding Standard.
    InvalidUtf8 = "invalid-utf8";
    /// The row holds a NUL byte, which no text does; it is shown as `\x00`.
    ///
    /// The file was damaged, or is in UTF-16.
    NulByte = "nul-byte";
    /// A quote opens in the row and does not close where a cell could end.
    ///
    /// Such a line is read with the quote as a character, if that gives as many cells as the
    /// header; this one does not. Reading goes on with the next line, so that one stray quote
    /// does not swallow the rows after it.
    UnclosedQuote = "unclosed-quote";
    /// A quote closes in the middle of a cell, and what the row says cannot be told.
    ///
    /// Rows with stray quotes are read where exactly one reading has as many cells as the
    /// header; this row has none, or several.
    StrayQuote = "stray-quote";
    /// The line belongs to the footer that a report carries after its rows, or is a total.
    ///
    /// Nothing is wrong; the line is listed so that the counts add up.
    Footer = "footer";
    /// The row is the header once more.
    ///
    /// Nothing is wrong; files that were joined carry their headers along.
    RepeatedHeader = "repeated-header";
    /// The line is no object of JSON, or names a key twice.
    /// Source: RFC 8259.
    JsonSyntax = "json-syntax";
    /// The order names no customer.
    OrderCustomer = "order-customer";
    /// The order's time cannot be read.
    ///
    /// Read are ISO 8601 and RFC 3339: `2026-03-01`, `2026-03-01 10:00`,
    /// `2026-03-01T10:00:00+02:00`; without an offset the time is taken as UTC.
    OrderTime = "order-time";
    /// The order's amount cannot be read.
    OrderAmount = "order-amount";
    /// The order's amount could mean two things: is `1.234` one and a bit, or more than a thousand?
    ///
    /// Set `decimal_mark` for the source of these orders.
    OrderAmountAmbiguous = "order-amount-ambiguous";
    /// The order's currency is not three letters as in ISO 4217.
    OrderCurrency = "order-currency";
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}
