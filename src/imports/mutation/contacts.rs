//! Many contacts in one call.

use crate::contacts::object::Contact;
use crate::error::{Code, Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::scalars::{CurrencyCode, Date};
use crate::graphql::terms::CreateTerms;
use crate::imports::object::ImportAction;
use crate::imports::rules::{Given, RowIn};
use crate::imports::service::{ShownRow, Upsert, UpsertContacts};
use crate::prices::service::ErrorPolicy;
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::contact;
use entity::import_row::Action;

/// A contact as another system has it. Absent leaves a field as it is, null clears it.
#[derive(InputObject)]
pub struct ContactUpsertRowInput {
    /// The id in the other system, 1 to 512 characters: the contact of this externalId is changed, else one is created.
    external_id: String,
    /// Which version of the contact this is, a whole number from 0 on, as text: with source, what is not newer than what came before is left out.
    source_version: Option<String>,
    /// The first name, at most 512 characters.
    first_name: MaybeUndefined<String>,
    /// The middle name, at most 512 characters.
    middle_name: MaybeUndefined<String>,
    /// The last name, at most 512 characters.
    last_name: MaybeUndefined<String>,
    /// The name to show, at most 512 characters; null makes it of the others again.
    full_name: MaybeUndefined<String>,
    /// The e-mail address, at most 320 characters; need not be unique.
    email: MaybeUndefined<String>,
    /// The phone number, at most 255 characters.
    phone: MaybeUndefined<String>,
    /// What the person does, at most 255 characters.
    job_title: MaybeUndefined<String>,
    /// The day of birth.
    birth_date: MaybeUndefined<Date>,
    /// The language to address the person in, at most 255 characters.
    preferred_language: MaybeUndefined<String>,
    /// The currency that the person prefers; one of ISO 4217.
    preferred_currency: MaybeUndefined<CurrencyCode>,
    /// Whether the person agreed to marketing; null means no.
    accepts_marketing: MaybeUndefined<bool>,
    /// The externalId of the organization to belong to.
    organization_external_id: MaybeUndefined<String>,
    /// The name of the customer group given to the contact itself, without regard to case.
    customer_group: MaybeUndefined<String>,
}

/// Contacts to make or to change.
#[derive(InputObject)]
pub struct ContactBulkUpsertInput {
    /// The contacts, at most 500. Of two with one externalId the later one is a CONFLICT.
    rows: Vec<ContactUpsertRowInput>,
    /// Where they come from, at most 255 characters; needed for sourceVersion. Each source counts its own versions.
    source: Option<String>,
    /// What becomes of the others when one is refused.
    #[graphql(default_with = "ErrorPolicy::RejectEverything")]
    error_policy: ErrorPolicy,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What became of one row of contactBulkUpsert.
#[derive(SimpleObject)]
pub struct ContactRowPayload {
    /// The contact as it is now; null when the row was refused, not written because of others, or a new one only validated.
    contact: Option<Contact>,
    /// What came of the row; null when it was not written because of others.
    action: Option<ImportAction>,
    /// The fields that differ and were left alone, as they are looked after by hand.
    kept_fields: Vec<String>,
    /// Why this row was refused; paths begin with rows and its position.
    user_errors: Vec<UserError>,
}

/// What contactBulkUpsert answers.
#[derive(SimpleObject)]
pub struct ContactBulkUpsertPayload {
    /// What became of each row, in the order of the input.
    results: Vec<ContactRowPayload>,
    /// Why rows were refused, all of them in the order of the input. With REJECT_EVERYTHING nothing was written unless it is empty.
    user_errors: Vec<UserError>,
}

/// The bulk mutation of contacts.
#[derive(Default)]
pub struct ContactUpsertMutation;

#[Object]
impl ContactUpsertMutation {
    /// Makes and changes up to 500 contacts by their externalIds in one transaction. Each row needs what contactCreate, contactUpdate, contactAssignOrganization and customerGroupAssign need for what it changes; a row that changes nothing needs nothing. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, CONFLICT, IN_USE, ARCHIVED, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn contact_bulk_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make and to change.")] input: ContactBulkUpsertInput,
    ) -> Option<Result<ContactBulkUpsertPayload>> {
        Some(upsert(ctx, input).await)
    }
}

/// What an input says about a field, as a text.
pub(super) fn said<T>(value: MaybeUndefined<T>, text: impl Fn(T) -> String) -> Given {
    match value {
        MaybeUndefined::Undefined => Given::Absent,
        MaybeUndefined::Null => Given::Clear,
        MaybeUndefined::Value(value) => Given::Text(text(value)),
    }
}

/// The number of a version.
///
/// # Errors
/// User error `INVALID` at `rows`, the position and `sourceVersion`; `REQUIRED` at `source` without one.
pub(super) fn version(
    text: Option<&str>,
    position: usize,
    source: Option<&str>,
) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    if source.is_none() {
        let message = "sourceVersion needs the source that counts them";
        return Err(Error::invalid(Code::Required, "source", message));
    }
    let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    let message = "sourceVersion is a whole number from 0 to below 2^63";
    let refused = || Error::invalid(Code::Invalid, "sourceVersion", message);
    let number = number.ok_or_else(refused);
    number
        .map(Some)
        .map_err(|refused| refused.below(&["rows", &position.to_string()]))
}

impl ContactUpsertRowInput {
    fn decode(self, position: usize, source: Option<&str>) -> Result<RowIn> {
        let same = |text: String| text;
        let fields = [
            ("externalId", Given::Text(self.external_id)),
            ("firstName", said(self.first_name, same)),
            ("middleName", said(self.middle_name, same)),
            ("lastName", said(self.last_name, same)),
            ("fullName", said(self.full_name, same)),
            ("email", said(self.email, same)),
            ("phone", said(self.phone, same)),
            ("jobTitle", said(self.job_title, same)),
            ("birthDate", said(self.birth_date, |day| day.0.to_string())),
            ("preferredLanguage", said(self.preferred_language, same)),
            (
                "preferredCurrency",
                said(self.preferred_currency, |code| code.0),
            ),
            (
                "acceptsMarketing",
                said(self.accepts_marketing, |yes| yes.to_string()),
            ),
            (
                "organizationExternalId",
                said(self.organization_external_id, same),
            ),
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
    input: ContactBulkUpsertInput,
) -> Result<ContactBulkUpsertPayload> {
    ctx.db().signed_in()?;
    let count = input.rows.len();
    let written = match decoded(input.rows, input.source, input.error_policy) {
        Ok(upsert) => ctx.write(UpsertContacts(upsert), input.terms).await,
        Err(refused) => Err(refused),
    };
    let (shown, user_errors) = match written {
        Ok(shown) => {
            let mistakes = shown.iter().flat_map(|row| &row.mistakes);
            let mistakes = mistakes.cloned().collect();
            (shown.into_iter().map(told).collect(), mistakes)
        }
        Err(Error::Invalid(user_errors)) => (refused(count, &user_errors), user_errors),
        Err(other) => return Err(other),
    };
    Ok(ContactBulkUpsertPayload {
        results: shown,
        user_errors,
    })
}

fn decoded(
    rows: Vec<ContactUpsertRowInput>,
    source: Option<String>,
    policy: ErrorPolicy,
) -> Result<Upsert> {
    let source = crate::text::Rule::identifier("source", crate::text::SHORT).apply(source);
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

fn told(row: ShownRow<contact::Entity>) -> ContactRowPayload {
    ContactRowPayload {
        contact: row.row.map(Contact),
        action: Some(row.action.into()),
        kept_fields: row.kept,
        user_errors: row.mistakes,
    }
}

/// The answers for `count` rows of which none was written, each with its own mistakes.
fn refused(count: usize, mistakes: &[UserError]) -> Vec<ContactRowPayload> {
    let row = |place: usize| {
        let place = place.to_string();
        let own = mistakes
            .iter()
            .filter(|mistake| mistake.path.get(1) == Some(&place));
        let own: Vec<_> = own.cloned().collect();
        ContactRowPayload {
            contact: None,
            action: (!own.is_empty()).then(|| Action::Error.into()),
            kept_fields: Vec::new(),
            user_errors: own,
        }
    };
    (0..count).map(row).collect()
}
