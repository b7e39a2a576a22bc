//! Kinds that come in thousands: each row goes the way of the mutations that do the same for one thing, tried out and taken back where it is
//! only planned. So what they refuse, and what they need, is refused and needed here.

mod customer_groups;
mod customers;
mod deal;
mod named;

use super::batch::{Judged, Kind};
use crate::access::WriteTx;
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Problem, RowIn};
use customer_groups::CustomerGroups;
use customers::Customers;
pub use customers::FIELDS as CUSTOMER_FIELDS;
use entity::import_row;

/// Bill-tos and ship-tos.
type AllCustomers = Customers<false>;
/// Ship-tos alone.
type ShipTos = Customers<true>;

/// How rows are carried out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// Accounts that come into being are told so by mail (T-98).
    pub send_invitations: bool,
}

/// A row that is to be carried out.
pub struct Step(RowIn);

/// By what a row is known; none where it gives nothing.
///
/// # Errors
/// What is wrong with it.
pub fn key_of(kind: Kind, row: &RowIn) -> Result<Option<String>, Problem> {
    match kind {
        Kind::CustomerGroups => customer_groups::key(row),
        Kind::Customers => customers::key::<false>(row),
        Kind::ShipTos => customers::key::<true>(row),
        Kind::Contacts => Ok(None),
    }
}

/// What is wrong with the key of a row that has none.
fn key_problems(kind: Kind, row: &RowIn) -> Vec<Problem> {
    let field = kind.key_field();
    let missing = || Problem::new(Code::Required, field, format!("a row needs {field}"));
    vec![key_of(kind, row).err().unwrap_or_else(missing)]
}

/// What comes of these rows, as things are: found out by doing it, and taken back.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    kind: Kind,
    rows: &[RowIn],
    keys: &[Option<String>],
) -> Result<Vec<Judged<Step>>> {
    match kind {
        Kind::CustomerGroups => deal::judge::<CustomerGroups>(tx, kind, rows, keys).await,
        Kind::Customers => deal::judge::<AllCustomers>(tx, kind, rows, keys).await,
        Kind::ShipTos => deal::judge::<ShipTos>(tx, kind, rows, keys).await,
        Kind::Contacts => Err(elsewhere()),
    }
}

/// Carries rows out, and answers the id and the version of each.
///
/// # Errors
/// What the mutations refuse.
pub async fn write(
    tx: &mut WriteTx,
    kind: Kind,
    steps: Vec<Step>,
    ways: Ways,
) -> Result<Vec<(String, i32)>> {
    match kind {
        Kind::CustomerGroups => deal::write::<CustomerGroups>(tx, steps, ways).await,
        Kind::Customers => deal::write::<AllCustomers>(tx, steps, ways).await,
        Kind::ShipTos => deal::write::<ShipTos>(tx, steps, ways).await,
        Kind::Contacts => Err(elsewhere()),
    }
}

/// Puts things back, the last row first, and answers for each why not; none where it was.
///
/// # Errors
/// Faults of the database only.
pub async fn put_back(
    tx: &mut WriteTx,
    kind: Kind,
    request_id: &str,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    match kind {
        Kind::CustomerGroups => deal::put_back::<CustomerGroups>(tx, request_id, rows).await,
        Kind::Customers => deal::put_back::<AllCustomers>(tx, request_id, rows).await,
        Kind::ShipTos => deal::put_back::<ShipTos>(tx, request_id, rows).await,
        Kind::Contacts => Err(elsewhere()),
    }
}

fn elsewhere() -> Error {
    Error::internal("this kind is decided about many at a time")
}
