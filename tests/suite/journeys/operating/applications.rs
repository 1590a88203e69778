//! `vestibule client`: from registering an application to what went wrong with it.

use crate::support::program::Ground;
use serde_json::Value;

const QUICK: &str = "[jwt]\nalgorithms = [\"ES256\"]\n";

async fn used() -> Ground {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
    ground
}

// experience §2.2: one command registers what an application needs, and prints what to paste into it
#[tokio::test]
async fn a_template_registers_and_says_what_to_paste() {
    let ground = used().await;
    let run =
        async |more: &[&str]| ground.configured_run(&[&["client", "create"], more].concat()).await;
    let grafana = run(&["--template", "grafana", "--url", "https://g.example/"]).await;
    assert_eq!(grafana.code, Some(0), "{grafana:?}");
    for words in [
        "[auth.generic_oauth]",
        "client_id = cli_",
        "use_pkce = true",
        "root_url = https://g.example",
    ] {
        assert!(grafana.out.contains(words), "{words}: {}", grafana.out);
    }
    run(&["--template", "web"]).await.refuses(2, &["where is the application?"]);
    run(&["--template", "web", "--url", "https://a.example", "--profile", "fapi2"])
        .await
        .refuses(2, &["reserved"]);
    run(&["--template", "web", "--redirect-uri", "http://a.example/cb"])
        .await
        .refuses(2, &["https://"]);
    let profile = run(&["--name", "Old", "--profile", "oidc-compat", "--json"]).await.data();
    assert_eq!(profile["registration"]["profile"], "oidc-compat");
}

// D-01: what each template registers; only one goes without PKCE, and says so
#[tokio::test]
async fn every_template_registers_what_its_application_needs() {
    let ground = used().await;
    let templates: [(&str, &[&str], &str, &str); 7] = [
        ("spa", &["https://a.example"], "https://a.example/callback", "none"),
        ("web", &["https://a.example"], "https://a.example/callback", "client_secret"),
        ("native", &[], "http://127.0.0.1/callback", "none"),
        (
            "oauth2-proxy",
            &["https://a.example"],
            "https://a.example/oauth2/callback",
            "client_secret",
        ),
        (
            "gitea",
            &["https://a.example"],
            "https://a.example/user/oauth2/vestibule/callback",
            "client_secret",
        ),
        ("kubernetes", &[], "http://localhost:8000", "none"),
        ("service", &[], "", "client_secret"),
    ];
    for (template, url, redirect, method) in templates {
        let url = url.iter().flat_map(|url| ["--url", url]);
        let all: Vec<&str> = ["--template", template, "--json"].into_iter().chain(url).collect();
        let made = ground.configured_run(&[&["client", "create"], &all[..]].concat()).await.data();
        let registration = &made["registration"];
        assert_eq!(registration["redirect_uris"][0].as_str().unwrap_or(""), redirect, "{template}");
        assert_eq!(registration["method"], method, "{template}");
        assert_eq!(made.get("client_secret").is_some(), method != "none", "{template}");
        let is_told_groups = registration["scope"].as_str().unwrap().contains("groups");
        let turns_them = ["oauth2-proxy", "gitea", "kubernetes"].contains(&template);
        assert_eq!(is_told_groups, turns_them, "P-220: {template}");
        let reads_id_token = registration["id_token_claims"] == "of_the_scope";
        assert_eq!(reads_id_token, template == "kubernetes", "{template}");
        let excused = registration["challenge"] == "excused";
        assert_eq!(excused, template == "gitea", "D-01: {template}");
    }
}

// experience §2.2, D-12: changed, shut out, let in, gone
#[tokio::test]
async fn an_application_is_changed_and_ended() {
    let ground = used().await;
    let client = async |more: &[&str]| ground.configured_run(&[&["client"], more].concat()).await;
    let made = client(&["create", "--template", "web", "--url", "https://a.example", "--json"])
        .await
        .data();
    let id = made["client_id"].as_str().unwrap();
    let add = [
        "update",
        id,
        "--add-redirect-uri",
        "https://b.example/cb",
        "--name",
        "Two",
        "--require-pushed",
        "yes",
        "--json",
    ];
    let updated = client(&add).await.data();
    let told = client(&["update", id, "--id-token-claims", "scope", "--json"]).await.data();
    assert_eq!(told["changed"], serde_json::json!(["id_token_claims"]));
    assert_eq!(updated["changed"], serde_json::json!(["name", "pushing", "redirect_uris"]));
    assert_eq!(updated["registration"]["redirect_uris"].as_array().unwrap().len(), 2);
    assert_eq!(
        client(&add).await.data()["changed"],
        serde_json::json!([]),
        "nothing is left to do"
    );
    for (option, value, words) in [
        ("--remove-redirect-uri", "https://x.example", "is not registered"),
        ("--jwks-uri", "https://127.0.0.1/keys", "private"),
        ("--profile", "fapi2", "reserved"),
    ] {
        client(&["update", id, option, value]).await.refuses(2, &[words]);
    }
}

/// Options of a web application that is told of logouts, and what comes of each in its registration.
const DETAILS: [(&str, &str, &str, &str); 9] = [
    (
        "--post-logout-redirect-uri",
        "https://a.example/out",
        "/logout/post_logout_redirect_uris/0",
        "\"https://a.example/out\"",
    ),
    (
        "--backchannel-logout-uri",
        "https://a.example/told",
        "/logout/backchannel_logout_uri",
        "\"https://a.example/told\"",
    ),
    (
        "--backchannel-session-required",
        "yes",
        "/logout/backchannel_logout_session_required",
        "true",
    ),
    ("--subject-type", "pairwise", "/subject_type", "\"pairwise\""),
    ("--userinfo-alg", "ES256", "/userinfo_algorithm", "\"ES256\""),
    ("--access-token-ttl", "2m", "/access_token_seconds", "120"),
    ("--tos-uri", "https://a.example/terms", "/about/tos_uri", "\"https://a.example/terms\""),
    ("--contact", "dev@a.example", "/about/contacts/0", "\"dev@a.example\""),
    ("--auth-method", "client_secret_jwt", "/method", "\"client_secret_jwt\""),
];

// PRO-06, PRO-07, P-045, P-048: how it is signed out, how it knows people, what is signed; an empty word takes it away
#[tokio::test]
async fn an_application_is_told_of_logouts_and_people_are_told_of_it() {
    let ground = used().await;
    let client = async |more: &[&str]| ground.configured_run(&[&["client"], more].concat()).await;
    let mut create = vec!["create", "--template", "web", "--url", "https://a.example", "--json"];
    create.extend(DETAILS.iter().flat_map(|(option, value, ..)| [*option, *value]));
    let made = client(&create).await.data();
    for (option, _, place, value) in DETAILS {
        let found = made["registration"].pointer(place).map(Value::to_string);
        assert_eq!(found.as_deref(), Some(value), "{option}");
    }
    let id = made["client_id"].as_str().unwrap();
    let mut emptied = vec!["update", id, "--json"];
    for option in ["--backchannel-logout-uri", "--userinfo-alg", "--post-logout-redirect-uri"] {
        emptied.extend([option, ""]);
    }
    let updated = client(&emptied).await.data();
    assert_eq!(updated["changed"], serde_json::json!(["logout", "userinfo_algorithm"]));
    assert_eq!(
        updated["registration"]["logout"]["post_logout_redirect_uris"],
        serde_json::json!([])
    );
    for (option, value, words) in [
        ("--backchannel-logout-uri", "https://127.0.0.1/told", "private"),
        ("--frontchannel-logout-uri", "https://b.example/told", "frontchannel_logout_uri"),
        ("--add-redirect-uri", "https://b.example/cb", "pairwise"),
        ("--userinfo-alg", "HS256", "no key"),
        ("--logo-uri", "javascript:alert(1)", "javascript"),
    ] {
        client(&["update", id, option, value]).await.refuses(2, &[words]);
    }
}

// experience §2.2, D-12: shut out, let in, gone; each of it on record
#[tokio::test]
async fn an_application_is_shut_out_and_ended() {
    let ground = used().await;
    let client = async |more: &[&str]| ground.configured_run(&[&["client"], more].concat()).await;
    let made = client(&["create", "--name", "Billing", "--json"]).await.data();
    let id = made["client_id"].as_str().unwrap();
    client(&["update", id, "--name", "Two"]).await;
    assert_eq!(client(&["disable", id, "--json"]).await.data()["done"], true);
    assert_eq!(client(&["disable", id, "--json"]).await.data()["done"], false);
    assert!(client(&["list"]).await.out.contains("disabled"));
    assert_eq!(client(&["enable", id, "--json"]).await.data()["done"], true);
    client(&["delete", id]).await.refuses(10, &["--yes"]);
    assert_eq!(client(&["delete", id, "--yes"]).await.code, Some(0));
    client(&["get", id]).await.refuses(4, &["there is no client"]);
    let audit = ground.configured_run(&["audit", "tail", "--json"]).await.out;
    for kind in ["client.updated", "client.disabled", "client.enabled", "client.deleted"] {
        assert!(audit.contains(kind), "{kind}");
    }
}

// experience §2.2: what an application would do, and why it was refused (ADM-10)
#[tokio::test]
async fn an_application_is_tried_and_its_errors_are_explained() {
    let ground = used().await;
    let client = async |more: &[&str]| ground.configured_run(&[&["client"], more].concat()).await;
    let made =
        client(&["create", "--name", "Billing", "--scope", "orders:read", "--json"]).await.data();
    let (id, secret) =
        (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    ground.write("secret", secret);
    let path = ground.path("secret");
    let test = ["test", id, "--secret-file", path.to_str().unwrap()];
    let nobody = client(&test).await;
    assert_eq!(nobody.code, Some(8), "{nobody:?}");
    assert!(nobody.out.contains("✗ discovery") && nobody.err.contains("something is wrong"));

    let running = ground.serve().await;
    let tried = client(&test).await;
    assert_eq!(tried.code, Some(0), "{tried:?}");
    for words in ["✓ discovery", "✓ keys", "✓ token", "a token was issued"] {
        assert!(tried.out.contains(words), "{words}: {}", tried.out);
    }
    let wrong = format!("grant_type=client_credentials&client_id={id}&client_assertion=planted");
    let refused = ground.browser().post("/oauth/token", &[], &wrong).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    let body = format!(
        "grant_type=client_credentials&client_id={id}&client_secret=planted&scope=orders:write"
    );
    let refused = ground.browser().post("/oauth/token", &[], &body).await;
    assert_eq!(refused.status, 401);
    let reference = refused.header("x-request-id").to_owned();
    let errors = client(&["errors", id, "--json"]).await;
    let found: Value = errors.data();
    assert!(!errors.out.contains("planted"), "no secret: {}", errors.out);
    assert_eq!(found[0]["error"], "invalid_client", "{found}");
    assert_eq!(found[0]["reference"], reference.as_str());
    assert!(found.to_string().contains("orders:write"), "{found}");
    let one = client(&["errors", "--reference", &reference]).await;
    assert!(one.out.contains("not open to the application"), "{one:?}");
    client(&["errors", "--reference", "req_nothing"]).await.refuses(4, &["seven days"]);
    assert_eq!(running.stop().await.code, Some(0));
}

// P-213: tokens with which applications register themselves
#[tokio::test]
async fn a_token_lets_an_application_register_itself() {
    let ground = used().await;
    let client =
        async |more: &[&str]| ground.configured_run(&[&["client", "token"], more].concat()).await;
    let set = ["tenant", "set", "default", "clients.registration", "token"];
    assert_eq!(ground.configured_run(&set).await.code, Some(0));
    let made = client(&["create", "--name", "Partner", "--uses", "2", "--json"]).await.data();
    let token = made["token"].as_str().unwrap();
    assert_eq!((&made["uses_left"], &made["live"]), (&2.into(), &true.into()));
    let listed = client(&["list", "--json"]).await;
    assert!(!listed.out.contains(token), "INV-26");
    let running = ground.serve().await;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = r#"{"redirect_uris":["https://rp.example/cb"],"client_name":"Partner"}"#;
    let answer = ground.browser().send("/oauth/register", &headers, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = made["token_id"].as_str().unwrap();
    assert_eq!(client(&["revoke", id]).await.code, Some(0));
    assert_eq!(ground.browser().send("/oauth/register", &headers, body).await.status, 401);
    client(&["revoke", id]).await.refuses(4, &["no live token"]);
    assert_eq!(running.stop().await.code, Some(0));
}

// what to paste, for whoever made the application already
#[tokio::test]
async fn a_snippet_has_the_values_of_the_client() {
    let ground = used().await;
    let client = async |more: &[&str]| ground.configured_run(&[&["client"], more].concat()).await;
    let made = client(&["create", "--template", "spa", "--url", "https://a.example", "--json"])
        .await
        .data();
    let id = made["client_id"].as_str().unwrap();
    let all = client(&["snippet", id, "--json"]).await.data();
    for framework in all.as_array().unwrap() {
        let text = client(&["snippet", id, framework.as_str().unwrap()]).await.out;
        assert!(text.contains(id) && !text.contains("{client_id}"), "{framework}: {text}");
    }
    client(&["snippet", id, "cobol"]).await.refuses(2, &["cobol", "node"]);
}
