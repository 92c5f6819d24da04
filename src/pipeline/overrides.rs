//! How does `--set key=value` change a pipeline file?

use toml_edit::{DocumentMut, Item, Value};

use super::error::ConfigError;

/// Gives the text of the file with the settings changed in place, so that errors still name its
/// lines. A key is dotted; an array of tables is entered by number: `ingest.source.0.name`.
///
/// # Errors
/// The file is not TOML, or a key leads nowhere.
pub(super) fn applied(text: &str, settings: &[String]) -> Result<String, ConfigError> {
    let mut document: DocumentMut = match text.parse() {
        Ok(document) => document,
        // The reader of the whole file says it better.
        Err(_) => return Ok(text.to_owned()),
    };
    for typed in settings {
        let wrong =
            |cause: &str| ConfigError::Set { typed: typed.clone(), cause: cause.to_owned() };
        let (key, value) = typed.split_once('=').ok_or_else(|| wrong("write it as key=value"))?;
        let mut item = document.as_item_mut();
        for part in key.trim().split('.') {
            item = entered(item, part).ok_or_else(|| wrong("the key leads through a value"))?;
        }
        *item = Item::Value(value_of(value.trim()));
    }
    Ok(document.to_string())
}

fn entered<'a>(item: &'a mut Item, part: &str) -> Option<&'a mut Item> {
    if let Ok(place) = part.parse::<usize>() {
        return item.get_mut(place);
    }
    if item.is_none() {
        *item = Item::Table(toml_edit::Table::new());
    }
    Some(item.as_table_like_mut()?.entry(part).or_insert(Item::None))
}

/// Takes the value as TOML where it is, and as plain text where it is not. An instant is text,
/// as it is in the file.
fn value_of(typed: &str) -> Value {
    match typed.parse() {
        Ok(Value::Datetime(_)) | Err(_) => Value::from(typed),
        Ok(value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, setting: &str) -> String {
        applied(text, &[setting.to_owned()]).unwrap()
    }

    #[test]
    fn a_setting_is_changed_in_place_and_other_lines_stay() {
        assert_eq!(check("a = 1 # one\n[b]\nc = 2\n", "b.c=3"), "a = 1 # one\n[b]\nc = 3\n");
        assert_eq!(check("[run]\n", "run.out=elsewhere"), "[run]\nout = \"elsewhere\"\n");
        assert_eq!(
            check("[[s]]\nn = 1\n[[s]]\nn = 2\n", "s.1.n=5"),
            "[[s]]\nn = 1\n[[s]]\nn = 5\n"
        );
    }

    #[test]
    fn an_instant_is_put_in_quotes() {
        let text = check("[run]\n", "run.clock=2026-03-01T02:00:00Z");
        assert_eq!(text, "[run]\nclock = \"2026-03-01T02:00:00Z\"\n");
    }

    #[test]
    fn a_missing_table_is_made() {
        let text = check("", "gate.set_aside_share_max=0.5");
        assert!(toml::from_str::<toml::Table>(&text).unwrap()["gate"].is_table(), "{text}");
    }

    #[test]
    fn a_setting_without_a_value_is_refused() {
        assert!(applied("", &["a".to_owned()]).is_err());
    }
}
