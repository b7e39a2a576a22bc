//! Which row holds the headings.

use super::{Heading, Headings};
use crate::book::Layout;
use crate::cell::{Cell, Kind, Row, letters};
use crate::clean::fold;
use crate::mapping::known_heading;
use std::collections::HashSet;

/// Headings stand among the first rows that hold something.
pub const LOOKED_AT: usize = 60;
/// Rows below that are compared with a candidate.
const BELOW: usize = 20;
/// Longer texts are no headings.
const LONGEST: usize = 100;

pub struct Chosen {
    pub rows: Vec<u64>,
    pub why: String,
    pub columns: Vec<Heading>,
}

/// How much a row reads like headings. Each share is in percent.
#[derive(Default)]
struct Score {
    /// Of the width of the widest row.
    wide: usize,
    /// Of its cells: words, and not data.
    words: usize,
    /// Of its cells: different from all others.
    different: usize,
    /// Of the cells below: in a column that has a heading.
    covered: usize,
    /// Of its cells: names of fields that are known.
    known: usize,
    /// Of its columns: words above, numbers and the like below.
    contrast: usize,
}

impl Score {
    fn sum(&self) -> usize {
        2 * self.wide
            + 2 * self.words
            + self.different
            + 2 * self.covered
            + 3 * self.known
            + 2 * self.contrast
    }
}

pub fn choose(rows: &[Row], layout: &Layout, headings: &Headings, named: bool) -> Chosen {
    let none = |why: &str| Chosen {
        rows: Vec::new(),
        why: why.to_owned(),
        columns: columns(&[], rows, layout),
    };
    if named {
        let first: Vec<&Row> = rows.first().into_iter().collect();
        return Chosen {
            rows: vec![0],
            why: "the lines name their fields themselves".to_owned(),
            columns: columns(&first, rows, layout),
        };
    }
    match headings {
        Headings::None => return none("it was said that there are no headings"),
        Headings::Rows(first, last) => {
            let said: Vec<&Row> = rows
                .iter()
                .filter(|row| (*first..=*last).contains(&row.number))
                .collect();
            let mut numbers: Vec<u64> = said.iter().map(|row| row.number).collect();
            if numbers.is_empty() {
                numbers.push(*last);
            }
            return Chosen {
                rows: numbers,
                why: "it was said that the headings are there".to_owned(),
                columns: columns(&said, rows, layout),
            };
        }
        Headings::Find => {}
    }
    let widest = rows.iter().map(Row::filled).max().unwrap_or_default();
    let mut best: Option<(usize, usize, Score)> = None;
    for (at, row) in rows.iter().enumerate() {
        let Some(score) = score(rows, at, row, widest) else {
            continue;
        };
        // A row further down has to be clearly better: each row below costs as much as one percent of a share.
        let sum = score.sum().saturating_sub(at);
        if best.as_ref().is_none_or(|(_, other, _)| sum > *other) {
            best = Some((at, sum, score));
        }
    }
    let Some((at, _, score)) =
        best.filter(|(_, _, score)| score.known > 0 || score.contrast > 0 || score.words == 100)
    else {
        return none("no row reads like headings");
    };
    let chosen = pair(rows, at, layout);
    let numbers: Vec<u64> = chosen.iter().map(|row| row.number).collect();
    let which = match numbers.as_slice() {
        [first, last] => format!("rows {first} and {last}"),
        _ => format!("row {}", numbers.first().copied().unwrap_or_default()),
    };
    let why = format!(
        "{which}: {} % of the widest row is filled, {} % of it are words, {} % are names of known fields, and {} % of the cells \
         below stand under one of them",
        score.wide, score.words, score.known, score.covered
    );
    Chosen {
        rows: numbers,
        why,
        columns: columns(&chosen, rows, layout),
    }
}

fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or_default()
}

/// Words, and neither a number, a date, an address nor a whole sentence.
fn words(cell: &Cell) -> bool {
    let text = cell.text.trim();
    let data = text.contains('@')
        || text.chars().count() > LONGEST
        || !text.contains(char::is_alphabetic)
        || text.starts_with("http")
        || crate::clean::Observed::reads_as_day(cell, &crate::clean::Column::default());
    cell.kind == Kind::Text && !cell.formula && !data
}

fn data(cell: &Cell) -> bool {
    cell.kind != Kind::Text
        || cell
            .text
            .contains(|letter: char| letter.is_ascii_digit() || letter == '@')
}

fn score(rows: &[Row], at: usize, row: &Row, widest: usize) -> Option<Score> {
    let cells: Vec<(u32, &Cell)> = row.cells().filter(|(_, cell)| !cell.blank()).collect();
    let count = cells.len();
    if count == 0 || (count == 1 && widest > 1) {
        return None;
    }
    let words = cells.iter().filter(|(_, cell)| words(cell)).count();
    if words * 2 < count {
        return None;
    }
    let different: HashSet<String> = cells.iter().map(|(_, cell)| fold(&cell.text)).collect();
    let known = cells
        .iter()
        .filter(|(_, cell)| known_heading(&heading_name(&cell.text).0))
        .count();
    let below = rows.get(at + 1..).unwrap_or_default();
    let below = below.get(..BELOW.min(below.len())).unwrap_or_default();
    let (mut covered, mut all) = (0, 0);
    for (column, _) in below
        .iter()
        .flat_map(|row| row.cells().filter(|(_, cell)| !cell.blank()))
    {
        all += 1;
        covered += usize::from(cells.iter().any(|(other, _)| *other == column));
    }
    let contrast = cells.iter().filter(|(column, cell)| {
        let under: Vec<&Cell> = below
            .iter()
            .filter_map(|row| row.cell(*column))
            .filter(|cell| !cell.blank())
            .collect();
        !data(cell)
            && under.len() > 1
            && under.iter().filter(|cell| data(cell)).count() * 2 > under.len()
    });
    Some(Score {
        wide: percent(count, widest),
        words: percent(words, count),
        different: percent(different.len(), count),
        covered: if all == 0 { 100 } else { percent(covered, all) },
        known: percent(known, count),
        contrast: percent(contrast.count(), count),
    })
}

/// The chosen row, and the one above or below it if one heading spans several of the other.
fn pair<'a>(rows: &'a [Row], at: usize, layout: &Layout) -> Vec<&'a Row> {
    let Some(row) = rows.get(at) else {
        return Vec::new();
    };
    let above = at.checked_sub(1).and_then(|before| rows.get(before));
    let spans = |upper: &Row, lower: &Row| {
        upper.number + 1 == lower.number
            && lower.cells().all(|(_, cell)| cell.blank() || words(cell))
            && layout.merged.iter().any(|area| {
                let under = |column| lower.cell(column).is_some_and(|cell| !cell.blank());
                area.first_row == upper.number
                    && area.last_row == upper.number
                    && area.last_column > area.first_column
                    && (area.first_column..=area.last_column)
                        .filter(|column| under(*column))
                        .count()
                        > 1
            })
            && upper.filled() > 1
    };
    if let Some(upper) = above.filter(|upper| spans(upper, row)) {
        return vec![upper, row];
    }
    match rows.get(at + 1).filter(|lower| spans(row, lower)) {
        Some(lower) => vec![row, lower],
        None => vec![row],
    }
}

/// The headings of rows, or the letters of columns that hold something where there are none.
fn columns(header: &[&Row], rows: &[Row], layout: &Layout) -> Vec<Heading> {
    let widest = |rows: &[&Row]| {
        let last = rows.iter().filter_map(|row| row.cells().next_back());
        last.map(|(column, _)| column + 1).max().unwrap_or_default()
    };
    let all: Vec<&Row> = rows.iter().collect();
    let spanned = layout
        .merged
        .iter()
        .filter(|area| header.iter().any(|row| row.number == area.first_row));
    let end = spanned
        .map(|area| area.last_column + 1)
        .max()
        .unwrap_or_default();
    let end = end.min(widest(&all));
    let width = widest(if header.is_empty() { &all } else { header }).max(end);
    let mut found = Vec::new();
    for column in 0..width {
        let mut written: Vec<&str> = Vec::new();
        for row in header {
            let text = text_at(row, column, layout, header.len() > 1);
            if !text.is_empty() && written.last() != Some(&text) {
                written.push(text);
            }
        }
        let written = written.join("\n");
        let (name, required) = heading_name(&written);
        let named = !name.is_empty();
        if !header.is_empty() && !named {
            continue;
        }
        found.push(Heading {
            column,
            name: if named { name } else { letters(column) },
            written,
            named,
            required,
            hidden: layout.hidden(column),
            ..Heading::default()
        });
    }
    found
}

/// The text of a heading; that of a merged cell for all of its columns, if there are several rows of headings.
fn text_at<'a>(row: &'a Row, column: u32, layout: &Layout, spread: bool) -> &'a str {
    let text = row.text(column);
    if !text.trim().is_empty() || !spread {
        return text;
    }
    let area = layout.merged.iter().find(|area| {
        area.first_row == row.number && (area.first_column..=area.last_column).contains(&column)
    });
    area.map_or("", |area| row.text(area.first_column))
}

/// A heading in one line, without what marks it as required, and whether something does.
pub fn heading_name(written: &str) -> (String, bool) {
    let visible: String = written
        .chars()
        .map(|letter| {
            if crate::clean::is_blank(letter) {
                ' '
            } else {
                letter
            }
        })
        .collect();
    let mut name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut required = false;
    loop {
        let lower = name.to_lowercase();
        let marks = [
            "*",
            "(required)",
            "(mandatory)",
            "(pflicht)",
            "(pflichtfeld)",
            "(obligatoire)",
            "(obligatorio)",
        ];
        if let Some(mark) = marks
            .iter()
            .find(|mark| lower.ends_with(*mark) || lower.starts_with(*mark))
        {
            required = true;
            let at = if lower.ends_with(mark) {
                name.len().saturating_sub(mark.len())
            } else {
                0
            };
            let rest = if at == 0 {
                name.get(mark.len()..)
            } else {
                name.get(..at)
            };
            name = rest.unwrap_or_default().trim().into();
        } else if let Some(bare) = name.strip_suffix(':') {
            name = bare.trim().into();
        } else {
            return (name, required);
        }
    }
}
