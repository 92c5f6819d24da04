//! Are the outputs that the settings name for their recipients alone?

use std::fs;
use std::io::Read;
use std::path::Path;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;

use crate::house::{House, files, manifest};

const SCOPING: &str = "pipelines/breach_scoping.toml";

fn read(path: &Path, identity: &Identity) -> Option<String> {
    let sealed = fs::read(path).unwrap();
    let identity: &dyn age::Identity = identity;
    let mut reader =
        age::Decryptor::new(&sealed[..]).unwrap().decrypt(std::iter::once(identity)).ok()?;
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    Some(text)
}

#[test]
fn what_is_named_is_written_encrypted_only_and_every_recipient_reads_it() {
    let (one, two) = (Identity::generate(), Identity::generate());
    let stranger = Identity::generate();
    assert!(one.to_string().expose_secret().starts_with("AGE-SECRET-KEY-"));
    let recipients =
        format!("run.encrypt.recipients=[\"{}\", \"{}\"]", one.to_public(), two.to_public());
    let house = House::of_the_project().flag("--set").flag("notify.split_by=[]");
    let plain = house.run(SCOPING);
    let plain = plain.done();
    let sealed = house.run_with(
        SCOPING,
        &["--set", &recipients, "--set", "run.encrypt.outputs=[\"notify/*.csv\", \"why.parquet\"]"],
    );
    let sealed = sealed.done();

    let names = files(sealed);
    let open = |name: &&String| name.starts_with("notify/") && name.strip_suffix(".csv").is_some();
    assert_eq!(names.iter().find(open), None, "a list lies open");
    assert!(
        names.contains(&"why.parquet.age".to_owned()) && !names.contains(&"why.parquet".to_owned())
    );
    let lists: Vec<_> = files(plain).into_iter().filter(|name| open(&name)).collect();
    assert!(!lists.is_empty());
    for list in &lists {
        let expected = fs::read_to_string(plain.join(list)).unwrap();
        let path = sealed.join(format!("{list}.age"));
        assert_eq!(read(&path, &one).as_ref(), Some(&expected), "{list}");
        assert_eq!(read(&path, &two).as_ref(), Some(&expected), "{list}");
        assert_eq!(read(&path, &stranger), None, "{list}");
    }

    let outputs = manifest(sealed)["outputs"].as_array().unwrap().clone();
    let of = |name: &str| outputs.iter().find(|output| output["path"] == name).unwrap().clone();
    let email = of("notify/email.csv.age");
    assert_eq!(email["encrypted"], true);
    let (hash, _) =
        headcount::output::sha256_of_file(&sealed.join("notify/email.csv.age")).unwrap();
    assert_eq!(email["sha256"], hash.to_string(), "the hash is that of the ciphertext");
    assert_eq!(of("callcentre.csv")["encrypted"], serde_json::Value::Null);

    // Ciphertexts differ from run to run; what is inside is told to those who may read it.
    let hashes = read(&sealed.join("encrypted.sha256.age"), &two).unwrap();
    let (inside, _) = headcount::output::sha256_of_file(&plain.join("notify/email.csv")).unwrap();
    assert!(hashes.contains(&format!("{inside}  notify/email.csv\n")), "{hashes}");
}

#[test]
fn a_pattern_that_fits_nothing_and_a_key_that_is_none_stop_the_run() {
    let key = format!("run.encrypt.recipients=[\"{}\"]", Identity::generate().to_public());
    let house = House::of_the_project();
    let outputs = "run.encrypt.outputs=[\"notify/mail.csv\"]";
    house
        .run_with(SCOPING, &["--set", &key, "--set", outputs])
        .stopped(2, &["no output fits `notify/mail.csv`"]);
    let outputs = "run.encrypt.outputs=[\"notify/*.csv\"]";
    let wrong = "run.encrypt.recipients=[\"age1x\"]";
    house
        .run_with(SCOPING, &["--set", wrong, "--set", outputs])
        .stopped(2, &["recipient 1 of `run.encrypt` is no public key"]);
    house.run_with(SCOPING, &["--set", outputs]).stopped(2, &["outputs, but no recipients"]);
}
