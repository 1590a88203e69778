//! A section of the file, declared once: its struct, defaults and keys come from the same lines.

use super::key::{Key, Range, joined};
use super::setting::{Setting, Wrong};

pub struct Section {
    pub name: &'static str,
    pub(super) doc: &'static [&'static str],
    pub keys: &'static [Key],
}

impl Section {
    pub fn doc(&self) -> String {
        joined(self.doc)
    }
}

/// A section of the file, declared once: its struct, defaults and keys.
macro_rules! section {
    ($(#[doc = $doc:literal])+ pub struct $name:ident = $full:literal at $($at:ident).+ {
        $(
            $(#[doc = $line:literal])+
            $field:ident: $type:ty = $default:expr, $reload:ident
            $([$($mark:ident $(($($value:tt)*))?),+])?;
        )+
    } $(with $inner:ident: $inner_type:ty)?) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $line])+ pub $field: $type,)+
            $(pub $inner: $inner_type,)?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ $($inner: <$inner_type>::default(),)? }
            }
        }

        impl $name {
            const fn of(settings: &$crate::config::Settings) -> &Self {
                &settings.$($at).+
            }

            const fn of_mut(settings: &mut $crate::config::Settings) -> &mut Self {
                &mut settings.$($at).+
            }

            pub(super) const SECTION: $crate::config::section::Section = $crate::config::section::Section {
                name: $full,
                doc: &[$($doc),+],
                keys: &[$(
                    $crate::config::key::Key::new(
                        concat!($full, ".", stringify!($field)),
                        &[$($line),+],
                        $crate::config::key::Reload::$reload,
                        $crate::config::key::Nature::of::<$type>(),
                        $crate::config::key::Access {
                            assign: |settings, raw, range| {
                                let value = $crate::config::section::in_range(raw.parse()?, range)?;
                                Self::of_mut(settings).$field = value;
                                Ok(())
                            },
                            show: |settings| {
                                $crate::config::setting::Setting::show(&Self::of(settings).$field)
                            },
                            is_same: |one, other| Self::of(one).$field == Self::of(other).$field,
                        },
                    )$($(.$mark($($($value)*)?))+)?
                ),+],
            };
        }
    };
}
pub(super) use section;

pub(super) fn in_range<T: Setting>(value: T, range: Range) -> Result<T, Wrong> {
    match (value.amount(), range) {
        (Some(amount), Some((lowest, _))) if amount < lowest => {
            Err(Wrong::label(format!("less than {}", T::spell(lowest))))
        }
        (Some(amount), Some((_, highest))) if amount > highest => {
            Err(Wrong::label(format!("more than {}", T::spell(highest))))
        }
        _ => Ok(value),
    }
}
