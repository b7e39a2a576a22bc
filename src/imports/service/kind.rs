//! What rows can be about, and what differs between these kinds beside deciding and writing.

use super::settings::Settings;
use super::{contacts, one_by_one, orders, organizations, prices};
use crate::access::WriteTx;
use crate::error::{Error, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use entity::ids::ImportId;
use entity::{import, import_row};
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
    /// Accounts, known by their login, or without one by their email: invited, never with a password in clear.
    Accounts,
    /// Customer groups, known by their name.
    CustomerGroups,
    /// Customers of an ERP, known by number and sequence: bill-tos and ship-tos.
    Customers,
    /// Ship-tos alone, known by customerNumber and sequence.
    ShipTos,
    /// Prices, known by everything that they give but the amount.
    Prices,
    /// Orders of another system, known by their number: rows of one number are one order, and each of them a line.
    Orders,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Contacts,
        Self::Organizations,
        Self::Accounts,
        Self::CustomerGroups,
        Self::Customers,
        Self::ShipTos,
        Self::Prices,
        Self::Orders,
    ];

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
            Self::Accounts => Target::Accounts,
            Self::CustomerGroups => Target::CustomerGroups,
            Self::Customers => Target::Customers,
            Self::ShipTos => Target::ShipTos,
            Self::Prices => Target::Prices,
            Self::Orders => Target::Orders,
        }
    }

    /// The field that a refusal of the key names.
    #[must_use]
    pub fn key_field(self) -> &'static str {
        match self {
            Self::Contacts | Self::Organizations => "externalId",
            Self::Accounts => "login",
            Self::CustomerGroups => "name",
            Self::Customers | Self::Orders => "number",
            Self::ShipTos => "customerNumber",
            Self::Prices => "variantCode",
        }
    }

    /// By what rows are told apart, in words.
    #[must_use]
    pub fn known_by(self) -> &'static str {
        match self {
            Self::Contacts => "externalId, or email",
            Self::Organizations => "externalId, or name",
            Self::Accounts => "login, or email",
            Self::CustomerGroups => "name",
            Self::Customers => "number and sequence",
            Self::ShipTos => "customerNumber and sequence",
            Self::Prices => "variantCode, buyer, quantity and time",
            Self::Orders => "number",
        }
    }

    /// The key of a row, by which it is told apart from the others and found again.
    ///
    /// # Errors
    /// Why it is none.
    pub fn key_of(self, row: &RowIn) -> Result<Option<String>, Problem> {
        match self {
            Self::Contacts => contacts::key_of(row),
            Self::Organizations => organizations::key_of(row),
            Self::Prices => Ok(prices::key(row)),
            Self::Orders => orders::key(row),
            kind => one_by_one::key_of(kind, row),
        }
    }

    /// The fields that its rows may give.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &contacts::FIELDS,
            Self::Organizations => &organizations::FIELDS,
            Self::Prices => &prices::FIELDS,
            Self::Orders => &orders::FIELDS,
            kind => one_by_one::fields(kind),
        }
    }

    /// Whether several rows of a file may have one key.
    #[must_use]
    pub fn keys_repeat(self) -> bool {
        self == Self::Orders
    }

    /// The stage that a row is dealt with in, where the row alone decides about it.
    #[must_use]
    pub fn stage_of(self, row: &RowIn) -> i32 {
        // A ship-to is dealt with after the bill-tos.
        i32::from(self == Self::Customers && one_by_one::is_ship_to(row))
    }

    /// Brings staged rows into the order in which they are dealt with, and notes what is wrong with their places in the file; answers how many
    /// rows are refused by that for good.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn order(self, tx: &mut WriteTx, import: &import::Model) -> Result<i32> {
        match self {
            Self::Organizations => {
                let roots = Settings::of(import).roots_for_unknown_parents;
                organizations::order(tx, import.id, roots).await.map(|()| 0)
            }
            Self::Orders => orders::order(tx, import.id).await,
            _ => Ok(0),
        }
    }

    /// The rows of the next batch out of those that were read, `most` at once: what is one thing is not torn apart.
    #[must_use]
    pub fn whole_units(
        self,
        mut rows: Vec<import_row::Model>,
        most: usize,
    ) -> Vec<import_row::Model> {
        if self != Self::Orders || rows.len() < most {
            return rows;
        }
        let neighbours = rows.iter().zip(rows.iter().skip(1));
        let mut cuts = neighbours.enumerate();
        let last = cuts.rfind(|(_, (one, next))| !orders::same_unit(one, next));
        if let Some((at, _)) = last {
            rows.truncate(at + 1);
        }
        rows
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
        let needs = match self {
            Self::Organizations => organizations::needs(tx, rows, keys).await?,
            Self::Customers => {
                let ship_tos = rows.iter().filter(|row| one_by_one::is_ship_to(row));
                let bill_tos = ship_tos.filter_map(|row| row.text("number"));
                vec![bill_tos.map(str::to_owned).collect()]
            }
            _ => Vec::new(),
        };
        Ok(needs.into_iter().flatten().collect())
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
            Self::Organizations => organizations::blame(tx, import, rows, decisions).await,
            _ => Ok(()),
        }
    }
}
