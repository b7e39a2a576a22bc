//! What a file is, where its table stands, and which column goes to which field: found out by the crate `sheets`, without a database.

use super::kind::Kind;
use super::settings::Layout;
use serde::{Deserialize, Serialize};
use sheets::mapping::{Mapping, Proposal, bind, propose};
use sheets::table::{Headings, Table, find_table};
use sheets::{Book, Detected, Refused, Sheet, Source, Visibility};
use std::path::Path;

/// What was found out about a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Survey {
    pub file: Detected,
    pub sheets: Vec<Sheet>,
    /// None where no sheet holds anything.
    pub table: Option<Table>,
    pub proposal: Option<Proposal>,
}

/// Why a file cannot be imported as it is.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("there is no sheet named {0}")]
    NoSheet(String),
}

/// Looks at the file that lies at `path`; `name` is what its sender calls it. It reads all of it, so it belongs where nobody else waits.
///
/// # Errors
/// Why it cannot be read, in words for whoever sent it.
pub fn survey(path: &Path, name: &str, kind: Kind, layout: &Layout) -> Result<Survey, Unfit> {
    let book = open(path, name, layout)?;
    let candidates: Vec<usize> = match &layout.sheet {
        Some(wanted) => {
            let named = |sheet: &Sheet| sheet.name.trim().eq_ignore_ascii_case(wanted.trim());
            let place = book.sheets().iter().position(named);
            vec![place.ok_or_else(|| Unfit::NoSheet(wanted.clone()))?]
        }
        // What its maker hid is no data.
        None => (0..book.sheets().len())
            .filter(|place| {
                let sheet = book.sheets().get(*place);
                sheet.is_some_and(|sheet| sheet.visibility == Visibility::Visible)
            })
            .collect(),
    };
    let mut best: Option<(Rank, Table, Proposal)> = None;
    for place in candidates {
        let Some(table) = find_table(&book, place, &headings(layout))? else {
            continue;
        };
        let proposal = propose(&table, kind.target());
        let rank = Rank::of(&table, &proposal);
        if best.as_ref().is_none_or(|(than, ..)| rank > *than) {
            best = Some((rank, table, proposal));
        }
    }
    let (table, proposal) = match best {
        Some((_, mut table, proposal)) => {
            // Samples helped to find out what columns are; kept beside the import, they would be somebody's data once more.
            for column in &mut table.columns {
                column.profile.samples.clear();
            }
            (Some(table), Some(proposal))
        }
        None => (None, None),
    };
    Ok(Survey {
        file: book.detected().clone(),
        sheets: book.sheets().to_vec(),
        table,
        proposal,
    })
}

/// Opens a file as an import reads it.
///
/// # Errors
/// Why it cannot be read.
pub fn open(path: &Path, name: &str, layout: &Layout) -> Result<Book, Refused> {
    sheets::read(Source::from(path), name, &layout.options())
}

fn headings(layout: &Layout) -> Headings {
    match layout.heading_rows {
        None => Headings::Find,
        Some((0, 0)) => Headings::None,
        Some((first, last)) => Headings::Rows(first, last),
    }
}

/// How well a sheet fits a kind; of equals the first is taken.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    complete: bool,
    sure: u32,
    has_rows: bool,
}

impl Rank {
    fn of(table: &Table, proposal: &Proposal) -> Self {
        Self {
            complete: proposal.missing.is_empty() && !proposal.proposed.is_empty(),
            sure: proposal
                .proposed
                .iter()
                .map(|field| u32::from(field.confidence))
                .sum(),
            has_rows: table.data_rows > 0,
        }
    }
}

/// Where a mapping does not fit a table, in words; empty where it does.
#[must_use]
pub fn misfits(mapping: &Mapping, table: &Table) -> Vec<String> {
    match bind(mapping, table) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.iter().map(ToString::to_string).collect(),
    }
}
