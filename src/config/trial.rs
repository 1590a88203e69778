//! For the tests of this folder: a host with files, variables and flags.

use super::{Loaded, Sources, load};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(super) struct Host {
    folder: TempDir,
    pub(super) sources: Sources,
}

/// With one configuration file, line 1 of which is the first of `file`.
pub(super) fn host(file: &str) -> Host {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vestibule.toml");
    let conf_d = Some(folder.path().join("conf.d"));
    let sources = Sources { files: vec![path], conf_d, ..Sources::default() };
    Host { folder, sources }.with_file("vestibule.toml", file, 0o600)
}

impl Host {
    /// `DIR` stands for the folder of the host, in files, variables and flags.
    fn placed(&self, text: &str) -> String {
        text.replace("DIR", &self.folder.path().display().to_string())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn with_variable(mut self, name: &str, text: &str) -> Self {
        let text = self.placed(text);
        self.sources.environment.insert(name.into(), text);
        self
    }

    pub(super) fn with_flag(mut self, name: &str, text: &str) -> Self {
        let text = self.placed(text);
        self.sources.flags.push((name.into(), text));
        self
    }

    pub(super) fn with_file(self, name: &str, text: &str, mode: u32) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(&path, self.placed(text)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    pub(super) fn loaded(&self) -> Loaded {
        load(&self.sources).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// As they are shown, with the folder of the host written as `/etc/vestibule`.
    pub(super) fn problems(&self) -> String {
        let Err(problems) = load(&self.sources) else { panic!("nothing was wrong") };
        let folder = self.folder.path().display().to_string();
        problems.to_string().replace(&folder, "/etc/vestibule")
    }

    pub(super) fn sentences(&self) -> Vec<String> {
        let Err(problems) = load(&self.sources) else { return Vec::new() };
        let folder = self.folder.path().display().to_string();
        let sentences = problems.0.into_iter().map(|problem| problem.sentence);
        sentences.map(|sentence| sentence.replace(&folder, "/etc/vestibule")).collect()
    }
}
