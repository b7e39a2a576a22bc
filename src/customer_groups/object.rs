//! A customer group as clients see it.

use super::list::CustomerGroupStatus;
use super::loader::{CountOf, Counted};
use crate::access::Granted;
use crate::connection;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object, Value};
use entity::customer_group;

/// A row of a customer group as an object of the schema.
#[derive(Clone)]
pub struct CustomerGroup(pub Granted<customer_group::Entity>);

impl From<Granted<customer_group::Entity>> for CustomerGroup {
    fn from(row: Granted<customer_group::Entity>) -> Self {
        Self(row)
    }
}

connection!(
    CustomerGroupConnection,
    CustomerGroupEdge,
    CustomerGroup,
    "customer groups"
);

/// A named value that decides prices. Visible on every contact and organization that you may see; by id and in lists with CUSTOMER_GROUP_VIEW, or when it is your own effective group.
#[Object]
impl CustomerGroup {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<customer_group::Entity>(self.0.id)
    }

    /// The name, unique without regard to case; changing it reprices nobody.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Order in lists, small first; need not be unique.
    async fn rank(&self) -> i32 {
        self.0.rank
    }

    /// Whether it may be given to anyone new.
    async fn status(&self) -> CustomerGroupStatus {
        self.0.status.into()
    }

    /// How many contacts that you may see were given it themselves.
    async fn contact_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.count(ctx, Counted::Contacts).await
    }

    /// How many organizations that you may see were given it.
    async fn organization_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.count(ctx, Counted::Organizations).await
    }

    /// How many contacts that you may see have it as their effective group.
    async fn effective_contact_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.count(ctx, Counted::EffectiveContacts).await
    }

    /// How many prices are for it that you may see: all with PRICE_VIEW, else none.
    async fn price_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.count(ctx, Counted::Prices).await
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl CustomerGroup {
    async fn count(&self, ctx: &Context<'_>, counted: Counted) -> Result<i32> {
        let count = ctx
            .load(CountOf(self.0.id, counted))
            .await?
            .unwrap_or_default();
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

impl AtOnce for CustomerGroup {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<customer_group::Entity>(self.0.id).0),
            "name" => Value::String(self.0.name.clone()),
            "rank" => self.0.rank.into(),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}
