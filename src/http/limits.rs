//! Every limit that the HTTP face enforces, in one place.

/// A limit of which a signed-in caller gets more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// For callers without a token.
    pub anonymous: u32,
    /// For callers with a valid token.
    pub signed_in: u32,
}

impl Tier {
    /// The limit for this caller.
    #[must_use]
    pub const fn of(self, signed_in: bool) -> u32 {
        if signed_in {
            self.signed_in
        } else {
            self.anonymous
        }
    }
}

/// What one request, and the server as a whole, may take up.
///
/// Each figure is the most that is still allowed. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body, checked while reading.
    pub body_bytes: Tier,
    /// Lexical tokens of a document.
    pub tokens: Tier,
    /// Open `{`, `[` and `(` at any place of a document. Parser, validation and the drop of a
    /// document recurse by it, so it is what keeps them on the stack.
    pub bracket_depth: u32,
    /// `@` in a document, on whatever they stand.
    pub directives: u32,
    /// Levels of fields, leaves included, fragments followed.
    pub selection_depth: u32,
    /// The same below `__schema` and `__type`: the introspection query of graphql-js has 15.
    pub introspection_depth: u32,
    /// Lists of fields or types within each other below `__schema` and `__type`; each level
    /// multiplies by the size of the schema. The introspection query of graphql-js has 1.
    pub introspection_lists: u32,
    /// `__schema` among the root fields; aliases could repeat it.
    pub introspection_schemas: u32,
    /// `__type` among the root fields.
    pub introspection_types: u32,
    /// Fields at the root of an operation, fragments followed.
    pub root_fields: Tier,
    /// Root fields that look at a password or a token, of which an operation may hold one: aliases shall buy no guesses.
    pub credential_fields: &'static [&'static str],
    /// Aliases, fragments followed. An operation that introspects gets the anonymous figure.
    pub aliases: Tier,
    /// Operations in a document. Only one runs, but all are validated.
    pub operations: u32,
    /// Fragment definitions in a document.
    pub fragments: u32,
    /// Fields of an operation after its fragments are expanded.
    pub expanded_fields: Tier,
    /// Objects that an operation can touch if every page is full; see [`super::guard`].
    pub cost: Tier,
    /// Fields that an operation can resolve if every page is full, leaves included: cost does not
    /// count those, but thousands of them in each row hold a core for seconds.
    pub resolved_fields: Tier,
    /// Rows of a page: what cost counts for a larger or wrong `first` or `last`.
    pub page: u32,
    /// Items of a list argument, such as ids to look up, that cost counts as one row.
    pub items_per_row: u32,
    /// Lists and objects within each other in a variable or an argument.
    pub variables_depth: u32,
    /// Items of one list in the input.
    pub list_input: u32,
    /// Values in the variables, and in the arguments of an operation with its variables filled
    /// in. Text counts one more for each full KiB.
    pub variables_values: u32,
    /// Errors in one answer; the rest is left out and counted.
    pub errors: u32,
    /// Time to authenticate, and again to execute.
    pub request_ms: u32,
    /// Time for the head of a request, also the time that a connection may idle.
    pub header_ms: u32,
    /// Time for the body of a request.
    pub body_ms: u32,
    /// Bytes of a file that is sent for an import.
    pub upload_bytes: u32,
    /// Time that such a file may stand still on its way.
    pub upload_idle_ms: u32,
    /// Open connections; further ones wait in the kernel's queue.
    pub connections: u32,
    /// Requests that are authenticated or executed at the same time; further ones are refused. Those that look at a password or a
    /// token wait for their turn at hashing, so they get half of the places.
    pub in_flight: u32,
    /// Exports that are made at the same time, of one account one; further ones are refused.
    pub exports: u32,
    /// Time for a client to take a piece of an export, of which there is one for each thousand rows.
    pub export_stall_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: Tier {
                anonymous: 256 * 1024,
                signed_in: 1024 * 1024,
            },
            tokens: Tier {
                anonymous: 2_000,
                signed_in: 5_000,
            },
            bracket_depth: 40,
            directives: 20,
            selection_depth: 12,
            introspection_depth: 20,
            introspection_lists: 2,
            introspection_schemas: 1,
            introspection_types: 5,
            root_fields: Tier {
                anonymous: 10,
                signed_in: 50,
            },
            credential_fields: &[],
            aliases: Tier {
                anonymous: 15,
                signed_in: 100,
            },
            operations: 50,
            fragments: 50,
            expanded_fields: Tier {
                anonymous: 500,
                signed_in: 2_000,
            },
            cost: Tier {
                anonymous: 1_000,
                signed_in: 10_000,
            },
            resolved_fields: Tier {
                anonymous: 25_000,
                signed_in: 250_000,
            },
            page: 100,
            items_per_row: 10,
            variables_depth: 32,
            list_input: 500,
            variables_values: 10_000,
            errors: 20,
            request_ms: 10_000,
            header_ms: 10_000,
            body_ms: 15_000,
            upload_bytes: 512 * 1024 * 1024,
            upload_idle_ms: 15_000,
            connections: 1_024,
            in_flight: 256,
            exports: 8,
            export_stall_ms: 30_000,
        }
    }
}
