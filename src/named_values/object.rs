//! Named values as clients see them.

use crate::access::Granted;
use crate::graphql::global_id;
use async_graphql::{ID, Object};
use entity::{business_category, organization_type};

/// A row of an organization type as an object of the schema.
#[derive(Clone)]
pub struct OrganizationType(pub Granted<organization_type::Entity>);

/// A kind of organization, such as Organization or Organization Unit. Every signed-in viewer sees all of them.
#[Object]
impl OrganizationType {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<organization_type::Entity>(self.0.id)
    }

    /// The name, unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A row of a business category as an object of the schema.
#[derive(Clone)]
pub struct BusinessCategory(pub Granted<business_category::Entity>);

/// A line of business. Every signed-in viewer sees all of them.
#[Object]
impl BusinessCategory {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<business_category::Entity>(self.0.id)
    }

    /// The name, unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
