//! What can go wrong, in words that a client may read. The cause stays inside, for the log.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::sync::Arc;

/// What a mutation's `userErrors` say. The names are those of the schema.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, async_graphql::Enum,
)]
#[graphql(name = "UserErrorCode")]
pub enum Code {
    /// The field must be given.
    Required,
    /// The value means nothing here.
    Invalid,
    /// The text is longer than its limit.
    TooLong,
    /// Somebody has this value already, and it must be unique.
    Taken,
    /// The thing does not exist, or you may not see it.
    NotFound,
    /// You may see the thing but not do this to it; the message names the missing permission.
    Forbidden,
    /// The thing has changed since the version that you expected.
    Stale,
    /// The change collides with another thing.
    Conflict,
    /// The thing is still used by others.
    InUse,
    /// The organization would lie below itself, or the sales rep report to itself.
    HierarchyCycle,
    /// The tree would become deeper than its limit.
    HierarchyDepth,
    /// The customer group is archived and not given to anyone new.
    Archived,
    /// Nobody would be left who may administer the directory.
    LastHolder,
    /// The right does not reach that far, or you do not hold it yourself.
    OutOfScope,
    /// The sign-in was refused; nothing more is said.
    BadCredentials,
    /// The account is locked for the time being.
    Locked,
    /// The account has not been approved yet.
    NotApproved,
    /// The token is over, used or replaced.
    TokenExpired,
    /// The password is too easy to guess.
    WeakPassword,
    /// The idempotency key was used for another mutation or another input.
    IdempotencyMismatch,
    /// What is there is not what it was when the import was planned, in a way that matters.
    MovedOn,
}

/// One reason why a mutation changed nothing.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, async_graphql::SimpleObject,
)]
pub struct UserError {
    /// What kind of mistake it is, for programs.
    pub code: Code,
    /// What is wrong, in English, for people.
    pub message: String,
    /// The input field at fault, from the outside in; list positions are numbers, counted from 0.
    pub path: Vec<String>,
}

impl UserError {
    /// An error of the input field `field`.
    #[must_use]
    pub fn new(code: Code, field: &str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            path: vec![field.to_owned()],
        }
    }
}

/// Why nothing happened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("sign in to do this")]
    Unauthenticated,
    #[error("this needs the permission {permission}")]
    Forbidden { permission: &'static str },
    #[error("whoever acts on behalf of an account may not do this")]
    OnBehalf,
    /// Also for rows that exist but that the viewer may not see (T-38, T-142).
    #[error("{kind} not found")]
    NotFound { kind: &'static str },
    #[error("{0}")]
    BadRequest(String),
    #[error("{0}")]
    LimitExceeded(String),
    #[error("the server is busy, try again")]
    Unavailable,
    /// Becomes `userErrors` of a mutation's payload.
    #[error("the input is not valid")]
    Invalid(Vec<UserError>),
    #[error("something went wrong on our side")]
    Database(#[source] Arc<DbErr>),
    #[error("something went wrong on our side")]
    Internal(Arc<str>),
}

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One user error.
    pub fn invalid(code: Code, field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![UserError::new(code, field, message)])
    }

    /// The same mistakes below `path`, as a list of inputs names them: `["rows", "3"]`. Others stay as they are.
    #[must_use]
    pub fn below(self, path: &[&str]) -> Self {
        let Self::Invalid(mut mistakes) = self else {
            return self;
        };
        for mistake in &mut mistakes {
            let within = path.iter().map(|part| (*part).to_owned());
            mistake.path = within.chain(mistake.path.drain(..)).collect();
        }
        Self::Invalid(mistakes)
    }

    /// A fault of ours; `why` is for the log only.
    #[must_use]
    pub fn internal(why: impl std::fmt::Display) -> Self {
        Self::Internal(why.to_string().into())
    }

    /// `extensions.code` of a top-level error (T-170).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden { .. } | Self::OnBehalf => "FORBIDDEN",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::BadRequest(_) | Self::Invalid(_) => "BAD_REQUEST",
            Self::LimitExceeded(_) => "LIMIT_EXCEEDED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Database(_) | Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::Unavailable,
            busy if is_overload(&busy) => Self::Unavailable,
            other => Self::Database(Arc::new(other)),
        }
    }
}

/// Whether the database gave up for want of time, or cannot be talked to: trying later may help.
fn is_overload(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    match cause.as_database_error() {
        // Statement timeout; an administrator's shutdown, a crash, and starting up again.
        Some(refused) => ["57014", "57P01", "57P02", "57P03"]
            .iter()
            .any(|code| refused.code().as_deref() == Some(code)),
        None => matches!(cause.as_ref(), sqlx::Error::Io(_)),
    }
}

/// Collects the mistakes of an input, so that a client learns of all at once.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<UserError>);

impl Mistakes {
    /// Notes a mistake of `field`.
    pub fn note(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.0.push(UserError::new(code, field, message));
    }

    /// The checked value, or a note of what is wrong with it and the type's empty value.
    pub fn check<T: Default>(&mut self, checked: Result<T, UserError>) -> T {
        checked.unwrap_or_else(|mistake| {
            self.0.push(mistake);
            T::default()
        })
    }

    /// Adds the mistakes of a part that was checked by itself.
    pub fn add(&mut self, refused: Error) {
        if let Error::Invalid(mistakes) = refused {
            self.0.extend(mistakes);
        }
    }

    /// Whether a mistake of `field` was noted.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0
            .iter()
            .any(|mistake| mistake.path.first().is_some_and(|first| first == field))
    }

    /// # Errors
    /// [`Error::Invalid`] when anything was noted.
    pub fn finish(self) -> Result<()> {
        self.all().map_err(Error::Invalid)
    }

    /// # Errors
    /// What was noted, when anything was.
    pub fn all(self) -> Result<(), Vec<UserError>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}
