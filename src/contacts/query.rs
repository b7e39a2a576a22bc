//! Asking for contacts.

use super::list::{ContactFilter, ContactOrder};
use super::object::{Contact, ContactConnection};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{List, Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::contact;
use sea_orm::{ColumnTrait, Condition};

/// The root fields about contacts.
#[derive(Default)]
pub struct ContactQuery;

#[Object]
impl ContactQuery {
    /// The contact with this id; null when there is none that you may see.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Contact>> {
        let found = match global_id::decode::<contact::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Contact)).transpose()
    }

    /// The contact with this external id, exactly as written; null when there is none that you may see.
    async fn contact_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its external id.")] external_id: String,
    ) -> Option<Result<Contact>> {
        if external_id.contains('\0') {
            return None;
        }
        let named = Condition::all().add(contact::Column::ExternalId.eq(external_id));
        let found = ctx.db().all::<contact::Entity>(named).await;
        found.map(|mut rows| rows.pop().map(Contact)).transpose()
    }

    /// The contacts that you may see, by full name unless ordered otherwise. Needs CONTACT_LIST. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<ContactFilter>,
        #[graphql(desc = "The order; by full name when absent.")] order_by: Option<ContactOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<ContactConnection> {
        let db = ctx.db();
        db.opens(Permission::ContactList)?;
        let filter = filter.unwrap_or_default();
        let order = order_by.unwrap_or_default();
        let sort = order.sort();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let window = args.window(&order.tag(), &sort)?;
        let list = List {
            shown: filter.condition_behind(db, order, window.after.as_deref())?,
            counted: filter.condition(db)?,
            planned: filter.planned(order),
        };
        let page = Page::of_list(ctx, list, &order.tag(), &sort, &args).await?;
        Ok(ContactConnection(page))
    }
}
