//! docs/urls.md, read: the walks over all addresses take their steps from it.

use std::fs;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("../../../docs/urls.md");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub path: String,
    pub methods: Vec<String>,
    pub is_of_tenant: bool,
    pub is_public: bool,
}

impl Url {
    pub fn is_read(&self) -> bool {
        self.methods.iter().any(|method| method == "GET")
    }

    /// What a tenant offers only once somebody has said so, or once there is something to show.
    pub fn is_off(&self) -> bool {
        let off =
            ["/register", "/oauth/register", "/oauth/session", "/logo", "/dev/inbox/{letter}"];
        off.iter().any(|path| self.path.starts_with(path))
    }

    /// With something in the place of each parameter.
    pub fn example(&self) -> String {
        let path = self.path.replace("{revision}", "0").replace("{name}", "vestibule.css");
        let path = path.replace("{provider}", "elsewhere").replace("{page}", "signin-name");
        let path = path.replace("{client_id}", "cli_00000000000000000000000000");
        path.replace("{transaction}", "txn_00000000000000000000000000")
    }
}

/// Not those of the demo applications, which are other servers.
pub fn all() -> Vec<Url> {
    table().into_iter().filter(|(section, _)| *section != DEMO).map(|(_, url)| url).collect()
}

const DEMO: &str = "Demo applications";

fn table() -> Vec<(&'static str, Url)> {
    let (mut urls, mut section) = (Vec::new(), "");
    for line in TABLE.lines() {
        section = line.strip_prefix("## ").unwrap_or(section);
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", path, methods, who, _, ""] = cells[..] else { continue };
        let Some(path) = path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) else {
            continue;
        };
        assert!(matches!(who, "tenant" | "server"), "{line}");
        let url = Url {
            path: path.to_owned(),
            methods: methods.split(", ").map(str::to_owned).collect(),
            is_of_tenant: who == "tenant",
            is_public: section != "Operations listener",
        };
        urls.push((section, url));
    }
    urls
}

/// Every path that the code gives a route to, test modules aside.
fn routed() -> Vec<String> {
    let mut found = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources(&src).into_iter().filter(|file| file.extension().is_some_and(|e| e == "rs"))
    {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for call in code.split(".route(").skip(1) {
            let path = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let path = path.unwrap_or_else(|| panic!("{}: a route is spelled out", file.display()));
            found.push(path.to_owned());
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match () {
            () if path.ends_with("tests") => Vec::new(),
            () if path.is_dir() => sources(&path),
            () => vec![path],
        })
        .collect()
}

// docs/urls.md: the table and the code name the same addresses
#[test]
fn the_table_of_urls_is_what_the_code_routes() {
    let mut listed: Vec<String> = table().into_iter().map(|(_, url)| url.path).collect();
    let mut routed = routed();
    listed.sort();
    // Each demo application has a start page of its own.
    listed.dedup();
    routed.sort();
    routed.dedup();
    assert_eq!(listed, routed, "left: docs/urls.md, right: the routes in src/");
}
