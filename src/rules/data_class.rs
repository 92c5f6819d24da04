//! Which kinds of data can be exposed, and what follows for the person?

use std::collections::BTreeMap;

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// The vocabulary of data classes, by code.
#[derive(Debug, Clone)]
pub struct DataClasses {
    classes: BTreeMap<String, DataClass>,
    sha256: Sha256Hex,
}

/// A class of data.
#[derive(Debug, Clone)]
pub struct DataClass {
    /// Its code in this program's files.
    pub code: String,
    /// Its name for people.
    pub label: String,
    /// Its code in `trigger_classes` of the laws, if any law names it.
    pub statute_code: Option<String>,
    /// How grave its exposure is by nature.
    pub kind: DataKind,
    /// Whether it is of a special category (GDPR, art. 9) or on criminal offences (art. 10).
    pub is_special: bool,
    /// The keys of the advice to give, parted by `;`.
    pub instruction_key: Option<String>,
    /// How much its exposure weighs against that of others, from 0 to 100: a proposal.
    pub weight: u32,
    /// Its names at Have I Been Pwned.
    pub hibp_names: Vec<String>,
    /// Its terms in the Data Privacy Vocabulary's extension for personal data.
    pub dpv_terms: Vec<String>,
    /// Its variety in VERIS, `attribute.confidentiality.data.variety`.
    pub veris_variety: String,
}

impl DataClass {
    /// Lists the keys of the advice to give.
    pub fn instruction_keys(&self) -> impl Iterator<Item = &str> {
        self.instruction_key.iter().flat_map(|keys| keys.split(';')).filter(|key| !key.is_empty())
    }
}

/// The nature of data; the number is ENISA's data processing context (DPC).
///
/// # Source
/// ENISA (2013), "Recommendations for a methodology of the assessment of severity of personal
/// data breaches", annex 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataKind {
    /// Names, contact data, ids.
    Simple = 1,
    /// Where one goes, what one buys or says.
    Behavioural = 2,
    /// Money, cards, credentials that open accounts, official ids.
    Financial = 3,
    /// Health, belief, biometrics and their like.
    Sensitive = 4,
}

/// The vocabulary that is compiled in.
const DEFAULT: &str = include_str!("../../pipelines/rules/data_classes.csv");

impl DataClasses {
    /// Gives the vocabulary that is compiled in.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn built_in() -> DataClasses {
        match DataClasses::read("data_classes.csv", DEFAULT) {
            Ok(classes) => classes,
            Err(error) => panic!("the built-in vocabulary: {error}"),
        }
    }

    /// Reads a vocabulary; `file` names it in errors.
    ///
    /// # Errors
    /// A column is missing, or a code stands twice.
    pub fn read(file: &str, text: &str) -> Result<DataClasses, Error> {
        let rows = RulesFile::read(file, text)?;
        let (code, label) = (rows.column("code")?, rows.column("label")?);
        let statute = rows.column("statute_code")?;
        let (art9, veris) = (rows.column("gdpr_art9")?, rows.column("veris_variety")?);
        let instruction = rows.column("instruction_key")?;
        let hibp = rows.optional_column("hibp_data_classes");
        let dpv = rows.optional_column("dpv_pd_terms");
        let weight = rows.optional_column("default_weight");
        let context = rows.optional_column("enisa_dpc");
        let mut classes = BTreeMap::new();
        for (line, row) in rows.rows() {
            let present = |column: usize| row.get(column).filter(|cell| !cell.is_empty());
            let code = row[code].to_owned();
            let named = context.and_then(|column| kind_named(&row[column]));
            let class = DataClass {
                code: code.clone(),
                label: row[label].to_owned(),
                statute_code: present(statute).map(str::to_owned),
                is_special: matches!(&row[art9], "yes" | "art10"),
                kind: named.unwrap_or_else(|| kind_of(&code, &row[art9], &row[veris])),
                instruction_key: present(instruction)
                    .filter(|key| *key != "none")
                    .map(str::to_owned),
                weight: weight.and_then(|column| row[column].parse().ok()).unwrap_or(0),
                hibp_names: words(hibp.map(|column| &row[column])),
                dpv_terms: words(dpv.map(|column| &row[column])),
                veris_variety: row[veris].to_owned(),
            };
            if classes.insert(code.clone(), class).is_some() {
                return Err(Error::Twice { file: file.to_owned(), code, line });
            }
        }
        Ok(DataClasses { classes, sha256: sha256_of_text(text) })
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Finds a class by its code.
    pub fn get(&self, code: &str) -> Option<&DataClass> {
        self.classes.get(code)
    }

    /// Lists the statute codes of all classes, in alphabetical order of the classes.
    pub fn statute_codes(&self) -> impl Iterator<Item = &str> {
        self.classes.values().filter_map(|class| class.statute_code.as_deref())
    }

    /// Gives the code of each name at Have I Been Pwned, in small letters. Of several classes
    /// with one name the gravest stands for it: what is not told apart is taken for the worse.
    pub fn by_hibp_name(&self) -> BTreeMap<String, &str> {
        let mut by_name: BTreeMap<String, &DataClass> = BTreeMap::new();
        for class in self.classes.values() {
            for name in &class.hibp_names {
                let known = by_name.entry(name.to_lowercase()).or_insert(class);
                if class.weight >= known.weight {
                    *known = class;
                }
            }
        }
        by_name.into_iter().map(|(name, class)| (name, class.code.as_str())).collect()
    }

    /// Lists the classes, in the order of their codes.
    pub fn all(&self) -> impl Iterator<Item = &DataClass> {
        self.classes.values()
    }

    /// Finds a class by its code, or says who named one that is not there.
    ///
    /// # Errors
    /// The vocabulary has no such class.
    pub fn expect(&self, code: &str, at: &str) -> Result<&DataClass, Error> {
        self.get(code).ok_or_else(|| Error::UnknownClass {
            code: code.to_owned(),
            at: at.to_owned(),
            known: self.classes.keys().cloned().collect(),
        })
    }
}

/// Reads a cell of several words, parted by `;`.
fn words(cell: Option<&str>) -> Vec<String> {
    let words = cell.unwrap_or_default().split(';').map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn kind_named(cell: &str) -> Option<DataKind> {
    match cell {
        "1" => Some(DataKind::Simple),
        "2" => Some(DataKind::Behavioural),
        "3" => Some(DataKind::Financial),
        "4" => Some(DataKind::Sensitive),
        _ => None,
    }
}

/// Judges a class by what the vocabulary says of it, where it has no `enisa_dpc` of its own.
fn kind_of(code: &str, gdpr_art9: &str, veris_variety: &str) -> DataKind {
    match (code, gdpr_art9, veris_variety) {
        (_, "yes" | "art10", _) | (_, _, "Medical") => DataKind::Sensitive,
        ("income_credit" | "tax_record", ..)
        | (_, _, "Bank" | "Payment" | "Credentials" | "Multi-factor credential" | "Session key") => {
            DataKind::Financial
        }
        ("username" | "card_partial", ..) => DataKind::Simple,
        (
            "purchase_history" | "geolocation" | "alpr" | "messages" | "support_tickets"
            | "work_evaluation" | "device_id" | "ip_address",
            ..,
        ) => DataKind::Behavioural,
        (_, _, "Sensitive Personal") => DataKind::Financial,
        _ => DataKind::Simple,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_vocabulary_reads_and_knows_how_grave_a_class_is() {
        let classes = DataClasses::built_in();
        let kind = |code| classes.get(code).unwrap().kind;
        assert_eq!(kind("email"), DataKind::Simple);
        assert_eq!(kind("purchase_history"), DataKind::Behavioural);
        assert_eq!(kind("card_pan"), DataKind::Financial);
        assert_eq!(kind("password_plain"), DataKind::Financial);
        assert_eq!(kind("health"), DataKind::Sensitive);
        assert_eq!(classes.classes.len(), 59);
    }

    #[test]
    fn a_name_of_have_i_been_pwned_stands_for_the_gravest_class_of_that_name() {
        let classes = DataClasses::built_in();
        let by_name = classes.by_hibp_name();
        assert_eq!(by_name["email addresses"], "email");
        assert_eq!(by_name["passwords"], "password_plain");
        assert_eq!(by_name["government issued ids"], "national_id");
        assert_eq!(classes.get("dob").unwrap().dpv_terms, ["BirthDate"]);
        assert_eq!(classes.get("dob").unwrap().veris_variety, "Personal");
    }

    #[test]
    fn a_code_that_stands_twice_is_an_error() {
        let text = "code,label,statute_code,gdpr_art9,veris_variety,instruction_key\n\
                    email,E-mail,,no,Personal,none\nemail,E-mail,,no,Personal,none\n";
        let error = DataClasses::read("own.csv", text).unwrap_err();
        assert_eq!(error.to_string(), "`email` stands twice in `own.csv`");
    }
}
