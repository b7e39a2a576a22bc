//! A PostgreSQL to test against: the one that `GUILDHALL_TEST_DATABASE_URL` names, else a throwaway cluster made with the machine's own
//! `initdb`, which ends with this process.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Where databases can be made.
#[derive(Debug)]
pub struct Postgres {
    base: Base,
}

#[derive(Debug)]
enum Base {
    /// An URL whose last part is a database that one may connect to.
    Url(String),
    /// The folder with the socket of a cluster of our own.
    Socket(PathBuf),
}

impl Postgres {
    /// The PostgreSQL of this run; `None`, said loudly, where there is none.
    pub fn of_this_run() -> Option<&'static Self> {
        static FOUND: OnceLock<Option<Postgres>> = OnceLock::new();
        FOUND
            .get_or_init(|| Self::find().map_err(|why| shout(&why)).ok())
            .as_ref()
    }

    /// The URL of one database.
    pub fn url(&self, database: &str) -> String {
        match &self.base {
            Base::Url(url) => {
                let (url, query) = url
                    .split_once('?')
                    .map_or((url.as_str(), String::new()), |(url, query)| {
                        (url, format!("?{query}"))
                    });
                let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
                format!("{server}/{database}{query}")
            }
            Base::Socket(folder) => format!(
                "postgres://postgres@localhost/{database}?host={}",
                folder.display()
            ),
        }
    }

    /// The URL of the database that is there from the start.
    pub fn maintenance_url(&self) -> String {
        match &self.base {
            Base::Url(url) => url.clone(),
            Base::Socket(_) => self.url("postgres"),
        }
    }

    /// Whether it is a cluster of this run alone, which ends with it.
    pub fn is_ours(&self) -> bool {
        matches!(self.base, Base::Socket(_))
    }

    fn find() -> Result<Self, String> {
        if let Ok(url) = std::env::var("GUILDHALL_TEST_DATABASE_URL") {
            return Ok(Self {
                base: Base::Url(url),
            });
        }
        let programs = programs()
            .ok_or("no initdb on this machine, and GUILDHALL_TEST_DATABASE_URL is not set")?;
        start(&programs).map(|folder| Self {
            base: Base::Socket(folder),
        })
    }
}

/// Past the test harness, which keeps what passing tests print.
fn shout(why: &str) {
    let line = format!("\n!!! PostgreSQL is NOT tested in this run: {why} !!!\n\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH")?));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// PostgreSQL does not run as root, so root hands it to the user that its package made.
fn as_its_user(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout == b"0\n")
}

fn start(programs: &Path) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("guildhall-pg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|fault| fault.to_string())?;
    if is_root() {
        let owned = Command::new("chown").arg("postgres").arg(&folder).status();
        owned.map_err(|fault| fault.to_string())?;
    }
    let data = folder.join("data");
    let made = as_its_user(&programs.join("initdb"))
        .args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .current_dir(&folder)
        .output()
        .map_err(|fault| format!("initdb cannot be run: {fault}"))?;
    if !made.status.success() {
        return Err(format!(
            "initdb failed: {}",
            String::from_utf8_lossy(&made.stderr)
        ));
    }
    // The shell waits for the end of its input, which comes when this process ends, however it ends.
    let script = r#""$@" >"$FOLDER/log" 2>&1 & read _; kill -INT $(head -n 1 "$FOLDER/data/postmaster.pid"); wait; rm -rf "$FOLDER""#;
    let server = as_its_user(&programs.join("postgres"));
    let watcher = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(server.get_program())
        .args(server.get_args())
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=300",
            "-c",
            "full_page_writes=off",
        ])
        .env("FOLDER", &folder)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|fault| fault.to_string())?;
    // Kept open until the process ends.
    std::mem::forget(watcher);
    let deadline = Instant::now() + Duration::from_secs(30);
    while std::os::unix::net::UnixStream::connect(folder.join(".s.PGSQL.5432")).is_err() {
        if Instant::now() > deadline {
            return Err(format!(
                "the cluster did not start; see {}/log",
                folder.display()
            ));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(folder)
}
