//! What customers are known by, without a database.

use crate::roles::rules::AccessOutcome;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SalesRepId};
use entity::{customer_link, sales_rep};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// The sequence as it is stored: blanks and a lone zero are none, which makes a bill-to (T-82). Nothing else is read into it.
#[must_use]
pub fn sequence(given: &str) -> &str {
    match given.trim() {
        "0" => "",
        other => other,
    }
}

/// What a link comes to for one of its customer's rows, at `now`: the bill-to and, `is_allowed`, the ship-tos that it lets the account
/// have sent to. It holds from `valid_from` up to, not including, `valid_until`.
///
/// Source: docs/domain.md T-80.
#[must_use]
pub fn judge_link(
    link: &customer_link::Model,
    is_allowed: bool,
    now: DateTime<Utc>,
) -> AccessOutcome {
    if !is_allowed {
        AccessOutcome::OtherPlace
    } else if link.valid_from.is_some_and(|from| from > now) {
        AccessOutcome::NotYetValid
    } else if link.valid_until.is_some_and(|until| until <= now) {
        AccessOutcome::NoLongerValid
    } else {
        AccessOutcome::Gives
    }
}

/// The reps from a customer's own up to the one that `account` belongs to, each reporting to the next; empty where that one is not among
/// those to whom the first reports. Whoever comes twice ends it.
///
/// Source: docs/domain.md T-83.
#[must_use]
pub fn chain_to<S: BuildHasher>(
    account: AccountId,
    first: SalesRepId,
    reps: &HashMap<SalesRepId, sales_rep::Model, S>,
) -> Vec<SalesRepId> {
    let mut chain = Vec::new();
    let mut next = reps.get(&first);
    while let Some(rep) = next {
        if chain.contains(&rep.id) {
            break;
        }
        chain.push(rep.id);
        if rep.account_id == Some(account) {
            return chain;
        }
        next = rep.manager_id.and_then(|manager| reps.get(&manager));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_blanks_and_a_lone_zero_are_no_sequence() {
        let none = ["", " ", "0", " 0 ", "\u{a0}"];
        assert!(none.iter().all(|given| sequence(given).is_empty()));
        assert_eq!(
            ["00", "01", "1", " A 1 "].map(sequence),
            ["00", "01", "1", "A 1"]
        );
    }

    fn rep(number: u128, manager: Option<u128>, account: Option<u128>) -> sales_rep::Model {
        sales_rep::Model {
            id: SalesRepId(Uuid::from_u128(number)),
            number: number.to_string(),
            name: String::new(),
            name_key: String::new(),
            search_key: String::new(),
            title: None,
            email: None,
            phone: None,
            account_id: account.map(Uuid::from_u128).map(AccountId),
            manager_id: manager.map(Uuid::from_u128).map(SalesRepId),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    /// T-83: also where the tables held a circle, which nothing lets them.
    #[test]
    fn the_chain_of_reps_ends_at_the_one_who_has_the_account() {
        let reps = [
            rep(1, Some(2), Some(1)),
            rep(2, Some(3), None),
            rep(3, Some(2), Some(3)),
        ];
        let reps: HashMap<_, _> = reps.into_iter().map(|rep| (rep.id, rep)).collect();
        let chain = |account: u128| {
            let account = AccountId(Uuid::from_u128(account));
            let first = SalesRepId(Uuid::from_u128(1));
            chain_to(account, first, &reps).len()
        };
        assert_eq!([1, 3, 4].map(chain), [1, 3, 0]);
    }
}
