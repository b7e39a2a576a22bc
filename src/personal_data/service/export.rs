//! Everything about a person, as one document.

use crate::access::personal::Exported;
use crate::access::{Act, Permission, Place, View, WriteTx};
use crate::error::Result;
use entity::ids::ContactId;
use entity::{
    address, contact, contact_note, customer, customer_link, order_line, price, role_assignment,
    sales_order, sales_rep,
};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the document's form is called, for those who read it by machine.
const FORM: i32 = 1;

/// Exports a contact with all that belongs to it: one's own, or with CONTACT_EXPORT over its organization, without one everywhere. Leaves an
/// entry in the history that says so, and holds nothing of it.
#[derive(Debug, Serialize)]
pub struct ExportContact {
    pub id: ContactId,
}

impl Act for ExportContact {
    type Answer = ContactId;
    /// None where it was only validated.
    type Shown = Option<Value>;
    const MUTATION: &'static str = "contactExport";
    // The holder alone has this right without being given it.
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.fetch_for::<contact::Entity, View>(self.id, "id").await?;
        if tx.viewer().contact_id() != Some(self.id) {
            let place = Place::from(row.organization_id);
            tx.require(Permission::ContactExport, place, "id").await?;
        }
        tx.record(&row);
        Ok(self.id)
    }

    async fn show(tx: &WriteTx, id: ContactId, validate_only: bool) -> Result<Option<Value>> {
        if validate_only {
            return Ok(None);
        }
        document(tx, id).await.map(Some)
    }
}

/// A line for each table. As many statements for whatever there is.
async fn document(tx: &WriteTx, id: ContactId) -> Result<Value> {
    let subject = tx.subject(id).await?;
    let mut all = Document::default();
    let own = |column: contact::Column| Condition::all().add(column.eq(id));
    let contact = tx
        .exported::<contact::Entity>(own(contact::Column::Id))
        .await?;
    all.one("contact", contact.rows.into_iter().next());
    let addresses = address::Column::ContactId.eq(id);
    all.list(
        "addresses",
        tx.exported::<address::Entity>(addresses).await?,
    );
    let notes = contact_note::Column::ContactId.eq(id);
    all.list("notes", tx.exported::<contact_note::Entity>(notes).await?);
    let customers = customer::Column::ContactId.eq(id);
    all.list(
        "customers",
        tx.exported::<customer::Entity>(customers).await?,
    );
    let orders = sales_order::Column::ContactId.eq(id);
    all.list(
        "orders",
        tx.exported::<sales_order::Entity>(orders.clone()).await?,
    );
    let orders = Query::select()
        .column(sales_order::Column::Id.as_column_ref())
        .from(sales_order::Entity)
        .and_where(orders)
        .take();
    let lines = order_line::Column::OrderId.in_subquery(orders);
    all.list(
        "orderLines",
        tx.exported::<order_line::Entity>(lines).await?,
    );
    if let Some((account, told)) = tx.exported_account(id).await? {
        let holds = role_assignment::Column::AccountId.eq(account.id);
        let prices = price::Column::AccountId.eq(account.id);
        all.one("account", Some(told));
        all.list(
            "roleAssignments",
            tx.exported::<role_assignment::Entity>(holds).await?,
        );
        all.list("prices", tx.exported::<price::Entity>(prices).await?);
        let links = customer_link::Column::AccountId.eq(account.id);
        all.list(
            "customerLinks",
            tx.exported::<customer_link::Entity>(links).await?,
        );
        let reps = sales_rep::Column::AccountId.eq(account.id);
        all.list("salesReps", tx.exported::<sales_rep::Entity>(reps).await?);
        all.list("sessions", tx.exported_sessions(account.id).await?);
        all.list("tokens", tx.exported_tokens(account.id).await?);
        all.list("letters", tx.exported_letters(&account).await?);
        all.one(
            "signInAttempts",
            Some(tx.exported_attempts(&account).await?),
        );
    }
    all.list("history", tx.exported_history(&subject).await?);
    Ok(all.finish(tx))
}

#[derive(Default)]
struct Document {
    parts: Map<String, Value>,
    truncated: Vec<&'static str>,
}

impl Document {
    fn one(&mut self, name: &'static str, row: Option<Value>) {
        self.parts.insert(name.to_owned(), row.unwrap_or_default());
    }

    fn list(&mut self, name: &'static str, exported: Exported) {
        if exported.truncated {
            self.truncated.push(name);
        }
        self.parts.insert(name.to_owned(), exported.rows.into());
    }

    fn finish(mut self, tx: &WriteTx) -> Value {
        self.parts.insert("form".to_owned(), FORM.into());
        let now = tx
            .now()
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        self.parts.insert("exportedAt".to_owned(), now.into());
        self.parts
            .insert("truncated".to_owned(), json!(self.truncated));
        self.parts.into()
    }
}
