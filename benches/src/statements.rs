//! How many statements a request takes, counted by a server of the same kind in this process.

use crate::child::limits;
use crate::fault::{Fault, told};
use crate::wire::Send;
use axum::Router;
use chrono::TimeDelta;
use guildhall::access::{Database, MOST_ORGANIZATIONS};
use guildhall::accounts::service::{AccountSettings, RegistrationMode};
use guildhall::app::{App, Settings};
use guildhall::clock::Clock;
use guildhall::config::{self, Introspection};
use guildhall::passwords::Passwords;
use http_body_util::BodyExt;
use std::time::Duration;
use tower::ServiceExt;

/// A server that counts.
pub struct Counter {
    db: Database,
    router: Router,
}

impl Counter {
    /// # Errors
    /// A database that does not answer.
    pub async fn new(url: &str) -> Result<Self, Fault> {
        let db = Database::connect_existing(url).await?;
        let settings = Settings {
            limits: config::limits(limits()).map_err(|faults| told(faults.join("; ")))?,
            max_depth: 32,
            organizations_in_memory: MOST_ORGANIZATIONS,
            introspection: Introspection::Off,
            suggestions: false,
            accounts: AccountSettings {
                registration: RegistrationMode::Confirm,
                session: TimeDelta::hours(1),
                neutral_answer: Duration::ZERO,
            },
        };
        let app = App::new(db.clone(), Clock::system(), Passwords::new(1), settings);
        Ok(Self {
            db,
            router: app.router(),
        })
    }

    /// The statements of these requests together, the second time that they are asked: what a server keeps is there by then.
    ///
    /// # Errors
    /// A request that comes to nothing.
    pub async fn count(&self, sends: &[Send]) -> Result<u64, Fault> {
        let mut counted = 0;
        for _ in 0..2 {
            let before = self.db.statements();
            for send in sends {
                let response = self.router.clone().oneshot(send.request()?).await?;
                response.into_body().collect().await?;
            }
            counted = self.db.statements() - before;
        }
        Ok(counted)
    }
}
