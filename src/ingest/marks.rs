//! Which characters part a delimited file?

use memchr::{memchr, memchr2};

/// The characters that part a file; each is ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// Parts cells.
    pub(super) delimiter: u8,
    /// Ends rows: a line feed, before which a carriage return does not count; or a carriage
    /// return, in a file without any line feed outside quotes.
    pub(super) line_end: u8,
    /// Stands around cells that hold delimiters or line ends; doubled inside them.
    pub(super) quote: u8,
    /// Stands before a quote inside a quoted cell, in files that do not double it.
    pub(super) escape: Option<u8>,
    /// Whether a quote opens a cell after spaces too: `a, "b, c"`.
    pub(super) skips_spaces: bool,
}

impl Marks {
    /// As in RFC 4180, with line feeds.
    pub(super) const COMMAS: Marks =
        Marks { delimiter: b',', line_end: b'\n', quote: b'"', escape: None, skips_spaces: false };

    /// Counts the spaces before a cell that do not keep a quote from opening it.
    pub(super) fn n_spaces_before_quote(self, bytes: &[u8]) -> usize {
        if self.skips_spaces { bytes.iter().take_while(|&&byte| byte == b' ').count() } else { 0 }
    }

    /// Counts what may stand between a closing quote and the delimiter: spaces, and the first
    /// half of a line end.
    pub(super) fn n_spaces_after_quote(self, bytes: &[u8]) -> usize {
        let is_space = |byte: u8| matches!(byte, b' ' | b'\r') && byte != self.delimiter;
        bytes.iter().take_while(|&&byte| is_space(byte) && byte != self.line_end).count()
    }

    /// Finds the next quote or escape.
    pub(super) fn quote_or_escape(self, bytes: &[u8]) -> Option<usize> {
        match self.escape {
            Some(escape) => memchr2(self.quote, escape, bytes),
            None => memchr(self.quote, bytes),
        }
    }
}
