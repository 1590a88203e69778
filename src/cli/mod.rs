//! The command line: noun, then verb. Each file below is one noun.

mod admin;
mod audit;
mod client;
mod config;
mod dev;
mod doctor;
mod exit;
mod group;
mod init;
mod key;
mod mail;
mod migrate;
mod output;
mod password;
mod place;
mod provider;
pub mod reference;
mod resource;
mod serve;
mod tenant;
mod user;
mod version;

use crate::config::{Loaded, Sources};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::{Exit, Trouble};
use output::Output;
use std::io::IsTerminal;
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
    /// Run the server
    Serve(serve::Serve),
    /// Run it for development: this computer only, nothing to set up
    Dev(dev::Dev),
    /// Write a first configuration and a master key
    Init(init::Init),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Look at the database's form, and bring it up to date
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Organisations, each with its own keys, people and settings
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Applications and services that may have tokens
    Client(Box<client::Client>),
    /// APIs that tokens are for, with their scopes
    Resource(resource::Resource),
    /// Those who sign people in for us: Google and others
    Provider(provider::Provider),
    /// People
    #[command(subcommand)]
    User(user::Command),
    /// People who belong together, as applications are told
    Group(group::Group),
    /// Those who administer
    #[command(subcommand)]
    Admin(admin::Command),
    /// Letters to people
    #[command(subcommand)]
    Mail(mail::Command),
    /// Signing keys
    Key(key::Key),
    /// What is known about passwords
    #[command(subcommand)]
    Password(password::Command),
    /// The record of what happened
    Audit(audit::Audit),
    /// Find what is wrong
    Doctor(doctor::Doctor),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Print a page of the reference as Markdown
    #[command(hide = true)]
    Reference { page: reference::Page },
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
        // Nothing was parsed, so the words themselves tell how to answer.
        let json = std::env::args_os().any(|word| word == "--json");
        if error.use_stderr() && json {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
            Output { json }.trouble(&Trouble::new(Exit::Usage, text));
        } else {
            drop(error.print());
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
    })
}

fn run(cli: Cli, output: Output) -> Result<(), Trouble> {
    let global = cli.global;
    match cli.command {
        Command::Serve(serve) => serve.run(&global, output),
        Command::Dev(dev) => dev.run(&global, output),
        Command::Tenant(command) => command.run(&global, output),
        Command::Client(client) => (*client).run(&global, output),
        Command::Resource(resource) => resource.run(&global, output),
        Command::Provider(provider) => provider.run(&global, output),
        Command::User(command) => command.run(&global, output),
        Command::Group(group) => group.run(&global, output),
        Command::Admin(command) => command.run(&global, output),
        Command::Mail(command) => command.run(&global, output),
        Command::Key(key) => key.run(&global, output),
        Command::Password(command) => command.run(output),
        Command::Audit(audit) => audit.run(&global, output),
        Command::Doctor(doctor) => doctor.run(&global, output),
        Command::Init(init) => init.run(&global, output),
        Command::Config(command) => command.run(&global, output),
        Command::Migrate(command) => command.run(&global, output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "vestibule", &mut script);
            let script = String::from_utf8_lossy(&script);
            let data = serde_json::json!({ "shell": shell.to_string(), "script": script });
            output.answer("vestibule.cli.completions/1", &data, &script);
            Ok(())
        }
        Command::Reference { page } => {
            let text = page.text();
            let data = serde_json::json!({ "markdown": text });
            output.answer("vestibule.cli.reference/1", &data, &text);
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

/// A question with a count of what is lost, and a plain no without an answer.
fn confirm(question: &str, yes: bool, global: &Global, output: Output) -> Result<(), Trouble> {
    if yes {
        return Ok(());
    }
    if global.no_input || global.json || !std::io::stdin().is_terminal() {
        return Err(Trouble::new(
            Exit::Unconfirmed,
            "this needs a confirmation; nothing was changed",
        )
        .why(question.to_owned())
        .fix("add --yes"));
    }
    output.note(&format!("{question} [y/N]"));
    let mut answer = String::new();
    drop(std::io::stdin().read_line(&mut answer));
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Trouble::new(Exit::Unconfirmed, "not confirmed; nothing was changed")),
    }
}
