//! Words that stand for one of a few things: yes and no, countries, currencies.

use super::{Fault, Rule, Work, fold};
use std::collections::HashMap;
use std::sync::LazyLock;

const YES: [&str; 24] = [
    "true",
    "yes",
    "y",
    "1",
    "x",
    "on",
    "active",
    "enabled",
    "live",
    "ja",
    "j",
    "wahr",
    "aktiv",
    "oui",
    "o",
    "vrai",
    "actif",
    "si",
    "s",
    "verdadero",
    "activo",
    "activa",
    "sim",
    "verdadeiro",
];
const NO: [&str; 24] = [
    "false",
    "no",
    "n",
    "0",
    "off",
    "inactive",
    "disabled",
    "closed",
    "blocked",
    "withdrawn",
    "nein",
    "falsch",
    "inaktiv",
    "gesperrt",
    "non",
    "faux",
    "inactif",
    "falso",
    "inactivo",
    "inactiva",
    "nao",
    "nej",
    "nee",
    "deleted",
];

/// Countries by code and by name: in English, German, French and Spanish, and as their own people write them. Names are
/// those of Unicode's CLDR and of ISO 3166-1, and some that are in use beside them.
static COUNTRIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut countries = HashMap::new();
    for line in include_str!("countries.tsv").lines() {
        let mut fields = line.split('\t');
        let (Some(code), Some(three), Some(names)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        for name in [code, three].into_iter().chain(names.split('|')) {
            countries.entry(fold(name)).or_insert(code);
        }
    }
    countries
});

/// What a word means, if it means yes or no.
pub fn meaning(text: &str) -> Option<bool> {
    let word = fold(text);
    if YES.contains(&word.as_str()) {
        Some(true)
    } else {
        NO.contains(&word.as_str()).then_some(false)
    }
}

pub fn boolean(work: &mut Work) -> Result<(), Fault> {
    let yes = meaning(&work.text).ok_or(Fault::NotABoolean)?;
    work.set(yes.to_string(), Rule::Boolean);
    Ok(())
}

/// The code of a country that is given by code or name.
pub fn country_code(text: &str) -> Option<&'static str> {
    COUNTRIES.get(&fold(text)).copied()
}

pub fn country(work: &mut Work) -> Result<(), Fault> {
    let code = country_code(&work.text).ok_or(Fault::NotACountry)?;
    work.set(code.to_owned(), Rule::Country);
    Ok(())
}

/// `$` and `¥` are the signs of several currencies, and none is guessed.
pub fn currency(work: &mut Work) -> Result<(), Fault> {
    let code = match work.text.as_str() {
        "€" => "EUR".to_owned(),
        "£" => "GBP".to_owned(),
        text => text.to_ascii_uppercase(),
    };
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Fault::NotACurrency);
    }
    work.set(code, Rule::Currency);
    Ok(())
}
