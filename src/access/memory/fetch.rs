//! Reading what memory keeps: whole at first, then what has changed.

use super::Revisions;
use super::tree::{Change, Tree};
use crate::access::PermissionSet;
use crate::access::database::Database;
use crate::access::granted::Granted;
use crate::access::scoped_db::find;
use crate::access::system_roles::ADMINISTRATORS;
use crate::error::Result;
use entity::ids::{CustomerGroupId, OrganizationId, RoleId};
use entity::{customer_group, organization, role, role_permission};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, JoinType,
    QueryFilter, QueryOrder, QueryResult, QuerySelect,
};
use std::collections::HashMap;

/// Rows that are read at once: few enough that reading them takes no memory to speak of.
const CHUNK: u64 = 1_000;
/// Beyond so many changes, reading everything is quicker.
const MOST_CHANGES: u64 = 5_000;
/// How often everything is read while it changes much.
const TRIES: u32 = 3;

/// Organizations that have changed.
pub(super) struct Changes {
    pub revision: i64,
    pub rows: Vec<Change>,
}

/// All organizations as of `revision`; no tree where there are too many, or they change faster than they are read.
pub(super) struct Whole {
    pub revision: i64,
    pub tree: Option<Tree>,
    pub too_many: bool,
}

/// What became of organizations after the revision `known`, up to `seen` at least, the oldest change first. None where not all of it is
/// written down any more, or it is too much.
pub(super) async fn changes(db: &Database, known: i64, seen: i64) -> Result<Option<Changes>> {
    let (change, revision) = (Alias::new("organization_change"), Alias::new("revision"));
    let changed = || Expr::col((change.clone(), Alias::new("organization_id")));
    let mut statement = Query::select();
    statement
        .expr_as(Expr::col((change.clone(), revision.clone())), "changed_in")
        .expr_as(changed(), "changed_id")
        .from(change.clone())
        .join(
            JoinType::LeftJoin,
            organization::Entity,
            organization::Column::Id.into_expr().eq(changed()),
        )
        .and_where(Expr::col((change.clone(), revision.clone())).gt(known))
        .order_by((change, revision), Order::Asc)
        .limit(MOST_CHANGES);
    for column in organization::Column::iter() {
        statement.column(column.as_column_ref());
    }
    let rows = db.reader().query_all(&statement).await?;
    if rows.len() as u64 == MOST_CHANGES {
        return Ok(None);
    }
    let mut changes = Changes {
        revision: known,
        rows: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        let revision: i64 = row.try_get("", "changed_in")?;
        // Every number has a row until it is tidied away.
        if revision > changes.revision + 1 {
            return Ok(None);
        }
        changes.revision = revision;
        let id: OrganizationId = row.try_get("", "changed_id")?;
        let is_there: Option<OrganizationId> = row.try_get("", "id")?;
        let now = is_there
            .map(|_| organization::Model::from_query_result(&row, ""))
            .transpose()?
            .map(light);
        changes.rows.push((id, now));
    }
    Ok((changes.revision >= seen).then_some(changes))
}

/// All organizations, up to `most`.
pub(super) async fn organizations(db: &Database, most: usize) -> Result<Whole> {
    for _ in 1..TRIES {
        let whole = try_organizations(db, most).await?;
        if whole.tree.is_some() || whole.too_many {
            return Ok(whole);
        }
    }
    try_organizations(db, most).await
}

/// Reads them in parts, then brings them to one state by what has changed meanwhile; no tree where that was too much.
async fn try_organizations(db: &Database, most: usize) -> Result<Whole> {
    let revision = revisions(db).await?.organizations;
    let mut rows = Vec::new();
    let mut after: Option<OrganizationId> = None;
    loop {
        let behind = after.map_or_else(Condition::all, |id| {
            Condition::all().add(organization::Column::Id.gt(id))
        });
        #[expect(clippy::disallowed_methods, reason = "what the server itself keeps")]
        let part = organization::Entity::find()
            .filter(behind)
            .order_by_asc(organization::Column::Id)
            .limit(CHUNK)
            .all(db.reader())
            .await?;
        after = part.last().map(|row| row.id);
        let is_last = (part.len() as u64) < CHUNK;
        rows.extend(part.into_iter().map(light).map(Granted::new));
        if rows.len() > most {
            return Ok(Whole {
                revision,
                tree: None,
                too_many: true,
            });
        }
        if is_last {
            break;
        }
    }
    let mut tree = Tree::of(rows);
    let meanwhile = changes(db, revision, revision).await?;
    let revision = meanwhile
        .as_ref()
        .map_or(revision, |changes| changes.revision);
    let tree = meanwhile.map(|changes| {
        tree.apply(changes.rows);
        tree
    });
    Ok(Whole {
        revision,
        tree,
        too_many: false,
    })
}

/// Without the keys that only searches in the database compare.
fn light(row: organization::Model) -> organization::Model {
    organization::Model {
        search_key: String::new(),
        external_id_key: String::new(),
        ..row
    }
}

/// All customer groups.
pub(super) async fn customer_groups(
    db: &Database,
) -> Result<HashMap<CustomerGroupId, Granted<customer_group::Entity>>> {
    let rows = find::<customer_group::Entity, _>(db.reader(), Condition::all()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// All roles, with what they hold.
pub(super) async fn roles(
    db: &Database,
) -> Result<HashMap<RoleId, (Granted<role::Entity>, PermissionSet)>> {
    #[expect(clippy::disallowed_methods, reason = "what the server itself keeps")]
    let held = role_permission::Entity::find().all(db.reader()).await?;
    let rows = find::<role::Entity, _>(db.reader(), Condition::all()).await?;
    let mut roles: HashMap<_, _> = rows
        .into_iter()
        .map(|row| (row.id, (row, PermissionSet::default())))
        .collect();
    for one in held {
        if let Some((_, permissions)) = roles.get_mut(&one.role_id) {
            permissions.insert_named(&one.permission);
        }
    }
    if let Some((_, permissions)) = roles.get_mut(&ADMINISTRATORS) {
        *permissions = PermissionSet::all();
    }
    Ok(roles)
}

/// The kinds of rows that are kept, as the table of revisions names them.
pub(in crate::access) const REVISIONS: [&str; 3] = ["organization", "customer_group", "role"];

/// The number that stands for all changes of a kind, as part of another statement.
pub(in crate::access) fn revision_of(kind: &'static str) -> Expr {
    let number = Query::select()
        .column(Alias::new("number"))
        .from(Alias::new("revision"))
        .and_where(Expr::col(Alias::new("kind")).eq(kind))
        .take();
    Expr::SubQuery(None, Box::new(number.into()))
}

/// How often each kind has changed by now.
pub(super) async fn revisions(db: &Database) -> Result<Revisions> {
    let mut statement = Query::select();
    for revision in REVISIONS {
        statement.expr(revision_of(revision));
    }
    match db.reader().query_one(&statement).await? {
        Some(row) => Revisions::read(&row, 0),
        None => Ok(Revisions::default()),
    }
}

impl Revisions {
    /// From three columns of `row`, the numbers of [`REVISIONS`].
    pub(in crate::access) fn read(row: &QueryResult, at: usize) -> Result<Self> {
        Ok(Self {
            organizations: row.try_get_by_index(at)?,
            customer_groups: row.try_get_by_index(at + 1)?,
            roles: row.try_get_by_index(at + 2)?,
        })
    }
}
