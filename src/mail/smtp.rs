//! Letters by SMTP.

use super::compose::Author;
use super::{Fault, Letter, Sender};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::error::Error as _;
use std::io;
use std::time::Duration;
use tokio::time::timeout;

/// How long one letter may take, from connecting to the server's answer. lettre itself only watches the connecting.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Answers about us and not about the letter: the credentials are wrong, too weak, missing or unencrypted. Somebody will set that right.
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// Hands letters to an SMTP server, one connection each.
///
/// A server can take a letter without our learning of it. Then the letter goes twice, with the same Message-ID.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    author: Author,
    timeout: Duration,
}

impl Smtp {
    /// `url` is `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`, without `tls` unencrypted; special characters
    /// in user and password are percent-encoded; a path is the name that we greet with. `from` is an address, or a name and an address.
    ///
    /// # Errors
    /// A sentence about what is wrong, which never holds the URL.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let author = Author::new(from)?;
        if names_user_without_password(url) {
            return Err("the SMTP URL has a user but no password".to_owned());
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| {
                "the SMTP URL is not like smtps://user:password@host or smtp://user:password@host:587?tls=required".to_owned()
            })?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(Self {
            transport,
            author,
            timeout: TIMEOUT,
        })
    }

    async fn hand_over(&self, letter: &Letter) -> Result<(), Fault> {
        let message = self.author.compose(letter)?;
        match timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::Later("the server took too long".to_owned())),
        }
    }
}

impl Sender for Smtp {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), Fault>> {
        self.hand_over(letter).boxed()
    }
}

/// lettre would leave out the user without a word.
fn names_user_without_password(url: &str) -> bool {
    let authority = url
        .split_once("://")
        .and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    authority
        .and_then(|authority| authority.rsplit_once('@'))
        .is_some_and(|(user, _)| !user.contains(':'))
}

/// What the server said is left out but for the code: it tends to repeat the address.
fn fault(error: &Error) -> Fault {
    if let Some(code) = error.status() {
        let number = u16::from(code);
        let why = format!("the server answered {number}");
        return if error.is_permanent() && !SIGN_IN.contains(&number) {
            Fault::Never(why)
        } else {
            Fault::Later(why)
        };
    }
    let cause = error.source();
    Fault::Later(if error.is_response() {
        "the server's answer is not understood".to_owned()
    } else if let Some(cause) = cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
        format!("the connection failed: {cause}")
    } else if let (true, Some(cause)) = (error.is_client(), cause) {
        // One of lettre's own sentences, such as that the server has no STARTTLS.
        cause.to_string()
    } else {
        "the server cannot be reached".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use uuid::Uuid;

    /// A server that answers `command` with `answer` and everything else well, and what it was told. An empty answer is none.
    async fn server(
        command: &'static str,
        answer: &'static str,
    ) -> (String, UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, hearing) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 ready\r\n").await.unwrap();
                let mut text = false;
                while let Ok(Some(line)) = lines.next_line().await {
                    let _ = heard.send(line.clone());
                    if text && line != "." {
                        continue;
                    }
                    text = line == "DATA";
                    let reply = match line.as_str() {
                        line if line.starts_with(command) => answer,
                        "DATA" => "354 go on",
                        line if line.starts_with("EHLO") => "250-hello\r\n250 AUTH PLAIN",
                        _ => "250 fine",
                    };
                    if !reply.is_empty() {
                        let _ = write.write_all(format!("{reply}\r\n").as_bytes()).await;
                    }
                }
            }
        });
        (format!("smtp://user:s3cret@{address}"), hearing)
    }

    fn letter() -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: "ada@lovelace.example".to_owned(),
            subject: "Hello".to_owned(),
            text: "first\n.\nlast".to_owned(),
        }
    }

    async fn send(url: &str) -> Result<(), Fault> {
        let mut smtp = Smtp::new(url, "Guildhall <noreply@guild.example>").unwrap();
        smtp.timeout = Duration::from_millis(300);
        let sent = smtp.send(&letter()).await;
        if let Err(fault) = &sent {
            let words = fault.to_string();
            assert!(
                !words.contains("lovelace") && !words.contains("s3cret"),
                "{words}"
            );
        }
        sent
    }

    #[tokio::test]
    async fn a_letter_is_handed_over_once() {
        let (url, mut hearing) = server("NOTHING", "").await;
        assert_eq!(send(&url).await, Ok(()));
        let mut heard = Vec::new();
        while let Ok(line) = hearing.try_recv() {
            heard.push(line);
        }
        let count = |wanted: &str| heard.iter().filter(|line| line.as_str() == wanted).count();
        assert_eq!(count("RCPT TO:<ada@lovelace.example>"), 1);
        assert_eq!(count("DATA"), 1);
        assert_eq!(
            count(&format!(
                "Message-ID: <{}@guild.example>",
                Uuid::from_u128(7)
            )),
            1
        );
        assert_eq!((count(".."), count(".")), (1, 1));
    }

    #[tokio::test]
    async fn the_answer_decides_whether_a_letter_may_go_later() {
        for (command, answer, later) in [
            ("RCPT", "451 <ada@lovelace.example> is busy", true),
            ("RCPT", "550 <ada@lovelace.example> is unknown", false),
            (".", "554 no", false),
            ("MAIL", "421 bye", true),
            ("AUTH", "535 not s3cret", true),
            ("DATA", "ada@lovelace.example?", true),
            ("RCPT", "", true),
        ] {
            let (url, _hearing) = server(command, answer).await;
            let fault = send(&url).await.unwrap_err();
            assert_eq!(matches!(fault, Fault::Later(_)), later, "{answer} {fault}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_or_unencrypted_is_waited_for() {
        let free = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let refused = send(&format!("smtp://{free}")).await.unwrap_err();
        assert!(refused.to_string().contains("refused"), "{refused}");
        let (url, _hearing) = server("NOTHING", "").await;
        let plain = send(&format!("{url}?tls=required")).await;
        assert!(matches!(plain, Err(Fault::Later(_))), "{plain:?}");
        let plain = send(&url.replace("smtp:", "smtps:")).await;
        assert!(matches!(plain, Err(Fault::Later(_))), "{plain:?}");
    }

    #[tokio::test]
    async fn a_bad_url_is_refused_without_repeating_it() {
        for url in [
            "",
            "s3cret",
            "http://s3cret:s3cret@host",
            "smtp://s3cret@host",
            "smtp://u:s3cret@host:99999",
            "smtp://u:s3cret@host?tls=s3cret",
            "smtp://u:%FFs3cret@host",
        ] {
            let error = Smtp::new(url, "noreply@guild.example").err().unwrap();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(Smtp::new("smtps://host", "s3cret").is_err());
        assert!(Smtp::new("smtps://u:p@host", "noreply@guild.example").is_ok());
    }
}
