//! `vestibule password breach-list build`.

use super::exit::{Exit, Trouble};
use super::output::Output;
use crate::accounts::factors::password::breach_list::build::build;
use clap::Subcommand;
use serde_json::json;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Command {
    /// The list of passwords known from breaches
    #[command(subcommand)]
    BreachList(BreachList),
}

#[derive(Subcommand)]
pub enum BreachList {
    /// Make a list for password.breach_list
    ///
    /// The file has one password a line, or its SHA-1 in hex as published lists have it. One that is sorted by
    /// SHA-1 needs no memory to speak of; any other needs 8 bytes for each line.
    Build {
        file: PathBuf,
        /// Where to write the list; by default beside the file, with `.filter` at its end
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl Command {
    pub fn run(self, output: Output) -> Result<(), Trouble> {
        let Self::BreachList(BreachList::Build { file, output: to }) = self;
        let to = to.unwrap_or_else(|| with_end(&file, ".filter"));
        let entries = write(&file, &to)?;
        let shown = to.display().to_string();
        let text = format!(
            "✓ {entries} passwords in {shown}\n\nTo use it:\n  [password]\n  breach_list = {shown:?}"
        );
        let data = json!({ "file": shown, "entries": entries });
        output.answer("vestibule.cli.password.breach-list.build/1", &data, &text);
        Ok(())
    }
}

/// Beside its place first: a server that uses the old list never sees half of the new one.
fn write(from: &Path, to: &Path) -> Result<u64, Trouble> {
    let read = File::open(from).map_err(|e| trouble(from, &e))?;
    let part = with_end(to, ".part");
    let build = || {
        let mut part = File::create(&part)?;
        let entries = build(&mut BufReader::new(read), &mut part)?;
        part.sync_all()?;
        Ok(entries)
    };
    let entries = build().and_then(|entries| fs::rename(&part, to).map(|()| entries));
    entries.map_err(|e| {
        // What is left of it is of no use; that it could not be made is said already.
        drop(fs::remove_file(&part));
        trouble(to, &e)
    })
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(end);
    name.into()
}

fn trouble(path: &Path, cause: &io::Error) -> Trouble {
    let exit = match cause.kind() {
        io::ErrorKind::NotFound => Exit::NotFound,
        _ => Exit::Failed,
    };
    Trouble::new(exit, format!("no list was made: {}", path.display())).why(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::factors::password::BreachList as List;

    #[test]
    fn a_list_is_made_beside_the_file_and_nothing_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("words");
        fs::write(&from, "letmein\npassword\n").unwrap();
        let to = with_end(&from, ".filter");
        assert_eq!(write(&from, &to).unwrap(), 2);
        assert!(List::open(&to).unwrap().contains("letmein").unwrap());
        assert!(write(&folder.path().join("absent"), &to).is_err());
        fs::write(&from, "x".repeat(9000)).unwrap();
        assert!(write(&from, &to).is_err());
        assert!(List::open(&to).unwrap().contains("letmein").unwrap(), "the old one stays");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
