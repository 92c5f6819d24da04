mod channels;
mod decided;
mod lists;
mod properties;
mod substitute;
mod suppressed;
mod world;

use crate::output::Folder;
use world::List;

/// Gives a list as the file says it.
fn written(list: &List) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut folder = Folder::begin(&home.path().join("run")).unwrap();
    folder.csv("list.csv", &list.frame, list.dialect).unwrap();
    std::fs::read_to_string(folder.finish().unwrap().join("list.csv")).unwrap()
}
