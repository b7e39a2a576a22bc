//! Lists of accounts: how they are narrowed down and ordered.

use crate::access::ScopedDb;
use crate::access::page::Sort;
use crate::graphql::order::OrderDirection;
use crate::text;
use entity::account;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of accounts down; all given fields must hold.
#[derive(Clone, Debug, Default, async_graphql::InputObject)]
pub struct AccountFilter {
    /// Part of the login or the e-mail, without regard to case.
    pub search: Option<String>,
    /// Whether signing in is refused for the time being after wrong passwords.
    pub locked: Option<bool>,
    /// Whether it is approved.
    pub approved: Option<bool>,
    /// Whether it is in use.
    pub active: Option<bool>,
}

impl AccountFilter {
    /// The rows that pass.
    #[must_use]
    pub fn condition(&self, db: &ScopedDb) -> Condition {
        let now = db.now();
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            all = all.add(found_by(db, search));
        }
        if let Some(locked) = self.locked {
            let is_locked = account::Column::LockedUntil.gt(now);
            all = all.add(if locked {
                is_locked
            } else {
                account::Column::LockedUntil
                    .lte(now)
                    .or(account::Column::LockedUntil.is_null())
            });
        }
        if let Some(approved) = self.approved {
            all = all.add(account::Column::Approved.eq(approved));
        }
        if let Some(active) = self.active {
            all = all.add(account::Column::Active.eq(active));
        }
        all
    }
}

fn found_by(db: &ScopedDb, search: &str) -> Condition {
    // No key is longer, and the engines do not take every pattern.
    if search.len() > text::KEY_BYTES {
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    db.found_by::<account::Entity>(search)
}

/// What accounts can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum AccountOrderField {
    /// The login, without regard to case.
    Login,
    /// When it was created.
    CreatedAt,
}

/// An order of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct AccountOrder {
    /// What to compare.
    pub field: AccountOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for AccountOrder {
    /// By login, A first (T-172).
    fn default() -> Self {
        Self {
            field: AccountOrderField::Login,
            direction: OrderDirection::Asc,
        }
    }
}

impl AccountOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("account {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<account::Entity> {
        let column = match self.field {
            AccountOrderField::Login => account::Column::LoginKey,
            AccountOrderField::CreatedAt => account::Column::CreatedAt,
        };
        Sort {
            columns: vec![column],
            descending: self.direction == OrderDirection::Desc,
        }
    }
}
