//! Do dependencies point down, and does no room know another?

use std::fs;
use std::path::{Path, PathBuf};

/// The words and the corridor, from the ground up: each may use those before it.
const GROUND: [&str; 7] = ["terms", "fault", "ledger", "progress", "tables", "output", "rules"];

/// The rooms, in the order of a run: each may use the ground, none another.
const ROOMS: [&str; 14] = [
    "synth",
    "ingest",
    "standardize",
    "validate",
    "matching",
    "evaluate",
    "merge",
    "value",
    "snapshot",
    "scope",
    "exposure",
    "duty",
    "notify",
    "report",
];

/// The order and the door: each may use all before it.
const ABOVE: [&str; 2] = ["pipeline", "cli"];

fn rank(module: &str) -> Option<usize> {
    let place = |modules: &[&str]| modules.iter().position(|known| *known == module);
    place(&GROUND)
        .or_else(|| place(&ROOMS).map(|_| GROUND.len()))
        .or_else(|| place(&ABOVE).map(|place| GROUND.len() + 1 + place))
}

#[test]
fn dependencies_point_down_and_no_room_imports_another() {
    let mut wrong = Vec::new();
    for file in sources(Path::new("src")) {
        let Some(module) = module_of(&file) else { continue };
        let own = rank(&module).unwrap_or_else(|| panic!("module `{module}` has no place yet"));
        for used in used_modules(&fs::read_to_string(&file).unwrap()) {
            let Some(other) = rank(&used) else { continue };
            if used != module && other >= own {
                wrong.push(format!("{} uses crate::{used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_rooms_that_may_touch_files_do() {
    let readers = ["ingest", "snapshot", "output", "pipeline"];
    for file in sources(Path::new("src")) {
        let Some(module) = module_of(&file) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let touches = ["std::fs", "fs::read", "File::open", "File::create"]
            .iter()
            .any(|word| code.contains(word));
        let allowed = readers.contains(&module.as_str()) || is_test(&file);
        assert!(!touches || allowed, "{} touches files", file.display());
    }
}

fn is_test(file: &Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The module below `src/`; none for `main.rs` and `lib.rs`, which know all.
fn module_of(file: &Path) -> Option<String> {
    let first = file.strip_prefix("src").unwrap().components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs");
    (!["main", "lib"].contains(&name)).then(|| name.to_owned())
}

/// Modules named after `crate::`, also in `use crate::{a, b::c}`.
fn used_modules(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        let rest = &text[start + "crate::".len()..];
        let list = rest
            .strip_prefix('{')
            .map_or_else(|| vec![rest], |inner| outer_commas(&inner[..closing_brace(inner)]));
        for path in list {
            let name: String = path
                .trim_start()
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            used.push(name);
        }
    }
    used
}

fn closing_brace(text: &str) -> usize {
    let mut depth = 1;
    for (place, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

fn outer_commas(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (place, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[test]
fn a_braced_import_is_seen_whole() {
    let used = used_modules("use crate::{a, b::{c, d}, e as f};\nuse crate::g::h;");
    assert_eq!(used, ["a", "b", "e", "g"]);
}
