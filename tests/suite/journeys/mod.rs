//! One file per story, from its beginning to its end.

mod key_rotation;
mod operating;
mod pages;
mod people;
mod profile;
mod standing_of_accounts;
mod sign_in;
mod sign_in_seen;
mod standing;
mod tour;
