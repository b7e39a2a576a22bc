//! The demo: a directory to look around in, loaded once into a file of its own, with sign-ins whose tokens are printed.

mod customers;
mod data;
mod files;
mod orders;
mod prices;

use crate::access::SystemDb;
use crate::config::is_this_machine;
use crate::error::Error;
use crate::graphiql::{self, Tab};
use crate::graphql::global_id;
use crate::passwords::{Passwords as Hashing, Secret};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use entity::account;
use entity::ids::AccountId;
use rand::seq::IndexedRandom;
use serde_json::json;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

/// The setting that says that a database holds the demo.
pub const LOADED: &str = "demo";
/// The customer whose sign-in an example tries, on whose behalf another one acts, and who buys at Gold prices.
const BUYER: &str = "buyer";
/// Who orders for several customers.
const SALES_REP: &str = "sales.rep";
/// One of several who order for one customer.
const STORE_BUYER: &str = "store.buyer";
/// Whose rights an example explains.
const MANAGER: &str = "eu.manager";
/// How long a printed token is good for.
const SESSION: TimeDelta = TimeDelta::days(30);

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(
        "this database holds a directory that is not the demo's; run `guildhall serve` with it, or name another file"
    )]
    NotTheDemo,
    #[error("the demo's data: {0}")]
    Data(#[from] files::Fault),
    #[error("the database refused: {0:?}")]
    Database(#[from] Error),
}

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub account: AccountId,
    pub login: String,
    /// What this one may see and do, for a person.
    pub title: String,
    pub token: String,
}

/// The passwords of the demo's accounts, by login: made when it is loaded, told once, and kept nowhere.
pub type Passwords = HashMap<String, String>;

/// Loads the demo's data into an empty directory; does nothing where it was loaded before, whatever has become of it since.
/// Answers the passwords that were made on the way.
///
/// # Errors
/// When the database holds a directory that is not the demo.
pub async fn load_once(system: &SystemDb, hashing: &Hashing) -> Result<Passwords, Fault> {
    if system.setting(LOADED).await?.is_some() {
        return Ok(Passwords::new());
    }
    if !system.is_empty().await? {
        return Err(Fault::NotTheDemo);
    }
    let mut passwords = Passwords::new();
    let mut sealed = data::Sealed::default();
    for account in data::accounts()? {
        let password = fresh_password();
        let hash = hashing.hash(&Secret::new(password.clone())).await?;
        sealed.password_hashes.insert(account.login.clone(), hash);
        passwords.insert(account.login, password);
        if let Some(role) = account.role
            && let Some(id) = system.role_named(&role).await?
        {
            sealed.roles.insert(role, id);
        }
    }
    let rows = data::rows(system, &sealed)?;
    system.fill(rows, (LOADED, "loaded")).await?;
    Ok(passwords)
}

/// Easy to read out and to type, and beyond guessing: four groups of four letters and digits that do not look alike.
fn fresh_password() -> String {
    const LETTERS: &[char] = &[
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u',
        'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
    ];
    let group = || -> String {
        (0..4)
            .filter_map(|_| LETTERS.choose(&mut rand::rng()))
            .collect()
    };
    [group(), group(), group(), group()].join("-")
}

/// Opens a fresh session for each of the demo's accounts that is still there; those of earlier starts end.
///
/// # Errors
/// Faults of the database only.
pub async fn sign_ins(system: &SystemDb) -> Result<Vec<SignIn>, Fault> {
    let mut sign_ins = Vec::new();
    for account in data::accounts()? {
        if let Some(id) = system.account_with_login(&account.login).await? {
            system.close_sessions(id).await?;
            let token = system.open_session(id, SESSION).await?;
            sign_ins.push(SignIn {
                account: id,
                login: account.login,
                title: account.title,
                token,
            });
        }
    }
    Ok(sign_ins)
}

/// The examples of the page, those about somebody with who that is, and one for each sign-in, which sees it in its own way.
#[must_use]
pub fn tabs(sign_ins: &[SignIn], passwords: &Passwords) -> Vec<Tab> {
    let mut tabs = graphiql::demo_tabs();
    for tab in &mut tabs {
        tab.token = match &*tab.name {
            "BasketOfGold" => token_of(sign_ins, BUYER),
            "MyCustomers" => token_of(sign_ins, SALES_REP),
            "PlaceOrder" => token_of(sign_ins, STORE_BUYER),
            "BasketOfAnybody" | "OrderAsGuest" => Some(String::new()),
            _ => None,
        };
        let made = match &*tab.name {
            "SetNewPassword" => {
                tab.fleeting = true;
                None
            }
            "SignIn" => {
                let password = passwords.get(BUYER).map_or("", String::as_str);
                Some(json!({ "login": BUYER, "password": password }))
            }
            "WhyMayThey" => id_of(sign_ins, MANAGER)
                .map(|id| json!({ "accountId": id, "organizationId": null })),
            "ActOnBehalf" => id_of(sign_ins, BUYER).map(|id| json!({ "accountId": id })),
            _ => None,
        };
        if let Some(variables) = made {
            tab.variables = Some(format!("{variables:#}").into());
            tab.fleeting = true;
        }
    }
    // Behind the two that show what there is to see.
    let place = tabs.len().min(2);
    let ways = sign_ins.iter().map(
        |SignIn {
             login,
             title,
             token,
             ..
         }| {
            let name = format!("As{}", camel_case(login));
            let query = include_str!("../../web/tabs/AsSomebody.graphql");
            let query = query
                .replace("AsSOMEBODY", &name)
                .replace("SOMEBODY", login)
                .replace("TITLE", title);
            Tab {
                query: query.into(),
                name: name.into(),
                variables: None,
                fleeting: false,
                token: Some(token.clone()),
            }
        },
    );
    tabs.splice(place..place, ways.collect::<Vec<_>>());
    tabs
}

fn token_of(sign_ins: &[SignIn], login: &str) -> Option<String> {
    let found = sign_ins.iter().find(|sign_in| sign_in.login == login)?;
    Some(found.token.clone())
}

fn id_of(sign_ins: &[SignIn], login: &str) -> Option<String> {
    let found = sign_ins.iter().find(|sign_in| sign_in.login == login)?;
    Some(global_id::encode::<account::Entity>(found.account).to_string())
}

/// `eu.manager` as `EuManager`.
fn camel_case(login: &str) -> String {
    login
        .split('.')
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_uppercase() + rest
        })
        .collect()
}

/// Prints where to look and who to be, one a line, for a person and for a script.
pub fn greet(address: SocketAddr, sign_ins: &[SignIn], passwords: &Passwords, spool: &Path) {
    println!("Guildhall demo: http://{address}/");
    println!("GraphQL:        http://{address}/graphql");
    for SignIn {
        login,
        title,
        token,
        ..
    } in sign_ins
    {
        println!("sign-in: {login:<14} {token}  ({title})");
    }
    for SignIn { login, .. } in sign_ins {
        if let Some(password) = passwords.get(login) {
            println!("password: {login:<13} {password}");
        }
    }
    if passwords.is_empty() {
        println!(
            "The passwords were printed at the first start; a forgotten one can be reset by a letter."
        );
    }
    println!("Letters go to the folder {}.", spool.display());
    println!(
        "Send a token as the header `Authorization: Bearer TOKEN`; the page above has the first one already."
    );
}

/// Refuses requests that name another host: a foreign page could otherwise make a browser read the page with its token (DNS rebinding).
pub fn for_this_machine_only(router: Router) -> Router {
    router.layer(from_fn(async |request: Request, next: Next| -> Response {
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        if host.is_some_and(is_this_machine) {
            next.run(request).await
        } else {
            (
                StatusCode::MISDIRECTED_REQUEST,
                "the demo answers on localhost only",
            )
                .into_response()
        }
    }))
}
