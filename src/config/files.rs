//! Files that settings name: whether they can be read, and by nobody else.

use std::fs::{self, File, Metadata};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What is wrong with a file, and what to do about it.
pub(super) struct Unfit {
    pub(super) sentence: String,
    pub(super) fix: String,
}

/// Who may read a file with a secret.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Privacy {
    #[default]
    Demanded,
    /// For development.
    Waived,
}

/// The secret in a file; a line break at its end does not count.
pub(super) fn secret(path: &Path, privacy: Privacy) -> Result<String, Unfit> {
    private(path, privacy)?;
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Unfit {
            sentence: format!("{} is empty", path.display()),
            fix: "write the secret into it".to_owned(),
        });
    }
    Ok(text.to_owned())
}

pub(super) fn private(path: &Path, privacy: Privacy) -> Result<(), Unfit> {
    let about = readable(path)?;
    let is_public = about.permissions().mode() & 0o006 != 0;
    if !is_public || privacy == Privacy::Waived {
        return Ok(());
    }
    Err(Unfit {
        sentence: format!("{} can be read or written by everybody", path.display()),
        fix: format!("chmod o-rw {}", path.display()),
    })
}

pub(super) fn readable(path: &Path) -> Result<Metadata, Unfit> {
    let about = File::open(path).and_then(|file| file.metadata());
    let about = about.map_err(|error| unreadable(path, &error))?;
    if about.is_dir() {
        return Err(Unfit {
            sentence: format!("{} is a folder", path.display()),
            fix: "name a file".to_owned(),
        });
    }
    Ok(about)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Unfit {
    Unfit {
        sentence: format!("{} cannot be read: {error}", path.display()),
        fix: "check the path, and that the user of the server may read it".to_owned(),
    }
}

/// Where systemd has put a credential, or why it cannot be said.
pub(super) fn credential(folder: Option<&String>, name: &str) -> Result<PathBuf, Unfit> {
    let plain = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    match folder {
        Some(folder) if plain => Ok(Path::new(folder).join(name)),
        Some(_) => Err(Unfit {
            sentence: "names a credential, whose name must be that of a file".to_owned(),
            fix: "credential:name, as in LoadCredential=name:path".to_owned(),
        }),
        None => Err(Unfit {
            sentence: "names a credential, but CREDENTIALS_DIRECTORY is not set".to_owned(),
            fix: "start the server from a systemd unit with LoadCredential=".to_owned(),
        }),
    }
}
