//! Requests made ready: asked once of both servers, their answers compared, with their lengths to be compared with later.

use super::Query;
use super::pick::{self, MADE, PREFIX};
use crate::check;
use crate::child::Running;
use crate::data::{
    MARKET, Size, Tree, Viewer, codes, contact_id, email, full_name, organization_id,
};
use crate::drive::Unit;
use crate::fault::{Fault, told};
use crate::wire::{Send, Wire};
use guildhall::text::sort_key;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Ours,
    Floor,
}

/// The requests of one kind by one viewer.
pub struct Prepared {
    pub ours: Arc<Vec<Unit>>,
    pub floor: Arc<Vec<Unit>>,
    /// Ours once more, for a router in this process.
    pub sends: Vec<Vec<Send>>,
}

impl Prepared {
    pub fn of(&self, side: Side) -> &Arc<Vec<Unit>> {
        match side {
            Side::Ours => &self.ours,
            Side::Floor => &self.floor,
        }
    }
}

/// Who asks what of which servers.
struct Asking {
    query: Query,
    viewer: Viewer,
    size: Size,
    ours: Wire,
    floor: Wire,
}

/// Asks both servers everything once.
///
/// # Errors
/// Answers that are wrong or differ.
pub async fn prepare(
    query: Query,
    viewer: Viewer,
    size: Size,
    tree: &Tree,
    servers: (&Running, &Running),
) -> Result<Prepared, Fault> {
    let mut asking = Asking {
        query,
        viewer,
        size,
        ours: Wire::to(servers.0.address).await?,
        floor: Wire::to(servers.1.address).await?,
    };
    let (mut ours, mut floor, mut sends) = (Vec::new(), Vec::new(), Vec::new());
    for number in pick::numbers(query, viewer, size, tree) {
        let (send, unit, answers) = asking.ask_ours(number).await?;
        let (floor_unit, answer) = asking.ask_floor(number).await?;
        check::same(query, viewer, tree, &answers, &answer).map_err(|Fault(why)| {
            told(format!(
                "{query:?} by {} about {number}: {why}",
                viewer.name()
            ))
        })?;
        sends.push(send);
        ours.push(unit);
        floor.push(floor_unit);
    }
    if ours.is_empty() {
        return Err(told(format!("{query:?}: there is nothing to ask about")));
    }
    Ok(Prepared {
        ours: Arc::new(ours),
        floor: Arc::new(floor),
        sends,
    })
}

impl Asking {
    fn graphql(&self, document: &str, variables: &Value) -> Send {
        let body = json!({ "query": document, "variables": variables });
        Send::post("/graphql", Some(self.viewer.token()), body.to_string())
    }

    /// The requests about one number, with what they were answered; several where there are pages.
    async fn ask_ours(&mut self, number: u64) -> Result<(Vec<Send>, Unit, Vec<Value>), Fault> {
        let mut variables = self.variables(number).await?;
        let (mut sends, mut requests, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let send = self.graphql(self.query.document(), &variables);
            let bytes = send.bytes();
            let body = self.ours.ask(&bytes).await?;
            let length = body.len();
            let answer: Value = serde_json::from_slice(body)?;
            let next = answer.pointer("/data/organization/descendants/pageInfo");
            let next = next.filter(|page| page["hasNextPage"] == true);
            let next = next.map(|page| page["endCursor"].clone());
            sends.push(send);
            requests.push((bytes, (self.query != Query::M1).then_some(length)));
            answers.push(answer);
            match next {
                Some(cursor) => variables["after"] = cursor,
                None => return Ok((sends, Unit(requests), answers)),
            }
        }
    }

    async fn variables(&mut self, number: u64) -> Result<Value, Fault> {
        let organization = || format!("organization:{}", organization_id(number));
        Ok(match self.query {
            Query::Q1 => json!({ "id": format!("contact:{}", contact_id(number)) }),
            Query::Q2 => json!({ "after": self.cursor(number, "FULL_NAME").await? }),
            Query::Q3 | Query::Q4 | Query::Q5 => json!({ "id": organization() }),
            Query::Q6 => json!({ "prefix": PREFIX, "after": self.cursor(number, "EMAIL").await? }),
            Query::M1 => {
                let mut input = made(number);
                input["organizationId"] = json!(organization());
                json!({ "input": input })
            }
            Query::P1 => json!({
                "contact": format!("contact:{}", contact_id(number)),
                "codes": codes(number, self.size),
                "market": MARKET,
            }),
        })
    }

    /// The position of a contact in an order.
    async fn cursor(&mut self, number: u64, field: &str) -> Result<Value, Fault> {
        let document = "query Cursor($id: String!, $field: ContactOrderField!) { contacts(filter: {externalIds: [$id]}, first: 1,
            orderBy: {field: $field, direction: ASC}) { edges { cursor } } }";
        let variables = json!({ "id": format!("c-{number}"), "field": field });
        let send = self.graphql(document, &variables);
        let answer: Value = serde_json::from_slice(self.ours.ask(&send.bytes()).await?)?;
        let cursor = answer.pointer("/data/contacts/edges/0/cursor");
        cursor
            .cloned()
            .ok_or_else(|| told(format!("no cursor of contact {number}: {answer}")))
    }

    async fn ask_floor(&mut self, number: u64) -> Result<(Unit, Value), Fault> {
        let send = match self.query {
            Query::Q1 => Send::get(format!("/q1/{}", contact_id(number))),
            Query::Q2 => Send::get(format!("/q2?{}", after(number, &full_name(number)))),
            Query::Q3 => Send::get(format!("/q3/{}", organization_id(number))),
            Query::Q4 => Send::get(format!("/q4/{}", organization_id(number))),
            Query::Q5 => Send::get(format!("/q5/{}", organization_id(number))),
            Query::Q6 => Send::get(format!(
                "/q6?prefix={PREFIX}&{}",
                after(number, &email(number))
            )),
            Query::M1 => {
                let mut input = made(number);
                input["organizationId"] = json!(organization_id(number));
                Send::post("/m1", None, input.to_string())
            }
            Query::P1 => {
                let basket = json!({
                    "contact": contact_id(number),
                    "codes": codes(number, self.size),
                    "market": MARKET,
                });
                Send::post("/p1", None, basket.to_string())
            }
        };
        let bytes = send.bytes();
        let body = self.floor.ask(&bytes).await?;
        let length = (self.query != Query::M1).then_some(body.len());
        let answer = serde_json::from_slice(body)?;
        Ok((Unit(vec![(bytes, length)]), answer))
    }
}

/// The position of a contact by its key, for the floor.
fn after(number: u64, text: &str) -> String {
    let key = sort_key(text).replace(' ', "%20");
    format!("key={key}&id={}", contact_id(number))
}

/// The contact that M1 makes for organization `number`.
fn made(number: u64) -> Value {
    let name = full_name(number);
    let (first, last) = name.split_once(' ').unwrap_or_default();
    json!({ "firstName": first, "lastName": last, "email": format!("{MADE}{number}@example.com") })
}

/// Takes out of the database what M1 has put there.
///
/// # Errors
/// What the database refuses.
pub async fn unmake(url: &str) -> Result<(), Fault> {
    let contacts = format!("DELETE FROM contact WHERE email_key >= '{MADE}' AND email_key < 'm1/'");
    let history = "DELETE FROM history_entry WHERE mutation = 'contactCreate'";
    crate::sql::run(url, &[&contacts, history]).await?;
    crate::sql::settle(url).await
}
