//! Organizations as they were before an import.

use super::decide::{Target, towards};
use super::there::{Row, There};
use super::write;
use crate::access::{Action, Permission, WriteTx};
use crate::error::{Code, Result};
use crate::imports::rules::Problem;
use entity::ids::{BusinessCategoryId, CustomerGroupId, OrganizationId, OrganizationTypeId};
use entity::import_row;
use entity::organization::{self, Model};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Puts organizations back, and answers for each why not; none where it was. Each is put back by itself, in the opposite of the order in
/// which the import dealt with them: what came to be below another one goes first.
///
/// # Errors
/// Faults of the database only.
pub async fn put_back(
    tx: &mut WriteTx,
    request_id: &str,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    tx.lock_tree().await?;
    let targets: Vec<String> = rows
        .iter()
        .filter_map(|row| row.target_id.clone())
        .collect();
    let ids: Vec<OrganizationId> = targets.iter().filter_map(|id| id.parse().ok()).collect();
    let olds = tx
        .changed_by_request::<organization::Entity>(request_id, &targets)
        .await?;
    let found = tx.is_one_of(organization::Column::Id, &ids);
    let found = tx.consequences::<organization::Entity>(found).await?;
    let used = tx.organizations_in_use(&ids).await?;
    let deletable = tx
        .reached_among::<organization::Entity>(&ids, Action::Delete)
        .await?;
    let before: HashMap<OrganizationId, Model> = found
        .iter()
        .filter_map(|row| Some((row.id, as_it_was(row, olds.get(&row.id.to_string())?))))
        .collect();
    let named: HashSet<_> = before.values().filter_map(|row| row.parent_id).collect();
    let named: Vec<_> = named.into_iter().collect();
    let named = tx.refer_to_all::<organization::Entity>(&named).await?;
    let named = named.values().map(|row| (**row).clone()).collect();
    let moving = found.iter().filter_map(|row| {
        let place = before.get(&row.id)?.parent_id;
        (place != row.parent_id).then_some((row.id, place))
    });
    let moving: Vec<_> = moving.collect();
    let by_id: HashMap<OrganizationId, Row> =
        found.iter().map(|row| (row.id, row.clone())).collect();
    let mut there = There::gather(tx, found, named).await?;
    there.look_at_moves(tx, &moving).await?;
    let (mut steps, mut gone, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let now = row.target_id.as_deref().and_then(|id| id.parse().ok());
        let now = now.and_then(|id: OrganizationId| by_id.get(&id));
        let judged = match now.filter(|now| there.seen.contains(&now.id)) {
            None => Err(refused(Code::NotFound, "organization not found")),
            Some(now) if Some(now.version) != row.version_after => {
                Err(refused(Code::MovedOn, "it has been changed since"))
            }
            Some(now) if row.action == import_row::Action::Create => {
                may_go(now, &deletable, &used).map(|()| gone.push(now.clone()))
            }
            Some(now) => match before.get(&now.id) {
                None => Err(refused(Code::MovedOn, "what it was is not known any more")),
                Some(new) => back(now, new, &there).map(|step| steps.push(step)),
            },
        };
        outcomes.push(judged.err());
    }
    write(tx, steps).await?;
    let leaving: Vec<_> = gone.iter().map(|row| row.id).collect();
    tx.closure_leave_all(&leaving).await?;
    tx.delete_all(gone).await?;
    Ok(outcomes)
}

fn refused(code: Code, message: &str) -> Vec<Problem> {
    vec![Problem {
        field: None,
        code,
        message: message.to_owned(),
    }]
}

fn may_go(
    now: &Row,
    deletable: &HashSet<OrganizationId>,
    used: &HashSet<OrganizationId>,
) -> Result<(), Vec<Problem>> {
    if !deletable.contains(&now.id) {
        let permission = Permission::OrganizationDelete;
        let message = format!("this needs the permission {permission}");
        return Err(refused(Code::Forbidden, &message));
    }
    if used.contains(&now.id) {
        return Err(refused(Code::InUse, "something refers to it by now"));
    }
    Ok(())
}

fn back(now: &Row, new: &Model, there: &There) -> Result<super::Step, Vec<Problem>> {
    let moves = now.parent_id != new.parent_id;
    let hidden = |place| there.parents.shown(place).is_none();
    if moves && new.parent_id.is_some_and(hidden) {
        let missing = "organization not found";
        return Err(vec![Problem::new(Code::NotFound, super::PARENT, missing)]);
    }
    let new = new.clone();
    towards(Target { old: now, new }, there)
}

/// The organization with the columns that the import changed as they were.
fn as_it_was(now: &Model, old: &Value) -> Model {
    let mut was = now.clone();
    let Some(columns) = old.as_object() else {
        return was;
    };
    for (column, value) in columns {
        let text = value.as_str().map(str::to_owned);
        match column.as_str() {
            "name" => was.name = text.unwrap_or(was.name),
            "description" => was.description = text,
            "type_id" => {
                was.type_id = value.as_i64().map_or(was.type_id, OrganizationTypeId);
            }
            "business_category_id" => {
                was.business_category_id = value.as_i64().map(BusinessCategoryId);
            }
            "parent_id" => was.parent_id = text.and_then(|id| id.parse().ok()),
            "customer_group_id" => {
                was.customer_group_id = value.as_i64().map(CustomerGroupId);
            }
            _ => {}
        }
    }
    was
}
