//! Indexes for substring search (T-174): trigrams, by `pg_trgm` on PostgreSQL and by FTS5 on SQLite.
//!
//! Both only speed up what the tables already answer, so a PostgreSQL without the extension works too, only slower.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

crate::step!("m10_search", |manager| {
    match manager.get_database_backend() {
        DbBackend::Postgres => trigrams_on_postgres(manager).await,
        _ => trigrams_on_sqlite(manager).await,
    }
});

async fn trigrams_on_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let asked = Statement::from_string(
        DbBackend::Postgres,
        "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'",
    );
    if manager
        .get_connection()
        .query_one_raw(asked)
        .await?
        .is_none()
    {
        return Ok(());
    }
    super::dialect::run(
        manager,
        r"
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX organization_by_search ON organization USING gin (search_key gin_trgm_ops);
CREATE INDEX contact_by_search ON contact USING gin (search_key gin_trgm_ops);
",
    )
    .await
}

async fn trigrams_on_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in ["organization", "contact"] {
        let sql = r"
CREATE VIRTUAL TABLE {table}_search USING fts5(
    search_key, content='{table}', content_rowid='row_number', tokenize='trigram'
);
CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN
    INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key);
END;
CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN
    INSERT INTO {table}_search ({table}_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key);
END;
CREATE TRIGGER {table}_search_update AFTER UPDATE OF search_key ON {table} WHEN old.search_key <> new.search_key BEGIN
    INSERT INTO {table}_search ({table}_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key);
    INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key);
END;
";
        super::dialect::run(manager, &sql.replace("{table}", table)).await?;
    }
    Ok(())
}
