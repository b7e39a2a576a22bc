//! Customers of an ERP: known by number and sequence (T-82). A file of ship-tos calls the number of their bill-to by another name.

use super::Ways;
use super::deal::Thing;
use super::named::{flag, organization_of, sales_rep_of};
use crate::access::{Change as UseCase, WriteTx};
use crate::addresses::service::country;
use crate::contacts::service::currency;
use crate::customers::rules;
use crate::customers::service::{CreateCustomer, DeleteCustomer, Fields, UpdateCustomer};
use crate::error::{Code, Result};
use crate::imports::rules::{Change, Given, Problem, Reading, RowIn};
use crate::text::{self, NAME, Rule, SHORT};
use async_graphql::MaybeUndefined;
use entity::customer::{self, Model};
use entity::ids::{CustomerId, OrganizationId, SalesRepId};
use sea_orm::{ColumnTrait, Condition};
use serde_json::Value;
use std::borrow::Cow;

/// A customer as it shall be, as far as rows say so; with `SHIP_TOS` one of a file that has no others.
#[derive(Default)]
pub struct Customers<const SHIP_TOS: bool> {
    number: String,
    sequence: String,
    fields: Fields,
    sales_rep_id: MaybeUndefined<SalesRepId>,
    organization_id: MaybeUndefined<OrganizationId>,
}

type Column = fn(&Model) -> &Option<String>;
type Place = fn(&mut Fields) -> &mut MaybeUndefined<String>;

/// One-line texts: how long they may be, where they are, and where they go.
const LINES: [(&str, usize, Column, Place); 15] = [
    (
        "companyName",
        NAME,
        |row| &row.company_name,
        |to| &mut to.company_name,
    ),
    (
        "firstName",
        NAME,
        |row| &row.first_name,
        |to| &mut to.first_name,
    ),
    (
        "lastName",
        NAME,
        |row| &row.last_name,
        |to| &mut to.last_name,
    ),
    (
        "attention",
        SHORT,
        |row| &row.attention,
        |to| &mut to.attention,
    ),
    ("line1", SHORT, |row| &row.line1, |to| &mut to.line1),
    ("line2", SHORT, |row| &row.line2, |to| &mut to.line2),
    ("line3", SHORT, |row| &row.line3, |to| &mut to.line3),
    ("line4", SHORT, |row| &row.line4, |to| &mut to.line4),
    ("city", SHORT, |row| &row.city, |to| &mut to.city),
    ("region", SHORT, |row| &row.region, |to| &mut to.region),
    (
        "postalCode",
        SHORT,
        |row| &row.postal_code,
        |to| &mut to.postal_code,
    ),
    ("phone", SHORT, |row| &row.phone, |to| &mut to.phone),
    ("fax", SHORT, |row| &row.fax, |to| &mut to.fax),
    (
        "termsCode",
        SHORT,
        |row| &row.terms_code,
        |to| &mut to.terms_code,
    ),
    (
        "priceCode",
        SHORT,
        |row| &row.price_code,
        |to| &mut to.price_code,
    ),
];

/// The fields of a customer.
pub const FIELDS: [&str; 26] = [
    "number",
    "sequence",
    "companyName",
    "firstName",
    "lastName",
    "attention",
    "line1",
    "line2",
    "line3",
    "line4",
    "city",
    "region",
    "postalCode",
    "countryCode",
    "phone",
    "fax",
    "email",
    "active",
    "deleted",
    "isShipTo",
    "guest",
    "currency",
    "termsCode",
    "priceCode",
    "salesRepNumber",
    "organizationExternalId",
];

/// Those of a ship-to in a file of its own: the rest is its bill-to's.
pub const SHIP_TO_FIELDS: [&str; 19] = [
    "customerNumber",
    "sequence",
    "companyName",
    "firstName",
    "lastName",
    "attention",
    "line1",
    "line2",
    "line3",
    "line4",
    "city",
    "region",
    "postalCode",
    "countryCode",
    "phone",
    "fax",
    "email",
    "active",
    "deleted",
];

/// What stands between number and sequence in a key: no number has one.
const BETWEEN: char = '\t';

/// By what a row is known: the number, and behind it the sequence of a ship-to.
pub fn key<const SHIP_TOS: bool>(row: &RowIn) -> Result<Option<String>, Problem> {
    let text = |field| row.text(field).map(str::to_owned);
    let field = Customers::<SHIP_TOS>::KEY;
    let number = Rule::identifier(field, SHORT).apply(text(field))?;
    let sequence = Rule::identifier("sequence", SHORT).apply(text("sequence"))?;
    let sequence = sequence.unwrap_or_default();
    let sequence = rules::sequence(&sequence);
    if SHIP_TOS && sequence.is_empty() {
        let message = "a ship-to needs a sequence other than 0";
        return Err(Problem::new(Code::Required, "sequence", message));
    }
    Ok(number.map(|number| key_from(&number, sequence)))
}

/// The key of a customer.
#[must_use]
pub fn key_from(number: &str, sequence: &str) -> String {
    if sequence.is_empty() {
        return number.to_owned();
    }
    format!("{number}{BETWEEN}{sequence}")
}

/// Whether a row is about a ship-to, which needs its bill-to to be there.
#[must_use]
pub fn is_ship_to(row: &RowIn) -> bool {
    !rules::sequence(row.text("sequence").unwrap_or_default()).is_empty()
}

impl<const SHIP_TOS: bool> Thing for Customers<SHIP_TOS> {
    type Entity = customer::Entity;
    const FIELDS: &'static [&'static str] = if SHIP_TOS { &SHIP_TO_FIELDS } else { &FIELDS };
    const KEY: &'static str = if SHIP_TOS { "customerNumber" } else { "number" };
    const REFERENCES: &'static [&'static str] = &["salesRepNumber", "organizationExternalId"];

    fn prepared(row: &RowIn) -> Cow<'_, RowIn> {
        let deleted = match row.text("deleted").map(str::to_lowercase).as_deref() {
            Some("true" | "yes" | "1") => true,
            Some("false" | "no" | "0") => false,
            _ => return Cow::Borrowed(row),
        };
        let mut row = row.clone();
        row.fields.remove("deleted");
        // What the ERP has marked as deleted is in use no more (T-85); without the mark it is, unless the row says otherwise.
        if deleted || row.text("active").is_none() {
            let active = Given::Text((!deleted).to_string());
            row.fields.insert("active".to_owned(), active);
        }
        Cow::Owned(row)
    }

    async fn find(tx: &mut WriteTx, row: &RowIn) -> Result<Option<Model>> {
        let number = row.text(Self::KEY).unwrap_or_default();
        let sequence = rules::sequence(row.text("sequence").unwrap_or_default());
        let is_it = Condition::all()
            .add(customer::Column::Number.eq(number))
            .add(customer::Column::Sequence.eq(sequence));
        let found = tx.consequences::<customer::Entity>(is_it).await?.pop();
        Ok(found.map(|found| (*found).clone()))
    }

    async fn read(
        tx: &mut WriteTx,
        reading: &mut Reading<'_>,
        old: Option<&Model>,
        row: &RowIn,
    ) -> Result<Self> {
        let mut wanted = Self::default();
        wanted.read_key(reading, old, row);
        wanted.read_texts(reading, old);
        wanted.read_flags(reading, old);
        // A ship-to has what its bill-to has, which rows of an ERP often say again.
        let bill_to = match old {
            None if is_ship_to(row) => {
                let is_it = Condition::all()
                    .add(customer::Column::Number.eq(wanted.number.as_str()))
                    .add(customer::Column::Sequence.eq(""));
                tx.looked_at::<customer::Entity>(is_it).await?.pop()
            }
            _ => None,
        };
        let had = old.or(bill_to.as_ref());
        let rep = had.and_then(|had| had.sales_rep_id);
        let new_rep = sales_rep_of(tx, reading, row, rep).await?;
        if new_rep != rep {
            wanted.sales_rep_id = given(new_rep);
        }
        let place = had.and_then(|had| had.organization_id);
        let new_place = organization_of(tx, reading, row, place).await?;
        if new_place != place {
            wanted.organization_id = given(new_place);
        }
        Ok(wanted)
    }

    async fn carry_out(self, tx: &mut WriteTx, old: Option<&Model>, _: Ways) -> Result<CustomerId> {
        let Some(old) = old else {
            let create = CreateCustomer {
                number: self.number,
                sequence: self.sequence,
                fields: self.fields,
                sales_rep_id: self.sales_rep_id.take(),
                organization_id: self.organization_id.take(),
            };
            return create.apply(tx).await;
        };
        let update = UpdateCustomer {
            id: old.id,
            fields: self.fields,
            sales_rep_id: self.sales_rep_id,
            organization_id: self.organization_id,
        };
        update.apply(tx).await
    }

    async fn remove(tx: &mut WriteTx, id: CustomerId, _: &[Change]) -> Result<()> {
        DeleteCustomer { id }.apply(tx).await.map(drop)
    }

    fn referring(mut self, changes: &[Change], was: &Value) -> Self {
        for change in changes {
            match change.field.as_str() {
                "salesRepNumber" => self.sales_rep_id = id_in(was, "sales_rep_id"),
                "organizationExternalId" => self.organization_id = id_in(was, "organization_id"),
                _ => {}
            }
        }
        self
    }
}

/// What a column was; it stays where that is not known.
fn id_in<I: std::str::FromStr>(was: &Value, column: &str) -> MaybeUndefined<I> {
    was.get(column).map_or(MaybeUndefined::Undefined, |was| {
        given(was.as_str().and_then(|id| id.parse().ok()))
    })
}

impl<const SHIP_TOS: bool> Customers<SHIP_TOS> {
    fn read_key(&mut self, reading: &mut Reading<'_>, old: Option<&Model>, row: &RowIn) {
        if old.is_some() {
            return;
        }
        let number = row.text(Self::KEY).map(str::to_owned);
        self.number = number.clone().unwrap_or_default();
        reading.text(Self::KEY, None, |_| Ok(number));
        let sequence = rules::sequence(row.text("sequence").unwrap_or_default()).to_owned();
        self.sequence.clone_from(&sequence);
        let sequence = Some(sequence).filter(|sequence| !sequence.is_empty());
        reading.text("sequence", None, |_| Ok(sequence));
    }

    fn read_texts(&mut self, reading: &mut Reading<'_>, old: Option<&Model>) {
        for (field, limit, column, place) in LINES {
            let had = old.and_then(|old| column(old).clone());
            let new = reading.text(field, had, |text| Rule::line(field, limit).apply(text));
            if reading.changes_field(field) {
                *place(&mut self.fields) = given(new);
            }
        }
        let had = old.and_then(|old| old.country_code.clone());
        let new = reading.text("countryCode", had, country);
        if reading.changes_field("countryCode") {
            self.fields.country_code = given(new);
        }
        let had = old.and_then(|old| old.email.clone());
        let new = reading.text("email", had, |text| text::email("email", text));
        if reading.changes_field("email") {
            self.fields.email = given(new);
        }
        let had = old.and_then(|old| old.currency.clone());
        let new = reading.text("currency", had, |code| {
            let code = code.map(|code| code.trim().to_owned());
            currency("currency", code.filter(|code| !code.is_empty()))
        });
        if reading.changes_field("currency") {
            self.fields.currency = given(new);
        }
    }

    fn read_flags(&mut self, reading: &mut Reading<'_>, old: Option<&Model>) {
        // A mark that means nothing is still there: what it could mean says `active` by now.
        flag(reading, "deleted", Some(false), false);
        let is_ship_to = old.map_or(!self.sequence.is_empty(), |old| old.is_ship_to);
        let flags = [
            (
                "active",
                old.map(|old| old.active),
                true,
                &mut self.fields.active,
            ),
            (
                "isShipTo",
                old.map(|old| old.is_ship_to),
                is_ship_to,
                &mut self.fields.is_ship_to,
            ),
            (
                "guest",
                old.map(|old| old.guest),
                false,
                &mut self.fields.guest,
            ),
        ];
        for (field, had, initial, place) in flags {
            let new = flag(reading, field, had, initial);
            if reading.changes_field(field) {
                *place = MaybeUndefined::Value(new);
            }
        }
    }
}

fn given<V>(value: Option<V>) -> MaybeUndefined<V> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}
