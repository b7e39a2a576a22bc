//! The data set: deterministic, so that two runs measure the same, and put into the tables directly.

mod fill;
mod names;
mod prices;
mod rows;
mod tree;

pub use fill::{Viewer, fill, is_there};
pub use names::{email, full_name};
pub use prices::{MARKET, codes, contracts};
pub use rows::{contact_id, number_of, organization_id};
pub use tree::Tree;

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// The organizations of the small set with 5,000 contacts: for the test of the command itself.
    Tiny,
    /// 1,000 organizations and 20,000 contacts.
    Small,
    /// 50,000 organizations and 1,000,000 contacts.
    Large,
}

impl Size {
    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// All organizations.
    pub const fn organizations(self) -> u64 {
        match self {
            Self::Tiny | Self::Small => 1_000,
            Self::Large => 50_000,
        }
    }

    /// All contacts.
    pub const fn contacts(self) -> u64 {
        match self {
            Self::Tiny => 5_000,
            Self::Small => 20_000,
            Self::Large => 1_000_000,
        }
    }
}

/// A number that looks like chance and is always the same.
pub fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// The organization of contact `number` among `organizations`: none for one of ten.
pub fn place(number: u64, organizations: u64) -> Option<u64> {
    let mix = mixed(number ^ 0x5EED);
    (!mix.is_multiple_of(10)).then(|| (mix >> 8) % organizations)
}
