//! Organizations as rows of a file.

use super::{distinct, named, text};
use crate::access::{Granted, ScopedDb};
use crate::error::Result;
use entity::{business_category, organization, organization_type};
use sheets::write::Out;

/// In the order of the columns. A parent that is hidden, or that no other system knows, is blank.
pub async fn rows(
    db: &ScopedDb,
    organizations: &[Granted<organization::Entity>],
) -> Result<Vec<Vec<Out>>> {
    let parents = distinct(organizations.iter().map(|row| row.parent_id));
    let parents = db.by_ids::<organization::Entity>(&parents).await?;
    let types = distinct(organizations.iter().map(|row| Some(row.type_id)));
    let types = db.by_ids::<organization_type::Entity>(&types).await?;
    let categories = distinct(organizations.iter().map(|row| row.business_category_id));
    let categories = db.by_ids::<business_category::Entity>(&categories).await?;
    let groups = distinct(organizations.iter().map(|row| row.customer_group_id));
    let groups = db.groups_on_edges(&groups).await?;
    let written = organizations.iter().map(|row| {
        let parent = named(&parents, row.parent_id);
        let kind = named(&types, Some(row.type_id));
        let category = named(&categories, row.business_category_id);
        let group = named(&groups, row.customer_group_id);
        vec![
            text(row.external_id.as_deref()),
            text(Some(&row.name)),
            text(parent.and_then(|parent| parent.external_id.as_deref())),
            text(kind.map(|kind| kind.name.as_str())),
            text(category.map(|category| category.name.as_str())),
            text(group.map(|group| group.name.as_str())),
            text(row.description.as_deref()),
        ]
    });
    Ok(written.collect())
}
