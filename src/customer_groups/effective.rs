//! The effective group of a contact, with the reason.

use super::object::CustomerGroup;
use super::rules::{Effective, Names, Source, effective, summary};
use crate::access::Granted;
use crate::error::Result;
use crate::graphql::context::{Ask, Scope};
use crate::organizations::loader;
use crate::organizations::object::Organization;
use async_graphql::{Context, SimpleObject};
use entity::{contact, customer_group};
use std::task::{Poll, ready};

use super::loader::{group_given_to, group_on_edge, known_group, known_group_given_to};

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
    scope: &Scope,
    contact: &contact::Model,
) -> Result<Option<CustomerGroup>> {
    match of(scope, contact).await?.group {
        Some(group) => Ok(group_on_edge(scope, group).await?.map(CustomerGroup)),
        None => Ok(None),
    }
}

/// The same, where memory knows; pending where something has to be loaded.
pub fn known_effective_group(
    scope: &Scope,
    contact: &contact::Model,
) -> Poll<Option<Granted<customer_group::Entity>>> {
    let organizations = match contact.organization_id {
        Some(organization) => ready!(known_group_given_to(scope, organization)),
        None => None,
    };
    match effective(organizations, contact.customer_group_id).group {
        Some(group) => known_group(scope, group),
        None => Poll::Ready(None),
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
    } = of(ctx.scope(), contact).await?;
    let customer_group = match group {
        Some(group) => group_on_edge(ctx.scope(), group).await?.map(CustomerGroup),
        None => None,
    };
    let shadowed = match shadowed {
        Some(group) => group_on_edge(ctx.scope(), group).await?.map(CustomerGroup),
        None => None,
    };
    let organization = match (source, contact.organization_id) {
        (Source::Organization, Some(organization)) => {
            loader::organization(ctx.scope(), organization)
                .await?
                .map(Organization)
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

/// What decides, without the rows of the groups: for prices, which know groups by their numbers.
///
/// # Errors
/// Faults of the database only.
pub async fn of(scope: &Scope, contact: &contact::Model) -> Result<Effective> {
    let organizations = match contact.organization_id {
        Some(organization) => group_given_to(scope, organization).await?,
        None => None,
    };
    Ok(effective(organizations, contact.customer_group_id))
}
