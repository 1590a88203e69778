//! The demo of `vestibule dev`: its people, and its applications on the ports behind the server's.

use super::super::exit::Trouble;
use crate::app::{House, Role, Serving};
use crate::dev::apps::machine::Machine;
use crate::dev::apps::model::Which;
use crate::dev::apps::pages::{Desk, Progress, Routes, api, application};
use crate::dev::apps::relying_party::RelyingParty;
use crate::dev::clients::{Demo, DemoClient, Homes, Office};
use crate::dev::example;
use crate::dev::example::pages::Example;
use crate::dev::pages::Apps;
use crate::dev::seed;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::platform::outbound::{Client, OutboundSettings, SystemLookup};
use crate::platform::web::server::listen;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// How far behind the server's port that of "Example accounts" is.
pub(super) const EXAMPLE: u16 = 4;

fn homes(port: u16) -> Homes {
    let home = |number| format!("http://localhost:{}", port + number);
    Homes { photos: home(1), notes: home(2), api: home(3), example: home(EXAMPLE) }
}

/// What the start page tells of them.
pub(super) fn apps(port: u16, progress: Arc<Progress>) -> Apps {
    let Homes { photos, notes, api, example } = homes(port);
    Apps { photos, notes, api, example, progress }
}

pub(super) async fn open(
    serving: &mut Serving,
    (folder, port): (&Path, u16),
    progress: &Arc<Progress>,
) -> Result<Demo, Trouble> {
    let house = Arc::clone(&serving.house);
    let (at, context) = (house.at(), house.context(&Role::Server));
    seed::people((&house.account_making(at.tenant)?, &house.sealer), at, &context).await?;
    let (database, sealer) = (&house.database, &house.sealer);
    let home = homes(port).example;
    example::register(&house.federation(), at, &home, &context).await?;
    let office = Office { database, sealer, chance: &*house.ambient.chance, at, context };
    let demo = office.open(homes(port), &folder.join("demo.json")).await?;
    let behind = behind(&house, &demo, port, progress)?;
    for (number, routes) in (1..).zip(behind) {
        for address in addresses(port + number) {
            serving.open_door(listen(address, "--port").await?, routes.clone());
        }
    }
    Ok(demo)
}

/// Photos, Notes, the API and "Example accounts", in the order of their ports.
fn behind(
    house: &House,
    demo: &Demo,
    port: u16,
    progress: &Arc<Progress>,
) -> Result<[Routes; 4], Trouble> {
    let allow = vec![format!("localhost:{port}"), format!("localhost:{}", port + 3)];
    let settings =
        OutboundSettings { allow, timeout: Lifetime::seconds(20), ..OutboundSettings::default() };
    let outbound = Arc::new(Client::new(&settings, Arc::new(SystemLookup))?);
    let issuer = house.directory.public_url().to_string();
    let party = |which, client: &DemoClient, home: &str| RelyingParty {
        which,
        issuer: issuer.clone(),
        client_id: client.id.to_string(),
        home: home.to_owned(),
        key: client.key.clone(),
        outbound: Arc::clone(&outbound),
        ambient: house.ambient.clone(),
    };
    let (photos, notes) = (&demo.homes.photos, &demo.homes.notes);
    let first = party(Which::Photos, &demo.photos, photos);
    let second = party(Which::Notes, &demo.notes, notes);
    let first = Desk::new(first, Arc::clone(progress), (Which::Notes, notes));
    let second = Desk::new(second, Arc::clone(progress), (Which::Photos, photos));
    let secret = demo.machine.secret.clone();
    let machine = Machine {
        issuer: issuer.clone(),
        client_id: demo.machine.id.to_string(),
        secret: secret.unwrap_or_else(|| Secret::new("")),
        api: demo.homes.api.clone(),
        outbound: Arc::clone(&outbound),
    };
    let (home, key) = (&demo.homes.example, Arc::clone(&demo.example));
    let example = Example::new(home, &issuer, key, house.ambient.clone());
    let api = api(machine, house.ambient.clone());
    Ok([application(first), application(second), api, example::pages::routes(example)])
}

/// Browsers may take `localhost` for ::1.
fn addresses(port: u16) -> Vec<SocketAddr> {
    let mut all = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
    if super::has_v6() {
        all.push(SocketAddr::from((Ipv6Addr::LOCALHOST, port)));
    }
    all
}
