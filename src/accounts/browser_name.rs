//! What people call a browser, as far as it says what it is: on pages and in letters.

use crate::platform::messages::Language;

pub fn browser_name(agent: &str, language: Language) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => {
            language.say("device-on").with("browser", browser).with("system", system).into()
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => language.say("device-unknown").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let name = |agent| browser_name(agent, Language::English);
        assert_eq!(name(chrome), "Chrome on Linux");
        assert_eq!(name("curl/8"), "A browser");
    }
}
