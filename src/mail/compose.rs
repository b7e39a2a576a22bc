//! From a letter to a message, the same for every sender.

use super::{Fault, Letter};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox, Message, SinglePart};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// The year 10000 in seconds: a date has four digits for the year.
const END_OF_DATES: u64 = 253_402_300_800;

/// Whom the letters are from.
pub(super) struct Author(Mailbox);

impl Author {
    /// `from` is an address, or a name and an address: `Guildhall <noreply@example.org>`.
    pub(super) fn new(from: &str) -> Result<Self, String> {
        let refuse =
            || "the sender of mail is no address such as Name <name@example.org>".to_owned();
        if from.contains(char::is_control) {
            return Err(refuse());
        }
        let mailbox: Mailbox = from.parse().map_err(|_| refuse())?;
        // The domain becomes part of each Message-ID, which is ASCII.
        let address: &str = mailbox.email.as_ref();
        if !address.is_ascii() {
            return Err("the address of the sender of mail is not ASCII".to_owned());
        }
        Ok(Self(mailbox))
    }

    /// The message with its headers.
    pub(super) fn compose(&self, letter: &Letter) -> Result<Message, Fault> {
        let to = recipient(&letter.to)?;
        let envelope = Envelope::new(Some(self.0.email.clone()), vec![to.clone()])
            .map_err(|_| Fault::Never("there is no address".to_owned()))?;
        let mut message = Message::builder()
            .envelope(envelope)
            .message_id(Some(format!("<{}@{}>", letter.id, self.0.email.domain())))
            .from(self.0.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.replace(char::is_control, " "));
        if let Some(written) = written(letter.id) {
            message = message.date(written);
        }
        let part = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .body(body(&letter.text));
        message
            .singlepart(part)
            .map_err(|_| Fault::Never("the letter has no valid headers".to_owned()))
    }
}

/// The address, its domain in ASCII, so that only the part before the `@` can ask too much of a server.
fn recipient(to: &str) -> Result<Address, Fault> {
    let refuse = || Fault::Never("the address is none".to_owned());
    if to.contains(|character: char| character.is_control() || character.is_whitespace()) {
        return Err(refuse());
    }
    let (local, domain) = to.rsplit_once('@').ok_or_else(refuse)?;
    if domain.is_ascii() {
        return Address::new(local, domain).map_err(|_| refuse());
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| refuse())?;
    Address::new(local, domain).map_err(|_| refuse())
}

/// When the letter was written, as its id says: the same each time that it is sent.
fn written(id: Uuid) -> Option<SystemTime> {
    let (seconds, _) = id.get_timestamp()?.to_unix();
    (seconds < END_OF_DATES)
        .then(|| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))?
}

/// The text with the line breaks of mail. Other control characters are encoded, since servers differ about them.
fn body(text: &str) -> Body {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.contains(|character: char| character.is_control() && !matches!(character, '\n' | '\t'))
    {
        let encoding = ContentTransferEncoding::Base64;
        return Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new);
    }
    Body::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str, text: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        }
    }

    fn composed(letter: &Letter) -> Result<String, Fault> {
        let author = Author::new("Gülden Hall <noreply@guild.example>").unwrap();
        let message = author.compose(letter)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_letter_has_the_same_headers_each_time() {
        let letter = letter(
            "ada@lovelace.example",
            "Welcome",
            "Hello,\nhttps://x.example/?t=abc\n.\n",
        );
        let message = composed(&letter).unwrap();
        assert_eq!(message, composed(&letter).unwrap());
        for line in [
            "Message-ID: <01900000-0000-7000-8000-000000000001@guild.example>",
            "To: ada@lovelace.example",
            "Subject: Welcome",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Date: Mon, 10 Jun 2024 02:35:18 +0000",
            "https://x.example/?t=abc",
        ] {
            assert!(
                message.lines().any(|found| found == line),
                "{line}\n{message}"
            );
        }
        assert!(!format!("{letter:?}").contains("lovelace"));
    }

    #[test]
    fn no_header_can_be_injected() {
        for to in [
            "a@b.example\r\nBcc: c@d.example",
            "\"a\r\nBcc: c\"@b.example",
            "a@b.example\n",
            "a@b.example>\r\nDATA",
        ] {
            assert!(
                matches!(composed(&letter(to, "", "")), Err(Fault::Never(_))),
                "{to}"
            );
        }
        for subject in [
            "x\r\nBcc: c@d.example",
            "ü\nBcc: c@d.example",
            "x\r\n\r\nBcc: c@d.example",
            "x\rBcc: c@d.example",
        ] {
            let message = composed(&letter("a@b.example", subject, "")).unwrap();
            assert!(
                !message.contains("\nBcc") && !message.contains("\rBcc"),
                "{message}"
            );
            assert_eq!(message.matches("\r\n\r\n").count(), 1);
        }
        assert!(Author::new("a@b.example\r\nBcc: c@d.example").is_err());
        assert!(Author::new("a@bücher.example").is_err());
        assert!(Author::new("nobody").is_err());
    }

    #[test]
    fn what_is_no_address_is_never_sent() {
        for to in [
            "",
            "@",
            "a",
            "a@",
            "@b",
            "a b@c.example",
            "a@b@c",
            "Ada <a@b.example>",
            "a@b.example, c@d.example",
            "a@-.example",
            "a@b\0.example",
        ] {
            assert!(
                matches!(composed(&letter(to, "", "")), Err(Fault::Never(_))),
                "{to}"
            );
        }
        let message = composed(&letter("info@bücher.example", "", "")).unwrap();
        assert!(message.contains("To: info@xn--bcher-kva.example"));
    }

    #[test]
    fn texts_and_ids_of_all_kinds_make_a_message() {
        for text in [
            "",
            "\0",
            "\r",
            "ü\u{1F99C}",
            &"x".repeat(5_000),
            "a\r\nb\rc\nd",
        ] {
            let message = composed(&letter("a@b.example", &"ü".repeat(300), text)).unwrap();
            assert!(!message.replace("\r\n", "").contains(['\r', '\n', '\0']));
            assert!(message.lines().all(|line| line.len() <= 998));
        }
        for id in [
            Uuid::nil(),
            Uuid::max(),
            Uuid::from_u128(0xffff_ffff_ffff_7fff_bfff_ffff_ffff_ffff),
        ] {
            let odd = Letter {
                id,
                ..letter("a@b.example", "", "")
            };
            assert!(composed(&odd).is_ok());
        }
    }
}
