//! One file per story, from its beginning to its end.

mod changes;
mod consent_seen;
mod devices;
mod example_seen;
mod factors;
mod federation;
mod gallery;
mod key_rotation;
mod languages;
mod mail;
mod mapping;
mod newcomer;
mod operating;
mod pages;
mod passkeys_seen;
mod people;
mod profile;
mod recover;
mod register;
mod second_step;
mod sign_in;
mod sign_in_seen;
mod standing;
mod standing_of_accounts;
mod tour;
mod upstream;
