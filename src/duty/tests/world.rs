//! So many people of one place, what was exposed of them, and what the law asks.

use crate::duty::*;
use crate::tables::{Column, Layout};

type Filled = polars::prelude::Column;

pub(super) const NOW: &str = "2026-03-10T08:00:00Z";

/// So many people of one place, of whom the same was exposed.
#[derive(Debug, Clone)]
pub(super) struct People {
    pub(super) n: usize,
    pub(super) at: &'static str,
    pub(super) exposed: &'static str,
    pub(super) evidence: &'static str,
    pub(super) born: Option<&'static str>,
    /// The lists that name them, each with its evidence.
    pub(super) lists: &'static [(&'static str, &'static str)],
}

pub(super) fn some(n: usize, at: &'static str, exposed: &'static str) -> People {
    People { n, at, exposed, evidence: "confirmed", born: None, lists: &[] }
}

pub(super) fn table<L: Layout>(n_rows: usize, filled: Vec<Filled>) -> Table<L> {
    let column = |column: &Column| {
        let found = filled.iter().find(|filled| filled.name() == column.name).cloned();
        found.unwrap_or_else(|| column.nothing(n_rows))
    };
    Table::of(L::COLUMNS.iter().map(column).collect())
}

pub(super) fn incident(rest: &str) -> Incident {
    let facts = [
        "discovered_at = \"2026-02-27T08:15:00Z\"",
        "confirmed_at = \"2026-02-27T16:00:00Z\"",
        "determination_at = \"2026-02-28T18:00:00Z\"",
    ];
    let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
    let own: Vec<_> = rest.lines().map(key).collect();
    let facts: Vec<_> = facts.iter().filter(|fact| !own.contains(&key(fact))).copied().collect();
    let head = "id = \"leak\"\nkind = \"security_breach\"";
    toml::from_str(&format!("{head}\n{}\n{rest}", facts.join("\n"))).unwrap()
}

pub(super) struct Case {
    pub(super) people: Vec<People>,
    pub(super) incident: Incident,
    pub(super) settings: Settings,
    pub(super) now: &'static str,
    pub(super) laws: Jurisdictions,
}

pub(super) fn case(people: &[People], rest: &str) -> Case {
    Case {
        people: people.to_vec(),
        incident: incident(rest),
        settings: Settings::default(),
        now: NOW,
        laws: Jurisdictions::built_in(),
    }
}

impl Case {
    pub(super) fn asked(&self) -> Duties {
        let people: Vec<&People> =
            self.people.iter().flat_map(|some| std::iter::repeat_n(some, some.n)).collect();
        let n = people.len();
        let day = |text: &str| {
            let day: jiff::civil::Date = text.parse().unwrap();
            (day - jiff::civil::Date::constant(1970, 1, 1)).get_days()
        };
        let rows: Vec<u32> = (0..u32::try_from(n).unwrap()).collect();
        let golden: Table<GoldenRecord> = table(
            n,
            vec![
                c::N_RECORDS.counts(vec![2; n]),
                c::BIRTH_DATE.days(people.iter().map(|some| some.born.map(day))),
            ],
        );
        let text = |column: Column, of: fn(&People) -> &'static str| {
            column.texts(people.iter().map(|some| Some(of(some))))
        };
        let exposure: Table<Exposure> = table(
            n,
            vec![
                c::CUSTOMER.counts(rows.clone()),
                c::CUSTOMER_ID.same(Some("c"), n),
                c::INCIDENT.same(Some("leak"), n),
                text(c::DATA_CLASSES, |some| some.exposed),
                text(c::EVIDENCE, |some| some.evidence),
                text(c::JURISDICTION, |some| some.at),
            ],
        );
        let named: Vec<(u32, (&str, &str))> = rows
            .iter()
            .zip(&people)
            .flat_map(|(&row, some)| some.lists.iter().map(move |&list| (row, list)))
            .collect();
        let matches: Table<ScopeMatch> = table(
            named.len(),
            vec![
                c::CUSTOMER.counts(named.iter().map(|of| of.0).collect()),
                c::INCIDENT.same(Some("leak"), named.len()),
                c::SCOPE_FILE.texts(named.iter().map(|of| Some(of.1.0))),
                c::IDENTIFIER.same(Some("email"), named.len()),
                c::EVIDENCE.texts(named.iter().map(|of| Some(of.1.1))),
            ],
        );
        let ask = Ask {
            exposure: &exposure,
            matches: &matches,
            golden: &golden,
            incidents: std::slice::from_ref(&self.incident),
            classes: &DataClasses::built_in(),
            laws: &self.laws,
            holidays: &Holidays::built_in(),
            settings: &self.settings,
            evidence_min: Evidence::Probable,
            now: self.now.parse().unwrap(),
            drill: false,
        };
        let Counted { product, tally } = owed(&ask);
        assert_eq!(tally.n_taken, n as u64);
        assert_eq!(tally.given.iter().map(|given| given.1).sum::<u64>(), n as u64);
        assert_eq!(product.owed.height(), n);
        product
    }

    /// Gives status and deadline of a duty; of the one law of a code that has it.
    pub(super) fn says(&self, code: &str, kind: &str) -> String {
        let duties = self.asked().duties;
        let of =
            |column: Column, row: usize| duties.text(column).get(row).unwrap_or("-").to_owned();
        let mut found: Vec<String> = (0..duties.height())
            .filter(|&row| of(c::JURISDICTION, row) == code && of(c::DUTY_KIND, row) == kind)
            .map(|row| format!("{} {}", of(c::DUTY_STATUS, row), of(c::DEADLINE, row)))
            .collect();
        assert_eq!(found.len(), 1, "{code} {kind}: {found:?}");
        found.remove(0)
    }

    pub(super) fn cell(&self, code: &str, kind: &str, column: Column) -> String {
        let duties = self.asked().duties;
        let row = (0..duties.height()).find(|&row| {
            duties.text(c::JURISDICTION).get(row) == Some(code)
                && duties.text(c::DUTY_KIND).get(row) == Some(kind)
        });
        duties.text(column).get(row.unwrap()).unwrap_or("-").to_owned()
    }

    /// Gives what is asked for the first person: duty and reason.
    pub(super) fn first(&self) -> String {
        let owed = self.asked().owed;
        let of = |column| owed.text(column).get(0).unwrap_or("-").to_owned();
        format!("{} {}", of(c::DUTY), of(c::DUTY_REASON))
    }
}

pub(super) const SSN: &str = "name;ssn";

pub(super) fn says(n: usize, code: &'static str, exposed: &'static str, kind: &str) -> String {
    case(&[some(n, code, exposed)], "").says(code, kind)
}
