//! Full refreshes of customers: what is there and not in the file.

use super::planned;
use crate::support::{Person, World, each_engine};
use entity::ids::ImportId;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{CustomerEdit, CustomerView, ImportRun};
use guildhall::access::{Act, ScopedDb, Terms, WriteTx, authenticate};
use guildhall::error::Result;
use guildhall::imports::service::{Kind, refresh};
use serde::Serialize;
use serde_json::json;

impl World {
    /// Carries out something that no door leads to, as somebody.
    pub async fn carry_out<A: Act>(&self, person: &Person, act: A) -> A::Shown {
        let viewer = authenticate(&self.db, person.token.as_deref(), self.clock.now()).await;
        let viewer = viewer.expect("a viewer");
        let db = ScopedDb::new(self.db.clone(), viewer, self.clock.clone(), "test", 32);
        db.write(act, Terms::default()).await.expect("it is done")
    }

    /// The same as the administrator.
    pub async fn as_admin<A: Act>(&self, act: A) -> A::Shown {
        self.carry_out(&self.admin, act).await
    }
}

/// How many there are, how many are absent, and the numbers of those that are deactivated.
#[derive(Debug, Serialize)]
struct Refresh(ImportId, #[serde(skip)] Kind);

impl Act for Refresh {
    type Answer = (i64, i64, Vec<String>);
    type Shown = (i64, i64, Vec<String>);
    const MUTATION: &'static str = "importApply";
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Self::Answer> {
        let Self(import, kind) = self;
        let in_use = refresh::in_use(tx, *kind).await?;
        let absent = refresh::absent(tx, *kind, *import).await?;
        let (mut after, mut numbers) = (None, Vec::new());
        loop {
            let next = refresh::next_absent(tx, *kind, *import, after, 2).await?;
            let Some(last) = next.last() else { break };
            after = Some(last.id);
            let ids: Vec<_> = next.iter().map(|row| row.id).collect();
            let done = refresh::deactivate(tx, &ids).await?;
            let done = next.iter().filter(|row| done.contains(&row.id));
            numbers.extend(done.map(|row| format!("{}/{}", row.number, row.sequence)));
        }
        numbers.sort();
        Ok((in_use, absent, numbers))
    }

    async fn show(_: &WriteTx, answer: Self::Answer, _: bool) -> Result<Self::Answer> {
        Ok(answer)
    }
}

/// T-96: what is active, may be changed and is not in the file is deactivated, unless that is looked after by hand.
#[tokio::test]
async fn a_full_refresh_deactivates_what_is_not_in_the_file() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        for number in ["1", "2", "3", "4"] {
            world.bill_to(number, (number < "3").then_some(acme.as_str())).await;
            world.ship_to(number, "1").await;
        }
        world.customer(json!({ "number": "5", "companyName": "Gone", "active": false })).await;
        world.customer(json!({ "number": "6", "companyName": "Guests", "guest": true })).await;
        let kept = world.bill_to("7", None).await;
        let own = "mutation($input: FieldOwnersSetInput!) { fieldOwnersSet(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, own, json!({ "id": kept, "fields": ["active"] })).await;
        let lines = [json!({ "number": "1" }), json!({ "number": "1", "sequence": "0" }), json!({ "number": "2", "sequence": "1" }), json!({ "number": "3", "email": "wrong" })];
        let clerk = world.holder("clerk", &[ImportRun, CustomerView, CustomerEdit], Scope::Subtree, Some(&acme)).await;
        let id = |id: String| id.strip_prefix("import:").expect("an id").parse::<ImportId>().expect("an id");
        let ship_tos = [json!({ "customerNumber": "1", "sequence": "1" })];
        let (shipped, _) = planned(&world, &clerk, "SHIP_TOS", &ship_tos).await;
        let (import, _) = planned(&world, &clerk, "CUSTOMERS", &lines).await;
        let import = id(import);
        assert_eq!(world.carry_out(&clerk, Refresh(id(shipped), Kind::ShipTos)).await, (2, 1, vec!["2/1".to_owned()]));
        assert_eq!(world.carry_out(&clerk, Refresh(import, Kind::Customers)).await, (3, 2, vec!["1/1".to_owned(), "2/".to_owned()]));
        let all = ["3/1", "4/", "4/1"].map(str::to_owned).to_vec();
        assert_eq!(world.as_admin(Refresh(import, Kind::Customers)).await, (6, 4, all));
        assert_eq!(world.number("SELECT count(*) FROM customer WHERE active").await, 4);
    })
    .await;
}
