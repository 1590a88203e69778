//! What people and their applications do: single sign-on, codes, refresh tokens, user info; and that documents are
//! answered meanwhile.

use super::operations::client;
use super::process::{Asked, Server, command, drive, load, quantile};
use super::report::{Report, Row, Wanted};
use super::walk::Walk;
use super::{Limit, RUNS, SECONDS, compare, row};
use std::fs;
use std::path::Path;
use url::form_urlencoded::Serializer;

const CALLBACK: &str = "https://app.example/callback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const API: &str = "https://orders.example";

/// As many as the generator has connections, and as many again.
const TOKENS: usize = 64;

pub fn measure(report: &mut Report, (server, folder): (&Server, &Path), openssl: f64) {
    let cookie = signed_in(server, folder);
    let web = Application::web(folder);
    let half = Some(("half of openssl rsa2048", openssl / 2.0));
    let stage = Stage { server, folder, cookie: &cookie };
    let (codes, flows) = stage.codes(&web);
    report.add(codes.against(half).wanted(Some(Wanted::AtLeast(0.80))));
    report.add(flows.against(half).wanted(Some(Wanted::AtLeast(0.70))));
    let spa = Application::spa(folder);
    let whole = Some(("openssl rsa2048", openssl));
    let one = stage.refresh(&spa, "orders:read offline_access", "one signature");
    report.add(one.against(whole).wanted(Some(Wanted::AtLeast(0.72))));
    let two = stage.refresh(&spa, "openid offline_access", "two signatures");
    report.add(two.against(half).wanted(Some(Wanted::AtLeast(0.70))));
    stage.userinfo(report, &web);
    undisturbed(report, (server, folder));
}

/// A first-party application: nobody is asked.
struct Application {
    id: String,
    /// The `Authorization` header, or its name where it has no secret.
    proof: String,
}

impl Application {
    fn web(folder: &Path) -> Self {
        let proof = client(folder, &REGISTERED[..]);
        let decoded = data_encoding::BASE64.decode(proof.trim_start_matches("Basic ").as_bytes());
        let text = String::from_utf8(decoded.unwrap()).unwrap();
        Self { id: text.split(':').next().unwrap().to_owned(), proof }
    }

    fn spa(folder: &Path) -> Self {
        let more = ["--template", "spa", "--scope", "openid offline_access orders:read"];
        let all = ["client", "create", "--name", "Bench", "--first-party", "--resource", API];
        let made = command(folder, &[&all[..], &["--redirect-uri", CALLBACK], &more].concat());
        let id = made["client_id"].as_str().unwrap().to_owned();
        Self { proof: id.clone(), id }
    }

    fn request(&self, scope: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        format!("/authorize?{}", query.finish())
    }
}

const REGISTERED: [&str; 7] =
    ["--template", "web", "--redirect-uri", CALLBACK, "--first-party", "--scope", "openid email"];

struct Stage<'a> {
    server: &'a Server,
    folder: &'a Path,
    cookie: &'a str,
}

impl Stage<'_> {
    /// Codes alone, which were fetched before; and the whole way of somebody who is signed in.
    fn codes(&self, web: &Application) -> (Row, Row) {
        let file = self.folder.join("codes");
        let path = web.request("openid email");
        let flow = |what: &str, seconds| {
            let arguments = [what, file.to_str().unwrap(), &web.proof, self.cookie];
            drive(self.server, (&path, &arguments), seconds)
        };
        flow("both", 1);
        let (mut codes, mut flows) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            flow("authorize", SECONDS + 1);
            codes.push(flow("redeem", SECONDS));
            flows.push(flow("both", SECONDS));
        }
        let codes = row("code exchange, access and ID token, per CPU-s", &codes);
        (codes, row("SSO flow: authorize with a session, then the code, per CPU-s", &flows))
    }

    fn refresh(&self, spa: &Application, scope: &str, words: &str) -> Row {
        let file = self.folder.join("tokens");
        let tokens: Vec<_> = (0..TOKENS).map(|_| self.token(spa, scope, "refresh_token")).collect();
        let mut windows = Vec::new();
        let mut held = tokens.join("\n");
        for _ in 0..RUNS {
            fs::write(&file, &held).unwrap();
            let arguments = ["refresh", file.to_str().unwrap(), &spa.proof, self.cookie];
            windows.push(drive(self.server, ("/oauth/token", &arguments), SECONDS));
            let fresh = (0..TOKENS).map(|_| self.token(spa, scope, "refresh_token"));
            held = fresh.collect::<Vec<_>>().join("\n");
        }
        row(&format!("refresh with rotation, {words}, per CPU-s"), &windows)
    }

    /// One that was just issued.
    fn token(&self, application: &Application, scope: &str, name: &str) -> String {
        let mut browser = Walk::with(self.server, self.cookie);
        let answer = browser.get(&application.request(scope));
        let code = answer.split("code=").nth(1).and_then(|rest| rest.split(['&', '\r']).next());
        let code = code.expect(&answer);
        let mut form = Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ]);
        let is_public = application.proof == application.id;
        if is_public {
            form.append_pair("client_id", &application.id);
        }
        let proof = if is_public { String::new() } else { application.proof.clone() };
        let answer = self.server.post("/oauth/token", &(form.finish(), proof));
        let token = answer.split(&format!("\"{name}\":\"")).nth(1);
        token.and_then(|rest| rest.split('"').next()).expect(&answer).to_owned()
    }

    fn userinfo(&self, report: &mut Report, web: &Application) {
        let token = self.token(web, "openid email", "access_token");
        let form = Some((String::new(), format!("Bearer {token}")));
        let (path, answer) = ("/oauth/userinfo".into(), "\"email\":".into());
        let limit = Limit { words: "user info with a JWT".into(), size: 140, goal: 0.20 };
        compare(report, self.server, (&Asked { path, answer, form }, limit));
    }
}

/// Documents cost no signature, so they do not wait for those that do.
fn undisturbed(report: &mut Report, (server, folder): (&Server, &Path)) {
    let machine = client(folder, &["--scope", "orders:read", "--resource", API]);
    let form = Some(("grant_type=client_credentials".to_owned(), machine));
    let (path, answer) = ("/oauth/token".into(), "\"access_token\":\"".into());
    let tokens = Asked { path, answer, form };
    let millis = std::thread::scope(|scope| {
        let busy = scope.spawn(|| load(server, &tokens, SECONDS + 2));
        std::thread::sleep(std::time::Duration::from_secs(1));
        let millis = quantile(server, ("/jwks", 16), SECONDS);
        busy.join().unwrap();
        millis
    });
    let name = "JWKS while tokens saturate the core, 99 % within ms";
    report.add(Row::of(name.into(), millis).wanted(Some(Wanted::AtMost(5.0))));
}

/// The cookie of somebody who has typed a password.
fn signed_in(server: &Server, folder: &Path) -> String {
    const PASSWORD: &str = "bench-walks-through-the-hall";
    const EMAIL: &str = "bench@example.test";
    fs::write(folder.join("password"), PASSWORD).unwrap();
    command(folder, &["user", "create", EMAIL, "--name", "Bench", "--password-file", "password"]);
    let mut browser = Walk::with(server, "");
    let page = browser.follow("/login?return_to=/account");
    let page = browser.send(&page, &[("username", EMAIL)]);
    browser.send(&page, &[("password", PASSWORD)]);
    browser.cookie
}
