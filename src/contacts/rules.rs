//! What is true of a person's name and of their consent, without a database.

use chrono::{DateTime, Utc};
use entity::contact;

/// The name to show: the one given, else the parts, else the e-mail (T-76, T-179). `None` when there is nothing to go by.
#[must_use]
pub fn full_name(
    given: Option<&str>,
    parts: [Option<&str>; 3],
    email: Option<&str>,
) -> Option<String> {
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    given
        .map(str::to_owned)
        .or_else(|| (!joined.is_empty()).then_some(joined))
        .or_else(|| email.map(str::to_owned))
}

/// What a contact says of marketing, and since when, once it was said again: the same word once more is no news, unless nobody was ever
/// asked (T-210).
#[must_use]
pub fn consent(
    contact: &contact::Model,
    accepts: bool,
    now: DateTime<Utc>,
) -> (bool, Option<DateTime<Utc>>) {
    let said_before = contact.consent_updated_at.is_some();
    if said_before && contact.accepts_marketing == accepts {
        (accepts, contact.consent_updated_at)
    } else {
        (accepts, Some(now))
    }
}

#[cfg(test)]
mod tests {
    use super::full_name;

    #[test]
    fn a_full_name_is_the_one_given_else_the_parts_else_the_e_mail() {
        let parts = [Some("Ada"), None, Some("Lovelace")];
        assert_eq!(
            full_name(Some("A. L."), parts, None).as_deref(),
            Some("A. L.")
        );
        assert_eq!(
            full_name(None, parts, Some("ada@example.com")).as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(
            full_name(None, [None; 3], Some("ada@example.com")).as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(full_name(None, [None; 3], None), None);
    }
}
