//! The command works as a whole: on SQLite, with little data and little time.

use std::process::Command;

#[test]
fn both_servers_answer_all_eight_requests_alike_and_a_table_comes_of_it() {
    let bench = env!("CARGO_BIN_EXE_guildhall-bench");
    let mut command = Command::new(bench);
    command.args([
        "run",
        "--size",
        "tiny",
        "--clients",
        "2",
        "--rounds",
        "1",
        "--seconds",
        "0.04",
    ]);
    // It can be the server, too: nothing else has to be built, and nothing older is measured.
    command.args(["--server", bench]);
    let done = command.output().expect("the command runs");
    let (table, told) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{told}");
    for request in ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "M1", "P1"] {
        for viewer in ["global", "subtree"] {
            let row = format!("| {request} | {viewer} | guildhall |");
            assert!(table.contains(&row), "{row} is missing in\n{table}");
        }
    }
}
