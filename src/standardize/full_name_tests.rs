//! Names as people write them, and as the suites of other programs have them.

use proptest::prelude::*;

use super::*;

/// Cases of nameparser, parse-full-name, humanparser, theiconic/name-parser and namae, where these
/// agree with the custom of the name's country.
#[test]
fn whole_names_of_other_suites_are_parted() {
    for (whole, expected) in [
        ("Orenthal James \"O. J.\" Simpson", "|Orenthal|James|Simpson|"),
        ("(O. J.) Orenthal James Simpson", "|Orenthal|James|Simpson|"),
        ("Simpson, Orenthal James “O. J.”", "|Orenthal|James|Simpson|"),
        ("\"Rick\" Edmonds", "|Rick||Edmonds|"),
        ("\"Franců Franců\", Jan", "|Jan||Franců Franců|"),
        ("Franklin, Benjamin (Ben), Jr.", "|Benjamin||Franklin|Jr."),
        ("Benjamin 'Ben' Franklin", "|Benjamin||Franklin|"),
        ("Jan 't Hart", "|Jan||'t Hart|"),
        ("John P. Doe-Ray, Jr., CLU, CFP, LUTC", "|John|P.|Doe-Ray|Jr., CLU, CFP, LUTC"),
        ("Doe-Ray, Dr. John P., CLU, CFP", "Dr.|John|P.|Doe-Ray|CLU, CFP"),
        ("Smith, John e, III, Jr", "|John|e|Smith|III, Jr"),
        ("Ford, Jr., Henry", "|Henry||Ford|Jr."),
        ("SMITH, JOHN, MICHAEL", "|JOHN|MICHAEL|SMITH|"),
        ("Franklin Washington, Jr. MD", "|Franklin||Washington|Jr. MD"),
        ("John Smith, Ph. D.", "|John||Smith|Ph. D."),
        ("John Doe jr., MD", "|John||Doe|jr., MD"),
        ("Juan Q. Velasquez y Garcia III", "|Juan|Q.|Velasquez y Garcia|III"),
        ("Antoni Gaudí i Cornet", "|Antoni||Gaudí i Cornet|"),
        ("Maria Costa e Silva", "|Maria||Costa e Silva|"),
        ("María García López", "|María||García López|"),
        ("José Luis García López", "|José|Luis|García López|"),
        ("Jill St. John", "|Jill||St. John|"),
        ("Jane Mac Beth", "|Jane||Mac Beth|"),
        ("Ahmed El Sayed", "|Ahmed||El Sayed|"),
        ("Etje Heijdanus-De Boer", "|Etje||Heijdanus-De Boer|"),
        (
            "Charles Louis Joseph de la Vallee Poussin",
            "|Charles|Louis Joseph|de la Vallee Poussin|",
        ),
        ("Beethoven, Ludwig van", "|Ludwig||van Beethoven|"),
        ("Mr. and Mrs. John Smith", "Mr. and Mrs.|John||Smith|"),
        ("Herr und Frau Müller", "Herr und Frau|||Müller|"),
        ("Prof. Dr. med. Anna Lind", "Prof. Dr. med.|Anna||Lind|"),
        ("Dra. Andréia da Silva", "Dra.|Andréia||da Silva|"),
        ("Doe, Lt.Gov. John", "Lt.Gov.|John||Doe|"),
        ("Sir Gerald", "Sir|Gerald|||"),
        ("Lord Byron", "Lord|||Byron|"),
        ("Julia Herr", "|Julia||Herr|"),
        ("PAUL M LEWIS MR", "MR|PAUL|M|LEWIS|"),
        ("JAMES J MA", "|JAMES|J|MA|"),
        ("Anna Müller geb. Schmidt", "|Anna||Müller|"),
        ("Sam Smith 😊", "|Sam||Smith|"),
        ("山田 太郎", "|太郎||山田|"),
        ("김 철수", "|철수||김|"),
        ("Don Johnson", "|Don||Johnson|"),
        ("Pan Wei", "|Pan||Wei|"),
        (",", "||||"),
    ] {
        assert_eq!(parts(split(whole)), expected, "{whole}");
    }
}

fn parts(name: Name<'_>) -> String {
    let parts = [name.salutation, name.first, name.middle, name.last, name.suffix];
    parts.map(|part| part.unwrap_or_default().into_owned()).join("|")
}

#[test]
fn a_whole_name_is_parted() {
    for (whole, expected) in [
        ("Anna Müller", "|Anna||Müller|"),
        ("Anna Maria Müller", "|Anna|Maria|Müller|"),
        ("MÜLLER, Anna Maria", "|Anna|Maria|MÜLLER|"),
        ("Müller, Dr. Anna", "Dr.|Anna||Müller|"),
        ("Dr. Anna Müller", "Dr.|Anna||Müller|"),
        ("Prof. Dr. Anna Müller", "Prof. Dr.|Anna||Müller|"),
        ("Frau Anna Müller", "Frau|Anna||Müller|"),
        ("Mr Robert Smith Jr.", "Mr|Robert||Smith|Jr."),
        ("Robert Smith, Jr.", "|Robert||Smith|Jr."),
        ("Smith Jr., Robert", "|Robert||Smith|Jr."),
        ("Robert James Smith III", "|Robert|James|Smith|III"),
        ("Anna van der Berg", "|Anna||van der Berg|"),
        ("Ludwig von Beethoven", "|Ludwig||von Beethoven|"),
        ("María de la Cruz", "|María||de la Cruz|"),
        ("Müller-Lüdenscheidt, Anna", "|Anna||Müller-Lüdenscheidt|"),
        ("Cher", "|||Cher|"),
        ("山田太郎", "|||山田太郎|"),
        ("Dr. Müller", "Dr.|||Müller|"),
        ("Robert Smith PhD", "|Robert||Smith|PhD"),
        ("Smith, John, Jr.", "|John||Smith|Jr."),
        ("Henry VIII", "|||Henry|VIII"),
        ("Yo-Yo Ma", "|Yo-Yo||Ma|"),
    ] {
        let name = split(whole);
        let parts = [name.salutation, name.first, name.middle, name.last, name.suffix];
        let parts: Vec<_> = parts.iter().map(|part| part.as_deref().unwrap_or("")).collect();
        assert_eq!(parts.join("|"), expected, "{whole}");
    }
}

#[test]
fn titles_move_out_of_their_cells() {
    let check = |first: &'static str, last: &'static str, expected: &str| {
        let mut name =
            Name { first: Some(first.into()), last: Some(last.into()), ..Name::default() };
        part_titles(&mut name);
        let parts = [name.salutation, name.first, name.last, name.suffix];
        let parts: Vec<_> = parts.iter().map(|part| part.as_deref().unwrap_or("")).collect();
        assert_eq!(parts.join("|"), expected);
    };
    check("Dr. Anna", "Müller", "Dr.|Anna|Müller|");
    check("Robert", "Smith Jr.", "|Robert|Smith|Jr.");
    check("Robert", "Smith, Jr", "|Robert|Smith|Jr");
    check("Anna Maria", "van der Berg", "|Anna Maria|van der Berg|");
    check("Dr.", "Müller", "|Dr.|Müller|");
    check("J. R.", "Smith", "|J. R.|Smith|");
    check("Anna", "Dr. Müller", "Dr.|Anna|Müller|");
    check("Anna", "Pan Li", "|Anna|Pan Li|");
}

#[test]
fn a_nickname_is_taken_out_of_a_cell() {
    for (cell, expected) in [
        ("William (Bill)", "William"),
        ("Müller (geb. Schmidt)", "Müller"),
        ("\"Anna\"", "Anna"),
        ("O'Neil", "O'Neil"),
        ("D'Arcy 'Nan'", "D'Arcy"),
        ("Anna (Nan", "Anna (Nan"),
    ] {
        assert_eq!(without_nickname(cell), expected, "{cell}");
    }
}

proptest! {
    #[test]
    fn any_name_is_parted_and_no_word_is_invented(
        whole in "\\PC*|([A-Z][a-z]{0,5}|van|de|y|Dr\\.|MA|Jr|,|\"|\\(|\\)|'|&| ){1,12}",
    ) {
        let name = split(&whole);
        for part in [name.salutation, name.first, name.middle, name.last, name.suffix] {
            for word in part.iter().flat_map(|part| part.split([' ', ','])) {
                prop_assert!(whole.contains(word), "{word} is not in {whole}");
            }
        }
    }
}
