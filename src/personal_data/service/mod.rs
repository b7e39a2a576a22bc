//! Exporting and erasing a person.

mod erase;
mod export;

pub use erase::EraseContact;
pub use export::ExportContact;
