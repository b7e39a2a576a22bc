//! `guildhall export` and `guildhall template`, as processes of their own.

use super::{names_of, read_back};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactList, ContactView};
use serde_json::json;
use sheets::mapping::Target;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

fn guildhall(world: &World, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    let command = command
        .env_clear()
        .env("GUILDHALL_DATABASE_URL", &world.url);
    command.args(arguments).output().expect("a process")
}

/// T-168.
#[tokio::test]
async fn the_command_line_exports_what_an_account_may_see() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        world
            .contact_with(json!({ "externalId": "in", "fullName": "In", "organizationId": top }))
            .await;
        world
            .contact_with(json!({ "externalId": "out", "fullName": "Out" }))
            .await;
        let held = [ContactList, ContactView];
        world.holder("top", &held, Scope::Subtree, Some(&top)).await;
        world.account("nothing", None).await;
        let folder = tempfile::tempdir().expect("a folder");
        let exported = |name: &str, more: &[&str]| {
            let file = folder.path().join(name);
            let path = file.display().to_string();
            let ran = guildhall(&world, &[&["export", "contacts", &path], more].concat());
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            let rows = std::fs::read(&file)
                .ok()
                .map(|bytes| names_of(&read_back(bytes, Target::Contacts)));
            (ran.status.code(), said, rows)
        };
        let (code, said, rows) = exported("all.csv", &[]);
        assert_eq!(
            (code, rows),
            (Some(0), Some(vec!["in".into(), "out".into()])),
            "{said}"
        );
        assert!(said.contains("2 contacts exported"), "{said}");
        let mode = std::fs::metadata(folder.path().join("all.csv"))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "for its owner alone");
        let (code, _, rows) = exported("top.xlsx", &["--as", "TOP"]);
        assert_eq!((code, rows), (Some(0), Some(vec!["in".into()])));
        for (name, more, why) in [
            ("no.csv", ["--as", "nothing"], "CONTACT_LIST"),
            ("no.csv", ["--as", "nobody"], "no account of this login"),
            ("no.pdf", ["--as", "top"], ".csv or .xlsx"),
        ] {
            let (code, said, rows) = exported(name, &more);
            assert_eq!((code, rows), (Some(1), None), "{said}");
            assert!(said.contains(why), "{said}");
        }
        world
            .sql("UPDATE account SET active = FALSE WHERE login = 'top'")
            .await;
        assert!(
            exported("no.csv", &["--as", "top"])
                .1
                .contains("nobody can use")
        );
        world
            .assign(
                &world.account("second", None).await,
                guildhall::access::ADMINISTRATORS,
                Scope::Global,
                None,
            )
            .await;
        assert!(exported("no.csv", &[]).1.contains("several administrators"));
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 2, "what came to nothing left nothing behind");
        let piped = guildhall(&world, &["export", "contacts", "-", "--as", "second"]);
        assert_eq!(
            names_of(&read_back(piped.stdout, Target::Contacts)),
            ["in", "out"]
        );
    })
    .await;
}

/// T-169: without a database.
#[test]
fn the_command_line_writes_templates() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |kind: &str, name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
        let file = folder.path().join(name);
        let ran = command
            .env_clear()
            .args(["template", kind])
            .arg(&file)
            .output();
        (
            ran.expect("a process").status.code(),
            std::fs::read(file).ok(),
        )
    };
    for target in Target::ALL {
        let (code, bytes) = run(target.name(), &format!("{}.xlsx", target.name()));
        assert_eq!(code, Some(0));
        assert!(read_back(bytes.expect("a file"), target).is_empty());
    }
    assert_eq!(run("people", "a.xlsx"), (Some(2), None));
    assert_eq!(run("contacts", "a.csv"), (Some(1), None));
}
