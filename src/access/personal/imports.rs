//! The registry of imports and feeds: what they keep of people goes with them, and after a while by itself.

use super::registry::Nature::{Neutral, OfAnother, Secret};
use super::registry::{Fate, Owner, Table};

/// The tables of imports and feeds.
pub(super) const IMPORTS: &[Table] = &[
    Table {
        name: "import",
        kind: "",
        // Whose import it is says nothing more than that: headings and totals.
        owner: Owner::Nobody,
        fate: Fate::Follow("account"),
        columns: &[
            (
                Neutral,
                "id kind status account_id settings mapping detected totals upload_expires_at file_bytes uploaded_at position",
            ),
            (
                Neutral,
                "leased_by leased_until created_at planned_at ended_at name failure",
            ),
            (Secret, "upload_token_hash"),
        ],
    },
    Table {
        name: "import_chunk",
        kind: "",
        // Of the imports that hold a row about the person.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[(Neutral, "import_id number"), (OfAnother, "bytes")],
    },
    Table {
        name: "import_row",
        kind: "",
        // By what they are about, and by the keys of these rows.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (
                Neutral,
                "id import_id number stage place action target_id kept state version_after",
            ),
            (OfAnother, "key given changes problems cleanings"),
        ],
    },
    Table {
        name: "source_version",
        kind: "",
        // By the keys of the rows about the person.
        owner: Owner::Nobody,
        fate: Fate::Deleted,
        columns: &[
            (Neutral, "kind source version updated_at"),
            (OfAnother, "external_id"),
        ],
    },
];
