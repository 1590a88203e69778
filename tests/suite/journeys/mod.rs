//! One file per story, from its beginning to its end.

mod key_rotation;
mod operating;
mod pages;
