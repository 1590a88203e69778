//! What `vestibule dev` says when it is ready.

use super::super::exit::Trouble;
use super::super::output::{Output, line};
use super::{DEV_MEMORY_KIB, FOLDER, shown};
use crate::app::{self, Serving};
use crate::dev::clients::{Demo, DemoClient};
use crate::dev::seed::Person;
use crate::kernel::secret::Secret;
use crate::keys::model::{Algorithm, Succession};
use serde_json::{Value, json};
use std::path::Path;

/// One line for a program, or a page for a person.
pub(super) async fn announce(
    serving: &Serving,
    (file, people): (&Path, &[Person]),
    demo: Option<&Demo>,
    (millis, output): (u128, Output),
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
            "example_accounts": demo.map(|demo| &demo.homes.example),
            "clients": demo.iter().flat_map(|demo| demo.all()).map(listed).collect::<Vec<_>>(),
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
         Start here     {issuer}/\n{apps}  Inbox          {issuer}/dev/inbox\n  Discovery      {issuer}/.well-known/openid-configuration\n  \
         Keys           {issuer}/jwks\n{ops}  Commands       vestibule … --config {config}\n\n{people}  \
         This computer only. Not for production – use `vestibule serve`.      Ctrl-C to stop\n",
        version = env!("CARGO_PKG_VERSION"),
        engine = house.database.engine_name(),
        apps = applications(demo),
        people = sign_in_as(people),
        ops = serving
            .ops_address
            .map(|a| format!("  Metrics        http://{a}/metrics\n"))
            .unwrap_or_default(),
    );
    line(&mut std::io::stdout(), &text);
    Ok(())
}

/// For a program, with everything that proves who it is.
fn listed(client: &DemoClient) -> Value {
    let registration = &client.registration;
    json!({
        "client_id": client.id.as_str(),
        "client_secret": client.secret.as_ref().map(Secret::reveal),
        "private_jwk": client.key.as_ref().map(|key| key.private_jwk()),
        "kind": registration.kind,
        "redirect_uris": registration.redirect_uris,
        "post_logout_redirect_uris": registration.logout.post_logout_redirect_uris,
        "backchannel_logout_uri": registration.logout.backchannel_logout_uri,
        "scopes": registration.scope.tokens().collect::<Vec<_>>(),
    })
}

fn applications(demo: Option<&Demo>) -> String {
    let Some(homes) = demo.map(|demo| &demo.homes) else { return String::new() };
    format!(
        "  Demo apps      {:<31}Photos\n{:17}{:<31}Notes\n{:17}{:<31}Pictures API\n{:17}{:<31}Example accounts, another provider\n",
        homes.photos, "", homes.notes, "", homes.api, "", homes.example
    )
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
