//! Batches of organizations.

use super::list::{ChildrenQuery, DescendantsQuery};
use super::rules::{Path, Shape};
use crate::access::Granted;
use crate::access::page::Slice;
use crate::error::{Error, Result};
use crate::graphql::below::{Below, CountBelow, by_query};
use crate::graphql::connection;
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::OrganizationId;
use entity::organization;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

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

/// A part of what lies below an organization, with the size of the whole.
#[derive(Clone, Debug)]
pub struct Descendants {
    pub rows: Vec<(String, Granted<organization::Entity>)>,
    pub more: bool,
    pub total: i64,
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
            let limit = usize::try_from(query.args.limit()?.0).unwrap_or(usize::MAX);
            let after = query.args.after.as_deref().map(path_of).transpose()?;
            let part_below = |root| {
                (
                    root,
                    shape.part(root, query.max_depth, after.as_ref(), limit),
                )
            };
            let parts: Vec<_> = roots.into_iter().map(part_below).collect();
            let shown = parts.iter().flat_map(|(_, part)| &part.paths);
            let wanted: Vec<_> = shown.filter_map(|path| Some(path.last()?.1)).collect();
            let rows = self.0.by_ids::<organization::Entity>(&wanted).await?;
            for (root, part) in parts {
                let shown = part
                    .paths
                    .iter()
                    .filter_map(|path| Some((cursor(path), rows.get(&path.last()?.1)?.clone())));
                let descendants = Descendants {
                    rows: shown.collect(),
                    more: part.more,
                    total: i64::try_from(part.total).unwrap_or(i64::MAX),
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

fn cursor(path: &Path) -> String {
    let position = path
        .iter()
        .flat_map(|(name_key, id)| [name_key.clone().into(), id.0.into()]);
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
