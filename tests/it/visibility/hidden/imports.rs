//! The same for imports.

use super::cases::{Case, Stage};
use serde_json::json;

pub fn cases(stage: &Stage) -> Vec<Case<'_>> {
    let (editor, import) = (&stage.editor, &stage.import);
    let other = stage.hidden[1].as_str();
    let own = json!({ "id": "@", "fields": [] });
    let mut cases: Vec<Case<'_>> = vec![(editor, "fieldOwnersSet", other, own)];
    for mutation in [
        "importPlan",
        "importApply",
        "importUndo",
        "importCancel",
        "importMap",
    ] {
        cases.push((editor, mutation, import, json!({ "id": "@" })));
    }
    cases
}
