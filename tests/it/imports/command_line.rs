//! The command line: a file on this machine, as an account of the directory.

use crate::support::{World, each_engine};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `guildhall import`, and answers its exit code and what it printed.
fn import(world: &World, folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(["--database-url", &world.url, "import"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("a text");
    (output.status.code().expect("a code"), printed)
}

/// T-92, T-115, T-164: exit codes are what a script can go by, and a report has every row that somebody should look at.
#[tokio::test(flavor = "multi_thread")]
async fn a_script_can_plan_import_and_undo_a_file() {
    each_engine(async |world| {
        let folder = tempfile::tempdir().expect("a folder");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        let run = |arguments: &[&str]| import(&world, folder.path(), arguments);
        let contacts = "SELECT count(*) FROM contact";
        write(
            "good.csv",
            "Contact ID;Last name;Shoe size\n1; Ann ;43\n2;Bo;44\n",
        );
        write(
            "bad.csv",
            "externalId,lastName,email\n3,Cy,\n4,Dee,nobody\n3,Cy again,\n",
        );
        let (code, told) = run(&["good.csv", "--kind", "contacts", "--dry-run"]);
        assert_eq!((code, world.number(contacts).await), (0, 0), "{told}");
        assert!(
            told.contains("2 to create") && told.contains("not imported: Shoe size"),
            "{told}"
        );
        let (code, told) = run(&["bad.csv", "--kind", "contacts", "--report", "report.csv"]);
        assert_eq!((code, world.number(contacts).await), (4, 0), "{told}");
        let report = fs::read_to_string(folder.path().join("report.csv")).expect("a report");
        assert!(
            report.contains("3,4,ERROR,PLANNED,email")
                && report.contains("4,3,ERROR,PLANNED,externalId"),
            "{report}"
        );
        let (code, told) = run(&["bad.csv", "--kind", "contacts", "--reject-failed-rows"]);
        assert_eq!((code, world.number(contacts).await), (4, 1), "{told}");
        let mapped = [
            "good.csv",
            "--kind",
            "contacts",
            "--map",
            "jobTitle=Shoe size",
            "--save-mapping",
            "shoes",
        ];
        let (code, told) = run(&mapped);
        assert_eq!((code, world.number(contacts).await), (0, 3), "{told}");
        let id = told
            .split_whitespace()
            .find(|word| word.starts_with("import:"))
            .expect("an id")
            .to_owned();
        let (code, told) = run(&["good.csv", "--kind", "contacts", "--mapping", "shoes"]);
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("2 as they are"), "{told}");
        let (code, told) = run(&["--undo", &id]);
        assert_eq!((code, world.number(contacts).await), (0, 1), "{told}");
        for (arguments, expected) in [
            (&["--resume", &id][..], 3),
            (&["good.csv", "--kind", "contacts", "--mapping", "none"], 3),
            (
                &["good.csv", "--kind", "contacts", "--map", "phone=nowhere"],
                3,
            ),
            (&["good.csv", "--kind", "contacts", "--as", "nobody"], 1),
            (&["good.csv", "--kind", "shoes"], 2),
            (&["good.csv"], 2),
        ] {
            let (code, told) = run(arguments);
            assert_eq!(code, expected, "{arguments:?}: {told}");
        }
        let left = world
            .ask(
                &world.admin,
                "{ contacts(first: 9) { nodes { lastName } } }",
                json!({}),
            )
            .await;
        assert_eq!(left["contacts"]["nodes"], json!([{ "lastName": "Cy" }]));
    })
    .await;
}
