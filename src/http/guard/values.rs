//! Weighs input: variables, their defaults, and the arguments in a document.

use std::{collections::BTreeMap, convert::Infallible};

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, Field, OperationDefinition, VariableDefinition},
};

use crate::http::{Limit, Limits, Refusal};

/// The variables as one operation sees them: those of the request, else its defaults.
pub(super) struct Scope<'a> {
    limits: &'a Limits,
    values: BTreeMap<&'a str, (&'a Value, u64)>,
}

impl<'a> Scope<'a> {
    /// # Errors
    /// The variables nest too deep, hold too long a list, or are too many values.
    pub(super) fn new(
        sent: &'a Variables,
        operation: &'a OperationDefinition,
        limits: &'a Limits,
    ) -> Result<Self, Limit> {
        let mut total = 0_u64;
        let mut values = BTreeMap::new();
        for (name, value) in sent.iter() {
            let weight = weigh(value, limits)?;
            total = total.saturating_add(weight);
            values.insert(name.as_str(), (value, weight));
        }
        input_values(total, limits)?;
        for definition in &operation.variable_definitions {
            if let Some(value) = &definition.node.default_value {
                let weight = weigh(&value.node, limits)?;
                values
                    .entry(definition.node.name.node.as_str())
                    .or_insert((&value.node, weight));
            }
        }
        Ok(Self { limits, values })
    }

    /// How many rows the field can have: 1 unless its arguments say more.
    ///
    /// `first` and `last` count at most `limits.page`. What cannot be a number of rows counts as
    /// a whole page: the schema refuses it later.
    pub(super) fn rows(&self, field: &Field) -> u64 {
        let rows = field.arguments.iter().map(|(name, value)| {
            let mut variable = None;
            let Ok(literal) = value.node.clone().into_const_with(|name| {
                variable = self.values.get(name.as_str());
                Ok::<_, Infallible>(Value::Null)
            });
            // If nothing is left of the argument, it was null or a variable.
            let value = match (&literal, variable) {
                (Value::Null, Some((value, _))) => value,
                _ => &literal,
            };
            match (name.node.as_str(), value) {
                ("first" | "last", value) => page_size(value, self.limits.page),
                (_, Value::List(items)) => {
                    let items = u64::try_from(items.len()).unwrap_or(u64::MAX);
                    items.div_ceil(self.limits.items_per_row.max(1).into())
                }
                _ => 1,
            }
        });
        rows.max().unwrap_or(1).max(1)
    }

    /// Weight of the arguments of a field, its variables filled in.
    pub(super) fn weigh_arguments(&self, field: &Field) -> Result<u64, Limit> {
        let arguments = field.arguments.iter();
        sum(arguments.map(|(_, value)| {
            self.weigh_filled_in(|fill| value.node.clone().into_const_with(fill))
        }))
    }

    /// The same for directives.
    pub(super) fn weigh_directives(
        &self,
        directives: &[Positioned<Directive>],
    ) -> Result<u64, Limit> {
        let arguments = directives
            .iter()
            .flat_map(|directive| &directive.node.arguments);
        sum(arguments.map(|(_, value)| {
            self.weigh_filled_in(|fill| value.node.clone().into_const_with(fill))
        }))
    }

    /// Weight of one argument, which `convert` clones with the given filling of its variables.
    ///
    /// A reference weighs as much as its variable: execution fills in a copy for each. The type
    /// of an argument is not exported by async-graphql; converted, it becomes one that is.
    fn weigh_filled_in(
        &self,
        convert: impl FnOnce(
            &mut dyn FnMut(Name) -> Result<Value, Infallible>,
        ) -> Result<Value, Infallible>,
    ) -> Result<u64, Limit> {
        let mut referenced = 0_u64;
        let Ok(literals) = convert(&mut |name| {
            let weight = self
                .values
                .get(name.as_str())
                .map_or(0, |(_, weight)| *weight);
            referenced = referenced.saturating_add(weight);
            Ok(Value::Null)
        });
        Ok(weigh(&literals, self.limits)?.saturating_add(referenced))
    }
}

/// Defaults are validated even if their operation does not run.
pub(super) fn check_defaults(
    definitions: &[Positioned<VariableDefinition>],
    limits: &Limits,
) -> Result<(), Limit> {
    let defaults = definitions
        .iter()
        .filter_map(|definition| definition.node.default_value.as_ref());
    input_values(
        sum(defaults.map(|value| weigh(&value.node, limits)))?,
        limits,
    )
}

/// async-graphql runs an operation without its required variables as long as no argument misses
/// them; the specification has it refused.
pub(super) fn check_required(
    definitions: &[Positioned<VariableDefinition>],
    sent: &Variables,
) -> Result<(), Refusal> {
    for definition in definitions
        .iter()
        .filter(|definition| !definition.node.var_type.node.nullable)
    {
        let name = &definition.node.name.node;
        let is_given = match sent.get(name.as_str()) {
            None => definition.node.default_value.is_some(),
            Some(value) => *value != Value::Null,
        };
        if !is_given {
            let message = format!("the variable `${name}` is required");
            return Err(Refusal::Document {
                message,
                locations: vec![definition.pos],
            });
        }
    }
    Ok(())
}

/// # Errors
/// `total` is above `limits.variables_values`.
pub(super) fn input_values(total: u64, limits: &Limits) -> Result<(), Limit> {
    let most = limits.variables_values;
    if total > u64::from(most) {
        Err(Limit::InputValues(most))
    } else {
        Ok(())
    }
}

fn page_size(rows: &Value, most: u32) -> u64 {
    let most = u64::from(most);
    match rows {
        Value::Null => 1,
        Value::Number(number) => number.as_u64().map_or(most, |rows| rows.clamp(1, most)),
        _ => most,
    }
}

fn sum(mut weights: impl Iterator<Item = Result<u64, Limit>>) -> Result<u64, Limit> {
    weights.try_fold(0_u64, |total, weight| Ok(total.saturating_add(weight?)))
}

/// One for each value, and one more for each full KiB of text.
fn weigh(value: &Value, limits: &Limits) -> Result<u64, Limit> {
    weigh_below(value, limits.variables_depth, limits)
}

fn weigh_below(value: &Value, depth_left: u32, limits: &Limits) -> Result<u64, Limit> {
    let weigh_inner = |inner: &Value| match depth_left.checked_sub(1) {
        Some(depth_left) => weigh_below(inner, depth_left, limits),
        None => Err(Limit::InputDepth(limits.variables_depth)),
    };
    let below = match value {
        Value::List(items) if items.len() > limits.list_input as usize => {
            return Err(Limit::ListInput(limits.list_input));
        }
        Value::List(items) => sum(items.iter().map(weigh_inner))?,
        Value::Object(fields) => sum(fields
            .iter()
            .map(|(name, field)| Ok(weigh_inner(field)?.saturating_add(full_kib(name)))))?,
        Value::String(text) => full_kib(text),
        _ => 0,
    };
    Ok(below.saturating_add(1))
}

fn full_kib(text: &str) -> u64 {
    u64::try_from(text.len() / 1024).unwrap_or(u64::MAX)
}
