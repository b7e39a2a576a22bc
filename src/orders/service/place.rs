//! Placing an order.

use super::input::{Checked, PlaceOrder};
use super::lines::{Standing, market_named, priced};
use super::register::{new_customer, wished};
use super::whom::{Whom, noted, whom};
use crate::access::{Change, Granted, ScopedDb, Terms, Token, WriteTx};
use crate::accounts::service::Desk;
use crate::error::{Code, Error, Mistakes, Result};
use crate::orders::rules::{OrderAddress, number};
use crate::passwords::Secret;
use crate::text::{optional_key, sort_key};
use entity::exact::Amount;
use entity::ids::OrderId;
use entity::sales_order::Status;
use entity::{order_line, sales_order};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

/// What a wish for an account by an order says beside it.
pub struct Wish {
    pub password: Secret,
    pub accepts_marketing: Option<bool>,
}

/// A placed order. Neither is there for what was only validated.
#[derive(Default)]
pub struct Placed {
    pub order: Option<Granted<sales_order::Entity>>,
    /// By which it is looked up, for whoever is not signed in.
    pub token: Option<Token>,
}

/// Places an order, for whoever is signed in or for a guest.
///
/// # Errors
/// User errors, with the paths of the input: `REQUIRED`, `INVALID`, `TOO_LONG`, `NOT_FOUND`, `FORBIDDEN`, `WEAK_PASSWORD`. `Unavailable` when
/// too many hashes wait for their turn.
pub async fn place_order(
    db: &ScopedDb,
    desk: &Desk,
    order: PlaceOrder,
    wish: Option<Wish>,
    terms: Terms,
) -> Result<Placed> {
    let Some(wish) = wish else {
        return place(db, order, terms).await;
    };
    if db.viewer().is_signed_in() {
        let message = "there is an account already: the one that is signed in";
        return Err(Error::invalid(Code::Invalid, "register", message));
    }
    let began = Instant::now();
    let done = match wished(desk, &order, wish, &terms).await {
        Ok(newcomer) => {
            let order = PlaceOrder {
                newcomer: Some(newcomer),
                ..order
            };
            Box::pin(place(db, order, terms)).await
        }
        Err(refused) => Err(refused),
    };
    // Nothing tells whether there was such an account, the time neither (T-151).
    sleep_until(began + desk.settings.neutral_answer).await;
    done
}

async fn place(db: &ScopedDb, order: PlaceOrder, terms: Terms) -> Result<Placed> {
    let validate_only = terms.validate_only;
    let token = order.token.clone();
    let written = match db.write(order.clone(), terms.clone()).await {
        // Somebody took the same login at the same time: now it is there to be found.
        Err(Error::Invalid(mistakes))
            if order.newcomer.is_some() && mistakes.iter().any(|it| it.code == Code::Taken) =>
        {
            db.write(order, terms).await
        }
        done => done,
    }?;
    if validate_only {
        return Ok(Placed::default());
    }
    if db.viewer().is_signed_in() {
        return Ok(Placed {
            order: written.row,
            token: None,
        });
    }
    let mut shown = db.order_of_token(&token).await?;
    if shown.is_none() {
        // A repeated call finds the order of the first one, whose token is told to nobody twice.
        let again = LookUpAgain {
            order: written.id,
            token: token.clone(),
        };
        db.write(again, Terms::default()).await?;
        shown = db.order_of_token(&token).await?;
    }
    Ok(Placed {
        token: shown.as_ref().map(|_| token),
        order: shown,
    })
}

impl Change for PlaceOrder {
    type Row = sales_order::Entity;
    const MUTATION: &'static str = "orderPlace";
    const CREATES: bool = true;
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrderId> {
        let mut mistakes = Mistakes::default();
        let asked = self.check(&mut mistakes);
        let market = market_named(tx, &self.market).await;
        let market = noted(&mut mistakes, market)?;
        let mut whom = Box::pin(whom(tx, self, &mut mistakes)).await?;
        if !tx.viewer().is_signed_in() {
            require_mailbox(self, &asked, &mut mistakes);
        }
        let standing = Standing::of(tx, &whom).await?;
        let id = OrderId(tx.fresh_id());
        let lines: Vec<_> = asked.lines.iter().flatten().cloned().collect();
        let all_are_there = lines.len() == asked.lines.len() && !lines.is_empty();
        let currency = asked.currency.clone().or_else(|| {
            let preferred = whom.contact.as_ref()?.preferred_currency.clone();
            preferred.filter(|_| market.is_some())
        });
        let currency = currency.or_else(|| {
            market
                .as_ref()
                .map(|market| market.default_currency.clone())
        });
        let (Some(market), Some(currency), true) = (market, currency, all_are_there) else {
            mistakes.finish()?;
            return Err(Error::internal("an order without a mistake has lines"));
        };
        let priced = priced(tx, id, &lines, &market, &currency, &standing).await;
        let priced = noted(&mut mistakes, priced)?;
        mistakes.finish()?;
        let priced = priced.ok_or_else(|| Error::internal("lines without prices"))?;

        let number = number(rand::random());
        let arrival = match &self.newcomer {
            Some(newcomer) => Some((newcomer, newcomer.arrive(tx).await?)),
            None => None,
        };
        let ends = Ends::of(&whom, &asked);
        if let Some((_, arrival)) = &arrival {
            new_customer(tx, arrival, &number, &currency, &ends, &mut whom).await?;
        }
        let row = self.row(tx, id, number, &asked, &whom, &standing, &ends);
        let row = sales_order::ActiveModel {
            market_id: Set(Some(market.id)),
            currency: Set(currency),
            subtotal: Set(priced.total),
            total: Set(priced.total),
            ..row
        };
        tx.insert::<sales_order::Entity>(row).await?;
        tx.insert_all::<order_line::Entity>(priced.lines).await?;
        if !tx.viewer().is_signed_in() {
            tx.keep_look_up(id, &self.token).await?;
        }
        if let Some((newcomer, arrival)) = &arrival {
            newcomer.tell(tx, arrival, id).await?;
        }
        Ok(id)
    }
}

/// The addresses of an order, as they are kept.
pub(super) struct Ends {
    pub bill_to: OrderAddress,
    pub ship_to: OrderAddress,
}

impl Ends {
    fn of(whom: &Whom, asked: &Checked) -> Self {
        if let Some((bill_to, ship_to)) = &whom.customers {
            return Self {
                bill_to: OrderAddress::from(bill_to),
                ship_to: OrderAddress::from(ship_to),
            };
        }
        let bill_to = asked.bill_to.clone().unwrap_or_default();
        Self {
            ship_to: asked.ship_to.clone().unwrap_or_else(|| bill_to.clone()),
            bill_to,
        }
    }
}

/// A guest is known by the mailbox alone: the letter that proves whose the order is goes there (T-64).
fn require_mailbox(order: &PlaceOrder, asked: &Checked, mistakes: &mut Mistakes) {
    let given = order.bill_to.as_ref();
    let has_mistake = given.is_some() && asked.bill_to.is_none();
    let mailbox = asked.bill_to.as_ref().and_then(|to| to.email.as_ref());
    if given.is_some() && !has_mistake && mailbox.is_none() {
        let message = "an order that is placed without signing in needs an e-mail";
        mistakes.add(Error::invalid(Code::Required, "email", message).below(&["billTo"]));
    }
}

impl PlaceOrder {
    /// All of the row but what it costs.
    #[expect(clippy::too_many_arguments, reason = "what an order is made of")]
    fn row(
        &self,
        tx: &WriteTx,
        id: OrderId,
        number: String,
        asked: &Checked,
        whom: &Whom,
        standing: &Standing,
        ends: &Ends,
    ) -> sales_order::ActiveModel {
        let viewer = tx.viewer();
        let login = |account: &Option<_>| {
            let login = account.as_ref().and_then(|id| standing.logins.get(id));
            login.cloned()
        };
        let (account, actor) = (viewer.account_id(), viewer.actor_id());
        let guest = account.is_none();
        // Of a guest who registers by the order it keeps what it would have kept of any other.
        let contact = whom.contact.as_ref().filter(|_| !guest);
        let (name, email) = match (contact, &whom.customers) {
            (Some(contact), _) => (Some(contact.full_name.clone()), contact.email.clone()),
            (None, Some(_)) if !guest => (None, None),
            (None, _) => (ends.bill_to.name(), ends.bill_to.email.clone()),
        };
        let customers = whom.customers.as_ref();
        let row = sales_order::Model {
            id,
            number_key: sort_key(&number),
            number,
            erp_number: None,
            erp_number_key: String::new(),
            status: Status::Submitted,
            placed_at: tx.now(),
            customer_id: customers.map(|(bill_to, _)| bill_to.id),
            ship_to_id: customers.map(|(_, ship_to)| ship_to.id),
            organization_id: standing.organization,
            organization_name: standing.organization_name.clone(),
            contact_id: whom.contact.as_ref().map(|contact| contact.id),
            contact_name: name,
            contact_email: email,
            account_id: account,
            placed_by: login(&account),
            actor_id: actor,
            actor: login(&actor),
            customer_group_id: standing.group.as_ref().map(|group| group.id),
            customer_group_name: standing.group.as_ref().map(|group| group.name.clone()),
            market_id: None,
            currency: String::new(),
            bill_to: serde_json::to_value(&ends.bill_to).unwrap_or_default(),
            ship_to: serde_json::to_value(&ends.ship_to).unwrap_or_default(),
            po_number_key: optional_key(asked.po_number.as_deref()),
            po_number: asked.po_number.clone(),
            requested_on: self.requested_on,
            notes: asked.notes.clone(),
            subtotal: Amount(0),
            discount: Amount(0),
            tax: Amount(0),
            shipping: Amount(0),
            total: Amount(0),
            claimed_at: None,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.into_active_model().reset_all()
    }
}

/// Lets an order be looked up by one more token, for whoever repeats the call that placed it. Not once it is somebody's.
#[derive(Debug, Serialize)]
struct LookUpAgain {
    order: OrderId,
    token: Token,
}

impl Change for LookUpAgain {
    type Row = sales_order::Entity;
    const MUTATION: &'static str = "orderPlace";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrderId> {
        use sea_orm::ColumnTrait as _;
        let is_it = sales_order::Column::Id.eq(self.order);
        let order = tx.consequences::<sales_order::Entity>(is_it).await?.pop();
        if order.is_some_and(|order| order.claimed_at.is_none()) {
            tx.keep_look_up(self.order, &self.token).await?;
        }
        Ok(self.order)
    }
}
