//! What is in a file, and which pipeline would read it?

use crate::house::{Ended, House, ended, headcount};

const CRM: &str = "Kundenliste vom 01.03.2026\n\n\
    Kunden-Nr.;Vorname;Nachname;E-Mail;Telefon (privat);PLZ;Ort;Geburtsdatum;Notiz\n\
    K-100001;Anna;Müller;anna.mueller@example.com;+49 30 901820;10115;Berlin;1980-03-07;a\n\
    K-100002;Jürgen;Größe;juergen@example.com;4,91512E+11;1067;Dresden;29287;b\n\
    K-100003;Bo;Schmidt;;+49 30 901822;80331;München;1979-12-24;\n\
    Summe;;;;;3;;;\n";
const ORDERS: &str = "Kundennummer;Bestelldatum;Betrag\nK-100001;2026-01-05;19,90\n";

fn house() -> House {
    // As Excel saves it in Germany.
    let latin: Vec<u8> = CRM.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    House::new().file("kunden.csv", latin).file("bestellungen.csv", ORDERS)
}

fn told(house: &House, arguments: &[&str]) -> Ended {
    ended(headcount().current_dir(house.path("")).args(arguments).output().unwrap())
}

#[test]
fn a_profile_says_what_is_in_a_file_and_shows_no_value() {
    let ended = told(&house(), &["profile", "kunden.csv"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for words in [
        "windows-1252",
        "parted by ';'",
        "header on line 3",
        "4 rows, 1 set aside (footer)",
        "customer_key",
        "phone?",
        "a***@e***.com",
        "in scientific notation",
        "a leading zero was lost",
        "days since 1900",
    ] {
        assert!(ended.stdout.contains(words), "{words:?} is not in:\n{}", ended.stdout);
    }
    for value in ["anna.mueller", "Müller", "901820", "Jürgen"] {
        assert!(!ended.stdout.contains(value), "{value:?} is in:\n{}", ended.stdout);
    }
    let json = told(&house(), &["profile", "--json", "kunden.csv"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["form"]["encoding"], "windows-1252");
    assert_eq!(json[0]["columns"][3]["n_filled"], 2);
    assert_eq!(json[0]["columns"][3]["meaning"]["field"], "email");
}

#[test]
fn what_init_writes_passes_the_check_and_runs() {
    let house = house();
    let ended = told(&house, &["init", "kunden.csv", "bestellungen.csv", "-o", "conf/my.toml"]);
    assert_eq!(ended.code, 4, "a folder that is not there is not made: {}", ended.stderr);
    let ended = told(&house, &["init", "kunden.csv", "bestellungen.csv", "-o", "my.toml"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("unsure: kunden.csv"), "{}", ended.stderr);
    let text = std::fs::read_to_string(house.path("my.toml")).unwrap();
    for line in [
        "customer_key = \"Kunden-Nr.\"",
        "phone = \"Telefon (privat)\"    # unsure",
        "# not read: Notiz",
        "columns.amount = \"Betrag\"",
    ] {
        assert!(text.contains(line), "{line:?} is not in:\n{text}");
    }
    let checked = house.check("my.toml");
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    house.run("my.toml").done();
    let again = told(&house, &["init", "kunden.csv", "-o", "my.toml"]);
    assert_eq!(again.code, 4, "a file that is there is not written over: {}", again.stderr);
}

#[test]
fn every_preset_is_recognised_by_its_own_sample() {
    let folder = std::path::Path::new("tests/fixtures/presets");
    for name in headcount::ingest::preset_names() {
        let sample = folder.join(format!("{name}.csv"));
        let ended = ended(headcount().args(["profile", "--json"]).arg(&sample).output().unwrap());
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(json[0]["preset"]["name"], name, "{}", ended.stderr);
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ended = told(&house(), &["profile", "kunde.csv"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("did you mean `kunden.csv`?"), "{}", ended.stderr);
}

#[test]
fn a_file_without_a_header_gives_no_person_away_and_loses_none() {
    let house =
        House::new().file("list.csv", "anna@example.com,Anna,Lind\nbo@example.com,Bo,Berg\n");
    let profiled = told(&house, &["profile", "list.csv"]);
    assert!(profiled.stdout.contains("2 rows"), "{}", profiled.stdout);
    assert!(profiled.stdout.contains("column_1"), "{}", profiled.stdout);
    assert!(!profiled.stdout.contains("anna@"), "{}", profiled.stdout);
    let begun = told(&house, &["init", "list.csv", "-o", "my.toml"]);
    assert_eq!(begun.code, 0, "{}", begun.stderr);
    let text = std::fs::read_to_string(house.path("my.toml")).unwrap();
    assert!(text.contains("headers = [\"column_1\", \"column_2\", \"column_3\"]"), "{text}");
    let run = house.run("my.toml");
    run.done();
    let told = format!("{}{}", run.stdout, run.stderr);
    assert!(told.contains("2 rows in"), "{told}");
}

#[test]
fn rows_are_printed_as_they_are_read() {
    let house = House::new().file("odd.txt", "id;name\n1;\"Bo; B\"\n2;Ann;x\n");
    let printed = told(&house, &["profile", "odd.txt", "--rows"]);
    assert_eq!(printed.stdout, "id,name\r\n1,Bo; B\r\n2,Ann,x\r\n");
    assert!(printed.stderr.contains("odd.txt, line 3: field-count"), "{}", printed.stderr);
    assert!(!printed.stderr.contains("Ann"), "{}", printed.stderr);
}
