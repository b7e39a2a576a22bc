//! Registrations that nobody confirmed are forgotten, with all that came into being with them.

use super::SystemDb;
use crate::access::Guarded;
use crate::access::history::Journal;
use crate::access::system_roles::HELD_BY_EVERY_ACCOUNT;
use crate::error::Result;
use chrono::TimeDelta;
use entity::ids::AccountId;
use entity::{
    account, account_token, address, contact, contact_note, customer, customer_link,
    customer_link_ship_to, mail, price, role_assignment, sales_order, session,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

/// How long a registration may wait to be confirmed: longer than its token is good.
const UNCONFIRMED: TimeDelta = TimeDelta::days(7);
/// Registrations that are forgotten in one go.
const AT_ONCE: u64 = 100;

impl SystemDb {
    /// Forgets registrations that nobody confirmed in time: account and contact, which nobody could sign in with or had asked for. What
    /// somebody has looked after since stays. The history keeps that they were there.
    pub(super) async fn forget_unconfirmed(&self) -> Result<()> {
        #[expect(clippy::disallowed_methods, reason = "nobody's request")]
        let waiting = account::Entity::find()
            .filter(account::Column::AwaitsConfirmation.eq(true))
            .filter(account::Column::CreatedAt.lte(self.clock.now() - UNCONFIRMED))
            .filter(account::Column::Version.eq(1))
            .limit(AT_ONCE)
            .all(self.db.reader())
            .await?;
        for account in waiting {
            let tx = self.db.begin().await?;
            self.forget(&tx, account.id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "nobody's request")]
    async fn forget(&self, tx: &DatabaseTransaction, id: AccountId) -> Result<()> {
        // Looked at again under a lock: it may be confirmed at this very moment.
        let account = account::Entity::find()
            .filter(account::Column::Id.eq(id))
            .filter(account::Column::AwaitsConfirmation.eq(true))
            .filter(account::Column::Version.eq(1))
            .lock_exclusive()
            .one(tx)
            .await?;
        let held = role_assignment::Entity::find()
            .filter(role_assignment::Column::AccountId.eq(id))
            .all(tx)
            .await?;
        let Some(account) = account.filter(|_| held.len() == HELD_BY_EVERY_ACCOUNT.len()) else {
            return Ok(());
        };
        let mut journal = Journal::default();
        for assignment in &held {
            let id = assignment.id.to_string();
            journal.note(role_assignment::Entity::KIND, id, Some(assignment), None);
        }
        let note = id.to_string();
        journal.note(account::Entity::KIND, note, Some(&account), None);
        let prices = price::Entity::find()
            .filter(price::Column::AccountId.eq(id))
            .all(tx)
            .await?;
        for price in &prices {
            journal.note(price::Entity::KIND, price.id.to_string(), Some(price), None);
        }
        price::Entity::delete_many()
            .filter(price::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        let theirs = role_assignment::Column::AccountId.eq(id);
        role_assignment::Entity::delete_many()
            .filter(theirs)
            .exec(tx)
            .await?;
        let theirs = account_token::Column::AccountId.eq(id);
        account_token::Entity::delete_many()
            .filter(theirs)
            .exec(tx)
            .await?;
        mail::Entity::delete_many()
            .filter(mail::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        session::Entity::delete_many()
            .filter(session::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        let links = customer_link::Entity::find()
            .filter(customer_link::Column::AccountId.eq(id))
            .all(tx)
            .await?;
        for link in &links {
            let chosen = customer_link_ship_to::Column::LinkId.eq(link.id);
            customer_link_ship_to::Entity::delete_many()
                .filter(chosen)
                .exec(tx)
                .await?;
            journal.note(
                customer_link::Entity::KIND,
                link.id.to_string(),
                Some(link),
                None,
            );
        }
        customer_link::Entity::delete_many()
            .filter(customer_link::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        account::Entity::delete_many()
            .filter(account::Column::Id.eq(id))
            .exec(tx)
            .await?;
        if let Some(contact) = self.untouched_contact(tx, &account).await?
            && self.forget_customers(tx, &contact, &mut journal).await?
        {
            let note = contact.id.to_string();
            journal.note(contact::Entity::KIND, note, Some(&contact), None);
            let is_it = contact::Column::Id.eq(contact.id);
            contact::Entity::delete_many()
                .filter(is_it)
                .exec(tx)
                .await?;
        }
        self.record(tx, "registrationForgotten", "tidying up", journal)
            .await
    }

    /// The contact of a registration, where it is as the registration left it.
    #[expect(clippy::disallowed_methods, reason = "nobody's request")]
    async fn untouched_contact(
        &self,
        tx: &DatabaseTransaction,
        account: &account::Model,
    ) -> Result<Option<contact::Model>> {
        let Some(id) = account.contact_id else {
            return Ok(None);
        };
        let contact = contact::Entity::find()
            .filter(contact::Column::Id.eq(id))
            .filter(contact::Column::Version.eq(1))
            .filter(contact::Column::CreatedAt.eq(account.created_at))
            .lock_exclusive()
            .one(tx)
            .await?;
        let addresses = address::Entity::find()
            .filter(address::Column::ContactId.eq(id))
            .count(tx)
            .await?;
        let notes = contact_note::Entity::find()
            .filter(contact_note::Column::ContactId.eq(id))
            .count(tx)
            .await?;
        Ok(contact.filter(|_| addresses + notes == 0))
    }

    /// Forgets the customers that came into being with an order of a contact, as it left them: the order is a guest's again. False when somebody
    /// has looked after one of them since, or ordered otherwise; then the contact stays, too.
    #[expect(clippy::disallowed_methods, reason = "nobody's request")]
    async fn forget_customers(
        &self,
        tx: &DatabaseTransaction,
        contact: &contact::Model,
        journal: &mut Journal,
    ) -> Result<bool> {
        let customers = customer::Entity::find()
            .filter(customer::Column::ContactId.eq(contact.id))
            .order_by_desc(customer::Column::Sequence)
            .lock_exclusive()
            .all(tx)
            .await?;
        let ids: Vec<_> = customers.iter().map(|row| row.id).collect();
        let theirs = sea_orm::Condition::any()
            .add(sales_order::Column::ContactId.eq(contact.id))
            .add(sales_order::Column::CustomerId.is_in(ids.clone()))
            .add(sales_order::Column::ShipToId.is_in(ids.clone()));
        let orders = sales_order::Entity::find()
            .filter(theirs)
            .lock_exclusive()
            .all(tx)
            .await?;
        let others = customer_link::Entity::find()
            .filter(customer_link::Column::CustomerId.is_in(ids.clone()))
            .count(tx)
            .await?;
        let untouched = customers
            .iter()
            .all(|row| row.version == 1 && row.created_at == contact.created_at);
        let of_a_guest = orders
            .iter()
            .all(|row| row.account_id.is_none() && row.placed_at == contact.created_at);
        if others > 0 || !untouched || !of_a_guest {
            return Ok(false);
        }
        for order in orders {
            let guests = sales_order::ActiveModel {
                contact_id: Set(None),
                customer_id: Set(None),
                ship_to_id: Set(None),
                version: Set(order.version + 1),
                updated_at: Set(self.clock.now()),
                ..order.clone().into_active_model()
            };
            let guests = guests.update(tx).await?;
            let id = order.id.to_string();
            journal.note(sales_order::Entity::KIND, id, Some(&order), Some(&guests));
        }
        // Ship-tos first: they refer to their bill-to.
        for row in customers {
            let id = row.id.to_string();
            journal.note(customer::Entity::KIND, id, Some(&row), None);
            customer::Entity::delete_many()
                .filter(customer::Column::Id.eq(row.id))
                .exec(tx)
                .await?;
        }
        Ok(true)
    }
}
