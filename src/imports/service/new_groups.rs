//! Customer groups that a file brings with it: they are extended while the system runs, by whoever may, and so does their import.

use crate::access::{Change as _, Permission, WriteTx};
use crate::customer_groups::service::CreateCustomerGroup;
use crate::error::Result;
use crate::imports::rules::RowIn;
use crate::text::{NAME, Rule, unique_key};
use entity::customer_group::{Model, Status};
use entity::ids::CustomerGroupId;
use std::collections::{HashMap, HashSet};

/// The groups that rows name and that are not `known` by the keys of their names, as they will be: until they are written their ids are below
/// 0. None for whoever may not create groups.
pub fn new_groups<'k>(
    tx: &WriteTx,
    rows: &[RowIn],
    known: impl Iterator<Item = &'k String>,
) -> Vec<Model> {
    if !tx
        .viewer()
        .holds_everywhere(Permission::CustomerGroupCreate)
    {
        return Vec::new();
    }
    let mut known: HashSet<String> = known.cloned().collect();
    let mut new = Vec::new();
    let named = rows.iter().filter_map(|row| row.reference("customerGroup"));
    for name in named {
        let name = Rule::line("customerGroup", NAME).apply(Some(name.to_owned()));
        let Some(name) = name.ok().flatten() else {
            continue;
        };
        let key = unique_key(&name);
        if known.insert(key.clone()) {
            let number = i64::try_from(new.len()).unwrap_or(i64::MAX);
            new.push(Model {
                id: CustomerGroupId(-1 - number),
                name,
                name_key: key,
                rank: 0,
                status: Status::Active,
                version: 1,
                created_at: tx.now(),
                updated_at: tx.now(),
            });
        }
    }
    new
}

/// The group of a name, which is added where it was not yet.
///
/// # Errors
/// What `customerGroupCreate` refuses.
pub async fn added_group(
    tx: &mut WriteTx,
    known: &mut HashMap<String, CustomerGroupId>,
    name: String,
) -> Result<CustomerGroupId> {
    if let Some(id) = known.get(&name) {
        return Ok(*id);
    }
    let create = CreateCustomerGroup {
        name: name.clone(),
        rank: None,
    };
    let id = create.apply(tx).await?;
    known.insert(name, id);
    Ok(id)
}
