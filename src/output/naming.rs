//! What is an output called, once it is marked and encrypted as it must be?

use super::seal::fits;

/// What the name of every table of a drill begins with.
const DRILL: &str = "DRILL-";

/// What the name of everything encrypted ends with.
const AGE: &str = ".age";

/// How the outputs of a run are called. A list that names another names it by this, so that the
/// name is that of a file.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    is_drill: bool,
    /// The outputs that are encrypted, as the settings name them.
    sealed: Vec<String>,
}

impl Naming {
    /// Names what is written for a drill, or for a true incident.
    pub(super) fn for_drill(&mut self, is_drill: bool) {
        self.is_drill = is_drill;
    }

    /// Names what is encrypted: the outputs that one of these patterns fits.
    pub(super) fn sealed(&mut self, patterns: &[String]) {
        self.sealed = patterns.to_vec();
    }

    /// Gives the name under which an output stands in the folder.
    pub fn of(&self, name: &str) -> String {
        let mut called = self.marked(name);
        if self.is_sealed(name) {
            called.push_str(AGE);
        }
        called
    }

    /// Tells whether an output is encrypted. A pattern fits by the name of a drill and by that
    /// of a true run, so that the settings of one serve the other. The manifest is never
    /// encrypted: it holds no personal value, and tells what is here.
    pub(super) fn is_sealed(&self, name: &str) -> bool {
        let marked = self.marked(name);
        let is_for = |pattern: &String| fits(pattern, name) || fits(pattern, &marked);
        name != "manifest.json" && self.sealed.iter().any(is_for)
    }

    /// Marks the name of a table of a drill.
    fn marked(&self, name: &str) -> String {
        let mut name = name.to_owned();
        let is_table = std::path::Path::new(&name).extension().is_some_and(|kind| kind == "csv");
        if self.is_drill && is_table {
            let start = name.rfind('/').map_or(0, |slash| slash + 1);
            name.insert_str(start, DRILL);
        }
        name
    }
}

/// Gives the name that an output has where nothing is marked or encrypted: that by which the
/// documentation knows it.
pub fn plain_name(called: &str) -> String {
    let name = called.strip_suffix(AGE).unwrap_or(called);
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, file) = name.split_at(start);
    format!("{folder}{}", file.strip_prefix(DRILL).unwrap_or(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_drill_and_age_and_leads_back_to_the_plain_one() {
        let mut naming = Naming::default();
        assert_eq!(naming.of("notify/email.csv"), "notify/email.csv");
        naming.for_drill(true);
        naming.sealed(&["notify/*.csv".to_owned(), "held.csv".to_owned(), "**.json".to_owned()]);
        for (plain, called) in [
            ("notify/email.csv", "notify/DRILL-email.csv.age"),
            ("held.csv", "DRILL-held.csv.age"),
            ("why.parquet", "why.parquet"),
            ("exposure.json", "exposure.json.age"),
            ("manifest.json", "manifest.json"),
        ] {
            assert_eq!(naming.of(plain), called);
            assert_eq!(plain_name(called), plain);
        }
    }
}
