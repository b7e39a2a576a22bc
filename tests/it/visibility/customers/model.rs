//! A random directory of customers, kept beside the real one.

use crate::customers::account_of;
use crate::customers::changing::UPDATE;
use crate::customers::links::UNLINK;
use crate::sales_reps::{self, rep};
use crate::support::world::now;
use crate::support::{Person, World};
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission::CustomerView;
use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::json;
use std::collections::BTreeSet;

pub struct Customer {
    pub id: String,
    pub bill_to: Option<usize>,
    pub sent_to: bool,
    pub org: Option<usize>,
    pub rep: Option<usize>,
}

pub struct Link {
    pub id: String,
    pub account: usize,
    pub customer: usize,
    /// None for all.
    pub ship_tos: Option<Vec<usize>>,
    /// Hours from now, first inclusive, second exclusive.
    pub valid: (Option<i64>, Option<i64>),
}

pub struct Rep {
    pub id: String,
    pub account: Option<usize>,
    pub manager: Option<usize>,
    pub gone: bool,
}

/// Where somebody holds CUSTOMER_VIEW.
type Held = Option<(Scope, Option<usize>)>;

#[derive(Default)]
pub struct Model {
    pub orgs: Vec<(String, Option<usize>)>,
    pub people: Vec<(Person, Held)>,
    pub customers: Vec<Customer>,
    pub links: Vec<Link>,
    pub reps: Vec<Rep>,
}

impl Model {
    fn lies_within(&self, mut org: usize, top: usize) -> bool {
        while org != top {
            match self.orgs[org].1 {
                Some(parent) => org = parent,
                None => return false,
            }
        }
        true
    }

    fn by_role(&self, person: usize, customer: usize) -> bool {
        match (self.people[person].1, self.customers[customer].org) {
            (Some((Scope::Global, _)), _) => true,
            (Some((Scope::Subtree, Some(top))), Some(org)) => self.lies_within(org, top),
            (Some((Scope::Node, Some(node))), Some(org)) => org == node,
            _ => false,
        }
    }

    fn by_link(&self, person: usize, customer: usize) -> bool {
        self.links.iter().any(|link| {
            let counts = link.valid.0.is_none_or(|from| from <= 0)
                && link.valid.1.is_none_or(|until| until > 0);
            let named = |chosen: &Vec<usize>| chosen.contains(&customer);
            let below = self.customers[customer].bill_to == Some(link.customer)
                && link.ship_tos.as_ref().is_none_or(named);
            counts && link.account == person && (link.customer == customer || below)
        })
    }

    fn by_rep(&self, person: usize, customer: usize) -> bool {
        let mut rep = self.customers[customer].rep;
        while let Some(at) = rep {
            if self.reps[at].account == Some(person) {
                return true;
            }
            rep = self.reps[at].manager;
        }
        false
    }

    pub fn sees(&self, person: usize, customer: usize) -> bool {
        self.by_role(person, customer) || self.orders_for(person, customer)
    }

    pub fn orders_for(&self, person: usize, customer: usize) -> bool {
        self.by_link(person, customer) || self.by_rep(person, customer)
    }

    pub fn ids(&self, which: impl Fn(usize) -> bool) -> BTreeSet<String> {
        let all = (0..self.customers.len()).filter(|customer| which(*customer));
        all.map(|customer| self.customers[customer].id.clone())
            .collect()
    }

    fn bill_tos(&self) -> Vec<usize> {
        let all = 0..self.customers.len();
        all.filter(|at| self.customers[*at].bill_to.is_none())
            .collect()
    }

    pub async fn make(world: &World, random: &mut SmallRng) -> Self {
        let mut model = Self::default();
        for number in 0..6 {
            let parent =
                (number > 0 && random.random_bool(0.8)).then(|| random.random_range(0..number));
            let above = parent.map(|parent: usize| model.orgs[parent].0.clone());
            let id = world
                .organization(&format!("Org {number}"), above.as_deref())
                .await;
            model.orgs.push((id, parent));
        }
        for number in 0..7 {
            let org = random.random_range(0..model.orgs.len());
            let held = match number {
                0..3 => None,
                3 => Some((Scope::Node, Some(org))),
                4 | 5 => Some((Scope::Subtree, Some(org))),
                _ => Some((Scope::Global, None)),
            };
            let login = format!("login {number}");
            let person = match held {
                None => world.account(&login, None).await,
                Some((scope, over)) => {
                    let over = over.map(|over: usize| model.orgs[over].0.clone());
                    world
                        .holder(&login, &[CustomerView], scope, over.as_deref())
                        .await
                }
            };
            model.people.push((person, held));
        }
        for number in 0..6 {
            let account = (number < 4).then_some(number);
            let manager =
                (number > 0 && random.random_bool(0.7)).then(|| random.random_range(0..number));
            let more = json!({ "accountId": account.map(|account| account_of(&model.people[account].0)),
                "managerId": manager.map(|manager: usize| model.reps[manager].id.clone()) });
            let id = rep(world, &number.to_string(), more).await;
            model.reps.push(Rep {
                id,
                account,
                manager,
                gone: false,
            });
        }
        for number in 0..8 {
            model.customer(world, number, random).await;
        }
        for _ in 0..12 {
            model.link(world, random).await;
        }
        model
    }

    async fn customer(&mut self, world: &World, number: usize, random: &mut SmallRng) {
        let org = random
            .random_bool(0.7)
            .then(|| random.random_range(0..self.orgs.len()));
        let rep = random
            .random_bool(0.6)
            .then(|| random.random_range(0..self.reps.len()));
        let sent_to = random.random_bool(0.4);
        let input = json!({ "number": number.to_string(), "companyName": "Shop", "isShipTo": sent_to,
            "organizationId": org.map(|org| self.orgs[org].0.clone()), "primarySalesRepId": rep.map(|rep| self.reps[rep].id.clone()) });
        let id = world.customer(input).await;
        let bill_to = self.customers.len();
        self.customers.push(Customer {
            id,
            bill_to: None,
            sent_to,
            org,
            rep,
        });
        for sequence in 0..random.random_range(0..3) {
            let id = world
                .ship_to(&number.to_string(), &(sequence + 1).to_string())
                .await;
            self.customers.push(Customer {
                id,
                bill_to: Some(bill_to),
                sent_to: true,
                org,
                rep,
            });
        }
    }

    async fn link(&mut self, world: &World, random: &mut SmallRng) {
        // The edges are the present itself.
        let valid = *[
            (None, None),
            (None, None),
            (Some(0), None),
            (None, Some(0)),
            (Some(1), None),
            (Some(-1), Some(1)),
        ]
        .choose(random)
        .expect("one of them");
        let customer = *self.bill_tos().choose(random).expect("a bill-to");
        let account = random.random_range(0..self.people.len());
        let below =
            (0..self.customers.len()).filter(|at| self.customers[*at].bill_to == Some(customer));
        let some: Vec<_> = below.filter(|_| random.random_bool(0.5)).collect();
        let ship_tos = random.random_bool(0.6).then_some(some);
        let hour =
            |hours: Option<i64>| hours.map(|hours| (now() + TimeDelta::hours(hours)).to_rfc3339());
        let named = ship_tos.as_ref().map(|some| {
            some.iter()
                .map(|at| self.customers[*at].id.clone())
                .collect::<Vec<_>>()
        });
        let more =
            json!({ "shipToIds": named, "validFrom": hour(valid.0), "validUntil": hour(valid.1) });
        let id = world
            .link(
                &account_of(&self.people[account].0),
                &self.customers[customer].id,
                more,
            )
            .await;
        self.links.retain(|link| link.id != id);
        self.links.push(Link {
            id,
            account,
            customer,
            ship_tos,
            valid,
        });
    }

    pub async fn change(&mut self, world: &World, random: &mut SmallRng) {
        match random.random_range(0..4) {
            0 => self.link(world, random).await,
            1 if !self.links.is_empty() => {
                let link = self.links.remove(random.random_range(0..self.links.len()));
                world
                    .change(&world.admin, UNLINK, json!({ "id": link.id }))
                    .await;
            }
            2 => {
                let going = random.random_range(0..self.reps.len());
                if !self.reps[going].gone {
                    self.lose_rep(world, going).await;
                }
            }
            _ => {
                let bill_to = *self.bill_tos().choose(random).expect("a bill-to");
                let org = random
                    .random_bool(0.7)
                    .then(|| random.random_range(0..self.orgs.len()));
                let there: Vec<_> = (0..self.reps.len())
                    .filter(|rep| !self.reps[*rep].gone)
                    .collect();
                let rep = there.choose(random).copied();
                let input = json!({ "id": self.customers[bill_to].id, "organizationId": org.map(|org| self.orgs[org].0.clone()),
                    "primarySalesRepId": rep.map(|rep| self.reps[rep].id.clone()) });
                world.change(&world.admin, UPDATE, input).await;
                for (at, customer) in self.customers.iter_mut().enumerate() {
                    if at == bill_to || customer.bill_to == Some(bill_to) {
                        (customer.org, customer.rep) = (org, rep);
                    }
                }
            }
        }
    }

    async fn lose_rep(&mut self, world: &World, going: usize) {
        let input = json!({ "id": self.reps[going].id });
        world.change(&world.admin, sales_reps::DELETE, input).await;
        let heir = self.reps[going].manager;
        for rep in self
            .reps
            .iter_mut()
            .filter(|rep| rep.manager == Some(going))
        {
            rep.manager = heir;
        }
        for customer in self
            .customers
            .iter_mut()
            .filter(|customer| customer.rep == Some(going))
        {
            customer.rep = None;
        }
        self.reps[going].gone = true;
    }
}
