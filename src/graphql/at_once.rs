//! Objects that are answered at once, as far as what is asked of them is at hand.
//!
//! The executor makes a future for each field, boxes it, and polls it; for a name that lies in the row that takes ten times as long as
//! copying it, and most fields are such. An object on an edge marked [`Quick`] answers those itself and leaves only the others to the
//! executor. The answer is the same: what is at all unusual about a selection (directives, arguments, a key asked for twice, a fragment
//! on another type) goes the executor's way.

use super::context::{RequestScope, Scope};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
};
use futures_util::future::{BoxFuture, try_join_all};
use std::borrow::Cow;
use std::task::Poll;

/// An object that can answer some of its fields without waiting for anything.
pub trait AtOnce: ContainerType {
    /// The value of a field that has no arguments; none for one that the executor has to resolve. It must be what its resolver says.
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value>;
}

/// A field that is asked for.
pub struct Asked<'q> {
    field: &'q Field,
    ctx: &'q ContextSelectionSet<'q>,
}

impl<'q> Asked<'q> {
    /// Its name in the schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.field.name.node
    }

    /// Whoever asks.
    #[must_use]
    pub fn scope(&self) -> &'q Scope {
        scope_of(self.ctx)
    }

    /// The field's object, if all of it can be answered at once.
    pub fn object<T: AtOnce>(&self, object: &T) -> Option<Value> {
        let selection = &self.field.selection_set.node;
        let mut map = IndexMap::with_capacity(selection.items.len());
        let all = each::<T>(self.ctx, selection, &mut |key, field| {
            let value = value_of(self.ctx, object, &field.node)?;
            // A key that comes twice may have to be merged.
            map.insert(key.clone(), value).is_none().then_some(())
        });
        all.map(|()| Value::Object(map))
    }

    /// The same for an object that may not be there, or may have to be loaded.
    pub fn edge<R, T: AtOnce>(&self, row: Poll<Option<R>>, object: fn(R) -> T) -> Option<Value> {
        match row {
            Poll::Ready(Some(row)) => self.object(&object(row)),
            Poll::Ready(None) => Some(Value::Null),
            Poll::Pending => None,
        }
    }

    /// A list of objects.
    pub fn objects<'o, T: AtOnce + 'o>(
        &self,
        objects: impl Iterator<Item = &'o T>,
    ) -> Option<Value> {
        let all: Option<Vec<_>> = objects.map(|object| self.object(object)).collect();
        all.map(Value::List)
    }
}

fn scope_of<'q>(ctx: &'q ContextSelectionSet<'q>) -> &'q Scope {
    ctx.data_unchecked::<RequestScope>().current()
}

/// A text, or null.
#[must_use]
pub fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::String(text.to_owned()))
}

/// An object on an edge, answered at once where that is possible.
#[derive(Clone, Debug)]
pub struct Quick<T>(pub T);

impl<T: AtOnce> OutputType for Quick<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut parts: Vec<(&Name, Part<'_>)> = Vec::with_capacity(ctx.item.node.items.len());
        let usual = each::<T>(ctx, &ctx.item.node, &mut |key, field| {
            let is_new = parts.iter().all(|(known, _)| *known != key);
            let value = value_of(ctx, &self.0, &field.node);
            parts.push((key, value.map_or(Part::Later(field), Part::Now)));
            is_new.then_some(())
        });
        if usual.is_none() {
            return resolve_container(ctx, &self.0).await;
        }
        let waited = parts.iter().filter_map(|(_, part)| match part {
            Part::Now(_) => None,
            Part::Later(field) => Some(self.later(ctx, field)),
        });
        let mut waited = match waited.collect::<Vec<_>>() {
            none if none.is_empty() => Vec::new(),
            some => try_join_all(some).await?,
        }
        .into_iter();
        let mut value = |part| match part {
            Part::Now(value) => value,
            Part::Later(_) => waited.next().unwrap_or_default(),
        };
        Ok(Value::Object(
            parts
                .into_iter()
                .map(|(key, part)| (key.clone(), value(part)))
                .collect(),
        ))
    }
}

impl<T: AtOnce> Quick<T> {
    fn later<'q>(
        &'q self,
        ctx: &'q ContextSelectionSet<'q>,
        field: &'q Positioned<Field>,
    ) -> BoxFuture<'q, ServerResult<Value>> {
        Box::pin(async move {
            let ctx = ctx.with_field(field);
            Ok(self.0.resolve_field(&ctx).await?.unwrap_or_default())
        })
    }
}

enum Part<'q> {
    Now(Value),
    Later(&'q Positioned<Field>),
}

fn value_of<'q, T: AtOnce>(
    ctx: &'q ContextSelectionSet<'q>,
    object: &T,
    field: &'q Field,
) -> Option<Value> {
    if field.name.node.as_str() == "__typename" {
        return Some(Value::String(object.introspection_type_name().into_owned()));
    }
    if !field.arguments.is_empty() {
        return None;
    }
    object.at_once(&Asked { field, ctx })
}

/// Goes through the fields of a selection on a `T`, fragments followed. None where the selection is unusual, or `take` says so.
fn each<'q, T: AtOnce>(
    ctx: &'q ContextSelectionSet<'q>,
    selection: &'q SelectionSet,
    take: &mut impl FnMut(&'q Name, &'q Positioned<Field>) -> Option<()>,
) -> Option<()> {
    for selection in &selection.items {
        match &selection.node {
            Selection::Field(field) => {
                field.node.directives.is_empty().then_some(())?;
                take(&field.node.response_key().node, field)?;
            }
            Selection::FragmentSpread(spread) => {
                spread.node.directives.is_empty().then_some(())?;
                let fragment = ctx
                    .query_env
                    .fragments
                    .get(&spread.node.fragment_name.node)?;
                let on = &fragment.node.type_condition.node.on.node;
                (T::type_name() == on.as_str()).then_some(())?;
                each::<T>(ctx, &fragment.node.selection_set.node, take)?;
            }
            Selection::InlineFragment(fragment) => {
                fragment.node.directives.is_empty().then_some(())?;
                let on = fragment.node.type_condition.as_ref();
                let same = on.is_none_or(|on| T::type_name() == on.node.on.node.as_str());
                same.then_some(())?;
                each::<T>(ctx, &fragment.node.selection_set.node, take)?;
            }
        }
    }
    Some(())
}
