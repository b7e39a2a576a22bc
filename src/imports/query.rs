//! Asking for imports.

use super::list::{ImportMappingOrder, ImportOrder};
use super::object::{Import, ImportConnection, ImportMappingConnection};
use super::service::Kind;
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::{import, import_mapping};
use sea_orm::{ColumnTrait, Condition};

/// The root fields about imports.
#[derive(Default)]
pub struct ImportQuery;

#[Object]
impl ImportQuery {
    /// The import with this id; null when there is none of yours. Its status and its totals show how far it has come.
    async fn import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Import>> {
        let found = match global_id::decode::<import::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Import)).transpose()
    }

    /// Your imports, the latest first. Needs IMPORT_RUN. One of first and last is required, from 0 to 100.
    async fn imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<ImportConnection> {
        ctx.db().opens(Permission::ImportRun)?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let sort = ImportOrder::sort();
        let page = Page::of_list(ctx, Condition::all(), ImportOrder::TAG, &sort, &args).await?;
        Ok(ImportConnection(page))
    }

    /// The saved mappings, by their names. Needs IMPORT_RUN. One of first and last is required, from 0 to 100.
    async fn import_mappings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What their rows are about; all kinds when null.")] kind: Option<Kind>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<ImportMappingConnection> {
        ctx.db().opens(Permission::ImportRun)?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let of_kind = kind.map_or_else(Condition::all, |kind| {
            Condition::all().add(import_mapping::Column::Kind.eq(kind.name()))
        });
        let sort = ImportMappingOrder::sort();
        let page = Page::of_list(ctx, of_kind, ImportMappingOrder::TAG, &sort, &args).await?;
        Ok(ImportMappingConnection(page))
    }
}
