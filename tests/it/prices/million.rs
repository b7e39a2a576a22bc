//! A million prices.

use super::MARKET;
use crate::support::build::contact_id;
use crate::support::world::Engine;
use crate::support::{Postgres, World};
use serde_json::json;
use std::time::{Duration, Instant};

const BASKET: &str = "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", contactId: $contact) { variantCode unitPrice { amount currencyCode } source } }";
const REASONS: &str = "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", contactId: $contact) { variantCode unitPrice { amount } explanation { summary } } }";

/// 10,000 variants with 100 prices each, and one that 100,000 accounts could have one for.
async fn fill(world: &World) {
    let input = json!({ "code": "EU", "name": "EU", "defaultCurrency": "EUR" });
    world.change(&world.admin, MARKET, input).await;
    let postgres = world.engine == Engine::Postgres;
    let (series, id, account) = if postgres {
        (
            "FROM generate_series(0::bigint, {most}) AS s(n)",
            "gen_random_uuid()",
            "(SELECT id FROM account WHERE login = 'ann')",
        )
    } else {
        (
            "FROM (WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {most}) SELECT n FROM s) AS s",
            "randomblob(16)",
            "(SELECT id FROM account WHERE login = 'ann')",
        )
    };
    let now = "'2026-01-01T00:00:00+00:00'";
    let columns = "INSERT INTO price (id, variant_code, market_id, currency, source, customer_group_id, account_id, min_quantity, amount, valid_from, valid_until, version, created_at, updated_at)";
    let many = format!(
        "{columns} SELECT {id}, 'V' || (n / 100), 1, CASE WHEN n % 100 < 90 THEN 'EUR' ELSE 'USD' END,
            CASE WHEN n % 10 < 4 THEN 'EVERYBODY' ELSE 'CUSTOMER_GROUP' END, CASE WHEN n % 10 < 4 THEN NULL ELSE 1 + n % 3 END, NULL,
            (n % 100) * 1000000000, 10000000 - (n % 100) * 1000, {now}, NULL, 1, {now}, {now} {}",
        series.replace("{most}", "999999")
    );
    let one = format!(
        "{columns} SELECT {id}, 'V7', 1, 'EUR', 'ACCOUNT', NULL, {account}, (1000 + n) * 1000000000, 1000000, {now}, NULL, 1, {now}, {now} {}",
        series.replace("{most}", "99999")
    );
    world.sql(&many).await;
    world.sql(&one).await;
    if postgres {
        world.sql("ANALYZE price").await;
    }
}

/// A basket of 200 is a few look-ups, however many prices there are.
#[tokio::test]
#[ignore = "makes 1,100,000 prices, and prints what a basket takes"]
async fn a_basket_of_200_of_a_million_prices_prints_what_it_takes() {
    let engines = [
        Some(Engine::Sqlite),
        Postgres::of_this_run().map(|_| Engine::Postgres),
    ];
    for engine in engines.into_iter().flatten() {
        let world = World::on(engine).await;
        let input = json!({ "name": "Shop", "customerGroupId": "customerGroup:1" });
        let shop = world.organization_with(input).await;
        let contact = world.contact("Ann", Some(&shop)).await;
        world.account("ann", Some(contact_id(&contact))).await;
        let started = Instant::now();
        fill(&world).await;
        eprintln!("{engine:?}: filled in {:?}", started.elapsed());
        let codes: Vec<_> = (0..200)
            .map(|number| format!("V{}", number * 37))
            .chain(["V7".to_owned()])
            .skip(1)
            .collect();
        for (name, query) in [("basket", BASKET), ("with reasons", REASONS)] {
            let variables = json!({ "codes": codes, "contact": contact });
            let mut times = Vec::new();
            let mut statements = 0;
            for _ in 0..20 {
                let started = Instant::now();
                let (count, data) = world
                    .statements_of(world.ask(&world.admin, query, variables.clone()))
                    .await;
                times.push(started.elapsed());
                statements = count;
                assert_eq!(data["prices"].as_array().map(Vec::len), Some(200));
                assert_eq!(data["prices"][0]["unitPrice"]["amount"], "9.999");
            }
            times.sort_unstable();
            eprintln!(
                "{engine:?}, {name}: {statements} statements, median {:?}, fastest {:?}",
                times[10], times[0]
            );
            // A scan of the table takes longer than this, in whatever build.
            assert!(
                times[0] < Duration::from_millis(if name == "basket" { 100 } else { 1_000 }),
                "{times:?}"
            );
        }
    }
}
