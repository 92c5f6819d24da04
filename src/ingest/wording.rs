//! How does a source word its values?

use std::borrow::Cow;

use super::field::Way;
use super::preset::Values;
use super::{Field, Source};

/// How a source words its values.
#[derive(Debug)]
pub(super) struct Wording {
    null_tokens: Vec<String>,
    pub(super) separator: Option<String>,
    apostrophe: Option<String>,
    has_guids: bool,
    id_prefix: Option<&'static str>,
    yes_words: Vec<String>,
    no_words: Vec<String>,
}

impl Wording {
    /// Puts together what the source, its preset and the format of the file say.
    pub(super) fn new(source: &Source, values: Values, parted_by: Option<&str>) -> Wording {
        let mut null_tokens = values.null_tokens;
        null_tokens.extend(source.null_tokens.iter().cloned());
        null_tokens.retain(|token| !token.is_empty());
        let separator = source.multi_value_separator.clone().or(values.multi_value_separator);
        let separator = separator.or_else(|| parted_by.map(str::to_owned));
        Wording {
            null_tokens,
            separator: separator.filter(|separator| !separator.is_empty()),
            apostrophe: values.strip_leading.filter(|mark| !mark.is_empty()),
            has_guids: values.id_kind.starts_with("guid"),
            id_prefix: (values.id_kind == "zoho").then_some("zcrm_"),
            yes_words: values.yes_words,
            no_words: values.no_words,
        }
    }

    /// Tells whether a cell of the field says what it says once it is cleaned.
    pub(super) fn is_plain(&self, field: Field) -> bool {
        let has_own_ids = self.has_guids || self.id_prefix.is_some();
        !(field.is_consent() || field.is_multi_valued() || (field.is_identifier() && has_own_ids))
    }

    /// Gives a cell without what the source put around it; nothing where it says nothing.
    pub(super) fn cleaned<'a>(&self, cell: &'a str, field: Field) -> Option<&'a str> {
        let mut cell = cell.trim_ascii();
        if let Some(mark) = &self.apostrophe
            && let Some(rest) = cell.strip_prefix(mark.as_str())
            && (field.is_identifier() || rest.starts_with(['=', '+', '-', '@']))
        {
            cell = rest;
        }
        (!cell.is_empty() && !self.null_tokens.iter().any(|token| token == cell)).then_some(cell)
    }

    pub(super) fn identifier_of<'a>(&self, field: Field, value: &'a str) -> Cow<'a, str> {
        if field == Field::MergedIds { self.identifier(value) } else { value.into() }
    }

    /// Gives an id as the source's own interfaces write it.
    pub(super) fn identifier<'a>(&self, id: &'a str) -> Cow<'a, str> {
        if self.has_guids {
            let bare = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id);
            if is_guid(bare) {
                let has_capitals = bare.bytes().any(|byte| byte.is_ascii_uppercase());
                return if has_capitals { bare.to_ascii_lowercase().into() } else { bare.into() };
            }
        }
        self.id_prefix.and_then(|prefix| id.strip_prefix(prefix)).unwrap_or(id).into()
    }

    /// Gives a word about consent as `true` or `false` where the source has its own, or where it
    /// says the opposite of what the field asks.
    pub(super) fn consent<'a>(&self, word: &'a str, way: Way) -> Cow<'a, str> {
        let is_among = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        let is_own = |words: &[String]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        let yes = is_own(&self.yes_words) || is_among(&["true", "yes", "y", "1", "t", "on"]);
        let no = is_own(&self.no_words) || is_among(&["false", "no", "n", "0", "f", "off"]);
        match (way, yes, no) {
            (Way::Negated, true, _) => "false".into(),
            (Way::Negated, _, true) => "true".into(),
            (Way::Negated, ..) => format!("not {word}").into(),
            _ if is_own(&self.yes_words) => "true".into(),
            _ if is_own(&self.no_words) => "false".into(),
            _ => word.into(),
        }
    }
}

fn is_guid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Tells an Exchange directory path, which Outlook exports in place of a colleague's address.
pub(super) fn is_directory_path(value: &str) -> bool {
    value.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("/o="))
}
