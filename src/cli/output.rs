//! What commands print: data on standard output, everything else on standard error.

use super::exit::Trouble;
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Write};

/// How this invocation wants to be answered.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// The same facts for people, or for scripts as one document: `{"schema": "vestibule.cli.…/1", "data": …}`.
    pub fn answer(self, schema: &str, data: &Value, text: &str) {
        if self.json {
            line(&mut io::stdout(), &json!({ "schema": schema, "data": data }).to_string());
        } else {
            line(&mut io::stdout(), text.trim_end());
        }
    }

    /// Progress and next steps: never mixed with data.
    pub fn note(self, text: &str) {
        if !self.json {
            line(&mut io::stderr(), text);
        }
    }

    pub fn trouble(self, trouble: &Trouble) {
        if self.json {
            let document = json!({
                "schema": "vestibule.cli.error/1",
                "error": trouble.error,
                "why": trouble.why,
                "fix": trouble.fix,
                "exit": trouble.exit as u8,
            });
            return line(&mut io::stderr(), &document.to_string());
        }
        if let Some(report) = &trouble.report {
            return line(&mut io::stderr(), report.trim_end());
        }
        line(&mut io::stderr(), &format!("error: {}", trouble.error));
        for (word, text) in [("why", &trouble.why), ("fix", &trouble.fix)] {
            if let Some(text) = text {
                line(&mut io::stderr(), &format!("{word}:   {text}"));
            }
        }
    }
}

pub fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A reader that went away (`| head`) is no error of ours.
pub fn line(out: &mut impl Write, text: &str) {
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Aligned columns without borders; the first row is the header.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell: &String| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_ends_no_line_with_spaces() {
        let rows = [["SLUG", "NAME"], ["default", "x"], ["a", "Acme"]];
        let rows: Vec<_> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert_eq!(table(&rows), "SLUG     NAME\ndefault  x\na        Acme\n");
    }
}
