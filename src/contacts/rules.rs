//! What is true of a person's name, without a database.

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
