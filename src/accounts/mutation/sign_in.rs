//! Registering, signing in and out.

use super::told;
use crate::access::{Terms, Token, TokenKind};
use crate::accounts::object::{Account, Viewer};
use crate::accounts::service::{
    Desk, ON_BEHALF_FOR, Registered, Registration, SignInOnBehalf, SignOut, Signed,
    confirm_registration, register, sign_in,
};
use crate::contacts::object::Contact;
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::scalars::DateTime;
use crate::graphql::terms::{CreateTerms, or_user_errors};
use crate::passwords::Secret;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::account;

/// Who registers. There is no organization, group or role to ask for: those are given.
#[derive(InputObject)]
pub struct RegisterInput {
    /// The e-mail, at most 320 characters, which becomes the login.
    email: String,
    /// A password, 8 to 128 characters, not easy to guess.
    password: String,
    /// The first name, at most 512 characters.
    first_name: Option<String>,
    /// The last name, at most 512 characters.
    last_name: Option<String>,
    /// The phone number, at most 255 characters.
    phone: Option<String>,
    /// Where the registration came from, at most 255 characters; "registration" when absent.
    registration_source: Option<String>,
    /// Whether advertising is welcome; no when absent, which is then not taken for the person's own word.
    accepts_marketing: Option<bool>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// Which registration to confirm.
#[derive(InputObject)]
pub struct RegistrationConfirmInput {
    /// The token out of the mail.
    token: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// Who signs in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The login, without regard to case.
    login: String,
    /// The password.
    password: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What to sign out of.
#[derive(InputObject)]
pub struct SignOutInput {
    /// Whether all sessions of the account end, here and elsewhere; else only this one.
    #[graphql(default = false)]
    everywhere: bool,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// On whose behalf to act.
#[derive(InputObject)]
pub struct AccountSignInOnBehalfInput {
    /// The account.
    id: ID,
    #[graphql(flatten)]
    terms: CreateTerms,
}

macro_rules! registration_payload {
    ($name:ident, $mutation:literal, $when:literal) => {
        #[doc = concat!("What ", $mutation, " answers. ", $when)]
        #[derive(SimpleObject, Default)]
        pub struct $name {
            /// The account, signed in.
            account: Option<Account>,
            /// Its contact.
            contact: Option<Contact>,
            /// The session's token, told this once: send it as `Authorization: Bearer`.
            token: Option<String>,
            /// Why nothing was changed; empty when it was.
            user_errors: Vec<UserError>,
        }
    };
}

registration_payload!(
    RegisterPayload,
    "register",
    "All null where registrations are confirmed by mail: then every call is answered the same."
);
registration_payload!(
    RegistrationConfirmPayload,
    "registrationConfirm",
    "All null when the token means nothing."
);

/// What signIn answers. Every refusal says the same and takes the same time.
#[derive(SimpleObject, Default)]
pub struct SignInPayload {
    /// The session's token, told this once: send it as `Authorization: Bearer`.
    token: Option<String>,
    /// Until when the session lasts, exclusive.
    expires_at: Option<DateTime>,
    /// Who one is now.
    viewer: Option<Viewer>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What signOut answers.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What accountSignInOnBehalf answers.
#[derive(SimpleObject, Default)]
pub struct AccountSignInOnBehalfPayload {
    /// The token of a session in which you are the account, told this once. Your own session goes on beside it.
    token: Option<String>,
    /// Until when it lasts, exclusive: one hour.
    expires_at: Option<DateTime>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations by which somebody comes in and goes.
#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Public. Makes a contact and an account with the roles Everyone and Registered, in one transaction. Where registrations are confirmed by mail every call is answered the same, and a letter goes to the address; else account and token come at once, and a login that exists is TAKEN. Codes: REQUIRED, INVALID, TOO_LONG, WEAK_PASSWORD, TAKEN.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: RegisterInput,
    ) -> Option<Result<RegisterPayload>> {
        Some(register_in(ctx, input).await)
    }

    /// Public. Confirms a registration by the token out of its mail: approves the account and signs in. A token is good once, for two days. Codes: TOKEN_EXPIRED.
    async fn registration_confirm(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which registration.")] input: RegistrationConfirmInput,
    ) -> Option<Result<RegistrationConfirmPayload>> {
        Some(confirm_in(ctx, input).await)
    }

    /// Public. Opens a session; the rest of the operation goes on as the account. After 10 wrong passwords, each within 15 minutes of the one before, a login is refused for 15 minutes, whatever the password. idempotencyKey has no effect: every call opens a session. Codes: BAD_CREDENTIALS, and NOT_APPROVED for a right password only.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInInput,
    ) -> Option<Result<SignInPayload>> {
        Some(sign_in_in(ctx, input).await)
    }

    /// Ends the session that the request came with, or all of the account. Codes: FORBIDDEN.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to sign out of.")] input: SignOutInput,
    ) -> Option<Result<SignOutPayload>> {
        Some(sign_out_in(ctx, input).await)
    }

    /// Opens a session in which you are another account, for one hour; the history names both, and passwords, accounts and roles cannot be changed in it. Needs ACCOUNT_SIGN_IN_ON_BEHALF over the account and every right that it holds beyond OWN, looked at again with every request. idempotencyKey has no effect. Codes: INVALID, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE.
    async fn account_sign_in_on_behalf(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On whose behalf.")] input: AccountSignInOnBehalfInput,
    ) -> Option<Result<AccountSignInOnBehalfPayload>> {
        Some(on_behalf_in(ctx, input).await)
    }
}

async fn register_in(ctx: &Context<'_>, input: RegisterInput) -> Result<RegisterPayload> {
    let registration = Registration {
        email: input.email,
        first_name: input.first_name,
        last_name: input.last_name,
        phone: input.phone,
        registration_source: input.registration_source,
        accepts_marketing: input.accepts_marketing,
    };
    let (desk, password) = (ctx.data_unchecked::<Desk>(), Secret::new(input.password));
    let done = register(ctx.db(), desk, registration, &password, input.terms.into()).await;
    let (registered, user_errors) = told(done)?;
    let (account, contact, token) = come_in(ctx, registered).await?;
    Ok(RegisterPayload {
        account,
        contact,
        token,
        user_errors,
    })
}

async fn confirm_in(
    ctx: &Context<'_>,
    input: RegistrationConfirmInput,
) -> Result<RegistrationConfirmPayload> {
    let (desk, token) = (ctx.data_unchecked::<Desk>(), Token::received(input.token));
    let done = confirm_registration(ctx.db(), desk, token, input.terms.into()).await;
    let (registered, user_errors) = told(done)?;
    let (account, contact, token) = come_in(ctx, registered).await?;
    Ok(RegistrationConfirmPayload {
        account,
        contact,
        token,
        user_errors,
    })
}

/// The rest of the operation goes on as whoever registered.
async fn come_in(
    ctx: &Context<'_>,
    registered: Registered,
) -> Result<(Option<Account>, Option<Contact>, Option<String>)> {
    let Some(Signed { token, db, .. }) = registered.signed else {
        return Ok((None, None, None));
    };
    let viewer = db.viewer().clone();
    ctx.go_on_as(db);
    let account = match viewer.account_id() {
        Some(account) => ctx.load(account).await?.map(Account),
        None => None,
    };
    let contact = match viewer.contact_id() {
        Some(contact) => ctx.load(contact).await?.map(Contact),
        None => None,
    };
    Ok((account, contact, Some(token.reveal().to_owned())))
}

async fn sign_in_in(ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
    let (desk, password) = (ctx.data_unchecked::<Desk>(), Secret::new(input.password));
    let validate_only = input.terms.validate_only;
    let done = sign_in(ctx.db(), desk, &input.login, &password, validate_only).await;
    let (signed, user_errors) = told(done)?;
    let Some(signed) = signed else {
        return Ok(SignInPayload {
            user_errors,
            ..SignInPayload::default()
        });
    };
    ctx.go_on_as(signed.db);
    Ok(SignInPayload {
        token: Some(signed.token.reveal().to_owned()),
        expires_at: Some(DateTime(signed.expires_at)),
        viewer: Some(Viewer),
        user_errors,
    })
}

async fn sign_out_in(ctx: &Context<'_>, input: SignOutInput) -> Result<SignOutPayload> {
    let change = SignOut {
        everywhere: input.everywhere,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(SignOutPayload {
        user_errors: outcome.user_errors,
    })
}

async fn on_behalf_in(
    ctx: &Context<'_>,
    input: AccountSignInOnBehalfInput,
) -> Result<AccountSignInOnBehalfPayload> {
    ctx.db().signed_in()?;
    let token = Token::fresh(TokenKind::Session);
    let change = SignInOnBehalf {
        id: decode::<account::Entity>(&input.id)?,
        token: token.clone(),
    };
    // A key would be answered by a session that was never opened.
    let terms = Terms {
        idempotency_key: None,
        ..input.terms.into()
    };
    let validate_only = terms.validate_only;
    let outcome = or_user_errors(ctx.write(change, terms).await)?;
    if outcome.written.is_none() || validate_only {
        return Ok(AccountSignInOnBehalfPayload {
            user_errors: outcome.user_errors,
            ..AccountSignInOnBehalfPayload::default()
        });
    }
    Ok(AccountSignInOnBehalfPayload {
        token: Some(token.reveal().to_owned()),
        expires_at: Some(DateTime(ctx.db().now() + ON_BEHALF_FOR)),
        user_errors: outcome.user_errors,
    })
}
