//! What every directory starts with. A step of its own: it runs once, so what is renamed or deleted later stays so (T-03).

crate::step!("m11_seed", |manager| {
    super::dialect::run(
        manager,
        r"
INSERT INTO number_series (name, next_number) VALUES
    ('customerGroup', 4), ('organizationType', 3), ('businessCategory', 1), ('role', 4);
INSERT INTO customer_group (id, name, name_key, rank, status, version, created_at, updated_at) VALUES
    (1, 'Customer', 'customer', 10, 'ACTIVE', 1, '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'),
    (2, 'Partner', 'partner', 20, 'ACTIVE', 1, '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'),
    (3, 'Distributor', 'distributor', 30, 'ACTIVE', 1, '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00');
INSERT INTO organization_type (id, name, name_key, version, created_at, updated_at) VALUES
    (1, 'Organization', 'organization', 1, '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'),
    (2, 'Organization Unit', 'organization unit', 1, '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00');
INSERT INTO role (id, name, name_key, description, system, version, created_at, updated_at) VALUES
    (1, 'Everyone', 'everyone', 'Held by everybody, signed in or not.', true, 1,
     '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'),
    (2, 'Registered', 'registered', 'Held by every account.', true, 1,
     '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00'),
    (3, 'Administrators', 'administrators', 'Holds every permission.', true, 1,
     '2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00+00:00');
INSERT INTO role_permission (role_id, permission) VALUES (2, 'ORGANIZATION_VIEW');
",
    )
    .await
});
