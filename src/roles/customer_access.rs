//! How an account reaches a customer without a role: by a link, or as a sales rep (T-80, T-83).

use super::rules::AccessOutcome;
use crate::access::{Granted, Permission};
use crate::customers::object::CustomerLink;
use crate::customers::rules::{chain_to, judge_link};
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::sales_reps::object::SalesRep;
use async_graphql::{Context, Enum, SimpleObject};
use entity::ids::{AccountId, SalesRepId};
use entity::{customer, customer_link, customer_link_ship_to, sales_rep};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

/// How a customer is reached without a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CustomerAccessWay {
    /// The account is linked with it.
    Link,
    /// The account belongs to its primary sales rep.
    PrimarySalesRep,
    /// The account belongs to somebody to whom its primary sales rep reports, directly or through others.
    ManagerOfSalesRep,
}

/// One way in which an account reaches a customer, and what came of it.
#[derive(Clone, SimpleObject)]
pub struct CustomerAccess {
    /// Which way.
    way: CustomerAccessWay,
    /// What came of it: it gives the permission, begins later, is over, or is for other ship-tos (OTHER_PLACE).
    pub(super) outcome: AccessOutcome,
    /// The link; null for a sales rep.
    link: Option<CustomerLink>,
    /// The sales reps from the customer's up to the one that the account belongs to, each reporting to the next; empty for a link.
    sales_reps: Vec<SalesRep>,
}

impl CustomerAccess {
    /// Whether it gives the permission.
    #[must_use]
    pub fn gives(&self) -> bool {
        self.outcome == AccessOutcome::Gives
    }

    /// What it is, in a sentence of its own or behind others.
    #[must_use]
    pub fn phrase(&self) -> String {
        let names: Vec<_> = self
            .sales_reps
            .iter()
            .map(|rep| rep.0.name.as_str())
            .collect();
        match self.way {
            CustomerAccessWay::Link => "a link with the customer".to_owned(),
            CustomerAccessWay::PrimarySalesRep => {
                format!("being its sales rep {}", names.join(""))
            }
            CustomerAccessWay::ManagerOfSalesRep => {
                format!("its sales rep, up the chain {}", names.join(", "))
            }
        }
    }
}

/// The permissions that come with ordering for a customer.
#[must_use]
pub fn comes_with_it(permission: Permission) -> bool {
    [
        Permission::CustomerView,
        Permission::OrderView,
        Permission::OrderPlace,
    ]
    .contains(&permission)
}

/// All ways in which `account` reaches `customer`, whatever came of them; the link first.
///
/// # Errors
/// Faults of the database only.
pub async fn ways(
    ctx: &Context<'_>,
    account: AccountId,
    customer: &customer::Model,
) -> Result<Vec<CustomerAccess>> {
    let (link, reps) = tokio::try_join!(
        by_link(ctx, account, customer),
        by_rep(ctx, account, customer)
    )?;
    Ok(link.into_iter().chain(reps).collect())
}

async fn by_link(
    ctx: &Context<'_>,
    account: AccountId,
    customer: &customer::Model,
) -> Result<Option<CustomerAccess>> {
    let db = ctx.db();
    let between = Condition::all()
        .add(customer_link::Column::AccountId.eq(account))
        .add(customer_link::Column::CustomerId.eq(customer.billed()));
    let Some(link) = db.all::<customer_link::Entity>(between).await?.pop() else {
        return Ok(None);
    };
    let mut is_allowed = customer.is_bill_to() || link.all_ship_tos;
    if !is_allowed {
        let chosen = Condition::all()
            .add(customer_link_ship_to::Column::LinkId.eq(link.id))
            .add(customer_link_ship_to::Column::ShipToId.eq(customer.id));
        is_allowed = db.count::<customer_link_ship_to::Entity>(chosen).await? > 0;
    }
    Ok(Some(CustomerAccess {
        way: CustomerAccessWay::Link,
        outcome: judge_link(&link, is_allowed, db.now()),
        link: Some(CustomerLink(link)),
        sales_reps: Vec::new(),
    }))
}

async fn by_rep(
    ctx: &Context<'_>,
    account: AccountId,
    customer: &customer::Model,
) -> Result<Option<CustomerAccess>> {
    let Some(rep) = customer.sales_rep_id else {
        return Ok(None);
    };
    let reps = ctx.db().sales_reps_above(rep).await?;
    let rows: HashMap<SalesRepId, sales_rep::Model> = reps
        .iter()
        .map(|(id, row)| (*id, (**row).clone()))
        .collect();
    let chain = chain_to(account, rep, &rows);
    let way = match chain.len() {
        0 => return Ok(None),
        1 => CustomerAccessWay::PrimarySalesRep,
        _ => CustomerAccessWay::ManagerOfSalesRep,
    };
    let shown = chain
        .iter()
        .filter_map(|id| reps.get(id))
        .map(Granted::clone);
    Ok(Some(CustomerAccess {
        way,
        outcome: AccessOutcome::Gives,
        link: None,
        sales_reps: shown.map(SalesRep).collect(),
    }))
}
