//! The statements that both engines take as they are, and how their rows become the answers.

use super::json::{Cells, Json};
use entity::price::Amount;
use std::fmt::Write as _;
use uuid::Uuid;

pub const CONTACT: &str = "SELECT c.id, c.full_name, c.email, CAST(c.version AS bigint), e.id, e.name, o.id, o.name, p.id, p.name
    FROM contact c LEFT JOIN organization o ON o.id = c.organization_id LEFT JOIN organization p ON p.id = o.parent_id
    LEFT JOIN customer_group e ON e.id = coalesce(o.customer_group_id, c.customer_group_id) WHERE c.id = $1";

pub const PAGE: &str = "SELECT c.id, c.full_name, c.email, g.id, g.name, e.id, e.name, o.id, o.name, p.id, p.name, a.id, a.login, a.active
    FROM (SELECT * FROM contact WHERE (full_name_key, id) > ($1, $2) ORDER BY full_name_key, id LIMIT 101) c
    LEFT JOIN organization o ON o.id = c.organization_id LEFT JOIN organization p ON p.id = o.parent_id
    LEFT JOIN customer_group g ON g.id = c.customer_group_id
    LEFT JOIN customer_group e ON e.id = coalesce(o.customer_group_id, c.customer_group_id)
    LEFT JOIN account a ON a.contact_id = c.id ORDER BY c.full_name_key, c.id";

pub const ORGANIZATION: &str = "SELECT id, name FROM organization WHERE id = $1";

pub const ANCESTORS: &str =
    "SELECT o.id, o.name FROM organization_closure c JOIN organization o ON o.id = c.ancestor_id
    WHERE c.descendant_id = $1 AND c.distance > 0 ORDER BY c.distance";

pub const DESCENDANTS: &str = "SELECT o.id, o.name, g.id, g.name, o.parent_id FROM organization_closure c
    JOIN organization o ON o.id = c.descendant_id LEFT JOIN customer_group g ON g.id = o.customer_group_id
    WHERE c.ancestor_id = $1 AND c.distance > 0 ORDER BY o.name_key, o.id";

/// The position lies behind the beginning of the prefix. That as a second lower bound would make PostgreSQL read from there.
pub const BY_EMAIL: &str = "SELECT id, full_name, email FROM contact
    WHERE (email_key, id) > ($1, $2) AND email_key < $3 ORDER BY email_key, id LIMIT 51";

/// Rows of a page, and of a page of e-mails.
pub const PAGE_ROWS: usize = 100;
pub const EMAIL_ROWS: usize = 50;
/// Children and contacts of each organization in a tree, and levels of it.
pub const CHILDREN: usize = 10;
pub const PEOPLE: usize = 5;
pub const LEVELS: usize = 5;

/// A row of [`CONTACT`].
pub fn contact(out: &mut Json, row: &impl Cells) {
    out.raw("{").id("contact", row.uuid(0).unwrap_or_default());
    out.raw(",").field("fullName", row.text(1));
    out.raw(",").field("email", row.text(2));
    let _ = write!(out.0, ",\"version\":{},", row.number(3).unwrap_or_default());
    out.named(
        "effectiveCustomerGroup",
        "customerGroup",
        row.number(4),
        row.text(5),
    );
    out.raw(",");
    organization(out, row, 6);
    out.raw("}");
}

/// `"organization":` with its parent, from four columns.
fn organization(out: &mut Json, row: &impl Cells, at: usize) {
    let Some(id) = row.uuid(at) else {
        out.raw("\"organization\":null");
        return;
    };
    out.raw("\"organization\":{").id("organization", id);
    out.raw(",").field("name", row.text(at + 1)).raw(",");
    out.named("parent", "organization", row.uuid(at + 2), row.text(at + 3));
    out.raw("}");
}

/// A row of [`PAGE`] up to its roles, which `roles` writes when there is an account.
pub fn row_of_page<R: Cells>(out: &mut Json, row: &R, roles: impl FnOnce(&mut Json, Uuid)) {
    out.raw("{").id("contact", row.uuid(0).unwrap_or_default());
    out.raw(",").field("fullName", row.text(1));
    out.raw(",").field("email", row.text(2)).raw(",");
    out.named("customerGroup", "customerGroup", row.number(3), row.text(4));
    out.raw(",");
    out.named(
        "effectiveCustomerGroup",
        "customerGroup",
        row.number(5),
        row.text(6),
    );
    out.raw(",");
    organization(out, row, 7);
    out.raw(",\"account\":");
    let Some(account) = row.uuid(11) else {
        out.raw("null}");
        return;
    };
    out.raw("{").id("account", account);
    out.raw(",").field("login", row.text(12));
    out.raw(if row.yes(13) {
        ",\"active\":true"
    } else {
        ",\"active\":false"
    });
    out.raw(",\"roles\":[");
    roles(out, account);
    out.raw("]}}");
}

/// A role of an account, from its assignment's id, its scope, its own id and its name.
pub fn role(out: &mut Json, row: &impl Cells, at: usize) {
    out.raw("{")
        .id("roleAssignment", row.uuid(at).unwrap_or_default());
    out.raw(",").field("scope", row.text(at + 1)).raw(",");
    out.named("role", "role", row.number(at + 2), row.text(at + 3));
    out.raw("}");
}

/// A row of [`DESCENDANTS`].
pub fn descendant(out: &mut Json, row: &impl Cells) {
    out.raw("{")
        .id("organization", row.uuid(0).unwrap_or_default());
    out.raw(",").field("name", row.text(1)).raw(",");
    out.named("customerGroup", "customerGroup", row.number(2), row.text(3));
    out.raw(",\"parent\":{")
        .id("organization", row.uuid(4).unwrap_or_default());
    out.raw("}}");
}

/// A row of an organization's id and name, from the column `at`, left open for more.
pub fn open_organization(out: &mut Json, id: Uuid, name: Option<&str>) {
    out.raw("{")
        .id("organization", id)
        .raw(",")
        .field("name", name);
}

/// A contact's id and name, from the column `at`.
pub fn person(out: &mut Json, row: &impl Cells, at: usize) {
    out.raw("{").id("contact", row.uuid(at).unwrap_or_default());
    out.raw(",").field("fullName", row.text(at + 1)).raw("}");
}

/// A row of [`BY_EMAIL`].
pub fn row_by_email(out: &mut Json, row: &impl Cells) {
    out.raw("{").id("contact", row.uuid(0).unwrap_or_default());
    out.raw(",").field("fullName", row.text(1));
    out.raw(",").field("email", row.text(2)).raw("}");
}

/// The end of a page, up to the end of the answer.
pub fn end_of_page(out: &mut Json, more: bool) {
    out.raw("],\"pageInfo\":{\"hasNextPage\":")
        .raw(if more { "true" } else { "false" });
    out.raw("}}}}");
}

/// What a new contact is made of.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewContact {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub organization_id: Uuid,
}

impl NewContact {
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// What a contact wants to know the prices of.
#[derive(Debug, serde::Deserialize)]
pub struct Basket {
    pub contact: Uuid,
    pub codes: Vec<String>,
    pub market: String,
}

/// The sources of prices; of equal amounts the first counts.
pub const SOURCES: [&str; 3] = ["ACCOUNT", "CUSTOMER_GROUP", "EVERYBODY"];

/// What a variant costs: the amount, its currency and its source, or nothing.
pub fn priced(out: &mut Json, code: Option<&str>, price: Option<(i64, Option<&str>, &str)>) {
    out.raw("{").field("variantCode", code);
    let Some((amount, currency, source)) = price else {
        out.raw(",\"unitPrice\":null,\"source\":null}");
        return;
    };
    let _ = write!(out.0, ",\"unitPrice\":{{\"amount\":\"{}\",", Amount(amount));
    out.field("currencyCode", currency);
    let _ = write!(out.0, "}},\"source\":\"{source}\"}}");
}

/// The answer to a contact that was made.
pub fn made(id: Uuid, full_name: &str) -> String {
    let mut out = Json::default();
    out.raw("{\"data\":{\"contactCreate\":{\"contact\":{")
        .id("contact", id);
    out.raw(",").field("fullName", Some(full_name));
    out.raw(",\"version\":1},\"userErrors\":[]}}}");
    out.0
}
