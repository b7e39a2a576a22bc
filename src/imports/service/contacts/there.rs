//! What is there around some rows about contacts, as the viewer may know it: read in as many statements for many rows as for few.

use super::{BY_EMAIL, ORGANIZATION_NAME};
use crate::access::{Action, Consequence, Granted, Owned, Permission, Places, WriteTx};
use crate::error::Result;
use crate::imports::rules::RowIn;
use crate::text::{sort_key, unique_key};
use chrono::{DateTime, Utc};
use entity::ids::{AddressId, ContactId, CustomerGroupId, OrganizationId};
use entity::{address, contact, customer_group, organization};
use sea_orm::Condition;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What is there around some rows.
#[derive(Default)]
pub(super) struct There {
    /// By external id, hidden ones too: whoever decides must look whether they are seen.
    pub rows: HashMap<String, Granted<contact::Entity, Consequence>>,
    pub seen: HashSet<ContactId>,
    pub editable: HashSet<ContactId>,
    /// By e-mail, those that are seen: e-mails need not be unique, and say nothing of who is hidden.
    pub by_email: HashMap<String, Vec<Granted<contact::Entity, Consequence>>>,
    /// By the key of the name, how many are seen of each, and one of them.
    pub organizations_named: HashMap<String, (usize, OrganizationId)>,
    /// By external id, those that are seen.
    pub organizations: HashMap<String, OrganizationId>,
    /// Those that rows name or contacts came from, all of them seen.
    pub named: HashSet<OrganizationId>,
    /// The groups given to the organizations that contacts are in or come into.
    pub group_of: HashMap<OrganizationId, Option<CustomerGroupId>>,
    /// The external ids of organizations that are seen.
    pub name_of: HashMap<OrganizationId, String>,
    /// By the key of the name, those that are seen.
    pub groups_named: HashMap<String, CustomerGroupId>,
    /// Those, and the ones that contacts have: groups show on whoever has them (T-199).
    pub groups: HashMap<CustomerGroupId, customer_group::Model>,
    pub create: Places,
    pub edit: Places,
    pub assign: Places,
    /// Who is the primary contact of an organization.
    pub primary: HashSet<ContactId>,
    /// Whose account would gain a right at the new place that the viewer does not hold there.
    pub gaining: HashMap<ContactId, Permission>,
    pub owned: Owned,
    /// The organizations of the addresses that contacts prefer.
    pub address_of: HashMap<AddressId, Option<OrganizationId>>,
    pub now: DateTime<Utc>,
}

impl There {
    pub(super) fn group_name(&self, id: CustomerGroupId) -> Option<String> {
        self.groups.get(&id).map(|group| group.name.clone())
    }

    /// The name of the group that has to be added for a contact.
    pub(super) fn new_group_of(&self, new: &contact::Model) -> Option<String> {
        let id = new.customer_group_id.filter(|id| id.0 < 0)?;
        self.group_name(id)
    }

    /// Around rows that give fields by name.
    pub(super) async fn around(
        tx: &mut WriteTx,
        rows: &[RowIn],
        keys: &[Option<String>],
    ) -> Result<Self> {
        let wanted: BTreeSet<String> = keys.iter().flatten().cloned().collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        let found = found(tx, &wanted).await?;
        let organizations = organizations(tx, rows).await?;
        let groups = groups_named(tx, rows).await?;
        let moving = moving(rows, keys, &found, &organizations);
        Self::gather(tx, found, organizations, groups, moving).await
    }

    /// Around contacts, of which some shall move; `named` are organizations and groups that are there and seen.
    pub(super) async fn gather(
        tx: &mut WriteTx,
        found: Vec<Granted<contact::Entity, Consequence>>,
        named: Vec<Granted<organization::Entity>>,
        groups: Vec<Granted<customer_group::Entity>>,
        moving: Vec<(ContactId, Option<OrganizationId>)>,
    ) -> Result<Self> {
        let ids: Vec<_> = found.iter().map(Granted::id).collect();
        let mut there = Self {
            seen: tx
                .reached_among::<contact::Entity>(&ids, Action::View)
                .await?,
            editable: tx
                .reached_among::<contact::Entity>(&ids, Action::Edit)
                .await?,
            owned: tx.owned_fields::<contact::Entity>(&ids).await?,
            now: tx.now(),
            ..Self::default()
        };
        for group in groups {
            there.groups_named.insert(group.name_key.clone(), group.id);
            there.groups.insert(group.id, (*group).clone());
        }
        let had = found.iter().filter_map(|row| row.customer_group_id);
        let had = groups_had(tx, had.collect()).await?;
        there.groups.extend(had);
        for row in named {
            there.note_organization(&row, true);
            there.named.insert(row.id);
        }
        let places: BTreeSet<_> = found.iter().filter_map(|row| row.organization_id).collect();
        there.look_at_places(tx, places).await?;
        let movers: Vec<_> = moving.iter().map(|(contact, _)| *contact).collect();
        let into = moving
            .iter()
            .filter_map(|(contact, place)| Some((*contact, (*place)?)));
        there.gaining = tx.joining_lacks(&into.collect::<Vec<_>>()).await?;
        there.primary = primary(tx, &movers).await?;
        there.address_of = preferred(tx, &found, &movers).await?;
        for row in found {
            if there.seen.contains(&row.id) && !row.email_key.is_empty() {
                let same = there.by_email.entry(row.email_key.clone());
                same.or_default().push(row.clone());
            }
            if let Some(external_id) = row.external_id.clone() {
                there.rows.insert(external_id, row);
            }
        }
        Ok(there)
    }

    fn note_organization(&mut self, row: &organization::Model, seen: bool) {
        self.group_of.insert(row.id, row.customer_group_id);
        if seen {
            let named = self.organizations_named.entry(row.name_key.clone());
            named.or_insert((0, row.id)).0 += 1;
        }
        if let Some(external_id) = row.external_id.as_ref().filter(|_| seen) {
            self.name_of.insert(row.id, external_id.clone());
            self.organizations.insert(external_id.clone(), row.id);
        }
    }

    /// The groups and rights of the organizations that contacts are in, and of those that rows name.
    async fn look_at_places(
        &mut self,
        tx: &mut WriteTx,
        places: BTreeSet<OrganizationId>,
    ) -> Result<()> {
        let left: Vec<_> = places
            .iter()
            .copied()
            .filter(|place| !self.group_of.contains_key(place))
            .collect();
        if !left.is_empty() {
            let seen = tx
                .reached_among::<organization::Entity>(&left, Action::View)
                .await?;
            let left = tx.is_one_of(organization::Column::Id, &left);
            for row in tx.decided_by::<organization::Entity>(left).await? {
                self.note_organization(&row, seen.contains(&row.id));
            }
        }
        let all: Vec<_> = self.group_of.keys().copied().collect();
        self.create = tx.places_reached(Permission::ContactCreate, &all).await?;
        self.edit = tx.places_reached(Permission::ContactEdit, &all).await?;
        self.assign = tx
            .places_reached(Permission::CustomerGroupAssign, &all)
            .await?;
        Ok(())
    }
}

/// The contacts that rows are about: of each external id the one, of each e-mail all.
async fn found(
    tx: &mut WriteTx,
    keys: &[String],
) -> Result<Vec<Granted<contact::Entity, Consequence>>> {
    let (mut ids, mut emails) = (Vec::new(), Vec::new());
    for key in keys {
        match key.strip_prefix(BY_EMAIL) {
            Some(email) => emails.push(email.to_owned()),
            None => ids.push(key.clone()),
        }
    }
    let mut known = Condition::any();
    if !ids.is_empty() {
        known = known.add(tx.is_one_of_texts(contact::Column::ExternalId, &ids));
    }
    if !emails.is_empty() {
        known = known.add(tx.is_one_of_texts(contact::Column::EmailKey, &emails));
    }
    if known.is_empty() {
        return Ok(Vec::new());
    }
    tx.consequences::<contact::Entity>(known).await
}

/// The organizations that rows name, by id or by name, as far as they are there and seen.
async fn organizations(
    tx: &mut WriteTx,
    rows: &[RowIn],
) -> Result<Vec<Granted<organization::Entity>>> {
    let asked = |field| {
        let texts = rows.iter().filter_map(move |row| row.reference(field));
        texts.collect::<BTreeSet<_>>()
    };
    let ids: Vec<_> = asked("organizationExternalId")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let names: BTreeSet<_> = asked("organizationName")
        .into_iter()
        .map(sort_key)
        .collect();
    let names: Vec<_> = names.into_iter().collect();
    let mut named = Condition::any();
    if !ids.is_empty() {
        named = named.add(tx.is_one_of_texts(organization::Column::ExternalId, &ids));
    }
    if !names.is_empty() {
        named = named.add(tx.is_one_of_texts(organization::Column::NameKey, &names));
    }
    if named.is_empty() {
        return Ok(Vec::new());
    }
    tx.refer_where::<organization::Entity>(named).await
}

/// The groups that rows name.
async fn groups_named(
    tx: &mut WriteTx,
    rows: &[RowIn],
) -> Result<Vec<Granted<customer_group::Entity>>> {
    let named = rows.iter().filter_map(|row| row.reference("customerGroup"));
    let named: BTreeSet<_> = named.map(unique_key).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let named: Vec<_> = named.into_iter().collect();
    let named = tx.is_one_of_texts(customer_group::Column::NameKey, &named);
    tx.refer_where::<customer_group::Entity>(named).await
}

async fn groups_had(
    tx: &mut WriteTx,
    had: BTreeSet<CustomerGroupId>,
) -> Result<Vec<(CustomerGroupId, customer_group::Model)>> {
    if had.is_empty() {
        return Ok(Vec::new());
    }
    let had: Vec<_> = had.into_iter().collect();
    let had = tx.is_one_of(customer_group::Column::Id, &had);
    let rows = tx.looked_at::<customer_group::Entity>(had).await?;
    Ok(rows.into_iter().map(|group| (group.id, group)).collect())
}

/// The contacts whose rows name another organization than theirs, with it.
fn moving(
    rows: &[RowIn],
    keys: &[Option<String>],
    found: &[Granted<contact::Entity, Consequence>],
    organizations: &[Granted<organization::Entity>],
) -> Vec<(ContactId, Option<OrganizationId>)> {
    let mut known: HashMap<String, Vec<&Granted<contact::Entity, Consequence>>> = HashMap::new();
    for row in found {
        let ids = row.external_id.iter().cloned();
        for key in ids.chain([format!("{BY_EMAIL}{}", row.email_key)]) {
            known.entry(key).or_default().push(row);
        }
    }
    let mut places: HashMap<&str, OrganizationId> = HashMap::new();
    let mut named: HashMap<&str, OrganizationId> = HashMap::new();
    for row in organizations {
        named.insert(&row.name_key, row.id);
        if let Some(external_id) = row.external_id.as_deref() {
            places.insert(external_id, row.id);
        }
    }
    let mut moving = Vec::new();
    for (row, key) in rows.iter().zip(keys) {
        let olds = key.as_ref().and_then(|key| known.get(key));
        for old in olds.into_iter().flatten() {
            let wanted = match row.place_field() {
                ORGANIZATION_NAME => row
                    .text(ORGANIZATION_NAME)
                    .and_then(|name| named.get(sort_key(name).as_str()).copied()),
                _ => match row.wanted("organizationExternalId") {
                    None => continue,
                    Some(wanted) => wanted.and_then(|named| places.get(named.trim()).copied()),
                },
            };
            if wanted != old.organization_id {
                moving.push((old.id, wanted));
            }
        }
    }
    moving
}

async fn primary(tx: &mut WriteTx, moving: &[ContactId]) -> Result<HashSet<ContactId>> {
    if moving.is_empty() {
        return Ok(HashSet::new());
    }
    let of = tx.is_one_of(organization::Column::PrimaryContactId, moving);
    let of = tx.looked_at::<organization::Entity>(of).await?;
    Ok(of
        .into_iter()
        .filter_map(|row| row.primary_contact_id)
        .collect())
}

async fn preferred(
    tx: &mut WriteTx,
    found: &[Granted<contact::Entity, Consequence>],
    moving: &[ContactId],
) -> Result<HashMap<AddressId, Option<OrganizationId>>> {
    let moving: HashSet<_> = moving.iter().collect();
    let preferred: Vec<_> = found
        .iter()
        .filter(|row| moving.contains(&row.id))
        .flat_map(|row| {
            [
                row.preferred_billing_address_id,
                row.preferred_shipping_address_id,
            ]
        })
        .flatten()
        .collect();
    if preferred.is_empty() {
        return Ok(HashMap::new());
    }
    let preferred = tx.is_one_of(address::Column::Id, &preferred);
    let rows = tx.looked_at::<address::Entity>(preferred).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.organization_id))
        .collect())
}
