//! The use cases that change sales reps.
//!
//! Who reports to whom changes one after the other, as the tree of organizations does: two at once could else make a circle.

use crate::access::personal::blanks;
use crate::access::{Change, Delete, Edit, Permission, Place, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{self, NAME, Rule, SHORT, search_key, sort_key};
use async_graphql::MaybeUndefined;
use entity::ids::{AccountId, SalesRepId};
use entity::{account, customer, sales_rep};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel, Set};
use serde::Serialize;

/// A sales rep's own fields; absent ones stay, null clears.
#[derive(Debug, Serialize)]
pub struct Fields {
    pub name: MaybeUndefined<String>,
    pub title: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
}

impl Fields {
    /// `row` with these fields, and with what it is found and sorted by.
    fn apply(&self, row: sales_rep::Model) -> Result<sales_rep::Model> {
        let mut mistakes = Mistakes::default();
        let mut line = |value: &MaybeUndefined<String>, rule: Rule| {
            patch(&mut mistakes, value.clone(), |text| rule.apply(text))
        };
        let name = line(&self.name, Rule::line("name", NAME));
        let title = line(&self.title, Rule::line("title", SHORT));
        let phone = line(&self.phone, Rule::line("phone", SHORT));
        let email = patch(&mut mistakes, self.email.clone(), |text| {
            text::email("email", text)
        });
        let name = name.map_or_else(|| row.name.clone(), Option::unwrap_or_default);
        if name.is_empty() && !mistakes.has("name") {
            mistakes.note(Code::Required, "name", "a sales rep needs a name");
        }
        mistakes.finish()?;
        let email = email.unwrap_or(row.email);
        let searched = [
            name.as_str(),
            row.number.as_str(),
            email.as_deref().unwrap_or_default(),
        ];
        Ok(sales_rep::Model {
            name_key: sort_key(&name),
            search_key: search_key(&searched),
            title: title.unwrap_or(row.title),
            phone: phone.unwrap_or(row.phone),
            name,
            email,
            ..row
        })
    }
}

/// Creates a sales rep. Needs CUSTOMER_CREATE everywhere, and with an account or a manager also what these gain (T-194).
#[derive(Debug, Serialize)]
pub struct CreateRep {
    pub number: String,
    pub fields: Fields,
    pub account_id: Option<AccountId>,
    pub manager_id: Option<SalesRepId>,
}

impl Change for CreateRep {
    type Row = sales_rep::Entity;
    const MUTATION: &'static str = "salesRepCreate";
    const CREATES: bool = true;
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<SalesRepId> {
        let number = Rule::identifier("number", SHORT).apply(Some(self.number.clone()));
        let number = number.map_err(|mistake| Error::Invalid(vec![mistake]))?;
        let Some(number) = number else {
            let message = "a sales rep needs a number";
            return Err(Error::invalid(Code::Required, "number", message));
        };
        let row = self.fields.apply(sales_rep::Model {
            id: SalesRepId(tx.fresh_id()),
            number,
            name: String::new(),
            name_key: String::new(),
            search_key: String::new(),
            title: None,
            email: None,
            phone: None,
            account_id: self.account_id,
            manager_id: self.manager_id,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        })?;
        tx.require(Permission::CustomerCreate, Place::Everywhere, "number")
            .await?;
        require_to_follow(tx, None, &row).await?;
        let id = row.id;
        tx.insert::<sales_rep::Entity>(row.into_active_model().reset_all())
            .await?;
        Ok(id)
    }
}

/// Changes a sales rep; the number stays. Needs CUSTOMER_EDIT everywhere, and for another account or manager also what these gain (T-194).
#[derive(Debug, Serialize)]
pub struct UpdateRep {
    pub id: SalesRepId,
    pub fields: Fields,
    pub account_id: MaybeUndefined<AccountId>,
    pub manager_id: MaybeUndefined<SalesRepId>,
}

impl Change for UpdateRep {
    type Row = sales_rep::Entity;
    const MUTATION: &'static str = "salesRepUpdate";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<SalesRepId> {
        if !self.manager_id.is_undefined() {
            tx.lock_tree().await?;
        }
        let row = tx.target::<sales_rep::Entity, Edit>(self.id).await?;
        let mut new = self.fields.apply((*row).clone())?;
        if !self.account_id.is_undefined() {
            new.account_id = self.account_id.take();
        }
        if !self.manager_id.is_undefined() {
            new.manager_id = self.manager_id.take();
        }
        require_to_follow(tx, Some(&*row), &new).await?;
        tx.save(row, |rep| *rep = new.into_active_model().reset_all())
            .await?;
        Ok(self.id)
    }
}

/// Lets a rep's customers be seen and ordered for by another account or manager: these gain it wherever the customers are or will be.
async fn require_to_follow(
    tx: &mut WriteTx,
    old: Option<&sales_rep::Model>,
    new: &sales_rep::Model,
) -> Result<()> {
    if let Some(account) = new.account_id
        && old.is_none_or(|old| old.account_id != new.account_id)
    {
        tx.refer::<account::Entity>(account, "accountId").await?;
        tx.require_to_open_customers(Place::Everywhere, None, "accountId")
            .await?;
    }
    if let Some(manager) = new.manager_id
        && old.is_none_or(|old| old.manager_id != new.manager_id)
    {
        tx.refer::<sales_rep::Entity>(manager, "managerId").await?;
        if tx.sales_reps_from(manager).await?.contains(&new.id) {
            let message = format!("{} would report to themselves", new.name);
            return Err(Error::invalid(Code::HierarchyCycle, "managerId", message));
        }
        tx.require_to_open_customers(Place::Everywhere, None, "managerId")
            .await?;
    }
    Ok(())
}

/// Deletes a sales rep, which ends at once what was seen through it. Needs CUSTOMER_DELETE everywhere.
///
/// Customers and reports go to the replacement, for which one needs what that one gains (T-194). Without one the customers have no primary
/// sales rep any more, and the reports report to whom this one did.
#[derive(Debug, Serialize)]
pub struct DeleteRep {
    pub id: SalesRepId,
    pub replace_with_id: Option<SalesRepId>,
}

impl Change for DeleteRep {
    type Row = sales_rep::Entity;
    const MUTATION: &'static str = "salesRepDelete";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<SalesRepId> {
        tx.lock_tree().await?;
        let row = tx.target::<sales_rep::Entity, Delete>(self.id).await?;
        let mut heir = row.manager_id;
        if let Some(replacement) = self.replace_with_id {
            if replacement == self.id {
                let message = "a sales rep cannot take their own place";
                return Err(Error::invalid(Code::Invalid, "replaceWithId", message));
            }
            tx.refer::<sales_rep::Entity>(replacement, "replaceWithId")
                .await?;
            tx.require_to_open_customers(Place::Everywhere, None, "replaceWithId")
                .await?;
            take_place_of(tx, replacement, &row).await?;
            heir = Some(replacement);
        }
        let customers = tx
            .consequences::<customer::Entity>(customer::Column::SalesRepId.eq(self.id))
            .await?;
        let values = [(customer::Column::SalesRepId, self.replace_with_id.into())];
        tx.set_all(customers, &values).await?;
        let reports = tx
            .consequences::<sales_rep::Entity>(sales_rep::Column::ManagerId.eq(self.id))
            .await?;
        tx.set_all(reports, &[(sales_rep::Column::ManagerId, heir.into())])
            .await?;
        tx.delete(row).await?;
        Ok(self.id)
    }
}

/// A replacement from further down moves up first: the others would else report to somebody who reports to one of them.
async fn take_place_of(
    tx: &mut WriteTx,
    replacement: SalesRepId,
    going: &sales_rep::Model,
) -> Result<()> {
    if !tx.sales_reps_from(replacement).await?.contains(&going.id) {
        return Ok(());
    }
    let own = sales_rep::Column::Id.eq(replacement);
    for rep in tx.consequences::<sales_rep::Entity>(own).await? {
        tx.save(rep, |rep| rep.manager_id = Set(going.manager_id))
            .await?;
    }
    Ok(())
}

/// Takes an account away from the sales rep that it belongs to, as it is going (T-69).
///
/// # Errors
/// Faults of the database only.
pub async fn release(tx: &mut WriteTx, account: AccountId) -> Result<()> {
    let own = Condition::all().add(sales_rep::Column::AccountId.eq(account));
    let reps = tx.consequences::<sales_rep::Entity>(own).await?;
    let nobody: Option<AccountId> = None;
    tx.set_all(reps, &[(sales_rep::Column::AccountId, nobody.into())])
        .await
}

/// The sales rep of an account whose holder is erased stays, without anything about the person; the number and whoever it looks after stay (T-213).
///
/// # Errors
/// Faults of the database only.
pub async fn erase_rep_of(tx: &mut WriteTx, account: AccountId) -> Result<()> {
    let own = Condition::all().add(sales_rep::Column::AccountId.eq(account));
    let reps = tx.consequences::<sales_rep::Entity>(own).await?;
    tx.set_all(reps, &blanks::<sales_rep::Entity>()).await
}
