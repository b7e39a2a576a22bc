//! Why an account may, or may not, do something somewhere.

use super::customer_access::{CustomerAccess, comes_with_it, ways};
use super::loader::{AssignmentsOf, PermissionsOf};
use super::object::RoleAssignment;
use super::rules::{AccessOutcome, judge};
use crate::access::{Granted, Permission, Place as Over};
use crate::accounts::object::Account;
use crate::customers::object::Customer;
use crate::error::{Error, Result};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::organizations::object::Organization;
use async_graphql::{Context, ID, SimpleObject};
use entity::ids::OrganizationId;
use entity::role_assignment::Scope;
use entity::{account, customer, organization, role_assignment};
use futures_util::future::try_join_all;

/// Whether an account holds a permission, and through what. The same rule decides that decides every request of the account.
#[derive(SimpleObject)]
pub struct AccessExplanation {
    /// Whose rights are explained.
    account: Account,
    /// Which permission.
    permission: Permission,
    /// Over which organization; null where any place was asked for, or a customer.
    organization: Option<Organization>,
    /// Whether the account holds the permission there now.
    allowed: bool,
    /// The assignments that give it; empty when none does.
    through: Vec<RoleAssignment>,
    /// Over which customer; null where none was asked for.
    customer: Option<Customer>,
    /// How the account reaches the customer by a link or as a sales rep, with what came of each; only for CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE, which come with that, and empty otherwise.
    customer_access: Vec<CustomerAccess>,
    /// All assignments of the account, the oldest first, each with what came of it.
    candidates: Vec<AccessCandidate>,
    /// The answer as a sentence for a person, naming only what you may see.
    summary: String,
}

/// One assignment and what came of it.
#[derive(Clone, SimpleObject)]
pub struct AccessCandidate {
    /// The assignment.
    assignment: RoleAssignment,
    /// What came of it.
    outcome: AccessOutcome,
    #[graphql(skip)]
    role: String,
}

/// Explains what `account_id` may do.
///
/// # Errors
/// `NotFound` for an account, an organization or a customer that is absent or hidden (T-142), `BadRequest` for both an organization and a
/// customer.
pub async fn explain(
    ctx: &Context<'_>,
    account_id: &ID,
    permission: Permission,
    organization_id: Option<&ID>,
    customer_id: Option<&ID>,
) -> Result<AccessExplanation> {
    if organization_id.is_some() && customer_id.is_some() {
        let message = "give organizationId or customerId, not both";
        return Err(Error::BadRequest(message.to_owned()));
    }
    let customer_id = global_id::decode_optional::<customer::Entity>(customer_id)?;
    let account_id = global_id::decode::<account::Entity>(account_id)?;
    let organization_id = global_id::decode_optional::<organization::Entity>(organization_id)?;
    let account = ctx
        .load(account_id)
        .await?
        .ok_or(Error::NotFound { kind: "account" })?;
    let organization = match organization_id {
        Some(id) => Some(ctx.load(id).await?.ok_or(Error::NotFound {
            kind: "organization",
        })?),
        None => None,
    };
    let customer = match customer_id {
        Some(id) => Some(
            ctx.load(id)
                .await?
                .ok_or(Error::NotFound { kind: "customer" })?,
        ),
        None => None,
    };
    let asked = match (&customer, organization_id) {
        (Some(customer), _) => Some(Over::from(customer.organization_id)),
        (None, Some(organization)) => Some(Over::Organization(organization)),
        (None, None) => None,
    };
    let place = place(ctx, &account, asked).await?;
    let ways = match &customer {
        Some(customer) if comes_with_it(permission) => ways(ctx, account_id, customer).await?,
        _ => Vec::new(),
    };
    let assignments = ctx.load(AssignmentsOf(account_id)).await?;
    let candidates = try_join_all(
        assignments
            .unwrap_or_default()
            .into_iter()
            .map(|assignment| candidate(ctx, assignment, permission, &place)),
    )
    .await?;
    let usable = account.active && account.approved;
    let through: Vec<_> = candidates
        .iter()
        .filter(|candidate| usable && candidate.outcome == AccessOutcome::Gives)
        .map(|candidate| candidate.assignment.clone())
        .collect();
    let over = organization.as_ref().map(|row| row.name.clone());
    let over = over.or(customer.as_ref().map(|row| row.name()));
    let summary = summary(&account, permission, over.as_deref(), &candidates, &ways);
    let opened = usable && ways.iter().any(CustomerAccess::gives);
    Ok(AccessExplanation {
        allowed: opened || !through.is_empty(),
        customer: customer.map(Customer),
        customer_access: ways,
        account: Account(account),
        permission,
        organization: organization.map(Organization),
        through,
        candidates,
        summary,
    })
}

/// What must be known of a place to say whether a scope contains it.
struct Place {
    /// The organization that was asked for with everything above it, nothing outside of all of them; none where any place will do.
    above: Option<Vec<OrganizationId>>,
    /// The account's own organization.
    own: Option<OrganizationId>,
}

impl Place {
    fn is_reached(&self, assignment: &role_assignment::Model) -> bool {
        let named = match assignment.scope {
            Scope::Global => return true,
            Scope::Own => self.own,
            Scope::Subtree | Scope::Node => assignment.organization_id,
        };
        match (&self.above, named) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(above), Some(named)) if assignment.scope == Scope::Subtree => {
                above.contains(&named)
            }
            (Some(above), Some(named)) => above.first() == Some(&named),
        }
    }
}

async fn place(ctx: &Context<'_>, account: &account::Model, asked: Option<Over>) -> Result<Place> {
    let db = ctx.db();
    let own = match account.contact_id {
        Some(contact) => db.organization_of_contact(contact).await?,
        None => None,
    };
    let above = match asked {
        Some(Over::Everywhere) => Some(Vec::new()),
        Some(Over::Organization(organization)) => {
            let mut above = vec![organization];
            above.extend(
                db.ancestor_ids(&[organization])
                    .await?
                    .remove(&organization)
                    .unwrap_or_default(),
            );
            Some(above)
        }
        None => None,
    };
    Ok(Place { above, own })
}

async fn candidate(
    ctx: &Context<'_>,
    assignment: Granted<role_assignment::Entity>,
    permission: Permission,
    place: &Place,
) -> Result<AccessCandidate> {
    let (held, role) = tokio::try_join!(
        ctx.load(PermissionsOf(assignment.role_id)),
        ctx.load(assignment.role_id)
    )?;
    let holds = held.unwrap_or_default().contains(permission);
    let reaches = place.is_reached(&assignment);
    Ok(AccessCandidate {
        outcome: judge(&assignment, holds, reaches, ctx.db().now()),
        role: role.map_or_else(String::new, |role| role.name.clone()),
        assignment: RoleAssignment(assignment),
    })
}

fn summary(
    account: &account::Model,
    permission: Permission,
    over: Option<&str>,
    candidates: &[AccessCandidate],
    ways: &[CustomerAccess],
) -> String {
    let over = over.map(|name| format!(" over {name}")).unwrap_or_default();
    let roles = |outcome| {
        let mut roles: Vec<&str> = Vec::new();
        for candidate in candidates {
            if candidate.outcome == outcome && !roles.contains(&candidate.role.as_str()) {
                roles.push(&candidate.role);
            }
        }
        roles.join(", ")
    };
    let login = &account.login;
    if !account.active {
        return format!("{login} may do nothing: the account is not active.");
    }
    if !account.approved {
        return format!("{login} may do nothing: the account is not approved.");
    }
    let opening = ways.iter().filter(|way| way.gives());
    let giving: Vec<_> = Some(roles(AccessOutcome::Gives))
        .filter(|roles| !roles.is_empty())
        .into_iter()
        .chain(opening.map(CustomerAccess::phrase))
        .collect();
    if !giving.is_empty() {
        let giving = giving.join(" and ");
        return format!("{login} holds {permission}{over} through {giving}.");
    }
    if let Some(link) = ways.first() {
        let why = match link.outcome {
            AccessOutcome::NotYetValid => "which is yet to begin",
            AccessOutcome::NoLongerValid => "which is over",
            _ => "which is for other ship-tos",
        };
        let link = link.phrase();
        return format!("{login} does not hold {permission}{over}: it comes with {link}, {why}.");
    }
    let missing = [
        (AccessOutcome::NotYetValid, "which is yet to begin"),
        (AccessOutcome::NoLongerValid, "which is over"),
        (AccessOutcome::OtherPlace, "which counts in another place"),
    ];
    let near = missing
        .iter()
        .map(|(outcome, why)| (roles(*outcome), why))
        .find(|(roles, _)| !roles.is_empty());
    match near {
        Some((roles, why)) => {
            format!("{login} does not hold {permission}{over}: it comes with {roles}, {why}.")
        }
        None => format!("{login} does not hold {permission}{over}: no role of the account has it."),
    }
}
