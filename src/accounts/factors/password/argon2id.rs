//! Argon2 (RFC 9106): the hash in which passwords are kept, by one of two engines.

use crate::config::PasswordHash;
use crate::kernel::failure::Failure;
use argon2_rust::params::Memory;

/// The engine in use. `Portable` is the other one; a test holds them to the same answers.
pub(super) type Engine = Simd;

/// How much one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

impl From<&PasswordHash> for Cost {
    fn from(settings: &PasswordHash) -> Self {
        let PasswordHash { memory_kib, iterations, parallelism } = *settings;
        Self { memory_kib, iterations, parallelism }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    D,
    I,
    Id,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V16,
    V19,
}

/// Everything but the password and the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    pub(super) variant: Variant,
    pub(super) version: Version,
    pub(super) cost: Cost,
}

/// One of these belongs to one running hash at a time. It may keep the memory for the next.
pub(super) trait Hasher: Default + Send {
    /// Fill the tag.
    ///
    /// # Errors
    /// If the recipe is outside of what RFC 9106 allows, or there is not enough memory.
    fn derive(
        &mut self,
        recipe: Recipe,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Failure>;
}

/// argon2-rust: chooses the vector instructions at run time, keeps and wipes its memory.
#[derive(Default)]
#[allow(dead_code, reason = "one of the two engines rests; which, is said above")]
pub(super) struct Simd(Option<argon2_rust::Hasher>);

/// An imported hash may have asked for more than is worth keeping.
const MOST_KEPT_KIB: usize = 64 * 1024;

impl Hasher for Simd {
    fn derive(
        &mut self,
        recipe: Recipe,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Failure> {
        let argon2 = simd_argon2(recipe).map_err(no_hash)?;
        let hasher = self.0.get_or_insert_with(|| argon2.hasher());
        hasher.set_argon2(argon2);
        let made = hasher.hash_into(password, salt, tag).map_err(no_hash);
        if hasher.reserved_blocks() > MOST_KEPT_KIB {
            hasher.clear();
        }
        made
    }
}

fn simd_argon2(recipe: Recipe) -> Result<argon2_rust::Argon2, argon2_rust::Error> {
    let algorithm = match recipe.variant {
        Variant::D => argon2_rust::Algorithm::Argon2d,
        Variant::I => argon2_rust::Algorithm::Argon2i,
        Variant::Id => argon2_rust::Algorithm::Argon2id,
    };
    let version = match recipe.version {
        Version::V16 => argon2_rust::Version::V0x10,
        Version::V19 => argon2_rust::Version::V0x13,
    };
    // One thread, whatever the lanes: one hash keeps one core busy, and no more (security.md D-15).
    let params = argon2_rust::Params::builder()
        .memory(Memory::kib(recipe.cost.memory_kib.into()))
        .passes(recipe.cost.iterations)
        .lanes(recipe.cost.parallelism)
        .threads(1)
        .build()?;
    Ok(argon2_rust::Argon2::new(algorithm, version, params))
}

/// The argon2 crate of RustCrypto: slower, and longer in use.
#[derive(Default)]
#[allow(dead_code, reason = "one of the two engines rests; which, is said above")]
pub(super) struct Portable;

impl Hasher for Portable {
    fn derive(
        &mut self,
        recipe: Recipe,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Failure> {
        let algorithm = match recipe.variant {
            Variant::D => argon2::Algorithm::Argon2d,
            Variant::I => argon2::Algorithm::Argon2i,
            Variant::Id => argon2::Algorithm::Argon2id,
        };
        let version = match recipe.version {
            Version::V16 => argon2::Version::V0x10,
            Version::V19 => argon2::Version::V0x13,
        };
        let Cost { memory_kib, iterations, parallelism } = recipe.cost;
        let params = argon2::Params::new(memory_kib, iterations, parallelism, Some(tag.len()));
        let argon2 = argon2::Argon2::new(algorithm, version, params.map_err(no_hash)?);
        argon2.hash_password_into(password, salt, tag).map_err(no_hash)
    }
}

fn no_hash(cause: impl std::fmt::Display) -> Failure {
    Failure::unavailable("a password could not be hashed").because(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    fn tag(engine: &mut impl Hasher, recipe: Recipe, password: &[u8], salt: &[u8]) -> Vec<u8> {
        let mut tag = vec![0; 32];
        engine.derive(recipe, password, salt, &mut tag).unwrap();
        tag
    }

    fn recipe(variant: Variant, version: Version, memory_kib: u32, iterations: u32) -> Recipe {
        Recipe { variant, version, cost: Cost { memory_kib, iterations, parallelism: 1 } }
    }

    // The test vectors of the reference implementation, phc-winner-argon2 `src/test.c`.
    #[test]
    fn both_engines_give_what_the_reference_gives() {
        let vectors = [
            (
                recipe(Variant::Id, Version::V19, 256, 2),
                "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
            ),
            (
                recipe(Variant::I, Version::V19, 256, 2),
                "89e9029f4637b295beb027056a7336c414fadd43f6b208645281cb214a56452f",
            ),
            (
                recipe(Variant::I, Version::V16, 256, 2),
                "fd4dd83d762c49bdeaf57c47bdcd0c2f1babf863fdeb490df63ede9975fccf06",
            ),
        ];
        for (recipe, expected) in vectors {
            for tag in [
                tag(&mut Simd::default(), recipe, b"password", b"somesalt"),
                tag(&mut Portable, recipe, b"password", b"somesalt"),
            ] {
                assert_eq!(HEXLOWER.encode(&tag), expected, "{recipe:?}");
            }
        }
    }

    #[test]
    fn memory_is_kept_for_the_next_hash_but_not_any_amount() {
        let mut engine = Simd::default();
        let mut kept_after = |memory_kib| {
            tag(&mut engine, recipe(Variant::Id, Version::V19, memory_kib, 1), b"p", b"somesalt");
            engine.0.as_ref().unwrap().reserved_blocks()
        };
        assert!(kept_after(1024) >= 1024);
        assert_eq!(kept_after(65 * 1024), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn both_engines_give_the_same(
            password in prop::collection::vec(any::<u8>(), 0..200),
            salt in prop::collection::vec(any::<u8>(), 8..40),
            variant in prop::sample::select(vec![Variant::D, Variant::I, Variant::Id]),
            version in prop::sample::select(vec![Version::V16, Version::V19]),
            memory_kib in 32_u32..300,
            iterations in 1_u32..4,
            parallelism in 1_u32..=4,
        ) {
            let recipe = Recipe { variant, version, cost: Cost { memory_kib, iterations, parallelism } };
            let fast = tag(&mut Simd::default(), recipe, &password, &salt);
            prop_assert_eq!(fast, tag(&mut Portable, recipe, &password, &salt));
        }
    }
}
