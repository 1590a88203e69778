//! PT-07: whatever happens to the nodes, every token verifies at every verifier, and one key signs.

mod world;

use super::*;
use proptest::prelude::*;
use world::{World, windows};

#[derive(Clone, Copy, Debug)]
enum Event {
    Wait(Lifetime),
    /// Until something changes by itself, a little before or after.
    ToChange(Lifetime),
    /// Nobody runs. Every node plans before it serves again.
    Outage(Lifetime),
    /// The node plans, and dies after some of the steps.
    Crash(usize, usize),
    /// Two nodes plan by the same keys, and both write.
    Race(usize, usize),
    Rotate(usize),
    Revoke(usize, usize),
    Clock(usize, Lifetime),
    Windows(usize, usize),
}

fn event() -> impl Strategy<Value = Event> {
    let node = || 0..3_usize;
    let error = || (-10_000..=10_000_i64).prop_map(Lifetime::millis);
    prop_oneof![
        4 => (0..5_000_i64).prop_map(|ms| Event::Wait(Lifetime::millis(ms))),
        3 => (5..7_200_i64).prop_map(|s| Event::Wait(Lifetime::seconds(s))),
        1 => (1..100_i64).prop_map(|days| Event::Wait(Lifetime::days(days))),
        4 => (-25_000..25_000_i64).prop_map(|ms| Event::ToChange(Lifetime::millis(ms))),
        2 => (-4_000..0_i64).prop_map(|s| Event::ToChange(Lifetime::seconds(s))),
        1 => (1..400_i64).prop_map(|days| Event::Outage(Lifetime::days(days))),
        2 => (node(), 0..5_usize).prop_map(|(node, steps)| Event::Crash(node, steps)),
        2 => (node(), node()).prop_map(|(one, other)| Event::Race(one, other)),
        3 => node().prop_map(Event::Rotate),
        1 => (node(), 0..4_usize).prop_map(|(node, which)| Event::Revoke(node, which)),
        2 => (node(), error()).prop_map(|(node, error)| Event::Clock(node, error)),
        1 => (node(), 0..4_usize).prop_map(|(node, preset)| Event::Windows(node, preset)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    // PT-07, INV-28, INV-29, INV-38
    #[test]
    fn every_token_verifies_whatever_happens_to_the_nodes(
        errors in [-10_000..=10_000_i64, -10_000..=10_000, -10_000..=10_000],
        preset in 0..4_usize,
        events in proptest::collection::vec(event(), 1..80),
    ) {
        let mut world = World::new(errors, preset);
        for event in events {
            world.happen(event);
        }
    }
}

#[test]
fn fifty_rotations_by_hand_lose_no_token() {
    for preset in 0..4 {
        let mut world = World::new([-10_000, 0, 10_000], preset);
        let first = world.stored().signer(world.now).unwrap().generation;
        let lead = windows(preset).jwks_max_age.plus(windows(preset).handover());
        for round in 0..50 {
            world.happen(Event::Rotate(round % 3));
            world.happen(Event::Wait(lead.plus(Lifetime::seconds(21))));
        }
        let last = world.stored().signer(world.now).unwrap().generation;
        assert!(last >= first + 50, "{first} {last}");
    }
}

#[test]
fn after_a_year_asleep_the_old_key_signs_until_the_new_one_is_known() {
    let mut world = World::new([0, 0, 0], 1);
    let before = world.stored().signer(world.now).unwrap().id.clone();
    world.happen(Event::Outage(Lifetime::days(365)));
    assert_eq!(world.stored().signer(world.now).unwrap().id, before);
    world.happen(Event::Wait(Lifetime::hours(2)));
    assert_ne!(world.stored().signer(world.now).unwrap().id, before);
}
