//! The rest of the registry: tables that hold nothing about people but what follows from others.

use super::registry::Nature::{self, Neutral};
use super::registry::{Fate, NO_KEY, Owner, Table};

/// A table of whose rows none is a person's, and that leaves nothing about one in the history.
const fn nobodys(
    name: &'static str,
    kind: &'static str,
    columns: &'static [(Nature, &'static str)],
) -> Table {
    Table {
        name,
        kind,
        owner: Owner::Nobody,
        fate: Fate::Nobodys,
        columns,
    }
}

/// A part of a search index on SQLite, which follows its table. What is deleted from it is merged away after somebody was erased.
const fn index(
    name: &'static str,
    of: &'static str,
    columns: &'static [(Nature, &'static str)],
) -> Table {
    Table {
        name,
        kind: "",
        owner: Owner::Nobody,
        fate: Fate::Follow(of),
        columns,
    }
}

const CONFIG: &[(Nature, &str)] = &[(Neutral, "k v")];
const DATA: &[(Nature, &str)] = &[(NO_KEY, "id block")];
const SIZES: &[(Nature, &str)] = &[(NO_KEY, "id sz")];
const TERMS: &[(Nature, &str)] = &[(NO_KEY, "segid term pgno")];

/// The tables that hold nothing about people of their own.
pub(super) const OTHERS: &[Table] = &[
    nobodys(
        "organization",
        "organization",
        &[
            (
                Neutral,
                "id row_number external_id external_id_key name name_key search_key description type_id",
            ),
            (
                Neutral,
                "business_category_id parent_id primary_contact_id customer_group_id version created_at updated_at",
            ),
        ],
    ),
    nobodys(
        "organization_closure",
        "",
        &[(Neutral, "ancestor_id descendant_id distance")],
    ),
    nobodys(
        "organization_type",
        "organizationType",
        &[(Neutral, "id name name_key version created_at updated_at")],
    ),
    nobodys(
        "organization_change",
        "",
        &[(Neutral, "revision organization_id")],
    ),
    nobodys(
        "business_category",
        "businessCategory",
        &[(Neutral, "id name name_key version created_at updated_at")],
    ),
    nobodys(
        "customer_group",
        "customerGroup",
        &[(
            Neutral,
            "id name name_key rank status version created_at updated_at",
        )],
    ),
    nobodys(
        "role",
        "role",
        &[(
            Neutral,
            "id name name_key description system version created_at updated_at",
        )],
    ),
    nobodys("role_permission", "", &[(Neutral, "role_id permission")]),
    nobodys(
        "market",
        "market",
        &[(
            Neutral,
            "id code name default_currency countries version created_at updated_at",
        )],
    ),
    nobodys(
        "customer_link_ship_to",
        "customerLinkShipTo",
        &[(Neutral, "id link_id ship_to_id created_at")],
    ),
    nobodys(
        "order_line",
        "orderLine",
        &[
            (
                Neutral,
                "id order_id position variant_code description quantity unit_price total price_source price_id",
            ),
            (Neutral, "customer_group_id customer_group_name created_at"),
        ],
    ),
    nobodys("number_series", "", &[(Neutral, "name next_number")]),
    nobodys("revision", "", &[(Neutral, "kind number changed_by")]),
    nobodys("setting", "", &[(Neutral, "name value")]),
    nobodys("tree", "", &[(Neutral, "id version")]),
    nobodys("seaql_migrations", "", &[(Neutral, "version applied_at")]),
    index(
        "contact_search",
        "contact",
        &[(NO_KEY, "search_key contact_search rank")],
    ),
    index("contact_search_config", "contact", CONFIG),
    index("contact_search_data", "contact", DATA),
    index("contact_search_docsize", "contact", SIZES),
    index("contact_search_idx", "contact", TERMS),
    index(
        "account_search",
        "account",
        &[(NO_KEY, "search_key account_search rank")],
    ),
    index("account_search_config", "account", CONFIG),
    index("account_search_data", "account", DATA),
    index("account_search_docsize", "account", SIZES),
    index("account_search_idx", "account", TERMS),
    index(
        "customer_search",
        "customer",
        &[(NO_KEY, "search_key customer_search rank")],
    ),
    index("customer_search_config", "customer", CONFIG),
    index("customer_search_data", "customer", DATA),
    index("customer_search_docsize", "customer", SIZES),
    index("customer_search_idx", "customer", TERMS),
    index(
        "organization_search",
        "organization",
        &[(NO_KEY, "search_key organization_search rank")],
    ),
    index("organization_search_config", "organization", CONFIG),
    index("organization_search_data", "organization", DATA),
    index("organization_search_docsize", "organization", SIZES),
    index("organization_search_idx", "organization", TERMS),
    index(
        "account_search_row",
        "account",
        &[(Neutral, "row_number account_id")],
    ),
    nobodys(
        "import_mapping",
        "importMapping",
        &[(
            Neutral,
            "id kind name name_key mapping version created_at updated_at",
        )],
    ),
    nobodys(
        "field_owner",
        "",
        &[(Neutral, "kind row_id field created_at")],
    ),
];
