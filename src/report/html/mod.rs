//! What does one page say that a head of service and a security officer read together?

mod at_risk;
mod evaluation;
mod nightly;
mod scoping;

pub use evaluation::{Accuracy, AccuracyTable, Chart, accuracy};

use crate::terms::grouped;

use super::count::{Count, OTHERS, share};
use super::lines::percent;
use super::page::Page;
use super::svg::{Bar, bars};
use super::text::roll;
use super::{Head, Summary};

/// How many bars a chart shows at most.
const N_BARS: usize = 12;

/// Tells the account as one file that fetches nothing, needs no script, and prints.
pub fn html(summary: &Summary) -> String {
    let head = summary.head();
    let mut page = Page::default();
    let title = match summary {
        Summary::Nightly(nightly) => {
            nightly::write(&mut page, nightly);
            "Contact quality and readiness"
        }
        Summary::Scoping(scoping) => {
            scoping::write(&mut page, scoping);
            "Who is affected, and what is at stake"
        }
    };
    if let Some(trust) = &head.trust {
        trust.write(&mut page, &head.currency);
    }
    account(&mut page, head, &roll(summary));
    let facts = [
        head.pipeline.clone(),
        format!("run {}", head.run_id),
        head.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        format!("headcount {}", head.version),
    ];
    page.finish(title, &facts, head.drill)
}

/// Writes what holds of every run: the gates, the roll, the notes, the files.
fn account(page: &mut Page, head: &Head, roll: &[String]) {
    page.section("roll", "Is everybody accounted for?");
    page.headline(&format!("{}.", roll.join("; ")));
    let rows: Vec<_> = head
        .roll
        .identities()
        .iter()
        .map(|identity| {
            let parts: Vec<_> = identity
                .parts
                .iter()
                .map(|(part, n)| format!("{} {}", grouped(*n), part.replace('_', " ")))
                .collect();
            vec![identity.whole.replace('_', " "), grouped(identity.n_whole), parts.join(" + ")]
        })
        .collect();
    page.table("Each of these holds, or the run would have stopped", &["", "n", "="], &rows);
    if !head.set_aside.is_empty() {
        page.marks(&bars("Rows set aside, by reason", &drawn(&head.set_aside), None));
    }
    page.end_section();
    if !(head.gates.is_empty() && head.notes.is_empty()) {
        page.section("notes", "What should be known of these figures?");
        let gates = head.gates.iter().map(|gate| format!("Gate tripped: {gate}"));
        let notes: Vec<_> = gates.chain(head.notes.iter().cloned()).collect();
        page.sentences(&notes, 60);
        page.end_section();
    }
    page.section("files", "What was written?");
    let rows: Vec<_> = head
        .outputs
        .iter()
        .map(|(path, n_rows)| vec![path.clone(), n_rows.map_or_else(|| "-".into(), grouped)])
        .collect();
    page.table("Hashes and sizes stand in manifest.json", &["file", "rows"], &rows);
    page.end_section();
}

/// Draws counts as bars; what does not fit is one bar.
fn drawn(counts: &[Count]) -> Vec<Bar> {
    let bar = |name: String, n: u64| Bar { name, length: n as f64, says: grouped(n) };
    let mut drawn: Vec<_> = counts
        .iter()
        .take(N_BARS)
        .map(|count| bar(count.name.replace('_', " "), count.n))
        .collect();
    if counts.len() > N_BARS {
        drawn.push(bar(OTHERS.to_owned(), counts[N_BARS..].iter().map(|count| count.n).sum()));
    }
    drawn
}

fn with_share(n: u64, whole: u64) -> String {
    format!("{} ({})", grouped(n), percent(share(n, whole)))
}
