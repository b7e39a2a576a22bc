//! Fetches GraphiQL, so that the server can carry the page in its binary.
//!
//! The files come from npm, pinned by web/package-lock.json, and are left in the build folder; none of them is in the
//! repository. A build never fails for want of them: without npm, or without a network, the server gets a plain page
//! that says so. `GUILDHALL_SKIP_GRAPHIQL=1` asks for that page.

use std::{
    env, fs,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

const SKIP: &str = "GUILDHALL_SKIP_GRAPHIQL";
const LOCK: &str = "package-lock.json";
const NPM_TIMEOUT: Duration = Duration::from_secs(120);

/// A file to embed, and where npm puts it.
struct Wanted {
    name: &'static str,
    content_type: &'static str,
    path: &'static str,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

const WANTED: [Wanted; 6] = [
    Wanted {
        name: "react.js",
        content_type: JAVASCRIPT,
        path: "react/umd/react.production.min.js",
    },
    Wanted {
        name: "react-dom.js",
        content_type: JAVASCRIPT,
        path: "react-dom/umd/react-dom.production.min.js",
    },
    Wanted {
        name: "graphiql.js",
        content_type: JAVASCRIPT,
        path: "graphiql/graphiql.min.js",
    },
    Wanted {
        name: "graphiql.css",
        content_type: "text/css; charset=utf-8",
        path: "graphiql/graphiql.min.css",
    },
    Wanted {
        name: "react-license.txt",
        content_type: "text/plain; charset=utf-8",
        path: "react/LICENSE",
    },
    Wanted {
        name: "graphiql-license.txt",
        content_type: "text/plain; charset=utf-8",
        path: "graphiql/LICENSE",
    },
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=web/{LOCK}");
    println!("cargo:rerun-if-env-changed={SKIP}");

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let skipped = env::var_os(SKIP).is_some_and(|value| !value.is_empty() && value != "0");
    let fetched = !skipped
        && fetch(&out).map_err(|reason| {
            println!(
                "cargo:warning=GraphiQL will not be built in: {reason}. The server will have a plain query page \
                 instead. To get GraphiQL, install Node.js and npm, with a way to npm's registry, then \
                 `touch build.rs` and build again."
            );
        }).is_ok();
    fs::write(out.join("graphiql_assets.rs"), embedding(fetched))
        .expect("the build folder can be written");
}

/// The Rust expression that src/graphiql.rs includes.
fn embedding(fetched: bool) -> String {
    if !fetched {
        return "None\n".into();
    }
    let assets: String = WANTED
        .iter()
        .map(
            |Wanted {
                 name, content_type, ..
             }| {
                format!(
                    "    Asset {{ name: {name:?}, content_type: {content_type:?}, \
                 bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/graphiql/{name}\")) }},\n"
                )
            },
        )
        .collect();
    format!("Some(&[\n{assets}])\n")
}

/// Leaves the wanted files in `out/graphiql`, unless they are there from an earlier build with the same lock.
fn fetch(out: &Path) -> Result<(), String> {
    let (source, work, kept) = (Path::new("web"), out.join("web"), out.join("graphiql"));
    let lock = fs::read(source.join(LOCK))
        .map_err(|error| format!("web/{LOCK} cannot be read ({error})"))?;
    if is_complete(&kept, &lock) {
        return Ok(());
    }
    install(source, &work)?;
    keep(&work.join("node_modules"), &kept, &lock)
        .map_err(|error| format!("the files that npm brought cannot be used ({error})"))?;
    // What is not embedded is some 20 MB for each profile.
    let _ = fs::remove_dir_all(work);
    Ok(())
}

fn is_complete(kept: &Path, lock: &[u8]) -> bool {
    fs::read(kept.join(LOCK)).is_ok_and(|of_kept| of_kept == lock)
        && WANTED.iter().all(|wanted| kept.join(wanted.name).is_file())
}

/// Runs `npm ci` on a copy in `work`, so that nothing is written beside the sources.
fn install(source: &Path, work: &Path) -> Result<(), String> {
    let copied = (|| {
        if work.exists() {
            fs::remove_dir_all(work)?;
        }
        fs::create_dir_all(work)?;
        for file in [".npmrc", "package.json", LOCK] {
            fs::copy(source.join(file), work.join(file))?;
        }
        File::create(work.join("npm.log"))
    })();
    let log =
        copied.map_err(|error| format!("web/ cannot be copied to the build folder ({error})"))?;

    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let child = Command::new(npm)
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--omit=dev",
            "--omit=optional",
            "--omit=peer",
        ])
        .args([
            "--prefer-offline",
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=1000",
            "--fetch-timeout=60000",
        ])
        .current_dir(work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "npm is not installed".into(),
        _ => format!("npm cannot be started ({error})"),
    })?;
    match wait(child, NPM_TIMEOUT).map_err(|error| format!("npm cannot be waited for ({error})"))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!(
            "`npm ci` failed with {status}{}",
            complaint(&work.join("npm.log"))
        )),
        None => Err(format!(
            "`npm ci` took longer than {} seconds",
            NPM_TIMEOUT.as_secs()
        )),
    }
}

/// `None` if the child was still running at the end of the time, and had to be killed.
fn wait(mut child: Child, timeout: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= timeout {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What npm said was wrong, fit for one line.
fn complaint(log: &Path) -> String {
    let log = fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let errors: Vec<&str> = log
        .lines()
        .filter_map(|line| line.strip_prefix("npm error "))
        .map(str::trim)
        .take(2)
        .collect();
    if errors.is_empty() {
        String::new()
    } else {
        format!(" ({})", errors.join(": "))
    }
}

/// Copies the wanted files out of `node_modules`. The lock comes last: it says that the others are complete.
fn keep(node_modules: &Path, kept: &Path, lock: &[u8]) -> io::Result<()> {
    fs::create_dir_all(kept)?;
    for wanted in &WANTED {
        fs::copy(node_modules.join(wanted.path), kept.join(wanted.name))?;
    }
    fs::write(kept.join(LOCK), lock)
}
