//! How often groups are used.

use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const COUNTS: &str = "{ customerGroups(first: 100) { nodes { name contactCount organizationCount effectiveContactCount } } }";

/// Groups, each given to an organization below `top`, a member of which has the next group, and to somebody outside.
async fn groups(world: &World, top: &str, names: &[String]) {
    let mut previous = world.group("Last").await;
    for name in names {
        let group = world.group(name).await;
        let organization = json!({ "name": name, "parentId": top, "customerGroupId": group });
        let organization = world.organization_with(organization).await;
        for (organization, group) in [(Some(&organization), &previous), (None, &group)] {
            let input = json!({ "fullName": name, "organizationId": organization, "customerGroupId": group });
            world.contact_with(input).await;
        }
        previous = group;
    }
}

/// T-37, T-178: in a few statements for a whole page, whoever asks.
#[tokio::test]
async fn a_page_of_groups_counts_what_the_viewer_sees_in_few_statements() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let all = [
            Permission::CustomerGroupView,
            Permission::ContactView,
            Permission::OrganizationView,
        ];
        let local = world.holder("local", &all, Scope::Subtree, Some(&top)).await;
        let counts = async |of: &str| {
            // What is kept in memory is read before anything is counted.
            world.ask(&world.admin, COUNTS, json!({})).await;
            let mut shown = Vec::new();
            let mut statements = Vec::new();
            for person in [&world.admin, &local] {
                let (count, data) = world.statements_of(world.ask(person, COUNTS, json!({}))).await;
                let nodes = data["customerGroups"]["nodes"].as_array().expect("nodes");
                let one = nodes.iter().find(|node| node["name"] == of).cloned();
                shown.push(one.unwrap_or(Value::Null));
                statements.push(count);
            }
            (shown, statements)
        };
        let (_, of_three) = counts("Customer").await;
        let names: Vec<_> = (0..30).map(|index| format!("Group {index:02}")).collect();
        groups(&world, &top, &names).await;
        let (shown, of_many) = counts("Group 07").await;
        let expected = |own: i32, effective: i32| {
            json!({ "name": "Group 07", "contactCount": own, "organizationCount": 1, "effectiveContactCount": effective })
        };
        assert_eq!(shown, [expected(2, 2), expected(1, 1)], "the next one's member has it, and is shadowed");
        assert_eq!(of_many, of_three);
        assert!(of_many.iter().all(|statements| *statements <= 6), "{of_many:?}");
    })
    .await;
}
