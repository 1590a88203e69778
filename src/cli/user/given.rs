//! A password as it is given to a command: by standard input, in a file, or made; never as an argument.

use crate::cli::exit::{Exit, Trouble};
use crate::cli::place::Ground;
use crate::kernel::secret::Secret;
use clap::Args;
use data_encoding::BASE32_NOPAD;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Given {
    /// Read the password from standard input, up to the end of the line
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from a file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Make a password and print it once
    #[arg(long)]
    pub(super) generate: bool,
}

impl Given {
    pub(super) fn read(&self, ground: &Ground) -> Result<Secret, Trouble> {
        match &self.password_file {
            Some(file) => from_file(file),
            None if self.password_stdin => from_stdin(),
            None => {
                let drawn = Zeroizing::new(ground.house.ambient.random::<15>());
                Ok(Secret::new(BASE32_NOPAD.encode(drawn.as_slice()).to_lowercase()))
            }
        }
    }
}

fn from_file(file: &Path) -> Result<Secret, Trouble> {
    let text = std::fs::read_to_string(file).map(Zeroizing::new).map_err(|e| {
        Trouble::new(Exit::NotFound, format!("cannot read {}", file.display())).why(e.to_string())
    })?;
    Ok(first_line(&text))
}

fn from_stdin() -> Result<Secret, Trouble> {
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().take(8 * 1024).read_to_string(&mut text);
    read.map_err(|e| Trouble::new(Exit::Failed, "no password could be read").why(e.to_string()))?;
    Ok(first_line(&text))
}

fn first_line(text: &str) -> Secret {
    Secret::new(text.split(['\n', '\r']).next().unwrap_or_default())
}
