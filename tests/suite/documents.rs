//! The documents say what the code does: generated pages are fresh, and what is called done is proven.

use std::fs;
use std::path::{Path, PathBuf};
use vestibule::cli::reference::Page;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

// house rules §7: the reference is made from the settings
#[test]
fn generated_pages_are_as_the_code_says() {
    for (page, file) in Page::ALL {
        let there = fs::read_to_string(root().join(file)).unwrap_or_default();
        assert_eq!(there.trim_end(), page.text().trim_end(), "{file} is stale: run scripts/docs");
    }
}

struct Capability {
    id: String,
    state: String,
    proofs: Vec<String>,
}

fn capabilities() -> Vec<Capability> {
    let text = fs::read_to_string(root().join("docs/product.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split('|').map(str::trim).collect();
        let id = *cells.first()?;
        let is_id = id.len() == 6
            && id.as_bytes()[3] == b'-'
            && id[4..].bytes().all(|b| b.is_ascii_digit());
        let names =
            |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        is_id.then(|| Capability {
            id: id.into(),
            state: cells[cells.len() - 3].into(),
            proofs: names(cells[cells.len() - 2]),
        })
    });
    rows.collect()
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

// docs/product.md: a capability is done only when tests that exist prove it
#[test]
fn what_is_called_done_is_proven_by_tests_that_exist() {
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let capabilities = capabilities();
    assert!(capabilities.len() > 60, "found only {} capabilities", capabilities.len());
    for Capability { id, state, proofs } in capabilities {
        assert!(["done", "partly", "absent"].contains(&state.as_str()), "{id}: state {state:?}");
        assert!(state == "absent" || !proofs.is_empty(), "{id} is {state} and names no test");
        for proof in proofs {
            assert!(
                code.contains(&format!("fn {proof}(")),
                "{id} names {proof}, and there is no such test"
            );
        }
    }
}

// docs/security.md: so is a decision, a limit or an invariant
#[test]
fn what_is_called_in_force_is_proven_by_tests_that_exist() {
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let mut proofs = 0;
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.ends_with(" absent |")) {
        let state = line.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let Some((word, named)) = state.split_once(": ") else {
            assert_eq!(state, "State", "neither absent nor proven: {line}");
            continue;
        };
        assert!(["done", "partly"].contains(&word), "{line}");
        for proof in named.split(", ").map(|proof| proof.trim_matches('`')) {
            assert!(code.contains(&format!("fn {proof}(")), "{proof} is no test: {line}");
            proofs += 1;
        }
    }
    assert!(proofs > 50, "found only {proofs}");
}

// what a stranger reads must be there
#[test]
fn links_between_documents_lead_somewhere() {
    let mut pages =
        vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("SECURITY.md")];
    pages.extend(fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    pages.extend(fs::read_dir(root().join("docs/adr")).unwrap().map(|entry| entry.unwrap().path()));
    for page in pages.iter().filter(|page| page.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let there = page.parent().unwrap().join(file);
            assert!(there.exists(), "{} links to {target}, which is not there", page.display());
        }
    }
}

/// The rows that docs/protocol.md has, but for those that it calls absent.
const ROWS: [std::ops::RangeInclusive<u32>; 4] = [1..=66, 201..=208, 213..=228, 230..=235];
const ABSENT: [u32; 1] = [43];

/// What stands above each test.
fn comments(code: &str) -> std::collections::HashMap<String, String> {
    let (mut found, mut above) = (std::collections::HashMap::new(), String::new());
    for line in code.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("// ") {
            above.push_str(comment);
            above.push(' ');
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| !line.starts_with("//")) {
            let name = rest.split('(').next().unwrap_or_default();
            found.entry(name.to_owned()).or_insert_with(String::new).push_str(&above);
            above.clear();
        } else if !line.starts_with("#[") {
            above.clear();
        }
    }
    found
}

// docs/protocol.md: each row is shown by a test that exists and says so
#[test]
fn what_the_protocol_demands_is_shown_by_tests_that_say_so() {
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let comments = comments(&code);
    let text = fs::read_to_string(root().join("docs/protocol.md")).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| P-")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (id, proofs) = (cells[1], cells[cells.len() - 2]);
        rows.push(id[2..].parse::<u32>().unwrap());
        let mut named = proofs.split('`').skip(1).step_by(2).peekable();
        assert!(named.peek().is_some(), "{id} names no test");
        for test in named {
            let above = comments.get(test);
            let above = above.unwrap_or_else(|| panic!("{id} names {test}, and there is none"));
            assert!(above.contains(id), "{test} does not cite {id}");
        }
    }
    let all = ROWS.into_iter().flatten().filter(|row| !ABSENT.contains(row));
    assert_eq!(rows, all.collect::<Vec<_>>(), "each row once, in order");
}
