//! What mutations answer, where it is nothing but the changed thing and what stood in the way.

/// Names a payload: `payload!(RoleCreatePayload, role: Role, "role", "roleCreate")`.
#[macro_export]
macro_rules! payload {
    ($name:ident, $field:ident: $object:ty, $what:literal, $mutation:literal) => {
        #[doc = concat!("What ", $mutation, " answers.")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            #[doc = concat!("The ", $what, " as it is now; null when the change was refused, or a new one only validated.")]
            $field: Option<$object>,
            /// Why nothing was changed; empty when it was.
            user_errors: Vec<$crate::error::UserError>,
        }
    };
}

/// Names the payload of a deletion: `deletion!(RoleDeletePayload, "roleDelete")`.
#[macro_export]
macro_rules! deletion {
    ($name:ident, $mutation:literal) => {
        #[doc = concat!("What ", $mutation, " answers.")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            /// The id that is gone; null when the deletion was refused.
            deleted_id: Option<async_graphql::ID>,
            /// Why nothing was changed; empty when it was.
            user_errors: Vec<$crate::error::UserError>,
        }
    };
}
