//! Roles, their permissions, and their assignment to accounts.

crate::step!("m07_roles", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE role (
    id bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key {key} NOT NULL,
    description text,
    system boolean NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT role_name_key UNIQUE (name_key)
);
CREATE TABLE role_permission (
    role_id bigint NOT NULL,
    permission text NOT NULL,
    PRIMARY KEY (role_id, permission),
    CONSTRAINT role_permission_role_fkey FOREIGN KEY (role_id) REFERENCES role (id) ON DELETE RESTRICT
);
CREATE TABLE role_assignment (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL,
    role_id bigint NOT NULL,
    scope text NOT NULL,
    organization_id {uuid},
    valid_from {time},
    valid_until {time},
    created_at {time} NOT NULL,
    CONSTRAINT role_assignment_scope_check CHECK (scope IN ('GLOBAL', 'SUBTREE', 'NODE', 'OWN')),
    CONSTRAINT role_assignment_organization_check CHECK ((organization_id IS NOT NULL) = (scope IN ('SUBTREE', 'NODE'))),
    CONSTRAINT role_assignment_validity_check CHECK (valid_until > valid_from),
    CONSTRAINT role_assignment_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT role_assignment_role_fkey FOREIGN KEY (role_id) REFERENCES role (id) ON DELETE RESTRICT,
    CONSTRAINT role_assignment_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE RESTRICT
);
CREATE INDEX role_assignment_by_account ON role_assignment (account_id);
CREATE INDEX role_assignment_by_role ON role_assignment (role_id);
CREATE INDEX role_assignment_by_organization ON role_assignment (organization_id);
",
    )
    .await
});
