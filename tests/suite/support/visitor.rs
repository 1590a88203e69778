//! Somebody before a browser: keeps cookies, reads forms from the HTML, follows redirects.

use super::browser::{Answer, Browser};
use super::server::TestServer;
use std::collections::BTreeMap;
use url::form_urlencoded::Serializer;
use vestibule::accounts::create::{Mailbox, NewUser, create};
use vestibule::accounts::factors::totp::Seed;
use vestibule::accounts::factors::{recovery, second};
use vestibule::accounts::model::{SecondFactors, User, Users};
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::UserId;
use vestibule::kernel::secret::Secret;
use vestibule::platform::storage::Work;
use vestibule::tenants::model::Tenant;

pub const PASSWORD: &str = "demo-walk-through-hall";

#[derive(Clone)]
pub struct Visitor {
    browser: Browser,
    agent: Option<String>,
    pub cookies: BTreeMap<String, String>,
}

/// A form of a page, as a browser sends it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl TestServer {
    pub fn visitor(&self) -> Visitor {
        Visitor::at(self.browser())
    }

    /// Before a browser that calls itself so.
    pub fn visitor_as(&self, agent: &str) -> Visitor {
        Visitor { agent: Some(agent.into()), ..self.visitor() }
    }

    /// Made as `vestibule user create` makes them.
    pub async fn person(&self, tenant: &Tenant, email: &str, password: &str) -> User {
        self.made(tenant, (email, password), Mailbox::Proven).await
    }

    /// Somebody whose address nobody has confirmed.
    pub async fn unproven(&self, email: &str, password: &str) -> UserId {
        let tenant = self.default_tenant();
        self.made(&tenant, (email, password), Mailbox::Unproven).await.id
    }

    pub async fn user(&self, id: &UserId) -> User {
        let at = self.at(&self.default_tenant());
        let read = self.house().database.read(at, async |work: &mut Work| work.user(id).await);
        read.await.unwrap().unwrap()
    }

    async fn made(
        &self,
        tenant: &Tenant,
        (email, password): (&str, &str),
        mailbox: Mailbox,
    ) -> User {
        let making = self.house().account_making(tenant.id).unwrap();
        let wanted = NewUser {
            email: Email::parse(email).unwrap(),
            name: "Ada Okafor".into(),
            password: Secret::new(password),
            mailbox,
        };
        create(&making, self.at(tenant), &wanted, &self.context()).await.unwrap()
    }
}

/// What every app of these tests has read.
pub fn seed() -> Seed {
    Seed::new(*b"a seed of twenty byt")
}

impl TestServer {
    /// As if this person had set up an authenticator app, and recovery codes, a while ago.
    pub async fn second_factor(&self, tenant: &Tenant, user: &User) -> Vec<Secret> {
        let house = self.house();
        let codes = recovery::draw(&house.ambient);
        let keep = async |work: &mut Work| {
            second::keep(&house.sealer, work, &user.id, &seed()).await?;
            work.confirm_authenticator(&user.id, 0).await?;
            second::renew_recovery_codes(work, (&user.id, &codes), &self.context()).await?;
            Ok(())
        };
        let done: Done<()> = house.database.write(self.at(tenant), keep).await;
        done.unwrap();
        codes
    }

    /// What the app shows at this moment.
    pub fn code(&self) -> String {
        seed().code(self.now())
    }
}

impl Visitor {
    /// Of a server outside of this process.
    pub fn at(browser: Browser) -> Self {
        Self { browser, agent: None, cookies: BTreeMap::new() }
    }

    /// Goes on at another server: cookies know no ports.
    pub fn moved_to(self, browser: Browser) -> Self {
        Self { browser, ..self }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let cookie = self.cookie();
        let answer = self.browser.ask("GET", path, &[("cookie", &cookie)]).await;
        self.keep(&answer);
        answer
    }

    /// From one of our own pages.
    pub async fn post(&mut self, form: &Form) -> Answer {
        self.post_with(form, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(&mut self, form: &Form, headers: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie();
        let mut all = vec![
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        all.extend(self.agent.as_deref().map(|agent| ("user-agent", agent)));
        all.extend(headers);
        let answer = self.browser.send(&form.action, &all, &form.body()).await;
        self.keep(&answer);
        answer
    }

    /// Whatever stands in it.
    pub async fn post_raw(&mut self, path: &str, body: &str) -> Answer {
        let cookie = self.cookie();
        let headers = [
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.browser.send(path, &headers, body).await
    }

    /// Until the journey rests.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            if answer.status != 303 {
                return answer;
            }
            let place = answer.header("location").to_owned();
            answer = self.get(&place).await;
        }
        panic!("it leads around in circles: {}", answer.text());
    }

    pub async fn visit(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Fill in the one form of a page, send it, and follow.
    pub async fn submit(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(&Form::of(page).with(fields)).await;
        self.follow(answer).await
    }

    /// And follow.
    pub async fn submit_to(&mut self, form: &Form) -> Answer {
        let answer = self.post(form).await;
        self.follow(answer).await
    }

    /// Both steps, from wherever that leads: what came of the second.
    pub async fn sign_in(&mut self, at: &str, email: &str, password: &str) -> Answer {
        let page = self.visit(at).await;
        let page = self.submit(&page, &[("username", email)]).await;
        self.submit(&page, &[("password", password)]).await
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for value in answer.headers.get_all("set-cookie") {
            let text = value.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
    }
}

impl Form {
    #[track_caller]
    pub fn of(page: &Answer) -> Self {
        Self::first_in(&page.body)
    }

    #[track_caller]
    pub fn second(page: &Answer) -> Self {
        let (_, rest) = page.body.split_once("</form>").expect("no form");
        Self::first_in(rest)
    }

    #[track_caller]
    fn first_in(html: &str) -> Self {
        let (_, form) = html.split_once("<form ").unwrap_or_else(|| panic!("no form: {html}"));
        let (head, rest) = form.split_once('>').unwrap();
        let inside = rest.split("</form>").next().unwrap();
        let inputs = inside.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap());
        let field = |input: &str| {
            Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
        };
        let fields = inputs.filter_map(field).collect();
        Self { action: attribute(head, "action").unwrap(), fields }
    }

    pub fn with(mut self, fields: &[(&str, &str)]) -> Self {
        for (name, value) in fields {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push(((*name).into(), (*value).into()));
        }
        self
    }

    pub fn body(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let text = rest.split('"').next()?;
    Some(text.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">"))
}
