//! `vestibule dev`: what exists in development alone.

pub mod apps;
pub mod clients;
pub mod example;
pub mod pages;
pub mod seed;
