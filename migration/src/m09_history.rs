//! The history, append-only, and the answers kept for repeated mutations.

crate::step!("m09_history", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE history_entry (
    id {uuid} NOT NULL PRIMARY KEY,
    entity text NOT NULL,
    entity_id text NOT NULL,
    action text NOT NULL,
    old_values {json},
    new_values {json},
    mutation text NOT NULL,
    actor_id {uuid},
    on_behalf_of_id {uuid},
    request_id text NOT NULL,
    created_at {time} NOT NULL,
    CONSTRAINT history_entry_action_check CHECK (action IN ('CREATE', 'UPDATE', 'DELETE'))
);
CREATE INDEX history_entry_by_entity ON history_entry (entity, entity_id, created_at, id);
CREATE INDEX history_entry_by_created_at ON history_entry (created_at, id);
CREATE TABLE idempotency_key (
    owner text NOT NULL,
    key text NOT NULL,
    mutation text NOT NULL,
    input_hash text NOT NULL,
    answer {json} NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_key_by_created_at ON idempotency_key (created_at);
",
    )
    .await
});
