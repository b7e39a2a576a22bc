//! Placing, changing and claiming orders: decoding what was asked and handing it over.

pub mod manage;
pub mod place;
