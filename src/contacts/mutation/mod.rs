//! Changing contacts: decoding what was asked and handing it over.

mod consent;

pub use consent::ConsentMutation;

use super::object::Contact;
use super::service::{AssignOrganization, CreateContact, DeleteContact, UpdateContact};
use crate::customer_groups::impact::{Impact, impact};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::scalars::{CurrencyCode, Date};
use crate::graphql::terms::{ChangeTerms, CreateTerms, given, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{address, contact, customer_group, organization};

/// A new contact. One of fullName, firstName, lastName and email is required.
#[derive(InputObject)]
pub struct ContactCreateInput {
    /// The id in another system, at most 512 characters; unique among contacts.
    external_id: Option<String>,
    /// The first name, at most 512 characters.
    first_name: Option<String>,
    /// The middle name, at most 512 characters.
    middle_name: Option<String>,
    /// The last name, at most 512 characters.
    last_name: Option<String>,
    /// The name to show, at most 512 characters; made of the others when absent.
    full_name: Option<String>,
    /// The e-mail address, at most 320 characters; need not be unique.
    email: Option<String>,
    /// The phone number, at most 255 characters.
    phone: Option<String>,
    /// What the person does, at most 255 characters.
    job_title: Option<String>,
    /// The day of birth.
    birth_date: Option<Date>,
    /// The language to address the person in, at most 255 characters.
    preferred_language: Option<String>,
    /// The currency that the person prefers; one of ISO 4217.
    preferred_currency: Option<CurrencyCode>,
    /// The organization to belong to; none when absent, which needs CONTACT_CREATE everywhere.
    organization_id: Option<ID>,
    /// The customer group given to it; needs CUSTOMER_GROUP_ASSIGN there.
    customer_group_id: Option<ID>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a contact. Absent leaves a field as it is, null clears it.
#[derive(InputObject)]
pub struct ContactUpdateInput {
    /// Which contact.
    id: ID,
    /// The id in another system, at most 512 characters; unique among contacts.
    external_id: MaybeUndefined<String>,
    /// The first name, at most 512 characters.
    first_name: MaybeUndefined<String>,
    /// The middle name, at most 512 characters.
    middle_name: MaybeUndefined<String>,
    /// The last name, at most 512 characters.
    last_name: MaybeUndefined<String>,
    /// The name to show, at most 512 characters; null makes it of the others again.
    full_name: MaybeUndefined<String>,
    /// The e-mail address, at most 320 characters; need not be unique.
    email: MaybeUndefined<String>,
    /// The phone number, at most 255 characters.
    phone: MaybeUndefined<String>,
    /// What the person does, at most 255 characters.
    job_title: MaybeUndefined<String>,
    /// The day of birth.
    birth_date: MaybeUndefined<Date>,
    /// The language to address the person in, at most 255 characters.
    preferred_language: MaybeUndefined<String>,
    /// The currency that the person prefers; one of ISO 4217.
    preferred_currency: MaybeUndefined<CurrencyCode>,
    /// Whether the person agreed to marketing; null means no.
    accepts_marketing: MaybeUndefined<bool>,
    /// Where bills go: one of the contact's own addresses or of its organization's.
    preferred_billing_address_id: MaybeUndefined<ID>,
    /// Where goods go: one of the contact's own addresses or of its organization's.
    preferred_shipping_address_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A contact's way into another organization, or out of its own.
#[derive(InputObject)]
pub struct ContactAssignOrganizationInput {
    /// Which contact.
    id: ID,
    /// The organization to belong to; null takes the contact out of its organization, which needs CONTACT_EDIT everywhere. Must be given.
    organization_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of a contact.
#[derive(InputObject)]
pub struct ContactDeleteInput {
    /// Which contact.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What contactCreate answers.
#[derive(SimpleObject)]
pub struct ContactCreatePayload {
    /// The new contact; null when it was refused or only validated.
    contact: Option<Contact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What contactUpdate answers.
#[derive(SimpleObject)]
pub struct ContactUpdatePayload {
    /// The contact as it is now; null when the change was refused.
    contact: Option<Contact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What contactAssignOrganization answers.
#[derive(SimpleObject)]
pub struct ContactAssignOrganizationPayload {
    /// The contact where it is now; null when the change was refused or took it out of your sight.
    contact: Option<Contact>,
    /// Whether the contact went to where you may not see it.
    removed_from_view: bool,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What contactDelete answers.
#[derive(SimpleObject)]
pub struct ContactDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of contacts.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Creates a contact. Needs CONTACT_CREATE over the organization. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn contact_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: ContactCreateInput,
    ) -> Option<Result<ContactCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes a contact. Needs CONTACT_EDIT. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn contact_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: ContactUpdateInput,
    ) -> Option<Result<ContactUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Puts a contact into another organization or takes it out of its own; preferences for addresses of the old one are cleared. Needs CONTACT_EDIT at both places, and CUSTOMER_GROUP_ASSIGN there when the effective customer group changes. Codes: REQUIRED, NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn contact_assign_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to put where.")] input: ContactAssignOrganizationInput,
    ) -> Option<Result<ContactAssignOrganizationPayload>> {
        Some(assign_organization(ctx, input).await)
    }

    /// Deletes a contact with its addresses and the notes on it. Refused while it is an organization's primary contact, has an account, or there are orders of it. Needs CONTACT_DELETE. Codes: NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn contact_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to delete.")] input: ContactDeleteInput,
    ) -> Option<Result<ContactDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: ContactCreateInput) -> Result<ContactCreatePayload> {
    let change = CreateContact {
        external_id: input.external_id,
        first_name: input.first_name,
        middle_name: input.middle_name,
        last_name: input.last_name,
        full_name: input.full_name,
        email: input.email,
        phone: input.phone,
        job_title: input.job_title,
        birth_date: input.birth_date.map(|date| date.0),
        preferred_language: input.preferred_language,
        preferred_currency: input.preferred_currency.map(|code| code.0),
        organization_id: decode_optional::<organization::Entity>(input.organization_id.as_ref())?,
        customer_group_id: decode_optional::<customer_group::Entity>(
            input.customer_group_id.as_ref(),
        )?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactCreatePayload {
        contact: outcome.row().map(Contact),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: ContactUpdateInput) -> Result<ContactUpdatePayload> {
    let change = UpdateContact {
        id: decode::<contact::Entity>(&input.id)?,
        external_id: input.external_id,
        first_name: input.first_name,
        middle_name: input.middle_name,
        last_name: input.last_name,
        full_name: input.full_name,
        email: input.email,
        phone: input.phone,
        job_title: input.job_title,
        birth_date: input.birth_date.map_value(|date| date.0),
        preferred_language: input.preferred_language,
        preferred_currency: input.preferred_currency.map_value(|code| code.0),
        accepts_marketing: input.accepts_marketing,
        preferred_billing_address_id: decode_maybe::<address::Entity>(
            &input.preferred_billing_address_id,
        )?,
        preferred_shipping_address_id: decode_maybe::<address::Entity>(
            &input.preferred_shipping_address_id,
        )?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactUpdatePayload {
        contact: outcome.row().map(Contact),
        user_errors: outcome.user_errors,
    })
}

async fn assign_organization(
    ctx: &Context<'_>,
    input: ContactAssignOrganizationInput,
) -> Result<ContactAssignOrganizationPayload> {
    ctx.db().signed_in()?;
    let id = decode::<contact::Entity>(&input.id)?;
    let organization = decode_maybe::<organization::Entity>(&input.organization_id)?;
    let written = match given("organizationId", organization) {
        Ok(organization_id) => {
            ctx.write(
                AssignOrganization {
                    id,
                    organization_id,
                },
                input.terms.with_impact(ctx),
            )
            .await
        }
        Err(absent) => Err(absent),
    };
    let outcome = or_user_errors(written)?;
    Ok(ContactAssignOrganizationPayload {
        contact: outcome.row().map(Contact),
        removed_from_view: outcome.removed_from_view(),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: ContactDeleteInput) -> Result<ContactDeletePayload> {
    let change = DeleteContact {
        id: decode::<contact::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
