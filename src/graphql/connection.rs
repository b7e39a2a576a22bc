//! Relay connections: pages by cursor, each cursor a position in a stated order (T-113, T-171).

use super::at_once::{Asked, AtOnce, text};
use super::context::Ask;
use crate::access::Guarded;
use crate::access::page::{Planned, Slice, Sort, Window, position};
use crate::error::{Error, Result};
use async_graphql::Context;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::ArrayType;
use sea_orm::{Condition, ModelTrait, Value};
use std::sync::Arc;

/// Most items of a page.
pub const MOST_ITEMS: i32 = 100;
/// Most characters of a cursor: longer ones are not ours.
const LONGEST_CURSOR: usize = 65_536;

/// Where a page stands in its list.
#[derive(Clone, Debug, PartialEq, Eq, async_graphql::SimpleObject)]
pub struct PageInfo {
    /// Whether more items follow this page.
    pub has_next_page: bool,
    /// Whether items come before this page.
    pub has_previous_page: bool,
    /// The cursor of the page's first item; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the page's last item; null on an empty page.
    pub end_cursor: Option<String>,
}

impl AtOnce for PageInfo {
    fn at_once(&self, asked: &Asked<'_>) -> Option<async_graphql::Value> {
        Some(match asked.name() {
            "hasNextPage" => self.has_next_page.into(),
            "hasPreviousPage" => self.has_previous_page.into(),
            "startCursor" => text(self.start_cursor.as_deref()),
            "endCursor" => text(self.end_cursor.as_deref()),
            _ => return None,
        })
    }
}

/// The four arguments of every connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArgs {
    /// The window that they ask for in the order `tag` over `sort`.
    ///
    /// # Errors
    /// `BadRequest` without `first` or `last`, with both, beyond 0 to 100, or for a cursor of another order.
    pub fn window<E: Guarded>(&self, tag: &str, sort: &Sort<E>) -> Result<Window> {
        let (limit, backward) = self.limit()?;
        let expected: Vec<ArrayType> = sort
            .columns
            .iter()
            .copied()
            .chain([E::ID])
            .map(E::Model::get_value_type)
            .collect();
        let decode = |cursor: &Option<String>| {
            cursor
                .as_deref()
                .map(|cursor| decode(tag, &expected, cursor))
                .transpose()
        };
        Ok(Window {
            limit,
            backward,
            after: decode(&self.after)?,
            before: decode(&self.before)?,
        })
    }

    /// How many items, and whether from the end.
    ///
    /// # Errors
    /// `BadRequest` without `first` or `last`, with both, or beyond 0 to 100.
    pub fn limit(&self) -> Result<(u64, bool)> {
        let (name, asked, backward) = match (self.first, self.last) {
            (Some(first), None) => ("first", first, false),
            (None, Some(last)) => ("last", last, true),
            (None, None) => {
                return Err(Error::BadRequest(format!(
                    "give first or last, from 0 to {MOST_ITEMS}"
                )));
            }
            (Some(_), Some(_)) => {
                return Err(Error::BadRequest("give first or last, not both".to_owned()));
            }
        };
        match u64::try_from(asked) {
            Ok(limit) if asked <= MOST_ITEMS => Ok((limit, backward)),
            _ => Err(Error::BadRequest(format!(
                "{name} must be from 0 to {MOST_ITEMS}"
            ))),
        }
    }
}

/// One item with its cursor.
#[derive(Clone)]
pub struct Item<N> {
    pub cursor: Cursor,
    pub node: N,
}

/// Makes a cursor, when it is asked for: most are not.
pub type Cursor = Arc<dyn Fn() -> String + Send + Sync>;

/// Counts the whole list, when asked to.
pub type Total = Arc<dyn for<'c> Fn(&'c Context<'c>) -> BoxFuture<'c, Result<i64>> + Send + Sync>;

/// A page before it gets the name of its type.
pub struct Page<N> {
    pub items: Vec<Item<N>>,
    pub has_next_page: bool,
    pub has_previous_page: bool,
    pub total: Total,
}

/// What a root list is narrowed down to.
pub struct List {
    /// For the page that is shown.
    pub shown: Condition,
    /// For the count of the whole list: the same rows, wherever the page begins.
    pub counted: Condition,
    pub planned: Planned,
}

impl From<Condition> for List {
    fn from(condition: Condition) -> Self {
        Self {
            planned: Planned::with(&condition),
            shown: condition.clone(),
            counted: condition,
        }
    }
}

impl<N> Page<N> {
    /// The page that `slice` holds of the window that `args` asked for.
    pub fn of<E: Guarded>(
        slice: Slice<E>,
        args: &PageArgs,
        tag: &str,
        sort: &Sort<E>,
        total: Total,
    ) -> Self
    where
        N: From<crate::access::Granted<E>>,
    {
        let backward = args.last.is_some();
        let order: Arc<(String, Vec<E::Column>)> = Arc::new((tag.to_owned(), sort.columns.clone()));
        let item = |row: crate::access::Granted<E>| {
            let (order, of) = (Arc::clone(&order), row.clone());
            Item {
                cursor: Arc::new(move || encode(&order.0, &position::<E>(&of, &order.1))),
                node: N::from(row),
            }
        };
        let items = slice.rows.into_iter().map(item).collect();
        Self {
            items,
            has_next_page: if backward {
                args.before.is_some()
            } else {
                slice.more
            },
            has_previous_page: if backward {
                slice.more
            } else {
                args.after.is_some()
            },
            total,
        }
    }

    /// The page of a root list: what passes `condition`, in the order of `sort`.
    ///
    /// # Errors
    /// As [`PageArgs::window`], and faults of the database.
    pub async fn of_list<E: Guarded>(
        ctx: &Context<'_>,
        list: impl Into<List>,
        tag: &str,
        sort: &Sort<E>,
        args: &PageArgs,
    ) -> Result<Self>
    where
        N: From<crate::access::Granted<E>>,
    {
        let window = args.window(tag, sort)?;
        let List {
            shown,
            counted,
            planned,
        } = list.into();
        let slice = ctx.db().page(shown, planned, sort, &window).await?;
        let total: Total = Arc::new(move |ctx: &Context<'_>| {
            let condition = counted.clone();
            Box::pin(ctx.db().count::<E>(condition))
        });
        Ok(Self::of(slice, args, tag, sort, total))
    }

    /// Where the page stands.
    #[must_use]
    pub fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next_page,
            has_previous_page: self.has_previous_page,
            start_cursor: self.items.first().map(|item| (item.cursor)()),
            end_cursor: self.items.last().map(|item| (item.cursor)()),
        }
    }
}

/// Names a connection and its edge: `connection!(ContactConnection, ContactEdge, Contact, "contacts")`.
#[macro_export]
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ident, $many:literal) => {
        #[doc = concat!("A page of ", $many, ".")]
        pub struct $connection(pub $crate::graphql::connection::Page<$node>);

        #[doc = concat!("One of the ", $many, " of a page, with its position.")]
        pub struct $edge(pub $crate::graphql::connection::Item<$node>);

        #[doc = concat!("A page of ", $many, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The items with their cursors, in order.
            async fn edges(&self) -> Vec<$edge> {
                self.0.items.iter().cloned().map($edge).collect()
            }

            /// The items alone, in order.
            async fn nodes(&self) -> Vec<$crate::graphql::at_once::Quick<$node>> {
                let nodes = self.0.items.iter().map(|item| item.node.clone());
                nodes.map($crate::graphql::at_once::Quick).collect()
            }

            /// Where this page stands in the list.
            async fn page_info(&self) -> $crate::graphql::connection::PageInfo {
                self.0.page_info()
            }

            /// How many items the whole list has that you may see. Counted only when asked for.
            async fn total_count(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> $crate::error::Result<i32> {
                let total = (self.0.total)(ctx).await?;
                Ok(i32::try_from(total).unwrap_or(i32::MAX))
            }
        }

        #[doc = concat!("One of the ", $many, " of a page, with its position.")]
        #[async_graphql::Object]
        impl $edge {
            /// The position of the item in the list, for `after` and `before`. Opaque; good for this order only.
            async fn cursor(&self) -> String {
                (self.0.cursor)()
            }

            /// The item.
            async fn node(&self) -> $crate::graphql::at_once::Quick<$node> {
                $crate::graphql::at_once::Quick(self.0.node.clone())
            }
        }

        impl $crate::graphql::at_once::AtOnce for $connection {
            fn at_once(
                &self,
                asked: &$crate::graphql::at_once::Asked<'_>,
            ) -> Option<async_graphql::Value> {
                match asked.name() {
                    "nodes" => asked.objects(self.0.items.iter().map(|item| &item.node)),
                    "pageInfo" => asked.object(&self.0.page_info()),
                    _ => None,
                }
            }
        }
    };
}

/// A cursor: the order's tag and the position in it, as unpadded URL-safe base64 of a JSON list.
#[must_use]
pub fn encode(tag: &str, position: &[Value]) -> String {
    let mut parts = vec![tag.to_owned()];
    parts.extend(position.iter().map(spell));
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&parts).unwrap_or_default())
}

/// The texts of a cursor behind its tag.
///
/// # Errors
/// `BadRequest` for what is not a cursor of the order `tag`.
pub fn parts(tag: &str, cursor: &str) -> Result<Vec<String>> {
    let refused =
        || Error::BadRequest("this is not a cursor of this list in this order".to_owned());
    if cursor.len() > LONGEST_CURSOR {
        return Err(refused());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    // PostgreSQL cannot even compare with a NUL.
    match parts.split_first() {
        Some((first, rest)) if first == tag && !rest.iter().any(|part| part.contains('\0')) => {
            Ok(rest.to_vec())
        }
        _ => Err(refused()),
    }
}

fn decode(tag: &str, expected: &[ArrayType], cursor: &str) -> Result<Vec<Value>> {
    let parts = parts(tag, cursor)?;
    let values: Option<Vec<Value>> = if parts.len() == expected.len() {
        parts
            .iter()
            .zip(expected)
            .map(|(part, kind)| read(part, kind))
            .collect()
    } else {
        None
    };
    values.ok_or_else(|| {
        Error::BadRequest("this is not a cursor of this list in this order".to_owned())
    })
}

fn spell(value: &Value) -> String {
    match value {
        Value::String(Some(text)) => text.clone(),
        Value::Int(Some(number)) => number.to_string(),
        Value::BigInt(Some(number)) => number.to_string(),
        Value::Uuid(Some(id)) => id.to_string(),
        Value::ChronoDateTimeUtc(Some(instant)) => instant.timestamp_micros().to_string(),
        // Sort columns are of no other type, and never null.
        _ => String::new(),
    }
}

fn read(part: &str, kind: &ArrayType) -> Option<Value> {
    Some(match kind {
        ArrayType::String => Value::from(part.to_owned()),
        ArrayType::Int => Value::from(part.parse::<i32>().ok()?),
        ArrayType::BigInt => Value::from(part.parse::<i64>().ok()?),
        ArrayType::Uuid => Value::from(uuid::Uuid::parse_str(part).ok()?),
        ArrayType::ChronoDateTimeUtc => {
            let instant = DateTime::from_timestamp_micros(part.parse().ok()?)?;
            // Outside of these years PostgreSQL fails, and SQLite compares what it spells wrongly.
            (1..=9999)
                .contains(&instant.year())
                .then(|| Value::from(instant))?
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_only_in_its_own_order() {
        let instant = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap_or_default();
        let position = vec![
            Value::from("Ärger".to_owned()),
            Value::from(7_i64),
            Value::from(instant),
        ];
        let kinds = [
            ArrayType::String,
            ArrayType::BigInt,
            ArrayType::ChronoDateTimeUtc,
        ];
        let cursor = encode("a", &position);
        assert_eq!(decode("a", &kinds, &cursor).ok(), Some(position));
        assert!(decode("b", &kinds, &cursor).is_err());
        assert!(decode("a", &kinds[1..], &cursor).is_err());
        assert!(decode("a", &kinds, "not base64!").is_err());
    }
}
