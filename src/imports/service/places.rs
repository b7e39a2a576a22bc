//! In which order rows are dealt with, and which belong together.

use super::batch::Kind;
use super::{one_by_one, orders};
use crate::access::WriteTx;
use crate::error::Result;
use crate::imports::rules::RowIn;
use entity::ids::ImportId;
use entity::import_row;

/// The stage of a row: rows of one stage do not depend on each other. A ship-to is dealt with after the bill-tos.
#[must_use]
pub fn stage_of(kind: Kind, row: &RowIn) -> i32 {
    i32::from(kind == Kind::Customers && one_by_one::is_ship_to(row))
}

/// The keys of the rows that have to be carried out before this one, as far as they are in the file.
#[must_use]
pub fn needs(kind: Kind, row: &RowIn) -> Vec<String> {
    match kind {
        Kind::Customers if one_by_one::is_ship_to(row) => {
            row.text("number").map(str::to_owned).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether two rows that lie beside each other are about one thing, which is never dealt with in part: no batch ends between them.
#[must_use]
pub fn same_unit(kind: Kind, one: &import_row::Model, other: &import_row::Model) -> bool {
    kind == Kind::Orders && orders::same_unit(one, other)
}

/// Puts rows about one thing beside each other, where the file does not; answers how many rows are refused because there are too many of
/// them.
///
/// # Errors
/// Faults of the database only.
pub async fn order(tx: &mut WriteTx, kind: Kind, import: ImportId) -> Result<i32> {
    match kind {
        Kind::Orders => orders::order(tx, import).await,
        _ => Ok(0),
    }
}
