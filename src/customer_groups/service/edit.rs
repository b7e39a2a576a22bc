//! Adding, renaming, archiving and restoring groups.

use super::super::list::effective_group_is;
use crate::access::{Change, Edit, Permission, Place, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule, unique_key};
use async_graphql::MaybeUndefined;
use entity::customer_group::{self, Status};
use entity::ids::CustomerGroupId;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, Set};
use serde::Serialize;

/// Steps between the ranks of groups that are added without one.
const RANK_STEP: i32 = 10;

/// Adds a group, last in rank unless told otherwise. Needs CUSTOMER_GROUP_CREATE everywhere.
#[derive(Debug, Serialize)]
pub struct CreateCustomerGroup {
    pub name: String,
    pub rank: Option<i32>,
}

impl Change for CreateCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        tx.require(Permission::CustomerGroupCreate, Place::Everywhere, "name")
            .await?;
        let mut mistakes = Mistakes::default();
        let name = mistakes.check(Rule::line("name", NAME).apply(Some(self.name.clone())));
        mistakes.finish()?;
        let name = name.ok_or_else(|| {
            Error::invalid(Code::Required, "name", "a customer group needs a name")
        })?;
        let rank = match self.rank {
            Some(rank) => rank,
            None => {
                let groups = tx
                    .consequences::<customer_group::Entity>(Condition::all())
                    .await?;
                groups
                    .iter()
                    .map(|group| group.rank)
                    .max()
                    .unwrap_or_default()
                    .saturating_add(RANK_STEP)
            }
        };
        let id = CustomerGroupId(tx.next_number("customerGroup").await?);
        let row = customer_group::ActiveModel {
            id: Set(id),
            name_key: Set(unique_key(&name)),
            name: Set(name),
            rank: Set(rank),
            status: Set(Status::Active),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<customer_group::Entity>(row).await?;
        Ok(id)
    }
}

/// Renames a group or gives it another rank; reprices nobody, as prices know the group by its number (T-20). Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct UpdateCustomerGroup {
    pub id: CustomerGroupId,
    pub name: MaybeUndefined<String>,
    pub rank: MaybeUndefined<i32>,
}

impl Change for UpdateCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        let row = tx.target::<customer_group::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let name = patch(&mut mistakes, self.name.clone(), |text| {
            Rule::line("name", NAME).apply(text)
        });
        if self.rank.is_null() {
            mistakes.note(Code::Invalid, "rank", "the rank cannot be cleared");
        }
        mistakes.finish()?;
        if name == Some(None) {
            return Err(Error::invalid(
                Code::Required,
                "name",
                "a customer group needs a name",
            ));
        }
        tx.save(row, |group| {
            if let Some(name) = name.flatten() {
                group.name_key = Set(unique_key(&name));
                group.name = Set(name);
            }
            if let MaybeUndefined::Value(rank) = self.rank {
                group.rank = Set(rank);
            }
        })
        .await?;
        Ok(self.id)
    }
}

/// Archives a group: it goes to nobody new, and counts where it is (T-17). Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct ArchiveCustomerGroup {
    pub id: CustomerGroupId,
}

impl Change for ArchiveCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupArchive";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        set_status(tx, self.id, Status::Archived).await
    }
}

/// Makes an archived group assignable again. Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct RestoreCustomerGroup {
    pub id: CustomerGroupId,
}

impl Change for RestoreCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupRestore";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        set_status(tx, self.id, Status::Active).await
    }
}

async fn set_status(
    tx: &mut WriteTx,
    id: CustomerGroupId,
    status: Status,
) -> Result<CustomerGroupId> {
    let row = tx.target::<customer_group::Entity, Edit>(id).await?;
    let priced_by_it = effective_group_is(tx.engine(), Expr::val(id));
    tx.watch_effective_groups(priced_by_it).await?;
    tx.save(row, |group| group.status = Set(status)).await?;
    Ok(id)
}
