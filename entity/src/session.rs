//! Sessions. The token itself is never stored, only its SHA-256.

use super::ids::{AccountId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub account_id: AccountId,
    /// Who acts on behalf of the account; null for its holder.
    pub actor_id: Option<AccountId>,
    /// Lower-case hexadecimal SHA-256 of the token.
    pub token_hash: String,
    pub created_at: DateTimeUtc,
    /// Exclusive.
    pub expires_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
