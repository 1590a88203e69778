//! The two well-known locations, with the same content; prepared once per change.
