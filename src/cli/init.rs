//! `vestibule init`: a first configuration that says only what differs from the defaults, and a master key.

use super::Global;
use super::exit::{Exit, Trouble};
use super::output::Output;
use crate::kernel::uri::Origin;
use crate::platform::ambient;
use crate::platform::sealing::{MasterKey, master};
use clap::Args;
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Init {
    /// The address people will type, such as `https://id.example.com`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// sqlite:///path/to/file.db or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "/etc/vestibule")]
    folder: PathBuf,
}

impl Init {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let may_ask = !global.no_input && !global.json && io::stdin().is_terminal();
        let asked = |given: Option<String>, question: &str, usual: &str| match given {
            Some(text) => Ok(text),
            None if may_ask => ask(question, usual, output),
            None => Ok(usual.to_owned()),
        };
        let url = asked(self.public_url, "Public URL (https://id.example.com)", "")?;
        if url.is_empty() {
            return Err(Trouble::new(Exit::Unconfirmed, "init needs the public URL")
                .fix("vestibule init --public-url https://id.example.com"));
        }
        let origin = Origin::parse(&url)
            .map_err(|wrong| Trouble::new(Exit::Usage, format!("the public URL {wrong}")))?;
        let database =
            asked(self.database, "Database", "sqlite:///var/lib/vestibule/vestibule.db")?;
        write_all(&self.folder, &origin, &database, output)
    }
}

fn ask(question: &str, usual: &str, output: Output) -> Result<String, Trouble> {
    let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
    output.note(&format!("{question}{hint}:"));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|e| Trouble::new(Exit::Failed, format!("cannot read the answer: {e}")))?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { usual } else { answer }.to_owned())
}

/// The key first: a configuration that names a key which is not there would be refused.
fn write_all(
    folder: &Path,
    origin: &Origin,
    database: &str,
    output: Output,
) -> Result<(), Trouble> {
    let (file, keys) = (folder.join("vestibule.toml"), folder.join("keys"));
    if file.exists() {
        return Err(Trouble::new(Exit::Conflict, format!("{} exists already", file.display()))
            .why("init never overwrites a configuration")
            .fix("edit that file, or choose another folder with --folder"));
    }
    fs::create_dir_all(folder).map_err(|e| unwritten(folder, &e))?;
    let place = master::Origin::Folder(keys.clone());
    let key = MasterKey::obtain(&place, None, &*ambient::system().chance)?;
    write_new(&file, &configuration(origin, database, &keys))?;
    let data =
        json!({ "config": file, "master_key": keys.join("master.key"), "master_key_id": key.id() });
    let text = format!(
        "  wrote  {}\n  wrote  {}   (0600; back this up apart from the database)\n\
         \n  next   1. point DNS and TLS at this host\n         2. vestibule doctor --config {0}\n         \
         3. vestibule serve --config {0}",
        file.display(),
        keys.join("master.key").display(),
    );
    output.answer("vestibule.cli.init/1", &data, &text);
    Ok(())
}

fn configuration(origin: &Origin, database: &str, keys: &Path) -> String {
    let quoted = |text: &str| format!("{text:?}");
    format!(
        "# Only what differs from the defaults. All keys: vestibule config example\n\n\
         [server]\npublic_url = {}\n\n\
         # A reverse proxy in front? Name its network, so that its word about the client counts:\n\
         # trusted_proxies = [\"10.0.0.0/8\"]\n\n\
         [database]\nurl = {}\n\n\
         [encryption]\n# Without this key the database cannot be read. Back it up apart from the database.\n\
         key_folder = {}\n",
        quoted(origin.as_str()),
        quoted(database),
        quoted(&keys.display().to_string()),
    )
}

fn write_new(path: &Path, text: &str) -> Result<(), Trouble> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o640).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|e| unwritten(path, &e))
}

fn unwritten(path: &Path, error: &io::Error) -> Trouble {
    let trouble = Trouble::new(Exit::Failed, format!("cannot write {}", path.display()));
    let trouble = trouble.why(error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied => {
            trouble.fix("run it as a user who may, or choose another folder with --folder")
        }
        _ => trouble,
    }
}
