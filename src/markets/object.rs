//! A market as clients see it.

use crate::access::Granted;
use crate::graphql::global_id;
use crate::graphql::scalars::CurrencyCode;
use async_graphql::{ID, Object};
use entity::market;

/// A row of a market as an object of the schema.
#[derive(Clone)]
pub struct Market(pub Granted<market::Entity>);

impl From<Granted<market::Entity>> for Market {
    fn from(row: Granted<market::Entity>) -> Self {
        Self(row)
    }
}

/// A part of the world that has prices of its own. Every signed-in viewer sees all of them.
#[Object]
impl Market {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<market::Entity>(self.0.id)
    }

    /// What it is known by, as in `market: "US"`; case-sensitive, and never changed.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name, for people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The currency of prices where neither the question nor the contact names one.
    async fn default_currency(&self) -> CurrencyCode {
        CurrencyCode(self.0.default_currency.clone())
    }

    /// The countries that belong to it, as codes by ISO 3166-1 such as "CH", in the order in which they were given.
    async fn countries(&self) -> Vec<&str> {
        let countries = self.0.countries.as_array().into_iter().flatten();
        countries.filter_map(|country| country.as_str()).collect()
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
