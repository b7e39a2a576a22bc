//! Full refreshes of customers: what is there and not in the file is deactivated (T-96). Customers that came with an order, and those that
//! stand for shoppers without one, are no ERP's and stay.

use super::books::json;
use super::kind::Kind;
use super::settings::{Settings, Totals};
use crate::access::{Change as _, WriteTx};
use crate::customers::service::{Fields, UpdateCustomer};
use crate::error::Result;
use crate::imports::rules::{Change, Given, RowIn};
use async_graphql::MaybeUndefined;
use entity::customer;
use entity::ids::{CustomerId, ImportId, ImportRowId};
use entity::import::Model;
use entity::import_row::{self, Action, State};
use std::collections::BTreeMap;

/// Customers that are deactivated in one transaction.
const AT_ONCE: u64 = 200;

/// Whether things of a kind can be in use or not, so that a full refresh has something to do.
#[must_use]
fn can_be_refreshed(kind: Kind) -> bool {
    matches!(kind, Kind::Customers | Kind::ShipTos)
}

/// How many active customers there are that the viewer may change, of which a full refresh would deactivate a part.
///
/// # Errors
/// Faults of the database only.
async fn in_use(tx: &mut WriteTx, kind: Kind) -> Result<i64> {
    tx.active_customers(kind == Kind::ShipTos).await
}

/// How many of these are not in the file of an import.
///
/// # Errors
/// Faults of the database only.
async fn absent(tx: &mut WriteTx, kind: Kind, import: ImportId) -> Result<i64> {
    tx.absent_customers(import, kind == Kind::ShipTos).await
}

/// The next of them behind `after`, by id.
///
/// # Errors
/// Faults of the database only.
async fn next_absent(
    tx: &mut WriteTx,
    kind: Kind,
    import: ImportId,
    after: Option<CustomerId>,
    limit: u64,
) -> Result<Vec<customer::Model>> {
    let ship_tos = kind == Kind::ShipTos;
    tx.next_absent_customers(import, ship_tos, after, limit)
        .await
}

/// Deactivates customers by the use case of `customerUpdate`; those whose `active` is looked after by hand stay, and are not answered.
///
/// # Errors
/// What that use case refuses.
async fn deactivate(
    tx: &mut WriteTx,
    customers: Vec<customer::Model>,
) -> Result<Vec<customer::Model>> {
    let ids: Vec<_> = customers.iter().map(|customer| customer.id).collect();
    let owned = tx.owned_fields::<customer::Entity>(&ids).await?;
    let mut done = Vec::with_capacity(customers.len());
    for customer in customers {
        let fields = owned.get(&customer.id.to_string());
        if fields.is_some_and(|fields| fields.contains("active")) {
            continue;
        }
        let update = UpdateCustomer {
            id: customer.id,
            fields: Fields {
                active: MaybeUndefined::Value(false),
                ..Fields::default()
            },
            sales_rep_id: MaybeUndefined::Undefined,
            organization_id: MaybeUndefined::Undefined,
        };
        update.apply(tx).await?;
        done.push(customer);
    }
    Ok(done)
}

/// What a planned import is held for: it would deactivate more than it may without asking. Counts what it would.
///
/// # Errors
/// Faults of the database only.
pub async fn holds(tx: &mut WriteTx, import: &Model, totals: &mut Totals) -> Result<bool> {
    let (kind, settings) = (Kind::of_import(import)?, Settings::of(import));
    if !settings.full_refresh || !can_be_refreshed(kind) {
        return Ok(false);
    }
    let going = absent(tx, kind, import.id).await?;
    let all = in_use(tx, kind).await?;
    totals.deactivate = i32::try_from(going).unwrap_or(i32::MAX);
    Ok(going.saturating_mul(100) > all.saturating_mul(settings.most_deactivated.into()))
}

/// Deactivates the next of what is not in the file, where the import is a full refresh; answers whether there are others. What it did stands
/// in rows of the import with numbers below 0, since the file has none of them, so that it can be put back like all others.
///
/// # Errors
/// What the use case refuses.
pub async fn step(tx: &mut WriteTx, import: &mut Model) -> Result<bool> {
    let (kind, mut settings) = (Kind::of_import(import)?, Settings::of(import));
    if !settings.full_refresh || !can_be_refreshed(kind) {
        return Ok(false);
    }
    let after = settings.refreshed_up_to;
    let next = next_absent(tx, kind, import.id, after, AT_ONCE).await?;
    let Some(last) = next.last().map(|customer| customer.id) else {
        return Ok(false);
    };
    let mut totals = Totals::of(import);
    let mut noted = Vec::new();
    for customer in Box::pin(deactivate(tx, next)).await? {
        totals.deactivated += 1;
        noted.push(row(tx, import, kind, &customer, totals.deactivated)?);
    }
    tx.note_import_rows(noted).await?;
    settings.refreshed_up_to = Some(last);
    import.settings = json(&settings)?;
    import.totals = json(&totals)?;
    Ok(true)
}

/// What became of a customer that is not in the file.
fn row(
    tx: &WriteTx,
    import: &Model,
    kind: Kind,
    customer: &customer::Model,
    number: i32,
) -> Result<import_row::Model> {
    let text = |text: &str| Given::Text(text.to_owned());
    let number_field = if kind == Kind::ShipTos {
        "customerNumber"
    } else {
        "number"
    };
    let given = RowIn {
        number: -i64::from(number),
        fields: BTreeMap::from([
            (number_field.to_owned(), text(&customer.number)),
            ("sequence".to_owned(), text(&customer.sequence)),
            ("active".to_owned(), text("false")),
        ]),
        version: None,
    };
    let change = Change {
        field: "active".to_owned(),
        from: Some("true".to_owned()),
        to: Some("false".to_owned()),
    };
    Ok(import_row::Model {
        id: ImportRowId(tx.fresh_id()),
        import_id: import.id,
        number: given.number,
        // After everything that stands in the file.
        stage: i32::MAX,
        place: i64::MAX - i64::from(i32::MAX) + i64::from(number),
        key: kind.key_of(&given).ok().flatten().unwrap_or_default(),
        given: json(&(&given.fields, given.version))?,
        action: Action::Update,
        target_id: Some(customer.id.to_string()),
        changes: json(&[change])?,
        kept: json(&[(); 0])?,
        problems: json(&[(); 0])?,
        cleanings: json(&[(); 0])?,
        state: State::Applied,
        version_after: Some(customer.version + 1),
    })
}
