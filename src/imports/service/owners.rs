//! Fields that are looked after by hand.

use super::{contacts, one_by_one};
use crate::access::{Act, Edit, Guarded, WriteTx};
use crate::error::{Code, Error, Result, UserError};
use entity::ids::{ContactId, CustomerId};
use entity::{contact, customer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What has the fields.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Owning {
    Contact(ContactId),
    Customer(CustomerId),
}

/// Of a customer what is not its key, nor another way to say it.
fn of_customers() -> Vec<&'static str> {
    let fields = one_by_one::CUSTOMER_FIELDS.into_iter();
    fields
        .filter(|field| !["number", "sequence", "deleted"].contains(field))
        .collect()
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
        match self.of {
            Owning::Contact(id) => {
                let fields = contacts::FIELDS.into_iter();
                // The key is what rows are told apart by.
                let fields: Vec<_> = fields.filter(|field| *field != "externalId").collect();
                self.set::<contact::Entity>(tx, id, &fields).await
            }
            Owning::Customer(id) => self.set::<customer::Entity>(tx, id, &of_customers()).await,
        }
    }

    async fn show(_: &WriteTx, fields: BTreeSet<String>, _: bool) -> Result<BTreeSet<String>> {
        Ok(fields)
    }
}

impl OwnFields {
    async fn set<E: Guarded>(
        &self,
        tx: &mut WriteTx,
        id: E::Id,
        known: &[&str],
    ) -> Result<BTreeSet<String>> {
        let row = tx.fetch_for::<E, Edit>(id, "id").await?;
        let unknown = |field: &String| !known.contains(&field.as_str());
        let wrong = self.fields.iter().enumerate();
        if let Some((place, unknown)) = wrong.into_iter().find(|(_, field)| unknown(field)) {
            let kind = E::KIND;
            return Err(Error::Invalid(vec![UserError {
                code: Code::Invalid,
                message: format!("a {kind} has no field {unknown} that is imported"),
                path: vec!["fields".to_owned(), place.to_string()],
            }]));
        }
        let fields: BTreeSet<_> = self.fields.iter().cloned().collect();
        tx.set_owned_fields::<E>(id, &fields).await?;
        tx.record(&row);
        Ok(fields)
    }
}
