//! Technical ground: storage, sealing, the web, jobs, what goes out, what is logged and counted. It knows no capability.

pub mod outbound;
pub mod storage;
pub mod telemetry;
pub mod workers;
