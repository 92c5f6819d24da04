//! Does a file that no honest system writes stop the program in bounded memory?

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use crate::house::headcount;

/// Looks at a file with so much address space that a file held whole would not fit.
fn profiled(file: &Path) -> Output {
    const N_KILOBYTES: u32 = 600_000;
    let program = headcount();
    let program = program.get_program();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {N_KILOBYTES} && exec \"$0\" profile \"$1\"")]);
    shell.arg(program).arg(file).env("NO_COLOR", "1").output().unwrap()
}

fn check(name: &str, write: impl FnOnce(&mut fs::File), expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    write(&mut fs::File::create(&path).unwrap());
    let output = profiled(&path);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{name}: {told}");
    assert!(told.contains(expected), "{name}: {told}");
    assert!(told.contains("hint:"), "{name}: {told}");
}

#[test]
fn a_cell_of_two_gigabytes_is_refused() {
    let endless = |file: &mut fs::File| {
        file.write_all(b"id,email\n1,").unwrap();
        // A file with a hole: two gigabytes of zeros that no disk holds.
        file.set_len(2 << 30).unwrap();
    };
    check("a.csv", endless, "is longer than 16777216 bytes");
    check("a.jsonl", endless, "is longer than 16777216 bytes");
    check("a.jsonl", endless, "");
}

#[test]
fn a_million_columns_are_refused() {
    let wide = |file: &mut fs::File| {
        for _ in 0..2 {
            file.write_all("a,".repeat(1_000_000).as_bytes()).unwrap();
            file.write_all(b"a\n").unwrap();
        }
    };
    check("a.csv", wide, "columns, more than 16384");
}

#[test]
fn a_file_that_unpacks_to_a_thousand_times_its_size_is_refused() {
    let row = format!("1,{}\n", "a".repeat(1 << 20));
    let rows = |out: &mut dyn Write| {
        out.write_all(b"id,email\n").unwrap();
        (0..70).for_each(|_| out.write_all(row.as_bytes()).unwrap());
    };
    let gzip = |file: &mut fs::File| {
        let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        rows(&mut out);
        out.finish().unwrap();
    };
    let zstd = |file: &mut fs::File| {
        let mut out = zstd::Encoder::new(file, 1).unwrap();
        rows(&mut out);
        out.finish().unwrap();
    };
    check("a.csv.zst", zstd, "unpacks to more than 500 times its size");
    check("a.csv.gz", gzip, "unpacks to more than 500 times its size");
}
