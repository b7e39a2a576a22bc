//! The rows of organizations, contacts, accounts and assignments, by number.

use super::names::{email, full_name, names};
use super::{mixed, place};
use chrono::{DateTime, Utc};
use entity::ids::{
    AccountId, ContactId, CustomerGroupId, OrganizationId, OrganizationTypeId, RoleAssignmentId,
    RoleId,
};
use entity::role_assignment::Scope;
use entity::{account, contact, organization, organization_closure, role_assignment};
use guildhall::access::account_search_key;
use guildhall::text::{login_key, search_key, sort_key};
use sea_orm::Set;
use uuid::Uuid;

const ORGANIZATION: u64 = 1;
const CONTACT: u64 = 2;
const ACCOUNT: u64 = 3;
const ASSIGNMENT: u64 = 4;

pub(super) fn uuid(kind: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | (kind << 16), (0x8 << 60) | number)
}

/// The number in an id of the set, whatever its kind.
pub fn number_of(id: Uuid) -> u64 {
    id.as_u64_pair().1 & !(0xF << 60)
}

pub fn organization_id(number: u64) -> OrganizationId {
    OrganizationId(uuid(ORGANIZATION, number))
}

pub fn contact_id(number: u64) -> ContactId {
    ContactId(uuid(CONTACT, number))
}

pub(super) fn account_id(number: u64) -> AccountId {
    AccountId(uuid(ACCOUNT, number))
}

/// One of the three groups that there are from the start, for one of `of_each`.
fn group(number: u64, of_each: u64) -> Option<CustomerGroupId> {
    let mix = mixed(number ^ 0xABCD);
    let group = 1 + (mix / of_each % 3).cast_signed();
    mix.is_multiple_of(of_each)
        .then_some(CustomerGroupId(group))
}

pub fn organization_row(
    number: u64,
    parent: Option<u64>,
    now: DateTime<Utc>,
) -> organization::ActiveModel {
    let (first, last) = names(number);
    let (name, external_id) = (format!("{last} {first} {number}"), format!("org-{number}"));
    organization::ActiveModel {
        id: Set(organization_id(number)),
        external_id_key: Set(sort_key(&external_id)),
        search_key: Set(search_key(&[&name, &external_id])),
        external_id: Set(Some(external_id)),
        name_key: Set(sort_key(&name)),
        name: Set(name),
        description: Set(None),
        type_id: Set(OrganizationTypeId(1)),
        business_category_id: Set(None),
        parent_id: Set(parent.map(organization_id)),
        primary_contact_id: Set(None),
        customer_group_id: Set(group(number, 5)),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

pub fn closure_row(
    ancestor: u64,
    descendant: u64,
    distance: i32,
) -> organization_closure::ActiveModel {
    organization_closure::ActiveModel {
        ancestor_id: Set(organization_id(ancestor)),
        descendant_id: Set(organization_id(descendant)),
        distance: Set(distance),
    }
}

pub fn contact_row(number: u64, organizations: u64, now: DateTime<Utc>) -> contact::ActiveModel {
    let (first, last) = names(number);
    let (full_name, email, external_id) = (full_name(number), email(number), format!("c-{number}"));
    contact::ActiveModel {
        id: Set(contact_id(number)),
        external_id_key: Set(sort_key(&external_id)),
        search_key: Set(search_key(&[&full_name, &email, &external_id])),
        external_id: Set(Some(external_id)),
        first_name: Set(Some(first.to_owned())),
        middle_name: Set(None),
        last_name_key: Set(sort_key(&last)),
        last_name: Set(Some(last)),
        given_full_name: Set(None),
        full_name_key: Set(sort_key(&full_name)),
        full_name: Set(full_name),
        email_key: Set(sort_key(&email)),
        email: Set(Some(email)),
        phone: Set(None),
        job_title: Set(None),
        birth_date: Set(None),
        preferred_language: Set(None),
        preferred_currency: Set(None),
        registration_source: Set(None),
        accepts_marketing: Set(false),
        consent_updated_at: Set(None),
        organization_id: Set(place(number, organizations).map(organization_id)),
        customer_group_id: Set(group(number ^ 0xC0_FFEE, 3)),
        preferred_billing_address_id: Set(None),
        preferred_shipping_address_id: Set(None),
        erased_at: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// Whether contact `number` has an account: 19 of 20 do.
pub fn has_account(number: u64) -> bool {
    !mixed(number ^ 0xACC0).is_multiple_of(20)
}

pub fn account_row(number: u64, now: DateTime<Utc>) -> account::ActiveModel {
    let login = email(number);
    account::ActiveModel {
        id: Set(account_id(number)),
        login_key: Set(login_key(&login)),
        search_key: Set(account_search_key(&login, Some(&login))),
        email: Set(Some(login.clone())),
        login: Set(login),
        contact_id: Set(Some(contact_id(number))),
        password_hash: Set(None),
        approved: Set(true),
        awaits_confirmation: Set(false),
        registration_source: Set(account::Origin::Manual),
        active: Set(true),
        locked_until: Set(None),
        last_sign_in_at: Set(None),
        comment: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// The `nth` assignment of account `number`: a role that counts in its own organization.
pub fn assignment_row(
    number: u64,
    nth: u64,
    role: RoleId,
    now: DateTime<Utc>,
) -> role_assignment::ActiveModel {
    role_assignment::ActiveModel {
        id: Set(RoleAssignmentId(uuid(ASSIGNMENT + nth, number))),
        account_id: Set(account_id(number)),
        role_id: Set(role),
        scope: Set(Scope::Own),
        organization_id: Set(None),
        valid_from: Set(None),
        valid_until: Set(None),
        created_at: Set(now),
    }
}
