//! Imports and their rows as clients see them.

mod file;
mod mapping;

pub use file::{ImportDateOrder, ImportDecimalSign, ImportEncoding};
pub use mapping::{ImportMapping, ImportMappingConnection};

use super::list::{ImportRowFilter, ImportRowOrder};
use super::rules::{Change, Cleaning, Problem};
use super::service::{Kind, Settings, Totals, mapping_of, problems_of, survey_of};
use crate::access::Granted;
use crate::connection;
use crate::error::{Code, Result};
use crate::graphql::at_once::{Asked, AtOnce};
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use crate::prices::service::ErrorPolicy;
use async_graphql::{Context, ID, Object, SimpleObject, Value};
use entity::import::{self, Status};
use entity::import_row::{self, Action, State};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum ImportStatus {
    /// It was made and waits for its file.
    Created,
    /// Its file is there, and it is known which column goes to which field, as far as that can be told.
    Uploaded,
    /// The file cannot be read, or not with this mapping: failure says why.
    Refused,
    /// The file is being read, and what would come of each row is found out.
    Planning,
    /// The plan is complete and can be applied.
    Planned,
    /// It is being looked at once more whether everything is as it was when the plan was made.
    Checking,
    /// What rows are about has changed since; nothing was written, and it is to be planned anew.
    Outdated,
    /// It would deactivate so much of what is there that somebody has to confirm it.
    Held,
    /// It is being carried out.
    Applying,
    /// It was stopped on the way, as something had changed meanwhile; applying goes on with the rest.
    Stopped,
    /// It was carried out.
    Applied,
    /// It is being put back.
    Undoing,
    /// What could be put back was.
    Undone,
    /// It was given up.
    Cancelled,
}

impl From<Status> for ImportStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Created => Self::Created,
            Status::Uploaded => Self::Uploaded,
            Status::Refused => Self::Refused,
            Status::Planning => Self::Planning,
            Status::Planned => Self::Planned,
            Status::Checking => Self::Checking,
            Status::Outdated => Self::Outdated,
            Status::Held => Self::Held,
            Status::Applying => Self::Applying,
            Status::Stopped => Self::Stopped,
            Status::Applied => Self::Applied,
            Status::Undoing => Self::Undoing,
            Status::Undone => Self::Undone,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// What would come of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum ImportAction {
    /// A thing is created.
    Create,
    /// A thing is changed.
    Update,
    /// The thing is as the row says already.
    Unchanged,
    /// The row is left out: its source has sent this version, or a newer one, before.
    Skip,
    /// The row is refused.
    Error,
}

impl From<Action> for ImportAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Create => Self::Create,
            Action::Update => Self::Update,
            Action::Unchanged => Self::Unchanged,
            Action::Skip => Self::Skip,
            Action::Error => Self::Error,
        }
    }
}

impl From<ImportAction> for Action {
    fn from(action: ImportAction) -> Self {
        match action {
            ImportAction::Create => Self::Create,
            ImportAction::Update => Self::Update,
            ImportAction::Unchanged => Self::Unchanged,
            ImportAction::Skip => Self::Skip,
            ImportAction::Error => Self::Error,
        }
    }
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum ImportRowState {
    /// It was read, and nothing was decided about it yet.
    Read,
    /// Nothing yet, or there was nothing to do.
    Planned,
    /// It was carried out.
    Applied,
    /// It was not carried out, as what it is about had changed since the plan was made.
    Refused,
    /// It was put back.
    Undone,
    /// It was not put back, as something else has happened to it since.
    NotUndone,
}

impl From<State> for ImportRowState {
    fn from(state: State) -> Self {
        match state {
            State::Read => Self::Read,
            State::Planned => Self::Planned,
            State::Applied => Self::Applied,
            State::Refused => Self::Refused,
            State::Undone => Self::Undone,
            State::NotUndone => Self::NotUndone,
        }
    }
}

/// A file of rows, what would come of them, and how far that was carried out. Visible to whoever made it, with IMPORT_RUN.
#[derive(Clone)]
pub struct Import(pub Granted<import::Entity>);

impl From<Granted<import::Entity>> for Import {
    fn from(row: Granted<import::Entity>) -> Self {
        Self(row)
    }
}

connection!(ImportConnection, ImportEdge, Import, "imports");
connection!(
    ImportRowConnection,
    ImportRowEdge,
    ImportRow,
    "rows of an import"
);

/// A file of rows, what would come of them, and how far that was carried out. Visible to whoever made it, with IMPORT_RUN.
#[Object]
impl Import {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<import::Entity>(self.0.id)
    }

    /// What its rows are about.
    fn kind(&self) -> Result<Kind> {
        Kind::of_import(&self.0)
    }

    /// Where it stands.
    async fn status(&self) -> ImportStatus {
        self.0.status.into()
    }

    /// What the file is called, at most 512 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What becomes of the others when a row is refused.
    async fn error_policy(&self) -> ErrorPolicy {
        Settings::of(&self.0).error_policy
    }

    /// Why the file is refused, in English; null where it is not.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// How large the file is, in bytes; 0 before it has come, and where it was read where it lies.
    async fn file_bytes(&self) -> i32 {
        i32::try_from(self.0.file_bytes).unwrap_or(i32::MAX)
    }

    /// What the file was found to be; null before it has come.
    async fn file(&self) -> Option<file::ImportFile> {
        survey_of(&self.0).as_ref().map(file::ImportFile::from)
    }

    /// Which column goes to which field: as proposed, until importMap corrects it. Empty before the file has come.
    async fn mapping(&self) -> Vec<file::ImportFieldMapping> {
        let survey = survey_of(&self.0);
        mapping_of(&self.0).map_or_else(Vec::new, |mapping| file::fields(&mapping, survey.as_ref()))
    }

    /// The columns that go to no field, and are not imported.
    async fn left_columns(&self) -> Vec<file::ImportLeftColumn> {
        let known = mapping_of(&self.0).zip(survey_of(&self.0));
        known.map_or_else(Vec::new, |(mapping, survey)| file::left(&mapping, &survey))
    }

    /// Why the import cannot be planned with this mapping, in English; empty where it can.
    async fn mapping_problems(&self) -> Vec<String> {
        problems_of(&self.0)
    }

    /// How many rows come to what, as far as it is known.
    async fn totals(&self) -> Totals {
        Totals::of(&self.0)
    }

    /// Its rows, by their numbers. One of first and last is required, from 0 to 100.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<ImportRowFilter>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<ImportRowConnection> {
        let condition = filter.unwrap_or_default().condition(self.0.id);
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let sort = ImportRowOrder::sort();
        let page = Page::of_list(ctx, condition, ImportRowOrder::TAG, &sort, &args).await?;
        Ok(ImportRowConnection(page))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When its plan was complete; null before.
    async fn planned_at(&self) -> Option<DateTime> {
        self.0.planned_at.map(DateTime)
    }

    /// When it was carried out, stopped, undone or given up; null before.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

impl AtOnce for Import {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => Some(Value::String(
                global_id::encode::<import::Entity>(self.0.id).0,
            )),
            _ => None,
        }
    }
}

/// A row of an import. Visible with its import.
#[derive(Clone)]
pub struct ImportRow(pub Granted<import_row::Entity>);

impl From<Granted<import_row::Entity>> for ImportRow {
    fn from(row: Granted<import_row::Entity>) -> Self {
        Self(row)
    }
}

/// A row of an import. Visible with its import.
#[Object]
impl ImportRow {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<import_row::Entity>(self.0.id)
    }

    /// Its number as a spreadsheet program shows it; of JSON lines that of the line, counted from 1.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// By what the row is known, such as the externalId; empty where it has none.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What would come of it.
    async fn action(&self) -> ImportAction {
        self.0.action.into()
    }

    /// What came of it.
    async fn state(&self) -> ImportRowState {
        self.0.state.into()
    }

    /// The fields that change; of a row that creates something all that it gives.
    async fn changes(&self) -> Vec<ImportChange> {
        let changes: Vec<Change> =
            serde_json::from_value(self.0.changes.clone()).unwrap_or_default();
        changes.into_iter().map(Into::into).collect()
    }

    /// The fields that differ and are left alone, as they are looked after by hand.
    async fn kept_fields(&self) -> Vec<String> {
        serde_json::from_value(self.0.kept.clone()).unwrap_or_default()
    }

    /// The cells that were read other than they stand there.
    async fn cleanings(&self) -> Vec<file::ImportCleaning> {
        let cleanings: Vec<Cleaning> =
            serde_json::from_value(self.0.cleanings.clone()).unwrap_or_default();
        cleanings.into_iter().map(Into::into).collect()
    }

    /// Why it is refused; empty when it is not.
    async fn problems(&self) -> Vec<ImportProblem> {
        let problems: Vec<Problem> =
            serde_json::from_value(self.0.problems.clone()).unwrap_or_default();
        problems.into_iter().map(Into::into).collect()
    }
}

impl AtOnce for ImportRow {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => Some(Value::String(
                global_id::encode::<import_row::Entity>(self.0.id).0,
            )),
            "key" => Some(Value::String(self.0.key.clone())),
            _ => None,
        }
    }
}

/// A field that a row changes.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct ImportChange {
    /// The name of the field.
    pub field: String,
    /// What it is; null where it is nothing, or where you may not see what it names.
    pub from: Option<String>,
    /// What it shall be; null where it shall be nothing.
    pub to: Option<String>,
}

impl From<Change> for ImportChange {
    fn from(change: Change) -> Self {
        Self {
            field: change.field,
            from: change.from,
            to: change.to,
        }
    }
}

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct ImportProblem {
    /// The name of the field; null where it is the row as a whole.
    pub field: Option<String>,
    /// What kind of mistake it is, for programs.
    pub code: Code,
    /// What is wrong, in English, for people.
    pub message: String,
}

impl From<Problem> for ImportProblem {
    fn from(problem: Problem) -> Self {
        Self {
            field: problem.field,
            code: problem.code,
            message: problem.message,
        }
    }
}
