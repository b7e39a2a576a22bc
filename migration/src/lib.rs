//! The steps that make the tables, one file a step, for SQLite and PostgreSQL alike.
//!
//! Constraints live here: foreign keys RESTRICT, unique keys and checks have names, so that the product can tell them apart when
//! they refuse something. A step that has shipped is never edited; what it got wrong is mended by a later one.

pub use sea_orm_migration::prelude::*;

mod dialect;
mod m01_tree_and_numbers;
mod m02_customer_groups;
mod m03_organizations;
mod m04_contacts;
mod m05_addresses;
mod m06_accounts;
mod m07_roles;
mod m08_sessions;
mod m09_history;
mod m10_search;
mod m11_seed;
mod m12_sign_in;
mod m13_shipped_roles;
mod m14_revisions;
mod m15_lists;
mod m16_prices;
mod m17_customers;
mod m18_orders;
mod m19_personal_data;
mod m20_imports;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_tree_and_numbers::Migration),
            Box::new(m02_customer_groups::Migration),
            Box::new(m03_organizations::Migration),
            Box::new(m04_contacts::Migration),
            Box::new(m05_addresses::Migration),
            Box::new(m06_accounts::Migration),
            Box::new(m07_roles::Migration),
            Box::new(m08_sessions::Migration),
            Box::new(m09_history::Migration),
            Box::new(m10_search::Migration),
            Box::new(m11_seed::Migration),
            Box::new(m12_sign_in::Migration),
            Box::new(m13_shipped_roles::Migration),
            Box::new(m14_revisions::Migration),
            Box::new(m15_lists::Migration),
            Box::new(m16_prices::Migration),
            Box::new(m17_customers::Migration),
            Box::new(m18_orders::Migration),
            Box::new(m19_personal_data::Migration),
            Box::new(m20_imports::Migration),
        ]
    }
}
