//! One file per story, from its beginning to its end.

mod changes;
mod key_rotation;
mod mail;
mod operating;
mod pages;
mod people;
mod recover;
mod register;
mod profile;
mod standing_of_accounts;
mod sign_in;
mod sign_in_seen;
mod standing;
