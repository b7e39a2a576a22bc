//! Sales reps: who in the house looks after which customers, and to whom they report (T-83).

use super::ids::{AccountId, SalesRepId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "sales_rep")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SalesRepId,
    /// As the ERP writes it; leading zeros count.
    pub number: String,
    pub name: String,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub search_key: String,
    pub title: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Whoever signs in with it sees the rep's customers; optional (T-150).
    pub account_id: Option<AccountId>,
    pub manager_id: Option<SalesRepId>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
