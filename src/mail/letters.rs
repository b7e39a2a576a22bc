//! What letters say. Plain text, one language; whoever wants other words sends their own mail from the history's entries.

use crate::access::Due;
use chrono::{DateTime, Utc};
use entity::mail::Kind;

/// Where the tokens of letters are used: addresses of a storefront with `{token}` in them. Without one the letter holds the token itself.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub password_reset: Option<String>,
    pub registration_confirm: Option<String>,
    pub order_claim: Option<String>,
}

/// Subject and text of a letter.
#[must_use]
pub fn written(due: &Due, links: &Links) -> (&'static str, String) {
    let (token, until) = due
        .token
        .as_ref()
        .map_or(("", None), |(token, until)| (token.reveal(), Some(*until)));
    let (subject, body) = match due.kind {
        Kind::PasswordReset => (
            "Set a new password",
            format!(
                "Somebody, you perhaps, asked to set a new password for this account.\n\n{}\n\nIf it was not you, do nothing: your password stays as it is.",
                way(links.password_reset.as_deref(), token, until)
            ),
        ),
        Kind::Invitation => (
            "An account for you",
            format!(
                "An account was made for you. Choose a password, and you can sign in.\n\n{}\n\nIf you do not expect this, do nothing: nobody can sign in without a password.",
                way(links.password_reset.as_deref(), token, until)
            ),
        ),
        Kind::RegistrationConfirm => (
            "Confirm your registration",
            format!(
                "Somebody, you perhaps, registered with this address and chose a password.\n\n{}\n\nIf it was not you, do nothing: nobody can sign in until this is confirmed.",
                way(links.registration_confirm.as_deref(), token, until)
            ),
        ),
        Kind::LoginTaken => (
            "You are registered already",
            "Somebody, you perhaps, tried to register with this address. There is an account with it already: sign in, or ask to set a new password.\n\nIf it was not you, do nothing.".to_owned(),
        ),
        Kind::PasswordChanged => (
            "Your password was changed",
            "The password of this account was changed, and everybody who was signed in with the old one is signed out.\n\nIf it was not you, ask to set a new password, and tell whoever runs the shop.".to_owned(),
        ),
        Kind::SignInChanged => (
            "Your sign-in was changed",
            "The login or the e-mail address of this account was changed, and everybody who was signed in is signed out.\n\nIf you did not expect this, tell whoever runs the shop.".to_owned(),
        ),
        Kind::OrderClaim => (
            "Is this order yours?",
            format!(
                "Somebody who signs in as {} asks to have the order {} shown among their own. It was placed with this address, without signing in.\n\nIf it was you, sign in with that account first.\n\n{}\n\nIf it was not you, do nothing, and show this letter to nobody: the order stays as it is.",
                due.login,
                due.order.as_deref().unwrap_or_default(),
                way(links.order_claim.as_deref(), token, until)
            ),
        ),
        Kind::OrderLoginTaken => (
            "An order with your address",
            format!(
                "Somebody, you perhaps, placed the order {} with this address and wanted to register by it. There is an account with it already, and nothing of it was changed: sign in, and claim the order.\n\nIf it was not you, do nothing.",
                due.order.as_deref().unwrap_or_default(),
            ),
        ),
    };
    (subject, format!("{body}\n\nAccount: {}\n", due.login))
}

fn way(link: Option<&str>, token: &str, until: Option<DateTime<Utc>>) -> String {
    let how = match link {
        Some(link) => format!("Open this address:\n\n{}", link.replace("{token}", token)),
        None => format!("This is the token for it:\n\n{token}"),
    };
    match until {
        Some(until) => format!(
            "{how}\n\nIt is good once, until {} UTC.",
            until.format("%Y-%m-%d %H:%M")
        ),
        None => how,
    }
}
