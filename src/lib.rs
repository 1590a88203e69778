//! The map: every module in dependency order, one line each.
