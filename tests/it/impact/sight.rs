//! What of an impact who is told.

use super::{Company, company, nothing, told};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, ContactEdit, ContactView, CustomerGroupAssign, CustomerGroupDelete, CustomerGroupView,
    OrganizationDelete, OrganizationEdit, OrganizationView,
};
use serde_json::json;

/// May change groups and organizations everywhere, and looks at contacts where `seeing` says.
async fn manager(world: &World, login: &str, seeing: Option<&str>) -> Person {
    let all = [
        OrganizationView,
        OrganizationEdit,
        OrganizationDelete,
        ContactEdit,
        CustomerGroupView,
        CustomerGroupAssign,
        CustomerGroupDelete,
    ];
    let person = world.holder(login, &all, Scope::Global, None).await;
    let view: [Permission; 1] = [ContactView];
    let role = world
        .system
        .create_role(&format!("{login} sees"), &view)
        .await;
    if let Some(organization) = seeing {
        let role = role.expect("a role");
        world
            .assign(&person, role, Scope::Node, Some(organization))
            .await;
    }
    person
}

/// T-37, T-141: whoever sees some contacts is told of these alone, in counts as in the sample.
#[tokio::test]
async fn an_impact_counts_nobody_who_is_hidden() {
    each_engine(async |world| {
        let made: Company = company(&world).await;
        let blind = manager(&world, "blind", None).await;
        let some = manager(&world, "some", Some(&made.sales)).await;
        let merge = json!({ "id": made.gold, "intoId": made.silver });
        let seen = json!([1, ["Gold > Silver: 1"], ["Eve: Gold > Silver"]]);
        assert_eq!(
            told(&world, &some, "customerGroupMerge", merge.clone()).await,
            seen
        );
        assert_eq!(
            told(&world, &blind, "customerGroupMerge", merge).await,
            nothing()
        );
        let assign = json!({ "organizationId": made.acme, "customerGroupId": null });
        for person in [&blind, &some] {
            assert_eq!(
                told(&world, person, "customerGroupAssign", assign.clone()).await,
                nothing()
            );
        }
    })
    .await;
}

/// T-111, T-199: no group is named that one could not look up on the contact, now or afterwards.
#[tokio::test]
async fn an_impact_does_not_tell_the_group_of_whoever_goes_out_of_sight_or_comes_into_it() {
    each_engine(async |world| {
        let made = company(&world).await;
        let some = manager(&world, "some", Some(&made.sales)).await;
        let delete = json!({ "id": made.sales, "mode": "REPARENT" });
        assert_eq!(
            told(&world, &some, "organizationDelete", delete.clone()).await,
            nothing()
        );
        let put = json!({ "id": made.dan, "organizationId": made.acme });
        assert_eq!(
            told(&world, &some, "contactAssignOrganization", put).await,
            nothing()
        );
        let above = manager(&world, "above", Some(&made.acme)).await;
        assert_eq!(
            told(&world, &above, "organizationDelete", delete.clone()).await,
            nothing()
        );
        let both = manager(&world, "both", Some(&made.sales)).await;
        let role = world
            .system
            .create_role("also", &[ContactView])
            .await
            .expect("a role");
        world
            .assign(&both, role, Scope::Node, Some(&made.acme))
            .await;
        let expected = json!([
            2,
            ["none > Gold: 1", "Silver > Gold: 1"],
            ["Cy: none > Gold", "Dan: Silver > Gold"]
        ]);
        assert_eq!(
            told(&world, &both, "organizationDelete", delete).await,
            expected
        );
    })
    .await;
}

/// T-141, T-198: one sees oneself wherever one is.
#[tokio::test]
async fn an_impact_counts_oneself() {
    each_engine(async |world| {
        let made = company(&world).await;
        let own = world.account("bob", Some(contact_id(&made.bob))).await;
        let role = [CustomerGroupView, CustomerGroupAssign, OrganizationView];
        let role = world
            .system
            .create_role("assigns", &role)
            .await
            .expect("a role");
        world.assign(&own, role, Scope::Own, None).await;
        let assign = json!({ "organizationId": made.acme, "customerGroupId": null });
        let expected = json!([1, ["Gold > Silver: 1"], ["Bob: Gold > Silver"]]);
        assert_eq!(
            told(&world, &own, "customerGroupAssign", assign).await,
            expected
        );
    })
    .await;
}
