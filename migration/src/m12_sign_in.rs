//! What signing in needs beside accounts and sessions: who acts for whom, budgets of wrong passwords, tokens that come by mail, and the
//! mail that is still to go out.

crate::step!("m12_sign_in", |manager| {
    super::dialect::run(
        manager,
        r"
ALTER TABLE account ADD COLUMN search_key {key} NOT NULL DEFAULT '';
ALTER TABLE account DROP COLUMN failed_attempts;
ALTER TABLE account ADD COLUMN awaits_confirmation boolean NOT NULL DEFAULT false;
UPDATE account SET search_key = login_key || '
' || lower(coalesce(email, ''));
CREATE INDEX account_by_created_at ON account (created_at, id);
ALTER TABLE session ADD COLUMN actor_id {uuid} CONSTRAINT session_actor_fkey REFERENCES account (id) ON DELETE RESTRICT;
CREATE INDEX session_by_actor ON session (actor_id);
CREATE TABLE sign_in_budget (
    key {key} NOT NULL PRIMARY KEY,
    failures integer NOT NULL,
    window_until {time} NOT NULL,
    locked_until {time},
    turn_until {time}
);
CREATE INDEX sign_in_budget_by_window ON sign_in_budget (window_until);
CREATE TABLE account_token (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL,
    purpose text NOT NULL,
    token_hash {key} NOT NULL,
    password_hash text,
    registration {json},
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    CONSTRAINT account_token_hash_key UNIQUE (token_hash),
    CONSTRAINT account_token_purpose_check CHECK (purpose IN ('RESET', 'CONFIRM')),
    CONSTRAINT account_token_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE INDEX account_token_by_account ON account_token (account_id);
CREATE INDEX account_token_by_expiry ON account_token (expires_at);
CREATE TABLE mail (
    id {uuid} NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    login_key {key},
    account_id {uuid},
    recipient text,
    password_hash text,
    registration {json},
    attempts integer NOT NULL,
    created_at {time} NOT NULL,
    due_at {time} NOT NULL,
    sent_at {time},
    CONSTRAINT mail_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE INDEX mail_by_due ON mail (due_at) WHERE sent_at IS NULL;
CREATE INDEX mail_by_recipient ON mail (recipient, sent_at);
CREATE INDEX mail_by_account ON mail (account_id);
",
    )
    .await?;
    super::dialect::run_on_postgres(manager, TRIGRAMS).await
});

/// Only where the extension is there already: a PostgreSQL without it answers too, only slower.
const TRIGRAMS: &str = r"
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX account_by_search ON account USING gin (search_key gin_trgm_ops);
    END IF;
END $$;
";
