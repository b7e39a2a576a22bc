//! Ids as types: a contact's id does not fit an organization's place.
//!
//! Rows that grow without bound have UUIDs (version 7, made by the product); the few named values have small numbers,
//! which are never given out twice.

use sea_orm::prelude::Uuid;
use sea_orm::sqlx;
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The text is not an id as the product writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Only the form that the product itself writes: one id has one text.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text).ok().filter(|id| id.to_string() == text).map(Self).ok_or(NotAnId)
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            Uuid: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <Uuid as sqlx::Type<DB>>::type_info()
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            Uuid: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Decode<'r, DB>>::decode(value).map(Self)
            }
        }
    )+};
}

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Only the form that the product itself writes: one id has one text.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse::<i64>().ok().filter(|id| *id > 0 && id.to_string() == text).map(Self).ok_or(NotAnId)
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            i64: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <i64 as sqlx::Type<DB>>::type_info()
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            i64: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <i64 as sqlx::Decode<'r, DB>>::decode(value).map(Self)
            }
        }
    )+};
}

uuid_id! {
    /// An organization.
    OrganizationId,
    /// A contact.
    ContactId,
    /// An address.
    AddressId,
    /// An account.
    AccountId,
    /// A role given to an account.
    RoleAssignmentId,
    /// A session.
    SessionId,
    /// A token that comes by mail.
    AccountTokenId,
    /// A letter to be sent.
    MailId,
    /// An entry of the history.
    HistoryEntryId,
    /// A price.
    PriceId,
    /// A customer of the ERP: a bill-to or a ship-to.
    CustomerId,
    /// Which account may order for which customer.
    CustomerLinkId,
    /// A ship-to that such an account may have sent to.
    CustomerLinkShipToId,
    /// A sales rep.
    SalesRepId,
    /// An order.
    OrderId,
    /// A line of an order.
    OrderLineId,
    /// A token by which an order is looked up or claimed.
    OrderTokenId,
    /// A note on a contact.
    ContactNoteId,
    /// An import.
    ImportId,
    /// A row of an import.
    ImportRowId,
    /// A mapping of columns to fields that was saved under a name.
    ImportMappingId,
}

number_id! {
    /// A customer group: its identity is this number, never its name.
    CustomerGroupId,
    /// A kind of organization.
    OrganizationTypeId,
    /// A line of business.
    BusinessCategoryId,
    /// A role.
    RoleId,
    /// A market.
    MarketId,
}
