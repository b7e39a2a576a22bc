//! Orders, which keep what they need as it was: names, addresses and prices in them never change with the rows that they came from.
//!
//! What is only told of (accounts, groups, prices) is kept by its id without a foreign key and by its text, so that it can be deleted (T-86).
//! The organization is where the right to see an order is asked for, so it is one that exists (T-34). And accounts get to know how they came
//! into being: of those that there are, people who registered left a word about it in their contact.

use super::dialect::run;

crate::step!("m18_orders", |manager| {
    run(
        manager,
        r"
CREATE TABLE sales_order (
    id {uuid} NOT NULL PRIMARY KEY,
    number {key} NOT NULL,
    number_key {key} NOT NULL,
    erp_number {key},
    erp_number_key {key} NOT NULL,
    status text NOT NULL,
    placed_at {time} NOT NULL,
    customer_id {uuid},
    ship_to_id {uuid},
    organization_id {uuid},
    organization_name text,
    contact_id {uuid},
    contact_name text,
    contact_email text,
    account_id {uuid},
    placed_by text,
    actor_id {uuid},
    actor text,
    customer_group_id bigint,
    customer_group_name text,
    market_id bigint,
    currency text NOT NULL,
    bill_to {json} NOT NULL,
    ship_to {json} NOT NULL,
    po_number text,
    po_number_key {key} NOT NULL,
    requested_on date,
    notes text,
    subtotal bigint NOT NULL,
    discount bigint NOT NULL,
    tax bigint NOT NULL,
    shipping bigint NOT NULL,
    total bigint NOT NULL,
    claimed_at {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT sales_order_number_key UNIQUE (number),
    CONSTRAINT sales_order_erp_number_key UNIQUE (erp_number),
    CONSTRAINT sales_order_number_check CHECK (number <> ''),
    CONSTRAINT sales_order_status_check CHECK (status IN ('SUBMITTED', 'PROCESSING', 'SHIPPED', 'COMPLETED', 'CANCELLED')),
    CONSTRAINT sales_order_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE RESTRICT,
    CONSTRAINT sales_order_ship_to_fkey FOREIGN KEY (ship_to_id) REFERENCES customer (id) ON DELETE RESTRICT,
    CONSTRAINT sales_order_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT sales_order_contact_fkey FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE RESTRICT,
    CONSTRAINT sales_order_market_fkey FOREIGN KEY (market_id) REFERENCES market (id) ON DELETE RESTRICT
);
CREATE INDEX sales_order_by_number_key ON sales_order (number_key, id);
CREATE INDEX sales_order_by_erp_number_key ON sales_order (erp_number_key, id);
CREATE INDEX sales_order_by_po_number_key ON sales_order (po_number_key, id);
CREATE INDEX sales_order_by_placed_at ON sales_order (placed_at, id);
CREATE INDEX sales_order_by_updated_at ON sales_order (updated_at, id);
CREATE INDEX sales_order_by_customer ON sales_order (customer_id, placed_at, id);
CREATE INDEX sales_order_by_ship_to ON sales_order (ship_to_id, placed_at, id);
CREATE INDEX sales_order_by_organization ON sales_order (organization_id, placed_at, id);
CREATE INDEX sales_order_by_contact ON sales_order (contact_id, placed_at, id);
CREATE INDEX sales_order_by_account ON sales_order (account_id, placed_at, id);
CREATE TABLE order_line (
    id {uuid} NOT NULL PRIMARY KEY,
    order_id {uuid} NOT NULL,
    position integer NOT NULL,
    variant_code {key} NOT NULL,
    description text,
    quantity bigint NOT NULL,
    unit_price bigint NOT NULL,
    total bigint NOT NULL,
    price_source text,
    price_id {uuid},
    customer_group_id bigint,
    customer_group_name text,
    created_at {time} NOT NULL,
    CONSTRAINT order_line_key UNIQUE (order_id, position),
    CONSTRAINT order_line_variant_check CHECK (variant_code <> ''),
    CONSTRAINT order_line_quantity_check CHECK (quantity > 0),
    CONSTRAINT order_line_unit_price_check CHECK (unit_price >= 0),
    CONSTRAINT order_line_source_check CHECK (price_source IN ('EVERYBODY', 'ACCOUNT', 'CUSTOMER_GROUP')),
    CONSTRAINT order_line_order_fkey FOREIGN KEY (order_id) REFERENCES sales_order (id) ON DELETE RESTRICT
);
CREATE TABLE order_token (
    id {uuid} NOT NULL PRIMARY KEY,
    order_id {uuid} NOT NULL,
    purpose text NOT NULL,
    token_hash {key} NOT NULL,
    account_id {uuid},
    created_at {time} NOT NULL,
    expires_at {time},
    CONSTRAINT order_token_hash_key UNIQUE (token_hash),
    CONSTRAINT order_token_purpose_check CHECK (purpose IN ('LOOK_UP', 'CLAIM')),
    CONSTRAINT order_token_order_fkey FOREIGN KEY (order_id) REFERENCES sales_order (id) ON DELETE RESTRICT,
    CONSTRAINT order_token_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX order_token_by_order ON order_token (order_id, created_at);
CREATE INDEX order_token_by_account ON order_token (account_id);
CREATE INDEX order_token_by_expiry ON order_token (expires_at);
ALTER TABLE mail ADD COLUMN order_id {uuid} CONSTRAINT mail_order_fkey REFERENCES sales_order (id) ON DELETE RESTRICT;
CREATE INDEX mail_by_order ON mail (order_id);
ALTER TABLE account ADD COLUMN registration_source text NOT NULL DEFAULT 'MANUAL'
    CONSTRAINT account_registration_source_check CHECK (registration_source IN ('REGISTRATION', 'MANUAL', 'IMPORT', 'ORDER'));
UPDATE account SET registration_source = 'REGISTRATION'
WHERE awaits_confirmation OR contact_id IN (SELECT id FROM contact WHERE registration_source IS NOT NULL);
",
    )
    .await
});
