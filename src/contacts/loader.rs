//! Batches of contacts.

use super::list::ContactsQuery;
use crate::access::page::Slice;
use crate::access::{Granted, Permission, ScopedDb, array};
use crate::error::{Error, Result};
use crate::graphql::below::{Below, CountBelow, OwnedLink, by_query};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{ContactId, OrganizationId};
use entity::{contact, organization_closure as closure};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DbBackend};
use std::collections::HashMap;

/// A contact by its id.
impl Loader<ContactId> for Batches {
    type Value = Granted<contact::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[ContactId]) -> Result<HashMap<ContactId, Self::Value>> {
        self.0.by_ids::<contact::Entity>(ids).await
    }
}

/// A page of an organization's contacts.
impl Loader<Below<OrganizationId, ContactsQuery>> for Batches {
    type Value = Slice<contact::Entity>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[Below<OrganizationId, ContactsQuery>],
    ) -> Result<HashMap<Below<OrganizationId, ContactsQuery>, Self::Value>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let sort = query.order.sort();
            let window = query.args.window(&query.order.tag(), &sort)?;
            let column = contact::Column::OrganizationId;
            let link = within_organization(&self.0, column, query.include_descendants);
            let pages = self
                .0
                .pages(
                    &parents,
                    &*link,
                    query.filter.condition(&self.0)?,
                    &sort,
                    &window,
                )
                .await?;
            found.extend(pages.into_iter().map(|(parent, slice)| {
                (
                    Below {
                        parent,
                        query: query.clone(),
                    },
                    slice,
                )
            }));
        }
        Ok(found)
    }
}

/// How many contacts of an organization pass.
impl Loader<CountBelow<OrganizationId, ContactsQuery>> for Batches {
    type Value = i64;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CountBelow<OrganizationId, ContactsQuery>],
    ) -> Result<HashMap<CountBelow<OrganizationId, ContactsQuery>, i64>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let column = contact::Column::OrganizationId;
            let link = within_organization(&self.0, column, query.include_descendants);
            let counts = self
                .0
                .counts::<contact::Entity, _>(&parents, &*link, query.filter.condition(&self.0)?)
                .await?;
            found.extend(counts.into_iter().map(|(parent, count)| {
                (
                    CountBelow {
                        parent,
                        query: query.clone(),
                    },
                    count,
                )
            }));
        }
        Ok(found)
    }
}

/// The rows whose organization, as `column` names it, is the parent, or with descendants lies below it; nothing is reached past a hidden
/// organization (T-198).
#[must_use]
pub fn within_organization<C: ColumnTrait>(
    db: &ScopedDb,
    column: C,
    include_descendants: bool,
) -> OwnedLink {
    if !include_descendants {
        return Box::new(move |parent| Condition::all().add(column.into_expr().eq(parent)));
    }
    let cut_off = crosses_hidden(db);
    let engine = db.engine();
    Box::new(move |parent| {
        let mut reached = Query::select();
        reached
            .column(closure::Column::DescendantId.as_column_ref())
            .from(closure::Entity)
            .cond_where(closure::Column::AncestorId.into_expr().eq(parent));
        if let Some(cut_off) = &cut_off {
            reached.and_where(cut_off.clone().not());
        }
        Condition::all().add(if engine == DbBackend::Postgres {
            column.into_expr().eq(PgFunc::any(array(reached)))
        } else {
            column.in_subquery(reached)
        })
    })
}

/// Whether a hidden organization lies between the two ends of a closure row, the lower end included (T-198). `None` where nothing is
/// hidden from the viewer.
fn crosses_hidden(db: &ScopedDb) -> Option<Expr> {
    if db.viewer().holds_everywhere(Permission::OrganizationView) {
        return None;
    }
    let (above, below) = (Alias::new("above"), Alias::new("below"));
    let column = |table: &Alias, column: closure::Column| Expr::col((table.clone(), column));
    let between = Query::select()
        .expr(Expr::cust("1"))
        .from_as(closure::Entity, above.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            closure::Entity,
            below.clone(),
            column(&below, closure::Column::AncestorId)
                .equals((above.clone(), closure::Column::DescendantId)),
        )
        .and_where(
            column(&above, closure::Column::AncestorId)
                .equals((closure::Entity, closure::Column::AncestorId)),
        )
        .and_where(
            column(&below, closure::Column::DescendantId)
                .equals((closure::Entity, closure::Column::DescendantId)),
        )
        .cond_where(
            db.in_sight(column(&below, closure::Column::AncestorId))
                .not(),
        )
        .limit(1)
        .take();
    Some(Expr::SubQuery(None, Box::new(between.into())).is_not_null())
}
