//! The effective group of a contact, with the reason.

use super::object::CustomerGroup;
use super::rules::{Effective, Names, Source, effective, summary};
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::organizations::object::Organization;
use async_graphql::{Context, SimpleObject};
use entity::contact;

use super::loader::GroupGivenTo;

/// Why a contact's effective customer group is what it is.
#[derive(SimpleObject)]
pub struct EffectiveCustomerGroupExplanation {
    /// The effective group.
    customer_group: Option<CustomerGroup>,
    /// Where it comes from.
    source: Source,
    /// The contact's organization when the group comes from there; null also where you may not see it.
    organization: Option<Organization>,
    /// The contact's own group when the organization's takes its place.
    shadowed: Option<CustomerGroup>,
    /// One sentence for a person, naming only what you may see.
    summary: String,
}

/// The effective group; right also where the viewer may not see the contact's organization (T-22).
///
/// # Errors
/// Faults of the database only.
pub async fn effective_group(
    ctx: &Context<'_>,
    contact: &contact::Model,
) -> Result<Option<CustomerGroup>> {
    match of(ctx, contact).await?.group {
        Some(group) => Ok(ctx.load(group).await?.map(CustomerGroup)),
        None => Ok(None),
    }
}

/// The effective group with the reason.
///
/// # Errors
/// Faults of the database only.
pub async fn explain(
    ctx: &Context<'_>,
    contact: &contact::Model,
) -> Result<EffectiveCustomerGroupExplanation> {
    let Effective {
        group,
        source,
        shadowed,
    } = of(ctx, contact).await?;
    let customer_group = match group {
        Some(group) => ctx.load(group).await?.map(CustomerGroup),
        None => None,
    };
    let shadowed = match shadowed {
        Some(group) => ctx.load(group).await?.map(CustomerGroup),
        None => None,
    };
    let organization = match (source, contact.organization_id) {
        (Source::Organization, Some(organization)) => {
            ctx.load(organization).await?.map(Organization)
        }
        _ => None,
    };
    let names = Names {
        group: customer_group.as_ref().map(|group| group.0.name.as_str()),
        organization: organization
            .as_ref()
            .map(|organization| organization.0.name.as_str()),
        shadowed: shadowed.as_ref().map(|group| group.0.name.as_str()),
        in_organization: contact.organization_id.is_some(),
    };
    let summary = summary(source, names);
    Ok(EffectiveCustomerGroupExplanation {
        customer_group,
        source,
        organization,
        shadowed,
        summary,
    })
}

async fn of(ctx: &Context<'_>, contact: &contact::Model) -> Result<Effective> {
    let organizations = match contact.organization_id {
        Some(organization) => ctx.load(GroupGivenTo(organization)).await?,
        None => None,
    };
    Ok(effective(organizations, contact.customer_group_id))
}
