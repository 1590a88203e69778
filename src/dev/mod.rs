//! `vestibule dev`: what exists in development alone.

pub mod pages;
pub mod seed;
