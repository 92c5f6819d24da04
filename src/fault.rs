//! How does a run say that it cannot go on?

use std::fmt;

/// How a command ended, as the shell sees it. The numbers are a promise to schedulers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, but a gate in the pipeline file tripped.
    Gate = 1,
    /// The command or a file of settings or rules is wrong.
    Usage = 2,
    /// An input cannot be read, or was refused.
    Input = 3,
    /// An output could not be written.
    Output = 4,
    /// Another run holds the lock.
    Locked = 5,
    /// A bug of headcount: an invariant broke.
    Bug = 70,
}

/// An error that stops a run. `Display` says what is wrong in one line, without a full stop and
/// without a personal value; the other parts say where, what was found, and how to mend it.
pub trait Fault: std::error::Error + Send + Sync {
    /// Tells which exit code this fault ends in.
    fn exit(&self) -> Exit;

    /// Tells the place: `pipelines/nightly.toml:14, [[ingest.source]] "salesforce"`.
    fn at(&self) -> Option<String> {
        None
    }

    /// Tells what was found there instead.
    fn found(&self) -> Option<String> {
        None
    }

    /// Tells how to mend it.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Prints a fault as users see it: `error:`, then `at:`, `found:` and `hint:` where there are any.
pub struct Shown<'a>(pub &'a dyn Fault);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.0)?;
        let parts = [("at", self.0.at()), ("found", self.0.found()), ("hint", self.0.hint())];
        for (label, part) in parts {
            if let Some(part) = part {
                write!(formatter, "\n  {label}: {part}")?;
            }
        }
        Ok(())
    }
}

thread_local! {
    static IS_QUIET: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Does something whose panic is caught and told as a fault: readers of other people's formats
/// panic over damaged files. The hook that speaks of bugs is silent meanwhile.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let before = IS_QUIET.replace(true);
    let product = work();
    IS_QUIET.set(before);
    product
}

/// Tells whether a panic of this thread is caught and told as a fault. Threads of Polars work
/// for whoever waits for them, and hand their panic on to where it is either caught or told.
pub fn is_quiet() -> bool {
    let is_of_polars = || {
        let thread = std::thread::current();
        thread.name().is_some_and(|name| name.starts_with("polars"))
    };
    IS_QUIET.get() || is_of_polars()
}

/// Finds the known word nearest to one that was mistyped, if any is near enough to be meant.
pub fn nearest_word<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Likeness takes the time of the square, and what was found in a file may be a megabyte.
    const N_BYTES_MAX: usize = 200;
    if typed.len() > N_BYTES_MAX {
        return None;
    }
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .filter(|word| word.len() <= N_BYTES_MAX)
        .map(|word| (alike(&typed, &word.to_lowercase()), word))
        .filter(|(similarity, _)| *similarity >= 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)))
        .map(|(_, word)| word)
}

/// Jaro–Winkler, except that one slip of the finger is always near: it misses two letters
/// swapped in a short word.
fn alike(typed: &str, word: &str) -> f64 {
    let similarity = strsim::jaro_winkler(typed, word);
    if strsim::osa_distance(typed, word) <= 1 { similarity.max(0.9) } else { similarity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near_or_absent() {
        let known = ["email", "phone", "last_name", "first_name"];
        assert_eq!(nearest_word("emial", known), Some("email"));
        assert_eq!(nearest_word("lastname", known), Some("last_name"));
        assert_eq!(nearest_word("rnu", ["run", "rules"]), Some("run"));
        assert_eq!(nearest_word("colour", known), None);
    }
}
