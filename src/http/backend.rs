//! What the HTTP face asks of the product behind it.

use async_graphql::{Request, Response, parser::types::OperationType};

use super::{Limits, Refusal};

/// The product, as far as HTTP needs to know it.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Who is asking.
    type Caller: Send + 'static;

    /// Finds out who sent `token`; no token is the anonymous caller.
    ///
    /// Runs before the body is read, within `Limits::request_ms`.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that means nothing, on every operation (T-193);
    /// `Unavailable` or `Internal` if that cannot be found out.
    fn authenticate(
        &self,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Self::Caller, Refusal>> + Send;

    /// Whether the caller gets the limits of [`super::Tier::signed_in`].
    fn is_signed_in(caller: &Self::Caller) -> bool;

    /// Runs a checked request, which already carries its parsed document.
    ///
    /// A query is dropped if the client hangs up or `Limits::request_ms` have passed. A mutation
    /// is driven by a task of its own and always runs to its end.
    fn execute(
        &self,
        caller: Self::Caller,
        request: Request,
        facts: RequestFacts,
    ) -> impl Future<Output = Response> + Send;

    /// The limits to enforce. Those of connections and admission are read once, at the start.
    fn limits(&self) -> &Limits;

    /// Whether the caller may ask for `__schema` and `__type`.
    fn introspection(&self, caller: &Self::Caller) -> bool;
}

/// What is known about a request before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    /// Never a subscription.
    pub operation_type: OperationType,
    /// As written in the document; `None` if the operation has no name.
    pub operation_name: Option<String>,
    /// The client's `x-request-id` if it is harmless, else a new one. The answer repeats it.
    pub request_id: String,
    /// Objects that the operation can touch; see [`super::guard`].
    pub cost: u64,
    /// Fields of the operation, fragments expanded.
    pub fields: u64,
}
