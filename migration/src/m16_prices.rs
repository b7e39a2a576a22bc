//! Markets, and the prices in them.
//!
//! `buyer_key` stands for source, group and account in one text that is never null, and nobody but the database writes it. The unique index
//! is also the way by which a basket is priced: its variants, for everybody and for one buyer.

use super::dialect::{run, run_on_postgres, run_on_sqlite};

crate::step!("m16_prices", |manager| {
    run(
        manager,
        r"
INSERT INTO number_series (name, next_number) VALUES ('market', 1);
CREATE TABLE market (
    id bigint NOT NULL PRIMARY KEY,
    code {key} NOT NULL,
    name text NOT NULL,
    default_currency text NOT NULL,
    countries {json} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT market_code_key UNIQUE (code),
    CONSTRAINT market_code_check CHECK (code <> '')
);
",
    )
    .await?;
    run_on_postgres(
        manager,
        &PRICE
            .replace("{account}", "replace(account_id::text, '-', '')")
            .replace("{group}", "customer_group_id::text")
            .replace("{never}", "'infinity'"),
    )
    .await?;
    run_on_sqlite(
        manager,
        &PRICE
            .replace("{account}", "lower(hex(account_id))")
            .replace("{group}", "customer_group_id")
            .replace("{never}", "''"),
    )
    .await?;
    run(manager, ROLES).await
});

const PRICE: &str = r"
CREATE TABLE price (
    id {uuid} NOT NULL PRIMARY KEY,
    variant_code {key} NOT NULL,
    market_id bigint NOT NULL,
    currency {key} NOT NULL,
    source text NOT NULL,
    customer_group_id bigint,
    account_id {uuid},
    min_quantity bigint NOT NULL,
    amount bigint NOT NULL,
    valid_from {time} NOT NULL,
    valid_until {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    buyer_key {key} NOT NULL GENERATED ALWAYS AS (
        CASE WHEN customer_group_id IS NOT NULL THEN 'G' || {group}
             WHEN account_id IS NOT NULL THEN 'A' || {account}
             ELSE '' END
    ) STORED,
    CONSTRAINT price_variant_check CHECK (variant_code <> ''),
    CONSTRAINT price_source_check CHECK (source IN ('EVERYBODY', 'ACCOUNT', 'CUSTOMER_GROUP')),
    CONSTRAINT price_group_check CHECK ((customer_group_id IS NOT NULL) = (source = 'CUSTOMER_GROUP')),
    CONSTRAINT price_account_check CHECK ((account_id IS NOT NULL) = (source = 'ACCOUNT')),
    CONSTRAINT price_quantity_check CHECK (min_quantity >= 0 AND min_quantity < 1000000000000000000),
    CONSTRAINT price_amount_check CHECK (amount >= 0 AND amount < 1000000000000000000),
    CONSTRAINT price_validity_check CHECK (valid_until > valid_from),
    CONSTRAINT price_market_fkey FOREIGN KEY (market_id) REFERENCES market (id) ON DELETE RESTRICT,
    CONSTRAINT price_group_fkey FOREIGN KEY (customer_group_id) REFERENCES customer_group (id) ON DELETE RESTRICT,
    CONSTRAINT price_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX price_key ON price
    (variant_code, buyer_key, market_id, currency, min_quantity, valid_from, (coalesce(valid_until, {never})));
CREATE INDEX price_by_variant ON price (variant_code, id);
CREATE INDEX price_by_market ON price (market_id, variant_code, id);
CREATE INDEX price_by_customer_group ON price (customer_group_id, variant_code, id) WHERE customer_group_id IS NOT NULL;
CREATE INDEX price_by_account ON price (account_id, variant_code, id) WHERE account_id IS NOT NULL;
CREATE INDEX price_by_updated_at ON price (updated_at, id);
";

/// Looking up prices belongs to the office; changing them is given on purpose. Roles that were renamed or deleted are left alone.
const ROLES: &str = r"
UPDATE role SET description = 'Everything about organizations, contacts, customer groups, prices and accounts; no roles.'
WHERE name_key = 'commerceadmins'
    AND description = 'Everything about organizations, contacts, customer groups and accounts; no roles.';
INSERT INTO role_permission (role_id, permission)
SELECT role.id, held.permission FROM role, (
    SELECT 'PRICE_VIEW' AS permission UNION ALL SELECT 'PRICE_EDIT'
) AS held
WHERE role.name_key = 'commerceadmins'
    AND NOT EXISTS (
        SELECT 1 FROM role_permission WHERE role_permission.role_id = role.id AND role_permission.permission = held.permission
    );
";
