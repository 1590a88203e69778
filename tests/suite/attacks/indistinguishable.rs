//! Whoever is asked for, nobody learns whether there is such an account, nor how it stands: by the answer, or by the time
//! that it takes.
//!
//! The time is a matter of statistics and of a quiet machine, so that test runs apart:
//! `cargo test --release --test suite takes_the_same_time -- --ignored --nocapture`

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::{TestServer, Wanted};
use crate::support::visitor::{Form, PASSWORD};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;
use vestibule::accounts::model::Turn;
use vestibule::accounts::turn::turn;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::UserId;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::Work;
use vestibule::touch;

const KINDS: [&str; 6] = ["existing", "missing", "locked", "suspended", "unverified", "federated"];
const FORGET_PASSWORD: &str = "DELETE FROM passwords WHERE tenant_id = $1 AND user_id = $2";

/// Several of each kind: of one account, a hundred wrong passwords in a row are the most that is looked at.
const EACH: usize = 8;

fn email(kind: &str, number: usize) -> String {
    format!("{kind}{number}@example.test")
}

async fn house(wanted: Wanted) -> TestServer {
    let server = wanted.with_mail().set("rate_limit.register", "100000/1h").start().await;
    let tenant = server.default_tenant();
    for kind in KINDS.into_iter().filter(|kind| *kind != "missing") {
        for number in 0..EACH {
            let email = email(kind, number);
            let id = match kind {
                "unverified" => server.unproven(&email, PASSWORD).await,
                _ => server.person(&tenant, &email, PASSWORD).await.id,
            };
            stand(&server, kind, &id).await;
        }
    }
    server
}

async fn stand(server: &TestServer, kind: &str, id: &UserId) {
    let (database, at) = (&server.house().database, server.at(&server.default_tenant()));
    let turned = match kind {
        "locked" => Turn::Lock,
        "suspended" => Turn::Suspend,
        "federated" => {
            let forget = async |work: &mut Work| {
                let tenant = work.tenant();
                touch!(work, |c| sqlx::query(FORGET_PASSWORD)
                    .bind(tenant.as_str())
                    .bind(id.as_str())
                    .execute(c))?;
                Ok(())
            };
            let done: Done<()> = database.write(at, forget).await;
            return done.unwrap();
        }
        _ => return,
    };
    turn(database, at, (id, turned), &server.context()).await.unwrap();
}

/// A filled-in form in a browser of its own, not yet sent.
async fn form(
    server: &TestServer,
    at: &str,
    email: &str,
) -> (crate::support::visitor::Visitor, Form) {
    let mut visitor = server.visitor();
    if at == "/forgot" {
        let page = visitor.visit("/forgot").await;
        return (visitor, Form::of(&page).with(&[("username", email)]));
    }
    let page = visitor.visit("/login").await;
    let page = visitor.submit(&page, &[("username", email)]).await;
    let form = Form::of(&page).with(&[("password", "a-wrong-walk-through-hall")]);
    (visitor, form)
}

/// All of it that somebody sees, but for what they typed themselves and what each answer draws anew.
fn seen(answer: &Answer, email: &str) -> (u16, Vec<String>, String) {
    let names = answer.headers.keys().map(ToString::to_string).collect();
    let mut body = answer.body.replace(email, "EMAIL");
    if body.contains("name=\"token\"") {
        let token = body.split("name=\"token\" value=\"").nth(1).unwrap();
        let token = token.split('"').next().unwrap().to_owned();
        body = body.replace(&token, "TOKEN");
    }
    (answer.status, names, body)
}

// A-120, INV-20: one status, one set of headers, one body, for every kind of account and for none; also under a lock
#[tokio::test]
async fn every_kind_of_account_gets_the_same_answer() {
    for engine in engines() {
        let server = house(TestServer::wanted(engine)).await;
        for at in ["/login", "/forgot"] {
            let mut answers = BTreeMap::new();
            for kind in KINDS {
                let email = email(kind, 0);
                let (mut visitor, form) = form(&server, at, &email).await;
                let answer = visitor.post(&form).await;
                answers.entry(seen(&answer, &email)).or_insert_with(Vec::new).push(kind);
            }
            assert_eq!(answers.len(), 1, "{engine:?} {at}: {answers:#?}");
        }
        let mut answers = BTreeMap::new();
        for kind in KINDS {
            let email = email(kind, 1);
            for _ in 0..5 {
                let (mut visitor, form) = form(&server, "/login", &email).await;
                visitor.post(&form).await;
                server.clock.advance(Lifetime::seconds(5));
            }
            let (mut visitor, form) = form(&server, "/login", &email).await;
            let answer = visitor.post(&form).await;
            assert_eq!(answer.status, 429, "{engine:?} {kind}");
            // Until when, is told in words that follow the clock.
            let seen = seen(&answer, &email);
            answers.entry((seen.0, seen.1)).or_insert_with(Vec::new).push(kind);
        }
        assert_eq!(answers.len(), 1, "{engine:?}: {answers:?}");
        server.end().await;
    }
}

const ROUNDS: usize = 50;

/// security.md, A-120: medians less than this apart.
const MICROS: f64 = 5_000.0;

/// And a Kolmogorov-Smirnov test that finds no difference: one in a hundred over all ten comparisons.
const CHANCE: f64 = 0.01 / 10.0;

// A-120, INV-20: 400 samples of each kind, interleaved
#[tokio::test]
#[ignore = "statistics, on a quiet machine: see the head of this file"]
#[allow(clippy::disallowed_methods, reason = "it measures")]
async fn every_kind_of_account_takes_the_same_time() {
    let server = house(TestServer::wanted(Engine::Sqlite)).await;
    let mut wrong = Vec::new();
    for at in ["/login", "/forgot"] {
        let mut samples: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for round in 0..ROUNDS {
            for number in 0..EACH {
                for place in 0..KINDS.len() {
                    // Each kind comes first, second, … as often as any other.
                    let kind = KINDS[(place + round + number) % KINDS.len()];
                    let (mut visitor, form) = form(&server, at, &email(kind, number)).await;
                    let began = Instant::now();
                    visitor.post(&form).await;
                    let took = began.elapsed().as_secs_f64() * 1e6;
                    samples.entry(kind).or_default().push(took);
                }
            }
            server.clock.advance(Lifetime::minutes(31));
            server.turn("jobs").await;
        }
        let usual = sorted(&samples["existing"]);
        for (kind, taken) in &samples {
            let (taken, chance) = (sorted(taken), likeness(&usual, &sorted(taken)));
            let apart = median(&taken) - median(&usual);
            let line = format!(
                "{at:8} {kind:11} n={} median {:7.0} µs, apart {apart:+6.0} µs, p {chance:.4}\n",
                taken.len(),
                median(&taken)
            );
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            if apart.abs() >= MICROS || chance < CHANCE {
                wrong.push(line);
            }
        }
    }
    server.end().await;
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

/// How likely two samples so far apart are, if both are of one kind (Kolmogorov and Smirnov, for large samples).
#[allow(clippy::cast_precision_loss, reason = "some hundreds")]
fn likeness(one: &[f64], other: &[f64]) -> f64 {
    let below = |values: &[f64], limit: f64| {
        values.partition_point(|value| *value <= limit) as f64 / values.len() as f64
    };
    let all = one.iter().chain(other);
    let apart = all.map(|at| (below(one, *at) - below(other, *at)).abs()).fold(0.0, f64::max);
    let size = (one.len() * other.len()) as f64 / (one.len() + other.len()) as f64;
    let lambda = apart * size.sqrt();
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: f64| (-2.0 * k * k * lambda * lambda).exp();
    let sum: f64 =
        (1..=100).map(|k| if k % 2 == 1 { term(k.into()) } else { -term(k.into()) }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}
