//! How a server notices, by reading one small table, that what it keeps in memory has changed: by another server, or by hand.
//!
//! Triggers do it, so that no statement can be forgotten. On PostgreSQL they wait for the commit: the counter's row is then the last lock
//! that a transaction takes, held for a moment, and nobody who waits for it holds a row that its owner still wants.

use super::dialect::{run, run_on_postgres, run_on_sqlite};

crate::step!("m14_revisions", |manager| {
    run(
        manager,
        r"
CREATE TABLE revision (
    kind {key} PRIMARY KEY,
    number bigint NOT NULL,
    changed_by text
);
INSERT INTO revision (kind, number) VALUES ('organization', 1), ('customer_group', 1), ('role', 1);
CREATE TABLE organization_change (
    revision bigint NOT NULL,
    organization_id {uuid} NOT NULL,
    PRIMARY KEY (revision, organization_id)
);
",
    )
    .await?;
    run_on_postgres(
        manager,
        r"
CREATE FUNCTION revise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE revision SET number = number + 1, changed_by = pg_current_xact_id()::text
    WHERE kind = TG_ARGV[0] AND changed_by IS DISTINCT FROM pg_current_xact_id()::text;
    IF TG_ARGV[0] = 'organization' THEN
        INSERT INTO organization_change (revision, organization_id)
        SELECT number, coalesce(NEW.id, OLD.id) FROM revision WHERE kind = 'organization'
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER organization_revised AFTER INSERT OR UPDATE OR DELETE ON organization
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise('organization');
CREATE CONSTRAINT TRIGGER customer_group_revised AFTER INSERT OR UPDATE OR DELETE ON customer_group
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise('customer_group');
CREATE CONSTRAINT TRIGGER role_revised AFTER INSERT OR UPDATE OR DELETE ON role
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise('role');
CREATE CONSTRAINT TRIGGER role_permission_revised AFTER INSERT OR UPDATE OR DELETE ON role_permission
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise('role');
",
    )
    .await?;
    for (event, row) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
        let noted = format!(
            "INSERT OR IGNORE INTO organization_change (revision, organization_id)
                 SELECT number, {row}.id FROM revision WHERE kind = 'organization';"
        );
        for (table, kind, then) in [
            ("organization", "organization", noted.as_str()),
            ("customer_group", "customer_group", ""),
            ("role", "role", ""),
            ("role_permission", "role", ""),
        ] {
            let trigger = format!(
                "CREATE TRIGGER {table}_revised_by_{event} AFTER {event} ON {table} BEGIN
                     UPDATE revision SET number = number + 1 WHERE kind = '{kind}'; {then}
                 END;"
            );
            run_on_sqlite(manager, &trigger).await?;
        }
    }
    Ok(())
});
