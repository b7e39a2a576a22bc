//! What a row asks of an account.

use super::super::named::{flag, named, organization};
use super::{Accounts, held};
use crate::access::{HELD_BY_EVERY_ACCOUNT, WriteTx};
use crate::accounts::rules;
use crate::contacts::service::Keys;
use crate::error::{Code, Result, UserError};
use crate::imports::rules::{Problem, Reading, RowIn};
use crate::passwords;
use crate::text::{self, NAME, Rule, login_key, unique_key};
use async_graphql::MaybeUndefined;
use entity::account::Model;
use entity::ids::{OrganizationId, RoleId};
use entity::{contact, role};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

/// The fields that a row may give. Names and passwordHash count for accounts that are created; a password is always refused.
pub const FIELDS: [&str; 12] = [
    "login",
    "email",
    "contactExternalId",
    "organizationExternalId",
    "firstName",
    "lastName",
    "fullName",
    "role",
    "active",
    "comment",
    "password",
    "passwordHash",
];

/// By what a row is known.
pub fn key(row: &RowIn) -> Result<Option<String>, Problem> {
    let login = row.text("login").or(row.text("email"));
    let Some(login) = login.map(str::to_owned) else {
        return Ok(None);
    };
    let login = rules::login(Some(login))?;
    Ok(login.as_deref().map(login_key))
}

/// What stands between the names of several roles.
const BETWEEN_ROLES: char = ';';

/// The names of roles in a text.
pub(super) fn role_names(text: &str) -> Vec<String> {
    let names = text.split(BETWEEN_ROLES).map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

pub(super) async fn read(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    old: Option<&Model>,
    row: &RowIn,
) -> Result<Accounts> {
    let mut wanted = Accounts::default();
    if row.text("password").is_some() {
        let message = "passwords in clear are not imported: accounts are invited to choose one";
        reading.refuse(Code::Invalid, "password", message);
    }
    if old.is_none() {
        let login = row.text("login").map(str::to_owned);
        wanted.login = login.clone().unwrap_or_default();
        reading.text("login", None, |_| Ok(login));
    }
    read_texts(reading, old, &mut wanted);
    match old {
        None => read_whose(tx, reading, row, &mut wanted).await?,
        Some(old) => check_whose(tx, reading, row, old).await?,
    }
    read_roles(tx, reading, row, old, &mut wanted).await?;
    Ok(wanted)
}

fn read_texts(reading: &mut Reading<'_>, old: Option<&Model>, wanted: &mut Accounts) {
    let given = |value: Option<String>| value.map_or(MaybeUndefined::Null, MaybeUndefined::Value);
    let had = old.and_then(|old| old.email.clone());
    let email = reading.text("email", had, |text| text::email("email", text));
    if reading.changes_field("email") {
        wanted.email = given(email);
    }
    let had = old.and_then(|old| old.comment.clone());
    let comment = reading.text("comment", had, |text| Rule::text("comment").apply(text));
    if reading.changes_field("comment") {
        wanted.comment = given(comment);
    }
    let active = flag(reading, "active", old.map(|old| old.active), true);
    if reading.changes_field("active") {
        wanted.active = MaybeUndefined::Value(active);
    }
    if old.is_none() {
        wanted.password_hash = reading.field("passwordHash", None, stored, |hash| {
            // The report says how, and never what.
            hash.as_ref().map(|_| "argon2".to_owned())
        });
    }
}

/// A password that somebody else has hashed, as far as it can be compared with.
fn stored(text: Option<&str>) -> Result<Option<String>, UserError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if passwords::is_stored(text) {
        return Ok(Some(text.to_owned()));
    }
    let message = "a passwordHash is the PHC string of an Argon2, such as $argon2id$v=19$m=19456,t=2,p=1$...$...";
    Err(UserError::new(Code::Invalid, "passwordHash", message))
}

/// Whose the account is that is to be created.
async fn read_whose(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    wanted: &mut Accounts,
) -> Result<()> {
    let contact = contact_named(tx, row).await?;
    let id = contact.as_ref().map(|contact| contact.id);
    let external_id = row.reference("contactExternalId");
    let read = |text: Option<&str>| named("contactExternalId", "contact", text, id);
    let show = |id: &Option<_>| id.and(external_id).map(str::to_owned);
    wanted.contact = reading.field("contactExternalId", None, read, show);
    let place = place_named(tx, row).await?;
    let external_id = row.reference("organizationExternalId");
    let read = |text: Option<&str>| named("organizationExternalId", "organization", text, place);
    let show = |id: &Option<_>| id.and(external_id).map(str::to_owned);
    let place = reading.field("organizationExternalId", None, read, show);
    if let Some(contact) = contact {
        wanted.organization = contact.organization_id;
        if place.is_some() && place != contact.organization_id {
            elsewhere(reading);
        }
        return Ok(());
    }
    wanted.organization = place;
    let mut line =
        |field: &'static str| reading.text(field, None, |text| Rule::line(field, NAME).apply(text));
    let (first_name, last_name, given_full_name) =
        (line("firstName"), line("lastName"), line("fullName"));
    let email = match &wanted.email {
        MaybeUndefined::Value(email) => Some(email.clone()),
        _ => None,
    };
    let texts = Keys {
        external_id: None,
        first_name,
        middle_name: None,
        last_name,
        given_full_name,
        email,
    };
    let parts = [
        &texts.first_name,
        &texts.last_name,
        &texts.given_full_name,
        &texts.email,
    ];
    if parts.iter().any(|part| part.is_some()) {
        wanted.newcomer = Some(texts);
    } else if place.is_some() {
        let message =
            "what is in an organization is the contact of an account: it needs a name or an e-mail";
        reading.refuse(Code::Required, "fullName", message);
    }
    Ok(())
}

/// An account that is there stays with its contact, and the contact where it is.
async fn check_whose(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: &Model,
) -> Result<()> {
    if row.text("contactExternalId").is_some() {
        match contact_named(tx, row).await? {
            None => {
                reading.refuse(Code::NotFound, "contactExternalId", "contact not found");
            }
            Some(contact) if Some(contact.id) != old.contact_id => {
                let message = "the account is another contact's, or nobody's, and stays so";
                reading.refuse(Code::Conflict, "contactExternalId", message);
            }
            Some(_) => {}
        }
    }
    if row.text("organizationExternalId").is_some() {
        let place = place_named(tx, row).await?;
        if place.is_none() {
            let message = "organization not found";
            reading.refuse(Code::NotFound, "organizationExternalId", message);
        } else if tx.own_organization_of(old.id).await? != place {
            elsewhere(reading);
        }
    }
    Ok(())
}

fn elsewhere(reading: &mut Reading<'_>) {
    let message =
        "the contact of the account is not in this organization; a file of contacts can move it";
    reading.refuse(Code::Conflict, "organizationExternalId", message);
}

async fn contact_named(tx: &mut WriteTx, row: &RowIn) -> Result<Option<contact::Model>> {
    let Some(external_id) = row.reference("contactExternalId") else {
        return Ok(None);
    };
    let is_it = Condition::all()
        .add(contact::Column::ExternalId.eq(external_id))
        .add(contact::Column::ErasedAt.is_null());
    let found = tx.refer_where::<contact::Entity>(is_it).await?.pop();
    Ok(found.map(|found| (*found).clone()))
}

async fn place_named(tx: &mut WriteTx, row: &RowIn) -> Result<Option<OrganizationId>> {
    organization(tx, row.reference("organizationExternalId")).await
}

/// Roles are added, and never taken away: what a file does not name may have been given by hand.
async fn read_roles(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: Option<&Model>,
    wanted: &mut Accounts,
) -> Result<()> {
    let names = row.reference("role").map(role_names).unwrap_or_default();
    let found = roles_named(tx, &names).await?;
    let had = match old {
        Some(old) => held(tx, old.id, &names).await?,
        None => Vec::new(),
    };
    let has = |role: RoleId| {
        HELD_BY_EVERY_ACCOUNT.contains(&role) || had.iter().any(|(_, held)| *held == role)
    };
    let read = |text: Option<&str>| {
        if old.is_some() && text.is_none() {
            let message = "roles are not taken away by imports";
            return Err(UserError::new(Code::Invalid, "role", message));
        }
        let mut new = Vec::new();
        for name in &names {
            let role = found.get(&unique_key(name)).copied().ok_or_else(|| {
                UserError::new(Code::NotFound, "role", format!("role {name} not found"))
            })?;
            if !has(role) && !new.contains(&role) {
                new.push(role);
            }
        }
        Ok(new)
    };
    let show = |roles: &Vec<RoleId>| {
        let named = |name: &&String| {
            let role = found.get(&unique_key(name));
            role.is_some_and(|role| roles.contains(role))
        };
        let named: Vec<_> = names.iter().filter(named).map(String::as_str).collect();
        (!named.is_empty()).then(|| named.join("; "))
    };
    wanted.roles = reading.field("role", Vec::new(), read, show);
    Ok(())
}

/// The roles of these names that the viewer sees, by the keys of the names.
pub(super) async fn roles_named(
    tx: &mut WriteTx,
    names: &[String],
) -> Result<HashMap<String, RoleId>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<_> = names.iter().map(|name| unique_key(name)).collect();
    let named = tx.is_one_of_texts(role::Column::NameKey, &keys);
    let found = tx.refer_where::<role::Entity>(named).await?;
    let found = found.into_iter();
    Ok(found.map(|role| (role.name_key.clone(), role.id)).collect())
}
