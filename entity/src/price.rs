//! Prices: what one unit of a variant costs whom, in one market and one currency, from a quantity on, for a time.
//!
//! The table has one more column, `buyer_key`, which the database itself makes of source, group and account: empty for everybody, `G` and
//! the group's number, `A` and the account's id. With it rows are unique although some of their columns are null (T-134), and those of one
//! buyer are found at once.

pub use super::exact::{Amount, Quantity};
use super::ids::{AccountId, CustomerGroupId, MarketId, PriceId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// Whom a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Source {
    #[sea_orm(string_value = "EVERYBODY")]
    #[serde(rename = "EVERYBODY")]
    Everybody,
    #[sea_orm(string_value = "ACCOUNT")]
    #[serde(rename = "ACCOUNT")]
    Account,
    #[sea_orm(string_value = "CUSTOMER_GROUP")]
    #[serde(rename = "CUSTOMER_GROUP")]
    CustomerGroup,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "price")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PriceId,
    pub variant_code: String,
    pub market_id: MarketId,
    pub currency: String,
    pub source: Source,
    pub customer_group_id: Option<CustomerGroupId>,
    pub account_id: Option<AccountId>,
    /// From how many on, inclusive.
    pub min_quantity: Quantity,
    pub amount: Amount,
    /// Inclusive.
    pub valid_from: DateTimeUtc,
    /// Exclusive; none is for ever (T-40).
    pub valid_until: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl Model {
    /// Whom it is for, as the column `buyer_key` says it.
    #[must_use]
    pub fn buyer_key(&self) -> String {
        buyer_key(self.customer_group_id, self.account_id)
    }
}

/// The key of a buyer: a group, an account, or with neither everybody.
#[must_use]
pub fn buyer_key(group: Option<CustomerGroupId>, account: Option<AccountId>) -> String {
    match (group, account) {
        (Some(group), _) => format!("G{group}"),
        (None, Some(account)) => format!("A{}", account.0.simple()),
        (None, None) => String::new(),
    }
}

impl ActiveModelBehavior for ActiveModel {}
