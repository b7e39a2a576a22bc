//! A customer's own fields, checked, with all that follows from them.

use crate::addresses::service::country;
use crate::contacts::service::currency;
use crate::error::{Code, Mistakes, Result};
use crate::graphql::terms::{Patch, patch};
use crate::text::{self, NAME, Rule, SHORT, optional_key, search_key, sort_key};
use async_graphql::MaybeUndefined;
use entity::customer::Model;
use serde::Serialize;

/// A customer's own fields; absent ones stay, null clears.
#[derive(Debug, Default, Serialize)]
pub struct Fields {
    pub is_ship_to: MaybeUndefined<bool>,
    pub company_name: MaybeUndefined<String>,
    pub first_name: MaybeUndefined<String>,
    pub last_name: MaybeUndefined<String>,
    pub attention: MaybeUndefined<String>,
    pub line1: MaybeUndefined<String>,
    pub line2: MaybeUndefined<String>,
    pub line3: MaybeUndefined<String>,
    pub line4: MaybeUndefined<String>,
    pub city: MaybeUndefined<String>,
    pub region: MaybeUndefined<String>,
    pub postal_code: MaybeUndefined<String>,
    /// Two letters; stored as capitals.
    pub country_code: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
    pub fax: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
    pub active: MaybeUndefined<bool>,
    pub guest: MaybeUndefined<bool>,
    pub currency: MaybeUndefined<String>,
    pub terms_code: MaybeUndefined<String>,
    pub price_code: MaybeUndefined<String>,
}

impl Fields {
    /// `row` with these fields, and with what it is found and sorted by.
    ///
    /// # Errors
    /// User errors: `TOO_LONG`, `INVALID` and `REQUIRED` at the fields' names.
    pub(super) fn apply(&self, row: Model) -> Result<Model> {
        let mut row = row;
        let mut mistakes = Mistakes::default();
        self.apply_flags(&mut row, &mut mistakes);
        let mut line = |value: &MaybeUndefined<String>, field, limit| {
            patch(&mut mistakes, value.clone(), |text| {
                Rule::line(field, limit).apply(text)
            })
        };
        let lines = [
            line(&self.company_name, "companyName", NAME),
            line(&self.first_name, "firstName", NAME),
            line(&self.last_name, "lastName", NAME),
            line(&self.attention, "attention", SHORT),
            line(&self.line1, "line1", SHORT),
            line(&self.line2, "line2", SHORT),
            line(&self.line3, "line3", SHORT),
            line(&self.line4, "line4", SHORT),
            line(&self.city, "city", SHORT),
            line(&self.region, "region", SHORT),
            line(&self.postal_code, "postalCode", SHORT),
            line(&self.phone, "phone", SHORT),
            line(&self.fax, "fax", SHORT),
            line(&self.terms_code, "termsCode", SHORT),
            line(&self.price_code, "priceCode", SHORT),
        ];
        let country_code = patch(&mut mistakes, self.country_code.clone(), country);
        let email = patch(&mut mistakes, self.email.clone(), |text| {
            text::email("email", text)
        });
        let currency = patch(&mut mistakes, self.currency.clone(), |code| {
            currency("currency", code)
        });
        let columns = [
            &mut row.company_name,
            &mut row.first_name,
            &mut row.last_name,
            &mut row.attention,
            &mut row.line1,
            &mut row.line2,
            &mut row.line3,
            &mut row.line4,
            &mut row.city,
            &mut row.region,
            &mut row.postal_code,
            &mut row.phone,
            &mut row.fax,
            &mut row.terms_code,
            &mut row.price_code,
        ];
        for (column, change) in columns.into_iter().zip(lines) {
            set(column, change);
        }
        set(&mut row.country_code, country_code);
        set(&mut row.email, email);
        set(&mut row.currency, currency);
        let parts = ["companyName", "firstName", "lastName"];
        let nameless = row.name().is_empty();
        if nameless && !parts.iter().any(|part| mistakes.has(part)) {
            let message = "a customer needs the name of a company or of a person";
            mistakes.note(Code::Required, "companyName", message);
        }
        mistakes.finish()?;
        Ok(with_keys(row))
    }

    fn apply_flags(&self, row: &mut Model, mistakes: &mut Mistakes) {
        let flags = [
            ("isShipTo", self.is_ship_to, &mut row.is_ship_to),
            ("active", self.active, &mut row.active),
            ("guest", self.guest, &mut row.guest),
        ];
        for (field, given, column) in flags {
            if given.is_null() {
                mistakes.note(Code::Invalid, field, format!("{field} cannot be cleared"));
            }
            *column = given.take().unwrap_or(*column);
        }
        if !row.is_bill_to() && !row.is_ship_to {
            let message = "what has a sequence is a ship-to";
            mistakes.note(Code::Invalid, "isShipTo", message);
        }
    }
}

fn set(column: &mut Option<String>, change: Patch<String>) {
    if let Some(value) = change {
        *column = value;
    }
}

/// The row with what follows from its other columns.
#[must_use]
pub fn with_keys(row: Model) -> Model {
    let name = row.name();
    let person = [row.first_name.as_deref(), row.last_name.as_deref()];
    let person: Vec<&str> = person.into_iter().flatten().collect();
    let person = person.join(" ");
    let searched = [
        row.number.as_str(),
        row.company_name.as_deref().unwrap_or_default(),
        &person,
        row.email.as_deref().unwrap_or_default(),
    ];
    Model {
        number_key: sort_key(&row.number),
        name_key: sort_key(&name),
        email_key: optional_key(row.email.as_deref()),
        search_key: search_key(&searched),
        ..row
    }
}
