//! The command line: noun, then verb. Each file below is one noun.

mod config;
mod exit;
mod init;
mod migrate;
mod output;
mod version;

use crate::config::{Loaded, Sources};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::{Exit, Trouble};
use output::Output;
use std::path::PathBuf;
use std::process::ExitCode;

/// The entrance hall of your applications: an OAuth 2 and OpenID Connect authorization server.
#[derive(Parser)]
#[command(name = "vestibule", version, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Global {
    /// A configuration file; may be given several times, later ones prevail
    #[arg(long, global = true, value_name = "FILE")]
    config: Vec<PathBuf>,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Never ask; a command that would have to ends with exit code 10
    #[arg(long, global = true)]
    no_input: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Write a first configuration and a master key
    Init(init::Init),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Look at the database's form, and bring it up to date
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Print a completion script for a shell
    Completions {
        shell: clap_complete::Shell,
    },
    /// Print what this is
    Version,
}

pub fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let output = Output { json: cli.global.json };
    let exit = match run(cli, output) {
        Ok(()) => Exit::Done,
        Err(trouble) => {
            output.trouble(&trouble);
            trouble.exit
        }
    };
    ExitCode::from(exit as u8)
}

/// clap explains wrong usage itself, with the nearest name, and ends with 2.
fn parse() -> Result<Cli, ExitCode> {
    let matches = Cli::command().try_get_matches().and_then(|m| Cli::from_arg_matches(&m));
    matches.map_err(|error| {
        drop(error.print());
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
    })
}

fn run(cli: Cli, output: Output) -> Result<(), Trouble> {
    let global = cli.global;
    match cli.command {
        Command::Init(init) => init.run(&global, output),
        Command::Config(command) => command.run(&global, output),
        Command::Migrate(command) => command.run(&global, output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "vestibule", &mut script);
            output::line(&mut std::io::stdout(), &String::from_utf8_lossy(&script));
            Ok(())
        }
        Command::Version => {
            version::run(output);
            Ok(())
        }
    }
}

impl Global {
    fn sources(&self) -> Sources {
        Sources::from_process(&self.config, Vec::new())
    }

    fn load(&self) -> Result<Loaded, Trouble> {
        Ok(crate::config::load(&self.sources())?)
    }
}

/// A runtime for commands that talk to the database.
fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Trouble::new(Exit::Failed, format!("cannot start: {e}")))?;
    runtime.block_on(work)
}
