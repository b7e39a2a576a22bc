//! A contact as clients see it.

use super::list::ContactsQuery;
use crate::access::Granted;
use crate::access::page::Slice;
use crate::accounts::loader::AccountOf;
use crate::accounts::object::Account;
use crate::addresses::loader::{AddressesOf, Owner};
use crate::addresses::object::Address;
use crate::connection;
use crate::contact_notes::object::{ContactNoteConnection, notes_of};
use crate::customer_groups::effective::{
    EffectiveCustomerGroupExplanation, effective_group, explain, known_effective_group,
};
use crate::customer_groups::loader::{group_on_edge, known_group};
use crate::customer_groups::object::CustomerGroup;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::{Below, CountBelow, page_below};
use crate::graphql::connection::{Page, PageArgs, Total};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::{CurrencyCode, Date, DateTime, Decimal};
use crate::imports::loader::OwnedFieldsOf;
use crate::orders::list::{OfContact, OrderFilter, OrderOrder, Part};
use crate::orders::object::OrderConnection;
use crate::organizations::loader::{known_organization, organization};
use crate::organizations::object::Organization;
use crate::prices::quote::{self, Asking, VariantPrice, VariantPriceTiers};
use async_graphql::{Context, ID, Object, Value};
use entity::contact;
use entity::ids::OrganizationId;
use std::sync::Arc;
use std::task::Poll;

/// A row of a contact as an object of the schema.
#[derive(Clone)]
pub struct Contact(pub Granted<contact::Entity>);

impl From<Granted<contact::Entity>> for Contact {
    fn from(row: Granted<contact::Entity>) -> Self {
        Self(row)
    }
}

connection!(ContactConnection, ContactEdge, Contact, "contacts");

/// A person. Visible with CONTACT_VIEW over their organization, and to themselves.
#[Object]
impl Contact {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<contact::Entity>(self.0.id)
    }

    /// The id in another system, such as an ERP; unique among contacts.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The first name.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The middle name.
    async fn middle_name(&self) -> Option<&str> {
        self.0.middle_name.as_deref()
    }

    /// The last name.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// The name to show: as it was given, else first, middle and last name, else the e-mail.
    async fn full_name(&self) -> &str {
        &self.0.full_name
    }

    /// The e-mail address; several contacts may have the same.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The phone number, as it was given.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// What the person does.
    async fn job_title(&self) -> Option<&str> {
        self.0.job_title.as_deref()
    }

    /// The day of birth.
    async fn birth_date(&self) -> Option<Date> {
        self.0.birth_date.map(Date)
    }

    /// The language to address the person in, as it was given.
    async fn preferred_language(&self) -> Option<&str> {
        self.0.preferred_language.as_deref()
    }

    /// The currency that the person prefers.
    async fn preferred_currency(&self) -> Option<CurrencyCode> {
        self.0.preferred_currency.clone().map(CurrencyCode)
    }

    /// Where the contact came from, such as a registration page or an import.
    async fn registration_source(&self) -> Option<&str> {
        self.0.registration_source.as_deref()
    }

    /// Whether the person agreed to marketing.
    async fn accepts_marketing(&self) -> bool {
        self.0.accepts_marketing
    }

    /// When it was last said whether the person agrees to marketing, by themselves or by somebody for them; null when nobody was asked.
    async fn consent_updated_at(&self) -> Option<DateTime> {
        self.0.consent_updated_at.map(DateTime)
    }

    /// When the person was erased: nothing is left of them but this row, which can neither be changed nor referred to any more. Null for everybody else.
    async fn erased_at(&self) -> Option<DateTime> {
        self.0.erased_at.map(DateTime)
    }

    /// What the staff noted on the contact, newest first; ties by id. Visible with CONTACT_NOTE_VIEW over the contact's organization, without one everywhere, also to the contact itself; empty for everybody else. One of first and last is required, from 0 to 100.
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<ContactNoteConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        Box::pin(notes_of(ctx, self.0.id, args)).await
    }

    /// The fields that are looked after by hand, as imports name them, in the order of the alphabet: imports and bulk upserts leave them alone.
    async fn owned_fields(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let owned = ctx.load(OwnedFieldsOf(self.0.id)).await?;
        Ok(owned.into_iter().flatten().collect())
    }

    /// The one organization that the contact belongs to; null also where you may not see it.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Quick<Organization>>> {
        let found = organization(ctx.scope(), self.0.organization_id?).await;
        found
            .map(|row| row.map(Organization).map(Quick))
            .transpose()
    }

    /// The group given to this contact itself. For prices use effectiveCustomerGroup.
    async fn customer_group(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        let found = group_on_edge(ctx.scope(), self.0.customer_group_id?).await;
        found
            .map(|row| row.map(CustomerGroup).map(Quick))
            .transpose()
    }

    /// The group of the contact's own organization if it has one, else the contact's own group. Parents of the organization never count.
    async fn effective_customer_group(
        &self,
        ctx: &Context<'_>,
    ) -> Option<Result<Quick<CustomerGroup>>> {
        effective_group(ctx.scope(), &self.0)
            .await
            .map(|group| group.map(Quick))
            .transpose()
    }

    /// Why the effective customer group is what it is.
    async fn effective_customer_group_explanation(
        &self,
        ctx: &Context<'_>,
    ) -> Result<EffectiveCustomerGroupExplanation> {
        Box::pin(explain(ctx, &self.0)).await
    }

    /// The contact's account; null also where you may not see it.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(AccountOf(self.0.id)).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// The contact's own addresses, the oldest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Result<Vec<Address>> {
        let found = ctx
            .load(AddressesOf(Owner::Contact(self.0.id)))
            .await?
            .unwrap_or_default();
        Ok(found.into_iter().map(Address).collect())
    }

    /// Where the contact wants bills to go: one of its own addresses or of its organization's.
    async fn preferred_billing_address(&self, ctx: &Context<'_>) -> Option<Result<Address>> {
        let found = ctx.load(self.0.preferred_billing_address_id?).await;
        found.map(|row| row.map(Address)).transpose()
    }

    /// Where the contact wants goods to go: one of its own addresses or of its organization's.
    async fn preferred_shipping_address(&self, ctx: &Context<'_>) -> Option<Result<Address>> {
        let found = ctx.load(self.0.preferred_shipping_address_id?).await;
        found.map(|row| row.map(Address)).transpose()
    }

    /// What one unit of each variant costs this contact: one answer for each code, in the order asked. At most 200 codes. A market that is not there is NOT_FOUND.
    async fn prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The codes of the variants, at most 200; repeated ones count, and are answered in their places."
        )]
        variant_codes: Vec<String>,
        #[graphql(desc = "The code of the market.")] market: String,
        #[graphql(
            desc = "The currency; the contact's preferred one when absent, else the market's. Nothing is ever converted."
        )]
        currency: Option<CurrencyCode>,
        #[graphql(
            desc = "How many are bought, from 0 on, with at most 9 decimals; 1 when absent."
        )]
        quantity: Option<Decimal>,
        #[graphql(
            desc = "When; now when absent. It moves the validity alone: the prices and the effective group are those of now."
        )]
        at: Option<DateTime>,
    ) -> Result<Vec<Quick<VariantPrice>>> {
        let asking = Asking {
            variant_codes,
            market,
            currency,
            at,
        };
        Box::pin(quote::prices(ctx, asking, quantity, Some(&self.0))).await
    }

    /// From which quantity on each variant costs this contact how much: one answer for each code, in the order asked. At most 200 codes. A market that is not there is NOT_FOUND.
    async fn price_tiers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The codes of the variants, at most 200; repeated ones count, and are answered in their places."
        )]
        variant_codes: Vec<String>,
        #[graphql(desc = "The code of the market.")] market: String,
        #[graphql(
            desc = "The currency; the contact's preferred one when absent, else the market's. Nothing is ever converted."
        )]
        currency: Option<CurrencyCode>,
        #[graphql(
            desc = "When; now when absent. It moves the validity alone: the prices and the effective group are those of now."
        )]
        at: Option<DateTime>,
    ) -> Result<Vec<VariantPriceTiers>> {
        let asking = Asking {
            variant_codes,
            market,
            currency,
            at,
        };
        Box::pin(quote::price_tiers(ctx, asking, Some(&self.0))).await
    }

    /// The orders that were placed for this contact, as far as you may see them, the newest first unless ordered otherwise. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "The order; the newest first when absent.")] order_by: Option<OrderOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<OrderConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let part = Part::new(filter, order_by, args);
        let query = OfContact { part };
        let page = Box::pin(page_below(ctx, self.0.id, query)).await?;
        Ok(Quick(OrderConnection(page)))
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl AtOnce for Contact {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        let scope = asked.scope();
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<contact::Entity>(self.0.id).0),
            "externalId" => text(self.0.external_id.as_deref()),
            "firstName" => text(self.0.first_name.as_deref()),
            "lastName" => text(self.0.last_name.as_deref()),
            "fullName" => Value::String(self.0.full_name.clone()),
            "email" => text(self.0.email.as_deref()),
            "phone" => text(self.0.phone.as_deref()),
            "version" => self.0.version.into(),
            "organization" => {
                let found = self
                    .0
                    .organization_id
                    .map(|id| known_organization(scope, id));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), Organization);
            }
            "customerGroup" => {
                let found = self.0.customer_group_id.map(|id| known_group(scope, id));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), CustomerGroup);
            }
            "effectiveCustomerGroup" => {
                return asked.edge(known_effective_group(scope, &self.0), CustomerGroup);
            }
            _ => return None,
        })
    }
}

/// A page of the contacts of one organization, loaded together with those of its siblings.
///
/// # Errors
/// `BadRequest` for arguments of the page or the filter that mean nothing.
pub async fn contacts_of(
    ctx: &Context<'_>,
    organization: OrganizationId,
    query: ContactsQuery,
) -> Result<Quick<ContactConnection>> {
    let sort = query.order.sort();
    // Checked here, so that one field's mistake does not spoil the whole batch.
    query.args.window(&query.order.tag(), &sort)?;
    query.filter.condition(ctx.db())?;
    let query = Arc::new(query);
    let slice = ctx
        .load(Below {
            parent: organization,
            query: query.clone(),
        })
        .await?;
    let slice = slice.unwrap_or(Slice {
        rows: Vec::new(),
        more: false,
    });
    let counted = query.clone();
    let total: Total = Arc::new(move |ctx: &Context<'_>| {
        let key = CountBelow {
            parent: organization,
            query: counted.clone(),
        };
        Box::pin(async move { Ok(ctx.load(key).await?.unwrap_or_default()) })
    });
    let page = Page::of(slice, &query.args, &query.order.tag(), &sort, total);
    Ok(Quick(ContactConnection(page)))
}
