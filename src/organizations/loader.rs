//! Batches of organizations.

use super::list::{ChildrenQuery, DescendantsQuery, OrganizationOrderField};
use super::rules::{Branch, Branches, Path, Shape, count, part};
use crate::access::page::Slice;
use crate::access::{Granted, Remembered};
use crate::error::{Error, Result};
use crate::graphql::below::{Below, CountBelow, by_query};
use crate::graphql::connection::{self, Cursor};
use crate::graphql::context::Scope;
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::OrganizationId;
use entity::organization;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use std::sync::Arc;
use std::task::Poll;

/// An organization by its id.
impl Loader<OrganizationId> for Batches {
    type Value = Granted<organization::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, Self::Value>> {
        self.0.by_ids::<organization::Entity>(ids).await
    }
}

/// An organization's visible ancestors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AncestorsOf(pub OrganizationId);

/// Nearest first, cut off before the first that the viewer may not see (T-35).
impl Loader<AncestorsOf> for Batches {
    type Value = Vec<Granted<organization::Entity>>;
    type Error = Error;

    async fn load(&self, keys: &[AncestorsOf]) -> Result<HashMap<AncestorsOf, Self::Value>> {
        let organizations: Vec<_> = keys.iter().map(|key| key.0).collect();
        let lines = self.0.ancestor_ids(&organizations).await?;
        let mut wanted: Vec<_> = lines.values().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let visible = self.0.by_ids::<organization::Entity>(&wanted).await?;
        let cut = |line: Vec<OrganizationId>| {
            line.iter()
                .map_while(|id| visible.get(id).cloned())
                .collect()
        };
        Ok(lines
            .into_iter()
            .map(|(organization, line)| (AncestorsOf(organization), cut(line)))
            .collect())
    }
}

/// A page of an organization's children.
impl Loader<Below<OrganizationId, ChildrenQuery>> for Batches {
    type Value = Slice<organization::Entity>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[Below<OrganizationId, ChildrenQuery>],
    ) -> Result<HashMap<Below<OrganizationId, ChildrenQuery>, Self::Value>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let sort = query.order.sort();
            let window = query.args.window(&query.order.tag(), &sort)?;
            let pages = self
                .0
                .pages(&parents, &child_of, Condition::all(), &sort, &window)
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

/// How many children an organization has.
impl Loader<CountBelow<OrganizationId, ()>> for Batches {
    type Value = i64;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CountBelow<OrganizationId, ()>],
    ) -> Result<HashMap<CountBelow<OrganizationId, ()>, i64>> {
        let parents: Vec<_> = keys.iter().map(|key| key.parent).collect();
        let counts = self
            .0
            .counts::<organization::Entity, _>(&parents, &child_of, Condition::all())
            .await?;
        Ok(keys
            .iter()
            .filter_map(|key| Some((key.clone(), *counts.get(&key.parent)?)))
            .collect())
    }
}

/// A part of what lies below an organization.
#[derive(Clone)]
pub struct Descendants {
    pub rows: Vec<(Cursor, Granted<organization::Entity>)>,
    pub more: bool,
    /// How many there are altogether, where that is known already.
    pub total: Option<usize>,
}

/// What cursors in depth-first order say first.
pub const DEPTH_FIRST: &str = "organization depth-first";

/// A page of everything below an organization: one statement for the shape, one for the rows.
impl Loader<Below<OrganizationId, DescendantsQuery>> for Batches {
    type Value = Descendants;
    type Error = Error;

    async fn load(
        &self,
        keys: &[Below<OrganizationId, DescendantsQuery>],
    ) -> Result<HashMap<Below<OrganizationId, DescendantsQuery>, Descendants>> {
        let mut found = HashMap::new();
        for (query, roots) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let shape = Shape::of(self.0.limbs_below(&roots, query.max_depth).await?);
            let (after, limit) = query.position()?;
            let part_below = |root| {
                let part = part(&shape, root, query.max_depth, after.as_ref(), limit);
                (root, part)
            };
            let parts: Vec<_> = roots.into_iter().map(part_below).collect();
            let shown = parts.iter().flat_map(|(_, part)| &part.paths);
            let wanted: Vec<_> = shown.filter_map(|path| Some(path.last()?.1)).collect();
            let rows = self.0.by_ids::<organization::Entity>(&wanted).await?;
            for (root, part) in parts {
                let shown = part.paths.into_iter().filter_map(|path| {
                    let row = rows.get(&path.last()?.1)?.clone();
                    Some((cursor(path.into_iter().cloned().collect()), row))
                });
                let descendants = Descendants {
                    rows: shown.collect(),
                    more: part.more,
                    total: Some(count(&shape, root, query.max_depth)),
                };
                found.insert(
                    Below {
                        parent: root,
                        query: query.clone(),
                    },
                    descendants,
                );
            }
        }
        Ok(found)
    }
}

impl DescendantsQuery {
    /// Behind which position, and how many.
    fn position(&self) -> Result<(Option<Path>, usize)> {
        let after = self.args.after.as_deref().map(path_of).transpose()?;
        let limit = usize::try_from(self.args.limit()?.0).unwrap_or(usize::MAX);
        Ok((after, limit))
    }
}

/// What memory shows of the tree.
impl Branches for Remembered<'_> {
    type Branch = Granted<organization::Entity>;

    fn below(&self, parent: OrganizationId) -> impl Iterator<Item = &Self::Branch> {
        self.children(parent)
    }
}

impl Branch for Granted<organization::Entity> {
    fn place(&self) -> (&str, OrganizationId) {
        (&self.name_key, self.id)
    }
}

/// An organization that exists for the viewer, where memory knows; pending where it has to be loaded.
pub fn known_organization(
    scope: &Scope,
    id: OrganizationId,
) -> Poll<Option<Granted<organization::Entity>>> {
    match scope.db.remembered() {
        Some(memory) if memory.knows(id) => Poll::Ready(memory.organization(id)),
        _ => Poll::Pending,
    }
}

/// An organization that exists for the viewer: from memory where it is kept, else in a batch.
///
/// # Errors
/// Faults of the database only.
pub async fn organization(
    scope: &Scope,
    id: OrganizationId,
) -> Result<Option<Granted<organization::Entity>>> {
    match known_organization(scope, id) {
        Poll::Ready(found) => Ok(found),
        Poll::Pending => scope.loading.one(id).await,
    }
}

/// The visible ancestors of an organization, nearest first, where memory knows; pending where they have to be loaded.
pub fn known_ancestors(
    scope: &Scope,
    id: OrganizationId,
) -> Poll<Vec<Granted<organization::Entity>>> {
    match scope.db.remembered() {
        Some(memory) if memory.knows(id) => Poll::Ready(memory.ancestors(id)),
        _ => Poll::Pending,
    }
}

/// The visible ancestors of an organization, nearest first.
///
/// # Errors
/// Faults of the database only.
pub async fn ancestors(
    scope: &Scope,
    id: OrganizationId,
) -> Result<Vec<Granted<organization::Entity>>> {
    if let Poll::Ready(known) = known_ancestors(scope, id) {
        return Ok(known);
    }
    Ok(scope
        .loading
        .one(AncestorsOf(id))
        .await?
        .unwrap_or_default())
}

/// A page of an organization's children.
///
/// # Errors
/// `BadRequest` for arguments of the page that mean nothing.
pub async fn children(
    scope: &Scope,
    parent: OrganizationId,
    query: ChildrenQuery,
) -> Result<Slice<organization::Entity>> {
    let sort = query.order.sort();
    // Checked here, so that one field's mistake does not spoil the whole batch.
    let window = query.args.window(&query.order.tag(), &sort)?;
    if query.order.field == OrganizationOrderField::Name
        && let Some(memory) = scope.db.remembered()
        && memory.knows(parent)
    {
        return Ok(memory.page_of_children(parent, sort.descending, &window));
    }
    let query = Arc::new(query);
    let slice = scope.loading.one(Below { parent, query }).await?;
    Ok(slice.unwrap_or(Slice {
        rows: Vec::new(),
        more: false,
    }))
}

/// How many children of an organization are visible.
///
/// # Errors
/// Faults of the database only.
pub async fn count_of_children(scope: &Scope, parent: OrganizationId) -> Result<i64> {
    if let Some(memory) = scope.db.remembered()
        && memory.knows(parent)
    {
        return Ok(i64::try_from(memory.children(parent).count()).unwrap_or(i64::MAX));
    }
    let query = Arc::new(());
    let counted = scope.loading.one(CountBelow { parent, query }).await?;
    Ok(counted.unwrap_or_default())
}

/// A page of everything below an organization.
///
/// # Errors
/// `BadRequest` for arguments of the page that mean nothing.
pub async fn descendants(
    scope: &Scope,
    root: OrganizationId,
    query: DescendantsQuery,
) -> Result<Descendants> {
    // Checked here, so that one field's mistake does not spoil the whole batch.
    let (after, limit) = query.position()?;
    if let Some(memory) = scope.db.remembered()
        && memory.knows(root)
    {
        let part = part(&memory, root, query.max_depth, after.as_ref(), limit);
        let shown = part.paths.into_iter().filter_map(|path| {
            let row = (*path.last()?).clone();
            let path: Vec<_> = path.into_iter().cloned().collect();
            let cursor: Cursor = Arc::new(move || spell(path.iter().map(Branch::place)));
            Some((cursor, row))
        });
        return Ok(Descendants {
            rows: shown.collect(),
            more: part.more,
            total: None,
        });
    }
    let parent = root;
    let query = Arc::new(query);
    let found = scope.loading.one(Below { parent, query }).await?;
    Ok(found.unwrap_or(Descendants {
        rows: Vec::new(),
        more: false,
        total: Some(0),
    }))
}

/// How many lie below an organization, at most `max_depth` levels down, where that was not counted on the way: in memory.
#[must_use]
pub fn count_of_descendants(scope: &Scope, root: OrganizationId, max_depth: Option<u32>) -> usize {
    let memory = scope.db.remembered();
    memory.map_or(0, |memory| count(&memory, root, max_depth))
}

fn cursor(path: Path) -> Cursor {
    Arc::new(move || spell(path.iter().map(Branch::place)))
}

fn spell<'p>(path: impl Iterator<Item = (&'p str, OrganizationId)>) -> String {
    let position = path.flat_map(|(name_key, id)| [name_key.to_owned().into(), id.0.into()]);
    connection::encode(DEPTH_FIRST, &position.collect::<Vec<_>>())
}
/// # Errors
/// `BadRequest` for what is not a cursor of this order.
pub fn path_of(cursor: &str) -> Result<Path> {
    let refused =
        || Error::BadRequest("this is not a cursor of this list in this order".to_owned());
    let parts = connection::parts(DEPTH_FIRST, cursor)?;
    let pairs = parts.chunks(2).map(|pair| match pair {
        [name_key, id] => Ok((name_key.clone(), id.parse().map_err(|_| refused())?)),
        _ => Err(refused()),
    });
    pairs.collect()
}

fn child_of(parent: Expr) -> Condition {
    Condition::all().add(organization::Column::ParentId.into_expr().eq(parent))
}
