//! What a person says of marketing themselves.

use super::super::rules::consent;
use crate::access::{Change, WriteTx};
use crate::error::{Code, Error, Result};
use entity::contact;
use entity::ids::ContactId;
use sea_orm::Set;
use serde::Serialize;

/// Gives or withdraws the viewer's own consent, for which no permission is needed: taking it back is as easy as giving it (T-210).
#[derive(Debug, Serialize)]
pub struct ChangeConsent {
    pub accepts_marketing: bool,
}

impl Change for ChangeConsent {
    type Row = contact::Entity;
    const MUTATION: &'static str = "consentChange";
    // It is the person's own word.
    const NOT_ON_BEHALF: Option<&'static str> = Some("acceptsMarketing");

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let Some(own) = tx.viewer().contact_id() else {
            let message = "the account belongs to no contact";
            return Err(Error::invalid(Code::NotFound, "acceptsMarketing", message));
        };
        let row = tx
            .affected::<contact::Entity>(own, "acceptsMarketing")
            .await?;
        let (accepts, since) = consent(&row, self.accepts_marketing, tx.now());
        tx.save(row, |contact| {
            contact.accepts_marketing = Set(accepts);
            contact.consent_updated_at = Set(since);
        })
        .await?;
        Ok(own)
    }
}
