//! What a change would do to effective customer groups: noted before it, compared after it, and rolled back with it.
//!
//! Both states are those of the tables, so this knows nothing of what a change does. It costs as many statements for many contacts as for
//! few, and none of them are read but those in the sample. On PostgreSQL what somebody else commits in between is counted, too.

use super::guarded::{Action, Guarded};
use super::place::array;
use super::predicate::{effective_group, with_organization};
use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use entity::{contact, organization_closure as closure};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{
    Alias, BinOper, Expr, ExprTrait, Func, IntoCondition, OnConflict, Order, Query, SelectStatement,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};

/// The contacts of a sample, at most.
const SAMPLE: u64 = 10;
/// A table that only this transaction sees.
const BEFORE: &str = "effective_before";
const CONTACT: &str = "contact_id";
const GROUP: &str = "customer_group_id";

/// Which contacts would get another effective group, among those that the viewer sees before the change and after it: so no group is
/// named that does not stand on a contact which they may look at (T-199). Deleted contacts have none, and are not among them (T-143).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// From which to which, the most contacts first, ties by the groups' numbers, none first.
    pub changes: Vec<GroupChange>,
    /// The first of these contacts by full name, ties by id.
    pub sample: Vec<ChangedContact>,
}

/// Contacts that would go from one effective group to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupChange {
    pub from: Option<CustomerGroupId>,
    pub to: Option<CustomerGroupId>,
    pub contacts: i64,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedContact {
    pub id: ContactId,
    pub from: Option<CustomerGroupId>,
    pub to: Option<CustomerGroupId>,
}

/// Whether a transaction looks at effective groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Watch {
    /// Nobody asked for the impact.
    #[default]
    Off,
    /// It was asked for, and nothing is noted yet.
    Asked,
    /// There is something to compare with.
    Noted,
}

impl WriteTx {
    /// Notes which effective group each of the contacts in `affected` has, where the impact of the change is asked for. A change calls
    /// this once it knows that it is allowed, and before it changes anything that effective groups depend on; it may do so several times.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn watch_effective_groups(&mut self, affected: impl IntoCondition) -> Result<()> {
        if self.watch == Watch::Off {
            return Ok(());
        }
        if self.watch == Watch::Asked {
            let (id, lifetime) = match self.engine() {
                DbBackend::Postgres => ("uuid", "ON COMMIT DROP"),
                _ => ("blob", ""),
            };
            let table = format!(
                "CREATE TEMPORARY TABLE {BEFORE} ({CONTACT} {id} PRIMARY KEY, {GROUP} bigint) {lifetime}"
            );
            self.connection().execute_unprepared(&table).await?;
            self.watch = Watch::Noted;
        }
        let mut now = Query::select();
        now.column(contact::Column::Id.as_column_ref())
            .expr(effective_group())
            .from(contact::Entity)
            .cond_where(affected.into_condition())
            .cond_where(self.visible_contacts());
        with_organization(&mut now);
        let noted = Query::insert()
            .into_table(Alias::new(BEFORE))
            .columns([CONTACT, GROUP])
            .select_from(now)
            .map_err(crate::error::Error::internal)?
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .take();
        self.connection().execute(&noted).await?;
        Ok(())
    }

    /// The same for the contacts of an organization and of everything below it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn watch_effective_groups_below(
        &mut self,
        organization: OrganizationId,
    ) -> Result<()> {
        let below = Query::select()
            .column(closure::Column::DescendantId.as_column_ref())
            .from(closure::Entity)
            .cond_where(closure::Column::AncestorId.eq(organization))
            .take();
        let column = contact::Column::OrganizationId;
        let carried_along = match self.engine() {
            DbBackend::Postgres => column.into_expr().eq(PgFunc::any(array(below))),
            _ => column.in_subquery(below),
        };
        self.watch_effective_groups(carried_along).await
    }

    /// What has become of what was noted; none where nobody asked.
    pub(super) async fn impact(&self) -> Result<Option<Impact>> {
        match self.watch {
            Watch::Off => return Ok(None),
            Watch::Asked => return Ok(Some(Impact::default())),
            Watch::Noted => {}
        }
        let counted = self
            .changed()
            .expr(Func::count(Expr::cust("*")))
            .add_group_by([before(), effective_group()])
            .take();
        let mut changes = Vec::new();
        for row in self.connection().query_all(&counted).await? {
            changes.push(GroupChange {
                from: row.try_get_by_index(0)?,
                to: row.try_get_by_index(1)?,
                contacts: row.try_get_by_index(2)?,
            });
        }
        changes.sort_unstable_by_key(|change| {
            (std::cmp::Reverse(change.contacts), change.from, change.to)
        });
        let first = self
            .changed()
            .column(contact::Column::Id.as_column_ref())
            .order_by(contact::Column::FullNameKey.as_column_ref(), Order::Asc)
            .order_by(contact::Column::Id.as_column_ref(), Order::Asc)
            .limit(SAMPLE)
            .take();
        let mut sample = Vec::new();
        for row in self.connection().query_all(&first).await? {
            sample.push(ChangedContact {
                id: row.try_get_by_index(2)?,
                from: row.try_get_by_index(0)?,
                to: row.try_get_by_index(1)?,
            });
        }
        Ok(Some(Impact { changes, sample }))
    }

    /// The group before and the group now of the contacts in which they differ.
    fn changed(&self) -> SelectStatement {
        let mut changed = Query::select();
        changed
            .expr(before())
            .expr(effective_group())
            .from(Alias::new(BEFORE))
            .inner_join(
                contact::Entity,
                contact::Column::Id
                    .into_expr()
                    .eq(Expr::col((BEFORE, CONTACT))),
            )
            .and_where(before().binary(BinOper::Custom("IS DISTINCT FROM"), effective_group()))
            .cond_where(self.visible_contacts());
        with_organization(&mut changed);
        changed
    }

    fn visible_contacts(&self) -> sea_orm::Condition {
        contact::Entity::reached(self.viewer(), Action::View, self.engine())
    }
}

fn before() -> Expr {
    Expr::col((BEFORE, GROUP))
}
