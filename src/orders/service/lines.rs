//! What the lines of an order cost: the prices of this moment, for whom it is placed (T-41, T-44).

use super::whom::Whom;
use crate::access::WriteTx;
use crate::customer_groups::rules::effective;
use crate::error::{Code, Error, Mistakes, Result, UserError};
use crate::orders::rules::{decimals_of, line_total, sum};
use crate::prices::rules::Buyer;
use crate::prices::service::prices_now;
use entity::exact::{Amount, Quantity};
use entity::ids::{AccountId, ContactId, OrderId, OrderLineId, OrganizationId};
use entity::{account, customer_group, market, order_line, organization, price};
use sea_orm::{ColumnTrait, Condition, Set};
use std::collections::HashMap;

/// The market of that code.
///
/// # Errors
/// User error `NOT_FOUND` at `market`.
pub(super) async fn market_named(tx: &mut WriteTx, code: &str) -> Result<market::Model> {
    let not_found = || Error::invalid(Code::NotFound, "market", "market not found");
    // No code has a NUL, and PostgreSQL takes none to look for.
    if code.contains('\0') {
        return Err(not_found());
    }
    let named = Condition::all().add(market::Column::Code.eq(code.trim()));
    let found = tx.looked_at::<market::Entity>(named).await?.pop();
    found.ok_or_else(not_found)
}

/// What an order keeps of whoever has to do with it, and what decides about its prices.
#[derive(Default)]
pub(super) struct Standing {
    pub organization: Option<OrganizationId>,
    pub organization_name: Option<String>,
    pub buyer: Buyer,
    /// The effective group.
    pub group: Option<customer_group::Model>,
    /// Logins by their accounts.
    pub logins: HashMap<AccountId, String>,
}

impl Standing {
    /// Read as things are now, hidden or not: the price must be right (T-22).
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn of(tx: &mut WriteTx, whom: &Whom) -> Result<Self> {
        let contact = whom.contact.as_ref();
        let of_contact = contact.and_then(|contact| contact.organization_id);
        let of_customer = whom.customers.as_ref().map(|(bill_to, _)| bill_to);
        let of_customer = of_customer.and_then(|customer| customer.organization_id);
        let wanted: Vec<OrganizationId> = [of_contact, of_customer].into_iter().flatten().collect();
        let organizations = if wanted.is_empty() {
            Vec::new()
        } else {
            let are_they = tx.is_one_of(organization::Column::Id, &wanted);
            tx.looked_at::<organization::Entity>(are_they).await?
        };
        let named =
            |id: Option<OrganizationId>| organizations.iter().find(|row| Some(row.id) == id);

        let given = named(of_contact).and_then(|row| row.customer_group_id);
        let own = contact.and_then(|contact| contact.customer_group_id);
        let group = effective(given, own).group;
        let accounts = accounts(tx, contact.map(|contact| contact.id)).await?;
        let paying = accounts
            .iter()
            .find(|row| contact.is_some_and(|contact| row.contact_id == Some(contact.id)));
        let buyer = Buyer {
            account: paying.map(|row| row.id),
            group,
        };
        let organization = of_customer.or(of_contact);
        Ok(Self {
            organization,
            organization_name: named(organization).map(|row| row.name.clone()),
            buyer,
            group: match group {
                Some(group) => {
                    let is_it = Condition::all().add(customer_group::Column::Id.eq(group));
                    tx.looked_at::<customer_group::Entity>(is_it).await?.pop()
                }
                None => None,
            },
            logins: accounts
                .into_iter()
                .map(|row| (row.id, row.login))
                .collect(),
        })
    }
}

/// The accounts of whoever places the order, and of the contact that it is for.
async fn accounts(tx: &mut WriteTx, contact: Option<ContactId>) -> Result<Vec<account::Model>> {
    let viewer = [tx.viewer().account_id(), tx.viewer().actor_id()];
    let viewer: Vec<AccountId> = viewer.into_iter().flatten().collect();
    if viewer.is_empty() && contact.is_none() {
        return Ok(Vec::new());
    }
    let mut wanted = Condition::any();
    if !viewer.is_empty() {
        wanted = wanted.add(tx.is_one_of(account::Column::Id, &viewer));
    }
    if let Some(contact) = contact {
        wanted = wanted.add(account::Column::ContactId.eq(contact));
    }
    tx.looked_at::<account::Entity>(wanted).await
}

/// Lines with their prices.
pub(super) struct Priced {
    pub lines: Vec<order_line::ActiveModel>,
    pub total: Amount,
}

/// Prices the lines. Each counts by its own quantity, also where a variant stands in several.
///
/// # Errors
/// User errors: `INVALID` at `variantCode` of a line without a price, at `lines` for what costs more than any amount that is kept.
pub(super) async fn priced(
    tx: &mut WriteTx,
    order: OrderId,
    asked: &[(String, Quantity)],
    market: &market::Model,
    currency: &str,
    standing: &Standing,
) -> Result<Priced> {
    let decimals = decimals_of(currency);
    let found = prices_now(tx, market.id, currency, standing.buyer, asked).await?;
    let mut mistakes = Mistakes::default();
    let (mut lines, mut totals) = (Vec::with_capacity(asked.len()), Vec::new());
    for (place, ((code, quantity), price)) in asked.iter().zip(found).enumerate() {
        let within = ["lines", &place.to_string()];
        let Some(price) = price else {
            let message = format!(
                "{code} has no price for this buyer in {} and {currency}",
                market.code
            );
            mistakes.add(Error::invalid(Code::Invalid, "variantCode", message).below(&within));
            continue;
        };
        let Some(total) = line_total(*quantity, price.amount, decimals) else {
            mistakes.add(Error::Invalid(vec![beyond()]));
            break;
        };
        totals.push(total);
        let (id, position) = (OrderLineId(tx.fresh_id()), i32::try_from(place + 1));
        lines.push(order_line::ActiveModel {
            id: Set(id),
            order_id: Set(order),
            position: Set(position.unwrap_or(i32::MAX)),
            variant_code: Set(code.clone()),
            description: Set(None),
            quantity: Set(*quantity),
            unit_price: Set(price.amount),
            total: Set(total),
            price_source: Set(Some(price.source)),
            price_id: Set(Some(price.id)),
            customer_group_id: Set(price.customer_group_id),
            customer_group_name: Set(group_name(&price, standing)),
            created_at: Set(tx.now()),
        });
    }
    let total = sum(totals);
    if total.is_none() {
        mistakes.add(Error::Invalid(vec![beyond()]));
    }
    mistakes.finish()?;
    Ok(Priced {
        lines,
        total: total.unwrap_or_default(),
    })
}

fn beyond() -> UserError {
    let message = "the order costs more than an amount can be: it is below 10^12";
    UserError::new(Code::Invalid, "lines", message)
}

/// Only prices of the effective group apply, of all groups.
fn group_name(price: &price::Model, standing: &Standing) -> Option<String> {
    let group = standing.group.as_ref();
    let group = group.filter(|group| Some(group.id) == price.customer_group_id);
    group.map(|group| group.name.clone())
}
