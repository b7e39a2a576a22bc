//! The rows of the matrix about what is kept of people: notes, consent, and all there is.

/// As [`super::rows::ROWS`].
pub const ROWS: &[(&str, &str)] = &[
    ("nodes", "ids: [@NOTE, @FAR_NOTE, @CUSTOMERS_NOTE]"),
    ("contactNoteCreate", "contactId: @CONTACT, title: \"X\""),
    ("contactNoteCreate", "contactId: @FAR_CONTACT, title: \"X\""),
    ("contactNoteUpdate", "id: @NOTE, title: \"X\""),
    ("contactNoteUpdate", "id: @FAR_NOTE, title: \"X\""),
    ("contactNoteDelete", "id: @NOTE"),
    ("contactNoteDelete", "id: @FAR_NOTE"),
    ("consentChange", "acceptsMarketing: true"),
    ("contactExport", "id: @CONTACT"),
    ("contactExport", "id: @CUSTOMER"),
    ("contactExport", "id: @FAR_CONTACT"),
    ("contactErase", "id: @CONTACT"),
    ("contactErase", "id: @CUSTOMER"),
    ("contactErase", "id: @FREE"),
    ("contactErase", "id: @FAR_FREE"),
];

/// As [`super::rows::EDGES`].
pub const EDGES: &[(&str, &str)] = &[
    ("Contact.notes", "contact(id: @CONTACT) { @@ }"),
    ("Contact.notes", "viewer { contact { @@ } }"),
    (
        "ContactNote.contact",
        "node(id: @NOTE) { ... on ContactNote { @@ } }",
    ),
    (
        "ContactNote.author",
        "node(id: @NOTE) { ... on ContactNote { @@ } }",
    ),
];
