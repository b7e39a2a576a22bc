//! An organization as clients see it.

use super::list::{ChildrenQuery, DescendantsQuery, OrganizationOrder};
use super::loader::{self, Descendants};
use crate::access::Granted;
use crate::addresses::loader::{AddressesOf, Owner};
use crate::addresses::object::Address;
use crate::connection;
use crate::contacts::list::{ContactFilter, ContactOrder, ContactsQuery};
use crate::contacts::object::{Contact, ContactConnection};
use crate::customer_groups::loader::{group_on_edge, known_group};
use crate::customer_groups::object::CustomerGroup;
use crate::customers::list::{CustomerFilter, CustomerOrder, CustomersOfOrganization};
use crate::customers::object::CustomerConnection;
use crate::error::{Error, Result};
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::page_below;
use crate::graphql::connection::{Item, Page, PageArgs, Total};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use crate::imports::loader::OwnedFieldsOf;
use crate::named_values::object::{BusinessCategory, OrganizationType};
use crate::orders::list::{OfOrganization, OrderFilter, OrderOrder, Part};
use crate::orders::object::OrderConnection;
use async_graphql::{Context, ID, Object, Value};
use entity::organization;
use std::sync::Arc;
use std::task::Poll;

/// A row of an organization as an object of the schema.
#[derive(Clone)]
pub struct Organization(pub Granted<organization::Entity>);

impl From<Granted<organization::Entity>> for Organization {
    fn from(row: Granted<organization::Entity>) -> Self {
        Self(row)
    }
}

connection!(
    OrganizationConnection,
    OrganizationEdge,
    Organization,
    "organizations"
);

/// A company or a part of one, in a tree of them. Visible with ORGANIZATION_VIEW over it.
#[Object]
impl Organization {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<organization::Entity>(self.0.id)
    }

    /// The id in another system, such as an ERP; unique among organizations.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The name, at most 512 characters; need not be unique.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// A description, at most 10,000 characters.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What kind of organization this is.
    #[graphql(name = "type")]
    async fn organization_type(&self, ctx: &Context<'_>) -> Result<OrganizationType> {
        let found = ctx.load(self.0.type_id).await?;
        found
            .map(OrganizationType)
            .ok_or_else(|| Error::internal("an organization's type is missing"))
    }

    /// The line of business.
    async fn business_category(&self, ctx: &Context<'_>) -> Option<Result<BusinessCategory>> {
        let found = ctx.load(self.0.business_category_id?).await;
        found.map(|row| row.map(BusinessCategory)).transpose()
    }

    /// The fields that are looked after by hand, as imports name them, in the order of the alphabet: imports and bulk upserts leave them alone.
    async fn owned_fields(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let owned = ctx.load(OwnedFieldsOf(self.0.id)).await?;
        Ok(owned.into_iter().flatten().collect())
    }

    /// The organization above; null for a root, and where you may not see it.
    async fn parent(&self, ctx: &Context<'_>) -> Option<Result<Quick<Organization>>> {
        let found = loader::organization(ctx.scope(), self.0.parent_id?).await;
        found
            .map(|row| row.map(Organization).map(Quick))
            .transpose()
    }

    /// The organizations above, nearest first, up to the last one before one that you may not see.
    async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<Quick<Organization>>> {
        let line = loader::ancestors(ctx.scope(), self.0.id).await?;
        Ok(line.into_iter().map(Organization).map(Quick).collect())
    }

    /// The organizations directly below, by name unless ordered otherwise; only those that you may see. One of first and last is required, from 0 to 100.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order; by name when absent.")] order_by: Option<OrganizationOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<OrganizationConnection>> {
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let query = ChildrenQuery {
            order,
            args: args.clone(),
        };
        let slice = loader::children(ctx.scope(), self.0.id, query).await?;
        let parent = self.0.id;
        let total: Total = Arc::new(move |ctx: &Context<'_>| {
            Box::pin(loader::count_of_children(ctx.scope(), parent))
        });
        let page = Page::of(slice, &args, &order.tag(), &order.sort(), total);
        Ok(Quick(OrganizationConnection(page)))
    }

    /// Everything below that you may see, in depth-first order with siblings by name; what lies below a hidden organization is left out. first is required, from 0 to 100.
    async fn descendants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many levels down, from 1; 1 is the children. All levels when absent."
        )]
        max_depth: Option<i32>,
        #[graphql(desc = "How many, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Quick<OrganizationConnection>> {
        let max_depth = match max_depth.map(u32::try_from) {
            None => None,
            Some(Ok(levels)) if levels > 0 => Some(levels),
            Some(_) => return Err(Error::BadRequest("maxDepth must be at least 1".to_owned())),
        };
        let args = PageArgs {
            first,
            after,
            last: None,
            before: None,
        };
        let has_previous_page = args.after.is_some();
        let query = DescendantsQuery { max_depth, args };
        let Descendants { rows, more, total } =
            loader::descendants(ctx.scope(), self.0.id, query).await?;
        let items = rows
            .into_iter()
            .map(|(cursor, row)| Item {
                cursor,
                node: Organization(row),
            })
            .collect();
        let root = self.0.id;
        let total: Total = Arc::new(move |ctx: &Context<'_>| {
            let total =
                total.unwrap_or_else(|| loader::count_of_descendants(ctx.scope(), root, max_depth));
            Box::pin(async move { Ok(i64::try_from(total).unwrap_or(i64::MAX)) })
        });
        Ok(Quick(OrganizationConnection(Page {
            items,
            has_next_page: more,
            has_previous_page,
            total,
        })))
    }

    /// Its contacts that you may see, by full name unless ordered otherwise. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also the contacts of everything below.")] include_descendants: Option<
            bool,
        >,
        #[graphql(desc = "Which of them.")] filter: Option<ContactFilter>,
        #[graphql(desc = "The order; by full name when absent.")] order_by: Option<ContactOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<ContactConnection>> {
        let query = ContactsQuery {
            include_descendants: include_descendants.unwrap_or_default(),
            filter: filter.unwrap_or_default(),
            order: order_by.unwrap_or_default(),
            args: PageArgs {
                first,
                after,
                last,
                before,
            },
        };
        Box::pin(crate::contacts::object::contacts_of(ctx, self.0.id, query)).await
    }

    /// Its customers that you may see, by name unless ordered otherwise. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also the customers of everything below.")] include_descendants: Option<
            bool,
        >,
        #[graphql(desc = "Which of them.")] filter: Option<CustomerFilter>,
        #[graphql(desc = "The order; by name when absent.")] order_by: Option<CustomerOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerConnection> {
        let query = CustomersOfOrganization {
            include_descendants: include_descendants.unwrap_or_default(),
            filter: filter.unwrap_or_default(),
            order: order_by.unwrap_or_default(),
            args: PageArgs {
                first,
                after,
                last,
                before,
            },
        };
        let page = page_below(ctx, self.0.id, query).await?;
        Ok(CustomerConnection(page))
    }

    /// The person to turn to, one of the organization's own contacts; null also where you may not see them.
    async fn primary_contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        let found = ctx.load(self.0.primary_contact_id?).await;
        found.map(|row| row.map(Contact)).transpose()
    }

    /// The group given to this organization itself. There is no effective group on an organization, and parents never pass theirs on.
    async fn customer_group(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        let found = group_on_edge(ctx.scope(), self.0.customer_group_id?).await;
        found
            .map(|row| row.map(CustomerGroup).map(Quick))
            .transpose()
    }

    /// Its addresses, the oldest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Result<Vec<Address>> {
        let found = ctx
            .load(AddressesOf(Owner::Organization(self.0.id)))
            .await?
            .unwrap_or_default();
        Ok(found.into_iter().map(Address).collect())
    }

    /// The orders that are with this organization, as far as you may see them, the newest first unless ordered otherwise; with includeDescendants also those of everything below it that you may see, unless it lies below a hidden organization. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default = false,
            desc = "Also those of everything below that you may see."
        )]
        include_descendants: bool,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "The order; the newest first when absent.")] order_by: Option<OrderOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<OrderConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let part = Part::new(filter, order_by, args);
        let query = OfOrganization {
            include_descendants,
            part,
        };
        let page = Box::pin(page_below(ctx, self.0.id, query)).await?;
        Ok(Quick(OrderConnection(page)))
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

impl AtOnce for Organization {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        let scope = asked.scope();
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<organization::Entity>(self.0.id).0),
            "externalId" => text(self.0.external_id.as_deref()),
            "name" => Value::String(self.0.name.clone()),
            "description" => text(self.0.description.as_deref()),
            "version" => self.0.version.into(),
            "parent" => {
                let found = self
                    .0
                    .parent_id
                    .map(|id| loader::known_organization(scope, id));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), Organization);
            }
            "ancestors" => match loader::known_ancestors(scope, self.0.id) {
                Poll::Ready(line) => {
                    let line: Vec<_> = line.into_iter().map(Organization).collect();
                    return asked.objects(line.iter());
                }
                Poll::Pending => return None,
            },
            "customerGroup" => {
                let found = self.0.customer_group_id.map(|id| known_group(scope, id));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), CustomerGroup);
            }
            _ => return None,
        })
    }
}
