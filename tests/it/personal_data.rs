//! All that is known of a person: exported, erased, and told apart column by column.

mod columns;
mod erased;
mod exported;
mod ordering;
mod races;
mod rights;
mod story;
mod traces;

pub const ERASE: &str = "mutation($input: ContactEraseInput!) { contactErase(input: $input) {
    contact { id fullName email erasedAt version organization { id } account { id } addresses { id } } userErrors { code message path } } }";
pub const EXPORT: &str = "mutation($input: ContactExportInput!) { contactExport(input: $input) {
    export userErrors { code message path } } }";
