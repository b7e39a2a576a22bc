//! Claiming a guest order: by a letter to the address in it, and in no other way (T-64).

use crate::access::{Change, ClaimedOrder, Note, Token, WriteTx};
use crate::error::{Code, Error, Result};
use crate::text::{EMAIL, sort_key};
use entity::account;
use entity::ids::{AccountId, OrderId};
use entity::mail::Kind;
use entity::sales_order;
use sea_orm::Set;
use serde::Serialize;

/// Letters about claims that one account may cause within an hour; asking for more comes to nothing.
const PER_HOUR: u64 = 5;
/// Letters that may wait to be sent before requests for more come to nothing.
const MOST_WAITING: i64 = 10_000;

/// Asks for a letter by which an order can be claimed. The same for every number and every address: whether there is such an order is looked
/// up only when the letter goes out, and it goes to the address in the order.
#[derive(Debug, Serialize)]
pub struct RequestClaim {
    pub number: String,
    pub email: String,
}

impl Change for RequestClaim {
    type Row = account::Entity;
    const MUTATION: &'static str = "orderClaimRequest";
    const NOT_ON_BEHALF: Option<&'static str> = Some("number");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let (account, _) = claimant(tx, "number")?;
        let asked = ClaimedOrder {
            number: looked_for(&self.number).to_ascii_uppercase(),
            email_key: sort_key(&looked_for(&self.email)),
        };
        if tx.waiting_mail().await? < MOST_WAITING && tx.claims_asked_for(account).await? < PER_HOUR
        {
            let note = Note {
                registration: Some(serde_json::to_value(&asked).map_err(Error::internal)?),
                ..Note::about(Kind::OrderClaim, account)
            };
            tx.post(note).await?;
        }
        Ok(account)
    }
}

/// Makes a guest order the viewer's own, by the token out of the letter that the viewer's account asked for. What the order says stays as it
/// was; nobody looks it up by a token any more.
#[derive(Debug, Serialize)]
pub struct ClaimOrder {
    pub token: Token,
}

impl Change for ClaimOrder {
    type Row = sales_order::Entity;
    const MUTATION: &'static str = "orderClaim";
    const NOT_ON_BEHALF: Option<&'static str> = Some("token");

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrderId> {
        let expired = || {
            let message = "the token is over, used, or another account's";
            Error::invalid(Code::TokenExpired, "token", message)
        };
        let (account, contact) = claimant(tx, "token")?;
        let order = tx.take_claim(&self.token, account).await?;
        let order = order
            .filter(|order| order.contact_id.is_none() && order.claimed_at.is_none())
            .ok_or_else(expired)?;
        let now = tx.now();
        let order = tx
            .save(order, |order| {
                order.contact_id = Set(Some(contact));
                order.claimed_at = Set(Some(now));
            })
            .await?;
        Ok(order.id)
    }
}

/// No number and no address has a NUL, and PostgreSQL does not even take one to look for. Beyond a certain length there is neither.
fn looked_for(text: &str) -> String {
    let short: String = text.trim().chars().take(EMAIL).collect();
    short.replace('\0', "\u{FFFD}")
}

/// Who claims: somebody with a contact, whose the order becomes.
fn claimant(tx: &WriteTx, field: &str) -> Result<(AccountId, entity::ids::ContactId)> {
    let account = tx.viewer().account_id().ok_or(Error::Unauthenticated)?;
    let contact = tx.viewer().contact_id().ok_or_else(|| {
        let message = "this account has no contact whose an order could become";
        Error::invalid(Code::Invalid, field, message)
    })?;
    Ok((account, contact))
}
