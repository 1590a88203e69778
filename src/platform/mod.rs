//! Technical ground: storage, sealing, the web, jobs. It knows no capability.

pub mod storage;
pub mod web;
