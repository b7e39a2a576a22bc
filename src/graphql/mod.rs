//! Building blocks of the schema that know no feature: ids, scalars, connections, what a resolver has at hand, and the boundary
//! where errors become answers.

pub mod at_once;
pub mod below;
pub mod connection;
pub mod context;
pub mod error_boundary;
pub mod global_id;
pub mod loading;
pub mod order;
pub mod payload;
pub mod scalars;
pub mod terms;
