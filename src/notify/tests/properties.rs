//! Nobody is lost, whoever they are.

use proptest::prelude::*;

use super::world::{VALID, Who, incident, list, lists_of, settings, told, world};
use crate::ledger::Counted;
use crate::notify::{Group, Settings, readiness};
use crate::tables::column as c;
use crate::terms::{Channel, Incident, NoticeOf};

fn some_status() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), Just(Some(VALID)), Just(Some("invalid")), Just(Some("placeholder"))]
}

fn some_exposed() -> impl Strategy<Value = (&'static str, &'static str, &'static str, i64)> {
    let incident = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")];
    let evidence = prop_oneof![Just("possible"), Just("probable"), Just("confirmed")];
    (incident, evidence).prop_map(|(incident, evidence)| (incident, evidence, "email", 1))
}

prop_compose! {
    fn somebody()(
        email in some_status(),
        phone in some_status(),
        post: bool,
        deceased: bool,
        refuses: bool,
        segment in prop_oneof![Just(None), Just(Some("gold")), Just(Some("silver"))],
        mut exposed in prop::collection::vec(some_exposed(), 0..4),
    ) -> Who {
        exposed.sort_unstable();
        exposed.dedup_by_key(|exposed| exposed.0);
        Who {
            email: email.map(|status| ("who@example.com", status)),
            phone: phone.map(|status| ("+12025550100", status)),
            post, deceased, refuses, segment, exposed, name: "Who",
            ..Who::default()
        }
    }
}

prop_compose! {
    fn some_incidents()(
        kinds in prop::array::uniform4(0..4_u8),
        together in prop::array::uniform4(any::<bool>()),
        all_together: bool,
        down in prop::array::uniform4(prop::sample::subsequence(Channel::ALL.to_vec(), 0..=3)),
    ) -> Vec<Incident> {
        let each = ["a", "b", "c", "d"].into_iter().zip(kinds).zip(down).zip(together);
        each.map(|(((id, kind), down), together)| Incident {
            notice: if together || all_together { NoticeOf::Combined } else { NoticeOf::Separate },
            encrypted: kind == 1,
            law_enforcement_hold: (kind == 2).then(|| "2027-01-01T00:00:00Z".parse().unwrap()),
            channels_down: down,
            ..incident(id)
        }).collect()
    }
}

proptest! {
    #[test]
    fn nobody_is_lost_and_no_channel_that_is_down_is_used(
        people in prop::collection::vec(somebody(), 0..20),
        incidents in some_incidents(),
    ) {
        let Counted { product, tally } = told(&people, &incidents, &settings());
        let affected = people.iter().filter(|who| !who.exposed.is_empty()).count();
        prop_assert_eq!(tally.n_taken, affected as u64);
        prop_assert_eq!(tally.given.iter().map(|given| given.1).sum::<u64>(), affected as u64);
        prop_assert_eq!(product.decisions.height(), affected);

        let mail: usize = ["notify/email.csv", "notify/phone.csv", "notify/post.csv"]
            .map(|path| list(&product, path).frame.height()).iter().sum();
        let given = |place| tally.given.iter().find(|given| given.0 == place).unwrap().1;
        // A notice of each incident, or one of those told together.
        let why = &product.why;
        let mut notices: Vec<_> = (0..why.height())
            .filter(|&row| why.text(c::CHANNEL).get(row).is_some())
            .map(|row| why.text(c::NOTICE_ID).get(row))
            .collect();
        notices.sort_unstable();
        notices.dedup();
        prop_assert_eq!(mail, notices.len());
        prop_assert!(mail as u64 >= given("notified"));
        let unreached = list(&product, "unreachable.csv").frame.height() as u64;
        prop_assert!(unreached >= given("unreachable"));
        if incidents.iter().all(|incident| incident.notice == NoticeOf::Combined) {
            prop_assert_eq!(mail as u64, given("notified"));
            prop_assert_eq!(unreached, given("unreachable"));
        }

        let decisions = &product.decisions;
        for row in 0..decisions.height() {
            let who = &people[decisions.count(c::CUSTOMER).get(row).unwrap() as usize];
            for channel in [c::CHANNEL, c::FALLBACK_CHANNEL] {
                let Some(word) = decisions.text(channel).get(row) else { continue };
                let down = who.exposed.iter().any(|exposed| {
                    incidents.iter().any(|incident| incident.id == exposed.0
                        && incident.channels_down.iter().any(|down| down.word() == word))
                });
                prop_assert!(!down, "{} is down", word);
            }
            prop_assert_eq!(
                decisions.text(c::CHANNEL).get(row).is_some(),
                decisions.text(c::OUTCOME).get(row) == Some("notified")
            );
        }
    }

    #[test]
    fn neither_the_order_of_the_exposure_nor_the_number_of_threads_changes_a_list(
        people in prop::collection::vec(somebody(), 0..20),
        incidents in some_incidents(),
        n_threads in 1..8_usize,
    ) {
        let mut world = world(&people);
        let first = lists_of(&world, &incidents);
        let turned: Vec<_> = (0..world.exposure.height()).rev()
            .map(|row| u32::try_from(row).unwrap()).collect();
        world.exposure = world.exposure.rows(&turned);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let second = threads.install(|| lists_of(&world, &incidents));
        prop_assert!(first.decisions.frame().equals_missing(second.decisions.frame()));
        prop_assert!(first.why.frame().equals_missing(second.why.frame()));
        for (one, other) in first.lists.iter().zip(&second.lists) {
            prop_assert!(one.frame.equals_missing(&other.frame), "{}", one.path);
        }
    }

    #[test]
    fn readiness_adds_up_and_every_share_is_a_share(
        people in prop::collection::vec(somebody(), 0..30),
    ) {
        let world = world(&people);
        let ready = readiness(
            &world.golden, &world.lineage, &world.points, &world.customers, &Settings::default(),
        );
        prop_assert_eq!(ready.overall.n_customers + ready.n_deceased, people.len() as u64);
        for groups in [&ready.by_segment, &ready.by_market] {
            let sum = |get: fn(&Group) -> u64| groups.iter().map(get).sum::<u64>();
            prop_assert_eq!(sum(|group| group.n_customers), ready.overall.n_customers);
            prop_assert_eq!(
                sum(|group| group.one_channel.n_customers),
                ready.overall.one_channel.n_customers
            );
        }
        let all = [&ready.overall].into_iter().chain(&ready.by_segment).chain(&ready.by_market);
        for group in all {
            let channels = group.by_channel.iter().chain(&group.if_down).map(|(_, r)| r);
            let reached = [&group.one_channel, &group.two_channels, &group.any_channel];
            for reached in reached.into_iter().chain(channels) {
                prop_assert!((0.0..=1.0).contains(&reached.share));
                prop_assert!((0.0..=1.0).contains(&reached.clv_share));
                prop_assert!(reached.n_customers <= group.n_customers);
            }
            prop_assert!(group.two_channels.n_customers <= group.one_channel.n_customers);
            prop_assert!(group.one_channel.n_customers <= group.any_channel.n_customers);
        }
        prop_assert!(ready.funnel.is_sorted_by(|a, b| a.n_customers >= b.n_customers));
    }
}
