//! Recovery codes: for the day on which the phone is gone.

use crate::kernel::ids::UserId;
use crate::kernel::moment::Ambient;
use crate::kernel::secret::{Hash, Secret};
use data_encoding::BASE32_NOPAD;

/// As many as are made at once.
pub const COUNT: usize = 10;
/// From so few on their owner is told.
pub const FEW: i64 = 3;

/// 120 bits, in four groups.
pub fn draw(ambient: &Ambient) -> Vec<Secret> {
    let spelled = || BASE32_NOPAD.encode(&ambient.random::<15>()).to_lowercase();
    let group = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(6).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>()
    };
    (0..COUNT).map(|_| Secret::new(group(&spelled()).join("-"))).collect()
}

/// However it was typed.
pub fn hash(user: &UserId, typed: &str) -> Hash {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    Hash::of_parts([&b"recovery code"[..], user.as_str().as_bytes(), plain.as_bytes()])
}
