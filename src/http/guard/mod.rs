//! Decides whether a document is safe to hand to async-graphql.
//!
//! async-graphql expands each fragment spread again in several of its checks and recurses over
//! values, so a query of 1 KB can hold a core for minutes or end the process. No timeout helps,
//! as nothing in there waits. This guard therefore comes before everything else, is linear in
//! the document, and is meant for each way in: HTTP, sockets, tests.
//!
//! Cost is the number of objects that an operation touches if every page is full: a field with
//! selections counts 1 plus, for each row of its page, the cost of what it selects. Leaves are
//! free. `{ organizations(first: 50) { edges { node { id } } } }` costs 1 + 50 x 2 = 101. A list of
//! ids to look up makes rows as well, but cheap ones: ten items count as one row.

mod measure;
mod scan;
#[cfg(test)]
mod tests;
mod values;

use async_graphql::{
    Pos, Variables,
    parser::{
        self, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use self::{
    measure::{Measure, Walk},
    values::Scope,
};
use super::{Limit, Limits, Refusal};

pub use self::scan::scan;

/// Levels of selection sets, fragments followed. async-graphql refuses more in operations, yet
/// would follow fragments that no operation uses to any depth.
const NESTING: u32 = 32;

/// Root fields of [`Limits::credential_fields`] in one operation.
const CREDENTIALS: u32 = 1;

/// What is known about a document that may be executed.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Of the operation that will run.
    pub operation_type: OperationType,
    /// Its name; `None` if it has none.
    pub operation_name: Option<String>,
    /// Objects that it can touch.
    pub cost: u64,
    /// Its fields, fragments expanded.
    pub fields: u64,
    /// Whether it asks for `__schema` or `__type`.
    pub introspects: bool,
    /// Whether it looks at a password or a token.
    pub tries_credentials: bool,
}

/// Scans and parses a document.
///
/// # Errors
/// `Limit` for the first limit found exceeded that has nothing to do with variables. `Document` if it does not parse.
pub fn read(query: &str, limits: &Limits, signed_in: bool) -> Result<ExecutableDocument, Refusal> {
    scan(query, limits, signed_in)?;
    let document = parse_query(query).map_err(|error| syntax_error(&error))?;
    check_definitions(&document, limits)?;
    Ok(document)
}

/// Measures a document that was [`read`].
///
/// Only the operation that will run has a cost. All other limits hold for every operation and
/// every fragment, as all of them are validated.
///
/// # Errors
/// `Limit` for the first limit found exceeded. `Document` if it has circular fragments, lacks a
/// required variable, or if `operation_name` does not settle what to run.
pub fn check(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
    limits: &Limits,
    signed_in: bool,
) -> Result<Checked, Refusal> {
    let (operation_name, operation) = operation_to_run(document, operation_name)?;
    values::check_required(&operation.variable_definitions, variables)?;
    let scope = Scope::new(variables, operation, limits)?;
    let walk = Walk::over(&document.fragments, &scope, limits)?;
    for fragment in walk.fragments() {
        check_selections(fragment, limits, signed_in)?;
    }
    for (_, other) in document.operations.iter() {
        check_operation(&walk.operation(&other.node)?, limits, signed_in)?;
    }
    let measure = walk.operation(operation)?;
    at_most(measure.cost, limits.cost.of(signed_in), Limit::Cost)?;
    at_most(
        measure.resolved,
        limits.resolved_fields.of(signed_in),
        Limit::ResolvedFields,
    )?;

    let operation_type = operation.ty;
    let operation_name = operation_name.map(str::to_owned);
    Ok(Checked {
        operation_type,
        operation_name,
        cost: measure.cost,
        fields: measure.fields,
        introspects: measure.introspects(),
        tries_credentials: measure.credentials > 0,
    })
}

fn check_definitions(document: &ExecutableDocument, limits: &Limits) -> Result<(), Limit> {
    let (operations, fragments) = (document.operations.iter().len(), document.fragments.len());
    if operations > limits.operations as usize {
        return Err(Limit::Operations(limits.operations));
    }
    if fragments > limits.fragments as usize {
        return Err(Limit::Fragments(limits.fragments));
    }
    for (_, operation) in document.operations.iter() {
        values::check_defaults(&operation.node.variable_definitions, limits)?;
    }
    Ok(())
}

fn check_operation(measure: &Measure, limits: &Limits, signed_in: bool) -> Result<(), Limit> {
    // Not for fragments: those of an introspection query are deeper.
    at_most(measure.depth, limits.selection_depth, Limit::SelectionDepth)?;
    at_most(
        measure.root_fields,
        limits.root_fields.of(signed_in),
        Limit::RootFields,
    )?;
    at_most(measure.credentials, CREDENTIALS, Limit::Credentials)?;
    at_most(
        measure.schemas,
        limits.introspection_schemas,
        Limit::IntrospectionSchemas,
    )?;
    at_most(
        measure.types,
        limits.introspection_types,
        Limit::IntrospectionTypes,
    )?;
    if measure.introspects() {
        at_most(measure.aliases, limits.aliases.anonymous, Limit::Aliases)?;
    }
    check_selections(measure, limits, signed_in)
}

fn check_selections(measure: &Measure, limits: &Limits, signed_in: bool) -> Result<(), Limit> {
    at_most(
        measure.aliases,
        limits.aliases.of(signed_in),
        Limit::Aliases,
    )?;
    at_most(
        measure.fields,
        limits.expanded_fields.of(signed_in),
        Limit::ExpandedFields,
    )?;
    at_most(measure.nesting, NESTING, Limit::Nesting)?;
    values::input_values(measure.input, limits)
}

fn at_most(count: u64, most: u32, limit: impl Fn(u32) -> Limit) -> Result<(), Limit> {
    if count > u64::from(most) {
        Err(limit(most))
    } else {
        Ok(())
    }
}

/// The operation that `name` names, or the only one.
fn operation_to_run<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<&'a str>, &'a OperationDefinition), Refusal> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok((None, &operation.node)),
        (DocumentOperations::Multiple(operations), Some(name)) => operations
            .get_key_value(name)
            .map(|(name, operation)| (Some(name.as_str()), &operation.node))
            .ok_or_else(|| Refusal::document(format!("the query has no operation named `{name}`"))),
        (DocumentOperations::Single(_), Some(name)) => Err(Refusal::document(format!(
            "the query has no operation named `{name}`"
        ))),
        (DocumentOperations::Multiple(operations), None) => {
            let mut operations = operations.iter();
            match (operations.next(), operations.next()) {
                (Some((name, operation)), None) => Ok((Some(name.as_str()), &operation.node)),
                _ => Err(Refusal::document(
                    "the query has several operations: `operationName` must name one",
                )),
            }
        }
    }
}

/// The parser's message draws the offending line, which can be the whole query. Its last line
/// says what was expected.
fn syntax_error(error: &parser::Error) -> Refusal {
    let text = error.to_string();
    let expected = text
        .lines()
        .last()
        .unwrap_or_default()
        .trim()
        .trim_start_matches("= ");
    let locations: Vec<Pos> = error.positions().collect();
    Refusal::Document {
        message: format!("the query does not parse: {expected}"),
        locations,
    }
}
