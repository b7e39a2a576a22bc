//! The use case that makes and changes markets.

use crate::access::{Act, Granted, Permission, Place, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule, SHORT};
use async_graphql::MaybeUndefined;
use entity::ids::MarketId;
use entity::market;
use sea_orm::{ColumnTrait, Set};
use serde::{Deserialize, Serialize};

/// Most countries of a market: more than there are.
const COUNTRIES: usize = 300;

/// Makes a market, or changes the one of this code. Needs PRICE_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct UpsertMarket {
    pub code: String,
    pub name: MaybeUndefined<String>,
    pub default_currency: MaybeUndefined<String>,
    pub countries: MaybeUndefined<Vec<String>>,
}

/// Which market it was, and whether there was none before.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Upserted {
    id: MarketId,
    created: bool,
}

/// The market as it is now: none when it is new and was only validated (T-141).
pub struct ShownMarket {
    pub row: Option<Granted<market::Entity>>,
    pub created: bool,
}

impl Act for UpsertMarket {
    type Answer = Upserted;
    type Shown = ShownMarket;
    const MUTATION: &'static str = "marketUpsert";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Upserted> {
        tx.require(Permission::PriceEdit, Place::Everywhere, "code")
            .await?;
        let mut mistakes = Mistakes::default();
        let code = mistakes.check(Rule::identifier("code", SHORT).apply(Some(self.code.clone())));
        let name = patch(&mut mistakes, self.name.clone(), |text| {
            Rule::line("name", NAME).apply(text)
        });
        let currency = patch(&mut mistakes, self.default_currency.clone(), Ok);
        if let Some(Some(currency)) = &currency
            && iso_currency::Currency::from_code(currency).is_none()
        {
            let message = format!("{currency} is not a currency of ISO 4217");
            mistakes.note(Code::Invalid, "defaultCurrency", message);
        }
        let countries = self.countries(&mut mistakes);
        let code = match code {
            Some(code) => code,
            None => {
                mistakes.note(Code::Required, "code", "a market needs a code");
                String::new()
            }
        };
        let known = tx
            .consequences::<market::Entity>(market::Column::Code.eq(code.clone()))
            .await?
            .pop();
        // What a new market must have, an old one must keep.
        let is_new = known.is_none();
        for (field, given) in [("name", &name), ("defaultCurrency", &currency)] {
            let missing = given.as_ref().map_or(is_new, Option::is_none);
            if missing && !mistakes.has(field) {
                mistakes.note(Code::Required, field, format!("a market needs a {field}"));
            }
        }
        mistakes.finish()?;
        let (name, currency) = (name.flatten(), currency.flatten());
        if let Some(market) = known {
            tx.expect_version(&market)?;
            let id = market.id;
            tx.save(market, |market| {
                if let Some(name) = name {
                    market.name = Set(name);
                }
                if let Some(currency) = currency {
                    market.default_currency = Set(currency);
                }
                if let Some(countries) = countries {
                    market.countries = Set(countries.into());
                }
            })
            .await?;
            return Ok(Upserted { id, created: false });
        }
        tx.expect_none("market")?;
        let id = MarketId(tx.next_number("market").await?);
        let row = market::ActiveModel {
            id: Set(id),
            code: Set(code),
            name: Set(name.unwrap_or_default()),
            default_currency: Set(currency.unwrap_or_default()),
            countries: Set(countries.unwrap_or_default().into()),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<market::Entity>(row).await?;
        Ok(Upserted { id, created: true })
    }

    async fn show(tx: &WriteTx, answer: Upserted, validate_only: bool) -> Result<ShownMarket> {
        let row = if answer.created && validate_only {
            None
        } else {
            tx.reread_all::<market::Entity>(&[answer.id])
                .await?
                .remove(&answer.id)
        };
        Ok(ShownMarket {
            row,
            created: answer.created,
        })
    }
}

impl UpsertMarket {
    /// The countries, each once; none where they stay as they are.
    fn countries(&self, mistakes: &mut Mistakes) -> Option<Vec<String>> {
        let given = match &self.countries {
            MaybeUndefined::Undefined => return None,
            MaybeUndefined::Null => return Some(Vec::new()),
            MaybeUndefined::Value(given) => given,
        };
        if given.len() > COUNTRIES {
            let message = format!("a market has {COUNTRIES} countries at most");
            mistakes.note(Code::TooLong, "countries", message);
            return None;
        }
        let mut countries: Vec<String> = Vec::new();
        for (place, country) in given.iter().enumerate() {
            let is_code =
                country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
            if !is_code {
                let message = "a country is two capital letters of ISO 3166-1, such as \"CH\"";
                let mistake = Error::invalid(Code::Invalid, &place.to_string(), message);
                mistakes.add(mistake.below(&["countries"]));
            } else if !countries.contains(country) {
                countries.push(country.clone());
            }
        }
        Some(countries)
    }
}
