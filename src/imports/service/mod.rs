//! The use cases of imports and bulk upserts.
//!
//! `batch` decides about rows and writes them, whatever they are about; `upsert` is one call of it; `plan`, `apply` and `undo` go through a
//! file batch by batch, each of them one transaction that also says how far it has come.

mod apply;
mod batch;
mod books;
mod contacts;
mod file;
mod foresight;
mod kind;
mod mapping;
mod new_groups;
mod one_by_one;
mod orders;
pub mod organizations;
mod owners;
mod plan;
mod prices;
mod refresh;
mod settings;
mod staging;
mod survey;
mod undo;
mod upload;
mod upsert;
mod work;

pub use books::{CancelImport, CreateImport};
pub use kind::Kind;
pub use mapping::{DeleteMapping, SetLayout, SetMapping, mapping_of, problems_of, survey_of};
pub use organizations::UpsertOrganizations;
pub use owners::{OwnFields, Owning};
pub use settings::{Layout, MOST_DEACTIVATED_PERCENT, Settings, Totals};
pub use survey::Survey;
pub use upload::{Upload, look_at, look_at_path};
pub use upsert::{ShownRow, Upsert, UpsertContacts};
pub use work::{Work, begin, go_on, pick_up};
