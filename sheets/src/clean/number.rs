//! Numbers that people wrote, and numbers that are none.

use super::{Column, DecimalSign, Fault, Rule, Work};
use crate::cell::Kind;
use crate::xlsx::number::plain;

/// As many digits as a spreadsheet program keeps.
const KEPT: usize = 15;
const SIGNS: [&str; 22] = [
    "€", "$", "£", "¥", "₹", "₽", "₺", "zł", "kr.", "kr", "eur", "usd", "gbp", "chf", "sek", "nok",
    "dkk", "pln", "czk", "jpy", "aud", "cad",
];

/// What a written number shows of its decimal sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Nothing: there is no sign in it.
    Nothing,
    Sign(DecimalSign),
    /// Either.
    Either,
}

/// A number as it was written, taken apart.
pub struct Written {
    minus: bool,
    /// Digits with their points and commas.
    body: String,
    pub shows: Shows,
}

/// `1.234,50`, `$ 1,234.50`, `1 234,50`, `1'234.50`, `(12,5)`, `12,50-`.
pub fn written(text: &str) -> Option<Written> {
    let lower = text.to_lowercase();
    let mut text = lower.trim();
    let mut minus = false;
    if let Some(inside) = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        minus = true;
        text = inside.trim();
    }
    for _ in 0..2 {
        for sign in SIGNS {
            text = text.strip_prefix(sign).unwrap_or(text);
            text = text.strip_suffix(sign).unwrap_or(text).trim();
        }
        for sign in ['-', '\u{2212}'] {
            let stripped = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign));
            if let Some(rest) = stripped.filter(|_| !minus) {
                minus = true;
                text = rest.trim();
            }
        }
        text = text.strip_prefix('+').unwrap_or(text).trim();
    }
    let blanks = |letter: char| letter.is_whitespace() || matches!(letter, '\'' | '’');
    let body: String = text.chars().filter(|letter| !blanks(*letter)).collect();
    let grouped = body.len() < text.len();
    if grouped {
        let whole = text
            .rsplit_once([',', '.'])
            .map_or(text, |(whole, _)| whole);
        if !in_groups(&whole.split(blanks).collect::<Vec<_>>()) {
            return None;
        }
    }
    if !body.contains(|letter: char| letter.is_ascii_digit())
        || body.contains(|letter: char| !letter.is_ascii_digit() && letter != ',' && letter != '.')
    {
        return None;
    }
    let shows = shows(&body, grouped)?;
    Some(Written { minus, body, shows })
}

/// Whether digits stand in groups of three, but for the first.
fn in_groups(groups: &[&str]) -> bool {
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    match groups {
        [first, rest @ ..] => {
            (1..=3).contains(&first.len())
                && digits(first)
                && rest.iter().all(|group| group.len() == 3 && digits(group))
        }
        [] => false,
    }
}

fn shows(body: &str, grouped: bool) -> Option<Shows> {
    let (commas, points) = (body.matches(',').count(), body.matches('.').count());
    let sign = |comma| {
        Shows::Sign(if comma {
            DecimalSign::Comma
        } else {
            DecimalSign::Point
        })
    };
    if commas + points == 0 {
        return Some(Shows::Nothing);
    }
    if commas > 0 && points > 0 {
        let comma_last = body.rfind(',') > body.rfind('.');
        let (decimals, groups) = if comma_last {
            (commas, '.')
        } else {
            (points, ',')
        };
        let whole = body.rsplit_once([',', '.'])?.0;
        let sound =
            decimals == 1 && !grouped && in_groups(&whole.split(groups).collect::<Vec<_>>());
        return sound.then(|| sign(comma_last));
    }
    let mark = if commas > 0 { ',' } else { '.' };
    if commas + points > 1 {
        // Groups of thousands: the other sign would stand before the decimals.
        let sound = !grouped && in_groups(&body.split(mark).collect::<Vec<_>>());
        return sound.then(|| sign(mark == '.'));
    }
    let (whole, decimals) = body.split_once(mark)?;
    let either = decimals.len() == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && !grouped;
    Some(if either {
        Shows::Either
    } else {
        sign(mark == ',')
    })
}

impl Written {
    fn read(&self, sign: DecimalSign) -> String {
        let (mark, groups) = match sign {
            DecimalSign::Comma => (',', '.'),
            DecimalSign::Point => ('.', ','),
        };
        let body: String = self
            .body
            .chars()
            .filter(|letter| *letter != groups)
            .collect();
        let (whole, decimals) = body.split_once(mark).unwrap_or((&body, ""));
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let nothing = whole == "0" && decimals.bytes().all(|byte| byte == b'0');
        let minus = if self.minus && !nothing { "-" } else { "" };
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{minus}{whole}{point}{decimals}")
    }
}

pub fn decimal(work: &mut Work, kind: Kind, column: &Column) -> Result<(), Fault> {
    if kind == Kind::Number {
        let text = plain(&work.text).filter(|_| work.text.contains(['e', 'E']));
        let text = text.unwrap_or_else(|| work.text.clone());
        // A format of zeros shows them; a number has none.
        let bare = text.trim_start_matches('0');
        let bare = match bare.bytes().next() {
            Some(b'0'..=b'9') => bare.to_owned(),
            None | Some(b'.') => format!("0{bare}"),
            Some(_) => text.clone(),
        };
        work.set(bare, Rule::Number);
        return Ok(());
    }
    if kind != Kind::Text {
        return Err(Fault::NotANumber);
    }
    let written = written(&work.text).ok_or(Fault::NotANumber)?;
    let sign = match written.shows {
        Shows::Sign(sign) => {
            // 1.234.567 in a column of decimal points is no number of that column.
            let said = column.decimal_sign.unwrap_or(sign);
            if said != sign && written.body.matches([',', '.']).count() > 1 {
                return Err(Fault::NotANumber);
            }
            if said != sign {
                let groups = [',', '.'];
                let whole: Vec<&str> = written.body.split(groups).collect();
                if !in_groups(&whole) {
                    return Err(Fault::NotANumber);
                }
            }
            said
        }
        Shows::Nothing => DecimalSign::Point,
        Shows::Either => column.decimal_sign.ok_or_else(|| Fault::AmbiguousNumber {
            point: written.read(DecimalSign::Point),
            comma: written.read(DecimalSign::Comma),
        })?,
    };
    work.set(written.read(sign), Rule::Number);
    Ok(())
}

/// `4.91763E+12` is what a spreadsheet program makes of a long number.
pub fn exponent_form(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let point = mantissa.contains(['.', ',']);
    point
        && digits(&mantissa.replace(['.', ','], ""))
        && exponent.strip_prefix('+').is_some_and(digits)
}

pub fn key(work: &mut Work, kind: Kind, column: &Column) -> Result<(), Fault> {
    if exponent_form(&work.text) {
        return Err(Fault::ExponentForm);
    }
    if kind == Kind::Number && work.text.bytes().all(|byte| byte.is_ascii_digit()) {
        if work.text.len() > KEPT {
            work.doubt(Rule::DigitsLost);
        }
        if let Some(width) = column.key_width {
            let filled = format!("{:0>width$}", work.text);
            work.set(filled, Rule::LeadingZeros);
        }
    }
    Ok(())
}
