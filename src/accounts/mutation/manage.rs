//! Looking after the accounts of others.

use crate::accounts::object::Account;
use crate::accounts::service::{
    CreateAccount, DeleteAccount, Desk, UnlockAccount, UpdateAccount, create_account,
};
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_optional};
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::passwords::Secret;
use crate::{deletion, payload};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::{account, contact};

/// A new account.
#[derive(InputObject)]
pub struct AccountCreateInput {
    /// The contact that it is for; for nobody when absent.
    contact_id: Option<ID>,
    /// The name to sign in with, 1 to 320 characters; unique without regard to case.
    login: String,
    /// Where mail about the account goes, at most 320 characters.
    email: Option<String>,
    /// A password, 8 to 128 characters, not easy to guess. Without one nobody can sign in until one is set by mail.
    password: Option<String>,
    /// A comment, at most 10,000 characters.
    comment: Option<String>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of an account. Absent leaves a field as it is.
#[derive(InputObject)]
pub struct AccountUpdateInput {
    /// Which account.
    id: ID,
    /// The name to sign in with, 1 to 320 characters; unique without regard to case. Cannot be cleared. Ends its sessions.
    login: MaybeUndefined<String>,
    /// Where mail about the account goes, at most 320 characters; null clears it. Ends its sessions.
    email: MaybeUndefined<String>,
    /// Whether it is approved. Cannot be cleared; false ends its sessions.
    approved: MaybeUndefined<bool>,
    /// Whether it is in use. Cannot be cleared; false ends its sessions.
    active: MaybeUndefined<bool>,
    /// A comment, at most 10,000 characters; null clears it.
    comment: MaybeUndefined<String>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The account to unlock.
#[derive(InputObject)]
pub struct AccountUnlockInput {
    /// Which account.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The account to delete.
#[derive(InputObject)]
pub struct AccountDeleteInput {
    /// Which account.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(AccountCreatePayload, account: Account, "account", "accountCreate");
payload!(AccountUpdatePayload, account: Account, "account", "accountUpdate");
payload!(AccountUnlockPayload, account: Account, "account", "accountUnlock");

deletion!(AccountDeletePayload, "accountDelete");

/// The mutations by which accounts of others are looked after.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Creates an account, approved and active, with the roles Everyone and Registered. Needs ACCOUNT_CREATE over the contact's organization, without one everywhere, and there what every account holds. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, WEAK_PASSWORD, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn account_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: AccountCreateInput,
    ) -> Option<Result<AccountCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes, approves or deactivates an account. Needs ACCOUNT_EDIT over it; to bring it back also everything that it holds, to change its login or e-mail also ACCOUNT_SET_PASSWORD. The last administrator stays. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, LAST_HOLDER, STALE, IDEMPOTENCY_MISMATCH.
    async fn account_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: AccountUpdateInput,
    ) -> Option<Result<AccountUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Lets an account be signed in with again that was locked after wrong passwords. Needs ACCOUNT_UNLOCK over it. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn account_unlock(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountUnlockInput,
    ) -> Option<Result<AccountUnlockPayload>> {
        Some(unlock(ctx, input).await)
    }

    /// Deletes an account with its roles, sessions and links to customers; its contact stays, a sales rep that it belongs to has none then, and its login is free again. Needs ACCOUNT_DELETE over it. The last administrator stays. Codes: NOT_FOUND, FORBIDDEN, LAST_HOLDER, STALE, IDEMPOTENCY_MISMATCH.
    async fn account_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountDeleteInput,
    ) -> Option<Result<AccountDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: AccountCreateInput) -> Result<AccountCreatePayload> {
    ctx.db().signed_in()?;
    let account = CreateAccount {
        contact_id: decode_optional::<contact::Entity>(input.contact_id.as_ref())?,
        login: input.login,
        email: input.email,
        hashed: None,
        comment: input.comment,
    };
    let (desk, password) = (
        ctx.data_unchecked::<Desk>(),
        input.password.map(Secret::new),
    );
    let terms = input.terms.into();
    let written = create_account(ctx.db(), desk, account, password.as_ref(), terms).await;
    let outcome = or_user_errors(written)?;
    ctx.scope().loading.forget();
    Ok(AccountCreatePayload {
        account: outcome.row().map(Account),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: AccountUpdateInput) -> Result<AccountUpdatePayload> {
    let change = UpdateAccount {
        id: decode::<account::Entity>(&input.id)?,
        login: input.login,
        email: input.email,
        approved: input.approved,
        active: input.active,
        comment: input.comment,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(AccountUpdatePayload {
        account: outcome.row().map(Account),
        user_errors: outcome.user_errors,
    })
}

async fn unlock(ctx: &Context<'_>, input: AccountUnlockInput) -> Result<AccountUnlockPayload> {
    let id = decode::<account::Entity>(&input.id)?;
    let outcome = or_user_errors(ctx.write(UnlockAccount { id }, input.terms).await)?;
    Ok(AccountUnlockPayload {
        account: outcome.row().map(Account),
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: AccountDeleteInput) -> Result<AccountDeletePayload> {
    let id = decode::<account::Entity>(&input.id)?;
    let outcome = or_user_errors(ctx.write(DeleteAccount { id }, input.terms).await)?;
    Ok(AccountDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
