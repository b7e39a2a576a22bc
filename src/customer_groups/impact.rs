//! What a change that is only validated would do to effective customer groups, as clients see it.

use super::loader::group_on_edge;
use super::object::CustomerGroup;
use crate::access::{ChangedContact, Granted, GroupChange, Guarded};
use crate::contacts::object::Contact;
use crate::error::Result;
use crate::graphql::at_once::Quick;
use crate::graphql::context::{Ask, Scope};
use crate::graphql::terms::Outcome;
use async_graphql::{Context, Object, SimpleObject};
use entity::contact;
use entity::ids::CustomerGroupId;

/// What a change would do to effective customer groups. It counts contacts that you may see, now and after the change; contacts that would be deleted are not among them.
#[derive(SimpleObject)]
pub struct Impact {
    /// How many contacts would have another effective customer group than now, or one instead of none, or none any more.
    contacts_changing_effective_group: i32,
    /// The same by group: each pair of groups once, the most contacts first, ties by the ids of the groups, none first.
    changes: Vec<EffectiveGroupChange>,
    /// The first of these contacts, at most 10, by full name, ties by id.
    sample: Vec<ImpactSample>,
}

/// From which group to which, and how many.
pub struct EffectiveGroupChange(GroupChange);

/// Contacts that would go from one effective customer group to another.
#[Object]
impl EffectiveGroupChange {
    /// Their effective group now; null for none.
    async fn from(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        group(ctx.scope(), self.0.from).await
    }

    /// Their effective group after the change; null for none.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        group(ctx.scope(), self.0.to).await
    }

    /// How many contacts; at least 1.
    async fn contacts(&self) -> i32 {
        as_int(self.0.contacts)
    }
}

/// One contact whose effective customer group would change.
pub struct ImpactSample {
    contact: Granted<contact::Entity>,
    change: ChangedContact,
}

/// A contact that you may see, and whose effective customer group would change.
#[Object]
impl ImpactSample {
    /// The contact as it is now, before the change.
    async fn contact(&self) -> Quick<Contact> {
        Quick(Contact(self.contact.clone()))
    }

    /// Its effective group now; null for none.
    async fn from(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        group(ctx.scope(), self.change.from).await
    }

    /// Its effective group after the change; null for none.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        group(ctx.scope(), self.change.to).await
    }
}

/// The impact of a change that was only validated; none of one that was carried out or refused, or where it was not asked for.
///
/// # Errors
/// Faults of the database only.
pub async fn impact<E: Guarded>(ctx: &Context<'_>, outcome: &Outcome<E>) -> Result<Option<Impact>> {
    let told = outcome
        .written
        .as_ref()
        .and_then(|written| written.impact.clone());
    let Some(told) = told else {
        return Ok(None);
    };
    let ids: Vec<_> = told.sample.iter().map(|changed| changed.id).collect();
    let mut contacts = ctx.db().by_ids::<contact::Entity>(&ids).await?;
    let contacts_changing = told.changes.iter().map(|change| change.contacts).sum();
    let shown = |change: ChangedContact| {
        // Somebody else may have deleted it since.
        let contact = contacts.remove(&change.id)?;
        Some(ImpactSample { contact, change })
    };
    Ok(Some(Impact {
        contacts_changing_effective_group: as_int(contacts_changing),
        sample: told.sample.into_iter().filter_map(shown).collect(),
        changes: told.changes.into_iter().map(EffectiveGroupChange).collect(),
    }))
}

/// Whoever sees a contact sees its group (T-199).
async fn group(scope: &Scope, id: Option<CustomerGroupId>) -> Option<Result<Quick<CustomerGroup>>> {
    let found = group_on_edge(scope, id?).await;
    found
        .map(|row| row.map(CustomerGroup).map(Quick))
        .transpose()
}

fn as_int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
