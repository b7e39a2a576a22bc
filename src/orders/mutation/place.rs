//! Placing orders.

use crate::access::{Token, TokenKind};
use crate::accounts::service::Desk;
use crate::error::{Error, Result, UserError};
use crate::graphql::at_once::Quick;
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode_maybe, decode_optional};
use crate::graphql::scalars::{CurrencyCode, Date, Decimal};
use crate::graphql::terms::CreateTerms;
use crate::orders::object::Order;
use crate::orders::rules::OrderAddress;
use crate::orders::service::{AskedLine, PlaceOrder, Wish, place_order};
use crate::passwords::Secret;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{contact, customer};

/// A line of a new order.
#[derive(InputObject)]
pub struct OrderLineInput {
    /// The code of the variant, 1 to 255 characters, case-sensitive; outer blanks go. The same one may stand in several lines, each of which is priced by its own quantity.
    variant_code: String,
    /// How many: above 0 and below 10^9, at most 9 decimals.
    quantity: Decimal,
}

/// An address of a new order that is for no customer. At least one field.
#[derive(InputObject)]
pub struct OrderAddressInput {
    /// The company to address, at most 255 characters.
    company_name: Option<String>,
    /// The first name of whom to address, at most 255 characters.
    first_name: Option<String>,
    /// The last name of whom to address, at most 255 characters.
    last_name: Option<String>,
    /// Whose attention it is for, at most 255 characters.
    attention: Option<String>,
    /// The first line, at most 255 characters.
    line1: Option<String>,
    /// The second line, at most 255 characters.
    line2: Option<String>,
    /// The third line, at most 255 characters.
    line3: Option<String>,
    /// The fourth line, at most 255 characters.
    line4: Option<String>,
    /// The city, at most 255 characters.
    city: Option<String>,
    /// The region, state or province, at most 255 characters.
    region: Option<String>,
    /// The postal code, at most 255 characters.
    postal_code: Option<String>,
    /// The country by ISO 3166-1: two letters.
    country_code: Option<String>,
    /// The phone number there, at most 255 characters.
    phone: Option<String>,
    /// The e-mail address there, at most 320 characters. Required in billTo of an order that is placed without signing in.
    email: Option<String>,
}

impl From<OrderAddressInput> for OrderAddress {
    fn from(input: OrderAddressInput) -> Self {
        Self {
            number: None,
            sequence: None,
            company_name: input.company_name,
            first_name: input.first_name,
            last_name: input.last_name,
            attention: input.attention,
            line1: input.line1,
            line2: input.line2,
            line3: input.line3,
            line4: input.line4,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country_code: input.country_code,
            phone: input.phone,
            email: input.email,
        }
    }
}

/// An account wanted with an order that is placed without signing in. Its login is the e-mail of billTo.
#[derive(InputObject)]
pub struct OrderRegisterInput {
    /// A password, 8 to 128 characters, not easy to guess.
    password: String,
    /// Whether advertising is welcome; no when absent, which is then not taken for the person's own word.
    accepts_marketing: Option<bool>,
}

/// A new order.
#[derive(InputObject)]
pub struct OrderPlaceInput {
    /// The code of the market whose prices count.
    market: String,
    /// The currency; the contact's preferred one when absent, else the market's. Nothing is ever converted.
    currency: Option<CurrencyCode>,
    /// What is ordered: 1 to 200 lines.
    lines: Vec<OrderLineInput>,
    /// The customer that pays: a bill-to that you are linked with, look after as a sales rep, or have ORDER_PLACE over. When absent, that of your default link if you have one and order for yourself; null for an order without a customer.
    customer_id: MaybeUndefined<ID>,
    /// The customer's ship-to that it goes to. When absent, the usual one of your link, else the customer itself if goods are sent there, else the only one that there is.
    ship_to_id: Option<ID>,
    /// For whom it is placed; your own contact when absent. Somebody else needs ORDER_PLACE over their organization, or that they order for this customer and you look after it or have ORDER_PLACE over it.
    contact_id: Option<ID>,
    /// Where it is billed; required without a customer, and refused with one.
    bill_to: Option<OrderAddressInput>,
    /// Where it goes; like billTo when absent, and refused with a customer.
    ship_to: Option<OrderAddressInput>,
    /// The number of your purchase order, at most 255 characters.
    po_number: Option<String>,
    /// The day by which it is wanted.
    requested_on: Option<Date>,
    /// Notes, at most 10,000 characters.
    notes: Option<String>,
    /// An account wanted with it, when you are not signed in. The answer is the same whether there was one with that login or not.
    register: Option<OrderRegisterInput>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What orderPlace answers.
#[derive(SimpleObject, Default)]
pub struct OrderPlacePayload {
    /// The order; null when it was refused or only validated.
    order: Option<Quick<Order>>,
    /// By which orderByToken looks the order up, for whoever is not signed in; told this once.
    look_up_token: Option<String>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutation by which orders come into being.
#[derive(Default)]
pub struct OrderPlaceMutation;

#[Object]
impl OrderPlaceMutation {
    /// Public. Places an order. Each line costs what prices says at this moment for whom it is placed; all that the order says stays as it is. Somebody who is not signed in orders as a guest: with an e-mail, for prices for everybody, and may register by it. An operation places one. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, WEAK_PASSWORD, IDEMPOTENCY_MISMATCH.
    async fn order_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to order.")] input: OrderPlaceInput,
    ) -> Option<Result<OrderPlacePayload>> {
        Some(place(ctx, input).await)
    }
}

async fn place(ctx: &Context<'_>, input: OrderPlaceInput) -> Result<OrderPlacePayload> {
    let line = |line: OrderLineInput| AskedLine {
        variant_code: line.variant_code,
        quantity: line.quantity,
    };
    let order = PlaceOrder {
        market: input.market,
        currency: input.currency.map(|currency| currency.0),
        lines: input.lines.into_iter().map(line).collect(),
        customer_id: decode_maybe::<customer::Entity>(&input.customer_id)?,
        ship_to_id: decode_optional::<customer::Entity>(input.ship_to_id.as_ref())?,
        contact_id: decode_optional::<contact::Entity>(input.contact_id.as_ref())?,
        bill_to: input.bill_to.map(OrderAddress::from),
        ship_to: input.ship_to.map(OrderAddress::from),
        po_number: input.po_number,
        requested_on: input.requested_on.map(|day| day.0),
        notes: input.notes,
        token: Token::fresh(TokenKind::Order),
        newcomer: None,
    };
    let wish = input.register.map(|register| Wish {
        password: Secret::new(register.password),
        accepts_marketing: register.accepts_marketing,
    });
    let desk = ctx.data_unchecked::<Desk>();
    let placed = Box::pin(place_order(ctx.db(), desk, order, wish, input.terms.into())).await;
    ctx.scope().loading.forget();
    match placed {
        Ok(placed) => Ok(OrderPlacePayload {
            order: placed.order.map(Order).map(Quick),
            look_up_token: placed.token.map(|token| token.reveal().to_owned()),
            user_errors: Vec::new(),
        }),
        Err(Error::Invalid(user_errors)) => Ok(OrderPlacePayload {
            user_errors,
            ..OrderPlacePayload::default()
        }),
        Err(fault) => Err(fault),
    }
}
