//! Giving a group to somebody.

use super::super::impact::{Impact, impact};
use super::super::service::{AssignToContact, AssignToOrganization};
use crate::contacts::object::Contact;
use crate::error::{Code, Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode_maybe, decode_optional};
use crate::graphql::terms::{ChangeTerms, given, or_user_errors};
use crate::organizations::object::Organization;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{contact, customer_group, organization};

/// Who is to have which group: one of organizationId and contactId.
#[derive(InputObject)]
pub struct CustomerGroupAssignInput {
    /// The organization to give it to.
    organization_id: Option<ID>,
    /// The contact to give it to.
    contact_id: Option<ID>,
    /// The group; null takes it away. Must be given.
    customer_group_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What customerGroupAssign answers.
#[derive(SimpleObject)]
pub struct CustomerGroupAssignPayload {
    /// The organization as it is now, when one was named and nothing refused.
    organization: Option<Organization>,
    /// The contact as it is now, when one was named and nothing refused.
    contact: Option<Contact>,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// # Errors
/// What is not a user error.
pub(super) async fn assign(
    ctx: &Context<'_>,
    input: CustomerGroupAssignInput,
) -> Result<CustomerGroupAssignPayload> {
    ctx.db().signed_in()?;
    let organization = decode_optional::<organization::Entity>(input.organization_id.as_ref())?;
    let contact = decode_optional::<contact::Entity>(input.contact_id.as_ref())?;
    let group = decode_maybe::<customer_group::Entity>(&input.customer_group_id)?;
    let refused = |error| match error {
        Error::Invalid(user_errors) => Ok(CustomerGroupAssignPayload {
            organization: None,
            contact: None,
            impact: None,
            user_errors,
        }),
        other => Err(other),
    };
    let customer_group_id = match given("customerGroupId", group) {
        Ok(group) => group,
        Err(absent) => return refused(absent),
    };
    match (organization, contact) {
        (Some(id), None) => {
            let outcome = or_user_errors(
                ctx.write(
                    AssignToOrganization {
                        id,
                        customer_group_id,
                    },
                    input.terms.with_impact(ctx),
                )
                .await,
            )?;
            let organization = outcome.row().map(Organization);
            Ok(CustomerGroupAssignPayload {
                organization,
                contact: None,
                impact: impact(ctx, &outcome).await?,
                user_errors: outcome.user_errors,
            })
        }
        (None, Some(id)) => {
            let outcome = or_user_errors(
                ctx.write(
                    AssignToContact {
                        id,
                        customer_group_id,
                    },
                    input.terms.with_impact(ctx),
                )
                .await,
            )?;
            let contact = outcome.row().map(Contact);
            Ok(CustomerGroupAssignPayload {
                organization: None,
                contact,
                impact: impact(ctx, &outcome).await?,
                user_errors: outcome.user_errors,
            })
        }
        _ => refused(Error::invalid(
            Code::Invalid,
            "organizationId",
            "give one of organizationId and contactId",
        )),
    }
}
