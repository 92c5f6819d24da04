//! How does a line fit a terminal?

use crate::terms::grouped;

use super::count::Count;

const N_LINES_MAX: usize = 40;
const N_COLUMNS: usize = 100;
/// Where what is said begins; before it stands what it is about.
const MARGIN: usize = 11;

pub(super) fn pairs(counts: &[Count]) -> Vec<(String, u64)> {
    counts.iter().map(|count| (count.name.replace('_', " "), count.n)).collect()
}

/// Names the first of a list with their numbers, and how many more there are.
pub(super) fn most_of(counts: &[(String, u64)], n_named: usize) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let mut named: Vec<_> = counts
        .iter()
        .take(n_named)
        .map(|(name, n)| format!("{} {}", plain(name), grouped(*n)))
        .collect();
    if counts.len() > n_named {
        let n_more: u64 = counts[n_named..].iter().map(|(_, n)| n).sum();
        named.push(format!("{} more {}", counts.len() - n_named, grouped(n_more)));
    }
    let parted = if named.iter().any(|name| name.contains(',')) { "; " } else { ", " };
    named.join(parted)
}

pub(super) fn listed(sentences: &[String], n_shown: usize) -> Vec<String> {
    let mut shown: Vec<_> = sentences.iter().take(n_shown).map(|one| plain(one)).collect();
    if sentences.len() > n_shown {
        shown.push(format!("{} more in report.html", sentences.len() - n_shown));
    }
    shown
}

pub(super) fn counted_as(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// Prints a share; never 100.0 % where somebody is missing, nor 0.0 % where somebody is there.
pub(super) fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let tenths = if share > 0.0 && share < 1.0 { tenths.clamp(1.0, 999.0) } else { tenths };
    format!("{:.1} %", tenths / 10.0)
}

/// A name from a file must not steer the terminal.
pub(super) fn plain(name: &str) -> String {
    name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

/// What is said, line by line.
#[derive(Default)]
pub(super) struct Lines(Vec<String>);

impl Lines {
    pub(super) fn plain(&mut self, line: &str) {
        self.0.push(plain(line).trim_end().to_owned());
    }

    pub(super) fn say(&mut self, label: &str, what: &str) {
        self.wrapped(&format!("{label:<MARGIN$}"), what);
    }

    /// Breaks at spaces, but not within a number.
    pub(super) fn wrapped(&mut self, label: &str, what: &str) {
        let margin = label.chars().count();
        let mut line = label.to_owned();
        let mut n_columns = margin;
        let mut fresh = true;
        for word in words(&plain(what)) {
            let n_word = word.chars().count();
            if !fresh && n_columns + 1 + n_word > N_COLUMNS {
                self.plain(&line);
                line = " ".repeat(margin);
                n_columns = margin;
                fresh = true;
            }
            if !fresh {
                line.push(' ');
                n_columns += 1;
            }
            line.extend(word.chars().take(N_COLUMNS - margin));
            n_columns += n_word;
            fresh = false;
        }
        self.plain(&line);
    }

    /// Ends the text. Where it is too long, lines are dropped before the last `n_kept`: the roll
    /// stands there.
    pub(super) fn finish(mut self, n_kept: usize) -> String {
        if self.0.len() > N_LINES_MAX {
            let n_over = self.0.len() - N_LINES_MAX;
            let end = self.0.len() - n_kept - 1;
            self.0.drain(end - n_over..end);
        }
        self.0.push(String::new());
        self.0.join("\n")
    }
}

/// Parts a text at its spaces, except at those within a number, before `%` and after a currency.
fn words(what: &str) -> Vec<String> {
    let digit = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit());
    let mut words: Vec<String> = Vec::new();
    for word in what.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last)
                if digit(last.chars().last()) && (digit(word.chars().next()) || word == "%") =>
            {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_not_rounded_to_all_or_none() {
        assert_eq!(percent(0.9999), "99.9 %");
        assert_eq!(percent(0.000_01), "0.1 %");
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(0.1234), "12.3 %");
    }

    #[test]
    fn a_line_is_broken_between_words_and_not_within_a_number() {
        let mut lines = Lines::default();
        lines.say("Label", &format!("{} 1 234 567 %", "word ".repeat(16)));
        assert_eq!(lines.0.len(), 2);
        assert!(lines.0.iter().all(|line| line.chars().count() <= N_COLUMNS));
        assert_eq!(lines.0[1], "           1 234 567 %");
    }

    #[test]
    fn a_long_word_is_cut_and_does_not_run_over_the_edge() {
        let mut lines = Lines::default();
        lines.say("Label", &"x".repeat(300));
        assert!(lines.0.iter().all(|line| line.chars().count() <= N_COLUMNS));
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(most_of(&[("\u{1b}[31mred".to_owned(), 1)], 3), " [31mred 1");
    }
}
