//! Where settings come from.

use super::excerpt::Excerpt;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Everything that `load` may read. Later ones prevail: files, `conf_d`, environment, flags.
#[derive(Clone, Default)]
pub struct Sources {
    pub files: Vec<PathBuf>,
    /// A folder whose `*.toml` files are read in the order of their names, if it exists.
    pub conf_d: Option<PathBuf>,
    pub environment: BTreeMap<String, String>,
    /// Full names of keys, and texts.
    pub flags: Vec<(String, String)>,
    /// For development: secrets may be in files that everybody can read.
    pub lenient_files: bool,
}

/// Tried in this order when neither a flag nor the environment names a file.
const USUAL: [&str; 2] = ["/etc/vestibule/vestibule.toml", "vestibule.toml"];

impl Sources {
    /// Of this process: its environment, and the files that `--config` names or that are usual.
    pub fn from_process(config: &[PathBuf], flags: Vec<(String, String)>) -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        // `vars` would panic at a name or value that is not UTF-8.
        let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        let usual = USUAL.map(PathBuf::from);
        Self::gathered(config, environment.collect(), flags, &usual)
    }

    fn gathered(
        config: &[PathBuf],
        environment: BTreeMap<String, String>,
        flags: Vec<(String, String)>,
        usual: &[PathBuf],
    ) -> Self {
        let named = environment.get("VESTIBULE_CONFIG").filter(|path| !path.is_empty());
        let files = match (config, named) {
            ([], Some(path)) => vec![PathBuf::from(path)],
            ([], None) => usual.iter().find(|path| path.exists()).cloned().into_iter().collect(),
            (given, _) => given.to_vec(),
        };
        let conf_d = files.first().map(|file| beside(file, "conf.d"));
        Self { files, conf_d, environment, flags, lenient_files: false }
    }
}

fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

/// Where one value comes from. What must not be shown is already hidden in it.
#[derive(Clone, Debug, Default)]
pub enum Source {
    #[default]
    Default,
    File(Box<Excerpt>),
    Environment {
        name: String,
        shown: String,
    },
    Flag {
        name: String,
        shown: String,
    },
    /// The content of a file, and who named the file.
    Content {
        path: PathBuf,
        named_by: Box<Source>,
    },
}

impl Source {
    /// For `config show`: a place to look at.
    pub fn place(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::File(excerpt) => format!("{}:{}", excerpt.path.display(), excerpt.line),
            Self::Environment { name, .. } => name.clone(),
            Self::Flag { name, .. } => format!("command line, {name}"),
            Self::Content { path, named_by } => {
                format!("{}, named by {}", path.display(), named_by.place())
            }
        }
    }
}

/// As a problem names it; a file is shown with its lines.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => Ok(()),
            Self::File(excerpt) => excerpt.fmt(f),
            Self::Environment { name, shown } => {
                writeln!(f, "    from environment variable {name} = {shown}")
            }
            Self::Flag { name, shown } => {
                writeln!(f, "    from the command line: {name} = {shown}")
            }
            Self::Content { path, named_by } => {
                writeln!(f, "    from the file {} (value hidden)", path.display())?;
                named_by.fmt(f)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_names_files_before_the_environment_and_that_before_the_usual_places() {
        let folder = tempfile::tempdir().unwrap();
        let (absent, usual) = (folder.path().join("absent.toml"), folder.path().join("usual.toml"));
        std::fs::write(&usual, "").unwrap();
        let usual_places = [absent, usual.clone()];
        let files = |config: &[&str], named: &[(&str, &str)]| {
            let named = named.iter().map(|(name, path)| ((*name).into(), (*path).into()));
            let config: Vec<PathBuf> = config.iter().map(PathBuf::from).collect();
            let found = Sources::gathered(&config, named.collect(), Vec::new(), &usual_places);
            (found.files, found.conf_d)
        };
        let in_environment = [("VESTIBULE_CONFIG", "/srv/e.toml")];
        assert_eq!(
            files(&["/srv/a.toml", "/b.toml"], &in_environment),
            (vec!["/srv/a.toml".into(), "/b.toml".into()], Some("/srv/conf.d".into()))
        );
        assert_eq!(
            files(&[], &in_environment),
            (vec!["/srv/e.toml".into()], Some("/srv/conf.d".into()))
        );
        assert_eq!(files(&[], &[]), (vec![usual], Some(folder.path().join("conf.d"))));
    }
}
