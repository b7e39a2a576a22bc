//! Deleting a group, and merging it into another one.

use super::super::impact::{Impact, impact};
use super::super::object::CustomerGroup;
use super::super::service::{DeleteCustomerGroup, MergeCustomerGroup, Replaced, Replacement};
use crate::access::Written;
use crate::error::{Code, Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_optional, encode};
use crate::graphql::terms::{ChangeTerms, or_user_errors};
use crate::prices::service::ReplacedPrices;
use async_graphql::{Context, ID, InputObject, SimpleObject};
use entity::customer_group;

/// The group to delete, and what takes its place. With neither replacement a group in use is not deleted.
#[derive(InputObject)]
pub struct CustomerGroupDeleteInput {
    /// Which group.
    id: ID,
    /// The group that everybody who had it gets.
    replace_with_id: Option<ID>,
    /// Whether everybody who had it gets none.
    #[graphql(default = false)]
    replace_with_none: bool,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The group to merge into another one.
#[derive(InputObject)]
pub struct CustomerGroupMergeInput {
    /// The group that goes; expectedVersion is about it.
    id: ID,
    /// The group that stays, which everything that had the other one gets. Not an archived one.
    into_id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What customerGroupDelete answers.
#[derive(SimpleObject)]
pub struct CustomerGroupDeletePayload {
    /// The id that is gone, never to be given out again; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// What became of the prices of the group that goes, as it would be with validateOnly; null when the change was refused.
    prices: Option<ReplacedPrices>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What customerGroupMerge answers.
#[derive(SimpleObject)]
pub struct CustomerGroupMergePayload {
    /// The group that stays, as it is now; null when the merge was refused.
    customer_group: Option<CustomerGroup>,
    /// The id that is gone, never to be given out again; null when the merge was refused.
    deleted_id: Option<ID>,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// What became of the prices of the group that goes, as it would be with validateOnly; null when the change was refused.
    prices: Option<ReplacedPrices>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// # Errors
/// What is not a user error.
pub(super) async fn delete(
    ctx: &Context<'_>,
    input: CustomerGroupDeleteInput,
) -> Result<CustomerGroupDeletePayload> {
    ctx.db().signed_in()?;
    let id = decode::<customer_group::Entity>(&input.id)?;
    let heir = decode_optional::<customer_group::Entity>(input.replace_with_id.as_ref())?;
    let replacement = match (heir, input.replace_with_none) {
        (Some(_), true) => Err(Error::invalid(
            Code::Invalid,
            "replaceWithId",
            "give one of replaceWithId and replaceWithNone, not both",
        )),
        (Some(heir), false) => Ok(Replacement::Group(heir)),
        (None, true) => Ok(Replacement::Nothing),
        (None, false) => Ok(Replacement::Refused),
    };
    let written = match replacement {
        Ok(replacement) => {
            let change = DeleteCustomerGroup { id, replacement };
            ctx.write(change, input.terms.with_impact(ctx)).await
        }
        Err(both) => Err(both),
    };
    let (written, prices) = parted(written);
    let outcome = or_user_errors(written)?;
    Ok(CustomerGroupDeletePayload {
        prices,
        deleted_id: outcome.deleted_id(),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}

/// # Errors
/// What is not a user error.
pub(super) async fn merge(
    ctx: &Context<'_>,
    input: CustomerGroupMergeInput,
) -> Result<CustomerGroupMergePayload> {
    let id = decode::<customer_group::Entity>(&input.id)?;
    let into_id = decode::<customer_group::Entity>(&input.into_id)?;
    let change = MergeCustomerGroup { id, into_id };
    let (written, prices) = parted(ctx.write(change, input.terms.with_impact(ctx)).await);
    let outcome = or_user_errors(written)?;
    let merged = outcome.written.is_some();
    Ok(CustomerGroupMergePayload {
        prices,
        customer_group: outcome.row().map(CustomerGroup),
        deleted_id: merged.then(|| encode::<customer_group::Entity>(id)),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}

fn parted(
    replaced: Result<Replaced>,
) -> (
    Result<Written<customer_group::Entity>>,
    Option<ReplacedPrices>,
) {
    match replaced {
        Ok(Replaced { group, prices }) => (Ok(group), Some(prices)),
        Err(error) => (Err(error), None),
    }
}
