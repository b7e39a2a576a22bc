//! Argon2id, a bounded number at a time.

use super::Secret;
use super::recipe::{self, Recipe, SALT, STANDARD, Stored};
use crate::error::{Error, Result};
use argon2::Block;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a caller waits for its turn. Longer, and the answer comes when nobody waits for it any more; shorter, and a few people who sign
/// in at the same moment are turned away.
const WAIT: Duration = Duration::from_secs(2);

/// Hashes passwords and compares them with stored ones.
#[derive(Clone)]
pub struct Passwords(Arc<Hashing>);

struct Hashing {
    turns: Arc<Semaphore>,
    /// Memory that no hash is using. There is never more of it than there are turns.
    idle: Mutex<Vec<Vec<Block>>>,
    /// See [`WAIT`].
    wait: Duration,
}

impl Passwords {
    /// At most `at_once` hashes at the same time, each in 19 MiB of memory that is kept for the next.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self::with_wait(at_once, WAIT)
    }

    fn with_wait(at_once: usize, wait: Duration) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self(Arc::new(Hashing {
            turns: Arc::new(Semaphore::new(at_once)),
            idle: Mutex::default(),
            wait,
        }))
    }

    /// What is stored of a new password: a PHC string with a fresh salt.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many are hashing.
    pub async fn hash(&self, secret: &Secret) -> Result<String> {
        let salt: [u8; SALT] = rand::random();
        let hash = self.digest(secret, &Recipe::standard(), &salt).await?;
        recipe::write(&salt, &hash)
    }

    /// Whether the secret is the stored password. With none stored it takes as long to say no.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many are hashing.
    pub async fn verify(&self, secret: &Secret, stored: Option<&str>) -> Result<bool> {
        let known = stored.and_then(Stored::parse);
        let hash = match &known {
            Some(stored) => self.digest(secret, &stored.recipe, stored.salt()).await?,
            None => self.digest(secret, &Recipe::standard(), &[0; SALT]).await?,
        };
        Ok(known.is_some_and(|stored| stored.is(&hash)))
    }

    /// Tells two passwords apart that came with the same `key`. As slow to guess from as the stored password.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many are hashing.
    pub async fn fingerprint(&self, secret: &Secret, key: &str) -> Result<String> {
        let salt = Sha256::digest(key.as_bytes());
        let hash = self.digest(secret, &Recipe::standard(), &salt).await?;
        Ok(URL_SAFE_NO_PAD.encode(hash))
    }

    /// Waits for a turn and hashes. The turn goes with the hash, so a caller that leaves early does not make room for one more.
    async fn digest(&self, secret: &Secret, recipe: &Recipe, salt: &[u8]) -> Result<Vec<u8>> {
        let turn = timeout(self.0.wait, Arc::clone(&self.0.turns).acquire_owned())
            .await
            .map_err(|_| Error::Unavailable)?
            .map_err(Error::internal)?;
        let (hashing, secret) = (Arc::clone(&self.0), secret.clone());
        let (recipe, salt) = (recipe.clone(), salt.to_vec());
        let work = move || {
            let mut memory = hashing.take();
            let hash = recipe.follow(&mut memory, secret.reveal(), &salt);
            hashing.put_back(memory);
            drop(turn);
            hash
        };
        spawn_blocking(work).await.map_err(Error::internal)?
    }
}

impl Hashing {
    fn take(&self) -> Vec<Block> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop().unwrap_or_default()
    }

    fn put_back(&self, mut memory: Vec<Block>) {
        memory.truncate(STANDARD.block_count());
        memory.shrink_to_fit();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::recipe::MOST_KIB;
    use argon2::password_hash::phc::Salt;
    use argon2::{Algorithm, Argon2, Params, Version};
    use std::time::Instant;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_is_recognized_and_nothing_else_is() {
        let passwords = Passwords::new(2);
        let right = secret("a\0b kahnfahrt");
        let stored = passwords.hash(&right).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(stored, passwords.hash(&right).await.unwrap());
        assert!(passwords.verify(&right, Some(&stored)).await.unwrap());
        let wrong = secret("a\0b kahnfahrT");
        assert!(!passwords.verify(&wrong, Some(&stored)).await.unwrap());
        assert!(!passwords.verify(&right, None).await.unwrap());
        assert!(passwords.hash(&secret("")).await.is_ok());
    }

    #[tokio::test]
    async fn other_parameters_are_followed_within_bounds_and_rubbish_is_nobody() {
        let passwords = Passwords::new(1);
        let foreign = |kib, rounds, lanes| {
            let params = Params::new(kib, rounds, lanes, Some(16)).unwrap();
            let mut hash = [0; 16];
            let argon2 = Argon2::new(Algorithm::Argon2i, Version::V0x10, params.clone());
            if kib <= MOST_KIB {
                argon2
                    .hash_password_into(b"secret", &[7; 8], &mut hash)
                    .unwrap();
            }
            let b64 = |bytes: &[u8]| Salt::new(bytes).unwrap().to_salt_string();
            format!("$argon2i$v=16${params}${}${}", b64(&[7; 8]), b64(&hash))
        };
        for (stored, right) in [
            (foreign(64, 3, 2), true),
            (foreign(MOST_KIB, 1, 1), true),
            (foreign(MOST_KIB + 8, 1, 1), false),
            (String::new(), false),
            (
                "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ".to_owned(),
                false,
            ),
            (
                "$argon2id$v=19$m=1,t=0,p=0$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
                false,
            ),
            (
                format!("$argon2id$v=19$m=64,t=1,p=1${0}${0}", "A".repeat(500)),
                false,
            ),
            (
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW".to_owned(),
                false,
            ),
        ] {
            let answer = passwords.verify(&secret("secret"), Some(&stored)).await;
            assert_eq!(answer.unwrap(), right, "{stored}");
        }
        let idle = passwords.0.idle.lock().unwrap();
        assert_eq!(idle.len(), 1);
        assert!(idle[0].capacity() <= STANDARD.block_count());
    }

    #[tokio::test]
    async fn a_fingerprint_depends_on_password_and_key_alone() {
        let passwords = Passwords::new(1);
        let (one, other) = (secret("one"), secret("other"));
        let first = passwords.fingerprint(&one, "k").await.unwrap();
        assert_eq!(first, passwords.fingerprint(&one, "k").await.unwrap());
        assert_ne!(first, passwords.fingerprint(&one, "l").await.unwrap());
        assert_ne!(first, passwords.fingerprint(&other, "k").await.unwrap());
        assert_eq!(first.len(), 43);
    }

    /// Memory is made only where none is idle, so there is as much of it as ever hashed at the same time.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_hash_at_once_than_allowed() {
        let passwords = Passwords::new(2);
        let calls = (0..50).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(&secret("x"), None).await })
        });
        for call in calls.collect::<Vec<_>>() {
            let answer = call.await.unwrap();
            assert!(matches!(answer, Ok(false) | Err(Error::Unavailable)));
        }
        assert!(passwords.0.idle.lock().unwrap().len() <= 2);
        assert_eq!(passwords.0.turns.available_permits(), 2);
    }

    #[tokio::test]
    async fn a_caller_that_leaves_keeps_its_turn_until_its_hash_is_done() {
        let passwords = Passwords::new(1);
        let password = secret("x");
        let left = timeout(Duration::ZERO, passwords.hash(&password)).await;
        assert!(left.is_err());
        assert_eq!(passwords.0.turns.available_permits(), 0);
        assert!(passwords.hash(&password).await.is_ok());
        assert_eq!(passwords.0.idle.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn whoever_waits_too_long_is_told_so() {
        let passwords = Passwords::with_wait(1, Duration::from_millis(10));
        let _turn = passwords.0.turns.acquire().await.unwrap();
        let refused = passwords.hash(&secret("x")).await;
        assert!(matches!(refused, Err(Error::Unavailable)));
    }

    #[tokio::test]
    #[ignore = "prints how long hashing takes, and whether nobody takes as long as a wrong password"]
    async fn bench_hashing() {
        let passwords = Passwords::new(1);
        let stored = passwords.hash(&secret("right")).await.unwrap();
        let (mut wrong, mut nobody) = (Vec::new(), Vec::new());
        for round in 0..400 {
            let (times, stored) = match round % 4 {
                0 | 3 => (&mut wrong, Some(stored.as_str())),
                _ => (&mut nobody, None),
            };
            let start = Instant::now();
            assert!(!passwords.verify(&secret("wrong"), stored).await.unwrap());
            times.push(start.elapsed());
        }
        for times in [&mut wrong, &mut nobody] {
            println!(
                "raw {:?}",
                times.iter().map(Duration::as_micros).collect::<Vec<_>>()
            );
            times.sort();
            println!(
                "10 % {:?}, median {:?}, 90 % {:?}",
                times[20], times[100], times[180]
            );
        }
    }
}
