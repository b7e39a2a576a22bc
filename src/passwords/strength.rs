//! Which passwords are taken: long enough, not too long, and not among the first that somebody would guess.

use super::Secret;
use crate::error::{Code, UserError};
use crate::text::fold;
use zxcvbn::{Score, zxcvbn};

/// Fewest characters of a password.
const SHORTEST: usize = 8;
/// Most characters of a password.
const LONGEST: usize = 128;
/// Most bytes of a password: what one is allowed to type in any script, and no more than is quickly hashed.
const MOST_BYTES: usize = 512;
/// Characters that the guesses are counted for: a password is no easier to guess than how it begins. With more, the counting takes tens of
/// milliseconds, and its products of 64 bits overflow on long walks over the keys of a keyboard: 29 keys of a keypad are enough.
const LOOKED_AT: usize = 20;
/// Signs that can stand for a letter, as in `p@$$`. Each of them multiplies the words to be looked up.
const STAND_INS: [char; 10] = ['@', '(', '{', '[', '<', '!', '|', '$', '+', '%'];
/// Most different stand-ins among the [`LOOKED_AT`] characters; with more of them only the first [`FEWER`] characters count.
const MOST_STAND_INS: usize = 2;
/// See [`MOST_STAND_INS`]. Both keep the worst passwords at some 2 ms.
const FEWER: usize = 12;
/// Bytes of a text that is looked through for what is known about somebody: longer ones are no login, no name and no address.
const KNOWN_BYTES: usize = 4_096;
/// Shorter parts of what is known about somebody are in too many words to count against one.
const PART: usize = 3;

/// Whether the password is longer than any that was ever taken. To be asked before a sign-in hashes it.
#[must_use]
pub fn is_too_long(secret: &Secret) -> bool {
    let text = secret.reveal();
    text.len() > MOST_BYTES || text.chars().count() > LONGEST
}

/// Judges a new password. `about` is what a stranger may know of its owner, such as login and e-mail address; their parts count too.
///
/// # Errors
/// `TOO_LONG` above 128 characters or 512 bytes, `WEAK_PASSWORD` for one that is short or easy to guess. The message never repeats it.
pub fn check(field: &'static str, secret: &Secret, about: &[&str]) -> Result<(), UserError> {
    if is_too_long(secret) {
        let message = format!("{field} is longer than {LONGEST} characters or {MOST_BYTES} bytes");
        return Err(UserError::new(Code::TooLong, field, message));
    }
    let weak = |why: String| Err(UserError::new(Code::WeakPassword, field, why));
    let about: Vec<_> = about
        .iter()
        .copied()
        .filter(|known| known.len() <= KNOWN_BYTES)
        .collect();
    let text = secret.reveal();
    if text.chars().count() < SHORTEST {
        return weak(format!(
            "{field} is shorter than {SHORTEST} characters; several words that do not belong together are easy to remember"
        ));
    }
    let folded = fold(text);
    if about.iter().any(|known| fold(known) == folded) {
        return weak(format!(
            "{field} may not be the login or the e-mail address"
        ));
    }
    let judgement = zxcvbn(&beginning(text), &known_parts(&about));
    if judgement.score() >= Score::Two {
        return Ok(());
    }
    let warning = judgement
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning)
        .map(|warning| format!(" {warning}"))
        .unwrap_or_default();
    weak(format!(
        "{field} is too easy to guess.{warning} Several words that do not belong together are better."
    ))
}

/// What is looked at of a password.
fn beginning(text: &str) -> String {
    let start: String = text.chars().take(LOOKED_AT).collect();
    let stand_ins = STAND_INS.iter().filter(|sign| start.contains(**sign));
    if stand_ins.count() > MOST_STAND_INS {
        start.chars().take(FEWER).collect()
    } else {
        start
    }
}

/// The texts themselves and the words in them, as far as a password can hold them.
fn known_parts<'a>(about: &[&'a str]) -> Vec<&'a str> {
    let words = about
        .iter()
        .flat_map(|known| known.split(|character: char| !character.is_alphanumeric()));
    about
        .iter()
        .copied()
        .chain(words)
        .filter(|part| (PART..=LOOKED_AT).contains(&part.chars().count()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> Option<Code> {
        let about = ["Hildegard.Quax", "quax@gildenhaus.example"];
        check("password", &Secret::new(password.to_owned()), &about)
            .err()
            .map(|error| {
                assert!(password.len() < 9 || !error.message.contains(password));
                error.code
            })
    }

    #[test]
    fn short_common_and_personal_passwords_are_weak() {
        for password in [
            "",
            "x9$kQ2!",
            "password",
            "P@ssw0rd",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "hildegard1",
            "gildenhaus",
            "xauq1999",
            "HILDEGARD.QUAX",
            "QUAX@gildenhaus.example",
        ] {
            assert_eq!(verdict(password), Some(Code::WeakPassword), "{password}");
        }
        for password in [
            "correct horse battery staple",
            "wackelpudding im mai",
            "幽霊船は静かに港を出た",
        ] {
            assert_eq!(verdict(password), None, "{password}");
        }
    }

    #[test]
    fn the_longest_password_has_128_characters_and_512_bytes() {
        let words = "Nine odd parrots juggle frozen clocks. ".repeat(4);
        assert_eq!(verdict(&words[..128]), None);
        assert_eq!(verdict(&words[..129]), Some(Code::TooLong));
        assert!(!is_too_long(&Secret::new("🦜".repeat(128))));
        assert!(is_too_long(&Secret::new("🦜".repeat(129))));
        assert!(is_too_long(&Secret::new("\u{FDFA}".repeat(129))));
    }

    #[test]
    fn every_character_is_taken() {
        for password in ["\0\0\u{1}\u{7f}\r\nä\u{202E}\u{200B}", "\0\u{7f}"] {
            let _ = verdict(&password.repeat(16));
        }
        assert_eq!(verdict("Kl\0mpner\u{7}/\u{1b}zw\u{85}lf"), None);
    }

    #[test]
    fn a_long_walk_over_a_keyboard_is_judged_without_overflow() {
        for walk in ["4152", "q2w1", "7485", "1q"] {
            let _ = verdict(&walk.repeat(32));
        }
    }

    #[test]
    #[ignore = "prints how long the worst passwords take"]
    fn bench_the_worst_passwords() {
        let alphabets = [
            "@({[<!|$+%1234567890",
            "@|$1234567890aeiosltgcbzx",
            "a",
            "aA",
            "19/.-",
            "qwertyuiop",
            "741852963",
            "äé",
            "🦜\0",
            "monkeydragon",
        ];
        let about = ["Hildegard.Quax", "quax@gildenhaus.example", "a b c"];
        let mut seed = 1_u64;
        let mut times = Vec::new();
        for round in 0..20_000 {
            let letters: Vec<char> = alphabets[round % alphabets.len()].chars().collect();
            let password: String = (0..128_usize)
                .map(|place| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let pick = usize::try_from(seed >> 33).unwrap();
                    letters[if round % 3 == 0 {
                        place + pick % 2
                    } else {
                        pick
                    } % letters.len()]
                })
                .collect();
            let start = std::time::Instant::now();
            let _ = check("password", &Secret::new(password.clone()), &about);
            times.push((start.elapsed(), password));
        }
        times.sort();
        println!("median {:?}", times[10_000].0);
        println!("99 % {:?}", times[19_800].0);
        println!("worst {:?}", &times[19_997..]);
    }
}
