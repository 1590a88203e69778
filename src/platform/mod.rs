//! Technical ground: storage, sealing, the web, jobs. It knows no capability.

pub mod sealing;
pub mod storage;
