//! Nothing about a person any more.

use crate::access::personal::{Subject, blanks};
use crate::access::{Change, Granted, Permission, Place, View, WriteTx};
use crate::accounts;
use crate::contacts::service::not_primary;
use crate::customers::service::erase_customers_of;
use crate::error::{Code, Error, Result};
use crate::sales_reps::service::erase_rep_of;
use entity::ids::ContactId;
use entity::{account, address, contact, contact_note};
use sea_orm::{ColumnTrait, Value};
use serde::Serialize;

/// Erases a person: the contact stays as a row without anything personal, what belonged to it goes, and the history keeps that something
/// happened and not what (T-213). There is no way back.
///
/// Needs CONTACT_ERASE over the contact's organization, without one everywhere; where the contact has an account, also all that deleting
/// that takes. Of a contact that was deleted before only the history is left, and whoever may erase everywhere may erase that.
#[derive(Debug, Serialize)]
pub struct EraseContact {
    pub id: ContactId,
}

impl Change for EraseContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactErase";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        match tx.fetch_for::<contact::Entity, View>(self.id, "id").await {
            Ok(row) => self.erase(tx, row).await?,
            Err(unseen) if is_absent(&unseen) => self.erase_history(tx, unseen).await?,
            Err(other) => return Err(other),
        }
        Ok(self.id)
    }
}

fn is_absent(refused: &Error) -> bool {
    matches!(refused, Error::Invalid(mistakes) if mistakes.iter().any(|mistake| mistake.code == Code::NotFound))
}

impl EraseContact {
    async fn erase(&self, tx: &mut WriteTx, row: Granted<contact::Entity, View>) -> Result<()> {
        let place = Place::from(row.organization_id);
        tx.require(Permission::ContactErase, place, "id").await?;
        tx.expect_version(&row)?;
        if row.erased_at.is_some() {
            return Ok(());
        }
        not_primary(tx, self.id).await?;
        let theirs = account::Column::ContactId.eq(self.id);
        let account = tx.consequences::<account::Entity>(theirs).await?.pop();
        if account.is_some() {
            tx.require(Permission::AccountDelete, place, "id").await?;
        }

        // Held from here on, so that nothing is added to the history of any of them.
        let theirs = address::Column::ContactId.eq(self.id);
        let addresses = tx.consequences::<address::Entity>(theirs).await?;
        let theirs = contact_note::Column::ContactId.eq(self.id);
        let notes = tx.consequences::<contact_note::Entity>(theirs).await?;
        let subject = tx.subject(self.id).await?;

        tx.erases();
        self.overwrite(tx).await?;
        erase_customers_of(tx, self.id).await?;
        tx.delete_all(addresses).await?;
        tx.delete_all(notes).await?;
        let mut known = Vec::new();
        if let Some(account) = account {
            known.extend([Some(account.login.clone()), account.email.clone()]);
            erase_rep_of(tx, account.id).await?;
            accounts::service::remove(tx, account, "id").await?;
        }
        tx.forget(&subject, known.into_iter().flatten()).await
    }

    /// The row stays where it is, so that what refers to it still does.
    async fn overwrite(&self, tx: &mut WriteTx) -> Result<()> {
        let is_it = contact::Column::Id.eq(self.id);
        let rows = tx.consequences::<contact::Entity>(is_it).await?;
        let mut values = blanks::<contact::Entity>();
        values.push((contact::Column::ErasedAt, Value::from(tx.now())));
        tx.set_all(rows, &values).await
    }

    /// # Errors
    /// `unseen`, unless there once was such a contact and the viewer may erase everybody's data.
    async fn erase_history(&self, tx: &mut WriteTx, unseen: Error) -> Result<()> {
        if !tx.viewer().holds_everywhere(Permission::ContactErase)
            || !tx.viewer().holds_everywhere(Permission::ContactView)
            || !tx.had_contact(self.id).await?
        {
            return Err(unseen);
        }
        tx.expect_none("contact")?;
        let subject: Subject = tx.subject(self.id).await?;
        tx.erases();
        tx.record_gone::<contact::Entity>(self.id);
        tx.forget(&subject, std::iter::empty()).await
    }
}
