//! The use cases that change prices.
//!
//! One row and many go the same way: each is checked by itself (`row`), then all of them together are compared with what there is (`plan`),
//! and written (`upsert`), in a number of statements that does not depend on theirs.

mod delete;
mod hand_over;
mod now;
mod plan;
mod row;
mod upsert;
mod warning;

pub use delete::{DeletePrice, end_prices_of};
pub use hand_over::{ReplacedPrices, hand_over_prices};
pub use now::prices_now;
pub use row::PriceRow;
pub use upsert::{
    BulkUpsertPrices, ErrorPolicy, ShownRow, UpsertPrice, planned_prices, write_prices,
};
pub use warning::{PriceWarning, PriceWarningCode};
