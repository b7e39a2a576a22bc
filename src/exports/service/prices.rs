//! Prices as rows of a file.

use super::{distinct, named, text};
use crate::access::{Granted, ScopedDb};
use crate::error::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::{account, customer_group, price};
use sheets::write::Out;

/// In the order of the columns, without those whose customer group or account is hidden: with both blank, they would be for everybody.
pub async fn rows(db: &ScopedDb, prices: &[Granted<price::Entity>]) -> Result<Vec<Vec<Out>>> {
    let markets = distinct(prices.iter().map(|row| Some(row.market_id)));
    let markets = db.markets_on_edges(&markets).await?;
    let groups = distinct(prices.iter().map(|row| row.customer_group_id));
    let groups = db.by_ids::<customer_group::Entity>(&groups).await?;
    let accounts = distinct(prices.iter().map(|row| row.account_id));
    let accounts = db.by_ids::<account::Entity>(&accounts).await?;
    let written = prices.iter().filter_map(|row| {
        let market = named(&markets, Some(row.market_id))?;
        let group = named(&groups, row.customer_group_id);
        let account = named(&accounts, row.account_id);
        let is_hidden = group.is_none() && row.customer_group_id.is_some()
            || account.is_none() && row.account_id.is_some();
        (!is_hidden).then(|| {
            vec![
                text(Some(&row.variant_code)),
                text(Some(&market.code)),
                text(group.map(|group| group.name.as_str())),
                text(account.map(|account| account.login.as_str())),
                text(Some(&row.currency)),
                Out::Number(row.min_quantity.to_string()),
                Out::Number(row.amount.to_string()),
                moment(Some(row.valid_from)),
                moment(row.valid_until),
            ]
        })
    });
    Ok(written.collect())
}

fn moment(moment: Option<DateTime<Utc>>) -> Out {
    let written = moment.map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    text(written.as_deref())
}
