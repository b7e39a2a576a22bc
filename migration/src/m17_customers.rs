//! The ERP's customers with their ship-to addresses, the sales reps who look after them, and which accounts may order for which of them.
//!
//! Bill-to and ship-to are one table: a row with the empty sequence is a bill-to, and a filled sequence is a ship-to of the bill-to with the
//! same number, which the composite foreign key holds to be the same (T-82).

use super::dialect::{id_key, run, run_on_postgres, run_on_sqlite};

crate::step!("m17_customers", |manager| {
    run(manager, SALES_REP).await?;
    run(manager, &CUSTOMER.replace("{id_key}", id_key(manager))).await?;
    run(manager, LINK).await?;
    run_on_sqlite(manager, SEARCH_ON_SQLITE).await?;
    run_on_postgres(manager, SEARCH_ON_POSTGRES).await?;
    run(manager, ROLES).await
});

const SALES_REP: &str = r"
CREATE TABLE sales_rep (
    id {uuid} NOT NULL PRIMARY KEY,
    number {key} NOT NULL,
    name text NOT NULL,
    name_key {key} NOT NULL,
    search_key text NOT NULL,
    title text,
    email text,
    phone text,
    account_id {uuid},
    manager_id {uuid},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT sales_rep_number_key UNIQUE (number),
    CONSTRAINT sales_rep_account_key UNIQUE (account_id),
    CONSTRAINT sales_rep_number_check CHECK (number <> ''),
    CONSTRAINT sales_rep_name_check CHECK (name <> ''),
    CONSTRAINT sales_rep_manager_check CHECK (manager_id <> id),
    CONSTRAINT sales_rep_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT sales_rep_manager_fkey FOREIGN KEY (manager_id) REFERENCES sales_rep (id) ON DELETE RESTRICT
);
CREATE INDEX sales_rep_by_name ON sales_rep (name_key, id);
CREATE INDEX sales_rep_by_manager ON sales_rep (manager_id);
";

const CUSTOMER: &str = r"
CREATE TABLE customer (
    {rowid}
    id {uuid} NOT NULL {id_key},
    number {key} NOT NULL,
    number_key {key} NOT NULL,
    sequence {key} NOT NULL,
    bill_to_id {uuid},
    is_ship_to boolean NOT NULL,
    company_name text,
    first_name text,
    last_name text,
    name_key {key} NOT NULL,
    search_key text NOT NULL,
    attention text,
    line1 text,
    line2 text,
    line3 text,
    line4 text,
    city text,
    region text,
    postal_code text,
    country_code text,
    phone text,
    fax text,
    email text,
    email_key {key} NOT NULL,
    active boolean NOT NULL,
    guest boolean NOT NULL,
    currency text,
    terms_code text,
    price_code text,
    sales_rep_id {uuid},
    organization_id {uuid},
    contact_id {uuid},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT customer_number_key UNIQUE (number, sequence),
    CONSTRAINT customer_in_number_key UNIQUE (id, number),
    CONSTRAINT customer_number_check CHECK (number <> ''),
    CONSTRAINT customer_bill_to_check CHECK ((sequence = '') = (bill_to_id IS NULL)),
    CONSTRAINT customer_ship_to_check CHECK (is_ship_to OR bill_to_id IS NULL),
    CONSTRAINT customer_bill_to_fkey FOREIGN KEY (bill_to_id, number) REFERENCES customer (id, number) ON DELETE RESTRICT,
    CONSTRAINT customer_sales_rep_fkey FOREIGN KEY (sales_rep_id) REFERENCES sales_rep (id) ON DELETE RESTRICT,
    CONSTRAINT customer_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT customer_contact_fkey FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE RESTRICT
);
CREATE INDEX customer_by_name ON customer (name_key, id);
CREATE INDEX customer_by_number ON customer (number_key, sequence, id);
CREATE INDEX customer_by_email ON customer (email_key);
CREATE INDEX customer_by_created_at ON customer (created_at, id);
CREATE INDEX customer_by_updated_at ON customer (updated_at, id);
CREATE INDEX customer_by_bill_to ON customer (bill_to_id);
CREATE INDEX customer_by_billed ON customer ((coalesce(bill_to_id, id)), sequence, id);
CREATE INDEX customer_by_sales_rep ON customer (sales_rep_id, name_key, id);
CREATE INDEX customer_by_organization ON customer (organization_id, name_key, id);
CREATE INDEX customer_by_contact ON customer (contact_id) WHERE contact_id IS NOT NULL;
";

const LINK: &str = r"
CREATE TABLE customer_link (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL,
    customer_id {uuid} NOT NULL,
    is_default boolean NOT NULL,
    rank integer NOT NULL,
    all_ship_tos boolean NOT NULL,
    default_ship_to_id {uuid},
    valid_from {time},
    valid_until {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT customer_link_key UNIQUE (account_id, customer_id),
    CONSTRAINT customer_link_rank_check CHECK (rank = CASE WHEN is_default THEN 0 ELSE 1 END),
    CONSTRAINT customer_link_validity_check CHECK (valid_until > valid_from),
    CONSTRAINT customer_link_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT customer_link_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE RESTRICT,
    CONSTRAINT customer_link_default_ship_to_fkey FOREIGN KEY (default_ship_to_id) REFERENCES customer (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX customer_link_default_key ON customer_link (account_id) WHERE is_default;
CREATE INDEX customer_link_by_customer ON customer_link (customer_id, created_at, id);
CREATE INDEX customer_link_by_account ON customer_link (account_id, rank, created_at, id);
CREATE INDEX customer_link_by_default_ship_to ON customer_link (default_ship_to_id);
CREATE TABLE customer_link_ship_to (
    id {uuid} NOT NULL PRIMARY KEY,
    link_id {uuid} NOT NULL,
    ship_to_id {uuid} NOT NULL,
    created_at {time} NOT NULL,
    CONSTRAINT customer_link_ship_to_key UNIQUE (link_id, ship_to_id),
    CONSTRAINT customer_link_ship_to_link_fkey FOREIGN KEY (link_id) REFERENCES customer_link (id) ON DELETE RESTRICT,
    CONSTRAINT customer_link_ship_to_ship_to_fkey FOREIGN KEY (ship_to_id) REFERENCES customer (id) ON DELETE RESTRICT
);
CREATE INDEX customer_link_ship_to_by_ship_to ON customer_link_ship_to (ship_to_id);
";

const SEARCH_ON_SQLITE: &str = r"
CREATE VIRTUAL TABLE customer_search USING fts5(
    search_key, content='customer', content_rowid='row_number', tokenize='trigram'
);
CREATE TRIGGER customer_search_insert AFTER INSERT ON customer BEGIN
    INSERT INTO customer_search (rowid, search_key) VALUES (new.row_number, new.search_key);
END;
CREATE TRIGGER customer_search_delete AFTER DELETE ON customer BEGIN
    INSERT INTO customer_search (customer_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key);
END;
CREATE TRIGGER customer_search_update AFTER UPDATE OF search_key ON customer WHEN old.search_key <> new.search_key BEGIN
    INSERT INTO customer_search (customer_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key);
    INSERT INTO customer_search (rowid, search_key) VALUES (new.row_number, new.search_key);
END;
";

/// Only where the extension is there already, as for accounts.
const SEARCH_ON_POSTGRES: &str = r"
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX customer_by_search ON customer USING gin (search_key gin_trgm_ops);
    END IF;
END $$;
";

/// The office looks after customers, too. Roles that were renamed or deleted are left alone.
const ROLES: &str = r"
UPDATE role SET description = 'Everything about organizations, contacts, customer groups, prices, accounts, customers and orders; no roles.'
WHERE name_key = 'commerceadmins'
    AND description = 'Everything about organizations, contacts, customer groups, prices and accounts; no roles.';
INSERT INTO role_permission (role_id, permission)
SELECT role.id, held.permission FROM role, (
    SELECT 'CUSTOMER_VIEW' AS permission UNION ALL SELECT 'CUSTOMER_CREATE' UNION ALL SELECT 'CUSTOMER_EDIT'
    UNION ALL SELECT 'CUSTOMER_DELETE' UNION ALL SELECT 'ORDER_VIEW' UNION ALL SELECT 'ORDER_PLACE' UNION ALL SELECT 'ORDER_EDIT'
) AS held
WHERE role.name_key = 'commerceadmins'
    AND NOT EXISTS (
        SELECT 1 FROM role_permission WHERE role_permission.role_id = role.id AND role_permission.permission = held.permission
    );
";
