//! Statements outside of any measurement, on whichever engine the URL names.

use crate::fault::Fault;
use tokio_postgres::NoTls;

/// The path in a `sqlite:` URL; none for PostgreSQL.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(path.split_once('?').map_or(path, |(path, _)| path))
}

/// Runs statements one by one, each in a transaction of its own.
///
/// # Errors
/// What the database refuses.
pub async fn run(url: &str, statements: &[&str]) -> Result<(), Fault> {
    if let Some(path) = sqlite_path(url) {
        let connection = rusqlite::Connection::open(path)?;
        for statement in statements {
            connection.execute_batch(statement)?;
        }
        return Ok(());
    }
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let running = tokio::spawn(connection);
    for statement in statements {
        client.batch_execute(statement).await?;
    }
    drop(client);
    // It ends when its client is gone.
    let _ = running.await;
    Ok(())
}

/// Leaves a database as it would be after a quiet night: statistics gathered, nothing left to be cleaned up.
///
/// # Errors
/// What the database refuses.
pub async fn settle(url: &str) -> Result<(), Fault> {
    if sqlite_path(url).is_some() {
        run(url, &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]).await
    } else {
        run(url, &["VACUUM ANALYZE", "CHECKPOINT"]).await
    }
}
