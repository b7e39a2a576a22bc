//! What a sign-in comes to, and what accounts are called.

use crate::access::SignIn;
use crate::error::{Code, UserError};
use crate::text::{EMAIL, Rule};
use chrono::{DateTime, Utc};
use entity::ids::AccountId;

/// What a sign-in comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Welcome(AccountId),
    /// Said only to somebody who knows the password (T-70).
    NotApproved,
    /// Everything else, without a word about why (T-191).
    Refused,
}

/// Judges an attempt. `right` is whether the password is; `locked` whether the login's budget is used up.
///
/// Source: docs/domain.md T-70, T-191.
#[must_use]
pub fn judge(account: Option<&SignIn>, right: bool, locked: bool, now: DateTime<Utc>) -> Verdict {
    match account {
        Some(account)
            if right
                && !locked
                && account.active
                && account.locked_until.is_none_or(|until| until <= now) =>
        {
            if account.approved {
                Verdict::Welcome(account.id)
            } else {
                Verdict::NotApproved
            }
        }
        _ => Verdict::Refused,
    }
}

/// A login as given: one line of 1 to 320 characters without what cannot be seen, so that no two look alike by trickery (T-175).
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`, `INVALID` at `login`.
pub fn login(text: Option<String>) -> Result<Option<String>, UserError> {
    match Rule::identifier("login", EMAIL).apply(text)? {
        Some(login) => Ok(Some(login)),
        None => Err(UserError::new(
            Code::Required,
            "login",
            "an account needs a login",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000, 0).unwrap_or_default()
    }

    fn account(change: impl FnOnce(&mut SignIn)) -> SignIn {
        let mut account = SignIn {
            id: AccountId(Uuid::from_u128(1)),
            login: "a".to_owned(),
            login_key: "a".to_owned(),
            email: None,
            password_hash: None,
            approved: true,
            active: true,
            locked_until: None,
        };
        change(&mut account);
        account
    }

    /// T-70, T-191: three different facts, of which only one is told, and only to somebody with the password.
    #[test]
    fn only_a_right_password_learns_that_an_account_is_not_approved() {
        let fine = account(|_| {});
        let unapproved = account(|account| account.approved = false);
        let inactive = account(|account| {
            account.active = false;
            account.approved = false;
        });
        let locked = account(|account| account.locked_until = DateTime::from_timestamp(1_001, 0));
        let judged = |account: &SignIn, right, locked| judge(Some(account), right, locked, now());
        assert_eq!(judged(&fine, true, false), Verdict::Welcome(fine.id));
        assert_eq!(judged(&unapproved, true, false), Verdict::NotApproved);
        for (account, right, out_of_budget) in [
            (&fine, false, false),
            (&fine, true, true),
            (&unapproved, false, false),
            (&unapproved, true, true),
            (&inactive, true, false),
            (&locked, true, false),
        ] {
            assert_eq!(judged(account, right, out_of_budget), Verdict::Refused);
        }
        assert_eq!(judge(None, true, false, now()), Verdict::Refused);
    }

    #[test]
    fn a_lock_ends_by_itself() {
        let was_locked = account(|account| account.locked_until = Some(now()));
        assert_eq!(
            judge(Some(&was_locked), true, false, now()),
            Verdict::Welcome(was_locked.id)
        );
    }
}
