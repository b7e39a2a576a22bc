//! What rows name by the words of other systems, as far as it is there and seen (T-93).

use crate::access::WriteTx;
use crate::error::{Code, Result, UserError};
use crate::imports::rules::{Reading, RowIn};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use entity::ids::{OrganizationId, SalesRepId};
use entity::{organization, sales_rep};
use sea_orm::{ColumnTrait, Condition};

/// What `text` names, which was looked up as `found`; none where nothing is named.
///
/// # Errors
/// `NOT_FOUND` at `field`.
pub fn named<I: Copy>(
    field: &str,
    kind: &str,
    text: Option<&str>,
    found: Option<I>,
) -> Result<Option<I>, UserError> {
    if text.map(str::trim).is_none_or(str::is_empty) {
        return Ok(None);
    }
    let missing = || UserError::new(Code::NotFound, field, format!("{kind} not found"));
    found.map(Some).ok_or_else(missing)
}

/// The organization of an external id.
pub(super) async fn organization(
    tx: &mut WriteTx,
    external_id: Option<&str>,
) -> Result<Option<OrganizationId>> {
    let Some(external_id) = external_id else {
        return Ok(None);
    };
    let is_it = organization::Column::ExternalId.eq(external_id);
    let found = tx.refer_where::<organization::Entity>(is_it).await?.pop();
    Ok(found.map(|found| found.id))
}

/// What an organization is called by other systems, where it is seen.
pub(super) async fn name_of_organization(
    tx: &mut WriteTx,
    id: Option<OrganizationId>,
) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let is_it = organization::Column::Id.eq(id);
    let found = tx.refer_where::<organization::Entity>(is_it).await?.pop();
    Ok(found.and_then(|found| found.external_id.clone()))
}

/// The organization that a row names, against the one that is there.
pub(super) async fn organization_of(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: Option<OrganizationId>,
) -> Result<Option<OrganizationId>> {
    const FIELD: &str = "organizationExternalId";
    let given = row.reference(FIELD);
    let found = organization(tx, given).await?;
    let was = name_of_organization(tx, old).await?;
    let read = |text: Option<&str>| named(FIELD, "organization", text, found);
    Ok(reading.field(FIELD, old, read, |id| {
        if *id == old {
            was.clone()
        } else {
            id.and(given).map(str::to_owned)
        }
    }))
}

/// The sales rep that a row names, against the one that is there: whoever sees a customer sees who looks after it.
pub(super) async fn sales_rep_of(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: Option<SalesRepId>,
) -> Result<Option<SalesRepId>> {
    const FIELD: &str = "salesRepNumber";
    let given = row.reference(FIELD);
    let found = match given {
        Some(number) => {
            let is_it = sales_rep::Column::Number.eq(number);
            tx.refer_where::<sales_rep::Entity>(is_it).await?.pop()
        }
        None => None,
    };
    let found = found.map(|found| found.id);
    let was = match old {
        Some(old) => {
            let is_it = Condition::all().add(sales_rep::Column::Id.eq(old));
            tx.looked_at::<sales_rep::Entity>(is_it).await?.pop()
        }
        None => None,
    };
    let was = was.map(|was| was.number);
    let read = |text: Option<&str>| named(FIELD, "salesRep", text, found);
    Ok(reading.field(FIELD, old, read, |id| {
        if *id == old {
            was.clone()
        } else {
            id.and(given).map(str::to_owned)
        }
    }))
}

/// A flag that is `initial` in what is created without it.
pub(super) fn flag(
    reading: &mut Reading<'_>,
    field: &str,
    old: Option<bool>,
    initial: bool,
) -> bool {
    let creating = old.is_none();
    let read = |text: Option<&str>| match text.map(str::trim).map(str::to_lowercase).as_deref() {
        None | Some("") if creating => Ok(initial),
        Some("true" | "yes" | "1") => Ok(true),
        Some("false" | "no" | "0") => Ok(false),
        None | Some("") => {
            let message = format!("{field} cannot be cleared");
            Err(UserError::new(Code::Invalid, field, message))
        }
        Some(_) => {
            let message = format!("{field} is true or false");
            Err(UserError::new(Code::Invalid, field, message))
        }
    };
    reading.field(field, old.unwrap_or(initial), read, |yes| {
        Some(yes.to_string())
    })
}

/// An instant as rows write it: RFC 3339, without an offset in UTC, or a day, which is its beginning in UTC.
///
/// # Errors
/// `INVALID` at `field`.
pub fn moment(field: &str, text: &str) -> Result<DateTime<Utc>, UserError> {
    let text = text.trim();
    let local = |format| NaiveDateTime::parse_from_str(text, format).map(|at| at.and_utc());
    let day = |text| NaiveDate::parse_from_str(text, "%Y-%m-%d");
    let found = DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .or_else(|_| local("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|_| local("%Y-%m-%dT%H:%M"))
        .or_else(|_| day(text).map(|day| day.and_time(NaiveTime::MIN).and_utc()));
    let message =
        format!("{field} is a day such as 2026-12-31, or an instant such as 2026-12-31T08:30:00Z");
    let refused = |_| UserError::new(Code::Invalid, field, message);
    found.map(|at| at.trunc_subsecs(6)).map_err(refused)
}
