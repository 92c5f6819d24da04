//! Waves, the nights of an incident, and why a person is on a list or on none.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use polars::prelude::DataFrame;

use crate::house::{House, files, manifest, parquet};

const HEADER: &str = "Id,First,Last,Mail,Street,City,Region,Zip,Country,Segment,Created\n";

/// Four people of California; the last two columns tell them apart for descriptions.
const PEOPLE: [&str; 4] = [
    "1,Ada,Quill,ada@example.com,1 Elm St,Fresno,CA,93650,US,Gold,2025-05-01T00:00:00Z",
    "2,Ben,Rowe,ben@example.com,2 Elm St,Fresno,CA,93650,US,Gold,2025-06-01T00:00:00Z",
    "3,Cleo,Stark,cleo@example.com,3 Elm St,Fresno,CA,93650,US,Basic,2025-07-01T00:00:00Z",
    "4,Dan,Tiller,dan@example.com,4 Elm St,Fresno,CA,93650,US,Gold,2026-02-20T00:00:00Z",
];

fn crm(people: &[&str]) -> String {
    format!("{HEADER}{}\n", people.join("\n"))
}

fn pipeline(job: &str, rest: &str) -> String {
    format!(
        "pipeline = \"{job}\"\n{rest}\n[run]\nroot = \".\"\n\
         [[ingest.source]]\nname = \"crm\"\nfiles = [\"crm.csv\"]\n\
         [ingest.source.columns]\nsource_id = \"Id\"\nfirst_name = \"First\"\n\
         last_name = \"Last\"\nemail = \"Mail\"\nstreet = \"Street\"\ncity = \"City\"\n\
         region = \"Region\"\npostal_code = \"Zip\"\ncountry = \"Country\"\n\
         segment = \"Segment\"\ncreated_at = \"Created\"\n"
    )
}

const INCIDENT: &str = "id = \"leak\"\nkind = \"security_breach\"\n\
    occurred_from = \"2026-01-10T00:00:00Z\"\noccurred_to = \"2026-01-20T00:00:00Z\"\n\
    discovered_at = \"2026-02-25T00:00:00Z\"\nconfirmed_at = \"2026-02-25T00:00:00Z\"\n\
    determination_at = \"2026-02-25T00:00:00Z\"\n";

fn house(incident: &str) -> House {
    House::new()
        .file("crm.csv", crm(&PEOPLE))
        .file("nightly.toml", pipeline("nightly_contact_quality", ""))
        .file("scoping.toml", pipeline("breach_scoping", "incidents = [\"incident.toml\"]"))
        .file("incident.toml", format!("{INCIDENT}{incident}"))
}

fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    let values = frame.column(column).unwrap().str().unwrap().clone();
    values.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
}

/// What a run decided, by the first record of each person: outcome, reason, classes told of.
fn decided(run: &Path) -> BTreeMap<String, (String, String, String)> {
    let lineage = parquet(&run.join("lineage.parquet"));
    let ids: BTreeMap<_, _> =
        texts(&lineage, "customer_id").into_iter().zip(texts(&lineage, "source_id")).collect();
    let decisions = parquet(&run.join("decisions.parquet"));
    let outcomes = texts(&decisions, "outcome").into_iter();
    let cells = outcomes.zip(texts(&decisions, "outcome_reason"));
    let cells = cells.zip(texts(&decisions, "data_classes"));
    texts(&decisions, "customer_id")
        .into_iter()
        .zip(cells)
        .map(|(id, ((outcome, reason), classes))| (ids[&id].clone(), (outcome, reason, classes)))
        .collect()
}

fn at(clock: &str) -> Vec<String> {
    vec!["--set".to_owned(), format!("run.clock={clock}")]
}

fn run(house: &House, pipeline: &str, clock: &str, more: &[&str]) -> crate::house::Ended {
    let flags = at(clock);
    let flags: Vec<&str> = flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
    house.run_with(pipeline, &flags)
}

const LIST: &str = "[[scope]]\nname = \"dump\"\nfile = \"dump.csv\"\nidentifier = \"email\"\n\
                    data_classes = [\"email\", \"password_plain\"]\n";

#[test]
fn a_later_wave_tells_only_who_is_new_or_learns_of_something_new() {
    let house = house(LIST).file("dump.csv", "ada@example.com\nben@example.com\n");
    let first = run(&house, "scoping.toml", "2026-03-01T00:00:00Z", &[]);
    let first = first.done();
    let outcome = |outcome: &str, reason: &str, classes: &str| {
        (outcome.to_owned(), reason.to_owned(), classes.to_owned())
    };
    let told = outcome("notified", "", "email;password_plain");
    assert_eq!(
        decided(first),
        BTreeMap::from([("1".into(), told.clone()), ("2".into(), told.clone())])
    );

    // Cleo was on the list too, and Ben's number stood in a file found later.
    let more = "[[scope]]\nname = \"numbers\"\nfile = \"numbers.csv\"\nidentifier = \"email\"\n\
                data_classes = [\"name\", \"ssn\"]\n";
    let house = house
        .file("dump.csv", "ada@example.com\nben@example.com\ncleo@example.com\n")
        .file("numbers.csv", "ben@example.com\n")
        .file("incident.toml", format!("{INCIDENT}{LIST}{more}"));
    let earlier = format!("scope.earlier_runs=[\"{}\"]", first.display());
    let second = run(&house, "scoping.toml", "2026-03-05T00:00:00Z", &["--set", &earlier]);
    let directory = second.done();
    assert_eq!(
        decided(directory),
        BTreeMap::from([
            ("1".into(), outcome("notified", "told_before", "email;password_plain")),
            ("2".into(), outcome("notified", "", "name;ssn")),
            ("3".into(), told),
        ])
    );
    assert!(
        second.stderr.contains("wave 2: 1 are new, 1 learn of something new, 1 were told"),
        "{}",
        second.stderr
    );
    let wave = &manifest(directory)["details"]["wave"];
    assert_eq!((&wave["wave"], &wave["n_told_before"]), (&2.into(), &1.into()));

    // The list of the first wave is what it was; a changed byte makes it unfit to build on.
    let mails = first.join("why.parquet");
    let mut bytes = fs::read(&mails).unwrap();
    bytes[40] ^= 1;
    fs::write(&mails, bytes).unwrap();
    run(&house, "scoping.toml", "2026-03-06T00:00:00Z", &["--set", &earlier])
        .stopped(3, &["why.parquet", "its SHA-256 is not the one in the manifest"]);
    let third = format!("scope.earlier_runs=[\"{}\"]", directory.display());
    run(&house, "scoping.toml", "2026-03-06T00:00:00Z", &["--set", &third])
        .stopped(3, &["build on", "does not name"]);
}

#[test]
fn who_was_there_during_the_incident_counts_and_who_came_later_does_not() {
    let described = "[[scope]]\nname = \"gold\"\ndata_classes = [\"email\", \"password_plain\"]\n\
                     [scope.where]\nsegment = \"gold\"\n";
    let house = house(&format!("{described}{LIST}")).file("dump.csv", "old.cleo@example.com\n");
    let then = [PEOPLE[0], PEOPLE[1], &PEOPLE[2].replace("cleo@", "old.cleo@")];
    let house = house.file("crm.csv", crm(&then));
    run(&house, "nightly.toml", "2026-01-05T00:00:00Z", &[]).done();
    // Ben left before the list was made; Ada was no longer of that segment when it was.
    let ada = PEOPLE[0].replace("Gold", "Basic");
    let now = [ada.as_str(), PEOPLE[2], PEOPLE[3]];
    let house = house.file("crm.csv", crm(&now));
    let ended = run(&house, "scoping.toml", "2026-03-01T00:00:00Z", &[]);
    let found: Vec<_> = decided(ended.done()).into_keys().collect();
    assert_eq!(found, ["1", "2", "3"]);
    assert!(ended.stderr.contains("1 records that have left their source"), "{}", ended.stderr);
    let golden = parquet(&ended.done().join("golden_records.parquet"));
    let ids = texts(&golden, "customer_id");
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(ids.len(), 4);

    let without =
        ["--set", "scope.snapshots_in_window=false", "--set", "scope.matched_share_min=0"];
    let ended = run(&house, "scoping.toml", "2026-03-02T00:00:00Z", &without);
    assert!(decided(ended.done()).is_empty(), "Dan came after the incident was over");
    assert!(ended.stderr.contains("no snapshot tells who was there"), "{}", ended.stderr);
}

#[test]
fn why_a_person_is_on_a_list_or_on_none_is_told_without_a_value() {
    let house = house(LIST).file("dump.csv", "email\nada@example.com\n");
    let ended = run(&house, "scoping.toml", "2026-03-01T00:00:00Z", &[]);
    let told = |person: &str, show_values| {
        let found = headcount::pipeline::person::person(ended.done(), person, show_values);
        found.map(|found| found.text().to_owned()).map_err(|error| error.to_string())
    };
    let ada = told("crm:1", false).unwrap();
    for words in [
        "`dump` line 2 (email) names crm:1",
        "which exposes email;password_plain",
        "Decision   notified",
        "channel        post",
        "then           email",
        "stands in",
        "A*** Q***",
    ] {
        assert!(ada.contains(words), "{words:?} is not in:\n{ada}");
    }
    assert!(!ada.contains("Quill") && !ada.contains("ada@"), "{ada}");
    assert!(told("crm:1", true).unwrap().contains("Ada Quill"));
    let ben = told("crm:2", false).unwrap();
    assert!(ben.contains("Not affected"), "{ben}");
    assert!(ben.contains("`dump` of leak: 1 rows of email; 1 name somebody"), "{ben}");
    assert!(told("crm:9", false).unwrap_err().contains("knows no person"));
    let elements = parquet(&ended.done().join("elements.parquet"));
    assert_eq!(texts(&elements, "data_class"), ["email", "password_plain"]);
}

#[test]
fn a_later_notice_of_a_vendor_begins_a_clock_for_those_whom_it_alone_names() {
    let mail = "[[scope]]\nname = \"mail\"\nfile = \"mail.csv\"\nidentifier = \"email\"\n\
                data_classes = [\"email\", \"password_plain\"]\nvendor = \"Mail house\"\n\
                vendor_notified_at = \"2026-03-05T20:00:00Z\"\n";
    let house = house(&format!("{LIST}{mail}"))
        .file("dump.csv", "ada@example.com\n")
        .file("mail.csv", "ada@example.com\nben@example.com\n");
    let ended = run(&house, "scoping.toml", "2026-03-06T00:00:00Z", &[]);
    let duties = fs::read_to_string(ended.done().join("duties.csv")).unwrap();
    let people: Vec<&str> =
        duties.lines().filter(|line| line.contains("US-CA,individual")).collect();
    // Discovered on the evening of 24 February in California; told at noon of 5 March.
    assert_eq!(people.len(), 2, "{duties}");
    assert!(people[0].contains(",due,2026-03-26T23:59:59-07:00,"), "{duties}");
    assert!(people[1].contains(",due,2026-04-04T23:59:59-07:00,"), "{duties}");
    assert!(people[1].contains(",vendor_notified_at,2026-03-05T12:00:00-08:00,mail,"), "{duties}");
    let why = parquet(&ended.done().join("why.parquet"));
    let mut files = texts(&why, "scope_file");
    files.sort_unstable();
    assert_eq!(files, ["dump", "mail", "mail"]);
    let mut clocks = texts(&why, "clock_scope_file");
    clocks.sort_unstable();
    assert_eq!(clocks, ["", "", "mail"]);
    let told = |person: &str| {
        let found = headcount::pipeline::person::person(ended.done(), person, false).unwrap();
        found.text().contains("began with the vendor's notice about `mail`")
    };
    assert!(told("crm:2") && !told("crm:1"));
}

#[test]
fn what_came_back_of_an_earlier_wave_is_told_again_by_another_way_and_once() {
    let house = house(LIST).file("dump.csv", "ada@example.com\nben@example.com\n");
    let first = run(&house, "scoping.toml", "2026-03-01T00:00:00Z", &[]);
    let first = first.done();
    let of = |run: &Path, column: &str| {
        let decisions = parquet(&run.join("decisions.parquet"));
        texts(&decisions, "customer_id")
            .into_iter()
            .zip(texts(&decisions, column))
            .collect::<BTreeMap<_, _>>()
    };
    let channels = of(first, "channel");
    assert!(channels.values().all(|channel| channel == "post"), "{channels:?}");
    // Ada's letter came back.
    let lineage = parquet(&first.join("lineage.parquet"));
    let ids: BTreeMap<_, _> =
        texts(&lineage, "source_id").into_iter().zip(texts(&lineage, "customer_id")).collect();
    let notice = of(first, "notice_id")[&ids["1"]].clone();
    let house = house.file("returned.csv", format!("notice_id,date\n{notice},2026-03-08\n"));
    let earlier = format!("scope.earlier_runs=[\"{}\"]", first.display());
    let returned = "notify.returned=[\"returned.csv\"]";
    let flags = ["--set", &earlier, "--set", returned];
    let second = run(&house, "scoping.toml", "2026-03-10T00:00:00Z", &flags);
    let directory = second.done();
    let reasons = of(directory, "outcome_reason");
    assert_eq!((reasons[&ids["1"]].as_str(), reasons[&ids["2"]].as_str()), ("", "told_before"));
    assert_eq!(of(directory, "channel")[&ids["1"]], "email");
    assert!(second.stderr.contains("; 1 were told by earlier runs"), "{}", second.stderr);

    // It did not come back again: nobody is left to tell.
    let both = format!("scope.earlier_runs=[\"{}\",\"{}\"]", first.display(), directory.display());
    let flags = ["--set", &both, "--set", returned];
    let third = run(&house, "scoping.toml", "2026-03-12T00:00:00Z", &flags);
    let reasons = of(third.done(), "outcome_reason");
    assert!(reasons.values().all(|reason| reason == "told_before"), "{reasons:?}");
    let lists = fs::read_to_string(third.done().join("lists.csv")).unwrap();
    assert_eq!(lists.lines().count(), 1, "{lists}");

    // The mail bounced too: the law's public notice is left.
    let house = house.file(
        "returned.csv",
        format!("notice_id,date\n{notice},2026-03-08\n{notice},2026-03-11\n"),
    );
    let fourth = run(&house, "scoping.toml", "2026-03-14T00:00:00Z", &flags);
    assert_eq!(of(fourth.done(), "outcome_reason")[&ids["1"]], "returned");
    let substitute = fs::read_to_string(fourth.done().join("substitute.csv")).unwrap();
    let california = substitute.lines().find(|line| line.contains("US-CA")).unwrap();
    assert!(california.contains("yes,unreached,1,"), "{california}");
}

#[test]
fn a_list_of_hashes_that_is_said_to_list_addresses_stops_the_run() {
    let house = House::of_the_project();
    let file = house.path("sample_data/incidents/incident.toml");
    let incident = fs::read_to_string(&file).unwrap();
    let wrong = incident.replace("identifier = \"email_sha256\"", "identifier = \"email\"");
    assert_ne!(wrong, incident);
    fs::write(&file, wrong).unwrap();
    let scoping = "pipelines/breach_scoping.toml";
    house.run(scoping).stopped(
        3,
        &["holds something else than email: 46 of 46 rows cannot be read", "\"email_hash\""],
    );
    let passed = house.run_with(scoping, &["--set", "scope.readable_share_min=0"]);
    let report = fs::read_to_string(passed.done().join("report.html")).unwrap();
    assert!(report.contains("46 of 46 rows cannot be read as email and name nobody"));
}

/// Lists what a run left but its own account, with the bytes.
fn left(run: &Path) -> BTreeMap<String, Vec<u8>> {
    const OF_THE_RUN: [&str; 4] = ["manifest.json", "summary.txt", "report.html", "quarantine.csv"];
    let names = files(run).into_iter().filter(|name| !OF_THE_RUN.contains(&name.as_str()));
    names.map(|name| (name.clone(), fs::read(run.join(name)).unwrap())).collect()
}

/// Of a snapshot the affected alone are read; of exports everybody is in memory.
#[test]
fn a_snapshot_of_which_only_the_affected_are_read_gives_the_bytes_that_its_exports_give() {
    let list = "cleo@example.com\nnobody@example.com\ndan@example.com\n";
    let of_exports = house(LIST).file("dump.csv", list);
    let of_night = house(LIST).file("dump.csv", list);
    run(&of_night, "nightly.toml", "2026-02-26T00:00:00Z", &[]).done();
    let as_of = ["--set", "snapshot.as_of=2026-02-26T00:00:00Z"];
    let check = |clock: &str, more: [&[&str]; 2]| {
        let one = run(&of_exports, "scoping.toml", clock, more[0]);
        let other = run(&of_night, "scoping.toml", clock, &[&as_of[..], more[1]].concat());
        let (one, other) = (one.done().to_owned(), other.done().to_owned());
        let (of_one, of_other) = (left(&one), left(&other));
        assert!(of_one.keys().eq(of_other.keys()), "{:?}\n{:?}", of_one.keys(), of_other.keys());
        for (name, bytes) in &of_one {
            assert!(*bytes == of_other[name], "{name} differs");
        }
        // The numbers of customers are those of the golden records that lie beside.
        let (golden, told) = (
            parquet(&other.join("golden_records.parquet")),
            parquet(&other.join("affected.parquet")),
        );
        let ids = texts(&golden, "customer_id");
        assert_eq!((ids.len(), told.height() > 0), (4, true));
        let numbers = told.column("customer").unwrap().u32().unwrap().clone();
        let by_number: Vec<_> =
            numbers.into_no_null_iter().map(|number| ids[number as usize].clone()).collect();
        assert_eq!(by_number, texts(&told, "customer_id"));
        [one, other]
    };
    let first = check("2026-03-01T00:00:00Z", [&[], &[]]);
    for house in [&of_exports, &of_night] {
        fs::write(house.path("dump.csv"), format!("{list}ada@example.com\n")).unwrap();
    }
    let earlier = first.map(|run| format!("scope.earlier_runs=[\"{}\"]", run.display()));
    check("2026-03-05T00:00:00Z", [&["--set", &earlier[0]], &["--set", &earlier[1]]]);
}

/// Other nights may lie on the disk, or be in memory whole where the customers come from exports.
#[test]
fn nights_that_stay_on_the_disk_give_the_bytes_that_they_give_in_memory() {
    const BEN: &str =
        "2,Ben,Rowe,ben@example.com,2 Elm St,Fresno,CA,93650,US,Gold,2025-06-01T00:00:00Z";
    const BEN_AGAIN: &str =
        "7,Ben,Rowe,ben@example.com,2 Elm St,Fresno,CA,93650,US,Basic,2025-08-01T00:00:00Z";
    const CLEO_THEN: &str =
        "3,Cleo,Stark,old.cleo@example.com,3 Elm St,Fresno,CA,93650,US,Basic,2025-07-01T00:00:00Z";
    const EVE: &str =
        "5,Eve,Unger,eve@example.com,5 Elm St,Reno,NV,89501,US,Gold,2025-04-01T00:00:00Z";
    const FRED: &str =
        "6,Fred,Vale,fred@example.com,6 Elm St,Reno,NV,89501,US,Basic,2025-03-01T00:00:00Z";
    const NOBODY: &str = ",Gus,Wend,gus@example.com,8 Elm St,Reno,NV,89501,US,Gold,";
    let [ada, _, cleo, dan] = PEOPLE;
    let before = [FRED, EVE, NOBODY, ada, BEN, BEN_AGAIN, CLEO_THEN];
    let during = [ada, EVE, BEN, BEN_AGAIN, CLEO_THEN];
    let described = "[[scope]]\nname = \"gold\"\ndata_classes = [\"name\"]\n\
                     [scope.where]\nsegment = \"Gold\"\ncreated_before = \"2026-02-25\"\n";
    let list = "old.cleo@example.com\nfred@example.com\nben@example.com\nnobody@example.com\n";
    // Fred is somebody else, and the row that names nobody is Ada.
    let decisions = "source_a,source_id_a,source_b,source_id_b,decision,who,when\n\
                     leak/dump,line:2,crm,6,different,kim,2026-03-01\n\
                     crm,1,leak/dump,line:4,same,kim,2026-03-01\n\
                     leak/dump,line:4,crm,99,same,kim,2026-03-01\n";
    let check = |incident: &str, more: &[&str]| {
        let ran = [false, true].map(|on_disk| {
            let house = house(incident).file("dump.csv", list).file("decisions.csv", decisions);
            let night = |people: &[&str], clock: &str| {
                fs::write(house.path("crm.csv"), crm(people)).unwrap();
                run(&house, "nightly.toml", clock, &[]).done();
            };
            night(&before, "2026-01-05T00:00:00Z");
            night(&during, "2026-01-15T00:00:00Z");
            let now = [dan, cleo, BEN_AGAIN, ada];
            let as_of = ["--set", "snapshot.as_of=2026-02-26T00:00:00Z"];
            if on_disk {
                night(&now, "2026-02-26T00:00:00Z");
            } else {
                fs::write(house.path("crm.csv"), crm(&now)).unwrap();
            }
            let flags = [if on_disk { &as_of[..] } else { &[] }, more].concat();
            let ended = run(&house, "scoping.toml", "2026-03-01T00:00:00Z", &flags);
            (left(ended.done()), decided(ended.done()), ended.stderr, house)
        });
        let [(in_memory, decided, said, _), (on_disk, ..)] = ran;
        assert!(
            in_memory.keys().eq(on_disk.keys()),
            "{:?}\n{:?}",
            in_memory.keys(),
            on_disk.keys()
        );
        for (name, bytes) in &in_memory {
            assert!(*bytes == on_disk[name], "{name} differs");
        }
        (decided.into_keys().collect::<Vec<_>>().join(" "), said)
    };
    let (told, said) = check(LIST, &[]);
    assert_eq!(told, "2 3 6", "by an address of once, in a night of once, and still there");
    assert!(said.contains("4 records that have left"), "{said}");
    let (told, _) = check(&format!("{LIST}{described}"), &[]);
    // Eve left since; Gus has no id and no day; Dan came after the incident.
    assert_eq!(told, " 1 2 3 5 6");
    let (told, said) = check(LIST, &["--set", "scope.decisions=decisions.csv"]);
    assert_eq!(told, "1 2 3");
    assert!(said.contains("2 decisions about scope rows"), "{said}");
}
