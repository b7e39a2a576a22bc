//! The demo's tables, read from the files in `demo/` that are built into the program.

use super::files::{
    ACCOUNTS, ADDRESSES, Account, Address, CATEGORIES, CONTACTS, Contact, Fault, GROUPS, Group,
    Named, ORGANIZATIONS, Organization, read,
};
use crate::access::{NewAccount, Rows, SystemDb};
use crate::contacts::service::{Keys, keys};
use crate::text::{search_key, sort_key};
use entity::customer_group::Status;
use entity::ids::{
    AccountId, AddressId, BusinessCategoryId, ContactId, CustomerGroupId, OrganizationId,
    OrganizationTypeId, RoleAssignmentId, RoleId,
};
use entity::role_assignment::Scope;
use entity::{
    address, business_category, contact, customer_group, organization, organization_closure,
    role_assignment,
};
use sea_orm::Set;
use std::collections::HashMap;

/// The demo's accounts, the administrator first.
pub fn accounts() -> Result<Vec<Account>, Fault> {
    Ok(read(ACCOUNTS)?)
}

/// What the demo's accounts come with: their passwords, hashed, by login, and the roles that they are given, by name.
#[derive(Debug, Default)]
pub struct Sealed {
    pub password_hashes: HashMap<String, String>,
    pub roles: HashMap<String, RoleId>,
}

/// Everything that the demo starts with, beside what every directory is seeded with.
pub fn rows(system: &SystemDb, sealed: &Sealed) -> Result<Rows, Fault> {
    let mut loader = Loader {
        system,
        rows: Rows::default(),
        groups: HashMap::from([
            ("Customer".to_owned(), 1),
            ("Partner".to_owned(), 2),
            ("Distributor".to_owned(), 3),
        ]),
        categories: HashMap::new(),
        organizations: HashMap::new(),
        ancestors: HashMap::new(),
        contacts: HashMap::new(),
        accounts: HashMap::new(),
    };
    loader.named_values()?;
    loader.organizations()?;
    loader.contacts()?;
    loader.addresses()?;
    loader.accounts(sealed)?;
    let markets = super::prices::add(&mut loader.rows, system, &loader.groups)?;
    let customers = super::customers::add(
        &mut loader.rows,
        system,
        &mut super::customers::Known {
            organizations: &loader.organizations,
            contacts: &loader.contacts,
            accounts: &mut loader.accounts,
        },
    )?;
    let known = super::orders::Known {
        organizations: &loader.organizations,
        contacts: &loader.contacts,
        groups: &loader.groups,
        markets: &markets,
        customers: &customers,
    };
    super::orders::add(&mut loader.rows, system, &known)?;
    Ok(loader.rows)
}

struct Loader<'a> {
    system: &'a SystemDb,
    rows: Rows,
    groups: HashMap<String, i64>,
    categories: HashMap<String, i64>,
    organizations: HashMap<String, OrganizationId>,
    /// Nearest first.
    ancestors: HashMap<OrganizationId, Vec<OrganizationId>>,
    contacts: HashMap<String, ContactId>,
    accounts: HashMap<String, AccountId>,
}

impl Loader<'_> {
    fn named_values(&mut self) -> Result<(), Fault> {
        let now = self.system.clock().now();
        for (group, number) in read::<Group>(GROUPS)?.into_iter().zip(4..) {
            self.rows.customer_groups.push(customer_group::ActiveModel {
                id: Set(CustomerGroupId(number)),
                name: Set(group.name.clone()),
                name_key: Set(sort_key(&group.name)),
                rank: Set(group.rank),
                status: Set(Status::Active),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
            });
            self.groups.insert(group.name, number);
        }
        for (category, number) in read::<Named>(CATEGORIES)?.into_iter().zip(1..) {
            self.rows
                .business_categories
                .push(business_category::ActiveModel {
                    id: Set(BusinessCategoryId(number)),
                    name: Set(category.name.clone()),
                    name_key: Set(sort_key(&category.name)),
                    version: Set(1),
                    created_at: Set(now),
                    updated_at: Set(now),
                });
            self.categories.insert(category.name, number);
        }
        let next = |numbers: &HashMap<String, i64>| {
            numbers.values().max().copied().unwrap_or_default() + 1
        };
        self.rows.next_numbers = vec![
            ("customerGroup", next(&self.groups)),
            ("businessCategory", next(&self.categories)),
        ];
        Ok(())
    }

    fn organizations(&mut self) -> Result<(), Fault> {
        let now = self.system.clock().now();
        for row in read::<Organization>(ORGANIZATIONS)? {
            let id = OrganizationId(self.system.clock().id());
            let parent = self.organization(row.parent_external_id.as_deref())?;
            let (name_key, external_id_key) = (sort_key(&row.name), sort_key(&row.external_id));
            let group = find(
                "customer group",
                &self.groups,
                row.customer_group.as_deref(),
            )?
            .map(CustomerGroupId);
            let category = find(
                "business category",
                &self.categories,
                row.business_category.as_deref(),
            )?;
            self.rows.organizations.push(organization::ActiveModel {
                id: Set(id),
                external_id: Set(Some(row.external_id.clone())),
                search_key: Set(search_key(&[&row.name, &row.external_id])),
                external_id_key: Set(external_id_key),
                name: Set(row.name),
                name_key: Set(name_key),
                description: Set(row.description),
                type_id: Set(OrganizationTypeId(if row.kind == "Organization Unit" {
                    2
                } else {
                    1
                })),
                business_category_id: Set(category.map(BusinessCategoryId)),
                parent_id: Set(parent),
                primary_contact_id: Set(None),
                customer_group_id: Set(group),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
            });
            let above: Vec<_> = parent
                .into_iter()
                .chain(
                    parent
                        .and_then(|parent| self.ancestors.get(&parent))
                        .into_iter()
                        .flatten()
                        .copied(),
                )
                .collect();
            for (ancestor, distance) in [id].iter().chain(&above).zip(0..) {
                self.rows.closure.push(organization_closure::ActiveModel {
                    ancestor_id: Set(*ancestor),
                    descendant_id: Set(id),
                    distance: Set(distance),
                });
            }
            self.ancestors.insert(id, above);
            self.organizations.insert(row.external_id, id);
        }
        Ok(())
    }

    fn contacts(&mut self) -> Result<(), Fault> {
        let now = self.system.clock().now();
        for row in read::<Contact>(CONTACTS)? {
            let id = ContactId(self.system.clock().id());
            let named = keys(Keys {
                external_id: Some(row.external_id.clone()),
                first_name: row.first_name,
                middle_name: row.middle_name,
                last_name: row.last_name,
                given_full_name: row.full_name,
                email: row.email,
            })?;
            let group = find(
                "customer group",
                &self.groups,
                row.customer_group.as_deref(),
            )?
            .map(CustomerGroupId);
            self.rows.contacts.push(contact::ActiveModel {
                id: Set(id),
                phone: Set(row.phone),
                job_title: Set(row.job_title),
                birth_date: Set(row.birth_date),
                preferred_language: Set(row.preferred_language),
                preferred_currency: Set(row.preferred_currency),
                registration_source: Set(row.registration_source),
                accepts_marketing: Set(row.accepts_marketing),
                consent_updated_at: Set(row.accepts_marketing.then_some(now)),
                organization_id: Set(self.organization(row.organization_external_id.as_deref())?),
                customer_group_id: Set(group),
                preferred_billing_address_id: Set(None),
                preferred_shipping_address_id: Set(None),
                erased_at: Set(None),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
                ..named
            });
            self.contacts.insert(row.external_id, id);
        }
        for row in read::<Organization>(ORGANIZATIONS)? {
            let primary = find(
                "contact",
                &self.contacts,
                row.primary_contact_external_id.as_deref(),
            )?;
            if let (Some(primary), Some(id)) = (primary, self.organization(Some(&row.external_id))?)
            {
                let change = organization::ActiveModel {
                    id: Set(id),
                    primary_contact_id: Set(Some(primary)),
                    ..Default::default()
                };
                self.rows.primary_contacts.push(change);
            }
        }
        Ok(())
    }

    fn addresses(&mut self) -> Result<(), Fault> {
        let now = self.system.clock().now();
        for row in read::<Address>(ADDRESSES)? {
            let id = AddressId(self.system.clock().id());
            let owner = Some(row.owner_external_id.as_str());
            let (organization_id, contact_id) = if row.owner_type == "organization" {
                (self.organization(owner)?, None)
            } else {
                (None, find("contact", &self.contacts, owner)?)
            };
            let is = |kind| row.kinds.split('|').any(|word| word == kind);
            self.rows.addresses.push(address::ActiveModel {
                id: Set(id),
                organization_id: Set(organization_id),
                contact_id: Set(contact_id),
                is_shipping: Set(is("SHIPPING")),
                is_billing: Set(is("BILLING")),
                is_public: Set(is("PUBLIC")),
                name: Set(row.name),
                first_name: Set(row.first_name),
                last_name: Set(row.last_name),
                organization_name: Set(row.organization_name),
                line1: Set(row.line1),
                line2: Set(row.line2),
                city: Set(row.city),
                region: Set(row.region),
                postal_code: Set(row.postal_code),
                country_code: Set(row.country_code),
                phone: Set(row.phone),
                email: Set(row.email),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
            });
            if let (Some(contact), false) = (contact_id, row.preferred.is_empty()) {
                let mut change = contact::ActiveModel {
                    id: Set(contact),
                    ..Default::default()
                };
                if row.preferred.contains("BILLING") {
                    change.preferred_billing_address_id = Set(Some(id));
                }
                if row.preferred.contains("SHIPPING") {
                    change.preferred_shipping_address_id = Set(Some(id));
                }
                self.rows.preferred_addresses.push(change);
            }
        }
        Ok(())
    }

    fn accounts(&mut self, sealed: &Sealed) -> Result<(), Fault> {
        let clock = self.system.clock();
        for account in accounts()? {
            let contact = find(
                "contact",
                &self.contacts,
                account.contact_external_id.as_deref(),
            )?;
            let login = account.login.clone();
            let (row, held) = NewAccount {
                password_hash: sealed.password_hashes.get(&account.login).cloned(),
                login: account.login,
                email: account.email,
                contact,
                ..NewAccount::default()
            }
            .rows(clock);
            self.rows.role_assignments.extend(held);
            if let Some(role) = find("role", &sealed.roles, account.role.as_deref())? {
                let over = account.scope_organization_external_id.as_deref();
                self.rows
                    .role_assignments
                    .push(role_assignment::ActiveModel {
                        id: Set(RoleAssignmentId(clock.id())),
                        account_id: row.id.clone(),
                        role_id: Set(role),
                        scope: Set(scope(account.scope.as_deref())?),
                        organization_id: Set(self.organization(over)?),
                        valid_from: Set(None),
                        valid_until: Set(None),
                        created_at: Set(clock.now()),
                    });
            }
            self.accounts
                .extend(row.id.try_as_ref().map(|id| (login, *id)));
            self.rows.accounts.push(row);
        }
        Ok(())
    }

    fn organization(&self, external_id: Option<&str>) -> Result<Option<OrganizationId>, Fault> {
        find("organization", &self.organizations, external_id)
    }
}

fn scope(name: Option<&str>) -> Result<Scope, Fault> {
    match name {
        Some("GLOBAL") => Ok(Scope::Global),
        Some("SUBTREE") => Ok(Scope::Subtree),
        Some("NODE") => Ok(Scope::Node),
        Some("OWN") => Ok(Scope::Own),
        other => Err(Fault::Missing(
            "scope",
            other.unwrap_or_default().to_owned(),
        )),
    }
}

/// Looks a name up; a blank one is nobody.
pub(super) fn find<T: Copy>(
    kind: &'static str,
    known: &HashMap<String, T>,
    name: Option<&str>,
) -> Result<Option<T>, Fault> {
    name.map(|name| {
        known
            .get(name)
            .copied()
            .ok_or_else(|| Fault::Missing(kind, name.to_owned()))
    })
    .transpose()
}
