//! What the metadata promise is tested: each member names the test that holds it to its word.

use crate::support::database::Engine;
use crate::support::server::TestServer;
use std::collections::BTreeSet;
use std::path::Path;

/// Member of the metadata, and the test without which it would be a claim.
const PROVEN: &[(&str, &str)] = &[
    ("issuer", "every_issuer_is_described_where_both_specifications_look"),
    ("jwks_uri", "a_machine_fetches_a_token_that_any_verifier_believes"),
    ("authorization_endpoint", "a_browser_comes_back_with_a_code_that_becomes_tokens"),
    ("token_endpoint", "a_machine_fetches_a_token_that_any_verifier_believes"),
    ("introspection_endpoint", "an_api_sees_a_token_end"),
    ("revocation_endpoint", "an_api_sees_a_token_end"),
    ("userinfo_endpoint", "the_scope_says_what_an_application_is_told"),
    ("end_session_endpoint", "a_hint_of_this_session_ends_it_without_a_question"),
    ("scopes_supported", "consent_is_asked_once_and_again_for_more"),
    ("response_types_supported", "everything_else_is_told_to_the_client"),
    ("response_modes_supported", "an_error_uses_the_mode_that_was_asked_for"),
    ("grant_types_supported", "a_grant_type_is_known_registered_and_named_once"),
    ("code_challenge_methods_supported", "a_wrong_proof_of_the_right_client_burns_the_code"),
    ("prompt_values_supported", "consent_is_asked_once_and_again_for_more"),
    ("acr_values_supported", "a_browser_comes_back_with_a_code_that_becomes_tokens"),
    ("authorization_response_iss_parameter_supported", "an_error_uses_the_mode_that_was_asked_for"),
    ("claims_parameter_supported", "a_claim_is_told_where_it_was_asked_for"),
    ("request_parameter_supported", "a_signed_request_cannot_be_changed_in_the_browser"),
    ("request_uri_parameter_supported", "a_request_is_fetched_only_from_where_it_was_registered"),
    ("require_request_uri_registration", "a_request_is_fetched_only_from_where_it_was_registered"),
    (
        "request_object_signing_alg_values_supported",
        "a_request_object_is_signed_with_a_key_of_the_client",
    ),
    ("pushed_authorization_request_endpoint", "a_pushed_request_gets_a_reference"),
    ("token_endpoint_auth_methods_supported", "a_client_authenticates_as_it_registered"),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        "an_assertion_by_a_private_key_is_good_once",
    ),
    ("introspection_signing_alg_values_supported", "an_answer_about_a_token_is_signed_on_request"),
    ("introspection_endpoint_auth_methods_supported", "a_client_authenticates_as_it_registered"),
    (
        "introspection_endpoint_auth_signing_alg_values_supported",
        "an_assertion_by_a_private_key_is_good_once",
    ),
    ("revocation_endpoint_auth_methods_supported", "a_client_authenticates_as_it_registered"),
    (
        "revocation_endpoint_auth_signing_alg_values_supported",
        "an_assertion_by_a_private_key_is_good_once",
    ),
    ("subject_types_supported", "a_pairwise_name_leads_to_no_other"),
    ("claim_types_supported", "the_scope_says_what_an_application_is_told"),
    ("claims_supported", "the_scope_says_what_an_application_is_told"),
    ("id_token_signing_alg_values_supported", "both_tokens_of_a_client_have_one_algorithm"),
    ("userinfo_signing_alg_values_supported", "a_client_may_have_it_signed"),
    ("backchannel_logout_supported", "an_application_is_told_until_it_has_heard"),
    ("backchannel_logout_session_supported", "an_application_is_told_until_it_has_heard"),
    ("frontchannel_logout_supported", "an_application_is_told_in_a_frame"),
    ("frontchannel_logout_session_supported", "an_application_is_told_in_a_frame"),
];

// P-001, OIDC Discovery §3: nothing is listed that no test has tried
#[tokio::test]
async fn the_metadata_list_nothing_untested() {
    let server = TestServer::start(Engine::Sqlite).await;
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    let listed: BTreeSet<&str> = metadata.as_object().unwrap().keys().map(String::as_str).collect();
    let proven: BTreeSet<&str> = PROVEN.iter().map(|(member, _)| *member).collect();
    assert_eq!(listed, proven, "a member and its test come and go together");
    let mut code = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite"), &mut code);
    for (member, test) in PROVEN {
        assert!(code.contains(&format!("fn {test}(")), "{member} names {test}, and there is none");
    }
    server.end().await;
}

fn read(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
