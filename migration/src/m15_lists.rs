//! What lists are read from: what viewers and filters tell contacts apart by stands in the index of each order, so that rows that are passed
//! over are never fetched; and accounts get their index for substring search on SQLite.

use super::dialect::{run, run_on_sqlite};

crate::step!("m15_lists", |manager| {
    for (name, column) in [
        ("full_name", "full_name_key"),
        ("last_name", "last_name_key"),
        ("email", "email_key"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ] {
        let sql = r"
DROP INDEX contact_by_{name};
CREATE INDEX contact_by_{name} ON contact ({column}, id, organization_id, customer_group_id);
";
        let sql = sql.replace("{name}", name).replace("{column}", column);
        run(manager, &sql).await?;
    }
    run(
        manager,
        r"
CREATE INDEX account_by_login ON account (login_key, id, contact_id);
DROP INDEX account_by_created_at;
CREATE INDEX account_by_created_at ON account (created_at, id, contact_id);
DROP INDEX organization_by_customer_group;
CREATE INDEX organization_by_customer_group ON organization (customer_group_id, id);
CREATE INDEX account_by_lock ON account (locked_until) WHERE locked_until IS NOT NULL;
",
    )
    .await?;
    run_on_sqlite(manager, TRIGRAMS).await
});

/// Accounts have no row number of their own, and the one that SQLite gives them changes when the file is compacted.
const TRIGRAMS: &str = r"
CREATE TABLE account_search_row (
    row_number integer PRIMARY KEY,
    account_id blob NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE account_search USING fts5(search_key, content='', tokenize='trigram');
INSERT INTO account_search_row (account_id) SELECT id FROM account;
INSERT INTO account_search (rowid, search_key)
    SELECT row_number, search_key FROM account_search_row JOIN account ON account.id = account_id;
CREATE TRIGGER account_search_insert AFTER INSERT ON account BEGIN
    INSERT INTO account_search_row (account_id) VALUES (new.id);
    INSERT INTO account_search (rowid, search_key)
        SELECT row_number, new.search_key FROM account_search_row WHERE account_id = new.id;
END;
CREATE TRIGGER account_search_delete AFTER DELETE ON account BEGIN
    INSERT INTO account_search (account_search, rowid, search_key)
        SELECT 'delete', row_number, old.search_key FROM account_search_row WHERE account_id = old.id;
    DELETE FROM account_search_row WHERE account_id = old.id;
END;
CREATE TRIGGER account_search_update AFTER UPDATE OF search_key ON account WHEN old.search_key <> new.search_key BEGIN
    INSERT INTO account_search (account_search, rowid, search_key)
        SELECT 'delete', row_number, old.search_key FROM account_search_row WHERE account_id = old.id;
    INSERT INTO account_search (rowid, search_key)
        SELECT row_number, new.search_key FROM account_search_row WHERE account_id = old.id;
END;
";
