//! What an order says, checked by itself.

use crate::access::Token;
use crate::accounts::service::Newcomer;
use crate::addresses::service::country;
use crate::error::{Code, Error, Mistakes, Result, UserError};
use crate::graphql::scalars::Decimal;
use crate::orders::rules::OrderAddress;
use crate::text::{self, Rule, SHORT};
use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::exact::Quantity;
use entity::ids::{ContactId, CustomerId};
use serde::Serialize;

/// Most lines of an order.
const MOST_LINES: usize = 200;

/// Places an order. What it needs depends on for whom it is placed: see `whom`.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceOrder {
    /// By its code.
    pub market: String,
    pub currency: Option<String>,
    pub lines: Vec<AskedLine>,
    /// Null for an order without a customer; absent, the viewer's default one.
    pub customer_id: MaybeUndefined<CustomerId>,
    pub ship_to_id: Option<CustomerId>,
    /// For whom; absent, the viewer's own contact.
    pub contact_id: Option<ContactId>,
    pub bill_to: Option<OrderAddress>,
    pub ship_to: Option<OrderAddress>,
    pub po_number: Option<String>,
    pub requested_on: Option<NaiveDate>,
    pub notes: Option<String>,
    /// By which it is looked up, when nobody is signed in.
    #[serde(skip)]
    pub token: Token,
    /// Who wants an account by it.
    pub newcomer: Option<Newcomer>,
}

/// A variant and how many of it.
#[derive(Clone, Debug, Serialize)]
pub struct AskedLine {
    pub variant_code: String,
    pub quantity: Decimal,
}

/// The same as far as it means something.
#[derive(Default)]
pub(super) struct Checked {
    /// None for a line that means nothing.
    pub lines: Vec<Option<(String, Quantity)>>,
    pub currency: Option<String>,
    pub bill_to: Option<OrderAddress>,
    pub ship_to: Option<OrderAddress>,
    pub po_number: Option<String>,
    pub notes: Option<String>,
}

impl PlaceOrder {
    /// The checked input, and what is wrong with it in `mistakes`.
    pub(super) fn check(&self, mistakes: &mut Mistakes) -> Checked {
        if self.lines.is_empty() {
            mistakes.note(Code::Required, "lines", "an order needs a line");
        }
        if self.lines.len() > MOST_LINES {
            let message = format!("an order has {MOST_LINES} lines at most");
            mistakes.note(Code::Invalid, "lines", message);
            return Checked::default();
        }
        let mut lines = Vec::with_capacity(self.lines.len());
        for (place, line) in self.lines.iter().enumerate() {
            let checked = line.check();
            let within = ["lines", &place.to_string()];
            lines.push(noted(
                mistakes,
                checked.map_err(|error| error.below(&within)),
            ));
        }
        let currency = self.currency.clone();
        if let Some(code) = &currency
            && iso_currency::Currency::from_code(code).is_none()
        {
            let message = format!("{code} is not a currency of ISO 4217");
            mistakes.note(Code::Invalid, "currency", message);
        }
        let mut address = |field: &'static str, given: &Option<OrderAddress>| {
            let given = given.clone()?;
            noted(
                mistakes,
                checked(given).map_err(|error| error.below(&[field])),
            )
        };
        let (bill_to, ship_to) = (
            address("billTo", &self.bill_to),
            address("shipTo", &self.ship_to),
        );
        Checked {
            lines,
            currency,
            bill_to,
            ship_to,
            po_number: mistakes.check(Rule::line("poNumber", SHORT).apply(self.po_number.clone())),
            notes: mistakes.check(Rule::text("notes").apply(self.notes.clone())),
        }
    }
}

impl AskedLine {
    fn check(&self) -> Result<(String, Quantity)> {
        let mut mistakes = Mistakes::default();
        let code = Rule::line("variantCode", SHORT).apply(Some(self.variant_code.clone()));
        let code = match mistakes.check(code) {
            None if !mistakes.has("variantCode") => {
                mistakes.note(Code::Required, "variantCode", "a line needs a variant");
                None
            }
            code => code,
        };
        let quantity = self.quantity.parts(Quantity::PLACES).map(Quantity);
        let quantity =
            quantity.filter(|quantity| *quantity > Quantity(0) && *quantity < Quantity::END);
        if quantity.is_none() {
            let message = "a quantity is above 0 and below 10^9, with 9 decimals at most";
            mistakes.note(Code::Invalid, "quantity", message);
        }
        mistakes.finish()?;
        Ok((code.unwrap_or_default(), quantity.unwrap_or_default()))
    }
}

/// An address with something in it.
fn checked(given: OrderAddress) -> Result<OrderAddress> {
    let mut mistakes = Mistakes::default();
    let mut line = |field, text| mistakes.check(Rule::line(field, SHORT).apply(text));
    let address = OrderAddress {
        number: None,
        sequence: None,
        company_name: line("companyName", given.company_name),
        first_name: line("firstName", given.first_name),
        last_name: line("lastName", given.last_name),
        attention: line("attention", given.attention),
        line1: line("line1", given.line1),
        line2: line("line2", given.line2),
        line3: line("line3", given.line3),
        line4: line("line4", given.line4),
        city: line("city", given.city),
        region: line("region", given.region),
        postal_code: line("postalCode", given.postal_code),
        country_code: None,
        phone: line("phone", given.phone),
        email: None,
    };
    let address = OrderAddress {
        country_code: mistakes.check(country(given.country_code)),
        email: mistakes.check(text::email("email", given.email)),
        ..address
    };
    mistakes.finish()?;
    if address == OrderAddress::default() {
        let message = "there is nothing in this address";
        return Err(Error::Invalid(vec![UserError {
            code: Code::Required,
            message: message.to_owned(),
            path: Vec::new(),
        }]));
    }
    Ok(address)
}

/// What was found, or a note of why not. Faults are not noted, but nothing else comes out of a check of input.
fn noted<T>(mistakes: &mut Mistakes, checked: Result<T>) -> Option<T> {
    match checked {
        Ok(found) => Some(found),
        Err(error) => {
            mistakes.add(error);
            None
        }
    }
}
