//! Why a request was not executed, in words that the client may read.

use async_graphql::Pos;
use axum::http::StatusCode;

use super::negotiate::MediaType;

/// A limit that was exceeded, with its value, the one of the like name in [`super::Limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    #[error("the query has more than {0} tokens")]
    Tokens(u32),
    #[error("the query nests brackets deeper than {0}")]
    BracketDepth(u32),
    #[error("the query has more than {0} directives")]
    Directives(u32),
    #[error("the query has more than {0} operations")]
    Operations(u32),
    #[error("the query has more than {0} fragments")]
    Fragments(u32),
    #[error("the query nests fragments and fields deeper than {0}")]
    Nesting(u32),
    #[error("the query selects fields deeper than {0}")]
    SelectionDepth(u32),
    #[error("the query introspects deeper than {0}")]
    IntrospectionDepth(u32),
    #[error("the query nests lists of introspection deeper than {0}")]
    IntrospectionLists(u32),
    #[error("the query asks for `__schema` more than {0} times")]
    IntrospectionSchemas(u32),
    #[error("the query asks for `__type` more than {0} times")]
    IntrospectionTypes(u32),
    #[error("the query has more than {0} root fields")]
    RootFields(u32),
    #[error("the query has more than {0} field that looks at a password or a token")]
    Credentials(u32),
    #[error("the query has more than {0} aliases, fragments expanded")]
    Aliases(u32),
    #[error("the query has more than {0} fields, fragments expanded")]
    ExpandedFields(u32),
    #[error("the query can touch more than {0} objects; ask for smaller pages")]
    Cost(u32),
    #[error("the query can resolve more than {0} fields; ask for smaller pages")]
    ResolvedFields(u32),
    #[error("the input nests deeper than {0}")]
    InputDepth(u32),
    #[error("a list in the input has more than {0} items")]
    ListInput(u32),
    #[error("the input has more than {0} values")]
    InputValues(u32),
}

/// Why a request was not executed. The message of each is meant for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What HTTP carries is wrong: JSON, parameters. Status 400 in every media type.
    #[error("{0}")]
    Malformed(String),
    /// The document is wrong, which is a request error of GraphQL.
    #[error("{message}")]
    Document {
        /// What is wrong, in one line.
        message: String,
        /// Where in the document, the most important place first.
        locations: Vec<Pos>,
    },
    #[error(transparent)]
    Limit(#[from] Limit),
    #[error("the body is larger than {0} bytes")]
    BodyTooLarge(u32),
    #[error("the body did not arrive within {0} ms")]
    BodyTooSlow(u32),
    /// `allow` is the value of the `Allow` header.
    #[error("this can only be sent by {allow}")]
    MethodNotAllowed { allow: &'static str },
    #[error("the body must be application/json in UTF-8, without content-encoding")]
    UnsupportedMediaType,
    #[error("answers are application/json or application/graphql-response+json")]
    NotAcceptable,
    #[error("there is nothing at this address")]
    NotFound,
    /// A token was sent, but it means nothing (any more).
    #[error("the token is not valid; sign in again")]
    Unauthenticated,
    #[error("{0}")]
    Forbidden(String),
    #[error("an export of yours is under way; wait for its end")]
    ExportUnderWay,
    /// There is no place for it in a file of the format that was asked for.
    #[error("{0}")]
    ExportTooLarge(String),
    /// Too much work is in flight, or something we depend on is away.
    #[error("the server is busy; try again")]
    Unavailable,
    #[error("the answer took longer than {0} ms")]
    TooSlow(u32),
    #[error("the answer took longer than {0} ms; the write may still finish")]
    WriteUnfinished(u32),
    #[error("something went wrong on our side")]
    Internal,
}

impl Refusal {
    /// The value of `extensions.code`, one of those that api.graphql lists (T-170).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_)
            | Self::Document { .. }
            | Self::BodyTooSlow(_)
            | Self::MethodNotAllowed { .. }
            | Self::UnsupportedMediaType
            | Self::NotAcceptable => "BAD_REQUEST",
            Self::Limit(_)
            | Self::BodyTooLarge(_)
            | Self::ExportUnderWay
            | Self::ExportTooLarge(_) => "LIMIT_EXCEEDED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Unavailable | Self::TooSlow(_) | Self::WriteUnfinished(_) => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// The HTTP status. Only request errors of GraphQL depend on the media type.
    #[must_use]
    pub const fn status(&self, media: MediaType) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Document { .. } | Self::Limit(_) => media.request_error_status(),
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::ExportUnderWay => StatusCode::TOO_MANY_REQUESTS,
            Self::ExportTooLarge(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable | Self::TooSlow(_) | Self::WriteUnfinished(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A document that is wrong as a whole.
    pub(super) fn document(message: impl Into<String>) -> Self {
        Self::Document {
            message: message.into(),
            locations: Vec::new(),
        }
    }
}
