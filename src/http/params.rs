//! The parameters of a GraphQL request, from a body or from a query string.

use async_graphql::{Value, Variables};
use serde::Deserialize;

use super::Refusal;

/// What a client asks for. `extensions` are checked to be a map, and then not used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// The text of the document.
    pub query: String,
    /// Empty if the client sent none, or null.
    pub variables: Variables,
    /// Which operation to run; an empty name is no name.
    pub operation_name: Option<String>,
}

/// The parameters before their types are checked. Unknown ones are skipped unread.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Untyped {
    query: Option<Value>,
    variables: Option<Value>,
    operation_name: Option<Value>,
    extensions: Option<Value>,
}

impl Params {
    /// Reads the JSON body of a POST. `serde_json` refuses more than 127 levels by itself.
    ///
    /// # Errors
    /// `Malformed` if it is not JSON, is a batch, or a parameter is missing or of a wrong type.
    pub fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        // serde would read a list as a struct without names.
        if body.trim_ascii_start().starts_with(b"[") {
            return Err(malformed(
                "batches are not supported: send one request at a time",
            ));
        }
        serde_json::from_slice::<Untyped>(body)
            .map_err(|error| {
                Refusal::Malformed(format!(
                    "the body is not a JSON object of parameters: {error}"
                ))
            })?
            .typed()
    }

    /// Reads the query string of a GET, in which `variables` and `extensions` are JSON.
    ///
    /// # Errors
    /// `Malformed` if a parameter is missing, given twice, or of a wrong type.
    pub fn from_query_string(text: &str) -> Result<Self, Refusal> {
        let mut untyped = Untyped::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let (parameter, is_json) = match &*key {
                "query" => (&mut untyped.query, false),
                "operationName" => (&mut untyped.operation_name, false),
                "variables" => (&mut untyped.variables, true),
                "extensions" => (&mut untyped.extensions, true),
                _ => continue,
            };
            if parameter.is_some() {
                return Err(Refusal::Malformed(format!("`{key}` is given twice")));
            }
            *parameter = match is_json {
                true if value.is_empty() => None,
                true => serde_json::from_str(&value)
                    .map_err(|error| Refusal::Malformed(format!("`{key}` is not JSON: {error}")))?,
                false => Some(Value::String(value.into_owned())),
            };
        }
        untyped.typed()
    }
}

impl Untyped {
    fn typed(self) -> Result<Params, Refusal> {
        let query = match self.query {
            Some(Value::String(query)) => query,
            None | Some(Value::Null) => return Err(malformed("`query` is missing")),
            Some(_) => return Err(malformed("`query` must be a string")),
        };
        let operation_name = match self.operation_name {
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            None | Some(Value::Null) => None,
            Some(_) => return Err(malformed("`operationName` must be a string or null")),
        };
        let variables = match self.variables {
            Some(variables @ Value::Object(_)) => Variables::from_value(variables),
            None | Some(Value::Null) => Variables::default(),
            Some(_) => return Err(malformed("`variables` must be an object or null")),
        };
        match self.extensions {
            None | Some(Value::Null | Value::Object(_)) => Ok(Params {
                query,
                variables,
                operation_name,
            }),
            Some(_) => Err(malformed("`extensions` must be an object or null")),
        }
    }
}

fn malformed(message: &str) -> Refusal {
    Refusal::Malformed(message.to_owned())
}
