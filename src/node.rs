//! Everything that has a global id, by that id.

use crate::access::Guarded;
use crate::accounts::object::Account;
use crate::addresses::object::Address;
use crate::contact_notes::object::ContactNote;
use crate::contacts::object::Contact;
use crate::customer_groups::loader::GroupById;
use crate::customer_groups::object::CustomerGroup;
use crate::customers::object::{Customer, CustomerLink};
use crate::error::{Error, Result};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{self, decode};
use crate::imports::object::{Import, ImportMapping, ImportRow};
use crate::markets::object::Market;
use crate::named_values::object::{BusinessCategory, OrganizationType};
use crate::orders::object::Order;
use crate::organizations::loader;
use crate::organizations::object::Organization;
use crate::prices::object::Price;
use crate::roles::loader::RoleById;
use crate::roles::object::{Role, RoleAssignment};
use crate::sales_reps::object::SalesRep;
use async_graphql::{Context, ID, Interface, Object};
use entity::{
    account, address, business_category, contact, contact_note, customer, customer_group,
    customer_link, import, import_mapping, import_row, market, organization, organization_type,
    price, role, role_assignment, sales_order, sales_rep,
};
use futures_util::future::join_all;

/// A thing with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    Account(Account),
    Address(Address),
    BusinessCategory(BusinessCategory),
    Contact(Contact),
    ContactNote(ContactNote),
    Customer(Customer),
    CustomerGroup(CustomerGroup),
    CustomerLink(CustomerLink),
    Import(Import),
    ImportMapping(ImportMapping),
    ImportRow(ImportRow),
    Market(Market),
    Order(Order),
    Organization(Organization),
    OrganizationType(OrganizationType),
    Price(Price),
    Role(Role),
    RoleAssignment(RoleAssignment),
    SalesRep(SalesRep),
}

/// The root fields by global id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with this id; null when there is none that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Node>> {
        node(ctx, &id).await.transpose()
    }

    /// The things with these ids, in the order asked; null for each that there is not or that you may not see. At most 500.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        join_all(ids.iter().map(|id| node(ctx, id)))
            .await
            .into_iter()
            .collect()
    }
}

/// The kind only decides which loader answers; each of them knows who may see what.
async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    Ok(match global_id::kind(id) {
        account::Entity::KIND => ctx
            .load(decode::<account::Entity>(id)?)
            .await?
            .map(|row| Node::from(Account(row))),
        address::Entity::KIND => ctx
            .load(decode::<address::Entity>(id)?)
            .await?
            .map(|row| Node::from(Address(row))),
        business_category::Entity::KIND => ctx
            .load(decode::<business_category::Entity>(id)?)
            .await?
            .map(|row| Node::from(BusinessCategory(row))),
        contact::Entity::KIND => ctx
            .load(decode::<contact::Entity>(id)?)
            .await?
            .map(|row| Node::from(Contact(row))),
        contact_note::Entity::KIND => ctx
            .load(decode::<contact_note::Entity>(id)?)
            .await?
            .map(|row| Node::from(ContactNote(row))),
        customer::Entity::KIND => ctx
            .load(decode::<customer::Entity>(id)?)
            .await?
            .map(|row| Node::from(Customer(row))),
        customer_link::Entity::KIND => ctx
            .load(decode::<customer_link::Entity>(id)?)
            .await?
            .map(|row| Node::from(CustomerLink(row))),
        customer_group::Entity::KIND => ctx
            .load(GroupById(decode::<customer_group::Entity>(id)?))
            .await?
            .map(|row| Node::from(CustomerGroup(row))),
        import::Entity::KIND => ctx
            .load(decode::<import::Entity>(id)?)
            .await?
            .map(|row| Node::from(Import(row))),
        import_mapping::Entity::KIND => ctx
            .load(decode::<import_mapping::Entity>(id)?)
            .await?
            .map(|row| Node::from(ImportMapping(row))),
        import_row::Entity::KIND => ctx
            .load(decode::<import_row::Entity>(id)?)
            .await?
            .map(|row| Node::from(ImportRow(row))),
        market::Entity::KIND => ctx
            .load(decode::<market::Entity>(id)?)
            .await?
            .map(|row| Node::from(Market(row))),
        organization::Entity::KIND => {
            loader::organization(ctx.scope(), decode::<organization::Entity>(id)?)
                .await?
                .map(|row| Node::from(Organization(row)))
        }
        organization_type::Entity::KIND => ctx
            .load(decode::<organization_type::Entity>(id)?)
            .await?
            .map(|row| Node::from(OrganizationType(row))),
        price::Entity::KIND => ctx
            .load(decode::<price::Entity>(id)?)
            .await?
            .map(|row| Node::from(Price::from(row))),
        role::Entity::KIND => ctx
            .load(RoleById(decode::<role::Entity>(id)?))
            .await?
            .map(|row| Node::from(Role::from(row))),
        role_assignment::Entity::KIND => ctx
            .load(decode::<role_assignment::Entity>(id)?)
            .await?
            .map(|row| Node::from(RoleAssignment(row))),
        sales_order::Entity::KIND => ctx
            .load(decode::<sales_order::Entity>(id)?)
            .await?
            .map(|row| Node::from(Order(row))),
        sales_rep::Entity::KIND => ctx
            .load(decode::<sales_rep::Entity>(id)?)
            .await?
            .map(|row| Node::from(SalesRep(row))),
        _ => {
            return Err(Error::BadRequest(
                "this is not an id: ids look like \"organization:...\"".to_owned(),
            ));
        }
    })
}
