//! Which fields are looked after by hand.

use crate::access::Guarded;
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, kind};
use crate::graphql::terms::CreateTerms;
use crate::imports::service::{OwnFields, Owning};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{contact, customer, organization};

/// The fields of a thing that are looked after by hand.
#[derive(InputObject)]
pub struct FieldOwnersSetInput {
    /// Which contact, organization or customer.
    id: ID,
    /// The names of all of them, as imports name fields, but the key: externalId, or number and sequence. An empty list gives all of them back.
    fields: Vec<String>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What fieldOwnersSet answers.
#[derive(SimpleObject)]
pub struct FieldOwnersSetPayload {
    /// The fields that are looked after by hand now, in the order of the alphabet; null when the change was refused.
    fields: Option<Vec<String>>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutation about who looks after which field.
#[derive(Default)]
pub struct FieldOwnerMutation;

#[Object]
impl FieldOwnerMutation {
    /// Sets which fields of a contact, an organization or a customer are looked after by hand: imports and bulk upserts leave them alone, and say so. Needs CONTACT_EDIT, ORGANIZATION_EDIT or CUSTOMER_EDIT. Codes: INVALID, NOT_FOUND, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn field_owners_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which fields of what.")] input: FieldOwnersSetInput,
    ) -> Option<Result<FieldOwnersSetPayload>> {
        Some(set(ctx, input).await)
    }
}

async fn set(ctx: &Context<'_>, input: FieldOwnersSetInput) -> Result<FieldOwnersSetPayload> {
    let change = OwnFields {
        of: match kind(&input.id) {
            organization::Entity::KIND => {
                Owning::Organization(decode::<organization::Entity>(&input.id)?)
            }
            customer::Entity::KIND => Owning::Customer(decode::<customer::Entity>(&input.id)?),
            _ => Owning::Contact(decode::<contact::Entity>(&input.id)?),
        },
        fields: input.fields,
    };
    let (fields, user_errors) = match ctx.write(change, input.terms).await {
        Ok(fields) => (Some(fields.into_iter().collect()), Vec::new()),
        Err(Error::Invalid(user_errors)) => (None, user_errors),
        Err(other) => return Err(other),
    };
    Ok(FieldOwnersSetPayload {
        fields,
        user_errors,
    })
}
