//! What is odd about prices that are written all the same.

use serde::{Deserialize, Serialize};

/// What is odd about a price that was written all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
pub enum PriceWarningCode {
    /// It never counts: whenever it could, the price for everybody is lower (T-48).
    PriceNeverApplies,
    /// Another price of the same buyer and quantity counts at the same time; the lower one wins (T-49).
    Overlaps,
}

/// Something odd about a price that was written all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject)]
pub struct PriceWarning {
    /// What kind of thing it is, for programs.
    pub code: PriceWarningCode,
    /// What is odd, in English, for people.
    pub message: String,
    /// The input field that it is about, from the outside in; list positions are numbers, counted from 0.
    pub path: Vec<String>,
}
