//! What to paste into an application: texts in `templates/snippets/`, with the values of a client filled in.

use crate::kernel::secret::Secret;
use crate::oauth::clients::model::{Client, Method};

pub const FRAMEWORKS: [(&str, &str); 11] = [
    ("node", include_str!("../../../templates/snippets/node.txt")),
    ("spa", include_str!("../../../templates/snippets/spa.txt")),
    ("python", include_str!("../../../templates/snippets/python.txt")),
    ("spring", include_str!("../../../templates/snippets/spring.txt")),
    ("dotnet", include_str!("../../../templates/snippets/dotnet.txt")),
    ("apache", include_str!("../../../templates/snippets/apache.txt")),
    ("curl", include_str!("../../../templates/snippets/curl.txt")),
    ("oauth2-proxy", include_str!("../../../templates/snippets/oauth2-proxy.txt")),
    ("grafana", include_str!("../../../templates/snippets/grafana.txt")),
    ("gitea", include_str!("../../../templates/snippets/gitea.txt")),
    ("kubernetes", include_str!("../../../templates/snippets/kubernetes.txt")),
];

/// Nothing for a framework that is not known. The secret stands in it only in the moment in which it is made.
pub fn fill(
    framework: &str,
    client: &Client,
    issuer: &str,
    secret: Option<&Secret>,
) -> Option<String> {
    let (_, text) = FRAMEWORKS.iter().find(|(name, _)| *name == framework)?;
    let registration = &client.registration;
    let uri = registration.redirect_uris.first().map_or("", |uri| uri.as_str());
    let secret = match (secret, registration.method) {
        (Some(secret), _) => secret.reveal(),
        (None, Method::None | Method::PrivateKeyJwt) => "",
        (None, _) => "THE-SECRET",
    };
    let mut filled = String::with_capacity(text.len() + 256);
    // A line about a secret says nothing to who has none.
    for line in text.lines().filter(|line| !secret.is_empty() || !line.contains("{client_secret}"))
    {
        filled.push_str(line);
        filled.push('\n');
    }
    let values = [
        ("{issuer}", issuer),
        ("{client_id}", client.id.as_str()),
        ("{client_secret}", secret),
        ("{redirect_uri}", uri),
        ("{origin}", origin(uri)),
        ("{scope}", &registration.scope.to_string()),
    ];
    Some(values.into_iter().fold(filled, |text, (name, value)| text.replace(name, value)))
}

fn origin(uri: &str) -> &str {
    let slash = uri.match_indices('/').nth(2).map_or(uri.len(), |(place, _)| place);
    uri.get(..slash).unwrap_or(uri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::ClientId;
    use crate::kernel::time::Timestamp;
    use crate::oauth::clients::model::{Kind, RedirectUri, Registration};

    #[test]
    fn every_snippet_has_the_values_of_the_client_and_no_gap() {
        let uri = RedirectUri::parse("https://app.example/callback", Kind::Confidential).unwrap();
        let of = |method| Client {
            id: ClientId::parse("cli_00000000000000000000000000").unwrap(),
            registration: Registration {
                method,
                redirect_uris: vec![uri.clone()],
                ..Registration::default()
            },
            made_at: Timestamp::default(),
            disabled_at: None,
            not_before: None,
        };
        let secret = Secret::new("s3cret");
        for (name, _) in FRAMEWORKS {
            let whole = fill(name, &of(Method::ClientSecret), "https://id.example", Some(&secret));
            let whole = whole.unwrap();
            assert!(
                whole.contains("https://id.example") && whole.contains("cli_0000"),
                "{name}: {whole}"
            );
            for gap in [
                "{issuer}",
                "{client_id}",
                "{client_secret}",
                "{redirect_uri}",
                "{origin}",
                "{scope}",
            ] {
                assert!(!whole.contains(gap), "{name}: {gap}");
            }
            let public = fill(name, &of(Method::None), "https://id.example", None).unwrap();
            assert!(!public.contains("THE-SECRET"), "{name}");
        }
        assert_eq!(fill("cobol", &of(Method::None), "", None), None);
        assert_eq!(origin("https://app.example/callback"), "https://app.example");
    }
}
