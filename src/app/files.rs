//! Exports and templates of a running server.

use super::App;
use crate::access::{ScopedDb, authenticate};
use crate::error::{Error, Result};
use crate::exports::rules::{Exported, format};
use crate::exports::service::Export;
use crate::http::{Download, Files, Pieces, Refusal};
use axum::body::Body;
use entity::ids::AccountId;
use sheets::mapping::Target;
use sheets::write::{Format, template};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const CSV: &str = "text/csv; charset=utf-8; header=present";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The exports that are under way on this server.
#[derive(Clone)]
pub(super) struct UnderWay {
    places: Arc<Semaphore>,
    accounts: Arc<Mutex<HashSet<AccountId>>>,
}

/// One of them, until it is dropped.
struct Turn {
    under_way: UnderWay,
    account: AccountId,
    _place: OwnedSemaphorePermit,
}

impl UnderWay {
    pub(super) fn new(most: u32) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most as usize)),
            accounts: Arc::default(),
        }
    }

    /// One at a time for each account, and so many for all.
    fn begin(&self, account: AccountId) -> Result<Turn, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Refusal::Unavailable)?;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if !accounts.insert(account) {
            return Err(Refusal::ExportUnderWay);
        }
        Ok(Turn {
            under_way: self.clone(),
            account,
            _place: place,
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let accounts = &self.under_way.accounts;
        let mut accounts = accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.remove(&self.account);
    }
}

/// A caller's door for as long as a file takes: rights are read anew each time it is opened.
struct Door {
    app: App,
    token: Option<String>,
    request_id: String,
}

impl Door {
    async fn open(&self) -> Result<ScopedDb> {
        let inner = &self.app.0;
        let viewer = authenticate(&inner.db, self.token.as_deref(), inner.clock.now()).await?;
        Ok(self.app.reading(viewer, &self.request_id))
    }
}

impl Files for App {
    fn template(&self, name: &str) -> Result<Download, Refusal> {
        let wanted = name.strip_suffix(".xlsx").and_then(target);
        let wanted = wanted.ok_or(Refusal::NotFound)?;
        let bytes = template(wanted).map_err(|fault| {
            tracing::error!(%fault, "a template cannot be written");
            Refusal::Internal
        })?;
        Ok(Download {
            name: format!("{}-template.xlsx", wanted.name()),
            media: XLSX,
            body: Body::from(bytes),
        })
    }

    async fn export(
        &self,
        caller: Self::Caller,
        token: Option<&str>,
        name: &str,
        request_id: &str,
    ) -> Result<Download, Refusal> {
        let began = Instant::now();
        let wanted = name.rsplit_once('.').and_then(|(kind, ending)| {
            let ending = (ending == ending.to_ascii_lowercase()).then_some(ending)?;
            Some((Exported::named(kind)?, format(ending)?))
        });
        let (kind, format) = wanted.ok_or(Refusal::NotFound)?;
        let account = caller.account_id().ok_or(Refusal::Unauthenticated)?;
        let turn = self.0.exports.begin(account)?;
        let db = self.reading(caller, request_id);
        let begun = Export::begin(&db, kind, format).await;
        let mut export = begun.map_err(|refused| refusal(refused, request_id))?;
        // What is refused, or fails at once, is told as such: the answer has not begun yet.
        let first = export.next(&db).await;
        let first = first.map_err(|refused| refusal(refused, request_id))?;
        let patience = Duration::from_millis(self.limits().export_stall_ms.into());
        let (pieces, body) = Pieces::new(patience);
        let door = Door {
            app: self.clone(),
            token: token.map(str::to_owned),
            request_id: request_id.to_owned(),
        };
        tokio::spawn(async move {
            let _turn = turn;
            let code = match rest(&door, &mut export, first, pieces).await {
                Ok(()) => None,
                Err(refusal) => Some(refusal.code()),
            };
            tracing::info!(
                kind = kind.name(),
                viewer = %account,
                code,
                rows = export.rows(),
                left_out = export.left_out(),
                is_whole = code.is_none(),
                duration_ms = began.elapsed().as_secs_f64() * 1_000.0,
                request_id = door.request_id,
                "export"
            );
        });
        let (ending, media) = match format {
            Format::Csv => ("csv", CSV),
            Format::Xlsx => ("xlsx", XLSX),
        };
        let day = self.0.clock.now().format("%Y-%m-%d");
        Ok(Download {
            name: format!("{}-{day}.{ending}", kind.name()),
            media,
            body,
        })
    }
}

/// Hands on all pieces, the first of which is there. What comes to nothing on the way breaks the answer off.
async fn rest(
    door: &Door,
    export: &mut Export,
    first: Option<Vec<u8>>,
    pieces: Pieces,
) -> Result<(), Refusal> {
    let mut piece = first;
    while let Some(bytes) = piece {
        // Whoever is gone is nobody's fault.
        pieces
            .hand_on(bytes)
            .await
            .map_err(|_| Refusal::Unavailable)?;
        piece = if export.is_finished() {
            None
        } else {
            let next = match door.open().await {
                Ok(db) => export.next(&db).await,
                Err(refused) => Err(refused),
            };
            next.map_err(|refused| refusal(refused, &door.request_id))?
        };
    }
    pieces.finish().await.map_err(|_| Refusal::Unavailable)
}

/// The kind of that name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    Target::ALL.into_iter().find(|target| target.name() == name)
}

fn refusal(refused: Error, request_id: &str) -> Refusal {
    match refused {
        Error::Unauthenticated => Refusal::Unauthenticated,
        refused @ (Error::Forbidden { .. } | Error::OnBehalf) => {
            Refusal::Forbidden(refused.to_string())
        }
        Error::LimitExceeded(why) => Refusal::ExportTooLarge(why),
        Error::Unavailable => Refusal::Unavailable,
        other => {
            tracing::error!(request_id, cause = ?other, "an export failed");
            Refusal::Internal
        }
    }
}
