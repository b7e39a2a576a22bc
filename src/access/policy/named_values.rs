//! The rules about the named values that are nothing but a name.

use super::{everything, everywhere_or_nothing, nothing};
use crate::access::guarded::{Action, Guarded};
use crate::access::{Permission, Viewer};
use entity::ids::{BusinessCategoryId, OrganizationTypeId};
use entity::{business_category, organization_type};
use sea_orm::{Condition, DbBackend};

/// Kinds of organization and lines of business: every signed-in viewer sees them, and they are changed by whoever may change
/// organizations everywhere.
macro_rules! named_value_policy {
    ($($entity:ident, $id:ident, $kind:literal);+ $(;)?) => {$(
        impl Guarded for $entity::Entity {
            type Id = $id;
            const KIND: &'static str = $kind;
            const ID: $entity::Column = $entity::Column::Id;

            fn id_of(row: &$entity::Model) -> $id {
                row.id
            }

            fn permission(action: Action) -> Option<Permission> {
                (action != Action::View).then_some(Permission::OrganizationEdit)
            }

            fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
                match action {
                    Action::View if viewer.is_signed_in() => everything(),
                    Action::View => nothing(),
                    _ => everywhere_or_nothing::<Self>(viewer, action),
                }
            }
        }
    )+};
}

named_value_policy! {
    organization_type, OrganizationTypeId, "organizationType";
    business_category, BusinessCategoryId, "businessCategory";
}
