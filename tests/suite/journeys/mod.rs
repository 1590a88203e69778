//! One file per story, from its beginning to its end.

mod federation;
mod consent_seen;
mod devices;
mod changes;
mod factors;
mod key_rotation;
mod languages;
mod mail;
mod operating;
mod pages;
mod passkeys_seen;
mod people;
mod recover;
mod register;
mod second_step;
mod profile;
mod standing_of_accounts;
mod sign_in;
mod sign_in_seen;
mod standing;
mod tour;
