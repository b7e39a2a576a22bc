//! Customer groups: known by their names, without regard to case (T-20).

use super::Ways;
use super::deal::Thing;
use super::named::flag;
use crate::access::{Act, Change as UseCase, WriteTx};
use crate::customer_groups::service::{
    ArchiveCustomerGroup, CreateCustomerGroup, DeleteCustomerGroup, Replacement,
    RestoreCustomerGroup, UpdateCustomerGroup,
};
use crate::error::{Code, Result, UserError};
use crate::imports::rules::{Change, Problem, Reading, RowIn};
use crate::text::{NAME, Rule, unique_key};
use async_graphql::MaybeUndefined;
use entity::customer_group::{self, Model, Status};
use entity::ids::CustomerGroupId;
use sea_orm::ColumnTrait;

/// A group as it shall be.
pub struct CustomerGroups {
    name: String,
    rank: Option<i32>,
    active: bool,
}

/// By what a row is known.
pub fn key(row: &RowIn) -> Result<Option<String>, Problem> {
    let name = row.text("name").map(str::to_owned);
    let name = Rule::line("name", NAME).apply(name)?;
    Ok(name.as_deref().map(unique_key))
}

impl Thing for CustomerGroups {
    type Entity = customer_group::Entity;
    const FIELDS: &'static [&'static str] = &["name", "rank", "active"];
    const KEY: &'static str = "name";

    async fn find(tx: &mut WriteTx, row: &RowIn) -> Result<Option<Model>> {
        let named = unique_key(row.text("name").unwrap_or_default());
        let named = customer_group::Column::NameKey.eq(named);
        let found = tx
            .consequences::<customer_group::Entity>(named)
            .await?
            .pop();
        Ok(found.map(|found| (*found).clone()))
    }

    async fn read(
        _: &mut WriteTx,
        reading: &mut Reading<'_>,
        old: Option<&Model>,
        row: &RowIn,
    ) -> Result<Self> {
        let had = old.map(|old| old.name.clone());
        let name = row.text("name").map(str::to_owned);
        // A group that is written in other letters is the same one.
        let name = reading.text("name", had.clone(), |_| Ok(had.or(name)));
        let had_rank = old.map(|old| old.rank);
        let rank = reading.field(
            "rank",
            had_rank,
            |text| rank(text, had_rank),
            |rank| rank.map(|rank| rank.to_string()),
        );
        let active = old.map(|old| old.status == Status::Active);
        Ok(Self {
            name: name.unwrap_or_default(),
            rank,
            active: flag(reading, "active", active, true),
        })
    }

    async fn carry_out(
        self,
        tx: &mut WriteTx,
        old: Option<&Model>,
        _: Ways,
    ) -> Result<CustomerGroupId> {
        let (id, was_active) = match old {
            None => {
                let Self { name, rank, .. } = self;
                (CreateCustomerGroup { name, rank }.apply(tx).await?, true)
            }
            Some(old) => {
                if let Some(rank) = self.rank.filter(|rank| *rank != old.rank) {
                    let update = UpdateCustomerGroup {
                        id: old.id,
                        name: MaybeUndefined::Undefined,
                        rank: MaybeUndefined::Value(rank),
                    };
                    update.apply(tx).await?;
                }
                (old.id, old.status == Status::Active)
            }
        };
        match (was_active, self.active) {
            (true, false) => ArchiveCustomerGroup { id }.apply(tx).await,
            (false, true) => RestoreCustomerGroup { id }.apply(tx).await,
            _ => Ok(id),
        }
    }

    async fn remove(tx: &mut WriteTx, id: CustomerGroupId, _: &[Change]) -> Result<()> {
        let delete = DeleteCustomerGroup {
            id,
            replacement: Replacement::Refused,
        };
        delete.carry_out(tx).await.map(drop)
    }
}

fn rank(text: Option<&str>, had: Option<i32>) -> Result<Option<i32>, UserError> {
    let refused = |message: &str| Err(UserError::new(Code::Invalid, "rank", message));
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_or_else(
            |_| refused("a rank is a whole number"),
            |rank| Ok(Some(rank)),
        ),
        None if had.is_none() => Ok(None),
        None => refused("the rank cannot be cleared"),
    }
}
