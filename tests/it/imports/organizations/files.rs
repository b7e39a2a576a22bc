//! Files of organizations, by the functions that an import calls for each of its steps.

use super::{faults, tree};
use crate::support::{World, each_engine};
use entity::ids::{ImportId, ImportRowId};
use entity::import::{self, Status};
use entity::import_row::{self, Action, State};
use guildhall::access::{Act, ScopedDb, Terms, WriteTx, authenticate};
use guildhall::error::{Code, Error, Result};
use guildhall::imports::rules::{Decision, Given, Problem, RowIn};
use guildhall::imports::service::organizations;
use sea_orm::Condition;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A file that is put in order, decided about and written batch by batch.
#[derive(Debug, Serialize)]
struct Run {
    rows: Vec<RowIn>,
    roots: bool,
}

pub type Outcome = BTreeMap<i64, Decision>;

impl Act for Run {
    type Answer = (ImportId, Outcome);
    type Shown = (ImportId, Outcome);
    const MUTATION: &'static str = "importApply";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Self::Answer> {
        let id = ImportId(tx.fresh_id());
        tx.add_import(book(tx, id)).await?;
        let staged = self.rows.iter().map(|row| staged(tx, id, row));
        tx.note_import_rows(staged.collect()).await?;
        organizations::order(tx, id, self.roots).await?;
        let mut first: HashMap<String, i64> = HashMap::new();
        for row in &self.rows {
            first.entry(key(row)).or_insert(row.number);
        }
        let (mut outcome, mut after) = (Outcome::new(), -1);
        loop {
            let mut batch = tx
                .next_import_rows(id, Condition::all(), after, 500)
                .await?;
            let Some(last) = batch.last() else {
                return Ok((id, outcome));
            };
            after = last.place;
            let rows: Vec<RowIn> = batch.iter().map(given).collect();
            let keys: Vec<_> = batch.iter().map(|row| Some(row.key.clone())).collect();
            let judged = organizations::judge(tx, &rows, &keys, false).await?;
            let (mut decisions, mut steps) = (Vec::new(), Vec::new());
            for (judged, row) in judged.into_iter().zip(&batch) {
                let faults = serde_json::from_value::<Vec<_>>(row.problems.clone())
                    .map_err(Error::internal)?;
                let repeated = first.get(row.key.as_str()) != Some(&row.number);
                if repeated {
                    decisions.push(Decision::refused(vec![Problem::new(
                        Code::Conflict,
                        "externalId",
                        "repeated",
                    )]));
                    steps.push(None);
                } else if faults.is_empty() {
                    decisions.push(judged.decision);
                    steps.push(judged.step);
                } else {
                    decisions.push(Decision::refused(faults));
                    steps.push(None);
                }
            }
            organizations::blame(tx, id, &rows, &mut decisions).await?;
            let places: Vec<_> = (0..steps.len())
                .filter(|place| steps[*place].is_some())
                .collect();
            let written = organizations::write(tx, steps.into_iter().flatten().collect()).await?;
            for (place, (target, version)) in places.into_iter().zip(written) {
                batch[place].target_id = Some(target);
                batch[place].version_after = Some(version);
            }
            for (row, decision) in batch.iter_mut().zip(&decisions) {
                row.action = decision.action;
                row.state = State::Applied;
                outcome.insert(row.number, decision.clone());
            }
            tx.note_import_rows(batch).await?;
        }
    }

    async fn show(_: &WriteTx, answer: Self::Answer, _: bool) -> Result<Self::Shown> {
        Ok(answer)
    }
}

fn book(tx: &WriteTx, id: ImportId) -> import::Model {
    import::Model {
        id,
        kind: "organizations".to_owned(),
        status: Status::Planning,
        account_id: tx.viewer().account_id().expect("somebody"),
        name: "a file".to_owned(),
        settings: json!({}),
        mapping: None,
        detected: None,
        totals: json!({}),
        failure: None,
        upload_token_hash: None,
        upload_expires_at: None,
        file_bytes: 0,
        uploaded_at: None,
        position: 0,
        leased_by: None,
        leased_until: None,
        created_at: tx.now(),
        planned_at: None,
        ended_at: None,
    }
}

fn staged(tx: &WriteTx, id: ImportId, row: &RowIn) -> import_row::Model {
    import_row::Model {
        id: ImportRowId(tx.fresh_id()),
        import_id: id,
        number: row.number,
        stage: 0,
        place: row.number,
        key: key(row),
        given: json!((&row.fields, row.version)),
        action: Action::Skip,
        target_id: None,
        changes: json!([]),
        kept: json!([]),
        problems: json!([]),
        cleanings: json!([]),
        state: State::Read,
        version_after: None,
    }
}

fn key(row: &RowIn) -> String {
    organizations::key_of(row)
        .expect("a key")
        .unwrap_or_default()
}

fn given(row: &import_row::Model) -> RowIn {
    let (fields, version) = serde_json::from_value(row.given.clone()).expect("what was given");
    RowIn {
        number: row.number,
        fields,
        version,
    }
}

/// Puts back what a file changed.
#[derive(Debug, Serialize)]
struct Undo(ImportId);

impl Act for Undo {
    type Answer = Vec<String>;
    type Shown = Vec<String>;
    const MUTATION: &'static str = "importUndo";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Vec<String>> {
        let mut stages: BTreeMap<i32, Vec<import_row::Model>> = BTreeMap::new();
        for row in tx.import_rows_of(self.0, &keys()).await? {
            stages.entry(row.stage).or_default().push(row);
        }
        let mut told = Vec::new();
        for rows in stages.into_values().rev() {
            let outcomes = organizations::put_back(tx, "the file", &rows).await?;
            for (row, outcome) in rows.iter().zip(outcomes) {
                let why = outcome.into_iter().flatten().map(|problem| problem.message);
                told.extend(why.map(|why| format!("{}: {why}", row.key)));
            }
        }
        Ok(told)
    }

    async fn show(_: &WriteTx, answer: Vec<String>, _: bool) -> Result<Vec<String>> {
        Ok(answer)
    }
}

fn keys() -> Vec<String> {
    ('a'..='z').map(String::from).collect()
}

async fn door(world: &World) -> ScopedDb {
    let token = world.admin.token.as_deref();
    let viewer = authenticate(&world.db, token, world.clock.now())
        .await
        .expect("a viewer");
    ScopedDb::new(
        world.db.clone(),
        viewer,
        world.clock.clone(),
        "the file",
        32,
    )
}

pub async fn run(world: &World, rows: Vec<RowIn>, roots: bool) -> (ImportId, Outcome) {
    let run = Run { rows, roots };
    door(world)
        .await
        .write(run, Terms::default())
        .await
        .expect("a run")
}

/// Rows of a file, numbered from 2.
fn rows(lines: &[Value]) -> Vec<RowIn> {
    let row = |(line, number): (&Value, i64)| RowIn {
        number,
        fields: line
            .as_object()
            .expect("fields")
            .iter()
            .map(|(field, value)| {
                (
                    field.clone(),
                    value.as_str().map_or(Given::Clear, |text| {
                        if text.is_empty() {
                            Given::Blank
                        } else {
                            Given::Text(text.to_owned())
                        }
                    }),
                )
            })
            .collect(),
        version: None,
    };
    lines.iter().zip(2..).map(row).collect()
}

pub fn told(outcome: &Outcome) -> Vec<String> {
    let one = |(number, decision): (&i64, &Decision)| {
        let problems = decision.problems.iter().map(|problem| {
            format!(
                " {}: {}",
                problem.field.as_deref().unwrap_or("-"),
                problem.message
            )
        });
        format!(
            "{number} {:?}{}",
            decision.action,
            problems.collect::<String>()
        )
    };
    outcome.iter().map(one).collect()
}

/// T-94, T-160: parents later in the file, by key or by name, in cycles, nowhere, and gone.
#[tokio::test]
async fn a_file_is_put_in_order_and_says_what_has_no_place() {
    each_engine(async |world| {
        let there = world.organization_with(json!({ "name": "There", "externalId": "t" })).await;
        world.organization_with(json!({ "name": "Nameless", "parentId": there })).await;
        let lines = [
            json!({ "externalId": "c", "name": "C", "parentExternalId": "b" }),
            json!({ "externalId": "b", "name": "B", "parentExternalId": "", "parentName": " tHERE" }),
            json!({ "externalId": "d", "name": "D", "parentName": "c" }),
            json!({ "externalId": "e", "name": "E", "parentName": "Nameless" }),
            json!({ "externalId": "f", "name": "Twin", "parentExternalId": "g" }),
            json!({ "externalId": "g", "name": "Twin", "parentExternalId": "f" }),
            json!({ "externalId": "h", "name": "H", "parentName": "twin" }),
            json!({ "externalId": "i", "name": "I", "parentName": "Nobody" }),
            json!({ "externalId": "j", "name": "J", "parentExternalId": "nowhere" }),
            json!({ "externalId": "k", "name": "K", "parentExternalId": "g" }),
            json!({ "externalId": "l", "name": "L", "parentExternalId": "j" }),
            json!({ "externalId": "m", "name": "M", "status": "Withdrawn" }),
            json!({ "externalId": "n", "name": "N", "parentExternalId": "m" }),
            json!({ "externalId": "t", "name": "Other", "deleted": "true" }),
        ];
        let round = "parentExternalId: it would lie below itself, by way of the rows 6 and 7";
        let lost = |row: u8| format!("parentExternalId: organization not found: row {row}, which would create it, is refused or left out");
        let (_, outcome) = run(&world, rows(&lines), false).await;
        assert_eq!(told(&outcome), [
            "2 Create".to_owned(),
            "3 Create".to_owned(),
            "4 Create".to_owned(),
            "5 Create".to_owned(),
            format!("6 Error {round}"),
            format!("7 Error {round}"),
            "8 Error parentName: 2 organizations are called that; give a parentExternalId".to_owned(),
            "9 Error parentName: organization not found".to_owned(),
            "10 Error parentExternalId: organization not found".to_owned(),
            "11 Error parentExternalId: row 7, below which it would come, is refused".to_owned(),
            format!("12 Error {}", lost(10)),
            "13 Skip status: its source says that it is gone, so it is not created".to_owned(),
            format!("14 Error {}", lost(13)),
            "15 Skip deleted: its source says that it is gone; it is deleted by hand".to_owned(),
        ]);
        let lines = [lines[7].clone(), lines[8].clone(), lines[10].clone()];
        let (_, outcome) = run(&world, rows(&lines), true).await;
        assert_eq!(told(&outcome), ["2 Create", "3 Create", "4 Create"]);
        assert_eq!(tree(&world).await, ["- < t", "b < t", "c < b < t", "d < c < b < t", "e < - < t", "i", "j", "l < j", "t"]);
        assert_eq!(faults(&world).await, Vec::<String>::new());
    })
    .await;
}

/// T-91: a row without externalId is about the organization without one of its name, and the same file changes nothing the second time.
#[tokio::test]
async fn a_row_without_an_external_id_is_known_by_its_name() {
    each_engine(async |world| {
        world
            .organization_with(json!({ "name": "Below", "externalId": "other" }))
            .await;
        let lines = [
            json!({ "externalId": "deep", "name": "Deep", "parentName": "top" }),
            json!({ "externalId": "", "name": "Below", "parentExternalId": "deep" }),
            json!({ "externalId": "", "name": "TOP" }),
            json!({ "externalId": "", "name": "below" }),
        ];
        let (_, outcome) = run(&world, rows(&lines), false).await;
        assert_eq!(
            told(&outcome),
            [
                "2 Create",
                "3 Create",
                "4 Create",
                "5 Error externalId: repeated"
            ]
        );
        assert_eq!(
            tree(&world).await,
            ["-", "- < deep < -", "deep < -", "other"]
        );
        let (_, outcome) = run(&world, rows(&lines[..3]), false).await;
        assert_eq!(
            told(&outcome),
            ["2 Unchanged", "3 Unchanged", "4 Unchanged"]
        );
        world.organization_with(json!({ "name": "Top" })).await;
        let (_, outcome) = run(&world, rows(&lines[2..3]), false).await;
        assert_eq!(
            told(&outcome),
            ["2 Error name: 2 organizations are called that; give an externalId"]
        );
        assert_eq!(faults(&world).await, Vec::<String>::new());
    })
    .await;
}

/// T-164: what came below goes first, and what was moved goes back, as far as nobody else has changed it.
#[tokio::test]
async fn a_file_that_is_undone_leaves_the_tree_as_it_was() {
    each_engine(async |world| {
        let a = world.organization_with(json!({ "name": "A", "externalId": "a", "description": "D" })).await;
        let b = world.organization_with(json!({ "name": "B", "externalId": "b", "parentId": a, "customerGroupId": "customerGroup:1" })).await;
        world.organization_with(json!({ "name": "C", "externalId": "c", "parentId": b })).await;
        let before = tree(&world).await;
        let lines = [
            json!({ "externalId": "d", "name": "D", "parentExternalId": "a" }),
            json!({ "externalId": "e", "name": "E", "parentExternalId": "d" }),
            json!({ "externalId": "a", "name": "Aa", "description": null, "parentExternalId": "c", "customerGroup": "customer" }),
            json!({ "externalId": "b", "customerGroup": null }),
            json!({ "externalId": "c", "parentExternalId": null }),
        ];
        let apply = async || {
            let (id, outcome) = run(&world, rows(&lines), false).await;
            assert!(outcome.values().all(|decision| decision.action.writes()), "{:?}", told(&outcome));
            id
        };
        let undo = async |id| door(&world).await.write(Undo(id), Terms::default()).await.expect("an undoing");
        let id = apply().await;
        assert_ne!(tree(&world).await, before);
        assert_eq!(undo(id).await, Vec::<String>::new());
        assert_eq!(tree(&world).await, before);
        assert_eq!(world.number("SELECT count(*) FROM organization WHERE name = 'A' AND description = 'D'").await, 1);
        assert_eq!(faults(&world).await, Vec::<String>::new());
        world.sql("DELETE FROM history_entry").await;
        let id = apply().await;
        world.contact_with(json!({ "firstName": "X", "organizationId": b })).await;
        world.sql("UPDATE organization SET version = version + 1 WHERE external_id = 'e'").await;
        assert_eq!(undo(id).await, ["e: it has been changed since", "d: something refers to it by now"]);
    })
    .await;
}
