//! Rows read by the places of their columns, straight from the driver.
//!
//! Reading by name looks each column up, and makes a message for each null that nobody will see: on a page of a hundred contacts, half of
//! the time that its statement takes the server.

use crate::account;
use crate::price;
use crate::role_assignment;
use crate::sales_order;
use sea_orm::sqlx::{self, Row as _};
use sea_orm::{ActiveEnum, DbErr, FromQueryResult, QueryResult, RuntimeErr};

/// A row that can be read from the columns of its entity, in the order of its fields.
pub trait Placed: FromQueryResult {
    /// Reads the row whose columns begin at `from`.
    ///
    /// # Errors
    /// When a column holds what its field cannot.
    fn read(row: &QueryResult, from: usize) -> Result<Self, DbErr>;
}

/// The value of one column.
///
/// # Errors
/// When it is not what was asked for.
pub fn cell<T>(row: &QueryResult, at: usize) -> Result<T, DbErr>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Sqlite>,
{
    let value = if let Some(row) = row.try_as_pg_row() {
        row.try_get_unchecked(at)
    } else if let Some(row) = row.try_as_sqlite_row() {
        row.try_get_unchecked(at)
    } else {
        return Err(DbErr::Type("a row of neither engine".to_owned()));
    };
    value.map_err(|fault| DbErr::Query(RuntimeErr::SqlxError(fault.into())))
}

/// Implements [`Placed`] for a model. The fields must be all columns, in the order of the model.
macro_rules! placed {
    ($($entity:ident { $($field:ident),+ $(,)? })+) => {$(
        impl Placed for crate::$entity::Model {
            fn read(row: &QueryResult, from: usize) -> Result<Self, DbErr> {
                let mut at = from..;
                Ok(Self { $($field: cell(row, at.next().unwrap_or(usize::MAX))?),+ })
            }
        }

        #[cfg(test)]
        impl Fields for crate::$entity::Entity {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    )+};
}

/// The fields as they are read, to be compared with the columns.
#[cfg(test)]
trait Fields: sea_orm::EntityTrait {
    const FIELDS: &'static [&'static str];
}

placed! {
    account {
        id, login, login_key, search_key, email, contact_id, password_hash, approved, awaits_confirmation, registration_source, active,
        locked_until, last_sign_in_at, comment, version, created_at, updated_at,
    }
    contact {
        id, external_id, external_id_key, first_name, middle_name, last_name, last_name_key, given_full_name, full_name,
        full_name_key, email, email_key, search_key, phone, job_title, birth_date, preferred_language, preferred_currency,
        registration_source, accepts_marketing, consent_updated_at, organization_id, customer_group_id,
        preferred_billing_address_id, preferred_shipping_address_id, erased_at, version, created_at, updated_at,
    }
    customer {
        id, number, number_key, sequence, bill_to_id, is_ship_to, company_name, first_name, last_name, name_key, search_key, attention, line1,
        line2, line3, line4, city, region, postal_code, country_code, phone, fax, email, email_key, active, guest, currency,
        terms_code, price_code, sales_rep_id, organization_id, contact_id, version, created_at, updated_at,
    }
    order_line {
        id, order_id, position, variant_code, description, quantity, unit_price, total, price_source, price_id, customer_group_id,
        customer_group_name, created_at,
    }
    organization {
        id, external_id, external_id_key, name, name_key, search_key, description, type_id, business_category_id, parent_id,
        primary_contact_id, customer_group_id, version, created_at, updated_at,
    }
    price {
        id, variant_code, market_id, currency, source, customer_group_id, account_id, min_quantity, amount, valid_from, valid_until,
        version, created_at, updated_at,
    }
    sales_order {
        id, number, number_key, erp_number, erp_number_key, status, placed_at, customer_id, ship_to_id, organization_id, organization_name, contact_id,
        contact_name, contact_email, account_id, placed_by, actor_id, actor, customer_group_id, customer_group_name, market_id,
        currency, bill_to, ship_to, po_number, po_number_key, requested_on, notes, subtotal, discount, tax, shipping, total, claimed_at, version,
        created_at, updated_at,
    }
    role_assignment {
        id, account_id, role_id, scope, organization_id, valid_from, valid_until, created_at,
    }
}

/// Implements [`Placed`] by name for models of which few are read.
macro_rules! by_name {
    ($($entity:ident),+ $(,)?) => {$(
        impl Placed for crate::$entity::Model {
            fn read(row: &QueryResult, _: usize) -> Result<Self, DbErr> {
                Self::from_query_result(row, "")
            }
        }
    )+};
}

by_name!(
    address,
    business_category,
    contact_note,
    customer_group,
    customer_link,
    customer_link_ship_to,
    import,
    import_mapping,
    import_row,
    market,
    organization_type,
    role,
    sales_rep
);

/// How the driver reads what is stored as the name of a variant.
macro_rules! by_its_name {
    ($($kind:ty),+ $(,)?) => {$(
        impl<DB: sqlx::Database> sqlx::Type<DB> for $kind
        where
            String: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as sqlx::Type<DB>>::type_info()
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $kind
        where
            String: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <String as sqlx::Decode<'r, DB>>::decode(value)?;
                Ok(Self::try_from_value(&text)?)
            }
        }
    )+};
}

by_its_name!(
    account::Origin,
    price::Source,
    role_assignment::Scope,
    sales_order::Status
);

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{IdenStatic, Iterable};

    fn in_order<E: Fields>() {
        let columns: Vec<_> = E::Column::iter()
            .map(|column| column.as_str().to_owned())
            .collect();
        assert_eq!(E::FIELDS, columns);
    }

    #[test]
    fn columns_are_read_in_the_order_in_which_they_are_asked_for() {
        in_order::<crate::account::Entity>();
        in_order::<crate::contact::Entity>();
        in_order::<crate::organization::Entity>();
        in_order::<crate::price::Entity>();
        in_order::<crate::sales_order::Entity>();
        in_order::<crate::order_line::Entity>();
        in_order::<crate::customer::Entity>();
        in_order::<crate::role_assignment::Entity>();
    }
}
