//! Technical ground: storage, sealing, the web, jobs, what goes out, what is logged and counted. It knows no
//! capability.

pub mod ambient;
pub mod jobs;
pub mod messages;
pub mod outbound;
pub mod sealing;
pub mod storage;
pub mod telemetry;
pub mod web;
pub mod workers;
