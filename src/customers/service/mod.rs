//! The use cases that change customers and their links, one file each.

mod create;
mod delete;
mod fields;
mod leave;
mod link;
mod update;

pub use create::CreateCustomer;
pub use delete::DeleteCustomer;
pub use fields::{Fields, with_keys};
pub use leave::{erase_customers_of, forget_contact, hand_over_customers};
pub use link::{DeleteLink, UpsertLink, end_links_of};
pub use update::UpdateCustomer;
