//! The use cases of imports and bulk upserts.
//!
//! `batch` decides about rows and writes them, whatever they are about; `upsert` is one call of it; `plan`, `apply` and `undo` go through a
//! file batch by batch, each of them one transaction that also says how far it has come.

mod apply;
mod batch;
mod books;
mod contacts;
mod file;
mod json_lines;
mod one_by_one;
mod orders;
mod owners;
pub mod places;
mod plan;
mod prices;
pub mod refresh;
mod undo;
mod upsert;

pub use apply::{BeginApply, apply};
pub use batch::Kind;
pub use books::{CancelImport, CreateImport, Settings, Totals};
pub use owners::{OwnFields, Owning};
pub use plan::{BeginPlan, plan};
pub use undo::{BeginUndo, undo};
pub use upsert::{ShownRow, Upsert, UpsertContacts};
