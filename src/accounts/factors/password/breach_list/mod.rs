//! Passwords known from breaches, in a file that is asked without the network.
//!
//! ```text
//! bytes
//!  8     the mark, with the version of the form
//!  8     how many first bits of a SHA-1 choose its group: b
//!  8     how many entries there are: n
//!  4·2ᵇ  for each group, how many entries there are up to its end
//!  3·n   of each entry the 24 bits of its SHA-1 after the first b, sorted within the group
//! ```
//!
//! Numbers are little-endian, entries big-endian. A group has 16 to 32 entries on average, so that at most one in
//! 500 000 passwords that are not in the list is taken for one that is, and an entry costs 3.25 bytes. A question
//! reads a few hundred bytes. SHA-1 is what published lists come in; nothing here rests on its strength.

pub mod build;

use crate::kernel::failure::Failure;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

const MARK: &[u8; 8] = b"VSTPWL\x00\x01";
const HEAD: u64 = 24;
const GROUP_END_BYTES: u64 = 4;
const ENTRY_BYTES: u64 = 3;
const MOST_GROUP_BITS: u32 = 27;
/// Several times what chance would ever put into one group.
const MOST_IN_GROUP: u64 = 1024;

/// The list of common passwords that Django carries: docs/licences/common-passwords.md.
static BUILT_IN: &[u8] = include_bytes!("../common-passwords.filter");

#[derive(Debug)]
pub struct BreachList {
    source: Source,
    group_bits: u32,
    entries: u64,
}

#[derive(Debug)]
enum Source {
    BuiltIn(&'static [u8]),
    File(File),
}

/// The first 56 bits of a SHA-1, right-aligned: all that is ever looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Print(u64);

impl Print {
    fn of(password: &[u8]) -> Self {
        Self::from_sha1(digest(&SHA1_FOR_LEGACY_USE_ONLY, password).as_ref())
    }

    fn from_sha1(sha1: &[u8]) -> Self {
        Self(sha1.iter().take(7).fold(0, |print, byte| (print << 8) | u64::from(*byte)))
    }

    const fn group(self, bits: u32) -> u64 {
        self.0 >> (56 - bits)
    }

    const fn entry(self, bits: u32) -> [u8; 3] {
        let [_, _, _, _, _, a, b, c] = (self.0 >> (56 - bits - 24)).to_be_bytes();
        [a, b, c]
    }
}

impl BreachList {
    /// # Errors
    /// Only if the program was built with a broken one.
    pub fn built_in() -> Result<Self, Failure> {
        Self::read(Source::BuiltIn(BUILT_IN), BUILT_IN.len() as u64)
            .map_err(|e| Failure::broken("the built-in list of passwords").because(e))
    }

    /// # Errors
    /// If the file cannot be read, or is none that [`build`] wrote whole.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let open = || {
            let file = File::open(path)?;
            let bytes = file.metadata()?.len();
            Self::read(Source::File(file), bytes)
        };
        let name = path.display();
        open().map_err(|e| Failure::unavailable(format!("the list of passwords {name}")).because(e))
    }

    fn read(source: Source, bytes: u64) -> io::Result<Self> {
        let no_list = || broken("is no list of passwords");
        let mark: [u8; 8] = source.read_at(0).map_err(|_| no_list())?;
        let group_bits = source.read_at(8).map(u64::from_le_bytes).map_err(|_| no_list())?;
        let entries = source.read_at(16).map(u64::from_le_bytes).map_err(|_| no_list())?;
        let group_bits = u32::try_from(group_bits).ok().filter(|bits| *bits <= MOST_GROUP_BITS);
        let group_bits = group_bits.filter(|_| &mark == MARK).ok_or_else(no_list)?;
        let list = Self { source, group_bits, entries };
        let whole = entries.checked_mul(ENTRY_BYTES).and_then(|all| all.checked_add(list.start()));
        if whole != Some(bytes) {
            return Err(broken("is not whole"));
        }
        Ok(list)
    }

    /// How many passwords it knows.
    pub const fn len(&self) -> u64 {
        self.entries
    }

    pub const fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Whether exactly this is in it.
    ///
    /// # Errors
    /// If it cannot be read, or makes no sense.
    pub fn contains(&self, password: &str) -> Result<bool, Failure> {
        self.knows(Print::of(password.as_bytes()))
            .map_err(|e| Failure::unavailable("the list of passwords cannot be read").because(e))
    }

    fn knows(&self, print: Print) -> io::Result<bool> {
        let group = print.group(self.group_bits);
        let begin = match group.checked_sub(1) {
            Some(before) => self.end_of(before)?,
            None => 0,
        };
        let end = self.end_of(group)?;
        let count = end.checked_sub(begin).filter(|count| *count <= MOST_IN_GROUP);
        let (Some(count), true) = (count, end <= self.entries) else {
            return Err(broken("makes no sense"));
        };
        let mut entries = vec![[0; 3]; usize::try_from(count).unwrap_or_default()];
        self.source.fill(entries.as_flattened_mut(), self.start() + begin * ENTRY_BYTES)?;
        Ok(entries.binary_search(&print.entry(self.group_bits)).is_ok())
    }

    fn end_of(&self, group: u64) -> io::Result<u64> {
        let end = u32::from_le_bytes(self.source.read_at(HEAD + group * GROUP_END_BYTES)?);
        Ok(end.into())
    }

    /// Where the entries begin.
    const fn start(&self) -> u64 {
        HEAD + (GROUP_END_BYTES << self.group_bits)
    }
}

impl Source {
    fn read_at<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, at)?;
        Ok(bytes)
    }

    fn fill(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_exact_at(bytes, at),
            Self::BuiltIn(whole) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                let found = whole.get(at..).and_then(|rest| rest.get(..bytes.len()));
                bytes.copy_from_slice(found.ok_or_else(|| broken("is not whole"))?);
                Ok(())
            }
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::key;
    use std::fs;

    #[test]
    fn the_built_in_list_knows_common_passwords_and_is_small() {
        let list = BreachList::built_in().unwrap();
        for common in ["123456", "password", "qwerty", "letmein", "trustno1", "iloveyou"] {
            assert!(list.contains(common).unwrap(), "{common}");
        }
        for other in ["", "Password", "walk through the hall", "password "] {
            assert!(!list.contains(other).unwrap(), "{other}");
        }
        assert!(BUILT_IN.len() <= 100_000, "{}", BUILT_IN.len());
        let words = key("password.breach_list").unwrap().words();
        assert!(words.contains(&list.len().to_string()), "{words}");
    }

    // The promise is one in 500 000; the built-in list does better.
    #[test]
    fn hardly_any_other_password_is_taken_for_a_known_one() {
        let list = BreachList::built_in().unwrap();
        let wrong =
            (0..100_000).filter(|n| list.contains(&format!("unheard {n}")).unwrap()).count();
        assert!(wrong <= 2, "{wrong}");
    }

    #[test]
    fn a_file_that_is_no_list_or_not_whole_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |bytes: &[u8]| {
            let path = folder.path().join("list");
            fs::write(&path, bytes).unwrap();
            BreachList::open(&path).unwrap_err().to_string()
        };
        assert!(refused(b"123456\npassword\n").ends_with("is no list of passwords"));
        assert!(refused(&BUILT_IN[..BUILT_IN.len() - 1]).ends_with("is not whole"));
        assert!(refused(&BUILT_IN[..40]).ends_with("is not whole"));
        let mut wide = BUILT_IN.to_vec();
        wide[8..16].copy_from_slice(&60_u64.to_le_bytes());
        assert!(refused(&wide).ends_with("is no list of passwords"));
        assert!(BreachList::open(&folder.path().join("absent")).is_err());
    }

    #[test]
    fn groups_that_make_no_sense_are_a_failure_and_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let mut bytes = BUILT_IN.to_vec();
        bytes[24..4000].fill(0xff);
        fs::write(&path, bytes).unwrap();
        let list = BreachList::open(&path).unwrap();
        assert!((0..1000).any(|n| list.contains(&n.to_string()).is_err()));
    }
}
