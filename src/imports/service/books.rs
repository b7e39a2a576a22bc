//! Imports as such: making one, cancelling it, and who works on it.

use super::batch::Kind;
use crate::access::{Act, Granted, Permission, View, WriteTx};
use crate::error::{Code, Error, Result};
use crate::prices::service::ErrorPolicy;
use crate::text::{NAME, Rule};
use chrono::TimeDelta;
use entity::ids::ImportId;
use entity::import::{self, Model, Status};
use entity::import_row::Action;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long somebody who works on an import is waited for before another may go on with it: much longer than a batch takes.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// What is asked of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub error_policy: ErrorPolicy,
    /// Accounts that come into being are told so by mail (T-98).
    #[serde(default)]
    pub send_invitations: bool,
}

/// What an import comes to, in rows.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject,
)]
#[graphql(name = "ImportTotals")]
pub struct Totals {
    /// How many rows the file has, as far as it was read.
    pub rows: i32,
    /// How many would be created.
    pub create: i32,
    /// How many would be changed.
    pub update: i32,
    /// How many are as the file says already.
    pub unchanged: i32,
    /// How many are left out.
    pub skip: i32,
    /// How many are refused.
    pub error: i32,
    /// How many contacts that are there already get another effective customer group.
    pub contacts_changing_effective_group: i32,
    /// How many were carried out.
    pub applied: i32,
    /// How many were not carried out because what they are about has changed since the plan was made.
    pub refused: i32,
    /// How many were put back.
    pub undone: i32,
    /// How many were not put back because something else has happened to them since.
    pub not_undone: i32,
}

impl Totals {
    /// Those of an import.
    #[must_use]
    pub fn of(import: &Model) -> Self {
        serde_json::from_value(import.totals.clone()).unwrap_or_default()
    }

    /// Counts a decision.
    pub fn count(&mut self, action: Action, regrouped: i64) {
        self.rows += 1;
        *match action {
            Action::Create => &mut self.create,
            Action::Update => &mut self.update,
            Action::Unchanged => &mut self.unchanged,
            Action::Skip => &mut self.skip,
            Action::Error => &mut self.error,
        } += 1;
        let regrouped = i32::try_from(regrouped).unwrap_or(i32::MAX);
        self.contacts_changing_effective_group = self
            .contacts_changing_effective_group
            .saturating_add(regrouped);
    }
}

impl Settings {
    /// Those of an import.
    #[must_use]
    pub fn of(import: &Model) -> Self {
        serde_json::from_value(import.settings.clone()).unwrap_or_default()
    }
}

/// Makes an import, which is the viewer's own. Needs IMPORT_RUN in any scope.
#[derive(Debug, Serialize)]
pub struct CreateImport {
    pub kind: Kind,
    pub name: String,
    pub settings: Settings,
}

impl Act for CreateImport {
    type Answer = ImportId;
    type Shown = Option<Granted<import::Entity>>;
    const MUTATION: &'static str = "importCreate";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportId> {
        may_run(tx, "kind")?;
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
            upload_token_hash: None,
            position: 0,
            failure: None,
            upload_expires_at: None,
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

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportId> {
        let allowed = [
            Status::Created,
            Status::Planning,
            Status::Planned,
            Status::Checking,
            Status::Outdated,
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
async fn free(tx: &mut WriteTx, id: ImportId, allowed: &[Status]) -> Result<Model> {
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
}

impl Act for LetGo {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importLetGo";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = mine(tx, self.id, self.worker).await?;
        import.leased_by = None;
        import.leased_until = None;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

fn may_run(tx: &WriteTx, field: &str) -> Result<()> {
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
