//! `[log]`: what is written about what happens.

use super::section::section;
use super::setting::choices;

section! {
    /// What the server writes about its work, to standard error.
    pub struct Log = "log" at log {
        /// How much is written; each level includes those before it.
        level: LogLevel = LogLevel::Info, Live;
        /// `text` for people, `json` for collectors; `auto` is text on a terminal and JSON elsewhere.
        format: LogFormat = LogFormat::Auto, Live;
        /// How much of a client's address is written: all of it, its network only, or nothing.
        ip: LogIp = LogIp::Full, Live;
    }
}

choices! {
    /// How much is written.
    pub enum LogLevel {
        Error = "error",
        Warn = "warn",
        Info = "info",
        Debug = "debug",
        Trace = "trace",
    }
}

choices! {
    /// The shape of a line.
    pub enum LogFormat {
        Auto = "auto",
        Text = "text",
        Json = "json",
    }
}

choices! {
    /// How much of an address is written.
    pub enum LogIp {
        Full = "full",
        Truncated = "truncated",
        Off = "off",
    }
}
