//! Letting accounts order for customers, and ending that.

use crate::access::{Change, Consequence, Edit, Granted, Permission, Place, View, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use chrono::{DateTime, Datelike, Utc};
use entity::ids::{AccountId, CustomerId, CustomerLinkId, CustomerLinkShipToId};
use entity::{account, customer, customer_link, customer_link_ship_to};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;
use std::collections::BTreeSet;

/// Lets an account order for a customer, or changes how it may: the whole of it, so that what is absent is as for a new link (T-80).
///
/// Needs CUSTOMER_EDIT over the customer, to see the account, and over the customer, for as long, what the account gains (T-194, T-195).
#[derive(Debug, Serialize)]
pub struct UpsertLink {
    pub account_id: AccountId,
    pub customer_id: CustomerId,
    pub is_default: bool,
    /// None: all that there are and will be.
    pub ship_to_ids: Option<Vec<CustomerId>>,
    pub default_ship_to_id: Option<CustomerId>,
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
}

type Link = Granted<customer_link::Entity, Consequence>;

impl Change for UpsertLink {
    type Row = customer_link::Entity;
    const MUTATION: &'static str = "customerLinkUpsert";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerLinkId> {
        // Locked, so that the account does not get a second default at the same time.
        tx.fetch_for::<account::Entity, View>(self.account_id, "accountId")
            .await?;
        let customer = tx
            .fetch_for::<customer::Entity, Edit>(self.customer_id, "customerId")
            .await?;
        let between = Condition::all()
            .add(customer_link::Column::AccountId.eq(self.account_id))
            .add(customer_link::Column::CustomerId.eq(self.customer_id));
        let old = tx
            .consequences::<customer_link::Entity>(between)
            .await?
            .pop();
        match &old {
            Some(link) => tx.expect_version(link)?,
            None => tx.expect_none("link")?,
        }
        self.check(&customer)?;
        let ship_tos = self.ship_tos(tx, &customer).await?;
        self.check_default_ship_to(tx, &customer, ship_tos.as_ref())
            .await?;
        let place = Place::from(customer.organization_id);
        tx.require_to_open_customers(place, self.valid_until, "customerId")
            .await?;
        if self.is_default {
            self.take_the_place_of_the_default(tx).await?;
        }
        self.put(tx, old, &ship_tos.unwrap_or_default()).await
    }
}

impl UpsertLink {
    /// What can be told without looking anywhere else.
    fn check(&self, customer: &customer::Model) -> Result<()> {
        let mut mistakes = Mistakes::default();
        if !customer.is_bill_to() {
            let message = "accounts order for bill-tos; this is a ship-to of one";
            mistakes.note(Code::Invalid, "customerId", message);
        }
        if self.is_default && !customer.active {
            let message = "nobody may order for a customer that is not active";
            mistakes.note(Code::Invalid, "isDefault", message);
        }
        let bounds = [
            ("validFrom", self.valid_from),
            ("validUntil", self.valid_until),
        ];
        for (field, instant) in bounds {
            if instant.is_some_and(|instant| !(1..=9999).contains(&instant.year())) {
                let message = format!("{field} is of the years 1 to 9999");
                mistakes.note(Code::Invalid, field, message);
            }
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            mistakes.note(Code::Invalid, "validUntil", "a link ends after it begins");
        }
        mistakes.finish()
    }

    /// The ship-tos that are named, each once. The bill-to itself, where goods go there, is always among those allowed and not kept.
    async fn ship_tos(
        &self,
        tx: &mut WriteTx,
        customer: &customer::Model,
    ) -> Result<Option<BTreeSet<CustomerId>>> {
        let Some(named) = &self.ship_to_ids else {
            return Ok(None);
        };
        let seen = tx.refer_to_all::<customer::Entity>(named).await?;
        let mut mistakes = Mistakes::default();
        let mut wanted = BTreeSet::new();
        for (position, id) in named.iter().enumerate() {
            let refused = match seen.get(id) {
                None => Some((Code::NotFound, "customer not found")),
                Some(row) if is_ship_to_of(row, customer) => None,
                Some(_) => Some((Code::Invalid, "this is not a ship-to of the customer")),
            };
            if let Some((code, message)) = refused {
                let at = position.to_string();
                mistakes.add(Error::invalid(code, &at, message).below(&["shipToIds"]));
            } else if *id != customer.id {
                wanted.insert(*id);
            }
        }
        mistakes.finish()?;
        Ok(Some(wanted))
    }

    async fn check_default_ship_to(
        &self,
        tx: &mut WriteTx,
        customer: &customer::Model,
        allowed: Option<&BTreeSet<CustomerId>>,
    ) -> Result<()> {
        let Some(id) = self.default_ship_to_id else {
            return Ok(());
        };
        let field = "defaultShipToId";
        let row = tx.refer::<customer::Entity>(id, field).await?;
        let is_allowed = id == customer.id || allowed.is_none_or(|allowed| allowed.contains(&id));
        let message = if !is_ship_to_of(&row, customer) {
            "this is not a ship-to of the customer"
        } else if !is_allowed {
            "the account may not have sent there"
        } else if !row.active {
            "nothing is sent to a ship-to that is not active"
        } else {
            return Ok(());
        };
        Err(Error::invalid(Code::Invalid, field, message))
    }

    /// A second default takes the place of the first (T-150).
    async fn take_the_place_of_the_default(&self, tx: &mut WriteTx) -> Result<()> {
        let others = Condition::all()
            .add(customer_link::Column::AccountId.eq(self.account_id))
            .add(customer_link::Column::CustomerId.ne(self.customer_id))
            .add(customer_link::Column::IsDefault.eq(true));
        let links = tx.consequences::<customer_link::Entity>(others).await?;
        no_default_any_more(tx, links).await
    }

    async fn put(
        &self,
        tx: &mut WriteTx,
        old: Option<Link>,
        ship_tos: &BTreeSet<CustomerId>,
    ) -> Result<CustomerLinkId> {
        let fill_in = |link: &mut customer_link::ActiveModel| {
            link.is_default = Set(self.is_default);
            link.rank = Set(i32::from(!self.is_default));
            link.all_ship_tos = Set(self.ship_to_ids.is_none());
            link.default_ship_to_id = Set(self.default_ship_to_id);
            link.valid_from = Set(self.valid_from);
            link.valid_until = Set(self.valid_until);
        };
        let Some(link) = old else {
            let id = CustomerLinkId(tx.fresh_id());
            let mut row = customer_link::ActiveModel {
                id: Set(id),
                account_id: Set(self.account_id),
                customer_id: Set(self.customer_id),
                version: Set(1),
                created_at: Set(tx.now()),
                updated_at: Set(tx.now()),
                ..Default::default()
            };
            fill_in(&mut row);
            tx.insert::<customer_link::Entity>(row).await?;
            choose(tx, id, ship_tos).await?;
            return Ok(id);
        };
        let (id, version) = (link.id, link.version);
        let chosen = chosen_in(tx, &[id]).await?;
        let before: BTreeSet<_> = chosen.iter().map(|row| row.ship_to_id).collect();
        let link = tx.save(link, fill_in).await?;
        if before != *ship_tos && link.version == version {
            tx.touch(link).await?;
        }
        let (_, going): (Vec<_>, Vec<_>) = chosen
            .into_iter()
            .partition(|row| ship_tos.contains(&row.ship_to_id));
        tx.delete_all(going).await?;
        let coming = ship_tos.difference(&before).copied().collect();
        choose(tx, id, &coming).await?;
        Ok(id)
    }
}

fn is_ship_to_of(row: &customer::Model, bill_to: &customer::Model) -> bool {
    row.is_ship_to && row.billed() == bill_to.id
}

async fn chosen_in(
    tx: &mut WriteTx,
    links: &[CustomerLinkId],
) -> Result<Vec<Granted<customer_link_ship_to::Entity, Consequence>>> {
    let of_links = tx.is_one_of(customer_link_ship_to::Column::LinkId, links);
    tx.consequences::<customer_link_ship_to::Entity>(of_links)
        .await
}

async fn choose(
    tx: &mut WriteTx,
    link: CustomerLinkId,
    ship_tos: &BTreeSet<CustomerId>,
) -> Result<()> {
    let now = tx.now();
    let rows = ship_tos
        .iter()
        .map(|ship_to| customer_link_ship_to::ActiveModel {
            id: Set(CustomerLinkShipToId(tx.fresh_id())),
            link_id: Set(link),
            ship_to_id: Set(*ship_to),
            created_at: Set(now),
        });
    let rows = rows.collect();
    tx.insert_all::<customer_link_ship_to::Entity>(rows).await
}

/// Makes links that were the default ones like all others.
pub(super) async fn no_default_any_more(tx: &mut WriteTx, links: Vec<Link>) -> Result<()> {
    let values = [
        (customer_link::Column::IsDefault, false.into()),
        (customer_link::Column::Rank, 1.into()),
    ];
    tx.set_all(links, &values).await
}

/// Ends a link: the account neither sees the customer by it nor orders for it any more. Needs CUSTOMER_EDIT over the customer.
#[derive(Debug, Serialize)]
pub struct DeleteLink {
    pub id: CustomerLinkId,
}

impl Change for DeleteLink {
    type Row = customer_link::Entity;
    const MUTATION: &'static str = "customerLinkDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerLinkId> {
        let link = tx.affected::<customer_link::Entity>(self.id, "id").await?;
        let customer = tx.refer::<customer::Entity>(link.customer_id, "id").await?;
        let place = Place::from(customer.organization_id);
        tx.require(Permission::CustomerEdit, place, "id").await?;
        end(tx, vec![link]).await?;
        Ok(self.id)
    }
}

/// Ends all links of an account that is going (T-69).
///
/// # Errors
/// Faults of the database only.
pub async fn end_links_of(tx: &mut WriteTx, account: AccountId) -> Result<()> {
    let links = tx
        .consequences::<customer_link::Entity>(customer_link::Column::AccountId.eq(account))
        .await?;
    end(tx, links).await
}

async fn end(tx: &mut WriteTx, links: Vec<Link>) -> Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = links.iter().map(Granted::id).collect();
    let chosen = chosen_in(tx, &ids).await?;
    tx.delete_all(chosen).await?;
    tx.delete_all(links).await
}
