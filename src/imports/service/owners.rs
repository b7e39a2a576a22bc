//! Fields that are looked after by hand.

use super::contacts;
use crate::access::{Act, Edit, WriteTx};
use crate::error::{Code, Error, Result, UserError};
use entity::contact;
use entity::ids::ContactId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What has the fields.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Owning {
    Contact(ContactId),
}

/// Sets which fields of a thing imports and bulk upserts leave alone. Needs the right to change it.
#[derive(Debug, Serialize)]
pub struct OwnFields {
    pub of: Owning,
    pub fields: Vec<String>,
}

impl Act for OwnFields {
    type Answer = BTreeSet<String>;
    type Shown = BTreeSet<String>;
    const MUTATION: &'static str = "fieldOwnersSet";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<BTreeSet<String>> {
        let Owning::Contact(id) = self.of;
        let row = tx.fetch_for::<contact::Entity, Edit>(id, "id").await?;
        // The key is what rows are told apart by.
        let known =
            |field: &&String| contacts::FIELDS.contains(&field.as_str()) && *field != "externalId";
        if let Some(unknown) = self.fields.iter().find(|field| !known(field)) {
            let message = format!("a contact has no field {unknown} that is imported");
            let place = self.fields.iter().position(|field| field == unknown);
            let path = ["fields".to_owned(), place.unwrap_or_default().to_string()];
            return Err(Error::Invalid(vec![UserError {
                code: Code::Invalid,
                message,
                path: path.to_vec(),
            }]));
        }
        let fields: BTreeSet<_> = self.fields.iter().cloned().collect();
        tx.set_owned_fields::<contact::Entity>(id, &fields).await?;
        tx.record(&row);
        Ok(fields)
    }

    async fn show(_: &WriteTx, fields: BTreeSet<String>, _: bool) -> Result<BTreeSet<String>> {
        Ok(fields)
    }
}
