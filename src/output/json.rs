//! How does a small table look in a JSON file?

use polars::prelude::{AnyValue, DataFrame};
use serde_json::{Map, Value};

use super::csv::write_value;

/// Gives each row as an object, in the order of the frame.
pub fn rows_as_json(frame: &DataFrame) -> Vec<Value> {
    let columns = frame.columns();
    (0..frame.height())
        .map(|row| {
            let cells = columns.iter().map(|column| {
                let value = column.get(row).unwrap_or(AnyValue::Null);
                (column.name().to_string(), json_of(&value))
            });
            Value::Object(cells.collect::<Map<_, _>>())
        })
        .collect()
}

fn json_of(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(flag) => (*flag).into(),
        AnyValue::UInt32(count) => (*count).into(),
        AnyValue::UInt64(count) => (*count).into(),
        AnyValue::Int64(cents) => (*cents).into(),
        AnyValue::Float64(number) => (*number).into(),
        other => {
            let mut text = String::new();
            write_value(&mut text, other);
            text.into()
        }
    }
}
