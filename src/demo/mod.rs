//! The demo: a directory to look around in, loaded once into a file of its own, with sign-ins whose tokens are printed.

mod data;
mod files;

use crate::access::SystemDb;
use crate::error::Error;
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use std::net::{IpAddr, SocketAddr};

/// The setting that says that a database holds the demo.
pub const LOADED: &str = "demo";
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
    Data(#[from] data::Fault),
    #[error("the database refused: {0:?}")]
    Database(#[from] Error),
}

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub login: String,
    /// What this one may see and do, for a person.
    pub title: String,
    pub token: String,
}

/// Loads the demo's data into an empty directory; does nothing where it was loaded before, whatever has become of it since.
///
/// # Errors
/// When the database holds a directory that is not the demo.
pub async fn load_once(system: &SystemDb) -> Result<(), Fault> {
    if system.setting(LOADED).await?.is_some() {
        return Ok(());
    }
    if !system.is_empty().await? {
        return Err(Fault::NotTheDemo);
    }
    let rows = data::rows(system)?;
    system.fill(rows, (LOADED, "loaded")).await?;
    Ok(())
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
                login: account.login,
                title: account.title,
                token,
            });
        }
    }
    Ok(sign_ins)
}

/// Prints where to look and who to be, one a line, for a person and for a script.
pub fn greet(address: SocketAddr, sign_ins: &[SignIn]) {
    println!("Guildhall demo: http://{address}/");
    println!("GraphQL:        http://{address}/graphql");
    for SignIn {
        login,
        title,
        token,
    } in sign_ins
    {
        println!("sign-in: {login:<14} {token}  ({title})");
    }
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

fn is_this_machine(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "127.0.0.1",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com:80",
            "127.0.0.1.example.com",
            "10.0.0.1:8080",
            "",
            "[::2]:1",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
