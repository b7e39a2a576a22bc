//! Names and e-mails of the people: spread over the alphabet, no two e-mails the same.

use super::mixed;

const FIRST: [&str; 16] = [
    "Ada", "Bela", "Carla", "Dario", "Elif", "Farid", "Gerda", "Hugo", "Ines", "Jonas", "Kaya",
    "Luca", "Mara", "Nils", "Olga", "Pavel",
];
const LAST: [&str; 16] = [
    "Arnold", "Berger", "Costa", "Dubois", "Eklund", "Fischer", "Garcia", "Horvat", "Ivanov",
    "Jensen", "Keller", "Lindgren", "Moreau", "Novak", "Olsen", "Petit",
];

/// The first and last name of person `number`.
pub fn names(number: u64) -> (&'static str, String) {
    let mix = mixed(number);
    let last = format!("{}{}", LAST[(mix % 16) as usize], (mix >> 8) % 10_000);
    (FIRST[((mix >> 4) % 16) as usize], last)
}

/// Both names.
pub fn full_name(number: u64) -> String {
    let (first, last) = names(number);
    format!("{first} {last}")
}

/// The e-mail of person `number`, which is the login, too.
pub fn email(number: u64) -> String {
    let (first, last) = names(number);
    format!("{first}.{last}.{number}@example.com").to_lowercase()
}
