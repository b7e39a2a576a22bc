//! Passwords: one's own, forgotten ones, and those of others.

use crate::access::Token;
use crate::accounts::object::Account;
use crate::accounts::service::{Desk, RequestReset, change_password, complete_reset, set_password};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::passwords::Secret;
use crate::payload;
use crate::text::login_key;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::account;

/// One's own new password.
#[derive(InputObject)]
pub struct PasswordChangeInput {
    /// The present password.
    current_password: String,
    /// The new one, 8 to 128 characters, not easy to guess.
    new_password: String,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// Whose password was forgotten.
#[derive(InputObject)]
pub struct PasswordResetRequestInput {
    /// The login, without regard to case.
    login: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A new password in the place of a forgotten one.
#[derive(InputObject)]
pub struct PasswordResetCompleteInput {
    /// The token out of the mail.
    token: String,
    /// The new password, 8 to 128 characters, not easy to guess.
    new_password: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A new password for somebody else.
#[derive(InputObject)]
pub struct AccountSetPasswordInput {
    /// Whose.
    id: ID,
    /// The new password, 8 to 128 characters, not easy to guess.
    new_password: String,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(PasswordChangePayload, account: Account, "account", "passwordChange");
payload!(AccountSetPasswordPayload, account: Account, "account", "accountSetPassword");

/// What passwordResetRequest answers: the same for every login.
#[derive(SimpleObject)]
pub struct PasswordResetRequestPayload {
    /// Why nothing was changed; empty for every login, whether there is such an account or not.
    user_errors: Vec<UserError>,
}

/// What passwordResetComplete answers.
#[derive(SimpleObject)]
pub struct PasswordResetCompletePayload {
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of passwords.
#[derive(Default)]
pub struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Changes your own password. All other sessions of the account end, and it is told by mail. A wrong present password counts as an attempt to sign in. Codes: BAD_CREDENTIALS, LOCKED, TOO_LONG, WEAK_PASSWORD, CONFLICT, FORBIDDEN, STALE.
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old and the new one.")] input: PasswordChangeInput,
    ) -> Option<Result<PasswordChangePayload>> {
        Some(change(ctx, input).await)
    }

    /// Public. Asks for a letter with a token to set a new password. It is answered at once and the same for every login; the letter goes to the e-mail of the account, at most three an hour, and changes nothing by itself.
    async fn password_reset_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: PasswordResetRequestInput,
    ) -> Option<Result<PasswordResetRequestPayload>> {
        Some(request_reset(ctx, input).await)
    }

    /// Public. Sets a new password by the token out of a letter, which is good once, for an hour, and until a newer one. All sessions of the account end, and it is no longer locked. Codes: TOKEN_EXPIRED, TOO_LONG, WEAK_PASSWORD.
    async fn password_reset_complete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: PasswordResetCompleteInput,
    ) -> Option<Result<PasswordResetCompletePayload>> {
        Some(reset(ctx, input).await)
    }

    /// Sets the password of another account. Its sessions end, and it is told by mail. Needs ACCOUNT_SET_PASSWORD over it and everything that it holds. Codes: INVALID, TOO_LONG, WEAK_PASSWORD, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, IDEMPOTENCY_MISMATCH.
    async fn account_set_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and which.")] input: AccountSetPasswordInput,
    ) -> Option<Result<AccountSetPasswordPayload>> {
        Some(set(ctx, input).await)
    }
}

async fn change(ctx: &Context<'_>, input: PasswordChangeInput) -> Result<PasswordChangePayload> {
    let desk = ctx.data_unchecked::<Desk>();
    let current = Secret::new(input.current_password);
    let new = Secret::new(input.new_password);
    let written = change_password(ctx.db(), desk, &current, &new, input.terms.into()).await;
    let outcome = or_user_errors(written)?;
    ctx.scope().loading.forget();
    Ok(PasswordChangePayload {
        account: outcome.row().map(Account),
        user_errors: outcome.user_errors,
    })
}

async fn request_reset(
    ctx: &Context<'_>,
    input: PasswordResetRequestInput,
) -> Result<PasswordResetRequestPayload> {
    let change = RequestReset {
        login_key: login_key(&input.login),
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(PasswordResetRequestPayload {
        user_errors: outcome.user_errors,
    })
}

async fn reset(
    ctx: &Context<'_>,
    input: PasswordResetCompleteInput,
) -> Result<PasswordResetCompletePayload> {
    let desk = ctx.data_unchecked::<Desk>();
    let token = Token::received(input.token);
    let new = Secret::new(input.new_password);
    let written = complete_reset(ctx.db(), desk, token, &new, input.terms.into()).await;
    let outcome = or_user_errors(written)?;
    ctx.scope().loading.forget();
    Ok(PasswordResetCompletePayload {
        user_errors: outcome.user_errors,
    })
}

async fn set(
    ctx: &Context<'_>,
    input: AccountSetPasswordInput,
) -> Result<AccountSetPasswordPayload> {
    let id = decode::<account::Entity>(&input.id)?;
    let (desk, new) = (
        ctx.data_unchecked::<Desk>(),
        Secret::new(input.new_password),
    );
    let written = set_password(ctx.db(), desk, id, &new, input.terms.into()).await;
    let outcome = or_user_errors(written)?;
    ctx.scope().loading.forget();
    Ok(AccountSetPasswordPayload {
        account: outcome.row().map(Account),
        user_errors: outcome.user_errors,
    })
}
