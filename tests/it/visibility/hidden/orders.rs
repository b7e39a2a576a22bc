//! The same for orders.

use super::cases::{Case, Stage};
use serde_json::{Value, json};

pub fn cases(stage: &Stage) -> Vec<Case<'_>> {
    let editor = &stage.editor;
    let other = stage.hidden[1].as_str();
    let (near, far) = (&stage.customers.near, &stage.customers.far);
    let new = |more: Value| {
        let mut input =
            json!({ "market": "EU", "lines": [{ "variantCode": "V", "quantity": "1" }] });
        for (field, value) in more.as_object().expect("an input") {
            input[field] = value.clone();
        }
        input
    };
    let to = json!({ "lastName": "Lee" });
    vec![
        (editor, "orderPlace", far, new(json!({ "customerId": "@" }))),
        (
            editor,
            "orderPlace",
            far,
            new(json!({ "customerId": near, "shipToId": "@" })),
        ),
        (
            editor,
            "orderPlace",
            other,
            new(json!({ "contactId": "@", "billTo": to })),
        ),
        (
            editor,
            "orderUpdate",
            &stage.order,
            json!({ "id": "@", "notes": "X" }),
        ),
    ]
}
