//! Who waits at the end of a sign-in: what the pages of `signin` are told about an authorization under way.

use super::interaction::{chosen_since, fresh_since};
use super::model::{AuthorizationRequest, Demand, Transaction, Transactions};
use super::wish::assurance;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TransactionId;
use crate::kernel::uri::Origin;
use crate::oauth::clients::model::{self as clients, Clients, SecondFactor};
use crate::oauth::logos::model::path as logo;
use crate::oauth::realm::AUTHORIZE;
use crate::platform::storage::{At, Database, Work};
use crate::sessions::model::Assurance;
use crate::signin::model::{LocalPath, Outside, Purpose};
use std::sync::Arc;
use url::{Host, Url};

/// Where a transaction goes on after somebody has signed in.
pub fn path_of(id: &TransactionId) -> String {
    format!("{AUTHORIZE}/{id}")
}

fn transaction_at(path: &LocalPath) -> Option<TransactionId> {
    let rest = path.as_str().strip_prefix(AUTHORIZE)?.strip_prefix('/')?;
    TransactionId::parse(rest)
}

/// A path that leads to no transaction is one of our own.
pub async fn purpose(database: &Database, at: At, path: LocalPath) -> Result<Purpose, Failure> {
    let Some(id) = transaction_at(&path) else { return Ok(Purpose::our_own(path)) };
    let found = database.read(at, async |work: &mut Work| {
        let Some(transaction) = work.transaction_of_any_browser(&id).await? else {
            return Ok(None);
        };
        let client = match transaction.request.client() {
            Some(client) => work.client(&client).await?,
            None => None,
        };
        Ok(client.map(|client| (transaction, client)))
    });
    let Some((transaction, found)) = found.await? else { return Ok(Purpose::our_own(path)) };
    let (picture, client) =
        (found.logo().map(|digest| logo(&found.client.id, digest)), &found.client);
    let Transaction { request, made_at, .. } = &transaction;
    let registered = &client.registration;
    Ok(Purpose {
        return_to: path,
        application: Some(registered.name.as_str().into()),
        picture: picture.map(Arc::from),
        is_stranger: registered.origin == clients::Origin::Itself,
        client: Some(client.id.clone()),
        policy: registered.about.policy_uri.as_deref().map(Arc::from),
        terms: registered.about.tos_uri.as_deref().map(Arc::from),
        form_to: outside(request.destination.redirect_uri()),
        login_hint: request.login_hint.as_deref().map(Arc::from),
        idp_hint: request.idp_hint.as_deref().map(Arc::from),
        languages: request.ui_locales.as_deref().map(Arc::from),
        // Who comes here from a transaction is to prove something, even somebody who is signed in: that they are
        // another, or more than they have shown. Without that, both sides would send them to each other for ever.
        fresh_since: match wants_another_proof(request) {
            true => Some(*made_at),
            false => fresh_since(request, *made_at),
        },
        chosen_since: chosen_since(request, *made_at),
        demands_two: client.registration.second_factor == SecondFactor::Demanded,
        assurance: assurance(request).unwrap_or(Assurance::OneFactor),
    })
}

fn wants_another_proof(request: &AuthorizationRequest) -> bool {
    let wants_more = assurance(request).is_some_and(|asked| asked > Assurance::OneFactor);
    request.subject.is_some() || request.acr_demand == Demand::Must || wants_more
}

/// What a page's `form-action` must name, so that the answer may leave. No policy can name an IPv6 address.
pub fn outside(redirect_uri: &str) -> Option<Outside> {
    let url = Url::parse(redirect_uri).ok()?;
    match (url.scheme(), url.host()) {
        ("http" | "https", Some(Host::Ipv6(_))) => Some(Outside::Scheme(url.scheme().into())),
        ("http" | "https", _) => {
            let origin = Origin::parse(&url.origin().ascii_serialization());
            origin.ok().map(Outside::Origin)
        }
        (scheme, _) => Some(Outside::Scheme(scheme.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-005, D-14
    #[test]
    fn the_policy_names_where_the_answer_goes() {
        let origin = |text| Some(Outside::Origin(Origin::parse(text).unwrap()));
        assert_eq!(outside("https://rp.example/cb?a=b"), origin("https://rp.example"));
        assert_eq!(outside("http://127.0.0.1:8080/cb"), origin("http://127.0.0.1:8080"));
        assert_eq!(outside("http://[::1]:8080/cb"), Some(Outside::Scheme("http".into())));
        let app = Some(Outside::Scheme("com.example.app".into()));
        assert_eq!(outside("com.example.app:/cb"), app);
    }

    #[test]
    fn only_a_path_to_a_transaction_is_one() {
        let at = |text: &str| transaction_at(&LocalPath::parse(text).unwrap());
        let id = format!("txn_{}", "0".repeat(26));
        assert!(at(&format!("/authorize/{id}")).is_some());
        for other in ["/authorize", "/authorize/", "/authorize/x", &format!("/authorize/{id}/")] {
            assert!(at(other).is_none(), "{other}");
        }
    }
}
