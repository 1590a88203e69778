//! `vestibule dev`: a server on this computer, with nothing to set up.

mod banner;
mod demo;

use super::Global;
use super::exit::{Exit, Trouble};
use super::output::Output;
use super::serve::{Signals, runtime, start_log};
use crate::app::{self, Doors, Rhythm, Serving, Start};
use crate::config::{Loaded, Sources};
use crate::dev::apps::pages::Progress;
use crate::dev::pages::{Apps, Setting, routes};
use crate::dev::seed::{self, Person};
use crate::platform::ambient;
use crate::platform::storage::Claim;
use crate::platform::telemetry::Metrics;
use crate::platform::web::hosts::Place;
use crate::platform::web::stopwatch::Stopwatch;
use banner::announce;
use clap::Args;
use std::fs::{self, DirBuilder};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub struct Dev {
    /// Use this port and the next five; without it the first free ones from 8080 on
    #[arg(long)]
    port: Option<u16>,
    /// Delete the data of earlier runs first
    #[arg(long)]
    reset: bool,
    /// Without demo data
    #[arg(long)]
    empty: bool,
    /// Keep the data in this PostgreSQL database instead of a SQLite file
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

const FOLDER: &str = ".vestibule-dev";
const DATABASE: &str = "vestibule.db";

/// Its presence says whose data this is: `serve` refuses it, and `dev` deletes nothing without it.
pub const MARKER: &str = "development";

/// How many ports belong together: the server, four for demo applications, and the operations listener.
const PORTS: u16 = 6;
const USUAL: u16 = 8080;

/// Quick on any computer, and too little for passwords that are to stay secret.
const DEV_MEMORY_KIB: u32 = 1024;

impl Dev {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        if !global.config.is_empty() {
            return Err(Trouble::new(
                Exit::Usage,
                "dev makes its own configuration, --config has no place here",
            )
            .fix("vestibule serve --config FILE"));
        }
        let folder = self.prepare()?;
        let port = self.port()?;
        let file = folder.join("vestibule.toml");
        write(&file, &self.configuration(&folder, port))?;
        let sources =
            Sources { files: vec![file.clone()], lenient_files: true, ..Sources::default() };
        let mut loaded = crate::config::load(&sources)?;
        // Cheap on purpose, and said in the banner.
        loaded.warnings.retain(|warning| !warning.to_string().contains("password.hash."));
        let ambient = ambient::system();
        let logs = start_log(&loaded, &ambient)?;
        runtime(0)?.block_on(async {
            let mut signals = Signals::listen()?;
            let progress = (!self.empty).then(Arc::<Progress>::default);
            let apps = progress.clone().map(|progress| demo::apps(port, progress));
            let opening = start(&loaded, ambient, (&file, apps));
            let Some(mut serving) = signals.unless_ended(Box::pin(opening)).await? else {
                return Ok(());
            };
            let demo = match &progress {
                Some(progress) => {
                    let opening = demo::open(&mut serving, (&folder, port), progress);
                    Some(Box::pin(opening).await?)
                }
                None => None,
            };
            let said = (watch.elapsed().as_millis(), output);
            announce(&serving, (&file, self.people()), demo.as_ref(), said).await?;
            signals.attend(serving, (&sources, &logs)).await
        })
    }

    /// Whoever can sign in from the start.
    fn people(&self) -> &'static [Person] {
        if self.empty { &[] } else { &seed::PEOPLE }
    }

    /// The folder, marked as ours.
    fn prepare(&self) -> Result<PathBuf, Trouble> {
        let folder = std::path::absolute(FOLDER)
            .map_err(|e| Trouble::new(Exit::Failed, format!("cannot find this folder: {e}")))?;
        let marker = folder.join(MARKER);
        if folder.exists() && !marker.exists() {
            return Err(Trouble::new(
                Exit::Conflict,
                format!("{} is not data of `vestibule dev`", folder.display()),
            )
            .why(format!("it has no file named {MARKER}"))
            .fix("run it in another folder, or remove that one yourself"));
        }
        let unwritten = |e: std::io::Error| {
            Trouble::new(Exit::Failed, format!("cannot write {}", folder.display()))
                .why(e.to_string())
        };
        let database = folder.join(DATABASE);
        // Held while files are deleted and written: those of a server that runs are its own.
        let _claim = database.exists().then(|| Claim::take(&database)).transpose()?;
        if self.reset && folder.exists() {
            fs::remove_dir_all(&folder).map_err(unwritten)?;
        }
        // The URL of a database may have a password in it, and the keys are keys.
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(unwritten)?;
        write(&marker, "Data of `vestibule dev`: well-known passwords, never for production.\n")?;
        Ok(folder)
    }

    /// Ports that nobody uses now. A port that was asked for is used or refused, never replaced.
    fn port(&self) -> Result<u16, Trouble> {
        if let Some(port) = self.port {
            if port == 0 || port.checked_add(PORTS - 1).is_none() {
                let highest = u16::MAX - (PORTS - 1);
                return Err(Trouble::new(Exit::Usage, format!("port {port} cannot be used"))
                    .why(format!("dev uses {PORTS} ports, from that one on"))
                    .fix(format!("choose one from 1 to {highest}")));
            }
            return match (port..=port + (PORTS - 1)).find(|port| !is_free(*port)) {
                None => Ok(port),
                Some(taken) => Err(Trouble::new(Exit::Conflict, format!("port {taken} is in use"))
                    .why(format!("dev uses {PORTS} ports, from {port} on"))
                    .fix("choose others with --port, or stop the program that uses it")),
            };
        }
        let blocks = (0..50).map(|number| USUAL + number * PORTS);
        let free = blocks.into_iter().find(|first| (*first..first + PORTS).all(is_free));
        free.ok_or_else(|| {
            Trouble::new(Exit::Conflict, "no six free ports from 8080 on")
                .fix("choose some with --port")
        })
    }

    fn configuration(&self, folder: &Path, port: u16) -> String {
        let database = match &self.postgres {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", folder.join(DATABASE).display()),
        };
        format!(
            "# Written by `vestibule dev` at each start. Other commands use it with --config.\n\
             [server]\npublic_url = \"http://localhost:{port}\"\n\
             listen = [\"127.0.0.1:{port}\"{v6}]\nops_listen = \"127.0.0.1:{ops}\"\n\n\
             [database]\nurl = {database:?}\nmigrate = \"auto\"\n\n\
             [encryption]\nkey_folder = {keys:?}\n\n[password.hash]\nmemory_kib = {DEV_MEMORY_KIB}\niterations = 1\n\n\
             [mail]\ntransport = \"capture\"\n\n[registration]\nenabled = true\n\n\
             [outbound]\nallow = [\"localhost:{photos}\", \"localhost:{notes}\", \"localhost:{example}\"]\n\n[log]\nlevel = \"warn\"\n",
            photos = port + 1,
            notes = port + 2,
            v6 = if has_v6() { format!(", \"[::1]:{port}\"") } else { String::new() },
            ops = port + PORTS - 1,
            example = port + demo::EXAMPLE,
            keys = folder.join("keys").display().to_string(),
        )
    }
}

fn is_free(port: u16) -> bool {
    let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    v4 && (!has_v6() || TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_ok())
}

/// Browsers may take `localhost` for ::1.
fn has_v6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(|e| {
        Trouble::new(Exit::Failed, format!("cannot write {}", path.display())).why(e.to_string())
    })
}

async fn start(
    loaded: &Loaded,
    ambient: crate::kernel::moment::Ambient,
    (file, apps): (&Path, Option<Apps>),
) -> Result<Serving, Trouble> {
    let metrics = Metrics::install()?;
    let settings = loaded.settings.clone();
    let config_file = shown(file);
    let more = Box::new(move |house: &app::House| {
        routes(Setting {
            making: house.making.clone(),
            ambient: house.ambient.clone(),
            public_url: house.directory.public_url().clone(),
            operations_url: settings.server.ops_listen.map(|address| format!("http://{address}")),
            config_file,
            apps,
            database: house.database.engine_name(),
        })
    });
    let said_in = Some(loaded.origin("server.public_url").place().into());
    let doors = Doors::claim(&loaded.settings.server).await?;
    let (rhythm, place, metrics) = (Rhythm::ByItself, Place::Development, Some(metrics));
    let start = Start { doors, rhythm, ambient, place, said_in, metrics, more };
    Ok(app::serve(loaded.settings.clone(), start).await?)
}

/// As short as it can be typed here.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).display().to_string()
}
