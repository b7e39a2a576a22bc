//! Every column of every table: whether it is personal, and what becomes of it. Exporting and erasing go by this list, and a test compares it
//! with the tables as they are: a column that nobody thought about fails it.
//!
//! A new table of a person's own needs a row here with its `owner`; then its rows are found, its history is overwritten and its columns are
//! exported. That its rows go, or are overwritten, is one line in `personal_data::service::erase`; that they are exported, one in `export`.

use super::blank::Blank;
use super::imports::IMPORTS;
use super::others::OTHERS;
use Nature::{Derived, Neutral, OfAnother, Personal, Secret, Severed};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing about a person. Stays in rows that stay, and in the history.
    Neutral,
    /// A link to something that the erased one has no more: null in rows that stay. Says nothing by itself, so it stays in the history.
    Severed,
    /// Something about a person. Overwritten in rows that stay, and in the history.
    Personal(Blank),
    /// What follows from personal columns of the same row, and is overwritten with them. Not exported, and never in the history.
    Derived(Blank),
    /// Never exported, and never in the history. Goes with its row.
    Secret,
    /// About somebody else than the one whose row it is: overwritten when that one is erased. Not exported, and never in the history.
    OfAnother,
}

/// What becomes of a person's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are nobody's.
    Nobodys,
    /// They stay, with their personal columns overwritten.
    Overwritten,
    /// They are deleted.
    Deleted,
    /// They follow the table of this name, by the database itself.
    Follow(&'static str),
    /// They stay as they are, for this reason.
    Kept(&'static str),
}

/// How a person's rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// They are no rows of a person, or go with another one's and have nothing personal in the history.
    Nobody,
    /// The row is the person's contact.
    Itself,
    /// By this column, which holds the contact.
    Contact(&'static str),
    /// By this column, which holds the account.
    Account(&'static str),
}

/// A table, and what is personal in it.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    /// What its rows are called in the history; empty where they leave none.
    pub kind: &'static str,
    pub owner: Owner,
    pub fate: Fate,
    /// Names of columns, with blanks between them, by what they hold.
    pub columns: &'static [(Nature, &'static str)],
}

impl Table {
    /// Its columns one by one.
    pub fn each_column(&self) -> impl Iterator<Item = (&'static str, Nature)> {
        let groups = self.columns.iter();
        groups.flat_map(|(nature, names)| names.split_whitespace().map(|name| (name, *nature)))
    }

    /// What a column holds; none for one that it has not.
    #[must_use]
    pub fn nature(&self, column: &str) -> Option<Nature> {
        let mut columns = self.each_column();
        columns
            .find(|(name, _)| *name == column)
            .map(|(_, nature)| nature)
    }

    /// Whether its entries in the history hold anything about a person.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        let mut natures = self.columns.iter().map(|(nature, _)| nature);
        natures.any(|nature| matches!(nature, Personal(_)))
    }
}

/// The table whose rows the history calls `kind`.
#[must_use]
pub fn table_of(kind: &str) -> Option<&'static Table> {
    tables().find(|table| table.kind == kind)
}

/// All tables, those of people first.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    PEOPLE.iter().chain(IMPORTS).chain(OTHERS)
}

/// What an erased contact is called.
pub const ERASED_NAME: &str = "Erased contact";

const NULL: Nature = Personal(Blank::Null);
pub(super) const NO_KEY: Nature = Derived(Blank::Text(""));

/// The tables that hold something about people.
pub(super) const PEOPLE: &[Table] = &[
    Table {
        name: "contact",
        kind: "contact",
        owner: Owner::Itself,
        fate: Fate::Overwritten,
        columns: &[
            (
                Neutral,
                "id row_number organization_id erased_at version created_at updated_at",
            ),
            (
                Severed,
                "customer_group_id preferred_billing_address_id preferred_shipping_address_id",
            ),
            (
                NULL,
                "external_id first_name middle_name last_name given_full_name email phone job_title birth_date",
            ),
            (
                NULL,
                "preferred_language preferred_currency registration_source consent_updated_at",
            ),
            (Personal(Blank::No), "accepts_marketing"),
            (Personal(Blank::Text(ERASED_NAME)), "full_name"),
            (Derived(Blank::Text("erased contact")), "full_name_key"),
            (Derived(Blank::Text("erased contact\n\n")), "search_key"),
            (NO_KEY, "external_id_key last_name_key email_key"),
        ],
    },
    Table {
        name: "address",
        kind: "address",
        // Those of organizations have no contact, and are not personal.
        owner: Owner::Contact("contact_id"),
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id organization_id contact_id is_shipping is_billing is_public version created_at updated_at",
            ),
            (
                NULL,
                "name first_name last_name organization_name line1 line2 city region postal_code country_code phone email",
            ),
        ],
    },
    Table {
        name: "contact_note",
        kind: "contactNote",
        owner: Owner::Contact("contact_id"),
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id contact_id author_id version created_at updated_at",
            ),
            (NULL, "title text"),
            (OfAnother, "author_login"),
        ],
    },
    Table {
        name: "account",
        kind: "account",
        owner: Owner::Contact("contact_id"),
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id contact_id approved awaits_confirmation active version created_at updated_at",
            ),
            (
                NULL,
                "login email comment locked_until last_sign_in_at registration_source",
            ),
            (NO_KEY, "login_key search_key"),
            (Secret, "password_hash"),
        ],
    },
    Table {
        name: "role_assignment",
        kind: "roleAssignment",
        owner: Owner::Account("account_id"),
        fate: Fate::Deleted,
        columns: &[(
            Neutral,
            "id account_id role_id scope organization_id valid_from valid_until created_at",
        )],
    },
    Table {
        name: "price",
        kind: "price",
        // Of those for an account there may be any number, with nothing personal in the history: they go with it.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id variant_code market_id currency source customer_group_id account_id min_quantity amount valid_from valid_until",
            ),
            (Neutral, "version created_at updated_at"),
            (NO_KEY, "buyer_key"),
        ],
    },
    Table {
        name: "customer",
        kind: "customer",
        // Those that came into being with a person's own order; the others are companies', and have no contact.
        owner: Owner::Contact("contact_id"),
        fate: Fate::Overwritten,
        columns: &[
            (
                Neutral,
                "id row_number number number_key sequence bill_to_id is_ship_to active guest sales_rep_id organization_id",
            ),
            (Neutral, "contact_id version created_at updated_at"),
            (Personal(Blank::Text("Erased customer")), "company_name"),
            (
                NULL,
                "first_name last_name attention line1 line2 line3 line4 city region postal_code country_code phone fax email",
            ),
            (NULL, "currency terms_code price_code"),
            (
                Derived(Blank::Text("erased customer")),
                "name_key search_key",
            ),
            (NO_KEY, "email_key"),
        ],
    },
    Table {
        name: "customer_link",
        kind: "customerLink",
        owner: Owner::Account("account_id"),
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id account_id customer_id is_default rank all_ship_tos default_ship_to_id valid_from valid_until",
            ),
            (Neutral, "version created_at updated_at"),
        ],
    },
    Table {
        name: "sales_rep",
        kind: "salesRep",
        owner: Owner::Account("account_id"),
        fate: Fate::Overwritten,
        columns: &[
            (
                Neutral,
                "id number account_id manager_id version created_at updated_at",
            ),
            (Personal(Blank::Text("Erased sales rep")), "name"),
            (NULL, "title email phone"),
            (
                Derived(Blank::Text("erased sales rep")),
                "name_key search_key",
            ),
        ],
    },
    Table {
        name: "sales_order",
        kind: "order",
        owner: Owner::Nobody,
        fate: Fate::Kept(
            "what was ordered, by whom and to where, is kept for as long as the law asks for it",
        ),
        columns: &[
            (
                Neutral,
                "id number number_key erp_number erp_number_key status placed_at claimed_at customer_id ship_to_id organization_id contact_id account_id",
            ),
            (
                Neutral,
                "actor_id customer_group_id customer_group_name market_id currency subtotal discount tax shipping total",
            ),
            (Neutral, "organization_name version created_at updated_at"),
            (
                NULL,
                "contact_name contact_email placed_by bill_to ship_to po_number requested_on notes",
            ),
            (NO_KEY, "po_number_key"),
            (OfAnother, "actor"),
        ],
    },
    Table {
        name: "order_token",
        kind: "",
        // Those to claim an order go with the account.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "id order_id account_id purpose"),
            (NULL, "created_at expires_at"),
            (Secret, "token_hash"),
        ],
    },
    Table {
        name: "session",
        kind: "",
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "id account_id"),
            (NULL, "created_at expires_at"),
            (OfAnother, "actor_id"),
            (Secret, "token_hash"),
        ],
    },
    Table {
        name: "account_token",
        kind: "",
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "id account_id"),
            (NULL, "purpose created_at expires_at registration"),
            (Secret, "token_hash password_hash"),
        ],
    },
    Table {
        name: "mail",
        kind: "",
        // By the account, by its login, or by the address that a letter went to.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "id account_id order_id attempts due_at"),
            (NULL, "kind recipient created_at sent_at registration"),
            (NO_KEY, "login_key"),
            (Secret, "password_hash"),
        ],
    },
    Table {
        name: "sign_in_budget",
        kind: "",
        // By a hash of the login.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (NULL, "failures window_until locked_until"),
            (Neutral, "turn_until"),
            (Secret, "key"),
        ],
    },
    Table {
        name: "history_entry",
        kind: "",
        // By the rows that are the person's, and those that once were.
        owner: Owner::Nobody,
        fate: Fate::Overwritten,
        columns: &[
            (
                Neutral,
                "id entity entity_id action mutation actor_id on_behalf_of_id request_id created_at",
            ),
            (NULL, "old_values new_values"),
        ],
    },
    Table {
        name: "idempotency_key",
        kind: "",
        // By the account that called, and by the row that was answered.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "mutation answer created_at"),
            (Secret, "owner key input_hash"),
        ],
    },
];
