//! Walking a chain link by link: what is computed must be what is stored, up to the first that is bad.

use super::chain::{Claims, Head, Stored, Walked, detail_digest};
use super::verdict::{Broken, Flaw, Place, Verdict};
use crate::kernel::ids::TenantId;
use crate::kernel::secret::Hash;
use std::collections::BTreeMap;

/// What a checkpoint expects at its sequence.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    Confirms(Claims),
    Forged,
}

/// A walk under way.
pub struct Walk {
    verdict: Verdict,
    anchors: BTreeMap<i64, Vec<Anchor>>,
    /// The last place that a checkpoint confirms.
    confirmed: (i64, Option<Place>),
}

impl Walk {
    /// Go on from a head that is known to be good.
    pub fn from(tenant: TenantId, head: Head) -> Self {
        let verdict = Verdict {
            tenant,
            records: 0,
            head,
            last_good: None,
            broken: None,
            waiting: 0,
            unlinked: 0,
            first_unlinked: None,
            erased: 0,
            checkpoints: 0,
            last_checkpoint: None,
        };
        Self { verdict, anchors: BTreeMap::new(), confirmed: (head.sequence, None) }
    }

    pub const fn head(&self) -> Head {
        self.verdict.head
    }

    pub const fn is_broken(&self) -> bool {
        self.verdict.broken.is_some()
    }

    /// Hold the chain against what a checkpoint states.
    pub fn hold_against(&mut self, claims: Claims) {
        let ours = claims.tenant == self.verdict.tenant;
        let anchor = if ours { Anchor::Confirms(claims) } else { Anchor::Forged };
        self.anchors.entry(claims.sequence).or_default().push(anchor);
    }

    pub fn hold_against_forged(&mut self, sequence: i64) {
        self.anchors.entry(sequence).or_default().push(Anchor::Forged);
    }

    /// One link further, unless it is bad.
    pub fn step(&mut self, link: &Walked) {
        let mut taken = self.check(link).and_then(|(head, place)| {
            self.verdict.head = head;
            self.verdict.records += 1;
            self.verdict.erased += i64::from(is_erased(link));
            self.verdict.last_good = Some(place);
            self.compare(head)
        });
        if let Err(broken) = &mut taken
            && broken.sequence == Some(link.sequence)
        {
            broken.at = link.record.as_ref().map(|record| record.at);
            broken.event_id = Some(lossy(&link.event_id));
        }
        self.verdict.broken = taken.err();
    }

    pub fn steps(&mut self, links: &[Walked]) {
        for link in links {
            if self.is_broken() {
                return;
            }
            self.step(link);
        }
    }

    /// Nothing comes after the last step: has anybody seen more?
    pub fn end(&mut self) {
        let head = self.verdict.head.sequence;
        let left = self.anchors.iter().flat_map(|(at, anchors)| anchors.iter().map(|a| (*at, *a)));
        let seen = left.clone().filter(|(_, a)| matches!(a, Anchor::Confirms(_))).map(|(at, _)| at);
        let broken = match (seen.max().filter(|seen| *seen > head), left.map(|(at, _)| at).min()) {
            (Some(seen), _) => Some(at_sequence(head.saturating_add(1), Flaw::TailCut { seen })),
            (None, Some(forged)) => Some(at_sequence(forged, Flaw::CheckpointForged)),
            (None, None) => None,
        };
        self.fail(broken);
    }

    /// The last line of an export: it must confirm just where the walk stands.
    pub fn conclude(&mut self, claims: Claims) {
        if claims.sequence < self.verdict.head.sequence {
            return self.fail_forged(claims.sequence);
        }
        let head = self.verdict.head;
        self.hold_against(claims);
        let compared = self.compare(head);
        self.fail(compared.err());
    }

    pub fn fail_forged(&mut self, sequence: i64) {
        self.fail(Some(at_sequence(sequence, Flaw::CheckpointForged)));
    }

    pub fn fail_astray(&mut self, event_id: String) {
        let event_id = Some(event_id);
        self.fail(Some(Broken { sequence: None, event_id, at: None, flaw: Flaw::DetailAstray }));
    }

    pub fn fail_unreadable(&mut self) {
        let next = self.verdict.head.sequence.saturating_add(1);
        self.fail(Some(at_sequence(next, Flaw::Unreadable)));
    }

    /// The first that is bad is the one that is named.
    fn fail(&mut self, broken: Option<Broken>) {
        if self.verdict.broken.is_none() {
            self.verdict.broken = broken;
        }
    }

    pub const fn verdict(&mut self) -> &mut Verdict {
        &mut self.verdict
    }

    pub fn into_verdict(self) -> Verdict {
        self.verdict
    }

    fn check(&self, link: &Walked) -> Result<(Head, Place), Broken> {
        let expected = self.verdict.head.sequence.saturating_add(1);
        if link.sequence != expected {
            return Err(at_sequence(expected, Flaw::Gap));
        }
        let bad = |flaw| at_sequence(expected, flaw);
        let record = link.record.as_ref().ok_or_else(|| bad(Flaw::RecordMissing))?;
        let head = self.verdict.head.then(self.verdict.tenant, record, link.linked_at);
        if link.hash != head.hash.bytes() || link.event_id != record.id {
            let stored = Hash::from_bytes(&link.hash).map_or("nothing".into(), |hash| hash.hex());
            return Err(bad(Flaw::Altered { stored, computed: head.hash.hex() }));
        }
        if !detail_fits(record, link) {
            return Err(bad(Flaw::DetailAltered));
        }
        Ok((head, Place { sequence: expected, event_id: lossy(&record.id), at: record.at }))
    }

    /// The checkpoints up to here; those that were reached are done with.
    fn compare(&mut self, head: Head) -> Result<(), Broken> {
        let later = self.anchors.split_off(&head.sequence.saturating_add(1));
        let here = std::mem::replace(&mut self.anchors, later);
        for (sequence, anchor) in
            here.into_iter().flat_map(|(at, a)| a.into_iter().map(move |a| (at, a)))
        {
            let Anchor::Confirms(claims) = anchor else {
                return Err(at_sequence(sequence, Flaw::CheckpointForged));
            };
            if claims.sequence != head.sequence || claims.hash != head.hash {
                return Err(self.rewritten(head.sequence));
            }
            self.verdict.checkpoints += 1;
            self.verdict.last_checkpoint = Some(claims);
            self.confirmed = (head.sequence, self.verdict.last_good.clone());
        }
        Ok(())
    }

    fn rewritten(&mut self, sequence: i64) -> Broken {
        let (after, place) = self.confirmed.clone();
        self.verdict.last_good = place;
        at_sequence(sequence, Flaw::Rewritten { after })
    }
}

fn is_erased(link: &Walked) -> bool {
    link.detail.is_none() && link.record.as_ref().is_some_and(|r| r.detail_digest.is_some())
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn detail_fits(record: &Stored, link: &Walked) -> bool {
    match (&record.detail_digest, &link.detail) {
        (_, None) => true, // erased, or never there
        (None, Some(_)) => false,
        (Some(digest), Some(detail)) => {
            detail_digest(&detail.subject, &detail.sealed).hex().as_bytes() == digest
        }
    }
}

fn at_sequence(sequence: i64, flaw: Flaw) -> Broken {
    Broken { sequence: Some(sequence), event_id: None, at: None, flaw }
}
