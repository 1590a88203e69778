//! The client itself.

use super::allow::{Allow, Door, Speech};
use super::target::{Target, closed};
use super::{Answer, Outbound, OutboundRefusal, OutboundSettings, Request};
use crate::kernel::failure::Failure;
use arc_swap::ArcSwap;
use bytes::{Bytes, BytesMut};
use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Response};
use std::collections::HashMap;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// More exchanges than this wait for one another, within their time: what others name must not use up our
/// sockets and threads.
const AT_ONCE: usize = 64;

/// Asks the outside, and connects to no address that was not checked.
pub struct Client {
    rules: ArcSwap<Rules>,
    lookup: Arc<dyn Lookup>,
    turns: Semaphore,
}

/// Names to addresses.
pub trait Lookup: Send + Sync + 'static {
    fn look_up(&self, name: &str) -> Looking;
}

pub type Looking = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// As the operating system resolves.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn look_up(&self, name: &str) -> Looking {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

impl Client {
    /// # Errors
    /// One sentence about the setting that cannot be used.
    pub fn new(settings: &OutboundSettings, lookup: Arc<dyn Lookup>) -> Result<Self, Failure> {
        let rules = ArcSwap::from_pointee(Rules::new(settings)?);
        Ok(Self { rules, lookup, turns: Semaphore::new(AT_ONCE) })
    }

    /// Use other settings from the next exchange on; connections made under the old ones are not used again.
    ///
    /// # Errors
    /// As for `new`; then the old ones stay.
    pub fn reload(&self, settings: &OutboundSettings) -> Result<(), Failure> {
        self.rules.store(Arc::new(Rules::new(settings)?));
        Ok(())
    }

    async fn exchange(&self, rules: &Rules, request: Request) -> Result<Answer, OutboundRefusal> {
        let target = Target::parse(&request.url, &rules.allow)?;
        let headers = request.header_map().ok_or(OutboundRefusal::Unwritable)?;
        let _turn = self.turns.acquire().await.map_err(|_| OutboundRefusal::TooSlow)?;
        let client = rules.client(target.door, &self.lookup)?;
        let asked = client.request(request.method, target.url).headers(headers).body(request.body);
        let response = asked.send().await.map_err(refusal)?;
        if response.status().is_redirection() {
            return Err(OutboundRefusal::Redirected);
        }
        if !is_plain(response.headers()) {
            return Err(OutboundRefusal::Compressed);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = read(response, request.largest_answer).await?;
        Ok(Answer { status, body, headers })
    }
}

impl Outbound for Client {
    async fn send(&self, request: Request) -> Result<Answer, OutboundRefusal> {
        let rules = self.rules.load_full();
        let answer = timeout(rules.timeout, self.exchange(&rules, request)).await;
        answer.unwrap_or(Err(OutboundRefusal::TooSlow))
    }

    fn check(&self, url: &str) -> Result<(), OutboundRefusal> {
        Target::parse(url, &self.rules.load().allow).map(drop)
    }
}

/// Settings, and the library's clients under them.
struct Rules {
    allow: Arc<Allow>,
    roots: Vec<Certificate>,
    timeout: Duration,
    /// Made when first needed: whoever calls nobody needs no root certificates. There is one per door, because
    /// the library asks for the addresses of a name without telling the port, and keeps connections by it.
    clients: Mutex<HashMap<Door, reqwest::Client>>,
}

impl Rules {
    fn new(settings: &OutboundSettings) -> Result<Self, Failure> {
        let roots = settings.ca_file.as_deref().map(roots).transpose()?.unwrap_or_default();
        Ok(Self {
            allow: Arc::new(Allow::parse(&settings.allow).map_err(Failure::broken)?),
            roots,
            timeout: settings.timeout.to_std(),
            clients: Mutex::default(),
        })
    }

    fn client(
        &self,
        door: Door,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<reqwest::Client, OutboundRefusal> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&door) {
            return Ok(client.clone());
        }
        let guard = Guard { allow: Arc::clone(&self.allow), lookup: Arc::clone(lookup), door };
        let client = self.build(guard).map_err(|e| OutboundRefusal::NotReady(told(&e)))?;
        clients.insert(door, client.clone());
        Ok(client)
    }

    fn build(&self, guard: Guard) -> reqwest::Result<reqwest::Client> {
        #[allow(clippy::disallowed_methods, reason = "this is the home the lint speaks of")]
        let builder = reqwest::Client::builder();
        let builder = match guard.door.speech {
            Speech::Https => builder.https_only(true).tls_certs_merge(self.roots.iter().cloned()),
            // It never meets a certificate, so the platform's need not be read.
            Speech::Http => builder.http1_only().tls_certs_only([]),
        };
        builder
            .dns_resolver(guard)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent("vestibule")
            .http2_max_header_list_size(16 * 1024)
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()
    }
}

fn roots(file: &Path) -> Result<Vec<Certificate>, Failure> {
    let wrong = |why: &str| Failure::broken(format!("outbound.ca_file: {} {why}", file.display()));
    let pem = std::fs::read(file).map_err(|e| wrong("cannot be read").because(e))?;
    let roots = Certificate::from_pem_bundle(&pem).map_err(|e| wrong("is not PEM").because(e))?;
    if roots.is_empty() { Err(wrong("contains no certificate")) } else { Ok(roots) }
}

/// Stands between a name and its addresses. What it lets through is what is connected to; nothing looks the
/// name up again, so a second answer (DNS rebinding, V-083) is never heard.
struct Guard {
    allow: Arc<Allow>,
    lookup: Arc<dyn Lookup>,
    door: Door,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (allow, door) = (Arc::clone(&self.allow), self.door);
        let looking = self.lookup.look_up(name.as_str());
        Box::pin(async move {
            let found = looking.await.map_err(|_| OutboundRefusal::UnknownName)?;
            if found.is_empty() {
                return Err(OutboundRefusal::UnknownName.into());
            }
            // One closed address among open ones is no accident either.
            if !found.iter().all(|address| allow.permits(Some(name.as_str()), *address, door)) {
                return Err(closed(door.speech).into());
            }
            // Port 0 stands for the URL's.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as reqwest::dns::Addrs)
        })
    }
}

/// A compressed answer is not unpacked, and raw it is of no use.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_none_or(|coding| coding == "identity")
}

/// Stops at the limit: what is announced too large is not read at all, what was not is dropped on the way.
async fn read(mut response: Response, largest: usize) -> Result<Bytes, OutboundRefusal> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > largest) {
        return Err(OutboundRefusal::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(refusal)? {
        if body.len() + chunk.len() > largest {
            return Err(OutboundRefusal::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The refusal the guard gave, if it was the guard.
#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn refusal(error: reqwest::Error) -> OutboundRefusal {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(refusal) = error.downcast_ref::<OutboundRefusal>() {
            return refusal.clone();
        }
        cause = error.source();
    }
    OutboundRefusal::NoConnection(told(&error))
}

/// The last cause says most, and unlike the first it does not repeat the URL.
fn told(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
