//! `vestibule serve`: the server, until it is told to stop.

use super::Global;
use super::exit::{Exit, Trouble};
use super::output::{Output, is_terminal, line};
use crate::accounts::setup;
use crate::app::{self, Doors, Rhythm, Serving, Start};
use crate::config::{Loaded, Sources};
use crate::kernel::failure::No;
use crate::kernel::moment::Ambient;
use crate::platform::ambient;
use crate::platform::telemetry::{Logs, Metrics, gauges, report_panics};
use crate::platform::web::hosts::Place;
use clap::Args;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

#[derive(Args)]
pub struct Serve {
    /// Check everything that can be checked without starting, and end
    #[arg(long)]
    check_only: bool,
}

impl Serve {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let sources = global.sources();
        let loaded = crate::config::load(&sources)?;
        loaded.require(&["server.public_url"])?;
        if self.check_only {
            return check(&loaded, output);
        }
        refuse_development(&loaded)?;
        let ambient = ambient::system();
        let logs = start_log(&loaded, &ambient)?;
        runtime(loaded.settings.server.workers)?.block_on(async {
            let mut signals = Signals::listen()?;
            let metrics = Metrics::install()?;
            let said_in = Some(loaded.origin("server.public_url").place().into());
            let place = Place::Production;
            let more = Box::new(app::nothing_more);
            let doors = Doors::claim(&loaded.settings.server).await?;
            let (rhythm, metrics) = (Rhythm::ByItself, Some(metrics));
            let start = Start { doors, rhythm, ambient, place, said_in, metrics, more };
            let opening = async { Ok(app::serve(loaded.settings.clone(), start).await?) };
            let Some(serving) = signals.unless_ended(Box::pin(opening)).await? else {
                return Ok(());
            };
            greet(&serving, &loaded);
            look_for_an_administrator(&serving).await?;
            signals.attend(serving, (&sources, &logs)).await
        })
    }
}

fn check(loaded: &Loaded, output: Output) -> Result<(), Trouble> {
    super::block_on(async {
        let place = app::place(&loaded.settings.database);
        let found = crate::platform::storage::migrate::status(&place).await?;
        found.check()?;
        let missing = found.pending().count();
        let data = serde_json::json!({ "migrations_missing": missing });
        let text = format!(
            "✓ the configuration is valid, the database answers; {missing} migrations are missing"
        );
        output.answer("vestibule.cli.serve.check/1", &data, &text);
        Ok(())
    })
}

/// Data of `vestibule dev` has well-known passwords in it.
fn refuse_development(loaded: &Loaded) -> Result<(), Trouble> {
    let Some(file) = app::place(&loaded.settings.database).file() else { return Ok(()) };
    let marker = file.parent().map(|folder| folder.join(crate::cli::dev::MARKER));
    match marker.filter(|marker| marker.exists()) {
        Some(marker) => Err(Trouble::new(Exit::Conflict, "this is the data of `vestibule dev`")
            .why(format!(
                "{} is there: these people and keys are for development only",
                marker.display()
            ))
            .fix("set database.url to another place; vestibule init writes a configuration")),
        None => Ok(()),
    }
}

pub fn start_log(loaded: &Loaded, ambient: &Ambient) -> Result<Logs, Trouble> {
    let logs = Logs::start(&app::log(&loaded.settings), Arc::clone(&ambient.clock))?;
    report_panics();
    for warning in &loaded.warnings {
        tracing::warn!("{}", warning.to_string().trim());
    }
    Ok(logs)
}

pub fn runtime(workers: u16) -> Result<tokio::runtime::Runtime, Trouble> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if workers > 0 {
        builder.worker_threads(usize::from(workers));
    }
    builder
        .enable_all()
        .build()
        .map_err(|e| Trouble::new(Exit::Failed, format!("cannot start: {e}")))
}

/// The link goes to a terminal alone: whatever gathers logs would keep it.
async fn look_for_an_administrator(serving: &Serving) -> Result<(), Trouble> {
    let (house, at) = (&serving.house, serving.house.at());
    if setup::has_administrator(&house.database, at).await? {
        return Ok(());
    }
    if !is_terminal() {
        tracing::warn!("no administrator yet; run: vestibule admin setup-link");
        return Ok(());
    }
    match setup::link(&house.database, at).await {
        Ok(token) => line(
            &mut std::io::stderr(),
            &format!(
                "\n  No administrator exists yet.\n  Open this link within 30 minutes to create the first one. It works once.\n\n      {}/setup/{}\n\n  Lost it?  vestibule admin setup-link\n",
                house.directory.public_url(),
                token.reveal()
            ),
        ),
        // Somebody was quicker.
        Err(No::Refused(_)) => {}
        Err(No::Failed(failure)) => return Err(failure.into()),
    }
    Ok(())
}

fn greet(serving: &Serving, loaded: &Loaded) {
    let files: Vec<String> = loaded.files.iter().map(|file| file.display().to_string()).collect();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        issuer = %serving.house.directory.public_url(),
        listen = ?serving.addresses,
        operations = ?serving.ops_address,
        database = serving.house.database.engine_name(),
        config = files.join(", "),
        "serving"
    );
    if is_terminal() && serving.addresses.iter().any(|address| !address.ip().is_loopback()) {
        tracing::info!("reachable from other computers: {:?}", serving.addresses);
    }
}

/// Listened for before anything is opened: whoever sees that it serves may already send one.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self, Trouble> {
        let listen =
            |kind| signal(kind).map_err(|e| Trouble::new(Exit::Failed, format!("no signals: {e}")));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    /// SIGTERM or SIGINT.
    async fn end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// The server, unless it is to end before it is there: a start that breaks off is completed by the next.
    pub async fn unless_ended(
        &mut self,
        serving: impl Future<Output = Result<Serving, Trouble>>,
    ) -> Result<Option<Serving>, Trouble> {
        tokio::select! {
            serving = serving => serving.map(Some),
            () = self.end() => Ok(None),
        }
    }

    /// SIGTERM and SIGINT end it, SIGHUP reads the configuration and the certificates anew.
    pub async fn attend(
        mut self,
        mut serving: Serving,
        (sources, logs): (&Sources, &Logs),
    ) -> Result<(), Trouble> {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hangup.recv() => reload(&serving, sources, logs).await,
                failure = serving.broke() => return Err(failure.into()),
            }
        }
        tracing::info!("stopping: requests under way are finished");
        serving.end().await?;
        Ok(())
    }
}

/// A configuration with problems changes nothing.
async fn reload(serving: &Serving, sources: &Sources, logs: &Logs) {
    let loaded = match crate::config::load(sources) {
        Ok(loaded) => loaded,
        Err(problems) => {
            gauges::config_reload(false);
            return tracing::error!(
                "the configuration was not reloaded, the old one holds\n{problems}"
            );
        }
    };
    match serving.reload(loaded.settings, logs).await {
        Ok(changed) => {
            gauges::config_reload(true);
            tracing::info!(changed = changed.join(", "), "the configuration was reloaded");
        }
        Err(failure) => {
            gauges::config_reload(false);
            tracing::error!(%failure, "the configuration was not reloaded, the old one holds");
        }
    }
}
