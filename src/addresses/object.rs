//! An address as clients see it.

use super::rules::AddressKind;
use crate::access::Granted;
use crate::graphql::global_id;
use async_graphql::{ID, Object};
use entity::address;

/// A row of an address as an object of the schema.
#[derive(Clone)]
pub struct Address(pub Granted<address::Entity>);

/// A postal address. Visible with its owner.
#[Object]
impl Address {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<address::Entity>(self.0.id)
    }

    /// What the owner calls it.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What it may be used for; at least one.
    async fn kinds(&self) -> Vec<AddressKind> {
        let kinds = [
            (self.0.is_shipping, AddressKind::Shipping),
            (self.0.is_billing, AddressKind::Billing),
            (self.0.is_public, AddressKind::Public),
        ];
        kinds
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, kind)| kind)
            .collect()
    }

    /// The first name of whom to address.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The last name of whom to address.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// The organization to address.
    async fn organization_name(&self) -> Option<&str> {
        self.0.organization_name.as_deref()
    }

    /// The first line: street and number.
    async fn line1(&self) -> Option<&str> {
        self.0.line1.as_deref()
    }

    /// The second line.
    async fn line2(&self) -> Option<&str> {
        self.0.line2.as_deref()
    }

    /// The city.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// The region, state or province.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The postal code, as text.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// The country by ISO 3166-1: two capital letters.
    async fn country_code(&self) -> Option<&str> {
        self.0.country_code.as_deref()
    }

    /// The phone number there.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The e-mail address there.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
