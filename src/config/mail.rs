//! How letters go out: by SMTP or into a folder, and what they link to.

use crate::mail::Smtp;
use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;

/// How letters go out.
#[derive(Clone, Debug, Args)]
pub struct MailOptions {
    /// smtp://USER:PASSWORD@HOST:PORT?tls=required or smtps://...; letters are sent there
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_SMTP_URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// A folder that letters are written to instead, as .eml files [default: guildhall-mail in the demo]
    #[arg(long, global = true, env = "GUILDHALL_MAIL_SPOOL")]
    pub mail_spool: Option<PathBuf>,
    /// Who letters come from
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_MAIL_FROM",
        default_value = "Guildhall <guildhall@localhost>"
    )]
    pub mail_from: String,
    /// The storefront's address for setting a new password, with {token} in it
    #[arg(long, global = true, env = "GUILDHALL_PASSWORD_RESET_URL")]
    pub password_reset_url: Option<String>,
    /// The storefront's address for confirming a registration, with {token} in it
    #[arg(long, global = true, env = "GUILDHALL_REGISTRATION_CONFIRM_URL")]
    pub registration_confirm_url: Option<String>,
    /// The storefront's address for claiming an order, with {token} in it
    #[arg(long, global = true, env = "GUILDHALL_ORDER_CLAIM_URL")]
    pub order_claim_url: Option<String>,
}

impl MailOptions {
    /// Whether letters, and the tokens in them, would go to another machine unencrypted.
    #[must_use]
    pub fn is_in_clear(&self) -> bool {
        self.smtp_url.as_deref().is_some_and(is_in_clear)
    }

    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let both = self.smtp_url.is_some() && self.mail_spool.is_some();
        let both = both
            .then(|| "GUILDHALL_SMTP_URL and GUILDHALL_MAIL_SPOOL: give one of them".to_owned());
        // Neither is connected to here: what is asked is whether they could be.
        let from = Smtp::new("smtps://localhost", &self.mail_from).err();
        let from = from.map(|why| format!("GUILDHALL_MAIL_FROM: {why}"));
        let smtp = self.smtp_url.as_deref().and_then(|url| {
            Smtp::new(url, "guildhall@localhost")
                .err()
                .or_else(|| (is_in_clear(url) && has_user(url)).then(|| IN_CLEAR.to_owned()))
        });
        let smtp = smtp.map(|why| format!("GUILDHALL_SMTP_URL: {why}"));
        let links = [
            ("GUILDHALL_PASSWORD_RESET_URL", &self.password_reset_url),
            (
                "GUILDHALL_REGISTRATION_CONFIRM_URL",
                &self.registration_confirm_url,
            ),
            ("GUILDHALL_ORDER_CLAIM_URL", &self.order_claim_url),
        ];
        let links = links.into_iter().filter_map(|(name, link)| {
            let link = link.as_deref()?;
            let good = link.contains("{token}")
                && (link.starts_with("https://") || link.starts_with("http://"));
            (!good).then(|| format!("{name} must be an http(s) address with {{token}} in it"))
        });
        both.into_iter().chain(from).chain(smtp).chain(links)
    }
}

/// What is wrong with a URL that has a user and [`is_in_clear`].
const IN_CLEAR: &str =
    "user and password would travel unencrypted: use smtps://, or add ?tls=required";

/// Whether letters would go to another machine without TLS, or with one that whoever sits in between can take away.
fn is_in_clear(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let host = authority(rest)
        .rsplit_once('@')
        .map_or_else(|| authority(rest), |(_, host)| host);
    let query = rest.split_once('?').map(|(_, query)| query);
    let query = query.and_then(|query| query.split('#').next());
    let required = query.is_some_and(|query| query.split('&').any(|pair| pair == "tls=required"));
    !scheme.eq_ignore_ascii_case("smtps") && !required && !is_this_machine(host)
}

fn has_user(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(_, rest)| authority(rest).contains('@'))
}

/// User, password, host and port.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether the host of a `Host` header or of an URL, perhaps with a port, is this machine.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
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
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        mail: MailOptions,
    }

    fn faults(given: &[&str]) -> Vec<String> {
        let line = Line::try_parse_from(["guildhall"].iter().chain(given));
        line.map(|line| line.mail.faults().collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_password_goes_to_another_machine_encrypted_or_not_at_all() {
        for url in [
            "smtp://ada:s3cret@mail.example.com",
            "smtp://ada:s3cret@mail.example.com:587/greeting",
            "smtp://ada:s3cret@mail.example.com?tls=opportunistic",
            "SMTP://ada:s3cret@10.0.0.1:25",
            "smtp://ada:s3cret@localhost.example.com#tls=required",
        ] {
            let told = faults(&["--smtp-url", url]);
            assert_eq!(told, [format!("GUILDHALL_SMTP_URL: {IN_CLEAR}")], "{url}");
        }
        for url in [
            "smtps://ada:s3cret@mail.example.com",
            "smtp://ada:s3cret@mail.example.com:587?tls=required",
            "smtp://ada:s3cret@localhost:1025",
            "smtp://ada:s3cret@[::1]:1025",
            "smtp://mail.example.com",
        ] {
            assert_eq!(faults(&["--smtp-url", url]), Vec::<String>::new(), "{url}");
        }
    }

    #[test]
    fn all_faults_of_mail_are_told_and_none_repeats_a_password() {
        let told = faults(&[
            "--smtp-url=smtp://s3cret@host",
            "--mail-spool=letters",
            "--mail-from=nobody",
            "--password-reset-url=https://shop.example/reset",
            "--registration-confirm-url=shop.example/{token}",
        ]);
        assert_eq!(told.len(), 5, "{told:?}");
        for name in [
            "SMTP_URL",
            "MAIL_SPOOL",
            "MAIL_FROM",
            "PASSWORD_RESET_URL",
            "REGISTRATION_CONFIRM_URL",
        ] {
            let name = format!("GUILDHALL_{name}");
            assert!(told.iter().any(|fault| fault.contains(&name)), "{name}");
        }
        assert!(!told.concat().contains("s3cret"));
    }

    #[test]
    fn only_names_of_this_machine_are_this_machine() {
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
