//! Two who each give what they may, at the same time: together they give no more than one after the other could.

use super::{GIVING, made};
use crate::delegation::moving::JOIN;
use crate::roles::{ASSIGN, REVOKE, UPDATE, account_id, refused, role_id};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use futures_util::future::join;
use guildhall::access::Permission::{
    self, ContactEdit, ContactView, HistoryView, OrganizationView, RoleEdit, RoleView,
};
use serde_json::{Value, json};

/// So many in any run; CI goes on for longer.
const ROUNDS: usize = 20;
const MANY: usize = 100;

/// Who edits roles and holds the history over `over`; who gives roles everywhere; who moves contacts anywhere: no two can do all of it.
struct Three {
    editor: Person,
    giver: Person,
    mover: Person,
}

async fn three(world: &World, over: &str) -> Three {
    let editor = world
        .holder("editor", &[RoleView, RoleEdit], Scope::Global, None)
        .await;
    let historians = made(world, "historians", &[HistoryView]).await;
    world
        .assign(&editor, historians, Scope::Subtree, Some(over))
        .await;
    let giver = world.holder("giver", &GIVING, Scope::Global, None).await;
    let moving: [Permission; 3] = [OrganizationView, ContactView, ContactEdit];
    let mover = world.holder("mover", &moving, Scope::Global, None).await;
    Three {
        editor,
        giver,
        mover,
    }
}

/// Which of two were carried out, when they came at once.
async fn at_once(
    world: &World,
    one: (&Person, &str, Value),
    other: (&Person, &str, Value),
) -> (bool, bool) {
    let (one, other) = join(
        refused(world, one.0, one.1, one.2),
        refused(world, other.0, other.1, other.2),
    )
    .await;
    (one.is_empty(), other.is_empty())
}

fn filling(role: RoleId) -> Value {
    json!({ "id": role_id(role), "permissions": ["HISTORY_VIEW"] })
}

/// T-195: the giver lacks what the editor adds, the editor lacks it where the giver gives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_a_role_and_adding_to_it_at_once_gives_nobody_what_neither_holds_there() {
    given_and_added_to(ROUNDS).await;
}

async fn given_and_added_to(rounds: usize) {
    each_engine(async |world| {
        let (mine, far) = (world.organization("Mine", None).await, world.organization("Far", None).await);
        let three = three(&world, &mine).await;
        let person = world.account("person", None).await;
        let mut seen = [0, 0];
        for round in 0..rounds {
            let role = made(&world, &format!("round {round}"), &[]).await;
            let give = json!({ "accountId": account_id(&person), "roleId": role_id(role), "scope": "SUBTREE", "organizationId": far });
            let (given, added) = at_once(&world, (&three.giver, ASSIGN, give), (&three.editor, UPDATE, filling(role))).await;
            assert!(given != added, "{:?}, round {round}: given {given}, added {added}", world.engine);
            seen[usize::from(given)] += 1;
        }
        eprintln!("{:?}: added first, given first: {seen:?}", world.engine);
    })
    .await;
}

/// T-194, T-195: given while the contact is at one place, put into another one at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_own_scope_and_moving_the_contact_at_once_gives_nothing_at_the_new_place() {
    given_and_moved(ROUNDS).await;
}

async fn given_and_moved(rounds: usize) {
    each_engine(async |world| {
        let (mine, far) = (world.organization("Mine", None).await, world.organization("Far", None).await);
        let three = three(&world, &mine).await;
        let historians = made(&world, "given", &[HistoryView]).await;
        let held = made(&world, "held", &[HistoryView]).await;
        world.assign(&three.giver, held, Scope::Node, Some(&mine)).await;
        let contact = world.contact("Ada", Some(&mine)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        for round in 0..rounds {
            let give = json!({ "accountId": account_id(&ada), "roleId": role_id(historians), "scope": "OWN" });
            let go = json!({ "id": contact, "organizationId": far });
            let (given, moved) = at_once(&world, (&three.giver, ASSIGN, give), (&three.mover, JOIN, go)).await;
            assert!(given != moved, "{:?}, round {round}: given {given}, moved {moved}", world.engine);
            restore(&world, historians, &contact, &mine).await;
        }
    })
    .await;
}

/// T-194, T-195: added to while the contact is at one place, put into another one at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adding_to_a_role_and_moving_its_holder_at_once_gives_nothing_at_the_new_place() {
    added_to_and_moved(ROUNDS).await;
}

async fn added_to_and_moved(rounds: usize) {
    each_engine(async |world| {
        let (mine, far) = (
            world.organization("Mine", None).await,
            world.organization("Far", None).await,
        );
        let three = three(&world, &mine).await;
        let contact = world.contact("Ada", Some(&mine)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        for round in 0..rounds {
            let role = made(&world, &format!("round {round}"), &[]).await;
            world.assign(&ada, role, Scope::Own, None).await;
            let go = json!({ "id": contact, "organizationId": far });
            let (added, moved) = at_once(
                &world,
                (&three.editor, UPDATE, filling(role)),
                (&three.mover, JOIN, go),
            )
            .await;
            assert!(
                added != moved,
                "{:?}, round {round}: added {added}, moved {moved}",
                world.engine
            );
            restore(&world, role, &contact, &mine).await;
        }
    })
    .await;
}

/// All of these for longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "600 races take half a minute; CI runs it"]
async fn many_races_give_nobody_what_neither_holds_there() {
    given_and_added_to(MANY).await;
    given_and_moved(MANY).await;
    added_to_and_moved(MANY).await;
}

/// Takes the role from everybody, and puts the contact back.
async fn restore(world: &World, role: RoleId, contact: &str, home: &str) {
    world
        .sql(&format!(
            "DELETE FROM role_assignment WHERE role_id = {role}"
        ))
        .await;
    world
        .change(
            &world.admin,
            JOIN,
            json!({ "id": contact, "organizationId": home }),
        )
        .await;
}

/// T-38: whoever comes second finds nothing to take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_role_is_taken_once_when_many_take_it_at_once() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        for _ in 0..10 {
            let id = world.assign(&person, historians, Scope::Global, None).await;
            let input = json!({ "id": format!("roleAssignment:{id}") });
            let takes = (0..6).map(|_| refused(&world, &world.admin, REVOKE, input.clone()));
            let mut got = futures_util::future::join_all(takes).await;
            got.sort();
            assert_eq!(got.remove(0), [""; 0]);
            assert!(got.iter().all(|got| got == &["NOT_FOUND at id"]), "{got:?}");
        }
    })
    .await;
}
