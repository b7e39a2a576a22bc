//! Deleting a group, and what takes its place wherever it is used.

use super::super::list::effective_group_is;
use super::not_archived;
use crate::access::{Act, Delete, Granted, Permission, Place, WriteTx, Written};
use crate::error::{Code, Error, Result};
use crate::prices::service::{ReplacedPrices, hand_over_prices};
use entity::ids::CustomerGroupId;
use entity::{contact, customer_group, organization, price};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Expr;
use serde::{Deserialize, Serialize};

/// What takes the place of a deleted group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Replacement {
    /// Nothing is said: a group in use is not deleted.
    Refused,
    /// Whoever had it has none.
    Nothing,
    /// Whoever had it has this one.
    Group(CustomerGroupId),
}

/// What came of it, as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "Remembered")]
pub struct ReplacedAnswer {
    /// The group that is asked about afterwards: the one that stays, or the one that is gone.
    id: CustomerGroupId,
    prices: ReplacedPrices,
}

/// Before groups had prices the id alone was remembered, and a call may be repeated for days.
#[derive(Deserialize)]
#[serde(untagged)]
enum Remembered {
    Whole {
        id: CustomerGroupId,
        prices: ReplacedPrices,
    },
    Id(CustomerGroupId),
}

impl From<Remembered> for ReplacedAnswer {
    fn from(remembered: Remembered) -> Self {
        match remembered {
            Remembered::Whole { id, prices } => Self { id, prices },
            Remembered::Id(id) => Self {
                id,
                prices: ReplacedPrices::default(),
            },
        }
    }
}

/// What came of it.
pub struct Replaced {
    pub group: Written<customer_group::Entity>,
    pub prices: ReplacedPrices,
}

impl Replaced {
    async fn shown(tx: &WriteTx, answer: ReplacedAnswer) -> Result<Self> {
        Ok(Self {
            group: tx.written(answer.id).await?,
            prices: answer.prices,
        })
    }
}

/// Deletes a group (T-18). Needs CUSTOMER_GROUP_DELETE; with a replacement CUSTOMER_GROUP_ASSIGN everywhere for one that somebody was given,
/// and PRICE_EDIT everywhere for one that has prices.
#[derive(Debug, Serialize)]
pub struct DeleteCustomerGroup {
    pub id: CustomerGroupId,
    pub replacement: Replacement,
}

impl Act for DeleteCustomerGroup {
    type Answer = ReplacedAnswer;
    type Shown = Replaced;
    const MUTATION: &'static str = "customerGroupDelete";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ReplacedAnswer> {
        if self.replacement == Replacement::Group(self.id) {
            return Err(Error::invalid(
                Code::Invalid,
                "replaceWithId",
                "a group cannot replace itself",
            ));
        }
        let row = tx.target::<customer_group::Entity, Delete>(self.id).await?;
        let heir = match self.replacement {
            Replacement::Group(heir) => Some(heir_of(tx, heir, "replaceWithId").await?),
            Replacement::Nothing | Replacement::Refused => None,
        };
        let uses = Uses::of(tx, self.id).await?;
        if uses.any() && self.replacement == Replacement::Refused {
            return Err(uses.refused(tx, self.id).await?);
        }
        let prices = replace(tx, row, &uses, heir).await?;
        Ok(ReplacedAnswer {
            id: self.id,
            prices,
        })
    }

    async fn show(tx: &WriteTx, answer: ReplacedAnswer, _: bool) -> Result<Replaced> {
        Replaced::shown(tx, answer).await
    }
}

/// Merges a group into another one: everything that has the one gets the other, and the one is deleted. Needs
/// CUSTOMER_GROUP_DELETE, CUSTOMER_GROUP_ASSIGN everywhere for a group that somebody was given, and PRICE_EDIT everywhere for one that has
/// prices. Answers with the group that stays.
#[derive(Debug, Serialize)]
pub struct MergeCustomerGroup {
    /// The one that goes.
    pub id: CustomerGroupId,
    pub into_id: CustomerGroupId,
}

impl Act for MergeCustomerGroup {
    type Answer = ReplacedAnswer;
    type Shown = Replaced;
    const MUTATION: &'static str = "customerGroupMerge";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ReplacedAnswer> {
        if self.into_id == self.id {
            return Err(Error::invalid(
                Code::Invalid,
                "intoId",
                "a group cannot be merged into itself",
            ));
        }
        let row = tx.target::<customer_group::Entity, Delete>(self.id).await?;
        let heir = heir_of(tx, self.into_id, "intoId").await?;
        let uses = Uses::of(tx, self.id).await?;
        let prices = replace(tx, row, &uses, Some(heir)).await?;
        Ok(ReplacedAnswer {
            id: self.into_id,
            prices,
        })
    }

    async fn show(tx: &WriteTx, answer: ReplacedAnswer, _: bool) -> Result<Replaced> {
        Replaced::shown(tx, answer).await
    }
}

/// The group that takes the place of another one.
async fn heir_of(tx: &mut WriteTx, heir: CustomerGroupId, field: &str) -> Result<CustomerGroupId> {
    let heir = tx.refer::<customer_group::Entity>(heir, field).await?;
    Ok(not_archived(heir, field)?.id)
}

/// How often a group is used, by anybody. Nobody else can begin to use it: whoever gives it away waits for its row, which is held.
struct Uses {
    contacts: i64,
    organizations: i64,
    prices: i64,
}

impl Uses {
    async fn of(tx: &mut WriteTx, id: CustomerGroupId) -> Result<Self> {
        Ok(Self {
            contacts: tx
                .uses::<contact::Entity>(contact::Column::CustomerGroupId.eq(id))
                .await?,
            organizations: tx
                .uses::<organization::Entity>(organization::Column::CustomerGroupId.eq(id))
                .await?,
            prices: tx
                .uses::<price::Entity>(price::Column::CustomerGroupId.eq(id))
                .await?,
        })
    }

    fn any(&self) -> bool {
        self.is_given() || self.prices > 0
    }

    fn is_given(&self) -> bool {
        self.contacts + self.organizations > 0
    }

    /// Says how often a group is used where the viewer may see all of it, else only that it is (T-18).
    async fn refused(&self, tx: &mut WriteTx, id: CustomerGroupId) -> Result<Error> {
        use crate::access::Action::View;
        let sees_contacts = tx
            .reaches_all::<contact::Entity>(contact::Column::CustomerGroupId.eq(id), View)
            .await?;
        let given = organization::Column::CustomerGroupId.eq(id);
        let sees_organizations = tx.reaches_all::<organization::Entity>(given, View).await?;
        let sees_prices = self.prices == 0 || tx.viewer().holds(Permission::PriceView);
        let message = if sees_contacts && sees_organizations && sees_prices {
            let Self {
                contacts,
                organizations,
                prices,
            } = self;
            let prices = match prices {
                0 => String::new(),
                some => format!(" and has {some} prices"),
            };
            format!(
                "the group is given to {contacts} contacts and {organizations} organizations{prices}; say what replaces it"
            )
        } else {
            "the group is in use; say what replaces it".to_owned()
        };
        Ok(Error::invalid(Code::InUse, "id", message))
    }
}

/// Deletes a group after `heir`, or nothing, has taken its place.
async fn replace(
    tx: &mut WriteTx,
    group: Granted<customer_group::Entity, Delete>,
    uses: &Uses,
    heir: Option<CustomerGroupId>,
) -> Result<ReplacedPrices> {
    if uses.is_given() {
        tx.require(Permission::CustomerGroupAssign, Place::Everywhere, "id")
            .await?;
    }
    if uses.prices > 0 {
        tx.require(Permission::PriceEdit, Place::Everywhere, "id")
            .await?;
    }
    let prices = if uses.any() {
        hand_over(tx, group.id, heir).await?
    } else {
        ReplacedPrices::default()
    };
    tx.delete(group).await?;
    Ok(prices)
}

/// Gives `heir`, or nothing, to everything that uses a group: whatever can refer to one is listed here.
async fn hand_over(
    tx: &mut WriteTx,
    group: CustomerGroupId,
    heir: Option<CustomerGroupId>,
) -> Result<ReplacedPrices> {
    tx.watch_effective_groups(effective_group_is(tx.engine(), Expr::val(group)))
        .await?;
    let contacts = tx
        .consequences::<contact::Entity>(contact::Column::CustomerGroupId.eq(group))
        .await?;
    tx.set_all(contacts, &[(contact::Column::CustomerGroupId, heir.into())])
        .await?;
    let organizations = tx
        .consequences::<organization::Entity>(organization::Column::CustomerGroupId.eq(group))
        .await?;
    tx.set_all(
        organizations,
        &[(organization::Column::CustomerGroupId, heir.into())],
    )
    .await?;
    hand_over_prices(tx, group, heir).await
}
