//! What comes of a row about a contact: a pure function of the row and of what is there.

use super::cells::{birth_date, named_group, named_organization, yes_or_no};
use super::there::There;
use super::{BY_EMAIL, FIELDS, Step};
use crate::access::{Consequence, Granted, Permission};
use crate::contacts::rules::consent;
use crate::contacts::service::{Keys, currency, keys};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Change, Problem, Reading, RowIn};
use crate::imports::service::batch::{Judged, key_problems};
use crate::imports::service::kind::Kind;
use crate::text::{NAME, Rule, SHORT, email};
use entity::contact::{self, Model};
use entity::customer_group::Status;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use sea_orm::{Set, TryIntoModel};

/// Decides about one row. What the viewer may not see is as good as absent (T-93), except that its key is taken (T-39).
pub(super) fn decide(row: &RowIn, key: Option<&str>, there: &There) -> Judged<Step> {
    let Some(key) = key else {
        return Judged::refused(key_problems(Kind::Contacts, row));
    };
    let old = match known(key, there) {
        Ok(old) => old,
        Err(problem) => return Judged::refused(vec![problem]),
    };
    let owned = old.and_then(|old| there.owned.get(&old.id.to_string()));
    let mut reading = Reading::of(row, &FIELDS, old.is_none(), owned);
    let field = row.place_field();
    let new = read(&mut reading, row, old.map(|old| &**old), there);
    check_rights(&mut reading, field, old.map(|old| &**old), &new, there);
    let made = finish(&mut reading, field, new, there);
    let decision = reading.decide(old.map(|old| old.id.to_string()));
    let Some(new) = made.filter(|_| decision.action.writes()) else {
        return Judged::settled(decision);
    };
    let regrouped = old.is_some_and(|old| effective(old, there) != effective(&new, there));
    Judged {
        decision,
        regrouped: regrouped.into(),
        step: Some(Step {
            group: there.new_group_of(&new),
            old: old.cloned(),
            new,
        }),
    }
}

/// The contact that a key stands for, none where it is new.
fn known<'t>(
    key: &str,
    there: &'t There,
) -> Result<Option<&'t Granted<contact::Entity, Consequence>>, Problem> {
    if let Some(email) = key.strip_prefix(BY_EMAIL) {
        return match there.by_email.get(email).map_or(&[][..], Vec::as_slice) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let message = format!(
                    "{} contacts have this e-mail; give the externalId of the one that is meant",
                    several.len()
                );
                Err(Problem::new(Code::Conflict, "email", message))
            }
        };
    }
    let old = there.rows.get(key);
    if old.is_some_and(|old| !there.seen.contains(&old.id)) {
        let message = "externalId is taken";
        return Err(Problem::new(Code::Taken, "externalId", message));
    }
    Ok(old)
}

/// A contact that shall be another.
pub(super) struct Target<'t> {
    pub old: &'t Granted<contact::Entity, Consequence>,
    pub new: Model,
}

/// What makes a contact what it shall be, with the rights that it takes.
///
/// # Errors
/// Why it is refused.
pub(super) fn towards(target: Target<'_>, there: &There) -> Result<Step, Vec<Problem>> {
    let Target { old, new } = target;
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
    let place = new.organization_id;
    note("organizationExternalId", old.organization_id != place);
    note(
        "customerGroup",
        old.customer_group_id != new.customer_group_id,
    );
    let mut rest = new.clone();
    rest.organization_id = old.organization_id;
    rest.customer_group_id = old.customer_group_id;
    note("externalId", rest != **old);
    let field = "organizationExternalId";
    check_rights(&mut reading, field, Some(&**old), &new, there);
    let made = finish(&mut reading, field, new, there);
    match made {
        Some(new) if reading.problems.is_empty() => Ok(Step {
            group: None,
            old: Some(old.clone()),
            new,
        }),
        _ => Err(reading.problems),
    }
}

/// The group that prices are made for (T-10).
fn effective(contact: &Model, there: &There) -> Option<CustomerGroupId> {
    let given = |place| there.group_of.get(&place).copied().flatten();
    contact
        .organization_id
        .and_then(given)
        .or(contact.customer_group_id)
}

/// The contact as it shall be, but for what follows from its texts.
fn read(reading: &mut Reading<'_>, row: &RowIn, old: Option<&Model>, there: &There) -> Model {
    let mut new = old.cloned().unwrap_or_else(|| blank(there));
    let line = |field, limit| move |text| Rule::line(field, limit).apply(text);
    // An empty one is no key, and takes none away either.
    if let Some(key) = row.text("externalId").map(str::to_owned) {
        new.external_id = reading.text("externalId", new.external_id, |_| Ok(Some(key)));
    }
    new.given_full_name = reading.text("fullName", new.given_full_name, line("fullName", NAME));
    new.first_name = reading.text("firstName", new.first_name, line("firstName", NAME));
    new.middle_name = reading.text("middleName", new.middle_name, line("middleName", NAME));
    new.last_name = reading.text("lastName", new.last_name, line("lastName", NAME));
    new.email = reading.text("email", new.email, |text| email("email", text));
    new.phone = reading.text("phone", new.phone, line("phone", SHORT));
    new.job_title = reading.text("jobTitle", new.job_title, line("jobTitle", SHORT));
    new.birth_date = reading.field("birthDate", new.birth_date, birth_date, |day| {
        day.map(|day| day.to_string())
    });
    new.preferred_language = reading.text(
        "preferredLanguage",
        new.preferred_language,
        line("preferredLanguage", SHORT),
    );
    new.preferred_currency = reading.text("preferredCurrency", new.preferred_currency, |text| {
        let text = text.map(|text| text.trim().to_owned());
        currency("preferredCurrency", text.filter(|text| !text.is_empty()))
    });
    // Who was never asked has said neither (T-210).
    let asked = new.consent_updated_at.is_some() || new.accepts_marketing;
    let said = reading.field(
        "acceptsMarketing",
        asked.then_some(new.accepts_marketing),
        |text| match text {
            // Of somebody new, nothing was said.
            None if old.is_none() => Ok(None),
            text => yes_or_no("acceptsMarketing", text).map(Some),
        },
        |said| said.map(|yes| yes.to_string()),
    );
    if reading.changes_field("acceptsMarketing") {
        (new.accepts_marketing, new.consent_updated_at) =
            consent(&new, said.unwrap_or_default(), there.now);
    }
    let field = row.place_field();
    new.organization_id = reading.field(
        field,
        new.organization_id,
        |named| named_organization(field, named, there),
        |id| id.and_then(|id| there.name_of.get(&id).cloned()),
    );
    new.customer_group_id = reading.field(
        "customerGroup",
        new.customer_group_id,
        |named| named_group(named, there),
        |id| id.and_then(|id| there.group_name(id)),
    );
    new
}

fn blank(there: &There) -> Model {
    Model {
        id: ContactId(uuid::Uuid::nil()),
        external_id: None,
        external_id_key: String::new(),
        first_name: None,
        middle_name: None,
        last_name: None,
        last_name_key: String::new(),
        given_full_name: None,
        full_name: String::new(),
        full_name_key: String::new(),
        email: None,
        email_key: String::new(),
        search_key: String::new(),
        phone: None,
        job_title: None,
        birth_date: None,
        preferred_language: None,
        preferred_currency: None,
        registration_source: None,
        accepts_marketing: false,
        consent_updated_at: None,
        organization_id: None,
        customer_group_id: None,
        preferred_billing_address_id: None,
        preferred_shipping_address_id: None,
        erased_at: None,
        version: 1,
        created_at: there.now,
        updated_at: there.now,
    }
}

/// Whether the viewer may do this: what contactCreate, contactUpdate, contactAssignOrganization and customerGroupAssign ask for. What
/// changes nothing takes nothing (T-114).
fn check_rights(
    reading: &mut Reading<'_>,
    field: &str,
    old: Option<&Model>,
    new: &Model,
    there: &There,
) {
    let lacking = |permission: Permission| format!("this needs the permission {permission}");
    if reading.refuses(field) {
        // Where the contact would be is not known.
        return;
    }
    let place = new.organization_id;
    let Some(old) = old else {
        if !there.create.reach(place) {
            let message = lacking(Permission::ContactCreate);
            reading.refuse(Code::Forbidden, field, message);
        } else if new.customer_group_id.is_some() {
            check_group(reading, new, &[place], there);
        }
        return;
    };
    if reading.changes.is_empty() {
        return;
    }
    let only_group = reading
        .changes
        .iter()
        .all(|change| change.field == "customerGroup");
    if !only_group && !there.editable.contains(&old.id) {
        let message = lacking(Permission::ContactEdit);
        reading.refuse(Code::Forbidden, "externalId", message);
        return;
    }
    if reading.changes_field("customerGroup") {
        check_group(reading, new, &[old.organization_id, place], there);
    }
    if !reading.changes_field(field) {
        return;
    }
    if !there.edit.reach(place) {
        let message = lacking(Permission::ContactEdit);
        reading.refuse(Code::Forbidden, field, message);
    } else if there.primary.contains(&old.id) {
        let message = "this is the organization's primary contact; set another one first";
        reading.refuse(Code::InUse, field, message);
    } else if effective(old, there) != effective(new, there)
        && !(there.assign.reach(place) && there.assign.reach(old.organization_id))
    {
        let message = lacking(Permission::CustomerGroupAssign);
        reading.refuse(Code::Forbidden, field, message);
    } else if let Some(permission) = there.gaining.get(&old.id) {
        let message = format!(
            "somebody would gain {permission} by this, which you do not hold there yourself, or not for as long"
        );
        reading.refuse(Code::OutOfScope, field, message);
    }
}

fn check_group(
    reading: &mut Reading<'_>,
    new: &Model,
    places: &[Option<OrganizationId>],
    there: &There,
) {
    if places.iter().any(|place| !there.assign.reach(*place)) {
        let message = format!(
            "this needs the permission {}",
            Permission::CustomerGroupAssign
        );
        reading.refuse(Code::Forbidden, "customerGroup", message);
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

/// The contact with what follows from its texts; preferences for addresses of an organization that it leaves are gone (T-74).
fn finish(reading: &mut Reading<'_>, field: &str, mut new: Model, there: &There) -> Option<Model> {
    let place = new.organization_id;
    if reading.changes_field(field) {
        let stays = |preferred: &mut Option<_>| {
            let owner = preferred.and_then(|id| there.address_of.get(&id).copied().flatten());
            if owner.is_some_and(|owner| Some(owner) != place) {
                *preferred = None;
            }
        };
        stays(&mut new.preferred_billing_address_id);
        stays(&mut new.preferred_shipping_address_id);
    }
    let texts = Keys {
        external_id: new.external_id.take(),
        first_name: new.first_name.take(),
        middle_name: new.middle_name.take(),
        last_name: new.last_name.take(),
        given_full_name: new.given_full_name.take(),
        email: new.email.take(),
    };
    match keys(texts) {
        Ok(named) => contact::ActiveModel {
            id: Set(new.id),
            phone: Set(new.phone),
            job_title: Set(new.job_title),
            birth_date: Set(new.birth_date),
            preferred_language: Set(new.preferred_language),
            preferred_currency: Set(new.preferred_currency),
            registration_source: Set(new.registration_source),
            accepts_marketing: Set(new.accepts_marketing),
            consent_updated_at: Set(new.consent_updated_at),
            organization_id: Set(new.organization_id),
            customer_group_id: Set(new.customer_group_id),
            preferred_billing_address_id: Set(new.preferred_billing_address_id),
            preferred_shipping_address_id: Set(new.preferred_shipping_address_id),
            version: Set(new.version),
            created_at: Set(new.created_at),
            updated_at: Set(new.updated_at),
            erased_at: Set(new.erased_at),
            ..named
        }
        .try_into_model()
        .ok(),
        Err(Error::Invalid(mistakes)) => {
            // Said only where nothing else is wrong: it may follow from that.
            if reading.problems.is_empty() {
                reading
                    .problems
                    .extend(mistakes.into_iter().map(Problem::from));
            }
            None
        }
        Err(_) => None,
    }
}
