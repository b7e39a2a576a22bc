//! The use cases that change addresses.

use super::rules::AddressKind;
use crate::access::{Change, Consequence, Edit, Granted, Permission, Place, WriteTx, Writes};
use crate::error::{Code, Error, Mistakes, Result, UserError};
use crate::graphql::terms::patch;
use crate::text::{self, Rule, SHORT};
use async_graphql::MaybeUndefined;
use entity::ids::{AddressId, ContactId, OrganizationId};
use entity::{address, contact, organization};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;

/// An address's own fields; absent ones stay, null clears.
#[derive(Debug, Serialize)]
pub struct Fields {
    /// At least one.
    pub kinds: MaybeUndefined<Vec<AddressKind>>,
    pub name: MaybeUndefined<String>,
    pub first_name: MaybeUndefined<String>,
    pub last_name: MaybeUndefined<String>,
    pub organization_name: MaybeUndefined<String>,
    pub line1: MaybeUndefined<String>,
    pub line2: MaybeUndefined<String>,
    pub city: MaybeUndefined<String>,
    pub region: MaybeUndefined<String>,
    pub postal_code: MaybeUndefined<String>,
    /// Two letters; stored as capitals.
    pub country_code: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
}

impl Fields {
    /// Checks the fields and hands over how they change a row.
    fn check(&self) -> Result<impl FnOnce(&mut address::ActiveModel) + Send + use<>> {
        let mut mistakes = Mistakes::default();
        let mut line = |value: &MaybeUndefined<String>, field| {
            patch(&mut mistakes, value.clone(), |text| {
                Rule::line(field, SHORT).apply(text)
            })
        };
        let name = line(&self.name, "name");
        let first_name = line(&self.first_name, "firstName");
        let last_name = line(&self.last_name, "lastName");
        let organization_name = line(&self.organization_name, "organizationName");
        let line1 = line(&self.line1, "line1");
        let line2 = line(&self.line2, "line2");
        let city = line(&self.city, "city");
        let region = line(&self.region, "region");
        let postal_code = line(&self.postal_code, "postalCode");
        let phone = line(&self.phone, "phone");
        let country_code = patch(&mut mistakes, self.country_code.clone(), country);
        let email = patch(&mut mistakes, self.email.clone(), |text| {
            text::email("email", text)
        });
        let kinds = match &self.kinds {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Value(kinds) if !kinds.is_empty() => Some(kinds.clone()),
            _ => {
                mistakes.note(
                    Code::Required,
                    "kinds",
                    "an address needs at least one kind",
                );
                None
            }
        };
        mistakes.finish()?;
        Ok(move |row: &mut address::ActiveModel| {
            if let Some(kinds) = kinds {
                row.is_shipping = Set(kinds.contains(&AddressKind::Shipping));
                row.is_billing = Set(kinds.contains(&AddressKind::Billing));
                row.is_public = Set(kinds.contains(&AddressKind::Public));
            }
            let columns = [
                (&mut row.name, name),
                (&mut row.first_name, first_name),
                (&mut row.last_name, last_name),
                (&mut row.organization_name, organization_name),
                (&mut row.line1, line1),
                (&mut row.line2, line2),
                (&mut row.city, city),
                (&mut row.region, region),
                (&mut row.postal_code, postal_code),
                (&mut row.country_code, country_code),
                (&mut row.phone, phone),
                (&mut row.email, email),
            ];
            for (column, change) in columns {
                if let Some(value) = change {
                    *column = Set(value);
                }
            }
        })
    }
}

/// Two letters, as capitals.
///
/// # Errors
/// `INVALID` and `TOO_LONG` at `countryCode`.
pub fn country(code: Option<String>) -> Result<Option<String>, UserError> {
    let code = Rule::line("countryCode", SHORT)
        .apply(code)?
        .map(|code| code.to_ascii_uppercase());
    match code {
        Some(code)
            if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) =>
        {
            Err(UserError::new(
                Code::Invalid,
                "countryCode",
                "a country code has two letters",
            ))
        }
        known => Ok(known),
    }
}

/// Adds an address to an organization or a contact, with the right to change that one.
#[derive(Debug, Serialize)]
pub struct CreateAddress {
    pub organization_id: Option<OrganizationId>,
    pub contact_id: Option<ContactId>,
    pub fields: Fields,
}

impl Change for CreateAddress {
    type Row = address::Entity;
    const MUTATION: &'static str = "addressCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AddressId> {
        let fill_in = self.fields.check()?;
        match (self.organization_id, self.contact_id) {
            (Some(organization), None) => {
                tx.fetch_for::<organization::Entity, Edit>(organization, "organizationId")
                    .await?;
            }
            (None, Some(contact)) => {
                tx.fetch_for::<contact::Entity, Edit>(contact, "contactId")
                    .await?;
            }
            _ => {
                return Err(Error::invalid(
                    Code::Invalid,
                    "organizationId",
                    "give one of organizationId and contactId",
                ));
            }
        }
        let id = AddressId(tx.fresh_id());
        let mut row = address::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization_id),
            contact_id: Set(self.contact_id),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            ..Default::default()
        };
        fill_in(&mut row);
        tx.insert::<address::Entity>(row).await?;
        Ok(id)
    }
}

/// Changes an address, with the right to change its owner.
#[derive(Debug, Serialize)]
pub struct UpdateAddress {
    pub id: AddressId,
    pub fields: Fields,
}

impl Change for UpdateAddress {
    type Row = address::Entity;
    const MUTATION: &'static str = "addressUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<AddressId> {
        let row = of_ones_own(tx, self.id).await?;
        let change = self.fields.check()?;
        tx.save(row, change).await?;
        Ok(self.id)
    }
}

/// Deletes an address, with the right to change its owner.
#[derive(Debug, Serialize)]
pub struct DeleteAddress {
    pub id: AddressId,
}

impl Change for DeleteAddress {
    type Row = address::Entity;
    const MUTATION: &'static str = "addressDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<AddressId> {
        let row = of_ones_own(tx, self.id).await?;
        remove(tx, row).await?;
        Ok(self.id)
    }
}

/// An address whose owner the viewer may change. Whose right it takes depends on the owner, and what is missing is named (T-38).
async fn of_ones_own(
    tx: &mut WriteTx,
    id: AddressId,
) -> Result<Granted<address::Entity, Consequence>> {
    let row = tx.affected::<address::Entity>(id, "id").await?;
    if let Some(organization) = row.organization_id {
        tx.require(
            Permission::OrganizationEdit,
            Place::Organization(organization),
            "id",
        )
        .await?;
    }
    if let Some(contact) = row.contact_id {
        let contact = tx.refer::<contact::Entity>(contact, "id").await?;
        tx.require(
            Permission::ContactEdit,
            Place::from(contact.organization_id),
            "id",
        )
        .await?;
    }
    Ok(row)
}

/// Deletes an address; contacts that preferred it prefer none then (T-74).
///
/// # Errors
/// Faults of the database only.
pub async fn remove<R: Writes>(
    tx: &mut WriteTx,
    address: Granted<address::Entity, R>,
) -> Result<()> {
    let id = address.id;
    let preferring = Condition::any()
        .add(contact::Column::PreferredBillingAddressId.eq(id))
        .add(contact::Column::PreferredShippingAddressId.eq(id));
    for contact in tx.consequences::<contact::Entity>(preferring).await? {
        let billing = contact.preferred_billing_address_id == Some(id);
        let shipping = contact.preferred_shipping_address_id == Some(id);
        tx.save(contact, |contact| {
            if billing {
                contact.preferred_billing_address_id = Set(None);
            }
            if shipping {
                contact.preferred_shipping_address_id = Set(None);
            }
        })
        .await?;
    }
    tx.delete(address).await
}
