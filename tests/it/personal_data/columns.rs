//! Nothing is stored that nobody has thought about: the registry of what is personal, beside the tables as they are.

use crate::support::each_engine;
use guildhall::access::personal::{Fate, Nature, Owner, tables};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::BTreeSet;

const ON_SQLITE: &str = "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_xinfo(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'";
const ON_POSTGRES: &str =
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'";

/// T-213: a new column fails here until it is in the registry, and a registry of columns that are gone does, too.
#[tokio::test]
async fn every_column_of_every_table_is_known_for_what_it_holds() {
    let classified: BTreeSet<_> = tables()
        .flat_map(|table| {
            table
                .each_column()
                .map(|(column, _)| (table.name.to_owned(), column.to_owned()))
        })
        .collect();
    each_engine(async |world| {
        let raw = sea_orm::Database::connect(&world.url)
            .await
            .expect("a connection");
        let engine = raw.get_database_backend();
        let sql = if engine == DbBackend::Postgres {
            ON_POSTGRES
        } else {
            ON_SQLITE
        };
        let rows = raw
            .query_all_raw(Statement::from_string(engine, sql))
            .await
            .expect("rows");
        raw.close().await.expect("an end");
        let there: BTreeSet<(String, String)> = rows
            .iter()
            .map(|row| {
                (
                    row.try_get_by_index(0).expect("a table"),
                    row.try_get_by_index(1).expect("a column"),
                )
            })
            .collect();
        assert!(there.len() > 150, "{}", there.len());
        assert_eq!(
            there.difference(&classified).collect::<Vec<_>>(),
            Vec::<&(String, String)>::new(),
            "not in the registry"
        );
        // SQLite has all that there is: PostgreSQL only lacks what its engine does by itself.
        if engine != DbBackend::Postgres {
            assert_eq!(
                classified.difference(&there).collect::<Vec<_>>(),
                Vec::<&(String, String)>::new(),
                "not in the database"
            );
        }
    })
    .await;
}

#[test]
fn each_column_is_in_the_registry_once_and_what_it_says_agrees_with_itself() {
    let mut kinds = BTreeSet::new();
    for table in tables() {
        let names: Vec<_> = table.each_column().map(|(name, _)| name).collect();
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            names.len(),
            "{}",
            table.name
        );
        assert!(
            table.kind.is_empty() || kinds.insert(table.kind),
            "{}",
            table.kind
        );
        match table.owner {
            Owner::Contact(column) | Owner::Account(column) => {
                assert!(names.contains(&column), "{}", table.name)
            }
            Owner::Itself | Owner::Nobody => {}
        }
        // Whose rows nobody finds, their history stays as it is: so it must not say anything, unless the rows say it, too.
        let kept = matches!(table.fate, Fate::Kept(_));
        let tells = !table.kind.is_empty() && table.is_personal() && !kept;
        assert!(!tells || table.owner != Owner::Nobody, "{}", table.name);
        if table.fate == Fate::Nobodys {
            assert!(
                table
                    .each_column()
                    .all(|(_, nature)| nature == Nature::Neutral),
                "{}",
                table.name
            );
        }
    }
}
