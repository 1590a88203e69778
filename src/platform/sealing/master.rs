//! The master key: made on the first start, or given; and proven to be the one a database was sealed with.

use super::cipher::Cipher;
use super::store;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Chance;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::{At, Database};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// 256 bits that open everything else. It is never in a backup of the database.
pub struct MasterKey {
    cipher: Cipher,
    id: String,
}

/// Where a master key comes from.
pub enum Origin {
    /// Given by the environment, a secret file or the configuration.
    Given(Secret),
    /// `master.key` in this folder, made there when the database is new.
    Folder(PathBuf),
}

const FILE: &str = "master.key";
const DRAFT: &str = "master.key.new";

impl MasterKey {
    /// Reads 32 bytes in base64, base64url or hex.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let readings = [
            BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()),
            BASE64.decode(text.as_bytes()),
            HEXLOWER_PERMISSIVE.decode(text.as_bytes()),
        ];
        let bytes = readings.into_iter().flatten().find(|bytes| bytes.len() == 32)?;
        Self::of(&bytes)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let id = Hash::of_parts([&b"master key id"[..], bytes]).hex();
        let id = format!("mk_{}", id.get(..16)?);
        Some(Self { cipher: Cipher::new(bytes).ok()?, id })
    }

    /// A name that may be shown: it tells which key this is and nothing else about it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) const fn cipher(&self) -> &Cipher {
        &self.cipher
    }

    /// The key for this database, before anything is migrated or written. `sealed_by` is what
    /// [`Self::of_database`] answered.
    ///
    /// # Errors
    /// With a sentence that says which key is wanted, when it is missing or another one.
    pub fn obtain(
        origin: &Origin,
        sealed_by: Option<&str>,
        chance: &dyn Chance,
    ) -> Result<Self, Failure> {
        let key = match origin {
            Origin::Given(secret) => Self::parse(secret.reveal()).ok_or_else(|| {
                Failure::broken("encryption.master_key is not 32 bytes in base64 or hex; `vestibule init` writes one")
            })?,
            Origin::Folder(folder) => match (read(&folder.join(FILE))?, sealed_by) {
                (Some(key), _) => {
                    forget_draft(folder);
                    key
                }
                (None, Some(wanted)) => return Err(missing(folder, wanted)),
                (None, None) => make(folder, chance)?,
            },
        };
        match sealed_by {
            Some(wanted) if wanted != key.id => Err(Failure::broken(format!(
                "this is not the master key of this database: it was sealed with {wanted}, the key here is {}; \
                 give the right key with encryption.master_key_file. Nothing was changed",
                key.id
            ))),
            _ => Ok(key),
        }
    }

    /// The id of the key that a database was sealed with; `None` for a new one.
    pub async fn of_database(database: &Database, at: At) -> Result<Option<String>, Failure> {
        database.read(at, async |work| store::master(work).await).await
    }

    /// Note in a new database which key it is sealed with; two nodes that begin at once must agree.
    pub async fn claim(&self, database: &Database, at: At) -> Result<(), Failure> {
        let noted: Done<Option<String>> = database
            .write(at, async |work| {
                store::keep_master(work, &self.id).await?;
                Ok(store::master(work).await?)
            })
            .await;
        match unrefused(noted)? {
            Some(id) if id == self.id => Ok(()),
            _ => Err(Failure::broken(
                "another node sealed this database with another master key at the same time; \
                 give all nodes the same encryption.master_key_file",
            )),
        }
    }
}

fn missing(folder: &Path, wanted: &str) -> Failure {
    Failure::broken(format!(
        "the master key is missing: this database was sealed with {wanted}, and {} is not there; \
         put the key back from its backup, or name it with encryption.master_key_file. Nothing was changed",
        folder.join(FILE).display()
    ))
}

fn read(path: &Path) -> Result<Option<MasterKey>, Failure> {
    let unreadable = |e: std::io::Error| {
        Failure::broken(format!("cannot read the master key {}", path.display())).because(e)
    };
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(unreadable)?,
    };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Failure::broken(format!(
            "the master key {} can be read by others (mode {:o}); run: chmod 600 {}",
            path.display(),
            mode & 0o777,
            path.display()
        )));
    }
    let wrong = || Failure::broken(format!("{} does not hold a master key", path.display()));
    MasterKey::parse(&text).map(Some).ok_or_else(wrong)
}

/// Of several nodes that start at once on one folder, the first makes the key and the others read it.
fn make(folder: &Path, chance: &dyn Chance) -> Result<MasterKey, Failure> {
    let unwritten = |e: std::io::Error| {
        Failure::broken(format!("cannot write the master key to {}", folder.display())).because(e)
    };
    fs::create_dir_all(folder).map_err(unwritten)?;
    let locked = fs::File::open(folder).map_err(unwritten)?;
    locked.lock().map_err(unwritten)?;
    if let Some(key) = read(&folder.join(FILE))? {
        return Ok(key);
    }
    let mut bytes = [0; 32];
    chance.fill(&mut bytes);
    write(folder, &bytes).and_then(|()| locked.sync_all()).map_err(unwritten)?;
    MasterKey::of(&bytes).ok_or_else(|| Failure::broken("could not make a master key"))
}

/// Whole under another name and then moved, so that a crash leaves a whole key or none.
fn write(folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let (draft, path) = (folder.join(DRAFT), folder.join(FILE));
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", BASE64URL_NOPAD.encode(bytes))?;
    file.sync_all()?;
    fs::hard_link(&draft, &path)?; // never over a key that is there
    forget_draft(folder);
    Ok(())
}

/// A second name of the key, left by a crash between the two last steps of making it.
fn forget_draft(folder: &Path) {
    let draft = folder.join(DRAFT);
    if !draft.exists() {
        return;
    }
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, "{} holds the master key as well; remove it", draft.display());
        }
        _ => {} // gone, perhaps through another node that starts at the same time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Chance for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn obtain(folder: &Path, sealed_by: Option<&str>) -> Result<String, String> {
        let origin = Origin::Folder(folder.into());
        let key = MasterKey::obtain(&origin, sealed_by, &Sevens);
        key.map(|key| key.id).map_err(|failure| failure.to_string())
    }

    // KEY-02
    #[test]
    fn a_master_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let made = obtain(folder.path(), None).unwrap();
        let bits = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(bits & 0o777, 0o600);
        assert_eq!(obtain(folder.path(), Some(&made)).unwrap(), made);
    }

    /// Each node draws another key.
    struct Node(u8);
    impl Chance for Node {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    // KEY-02, INV-38
    #[test]
    fn nodes_that_start_at_once_on_one_folder_agree_on_the_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let origin = Origin::Folder(folder.path().join("keys"));
            let start = std::sync::Barrier::new(8);
            let obtain = &|number| {
                start.wait();
                MasterKey::obtain(&origin, None, &Node(number)).unwrap().id
            };
            let ids: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
                let begin = |number| scope.spawn(move || obtain(number));
                let nodes = [1, 2, 3, 4, 5, 6, 7, 8].map(begin);
                nodes.into_iter().map(|node| node.join().unwrap()).collect()
            });
            assert_eq!(ids.len(), 1, "{ids:?}");
        }
    }

    // KEY-02
    #[test]
    fn a_missing_or_foreign_master_key_is_refused_and_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        assert!(obtain(folder.path(), Some("mk_x")).unwrap_err().contains("sealed with mk_x"));
        assert!(!folder.path().join(FILE).exists());
        obtain(folder.path(), None).unwrap();
        assert!(obtain(folder.path(), Some("mk_x")).unwrap_err().contains("Nothing was changed"));
    }

    #[test]
    fn a_master_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        obtain(folder.path(), None).unwrap();
        let path = folder.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(obtain(folder.path(), None).unwrap_err().contains("chmod 600"));
    }

    #[test]
    fn a_master_key_is_read_in_base64_and_hex() {
        let bytes = [0xfb; 32];
        let ids: Vec<_> = [
            BASE64.encode(&bytes),
            BASE64URL_NOPAD.encode(&bytes),
            HEXLOWER_PERMISSIVE.encode(&bytes),
        ]
        .iter()
        .map(|text| MasterKey::parse(text).unwrap().id)
        .collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
        assert!(MasterKey::parse("short").is_none());
    }
}
