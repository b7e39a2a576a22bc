//! The outbox: letters to be sent, written in the transaction of what they tell of. They hold no token; that is made when they go out.

use super::ids::{AccountId, MailId, OrderId};
use sea_orm::entity::prelude::*;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// Somebody asked to set a new password for `login_key`, whether there is such an account or not.
    #[sea_orm(string_value = "PASSWORD_RESET")]
    PasswordReset,
    /// A registration is to be confirmed.
    #[sea_orm(string_value = "REGISTRATION_CONFIRM")]
    RegistrationConfirm,
    /// Somebody tried to register a login that is taken.
    #[sea_orm(string_value = "LOGIN_TAKEN")]
    LoginTaken,
    /// The password was changed.
    #[sea_orm(string_value = "PASSWORD_CHANGED")]
    PasswordChanged,
    /// Login or e-mail were changed; goes to the address of before.
    #[sea_orm(string_value = "SIGN_IN_CHANGED")]
    SignInChanged,
    /// An account asks to claim the order that `registration` tells of; goes to the address in the order, if there is such an order.
    #[sea_orm(string_value = "ORDER_CLAIM")]
    OrderClaim,
    /// Somebody placed an order and chose a password for a login that is taken.
    #[sea_orm(string_value = "ORDER_LOGIN_TAKEN")]
    OrderLoginTaken,
    /// Somebody made an account without a password for whom it tells.
    #[sea_orm(string_value = "INVITATION")]
    Invitation,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    pub kind: Kind,
    /// The login that was asked for, as its key, where the account is looked up only when the letter goes out.
    pub login_key: Option<String>,
    pub account_id: Option<AccountId>,
    /// Null while it is not known yet.
    pub recipient: Option<String>,
    /// The password chosen by the registration to be confirmed, hashed.
    pub password_hash: Option<String>,
    /// What else that registration said, or which order is asked for.
    pub registration: Option<Json>,
    /// The order that it tells of, where that is known.
    pub order_id: Option<OrderId>,
    /// How often sending was begun.
    pub attempts: i32,
    pub created_at: DateTimeUtc,
    /// Not before; moved ahead while somebody is sending it.
    pub due_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
