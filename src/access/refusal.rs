//! What the database itself refuses, told apart by code and by the constraint's name.

use crate::error::{Code, Error, Result, UserError};
use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};

/// A unique constraint that a client can run into: its name on PostgreSQL, its columns as SQLite tells them, and what to say.
struct Unique {
    postgres: &'static str,
    sqlite: &'static str,
    field: &'static str,
    message: &'static str,
}

const TAKEN: &[Unique] = &[
    Unique {
        postgres: "organization_external_id_unique",
        sqlite: "organization.external_id",
        field: "externalId",
        message: "externalId is taken",
    },
    Unique {
        postgres: "contact_external_id_unique",
        sqlite: "contact.external_id",
        field: "externalId",
        message: "externalId is taken",
    },
    Unique {
        postgres: "customer_group_name_key",
        sqlite: "customer_group.name_key",
        field: "name",
        message: "a customer group of this name exists",
    },
    Unique {
        postgres: "organization_type_name_key",
        sqlite: "organization_type.name_key",
        field: "name",
        message: "an organization type of this name exists",
    },
    Unique {
        postgres: "business_category_name_key",
        sqlite: "business_category.name_key",
        field: "name",
        message: "a business category of this name exists",
    },
    Unique {
        postgres: "role_name_key",
        sqlite: "role.name_key",
        field: "name",
        message: "a role of this name exists",
    },
    Unique {
        postgres: "market_code_key",
        sqlite: "market.code",
        field: "code",
        message: "a market of this code exists",
    },
    Unique {
        postgres: "sales_order_erp_number_key",
        sqlite: "sales_order.erp_number",
        field: "erpNumber",
        message: "an order of this erpNumber exists",
    },
    Unique {
        postgres: "customer_number_key",
        sqlite: "customer.number, customer.sequence",
        field: "number",
        message: "a customer of this number and sequence exists",
    },
    Unique {
        postgres: "sales_rep_number_key",
        sqlite: "sales_rep.number",
        field: "number",
        message: "a sales rep of this number exists",
    },
    Unique {
        postgres: "sales_rep_account_key",
        sqlite: "sales_rep.account_id",
        field: "accountId",
        message: "the account belongs to a sales rep already",
    },
    Unique {
        postgres: "account_login_key",
        sqlite: "account.login_key",
        field: "login",
        message: "login is taken",
    },
    Unique {
        postgres: "account_contact_key",
        sqlite: "account.contact_id",
        field: "contactId",
        message: "the contact has an account already",
    },
];

/// The user error behind a refused unique value, for constraints that clients can run into.
pub(super) fn as_user_error(error: Error) -> Error {
    let Error::Database(cause) = &error else {
        return error;
    };
    let Some(database) = database_error(cause) else {
        return error;
    };
    if !database.is_unique_violation() {
        return error;
    }
    let name = database.constraint().unwrap_or_default();
    let text = database.message();
    TAKEN
        .iter()
        .find(|unique| unique.postgres == name || text.ends_with(unique.sqlite))
        .map_or_else(
            || error.clone(),
            |unique| {
                Error::Invalid(vec![UserError::new(
                    Code::Taken,
                    unique.field,
                    unique.message,
                )])
            },
        )
}

/// Why something that was tried was refused, in words for whoever asked for it.
///
/// # Errors
/// Faults stay faults, and what can be tried again is.
pub fn refusals(error: Error) -> Result<Vec<UserError>> {
    match as_user_error(error) {
        Error::Invalid(mistakes) => Ok(mistakes),
        fault => Err(fault),
    }
}

/// Whether a value was refused that somebody else has.
pub(super) fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Database(_)) && matches!(as_user_error(error.clone()), Error::Invalid(_))
}

/// Whether the whole transaction may be tried again: another one was in the way, and nothing of this one has happened.
pub(super) fn is_transient(error: &Error) -> bool {
    let Error::Database(cause) = error else {
        return false;
    };
    let Some(database) = database_error(cause) else {
        return false;
    };
    let code = database.code().unwrap_or_default();
    match code.as_ref() {
        // Serialization failure, deadlock, lock not available; SQLite busy in its three forms.
        "40001" | "40P01" | "55P03" | "5" | "261" | "517"
        // A row that this one refers to came or went since it was checked: the next try sees it and says so.
        | "23503" | "23001" => true,
        // Two calls with one idempotency key: the next try finds the other's answer.
        // Or two prices of one key: the next try finds the other one and changes it (T-134). Or a number that an order happens to have:
        // the next try draws another one.
        "23505" => matches!(
            database.constraint(),
            Some("idempotency_key_pkey" | "price_key" | "sales_order_number_key")
        ),
        _ => false,
    }
}

fn database_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => cause.as_database_error(),
        _ => None,
    }
}
