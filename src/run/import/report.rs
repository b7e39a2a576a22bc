//! What an import is told of on the command line.

use super::super::{Fault, said};
use crate::access::ScopedDb;
use crate::imports::rules::{Cleaning, Problem};
use crate::imports::service::{Totals, mapping_of, survey_of};
use entity::import::{Model, Status};
use entity::import_row;
use serde::de::DeserializeOwned;
use sheets::mapping::From as Origin;
use sheets::write::escaped;
use std::path::Path;

/// Rows that are told one by one.
const TOLD: usize = 20;
/// Rows that are read at once.
const AT_ONCE: u64 = 500;

/// Which column goes to which field.
pub(super) fn mapping(import: &Model) {
    let survey = survey_of(import);
    if let Some(table) = survey.as_ref().and_then(|survey| survey.table.as_ref()) {
        let sheet = survey
            .as_ref()
            .and_then(|survey| survey.sheets.get(table.sheet));
        println!(
            "sheet {}, headings in row {}: {}; {} rows of data",
            sheet.map_or("-", |sheet| sheet.name.as_str()),
            list(table.header_rows.iter().map(ToString::to_string)),
            table.why,
            table.data_rows
        );
        for (reason, rows) in &table.skipped_count {
            println!("  {rows} rows left out: {reason:?}");
        }
    }
    let Some(mapping) = mapping_of(import) else {
        return;
    };
    for mapped in &mapping.fields {
        let from = match &mapped.from {
            Origin::Column(place) => place.heading.clone(),
            Origin::Join { places, .. } => {
                let headings = places.iter().map(|place| place.heading.clone());
                headings.collect::<Vec<_>>().join(" + ")
            }
            Origin::Constant(value) => format!("always {value:?}"),
        };
        println!("  {:<24} <- {from}", mapped.field);
    }
    let left = survey.into_iter().filter_map(|survey| survey.proposal);
    for column in left.flat_map(|proposal| proposal.left) {
        let used = mapping.fields.iter().any(|mapped| match &mapped.from {
            Origin::Column(place) => place.heading == column.heading,
            Origin::Join { places, .. } => {
                places.iter().any(|place| place.heading == column.heading)
            }
            Origin::Constant(_) => false,
        });
        if used {
            continue;
        }
        if column.candidates.is_empty() {
            println!("  not imported: {}", column.heading);
        } else {
            println!(
                "  not imported: {} (could be {})",
                column.heading,
                list(column.candidates.into_iter())
            );
        }
    }
}

fn list(texts: impl Iterator<Item = String>) -> String {
    let all = texts.collect::<Vec<_>>().join(", ");
    if all.is_empty() { "-".to_owned() } else { all }
}

/// What it comes to.
pub(super) fn summary(import: &Model) {
    let totals = Totals::of(import);
    if let Some(failure) = &import.failure {
        println!("the file is refused: {failure}");
    }
    println!(
        "{} rows: {} to create, {} to change, {} as they are, {} left out, {} refused",
        totals.rows, totals.create, totals.update, totals.unchanged, totals.skip, totals.error
    );
    for (count, what) in [
        (
            totals.cleaned,
            "rows have cells that were read other than they stand there",
        ),
        (
            totals.kept,
            "rows have fields that are looked after by hand and stay",
        ),
        (
            totals.contacts_changing_effective_group,
            "contacts get another effective customer group",
        ),
        (totals.deactivate, "that are not in the file to deactivate"),
        (
            totals.refused,
            "not carried out, as things have changed since",
        ),
        (
            totals.not_undone,
            "not put back, as something else has happened to them",
        ),
    ] {
        if count > 0 {
            println!("{count} {what}");
        }
    }
    match import.status {
        Status::Applied => println!(
            "done: {} carried out, {} deactivated",
            totals.applied, totals.deactivated
        ),
        Status::Undone => println!("done: {} put back", totals.undone),
        Status::Planned => println!("nothing was changed"),
        Status::Held => println!(
            "nothing was changed: so much would be deactivated that it takes --confirm-deactivations"
        ),
        Status::Outdated => {
            println!("nothing was changed: things have moved on since the plan, import again");
        }
        Status::Stopped => {
            println!("stopped on the way, as things have moved on: --resume goes on with the rest");
        }
        _ => {}
    }
}

/// The rows that somebody should look at: the first on the screen, all in `report`.
///
/// # Errors
/// For a report that cannot be written.
pub(super) async fn rows(
    db: &ScopedDb,
    import: &Model,
    report: Option<&Path>,
) -> Result<(), Fault> {
    let mut writer = report.map(csv::Writer::from_path).transpose();
    let written =
        |fault: csv::Error| Fault::Refused(format!("the report cannot be written: {fault}"));
    if let Ok(Some(writer)) = &mut writer {
        let headings = ["row", "key", "action", "state", "field", "code", "message"];
        writer.write_record(headings).map_err(written)?;
    }
    let mut writer = writer.map_err(written)?;
    let (mut after, mut told) = (0, 0);
    loop {
        let page = db.noticeable_import_rows(import.id, after, AT_ONCE).await;
        let page = page.map_err(said)?;
        let Some(last) = page.last() else { break };
        after = last.number;
        for row in &page {
            let problems: Vec<Problem> = read(&row.problems);
            for problem in &problems {
                let field = problem.field.as_deref().unwrap_or("-");
                if told < TOLD {
                    println!("row {}: {field}: {}", row.number, problem.message);
                } else if told == TOLD {
                    println!("and more; --report FILE.csv has all of them");
                }
                told += 1;
            }
            if let Some(writer) = &mut writer {
                for record in records(row, &problems) {
                    let cells = record.iter().map(|cell| escaped(cell).into_owned());
                    writer.write_record(cells).map_err(written)?;
                }
            }
        }
        if report.is_none() && told > TOLD {
            break;
        }
    }
    if let Some(mut writer) = writer {
        writer.flush()?;
    }
    Ok(())
}

/// A line for each problem and each cleaned cell.
fn records(row: &import_row::Model, problems: &[Problem]) -> Vec<[String; 7]> {
    let line = |field: &str, code: String, message: String| {
        [
            row.number.to_string(),
            row.key.clone(),
            format!("{:?}", row.action).to_uppercase(),
            format!("{:?}", row.state).to_uppercase(),
            field.to_owned(),
            code,
            message,
        ]
    };
    let mut lines: Vec<_> = problems
        .iter()
        .map(|problem| {
            let field = problem.field.as_deref().unwrap_or_default();
            line(
                field,
                format!("{:?}", problem.code),
                problem.message.clone(),
            )
        })
        .collect();
    let cleanings: Vec<Cleaning> = read(&row.cleanings);
    lines.extend(cleanings.into_iter().map(|cleaning| {
        let message = format!("{:?} was read as {:?}", cleaning.before, cleaning.after);
        line(&cleaning.column, format!("{:?}", cleaning.rule), message)
    }));
    lines
}

fn read<T: DeserializeOwned>(json: &serde_json::Value) -> Vec<T> {
    serde_json::from_value(json.clone()).unwrap_or_default()
}
