//! Imports with their files and rows, who looks after which field, and how far each source of a feed has come.
//!
//! Servers are stateless, so a file lies here in pieces, and how far an import has come stands beside its rows: it changes in the
//! transaction that changes what they are about.

crate::step!("m20_imports", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE import (
    id {uuid} NOT NULL PRIMARY KEY,
    kind {key} NOT NULL,
    status {key} NOT NULL,
    account_id {uuid} NOT NULL,
    name text NOT NULL,
    settings {json} NOT NULL,
    mapping {json},
    detected {json},
    totals {json} NOT NULL,
    failure text,
    upload_token_hash {key},
    upload_expires_at {time},
    file_bytes bigint NOT NULL,
    uploaded_at {time},
    position bigint NOT NULL,
    leased_by {uuid},
    leased_until {time},
    created_at {time} NOT NULL,
    planned_at {time},
    ended_at {time},
    CONSTRAINT import_status_check CHECK (status IN
        ('CREATED', 'UPLOADED', 'REFUSED', 'PLANNING', 'PLANNED', 'CHECKING', 'OUTDATED', 'HELD', 'APPLYING', 'STOPPED', 'APPLIED', 'UNDOING', 'UNDONE', 'CANCELLED')),
    CONSTRAINT import_account_fkey FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX import_by_account ON import (account_id, created_at, id);
CREATE INDEX import_by_status ON import (status, leased_until);
CREATE UNIQUE INDEX import_by_upload_token ON import (upload_token_hash);
CREATE TABLE import_mapping (
    id {uuid} NOT NULL PRIMARY KEY,
    kind {key} NOT NULL,
    name text NOT NULL,
    name_key {key} NOT NULL,
    mapping {json} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL
);
CREATE UNIQUE INDEX import_mapping_name ON import_mapping (kind, name_key);
CREATE TABLE import_chunk (
    import_id {uuid} NOT NULL,
    number integer NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (import_id, number),
    CONSTRAINT import_chunk_import_fkey FOREIGN KEY (import_id) REFERENCES import (id) ON DELETE CASCADE
);
CREATE TABLE import_row (
    id {uuid} NOT NULL PRIMARY KEY,
    import_id {uuid} NOT NULL,
    number bigint NOT NULL,
    stage integer NOT NULL,
    place bigint NOT NULL,
    key {key} NOT NULL,
    given {json} NOT NULL,
    action {key} NOT NULL,
    target_id {key},
    changes {json} NOT NULL,
    kept {json} NOT NULL,
    problems {json} NOT NULL,
    cleanings {json} NOT NULL,
    state {key} NOT NULL,
    version_after integer,
    CONSTRAINT import_row_action_check CHECK (action IN ('CREATE', 'UPDATE', 'UNCHANGED', 'SKIP', 'ERROR')),
    CONSTRAINT import_row_state_check CHECK (state IN ('READ', 'PLANNED', 'APPLIED', 'REFUSED', 'UNDONE', 'NOT_UNDONE')),
    CONSTRAINT import_row_import_fkey FOREIGN KEY (import_id) REFERENCES import (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX import_row_number ON import_row (import_id, number);
CREATE INDEX import_row_by_key ON import_row (key, import_id);
CREATE INDEX import_row_by_target ON import_row (target_id);
CREATE INDEX import_row_by_place ON import_row (import_id, place);
CREATE INDEX import_row_by_action ON import_row (import_id, action, number);
CREATE TABLE field_owner (
    kind {key} NOT NULL,
    row_id {key} NOT NULL,
    field {key} NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (kind, row_id, field)
);
CREATE TABLE source_version (
    kind {key} NOT NULL,
    source {key} NOT NULL,
    external_id {key} NOT NULL,
    version bigint NOT NULL,
    updated_at {time} NOT NULL,
    PRIMARY KEY (kind, source, external_id)
);
",
    )
    .await
});
