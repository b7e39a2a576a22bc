//! The matrix of imports and feeds: its rows, and what each kind of viewer gets.

use super::{Objects, edges_of, rows_of, table};
use crate::support::each_engine;

pub const ROWS: &[(&str, &str)] = &[
    ("import", "id: @IMPORT"),
    ("imports", "first: 9"),
    ("importCreate", "kind: CONTACTS"),
    ("importPlan", "id: @IMPORT"),
    ("importApply", "id: @IMPORT"),
    ("importUndo", "id: @IMPORT"),
    ("importCancel", "id: @IMPORT"),
    ("importMap", "id: @IMPORT, saveAs: \"ours\""),
    ("importMappings", "first: 9"),
    ("importMappingDelete", "id: @MAPPING"),
    ("contactBulkUpsert", "rows: []"),
    (
        "contactBulkUpsert",
        "rows: [{ externalId: \"new\", fullName: \"X\", organizationExternalId: \"near-ltd\" }]",
    ),
    (
        "contactBulkUpsert",
        "rows: [{ externalId: \"new\", fullName: \"X\", organizationExternalId: \"far-ltd\" }]",
    ),
    ("fieldOwnersSet", "id: @CONTACT, fields: [\"phone\"]"),
    ("fieldOwnersSet", "id: @ORG, fields: [\"name\"]"),
    ("organizationBulkUpsert", "rows: []"),
    (
        "organizationBulkUpsert",
        "rows: [{ externalId: \"new\", name: \"X\", parentExternalId: \"near-ltd\" }]",
    ),
    (
        "organizationBulkUpsert",
        "rows: [{ externalId: \"new\", name: \"X\", parentExternalId: \"far-ltd\" }]",
    ),
];

pub const EDGES: &[(&str, &str)] = &[
    ("Import.totals", "import(id: @IMPORT) { @@ }"),
    ("Import.rows", "import(id: @IMPORT) { @@ }"),
    (
        "ImportRow.changes",
        "import(id: @IMPORT) { rows(first: 9) { nodes { @@ } } }",
    ),
    (
        "ImportRow.problems",
        "import(id: @IMPORT) { rows(first: 9) { nodes { @@ } } }",
    ),
    ("Import.file", "import(id: @IMPORT) { @@ }"),
    ("Import.mapping", "import(id: @IMPORT) { @@ }"),
    ("Import.leftColumns", "import(id: @IMPORT) { @@ }"),
    ("ImportFile.skipped", "import(id: @IMPORT) { file { @@ } }"),
    (
        "ImportMapping.fields",
        "node(id: @MAPPING) { ... on ImportMapping { @@ } }",
    ),
    (
        "ImportRow.cleanings",
        "import(id: @IMPORT) { rows(first: 9) { nodes { @@ } } }",
    ),
];

/// T-93, T-117: who may import what, and where each gets from an import.
#[tokio::test]
async fn what_each_viewer_gets_of_imports_is_as_written_here() {
    each_engine(async |world| {
        let objects = Objects::of_schema();
        let rows = rows_of(&objects, ROWS.iter()).chain(edges_of(&objects, EDGES.iter()));
        let lines = table(&world, rows).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @r#"
            | anonymous        | customer         | on behalf of it  | grant expired    | node viewer      | subtree editor   | subtree contacts | subtree accounts | global roles     | global viewer    | administrator    |
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | null             | IMPORT           | import(id: @IMPORT)
            | UNAUTHENTICATED  | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | none             | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | IMPORT           | imports(first: 9)
            | UNAUTHENTICATED  | forbidden        | forbidden        | forbidden        | forbidden        | ok               | forbidden        | forbidden        | forbidden        | forbidden        | ok               | importCreate(kind: CONTACTS)
            | UNAUTHENTICATED  | not_found        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | ok IMPORT        | importPlan(id: @IMPORT)
            | UNAUTHENTICATED  | not_found        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | conflict         | importApply(id: @IMPORT)
            | UNAUTHENTICATED  | not_found        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | conflict         | importUndo(id: @IMPORT)
            | UNAUTHENTICATED  | not_found        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | ok IMPORT        | importCancel(id: @IMPORT)
            | UNAUTHENTICATED  | not_found        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | ok IMPORT        | importMap(id: @IMPORT, saveAs: "ours")
            | UNAUTHENTICATED  | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | MAPPING          | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | MAPPING          | importMappings(first: 9)
            | UNAUTHENTICATED  | forbidden        | forbidden        | forbidden        | forbidden        | ok               | forbidden        | forbidden        | forbidden        | forbidden        | ok               | importMappingDelete(id: @MAPPING)
            | UNAUTHENTICATED  | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | contactBulkUpsert(rows: [])
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | contactBulkUpsert(rows: [{ externalId: "new", fullName: "X", organizationExternalId: "near-ltd" }])
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | contactBulkUpsert(rows: [{ externalId: "new", fullName: "X", organizationExternalId: "far-ltd" }])
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | forbidden        | ok               | ok               | not_found        | not_found        | forbidden        | ok               | fieldOwnersSet(id: @CONTACT, fields: ["phone"])
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | fieldOwnersSet(id: @ORG, fields: ["name"])
            | UNAUTHENTICATED  | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | organizationBulkUpsert(rows: [])
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | organizationBulkUpsert(rows: [{ externalId: "new", name: "X", parentExternalId: "near-ltd" }])
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | organizationBulkUpsert(rows: [{ externalId: "new", name: "X", parentExternalId: "far-ltd" }])
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | 1                | Import.totals of import(id: @IMPORT)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | importRow        | Import.rows of import(id: @IMPORT)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | none             | ImportRow.changes of import(id: @IMPORT) { rows(first: 9) { nodes } }
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | INVALID          | ImportRow.problems of import(id: @IMPORT) { rows(first: 9) { nodes } }
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | JSON_LINES       | Import.file of import(id: @IMPORT)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | externalId+email | Import.mapping of import(id: @IMPORT)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | shoeSize         | Import.leftColumns of import(id: @IMPORT)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | none             | ImportFile.skipped of import(id: @IMPORT) { file }
            | ·                | ·                | ·                | ·                | ·                | externalId+email | ·                | ·                | ·                | ·                | externalId+email | ImportMapping.fields of node(id: @MAPPING) { ... on ImportMapping }
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | none             | ImportRow.cleanings of import(id: @IMPORT) { rows(first: 9) { nodes } }
            "#);
        }
    })
    .await;
}
