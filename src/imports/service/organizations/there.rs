//! What is there around some rows about organizations, as the viewer may know it: read in as many statements for many rows as for few, but
//! for what moves.

use super::{BY_NAME, Says, key_of_name};
use crate::access::{Action, Consequence, Granted, Owned, Permission, Places, WriteTx};
use crate::error::{Error, Result};
use crate::imports::rules::{Problem, RowIn};
use crate::text::{fold, sort_key, unique_key};
use chrono::{DateTime, Utc};
use entity::ids::{BusinessCategoryId, CustomerGroupId, OrganizationId, OrganizationTypeId};
use entity::{business_category, customer_group, organization, organization_type};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) type Row = Granted<organization::Entity, Consequence>;

/// What is there around some rows.
#[derive(Default)]
pub(super) struct There {
    /// By external id, hidden ones too: whoever decides must look whether they are seen.
    pub rows: HashMap<String, Row>,
    /// Keys that stand for several organizations that are seen, with their number.
    pub ambiguous: HashMap<String, usize>,
    pub seen: HashSet<OrganizationId>,
    pub editable: HashSet<OrganizationId>,
    pub parents: Parents,
    /// By the keys of their names.
    pub types: HashMap<String, organization_type::Model>,
    pub categories: HashMap<String, business_category::Model>,
    pub groups_named: HashMap<String, CustomerGroupId>,
    /// Those, and the ones that organizations have: groups show on whoever has them (T-199).
    pub groups: HashMap<CustomerGroupId, customer_group::Model>,
    /// Below which organizations others may be made, and groups be given to these.
    pub create: Places,
    pub assign_below: Places,
    pub edit: Places,
    pub assign: Places,
    /// Of each organization that is or shall be a parent, itself and everything above.
    pub above: HashMap<OrganizationId, Vec<OrganizationId>>,
    pub moves: HashMap<OrganizationId, Move>,
    pub owned: Owned,
    /// The contacts of organizations that get another group, by the group given to them.
    pub own_groups: HashMap<OrganizationId, Vec<(Option<CustomerGroupId>, i64)>>,
    pub now: DateTime<Utc>,
    pub max_depth: u32,
}

/// The organizations that rows name or that theirs are below.
#[derive(Default)]
pub(super) struct Parents {
    /// Those that are seen, as they are shown.
    shown: HashMap<OrganizationId, String>,
    by_key: HashMap<String, OrganizationId>,
    by_name: HashMap<String, Vec<OrganizationId>>,
}

/// What it takes to move an organization.
pub(super) struct Move {
    /// How many levels lie below it.
    pub height: u32,
    /// What somebody would gain by it that the viewer does not hold (T-194).
    pub gives: Option<Problem>,
}

impl Parents {
    /// The organization of this external id, if it is seen.
    pub(super) fn of_key(&self, key: &str) -> Option<OrganizationId> {
        self.by_key.get(key).copied()
    }

    /// Those of this name that are seen.
    pub(super) fn of_name(&self, name: &str) -> &[OrganizationId] {
        self.by_name.get(&fold(name)).map_or(&[], Vec::as_slice)
    }

    /// What it is called by the other system, or by name where that does not know it; nothing where it is hidden.
    pub(super) fn shown(&self, id: OrganizationId) -> Option<String> {
        self.shown.get(&id).cloned()
    }

    /// What a row names.
    pub(super) fn named(&self, says: Says<'_>) -> Option<OrganizationId> {
        match says {
            Says::Key(key) => self.of_key(key),
            Says::Name(name) => match self.of_name(name) {
                [only] => Some(*only),
                _ => None,
            },
            Says::Nothing | Says::Root => None,
        }
    }

    fn note(&mut self, row: &organization::Model) {
        let called = row.external_id.as_ref().unwrap_or(&row.name);
        self.shown.insert(row.id, called.clone());
        if let Some(key) = &row.external_id {
            self.by_key.insert(key.clone(), row.id);
        }
        let same_name = self.by_name.entry(fold(&row.name)).or_default();
        if !same_name.contains(&row.id) {
            same_name.push(row.id);
        }
    }
}

impl There {
    pub(super) fn group_name(&self, id: CustomerGroupId) -> Option<String> {
        self.groups.get(&id).map(|group| group.name.clone())
    }

    /// The level below `parent`.
    pub(super) fn level_below(&self, parent: Option<OrganizationId>) -> u32 {
        let above = parent.and_then(|parent| self.above.get(&parent));
        u32::try_from(above.map_or(0, Vec::len)).unwrap_or(u32::MAX)
    }

    /// Around rows that give fields by name.
    pub(super) async fn around(
        tx: &mut WriteTx,
        rows: &[RowIn],
        keys: &[Option<String>],
    ) -> Result<Self> {
        let wanted: BTreeSet<String> = keys.iter().flatten().cloned().collect();
        let (by_name, wanted): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|key| key.starts_with(BY_NAME));
        let of_rows = tx.is_one_of_texts(organization::Column::ExternalId, &wanted);
        let mut found = tx.consequences::<organization::Entity>(of_rows).await?;
        if !by_name.is_empty() {
            found.extend(called(tx, rows).await?);
        }
        let said: Vec<Says<'_>> = rows.iter().map(Says::of).collect();
        let named = named_parents(tx, &said).await?;
        let mut there = Self::gather(tx, found, named).await?;
        there.look_at_values(tx, rows).await?;
        let (mut moving, mut regrouping) = (Vec::new(), Vec::new());
        for ((row, key), says) in rows.iter().zip(keys).zip(&said) {
            let old = key.as_deref().and_then(|key| there.rows.get(key));
            let Some(old) = old.filter(|old| there.editable.contains(&old.id)) else {
                continue;
            };
            let wanted = there.parents.named(*says);
            let moves = *says == Says::Root || wanted.is_some();
            if moves && wanted != old.parent_id {
                moving.push((old.id, wanted));
            }
            let group = row.reference("customerGroup").map(unique_key);
            let group = group.and_then(|key| there.groups_named.get(&key).copied());
            let gives = row.wanted("customerGroup").is_some();
            if gives && group != old.customer_group_id {
                regrouping.push(old.id);
            }
        }
        there.look_at_moves(tx, &moving).await?;
        // Who may give a group may not see contacts, who count for nobody else (T-37).
        there.own_groups = tx.own_groups_within(&regrouping).await?;
        Ok(there)
    }

    /// Around organizations; `named` are those that are there and seen.
    pub(super) async fn gather(
        tx: &mut WriteTx,
        found: Vec<Row>,
        named: Vec<organization::Model>,
    ) -> Result<Self> {
        let ids: Vec<_> = found.iter().map(Granted::id).collect();
        let mut there = Self {
            seen: tx
                .reached_among::<organization::Entity>(&ids, Action::View)
                .await?,
            editable: tx
                .reached_among::<organization::Entity>(&ids, Action::Edit)
                .await?,
            owned: tx.owned_fields::<organization::Entity>(&ids).await?,
            now: tx.now(),
            max_depth: tx.max_depth(),
            ..Self::default()
        };
        for row in &named {
            there.parents.note(row);
        }
        let olds: BTreeSet<_> = found.iter().filter_map(|row| row.parent_id).collect();
        let olds: Vec<_> = olds.into_iter().collect();
        // Only to be shown, so nothing is to be kept from changing.
        for row in tx.reread_all::<organization::Entity>(&olds).await?.values() {
            there.parents.note_shown(row);
        }
        let news = named.iter().map(|row| row.id);
        let news: Vec<_> = news.collect::<BTreeSet<_>>().into_iter().collect();
        let both: BTreeSet<_> = olds.iter().chain(&news).copied().collect();
        let both: Vec<_> = both.into_iter().collect();
        there.above = tx.above_each(&news).await?;
        there.create = tx
            .places_reached(Permission::OrganizationCreate, &news)
            .await?;
        there.assign_below = tx
            .places_reached_below(Permission::CustomerGroupAssign, &news)
            .await?;
        there.edit = tx
            .places_reached(Permission::OrganizationEdit, &both)
            .await?;
        there.assign = tx
            .places_reached(Permission::CustomerGroupAssign, &ids)
            .await?;
        for row in found {
            let by_name = || key_of_name(&row.name);
            let key = row.external_id.clone().unwrap_or_else(by_name);
            if there.rows.insert(key.clone(), row).is_some() {
                *there.ambiguous.entry(key).or_insert(1) += 1;
            }
        }
        Ok(there)
    }

    /// What moving takes, one by one.
    pub(super) async fn look_at_moves(
        &mut self,
        tx: &mut WriteTx,
        moving: &[(OrganizationId, Option<OrganizationId>)],
    ) -> Result<()> {
        for (id, parent) in moving {
            let gives = match parent {
                Some(parent) => {
                    let given = tx.require_what_moving_gives(*id, *parent, super::PARENT);
                    refused(given.await)?
                }
                None => None,
            };
            let height = tx.height(*id).await?;
            self.moves.insert(*id, Move { height, gives });
        }
        Ok(())
    }

    /// The named values and groups that rows name or organizations have.
    async fn look_at_values(&mut self, tx: &mut WriteTx, rows: &[RowIn]) -> Result<()> {
        let olds = || self.rows.values();
        let had: BTreeSet<OrganizationTypeId> = olds().map(|row| row.type_id).collect();
        let had: Vec<_> = had.into_iter().collect();
        let first = Query::select()
            .expr(organization_type::Column::Id.into_expr().min())
            .from(organization_type::Entity)
            .take();
        let types = Condition::any()
            .add(tx.is_one_of_texts(organization_type::Column::NameKey, &named(rows, "type")))
            .add(tx.is_one_of(organization_type::Column::Id, &had))
            .add(organization_type::Column::Id.in_subquery(first));
        let had: BTreeSet<BusinessCategoryId> =
            olds().filter_map(|row| row.business_category_id).collect();
        let had: Vec<_> = had.into_iter().collect();
        let wanted = named(rows, "businessCategory");
        let categories = Condition::any()
            .add(tx.is_one_of_texts(business_category::Column::NameKey, &wanted))
            .add(tx.is_one_of(business_category::Column::Id, &had));
        let had: BTreeSet<CustomerGroupId> =
            olds().filter_map(|row| row.customer_group_id).collect();
        let had: Vec<_> = had.into_iter().collect();
        let wanted = named(rows, "customerGroup");
        let groups = tx.is_one_of_texts(customer_group::Column::NameKey, &wanted);
        for row in tx.refer_where::<organization_type::Entity>(types).await? {
            self.types.insert(row.name_key.clone(), (*row).clone());
        }
        for row in tx
            .refer_where::<business_category::Entity>(categories)
            .await?
        {
            self.categories.insert(row.name_key.clone(), (*row).clone());
        }
        for row in tx.refer_where::<customer_group::Entity>(groups).await? {
            self.groups_named.insert(row.name_key.clone(), row.id);
            self.groups.insert(row.id, (*row).clone());
        }
        let had = tx.is_one_of(customer_group::Column::Id, &had);
        for row in tx.looked_at::<customer_group::Entity>(had).await? {
            self.groups.insert(row.id, row);
        }
        Ok(())
    }
}

impl Parents {
    fn note_shown(&mut self, row: &organization::Model) {
        let called = row.external_id.as_ref().unwrap_or(&row.name);
        self.shown.insert(row.id, called.clone());
    }
}

/// Why something is refused, where that is no fault of ours.
fn refused(outcome: Result<()>) -> Result<Option<Problem>> {
    match outcome {
        Ok(()) => Ok(None),
        Err(Error::Invalid(mistakes)) => Ok(mistakes.into_iter().next().map(Problem::from)),
        Err(fault) => Err(fault),
    }
}

/// The keys of the names that rows give in `field`.
fn named(rows: &[RowIn], field: &str) -> Vec<String> {
    let named = rows.iter().filter_map(|row| row.reference(field));
    let named: BTreeSet<_> = named.map(unique_key).collect();
    named.into_iter().collect()
}

/// The organizations without an external id that are called like rows without one, as far as they are seen.
async fn called(tx: &mut WriteTx, rows: &[RowIn]) -> Result<Vec<Row>> {
    let names = rows.iter().filter_map(|row| row.reference("name"));
    let names: BTreeSet<_> = names.map(sort_key).collect();
    let names: Vec<_> = names.into_iter().collect();
    let called = Condition::all()
        .add(organization::Column::ExternalId.is_null())
        .add(tx.is_one_of_texts(organization::Column::NameKey, &names));
    let seen = tx.refer_where::<organization::Entity>(called).await?;
    let seen: Vec<_> = seen.iter().map(Granted::id).collect();
    Ok(tx
        .hold_all::<organization::Entity>(&seen)
        .await?
        .into_values()
        .collect())
}

/// The organizations that rows want to hang below, as far as they are there and seen.
async fn named_parents(tx: &mut WriteTx, said: &[Says<'_>]) -> Result<Vec<organization::Model>> {
    let (mut keys, mut names) = (BTreeSet::new(), BTreeSet::new());
    for says in said {
        match says {
            Says::Key(key) if !key.contains('\0') => keys.insert((*key).to_owned()),
            Says::Name(name) if !name.contains('\0') => names.insert(sort_key(name)),
            _ => false,
        };
    }
    let (keys, names): (Vec<_>, Vec<_>) = (keys.into_iter().collect(), names.into_iter().collect());
    if keys.is_empty() && names.is_empty() {
        return Ok(Vec::new());
    }
    let named = Condition::any()
        .add(tx.is_one_of_texts(organization::Column::ExternalId, &keys))
        .add(tx.is_one_of_texts(organization::Column::NameKey, &names));
    let found = tx.refer_where::<organization::Entity>(named).await?;
    Ok(found.into_iter().map(|row| (*row).clone()).collect())
}
