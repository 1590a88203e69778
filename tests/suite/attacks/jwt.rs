//! Forged and odd tokens, where a client sends one: the assertion it authenticates with.

use crate::support::assertion::{KeyPair, SigningMachine, encoded};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

struct Place {
    server: TestServer,
    signer: SigningMachine,
}

impl Place {
    async fn new() -> Self {
        let server = TestServer::wanted(Engine::Sqlite).set("rate_limit.token", "500/1m");
        let server = server.start().await;
        let signer = SigningMachine::register(&server, &server.default_tenant()).await;
        Self { server, signer }
    }

    fn claims(&self) -> String {
        self.signer.claims(&self.server, "x").to_string()
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.signer.header();
        header[name] = value;
        self.signer.key.sign(&header.to_string(), &self.claims())
    }

    async fn refuses(&self, token: &str, why: &str) {
        let answer = SigningMachine::present(&self.server, token).await;
        assert_eq!(answer.status, 401, "{why}: {}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_client", "{why}");
    }

    async fn end(self) {
        let good = self.signer.assertion(&self.server, "good");
        let answer = SigningMachine::present(&self.server, &good).await;
        assert_eq!(answer.status, 200, "the good one: {}", answer.text());
        self.server.end().await;
    }
}

// A-080, A-081
#[tokio::test]
async fn no_algorithm_but_the_keys_own_is_spoken() {
    let place = Place::new().await;
    for alg in ["none", "None", "NONE", "", "RS256", "PS256", "ES384", "es256"] {
        place.refuses(&place.with_header("alg", json!(alg)), alg).await;
    }
    place.refuses(&place.with_header("alg", json!(1)), "a number").await;
    place.refuses(&place.with_header("alg", Value::Null), "null").await;
    for header in [r#"{"alg":"none"}"#, r#"{"typ":"JWT"}"#] {
        let unsigned = encoded(header, &place.claims());
        place.refuses(&format!("{unsigned}."), header).await;
    }
    let jwk = place.signer.key.jwk.to_string();
    for key in [jwk.as_str(), &place.signer.key.jwks(), ""] {
        for (name, alg) in
            [("HS256", Algorithm::HS256), ("HS384", Algorithm::HS384), ("HS512", Algorithm::HS512)]
        {
            let signed = encoded(&json!({ "alg": name }).to_string(), &place.claims());
            let secret = EncodingKey::from_secret(key.as_bytes());
            let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &secret, alg).unwrap();
            place.refuses(&format!("{signed}.{signature}"), name).await;
        }
    }
    place.end().await;
}

// A-082, A-083: a name in the header finds a registered key or none, and a key in the header is nobody's
#[tokio::test]
async fn the_header_brings_no_key() {
    let place = Place::new().await;
    let ours = place.server.browser().get("/jwks").await.json();
    let ours = ours["keys"][0]["kid"].clone();
    for kid in [
        json!("../../../dev/null"),
        json!("' OR 1=1 --"),
        json!("k".repeat(1500)),
        json!("a\0b"),
        json!({}),
        json!(7),
        ours,
    ] {
        place.refuses(&place.with_header("kid", kid.clone()), &kid.to_string()).await;
    }
    let eve = KeyPair::new(666);
    for (name, value) in [
        ("jwk", eve.jwk.clone()),
        ("jku", json!("http://127.0.0.1:1/keys")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        let header = json!({ "alg": "ES256", name: value }).to_string();
        place.refuses(&eve.sign(&header, &place.claims()), name).await;
    }
    // Beside a right signature they say nothing.
    let mut header = place.signer.header();
    header["x5t"] = json!("AAAA");
    header["x5c"] = json!(["MIIB"]);
    let good = place.signer.key.sign(&header.to_string(), &place.claims());
    assert_eq!(SigningMachine::present(&place.server, &good).await.status, 200);
    place.end().await;
}

// A-084, A-087, A-089, A-094
#[tokio::test]
async fn what_is_no_plain_signed_token_is_refused() {
    let place = Place::new().await;
    let good = place.signer.assertion(&place.server, "parts");
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("{good}") };
    let mut other_end = signature.to_owned();
    let last = other_end.pop().unwrap();
    // 64 bytes leave four bits over: the same bytes, spelled in another way.
    let place_of = |c| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .iter()
            .position(|letter| char::from(*letter) == c)
            .unwrap()
    };
    other_end.push(char::from(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[place_of(last) ^ 1],
    ));
    for odd in [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{signature}.x"),
        format!("{header}.{payload}.{signature}.x.y"),
        format!("{header}.{payload}.{signature}.x.y.z"),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}="),
        format!("{header}.{payload}.{}+/", &signature[..signature.len() - 2]),
        format!("{header}.{payload}.{other_end}"),
        "x".into(),
        "...".into(),
    ] {
        place.refuses(&odd, &odd).await;
    }
    place.end().await;
}

// A-084, A-089, A-094
#[tokio::test]
async fn a_header_or_payload_that_asks_for_more_is_refused() {
    let place = Place::new().await;
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("pad", json!("x".repeat(3000))),
    ] {
        place.refuses(&place.with_header(name, value), name).await;
    }
    let deep =
        format!(r#"{{"sub":"{}","a":{}1{}}}"#, place.signer.id, "[".repeat(17), "]".repeat(17));
    let header = place.signer.header().to_string();
    place.refuses(&place.signer.key.sign(&header, &deep), "deep").await;
    let long = SigningMachine::present(&place.server, &"x".repeat(17 * 1024)).await;
    assert_eq!(long.status, 400, "longer than a parameter may be");
    place.end().await;
}

// A-085, A-086, A-088
#[tokio::test]
async fn a_token_has_one_reading() {
    let place = Place::new().await;
    let (header, claims) = (place.signer.header().to_string(), place.claims());
    let inside = claims.trim_start_matches('{');
    for payload in [
        format!(r#"{{"sub":"{}",{inside}"#, place.signer.id),
        format!(r#"{{"cnf":{{"a":1,"a":2}},{inside}"#),
        format!(r#"{{"act":{{"act":{{"a":1,"a":2}}}},{inside}"#),
        format!("\u{feff}{claims}"),
        format!("{claims} {{}}"),
        format!(r#"{{"x":1e400,{inside}"#),
    ] {
        place.refuses(&place.signer.key.sign(&header, &payload), &payload).await;
    }
    let twice = format!(r#"{{"alg":"ES256",{}"#, header.trim_start_matches('{'));
    place.refuses(&place.signer.key.sign(&twice, &claims), "a header with two").await;
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let utf16: Vec<u8> = claims.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let unsigned = format!("{}.{}", part(header.as_bytes()), part(&utf16));
    place.refuses(&format!("{unsigned}.AAAA"), "UTF-16").await;
    place.end().await;
}

// A-086, A-088
#[tokio::test]
async fn a_claim_of_another_kind_is_none() {
    let place = Place::new().await;
    let header = place.signer.header().to_string();
    for (name, value) in [
        ("exp", json!("9999999999")),
        ("exp", json!(-1)),
        ("exp", json!(true)),
        ("exp", Value::Null),
        ("exp", json!(9_223_372_036_854_775_808_u64)),
        ("nbf", json!("0")),
        ("iat", json!([])),
        ("aud", json!([{}])),
        ("aud", json!([1])),
        ("iss", json!([place.signer.id])),
        ("sub", json!(1)),
    ] {
        let mut odd = place.signer.claims(&place.server, "odd");
        odd[name] = value.clone();
        let odd = place.signer.key.sign(&header, &odd.to_string());
        place.refuses(&odd, &format!("{name} {value}")).await;
    }
    for typ in ["at+jwt", "logout+jwt", "dpop+jwt", "JWE", "application/at+jwt", ""] {
        place.refuses(&place.with_header("typ", json!(typ)), typ).await;
    }
    for (number, typ) in
        ["jwt", "application/jwt", "client-authentication+JWT"].into_iter().enumerate()
    {
        let mut header = place.signer.header();
        header["typ"] = json!(typ);
        let claims = place.signer.claims(&place.server, &format!("typ {number}")).to_string();
        let good = place.signer.key.sign(&header.to_string(), &claims);
        assert_eq!(SigningMachine::present(&place.server, &good).await.status, 200, "{typ}");
    }
    place.end().await;
}
