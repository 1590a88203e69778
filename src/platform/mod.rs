//! Technical ground: storage, sealing, the web, jobs. It knows no capability.

pub mod jobs;
pub mod sealing;
pub mod storage;
pub mod web;
