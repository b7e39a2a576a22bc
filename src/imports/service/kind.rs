//! What rows can be about, and what differs between these kinds beside deciding and writing.

use super::settings::Settings;
use super::{contacts, organizations};
use crate::access::WriteTx;
use crate::error::{Error, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use crate::text::{NAME, Rule};
use entity::ids::ImportId;
use entity::import;
use serde::{Deserialize, Serialize};
use sheets::mapping::Target;

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(name = "ImportKind")]
pub enum Kind {
    /// Contacts, known by their externalId, else by their e-mail.
    Contacts,
    /// Organizations, known by their externalId.
    Organizations,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Contacts, Self::Organizations];

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.target().name()
    }

    /// What an import is about.
    ///
    /// # Errors
    /// An internal one where that is nothing known.
    pub fn of_import(import: &import::Model) -> Result<Self> {
        Self::named(&import.kind)
    }

    /// The kind of a name as in the database.
    ///
    /// # Errors
    /// An internal one where there is none of this name.
    pub fn named(name: &str) -> Result<Self> {
        let mut kinds = Self::ALL.into_iter();
        kinds
            .find(|kind| kind.name() == name)
            .ok_or_else(|| Error::internal("an unknown kind of import"))
    }

    /// What the crate that reads files calls it.
    #[must_use]
    pub fn target(self) -> Target {
        match self {
            Self::Contacts => Target::Contacts,
            Self::Organizations => Target::Organizations,
        }
    }

    /// The field that a refusal of the key names.
    #[must_use]
    pub fn key_field(self) -> &'static str {
        match self {
            Self::Contacts | Self::Organizations => "externalId",
        }
    }

    /// The key of a row, by which it is told apart from the others and found again.
    ///
    /// # Errors
    /// Why it is none.
    pub fn key_of(self, row: &RowIn) -> Result<Option<String>, Problem> {
        match self {
            Self::Contacts => contacts::key_of(row),
            Self::Organizations => {
                let text = row.text("externalId").map(str::to_owned);
                Ok(Rule::identifier("externalId", NAME).apply(text)?)
            }
        }
    }

    /// Whether several rows of a file may have one key.
    #[must_use]
    pub fn keys_repeat(self) -> bool {
        match self {
            Self::Contacts | Self::Organizations => false,
        }
    }

    /// The stage that a row is dealt with in, where the row alone decides about it.
    #[must_use]
    pub fn stage_of(self, _: &RowIn) -> i32 {
        match self {
            Self::Contacts | Self::Organizations => 0,
        }
    }

    /// Brings staged rows into the order in which they are dealt with, and notes what is wrong with their places in the file.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn order(self, tx: &mut WriteTx, import: &import::Model) -> Result<()> {
        match self {
            Self::Contacts => Ok(()),
            Self::Organizations => {
                let roots = Settings::of(import).roots_for_unknown_parents;
                organizations::order(tx, import.id, roots).await
            }
        }
    }

    /// The rows of the next batch: what is one thing is not torn apart.
    #[must_use]
    pub fn whole_units(
        self,
        rows: Vec<entity::import_row::Model>,
        _most: usize,
    ) -> Vec<entity::import_row::Model> {
        match self {
            Self::Contacts | Self::Organizations => rows,
        }
    }

    /// The keys of rows of lower stages that these rows build upon, if they are in the file.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn needs(
        self,
        tx: &mut WriteTx,
        rows: &[RowIn],
        keys: &[Option<String>],
    ) -> Result<Vec<String>> {
        match self {
            Self::Contacts => Ok(Vec::new()),
            Self::Organizations => {
                let needs = organizations::needs(tx, rows, keys).await?;
                Ok(needs.into_iter().flatten().collect())
            }
        }
    }

    /// Says of rows that do not find what they build upon which row of the import was to make it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn blame(
        self,
        tx: &mut WriteTx,
        import: ImportId,
        rows: &[RowIn],
        decisions: &mut [Decision],
    ) -> Result<()> {
        match self {
            Self::Contacts => Ok(()),
            Self::Organizations => organizations::blame(tx, import, rows, decisions).await,
        }
    }
}
