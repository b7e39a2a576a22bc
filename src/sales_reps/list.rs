//! Lists of sales reps: how they are narrowed down and ordered.

use crate::access::ScopedDb;
use crate::access::page::Sort;
use crate::error::Result;
use crate::graphql::below::{Nested, OwnedLink};
use crate::graphql::connection::PageArgs;
use crate::graphql::global_id;
use crate::text;
use async_graphql::ID;
use entity::ids::SalesRepId;
use entity::sales_rep;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};

/// What cursors of the order say first.
pub const BY_NAME: &str = "salesRep Name Asc";

/// By name, ties by id.
#[must_use]
pub fn by_name() -> Sort<sales_rep::Entity> {
    Sort {
        columns: vec![sales_rep::Column::NameKey],
        descending: false,
    }
}

/// Narrows a list of sales reps down; all given fields must hold.
#[derive(Clone, Debug, Default, async_graphql::InputObject)]
pub struct SalesRepFilter {
    /// Part of the name, the number or the e-mail, without regard to case.
    pub search: Option<String>,
    /// One of these numbers, exactly. At most 500; an empty list matches nothing.
    pub numbers: Option<Vec<String>>,
    /// Reports to this one directly.
    pub manager_id: Option<ID>,
}

impl SalesRepFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for an id of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            all = all.add(found_by(db, search));
        }
        if let Some(numbers) = &self.numbers {
            let wanted: Vec<_> = numbers
                .iter()
                .filter(|number| !number.contains('\0'))
                .cloned()
                .collect();
            all = all.add(db.is_one_of(sales_rep::Column::Number, &wanted));
        }
        if let Some(manager) = &self.manager_id {
            let manager = global_id::decode::<sales_rep::Entity>(manager)?;
            all = all.add(sales_rep::Column::ManagerId.eq(manager));
        }
        Ok(all)
    }
}

/// Sales reps are people of the house: few enough to be gone through.
fn found_by(db: &ScopedDb, search: &str) -> Condition {
    // No key is longer, and the engines do not take every pattern.
    if search.len() > text::KEY_BYTES {
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    db.found_by::<sales_rep::Entity>(search)
}

/// A part of the list of those who report to a sales rep.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RepsOfRep {
    pub args: PageArgs,
}

impl Nested for RepsOfRep {
    type Parent = SalesRepId;
    type Row = sales_rep::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|manager| {
            Condition::all().add(sales_rep::Column::ManagerId.into_expr().eq(manager))
        })
    }

    fn narrow(&self, _: &ScopedDb) -> Result<Condition> {
        Ok(Condition::all())
    }

    fn tag(&self) -> String {
        BY_NAME.to_owned()
    }

    fn sort(&self) -> Sort<sales_rep::Entity> {
        by_name()
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}
