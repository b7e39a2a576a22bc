//! Named values: customer groups, kinds of organization, lines of business.

crate::step!("m02_customer_groups", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE customer_group (
    id bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key {key} NOT NULL,
    rank integer NOT NULL,
    status text NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT customer_group_name_key UNIQUE (name_key),
    CONSTRAINT customer_group_status_check CHECK (status IN ('ACTIVE', 'ARCHIVED'))
);
CREATE INDEX customer_group_by_rank ON customer_group (rank, name_key, id);
CREATE TABLE organization_type (
    id bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key {key} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT organization_type_name_key UNIQUE (name_key)
);
CREATE TABLE business_category (
    id bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key {key} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT business_category_name_key UNIQUE (name_key)
);
",
    )
    .await
});
