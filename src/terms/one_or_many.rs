//! How is a setting written that takes one text or several?

use std::fmt;

use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One header, or several that are tried in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl Serialize for OneOrMany {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

/// By hand, because an untagged enum would lose the place of an error.
impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMany, D::Error> {
        struct Headers;
        impl<'de> Visitor<'de> for Headers {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a header, or a list of headers")
            }

            fn visit_str<E: serde::de::Error>(self, header: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![header.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, headers: A) -> Result<OneOrMany, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(headers)).map(OneOrMany)
            }
        }
        deserializer.deserialize_any(Headers)
    }
}
