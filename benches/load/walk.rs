//! Somebody before a browser, as far as it takes to sign in: a cookie, redirects, and the one form of a page.

use super::process::Server;
use url::form_urlencoded::Serializer;

pub struct Walk<'a> {
    server: &'a Server,
    pub cookie: String,
}

impl<'a> Walk<'a> {
    pub fn with(server: &'a Server, cookie: &str) -> Self {
        Self { server, cookie: cookie.to_owned() }
    }

    /// The whole answer, with its head.
    pub fn get(&mut self, path: &str) -> String {
        let head = format!("GET {path} HTTP/1.1\r\nCookie: {}\r\n", self.cookie);
        let answer = self.server.say(&head, "").unwrap();
        self.keep(&answer);
        answer
    }

    /// Until it rests.
    pub fn follow(&mut self, path: &str) -> String {
        let answer = self.get(path);
        self.go_on(answer)
    }

    /// The form of this page, filled in.
    pub fn send(&mut self, page: &str, fields: &[(&str, &str)]) -> String {
        let (_, form) = page.split_once("<form method=\"post\"").expect(page);
        let action = value(form, "action=\"").expect(page);
        let token = value(form.split_once("name=\"token\"").expect(page).1, "value=\"");
        let mut body = Serializer::new(String::new());
        body.append_pair("token", &token.expect(page)).extend_pairs(fields);
        let body = body.finish();
        let head = format!(
            "POST {action} HTTP/1.1\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            self.cookie,
            body.len()
        );
        let answer = self.server.say(&head, &body).unwrap();
        self.keep(&answer);
        self.go_on(answer)
    }

    fn go_on(&mut self, mut answer: String) -> String {
        while answer.starts_with("HTTP/1.1 303") {
            let place = field(&answer, "location: ").expect(&answer).to_owned();
            answer = self.get(&place);
        }
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }

    /// As a browser does: the newest of each name, and none that was taken away.
    fn keep(&mut self, answer: &str) {
        let head = answer.split("\r\n\r\n").next().unwrap();
        for set in head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let pair = set.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let others = self.cookie.split("; ").filter(|one| one.split('=').next() != Some(name));
            let new = (!value.is_empty()).then_some(pair);
            let all: Vec<&str> = others.filter(|one| !one.is_empty()).chain(new).collect();
            self.cookie = all.join("; ");
        }
    }
}

fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name))
}

fn value(text: &str, before: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}
