//! How far two names are apart.

/// How many letters have to be put in, taken out, changed, or swapped with their neighbour; more than `most` is as good as none.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let get = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut least = (get(&above, column) + usize::from(letter != against))
                .min(get(&above, column + 1) + 1)
                .min(get(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(against)
                && other.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(get(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = above;
        above = current;
    }
    above.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn letters_put_in_taken_out_changed_and_swapped_are_counted() {
        for (one, other, apart) in [
            ("phone", "phone", Some(0)),
            ("telefon", "telephon", Some(2)),
            ("fisrtname", "firstname", Some(1)),
            ("adress", "address", Some(1)),
            ("city", "county", None),
            ("name", "region", None),
        ] {
            assert_eq!(distance(one, other, 2), apart, "{one} {other}");
        }
    }
}
