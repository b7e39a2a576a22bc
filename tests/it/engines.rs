//! That a run which says it tested both engines did.

use crate::support::Postgres;

/// `.ci/run` sets the variable; on a machine without PostgreSQL the other runs say so and go on with SQLite alone.
#[test]
fn postgresql_is_there_where_it_must_be() {
    let required = std::env::var_os("GUILDHALL_REQUIRE_POSTGRES").is_some();
    assert!(
        Postgres::of_this_run().is_some() || !required,
        "GUILDHALL_REQUIRE_POSTGRES is set, and there is no PostgreSQL to test against"
    );
}
