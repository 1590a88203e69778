//! What was found, as a table for people and as JSON.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

pub struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
    load_before: String,
}

pub struct Row {
    name: String,
    pub value: f64,
    least: f64,
    most: f64,
    ratio: Option<(&'static str, f64)>,
    wanted: Option<Wanted>,
    note: String,
}

/// Of the ratio, where there is one.
#[derive(Clone, Copy)]
pub enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

impl Row {
    pub fn of(name: String, value: f64) -> Self {
        Self {
            name,
            value,
            least: value,
            most: value,
            ratio: None,
            wanted: None,
            note: String::new(),
        }
    }

    pub fn spread(name: &str, values: Vec<f64>) -> Self {
        let least = values.iter().copied().fold(f64::MAX, f64::min);
        let most = values.iter().copied().fold(f64::MIN, f64::max);
        Self::of(name.into(), median(values)).within(least, most)
    }

    pub fn within(mut self, least: f64, most: f64) -> Self {
        (self.least, self.most) = (least, most);
        self
    }

    pub fn against(mut self, limit: Option<(&'static str, f64)>) -> Self {
        self.ratio = limit.map(|(name, limit)| (name, self.value / limit));
        self
    }

    pub fn wanted(mut self, wanted: Option<Wanted>) -> Self {
        self.wanted = wanted;
        self
    }

    pub fn with(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    fn passes(&self) -> Option<bool> {
        let value = self.ratio.map_or(self.value, |(_, ratio)| ratio);
        self.wanted.map(|wanted| match wanted {
            Wanted::AtLeast(least) => value >= least,
            Wanted::AtMost(most) => value <= most,
        })
    }

    fn goal(&self) -> String {
        match (self.wanted, self.ratio) {
            (Some(Wanted::AtLeast(least)), Some(_)) => format!("≥ {:.0} %", least * 100.0),
            (Some(Wanted::AtLeast(least)), None) => format!("≥ {least:.0}"),
            (Some(Wanted::AtMost(most)), Some(_)) => format!("≤ {:.0} %", most * 100.0),
            (Some(Wanted::AtMost(most)), None) => format!("≤ {most:.0}"),
            (None, _) => String::new(),
        }
    }

    fn line(&self) -> String {
        let digits = usize::from(self.value < 1000.0);
        let ratio = self
            .ratio
            .map(|(of, ratio)| format!("{:.1} % of {of}", ratio * 100.0))
            .unwrap_or_default();
        let verdict = self.passes().map_or("", |passes| if passes { "pass" } else { "FAIL" });
        format!(
            "| {} | {:.digits$} | {:.digits$} – {:.digits$} | {ratio} | {} | {verdict} | {} |",
            self.name,
            self.value,
            self.least,
            self.most,
            self.goal(),
            self.note
        )
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "median": self.value, "least": self.least, "most": self.most,
            "of": self.ratio.map(|(of, _)| of), "ratio": self.ratio.map(|(_, ratio)| ratio),
            "goal": self.goal(), "passes": self.passes(), "note": self.note,
        })
    }
}

impl Report {
    pub fn begin() -> Self {
        Self { rows: Vec::new(), notes: Vec::new(), load_before: load_average() }
    }

    pub fn add(&mut self, row: Row) {
        println!("{}", row.line());
        self.rows.push(row);
    }

    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub fn end(mut self, file: Option<&Path>) {
        let load = format!("load average {} before, {} after", self.load_before, load_average());
        self.notes.extend([machine(), load, "server on core 0, generator (wrk) on core 1".into()]);
        println!(
            "\n| what | median | least – most | ratio | goal | | |\n|---|--:|--:|--:|--:|---|---|"
        );
        self.rows.iter().for_each(|row| println!("{}", row.line()));
        println!();
        self.notes.iter().for_each(|note| println!("- {note}"));
        if let Some(file) = file {
            let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
            let document =
                json!({ "schema": "vestibule.bench/1", "rows": rows, "notes": self.notes });
            fs::write(file, format!("{document:#}\n")).unwrap();
        }
    }
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap();
    text.split_whitespace().next().unwrap().into()
}

fn machine() -> String {
    let lscpu = String::from_utf8(Command::new("lscpu").output().unwrap().stdout).unwrap();
    let field = |name: &str| {
        let line = lscpu.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(|line| line.trim_start_matches(':').trim().to_owned()).unwrap_or_default()
    };
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    format!("{}, {} CPUs, Linux {}", field("Model name"), field("CPU(s)"), kernel.trim())
}
