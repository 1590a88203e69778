//! A picture on its way: when it is asked for, what is kept of it, and where it is found here.

use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};

/// A picture of ours, and whose address it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub uri: String,
    pub digest: Hash,
}

/// Below the tenant. The digest names the content, so what is there never changes.
pub fn path(client: &ClientId, digest: &Hash) -> String {
    format!("/logo/{client}/{}.png", digest.hex())
}

/// Whose picture stands at that path.
pub fn named(client: &str, file: &str) -> Option<(ClientId, Hash)> {
    let digest = Hash::from_hex(file.strip_suffix(".png")?)?;
    ClientId::parse(client).zip(Some(digest))
}

/// An address that is about to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub client: ClientId,
    pub uri: String,
    /// With this one. It tells this try from a later one of another node.
    pub tries: i64,
    /// When it is asked again, should this come to nothing.
    pub again_at: Option<Timestamp>,
}

/// What became of the picture of a client, for whoever looks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub uri: String,
    pub tries: i64,
    pub due_at: Option<Timestamp>,
    pub trouble: Option<String>,
    pub digest: Option<Hash>,
}

/// After so many tries it is asked again: in a minute, ten minutes, an hour; then no more.
pub fn again_at(tries: i64, now: Timestamp) -> Option<Timestamp> {
    let pause = match tries {
        1 => Lifetime::minutes(1),
        2 => Lifetime::minutes(10),
        3 => Lifetime::hours(1),
        _ => return None,
    };
    Some(now.plus(pause))
}

/// Pictures of the tenant at hand.
pub trait Logos {
    async fn ask_for_logo(&mut self, client: &ClientId, uri: &str) -> Result<(), Failure>;

    /// And what was to be asked.
    async fn forget_logo(&mut self, client: &ClientId) -> Result<(), Failure>;

    /// Of all tenants: whose, and how often they were tried.
    async fn due_logos(&mut self, most: i64) -> Result<Vec<(String, String, i64)>, Failure>;

    /// Whoever takes it tries it. `None` for who was slower.
    async fn take_logo(&mut self, client: &ClientId, tries: i64) -> Result<Option<Asked>, Failure>;

    /// False when another address was registered meanwhile, or another has taken it.
    async fn keep_logo(&mut self, asked: &Asked, png: &[u8]) -> Result<bool, Failure>;

    async fn note_trouble(
        &mut self,
        asked: &Asked,
        trouble: &str,
        due_at: Option<Timestamp>,
    ) -> Result<(), Failure>;

    async fn logo_png(
        &mut self,
        client: &ClientId,
        digest: &Hash,
    ) -> Result<Option<Vec<u8>>, Failure>;

    async fn logo_progress(&mut self, client: &ClientId) -> Result<Option<Progress>, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-043
    #[test]
    fn an_address_that_fails_is_asked_four_times() {
        let (mut now, mut tries) = (Timestamp::default(), 1);
        while let Some(again) = again_at(tries, now) {
            assert!(again > now);
            (now, tries) = (again, tries + 1);
        }
        assert_eq!((tries, now.seconds()), (4, 60 + 600 + 3600));
    }

    #[test]
    fn a_path_names_its_picture() {
        let (client, digest) =
            (ClientId::parse(&format!("cli_{}", "0".repeat(26))).unwrap(), Hash::of(b"x"));
        let path = path(&client, &digest);
        let (_, rest) = path.split_once("/logo/").unwrap();
        let (whose, file) = rest.split_once('/').unwrap();
        assert_eq!(named(whose, file), Some((client, digest)));
        for (whose, file) in [(whose, "x.png"), (whose, &file[1..]), ("x", file), (whose, "")] {
            assert_eq!(named(whose, file), None, "{whose} {file}");
        }
    }
}
