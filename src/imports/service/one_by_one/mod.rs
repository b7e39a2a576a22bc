//! Kinds that come in thousands: each row goes the way of the mutations that do the same for one thing, tried out and taken back where it is
//! only planned. So what they refuse, and what they need, is refused and needed here.

mod accounts;
mod customer_groups;
mod customers;
mod deal;
mod named;

use super::batch::Judged;
use super::kind::Kind;
use crate::access::WriteTx;
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Given, Problem, RowIn};
use accounts::Accounts;
use customer_groups::CustomerGroups;
use customers::Customers;
pub use customers::{FIELDS as CUSTOMER_FIELDS, is_ship_to};
use deal::Thing as _;
use entity::import_row;
pub use named::{moment, named};
use std::borrow::Cow;

/// Bill-tos and ship-tos.
type AllCustomers = Customers<false>;
/// Ship-tos alone.
type ShipTos = Customers<true>;

/// The fields that rows of a kind may give.
#[must_use]
pub fn fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Accounts => Accounts::FIELDS,
        Kind::CustomerGroups => CustomerGroups::FIELDS,
        Kind::Customers => AllCustomers::FIELDS,
        Kind::ShipTos => ShipTos::FIELDS,
        _ => &[],
    }
}

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
        Kind::Accounts => accounts::key(row),
        Kind::CustomerGroups => customer_groups::key(row),
        Kind::Customers => customers::key::<false>(row),
        Kind::ShipTos => customers::key::<true>(row),
        _ => Ok(None),
    }
}

/// A row as it may be kept: passwords in clear are never written down, not even to be refused (T-97).
#[must_use]
pub fn kept_of(kind: Kind, row: &RowIn) -> Cow<'_, RowIn> {
    if kind != Kind::Accounts || row.text("password").is_none() {
        return Cow::Borrowed(row);
    }
    let mut row = row.clone();
    let left_out = Given::Text("left out".to_owned());
    row.fields.insert("password".to_owned(), left_out);
    Cow::Owned(row)
}

/// What is wrong with the key of a row that has none.
fn key_problems(kind: Kind, row: &RowIn) -> Vec<Problem> {
    let field = kind.key_field();
    let missing = || {
        let message = format!("a row needs {}", kind.known_by());
        Problem::new(Code::Required, field, message)
    };
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
        Kind::Accounts => deal::judge::<Accounts>(tx, kind, rows, keys).await,
        Kind::CustomerGroups => deal::judge::<CustomerGroups>(tx, kind, rows, keys).await,
        Kind::Customers => deal::judge::<AllCustomers>(tx, kind, rows, keys).await,
        Kind::ShipTos => deal::judge::<ShipTos>(tx, kind, rows, keys).await,
        _ => Err(elsewhere()),
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
        Kind::Accounts => deal::write::<Accounts>(tx, steps, ways).await,
        Kind::CustomerGroups => deal::write::<CustomerGroups>(tx, steps, ways).await,
        Kind::Customers => deal::write::<AllCustomers>(tx, steps, ways).await,
        Kind::ShipTos => deal::write::<ShipTos>(tx, steps, ways).await,
        _ => Err(elsewhere()),
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
        Kind::Accounts => deal::put_back::<Accounts>(tx, request_id, rows).await,
        Kind::CustomerGroups => deal::put_back::<CustomerGroups>(tx, request_id, rows).await,
        Kind::Customers => deal::put_back::<AllCustomers>(tx, request_id, rows).await,
        Kind::ShipTos => deal::put_back::<ShipTos>(tx, request_id, rows).await,
        _ => Err(elsewhere()),
    }
}

fn elsewhere() -> Error {
    Error::internal("this kind is decided about many at a time")
}
