//! Rights over many rows and places at once: what `require` and `fetch_for` ask of one, in as many statements for many.

use super::assigned::Assigned;
use super::granted::{Granted, View};
use super::guarded::{Action, Guarded};
use super::scoped_db::is_one_of;
use super::viewer::{Grant, Scope};
use super::write_tx::WriteTx;
use super::{Permission, PermissionSet, Reach};
use crate::error::Result;
use entity::ids::{ContactId, OrganizationId, RoleId};
use entity::role_assignment::{self, Scope as Stored};
use entity::{account, organization_closure as closure, role, role_permission};
use sea_orm::sea_query::{ExprTrait, IntoCondition, LockType, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, JoinType, Statement};
use std::collections::{HashMap, HashSet};

/// Which of some places a permission reaches.
#[derive(Clone, Debug, Default)]
pub struct Places {
    everywhere: bool,
    reached: HashSet<OrganizationId>,
}

impl Places {
    /// Whether the permission reaches `place`; none is outside every organization.
    #[must_use]
    pub fn reach(&self, place: Option<OrganizationId>) -> bool {
        self.everywhere || place.is_some_and(|place| self.reached.contains(&place))
    }

    fn everywhere() -> Self {
        Self {
            everywhere: true,
            ..Self::default()
        }
    }

    /// Whether it reaches everything.
    #[must_use]
    pub fn reach_everything(&self) -> bool {
        self.everywhere
    }
}

impl WriteTx {
    /// Waits for the turn to write many rows of `kind`: two calls with the same new keys take turns, and the second one finds the rows of
    /// the first. On SQLite the transaction itself is the turn.
    ///
    /// # Errors
    /// Faults of the database, among them having waited too long, which is tried again.
    pub async fn take_turns(&mut self, kind: &'static str) -> Result<()> {
        if self.engine() == DbBackend::Postgres {
            let sql = "SELECT pg_advisory_xact_lock(hashtext('guildhall many'), hashtext($1))";
            let statement = Statement::from_sql_and_values(self.engine(), sql, [kind.into()]);
            self.connection().execute_raw(statement).await?;
        }
        Ok(())
    }

    /// The ids among `ids` of the rows on which the viewer may carry out `action`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn reached_among<E: Guarded>(
        &mut self,
        ids: &[E::Id],
        action: Action,
    ) -> Result<HashSet<E::Id>> {
        let reached = E::reached(self.viewer(), action, self.engine());
        if ids.is_empty() || reached.is_empty() {
            return Ok(ids.iter().copied().collect());
        }
        let among = Condition::all()
            .add(reached)
            .add(is_one_of(self.engine(), E::ID, ids));
        let rows = self.looked_at::<E>(among).await?;
        Ok(rows.iter().map(E::id_of).collect())
    }

    /// The rows that satisfy `condition` and that may be referred to, as by [`Self::refer`].
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn refer_where<E: Guarded>(
        &mut self,
        condition: impl IntoCondition,
    ) -> Result<Vec<Granted<E, View>>> {
        let condition = Condition::all()
            .add(E::reached(self.viewer(), Action::View, self.engine()))
            .add(condition.into_condition());
        let rows = self.rows::<E>(condition, LockType::Share).await?;
        Ok(rows.into_iter().map(Granted::new).collect())
    }

    /// Which of the organizations `among` `permission` reaches.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn places_reached(
        &mut self,
        permission: Permission,
        among: &[OrganizationId],
    ) -> Result<Places> {
        let (subtrees, nodes) = match self.viewer().reach(permission) {
            Reach::Everywhere => return Ok(Places::everywhere()),
            Reach::Within { subtrees, nodes } => (subtrees, nodes),
        };
        let mut reached = self.within_subtrees(&subtrees, among).await?;
        reached.extend(among.iter().filter(|place| nodes.contains(place)));
        Ok(Places {
            everywhere: false,
            reached,
        })
    }

    /// Which of the organizations `among` `permission` reaches with everything that will ever be below them.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn places_reached_below(
        &mut self,
        permission: Permission,
        among: &[OrganizationId],
    ) -> Result<Places> {
        match self.viewer().reach(permission) {
            Reach::Everywhere => Ok(Places::everywhere()),
            Reach::Within { subtrees, .. } => Ok(Places {
                everywhere: false,
                reached: self.within_subtrees(&subtrees, among).await?,
            }),
        }
    }

    async fn within_subtrees(
        &mut self,
        subtrees: &[OrganizationId],
        among: &[OrganizationId],
    ) -> Result<HashSet<OrganizationId>> {
        let mut within = HashSet::new();
        if subtrees.is_empty() || among.is_empty() {
            return Ok(within);
        }
        let statement = Query::select()
            .distinct()
            .column(closure::Column::DescendantId.as_column_ref())
            .from(closure::Entity)
            .cond_where(is_one_of(
                self.engine(),
                closure::Column::DescendantId,
                among,
            ))
            .cond_where(is_one_of(
                self.engine(),
                closure::Column::AncestorId,
                subtrees,
            ))
            .take();
        for row in self.connection().query_all(&statement).await? {
            within.insert(row.try_get_by_index(0)?);
        }
        Ok(within)
    }

    /// Of the contacts that would come into these organizations, those whose accounts would gain a right there that the viewer does not
    /// hold there (T-194), each with that right.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn joining_lacks(
        &mut self,
        moves: &[(ContactId, OrganizationId)],
    ) -> Result<HashMap<ContactId, Permission>> {
        if moves.is_empty() {
            return Ok(HashMap::new());
        }
        let contacts: Vec<_> = moves.iter().map(|(contact, _)| *contact).collect();
        let gained = self.gained_by_joining(&contacts).await?;
        let places: HashSet<_> = moves
            .iter()
            .filter(|(contact, _)| gained.contains_key(contact))
            .map(|(_, place)| *place)
            .collect();
        let above = self
            .above_each(&places.into_iter().collect::<Vec<_>>())
            .await?;
        let mut lacking = HashMap::new();
        for (contact, place) in moves {
            let Some(permissions) = gained.get(contact) else {
                continue;
            };
            let grant = Grant {
                permissions: *permissions,
                scope: Scope::Node(*place),
                until: Some(self.now()),
            };
            let above = above.get(place).map_or(&[][..], Vec::as_slice);
            if let Some(permission) = self.viewer().lacks(&grant, above) {
                lacking.insert(*contact, permission);
            }
        }
        Ok(lacking)
    }

    /// Each of these organizations with everything above it, itself included.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn above_each(
        &mut self,
        organizations: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, Vec<OrganizationId>>> {
        let mut above: HashMap<_, Vec<_>> = HashMap::new();
        if organizations.is_empty() {
            return Ok(above);
        }
        let statement = Query::select()
            .column(closure::Column::DescendantId.as_column_ref())
            .column(closure::Column::AncestorId.as_column_ref())
            .from(closure::Entity)
            .cond_where(is_one_of(
                self.engine(),
                closure::Column::DescendantId,
                organizations,
            ))
            .take();
        for row in self.connection().query_all(&statement).await? {
            let below: OrganizationId = row.try_get_by_index(0)?;
            above
                .entry(below)
                .or_default()
                .push(row.try_get_by_index(1)?);
        }
        Ok(above)
    }

    /// What the accounts of these contacts hold wherever their contact is. The roles stay as they are until the end of the transaction: who
    /// adds to one at the same time would ask for the right at the old place only.
    async fn gained_by_joining(
        &mut self,
        contacts: &[ContactId],
    ) -> Result<HashMap<ContactId, PermissionSet>> {
        let own = || {
            Query::select()
                .from(role_assignment::Entity)
                .inner_join(
                    account::Entity,
                    account::Column::Id
                        .into_expr()
                        .equals(role_assignment::Column::AccountId.as_column_ref()),
                )
                .cond_where(Assigned::not_over_at(self.now()))
                .cond_where(role_assignment::Column::Scope.eq(Stored::Own))
                .cond_where(is_one_of(
                    self.engine(),
                    account::Column::ContactId,
                    contacts,
                ))
                .take()
        };
        let roles = own()
            .column(role_assignment::Column::RoleId.as_column_ref())
            .take();
        let statement = own()
            .column(account::Column::ContactId.as_column_ref())
            .column(role_assignment::Column::RoleId.as_column_ref())
            .column(role_permission::Column::Permission.as_column_ref())
            .join(
                JoinType::LeftJoin,
                role_permission::Entity,
                role_permission::Column::RoleId
                    .into_expr()
                    .equals(role_assignment::Column::RoleId.as_column_ref()),
            )
            .take();
        self.decided_by::<role::Entity>(role::Column::Id.in_subquery(roles))
            .await?;
        let mut gained: HashMap<ContactId, PermissionSet> = HashMap::new();
        for row in self.connection().query_all(&statement).await? {
            let role: RoleId = row.try_get_by_index(1)?;
            let permission: Option<String> = row.try_get_by_index(2)?;
            gained
                .entry(row.try_get_by_index(0)?)
                .or_default()
                .insert_of_role(role, permission.as_deref());
        }
        Ok(gained)
    }
}
