//! Contacts as rows of a file.

use super::{distinct, named, text};
use crate::access::{Granted, ScopedDb};
use crate::error::Result;
use entity::{contact, organization};
use sheets::write::Out;

/// In the order of the columns, without those who were erased. A full name is there where somebody gave it: one that follows from the other
/// names goes on following them. Whether somebody agrees to marketing is blank where nobody asked.
pub async fn rows(db: &ScopedDb, contacts: &[Granted<contact::Entity>]) -> Result<Vec<Vec<Out>>> {
    let organizations = distinct(contacts.iter().map(|row| row.organization_id));
    let organizations = db.by_ids::<organization::Entity>(&organizations).await?;
    let groups = distinct(contacts.iter().map(|row| row.customer_group_id));
    let groups = db.groups_on_edges(&groups).await?;
    let there = contacts.iter().filter(|row| row.erased_at.is_none());
    let written = there.map(|row| {
        let organization = named(&organizations, row.organization_id);
        let group = named(&groups, row.customer_group_id);
        let birth_date = row.birth_date.map(|day| day.to_string());
        let asked = row.consent_updated_at.is_some() || row.accepts_marketing;
        vec![
            text(row.external_id.as_deref()),
            text(row.given_full_name.as_deref()),
            text(row.first_name.as_deref()),
            text(row.middle_name.as_deref()),
            text(row.last_name.as_deref()),
            text(row.email.as_deref()),
            text(row.phone.as_deref()),
            text(row.job_title.as_deref()),
            text(birth_date.as_deref()),
            text(row.preferred_language.as_deref()),
            text(row.preferred_currency.as_deref()),
            if asked {
                Out::Boolean(row.accepts_marketing)
            } else {
                Out::Blank
            },
            text(organization.and_then(|organization| organization.external_id.as_deref())),
            text(group.map(|group| group.name.as_str())),
        ]
    });
    Ok(written.collect())
}
