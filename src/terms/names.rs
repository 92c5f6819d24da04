//! Which names do people have, where?
//!
//! Who invents people draws from these lists, and who reads names knows them by these lists.
//! `names/README.md` says where they come from, and what their columns are.

/// Germany.
pub const DE: &str = include_str!("names/de.csv");
/// Spain.
pub const ES: &str = include_str!("names/es.csv");
/// France.
pub const FR: &str = include_str!("names/fr.csv");
/// The United Kingdom.
pub const GB: &str = include_str!("names/gb.csv");
/// Greece.
pub const GR: &str = include_str!("names/gr.csv");
/// Italy.
pub const IT: &str = include_str!("names/it.csv");
/// Japan.
pub const JP: &str = include_str!("names/jp.csv");
/// The Netherlands.
pub const NL: &str = include_str!("names/nl.csv");
/// Poland.
pub const PL: &str = include_str!("names/pl.csv");
/// Ukraine.
pub const UA: &str = include_str!("names/ua.csv");
/// The United States.
pub const US: &str = include_str!("names/us.csv");

/// Gives the names of a list that are of one of some kinds: `f` and `m` given names, `s` family
/// names.
pub fn of_kinds<'a>(
    list: &'static str,
    kinds: &'a [&str],
) -> impl Iterator<Item = &'static str> + 'a {
    list.lines().skip(1).filter_map(move |line| {
        let mut cells = line.split(',');
        let is_asked = kinds.contains(&cells.next()?);
        cells.next().filter(|_| is_asked)
    })
}
