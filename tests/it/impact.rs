//! What a change would do to effective customer groups: told by validateOnly, before anybody is repriced.

mod cost;
mod random;
mod sight;

use crate::support::build::ASSIGN;
use crate::support::world::Engine;
use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

/// The document of a mutation that asks for the impact.
fn document(mutation: &str) -> String {
    let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    format!(
        "mutation($input: {input}!) {{ {mutation}(input: $input) {{
            impact {{
                contactsChangingEffectiveGroup
                changes {{ from {{ name }} to {{ name }} contacts }}
                sample {{ contact {{ id fullName effectiveCustomerGroup {{ name }} }} from {{ name }} to {{ name }} }}
            }}
            userErrors {{ code message path }} }} }}"
    )
}

/// The payload of a change that is only validated.
async fn preview(world: &World, person: &Person, mutation: &str, input: &Value) -> Value {
    let mut input = input.clone();
    input["validateOnly"] = json!(true);
    world.attempt(person, &document(mutation), input).await
}

/// The impact of a change that is allowed, in short: `from > to: contacts`, and who is in the sample.
async fn told(world: &World, person: &Person, mutation: &str, input: Value) -> Value {
    let payload = preview(world, person, mutation, &input).await;
    assert_eq!(user_errors(&payload), [""; 0], "{mutation} {input}");
    let impact = &payload["impact"];
    let list = |name: &str| impact[name].as_array().expect("a list").clone();
    let name = |group: &Value| group["name"].as_str().unwrap_or("none").to_owned();
    let changes: Vec<_> = list("changes")
        .iter()
        .map(|change| {
            format!(
                "{} > {}: {}",
                name(&change["from"]),
                name(&change["to"]),
                change["contacts"]
            )
        })
        .collect();
    let sample: Vec<_> = list("sample")
        .iter()
        .map(|one| {
            assert_eq!(
                one["contact"]["effectiveCustomerGroup"], one["from"],
                "as it is now"
            );
            let full_name = one["contact"]["fullName"].as_str().expect("a name");
            format!("{full_name}: {} > {}", name(&one["from"]), name(&one["to"]))
        })
        .collect();
    json!([impact["contactsChangingEffectiveGroup"], changes, sample])
}

fn nothing() -> Value {
    json!([0, [], []])
}

/// Acme, which has Gold, with Sales below it, which has none. In Acme: Ann without a group and Bob with Silver; in Sales: Cy without one,
/// Dan with Silver and Eve with Gold. Zoe is in no organization and has Gold.
struct Company {
    acme: String,
    sales: String,
    bob: String,
    dan: String,
    gold: String,
    silver: String,
}

async fn company(world: &World) -> Company {
    let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
    let acme = world
        .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
        .await;
    let sales = world.organization("Sales", Some(&acme)).await;
    let person = async |name: &str, organization: Option<&str>, group: Option<&str>| {
        let input =
            json!({ "fullName": name, "organizationId": organization, "customerGroupId": group });
        world.contact_with(input).await
    };
    person("Ann", Some(&acme), None).await;
    let bob = person("Bob", Some(&acme), Some(&silver)).await;
    person("Cy", Some(&sales), None).await;
    let dan = person("Dan", Some(&sales), Some(&silver)).await;
    person("Eve", Some(&sales), Some(&gold)).await;
    person("Zoe", None, Some(&gold)).await;
    Company {
        acme,
        sales,
        bob,
        dan,
        gold,
        silver,
    }
}

/// T-11, T-12, T-13, T-141: members without a group of their own fall back to none, and nobody below is concerned.
#[tokio::test]
async fn an_assignment_tells_first_whose_effective_group_it_changes() {
    each_engine(async |world| {
        let made = company(&world).await;
        let assign =
            async |input: Value| told(&world, &world.admin, "customerGroupAssign", input).await;
        let taken = json!({ "organizationId": made.acme, "customerGroupId": null });
        let expected = json!([
            2,
            ["Gold > none: 1", "Gold > Silver: 1"],
            ["Ann: Gold > none", "Bob: Gold > Silver"]
        ]);
        assert_eq!(assign(taken).await, expected);
        let replaced = json!({ "organizationId": made.acme, "customerGroupId": made.silver });
        let expected = json!([
            2,
            ["Gold > Silver: 2"],
            ["Ann: Gold > Silver", "Bob: Gold > Silver"]
        ]);
        assert_eq!(assign(replaced).await, expected);
        let given = json!({ "organizationId": made.sales, "customerGroupId": made.silver });
        let expected = json!([
            2,
            ["none > Silver: 1", "Gold > Silver: 1"],
            ["Cy: none > Silver", "Eve: Gold > Silver"]
        ]);
        assert_eq!(assign(given).await, expected, "Dan has it already");
        let shadowed = json!({ "contactId": made.bob, "customerGroupId": null });
        assert_eq!(assign(shadowed).await, nothing());
        let own = json!({ "contactId": made.dan, "customerGroupId": made.gold });
        assert_eq!(
            assign(own).await,
            json!([1, ["Silver > Gold: 1"], ["Dan: Silver > Gold"]])
        );
        let same = json!({ "organizationId": made.acme, "customerGroupId": made.gold });
        assert_eq!(assign(same).await, nothing());
    })
    .await;
}

/// T-29, T-141: a move is carried out and compared like any other change, and comes to nothing.
#[tokio::test]
async fn a_move_changes_nobodys_effective_group_wherever_it_goes() {
    each_engine(async |world| {
        let made = company(&world).await;
        let other = world
            .organization_with(json!({ "name": "Other", "customerGroupId": made.silver }))
            .await;
        for (moved, to) in [
            (&made.sales, json!(other)),
            (&made.sales, json!(null)),
            (&made.acme, json!(other)),
            (&other, json!(made.sales)),
        ] {
            let input = json!({ "id": moved, "newParentId": to });
            let impact = told(&world, &world.admin, "organizationMove", input).await;
            assert_eq!(impact, nothing(), "{moved} to {to}");
        }
    })
    .await;
}

/// T-29: nothing but what the tables say makes it so. Were they to reprice whoever is moved, it would be told.
#[tokio::test]
async fn the_impact_of_a_move_is_computed_and_not_taken_for_granted() {
    each_engine(async |world| {
        let made = company(&world).await;
        let repricing = "AFTER UPDATE OF parent_id ON organization FOR EACH ROW";
        let taken = "UPDATE organization SET customer_group_id = NULL WHERE id = NEW.id";
        world
            .sql(&match world.engine {
                Engine::Sqlite => format!("CREATE TRIGGER reprices {repricing} BEGIN {taken}; END"),
                Engine::Postgres => format!(
                    "CREATE FUNCTION reprice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {taken}; RETURN NULL; END $$;
                     CREATE TRIGGER reprices {repricing} EXECUTE FUNCTION reprice()"
                ),
            })
            .await;
        world.give_group(&made.sales, Some(&made.gold)).await;
        let moved = json!({ "id": made.sales, "newParentId": null });
        let expected = json!([
            2,
            ["Gold > none: 1", "Gold > Silver: 1"],
            ["Cy: Gold > none", "Dan: Gold > Silver"]
        ]);
        let impact = told(&world, &world.admin, "organizationMove", moved).await;
        assert_eq!(impact, expected, "of Cy, Dan and Eve");
    })
    .await;
}

/// T-32, T-143: those who go along are told, those who are deleted are not counted.
#[tokio::test]
async fn deleting_an_organization_tells_whom_it_leaves_with_another_group() {
    each_engine(async |world| {
        let made = company(&world).await;
        let delete = async |id: &str, mode: &str| {
            let input = json!({ "id": id, "mode": mode });
            told(&world, &world.admin, "organizationDelete", input).await
        };
        let in_acme = json!([
            2,
            ["none > Gold: 1", "Silver > Gold: 1"],
            ["Cy: none > Gold", "Dan: Silver > Gold"]
        ]);
        assert_eq!(delete(&made.sales, "REPARENT").await, in_acme);
        assert_eq!(delete(&made.sales, "DETACH").await, nothing());
        let set_free = json!([
            2,
            ["Gold > none: 1", "Gold > Silver: 1"],
            ["Ann: Gold > none", "Bob: Gold > Silver"]
        ]);
        assert_eq!(delete(&made.acme, "DETACH").await, set_free);
        assert_eq!(delete(&made.acme, "CASCADE").await, nothing());
        let empty = world.organization("Empty", Some(&made.acme)).await;
        assert_eq!(delete(&empty, "REFUSE").await, nothing());
    })
    .await;
}

/// T-141: a contact that changes its organization.
#[tokio::test]
async fn putting_a_contact_elsewhere_tells_whether_its_effective_group_changes() {
    each_engine(async |world| {
        let made = company(&world).await;
        let put = async |organization: Value| {
            let input = json!({ "id": made.bob, "organizationId": organization });
            told(&world, &world.admin, "contactAssignOrganization", input).await
        };
        let own = json!([1, ["Gold > Silver: 1"], ["Bob: Gold > Silver"]]);
        assert_eq!(put(json!(made.sales)).await, own);
        assert_eq!(put(json!(null)).await, own);
        assert_eq!(put(json!(made.acme)).await, nothing());
    })
    .await;
}

/// T-17, T-18: merging and replacing are told alike; an archived group counts where it is.
#[tokio::test]
async fn merging_replacing_and_archiving_a_group_tell_whom_they_concern() {
    each_engine(async |world| {
        let made = company(&world).await;
        let tell =
            async |mutation: &str, input: Value| told(&world, &world.admin, mutation, input).await;
        let merge = json!({ "id": made.gold, "intoId": made.silver });
        let all = json!([
            4,
            ["Gold > Silver: 4"],
            [
                "Ann: Gold > Silver",
                "Bob: Gold > Silver",
                "Eve: Gold > Silver",
                "Zoe: Gold > Silver"
            ]
        ]);
        assert_eq!(tell("customerGroupMerge", merge).await, all);
        let replace = json!({ "id": made.gold, "replaceWithId": made.silver });
        assert_eq!(tell("customerGroupDelete", replace).await, all);
        let cleared = json!({ "id": made.gold, "replaceWithNone": true });
        let expected = json!([
            4,
            ["Gold > none: 3", "Gold > Silver: 1"],
            [
                "Ann: Gold > none",
                "Bob: Gold > Silver",
                "Eve: Gold > none",
                "Zoe: Gold > none"
            ]
        ]);
        assert_eq!(tell("customerGroupDelete", cleared).await, expected);
        let other = json!({ "id": made.silver, "replaceWithNone": true });
        let expected = json!([1, ["Silver > none: 1"], ["Dan: Silver > none"]]);
        assert_eq!(
            tell("customerGroupDelete", other).await,
            expected,
            "Bob's is shadowed"
        );
        let archive = json!({ "id": made.gold });
        assert_eq!(tell("customerGroupArchive", archive).await, nothing());
        let unused = json!({ "id": "customerGroup:1" });
        assert_eq!(tell("customerGroupDelete", unused).await, nothing());
    })
    .await;
}

/// T-141: told of what would be, and of nothing that was done or refused.
#[tokio::test]
async fn there_is_an_impact_only_of_what_is_validated_and_not_refused() {
    each_engine(async |world| {
        let made = company(&world).await;
        let input = json!({ "organizationId": made.acme, "customerGroupId": made.silver });
        let stale = json!({ "organizationId": made.acme, "customerGroupId": made.silver, "expectedVersion": 9 });
        let refused = preview(&world, &world.admin, "customerGroupAssign", &stale).await;
        assert_eq!(user_errors(&refused), ["STALE at expectedVersion"]);
        assert_eq!(refused["impact"], Value::Null);
        let in_a_fragment = "mutation($input: CustomerGroupAssignInput!) { customerGroupAssign(input: $input) { ...told } }
            fragment told on CustomerGroupAssignPayload { userErrors { code path } ... { it: impact { contactsChangingEffectiveGroup } } }";
        let mut only = input.clone();
        only["validateOnly"] = json!(true);
        let told = world.attempt(&world.admin, in_a_fragment, only.clone()).await;
        assert_eq!(told["it"], json!({ "contactsChangingEffectiveGroup": 2 }));
        // Nothing of it has stayed, also not where the next write looks.
        world.change(&world.admin, ASSIGN, only.clone()).await;
        let again = world.attempt(&world.admin, in_a_fragment, only).await;
        assert_eq!(again, told);
        let done = world.attempt(&world.admin, &document("customerGroupAssign"), input).await;
        assert_eq!(done, json!({ "impact": null, "userErrors": [] }));
    })
    .await;
}

/// T-141: at most ten, by full name, ties by id; the counts are of all.
#[tokio::test]
async fn a_sample_is_the_first_ten_by_full_name() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let mut expected = Vec::new();
        for index in 0..13 {
            let name = ["bert", "Ärger", "ANTON"][index % 3];
            expected.push((name, world.contact(name, Some(&acme)).await));
        }
        let key = |name: &str| {
            ["ANTON", "bert", "Ärger"]
                .iter()
                .position(|known| *known == name)
        };
        expected.sort_by_key(|(name, id)| (key(name), id.clone()));
        let input = json!({ "organizationId": acme, "customerGroupId": "customerGroup:1" });
        let payload = preview(&world, &world.admin, "customerGroupAssign", &input).await;
        let impact = &payload["impact"];
        assert_eq!(impact["contactsChangingEffectiveGroup"], 13);
        let sample: Vec<_> = impact["sample"]
            .as_array()
            .expect("a sample")
            .iter()
            .map(|one| one["contact"]["id"].as_str().expect("an id"))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .take(10)
            .map(|(_, id)| id.as_str())
            .collect();
        assert_eq!(sample, expected);
    })
    .await;
}
