//! Accounts and the viewer as clients see them.

use crate::access::{Granted, Permission, Place};
use crate::connection;
use crate::contacts::object::Contact;
use crate::customers::list::{CustomerOrder, LinksOfAccount};
use crate::customers::object::{CustomerConnection, CustomerLinkConnection};
use crate::error::{Error, Result};
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::page_below;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use crate::orders::list::{OrderFilter, OrderOrder, own_orders};
use crate::orders::object::OrderConnection;
use crate::organizations::loader;
use crate::roles::loader::AssignmentsOf;
use crate::roles::object::RoleAssignment;
use async_graphql::{Context, Enum, ID, Object, Value};
use entity::account::Origin;
use entity::{account, customer, organization};

/// A row of an account as an object of the schema.
#[derive(Clone)]
pub struct Account(pub Granted<account::Entity>);

impl From<Granted<account::Entity>> for Account {
    fn from(row: Granted<account::Entity>) -> Self {
        Self(row)
    }
}

connection!(AccountConnection, AccountEdge, Account, "accounts");

/// What one signs in with. Visible with ACCOUNT_VIEW over the organization of its contact, and to its holder.
#[Object]
impl Account {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<account::Entity>(self.0.id)
    }

    /// The name to sign in with, unique without regard to case.
    async fn login(&self) -> &str {
        &self.0.login
    }

    /// The address that mail about the account goes to.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The contact that it belongs to; null also where you may not see it.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Quick<Contact>>> {
        let found = ctx.load(self.0.contact_id?).await;
        found.map(|row| row.map(Contact).map(Quick)).transpose()
    }

    /// Whether somebody has approved it; until then nobody can sign in with it.
    async fn approved(&self) -> bool {
        self.0.approved
    }

    /// How it came into being.
    async fn registration_source(&self) -> RegistrationSource {
        self.0.registration_source.into()
    }

    /// Whether it is in use; nobody can sign in with one that is not.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Whether signing in is refused for the time being after wrong passwords.
    async fn locked(&self, ctx: &Context<'_>) -> bool {
        self.0
            .locked_until
            .is_some_and(|until| until > ctx.db().now())
    }

    /// Until when signing in is refused.
    async fn locked_until(&self) -> Option<DateTime> {
        self.0.locked_until.map(DateTime)
    }

    /// When somebody last signed in with it.
    async fn last_sign_in_at(&self) -> Option<DateTime> {
        self.0.last_sign_in_at.map(DateTime)
    }

    /// A comment, at most 10,000 characters.
    async fn comment(&self) -> Option<&str> {
        self.0.comment.as_deref()
    }

    /// The roles that it holds, the oldest assignment first; Everyone and Registered are among them.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Quick<RoleAssignment>>> {
        let found = ctx.load(AssignmentsOf(self.0.id)).await?;
        Ok(found
            .unwrap_or_default()
            .into_iter()
            .map(RoleAssignment)
            .map(Quick)
            .collect())
    }

    /// The customers that it orders for, as far as you may see them: the default first, then the oldest link; also those whose link is over or yet to begin. One of first and last is required, from 0 to 100.
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerLinkConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = page_below(ctx, self.0.id, LinksOfAccount { args }).await?;
        Ok(CustomerLinkConnection(page))
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl AtOnce for Account {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<account::Entity>(self.0.id).0),
            "login" => Value::String(self.0.login.clone()),
            "email" => text(self.0.email.as_deref()),
            "approved" => self.0.approved.into(),
            "active" => self.0.active.into(),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}

/// How an account came into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RegistrationSource {
    /// Somebody registered.
    Registration,
    /// Somebody who may made it by hand.
    Manual,
    /// An import brought it.
    Import,
    /// A new customer wanted it with an order.
    Order,
}

impl From<Origin> for RegistrationSource {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Registration => Self::Registration,
            Origin::Manual => Self::Manual,
            Origin::Import => Self::Import,
            Origin::Order => Self::Order,
        }
    }
}

/// Who is asking: all of it is read from the request itself.
pub struct Viewer;

/// Who is asking. Every field is null or empty for an anonymous viewer.
#[Object]
impl Viewer {
    /// The account that is signed in.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Account>> {
        let found = ctx.load(ctx.db().viewer().account_id()?).await;
        found.map(|row| row.map(Account)).transpose()
    }

    /// The contact of the account.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        let found = ctx.load(ctx.db().viewer().contact_id()?).await;
        found.map(|row| row.map(Contact)).transpose()
    }

    /// Whether somebody else acts on behalf of the account; the history names both.
    async fn on_behalf(&self, ctx: &Context<'_>) -> bool {
        ctx.db().viewer().actor_id().is_some()
    }

    /// The permissions held in any scope.
    async fn permissions(&self, ctx: &Context<'_>) -> Vec<Permission> {
        ctx.db().viewer().permissions().iter().collect()
    }

    /// The customers in use that one may order for by a link that counts, or because one looks after them as a sales rep, or somebody does who reports to one; by name. Needs no permission. UNAUTHENTICATED without an account. One of first and last is required, from 0 to 100.
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Part of the number, the company, the person's name or the e-mail, as in the filter of customers."
        )]
        search: Option<String>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerConnection> {
        let db = ctx.db();
        db.signed_in()?;
        let mut condition = db.ordered_for();
        if let Some(search) = &search {
            condition = condition.add(db.found_by::<customer::Entity>(search));
        }
        let order = CustomerOrder::default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(CustomerConnection(page))
    }

    /// The orders that you placed, and those that were placed for you, the newest first unless ordered otherwise. One of first and last is required, from 0 to 100. UNAUTHENTICATED for an anonymous viewer.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "The order; the newest first when absent.")] order_by: Option<OrderOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<OrderConnection> {
        let db = ctx.db();
        db.signed_in()?;
        let own = own_orders(db.viewer());
        let condition = filter.unwrap_or_default().condition(db)?.add(own);
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(OrderConnection(page))
    }

    /// Whether a permission is held in any scope, or with organizationId over that organization. NOT_FOUND for one that you may not see.
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which permission.")] permission: Permission,
        #[graphql(desc = "Over which organization.")] organization_id: Option<ID>,
    ) -> Result<bool> {
        let db = ctx.db();
        let Some(organization) = organization_id else {
            return Ok(db.viewer().holds(permission));
        };
        let id = global_id::decode::<organization::Entity>(&organization)?;
        loader::organization(ctx.scope(), id)
            .await?
            .ok_or(Error::NotFound {
                kind: "organization",
            })?;
        db.reaches(permission, Place::Organization(id)).await
    }
}
