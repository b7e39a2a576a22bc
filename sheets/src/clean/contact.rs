//! E-mail addresses, phone numbers and postal codes.

use super::{Column, Fault, Rule, Work};
use crate::cell::Kind;

/// Countries whose postal codes are digits alone, and how many; with these a lost zero can be put back.
const WIDTHS: [(&str, usize); 44] = [
    ("AU", 4),
    ("BE", 4),
    ("BG", 4),
    ("CN", 6),
    ("CY", 4),
    ("DE", 5),
    ("DK", 4),
    ("DZ", 5),
    ("EE", 5),
    ("EG", 5),
    ("ES", 5),
    ("FI", 5),
    ("FR", 5),
    ("GR", 5),
    ("HR", 5),
    ("HU", 4),
    ("ID", 5),
    ("IL", 7),
    ("IN", 6),
    ("IT", 5),
    ("KR", 5),
    ("LT", 5),
    ("LU", 4),
    ("MA", 5),
    ("MC", 5),
    ("MX", 5),
    ("MY", 5),
    ("NO", 4),
    ("NZ", 4),
    ("PH", 4),
    ("PR", 5),
    ("RO", 6),
    ("RS", 5),
    ("RU", 6),
    ("SA", 5),
    ("SG", 6),
    ("SI", 4),
    ("TH", 5),
    ("TN", 4),
    ("TR", 5),
    ("TW", 5),
    ("UA", 5),
    ("US", 5),
    ("ZA", 4),
];

pub fn email(work: &mut Work, column: &Column) -> Result<(), Fault> {
    let lower = work.text.to_ascii_lowercase();
    if lower.starts_with("mailto:") {
        let rest = work.text.get(7..).unwrap_or_default();
        let address = rest.split('?').next().unwrap_or_default().trim().to_owned();
        work.set(address, Rule::MailTo);
    }
    if work.text.is_empty() {
        return Err(Fault::NotAnEmail { suggestion: None });
    }
    let addresses = work.text.split_whitespace().filter(|word| address(word));
    if work.text.contains([';', ',']) || addresses.count() > 1 {
        return Err(Fault::SeveralEmails);
    }
    if let Some((_, rest)) = work.text.split_once('<')
        && let Some(address) = rest.strip_suffix('>')
    {
        let address = address.trim().to_owned();
        work.set(address, Rule::AngleBrackets);
    }
    if address(&work.text) {
        return Ok(());
    }
    let suggestion = in_words(&work.text);
    if let Some(meant) = suggestion.clone().filter(|_| column.at_in_words) {
        work.set(meant, Rule::AtInWords);
        return Ok(());
    }
    Err(Fault::NotAnEmail { suggestion })
}

/// Something, one `@`, and a domain with a dot inside; no blanks and nothing that cannot be seen.
pub fn address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let labels = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
    let letters = text
        .chars()
        .all(|letter| !super::is_blank(letter) && !matches!(letter, '<' | '>' | '(' | ')' | '"'));
    !local.is_empty() && labels && letters && !domain.contains('@')
}

fn in_words(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    for at in ["(at)", "[at]", "{at}", " at "] {
        if let Some((local, domain)) = lower.split_once(at) {
            let domain = domain
                .replace("(dot)", ".")
                .replace("[dot]", ".")
                .replace(" dot ", ".");
            let meant = format!("{}@{}", local.trim(), domain.trim());
            return address(&meant).then_some(meant);
        }
    }
    None
}

pub fn phone(work: &mut Work, kind: Kind) -> Result<(), Fault> {
    if super::number::exponent_form(&work.text) {
        return Err(Fault::ExponentForm);
    }
    if kind == Kind::Number {
        work.doubt(Rule::StoredAsNumber);
    }
    // An apostrophe in front tells spreadsheet programs that a text follows.
    let bare = work.text.trim_start_matches('\'').to_owned();
    work.set(bare, Rule::TextFormula);
    Ok(())
}

pub fn postal_code(work: &mut Work, kind: Kind, country: Option<&str>) -> Result<(), Fault> {
    if super::number::exponent_form(&work.text) {
        return Err(Fault::ExponentForm);
    }
    if kind != Kind::Number {
        return Ok(());
    }
    let width = country.and_then(|country| WIDTHS.iter().find(|(code, _)| *code == country));
    let digits = work.text.bytes().all(|byte| byte.is_ascii_digit());
    match width {
        Some((_, width)) if digits && work.text.len() < *width => {
            let filled = format!("{:0>width$}", work.text);
            work.set(filled, Rule::LeadingZeros);
        }
        Some((_, width)) if digits && work.text.len() == *width => {}
        // A ZIP code and its extension, nine digits.
        Some(_) | None => work.doubt(Rule::StoredAsNumber),
    }
    Ok(())
}
