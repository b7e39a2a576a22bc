//! What rows about prices say.

use crate::access::WriteTx;
use crate::error::{Code, Result, UserError};
use crate::graphql::scalars::Decimal;
use crate::imports::rules::{Reading, RowIn};
use crate::imports::service::one_by_one::moment;
use crate::prices::service::PriceRow;
use crate::text::{login_key, unique_key};
use async_graphql::MaybeUndefined;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, CustomerGroupId};
use entity::price::Source;
use entity::{account, customer_group};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// The fields that a row may give, in the order in which changes are told. A price without customerGroup and account is for everybody.
pub const FIELDS: [&str; 9] = [
    "variantCode",
    "market",
    "customerGroup",
    "account",
    "currency",
    "minQuantity",
    "amount",
    "validFrom",
    "validUntil",
];

/// The longest key that is written as it is.
const LONGEST_KEY: usize = 500;

/// By what a row is known: everything but the amount.
#[must_use]
pub fn key(row: &RowIn) -> Option<String> {
    let variant = row.text("variantCode")?;
    let number = |field| {
        let text = row.text(field).unwrap_or("0");
        let number = Decimal::read(text).map(|number| number.text().to_owned());
        number.unwrap_or_else(|| text.to_owned())
    };
    let instant = |field| {
        let text = row.text(field).unwrap_or_default();
        moment(field, text).map_or_else(|_| text.to_owned(), |at| at.to_rfc3339())
    };
    let text = |field| row.text(field).unwrap_or_default().to_owned();
    let parts = [
        variant.to_owned(),
        text("market"),
        text("currency"),
        row.text("customerGroup")
            .map(unique_key)
            .unwrap_or_default(),
        row.text("account").map(login_key).unwrap_or_default(),
        number("minQuantity"),
        instant("validFrom"),
        instant("validUntil"),
    ];
    let whole = parts.join("\t");
    if whole.len() <= LONGEST_KEY {
        return Some(whole);
    }
    let mut key = String::new();
    for byte in Sha256::digest(whole.as_bytes()) {
        let _ = write!(key, "{byte:02x}");
    }
    Some(key)
}

/// The groups and accounts that rows name, as far as they are there and seen.
pub(super) struct Named {
    groups: HashMap<String, CustomerGroupId>,
    accounts: HashMap<String, AccountId>,
}

impl Named {
    pub(super) async fn of(tx: &mut WriteTx, rows: &[RowIn]) -> Result<Self> {
        let names = |field, key: fn(&str) -> String| {
            let names = rows.iter().filter_map(|row| row.reference(field));
            let names: BTreeSet<_> = names.map(key).collect();
            names.into_iter().collect::<Vec<_>>()
        };
        let (groups, logins) = (
            names("customerGroup", unique_key),
            names("account", login_key),
        );
        let mut named = Self {
            groups: HashMap::new(),
            accounts: HashMap::new(),
        };
        if !groups.is_empty() {
            let groups = tx.is_one_of_texts(customer_group::Column::NameKey, &groups);
            let found = tx.refer_where::<customer_group::Entity>(groups).await?;
            let found = found.iter().map(|row| (row.name_key.clone(), row.id));
            named.groups = found.collect();
        }
        if !logins.is_empty() {
            let logins = tx.is_one_of_texts(account::Column::LoginKey, &logins);
            let found = tx.refer_where::<account::Entity>(logins).await?;
            let found = found.iter().map(|row| (row.login_key.clone(), row.id));
            named.accounts = found.collect();
        }
        Ok(named)
    }
}

/// The price that a row asks for; none where something is missing, which is then among the problems.
pub(super) fn read(reading: &mut Reading<'_>, row: &RowIn, named: &Named) -> Option<PriceRow> {
    let variant_code = needed(reading, "variantCode");
    let market = needed(reading, "market");
    let group = reading.field(
        "customerGroup",
        None,
        |text| {
            let find = |name: &str| named.groups.get(&unique_key(name)).copied();
            looked_up("customerGroup", text, find)
        },
        |group| group.and(row.text("customerGroup")).map(str::to_owned),
    );
    let account = reading.field(
        "account",
        None,
        |text| {
            let find = |login: &str| named.accounts.get(&login_key(login)).copied();
            looked_up("account", text, find)
        },
        |account| account.and(row.text("account")).map(str::to_owned),
    );
    let currency = needed(reading, "currency");
    let min_quantity = number(reading, "minQuantity");
    let amount = number(reading, "amount");
    if amount.is_none() && !reading.refuses("amount") {
        reading.refuse(Code::Required, "amount", "a price needs an amount");
    }
    let valid_from = instant(reading, "validFrom");
    let valid_until = instant(reading, "validUntil");
    let source = match (group, account) {
        (Some(_), Some(_)) => {
            let message = "a price is for a customer group or for an account";
            reading.refuse(Code::Invalid, "account", message);
            return None;
        }
        (Some(_), None) => Source::CustomerGroup,
        (None, Some(_)) => Source::Account,
        (None, None) => Source::Everybody,
    };
    Some(PriceRow {
        id: None,
        variant_code: variant_code?,
        market: market?,
        source,
        customer_group_id: given(group),
        account_id: given(account),
        min_quantity: given(min_quantity),
        amount: amount?,
        currency: currency?,
        valid_from: given(valid_from),
        valid_until: given(valid_until),
    })
}

/// What a row does not give is left to the use case.
fn given<V>(value: Option<V>) -> MaybeUndefined<V> {
    value.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value)
}

fn needed(reading: &mut Reading<'_>, field: &'static str) -> Option<String> {
    let text = reading.text(field, None, |text| {
        let text = text.map(|text| text.trim().to_owned());
        Ok(text.filter(|text| !text.is_empty()))
    });
    if text.is_none() {
        reading.refuse(Code::Required, field, format!("a price needs {field}"));
    }
    text
}

fn looked_up<I>(
    field: &str,
    text: Option<&str>,
    find: impl Fn(&str) -> Option<I>,
) -> Result<Option<I>, UserError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let missing = || UserError::new(Code::NotFound, field, format!("{field} not found"));
    find(text).map(Some).ok_or_else(missing)
}

fn number(reading: &mut Reading<'_>, field: &str) -> Option<Decimal> {
    let read = |text: Option<&str>| {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let message = format!("{field} is a number such as 12.5");
        let refused = || UserError::new(Code::Invalid, field, message);
        Decimal::read(text).map(Some).ok_or_else(refused)
    };
    reading.field(field, None, read, |number: &Option<Decimal>| {
        number.as_ref().map(|number| number.text().to_owned())
    })
}

fn instant(reading: &mut Reading<'_>, field: &str) -> Option<DateTime<Utc>> {
    let read = |text: Option<&str>| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.map(|text| moment(field, text)).transpose()
    };
    reading.field(field, None, read, |at: &Option<DateTime<Utc>>| {
        at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    })
}
