//! Answers kept so that a repeated mutation is carried out once (T-144, T-180).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The account, or for anonymous callers the mutation with a hash of its input.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub mutation: String,
    /// Lower-case hexadecimal SHA-256 of the input.
    pub input_hash: String,
    /// The id of the thing that the mutation answered with.
    pub answer: Json,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
