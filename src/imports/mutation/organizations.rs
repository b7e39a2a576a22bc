//! Many organizations in one call.

use super::contacts::{said, version};
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::terms::CreateTerms;
use crate::imports::object::ImportAction;
use crate::imports::rules::{Given, RowIn};
use crate::imports::service::{ShownRow, Upsert, UpsertOrganizations};
use crate::organizations::object::Organization;
use crate::prices::service::ErrorPolicy;
use crate::text::{Rule, SHORT};
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::import_row::Action;
use entity::organization;

/// An organization as another system has it. Absent leaves a field as it is, null clears it.
#[derive(InputObject)]
pub struct OrganizationUpsertRowInput {
    /// The id in the other system, 1 to 512 characters: the organization of this externalId is changed, else one is created.
    external_id: String,
    /// Which version of the organization this is, a whole number from 0 on, as text: with source, what is not newer than what came before is left out.
    source_version: Option<String>,
    /// The name, at most 512 characters; what is created must have one, and it cannot be cleared.
    name: MaybeUndefined<String>,
    /// A description, at most 10,000 characters.
    description: MaybeUndefined<String>,
    /// The name of the kind of organization, without regard to case. The first one there is for what is created without; it cannot be cleared.
    #[graphql(name = "type")]
    organization_type: MaybeUndefined<String>,
    /// The name of the line of business, without regard to case.
    business_category: MaybeUndefined<String>,
    /// The externalId of the organization above, which may be another row of the call, before or after this one; null makes it a root.
    parent_external_id: MaybeUndefined<String>,
    /// The name of the customer group given to the organization, without regard to case.
    customer_group: MaybeUndefined<String>,
}

/// Organizations to make or to change.
#[derive(InputObject)]
pub struct OrganizationBulkUpsertInput {
    /// The organizations, at most 500. Of two with one externalId the later one is a CONFLICT.
    rows: Vec<OrganizationUpsertRowInput>,
    /// Where they come from, at most 255 characters; needed for sourceVersion. Each source counts its own versions.
    source: Option<String>,
    /// What becomes of the others when one is refused. What would hang below a new one that is refused is refused, too.
    #[graphql(default_with = "ErrorPolicy::RejectEverything")]
    error_policy: ErrorPolicy,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What became of one row of organizationBulkUpsert.
#[derive(SimpleObject)]
pub struct OrganizationRowPayload {
    /// The organization as it is now; null when the row was refused, not written because of others, a new one only validated, or out of your sight.
    organization: Option<Organization>,
    /// What came of the row; null when it was not written because of others.
    action: Option<ImportAction>,
    /// The fields that differ and were left alone, as they are looked after by hand.
    kept_fields: Vec<String>,
    /// Why this row was refused; paths begin with rows and its position.
    user_errors: Vec<UserError>,
}

/// What organizationBulkUpsert answers.
#[derive(SimpleObject)]
pub struct OrganizationBulkUpsertPayload {
    /// What became of each row, in the order of the input.
    results: Vec<OrganizationRowPayload>,
    /// Why rows were refused, all of them in the order of the input. With REJECT_EVERYTHING nothing was written unless it is empty.
    user_errors: Vec<UserError>,
}

/// The bulk mutation of organizations.
#[derive(Default)]
pub struct OrganizationUpsertMutation;

#[Object]
impl OrganizationUpsertMutation {
    /// Makes and changes up to 500 organizations by their externalIds in one transaction, parents before what hangs below them, in whatever order they come. Each row needs what organizationCreate, organizationUpdate, organizationMove and customerGroupAssign need for what it changes; a row that changes nothing needs nothing. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, CONFLICT, HIERARCHY_CYCLE, HIERARCHY_DEPTH, ARCHIVED, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn organization_bulk_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make and to change.")] input: OrganizationBulkUpsertInput,
    ) -> Option<Result<OrganizationBulkUpsertPayload>> {
        Some(upsert(ctx, input).await)
    }
}

impl OrganizationUpsertRowInput {
    fn decode(self, position: usize, source: Option<&str>) -> Result<RowIn> {
        let same = |text: String| text;
        let fields = [
            ("externalId", Given::Text(self.external_id)),
            ("name", said(self.name, same)),
            ("description", said(self.description, same)),
            ("type", said(self.organization_type, same)),
            ("businessCategory", said(self.business_category, same)),
            ("parentExternalId", said(self.parent_external_id, same)),
            ("customerGroup", said(self.customer_group, same)),
        ];
        Ok(RowIn {
            number: i64::try_from(position).unwrap_or(i64::MAX),
            fields: fields
                .into_iter()
                .filter(|(_, given)| *given != Given::Absent)
                .map(|(field, given)| (field.to_owned(), given))
                .collect(),
            version: version(self.source_version.as_deref(), position, source)?,
        })
    }
}

async fn upsert(
    ctx: &Context<'_>,
    input: OrganizationBulkUpsertInput,
) -> Result<OrganizationBulkUpsertPayload> {
    ctx.db().signed_in()?;
    let count = input.rows.len();
    let written = match decoded(input.rows, input.source, input.error_policy) {
        Ok(upsert) => ctx.write(UpsertOrganizations(upsert), input.terms).await,
        Err(refused) => Err(refused),
    };
    let (results, user_errors) = match written {
        Ok(shown) => {
            let mistakes = shown.iter().flat_map(|row| &row.mistakes);
            let mistakes = mistakes.cloned().collect();
            (shown.into_iter().map(told).collect(), mistakes)
        }
        Err(Error::Invalid(user_errors)) => (refused(count, &user_errors), user_errors),
        Err(other) => return Err(other),
    };
    Ok(OrganizationBulkUpsertPayload {
        results,
        user_errors,
    })
}

fn decoded(
    rows: Vec<OrganizationUpsertRowInput>,
    source: Option<String>,
    policy: ErrorPolicy,
) -> Result<Upsert> {
    let source = Rule::identifier("source", SHORT).apply(source);
    let source = source.map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let rows = rows.into_iter().enumerate();
    let rows: Result<_> = rows
        .map(|(position, row)| row.decode(position, source.as_deref()))
        .collect();
    Ok(Upsert {
        rows: rows?,
        policy,
        source,
    })
}

fn told(row: ShownRow<organization::Entity>) -> OrganizationRowPayload {
    OrganizationRowPayload {
        organization: row.row.map(Organization),
        action: Some(row.action.into()),
        kept_fields: row.kept,
        user_errors: row.mistakes,
    }
}

/// The answers for `count` rows of which none was written, each with its own mistakes.
fn refused(count: usize, mistakes: &[UserError]) -> Vec<OrganizationRowPayload> {
    let row = |place: usize| {
        let place = place.to_string();
        let own = mistakes
            .iter()
            .filter(|mistake| mistake.path.get(1) == Some(&place));
        let own: Vec<_> = own.cloned().collect();
        OrganizationRowPayload {
            organization: None,
            action: (!own.is_empty()).then(|| Action::Error.into()),
            kept_fields: Vec::new(),
            user_errors: own,
        }
    };
    (0..count).map(row).collect()
}
