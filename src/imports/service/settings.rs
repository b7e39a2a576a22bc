//! What is asked of an import, and what it comes to.

use crate::prices::service::ErrorPolicy;
use entity::ids::CustomerId;
use entity::import::Model;
use entity::import_row::Action;
use serde::{Deserialize, Serialize};
use sheets::{Encoding, Macros, Options};

/// Of a full refresh, how much of what is there may be deactivated without being confirmed (T-96).
pub const MOST_DEACTIVATED_PERCENT: u8 = 10;

/// What is asked of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub struct Settings {
    pub error_policy: ErrorPolicy,
    /// Rows whose parent is nowhere become roots (T-160).
    pub roots_for_unknown_parents: bool,
    /// Names of types, lines of business and customer groups that are not there yet are added.
    pub create_missing: bool,
    /// What is there and not in the file is deactivated, where the kind knows such a state (T-96).
    pub full_refresh: bool,
    /// Per cent, from 0 to 100.
    pub most_deactivated: u8,
    /// Accounts that come into being are told so by mail (T-98).
    pub send_invitations: bool,
    /// The name of the saved mapping to take instead of the proposed one.
    pub mapping: Option<String>,
    pub layout: Layout,
    /// How far a full refresh has come with what is not in the file.
    pub refreshed_up_to: Option<CustomerId>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            error_policy: ErrorPolicy::default(),
            roots_for_unknown_parents: false,
            create_missing: true,
            full_refresh: false,
            most_deactivated: MOST_DEACTIVATED_PERCENT,
            send_invitations: false,
            mapping: None,
            layout: Layout::default(),
            refreshed_up_to: None,
        }
    }
}

/// How the file is laid out, as far as somebody says so; the rest is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<char>,
    /// The name of a sheet.
    pub sheet: Option<String>,
    /// The first and the last row with headings, as a spreadsheet program numbers them; both 0 where there are none.
    pub heading_rows: Option<(u64, u64)>,
}

impl Layout {
    /// As the reader of files takes it.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            encoding: self.encoding,
            delimiter: self.delimiter,
            macros: Macros::Ignore,
            ..Options::default()
        }
    }
}

impl Settings {
    /// Those of an import.
    #[must_use]
    pub fn of(import: &Model) -> Self {
        serde_json::from_value(import.settings.clone()).unwrap_or_default()
    }
}

/// What an import comes to, in rows.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject,
)]
#[serde(default)]
#[graphql(name = "ImportTotals")]
pub struct Totals {
    /// How many rows of data were read from the file.
    pub rows: i32,
    /// How many of them were decided about; planning is done when it is all of them.
    pub planned: i32,
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
    /// How many rows have a cell that was read other than it stands there.
    pub cleaned: i32,
    /// How many rows would change something if fields were not looked after by hand.
    pub kept: i32,
    /// How many contacts that are there already get another effective customer group.
    pub contacts_changing_effective_group: i32,
    /// How many things that are not in the file would be deactivated, of a full refresh.
    pub deactivate: i32,
    /// How many were carried out.
    pub applied: i32,
    /// How many were not carried out because what they are about has changed since the plan was made.
    pub refused: i32,
    /// How many things that are not in the file were deactivated.
    pub deactivated: i32,
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
        self.planned += 1;
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
