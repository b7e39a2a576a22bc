//! The schema as a file that clients generate code from.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

/// Regenerate with `cargo run -- schema > schema.graphql`, and say in CHANGELOG.md what changed for clients.
#[test]
fn the_committed_schema_is_the_one_that_the_code_makes() {
    let committed = include_str!("../../schema.graphql");
    assert!(
        committed == guildhall::schema::sdl(),
        "schema.graphql is out of date: cargo run -- schema > schema.graphql"
    );
}

#[test]
fn every_type_field_argument_and_enum_value_has_a_description() {
    let document = parse_schema(guildhall::schema::sdl()).expect("a schema that parses");
    let mut without = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let definition = definition.node;
        let name = definition.name.node;
        let mut note = |described: bool, what: String| {
            if !described {
                without.push(what);
            }
        };
        note(definition.description.is_some(), name.to_string());
        match definition.kind {
            TypeKind::Object(async_graphql::parser::types::ObjectType { fields, .. })
            | TypeKind::Interface(async_graphql::parser::types::InterfaceType { fields, .. }) => {
                for field in fields {
                    let path = format!("{name}.{}", field.node.name.node);
                    note(field.node.description.is_some(), path.clone());
                    for argument in field.node.arguments {
                        let described = argument.node.description.is_some();
                        note(described, format!("{path}({})", argument.node.name.node));
                    }
                }
            }
            TypeKind::Enum(values) => {
                for value in values.values {
                    let described = value.node.description.is_some();
                    note(described, format!("{name}.{}", value.node.value.node));
                }
            }
            TypeKind::InputObject(input) => {
                for field in input.fields {
                    let described = field.node.description.is_some();
                    note(described, format!("{name}.{}", field.node.name.node));
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert_eq!(without, Vec::<String>::new());
}

/// The habits of the schema: mutations take one input and answer a payload with `userErrors`, both nullable where a client needs it.
#[test]
fn every_mutation_takes_one_input_and_answers_a_nullable_payload_with_user_errors() {
    let sdl = guildhall::schema::sdl();
    let document = parse_schema(&sdl).expect("a schema that parses");
    let types: Vec<_> = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        })
        .collect();
    let fields_of = |wanted: &str| {
        let found = types
            .iter()
            .find(|definition| definition.name.node == wanted);
        match &found.unwrap_or_else(|| panic!("a type {wanted}")).kind {
            TypeKind::Object(object) => object.fields.clone(),
            _ => panic!("{wanted} is not an object"),
        }
    };
    for field in fields_of("Mutation") {
        let field = field.node;
        let name = field.name.node.to_string();
        let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        assert_eq!(field.arguments.len(), 1, "{name}");
        let argument = &field.arguments[0].node;
        assert_eq!(argument.name.node, "input", "{name}");
        assert_eq!(argument.ty.node.to_string(), format!("{upper}Input!"));
        assert_eq!(field.ty.node.to_string(), format!("{upper}Payload"));
        let payload = fields_of(&format!("{upper}Payload"));
        let errors = payload
            .iter()
            .find(|field| field.node.name.node == "userErrors");
        let kind = errors.map(|field| field.node.ty.node.to_string());
        assert_eq!(kind.as_deref(), Some("[UserError!]!"), "{name}");
    }
}
