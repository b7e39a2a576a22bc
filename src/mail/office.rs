//! The office that empties the outbox: takes what is due, writes the letter, hands it over, and notes what became of it.

use super::letters::{Links, written};
use super::{Fault, Letter, Sender};
use crate::access::{Database, Due, SystemDb};
use crate::clock::Clock;
use crate::error::Result;
use chrono::TimeDelta;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// How often the outbox is looked into when nobody calls: for what could not be sent before, or was put there by another server.
const ROUND: Duration = Duration::from_secs(5);
/// How often what is over is deleted.
const TIDY_UP: Duration = Duration::from_mins(10);
/// Waited after the first failure; doubled for each further one.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
/// Times that sending is begun before a letter is given up: a little more than a day in all.
const TRIES: i32 = 12;

/// Sends the letters of one database.
#[derive(Clone)]
pub struct Office {
    db: Database,
    system: SystemDb,
    /// `None` when there is no way out: letters wait until they are too old.
    sender: Option<Arc<dyn Sender>>,
    links: Links,
    /// How long the token of a password reset is good.
    reset_within: TimeDelta,
    closed: Option<watch::Receiver<bool>>,
}

impl Office {
    #[must_use]
    pub fn new(
        db: Database,
        clock: Clock,
        sender: Option<Arc<dyn Sender>>,
        links: Links,
        reset_within: TimeDelta,
    ) -> Self {
        Self {
            system: SystemDb::new(db.clone(), clock),
            db,
            sender,
            links,
            reset_within,
            closed: None,
        }
    }

    /// Empties the outbox again and again until `closed` says so; a letter that is on its way then is still noted as sent. Faults are logged,
    /// and what they kept from going is tried again.
    pub async fn run(mut self, closed: watch::Receiver<bool>) {
        self.closed = Some(closed.clone());
        let mut tidied: Option<Instant> = None;
        loop {
            if let Err(fault) = self.send_due().await {
                tracing::error!(cause = ?fault, "the outbox could not be emptied");
                sleep(ROUND).await;
            }
            if tidied.is_none_or(|at| at.elapsed() >= TIDY_UP) {
                if let Err(fault) = self.system.tidy_up().await {
                    tracing::error!(cause = ?fault, "what is over could not be deleted");
                }
                tidied = Some(Instant::now());
            }
            if self.is_closed() {
                return;
            }
            // Woken by a letter of this process, else by the clock.
            let mut closing = closed.clone();
            tokio::select! {
                _ = timeout(ROUND, self.db.posted().notified()) => {}
                _ = closing.wait_for(|closed| *closed) => return,
            }
        }
    }

    /// Sends what is due now, one after the other; answers how many letters went out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn send_due(&self) -> Result<usize> {
        let Some(sender) = &self.sender else {
            return Ok(0);
        };
        let mut sent = 0;
        while !self.is_closed()
            && let Some(due) = self.system.next_letter(self.reset_within).await?
        {
            let (subject, text) = written(&due, &self.links);
            let letter = Letter {
                id: due.id.0,
                to: due.recipient.clone(),
                subject: subject.to_owned(),
                text,
            };
            match sender.send(&letter).await {
                Ok(()) => {
                    self.system.letter_sent(&due).await?;
                    tracing::info!(letter = %due.id, kind = ?due.kind, "a letter went out");
                    sent += 1;
                }
                Err(fault) => self.not_sent(&due, &fault).await?,
            }
        }
        Ok(sent)
    }

    fn is_closed(&self) -> bool {
        self.closed.as_ref().is_some_and(|closed| *closed.borrow())
    }

    async fn not_sent(&self, due: &Due, fault: &Fault) -> Result<()> {
        tracing::warn!(letter = %due.id, kind = ?due.kind, attempts = due.attempts, %fault, "a letter did not go out");
        if matches!(fault, Fault::Never(_)) || due.attempts >= TRIES {
            return self.system.drop_letter(due.id).await;
        }
        let doublings = u32::try_from(due.attempts - 1).unwrap_or_default();
        let wait = FIRST_WAIT * 2_i32.saturating_pow(doublings);
        self.system
            .letter_waits(due.id, self.system.clock().now() + wait)
            .await
    }
}
