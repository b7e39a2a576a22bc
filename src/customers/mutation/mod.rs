//! Changing customers: decoding what was asked and handing it over.

pub mod link;

use super::object::Customer;
use super::service::{CreateCustomer, DeleteCustomer, Fields, UpdateCustomer};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{customer, organization, sales_rep};

/// A new customer: a bill-to, or with a sequence a ship-to. One of companyName, firstName and lastName is needed.
#[derive(InputObject)]
pub struct CustomerCreateInput {
    /// The ERP's number, at most 255 characters; leading zeros count. A ship-to has that of its bill-to. It never changes.
    number: String,
    /// What tells a ship-to from the others of its number, at most 255 characters; absent, empty or 0 for a bill-to. It never changes.
    sequence: Option<String>,
    /// Whether goods may be sent there; no for a bill-to unless given, and always yes for a ship-to.
    is_ship_to: Option<bool>,
    /// The company's name, at most 512 characters.
    company_name: Option<String>,
    /// The person's first name, at most 512 characters.
    first_name: Option<String>,
    /// The person's last name, at most 512 characters.
    last_name: Option<String>,
    /// To whose attention, at most 255 characters.
    attention: Option<String>,
    /// The first line of the address, at most 255 characters.
    line1: Option<String>,
    /// The second line of the address, at most 255 characters.
    line2: Option<String>,
    /// The third line of the address, at most 255 characters.
    line3: Option<String>,
    /// The fourth line of the address, at most 255 characters.
    line4: Option<String>,
    /// The city, at most 255 characters.
    city: Option<String>,
    /// The region, state or province, at most 255 characters.
    region: Option<String>,
    /// The postal code, at most 255 characters.
    postal_code: Option<String>,
    /// The country by ISO 3166-1: two letters.
    country_code: Option<String>,
    /// The phone number, at most 255 characters.
    phone: Option<String>,
    /// The fax number, at most 255 characters.
    fax: Option<String>,
    /// The e-mail address, at most 320 characters.
    email: Option<String>,
    /// Whether anybody may order for it; yes unless given.
    active: Option<bool>,
    /// Whether it stands for shoppers who have no customer of their own; no unless given.
    guest: Option<bool>,
    /// The currency that it is billed in.
    currency: Option<CurrencyCode>,
    /// The ERP's code of its terms of payment, at most 255 characters.
    terms_code: Option<String>,
    /// The ERP's code of its prices, at most 255 characters.
    price_code: Option<String>,
    /// Who looks after it; not for a ship-to.
    primary_sales_rep_id: Option<ID>,
    /// The organization that it belongs to; not for a ship-to.
    organization_id: Option<ID>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a customer. Absent leaves a field as it is, null clears it. Number and sequence stay.
#[derive(InputObject)]
pub struct CustomerUpdateInput {
    /// Which customer.
    id: ID,
    /// Whether goods may be sent there; always yes for a ship-to. Cannot be cleared.
    is_ship_to: MaybeUndefined<bool>,
    /// The company's name, at most 512 characters.
    company_name: MaybeUndefined<String>,
    /// The person's first name, at most 512 characters.
    first_name: MaybeUndefined<String>,
    /// The person's last name, at most 512 characters.
    last_name: MaybeUndefined<String>,
    /// To whose attention, at most 255 characters.
    attention: MaybeUndefined<String>,
    /// The first line of the address, at most 255 characters.
    line1: MaybeUndefined<String>,
    /// The second line of the address, at most 255 characters.
    line2: MaybeUndefined<String>,
    /// The third line of the address, at most 255 characters.
    line3: MaybeUndefined<String>,
    /// The fourth line of the address, at most 255 characters.
    line4: MaybeUndefined<String>,
    /// The city, at most 255 characters.
    city: MaybeUndefined<String>,
    /// The region, state or province, at most 255 characters.
    region: MaybeUndefined<String>,
    /// The postal code, at most 255 characters.
    postal_code: MaybeUndefined<String>,
    /// The country by ISO 3166-1: two letters.
    country_code: MaybeUndefined<String>,
    /// The phone number, at most 255 characters.
    phone: MaybeUndefined<String>,
    /// The fax number, at most 255 characters.
    fax: MaybeUndefined<String>,
    /// The e-mail address, at most 320 characters.
    email: MaybeUndefined<String>,
    /// Whether anybody may order for it. Links that have it as their default have none then, when it is set to false. Cannot be cleared.
    active: MaybeUndefined<bool>,
    /// Whether it stands for shoppers who have no customer of their own. Cannot be cleared.
    guest: MaybeUndefined<bool>,
    /// The currency that it is billed in.
    currency: MaybeUndefined<CurrencyCode>,
    /// The ERP's code of its terms of payment, at most 255 characters.
    terms_code: MaybeUndefined<String>,
    /// The ERP's code of its prices, at most 255 characters.
    price_code: MaybeUndefined<String>,
    /// Who looks after it; not for a ship-to.
    primary_sales_rep_id: MaybeUndefined<ID>,
    /// The organization that it belongs to; not for a ship-to.
    organization_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of a customer.
#[derive(InputObject)]
pub struct CustomerDeleteInput {
    /// Which customer.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What customerCreate answers.
#[derive(SimpleObject)]
pub struct CustomerCreatePayload {
    /// The new customer; null when it was refused or only validated.
    customer: Option<Customer>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What customerUpdate answers.
#[derive(SimpleObject)]
pub struct CustomerUpdatePayload {
    /// The customer as it is now; null when the change was refused, or took it out of your sight.
    customer: Option<Customer>,
    /// Whether the change took the customer out of your sight.
    removed_from_view: bool,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What customerDelete answers.
#[derive(SimpleObject)]
pub struct CustomerDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of customers.
#[derive(Default)]
pub struct CustomerMutation;

#[Object]
impl CustomerMutation {
    /// Creates a customer: a bill-to, or with a sequence a ship-to of the bill-to with the same number. Needs CUSTOMER_CREATE over the organization, everywhere for none; with a primary sales rep also CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE there, which that one gains. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn customer_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: CustomerCreateInput,
    ) -> Option<Result<CustomerCreatePayload>> {
        Some(Box::pin(create(ctx, input)).await)
    }

    /// Changes a customer; its ship-tos follow in organization and primary sales rep. Needs CUSTOMER_EDIT over it, and over the new organization; what anybody gains over it by the change you must hold yourself. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: CustomerUpdateInput,
    ) -> Option<Result<CustomerUpdatePayload>> {
        Some(Box::pin(update(ctx, input)).await)
    }

    /// Deletes a customer that has no ship-tos, no orders, and nobody who orders for it; deactivate it otherwise. Needs CUSTOMER_DELETE over it. Codes: NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn customer_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: CustomerDeleteInput,
    ) -> Option<Result<CustomerDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CustomerCreateInput) -> Result<CustomerCreatePayload> {
    let change = CreateCustomer {
        number: input.number,
        sequence: input.sequence.unwrap_or_default(),
        fields: Fields {
            is_ship_to: or_as_it_is(input.is_ship_to),
            company_name: given(input.company_name),
            first_name: given(input.first_name),
            last_name: given(input.last_name),
            attention: given(input.attention),
            line1: given(input.line1),
            line2: given(input.line2),
            line3: given(input.line3),
            line4: given(input.line4),
            city: given(input.city),
            region: given(input.region),
            postal_code: given(input.postal_code),
            country_code: given(input.country_code),
            phone: given(input.phone),
            fax: given(input.fax),
            email: given(input.email),
            active: or_as_it_is(input.active),
            guest: or_as_it_is(input.guest),
            currency: given(input.currency.map(|code| code.0)),
            terms_code: given(input.terms_code),
            price_code: given(input.price_code),
        },
        sales_rep_id: decode_optional::<sales_rep::Entity>(input.primary_sales_rep_id.as_ref())?,
        organization_id: decode_optional::<organization::Entity>(input.organization_id.as_ref())?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerCreatePayload {
        customer: outcome.row().map(Customer),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: CustomerUpdateInput) -> Result<CustomerUpdatePayload> {
    let change = UpdateCustomer {
        id: decode::<customer::Entity>(&input.id)?,
        fields: Fields {
            is_ship_to: input.is_ship_to,
            company_name: input.company_name,
            first_name: input.first_name,
            last_name: input.last_name,
            attention: input.attention,
            line1: input.line1,
            line2: input.line2,
            line3: input.line3,
            line4: input.line4,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country_code: input.country_code,
            phone: input.phone,
            fax: input.fax,
            email: input.email,
            active: input.active,
            guest: input.guest,
            currency: input.currency.map_value(|code| code.0),
            terms_code: input.terms_code,
            price_code: input.price_code,
        },
        sales_rep_id: decode_maybe::<sales_rep::Entity>(&input.primary_sales_rep_id)?,
        organization_id: decode_maybe::<organization::Entity>(&input.organization_id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerUpdatePayload {
        customer: outcome.row().map(Customer),
        removed_from_view: outcome.removed_from_view(),
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: CustomerDeleteInput) -> Result<CustomerDeletePayload> {
    let change = DeleteCustomer {
        id: decode::<customer::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}

/// A new customer has no value that could stay: absent and null are the same.
fn given(value: Option<String>) -> MaybeUndefined<String> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}

/// Absent and null are what a new customer has by itself.
fn or_as_it_is(value: Option<bool>) -> MaybeUndefined<bool> {
    value.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value)
}
