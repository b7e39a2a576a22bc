//! Imports as such: making one, cancelling it, and who works on it.

use super::kind::Kind;
use super::mapping::saved;
use super::settings::{Settings, Totals};
use crate::access::{Act, Granted, Permission, Token, View, WriteTx};
use crate::error::{Code, Error, Result};
use crate::text::{NAME, Rule};
use chrono::TimeDelta;
use entity::ids::ImportId;
use entity::import::{self, Model, Status};
use serde::Serialize;
use uuid::Uuid;

/// How long somebody who works on an import is waited for before another goes on with it. A batch takes much less; and if one ever took
/// longer, it would come to nothing, as whoever writes a batch has the import's row.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long a token for sending a file is good.
const UPLOAD_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Makes an import, which is the viewer's own. Needs IMPORT_RUN in any scope.
#[derive(Debug, Serialize)]
pub struct CreateImport {
    pub kind: Kind,
    pub name: String,
    pub settings: Settings,
    /// By which the file is sent; none where it is read where it lies. Not in what is remembered of the call.
    #[serde(skip)]
    pub token: Option<Token>,
}

impl Act for CreateImport {
    type Answer = ImportId;
    type Shown = Option<Granted<import::Entity>>;
    const MUTATION: &'static str = "importCreate";
    const NOT_ON_BEHALF: Option<&'static str> = Some("kind");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportId> {
        may_run(tx, "kind")?;
        if let Some(name) = &self.settings.mapping {
            saved(tx, self.kind, name).await?;
        }
        let name = Rule::line("name", NAME).apply(Some(self.name.clone()));
        let name = name.map_err(|mistake| Error::Invalid(vec![mistake]))?;
        let account = tx.viewer().account_id().ok_or(Error::Unauthenticated)?;
        let id = ImportId(tx.fresh_id());
        tx.add_import(Model {
            id,
            kind: self.kind.name().to_owned(),
            status: Status::Created,
            account_id: account,
            name: name.unwrap_or_default(),
            settings: json(&self.settings)?,
            mapping: None,
            detected: None,
            totals: json(&Totals::default())?,
            upload_token_hash: self.token.as_ref().map(Token::hash),
            position: 0,
            failure: None,
            upload_expires_at: self.token.as_ref().map(|_| tx.now() + UPLOAD_WITHIN),
            file_bytes: 0,
            uploaded_at: None,
            leased_by: None,
            leased_until: None,
            created_at: tx.now(),
            planned_at: None,
            ended_at: None,
        })
        .await?;
        Ok(id)
    }

    async fn show(tx: &WriteTx, id: ImportId, validate_only: bool) -> Result<Self::Shown> {
        let mut found = tx.reread_all::<import::Entity>(&[id]).await?;
        Ok(found.remove(&id).filter(|_| !validate_only))
    }
}

/// Gives an import up that nobody works on and that was not applied. Needs IMPORT_RUN.
#[derive(Debug, Serialize)]
pub struct CancelImport {
    pub id: ImportId,
}

impl Act for CancelImport {
    type Answer = ImportId;
    type Shown = Option<Granted<import::Entity>>;
    const MUTATION: &'static str = "importCancel";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportId> {
        let allowed = [
            Status::Created,
            Status::Uploaded,
            Status::Refused,
            Status::Planning,
            Status::Planned,
            Status::Checking,
            Status::Outdated,
            Status::Held,
            Status::Cancelled,
        ];
        let mut import = free(tx, self.id, &allowed).await?;
        import.status = Status::Cancelled;
        import.leased_by = None;
        import.leased_until = None;
        import.ended_at = Some(tx.now());
        tx.note_import(import).await?;
        Ok(self.id)
    }

    async fn show(tx: &WriteTx, id: ImportId, _: bool) -> Result<Self::Shown> {
        Ok(tx.reread_all::<import::Entity>(&[id]).await?.remove(&id))
    }
}

/// Begins, or goes on with, one of the ways through an import: whoever begins has it until the lease is over. The status is as it was.
///
/// # Errors
/// User errors at `id`: `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it is not time for this, or somebody else is at it.
pub async fn take(tx: &mut WriteTx, id: ImportId, allowed: &[Status]) -> Result<(Model, Uuid)> {
    let mut import = free(tx, id, allowed).await?;
    let worker = tx.fresh_id();
    import.leased_by = Some(worker);
    import.leased_until = Some(tx.now() + LEASE);
    Ok((import, worker))
}

/// An import that nobody works on, and that has one of these statuses.
///
/// # Errors
/// As [`take`].
pub async fn free(tx: &mut WriteTx, id: ImportId, allowed: &[Status]) -> Result<Model> {
    let import = tx.fetch_for::<import::Entity, View>(id, "id").await?;
    if import.leased_until.is_some_and(|until| until > tx.now()) {
        let message = "somebody is working on this import; wait for it to end";
        return Err(Error::invalid(Code::Conflict, "id", message));
    }
    if !allowed.contains(&import.status) {
        let message = "this import is not at the point for this";
        return Err(Error::invalid(Code::Conflict, "id", message));
    }
    Ok((*import).clone())
}

/// The import that `worker` has, for a batch of it; the lease begins anew.
///
/// # Errors
/// `Unavailable` when somebody else has it by now, or it was cancelled.
pub async fn mine(tx: &mut WriteTx, id: ImportId, worker: Uuid) -> Result<Model> {
    may_run(tx, "id")?;
    let import = tx.fetch_for::<import::Entity, View>(id, "id").await?;
    if import.leased_by != Some(worker) {
        return Err(Error::Unavailable);
    }
    let mut import = (*import).clone();
    import.leased_until = Some(tx.now() + LEASE);
    Ok(import)
}

/// Lets go of an import that could not be gone on with: the next who wants to can at once.
#[derive(Debug, Serialize)]
pub struct LetGo {
    pub id: ImportId,
    pub worker: Uuid,
    /// Why, where it is the file's fault.
    pub why: Option<String>,
}

impl Act for LetGo {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importLetGo";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = mine(tx, self.id, self.worker).await?;
        import.leased_by = None;
        import.leased_until = None;
        if let Some(why) = &self.why {
            import.failure = Some(why.clone());
            import.status = Status::Refused;
        }
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// # Errors
/// User error `FORBIDDEN` at `field` for whoever may import nothing.
pub fn may_run(tx: &WriteTx, field: &str) -> Result<()> {
    if tx.viewer().holds(Permission::ImportRun) {
        return Ok(());
    }
    let message = format!("this needs the permission {}", Permission::ImportRun);
    Err(Error::invalid(Code::Forbidden, field, message))
}

/// As it is stored.
pub fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(Error::internal)
}

/// As whom an import leaves its history: undoing finds it by this.
#[must_use]
pub fn request_id(id: ImportId) -> String {
    format!("import:{id}")
}
