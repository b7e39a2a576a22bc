//! Notes on contacts, consent with its time, and what erasing a person needs: a way from a person to what the history says of rows that are
//! gone.

use super::dialect::run;

crate::step!("m19_personal_data", |manager| {
    run(
        manager,
        r"
ALTER TABLE contact ADD COLUMN consent_updated_at {time};
ALTER TABLE contact ADD COLUMN erased_at {time};
CREATE TABLE contact_note (
    id {uuid} NOT NULL PRIMARY KEY,
    contact_id {uuid} NOT NULL,
    title text NOT NULL,
    text text,
    author_id {uuid},
    author_login text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT contact_note_title_check CHECK (title <> ''),
    CONSTRAINT contact_note_contact_fkey FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE RESTRICT
);
CREATE INDEX contact_note_by_contact ON contact_note (contact_id, created_at, id);
CREATE INDEX contact_note_by_author ON contact_note (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX history_entry_by_owner ON history_entry ((coalesce(old_values ->> 'contact_id', old_values ->> 'account_id')))
    WHERE action = 'DELETE' AND coalesce(old_values ->> 'contact_id', old_values ->> 'account_id') IS NOT NULL;
",
    )
    .await?;
    run(manager, ROLES).await
});

/// Roles that were renamed or deleted are left alone.
const ROLES: &str = r"
INSERT INTO role_permission (role_id, permission)
SELECT role.id, held.permission FROM role, (
    SELECT 'commerceadmins' AS role_key, 'CONTACT_EXPORT' AS permission
    UNION ALL SELECT 'commerceadmins', 'CONTACT_ERASE'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_NOTE_VIEW'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_NOTE_EDIT'
    UNION ALL SELECT 'customerservicereps', 'CONTACT_NOTE_VIEW'
    UNION ALL SELECT 'customerservicereps', 'CONTACT_NOTE_EDIT'
) AS held
WHERE role.name_key = held.role_key
    AND NOT EXISTS (
        SELECT 1 FROM role_permission WHERE role_permission.role_id = role.id AND role_permission.permission = held.permission
    );
";
