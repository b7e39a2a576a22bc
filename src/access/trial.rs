//! Trying something inside a transaction: what would come of it is found out by doing it, and then taken back.

use super::history::Journal;
use super::write_tx::WriteTx;
use crate::error::Result;
use sea_orm::ConnectionTrait;

/// The name of every savepoint: the innermost is the one that is meant.
const NAME: &str = "trial";

/// What was so when a trial began. It must be ended by [`WriteTx::keep`] or [`WriteTx::take_back`], the innermost first; a transaction
/// that ends before is ended whole.
#[derive(Debug)]
#[must_use]
pub struct Trial {
    history: Journal,
    posted: bool,
}

impl WriteTx {
    /// Begins to try something out. Whatever the tables refuse from here on leaves what was before as it is.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn try_out(&mut self) -> Result<Trial> {
        self.run_savepoint("SAVEPOINT").await?;
        self.made = None;
        Ok(Trial {
            history: std::mem::take(&mut self.history),
            posted: self.posted,
        })
    }

    /// Keeps what was tried.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn keep(&mut self, trial: Trial) -> Result<()> {
        self.run_savepoint("RELEASE SAVEPOINT").await?;
        let tried = std::mem::replace(&mut self.history, trial.history);
        self.history.append(tried);
        Ok(())
    }

    /// Makes everything as it was when the trial began: rows, history, letters.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn take_back(&mut self, trial: Trial) -> Result<()> {
        self.made = None;
        self.history = trial.history;
        self.posted = trial.posted;
        self.run_savepoint("ROLLBACK TO SAVEPOINT").await?;
        self.run_savepoint("RELEASE SAVEPOINT").await
    }

    async fn run_savepoint(&mut self, verb: &str) -> Result<()> {
        let statement = format!("{verb} {NAME}");
        self.connection().execute_unprepared(&statement).await?;
        Ok(())
    }
}
