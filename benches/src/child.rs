//! The two servers that are measured, each a process of its own.

use crate::fault::{Fault, told};
use crate::wire::{Send, Wire};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server; killed when this is dropped. What it has acknowledged is in the database.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Q3 and Q5 ask for more at once than strangers may: the page of every level could be full.
const LIMITS: [(&str, &str); 2] = [
    ("GUILDHALL_LIMIT_COST_SIGNED_IN", "10000000"),
    ("GUILDHALL_LIMIT_RESOLVED_FIELDS_SIGNED_IN", "10000000"),
];
/// How long a server may take until it answers, in steps of 20 ms.
const TRIES: u32 = 1_500;

/// The limits that measured servers run with.
pub fn limits() -> impl Iterator<Item = (String, String)> {
    LIMITS
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `guildhall serve`, as in production, its log thrown away.
    ///
    /// # Errors
    /// A program that is not there, or a server that does not answer.
    pub async fn server(program: &Path, url: &str) -> Result<Self, Fault> {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GUILDHALL_") {
                command.env_remove(name);
            }
        }
        command
            .arg("serve")
            .env("GUILDHALL_DATABASE_URL", url)
            .envs(LIMITS);
        Self::start(command, "--bind").await
    }

    /// The floor, which this program is, too.
    ///
    /// # Errors
    /// As [`Self::server`].
    pub async fn floor(url: &str) -> Result<Self, Fault> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--database", url]);
        Self::start(command, "--bind").await
    }

    async fn start(mut command: Command, bind: &str) -> Result<Self, Fault> {
        // Free a moment ago; nobody else on this machine hurries to take it.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let program = command.get_program().to_string_lossy().into_owned();
        command.arg(bind).arg(address.to_string());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command
            .spawn()
            .map_err(|fault| told(format!("{program}: {fault}")))?;
        let mut running = Self { child, address };
        for _ in 0..TRIES {
            if let Some(status) = running.child.try_wait()? {
                return Err(told(format!("{program} ended: {status}")));
            }
            if running.is_ready().await.is_ok() {
                return Ok(running);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(told(format!("{program} does not answer")))
    }

    async fn is_ready(&self) -> Result<(), Fault> {
        let mut wire = Wire::to(self.address).await?;
        wire.ask(&Send::get("/readyz".to_owned()).bytes()).await?;
        Ok(())
    }
}

/// The server of this workspace, built as this program was, so that nothing is measured that is not in the sources.
///
/// # Errors
/// When it cannot be built, and when there is none.
pub fn built() -> Result<PathBuf, Fault> {
    let own = std::env::current_exe()?;
    let mut folder = own.parent().unwrap_or(Path::new(".")).to_owned();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join("guildhall");
    // `cargo run` and `cargo test` say where cargo is; run by itself, this program takes what is beside it.
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        // Both packages, as the same features of their dependencies are needed: else everything would be built twice.
        let packages = ["--package", "guildhall", "--package", "guildhall-bench"];
        build
            .args(["build", "--quiet", "--bin", "guildhall"])
            .args(packages);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        if let Some(workspace) = Path::new(env!("CARGO_MANIFEST_DIR")).parent() {
            build.current_dir(workspace);
        }
        if !build.status()?.success() {
            return Err(told(
                "the server cannot be built; --server names another one",
            ));
        }
    }
    if program.is_file() {
        Ok(program)
    } else {
        Err(told(format!(
            "{} is not there; --server names another one",
            program.display()
        )))
    }
}
