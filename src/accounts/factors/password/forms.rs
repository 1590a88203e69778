//! Reading the forms of hashes. Everything is read strictly: one hash has one spelling.

use super::argon2id::{Cost, Recipe, Variant, Version};
use super::stored::{Before, Digest, Kind, Unreadable};
use data_encoding::{BASE64, BASE64_NOPAD};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::str::FromStr;

type Read = Result<Kind, Unreadable>;

pub(super) fn read(text: &str) -> Read {
    if let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return ldap(scheme, rest);
    }
    match text.strip_prefix('$') {
        Some(rest) => phc(text, rest),
        None => django(text),
    }
}

pub(super) fn write(cost: Cost, salt: &[u8], tag: &[u8]) -> String {
    let Cost { memory_kib, iterations, parallelism } = cost;
    let (salt, tag) = (BASE64_NOPAD.encode(salt), BASE64_NOPAD.encode(tag));
    let mut text = String::new();
    let _ =
        write!(text, "$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}${salt}${tag}");
    text
}

/// `$id$…`, from PHC strings and their forerunners.
fn phc(text: &str, rest: &str) -> Read {
    let (id, rest) = rest.split_once('$').ok_or(Unreadable::Unknown)?;
    let fields: Vec<&str> = rest.split('$').collect();
    match id {
        "argon2id" => argon2(Variant::Id, &fields),
        "argon2i" => argon2(Variant::I, &fields),
        "argon2d" => argon2(Variant::D, &fields),
        "pbkdf2" | "pbkdf2-sha1" => pbkdf2(Digest::Sha1, &fields),
        "pbkdf2-sha256" => pbkdf2(Digest::Sha256, &fields),
        "pbkdf2-sha512" => pbkdf2(Digest::Sha512, &fields),
        "scrypt" => scrypt(&fields),
        "2a" | "2b" | "2y" => bcrypt(text, Before::Nothing),
        _ => Err(Unreadable::Unknown),
    }
}

fn argon2(variant: Variant, fields: &[&str]) -> Read {
    let (version, params, salt, tag) = match fields {
        ["v=19", params, salt, tag] => (Version::V19, params, salt, tag),
        // Before there were two versions, none was named.
        ["v=16", params, salt, tag] | [params, salt, tag] => (Version::V16, params, salt, tag),
        _ => return Err(Unreadable::Malformed),
    };
    let params = Params::read(params, &["m", "t", "p"])?;
    let cost = Cost {
        memory_kib: params.number("m")?,
        iterations: params.number("t")?,
        parallelism: params.number("p")?,
    };
    let recipe = Recipe { variant, version, cost };
    Ok(Kind::Argon2 { recipe, salt: unpadded(salt)?, tag: unpadded(tag)? })
}

/// PHC names its figures; passlib has the bare number of rounds, and `.` in place of `+`.
fn pbkdf2(digest: Digest, fields: &[&str]) -> Read {
    let [params, salt, tag] = fields else { return Err(Unreadable::Malformed) };
    if !params.contains('=') {
        return adapted_pbkdf2(digest, params, salt, tag);
    }
    let params = Params::read(params, &["i", "l"])?;
    let tag = unpadded(tag)?;
    if params.0.contains_key("l") && params.number("l") != Ok(tag.len()) {
        return Err(Unreadable::Malformed);
    }
    Ok(Kind::Pbkdf2 { digest, iterations: params.number("i")?, salt: unpadded(salt)?, tag })
}

fn adapted_pbkdf2(digest: Digest, rounds: &str, salt: &str, tag: &str) -> Read {
    let plain = |text: &str| unpadded(&text.replace('.', "+"));
    Ok(Kind::Pbkdf2 { digest, iterations: number(rounds)?, salt: plain(salt)?, tag: plain(tag)? })
}

fn scrypt(fields: &[&str]) -> Read {
    let [params, salt, tag] = fields else { return Err(Unreadable::Malformed) };
    let params = Params::read(params, &["ln", "r", "p"])?;
    let (log_n, r, p) = (params.number("ln")?, params.number("r")?, params.number("p")?);
    Ok(Kind::Scrypt { log_n, r, p, salt: unpadded(salt)?, tag: unpadded(tag)? })
}

const MOST_BCRYPT_COST: u32 = 14;

fn bcrypt(text: &str, before: Before) -> Read {
    let is_bcrypt = ["$2a$", "$2b$", "$2y$"].iter().any(|head| text.starts_with(head));
    let parts = bcrypt::HashParts::from_str(text).ok().filter(|_| is_bcrypt);
    match parts.ok_or(Unreadable::Malformed)?.get_cost() {
        ..4 => Err(Unreadable::Malformed),
        4..=MOST_BCRYPT_COST => Ok(Kind::Bcrypt { text: text.to_owned(), before }),
        _ => Err(Unreadable::TooDear),
    }
}

/// `django.contrib.auth.hashers`: the salt is text, the tag is padded.
fn django(text: &str) -> Read {
    let (id, rest) = text.split_once('$').ok_or(Unreadable::Unknown)?;
    let fields: Vec<&str> = rest.split('$').collect();
    match (id, fields.as_slice()) {
        ("argon2", _) => phc(text, rest).and_then(only_argon2),
        ("bcrypt", _) => bcrypt(rest, Before::Nothing),
        ("bcrypt_sha256", _) => bcrypt(rest, Before::Sha256),
        ("pbkdf2_sha1", fields) => django_pbkdf2(Digest::Sha1, fields),
        ("pbkdf2_sha256", fields) => django_pbkdf2(Digest::Sha256, fields),
        ("scrypt", [n, salt, r, p, tag]) => {
            let n: u64 = number(n)?;
            let log_n = n.is_power_of_two().then(|| n.ilog2()).ok_or(Unreadable::Malformed)?;
            let log_n = u8::try_from(log_n).map_err(|_| Unreadable::Malformed)?;
            let (r, p) = (number(r)?, number(p)?);
            Ok(Kind::Scrypt { log_n, r, p, salt: salt.as_bytes().to_vec(), tag: padded(tag)? })
        }
        ("scrypt", _) => Err(Unreadable::Malformed),
        _ => Err(Unreadable::Unknown),
    }
}

fn only_argon2(kind: Kind) -> Read {
    match kind {
        Kind::Argon2 { .. } => Ok(kind),
        _ => Err(Unreadable::Unknown),
    }
}

fn django_pbkdf2(digest: Digest, fields: &[&str]) -> Read {
    let [rounds, salt, tag] = fields else { return Err(Unreadable::Malformed) };
    let (iterations, salt) = (number(rounds)?, salt.as_bytes().to_vec());
    Ok(Kind::Pbkdf2 { digest, iterations, salt, tag: padded(tag)? })
}

/// `userPassword` of OpenLDAP, with its modules pw-pbkdf2 and pw-argon2.
fn ldap(scheme: &str, rest: &str) -> Read {
    let digest = match scheme.to_ascii_uppercase().as_str() {
        "PBKDF2" | "PBKDF2-SHA1" => Digest::Sha1,
        "PBKDF2-SHA256" => Digest::Sha256,
        "PBKDF2-SHA512" => Digest::Sha512,
        "ARGON2" => return read_inner(rest).and_then(only_argon2),
        "CRYPT" | "BCRYPT" => return bcrypt(rest, Before::Nothing),
        _ => return Err(Unreadable::Unknown),
    };
    match rest.split('$').collect::<Vec<_>>().as_slice() {
        [rounds, salt, tag] => adapted_pbkdf2(digest, rounds, salt, tag),
        _ => Err(Unreadable::Malformed),
    }
}

fn read_inner(text: &str) -> Read {
    phc(text, text.strip_prefix('$').ok_or(Unreadable::Malformed)?)
}

/// `m=19456,t=2,p=1`
struct Params<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Params<'a> {
    /// Each of the known ones at most once, in any order.
    fn read(text: &'a str, known: &[&str]) -> Result<Self, Unreadable> {
        let mut params = BTreeMap::new();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or(Unreadable::Malformed)?;
            if !known.contains(&name) || params.insert(name, value).is_some() {
                return Err(Unreadable::Malformed);
            }
        }
        Ok(Self(params))
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<T, Unreadable> {
        self.0.get(name).ok_or(Unreadable::Malformed).and_then(|text| number(text))
    }
}

/// Digits alone; what does not fit is more than any bound.
fn number<T: FromStr>(text: &str) -> Result<T, Unreadable> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unreadable::Malformed);
    }
    text.parse().map_err(|_| Unreadable::TooDear)
}

fn unpadded(text: &str) -> Result<Vec<u8>, Unreadable> {
    BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| Unreadable::Malformed)
}

fn padded(text: &str) -> Result<Vec<u8>, Unreadable> {
    BASE64.decode(text.as_bytes()).map_err(|_| Unreadable::Malformed)
}
