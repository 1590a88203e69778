//! What is to be written so that the keys go on: a pure function of the keys, the windows and the time.

use super::{Life, Promised, State, Succession, Windows};
use crate::kernel::ids::KeyId;
use crate::kernel::time::{Lifetime, Timestamp};

/// One guarded write. Left out, done twice or done late, it leaves a state that the next plan completes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make a key and publish it, unless this generation exists.
    ///
    /// The lead counts from the write. So make the key first, then plan again in the unit of work that
    /// writes, and let the made key be the one of that plan.
    Publish { generation: i64, activates_at: Timestamp, promised: Promised },
    /// Move the switch, if it still stands at `from`.
    Schedule { key: KeyId, from: Timestamp, to: Timestamp },
    /// Raise what the key has promised.
    Promise { key: KeyId, promised: Promised },
    /// Withdraw the key from the JWKS at once.
    Revoke { key: KeyId, at: Timestamp },
    /// Erase the key.
    Erase { key: KeyId },
}

/// What `rotate` decided: what to write, and from when on the next key signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub steps: Vec<Step>,
    pub signs_from: Timestamp,
}

/// Why a key cannot be retired or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untouchable {
    #[error("there is no such key")]
    Unknown,
    #[error("only the key that signs can be retired")]
    NotActive,
    #[error("the key is revoked already")]
    Revoked,
}

impl Succession {
    /// What the schedule asks for now. Nothing, most of the time.
    pub fn plan(&self, windows: &Windows, now: Timestamp) -> Vec<Step> {
        let Some(signer) = self.signer(now) else {
            // Nothing was published before, so there is no verifier to wait for.
            return vec![self.publish(now, windows)];
        };
        let mut steps = self.promises(windows, now);
        steps.extend(self.turn_after(signer, windows, now));
        steps.extend(self.erasures(windows, now));
        steps
    }

    /// By hand: the next key signs as soon as every verifier must know it, and not before (INV-29).
    pub fn rotate(&self, windows: &Windows, now: Timestamp) -> Rotation {
        if self.signer(now).is_none() {
            return Rotation { steps: vec![self.publish(now, windows)], signs_from: now };
        }
        let Some(next) = self.next(now) else {
            let at = now.plus(self.lead(windows));
            return Rotation { steps: vec![self.publish(at, windows)], signs_from: at };
        };
        let at = self.earliest(next, windows, now).min(next.activates_at);
        Rotation { steps: bring_forward(next, at).into_iter().collect(), signs_from: at }
    }

    /// By hand: this key stops signing as soon as another may; its tokens live on.
    pub fn retire(
        &self,
        key: &KeyId,
        windows: &Windows,
        now: Timestamp,
    ) -> Result<Rotation, Untouchable> {
        match self.state(self.find(key)?, now) {
            State::Active => Ok(self.rotate(windows, now)),
            State::Revoked => Err(Untouchable::Revoked),
            _ => Err(Untouchable::NotActive),
        }
    }

    /// In an emergency: this key leaves the JWKS at once, and no token of it is believed any longer.
    ///
    /// If it was the one that signs, the next takes over its turn, however short it was published, and a
    /// new one is made if there is none. That is the one exception to INV-28 and INV-29. It takes the
    /// whole turn, from its beginning: so no clock of another node falls into a gap before the change, in
    /// which an older key would sign again. The steps belong into one unit of work.
    pub fn revoke(
        &self,
        key: &KeyId,
        windows: &Windows,
        now: Timestamp,
    ) -> Result<Vec<Step>, Untouchable> {
        let life = self.find(key)?;
        if life.revoked_at.is_some() {
            return Err(Untouchable::Revoked);
        }
        let mut steps = vec![Step::Revoke { key: life.id.clone(), at: now }];
        if self.may_be_active(life, windows, now) {
            steps.extend(self.inherit(life, windows));
        }
        Ok(steps)
    }

    /// The turn of this key goes to the next, and with it what was promised: nodes that know longer
    /// lifetimes than this one sign with it before they could say so.
    fn inherit(&self, life: &Life, windows: &Windows) -> Vec<Step> {
        let promised = windows.promised().and(life.promised);
        let Some(heir) = self.heir(life) else {
            let generation = self.newest().saturating_add(1);
            return vec![Step::Publish { generation, activates_at: life.activates_at, promised }];
        };
        let promise = Step::Promise { key: heir.id.clone(), promised };
        let lacking = heir.promised.and(promised) != heir.promised;
        bring_forward(heir, life.activates_at)
            .into_iter()
            .chain(lacking.then_some(promise))
            .collect()
    }

    /// Here, or on a node whose clock is late.
    fn may_be_active(&self, life: &Life, windows: &Windows, now: Timestamp) -> bool {
        let earlier = now.minus(windows.clock_skew.times(2));
        match self.state(life, now) {
            State::Active => true,
            State::Retiring => self.retires_at(life).is_some_and(|at| at > earlier),
            State::Upcoming | State::Gone | State::Revoked => false,
        }
    }

    /// The next key is published ahead of its turn, and its turn begins when this one's ends.
    fn turn_after(&self, signer: &Life, windows: &Windows, now: Timestamp) -> Option<Step> {
        let ends = signer.activates_at.plus(windows.rotation);
        let lead = self.lead(windows);
        if let Some(next) = self.next(now) {
            // Shorter windows bring a switch forward; longer ones leave it where it was announced.
            return bring_forward(next, ends.max(self.earliest(next, windows, now)));
        }
        let due = now >= ends.minus(windows.publish_ahead.max(lead));
        due.then(|| self.publish(ends.max(now.plus(lead)), windows))
    }

    /// How long a key is published before it may sign: until every JWKS without it is forgotten, by any
    /// promise that may still be believed, whatever the settings are now.
    fn lead(&self, windows: &Windows) -> Lifetime {
        let promised = self.0.iter().map(|life| life.promised.max_age).max().unwrap_or_default();
        windows.jwks_max_age.max(promised).plus(windows.handover())
    }

    /// When this published key may sign, in a switch that is written now.
    fn earliest(&self, next: &Life, windows: &Windows, now: Timestamp) -> Timestamp {
        next.published_at.plus(self.lead(windows)).max(now.plus(windows.handover()))
    }

    fn publish(&self, activates_at: Timestamp, windows: &Windows) -> Step {
        let generation = self.newest().saturating_add(1);
        Step::Publish { generation, activates_at, promised: windows.promised() }
    }

    fn newest(&self) -> i64 {
        self.0.iter().map(|life| life.generation).max().unwrap_or(0)
    }

    fn promises(&self, windows: &Windows, now: Timestamp) -> Vec<Step> {
        let lacking = self.published(now).into_iter().filter_map(|life| {
            let promised = life.promised.and(windows.promised());
            let key = life.id.clone();
            (promised != life.promised).then_some(Step::Promise { key, promised })
        });
        lacking.collect()
    }

    /// A little after they left the JWKS, so that they have left it on every clock.
    fn erasures(&self, windows: &Windows, now: Timestamp) -> Vec<Step> {
        let over = self.0.iter().filter(|life| {
            let gone_at = match life.revoked_at {
                // It keeps its promises in mind for as long as it would have been published.
                Some(at) => Some(at.plus(life.promised.keep)),
                None => self.gone_at(life),
            };
            gone_at.is_some_and(|at| at.plus(windows.handover()) <= now)
        });
        over.map(|life| Step::Erase { key: life.id.clone() }).collect()
    }

    fn find(&self, key: &KeyId) -> Result<&Life, Untouchable> {
        self.0.iter().find(|life| life.id == *key).ok_or(Untouchable::Unknown)
    }
}

fn bring_forward(next: &Life, to: Timestamp) -> Option<Step> {
    let from = next.activates_at;
    (to < from).then(|| Step::Schedule { key: next.id.clone(), from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: Windows = Windows {
        rotation: Lifetime::days(90),
        publish_ahead: Lifetime::days(1),
        jwks_max_age: Lifetime::hours(1),
        keep_behind: Lifetime::days(8),
        clock_skew: Lifetime::seconds(10),
    };
    /// One hour, twice the clock error, and the time a word takes to get about.
    const LEAD: Lifetime = Lifetime::seconds(3_623);

    fn at(days: i64, seconds: i64) -> Timestamp {
        Timestamp::from_seconds(days * 86_400 + seconds)
    }

    fn id(number: i64) -> KeyId {
        KeyId::parse(&format!("key_{number:025}0")).unwrap()
    }

    fn life(generation: i64, published_at: Timestamp, activates_at: Timestamp) -> Life {
        let (id, promised) = (id(generation), WINDOWS.promised());
        Life {
            id,
            generation,
            published_at,
            activates_at,
            promised,
            announced_at: None,
            revoked_at: None,
        }
    }

    fn published(generation: i64, activates_at: Timestamp) -> Step {
        Step::Publish { generation, activates_at, promised: WINDOWS.promised() }
    }

    fn scheduled(number: i64, from: Timestamp, to: Timestamp) -> Step {
        Step::Schedule { key: id(number), from, to }
    }

    #[test]
    fn a_turn_is_planned_from_the_first_key_to_its_end() {
        assert_eq!(Succession::default().plan(&WINDOWS, at(0, 0)), [published(1, at(0, 0))]);

        let mut keys = Succession::new(vec![life(1, at(0, 0), at(0, 0))]);
        assert_eq!(keys.plan(&WINDOWS, at(88, 86_399)), []);
        assert_eq!(keys.plan(&WINDOWS, at(89, 0)), [published(2, at(90, 0))]);

        keys.0.push(life(2, at(89, 0), at(90, 0)));
        assert_eq!(keys.plan(&WINDOWS, at(89, 1)), []);
        assert_eq!(keys.signer(at(89, 86_399)).unwrap().generation, 1);
        assert_eq!(keys.signer(at(90, 0)).unwrap().generation, 2);
        assert_eq!(keys.state(&keys.0[0], at(98, 22)), State::Retiring);
        assert_eq!(keys.state(&keys.0[0], at(98, 23)), State::Gone);
        assert_eq!(keys.plan(&WINDOWS, at(98, 45)), []);
        assert_eq!(keys.plan(&WINDOWS, at(98, 46)), [Step::Erase { key: id(1) }]);
    }

    #[test]
    fn rotation_by_hand_promotes_only_what_was_published_long_enough() {
        let mut keys = Succession::new(vec![life(1, at(0, 0), at(0, 0))]);
        let now = at(10, 0);
        let rotation = keys.rotate(&WINDOWS, now);
        assert_eq!(rotation.signs_from, now.plus(LEAD));
        assert_eq!(rotation.steps, [published(2, now.plus(LEAD))]);

        keys.0.push(life(2, now, at(90, 0)));
        let early = keys.rotate(&WINDOWS, at(10, 600));
        assert_eq!(early.steps, [scheduled(2, at(90, 0), now.plus(LEAD))]);
        // Every node must know of the switch before its clock gets there.
        let late = keys.rotate(&WINDOWS, at(20, 0));
        assert_eq!(late.steps, [scheduled(2, at(90, 0), at(20, 23))]);
        assert_eq!(late.signs_from, at(20, 23));

        keys.0[1].activates_at = at(20, 23);
        let again = keys.rotate(&WINDOWS, at(20, 5));
        assert_eq!((again.steps, again.signs_from), (vec![], at(20, 23)));
    }

    #[test]
    fn a_revoked_key_hands_its_turn_to_the_next() {
        let mut keys =
            Succession::new(vec![life(1, at(0, 0), at(0, 0)), life(2, at(89, 0), at(90, 0))]);
        let revoked = |number, at| Step::Revoke { key: id(number), at };
        let revoke = |keys: &Succession, number, at| keys.revoke(&id(number), &WINDOWS, at);
        let now = at(89, 60);
        let inherited = vec![revoked(1, now), scheduled(2, at(90, 0), at(0, 0))];
        assert_eq!(revoke(&keys, 1, now), Ok(inherited));
        assert_eq!(revoke(&keys, 2, now), Ok(vec![revoked(2, now)]));
        // A key that has just retired may still sign where the clock is late.
        let just = at(90, 19);
        let inherited = vec![revoked(1, just), scheduled(2, at(90, 0), at(0, 0))];
        assert_eq!(revoke(&keys, 1, just), Ok(inherited));
        assert_eq!(revoke(&keys, 1, at(90, 20)), Ok(vec![revoked(1, at(90, 20))]));

        let then = at(91, 0);
        assert_eq!(revoke(&keys, 2, then), Ok(vec![revoked(2, then), published(3, at(90, 0))]));
        keys.0[1].revoked_at = Some(then);
        assert_eq!(revoke(&keys, 2, then), Err(Untouchable::Revoked));
        assert_eq!(revoke(&keys, 7, then), Err(Untouchable::Unknown));
        assert_eq!(keys.retire(&id(2), &WINDOWS, then), Err(Untouchable::Revoked));
        assert!(!keys.accepts(&id(2), then, WINDOWS.clock_skew));
    }

    #[test]
    fn only_the_signing_key_is_retired() {
        let keys =
            Succession::new(vec![life(1, at(0, 0), at(0, 0)), life(2, at(89, 0), at(90, 0))]);
        let now = at(89, 7_200);
        assert_eq!(keys.retire(&id(1), &WINDOWS, now), Ok(keys.rotate(&WINDOWS, now)));
        assert_eq!(keys.retire(&id(2), &WINDOWS, now), Err(Untouchable::NotActive));
    }

    #[test]
    fn a_promise_outlives_the_settings_it_was_made_by() {
        let keys = Succession::new(vec![life(1, at(0, 0), at(0, 0))]);
        let (now, soon) = (at(1, 0), Lifetime::seconds(2));
        let shorter = Windows { jwks_max_age: soon, keep_behind: soon, ..WINDOWS };
        assert_eq!(keys.rotate(&shorter, now).signs_from, now.plus(LEAD));

        let longer = Windows { keep_behind: Lifetime::days(9), ..WINDOWS };
        let promised = longer.promised();
        assert_eq!(keys.plan(&longer, now), [Step::Promise { key: id(1), promised }]);
    }

    #[test]
    fn a_shorter_turn_brings_the_switch_forward() {
        let keys =
            Succession::new(vec![life(1, at(0, 0), at(0, 0)), life(2, at(89, 0), at(90, 0))]);
        let shorter = Windows { rotation: Lifetime::days(30), ..WINDOWS };
        let step = scheduled(2, at(90, 0), at(89, 0).plus(LEAD));
        assert_eq!(keys.plan(&shorter, at(89, 5)), [step]);
        let longer = Windows { rotation: Lifetime::days(300), ..WINDOWS };
        assert_eq!(keys.plan(&longer, at(89, 5)), []);
    }

    #[test]
    fn a_clock_that_went_back_finds_a_key_that_signs() {
        let keys =
            Succession::new(vec![life(1, at(50, 0), at(50, 0)), life(2, at(89, 0), at(90, 0))]);
        assert_eq!(keys.signer(at(10, 0)).unwrap().generation, 1);
        assert_eq!(keys.plan(&WINDOWS, at(10, 0)), []);
        assert_eq!(keys.published(at(10, 0)).len(), 2);
    }
}
