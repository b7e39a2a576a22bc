//! What assignments of roles come to, and what giving them away takes.
//!
//! Whatever changes who holds what goes through here: assigning a role, changing one, setting a password, moving an organization, putting a
//! contact into one. Nobody gains by it what the one who does it does not hold, there and for as long (T-194 to T-196).

use super::assigned::{Assigned, assignments, grants_of};
use super::customer_grants::{Linked, opened_to};
use super::scoped_db::is_one_of;
use super::system_roles::HELD_BY_EVERY_ACCOUNT;
use super::viewer::{Grant, Scope, Viewer};
use super::write_tx::WriteTx;
use super::{ADMINISTRATORS, Permission, PermissionSet};
use crate::error::{Code, Error, Result};
use entity::ids::{AccountId, OrganizationId, RoleId};
use entity::role_assignment::{self, Scope as Stored};
use entity::{account, contact, organization_closure as closure, role, role_permission};
use sea_orm::sea_query::{ExprTrait, LockType, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend};
use std::collections::{BTreeSet, HashMap};

/// Organizations that one statement looks up: SQLite takes some 32,000 values.
const PLACES_AT_ONCE: usize = 8_000;

/// The first permission among `wanted` that `giver` does not hold over all of its scope, for as long.
pub(super) async fn lacking_of(
    db: &impl ConnectionTrait,
    giver: &Viewer,
    wanted: &[Grant],
) -> Result<Option<Permission>> {
    let above = above_within_reach(db, giver, wanted).await?;
    let nothing = Vec::new();
    Ok(wanted.iter().find_map(|grant| {
        let place = match grant.scope {
            Scope::Subtree(organization) | Scope::Node(organization) => above.get(&organization),
            Scope::Global | Scope::Own => None,
        };
        giver.lacks(grant, place.unwrap_or(&nothing))
    }))
}

/// Of each organization in `wanted`, those at or above it over whose subtrees `giver` holds something. One statement.
async fn above_within_reach(
    db: &impl ConnectionTrait,
    giver: &Viewer,
    wanted: &[Grant],
) -> Result<HashMap<OrganizationId, Vec<OrganizationId>>> {
    let mut above: HashMap<_, Vec<_>> = HashMap::new();
    let subtrees = giver.subtrees();
    let places = wanted.iter().filter_map(|grant| match grant.scope {
        Scope::Subtree(organization) | Scope::Node(organization) => Some(organization),
        Scope::Global | Scope::Own => None,
    });
    let places: BTreeSet<_> = places.collect();
    if subtrees.is_empty() {
        return Ok(above);
    }
    let engine = db.get_database_backend();
    for places in places
        .into_iter()
        .collect::<Vec<_>>()
        .chunks(PLACES_AT_ONCE)
    {
        let statement = Query::select()
            .column(closure::Column::DescendantId.as_column_ref())
            .column(closure::Column::AncestorId.as_column_ref())
            .from(closure::Entity)
            .cond_where(is_one_of(engine, closure::Column::DescendantId, places))
            .cond_where(is_one_of(engine, closure::Column::AncestorId, &subtrees))
            .take();
        for row in db.query_all(&statement).await? {
            let below: OrganizationId = row.try_get_by_index(0)?;
            above
                .entry(below)
                .or_default()
                .push(row.try_get_by_index(1)?);
        }
    }
    Ok(above)
}

/// The ids of an organization and of everything above it.
pub(super) fn above(organization: OrganizationId) -> SelectStatement {
    Query::select()
        .column(closure::Column::AncestorId.as_column_ref())
        .from(closure::Entity)
        .cond_where(closure::Column::DescendantId.eq(organization))
        .take()
}

impl WriteTx {
    /// Lets `wanted` be given away.
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the viewer does not hold there, or not for as long (T-195).
    pub async fn require_to_give(&mut self, wanted: &[Grant], field: &str) -> Result<()> {
        match lacking_of(self.connection(), self.viewer(), wanted).await? {
            Some(permission) => Err(lacking(permission, field)),
            None => Ok(()),
        }
    }

    /// Lets `added` become part of what a role holds: everybody who has the role, or will, gains it where and for as long as they have it.
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`.
    pub async fn require_to_add(
        &mut self,
        role: RoleId,
        added: PermissionSet,
        field: &str,
    ) -> Result<()> {
        let having =
            Assigned::not_over_at(self.now()).add(role_assignment::Column::RoleId.eq(role));
        let rows = self
            .connection()
            .query_all(&assignments(having.clone()))
            .await?;
        let mut given = Vec::new();
        for grant in grants_of(&rows)? {
            let scopes = match grant.scope {
                // Accounts that are made tomorrow have these two as well.
                Scope::Own if HELD_BY_EVERY_ACCOUNT.contains(&role) => vec![Scope::Global],
                Scope::Own => self.own_places(having.clone()).await?,
                elsewhere => vec![elsewhere],
            };
            given.extend(scopes.into_iter().map(|scope| Grant {
                permissions: added,
                scope,
                until: grant.until,
            }));
        }
        self.require_to_give(&given, field).await
    }

    /// The organizations in which OWN assignments count.
    async fn own_places(&self, which: Condition) -> Result<Vec<Scope>> {
        let statement = Query::select()
            .distinct()
            .column(contact::Column::OrganizationId.as_column_ref())
            .from(role_assignment::Entity)
            .inner_join(
                account::Entity,
                account::Column::Id
                    .into_expr()
                    .equals(role_assignment::Column::AccountId.as_column_ref()),
            )
            .inner_join(
                contact::Entity,
                contact::Column::Id
                    .into_expr()
                    .equals(account::Column::ContactId.as_column_ref()),
            )
            .cond_where(which)
            .cond_where(role_assignment::Column::Scope.eq(Stored::Own))
            .cond_where(contact::Column::OrganizationId.is_not_null())
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let places = rows
            .iter()
            .map(|row| Ok(Scope::Node(row.try_get_by_index(0)?)));
        places.collect()
    }

    /// Lets the viewer do what makes them as good as the account: set its password, change its login or e-mail, bring it back (T-196).
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the account holds, or will, and the viewer does not.
    pub async fn require_all_that_is_held_by(
        &mut self,
        account: AccountId,
        field: &str,
    ) -> Result<()> {
        // Oneself one is already, also with what is yet to begin.
        if self.viewer().account_id() == Some(account) {
            return Ok(());
        }
        let mut held = self.held_by(account).await?;
        let now = self.now();
        held.extend(opened_to(self.connection(), account, Linked::NotOver, now).await?);
        self.require_to_give(&held, field).await
    }

    /// Lets the viewer act on behalf of the account: what it holds for being in its organization comes with being it, everything else the
    /// viewer must hold too (T-196).
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`.
    pub async fn require_all_beyond_own_of(
        &mut self,
        account: AccountId,
        field: &str,
    ) -> Result<()> {
        // Only for now: it is looked at again with every request.
        let which = Assigned::to(account)
            .add(Assigned::counting_at(self.now()))
            .add(role_assignment::Column::Scope.ne(Stored::Own));
        let rows = self.connection().query_all(&assignments(which)).await?;
        let now = Some(self.now());
        let mut held = grants_of(&rows)?;
        held.extend(opened_to(self.connection(), account, Linked::Counting, self.now()).await?);
        let for_now = held.into_iter().map(|grant| Grant {
            until: now,
            ..grant
        });
        self.require_to_give(&for_now.collect::<Vec<_>>(), field)
            .await
    }

    /// Lets an account be made for a contact of `organization`: it holds there what every account holds (T-61).
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`.
    pub async fn require_what_every_account_holds(
        &mut self,
        organization: Option<OrganizationId>,
        field: &str,
    ) -> Result<()> {
        let Some(organization) = organization else {
            return Ok(());
        };
        let mut permissions = PermissionSet::default();
        for role in HELD_BY_EVERY_ACCOUNT {
            permissions = permissions.union(self.permissions_of_role(role).await?);
        }
        let grant = Grant {
            permissions,
            scope: Scope::Node(organization),
            until: Some(self.now()),
        };
        self.require_to_give(&[grant], field).await
    }

    /// Lets `organization` be hung below `parent`: the mover must hold, over all that moves, everything that anyone would gain over it
    /// there, now or later (T-194). Else one could pull a unit under oneself, or push it under an accomplice, and read it.
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the mover lacks.
    pub async fn require_what_moving_gives(
        &mut self,
        organization: OrganizationId,
        parent: OrganizationId,
        field: &str,
    ) -> Result<()> {
        let gained = Assigned::not_over_at(self.now())
            .add(role_assignment::Column::Scope.eq(Stored::Subtree))
            .add(role_assignment::Column::OrganizationId.in_subquery(above(parent)))
            .add(role_assignment::Column::OrganizationId.not_in_subquery(above(organization)));
        let gained = self.given_by(gained, Scope::Subtree(organization)).await?;
        self.require_to_give(&[gained], field).await
    }

    /// Lets `contacts` come into `organization`: the mover must hold there what any of their accounts would gain by OWN scope (T-194).
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the mover lacks.
    pub async fn require_what_joining_gives(
        &mut self,
        contacts: Condition,
        organization: OrganizationId,
        field: &str,
    ) -> Result<()> {
        let contacts = Query::select()
            .column(contact::Column::Id.as_column_ref())
            .from(contact::Entity)
            .cond_where(contacts)
            .take();
        let accounts = Query::select()
            .column(account::Column::Id.as_column_ref())
            .from(account::Entity)
            .cond_where(account::Column::ContactId.in_subquery(contacts))
            .take();
        let gained = Assigned::not_over_at(self.now())
            .add(role_assignment::Column::Scope.eq(Stored::Own))
            .add(role_assignment::Column::AccountId.in_subquery(accounts));
        // Kept as they are: who adds to one at the same time would ask for the right at the old place only.
        let roles = Query::select()
            .column(role_assignment::Column::RoleId.as_column_ref())
            .from(role_assignment::Entity)
            .cond_where(gained.clone())
            .take();
        self.decided_by::<role::Entity>(role::Column::Id.in_subquery(roles))
            .await?;
        let gained = self.given_by(gained, Scope::Node(organization)).await?;
        self.require_to_give(&[gained], field).await
    }

    /// Everything that an account holds now or will, with OWN as the organization of its contact.
    async fn held_by(&mut self, account: AccountId) -> Result<Vec<Grant>> {
        let which = Assigned::to(account).add(Assigned::not_over_at(self.now()));
        let rows = self.connection().query_all(&assignments(which)).await?;
        let own = self.own_organization_of(account).await?;
        let held = grants_of(&rows)?
            .into_iter()
            .map(|grant| match grant.scope {
                Scope::Own => Grant {
                    scope: own.map_or(Scope::Own, Scope::Node),
                    ..grant
                },
                _ => grant,
            });
        Ok(held.collect())
    }

    /// The organization of an account's contact, which stays there until the end of the transaction: what counts in it would else be
    /// given in another one.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn own_organization_of(
        &mut self,
        account: AccountId,
    ) -> Result<Option<OrganizationId>> {
        let mut statement = Query::select()
            .column(contact::Column::OrganizationId.as_column_ref())
            .from(contact::Entity)
            .inner_join(
                account::Entity,
                account::Column::ContactId
                    .into_expr()
                    .equals(contact::Column::Id.as_column_ref()),
            )
            .cond_where(account::Column::Id.eq(account))
            .take();
        if self.engine() == DbBackend::Postgres {
            statement.lock_with_tables(LockType::Share, [contact::Entity]);
        }
        match self.connection().query_one(&statement).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(None),
        }
    }

    /// All that the assignments give, as if over `scope`: a right that one holds now is enough to let others gain it.
    async fn given_by(&mut self, which: Condition, scope: Scope) -> Result<Grant> {
        let rows = self.connection().query_all(&assignments(which)).await?;
        let permissions = grants_of(&rows)?
            .iter()
            .fold(PermissionSet::default(), |all, grant| {
                all.union(grant.permissions)
            });
        Ok(Grant {
            permissions,
            scope,
            until: Some(self.now()),
        })
    }

    /// What a role holds.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn permissions_of_role(&mut self, role: RoleId) -> Result<PermissionSet> {
        if role == ADMINISTRATORS {
            return Ok(PermissionSet::all());
        }
        let statement = Query::select()
            .column(role_permission::Column::Permission.as_column_ref())
            .from(role_permission::Entity)
            .cond_where(role_permission::Column::RoleId.eq(role))
            .take();
        let mut held = PermissionSet::default();
        for row in self.connection().query_all(&statement).await? {
            held.insert_named(&row.try_get_by_index::<String>(0)?);
        }
        Ok(held)
    }
}

fn lacking(permission: Permission, field: &str) -> Error {
    let message = format!(
        "somebody would gain {permission} by this, which you do not hold there yourself, or not for as long"
    );
    Error::invalid(Code::OutOfScope, field, message)
}
