//! How an import is come by without a request of its own: by the one-time token of its file, and by whoever picks up what was left.

use super::authenticate::viewer_of;
use super::database::Database;
use super::token::token_hash;
use super::viewer::Viewer;
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::ImportId;
use entity::import;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Who has been working on an import and is not any more.
pub struct Interrupted {
    /// The account whose import it is, as it is now.
    pub viewer: Viewer,
    pub id: ImportId,
    pub status: import::Status,
}

/// The imports that somebody began to work on and left: their server was killed.
///
/// # Errors
/// Faults of the database only.
pub async fn interrupted_imports(db: &Database, now: DateTime<Utc>) -> Result<Vec<Interrupted>> {
    use import::Status;
    #[expect(clippy::disallowed_methods, reason = "the books of imports")]
    let rows = import::Entity::find()
        .filter(import::Column::Status.is_in([
            Status::Planning,
            Status::Checking,
            Status::Applying,
            Status::Undoing,
        ]))
        .filter(import::Column::LeasedUntil.lt(now))
        .all(db.reader())
        .await?;
    let mut interrupted = Vec::new();
    for row in rows {
        if let Some(viewer) = viewer_of(db.reader(), row.account_id, now).await? {
            interrupted.push(Interrupted {
                viewer,
                id: row.id,
                status: row.status,
            });
        }
    }
    Ok(interrupted)
}

/// Whose import waits for a file that is sent with this token, and which.
///
/// # Errors
/// Faults of the database only.
pub async fn import_of_token(
    db: &Database,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Viewer, ImportId)>> {
    #[expect(clippy::disallowed_methods, reason = "the token is the right")]
    let found = import::Entity::find()
        .filter(import::Column::UploadTokenHash.eq(token_hash(token)))
        .filter(import::Column::UploadExpiresAt.gt(now))
        .one(db.reader())
        .await?;
    let Some(import) = found else {
        return Ok(None);
    };
    let viewer = viewer_of(db.reader(), import.account_id, now).await?;
    Ok(viewer.map(|viewer| (viewer, import.id)))
}
