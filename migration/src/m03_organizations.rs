//! Organizations with their self relation, and the closure beside it.
//!
//! The primary contact must belong to the organization itself (T-33): the pair is a foreign key of its own. SQLite can only take
//! it here, before contacts exist; PostgreSQL gets it in the step that makes them.

use sea_orm_migration::sea_orm::DbBackend;

crate::step!("m03_organizations", |manager| {
    let primary_contact = match manager.get_database_backend() {
        DbBackend::Postgres => "",
        _ => {
            ", CONSTRAINT organization_primary_contact_fkey FOREIGN KEY (primary_contact_id, id)
               REFERENCES contact (id, organization_id) ON DELETE RESTRICT"
        }
    };
    super::dialect::run(
        manager,
        &r"
CREATE TABLE organization (
    {rowid}
    id {uuid} NOT NULL {id_key},
    external_id text,
    external_id_key {key} NOT NULL,
    name text NOT NULL,
    name_key {key} NOT NULL,
    search_key text NOT NULL,
    description text,
    type_id bigint NOT NULL,
    business_category_id bigint,
    parent_id {uuid},
    primary_contact_id {uuid},
    customer_group_id bigint,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT organization_external_id_unique UNIQUE (external_id),
    CONSTRAINT organization_name_check CHECK (name <> ''),
    CONSTRAINT organization_parent_check CHECK (parent_id <> id),
    CONSTRAINT organization_type_fkey FOREIGN KEY (type_id) REFERENCES organization_type (id) ON DELETE RESTRICT,
    CONSTRAINT organization_business_category_fkey FOREIGN KEY (business_category_id)
        REFERENCES business_category (id) ON DELETE RESTRICT,
    CONSTRAINT organization_parent_fkey FOREIGN KEY (parent_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT organization_customer_group_fkey FOREIGN KEY (customer_group_id) REFERENCES customer_group (id) ON DELETE RESTRICT
    {primary_contact}
);
CREATE INDEX organization_by_name ON organization (name_key, id);
CREATE INDEX organization_by_created_at ON organization (created_at, id);
CREATE INDEX organization_by_updated_at ON organization (updated_at, id);
CREATE INDEX organization_by_external_id_key ON organization (external_id_key);
CREATE INDEX organization_by_parent ON organization (parent_id, name_key, id);
CREATE INDEX organization_by_customer_group ON organization (customer_group_id);
CREATE INDEX organization_by_type ON organization (type_id);
CREATE INDEX organization_by_business_category ON organization (business_category_id);
CREATE INDEX organization_by_primary_contact ON organization (primary_contact_id);
CREATE TABLE organization_closure (
    ancestor_id {uuid} NOT NULL,
    descendant_id {uuid} NOT NULL,
    distance integer NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id),
    CONSTRAINT organization_closure_distance_check CHECK (distance >= 0 AND (distance = 0) = (ancestor_id = descendant_id)),
    CONSTRAINT organization_closure_ancestor_fkey FOREIGN KEY (ancestor_id) REFERENCES organization (id) ON DELETE RESTRICT,
    CONSTRAINT organization_closure_descendant_fkey FOREIGN KEY (descendant_id) REFERENCES organization (id) ON DELETE RESTRICT
);
CREATE INDEX organization_closure_by_descendant ON organization_closure (descendant_id, distance, ancestor_id);
"
        .replace("{id_key}", super::dialect::id_key(manager))
        .replace("{primary_contact}", primary_contact),
    )
    .await
});
