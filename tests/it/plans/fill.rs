//! A directory that is large enough for planners to care, written into the tables directly.

use crate::support::world::Engine;
use crate::support::{Person, World};
use entity::ids::ContactId;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use uuid::Uuid;

/// What tells the ids of one table from those of another.
pub const ORGANIZATION: u32 = 1;
pub const CONTACT: u32 = 2;
pub const ACCOUNT: u32 = 3;
const ASSIGNMENT: u32 = 4;
const PRICE: u32 = 5;
pub const CUSTOMER: u32 = 6;
pub const SALES_REP: u32 = 7;
const LINK: u32 = 8;
const ORDER: u32 = 9;
const LINE: u32 = 10;
/// Sales reps, each with eight who report to them as far as there are so many.
const REPS: u32 = 200;
const HISTORY: u32 = 11;

/// The id of the row `number` of a table.
pub fn id(table: u32, number: u32) -> Uuid {
    Uuid::from_u128((u128::from(table) << 96) | 0x7000_8000 << 48 | u128::from(number))
}

/// Prices of each variant but the hot one.
pub const OF_EACH_VARIANT: u32 = 20;
/// The variant for which one account in four has a price of its own.
pub const HOT: &str = "hot";

/// The SQL of both engines for the same: an id, an instant, and the numbers from 1 on.
struct Words(Engine);

impl Words {
    fn id(&self, table: u32, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("unhex(printf('%08x000070008000%012x', {table}, {number}))"),
            Engine::Postgres => format!(
                "(lpad(to_hex({table}), 8, '0') || '000070008000' || lpad(to_hex({number}), 12, '0'))::uuid"
            ),
        }
    }

    fn minute(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!(
                "strftime('%Y-%m-%dT%H:%M:%S+00:00', '2020-01-01', '+' || ({number}) || ' minutes')"
            ),
            Engine::Postgres => {
                format!("timestamptz '2020-01-01Z' + ({number}) * interval '1 minute'")
            }
        }
    }

    fn json(&self, text: &str) -> String {
        match self.0 {
            Engine::Sqlite => text.to_owned(),
            Engine::Postgres => format!("({text})::jsonb"),
        }
    }

    fn numbers(&self, most: u32) -> String {
        match self.0 {
            Engine::Sqlite => format!(
                "(WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {most}) SELECT n FROM series) AS series"
            ),
            Engine::Postgres => format!("generate_series(1, {most}) AS series(n)"),
        }
    }
}

/// Fills the tables: a tree in which each organization has eight children, so that there are 1, 8, 64, 512 and so on in its levels. A contact in ten is in no organization, one in twenty has no account.
pub async fn fill(world: &World, organizations: u32, contacts: u32) {
    let words = Words(world.engine);
    let (organization, parent) = (
        words.id(ORGANIZATION, "n"),
        words.id(ORGANIZATION, "((n - 2) / 8 + 1)"),
    );
    let (own, contact) = (
        words.id(ORGANIZATION, &format!("(n % {organizations} + 1)")),
        words.id(CONTACT, "n"),
    );
    let (account, at) = (words.id(ACCOUNT, "n"), words.minute("n"));
    let shuffled = words.minute(&format!("n * 7919 % {contacts}"));
    let (units, people) = (words.numbers(organizations), words.numbers(contacts));
    let (first, second) = (
        words.id(ASSIGNMENT, "n * 2"),
        words.id(ASSIGNMENT, "(n * 2 + 1)"),
    );
    let name = format!("'person ' || (n * 7919 % {contacts})");
    world.sql(&format!(r"
INSERT INTO organization (id, external_id, external_id_key, name, name_key, search_key, type_id, parent_id, customer_group_id, version, created_at, updated_at)
SELECT {organization}, 'o' || n, 'o' || n, 'Unit ' || n, 'unit ' || (n * 7919 % {organizations}) || ' ' || n, 'unit ' || n || '
o' || n, n % 2 + 1, CASE WHEN n > 1 THEN {parent} END, CASE WHEN n % 4 > 0 THEN n % 4 END, 1, {at}, {at}
FROM {units};
WITH RECURSIVE up(ancestor_id, descendant_id, distance) AS (
    SELECT id, id, 0 FROM organization
    UNION ALL SELECT organization.parent_id, descendant_id, distance + 1 FROM up JOIN organization ON organization.id = ancestor_id
    WHERE organization.parent_id IS NOT NULL
) INSERT INTO organization_closure (ancestor_id, descendant_id, distance) SELECT ancestor_id, descendant_id, distance FROM up;
INSERT INTO contact (id, external_id, external_id_key, last_name, last_name_key, full_name, full_name_key, email, email_key, search_key,
    accepts_marketing, organization_id, customer_group_id, version, created_at, updated_at)
SELECT {contact}, 'c' || n, 'c' || n, 'Person', 'person' || (n % 97), {name}, {name}, 'p' || n || '@example.com', 'p' || n || '@example.com',
    {name} || '
p' || n || '@example.com
c' || n, true, CASE WHEN n % 10 > 0 THEN {own} END, CASE WHEN n % 3 > 0 THEN n % 3 END, 1, {shuffled}, {at}
FROM {people};
INSERT INTO account (id, login, login_key, search_key, email, contact_id, approved, active, version, created_at, updated_at)
SELECT {account}, 'u' || n || '@example.com', 'u' || n || '@example.com', 'u' || n || '@example.com', NULL, {contact},
    n % 50 > 0, n % 60 > 0, 1, {shuffled}, {at}
FROM {people} WHERE n % 20 <> 5;
INSERT INTO role_assignment (id, account_id, role_id, scope, created_at)
SELECT {first}, {account}, 1, 'OWN', {at} FROM {people} WHERE n % 20 <> 5
UNION ALL SELECT {second}, {account}, 2, 'OWN', {at} FROM {people} WHERE n % 20 <> 5;
INSERT INTO contact_note (id, contact_id, title, author_id, version, created_at, updated_at)
SELECT {account}, {contact}, 'Note', {account}, 1, {at}, {at} FROM {people};
INSERT INTO session (id, account_id, token_hash, created_at, expires_at)
SELECT {account}, {account}, 'hash of ' || n, {at}, {at} FROM {people} WHERE n % 20 <> 5;
"))
    .await;
    fill_history(world, &words, contacts).await;
    fill_prices(world, &words, contacts).await;
    fill_customers(world, &words, organizations, contacts).await;
    fill_orders(world, &words, organizations, contacts).await;
    let look = match world.engine {
        Engine::Sqlite => "ANALYZE",
        Engine::Postgres => "VACUUM (ANALYZE)",
    };
    world.sql(look).await;
}

/// Of each contact that it was made, and that an address of it is gone.
async fn fill_history(world: &World, words: &Words, contacts: u32) {
    let people = words.numbers(contacts);
    let (made, gone) = (words.id(HISTORY, "n * 2"), words.id(HISTORY, "n * 2 + 1"));
    let (said, had) = (
        words.json("'{\"full_name\":\"Person\"}'"),
        words.json("'{\"contact_id\":\"' || n || '\"}'"),
    );
    let at = words.minute("n");
    let columns =
        "id, entity, entity_id, action, old_values, new_values, mutation, request_id, created_at";
    world.sql(&format!(r"
INSERT INTO history_entry ({columns})
SELECT {made}, 'contact', 'c' || n, 'CREATE', NULL, {said}, 'contactCreate', 'r', {at} FROM {people};
INSERT INTO history_entry ({columns})
SELECT {gone}, 'address', 'a' || n, 'DELETE', {had}, NULL, 'addressDelete', 'r', {at} FROM {people};
"))
    .await;
}

/// As many prices as contacts: of each variant some for everybody, some for groups and some for accounts, in two markets and two currencies.
/// Then the hot variant's.
async fn fill_prices(world: &World, words: &Words, contacts: u32) {
    let variants = contacts / OF_EACH_VARIANT;
    let (own, hot) = (
        words.id(PRICE, "n"),
        words.id(PRICE, &format!("({contacts} + n)")),
    );
    let (account, at, always) = (words.id(ACCOUNT, "n"), words.minute("n"), words.minute("0"));
    let (all, quarter) = (words.numbers(contacts), words.numbers(contacts / 4));
    let shuffled = words.minute(&format!("n * 7919 % {contacts}"));
    let columns = "id, variant_code, market_id, currency, source, customer_group_id, account_id, min_quantity, amount, valid_from, valid_until, version, created_at, updated_at";
    world.sql(&format!(r"
INSERT INTO market (id, code, name, default_currency, countries, version, created_at, updated_at)
SELECT n, CASE WHEN n = 1 THEN 'EU' ELSE 'US' END, 'Market ' || n, 'EUR', '[]', 1, {at}, {at} FROM {two};
INSERT INTO price ({columns})
SELECT {own}, 'v' || (n % {variants}), nth % 2 + 1, CASE WHEN nth % 3 > 0 THEN 'EUR' ELSE 'USD' END, source,
    CASE WHEN source = 'CUSTOMER_GROUP' THEN nth % 3 + 1 END, CASE WHEN source = 'ACCOUNT' THEN {account} END,
    nth % 10 * CAST(100000000 AS bigint), 9000000 - nth * 1000, {always}, CASE WHEN nth % 7 = 6 THEN {at} END, 1, {always}, {shuffled}
FROM (
    SELECT n, n / {variants} AS nth, CASE WHEN n / {variants} < 8 THEN 'EVERYBODY' WHEN n / {variants} < 14 OR n % 20 = 5 THEN 'CUSTOMER_GROUP'
        ELSE 'ACCOUNT' END AS source
    FROM {all}
) AS numbered;
INSERT INTO price ({columns})
SELECT {hot}, '{HOT}', 1, 'EUR', 'ACCOUNT', NULL, {account}, 0, 5000000, {always}, NULL, 1, {always}, {shuffled} FROM {quarter} WHERE n % 20 <> 5;
", two = words.numbers(2)))
    .await;
}

/// As many customers as contacts, three of four being ship-tos of the fourth, and a link for each account.
async fn fill_customers(world: &World, words: &Words, organizations: u32, contacts: u32) {
    let (own, bill_to) = (words.id(CUSTOMER, "n"), words.id(CUSTOMER, "(n - n % 4)"));
    let organization = words.id(
        ORGANIZATION,
        &format!("((n - n % 4) / 4 % {organizations} + 1)"),
    );
    let (rep, of_rep) = (
        words.id(SALES_REP, "n"),
        words.id(SALES_REP, &format!("((n - n % 4) / 4 % {REPS} + 1)")),
    );
    let (manager, link, account) = (
        words.id(SALES_REP, "((n - 2) / 8 + 1)"),
        words.id(LINK, "n"),
        words.id(ACCOUNT, "n"),
    );
    let (at, people, reps) = (
        words.minute("n"),
        words.numbers(contacts),
        words.numbers(REPS),
    );
    let shuffled = words.minute(&format!("n * 7919 % {contacts}"));
    let columns = "id, number, number_key, sequence, bill_to_id, is_ship_to, company_name, name_key, search_key, email_key, active, guest, sales_rep_id, organization_id, version, created_at, updated_at";
    let values = format!(
        "true, 'Shop ' || n, 'shop ' || (n * 7919 % {contacts}), 'k' || (n - n % 4) || '\nshop ' || n, '', n % 50 > 0, n % 90 = 0, {of_rep}, CASE WHEN (n - n % 4) % 40 > 0 THEN {organization} END, 1, {shuffled}, {at}"
    );
    world.sql(&format!(r"
INSERT INTO sales_rep (id, number, name, name_key, search_key, manager_id, version, created_at, updated_at)
SELECT {rep}, 'r' || n, 'Rep ' || n, 'rep ' || n, 'rep ' || n, CASE WHEN n > 1 THEN {manager} END, 1, {at}, {at} FROM {reps};
INSERT INTO customer ({columns})
SELECT {own}, 'k' || n, 'k' || n, '', NULL, {values} FROM {people} WHERE n % 4 = 0;
INSERT INTO customer ({columns})
SELECT {own}, 'k' || (n - n % 4), 'k' || (n - n % 4), CAST(n AS text), {bill_to}, {values} FROM {people} WHERE n % 4 > 0 AND n > 4;
INSERT INTO customer_link (id, account_id, customer_id, is_default, rank, all_ship_tos, version, created_at, updated_at)
SELECT {link}, {account}, {bill_to}, true, 0, n % 2 = 0, 1, {at}, {at} FROM {people} WHERE n % 20 <> 5 AND n > 4;
"))
    .await;
}

/// As many orders as contacts, each with a line, by whoever has an account.
async fn fill_orders(world: &World, words: &Words, organizations: u32, contacts: u32) {
    let own = words.id(ORGANIZATION, &format!("(n % {organizations} + 1)"));
    let (order, line) = (words.id(ORDER, "n"), words.id(LINE, "n"));
    let (contact, account) = (words.id(CONTACT, "n"), words.id(ACCOUNT, "n"));
    let (at, people) = (words.minute("n"), words.numbers(contacts));
    let shuffled = words.minute(&format!("n * 7919 % {contacts}"));
    world.sql(&format!(r"
INSERT INTO sales_order (id, number, number_key, erp_number_key, status, placed_at, organization_id, contact_id, account_id, market_id, currency,
    bill_to, ship_to, po_number_key, subtotal, discount, tax, shipping, total, version, created_at, updated_at)
SELECT {order}, 'N' || n, 'n' || n, CASE WHEN n % 2 = 0 THEN 'e' || n ELSE '' END, CASE WHEN n % 9 = 0 THEN 'SHIPPED' ELSE 'SUBMITTED' END, {shuffled},
    CASE WHEN n % 10 > 0 THEN {own} END, CASE WHEN n % 7 > 0 THEN {contact} END, CASE WHEN n % 7 > 0 AND n % 20 <> 5 THEN {account} END, 1, 'EUR',
    '{{}}', '{{}}', CASE WHEN n % 3 = 0 THEN 'po ' || n ELSE '' END, 1, 0, 0, 0, 1, 1, {at}, {at}
FROM {people};
INSERT INTO order_line (id, order_id, position, variant_code, quantity, unit_price, total, created_at)
SELECT {line}, {order}, 1, 'v' || n, 1, 1, 1, {at} FROM {people};
"))
    .await;
}

/// Somebody who sees everything in `scope`, as the contact `number`, which must have no account yet: 5 in every 20.
pub async fn viewer(
    world: &World,
    name: &str,
    scope: Scope,
    top: Option<u32>,
    number: u32,
) -> Person {
    let person = buyer(world, name, number).await;
    let seen = [
        Permission::OrganizationList,
        Permission::OrganizationView,
        Permission::ContactList,
        Permission::ContactView,
        Permission::AccountView,
        Permission::CustomerGroupView,
        Permission::RoleView,
        Permission::PriceView,
        Permission::ContactNoteView,
        Permission::OrderView,
        Permission::CustomerView,
    ];
    let role = world.system.create_role(name, &seen).await.expect("a role");
    let top = top.map(|top| format!("organization:{}", id(ORGANIZATION, top)));
    world.assign(&person, role, scope, top.as_deref()).await;
    person
}

/// Somebody who sees what everybody sees, as the contact `number`, which must have no account yet.
pub async fn buyer(world: &World, name: &str, number: u32) -> Person {
    let contact = ContactId(id(CONTACT, number));
    world.account(name, Some(contact)).await
}
