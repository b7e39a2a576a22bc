//! The few words in which SQLite and PostgreSQL differ, filled into otherwise equal SQL.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs `sql` after filling in the words of the engine at hand. Statements are separated by `;`.
///
/// `{uuid}`, `{time}`, `{json}`, `{bytes}` are column types, `{key}` is text that compares by code point on both engines, `{rowid}` is the
/// column that SQLite's search index needs (a stable row number) and PostgreSQL does not, and `{random}` makes a fresh id.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let words: [(&str, &str); 7] = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{time}", "timestamptz"),
            ("{json}", "jsonb"),
            ("{key}", "text COLLATE \"C\""),
            ("{rowid}", ""),
            ("{random}", "gen_random_uuid()"),
            ("{bytes}", "bytea"),
        ],
        _ => [
            ("{uuid}", "blob"),
            ("{time}", "text"),
            ("{json}", "text"),
            ("{key}", "text"),
            ("{rowid}", "row_number integer PRIMARY KEY,"),
            ("{random}", "randomblob(16)"),
            ("{bytes}", "blob"),
        ],
    };
    let filled = words.iter().fold(sql.to_owned(), |text, (word, meaning)| {
        text.replace(word, meaning)
    });
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        // An index on millions of rows takes longer than a request may.
        let patient = "SET LOCAL statement_timeout = 0";
        connection.execute_unprepared(patient).await?;
    }
    connection.execute_unprepared(&filled).await?;
    Ok(())
}

/// Runs `sql` on PostgreSQL alone: what SQLite has no words for.
pub async fn run_on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        run(manager, sql).await?;
    }
    Ok(())
}

/// Runs `sql` on SQLite alone.
pub async fn run_on_sqlite(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        run(manager, sql).await?;
    }
    Ok(())
}

/// A step that only goes up: there is no way back from a released table but a backup.
#[macro_export]
macro_rules! step {
    ($name:literal, |$manager:ident| $body:expr) => {
        pub struct Migration;

        impl sea_orm_migration::prelude::MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                $manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $body
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}

/// How the id of a searchable table is its key: on SQLite beside the row number that is the primary key there.
pub fn id_key(manager: &SchemaManager<'_>) -> &'static str {
    match manager.get_database_backend() {
        DbBackend::Postgres => "PRIMARY KEY",
        _ => "UNIQUE",
    }
}
