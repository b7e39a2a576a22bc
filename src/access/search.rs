//! Finding rows by part of a text (T-174), from an index on both engines.

use super::guarded::Guarded;
use super::scoped_db::ScopedDb;
use crate::text;
use entity::{account, contact, customer, organization, sales_rep};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition, DbBackend};

/// From how many characters on a text is looked for anywhere; shorter ones only at the beginning.
const SUBSTRING_FROM: usize = 3;

/// An entity that can be searched. Its table has a column `search_key` and on SQLite an index table named after it.
pub trait Searched: Guarded {
    /// The keys as one text, one a line.
    const SEARCH_KEY: Self::Column;
    /// The keys one by one, for short texts; none where these too are looked for anywhere.
    const KEYS: &'static [Self::Column];
    /// On SQLite: the rows that are among those of the index table, up to what they match; empty where the table is small and gone through.
    const INDEXED: &'static str;
}

impl ScopedDb {
    /// The rows that `search` finds: a case-insensitive substring of one of the keys, below three characters a prefix.
    /// A search for nothing finds everything.
    #[must_use]
    pub fn found_by<E: Searched>(&self, search: &str) -> Condition {
        let wanted = text::fold(search.trim());
        if wanted.is_empty() {
            return Condition::all();
        }
        // No key holds a control character, and PostgreSQL does not even take NUL.
        if wanted.chars().any(char::is_control) {
            return Condition::all().add(Expr::cust("1 = 0"));
        }
        let is_short = wanted.chars().count() < SUBSTRING_FROM;
        if is_short && !E::KEYS.is_empty() {
            return E::KEYS.iter().fold(Condition::any(), |any, key| {
                any.add(begins_with(*key, &wanted))
            });
        }
        if is_short || E::INDEXED.is_empty() || self.engine() == DbBackend::Postgres {
            let escaped = wanted
                .replace('\\', r"\\")
                .replace('%', r"\%")
                .replace('_', r"\_");
            let anywhere = LikeExpr::new(format!("%{escaped}%")).escape('\\');
            return Condition::all().add(Expr::col(E::SEARCH_KEY.as_column_ref()).like(anywhere));
        }
        // The trigram index answers a quoted phrase as a substring; its own folding is coarser than ours, so the key is asked too.
        let phrase = format!("\"{}\"", wanted.replace('"', "\"\""));
        let sql = format!("{} MATCH ?)", E::INDEXED);
        Condition::all()
            .add(Expr::cust_with_values(sql, [phrase]))
            .add(Expr::cust_with_exprs(
                "instr(?, ?) > 0",
                [Expr::col(E::SEARCH_KEY.as_column_ref()), Expr::val(wanted)],
            ))
    }
}

/// The rows whose `key` begins with `prefix`, itself a key.
pub fn begins_with<C: ColumnTrait>(key: C, prefix: &str) -> Condition {
    let from = Condition::all().add(key.gte(prefix));
    match text::after_prefix(prefix) {
        Some(end) => from.add(key.lt(end)),
        None => from,
    }
}

impl Searched for organization::Entity {
    const SEARCH_KEY: organization::Column = organization::Column::SearchKey;
    const KEYS: &'static [organization::Column] = &[
        organization::Column::NameKey,
        organization::Column::ExternalIdKey,
    ];
    const INDEXED: &'static str = "\"organization\".row_number IN (SELECT rowid FROM organization_search WHERE organization_search";
}

impl Searched for contact::Entity {
    const SEARCH_KEY: contact::Column = contact::Column::SearchKey;
    const KEYS: &'static [contact::Column] = &[
        contact::Column::FullNameKey,
        contact::Column::EmailKey,
        contact::Column::ExternalIdKey,
    ];
    const INDEXED: &'static str =
        "\"contact\".row_number IN (SELECT rowid FROM contact_search WHERE contact_search";
}

impl Searched for account::Entity {
    const SEARCH_KEY: account::Column = account::Column::SearchKey;
    const KEYS: &'static [account::Column] = &[];
    const INDEXED: &'static str = "\"account\".id IN (SELECT account_id FROM account_search_row \
        JOIN account_search ON account_search.rowid = row_number WHERE account_search";
}

impl Searched for customer::Entity {
    const SEARCH_KEY: customer::Column = customer::Column::SearchKey;
    const KEYS: &'static [customer::Column] = &[
        customer::Column::NumberKey,
        customer::Column::NameKey,
        customer::Column::EmailKey,
    ];
    const INDEXED: &'static str =
        "\"customer\".row_number IN (SELECT rowid FROM customer_search WHERE customer_search";
}

/// Sales reps are people of the house: few enough to be gone through.
impl Searched for sales_rep::Entity {
    const SEARCH_KEY: sales_rep::Column = sales_rep::Column::SearchKey;
    const KEYS: &'static [sales_rep::Column] = &[];
    const INDEXED: &'static str = "";
}
