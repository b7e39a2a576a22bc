//! For whom an order is placed, who pays for it, and where it goes.

use super::input::PlaceOrder;
use crate::access::{Permission, Place, WriteTx, links_count_at};
use crate::error::{Code, Error, Mistakes, Result};
use async_graphql::MaybeUndefined;
use entity::ids::{AccountId, CustomerId};
use entity::{account, contact, customer, customer_link, customer_link_ship_to};
use sea_orm::sea_query::{IntoCondition, Query};
use sea_orm::{ColumnTrait, Condition};

/// Who has to do with an order, as far as the viewer may name them.
#[derive(Default)]
pub(super) struct Whom {
    /// For whom it is placed.
    pub contact: Option<contact::Model>,
    /// Who pays, and where it goes.
    pub customers: Option<(customer::Model, customer::Model)>,
}

/// A customer that the viewer orders for.
struct Ordering {
    customer: customer::Model,
    link: Option<customer_link::Model>,
    /// As its sales rep, or by ORDER_PLACE: then a link does not narrow it down.
    by_right: bool,
}

/// Finds them, with what is wrong in `mistakes`.
///
/// # Errors
/// Faults of the database only.
pub(super) async fn whom(
    tx: &mut WriteTx,
    order: &PlaceOrder,
    mistakes: &mut Mistakes,
) -> Result<Whom> {
    let own = tx.viewer().contact_id();
    let others = order.contact_id.filter(|contact| Some(*contact) != own);
    let ordering = match order.customer_id {
        MaybeUndefined::Null => Ok(None),
        MaybeUndefined::Value(id) => named(tx, id).await.map(Some),
        MaybeUndefined::Undefined if others.is_some() => Ok(None),
        MaybeUndefined::Undefined => by_default(tx).await,
    };
    let customer_is_known = ordering.is_ok();
    let ordering = noted(mistakes, ordering)?.flatten();
    let contact = match others {
        Some(contact) => {
            let contact = tx.refer::<contact::Entity>(contact, "contactId").await;
            match noted(mistakes, contact)? {
                Some(contact) => {
                    let may = may_order_for(tx, &contact, ordering.as_ref()).await;
                    noted(mistakes, may)?;
                    Some((*contact).clone())
                }
                None => None,
            }
        }
        None => match own {
            Some(own) => {
                let is_own = contact::Column::Id.eq(own);
                tx.decided_by::<contact::Entity>(is_own).await?.pop()
            }
            None => None,
        },
    };
    let Some(ordering) = ordering else {
        if customer_is_known && order.ship_to_id.is_some() {
            let message = "an order without a customer goes to shipTo";
            mistakes.note(Code::Invalid, "shipToId", message);
        }
        if customer_is_known && order.bill_to.is_none() {
            let message = "an order without a customer needs an address";
            mistakes.note(Code::Required, "billTo", message);
        }
        return Ok(Whom {
            contact,
            customers: None,
        });
    };
    for (field, given) in [("billTo", &order.bill_to), ("shipTo", &order.ship_to)] {
        if given.is_some() {
            let message = format!(
                "the addresses of customer {} are its own",
                ordering.customer.number
            );
            mistakes.note(Code::Invalid, field, message);
        }
    }
    let ship_to = match order.ship_to_id {
        Some(id) => named_ship_to(tx, &ordering, id).await,
        None => usual_ship_to(tx, &ordering).await,
    };
    let ship_to = noted(mistakes, ship_to)?;
    Ok(Whom {
        contact,
        customers: ship_to.map(|ship_to| (ordering.customer, ship_to)),
    })
}

/// The customer of that id: the viewer is linked with it, looks after it, or holds ORDER_PLACE over its organization.
async fn named(tx: &mut WriteTx, id: CustomerId) -> Result<Ordering> {
    let customer = tx.refer::<customer::Entity>(id, "customerId").await?;
    let customer = (*customer).clone();
    if !customer.is_bill_to() {
        let message = "this is a ship-to: name the customer that is billed";
        return Err(Error::invalid(Code::Invalid, "customerId", message));
    }
    let link = match tx.viewer().account_id() {
        Some(account) => {
            let theirs = counting(tx, account).add(customer_link::Column::CustomerId.eq(id));
            tx.decided_by::<customer_link::Entity>(theirs).await?.pop()
        }
        None => None,
    };
    let place = Place::from(customer.organization_id);
    let by_right = tx.looks_after(&customer).await?
        || match tx
            .require(Permission::OrderPlace, place, "customerId")
            .await
        {
            Ok(()) => true,
            Err(Error::Invalid(refused)) if link.is_none() => return Err(Error::Invalid(refused)),
            Err(Error::Invalid(_)) => false,
            Err(fault) => return Err(fault),
        };
    in_use(&customer)?;
    Ok(Ordering {
        customer,
        link,
        by_right,
    })
}

/// The customer of the viewer's default link, where that counts now (T-150).
async fn by_default(tx: &mut WriteTx) -> Result<Option<Ordering>> {
    let Some(account) = tx.viewer().account_id() else {
        return Ok(None);
    };
    let default = counting(tx, account).add(customer_link::Column::IsDefault.eq(true));
    let Some(link) = tx.decided_by::<customer_link::Entity>(default).await?.pop() else {
        return Ok(None);
    };
    named(tx, link.customer_id).await.map(Some)
}

fn in_use(customer: &customer::Model) -> Result<()> {
    if customer.active {
        return Ok(());
    }
    let message = format!(
        "customer {} is inactive: nobody orders for it",
        customer.number
    );
    Err(Error::invalid(Code::Invalid, "customerId", message))
}

/// The links of an account that count now.
fn counting(tx: &WriteTx, account: AccountId) -> Condition {
    let of_account = customer_link::Column::AccountId.eq(account);
    links_count_at(tx.now()).add(of_account)
}

/// Whether the viewer may order for somebody else: with ORDER_PLACE over their organization, or because both order for the same customer and
/// the viewer does by more than a link.
async fn may_order_for(
    tx: &mut WriteTx,
    contact: &contact::Model,
    ordering: Option<&Ordering>,
) -> Result<()> {
    let place = Place::from(contact.organization_id);
    let refused = match tx.require(Permission::OrderPlace, place, "contactId").await {
        Err(Error::Invalid(refused)) => Error::Invalid(refused),
        done => return done,
    };
    let Some(ordering) = ordering.filter(|ordering| ordering.by_right) else {
        return Err(refused);
    };
    let theirs = Query::select()
        .column(account::Column::Id.as_column_ref())
        .from(account::Entity)
        .cond_where(account::Column::ContactId.eq(contact.id))
        .take();
    let linked = links_count_at(tx.now())
        .add(customer_link::Column::CustomerId.eq(ordering.customer.id))
        .add(customer_link::Column::AccountId.in_subquery(theirs));
    if tx.uses::<customer_link::Entity>(linked).await? > 0 {
        Ok(())
    } else {
        Err(refused)
    }
}

impl Ordering {
    /// The ship-tos that the viewer may have sent to; none for all of them.
    fn narrowed(&self) -> Option<&customer_link::Model> {
        self.link
            .as_ref()
            .filter(|link| !self.by_right && !link.all_ship_tos)
    }

    fn has(&self, ship_to: &customer::Model) -> bool {
        ship_to.billed() == self.customer.id
    }
}

async fn named_ship_to(
    tx: &mut WriteTx,
    ordering: &Ordering,
    id: CustomerId,
) -> Result<customer::Model> {
    let ship_to = tx.refer::<customer::Entity>(id, "shipToId").await?;
    let refused = |why: &str| Err(Error::invalid(Code::Invalid, "shipToId", why));
    if !ordering.has(&ship_to) {
        return refused("this belongs to another customer");
    }
    if !ship_to.is_ship_to {
        return refused("nothing is sent to this address: it is billed only");
    }
    if !ship_to.active {
        return refused("this ship-to is inactive");
    }
    if let Some(link) = ordering.narrowed()
        && !ship_to.is_bill_to()
    {
        let is_among = Condition::all()
            .add(customer_link_ship_to::Column::LinkId.eq(link.id))
            .add(customer_link_ship_to::Column::ShipToId.eq(id));
        if tx.uses::<customer_link_ship_to::Entity>(is_among).await? == 0 {
            return refused("you may not have anything sent there");
        }
    }
    Ok((*ship_to).clone())
}

/// The link's default ship-to, else the bill-to if goods are sent there (T-81), else the only one there is.
async fn usual_ship_to(tx: &mut WriteTx, ordering: &Ordering) -> Result<customer::Model> {
    let refused = |why: &str| Err(Error::invalid(Code::Required, "shipToId", why));
    let default = ordering
        .link
        .as_ref()
        .and_then(|link| link.default_ship_to_id);
    if let Some(default) = default {
        let is_it = customer::Column::Id.eq(default);
        let found = tx.decided_by::<customer::Entity>(is_it).await?.pop();
        let usable = found.filter(|row| ordering.has(row) && row.is_ship_to && row.active);
        return usable.map_or_else(
            || refused("nothing is sent to the usual ship-to any more: name another one"),
            Ok,
        );
    }
    if ordering.customer.is_ship_to {
        return Ok(ordering.customer.clone());
    }
    let mut some = Query::select();
    some.column(customer::Column::Id.as_column_ref())
        .from(customer::Entity)
        .cond_where(customer::Column::BillToId.eq(ordering.customer.id))
        .cond_where(customer::Column::Active.eq(true))
        .limit(2);
    if let Some(link) = ordering.narrowed() {
        let among = Query::select()
            .column(customer_link_ship_to::Column::ShipToId.as_column_ref())
            .from(customer_link_ship_to::Entity)
            .cond_where(customer_link_ship_to::Column::LinkId.eq(link.id))
            .take();
        some.cond_where(customer::Column::Id.in_subquery(among));
    }
    let some = customer::Column::Id.in_subquery(some).into_condition();
    let mut found = tx.decided_by::<customer::Entity>(some).await?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => refused("the customer has no ship-to that you may have anything sent to"),
        _ => refused("the customer has more than one ship-to: name one"),
    }
}

/// What was found, or a note of why not.
pub(super) fn noted<T>(mistakes: &mut Mistakes, found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Invalid(refused)) => {
            mistakes.add(Error::Invalid(refused));
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}
