//! Which known name was probably meant.

/// The most similar one, if any is similar enough to be worth naming.
pub(super) fn closest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const ENOUGH: f64 = 0.8;
    let text = text.to_lowercase();
    let rated = candidates.into_iter().map(|name| (likeness(&text, &name.to_lowercase()), name));
    let best = rated.filter(|(likeness, _)| *likeness >= ENOUGH);
    best.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, name)| name)
}

/// Two measures, because people both shorten words and mistype letters.
fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other).max(strsim::normalized_damerau_levenshtein(one, other))
}

/// The known name of a key that `name` was probably meant to be: first in its own section, then anywhere.
pub fn nearest(name: &str) -> Option<String> {
    let known: Vec<String> = super::key::names().collect();
    let section = name.rsplit_once('.').map(|(section, _)| format!("{section}."));
    let beside = known.iter().filter(|one| {
        section.as_deref().is_some_and(|section| {
            one.strip_prefix(section).is_some_and(|field| !field.contains('.'))
        })
    });
    let field = |full: &str| full.rsplit('.').next().unwrap_or_default().to_owned();
    let wanted = field(name);
    let fields: Vec<String> = beside.map(|one| field(one)).collect();
    if let Some(found) = closest(&wanted, fields.iter().map(String::as_str)) {
        return Some(format!("{}{found}", section.unwrap_or_default()));
    }
    if let Some(elsewhere) = known.iter().find(|one| field(one) == wanted) {
        return Some(elsewhere.clone());
    }
    // In a section that exists, all its names are alike because of the section, which says nothing.
    let is_section =
        section.as_deref().is_some_and(|section| known.iter().any(|one| one.starts_with(section)));
    let likely = known.iter().map(String::as_str).filter(|_| !is_section);
    closest(name, likely).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_name_finds_the_one_that_was_meant() {
        let cases = [
            ("server.public_ulr", "server.public_url"),
            ("jwt.rotate", "jwt.rotation"),
            ("server.rotation", "jwt.rotation"),
            ("sever.listen", "server.listen"),
            ("encryption.master_key_fil", "encryption.master_key_file"),
            ("tls.mode", "server.tls.mode"),
        ];
        for (typed, meant) in cases {
            assert_eq!(nearest(typed).as_deref(), Some(meant), "{typed}");
        }
        for stranger in ["kitchen.sink", "server.log_it"] {
            assert_eq!(nearest(stranger), None, "{stranger}");
        }
    }
}
