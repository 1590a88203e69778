//! The map: every module in dependency order, one line each. A module uses only those before it.
#![allow(
    async_fn_in_trait,
    reason = "ports are used with one concrete type, whose futures are Send"
)]

pub mod kernel;
pub mod config;
pub mod platform;
pub mod events;
pub mod tenants;
pub mod keys;
pub mod sessions;
pub mod accounts;
pub mod federation;
pub mod signin;
pub mod oauth;
pub mod admin;
pub mod dev;
pub mod app;
pub mod cli;
