//! Making imports, planning, applying, undoing and cancelling them.

use crate::access::{Granted, Terms, Token, TokenKind};
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::CreateTerms;
use crate::imports::object::{Import, ImportEncoding};
use crate::imports::service::{
    self, CancelImport, CreateImport, Kind, Layout, MOST_DEACTIVATED_PERCENT, Settings, Work,
};
use crate::prices::service::ErrorPolicy;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::import;
use std::time::Duration;

/// How long an answer waits for the work to end, which goes on without it: less than a request may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// How a file is laid out, as far as that is not to be found out.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ImportLayoutInput {
    /// The encoding of a text file.
    pub encoding: Option<ImportEncoding>,
    /// What stands between the cells of a text file: one character.
    pub delimiter: Option<String>,
    /// The name of the sheet of a workbook; otherwise the visible one that fits best.
    pub sheet: Option<String>,
    /// The rows with the headings, one or several that follow each other, as a spreadsheet program numbers them; an empty list: there are none, and columns go by their letters.
    pub heading_rows: Option<Vec<i32>>,
}

/// A new import.
#[derive(InputObject)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub struct ImportCreateInput {
    /// What its rows are about.
    kind: Kind,
    /// What the file is called, at most 512 characters.
    #[graphql(default)]
    name: String,
    /// What becomes of the others when a row is refused: with REJECT_EVERYTHING a plan with refused rows cannot be applied.
    #[graphql(default_with = "ErrorPolicy::RejectEverything")]
    error_policy: ErrorPolicy,
    /// The name of a saved mapping to take instead of the proposed one.
    mapping: Option<String>,
    /// How the file is laid out, as far as that is not to be found out.
    layout: Option<ImportLayoutInput>,
    /// Of organizations: rows whose parent is neither in the file nor in the directory become roots; otherwise they are refused.
    #[graphql(default = false)]
    roots_for_unknown_parents: bool,
    /// Of organizations and contacts: types, lines of business and customer groups that rows name and that are not there yet are created, where you may; otherwise such rows are refused.
    #[graphql(default = true)]
    create_missing: bool,
    /// Of customers: what is there, within your reach, and not in the file is deactivated.
    #[graphql(default = false)]
    full_refresh: bool,
    /// Of a full refresh, how much of what is there may be deactivated without being confirmed, in per cent from 0 to 100.
    #[graphql(default_with = "i32::from(MOST_DEACTIVATED_PERCENT)")]
    most_deactivated_percent: i32,
    /// Of accounts: whether those that are created without a password, and have an e-mail, get a letter by which one is chosen. Never sent by a plan.
    #[graphql(default = false)]
    send_invitations: bool,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What importCreate answers.
#[derive(SimpleObject)]
pub struct ImportCreatePayload {
    /// The import, which waits for its file; null when it was refused or only validated.
    import: Option<Import>,
    /// Where the file goes, as the plain body of a POST or PUT, within an hour: a path on this server with a token that is good for one upload, and told this once. Null when it was refused, only validated, or answered before.
    upload_path: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The inputs and payloads that are alike.
macro_rules! way {
    ($(#[$about_input:meta])* $input:ident, $(#[$about_payload:meta])* $payload:ident) => {
        $(#[$about_input])*
        #[derive(InputObject)]
        pub struct $input {
            /// Its id.
            id: ID,
            #[graphql(flatten)]
            terms: CreateTerms,
        }

        $(#[$about_payload])*
        #[derive(SimpleObject)]
        pub struct $payload {
            /// The import as it stands now, which may be on its way still; null when it was refused.
            import: Option<Import>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }

        impl From<Said> for $payload {
            fn from(said: Said) -> Self {
                Self {
                    import: said.import,
                    user_errors: said.user_errors,
                }
            }
        }
    };
}

way!(
    /// Which import is to be planned.
    ImportPlanInput,
    /// What importPlan answers.
    ImportPlanPayload
);
way!(
    /// Which import is to be undone.
    ImportUndoInput,
    /// What importUndo answers.
    ImportUndoPayload
);
way!(
    /// Which import is given up.
    ImportCancelInput,
    /// What importCancel answers.
    ImportCancelPayload
);

/// Which import is to be applied.
#[derive(InputObject)]
pub struct ImportApplyInput {
    /// Its id.
    id: ID,
    /// That a full refresh deactivates more than it may without asking: needed while the import is HELD.
    #[graphql(default = false)]
    confirm_deactivations: bool,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What importApply answers.
#[derive(SimpleObject)]
pub struct ImportApplyPayload {
    /// The import as it stands now, which may be on its way still; null when it was refused.
    import: Option<Import>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

impl From<Said> for ImportApplyPayload {
    fn from(said: Said) -> Self {
        Self {
            import: said.import,
            user_errors: said.user_errors,
        }
    }
}

/// What payloads are made of.
pub(super) struct Said {
    pub(super) import: Option<Import>,
    pub(super) user_errors: Vec<UserError>,
}

/// The mutations of imports.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Makes an import of your own, to which a file is sent next. Needs IMPORT_RUN in any scope. Codes: INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn import_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to import.")] input: ImportCreateInput,
    ) -> Option<Result<ImportCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Reads the whole file and finds out for each row what would come of it, with your rights, and changes nothing else. Answers when that is done, or after 8 seconds while it goes on. Can be repeated until the import is applied. Codes: NOT_FOUND, FORBIDDEN, INVALID, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportPlanInput,
    ) -> Option<Result<ImportPlanPayload>> {
        let said = run(ctx, &input.id, input.terms, Work::Plan).await;
        Some(said.map(Into::into))
    }

    /// Carries out what was planned, in batches of 500 rows; a row whose decision would be another one by now is refused with MOVED_ON. With REJECT_EVERYTHING all rows are looked at once more before the first is written. Answers when that is done, or after 8 seconds while it goes on. Repeating it goes on where it was interrupted; so does the server by itself when it was killed. Codes: NOT_FOUND, FORBIDDEN, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_apply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportApplyInput,
    ) -> Option<Result<ImportApplyPayload>> {
        let work = Work::Apply {
            confirmed: input.confirm_deactivations,
        };
        let said = run(ctx, &input.id, input.terms, work).await;
        Some(said.map(Into::into))
    }

    /// Puts back what an import changed, in batches of 500 rows, the last first: what it changed becomes as it was, and what it created is deleted, where nobody has changed it since and nothing refers to it; each other row says why not. Needs of each row what doing that by hand needs. Answers when that is done, or after 8 seconds while it goes on. Repeating it goes on where it was interrupted. Codes: NOT_FOUND, FORBIDDEN, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_undo(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportUndoInput,
    ) -> Option<Result<ImportUndoPayload>> {
        let said = run(ctx, &input.id, input.terms, Work::Undo).await;
        Some(said.map(Into::into))
    }

    /// Gives up an import of which nothing was carried out. Codes: NOT_FOUND, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: ImportCancelInput,
    ) -> Option<Result<ImportCancelPayload>> {
        let said = async {
            let id = decode::<import::Entity>(&input.id)?;
            payload(ctx.write(CancelImport { id }, input.terms).await)
        };
        Some(said.await.map(Into::into))
    }
}

async fn create(ctx: &Context<'_>, input: ImportCreateInput) -> Result<ImportCreatePayload> {
    let asked = settings(&input);
    let create = match asked {
        Ok(settings) => CreateImport {
            kind: input.kind,
            name: input.name,
            settings,
            token: Some(Token::fresh(TokenKind::Upload)),
        },
        Err(Error::Invalid(user_errors)) => {
            return Ok(ImportCreatePayload {
                import: None,
                upload_path: None,
                user_errors,
            });
        }
        Err(other) => return Err(other),
    };
    let token = create.token.clone();
    let said = payload(ctx.write(create, input.terms).await)?;
    // A repeated call is answered with the import of the first, which has another token.
    let of_this = |import: &Import| {
        let hash = token.as_ref().map(Token::hash);
        import.0.upload_token_hash == hash
    };
    let told = said.import.as_ref().is_some_and(of_this);
    Ok(ImportCreatePayload {
        upload_path: token
            .filter(|_| told)
            .map(|token| format!("/imports/{}", token.reveal())),
        import: said.import,
        user_errors: said.user_errors,
    })
}

fn settings(input: &ImportCreateInput) -> Result<Settings> {
    let percent = u8::try_from(input.most_deactivated_percent).ok();
    let percent = percent.filter(|percent| *percent <= 100).ok_or_else(|| {
        let message = "mostDeactivatedPercent is from 0 to 100";
        Error::invalid(
            crate::error::Code::Invalid,
            "mostDeactivatedPercent",
            message,
        )
    })?;
    Ok(Settings {
        error_policy: input.error_policy,
        roots_for_unknown_parents: input.roots_for_unknown_parents,
        create_missing: input.create_missing,
        full_refresh: input.full_refresh,
        most_deactivated: percent,
        send_invitations: input.send_invitations,
        mapping: input.mapping.clone(),
        layout: input
            .layout
            .as_ref()
            .map(layout)
            .transpose()?
            .unwrap_or_default(),
        refreshed_up_to: None,
    })
}

/// How a file is laid out, checked.
///
/// # Errors
/// User errors below `layout`.
pub(super) fn layout(input: &ImportLayoutInput) -> Result<Layout> {
    let wrong = |field: &str, message: &str| {
        let mut mistake = UserError::new(crate::error::Code::Invalid, "layout", message);
        mistake.path.push(field.to_owned());
        Error::Invalid(vec![mistake])
    };
    let delimiter = match input.delimiter.as_deref() {
        None => None,
        Some(text) => {
            let mut characters = text.chars();
            let (one, more) = (characters.next(), characters.next());
            let one = one.filter(|one| more.is_none() && !matches!(one, '"' | '\'' | '\n' | '\r'));
            Some(one.ok_or_else(|| wrong("delimiter", "a delimiter is one character, no quote"))?)
        }
    };
    let heading_rows = match input.heading_rows.as_deref() {
        None => None,
        Some([]) => Some((0, 0)),
        Some(rows) => {
            let row = |at: Option<&i32>| at.and_then(|row| u64::try_from(*row).ok());
            let (first, last) = (row(rows.first()), row(rows.last()));
            let range = first.zip(last).filter(|(first, last)| {
                let follow = rows
                    .iter()
                    .zip(rows.iter().skip(1))
                    .all(|(one, next)| i64::from(*next) == i64::from(*one) + 1);
                *first > 0 && first <= last && follow
            });
            let message = "the rows of the headings follow each other, from 1 on";
            Some(range.ok_or_else(|| wrong("headingRows", message))?)
        }
    };
    Ok(Layout {
        encoding: input.encoding.map(Into::into),
        delimiter,
        sheet: input.sheet.clone(),
        heading_rows,
    })
}

/// What became of a write.
///
/// # Errors
/// Everything but user errors.
pub(super) fn payload(written: Result<Option<Granted<import::Entity>>>) -> Result<Said> {
    match written {
        Ok(row) => Ok(Said {
            import: row.map(Import),
            user_errors: Vec::new(),
        }),
        Err(Error::Invalid(user_errors)) => Ok(Said {
            import: None,
            user_errors,
        }),
        Err(other) => Err(other),
    }
}

/// Begins, and works in a task of its own: a client that hangs up does not end it.
async fn run(ctx: &Context<'_>, id: &ID, terms: CreateTerms, work: Work) -> Result<Said> {
    let db = ctx.db();
    db.signed_in()?;
    let id = decode::<import::Entity>(id)?;
    let validates = terms.validate_only;
    let import = db.by_ids::<import::Entity>(&[id]).await?.remove(&id);
    if let Some(import) = import.filter(|import| work.is_going_on(import, db)) {
        return payload(Ok(Some(import)));
    }
    let worker = match service::begin(db, work, id, Terms::from(terms)).await {
        Ok(worker) => worker,
        Err(refused) => return payload(Err(refused)),
    };
    // The answer to a repeated call names a worker that is gone, or at it: the work is its own.
    let theirs = db
        .by_ids::<import::Entity>(&[id])
        .await?
        .remove(&id)
        .is_some_and(|import| import.leased_by == Some(worker));
    if !validates && theirs {
        let own = db.clone();
        let task = tokio::spawn(async move { service::go_on(&own, work, id, worker, None).await });
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
