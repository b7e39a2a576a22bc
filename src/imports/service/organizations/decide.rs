//! What comes of a row about an organization: a pure function of the row and of what is there.

use super::cells::{
    category_name, first_type, named_category, named_group, named_type, parent, type_name,
};
use super::there::{Row, There};
use super::values::NewValues;
use super::{BY_NAME, DELETED, FIELDS, PARENT, PARENT_NAME, STATUS, Says, Step};
use crate::access::Permission;
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Change, Decision, Given, Problem, Reading, RowIn};
use crate::imports::service::batch::{Judged, key_problems};
use crate::imports::service::kind::Kind;
use crate::organizations::rules::check_depth;
use crate::organizations::service::{keys, name};
use crate::text::Rule;
use entity::customer_group::Status;
use entity::ids::{OrganizationId, OrganizationTypeId};
use entity::import_row::Action;
use entity::organization::Model;
use std::borrow::Cow;

/// What says that something is no more, in the words that feeds use.
const GONE: [&str; 8] = [
    "deleted",
    "withdrawn",
    "gelöscht",
    "geloescht",
    "supprimé",
    "retiré",
    "eliminado",
    "borrado",
];

/// Decides about one row. What the viewer may not see is as good as absent (T-93), except that its key is taken (T-39).
pub(super) fn decide(row: &RowIn, key: Option<&str>, there: &There) -> Judged<Step> {
    let Some(key) = key else {
        return Judged::refused(key_problems(Kind::Organizations, row));
    };
    if let Some(found) = there.ambiguous.get(key) {
        let message = format!("{found} organizations are called that; give an externalId");
        return Judged::refused(vec![Problem::new(Code::Conflict, "name", message)]);
    }
    let old = there.rows.get(key);
    if old.is_some_and(|old| !there.seen.contains(&old.id)) {
        let taken = Problem::new(Code::Taken, "externalId", "externalId is taken");
        return Judged::refused(vec![taken]);
    }
    if let Some(left_out) = gone(row, old) {
        return Judged::settled(left_out);
    }
    let says = Says::of(row);
    let row = &*with_parent(row, says);
    let owned = old.and_then(|old| there.owned.get(&old.id.to_string()));
    let mut reading = Reading::of(row, &FIELDS, old.is_none(), owned);
    let old = old.map(|old| &**old);
    let Some(mut new) = read(&mut reading, key, old, says, there) else {
        return Judged::settled(reading.decide(None));
    };
    check_rights(&mut reading, old, &new, says, there);
    let decision = reading.decide(old.map(|old| old.id.to_string()));
    if !decision.action.writes() {
        return Judged::settled(decision);
    }
    set_keys(&mut new);
    let old = there.rows.get(key).cloned();
    Judged {
        regrouped: old.as_deref().map_or(0, |old| regrouped(old, &new, there)),
        decision,
        step: Some(Step {
            values: there.new_values_of(&new),
            old,
            new,
        }),
    }
}

/// An organization that shall be another.
pub(super) struct Target<'t> {
    pub old: &'t Row,
    pub new: Model,
}

/// What makes an organization what it shall be, with the rights that it takes.
///
/// # Errors
/// Why it is refused.
pub(super) fn towards(target: Target<'_>, there: &There) -> Result<Step, Vec<Problem>> {
    let Target { old, mut new } = target;
    let nothing = RowIn::default();
    let mut reading = Reading::of(&nothing, &FIELDS, false, None);
    let mut note = |field: &str, differs: bool| {
        if differs {
            reading.changes.push(Change {
                field: field.to_owned(),
                from: None,
                to: None,
            });
        }
    };
    note(PARENT, old.parent_id != new.parent_id);
    note(
        "customerGroup",
        old.customer_group_id != new.customer_group_id,
    );
    let mut rest = new.clone();
    rest.parent_id = old.parent_id;
    rest.customer_group_id = old.customer_group_id;
    note("externalId", rest != **old);
    check_rights(&mut reading, Some(&**old), &new, Says::Nothing, there);
    if !reading.problems.is_empty() {
        return Err(reading.problems);
    }
    set_keys(&mut new);
    Ok(Step {
        values: NewValues::default(),
        old: Some(old.clone()),
        new,
    })
}

/// What its source says is gone is neither made nor changed: an organization is deleted by hand, where it is said what becomes of what
/// belongs to it (T-31).
fn gone(row: &RowIn, old: Option<&Row>) -> Option<Decision> {
    let field = is_gone(row)?;
    let why = match old {
        Some(_) => "its source says that it is gone; it is deleted by hand",
        None => "its source says that it is gone, so it is not created",
    };
    Some(Decision {
        action: Action::Skip,
        target: old.map(|old| old.id.to_string()),
        ..Decision::refused(vec![Problem::new(Code::Invalid, field, why)])
    })
}

/// The field in which a row says that its organization is gone.
pub(super) fn is_gone(row: &RowIn) -> Option<&'static str> {
    let said = |field: &str| row.text(field).map(str::to_lowercase);
    let by_status = said(STATUS).is_some_and(|status| GONE.contains(&status.as_str()));
    let by_mark = said(DELETED).is_some_and(|mark| matches!(mark.as_str(), "true" | "yes" | "1"));
    match (by_status, by_mark) {
        (true, _) => Some(STATUS),
        (false, true) => Some(DELETED),
        (false, false) => None,
    }
}

/// The row with what it says of its parent in one field, whichever it stands in.
fn with_parent<'r>(row: &'r RowIn, says: Says<'_>) -> Cow<'r, RowIn> {
    let given = match says {
        Says::Nothing | Says::Key(_) => return Cow::Borrowed(row),
        Says::Root => Given::Clear,
        Says::Name(name) => Given::Text(name.to_owned()),
    };
    let mut row = row.clone();
    row.fields.insert(PARENT.to_owned(), given);
    Cow::Owned(row)
}

/// The organization as it shall be, but for its keys; none where something of it that must be there cannot be.
fn read(
    reading: &mut Reading<'_>,
    key: &str,
    old: Option<&Model>,
    says: Says<'_>,
    there: &There,
) -> Option<Model> {
    let mut new = old.cloned().unwrap_or_else(|| blank(there));
    if !key.starts_with(BY_NAME) {
        new.external_id = reading.text("externalId", new.external_id, |_| Ok(Some(key.to_owned())));
    }
    let had = Some(new.name).filter(|name| !name.is_empty());
    let named = reading.text("name", had, |text| name(text).map(Some));
    new.description = reading.text("description", new.description, |text| {
        Rule::text("description").apply(text)
    });
    let had = Some(new.type_id).filter(|id| id.0 != 0);
    let of_type = reading.field(
        "type",
        had,
        |named| named_type(named, old.is_none(), there),
        |id| id.and_then(|id| type_name(id, there)),
    );
    new.business_category_id = reading.field(
        "businessCategory",
        new.business_category_id,
        |named| named_category(named, there),
        |id| id.and_then(|id| category_name(id, there)),
    );
    new.parent_id = reading.field(
        PARENT,
        new.parent_id,
        |_| parent(says, there),
        |id| id.and_then(|id| there.parents.shown(id)),
    );
    new.customer_group_id = reading.field(
        "customerGroup",
        new.customer_group_id,
        |named| named_group(named, there),
        |id| id.and_then(|id| there.group_name(id)),
    );
    match named {
        Some(named) => new.name = named,
        None if !reading.refuses("name") => {
            reading.refuse(Code::Required, "name", "an organization needs a name");
            return None;
        }
        None => return None,
    }
    match of_type.or_else(|| first_type(there)) {
        Some(of_type) => new.type_id = of_type,
        None => {
            let message = "there is no organization type yet";
            reading.refuse(Code::Required, "type", message);
            return None;
        }
    }
    Some(new)
}

fn blank(there: &There) -> Model {
    Model {
        id: OrganizationId(uuid::Uuid::nil()),
        external_id: None,
        external_id_key: String::new(),
        name: String::new(),
        name_key: String::new(),
        search_key: String::new(),
        description: None,
        type_id: OrganizationTypeId(0),
        business_category_id: None,
        parent_id: None,
        primary_contact_id: None,
        customer_group_id: None,
        version: 1,
        created_at: there.now,
        updated_at: there.now,
    }
}

fn set_keys(new: &mut Model) {
    (new.external_id_key, new.name_key, new.search_key) =
        keys(new.external_id.as_deref(), &new.name);
}

/// Whether the viewer may do this, and whether the tree can be so: what organizationCreate, organizationUpdate, organizationMove and
/// customerGroupAssign ask for. What changes nothing takes nothing (T-114). A group is given before anything moves.
fn check_rights(
    reading: &mut Reading<'_>,
    old: Option<&Model>,
    new: &Model,
    says: Says<'_>,
    there: &There,
) {
    if reading.refuses(PARENT) || reading.refuses(PARENT_NAME) {
        // Where the organization would be is not known.
        return;
    }
    let place = new.parent_id;
    let Some(old) = old else {
        if !there.create.reach(place) {
            refuse_place(reading, says, lacking(Permission::OrganizationCreate));
            return;
        }
        check_height(reading, place, 0, there);
        if new.customer_group_id.is_some() {
            check_group(reading, new, there.assign_below.reach(place), there);
        }
        return;
    };
    if reading.changes.is_empty() {
        return;
    }
    let mut changes = reading.changes.iter();
    let only_group = changes.all(|change| change.field == "customerGroup");
    if !only_group && !there.editable.contains(&old.id) {
        let message = lacking(Permission::OrganizationEdit).1;
        reading.refuse(Code::Forbidden, "externalId", message);
        return;
    }
    if reading.changes_field("customerGroup") {
        check_group(reading, new, there.assign.reach(Some(old.id)), there);
    }
    if reading.changes_field(PARENT) {
        check_move(reading, old, place, says, there);
    }
}

fn check_move(
    reading: &mut Reading<'_>,
    old: &Model,
    place: Option<OrganizationId>,
    says: Says<'_>,
    there: &There,
) {
    let from = old.parent_id;
    if from.is_some() && !there.edit.reach(from) || !there.edit.reach(place) {
        refuse_place(reading, says, lacking(Permission::OrganizationEdit));
        return;
    }
    let above = place.and_then(|place| there.above.get(&place));
    if above.is_some_and(|above| above.contains(&old.id)) {
        let message = "it would lie below itself".to_owned();
        refuse_place(reading, says, (Code::HierarchyCycle, message));
        return;
    }
    let Some(moving) = there.moves.get(&old.id) else {
        return;
    };
    check_height(reading, place, moving.height, there);
    if let Some(problem) = &moving.gives {
        reading.problems.push(problem.clone());
    }
}

fn check_height(
    reading: &mut Reading<'_>,
    place: Option<OrganizationId>,
    height: u32,
    there: &There,
) {
    let checked = check_depth(there.level_below(place), height, there.max_depth, PARENT);
    if let Err(Error::Invalid(mistakes)) = checked {
        let problems = mistakes.into_iter().map(Problem::from);
        reading.problems.extend(problems);
    }
}

fn check_group(reading: &mut Reading<'_>, new: &Model, reached: bool, there: &There) {
    if !reached {
        let (code, message) = lacking(Permission::CustomerGroupAssign);
        reading.refuse(code, "customerGroup", message);
        return;
    }
    let given = new.customer_group_id.and_then(|id| there.groups.get(&id));
    if let Some(group) = given.filter(|group| group.status == Status::Archived) {
        let message = format!(
            "the customer group {} is archived and goes to nobody new",
            group.name
        );
        reading.refuse(Code::Archived, "customerGroup", message);
    }
}

fn lacking(permission: Permission) -> (Code, String) {
    (
        Code::Forbidden,
        format!("this needs the permission {permission}"),
    )
}

/// Refuses where a row wants to be, at the field in which it says so.
fn refuse_place(reading: &mut Reading<'_>, says: Says<'_>, (code, message): (Code, String)) {
    let field = match says {
        Says::Name(_) => PARENT_NAME,
        _ => PARENT,
    };
    reading.refuse(code, field, message);
}

/// How many contacts that are there and seen get another effective group (T-10); moving changes none (T-29).
fn regrouped(old: &Model, new: &Model, there: &There) -> i64 {
    let own = there.own_groups.get(&old.id);
    let regrouped = own
        .into_iter()
        .flatten()
        .filter(|(own, _)| old.customer_group_id.or(*own) != new.customer_group_id.or(*own));
    regrouped.map(|(_, contacts)| contacts).sum()
}
