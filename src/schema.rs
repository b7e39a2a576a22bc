//! The roof: the features put together into one schema. Nothing imports it but the application.

use crate::accounts::mutation::manage::AccountMutation;
use crate::accounts::mutation::password::PasswordMutation;
use crate::accounts::mutation::sign_in::SignInMutation;
use crate::accounts::query::AccountQuery;
use crate::accounts::service::Desk;
use crate::addresses::mutation::AddressMutation;
use crate::contact_notes::mutation::ContactNoteMutation;
use crate::contacts::mutation::ConsentMutation;
use crate::contacts::mutation::ContactMutation;
use crate::contacts::query::ContactQuery;
use crate::customer_groups::mutation::CustomerGroupMutation;
use crate::customer_groups::query::CustomerGroupQuery;
use crate::customers::mutation::CustomerMutation;
use crate::customers::mutation::link::CustomerLinkMutation;
use crate::customers::query::CustomerQuery;
use crate::imports::mutation::contacts::ContactUpsertMutation;
use crate::imports::mutation::mapping::ImportMappingMutation;
use crate::imports::mutation::organizations::OrganizationUpsertMutation;
use crate::imports::mutation::owners::FieldOwnerMutation;
use crate::imports::mutation::run::ImportMutation;
use crate::imports::query::ImportQuery;
use crate::markets::mutation::MarketMutation;
use crate::markets::query::MarketQuery;
use crate::named_values::mutation::NamedValueMutation;
use crate::named_values::query::NamedValueQuery;
use crate::node::NodeQuery;
use crate::orders::mutation::manage::OrderMutation;
use crate::orders::mutation::place::OrderPlaceMutation;
use crate::orders::query::OrderQuery;
use crate::organizations::mutation::OrganizationMutation;
use crate::organizations::query::OrganizationQuery;
use crate::personal_data::mutation::PersonalDataMutation;
use crate::prices::mutation::PriceMutation;
use crate::prices::query::PriceQuery;
use crate::roles::mutation::RoleMutation;
use crate::roles::query::RoleQuery;
use crate::sales_reps::mutation::SalesRepMutation;
use crate::sales_reps::query::SalesRepQuery;
use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, SchemaBuilder};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    AccountQuery,
    RoleQuery,
    OrganizationQuery,
    ContactQuery,
    CustomerGroupQuery,
    NamedValueQuery,
    MarketQuery,
    PriceQuery,
    OrderQuery,
    CustomerQuery,
    SalesRepQuery,
    ImportQuery,
);

/// Everything that can be changed. Each mutation is one transaction; several in one operation run one after the other.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SignInMutation,
    PasswordMutation,
    AccountMutation,
    RoleMutation,
    OrganizationMutation,
    ContactMutation,
    ConsentMutation,
    ContactNoteMutation,
    PersonalDataMutation,
    AddressMutation,
    CustomerGroupMutation,
    NamedValueMutation,
    MarketMutation,
    PriceMutation,
    OrderPlaceMutation,
    OrderMutation,
    CustomerMutation,
    CustomerLinkMutation,
    SalesRepMutation,
    ContactUpsertMutation,
    OrganizationUpsertMutation,
    FieldOwnerMutation,
    ImportMutation,
    ImportMappingMutation,
);

/// The schema, ready to run.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Deeper than any operation that the guard lets through; its own limits are the ones that count.
const RECURSION: usize = 64;

/// Builds the schema. `suggestions`: whether a misspelt name is answered with similar ones.
#[must_use]
pub fn build(suggestions: bool, desk: Desk) -> Schema {
    let builder = builder().data(desk);
    if suggestions {
        builder.finish()
    } else {
        builder.disable_suggestions().finish()
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_recursive_depth(RECURSION)
}

/// The schema in its own language, sorted, as committed in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .use_space_ident()
        .include_specified_by();
    builder().finish().sdl_with_options(options)
}
