//! The contract of storage, on every engine that can be reached.

mod work;
