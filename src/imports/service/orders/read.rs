//! What rows say of orders.

use super::whom::{Whom, read_whom};
use crate::access::WriteTx;
use crate::contacts::service::currency;
use crate::error::{Code, Result, UserError};
use crate::graphql::scalars::Decimal;
use crate::imports::rules::{Reading, RowIn};
use crate::imports::service::one_by_one::moment;
use crate::orders::service::{Brought, BroughtLine};
use crate::text::{Rule, SHORT};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use entity::exact::{Amount, Quantity};
use entity::sales_order::{Model, Status};
use sea_orm::ActiveEnum;

/// What an order says beside its lines, with whom it names.
pub(super) struct Header {
    number: String,
    pub(super) erp_number: Option<String>,
    pub(super) status: Status,
    placed_at: Option<DateTime<Utc>>,
    whom: Whom,
    currency: Option<String>,
    po_number: Option<String>,
    pub(super) requested_on: Option<NaiveDate>,
    pub(super) notes: Option<String>,
    sums: [Option<Amount>; 5],
}

type Sum = fn(&Model) -> Amount;

/// What an order came to: the fields, and where it is kept.
const SUMS: [(&str, Sum); 5] = [
    ("subtotal", |order| order.subtotal),
    ("discount", |order| order.discount),
    ("tax", |order| order.tax),
    ("freight", |order| order.shipping),
    ("total", |order| order.total),
];

pub(super) async fn read_header(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: Option<&Model>,
) -> Result<Header> {
    let number = row.text("number").map(str::to_owned);
    if old.is_none() {
        let number = number.clone();
        reading.text("number", None, |_| Ok(number));
    }
    let text = |given: Option<String>| given.map(|text| text.trim().to_owned());
    let placed_at = reading.field(
        "orderedAt",
        old.map(|old| old.placed_at),
        |text| {
            let given = text.map(str::trim).filter(|text| !text.is_empty());
            given.map(|text| moment("orderedAt", text)).transpose()
        },
        |at| at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    );
    let requested_on = reading.field(
        "requestedDate",
        old.and_then(|old| old.requested_on),
        day,
        |day| day.map(|day| day.to_string()),
    );
    let had = old.map(|old| old.status);
    let status = reading.field(
        "status",
        had,
        |text| status(text, had),
        |status| status.map(|status| status.to_value()),
    );
    let whom = read_whom(tx, reading, row, old).await?;
    let line = |field, given| Rule::line(field, SHORT).apply(given);
    let po_number = old.and_then(|old| old.po_number.clone());
    let po_number = reading.text("poNumber", po_number, |given| line("poNumber", given));
    let erp_number = old.and_then(|old| old.erp_number.clone());
    let erp_number = reading.text("erpNumber", erp_number, |given| {
        Rule::identifier("erpNumber", SHORT).apply(given)
    });
    let code = reading.text("currency", old.map(|old| old.currency.clone()), |given| {
        currency("currency", text(given).filter(|code| !code.is_empty()))
    });
    let sums = SUMS.map(|(field, had)| amount(reading, field, old.map(had)));
    let notes = old.and_then(|old| old.notes.clone());
    let notes = reading.text("notes", notes, |given| Rule::text("notes").apply(given));
    if old.is_none() {
        for (field, missing) in [
            ("orderedAt", placed_at.is_none()),
            ("currency", code.is_none()),
        ] {
            if missing && !reading.refuses(field) {
                reading.refuse(Code::Required, field, format!("an order needs {field}"));
            }
        }
    }
    Ok(Header {
        number: number.unwrap_or_default(),
        erp_number,
        status: status.unwrap_or(Status::Submitted),
        placed_at,
        whom,
        currency: code,
        po_number,
        requested_on,
        notes,
        sums,
    })
}

impl Header {
    /// The order with its lines.
    pub(super) fn into_order(self, lines: Vec<BroughtLine>) -> Brought {
        let [subtotal, discount, tax, shipping, total] = self.sums;
        Brought {
            number: self.number,
            erp_number: self.erp_number,
            status: self.status,
            placed_at: self.placed_at.unwrap_or_default(),
            customer: self.whom.customer,
            ship_to: self.whom.ship_to,
            ship_to_text: self.whom.ship_to_text,
            contact: self.whom.contact,
            organization: self.whom.organization,
            market: self.whom.market,
            currency: self.currency.unwrap_or_default(),
            po_number: self.po_number,
            requested_on: self.requested_on,
            notes: self.notes,
            subtotal,
            discount,
            tax,
            shipping,
            total,
            lines,
        }
    }
}

fn day(text: Option<&str>) -> Result<Option<NaiveDate>, UserError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let message = "requestedDate is a day such as 2026-12-31";
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Some);
    day.map_err(|_| UserError::new(Code::Invalid, "requestedDate", message))
}

fn status(text: Option<&str>, had: Option<Status>) -> Result<Option<Status>, UserError> {
    let refused = |message: &str| Err(UserError::new(Code::Invalid, "status", message));
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None if had.is_none() => Ok(Some(Status::Submitted)),
        None => refused("status cannot be cleared"),
        Some(text) => {
            let known = Status::try_from_value(&text.to_uppercase());
            known.map(Some).or_else(|_| {
                refused("a status is SUBMITTED, PROCESSING, SHIPPED, COMPLETED or CANCELLED")
            })
        }
    }
}

/// An amount that may be missing.
fn amount(reading: &mut Reading<'_>, field: &'static str, had: Option<Amount>) -> Option<Amount> {
    let read = |text: Option<&str>| {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(had.map(|_| Amount(0)));
        };
        let number = Decimal::read(text).and_then(|number| number.parts(Amount::PLACES));
        let amount = number.map(Amount);
        let kept = amount.filter(|amount| (Amount(0)..Amount::END).contains(amount));
        let message = format!("{field} has 6 decimals at most and is from 0 to below 10^12");
        let refused = || UserError::new(Code::Invalid, field, message);
        kept.map(Some).ok_or_else(refused)
    };
    reading.field(field, had, read, |amount| {
        amount.map(|amount| amount.to_string())
    })
}

/// The line of a row; none where something is wrong with it. Of an order that is there nothing changes by it.
pub(super) fn read_line(
    reading: &mut Reading<'_>,
    row: &RowIn,
    there: bool,
) -> Option<BroughtLine> {
    let before = reading.changes.len();
    let number = row.text("line").map(str::to_owned);
    reading.text("line", None, |_| Ok(number));
    let variant_code = reading.text("variantCode", None, |given| {
        Rule::identifier("variantCode", SHORT).apply(given)
    });
    let description = reading.text("description", None, |given| {
        Rule::line("description", SHORT).apply(given)
    });
    let quantity = reading.field("quantity", None, quantity, |quantity: &Option<Quantity>| {
        quantity.map(|quantity| quantity.to_string())
    });
    let unit_price = amount(reading, "unitPrice", None);
    let total = amount(reading, "lineTotal", None);
    let needed = [
        ("variantCode", variant_code.is_none()),
        ("quantity", quantity.is_none()),
        ("unitPrice", unit_price.is_none()),
    ];
    for (field, missing) in needed {
        if missing && !reading.refuses(field) {
            reading.refuse(Code::Required, field, format!("a line needs {field}"));
        }
    }
    if there {
        reading.changes.truncate(before);
    }
    Some(BroughtLine {
        variant_code: variant_code?,
        description,
        quantity: quantity?,
        unit_price: unit_price?,
        total,
    })
}

fn quantity(text: Option<&str>) -> Result<Option<Quantity>, UserError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let number = Decimal::read(text).and_then(|number| number.parts(Quantity::PLACES));
    let quantity = number.map(Quantity);
    let kept = quantity.filter(|quantity| *quantity > Quantity(0) && *quantity < Quantity::END);
    let message = "a quantity has 9 decimals at most and is above 0 and below 10^9";
    let refused = || UserError::new(Code::Invalid, "quantity", message);
    kept.map(Some).ok_or_else(refused)
}
