//! The rule about notes on contacts.

use super::contacts_within;
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::place::Way;
use crate::access::predicate::{belongs_to, reach_of};
use crate::access::{Permission, Viewer};
use entity::ids::ContactNoteId;
use entity::{contact, contact_note};
use sea_orm::{ColumnTrait, Condition, DbBackend};

versioned!(contact_note);

/// Notes on contacts: where the permission reaches the contact's organization, and only of contacts that the viewer may see. They are the
/// staff's: whom a note is about does not see it for that (T-211).
impl Guarded for contact_note::Entity {
    type Id = ContactNoteId;
    const KIND: &'static str = "contactNote";
    const ID: contact_note::Column = contact_note::Column::Id;

    fn id_of(row: &contact_note::Model) -> ContactNoteId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(if action == Action::View {
            Permission::ContactNoteView
        } else {
            Permission::ContactNoteEdit
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        let theirs = Condition::all()
            .add(reach_of::<Self>(viewer, action).over(
                contact::Column::OrganizationId.into_expr(),
                Way::Each,
                engine,
            ))
            .add(contacts_within(viewer, Action::View, Way::Each, engine));
        if theirs.is_empty() {
            return theirs;
        }
        belongs_to::<contact::Entity, _>(contact_note::Column::ContactId, theirs)
    }
}
