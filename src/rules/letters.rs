//! What must be known to write a letter?

use super::{AddressLines, LetterRules, LetterTexts};

/// The texts, the rules and the order of addresses.
#[derive(Debug, Clone)]
pub struct Letters {
    /// What a letter says.
    pub texts: LetterTexts,
    /// What a jurisdiction wants of it.
    pub rules: LetterRules,
    /// How an address is written.
    pub addresses: AddressLines,
}

impl Letters {
    /// Gives what is compiled in.
    ///
    /// # Panics
    /// Never: tests read it.
    pub fn built_in() -> Letters {
        Letters {
            texts: LetterTexts::built_in(),
            rules: LetterRules::built_in(),
            addresses: AddressLines::built_in(),
        }
    }
}
