//! Making imports, planning, applying and cancelling them.

use crate::access::{Act, Granted, ScopedDb, Terms};
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::CreateTerms;
use crate::imports::object::Import;
use crate::imports::service::{
    self, BeginApply, BeginPlan, BeginUndo, CancelImport, CreateImport, Kind, Settings,
};
use crate::prices::service::ErrorPolicy;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::ids::ImportId;
use entity::import;
use std::time::Duration;
use uuid::Uuid;

/// How long an answer waits for the work to end; it goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A new import.
#[derive(InputObject)]
pub struct ImportCreateInput {
    /// What its rows are about.
    kind: Kind,
    /// What the file is called, at most 512 characters.
    #[graphql(default)]
    name: String,
    /// What becomes of the others when a row is refused: with REJECT_EVERYTHING a plan with refused rows cannot be applied.
    #[graphql(default_with = "ErrorPolicy::RejectEverything")]
    error_policy: ErrorPolicy,
    /// Whether accounts that are created without a password, and have an e-mail, get a letter by which one is chosen. Never sent by a plan.
    #[graphql(default)]
    send_invitations: bool,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// An import to go on with.
#[derive(InputObject)]
pub struct ImportRunInput {
    /// Which import.
    id: ID,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What importCreate, importPlan, importApply, importUndo and importCancel answer.
#[derive(SimpleObject)]
pub struct ImportPayload {
    /// The import as it stands now, which may be on its way still; null when it was refused or only validated as new.
    import: Option<Import>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of imports.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Makes an import of your own, to which a file is sent next. Needs IMPORT_RUN in any scope. Codes: INVALID, TOO_LONG, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn import_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to import.")] input: ImportCreateInput,
    ) -> Option<Result<ImportPayload>> {
        let create = CreateImport {
            kind: input.kind,
            name: input.name,
            settings: Settings {
                error_policy: input.error_policy,
                send_invitations: input.send_invitations,
            },
        };
        Some(payload(ctx.write(create, input.terms).await))
    }

    /// Finds out for each row of the file what would come of it, with your rights, and changes nothing else. Answers when that is done, or after 20 seconds while it goes on. Can be repeated until the import is applied. Codes: NOT_FOUND, FORBIDDEN, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportRunInput,
    ) -> Option<Result<ImportPayload>> {
        let begin = |id| BeginPlan { id };
        let work = |db: ScopedDb, id, worker| async move { service::plan(&db, id, worker).await };
        Some(run(ctx, input, begin, work).await)
    }

    /// Carries out what was planned, in batches of 500 rows; a row whose decision would be another one by now is refused with MOVED_ON. With REJECT_EVERYTHING all rows are looked at once more before the first is written. Answers when that is done, or after 20 seconds while it goes on. Repeating it goes on where it was interrupted. Codes: NOT_FOUND, FORBIDDEN, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_apply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportRunInput,
    ) -> Option<Result<ImportPayload>> {
        let begin = |id| BeginApply { id };
        let work = |db: ScopedDb, id, worker| async move { service::apply(&db, id, worker).await };
        Some(run(ctx, input, begin, work).await)
    }

    /// Puts back what an import changed, in batches of 500 rows: what it changed becomes as it was, and what it created is deleted, where nobody has changed it since and nothing refers to it; each other row says why not. Needs of each row what doing that by hand needs. Answers when that is done, or after 20 seconds while it goes on. Repeating it goes on where it was interrupted. Codes: NOT_FOUND, FORBIDDEN, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_undo(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportRunInput,
    ) -> Option<Result<ImportPayload>> {
        let begin = |id| BeginUndo { id };
        let work = |db: ScopedDb, id, worker| async move { service::undo(&db, id, worker).await };
        Some(run(ctx, input, begin, work).await)
    }

    /// Gives up an import of which nothing was carried out. Codes: NOT_FOUND, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportRunInput,
    ) -> Option<Result<ImportPayload>> {
        let id = match decode::<import::Entity>(&input.id) {
            Ok(id) => id,
            Err(refused) => return Some(Err(refused)),
        };
        Some(payload(ctx.write(CancelImport { id }, input.terms).await))
    }
}

fn payload(written: Result<Option<Granted<import::Entity>>>) -> Result<ImportPayload> {
    let (import, user_errors) = match written {
        Ok(row) => (row.map(Import), Vec::new()),
        Err(Error::Invalid(user_errors)) => (None, user_errors),
        Err(other) => return Err(other),
    };
    Ok(ImportPayload {
        import,
        user_errors,
    })
}

/// Begins, and works in a task of its own: a client that hangs up does not end it.
async fn run<A, W>(
    ctx: &Context<'_>,
    input: ImportRunInput,
    begin: impl FnOnce(ImportId) -> A + Send,
    work: impl FnOnce(ScopedDb, ImportId, Uuid) -> W + Send,
) -> Result<ImportPayload>
where
    A: Act<Shown = Uuid>,
    W: Future<Output = Result<()>> + Send + 'static,
{
    ctx.db().signed_in()?;
    let id = decode::<import::Entity>(&input.id)?;
    let validates = input.terms.validate_only;
    let terms = Terms::from(input.terms);
    let worker = match ctx.write(begin(id), terms).await {
        Ok(worker) => worker,
        Err(refused) => return payload(Err(refused)),
    };
    // The answer to a repeated call names a worker that is gone, or at it: the work is its own.
    let db = ctx.db();
    let theirs = db
        .by_ids::<import::Entity>(&[id])
        .await?
        .remove(&id)
        .is_some_and(|import| import.leased_by == Some(worker));
    if !validates && theirs {
        let task = tokio::spawn(work(db.clone(), id, worker));
        match tokio::time::timeout(PATIENCE, task).await {
            Ok(done) => {
                if let Err(refused) = done.map_err(Error::internal)? {
                    return payload(Err(refused));
                }
            }
            Err(_) => tracing::info!("an import goes on behind its answer"),
        }
    }
    let mut found = db.by_ids::<import::Entity>(&[id]).await?;
    payload(Ok(found.remove(&id)))
}
