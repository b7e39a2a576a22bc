//! What processes cost, read from /proc.

use crate::fault::Fault;
use crate::sql::sqlite_path;
use std::fs;
use tokio_postgres::NoTls;

/// `USER_HZ` on every Linux that there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// The numbers of /proc/PID/stat, from the parent on. The name before them may hold blanks; what follows its bracket does not.
fn stat(pid: u32) -> Vec<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = text.rsplit_once(") ").map_or("", |(_, after)| after);
    let fields = after.split_ascii_whitespace().skip(1);
    fields
        .map(|field| field.parse().unwrap_or_default())
        .collect()
}

fn ms(stat: &[f64], fields: std::ops::Range<usize>) -> f64 {
    stat.get(fields).unwrap_or_default().iter().sum::<f64>() * 1_000.0 / TICKS_PER_SECOND
}

/// CPU time that a process and its threads have used, in milliseconds.
pub fn cpu_ms(pid: u32) -> f64 {
    ms(&stat(pid), 10..12)
}

/// Resident memory of a process in MiB: all of it, and what of it is not pages of files.
pub fn rss_mib(pid: u32) -> (f64, f64) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.trim().parse::<f64>().ok())
            .unwrap_or_default()
            / 1_024.0
    };
    (of("VmRSS:"), of("RssAnon:"))
}

/// The processes of the database beside those that ask it.
#[derive(Clone, Copy, Debug)]
pub enum DatabaseProcesses {
    /// SQLite, or a PostgreSQL on another machine.
    None,
    /// A PostgreSQL on this machine, by its first process.
    Postmaster(u32),
}

impl DatabaseProcesses {
    /// Those of the database at `url`.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn of(url: &str) -> Result<Self, Fault> {
        if sqlite_path(url).is_some() {
            return Ok(Self::None);
        }
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let own: i32 = client
            .query_one("SELECT pg_backend_pid()", &[])
            .await?
            .get(0);
        let own = own.unsigned_abs();
        let name = fs::read_to_string(format!("/proc/{own}/comm")).unwrap_or_default();
        let parent = stat(own).first().map(|parent| *parent as u32);
        Ok(match parent {
            Some(parent) if name.trim() == "postgres" => Self::Postmaster(parent),
            _ => Self::None,
        })
    }

    /// CPU time that they have used, in milliseconds. Those that have ended are counted with the first one.
    pub fn cpu_ms(self) -> f64 {
        let Self::Postmaster(first) = self else {
            return 0.0;
        };
        let Ok(entries) = fs::read_dir("/proc") else {
            return 0.0;
        };
        let children: f64 = entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .map(stat)
            .filter(|stat| stat.first().is_some_and(|parent| *parent as u32 == first))
            .map(|stat| ms(&stat, 10..12))
            .sum();
        children + ms(&stat(first), 10..14)
    }
}
