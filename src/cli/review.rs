//! `headcount review`

use std::fmt::Write;
use std::io::BufRead;

use super::args::ReviewArguments;
use super::terminal;
use crate::fault::Exit;
use crate::matching::Verdict;
use crate::pipeline::review::{Answer, Question, Reviewed, Reviewer, review};
use crate::pipeline::{ConfigError, Error};

const KEYS: &str = "[s]ame  [d]ifferent  s[k]ip  [u]ndo  [q]uit > ";

pub(super) fn run(arguments: &ReviewArguments) -> Result<Exit, Error> {
    let who = arguments.by.trim();
    if who.is_empty() {
        return Err(ConfigError::NoReviewer.into());
    }
    let reviewer = Reviewer { decisions: &arguments.decisions, who, clock: arguments.clock };
    let mut lines = std::io::stdin().lock().lines();
    let ask = |question: &Question| {
        terminal::give(&shown(question));
        loop {
            terminal::give(KEYS);
            // The end of the input is the end of the session.
            let Some(Ok(line)) = lines.next() else { return Answer::Quit };
            match answer(&line) {
                Some(answer) => return answer,
                None => terminal::give("answer with one of the letters in brackets, or its word\n"),
            }
        }
    };
    let told = |what: &str| terminal::give(&format!("{what}\n"));
    let reviewed = review(&arguments.run, &reviewer, ask, told)?;
    terminal::give(&summary(reviewed, arguments));
    Ok(Exit::Done)
}

fn answer(typed: &str) -> Option<Answer> {
    Some(match typed.trim().to_lowercase().as_str() {
        "s" | "same" => Answer::Decided(Verdict::Same),
        "d" | "different" => Answer::Decided(Verdict::Different),
        "k" | "skip" => Answer::Skip,
        "u" | "undo" => Answer::Undo,
        "q" | "quit" => Answer::Quit,
        _ => return None,
    })
}

/// Shows what the two records say, line by line, and how they differ: `=` the same, `~` alike,
/// `≠` different, nothing where one of them says nothing.
fn shown(question: &Question) -> String {
    const WIDTH: usize = 30;
    let waterfall = &question.waterfall;
    let [one, other] = &question.names;
    let mut said = format!(
        "\n{} of {}: weight {:+.2} bits, probability {:.4}\n{:<14} {:<WIDTH$}   {:<WIDTH$}\n",
        question.place,
        question.n_pairs,
        waterfall.weight_bits,
        waterfall.probability.get(),
        "",
        cut(&one.to_string(), WIDTH),
        cut(&other.to_string(), WIDTH)
    );
    let bits = waterfall.steps.iter().map(Some).chain(std::iter::repeat(None));
    for ((field, values), step) in question.values.iter().zip(bits) {
        let [one, other] = values.each_ref().map(|value| value.as_deref().unwrap_or(""));
        if one.is_empty() && other.is_empty() && step.is_none_or(|step| step.bits == 0.0) {
            continue;
        }
        let weighed = step
            .filter(|step| step.level != "absent")
            .map_or_else(String::new, |step| format!("{:>+7.2}  {}", step.bits, step.level));
        let mark = match step {
            _ if one.is_empty() || other.is_empty() => ' ',
            _ if one == other => '=',
            Some(step) if step.bits > 0.0 => '~',
            _ => '≠',
        };
        let _ = writeln!(
            said,
            "{field:<14} {:<WIDTH$} {mark} {:<WIDTH$} {weighed}",
            cut(one, WIDTH),
            cut(other, WIDTH)
        );
    }
    said
}

fn cut(text: &str, n_signs: usize) -> String {
    if text.chars().count() <= n_signs {
        return text.to_owned();
    }
    text.chars().take(n_signs - 1).chain(['…']).collect()
}

fn summary(reviewed: Reviewed, arguments: &ReviewArguments) -> String {
    let Reviewed { n_same, n_different, n_skipped, n_left, n_decided_before } = reviewed;
    format!(
        "\n{} decided (same {n_same}, different {n_different}), {n_skipped} skipped, {n_left} \
         left, {n_decided_before} decided before\n\
         {} holds the decisions; a run replays them with matching.decisions\n",
        n_same + n_different,
        arguments.decisions.display()
    )
}
