//! Sessions, known by a hash of their token.

crate::step!("m08_sessions", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE session (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL,
    token_hash {key} NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    CONSTRAINT session_token_hash_key UNIQUE (token_hash),
    CONSTRAINT session_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_expiry ON session (expires_at);
",
    )
    .await
});
