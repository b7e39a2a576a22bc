//! Measures a parsed document without expanding a fragment twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_graphql::{
    Name, Positioned,
    parser::types::{Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use super::values::Scope;
use crate::http::{Limit, Limits, Refusal};

/// What a selection set amounts to, whatever stands around it.
///
/// Sums and products stay at the largest number instead of wrapping around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// Levels of fields, leaves included, without what is below `__schema` and `__type`.
    pub depth: u64,
    /// Levels of selection sets, those of fragments included.
    pub nesting: u64,
    /// All fields.
    pub fields: u64,
    /// Fields that are not within another field.
    pub root_fields: u64,
    /// Those among the root fields that look at a password or a token.
    pub credentials: u64,
    /// `__schema` among the root fields.
    pub schemas: u64,
    /// `__type` among the root fields.
    pub types: u64,
    /// Nested lists, as far as these names mean lists, which they do in introspection.
    pub lists: u64,
    pub aliases: u64,
    /// Weight of all arguments.
    pub input: u64,
    /// Objects: a field with selections counts 1, and what is below it once for each row.
    pub cost: u64,
    /// The same for all fields.
    pub resolved: u64,
}

impl Measure {
    /// Both, side by side.
    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            fields: self.fields.saturating_add(other.fields),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            credentials: self.credentials.saturating_add(other.credentials),
            schemas: self.schemas.saturating_add(other.schemas),
            types: self.types.saturating_add(other.types),
            lists: self.lists.max(other.lists),
            aliases: self.aliases.saturating_add(other.aliases),
            input: self.input.saturating_add(other.input),
            cost: self.cost.saturating_add(other.cost),
            resolved: self.resolved.saturating_add(other.resolved),
        }
    }

    fn of_input(weight: u64) -> Self {
        Self {
            input: weight,
            ..Self::default()
        }
    }

    pub(super) const fn introspects(&self) -> bool {
        self.schemas > 0 || self.types > 0
    }
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Measures selection sets. Recurses within one definition only, by its brackets.
pub(super) struct Walk<'a> {
    limits: &'a Limits,
    scope: &'a Scope<'a>,
    measured: BTreeMap<&'a str, Measure>,
}

impl<'a> Walk<'a> {
    /// Measures all fragments, each after those that it spreads.
    ///
    /// # Errors
    /// `Document` if fragments spread each other in a circle, and what [`Self::selections`] says.
    pub(super) fn over(
        fragments: &'a Fragments,
        scope: &'a Scope<'a>,
        limits: &'a Limits,
    ) -> Result<Self, Refusal> {
        let mut walk = Self {
            limits,
            scope,
            measured: BTreeMap::new(),
        };
        for (name, fragment) in innermost_first(fragments)? {
            let selections = walk.selections(&fragment.selection_set.node)?;
            let directives = Measure::of_input(scope.weigh_directives(&fragment.directives)?);
            walk.measured.insert(name, selections.and(directives));
        }
        Ok(walk)
    }

    /// # Errors
    /// What [`Self::selections`] says.
    pub(super) fn operation(&self, operation: &OperationDefinition) -> Result<Measure, Limit> {
        let mut measure = self.selections(&operation.selection_set.node)?;
        let definitions = operation.variable_definitions.iter();
        for directives in definitions
            .map(|definition| &definition.node.directives)
            .chain([&operation.directives])
        {
            measure = measure.and(Measure::of_input(self.scope.weigh_directives(directives)?));
        }
        Ok(measure)
    }

    pub(super) fn fragments(&self) -> impl Iterator<Item = &Measure> {
        self.measured.values()
    }

    /// # Errors
    /// Arguments hold too long a list or nest too deep, or introspection does.
    fn selections(&self, set: &SelectionSet) -> Result<Measure, Limit> {
        let mut all = Measure::default();
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.node.selection_set.node)?
                }
                // Validation refuses the spread of an unknown fragment.
                Selection::FragmentSpread(spread) => self
                    .measured
                    .get(spread.node.fragment_name.node.as_str())
                    .copied()
                    .unwrap_or_default(),
            };
            let directives = self.scope.weigh_directives(selection.node.directives())?;
            all = all.and(one).and(Measure::of_input(directives));
        }
        all.nesting = all.nesting.saturating_add(1);
        Ok(all)
    }

    fn field(&self, field: &Field) -> Result<Measure, Limit> {
        let below = if field.selection_set.node.items.is_empty() {
            Measure::default()
        } else {
            self.selections(&field.selection_set.node)?
        };
        let name = field.name.node.as_str();
        let introspects = matches!(name, "__schema" | "__type");
        if introspects {
            self.check_introspection(below)?;
        }
        let is_list = matches!(
            name,
            "fields" | "inputFields" | "interfaces" | "possibleTypes"
        );
        let is_leaf = below.fields == 0;
        let rows = if is_leaf { 1 } else { self.scope.rows(field) };
        Ok(Measure {
            depth: if introspects {
                0
            } else {
                below.depth.saturating_add(1)
            },
            nesting: below.nesting,
            fields: below.fields.saturating_add(1),
            root_fields: 1,
            credentials: u64::from(self.limits.credential_fields.contains(&name)),
            schemas: u64::from(name == "__schema"),
            types: u64::from(name == "__type"),
            lists: below.lists.saturating_add(u64::from(is_list)),
            aliases: below
                .aliases
                .saturating_add(u64::from(field.alias.is_some())),
            input: below
                .input
                .saturating_add(self.scope.weigh_arguments(field)?),
            cost: if is_leaf {
                0
            } else {
                below.cost.saturating_mul(rows).saturating_add(1)
            },
            resolved: below.resolved.saturating_mul(rows).saturating_add(1),
        })
    }

    fn check_introspection(&self, below: Measure) -> Result<(), Limit> {
        let (depth, lists) = (
            self.limits.introspection_depth,
            self.limits.introspection_lists,
        );
        if below.depth >= u64::from(depth) {
            return Err(Limit::IntrospectionDepth(depth));
        }
        if below.lists > u64::from(lists) {
            Err(Limit::IntrospectionLists(lists))
        } else {
            Ok(())
        }
    }
}

/// The fragments, each after those that it spreads.
///
/// A loop instead of recursion, so that a long chain of fragments cannot fill the stack.
fn innermost_first(fragments: &Fragments) -> Result<Vec<(&str, &FragmentDefinition)>, Refusal> {
    let mut waiting: BTreeMap<&str, (&FragmentDefinition, BTreeSet<&str>)> = fragments
        .iter()
        .map(|(name, fragment)| {
            let mut spreads = BTreeSet::new();
            collect_spreads(&fragment.node.selection_set.node, &mut spreads);
            spreads.retain(|spread| fragments.contains_key(*spread));
            (name.as_str(), (&fragment.node, spreads))
        })
        .collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready: Vec<&str> = waiting
            .iter()
            .filter(|(_, (_, spreads))| spreads.is_empty())
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            return Err(Refusal::document(
                "the fragments of the query spread each other in a circle",
            ));
        }
        for name in ready {
            if let Some((fragment, _)) = waiting.remove(name) {
                ordered.push((name, fragment));
            }
            for (_, spreads) in waiting.values_mut() {
                spreads.remove(name);
            }
        }
    }
    Ok(ordered)
}

fn collect_spreads<'a>(set: &'a SelectionSet, spreads: &mut BTreeSet<&'a str>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => collect_spreads(&field.node.selection_set.node, spreads),
            Selection::InlineFragment(inline) => {
                collect_spreads(&inline.node.selection_set.node, spreads);
            }
            Selection::FragmentSpread(spread) => {
                spreads.insert(spread.node.fragment_name.node.as_str());
            }
        }
    }
}
