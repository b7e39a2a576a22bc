//! Creating a customer.

use super::Fields;
use crate::access::{Change, Permission, Place, WriteTx};
use crate::customers::rules;
use crate::error::{Code, Error, Mistakes, Result};
use crate::text::{Rule, SHORT};
use entity::ids::{CustomerId, OrganizationId, SalesRepId};
use entity::{customer, organization, sales_rep};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel};
use serde::Serialize;

/// Creates a bill-to, or with a sequence a ship-to of the bill-to with the same number, whose organization and sales rep it has, too.
///
/// Needs CUSTOMER_CREATE over the organization, without one everywhere; with a sales rep also what that one gains there (T-194).
#[derive(Debug, Serialize)]
pub struct CreateCustomer {
    pub number: String,
    pub sequence: String,
    pub fields: Fields,
    pub sales_rep_id: Option<SalesRepId>,
    pub organization_id: Option<OrganizationId>,
}

impl Change for CreateCustomer {
    type Row = customer::Entity;
    const MUTATION: &'static str = "customerCreate";
    const CREATES: bool = true;
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerId> {
        let (number, sequence) = self.key()?;
        let blank = customer::Model {
            id: CustomerId(tx.fresh_id()),
            number_key: String::new(),
            is_ship_to: !sequence.is_empty(),
            company_name: None,
            first_name: None,
            last_name: None,
            name_key: String::new(),
            search_key: String::new(),
            attention: None,
            line1: None,
            line2: None,
            line3: None,
            line4: None,
            city: None,
            region: None,
            postal_code: None,
            country_code: None,
            phone: None,
            fax: None,
            email: None,
            email_key: String::new(),
            active: true,
            guest: false,
            currency: None,
            terms_code: None,
            price_code: None,
            sales_rep_id: self.sales_rep_id,
            organization_id: self.organization_id,
            contact_id: None,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            bill_to_id: None,
            number,
            sequence,
        };
        let row = if blank.sequence.is_empty() {
            let row = self.fields.apply(blank)?;
            self.require_for_bill_to(tx).await?;
            row
        } else {
            let row = self.below_its_bill_to(tx, blank).await?;
            self.fields.apply(row)?
        };
        let id = row.id;
        tx.insert::<customer::Entity>(row.into_active_model().reset_all())
            .await?;
        Ok(id)
    }
}

impl CreateCustomer {
    fn key(&self) -> Result<(String, String)> {
        let mut mistakes = Mistakes::default();
        let number =
            mistakes.check(Rule::identifier("number", SHORT).apply(Some(self.number.clone())));
        let sequence =
            mistakes.check(Rule::identifier("sequence", SHORT).apply(Some(self.sequence.clone())));
        if number.is_none() && !mistakes.has("number") {
            mistakes.note(Code::Required, "number", "a customer needs a number");
        }
        mistakes.finish()?;
        let sequence = rules::sequence(&sequence.unwrap_or_default()).to_owned();
        Ok((number.unwrap_or_default(), sequence))
    }

    async fn require_for_bill_to(&self, tx: &mut WriteTx) -> Result<()> {
        if let Some(organization) = self.organization_id {
            tx.refer::<organization::Entity>(organization, "organizationId")
                .await?;
        }
        let place = Place::from(self.organization_id);
        tx.require(Permission::CustomerCreate, place, "organizationId")
            .await?;
        if let Some(rep) = self.sales_rep_id {
            tx.refer::<sales_rep::Entity>(rep, "primarySalesRepId")
                .await?;
            tx.require_to_open_customers(place, None, "primarySalesRepId")
                .await?;
        }
        Ok(())
    }

    /// A ship-to with what it has of its bill-to.
    async fn below_its_bill_to(
        &self,
        tx: &mut WriteTx,
        blank: customer::Model,
    ) -> Result<customer::Model> {
        let mut mistakes = Mistakes::default();
        let of_bill_to = [
            ("primarySalesRepId", self.sales_rep_id.is_some()),
            ("organizationId", self.organization_id.is_some()),
        ];
        for (field, given) in of_bill_to {
            if given {
                mistakes.note(Code::Invalid, field, super::update::OF_THE_BILL_TO);
            }
        }
        mistakes.finish()?;
        let named = Condition::all()
            .add(customer::Column::Number.eq(&blank.number))
            .add(customer::Column::Sequence.eq(""));
        let Some(bill_to) = tx.looked_at::<customer::Entity>(named).await?.pop() else {
            let message = "there is no bill-to of this number";
            return Err(Error::invalid(Code::NotFound, "number", message));
        };
        // Held still, as what the ship-to takes over from it would else be out of date at once.
        let bill_to = tx.refer::<customer::Entity>(bill_to.id, "number").await?;
        let place = Place::from(bill_to.organization_id);
        tx.require(Permission::CustomerCreate, place, "number")
            .await?;
        Ok(customer::Model {
            bill_to_id: Some(bill_to.id),
            sales_rep_id: bill_to.sales_rep_id,
            organization_id: bill_to.organization_id,
            contact_id: bill_to.contact_id,
            ..blank
        })
    }
}
