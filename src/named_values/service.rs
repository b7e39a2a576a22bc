//! The use cases that change named values: the same three for each kind.

use crate::access::{Change, Delete, Edit, Guarded, Permission, Place, Versioned, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::text::{NAME, Rule, unique_key};
use entity::ids::{BusinessCategoryId, OrganizationTypeId};
use entity::{business_category, organization, organization_type};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;
use std::fmt;

/// A kind of named value.
pub trait NamedValue: Versioned<Id: fmt::Debug> + fmt::Debug {
    /// The series that its numbers come from.
    const SERIES: &'static str;
    /// The mutations that change it.
    const CREATE: &'static str;
    const UPDATE: &'static str;
    const DELETE: &'static str;

    /// A number as an id.
    fn id(number: i64) -> Self::Id;
    /// A new row.
    fn new_row(id: Self::Id, name: String, tx: &WriteTx) -> Self::ActiveModel;
    /// Gives a row another name.
    fn rename(row: &mut Self::ActiveModel, name: String);
    /// The organizations that use it.
    fn uses(id: Self::Id) -> Condition;
}

macro_rules! named_value {
    ($entity:ident, $id:ident, $used_by:ident, $series:literal, $create:literal, $update:literal, $delete:literal) => {
        impl NamedValue for $entity::Entity {
            const SERIES: &'static str = $series;
            const CREATE: &'static str = $create;
            const UPDATE: &'static str = $update;
            const DELETE: &'static str = $delete;

            fn id(number: i64) -> $id {
                $id(number)
            }

            fn new_row(id: $id, name: String, tx: &WriteTx) -> $entity::ActiveModel {
                $entity::ActiveModel {
                    id: Set(id),
                    name_key: Set(unique_key(&name)),
                    name: Set(name),
                    version: Set(1),
                    created_at: Set(tx.now()),
                    updated_at: Set(tx.now()),
                }
            }

            fn rename(row: &mut $entity::ActiveModel, name: String) {
                row.name_key = Set(unique_key(&name));
                row.name = Set(name);
            }

            fn uses(id: $id) -> Condition {
                Condition::all().add(organization::Column::$used_by.eq(id))
            }
        }
    };
}

named_value!(
    organization_type,
    OrganizationTypeId,
    TypeId,
    "organizationType",
    "organizationTypeCreate",
    "organizationTypeUpdate",
    "organizationTypeDelete"
);
named_value!(
    business_category,
    BusinessCategoryId,
    BusinessCategoryId,
    "businessCategory",
    "businessCategoryCreate",
    "businessCategoryUpdate",
    "businessCategoryDelete"
);

fn checked_name(name: &str) -> Result<String> {
    let mut mistakes = Mistakes::default();
    let name = mistakes.check(Rule::line("name", NAME).apply(Some(name.to_owned())));
    mistakes.finish()?;
    name.ok_or_else(|| Error::invalid(Code::Required, "name", "a name is needed"))
}

/// Adds a value. Needs ORGANIZATION_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct CreateNamedValue<E> {
    pub name: String,
    #[serde(skip)]
    pub kind: std::marker::PhantomData<E>,
}

impl<E: NamedValue + Sync + 'static> Change for CreateNamedValue<E> {
    type Row = E;
    const MUTATION: &'static str = E::CREATE;
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<E::Id> {
        tx.require(Permission::OrganizationEdit, Place::Everywhere, "name")
            .await?;
        let name = checked_name(&self.name)?;
        let id = E::id(tx.next_number(E::SERIES).await?);
        let row = E::new_row(id, name, tx);
        tx.insert::<E>(row).await?;
        Ok(id)
    }
}

/// Renames a value. Needs ORGANIZATION_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct RenameNamedValue<E: Guarded> {
    pub id: E::Id,
    pub name: String,
}

impl<E: NamedValue + Sync + 'static> Change for RenameNamedValue<E> {
    type Row = E;
    const MUTATION: &'static str = E::UPDATE;

    async fn apply(&self, tx: &mut WriteTx) -> Result<E::Id> {
        let row = tx.target::<E, Edit>(self.id).await?;
        let name = checked_name(&self.name)?;
        tx.save(row, |row| E::rename(row, name)).await?;
        Ok(self.id)
    }
}

/// Deletes a value that nothing uses. Needs ORGANIZATION_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct DeleteNamedValue<E: Guarded> {
    pub id: E::Id,
}

impl<E: NamedValue + Sync + 'static> Change for DeleteNamedValue<E> {
    type Row = E;
    const MUTATION: &'static str = E::DELETE;

    async fn apply(&self, tx: &mut WriteTx) -> Result<E::Id> {
        let row = tx.target::<E, Delete>(self.id).await?;
        if tx.uses::<organization::Entity>(E::uses(self.id)).await? > 0 {
            return Err(Error::invalid(
                Code::InUse,
                "id",
                "there are organizations with it",
            ));
        }
        tx.delete(row).await?;
        Ok(self.id)
    }
}
