//! What comes with ordering for a customer, and what giving that away takes.
//!
//! Whoever is linked with a customer, or looks after it as a sales rep, sees it with its orders, and places orders for it. That is held as if
//! by a role over the customer's organization, without one everywhere: nobody lets anyone gain it who does not hold it so (T-194 to T-196).

use super::assigned::{Assigned, assignments, grants_of};
use super::customers::{links_counting_at, links_not_over_at, reps_of, with_managers};
use super::grants::above;
use super::viewer::{Grant, Scope};
use super::write_tx::WriteTx;
use super::{Permission, PermissionSet, Place};
use crate::error::{Code, Error, Result};
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, OrganizationId, SalesRepId};
use entity::role_assignment::{self, Scope as Stored};
use entity::{account, contact, customer, customer_link, sales_rep};
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};

/// What ordering for a customer comes to.
const COMES_WITH_IT: [Permission; 3] = [
    Permission::CustomerView,
    Permission::OrderView,
    Permission::OrderPlace,
];

/// What lies at a customer's place.
const ABOUT_CUSTOMERS: [Permission; 7] = [
    Permission::CustomerView,
    Permission::CustomerCreate,
    Permission::CustomerEdit,
    Permission::CustomerDelete,
    Permission::OrderView,
    Permission::OrderPlace,
    Permission::OrderEdit,
];

/// What ordering for customers at `place` is as good as.
pub(super) fn opened(place: Place, until: Option<DateTime<Utc>>) -> Grant {
    Grant {
        permissions: COMES_WITH_IT.into_iter().collect(),
        scope: match place {
            Place::Everywhere => Scope::Global,
            Place::Organization(organization) => Scope::Node(organization),
        },
        until,
    }
}

impl WriteTx {
    /// Lets somebody order for customers at `place`, until then.
    ///
    /// # Errors
    /// User errors at `field`: `OUT_OF_SCOPE`, and `FORBIDDEN` for whoever acts on behalf of another, who need not hold what the other
    /// holds over its own organization (T-73).
    pub async fn require_to_open_customers(
        &mut self,
        place: Place,
        until: Option<DateTime<Utc>>,
        field: &str,
    ) -> Result<()> {
        if self.viewer().actor_id().is_some() {
            let message = "whoever acts on behalf of an account may not do this";
            return Err(Error::invalid(Code::Forbidden, field, message));
        }
        self.require_to_give(&[opened(place, until)], field).await
    }

    /// Lets customers go from one place to another: the mover must hold, where they were, all rights about customers and orders that
    /// anyone holds over the new place, now or later, and not over the old one (T-194).
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the mover lacks.
    pub async fn require_what_customers_gain_by_moving(
        &mut self,
        from: Place,
        to: Option<OrganizationId>,
        field: &str,
    ) -> Result<()> {
        // Where only GLOBAL scope reaches, nobody gains anything.
        let Some(to) = to else { return Ok(()) };
        let which = Assigned::not_over_at(self.now()).add(reaching_only(to, from));
        let rows = self.connection().query_all(&assignments(which)).await?;
        let about: PermissionSet = ABOUT_CUSTOMERS.into_iter().collect();
        let gained = grants_of(&rows)?
            .iter()
            .fold(PermissionSet::default(), |all, grant| {
                all.union(grant.permissions)
            });
        let gained = Grant {
            permissions: gained.iter().filter(|one| about.contains(*one)).collect(),
            until: Some(self.now()),
            ..opened(from, None)
        };
        self.require_to_give(&[gained], field).await
    }
}

/// The assignments that reach `to` and not `from`.
fn reaching_only(to: OrganizationId, from: Place) -> Condition {
    let subtree = |organization| {
        Condition::all()
            .add(role_assignment::Column::Scope.eq(Stored::Subtree))
            .add(role_assignment::Column::OrganizationId.in_subquery(above(organization)))
    };
    let node = Condition::all()
        .add(role_assignment::Column::Scope.eq(Stored::Node))
        .add(role_assignment::Column::OrganizationId.eq(to));
    let own = Condition::all()
        .add(role_assignment::Column::Scope.eq(Stored::Own))
        .add(role_assignment::Column::AccountId.in_subquery(accounts_in(to)));
    let mut reaching_from_above = subtree(to);
    if let Place::Organization(from) = from {
        reaching_from_above = reaching_from_above.add(subtree(from).not());
    }
    Condition::all().add(Condition::any().add(reaching_from_above).add(node).add(own))
}

/// The accounts of the contacts of an organization.
fn accounts_in(organization: OrganizationId) -> SelectStatement {
    Query::select()
        .column(account::Column::Id.as_column_ref())
        .from(account::Entity)
        .inner_join(
            contact::Entity,
            contact::Column::Id
                .into_expr()
                .equals(account::Column::ContactId.as_column_ref()),
        )
        .cond_where(contact::Column::OrganizationId.eq(organization))
        .take()
}

/// Which links of an account are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Linked {
    /// Those that count now.
    Counting,
    /// Those that count now or will.
    NotOver,
}

/// What an account holds by being linked with customers and looking after them, place by place. Two statements.
pub(super) async fn opened_to(
    db: &impl ConnectionTrait,
    account: AccountId,
    linked: Linked,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>> {
    let links = match linked {
        Linked::Counting => links_counting_at(account, now),
        Linked::NotOver => links_not_over_at(account, now),
    };
    let mut grants = Vec::new();
    for row in db.query_all(&places_of(links)).await? {
        let place: Option<OrganizationId> = row.try_get_by_index(0)?;
        grants.push(opened(Place::from(place), row.try_get_by_index(1)?));
    }
    let looked_after = Query::select()
        .distinct()
        .column(customer::Column::OrganizationId.as_column_ref())
        .from(customer::Entity)
        .cond_where(customer::Column::SalesRepId.in_subquery(reps_of(account)))
        .take();
    for row in db.query_all(&looked_after).await? {
        let place: Option<OrganizationId> = row.try_get_by_index(0)?;
        grants.push(opened(Place::from(place), None));
    }
    Ok(grants)
}

/// Where the customers of `links` are, each place with the ends of the links.
fn places_of(mut links: SelectStatement) -> SelectStatement {
    links
        .distinct()
        .column(customer::Column::OrganizationId.as_column_ref())
        .column(customer_link::Column::ValidUntil.as_column_ref())
        .inner_join(
            customer::Entity,
            customer::Column::Id
                .into_expr()
                .equals(customer_link::Column::CustomerId.as_column_ref()),
        )
        .take()
}

impl WriteTx {
    /// A sales rep and all to whom it reports, directly or through others.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sales_reps_from(&mut self, rep: SalesRepId) -> Result<Vec<SalesRepId>> {
        let own = Condition::all().add(sales_rep::Column::Id.eq(rep));
        let rows = self.connection().query_all(&with_managers(own)).await?;
        rows.iter()
            .map(|row| Ok(row.try_get_by_index(0)?))
            .collect()
    }
}
