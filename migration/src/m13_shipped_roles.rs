//! Roles to begin with, which may be changed and deleted like any other, and the two that every account holds as assignments of its own
//! (T-61). A step of its own: it runs once, so what is renamed or deleted later stays so (T-03).

crate::step!("m13_shipped_roles", |manager| {
    super::dialect::run(
        manager,
        r"
UPDATE number_series SET next_number = next_number + 4 WHERE name = 'role';
INSERT INTO role (id, name, name_key, description, system, version, created_at, updated_at)
SELECT next_number - shipped.back, shipped.name, lower(shipped.name), shipped.description, false, 1,
       '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'
FROM number_series, (
    SELECT 4 AS back, 'CommerceAdmins' AS name, 'Everything about organizations, contacts, customer groups and accounts; no roles.' AS description
    UNION ALL SELECT 3, 'CustomerServiceReps', 'Look things up and unlock accounts.'
    UNION ALL SELECT 2, 'OrganizationAdmins', 'Meant for SUBTREE: look after the members of one''s own organization.'
    UNION ALL SELECT 1, 'Buyers', 'Meant for OWN: see one''s organization and order for it.'
) AS shipped
WHERE number_series.name = 'role';
INSERT INTO role_permission (role_id, permission)
SELECT role.id, held.permission FROM role, (
    SELECT 'commerceadmins' AS role_key, 'ORGANIZATION_LIST' AS permission
    UNION ALL SELECT 'commerceadmins', 'ORGANIZATION_VIEW'
    UNION ALL SELECT 'commerceadmins', 'ORGANIZATION_CREATE'
    UNION ALL SELECT 'commerceadmins', 'ORGANIZATION_EDIT'
    UNION ALL SELECT 'commerceadmins', 'ORGANIZATION_DELETE'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_LIST'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_VIEW'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_CREATE'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_EDIT'
    UNION ALL SELECT 'commerceadmins', 'CONTACT_DELETE'
    UNION ALL SELECT 'commerceadmins', 'CUSTOMER_GROUP_VIEW'
    UNION ALL SELECT 'commerceadmins', 'CUSTOMER_GROUP_CREATE'
    UNION ALL SELECT 'commerceadmins', 'CUSTOMER_GROUP_EDIT'
    UNION ALL SELECT 'commerceadmins', 'CUSTOMER_GROUP_DELETE'
    UNION ALL SELECT 'commerceadmins', 'CUSTOMER_GROUP_ASSIGN'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_VIEW'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_CREATE'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_EDIT'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_DELETE'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_UNLOCK'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_SET_PASSWORD'
    UNION ALL SELECT 'commerceadmins', 'ACCOUNT_SIGN_IN_ON_BEHALF'
    UNION ALL SELECT 'customerservicereps', 'ORGANIZATION_LIST'
    UNION ALL SELECT 'customerservicereps', 'ORGANIZATION_VIEW'
    UNION ALL SELECT 'customerservicereps', 'CONTACT_LIST'
    UNION ALL SELECT 'customerservicereps', 'CONTACT_VIEW'
    UNION ALL SELECT 'customerservicereps', 'CUSTOMER_GROUP_VIEW'
    UNION ALL SELECT 'customerservicereps', 'ACCOUNT_VIEW'
    UNION ALL SELECT 'customerservicereps', 'ACCOUNT_UNLOCK'
    UNION ALL SELECT 'customerservicereps', 'PRICE_VIEW'
    UNION ALL SELECT 'customerservicereps', 'CUSTOMER_VIEW'
    UNION ALL SELECT 'customerservicereps', 'ORDER_VIEW'
    UNION ALL SELECT 'organizationadmins', 'ORGANIZATION_LIST'
    UNION ALL SELECT 'organizationadmins', 'ORGANIZATION_VIEW'
    UNION ALL SELECT 'organizationadmins', 'CONTACT_LIST'
    UNION ALL SELECT 'organizationadmins', 'CONTACT_VIEW'
    UNION ALL SELECT 'organizationadmins', 'CONTACT_CREATE'
    UNION ALL SELECT 'organizationadmins', 'CONTACT_EDIT'
    UNION ALL SELECT 'organizationadmins', 'CONTACT_DELETE'
    UNION ALL SELECT 'organizationadmins', 'ACCOUNT_VIEW'
    UNION ALL SELECT 'organizationadmins', 'ACCOUNT_CREATE'
    UNION ALL SELECT 'organizationadmins', 'ACCOUNT_EDIT'
    UNION ALL SELECT 'organizationadmins', 'ACCOUNT_DELETE'
    UNION ALL SELECT 'organizationadmins', 'ACCOUNT_UNLOCK'
    UNION ALL SELECT 'organizationadmins', 'ROLE_VIEW'
    UNION ALL SELECT 'organizationadmins', 'ROLE_ASSIGN'
    UNION ALL SELECT 'organizationadmins', 'CUSTOMER_VIEW'
    UNION ALL SELECT 'organizationadmins', 'ORDER_VIEW'
    UNION ALL SELECT 'organizationadmins', 'ORDER_PLACE'
    UNION ALL SELECT 'buyers', 'ORGANIZATION_VIEW'
    UNION ALL SELECT 'buyers', 'CUSTOMER_VIEW'
    UNION ALL SELECT 'buyers', 'ORDER_VIEW'
    UNION ALL SELECT 'buyers', 'ORDER_PLACE'
) AS held
WHERE role.name_key = held.role_key;
INSERT INTO role_assignment (id, account_id, role_id, scope, created_at)
SELECT {random}, account.id, role.id, 'OWN', account.created_at FROM account, role WHERE role.id IN (1, 2);
",
    )
    .await
});
