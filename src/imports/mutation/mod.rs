//! Running imports, and writing many rows in one call: decoding what was asked and handing it over.

pub mod contacts;
pub mod mapping;
pub mod organizations;
pub mod owners;
pub mod run;
