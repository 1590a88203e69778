//! `vestibule dev`: a server on this computer, with nothing to set up.

use super::Global;
use super::exit::{Exit, Trouble};
use super::output::{Output, line};
use super::serve::{Signals, runtime, start_log};
use crate::app::{self, Doors, Rhythm, Serving, Start};
use crate::config::{Loaded, Sources};
use crate::dev::pages::{Setting, routes};
use crate::dev::seed::{self, Person};
use crate::keys::model::{Algorithm, Succession};
use crate::platform::ambient;
use crate::platform::storage::Claim;
use crate::platform::telemetry::Metrics;
use crate::platform::web::hosts::Place;
use crate::platform::web::stopwatch::Stopwatch;
use clap::Args;
use serde_json::json;
use std::fs::{self, DirBuilder};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

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
            let opening = start(&loaded, ambient, &file);
            let Some(serving) = signals.unless_ended(Box::pin(opening)).await? else {
                return Ok(());
            };
            if !self.empty {
                let (house, making) = (&serving.house, serving.house.account_making()?);
                seed::people(
                    (&making, &house.sealer),
                    house.at(),
                    &house.context(&app::Role::Server),
                )
                .await?;
            }
            let millis = watch.elapsed().as_millis();
            announce(&serving, (&file, self.people()), millis, output).await?;
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
             [mail]\ntransport = \"capture\"\n\n[registration]\nenabled = true\n\n[log]\nlevel = \"warn\"\n",
            v6 = if has_v6() { format!(", \"[::1]:{port}\"") } else { String::new() },
            ops = port + PORTS - 1,
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
    file: &Path,
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

/// One line for a program, or a page for a person.
async fn announce(
    serving: &Serving,
    (file, people): (&Path, &[Person]),
    millis: u128,
    output: Output,
) -> Result<(), Trouble> {
    let house = &serving.house;
    let issuer = house.directory.public_url().to_string();
    if output.json {
        let ready = json!({
            "schema": "vestibule.dev/1",
            "issuer": issuer,
            "admin_link": null,
            "people": people.iter().map(|person| json!({
                "email": person.email, "password": person.password, "totp_secret": person.totp_secret,
            })).collect::<Vec<_>>(),
            "clients": [],
        });
        line(&mut std::io::stdout(), &ready.to_string());
        return Ok(());
    }
    let keys = signers(house).await?;
    let place = app::place(&house.settings.load().database);
    let count = crate::platform::storage::migrate::status(&place).await?.steps.len();
    let config = shown(file);
    let text = format!(
        "\n  vestibule {version} · development mode · data in ./{FOLDER}  (delete that folder to start over)\n\n  \
         ✓ signing keys    {keys}\n  ✓ database        {engine}, {count} migrations\n  ✓ passwords       Argon2id at {DEV_MEMORY_KIB} KiB, cheap for development\n  ✓ ready           in {millis} ms\n\n  \
         Start here     {issuer}/\n  Discovery      {issuer}/.well-known/openid-configuration\n  \
         Keys           {issuer}/jwks\n{ops}  Commands       vestibule … --config {config}\n\n{people}  \
         This computer only. Not for production – use `vestibule serve`.      Ctrl-C to stop\n",
        version = env!("CARGO_PKG_VERSION"),
        engine = house.database.engine_name(),
        people = sign_in_as(people),
        ops = serving
            .ops_address
            .map(|a| format!("  Metrics        http://{a}/metrics\n"))
            .unwrap_or_default(),
    );
    line(&mut std::io::stdout(), &text);
    Ok(())
}

/// Nothing where there is nobody.
fn sign_in_as(people: &[Person]) -> String {
    let mut text = String::new();
    for (number, person) in people.iter().enumerate() {
        let words = if number == 0 { "Sign in as" } else { "" };
        let code = match person.totp_secret {
            Some(secret) => format!("   and a code of {secret}"),
            None => String::new(),
        };
        text.push_str(&format!("  {words:<14} {:<22} {}{code}\n", person.email, person.password));
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// Which keys sign, by the beginning of their names.
async fn signers(house: &app::House) -> Result<String, Trouble> {
    let keys = house.making.keys(house.at()).await?;
    let named = Algorithm::ALL.iter().filter_map(|algorithm| {
        let succession = Succession::of(&keys, *algorithm);
        let life = succession.signer(house.at().now)?;
        let key = keys.iter().find(|key| key.life.id == life.id)?;
        Some(format!("{algorithm} kid {}…", key.jwk.kid.as_str().get(..4)?))
    });
    Ok(named.collect::<Vec<_>>().join(", "))
}
