//! What customers are known by, without a database.

/// The sequence as it is stored: blanks and a lone zero are none, which makes a bill-to (T-82). Nothing else is read into it.
#[must_use]
pub fn sequence(given: &str) -> &str {
    match given.trim() {
        "0" => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_and_a_lone_zero_are_no_sequence() {
        let none = ["", " ", "0", " 0 ", "\u{a0}"];
        assert!(none.iter().all(|given| sequence(given).is_empty()));
        assert_eq!(
            ["00", "01", "1", " A 1 "].map(sequence),
            ["00", "01", "1", "A 1"]
        );
    }
}
