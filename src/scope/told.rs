//! What did earlier notices tell a person?

/// What the notices of earlier runs told, customer by customer of this run.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Customer and place in `kinds`; in order.
    of: Vec<(u32, u32)>,
    /// Incident and codes of the data classes, parted by `;`: few differ.
    kinds: Vec<(String, String)>,
}

impl Told {
    /// Takes what was told: customer, incident, codes parted by `;`. One customer stands there
    /// once per incident.
    pub fn of(mut told: Vec<(u32, String, String)>) -> Told {
        told.sort_unstable();
        let mut made = Told::default();
        let mut kinds = std::collections::BTreeMap::new();
        for (customer, incident, classes) in told {
            let next = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
            let kind = *kinds.entry((incident, classes)).or_insert(next);
            made.of.push((customer, kind));
        }
        let mut named: Vec<_> = kinds.into_iter().map(|(kind, place)| (place, kind)).collect();
        named.sort_unstable();
        made.kinds = named.into_iter().map(|(_, kind)| kind).collect();
        made
    }

    /// Gives the codes that a customer was told of, about an incident.
    pub(super) fn classes(&self, customer: u32, incident: &str) -> Option<&str> {
        let start = self.of.partition_point(|&(known, _)| known < customer);
        self.of[start..]
            .iter()
            .take_while(|&&(known, _)| known == customer)
            .map(|&(_, kind)| &self.kinds[kind as usize])
            .find(|(known, _)| known == incident)
            .map(|(_, classes)| classes.as_str())
    }
}
