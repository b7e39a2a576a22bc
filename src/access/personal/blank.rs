//! What stands in a column once its value was overwritten.

use super::registry::{Nature, table_of};
use crate::access::guarded::Guarded;
use sea_orm::sea_query::ArrayType;
use sea_orm::{IdenStatic, Iterable, ModelTrait, Value};

/// What a personal value is overwritten with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    Null,
    No,
    Text(&'static str),
}

/// The columns of `E` that are overwritten where its row stays, with what is put there.
#[must_use]
pub fn blanks<E: Guarded>() -> Vec<(E::Column, Value)> {
    let columns = E::Column::iter().filter_map(|column| {
        let nature = table_of(E::KIND)?.nature(column.as_str())?;
        let blank = match nature {
            Nature::Personal(blank) | Nature::Derived(blank) => blank,
            Nature::Severed => Blank::Null,
            Nature::Neutral | Nature::Secret | Nature::OfAnother => return None,
        };
        Some((column, blank.value(&E::Model::get_value_type(column))))
    });
    columns.collect()
}

impl Blank {
    fn value(self, kind: &ArrayType) -> Value {
        match (self, kind) {
            (Self::No, _) => false.into(),
            (Self::Text(text), _) => text.to_owned().into(),
            (Self::Null, ArrayType::Bool) => Value::Bool(None),
            (Self::Null, ArrayType::Int) => Value::Int(None),
            (Self::Null, ArrayType::BigInt) => Value::BigInt(None),
            (Self::Null, ArrayType::Uuid) => Value::Uuid(None),
            (Self::Null, ArrayType::Json) => Value::Json(None),
            (Self::Null, ArrayType::ChronoDate) => Value::ChronoDate(None),
            (Self::Null, ArrayType::ChronoDateTimeUtc) => Value::ChronoDateTimeUtc(None),
            (Self::Null, _) => Value::String(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::personal::registry::ERASED_NAME;
    use crate::text::{search_key, sort_key};
    use entity::contact;
    use sea_orm::{ActiveModelTrait, IntoActiveModel, TryIntoModel};

    /// A contact of whom every column is filled.
    fn contact() -> contact::Model {
        let text = || Some("x".to_owned());
        contact::Model {
            id: entity::ids::ContactId(uuid::Uuid::nil()),
            external_id: text(),
            external_id_key: "x".to_owned(),
            first_name: text(),
            middle_name: text(),
            last_name: text(),
            last_name_key: "x".to_owned(),
            given_full_name: text(),
            full_name: "x".to_owned(),
            full_name_key: "x".to_owned(),
            email: text(),
            email_key: "x".to_owned(),
            search_key: "x".to_owned(),
            phone: text(),
            job_title: text(),
            birth_date: Some(chrono::NaiveDate::MAX),
            preferred_language: text(),
            preferred_currency: text(),
            registration_source: text(),
            accepts_marketing: true,
            consent_updated_at: Some(chrono::DateTime::UNIX_EPOCH),
            organization_id: None,
            customer_group_id: Some(entity::ids::CustomerGroupId(1)),
            preferred_billing_address_id: Some(entity::ids::AddressId(uuid::Uuid::nil())),
            preferred_shipping_address_id: Some(entity::ids::AddressId(uuid::Uuid::nil())),
            erased_at: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    /// Values of a wrong type would not go into the row.
    #[test]
    fn what_is_put_into_a_contact_fits_its_columns_and_leaves_nothing_of_it() {
        let mut erased = contact().into_active_model();
        for (column, value) in blanks::<contact::Entity>() {
            erased.set(column, value);
        }
        let erased: contact::Model = erased.try_into_model().expect("a contact");
        assert!(!format!("{erased:?}").contains("\"x\""), "{erased:?}");
        assert_eq!(erased.full_name, ERASED_NAME);
        assert_eq!(erased.full_name_key, sort_key(ERASED_NAME));
        assert_eq!(erased.search_key, search_key(&[ERASED_NAME, "", ""]));
        assert_eq!((erased.birth_date, erased.accepts_marketing), (None, false));
        assert_eq!(erased.customer_group_id, None);
    }
}
