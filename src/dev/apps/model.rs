//! What the demo applications remember: who is signed in, what was said on the way, and how far the tour has got.

use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Confidential; it proves itself by a signed assertion.
    Photos,
    /// Public; it has nothing but PKCE.
    Notes,
}

impl Which {
    pub const ALL: [Self; 2] = [Self::Photos, Self::Notes];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Photos => "Photos",
            Self::Notes => "Notes",
        }
    }

    /// Browsers share the cookies of `localhost` over all its ports, so each has a name of its own.
    pub const fn cookie(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Notes => "notes",
        }
    }
}

/// One message of a sign-in, told in words.
#[derive(Clone, Debug)]
pub struct Hop {
    pub title: String,
    pub between: &'static str,
    /// One sentence.
    pub sentence: String,
    /// As it was on the wire, secrets masked; empty where the application saw none.
    pub message: String,
    pub curl: Option<String>,
    pub took: Option<Duration>,
}

impl Hop {
    /// As a person reads it.
    pub fn length(&self) -> String {
        match self.took.map(|took| took.as_micros()) {
            None => String::new(),
            Some(micros) if micros < 1_000_000 => {
                format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
            }
            Some(micros) => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
        }
    }
}

/// A sign-in that waits for its answer. The three are never shown, not even to their own browser.
#[derive(Clone)]
pub struct Waiting {
    pub state: Secret,
    pub nonce: Secret,
    pub verifier: Secret,
    pub hops: Vec<Hop>,
    pub begun_at: Timestamp,
}

/// Who the application believes is there.
#[derive(Clone, Debug)]
pub struct Known {
    pub name: String,
    pub email: Option<String>,
    pub subject: String,
    /// The session at the server (`sid`).
    pub session: Option<String>,
    /// What it shows there to sign out.
    pub id_token: Secret,
    pub scopes: String,
    /// What was said until then.
    pub hops: Vec<Hop>,
}

/// How a session ended that was not ended here alone.
#[derive(Clone, Debug)]
pub enum Over {
    /// This browser went to the server and came back.
    Everywhere,
    /// The server said so.
    Told(Hop),
}

/// One browser, as one application knows it.
#[derive(Clone, Default)]
pub struct Session {
    pub waiting: Option<Waiting>,
    pub known: Option<Known>,
    /// It is at the server to sign out, and brings this back.
    pub leaving: Option<Secret>,
    pub over: Option<Over>,
    /// Why the last sign-in came to nothing.
    pub trouble: Option<String>,
}

/// The browsers of one application. The oldest is forgotten when there are too many.
#[derive(Default)]
pub struct Sessions(VecDeque<(Secret, Session)>);

const MOST: usize = 100;

impl Sessions {
    pub fn get(&self, cookie: &Secret) -> Option<&Session> {
        self.0.iter().find(|(known, _)| known == cookie).map(|(_, session)| session)
    }

    pub fn get_mut(&mut self, cookie: &Secret) -> Option<&mut Session> {
        self.0.iter_mut().find(|(known, _)| known == cookie).map(|(_, session)| session)
    }

    pub fn add(&mut self, cookie: Secret, session: Session) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((cookie, session));
    }

    /// Ends those who are known and meant; answers how many.
    pub fn end(&mut self, is_meant: impl Fn(&Known) -> bool, over: &Over) -> usize {
        let meant = self.0.iter_mut().map(|(_, session)| session);
        let meant = meant.filter(|session| session.known.as_ref().is_some_and(&is_meant));
        let ended = meant.map(|session| {
            *session = Session { over: Some(over.clone()), ..Session::default() };
        });
        ended.count()
    }

    pub fn forget(&mut self, cookie: &Secret) {
        self.0.retain(|(known, _)| known != cookie);
    }
}

/// Which steps of the tour have happened, in this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each step happens by itself, in any order")]
pub struct Tour {
    pub asked_to_sign_in: bool,
    pub signed_in_at_photos: bool,
    pub looked_at_the_trace: bool,
    pub signed_in_at_notes: bool,
    pub told_at_photos: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_by_its_cookie_until_it_is_forgotten() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST {
            sessions.add(Secret::new(format!("cookie-{number}")), Session::default());
        }
        assert!(sessions.get(&Secret::new("cookie-0")).is_none(), "the oldest made room");
        let kept = Secret::new("cookie-1");
        assert!(sessions.get(&kept).is_some());
        sessions.forget(&kept);
        assert!(sessions.get(&kept).is_none());
    }

    #[test]
    fn a_length_of_time_is_read_by_people() {
        let length = |micros| {
            let took = Some(Duration::from_micros(micros));
            let (title, between, sentence) = (String::new(), "", String::new());
            Hop { title, between, sentence, message: String::new(), curl: None, took }.length()
        };
        assert_eq!(
            [length(400), length(31_250), length(9_150_000)],
            ["0.4 ms", "31.2 ms", "9.1 s"]
        );
    }
}
