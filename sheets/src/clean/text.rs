//! What cannot be seen, and what means nothing.

use super::{Rule, Want, Work};
use crate::write::unescaped;
use unicode_normalization::UnicodeNormalization;

/// Words for nothing, whatever is wanted.
const NOTHING: [&str; 16] = [
    "n/a", "#n/a", "na/", "-", "--", "---", "–", "—", "n.a.", "k.a.", "k. a.", "s/o", "n.d.",
    "null", "#null", "(null)",
];
/// Words for nothing where they cannot be a name.
const NOTHING_BUT_A_NAME: [&str; 8] = [
    "none",
    "nil",
    "keine",
    "keiner",
    "aucun",
    "ninguno",
    "unknown",
    "unbekannt",
];

/// Without width, and without a meaning in any script.
const fn weightless(character: char) -> bool {
    matches!(
        character,
        '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}' | '\u{180e}' | '\u{fffe}'
    )
}

/// Without width, but scripts and emoji are joined by some of them, and the direction of a text is set by others.
const fn joiner(character: char) -> bool {
    matches!(character, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// Whether a character cannot be seen.
#[must_use]
pub fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || weightless(character)
        || joiner(character)
}

/// A text for comparing: lower case, without accents, `ß` as `ss`, and with single blanks for whatever is neither letter nor digit.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let bare = text.nfkd().filter(|letter| {
        !unicode_normalization::char::is_combining_mark(*letter)
            && !weightless(*letter)
            && !joiner(*letter)
    });
    for letter in bare.flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Takes away what cannot be seen, and all of it where it means nothing.
pub fn tidy(work: &mut Work, want: Want) {
    // Most cells are plain, and there are many.
    if work.text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        if work.text.starts_with(' ') || work.text.ends_with(' ') {
            work.set(work.text.trim().to_owned(), Rule::Blanks);
        }
    } else {
        show(work, want);
    }
    let meant = unescaped(&work.text).to_owned();
    if meant == work.text {
        meaningless(work, want);
    } else {
        // Whoever put the apostrophe there meant what stands behind it.
        work.set(meant, Rule::TextFormula);
    }
}

/// Takes away what cannot be seen.
fn show(work: &mut Work, want: Want) {
    let long = want == Want::LongText;
    let strict = !matches!(want, Want::Text | Want::LongText);
    let seen: String = work
        .text
        .chars()
        .filter(|letter| !(weightless(*letter) || strict && joiner(*letter)))
        .collect();
    let seen = seen.trim_matches(joiner).to_owned();
    work.set(seen, Rule::Invisible);
    if work.text.contains(char::is_control) {
        let lines = work.text.replace("\r\n", "\n").replace('\r', "\n");
        let kept = |letter: char| match letter {
            '\n' | '\t' if long => Some(letter),
            '\n' | '\t' => Some(' '),
            letter if letter.is_control() => None,
            letter => Some(letter),
        };
        let text: String = lines.chars().filter_map(kept).collect();
        work.set(text, Rule::Control);
    }
    let plain: String = work
        .text
        .chars()
        .map(|letter| {
            if letter.is_whitespace() && !matches!(letter, '\n' | '\t') {
                ' '
            } else {
                letter
            }
        })
        .collect();
    work.set(plain.trim().to_owned(), Rule::Blanks);
}

/// Takes away what means nothing.
fn meaningless(work: &mut Work, want: Want) {
    let quoted = work
        .text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    if let Some(inside) = quoted.filter(|inside| !inside.contains('"')) {
        work.set(inside.trim().to_owned(), Rule::TextFormula);
    }
    // The longest of the words.
    if work.text.len() > 12 {
        return;
    }
    let lower = work.text.to_lowercase();
    let name = matches!(want, Want::Text | Want::LongText | Want::Key | Want::Code);
    // Mr. Null and Ms. Null write themselves with one capital letter.
    let a_name = name && work.text == "Null";
    let nothing = NOTHING.contains(&lower.as_str()) && !a_name;
    if nothing || (!name && NOTHING_BUT_A_NAME.contains(&lower.as_str())) {
        work.set(String::new(), Rule::NoValue);
    }
}
