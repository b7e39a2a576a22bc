//! What there is about a person, put into words: rows as objects with the names and ids of the schema.

use super::registry::{Nature, table_of};
use super::subject::Subject;
use crate::access::attempts::budget_key;
use crate::access::granted::View;
use crate::access::guarded::Guarded;
use crate::access::page::columns_of;
use crate::access::scoped_db::find;
use crate::access::write_tx::WriteTx;
use crate::error::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::ids::{AccountId, ContactId};
use entity::reading::Placed;
use entity::{account, account_token, history_entry, mail, session, sign_in_budget};
use sea_orm::sea_query::{Expr, IntoCondition, Order};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use serde_json::{Value as Json, json};

/// Most rows of one kind in an export.
pub const MOST_EXPORTED: usize = 1_000;

/// Rows as they are exported, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    pub rows: Vec<Json>,
    /// Whether there are more than [`MOST_EXPORTED`].
    pub truncated: bool,
}

impl Exported {
    fn of<R>(mut rows: Vec<R>, told: impl FnMut(R) -> Json) -> Self {
        let truncated = rows.len() > MOST_EXPORTED;
        rows.truncate(MOST_EXPORTED);
        Self {
            rows: rows.into_iter().map(told).collect(),
            truncated,
        }
    }
}

const LIMIT: u64 = MOST_EXPORTED as u64 + 1;

impl WriteTx {
    /// Rows of a person, with the columns that the registry lets out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported<E: Guarded>(&self, theirs: impl IntoCondition) -> Result<Exported> {
        let statement = columns_of::<E>()
            .cond_where(theirs.into_condition())
            .order_by(E::ID.as_column_ref(), Order::Desc)
            .limit(LIMIT)
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let rows: std::result::Result<Vec<_>, _> =
            rows.iter().map(|row| E::Model::read(row, 0)).collect();
        Ok(Exported::of(rows?, |row| told::<E>(&row)))
    }

    /// The account of a contact, with when somebody last signed in with it, which the history and so the row's own words leave out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_account(&self, of: ContactId) -> Result<Option<(account::Model, Json)>> {
        let theirs = Condition::all().add(account::Column::ContactId.eq(of));
        let found = find::<account::Entity, View>(self.connection(), theirs).await?;
        Ok(found.into_iter().next().map(|row| {
            let mut told = told::<account::Entity>(&row);
            if let Some(columns) = told.as_object_mut() {
                let at = time_or_null(row.last_sign_in_at);
                columns.insert("lastSignInAt".to_owned(), at);
            }
            (row.into_model(), told)
        }))
    }

    /// Where an account is signed in.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_sessions(&self, of: AccountId) -> Result<Exported> {
        #[expect(
            clippy::disallowed_methods,
            reason = "sessions are shown in exports only"
        )]
        let rows = session::Entity::find()
            .filter(session::Column::AccountId.eq(of))
            .order_by_desc(session::Column::Id)
            .limit(LIMIT)
            .all(self.connection())
            .await?;
        Ok(Exported::of(rows, |row| {
            json!({
                "createdAt": time(row.created_at),
                "expiresAt": time(row.expires_at),
                "onBehalf": row.actor_id.is_some(),
            })
        }))
    }

    /// The tokens that were mailed to an account: what for and until when, and what a registration said that waits to be confirmed.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_tokens(&self, of: AccountId) -> Result<Exported> {
        #[expect(
            clippy::disallowed_methods,
            reason = "tokens are shown in exports only"
        )]
        let rows = account_token::Entity::find()
            .filter(account_token::Column::AccountId.eq(of))
            .order_by_desc(account_token::Column::Id)
            .limit(LIMIT)
            .all(self.connection())
            .await?;
        Ok(Exported::of(rows, |row| {
            json!({
                "purpose": row.purpose.to_value(),
                "registration": row.registration.map(renamed),
                "createdAt": time(row.created_at),
                "expiresAt": time(row.expires_at),
            })
        }))
    }

    /// Letters about an account, asked for by its login, or sent to its address.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_letters(&self, of: &account::Model) -> Result<Exported> {
        let mut theirs = Condition::any()
            .add(mail::Column::AccountId.eq(of.id))
            .add(mail::Column::LoginKey.eq(&of.login_key));
        if let Some(email) = &of.email {
            theirs = theirs.add(
                Condition::all()
                    .add(mail::Column::AccountId.is_null())
                    .add(mail::Column::SentAt.is_not_null())
                    .add(mail::Column::Recipient.eq(email)),
            );
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "letters are shown in exports only"
        )]
        let rows = mail::Entity::find()
            .filter(theirs)
            .order_by_desc(mail::Column::Id)
            .limit(LIMIT)
            .all(self.connection())
            .await?;
        Ok(Exported::of(rows, |row| {
            json!({
                "kind": row.kind.to_value(),
                "recipient": row.recipient,
                "registration": row.registration.map(renamed),
                "createdAt": time(row.created_at),
                "sentAt": time_or_null(row.sent_at),
            })
        }))
    }

    /// What is counted of wrong passwords for a login; null while there is nothing.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_attempts(&self, of: &account::Model) -> Result<Json> {
        #[expect(
            clippy::disallowed_methods,
            reason = "budgets are shown in exports only"
        )]
        let row = sign_in_budget::Entity::find_by_id(budget_key(&of.login_key))
            .one(self.connection())
            .await?;
        Ok(row.map_or(Json::Null, |row| {
            json!({
                "failures": row.failures,
                "windowUntil": time(row.window_until),
                "lockedUntil": time_or_null(row.locked_until),
            })
        }))
    }

    /// What the history says of a person's rows, those of now and those of once. Who did it is told only where it was the person.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn exported_history(&self, of: &Subject) -> Result<Exported> {
        let mut theirs = Condition::any();
        for (kind, ids) in &of.rows {
            // The newest: their ids begin with the time.
            let newest = ids.iter().rev().take(MOST_EXPORTED);
            let ids: Vec<Value> = newest.map(|id| id.clone().into()).collect();
            theirs = theirs.add(
                Condition::all()
                    .add(history_entry::Column::Entity.eq(*kind))
                    .add(self.is_any(Expr::col(history_entry::Column::EntityId), ids)),
            );
        }
        #[expect(clippy::disallowed_methods, reason = "the history has no viewer yet")]
        let rows = history_entry::Entity::find()
            .filter(theirs)
            .order_by_desc(history_entry::Column::CreatedAt)
            .order_by_desc(history_entry::Column::Id)
            .limit(LIMIT)
            .all(self.connection())
            .await?;
        let accounts = of.accounts();
        Ok(Exported::of(rows, |row| {
            let actor = row.actor_id.filter(|actor| accounts.contains(actor));
            let kind = row.entity.as_str();
            json!({
                "id": format!("{kind}:{}", row.entity_id),
                "action": row.action.to_value(),
                "mutation": row.mutation,
                "createdAt": time(row.created_at),
                "byThemselves": actor.is_some(),
                "old": row.old_values.map(|values| in_words_of_the_schema(kind, values)),
                "new": row.new_values.map(|values| in_words_of_the_schema(kind, values)),
            })
        }))
    }
}

/// A row with the columns that the registry lets out. Without a word in the registry none is.
fn told<E: Guarded>(row: &E::Model) -> Json {
    let Ok(Json::Object(mut columns)) = serde_json::to_value(row) else {
        return Json::Null;
    };
    let table = table_of(E::KIND);
    columns.retain(|column, _| {
        let nature = table.and_then(|table| table.nature(column));
        matches!(
            nature,
            Some(Nature::Neutral | Nature::Severed | Nature::Personal(_))
        )
    });
    in_words_of_the_schema(E::KIND, Json::Object(columns))
}

/// Columns as the schema calls them, links as global ids, and instants as the schema writes them.
fn in_words_of_the_schema(kind: &str, values: Json) -> Json {
    let Json::Object(columns) = values else {
        return values;
    };
    let renamed = columns.into_iter().map(|(column, value)| {
        let value = match (linked(kind, &column), &value) {
            (Some(to), Json::String(id)) => format!("{to}:{id}").into(),
            (Some(to), Json::Number(id)) => format!("{to}:{id}").into(),
            (None, Json::String(text)) if column.ends_with("_at") => rewritten(text),
            // Rows and the history spell it in small letters.
            (None, Json::String(scope)) if column == "scope" => scope.to_uppercase().into(),
            _ => value,
        };
        (camel_case(&column), value)
    });
    Json::Object(renamed.collect())
}

/// The same for an object that is no row.
fn renamed(values: Json) -> Json {
    in_words_of_the_schema("", values)
}

/// What a column holds the id of.
fn linked(kind: &str, column: &str) -> Option<String> {
    if column == "id" {
        return Some(kind.to_owned()).filter(|kind| !kind.is_empty());
    }
    let to = column.strip_suffix("_id")?;
    // An external id is one of another system.
    match to {
        "external" => None,
        "preferred_billing_address" | "preferred_shipping_address" => Some("address".to_owned()),
        "author" | "actor" => Some("account".to_owned()),
        other => Some(camel_case(other)),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let mut letters = word.chars();
        let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
        all + &capital.into_iter().chain(letters).collect::<String>()
    })
}

fn time(instant: DateTime<Utc>) -> Json {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true).into()
}

fn time_or_null(instant: Option<DateTime<Utc>>) -> Json {
    instant.map_or(Json::Null, time)
}

fn rewritten(text: &str) -> Json {
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => time(instant.to_utc()),
        Err(_) => text.into(),
    }
}
