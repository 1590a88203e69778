//! Apache with mod_auth_openidc in front of a page: sign-in, user info, refresh, and logout by both channels.

use super::{Stage, look, press, python, sign_in, wait_for};
use crate::support::program::Running;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use thirtyfour::{By, WebDriver};

const MODULES: [&str; 9] = [
    "mpm_event",
    "authz_core",
    "authn_core",
    "authz_user",
    "auth_openidc",
    "include",
    "filter",
    "mime",
    "dir",
];

/// Everything it needs, in one file; what it writes stays in this folder.
fn configuration(stage: &Stage, client: &Value) -> String {
    let text = |name: &str| client[name].as_str().unwrap().to_owned();
    let (home, port, issuer) = (stage.home(), stage.port(), &stage.issuer);
    let folder = stage.ground.path("").display().to_string();
    let modules = MODULES
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"));
    let user =
        if rustix::process::getuid().is_root() { "User nobody\nGroup nogroup\n" } else { "" };
    format!(
        "{}{user}ServerRoot {folder}\nServerName localhost:{port}\nListen 127.0.0.1:{port}\n\
         DefaultRuntimeDir {folder}\nPidFile {folder}apache.pid\nErrorLog /dev/stderr\nLogLevel notice\nMutex posixsem\n\
         StartServers 1\nTypesConfig /dev/null\nAddType text/html .html\nDocumentRoot {folder}www\n\
         OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration\n\
         OIDCClientID {}\nOIDCClientSecret {}\nOIDCRedirectURI {home}/private/back\n\
         OIDCCryptoPassphrase passphrase\nOIDCScope \"openid profile email offline_access\"\n\
         OIDCPKCEMethod S256\nOIDCRemoteUserClaim email\nOIDCInfoHook access_token userinfo id_token\n\
         OIDCRedirectURLsAllowed ^http://localhost:{port}/\n\
         <Location /private>\nAuthType openid-connect\nRequire valid-user\n\
         Options +Includes\nSetOutputFilter INCLUDES\n</Location>\n\
         <Location /left>\nRequire all granted\n</Location>\n",
        modules.concat(),
        text("client_id"),
        text("client_secret"),
    )
}

async fn apache(stage: &Stage, client: &Value) -> Running {
    std::fs::create_dir_all(stage.ground.path("www/private")).unwrap();
    let page = "<h1>Private</h1><p id=who><!--#echo var=\"REMOTE_USER\" --></p>";
    stage.ground.write("www/private/index.html", page);
    stage.ground.write("www/left", "<h1>Left</h1>");
    stage.ground.write("apache.conf", &configuration(stage, client));
    // Its children are not root.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(stage.ground.path(""), open).unwrap();
    let file = stage.ground.path("apache.conf");
    let mut command = Command::new("/usr/sbin/apache2");
    let mut running = stage.start(command.args(["-D", "FOREGROUND", "-f"]).arg(file));
    running.hears("resuming normal operations").await;
    running
}

async fn who(driver: &WebDriver) -> String {
    wait_for(driver, By::Id("who")).await.text().await.unwrap()
}

/// What Apache knows of the session.
async fn info(driver: &WebDriver, home: &str) -> Value {
    driver.goto(format!("{home}/private/back?info=json")).await.unwrap();
    let text = wait_for(driver, By::Tag("pre")).await.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

async fn walk(driver: &WebDriver, home: &str, password: &str) {
    let page = format!("{home}/private/index.html");
    driver.goto(&page).await.unwrap();
    sign_in(driver, password).await;
    press(driver, "Allow").await;
    assert_eq!(who(driver).await, "ada@example.test");
    let first = info(driver, home).await;
    assert_eq!(first["userinfo"]["name"], "Ada Okafor", "{first}");
    let token = first["access_token"].as_str().unwrap();
    let back = url::form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>();
    let renew = format!("{home}/private/back?refresh={back}&access_token={token}");
    driver.goto(renew).await.unwrap();
    assert_eq!(who(driver).await, "ada@example.test");
    let second = info(driver, home).await;
    assert_ne!(second["access_token"], first["access_token"], "{second}");
    let left = format!("{home}/left");
    let left = url::form_urlencoded::byte_serialize(left.as_bytes()).collect::<String>();
    driver.goto(format!("{home}/private/back?logout={left}")).await.unwrap();
    wait_for(driver, By::XPath("//h1[.='Left']")).await;
    driver.goto(&page).await.unwrap();
    wait_for(driver, By::Id("username")).await;
}

// PRO-01, P-057: a module of a web server in front of anything
#[tokio::test]
async fn mod_auth_openidc_signs_in_renews_and_leaves() {
    if python().is_none() {
        return;
    }
    let stage = Stage::set().await;
    let client = stage.client("/private/back", &["--template", "web"]).await;
    let apache = apache(&stage, &client).await;
    let (home, password) = (stage.home(), stage.password.clone());
    look(|driver| async move { walk(&driver, &home, &password).await }).await;
    apache.stop().await;
    stage.end().await;
}
