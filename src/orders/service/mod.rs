//! The use cases about orders.
//!
//! To place one, its input is checked by itself (`input`), it is found out for whom it is, who pays and where it goes (`whom`), each line gets
//! its price (`lines`), and all of it is written at once (`place`), in a number of statements that does not depend on the lines. One that
//! another system had is written as that says (`bring`).

mod bring;
mod change;
mod claim;
mod input;
mod leave;
mod lines;
mod place;
mod register;
mod whom;

pub use bring::{Brought, BroughtLine, bring_order};
pub use change::ChangeOrder;
pub use claim::{ClaimOrder, RequestClaim};
pub use input::{AskedLine, PlaceOrder};
pub use leave::{orders_go_to, refuse_with_orders};
pub use place::{Placed, Wish, place_order};
