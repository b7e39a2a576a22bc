//! Contacts.

use sea_orm_migration::sea_orm::DbBackend;

crate::step!("m04_contacts", |manager| {
    // Preferred addresses point at a table that the next step makes; SQLite takes that here, PostgreSQL then.
    let preferred_addresses = match manager.get_database_backend() {
        DbBackend::Postgres => "",
        _ => {
            ", CONSTRAINT contact_preferred_billing_address_fkey FOREIGN KEY (preferred_billing_address_id)
               REFERENCES address (id) ON DELETE RESTRICT,
               CONSTRAINT contact_preferred_shipping_address_fkey FOREIGN KEY (preferred_shipping_address_id)
               REFERENCES address (id) ON DELETE RESTRICT"
        }
    };
    super::dialect::run(
        manager,
        &r"
CREATE TABLE contact (
    {rowid}
    id {uuid} NOT NULL {id_key},
    external_id text,
    external_id_key {key} NOT NULL,
    first_name text,
    middle_name text,
    last_name text,
    last_name_key {key} NOT NULL,
    given_full_name text,
    full_name text NOT NULL,
    full_name_key {key} NOT NULL,
    email text,
    email_key {key} NOT NULL,
    search_key text NOT NULL,
    phone text,
    job_title text,
    birth_date date,
    preferred_language text,
    preferred_currency text,
    registration_source text,
    accepts_marketing boolean NOT NULL,
    organization_id {uuid},
    customer_group_id bigint,
    preferred_billing_address_id {uuid},
    preferred_shipping_address_id {uuid},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT contact_external_id_unique UNIQUE (external_id),
    CONSTRAINT contact_in_organization_key UNIQUE (id, organization_id),
    CONSTRAINT contact_full_name_check CHECK (full_name <> ''),
    CONSTRAINT contact_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT contact_customer_group_fkey FOREIGN KEY (customer_group_id) REFERENCES customer_group (id) ON DELETE RESTRICT
    {preferred_addresses}
);
CREATE INDEX contact_by_full_name ON contact (full_name_key, id);
CREATE INDEX contact_by_last_name ON contact (last_name_key, id);
CREATE INDEX contact_by_email ON contact (email_key, id);
CREATE INDEX contact_by_created_at ON contact (created_at, id);
CREATE INDEX contact_by_updated_at ON contact (updated_at, id);
CREATE INDEX contact_by_external_id_key ON contact (external_id_key);
CREATE INDEX contact_by_organization ON contact (organization_id, full_name_key, id);
CREATE INDEX contact_by_customer_group ON contact (customer_group_id);
CREATE INDEX contact_by_preferred_billing_address ON contact (preferred_billing_address_id);
CREATE INDEX contact_by_preferred_shipping_address ON contact (preferred_shipping_address_id);
"
        .replace("{id_key}", super::dialect::id_key(manager))
        .replace("{preferred_addresses}", preferred_addresses),
    )
    .await?;
    super::dialect::run_on_postgres(
        manager,
        r"
ALTER TABLE organization ADD CONSTRAINT organization_primary_contact_fkey FOREIGN KEY (primary_contact_id, id)
    REFERENCES contact (id, organization_id) ON DELETE RESTRICT;
",
    )
    .await
});
