//! When does a law take a public notice instead of one to each person, and what does it ask for?
//!
//! Three grounds are known: telling each would cost more than so much, so many people are to be
//! told, or their addresses are not known. The limits are those that laws write, "exceeds
//! 250 000": they are passed by more, not by as much.

/// What a law says of a public notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitute {
    /// The cost that must be passed, in whole units of `CURRENCY`.
    pub cost_limit: Option<u64>,
    /// The number of people that must be passed.
    pub n_people_limit: Option<u64>,
    /// The smallest number of people without an address; `None` where that is no ground.
    pub n_unreached_min: Option<u64>,
    /// What it asks for.
    pub asks: Vec<Step>,
    /// Whether so many of the steps are enough; all, where absent.
    pub n_steps: Option<usize>,
    /// How the row is known: `looked_up` or `from_knowledge`.
    pub confidence: String,
}

/// The currency of `cost_limit`: only laws of the United States name a cost.
pub const CURRENCY: &str = "USD";

/// A step of a public notice, or several of which one is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The ways, of which one is enough.
    pub ways: Vec<Way>,
}

/// A way to tell many, and for how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// What is done.
    pub kind: WayKind,
    /// For how many days at least, where the law says so.
    pub n_days: Option<u32>,
}

/// What is done to tell many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayKind {
    /// E-mail to those whose address is known.
    Email,
    /// A conspicuous posting on the company's website.
    Website,
    /// Notice to the major media of the place.
    Media,
    /// A notice in a newspaper.
    Newspaper,
    /// A letter to the authority that shows the ground.
    AuthorityLetter,
    /// A display on the company's premises.
    Premises,
    /// A display in its leaflets.
    Materials,
    /// A telephone number that costs the caller nothing.
    TollFree,
    /// A public communication by which people are told as well.
    PublicCommunication,
    /// Any means by which the person is likely to learn of it.
    OtherMeans,
}

/// The words of the file and the words for people.
const KINDS: [(&str, WayKind, &str); 10] = [
    ("email", WayKind::Email, "e-mail where an address is known"),
    ("website", WayKind::Website, "a conspicuous posting on the website"),
    ("media", WayKind::Media, "notice to major statewide media"),
    ("newspaper", WayKind::Newspaper, "a notice in a newspaper"),
    ("authority_letter", WayKind::AuthorityLetter, "a letter to the authority with the grounds"),
    ("premises", WayKind::Premises, "a display on the premises"),
    ("materials", WayKind::Materials, "a display in informative materials"),
    ("toll_free", WayKind::TollFree, "a toll-free number"),
    ("public_communication", WayKind::PublicCommunication, "a public communication"),
    ("other_means", WayKind::OtherMeans, "other means that are likely to reach the person"),
];

/// Begins a list of which two steps are enough.
const TWO_OF: &str = "two_of";

impl Step {
    /// The words that the file may use.
    pub(super) fn words() -> Vec<&'static str> {
        KINDS.iter().map(|(word, _, _)| *word).chain([TWO_OF]).collect()
    }

    /// Reads `website:90|media`.
    fn of(cell: &str) -> Option<Step> {
        let ways = cell.split('|').map(|way| {
            let (word, n_days) = match way.split_once(':') {
                Some((word, n_days)) => (word, Some(n_days.parse().ok()?)),
                None => (way, None),
            };
            let (_, kind, _) = KINDS.iter().find(|(known, _, _)| *known == word)?;
            Some(Way { kind: *kind, n_days })
        });
        Some(Step { ways: ways.collect::<Option<_>>()? })
    }

    /// Reads all steps of a cell and how many of them are enough; the part that is not
    /// understood otherwise.
    pub(super) fn all_of(cell: &str) -> Result<(Vec<Step>, Option<usize>), &str> {
        let mut parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty()).peekable();
        let n_steps = parts.next_if_eq(&TWO_OF).map(|_| 2);
        let steps = parts.map(|part| Step::of(part).ok_or(part)).collect::<Result<_, _>>()?;
        Ok((steps, n_steps))
    }
}

impl Substitute {
    /// Says what is asked for, in words.
    pub fn says(&self) -> String {
        let step = |step: &Step| {
            let ways: Vec<String> = step.ways.iter().map(|way| way.says()).collect();
            ways.join(" or ")
        };
        let steps: Vec<String> = self.asks.iter().map(step).collect();
        match self.n_steps {
            Some(n) => format!("any {n} of: {}", steps.join("; ")),
            None => steps.join("; "),
        }
    }

    /// Gives the longest time for which the website must show it, in days.
    pub fn n_website_days(&self) -> Option<u32> {
        let ways = self.asks.iter().flat_map(|step| &step.ways);
        ways.filter(|way| way.kind == WayKind::Website).filter_map(|way| way.n_days).max()
    }
}

impl Way {
    fn says(self) -> String {
        let said = KINDS.iter().find(|(_, kind, _)| *kind == self.kind).map_or("", |known| known.2);
        self.n_days.map_or_else(|| said.to_owned(), |n| format!("{said} for {n} days"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Jurisdictions;

    fn of(code: &str, sector: Option<&str>) -> Option<Substitute> {
        let laws = Jurisdictions::built_in();
        let law = laws.all().iter().find(|law| law.code == code && law.sector.as_deref() == sector);
        law.unwrap().substitute.clone()
    }

    #[test]
    fn california_takes_a_posting_of_thirty_days_and_names_cost_and_number() {
        let california = of("US-CA", None).unwrap();
        assert_eq!(california.cost_limit, Some(250_000));
        assert_eq!(california.n_people_limit, Some(500_000));
        assert_eq!(california.n_unreached_min, Some(1));
        assert_eq!(california.n_website_days(), Some(30));
        assert_eq!(
            california.says(),
            "e-mail where an address is known; a conspicuous posting on the website for 30 days; \
             notice to major statewide media"
        );
    }

    #[test]
    fn hospitals_need_ten_without_an_address_and_may_choose() {
        let health = of("US", Some("health")).unwrap();
        assert_eq!((health.cost_limit, health.n_unreached_min), (None, Some(10)));
        assert_eq!(
            health.says(),
            "a conspicuous posting on the website for 90 days or notice to major statewide media; \
             a toll-free number for 90 days"
        );
        assert_eq!(of("DE", None).unwrap().says(), "a public communication");
        assert!(of("US-OK", None).unwrap().says().starts_with("any 2 of: "));
        assert_eq!(of("US", Some("listed")), None);
    }

    #[test]
    fn what_is_not_understood_is_pointed_at() {
        assert_eq!(Step::all_of("email;web"), Err("web"));
        assert_eq!(Step::all_of("website:long"), Err("website:long"));
        assert_eq!(Step::all_of(""), Ok((Vec::new(), None)));
    }
}
