//! The eight requests, as GraphQL and as the floor's addresses.

mod pick;
mod prepare;

pub use prepare::{Prepared, Side, prepare, unmake};

/// One of the eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Query {
    /// A contact by id, with its effective group, its organization and the parent of that.
    Q1,
    /// 100 contacts from anywhere in the list, with account, roles, groups, organization and parent.
    Q2,
    /// A tree of five levels with five contacts each.
    Q3,
    /// What lies above an organization far down.
    Q4,
    /// About a thousand organizations below one, flat, with groups.
    Q5,
    /// 50 contacts by the beginning of their e-mail, from anywhere in the list.
    Q6,
    /// A contact is created.
    M1,
    /// 200 variants priced for a contact.
    P1,
}

impl Query {
    pub const ALL: [Self; 8] = [
        Self::Q1,
        Self::Q2,
        Self::Q3,
        Self::Q4,
        Self::Q5,
        Self::Q6,
        Self::M1,
        Self::P1,
    ];

    /// The document. Fields are those that the floor answers.
    pub const fn document(self) -> &'static str {
        match self {
            Self::Q1 => {
                "query Q1($id: ID!) { contact(id: $id) { id fullName email version effectiveCustomerGroup { id name }
                organization { id name parent { id name } } } }"
            }
            Self::Q2 => {
                "query Q2($after: String) { contacts(first: 100, after: $after) { nodes { id fullName email
                customerGroup { id name } effectiveCustomerGroup { id name } organization { id name parent { id name } }
                account { id login active roles { id scope role { id name } } } } pageInfo { hasNextPage endCursor } } }"
            }
            Self::Q3 => {
                "query Q3($id: ID!) { organization(id: $id) { ...own children(first: 10) { nodes { ...own
                children(first: 10) { nodes { ...own children(first: 10) { nodes { ...own children(first: 10) { nodes { ...own } }
                } } } } } } } }
                fragment own on Organization { id name contacts(first: 5) { nodes { id fullName } } }"
            }
            Self::Q4 => {
                "query Q4($id: ID!) { organization(id: $id) { id name ancestors { id name } } }"
            }
            // The server has no longer pages than 100, so this is asked until there is no further one.
            Self::Q5 => {
                "query Q5($id: ID!, $after: String) { organization(id: $id) { id descendants(first: 100, after: $after) {
                nodes { id name customerGroup { id name } parent { id } } pageInfo { hasNextPage endCursor } } } }"
            }
            Self::Q6 => {
                "query Q6($prefix: String!, $after: String) { contacts(filter: {emailPrefix: $prefix}, first: 50, after: $after,
                orderBy: {field: EMAIL, direction: ASC}) { nodes { id fullName email } pageInfo { hasNextPage endCursor } } }"
            }
            Self::M1 => {
                "mutation M1($input: ContactCreateInput!) { contactCreate(input: $input) { contact { id fullName version }
                userErrors { code message path } } }"
            }
            Self::P1 => {
                "query P1($contact: ID!, $codes: [String!]!, $market: String!) { prices(variantCodes: $codes, market: $market,
                contactId: $contact) { variantCode unitPrice { amount currencyCode } source } }"
            }
        }
    }
}
