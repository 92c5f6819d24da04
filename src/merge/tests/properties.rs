//! What holds for any records and any rules.

use polars::prelude::DataFrame;
use proptest::prelude::*;

use super::merged;
use super::records::Record;
use crate::merge::{Merged, Settings, Survivorship};
use crate::tables::column as c;

fn any_of<T: Clone + std::fmt::Debug + 'static>(
    values: &'static [T],
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(proptest::sample::select(values))
}

prop_compose! {
    /// Few values each, so that ties, shared ids and wholly equal rows are frequent.
    fn record()(
        source in proptest::sample::select(vec!["crm", "shop"]),
        id in any_of(&["1", "2"]),
        first in any_of(&["Anna", "Otto"]),
        last in any_of(&["Miller"]),
        company in any_of(&["Acme", "Bolt"]),
        birth_date in any_of(&[1, 2]),
        (city, address_usable) in (any_of(&["Leeds", "York"]), any::<bool>()),
        clv in any_of(&[1, 2]),
        (opt_out, deleted) in (any_of(&[true, false]), any_of(&[true, false])),
        (created, updated, verified) in (any_of(&[1, 2]), any_of(&[1, 2]), any_of(&[1, 2])),
        points in proptest::collection::vec(
            (
                proptest::sample::select(vec!["email", "phone"]),
                proptest::sample::select(vec!["a", "b"]),
                proptest::sample::select(vec!["valid", "invalid", "placeholder"]),
                any_of(&["mobile"]),
            ),
            0..3,
        ),
    ) -> Record {
        let name = [None, first, None, last, None];
        let address = [None, city, None, None, None];
        Record {
            source, id, name, company, birth_date, address, address_usable, language: None, clv,
            opt_out, deleted, created, updated, verified, points,
        }
    }
}

prop_compose! {
    fn settings()(rules in proptest::collection::vec(
        proptest::sample::select(vec![
            Survivorship::MostRecent,
            Survivorship::MostComplete,
            Survivorship::SourcePriority,
            Survivorship::MostFrequent,
        ]),
        7,
    )) -> Settings {
        let [name, company, birth_date, email, phone, address, clv] = *rules else {
            unreachable!("seven rules")
        };
        Settings {
            name, company, birth_date, email, phone, address, clv,
            source_priority: vec!["shop".to_owned()],
            ..Settings::default()
        }
    }
}

/// Records, some of them twice, with their groups, and the same shuffled.
type Twice = (Vec<(Record, u32)>, Vec<(Record, u32)>);

fn records_and_shuffled() -> impl Strategy<Value = Twice> {
    proptest::collection::vec((record(), 0_u32..6, 1_usize..3), 0..12)
        .prop_map(|drawn| {
            let twice = |(record, group, n): (Record, u32, usize)| {
                (0..).take(n).map(move |nth| (record.clone(), (group + nth) % 6))
            };
            drawn.into_iter().flat_map(twice).collect::<Vec<_>>()
        })
        .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

proptest! {
    #[test]
    fn shuffling_the_records_changes_no_byte_of_the_golden_records(
        (rows, shuffled) in records_and_shuffled(),
        settings in settings(),
    ) {
        let golden = |rows: &[(Record, u32)]| -> DataFrame {
            let (records, groups): (Vec<_>, Vec<_>) = rows.iter().cloned().unzip();
            merged(&records, &groups, &settings).golden.frame().clone()
        };
        prop_assert!(golden(&rows).equals_missing(&golden(&shuffled)));
    }

    #[test]
    fn every_value_is_that_of_the_record_it_is_said_to_come_from(
        (rows, _) in records_and_shuffled(),
        settings in settings(),
    ) {
        let (records, groups): (Vec<_>, Vec<_>) = rows.iter().cloned().unzip();
        let Merged { golden, lineage, values } = merged(&records, &groups, &settings);
        for customer in 0..golden.height() {
            let of = |from| values.count(from).get(customer).map(|row| row as usize);
            let said = |from, part: fn(&Record) -> Option<&'static str>| {
                of(from).and_then(|row| part(&records[row]))
            };
            let known = |column| golden.text(column).get(customer);
            prop_assert_eq!(known(c::FIRST_NAME), said(c::NAME_FROM, |r| r.name[1]));
            prop_assert_eq!(known(c::LAST_NAME), said(c::NAME_FROM, |r| r.name[3]));
            prop_assert_eq!(known(c::CITY), said(c::ADDRESS_FROM, |r| r.address[1]));
            let email = (known(c::EMAIL), known(c::EMAIL_STATUS));
            match of(c::EMAIL_FROM) {
                None => prop_assert_eq!(email, (None, None)),
                Some(row) => {
                    let is_stated = records[row].points.iter().any(|point| {
                        point.0 == "email" && (Some(point.1), Some(point.2)) == email
                    });
                    prop_assert!(is_stated, "the e-mail is one of the record's own");
                }
            }
            let sources = [c::NAME_FROM, c::EMAIL_FROM, c::CLV_FROM].into_iter().filter_map(of);
            for row in sources {
                let home = lineage.count(c::CUSTOMER).get(row).map(|home| home as usize);
                prop_assert_eq!(home, Some(customer), "a value comes from a member");
            }
        }
    }
}
