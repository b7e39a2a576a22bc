//! A server of its own, over HTTP: for what only a process can show.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running `serve`, which ends with it.
pub struct Served {
    pub child: Child,
    pub address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Serves the database at `url` on a port that is free.
    pub fn start(url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .env_clear()
            .env("GUILDHALL_DATABASE_URL", url)
            .env("GUILDHALL_BIND", "127.0.0.1:0")
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let told = lines.by_ref().map_while(Result::ok);
        let mut addresses = told.filter_map(|line| Some(line.split_once("address=")?.1.to_owned()));
        let address = addresses.next().expect("a line that says where");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }
}
