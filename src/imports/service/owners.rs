//! Fields that are looked after by hand.

use super::{contacts, one_by_one, organizations};
use crate::access::{Act, Edit, Guarded, WriteTx};
use crate::error::{Code, Error, Result, UserError};
use entity::ids::{ContactId, CustomerId, OrganizationId};
use entity::{contact, customer, organization};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What has the fields.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Owning {
    Contact(ContactId),
    Organization(OrganizationId),
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
            // The key is what rows are told apart by.
            Owning::Contact(id) => {
                let fields = contacts::FIELDS
                    .iter()
                    .filter(|field| **field != "externalId");
                let fields: Vec<_> = fields.copied().collect();
                self.own::<contact::Entity>(tx, id, &fields).await
            }
            Owning::Organization(id) => {
                let fields = &organizations::OWNABLE;
                self.own::<organization::Entity>(tx, id, fields).await
            }
            Owning::Customer(id) => self.own::<customer::Entity>(tx, id, &of_customers()).await,
        }
    }

    async fn show(_: &WriteTx, fields: BTreeSet<String>, _: bool) -> Result<BTreeSet<String>> {
        Ok(fields)
    }
}

impl OwnFields {
    async fn own<E: Guarded>(
        &self,
        tx: &mut WriteTx,
        id: E::Id,
        known: &[&str],
    ) -> Result<BTreeSet<String>> {
        let row = tx.fetch_for::<E, Edit>(id, "id").await?;
        let mut fields = self.fields.iter();
        if let Some(place) = fields.position(|field| !known.contains(&field.as_str())) {
            let unknown = self.fields.get(place).map_or("", String::as_str);
            let article = if E::KIND == "organization" { "an" } else { "a" };
            let message = format!(
                "{article} {} has no field {unknown} that is imported",
                E::KIND
            );
            return Err(Error::Invalid(vec![UserError {
                code: Code::Invalid,
                message,
                path: vec!["fields".to_owned(), place.to_string()],
            }]));
        }
        let fields: BTreeSet<_> = self.fields.iter().cloned().collect();
        tx.set_owned_fields::<E>(id, &fields).await?;
        tx.record(&row);
        Ok(fields)
    }
}
