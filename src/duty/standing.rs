//! How does a duty stand: is there one, and by when?

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};

use super::clock::{self, Start};
use crate::rules::{Clock, Holidays, Law, Leave, Period, Status, Term, Unit, zone_of};
use crate::terms::{HarmResult, Incident};

/// A version of a law beside an incident, with all that reckoning its clocks needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matter<'a> {
    pub(super) incident: &'a Incident,
    pub(super) law: &'a Law,
    /// Whether the row is the version of the day of the discovery.
    pub(super) is_of_the_day: bool,
    /// The place in the incident of the list whose notice alone the people are known by.
    pub(super) notice: Option<usize>,
    pub(super) holidays: &'a Holidays,
    pub(super) now: Timestamp,
}

/// How a duty stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    /// `due`, `overdue`, `open`, `not_started`; or why there is no duty.
    pub(super) status: &'static str,
    /// Whether there is a duty.
    pub(super) is_asked: bool,
    /// By when, where the law says so.
    pub(super) deadline: Option<Zoned>,
    pub(super) clock: Option<(Clock, Start)>,
    pub(super) period: Option<Period>,
    /// Why the duty may be skipped, and who decided so.
    pub(super) exemption: Option<String>,
    /// Where one is told before, with or after another.
    pub(super) order: Option<&'static str>,
    pub(super) hold_until: Option<Zoned>,
    pub(super) notes: Vec<String>,
}

impl Standing {
    pub(super) fn none(status: &'static str) -> Standing {
        Standing { status, ..Standing::default() }
    }
}

impl Matter<'_> {
    fn zone(&self) -> jiff::tz::TimeZone {
        zone_of(&self.law.code)
    }

    fn status_of(&self, deadline: &Zoned) -> &'static str {
        if deadline.timestamp() < self.now { "overdue" } else { "due" }
    }

    /// Reckons the notice to the people.
    pub(super) fn individual(&self, n_triggered: u64) -> Standing {
        if self.law.status == Status::Voluntary {
            return Standing::none("voluntary");
        }
        let Some(term) = self.law.individual else { return Standing::none("no_individual_duty") };
        if let Some(standing) = self.before(n_triggered, true) {
            return standing;
        }
        let mut standing = self.timed(term);
        if term.clock == Some(Clock::Order) && term.period.is_none() {
            return Standing { status: "on_order", is_asked: false, ..standing };
        }
        if term.clock == Some(Clock::AuthorityNotice) {
            standing.order = Some("after the regulator");
        }
        self.postpone(&mut standing);
        self.note_on(&mut standing, true);
        standing
    }

    /// Reckons the notice to the regulator, of so many residents; `n_min` is the threshold.
    pub(super) fn regulator(
        &self,
        n_triggered: u64,
        n_min: Option<u64>,
        individual: &Standing,
    ) -> Standing {
        let Some(authority) = &self.law.authority else { return Standing::none("no_regulator") };
        if let Some(standing) = self.before(n_triggered, false) {
            return standing;
        }
        if n_min.is_some_and(|n_min| n_triggered < n_min) {
            return Standing::none("below_threshold");
        }
        let mut standing = match (authority.term.clock, authority.term.period) {
            (Some(Clock::BeforeIndividuals), period) => {
                let clock = self.law.individual.and_then(|term| term.clock);
                let own = period.map(|_| self.timed(Term { clock, period }));
                let standing = own.unwrap_or_else(|| self.beside(individual));
                Standing { order: Some("before individuals"), ..standing }
            }
            (Some(Clock::WithIndividuals), None) => {
                Standing { order: Some("with individuals"), ..self.beside(individual) }
            }
            (Some(Clock::IndividualNoticeSent), None) => {
                Standing { order: Some("not after individuals"), ..self.beside(individual) }
            }
            (Some(Clock::IndividualNoticeSent), Some(_)) => {
                Standing { order: Some("after individuals"), ..self.timed(authority.term) }
            }
            _ => self.timed(authority.term),
        };
        self.note_on(&mut standing, false);
        standing
    }

    /// Reckons the notice to credit bureaus.
    pub(super) fn bureau(&self, n_triggered: u64) -> Standing {
        let Some(bureau) = self.law.bureau else { return Standing::none("no_bureau") };
        if let Some(standing) = self.before(n_triggered, false) {
            return standing;
        }
        if n_triggered < bureau.n_residents_min {
            return Standing::none("below_threshold");
        }
        let clock = self.law.individual.and_then(|term| term.clock);
        let mut standing = self.timed(Term { clock, period: bureau.period });
        self.postpone(&mut standing);
        self.note_on(&mut standing, false);
        standing
    }

    /// Tells why there is no duty, before any clock is looked at.
    fn before(&self, n_triggered: u64, to_individuals: bool) -> Option<Standing> {
        if self.law.status == Status::Voluntary {
            return Some(Standing::none("voluntary"));
        }
        if n_triggered == 0 && !self.law.triggers.is_empty() {
            return Some(Standing::none("not_triggered"));
        }
        if self.law.asks_for_acquisition && !self.incident.exfiltration {
            return Some(Standing::none("not_acquired"));
        }
        let (status, exemption) = self.exemption(to_individuals)?;
        Some(Standing { exemption: Some(exemption), ..Standing::none(status) })
    }

    /// Tells whether the duty may be skipped. Encryption is a fact of the incident; harm is
    /// judged by a person, who signed for it before the run.
    fn exemption(&self, to_individuals: bool) -> Option<(&'static str, String)> {
        let (law, incident) = (self.law, self.incident);
        // GDPR, art. 34(3)(a): the people need not be told of what nobody can read.
        let unread =
            law.encryption_harbour == Leave::Yes || (law.individual_if_high_risk && to_individuals);
        if incident.encrypted && !incident.key_taken && unread {
            return Some(("exempt_encrypted", "encrypted, and the key was not taken".to_owned()));
        }
        let assessed = incident.harm_assessment.as_ref().filter(|found| found.at <= self.now)?;
        let signed = format!("assessed by {} at {}", assessed.by, assessed.at);
        match assessed.result {
            HarmResult::Unlikely if law.harm_exemption == Leave::Yes => {
                Some(("exempt_harm_unlikely", format!("harm unlikely, {signed}")))
            }
            HarmResult::Likely if law.individual_if_high_risk && to_individuals => {
                Some(("risk_not_high", format!("risk not high, {signed}")))
            }
            _ => None,
        }
    }

    /// Lets a clock run out.
    fn timed(&self, term: Term) -> Standing {
        let clock =
            term.clock.map(|clock| (clock, clock::start(clock, self.incident, self.notice)));
        let at = clock.and_then(|(_, start)| start.at);
        // Of a version that the file does not have, no period is known.
        let period = term.period.filter(|_| self.is_of_the_day);
        let (code, zone) = (&self.law.code, self.zone());
        let deadline = at
            .zip(period)
            .and_then(|(at, period)| clock::end(at, period, code, &zone, self.holidays));
        let status = match (&deadline, period) {
            (Some(deadline), _) => self.status_of(deadline),
            (None, Some(_)) => "not_started",
            (None, None) => "open",
        };
        Standing { status, is_asked: true, deadline, clock, period, ..Standing::default() }
    }

    /// Reckons the log that a regulator gets once a year of all incidents with fewer residents
    /// than the threshold; nothing where the law knows none, or the regulator is told at once.
    ///
    /// The clock runs from the end of the year of the discovery, as it is counted in the
    /// jurisdiction.
    ///
    /// # Source
    /// 45 CFR 164.408(c): not later than 60 days after the end of each calendar year.
    pub(super) fn log(&self, n_triggered: u64, n_min: Option<u64>) -> Option<Standing> {
        let n_days = self.law.authority.as_ref()?.n_days_after_year?;
        if n_triggered >= n_min? || self.before(n_triggered, false).is_some() {
            return None;
        }
        let zone = self.zone();
        let clock = Clock::Discovery;
        let discovered = clock::start(clock, self.incident, self.notice).at?;
        let discovered = discovered.to_zoned(zone.clone()).date();
        let year = clock::end_of_day(Date::new(discovered.year(), 12, 31).ok()?, &zone)?;
        let period = Period { n: n_days, unit: Unit::CalendarDay };
        let mut standing = self.timed(Term { clock: Some(clock), period: Some(period) });
        let from = "end of the year of the discovery";
        standing.clock = Some((clock, Start { from, list: None, at: Some(year.timestamp()) }));
        let last_day = year.date().saturating_add(i64::from(n_days).days());
        standing.deadline = clock::end_of_day(last_day, &zone).filter(|_| self.is_of_the_day);
        standing.status = standing.deadline.as_ref().map_or("open", |at| self.status_of(at));
        standing.notes.push("kept in the log of the year, and told with it".to_owned());
        self.note_on(&mut standing, false);
        Some(standing)
    }

    /// Takes the deadline of the notice to the people: it is the last moment at which another
    /// can be told before them or with them.
    fn beside(&self, individual: &Standing) -> Standing {
        let told = self.incident.individuals_notified_at.map(|at| at.to_zoned(self.zone()));
        let deadline = told.or_else(|| individual.deadline.clone());
        Standing {
            status: deadline.as_ref().map_or("open", |deadline| self.status_of(deadline)),
            is_asked: true,
            deadline,
            clock: individual.clock,
            period: individual.period,
            ..Standing::default()
        }
    }

    /// Moves a deadline to the end of the wait that law enforcement asked for.
    fn postpone(&self, standing: &mut Standing) {
        let Some(until) = self.incident.law_enforcement_hold else { return };
        let until = until.to_zoned(self.zone());
        if let Some(deadline) = &mut standing.deadline
            && *deadline < until
        {
            standing.notes.push(format!(
                "law enforcement asked to wait: {} became {}",
                clock::shown(deadline),
                clock::shown(&until)
            ));
            *deadline = until.clone();
            standing.status = self.status_of(&until);
        }
        standing.hold_until = Some(until);
    }

    /// Says what counsel should know of a duty that there is.
    fn note_on(&self, standing: &mut Standing, to_individuals: bool) {
        let (law, incident) = (self.law, self.incident);
        let mut say = |note: &str| standing.notes.push(note.to_owned());
        if !self.is_of_the_day {
            say("the version of the day of discovery is not in the rules file: no date is known");
        }
        if law.status == Status::Uncertain {
            say("it is uncertain whether the law binds: for counsel to say");
        }
        let locked = incident.encrypted && !incident.key_taken;
        if locked && law.encryption_harbour == Leave::Partial && to_individuals {
            say("the data were encrypted, which excuses in part: for counsel to say");
        }
        let unlikely = |result| result == HarmResult::Unlikely;
        if incident.harm_assessment.as_ref().is_some_and(|found| unlikely(found.result))
            && law.harm_exemption == Leave::Partial
        {
            say("harm is unlikely, which excuses in part: for counsel to say");
        }
        let in_business_days = |period: Period| period.unit == Unit::BusinessDay;
        if let Some(deadline) = &standing.deadline
            && standing.period.is_some_and(in_business_days)
            && !self.holidays.knows(&law.code, deadline.date(), deadline.date())
        {
            let code = &law.code;
            standing.notes.push(format!(
                "no holidays of {code} in that year are in the file: only weekends are left out"
            ));
        }
    }
}
