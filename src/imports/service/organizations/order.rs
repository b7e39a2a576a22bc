//! In which order the rows of a file are dealt with, and which of them cannot be carried out whatever comes of the others.

use super::cells::misnamed;
use super::decide::is_gone;
use super::tree::Tree;
use super::{BY_NAME, PARENT, PARENT_NAME, Says};
use crate::access::{StagedRow, WriteTx};
use crate::error::{Error, Result};
use crate::imports::rules::forest::{Hangs, Node, Stands};
use crate::imports::rules::{Given, Problem, RowIn};
use crate::text::{fold, sort_key};
use entity::ids::ImportId;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Rows that are read at once.
const PAGE: u64 = 1_000;
/// The same, as a length.
const FAULTS_AT_ONCE: usize = 1_000;
const UNKNOWN: Node = Node::MAX;

/// A row of the file: what is kept of it while the order is found.
struct Entry {
    number: i64,
    node: Node,
    stage: u32,
    faulty: bool,
}

/// A page of rows, read.
type Pageful = Vec<(RowIn, StagedRow)>;

/// What the names that rows give their parents mean.
#[derive(Default)]
struct Names(HashMap<[u64; 2], Vec<(Node, Option<String>)>>);

impl Names {
    fn note(&mut self, hashed: [u64; 2], node: Node, key: Option<&str>) {
        if let Some(found) = self.0.get_mut(&hashed)
            && !found.iter().any(|(other, _)| *other == node)
        {
            found.push((node, key.map(str::to_owned)));
        }
    }
}

/// Says at which stage and place each staged row of an import comes, and which rows are refused whatever comes of the others: those in or
/// below a cycle, those whose parent is not the only one of its name, and those that would lie too deep. That a parent is nowhere is found out
/// when the row is judged.
///
/// A stage is a level of the tree as it would be, from 0 for roots on; in each, rows with the same parent lie together. Rows whose parent is nowhere become roots
/// where `roots_for_unknown_parents` (T-160). A parent that is named becomes one of that externalId, where it has one.
///
/// # Errors
/// Faults of the database only.
pub async fn order(
    tx: &mut WriteTx,
    import: ImportId,
    roots_for_unknown_parents: bool,
) -> Result<()> {
    let mut tree = Tree::default();
    let mut names = Names::default();
    let mut entries = Vec::new();
    let mut after = i64::MIN;
    while let Some(rows) = next_page(tx, import, &mut after).await? {
        note_page(tx, &mut tree, &mut names, &mut entries, &rows).await?;
    }
    if !names.0.is_empty() {
        let mut after = i64::MIN;
        while let Some(rows) = next_page(tx, import, &mut after).await? {
            find_names(tx, &mut tree, &mut names, &rows).await?;
        }
    }
    let mut faults = Faults::of(import);
    if !names.0.is_empty() || roots_for_unknown_parents {
        let mut after = i64::MIN;
        while let Some(rows) = next_page(tx, import, &mut after).await? {
            let roots = roots_for_unknown_parents;
            let corrected = correct(&mut tree, &names, &rows, roots, &mut faults)?;
            tx.correct_import_rows(import, &corrected).await?;
        }
    }
    drop(names);
    place(tx, &tree, entries, &mut faults).await
}

async fn next_page(tx: &mut WriteTx, id: ImportId, after: &mut i64) -> Result<Option<Pageful>> {
    let rows = tx.staged_import_rows(id, *after, PAGE).await?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    *after = last.number;
    let read = rows.into_iter().map(|mut staged| {
        let given = std::mem::take(&mut staged.given);
        let (fields, version) = serde_json::from_value(given).map_err(Error::internal)?;
        let row = RowIn {
            number: staged.number,
            fields,
            version,
        };
        Ok((row, staged))
    });
    read.collect::<Result<_>>().map(Some)
}

async fn note_page(
    tx: &mut WriteTx,
    tree: &mut Tree,
    names: &mut Names,
    entries: &mut Vec<Entry>,
    rows: &Pageful,
) -> Result<()> {
    let keys = rows.iter().map(|(_, staged)| staged.key.as_str());
    let keys = keys.filter(|key| !key.is_empty());
    let parents = rows.iter().filter_map(|(row, _)| match Says::of(row) {
        Says::Key(key) => Some(key),
        _ => None,
    });
    tree.look_up(tx, keys.chain(parents)).await?;
    for (row, staged) in rows {
        let says = says_of(row);
        if let Says::Name(name) = says {
            let hashed = tree.hash(&fold(name));
            names.0.entry(hashed).or_default();
        }
        let node = tree.node_of_key(&staged.key);
        let node = node.filter(|_| !staged.key.is_empty());
        if let Some(node) = node {
            let hangs = tree.hangs(says);
            tree.forest.note(node, row.number, hangs);
        }
        entries.push(Entry {
            number: row.number,
            node: node.unwrap_or(UNKNOWN),
            stage: 1,
            faulty: staged.faulty,
        });
    }
    Ok(())
}

/// What a row says of its parent, which counts for nothing where it is left out.
pub(super) fn says_of(row: &RowIn) -> Says<'_> {
    match is_gone(row) {
        Some(_) => Says::Nothing,
        None => Says::of(row),
    }
}

async fn find_names(
    tx: &mut WriteTx,
    tree: &mut Tree,
    names: &mut Names,
    rows: &Pageful,
) -> Result<()> {
    let mut asked = BTreeSet::new();
    for (row, staged) in rows {
        if let Says::Name(name) = says_of(row)
            && !name.contains('\0')
        {
            asked.insert(sort_key(name));
        }
        let node = tree.node_of_key(&staged.key);
        let first = node.filter(|node| tree.forest.row_of(*node) == Some(row.number));
        if let Some((node, name)) = first.zip(row.text("name")) {
            let key = Some(staged.key.as_str()).filter(|key| !key.starts_with(BY_NAME));
            names.note(tree.hash(&fold(name)), node, key);
        }
    }
    let asked: Vec<_> = asked.into_iter().collect();
    let found = tx.organizations_named(&asked).await?;
    let ids: Vec<_> = found.iter().map(|named| named.id).collect();
    tree.look_above(tx, &ids).await?;
    for named in found {
        let node = tree.node_of(named.id);
        let hashed = tree.hash(&fold(&named.name));
        names.note(hashed, node, named.external_id.as_deref());
    }
    Ok(())
}

/// The rows of a page whose parents are named or nowhere, with what they are taken to give.
fn correct(
    tree: &mut Tree,
    names: &Names,
    rows: &Pageful,
    roots: bool,
    faults: &mut Faults,
) -> Result<Vec<(i64, serde_json::Value)>> {
    let mut corrected = Vec::new();
    for (row, staged) in rows {
        let node = tree.node_of_key(&staged.key).unwrap_or(UNKNOWN);
        let mut take = |given: Given| -> Result<()> {
            let mut fields = row.fields.clone();
            fields.remove(PARENT_NAME);
            fields.insert(PARENT.to_owned(), given);
            let given = serde_json::to_value((fields, row.version)).map_err(Error::internal)?;
            corrected.push((row.number, given));
            Ok(())
        };
        match says_of(row) {
            Says::Key(key) => {
                let parent = tree.node_of_key(key);
                if roots && parent.is_some_and(|parent| tree.is_nowhere(parent)) {
                    tree.forest.note(node, row.number, Hangs::Root);
                    take(Given::Clear)?;
                }
            }
            Says::Name(name) => match names.0.get(&tree.hash(&fold(name))).map(Vec::as_slice) {
                Some([(parent, key)]) => {
                    tree.forest.note(node, row.number, Hangs::Below(*parent));
                    if let Some(key) = key {
                        take(Given::Text(key.clone()))?;
                    }
                }
                None | Some([]) if roots => {
                    tree.forest.note(node, row.number, Hangs::Root);
                    take(Given::Clear)?;
                }
                found => {
                    let problem = misnamed(found.map_or(0, <[_]>::len));
                    faults.known.insert(row.number);
                    if !staged.faulty {
                        faults.add(row.number, problem)?;
                    }
                }
            },
            Says::Nothing | Says::Root => {}
        }
    }
    Ok(corrected)
}

/// Why rows are refused, until it is written down.
struct Faults {
    import: ImportId,
    found: Vec<(i64, serde_json::Value)>,
    /// Rows about which more is not to be said.
    known: HashSet<i64>,
}

impl Faults {
    fn of(import: ImportId) -> Self {
        Self {
            import,
            found: Vec::new(),
            known: HashSet::new(),
        }
    }

    fn add(&mut self, number: i64, problem: Problem) -> Result<()> {
        let told = serde_json::to_value([problem]).map_err(Error::internal)?;
        self.found.push((number, told));
        Ok(())
    }

    async fn write(&mut self, tx: &mut WriteTx, at_least: usize) -> Result<()> {
        if self.found.len() >= at_least {
            tx.fault_import_rows(self.import, &self.found).await?;
            self.found.clear();
        }
        Ok(())
    }
}

/// Writes down where each row comes, and what is wrong with those that come nowhere.
async fn place(
    tx: &mut WriteTx,
    tree: &Tree,
    mut entries: Vec<Entry>,
    faults: &mut Faults,
) -> Result<()> {
    let levels = tree.forest.levels();
    let mut last = 1;
    for entry in &mut entries {
        if entry.node == UNKNOWN {
            continue;
        }
        let stands = levels.of(entry.node);
        entry.stage = match stands {
            Stands::On(level) => level,
            _ => u32::MAX,
        };
        if entry.stage != u32::MAX {
            last = last.max(entry.stage);
        }
        let counts = tree.forest.row_of(entry.node) == Some(entry.number);
        if counts
            && !entry.faulty
            && !faults.known.contains(&entry.number)
            && let Some(problem) = tree.fault(&stands, tx.max_depth())
        {
            faults.add(entry.number, problem)?;
            faults.write(tx, FAULTS_AT_ONCE).await?;
        }
    }
    faults.write(tx, 1).await?;
    entries.sort_unstable_by_key(|entry| (entry.stage, entry.number));
    let mut placed: Vec<u32> = vec![0; tree.forest.len()];
    let mut places = Vec::new();
    let mut next: u32 = 0;
    for stage in entries.chunk_by_mut(|one, other| one.stage == other.stage) {
        stage.sort_by_cached_key(|entry| {
            let above = tree.forest.above(entry.node);
            let of_above = above.and_then(|above| placed.get(above as usize).copied());
            (of_above.unwrap_or_default(), above, entry.number)
        });
        for entry in stage {
            next = next.saturating_add(1);
            if let Some(place) = placed.get_mut(entry.node as usize) {
                *place = next;
            }
            // Roots are at stage 0: they build upon no other row.
            let stage = entry.stage.min(last.saturating_add(1)).saturating_sub(1);
            let stage = i32::try_from(stage).unwrap_or(i32::MAX);
            places.push((entry.number, stage, i64::from(next)));
            if places.len() >= FAULTS_AT_ONCE {
                tx.place_import_rows(faults.import, &places).await?;
                places.clear();
            }
        }
    }
    tx.place_import_rows(faults.import, &places).await
}
