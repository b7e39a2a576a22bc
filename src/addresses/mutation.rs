//! Changing addresses: decoding what was asked and handing it over.

use super::object::Address;
use super::rules::AddressKind;
use super::service::{CreateAddress, DeleteAddress, Fields, UpdateAddress};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_optional};
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{address, contact, organization};

/// A new address, of one of organizationId and contactId.
#[derive(InputObject)]
pub struct AddressCreateInput {
    /// The organization that owns it.
    organization_id: Option<ID>,
    /// The contact that owns it.
    contact_id: Option<ID>,
    /// What the owner calls it, at most 255 characters.
    name: Option<String>,
    /// What it may be used for; at least one.
    kinds: Vec<AddressKind>,
    /// The first name of whom to address, at most 255 characters.
    first_name: Option<String>,
    /// The last name of whom to address, at most 255 characters.
    last_name: Option<String>,
    /// The organization to address, at most 255 characters.
    organization_name: Option<String>,
    /// The first line, at most 255 characters.
    line1: Option<String>,
    /// The second line, at most 255 characters.
    line2: Option<String>,
    /// The city, at most 255 characters.
    city: Option<String>,
    /// The region, state or province, at most 255 characters.
    region: Option<String>,
    /// The postal code, at most 255 characters.
    postal_code: Option<String>,
    /// The country by ISO 3166-1: two letters.
    country_code: Option<String>,
    /// The phone number there, at most 255 characters.
    phone: Option<String>,
    /// The e-mail address there, at most 320 characters.
    email: Option<String>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of an address. Absent leaves a field as it is, null clears it. The owner stays.
#[derive(InputObject)]
pub struct AddressUpdateInput {
    /// Which address.
    id: ID,
    /// What the owner calls it, at most 255 characters.
    name: MaybeUndefined<String>,
    /// What it may be used for; at least one. Cannot be cleared.
    kinds: MaybeUndefined<Vec<AddressKind>>,
    /// The first name of whom to address, at most 255 characters.
    first_name: MaybeUndefined<String>,
    /// The last name of whom to address, at most 255 characters.
    last_name: MaybeUndefined<String>,
    /// The organization to address, at most 255 characters.
    organization_name: MaybeUndefined<String>,
    /// The first line, at most 255 characters.
    line1: MaybeUndefined<String>,
    /// The second line, at most 255 characters.
    line2: MaybeUndefined<String>,
    /// The city, at most 255 characters.
    city: MaybeUndefined<String>,
    /// The region, state or province, at most 255 characters.
    region: MaybeUndefined<String>,
    /// The postal code, at most 255 characters.
    postal_code: MaybeUndefined<String>,
    /// The country by ISO 3166-1: two letters.
    country_code: MaybeUndefined<String>,
    /// The phone number there, at most 255 characters.
    phone: MaybeUndefined<String>,
    /// The e-mail address there, at most 320 characters.
    email: MaybeUndefined<String>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of an address.
#[derive(InputObject)]
pub struct AddressDeleteInput {
    /// Which address.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What addressCreate answers.
#[derive(SimpleObject)]
pub struct AddressCreatePayload {
    /// The new address; null when it was refused or only validated.
    address: Option<Address>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What addressUpdate answers.
#[derive(SimpleObject)]
pub struct AddressUpdatePayload {
    /// The address as it is now; null when the change was refused.
    address: Option<Address>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What addressDelete answers.
#[derive(SimpleObject)]
pub struct AddressDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of addresses.
#[derive(Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Adds an address to an organization or a contact. Needs ORGANIZATION_EDIT or CONTACT_EDIT over the owner. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn address_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: AddressCreateInput,
    ) -> Option<Result<AddressCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes an address. Needs ORGANIZATION_EDIT or CONTACT_EDIT over the owner. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: AddressUpdateInput,
    ) -> Option<Result<AddressUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Deletes an address; contacts that preferred it prefer none then. Needs ORGANIZATION_EDIT or CONTACT_EDIT over the owner. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn address_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: AddressDeleteInput,
    ) -> Option<Result<AddressDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: AddressCreateInput) -> Result<AddressCreatePayload> {
    let change = CreateAddress {
        organization_id: decode_optional::<organization::Entity>(input.organization_id.as_ref())?,
        contact_id: decode_optional::<contact::Entity>(input.contact_id.as_ref())?,
        fields: Fields {
            kinds: MaybeUndefined::Value(input.kinds),
            name: given(input.name),
            first_name: given(input.first_name),
            last_name: given(input.last_name),
            organization_name: given(input.organization_name),
            line1: given(input.line1),
            line2: given(input.line2),
            city: given(input.city),
            region: given(input.region),
            postal_code: given(input.postal_code),
            country_code: given(input.country_code),
            phone: given(input.phone),
            email: given(input.email),
        },
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(AddressCreatePayload {
        address: outcome.row().map(Address),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: AddressUpdateInput) -> Result<AddressUpdatePayload> {
    let change = UpdateAddress {
        id: decode::<address::Entity>(&input.id)?,
        fields: Fields {
            kinds: input.kinds,
            name: input.name,
            first_name: input.first_name,
            last_name: input.last_name,
            organization_name: input.organization_name,
            line1: input.line1,
            line2: input.line2,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country_code: input.country_code,
            phone: input.phone,
            email: input.email,
        },
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(AddressUpdatePayload {
        address: outcome.row().map(Address),
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: AddressDeleteInput) -> Result<AddressDeletePayload> {
    let change = DeleteAddress {
        id: decode::<address::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(AddressDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}

/// A new address has no value that could stay: absent and null are the same.
fn given(value: Option<String>) -> MaybeUndefined<String> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}
