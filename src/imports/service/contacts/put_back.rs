//! Contacts as they were before an import.

use super::decide::{Target, towards};
use super::there::There;
use super::{Step, write};
use crate::access::{Action, Consequence, Granted, Permission, WriteTx};
use crate::error::{Code, Result};
use crate::imports::rules::Problem;
use entity::contact::{self, Model};
use entity::ids::{AddressId, ContactId, OrganizationId};
use entity::{account, address, import_row, organization};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

type Row = Granted<contact::Entity, Consequence>;
type Olds = HashMap<String, Value>;

/// Puts contacts back, and answers for each why not; none where it was.
///
/// # Errors
/// Faults of the database only.
pub async fn put_back(
    tx: &mut WriteTx,
    request_id: &str,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    let targets: Vec<String> = rows
        .iter()
        .filter_map(|row| row.target_id.clone())
        .collect();
    let ids: Vec<ContactId> = targets.iter().filter_map(|id| id.parse().ok()).collect();
    let found = tx.is_one_of(contact::Column::Id, &ids);
    let found = tx.consequences::<contact::Entity>(found).await?;
    let olds = tx
        .changed_by_request::<contact::Entity>(request_id, &targets)
        .await?;
    let used = used(tx, &ids).await?;
    let deletable = tx
        .reached_among::<contact::Entity>(&ids, Action::Delete)
        .await?;
    let named = organizations(tx, &olds).await?;
    let before: HashMap<ContactId, Model> = found
        .iter()
        .filter_map(|row| Some((row.id, as_it_was(row, olds.get(&row.id.to_string())?))))
        .collect();
    let moving = found.iter().filter_map(|row| {
        let place = before.get(&row.id)?.organization_id;
        (place != row.organization_id).then_some((row.id, place))
    });
    let moving: Vec<_> = moving.collect();
    let by_id: HashMap<ContactId, Row> = found.iter().map(|row| (row.id, row.clone())).collect();
    let there = There::gather(tx, found, named, Vec::new(), moving).await?;
    let kept = preferred(tx, &before).await?;
    let (mut steps, mut gone, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let now = row.target_id.as_deref().and_then(|id| id.parse().ok());
        let now = now.and_then(|id: ContactId| by_id.get(&id));
        let judged = judge(row, now, &there, &before, &used, &deletable, &kept);
        outcomes.push(match judged {
            Ok(Back::Delete(row)) => {
                gone.push(row);
                None
            }
            Ok(Back::Change(step)) => {
                steps.push(*step);
                None
            }
            Err(problems) => Some(problems),
        });
    }
    write(tx, steps).await?;
    tx.delete_all(gone).await?;
    Ok(outcomes)
}

enum Back {
    Delete(Row),
    Change(Box<Step>),
}

fn judge(
    row: &import_row::Model,
    now: Option<&Row>,
    there: &There,
    before: &HashMap<ContactId, Model>,
    used: &HashSet<ContactId>,
    deletable: &HashSet<ContactId>,
    kept: &HashSet<(AddressId, Option<OrganizationId>)>,
) -> Result<Back, Vec<Problem>> {
    let refused = |code, message: &str| {
        vec![Problem {
            field: None,
            code,
            message: message.to_owned(),
        }]
    };
    let found = now.filter(|found| there.seen.contains(&found.id));
    let found = found.ok_or_else(|| refused(Code::NotFound, "contact not found"))?;
    if Some(found.version) != row.version_after {
        return Err(refused(Code::MovedOn, "it has been changed since"));
    }
    if row.action == import_row::Action::Create {
        if !deletable.contains(&found.id) {
            let message = format!("this needs the permission {}", Permission::ContactDelete);
            return Err(refused(Code::Forbidden, &message));
        }
        if used.contains(&found.id) {
            return Err(refused(Code::InUse, "something refers to it by now"));
        }
        return Ok(Back::Delete(found.clone()));
    }
    let mut new = before
        .get(&found.id)
        .cloned()
        .ok_or_else(|| refused(Code::MovedOn, "what it was is not known any more"))?;
    let place = new.organization_id;
    if place.is_some_and(|place| place_is_hidden(place, found, there)) {
        let missing = "organization not found";
        return Err(vec![Problem::new(
            Code::NotFound,
            "organizationExternalId",
            missing,
        )]);
    }
    for preferred in [
        &mut new.preferred_billing_address_id,
        &mut new.preferred_shipping_address_id,
    ] {
        *preferred = preferred.filter(|id| kept.contains(&(*id, place)));
    }
    towards(Target { old: found, new }, there).map(|step| Back::Change(Box::new(step)))
}

fn place_is_hidden(place: OrganizationId, found: &Model, there: &There) -> bool {
    found.organization_id != Some(place) && !there.named.contains(&place)
}

/// Who is a primary contact, has an account, or has addresses.
async fn used(tx: &mut WriteTx, ids: &[ContactId]) -> Result<HashSet<ContactId>> {
    let mut used = HashSet::new();
    let primary = tx.is_one_of(organization::Column::PrimaryContactId, ids);
    let primary = tx.looked_at::<organization::Entity>(primary).await?;
    used.extend(primary.into_iter().filter_map(|row| row.primary_contact_id));
    let accounts = tx.is_one_of(account::Column::ContactId, ids);
    let accounts = tx.looked_at::<account::Entity>(accounts).await?;
    used.extend(accounts.into_iter().filter_map(|row| row.contact_id));
    let addresses = tx.is_one_of(address::Column::ContactId, ids);
    let addresses = tx.looked_at::<address::Entity>(addresses).await?;
    used.extend(addresses.into_iter().filter_map(|row| row.contact_id));
    Ok(used)
}

/// The organizations that contacts were in, as far as they are there and seen.
async fn organizations(
    tx: &mut WriteTx,
    olds: &Olds,
) -> Result<Vec<Granted<organization::Entity>>> {
    let ids = olds.values().filter_map(|old| old.get("organization_id"));
    let ids = ids.filter_map(|id| id.as_str()?.parse::<OrganizationId>().ok());
    let ids: HashSet<_> = ids.collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let found = tx.refer_to_all::<organization::Entity>(&ids).await?;
    Ok(found.into_values().collect())
}

/// The preferred addresses that are there still, each with the organization whose it is, or the one of the contact whose it is.
async fn preferred(
    tx: &mut WriteTx,
    before: &HashMap<ContactId, Model>,
) -> Result<HashSet<(AddressId, Option<OrganizationId>)>> {
    let preferred = before.values().flat_map(|row| {
        [
            row.preferred_billing_address_id,
            row.preferred_shipping_address_id,
        ]
    });
    let preferred: Vec<AddressId> = preferred.flatten().collect();
    if preferred.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = tx.is_one_of(address::Column::Id, &preferred);
    let rows = tx.looked_at::<address::Entity>(rows).await?;
    let place = |row: &address::Model| {
        let contact = row.contact_id.and_then(|contact| before.get(&contact));
        row.organization_id
            .or(contact.and_then(|contact| contact.organization_id))
    };
    Ok(rows.iter().map(|row| (row.id, place(row))).collect())
}

/// The contact with the columns that the import changed as they were.
fn as_it_was(now: &Model, old: &Value) -> Model {
    let mut was = now.clone();
    let Some(columns) = old.as_object() else {
        return was;
    };
    for (column, value) in columns {
        let text = value.as_str().map(str::to_owned);
        match column.as_str() {
            "first_name" => was.first_name = text,
            "middle_name" => was.middle_name = text,
            "last_name" => was.last_name = text,
            "given_full_name" => was.given_full_name = text,
            "email" => was.email = text,
            "phone" => was.phone = text,
            "job_title" => was.job_title = text,
            "birth_date" => was.birth_date = text.and_then(|day| day.parse().ok()),
            "preferred_language" => was.preferred_language = text,
            "preferred_currency" => was.preferred_currency = text,
            "accepts_marketing" => was.accepts_marketing = value.as_bool().unwrap_or_default(),
            "organization_id" => was.organization_id = text.and_then(|id| id.parse().ok()),
            "customer_group_id" => {
                was.customer_group_id = value.as_i64().map(entity::ids::CustomerGroupId);
            }
            "preferred_billing_address_id" => {
                was.preferred_billing_address_id = text.and_then(|id| id.parse().ok());
            }
            "preferred_shipping_address_id" => {
                was.preferred_shipping_address_id = text.and_then(|id| id.parse().ok());
            }
            _ => {}
        }
    }
    was
}
