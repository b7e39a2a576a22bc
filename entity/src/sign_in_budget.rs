//! How many wrong passwords a login may still be tried with, whether there is an account of that login or not.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_budget")]
pub struct Model {
    /// Lower-case hexadecimal SHA-256 of the login's key: people type passwords where the login belongs.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Attempts in the window that were not right, the one under way included.
    pub failures: i32,
    pub window_until: DateTimeUtc,
    pub locked_until: Option<DateTimeUtc>,
    /// Set while an attempt is under way.
    pub turn_until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
