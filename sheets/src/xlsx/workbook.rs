//! What a workbook says of itself: its sheets, its date system, and which part holds what.

use super::number::DateSystem;
use super::xml::{Node, Tag, Xml, yes};
use super::zip::Archive;
use crate::book::{Sheet, Visibility};
use crate::options::Limits;
use crate::refused::{Quantity, Refused};
use std::collections::HashMap;

/// What another part is to this one.
struct Relation {
    kind: String,
    target: String,
}

pub struct Workbook {
    pub sheets: Vec<Sheet>,
    /// The part that holds each sheet.
    pub parts: Vec<String>,
    pub date_system: DateSystem,
    pub styles: Option<String>,
    pub strings: Option<String>,
    pub links: bool,
    pub macros: bool,
}

impl Workbook {
    pub fn read(archive: &Archive, limits: &Limits) -> Result<Self, Refused> {
        let roots = relations(archive, "", limits)?;
        let main = roots
            .into_values()
            .find(|relation| relation.kind == "officeDocument")
            .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        let relations = relations(archive, &main, limits)?;
        let of_kind = |kind: &str| {
            relations
                .values()
                .find(|relation| relation.kind == kind)
                .map(|relation| relation.target.clone())
                .filter(|target| archive.holds(target))
        };
        let mut workbook = Self {
            sheets: Vec::new(),
            parts: Vec::new(),
            date_system: DateSystem::From1900,
            styles: of_kind("styles"),
            strings: of_kind("sharedStrings"),
            links: relations
                .values()
                .any(|relation| relation.kind == "externalLink"),
            macros: archive.names().any(|name| name.ends_with("vbaproject.bin")),
        };
        let mut xml = Xml::new(archive.part(&main)?, &main, limits);
        loop {
            match xml.next()? {
                Node::Open(element) if element.tag == Tag::WorkbookProperties => {
                    element.attributes(|name, value| {
                        if name == "date1904" && yes(value) {
                            workbook.date_system = DateSystem::From1904;
                        }
                    })?;
                }
                Node::Open(element) if element.tag == Tag::Sheet => {
                    let mut sheet = Sheet::default();
                    let mut relation = String::new();
                    element.attributes(|name, value| match name {
                        "name" => value.trim().clone_into(&mut sheet.name),
                        "state" => sheet.visibility = visibility(value),
                        "id" => value.clone_into(&mut relation),
                        _ => {}
                    })?;
                    // What is not a worksheet is a chart or a dialogue, and has no rows.
                    if let Some(part) = relations.get(&relation)
                        && part.kind == "worksheet"
                    {
                        workbook.sheets.push(sheet);
                        workbook.parts.push(part.target.clone());
                    }
                    if workbook.sheets.len() > limits.sheets {
                        return Err(Refused::TooMuch {
                            what: Quantity::Sheets,
                            limit: limits.sheets as u64,
                        });
                    }
                }
                Node::End => return Ok(workbook),
                _ => {}
            }
        }
    }
}

fn visibility(state: &str) -> Visibility {
    match state {
        "hidden" => Visibility::Hidden,
        "veryHidden" => Visibility::VeryHidden,
        _ => Visibility::Visible,
    }
}

/// The relations of a part by id; those that lead out of the workbook are left out.
fn relations(
    archive: &Archive,
    part: &str,
    limits: &Limits,
) -> Result<HashMap<String, Relation>, Refused> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let place = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let mut found = HashMap::new();
    if !archive.holds(&place) {
        return Ok(found);
    }
    let mut xml = Xml::new(archive.part(&place)?, &place, limits);
    loop {
        match xml.next()? {
            Node::Open(element) if element.tag == Tag::Relationship => {
                let (mut id, mut outside) = (String::new(), false);
                let mut relation = Relation {
                    kind: String::new(),
                    target: String::new(),
                };
                element.attributes(|name, value| match name {
                    "Id" => value.clone_into(&mut id),
                    "Type" => {
                        value
                            .rsplit('/')
                            .next()
                            .unwrap_or_default()
                            .clone_into(&mut relation.kind);
                    }
                    "Target" => relation.target = resolved(folder, value),
                    "TargetMode" => outside = value.eq_ignore_ascii_case("External"),
                    _ => {}
                })?;
                if !outside {
                    found.insert(id, relation);
                }
                if found.len() > 1_000 {
                    return Err(Refused::broken(&place, "it names too many parts"));
                }
            }
            Node::End => return Ok(found),
            _ => {}
        }
    }
}

/// The name of a part that another names from its folder.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}
