//! Accounts: one login each, at most one for a contact.

crate::step!("m06_accounts", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE account (
    id {uuid} NOT NULL PRIMARY KEY,
    login text NOT NULL,
    login_key {key} NOT NULL,
    email text,
    contact_id {uuid},
    password_hash text,
    approved boolean NOT NULL,
    active boolean NOT NULL,
    locked_until {time},
    failed_attempts integer NOT NULL,
    last_sign_in_at {time},
    comment text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT account_login_key UNIQUE (login_key),
    CONSTRAINT account_contact_key UNIQUE (contact_id),
    CONSTRAINT account_login_check CHECK (login_key <> ''),
    CONSTRAINT account_contact_fkey FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE RESTRICT
);
",
    )
    .await
});
