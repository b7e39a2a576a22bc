//! Addresses, each of exactly one organization or contact.

crate::step!("m05_addresses", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE address (
    id {uuid} NOT NULL PRIMARY KEY,
    organization_id {uuid},
    contact_id {uuid},
    name text,
    is_shipping boolean NOT NULL,
    is_billing boolean NOT NULL,
    is_public boolean NOT NULL,
    first_name text,
    last_name text,
    organization_name text,
    line1 text,
    line2 text,
    city text,
    region text,
    postal_code text,
    country_code text,
    phone text,
    email text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT address_owner_check CHECK ((organization_id IS NULL) <> (contact_id IS NULL)),
    CONSTRAINT address_kinds_check CHECK (is_shipping OR is_billing OR is_public),
    CONSTRAINT address_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT address_contact_fkey FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE RESTRICT
);
CREATE INDEX address_by_organization ON address (organization_id, created_at, id);
CREATE INDEX address_by_contact ON address (contact_id, created_at, id);
",
    )
    .await?;
    super::dialect::run_on_postgres(
        manager,
        r"
ALTER TABLE contact ADD CONSTRAINT contact_preferred_billing_address_fkey FOREIGN KEY (preferred_billing_address_id)
    REFERENCES address (id) ON DELETE RESTRICT;
ALTER TABLE contact ADD CONSTRAINT contact_preferred_shipping_address_fkey FOREIGN KEY (preferred_shipping_address_id)
    REFERENCES address (id) ON DELETE RESTRICT;
",
    )
    .await
});
