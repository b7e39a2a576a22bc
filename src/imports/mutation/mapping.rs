//! Correcting which column goes to which field, and saving that under a name.

use super::run::{ImportLayoutInput, Said, layout, payload};
use crate::access::Terms;
use crate::error::{Code, Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{self, decode};
use crate::graphql::terms::CreateTerms;
use crate::imports::object::{Import, ImportDateOrder, ImportDecimalSign};
use crate::imports::service::{DeleteMapping, SetLayout, SetMapping, look_at};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{import, import_mapping};
use sheets::clean::Column;
use sheets::mapping::{From as Origin, JoinHow, Mapped, Place};

/// Where a field comes from.
#[derive(InputObject)]
pub struct ImportFieldMappingInput {
    /// The name of the field.
    field: String,
    /// The headings of its columns, compared without regard to case, accents and blanks; several are joined, with a blank between them. Neither columns nor constant: the field comes from nowhere.
    columns: Option<Vec<String>>,
    /// The value of the field in every row, instead of columns.
    constant: Option<String>,
    /// Whether a blank cell clears the field; otherwise it leaves it as it is.
    #[graphql(default = false)]
    blank_clears: bool,
    /// What stands before the decimals, where the column could be read in two ways.
    decimal_sign: Option<ImportDecimalSign>,
    /// What stands first in dates such as 03/04/2005, where the column could be read in two ways.
    date_order: Option<ImportDateOrder>,
    /// To how many digits keys are filled up with zeros, where a spreadsheet program has lost them; from 1 to 40.
    key_width: Option<i32>,
}

/// A correction of a mapping.
#[derive(InputObject)]
pub struct ImportMapInput {
    /// The id of the import.
    id: ID,
    /// How the file is laid out, if other than it was found to be: it is read anew, and a mapping proposed.
    layout: Option<ImportLayoutInput>,
    /// The name of a saved mapping to begin with, instead of the one in force.
    mapping: Option<String>,
    /// Fields that come from elsewhere than the mapping says; the others stay. At most 100.
    fields: Option<Vec<ImportFieldMappingInput>>,
    /// A name to save the mapping under, for all who may import, in place of the one with that name; at most 512 characters.
    save_as: Option<String>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What importMap answers.
#[derive(SimpleObject)]
pub struct ImportMapPayload {
    /// The import with its mapping, to be planned (anew); null when it was refused.
    import: Option<Import>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A saved mapping to forget.
#[derive(InputObject)]
pub struct ImportMappingDeleteInput {
    /// The id of the mapping.
    id: ID,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// What importMappingDelete answers.
#[derive(SimpleObject)]
pub struct ImportMappingDeletePayload {
    /// The id of the mapping that is gone; null when it was refused.
    deleted_id: Option<ID>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations about mappings.
#[derive(Default)]
pub struct ImportMappingMutation;

#[Object]
impl ImportMappingMutation {
    /// Corrects the mapping of an import whose file has come, and saves it where a name is given. What was planned is to be planned anew. Codes: NOT_FOUND, FORBIDDEN, INVALID, TOO_LONG, CONFLICT, IDEMPOTENCY_MISMATCH.
    async fn import_map(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to correct.")] input: ImportMapInput,
    ) -> Option<Result<ImportMapPayload>> {
        let said = match map(ctx, input).await {
            Err(Error::Invalid(user_errors)) => Ok(Said {
                import: None,
                user_errors,
            }),
            said => said,
        };
        Some(said.map(|said| ImportMapPayload {
            import: said.import,
            user_errors: said.user_errors,
        }))
    }

    /// Forgets a saved mapping; imports that were made with it keep theirs. Codes: NOT_FOUND, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn import_mapping_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which mapping.")] input: ImportMappingDeleteInput,
    ) -> Option<Result<ImportMappingDeletePayload>> {
        let id = match decode::<import_mapping::Entity>(&input.id) {
            Ok(id) => id,
            Err(refused) => return Some(Err(refused)),
        };
        let gone = ctx.write(DeleteMapping { id }, input.terms).await;
        Some(match gone {
            Ok(id) => Ok(ImportMappingDeletePayload {
                deleted_id: Some(global_id::encode::<import_mapping::Entity>(id)),
                user_errors: Vec::new(),
            }),
            Err(Error::Invalid(user_errors)) => Ok(ImportMappingDeletePayload {
                deleted_id: None,
                user_errors,
            }),
            Err(other) => Err(other),
        })
    }
}

async fn map(ctx: &Context<'_>, input: ImportMapInput) -> Result<Said> {
    let id = decode::<import::Entity>(&input.id)?;
    let fields = input.fields.unwrap_or_default();
    let fields: Result<Vec<_>> = fields.into_iter().enumerate().map(origin).collect();
    let change = SetMapping {
        id,
        from: input.mapping,
        fields: fields?,
        save_as: input.save_as,
    };
    if let Some(asked) = &input.layout {
        let layout = layout(asked)?;
        let terms = Terms {
            validate_only: input.terms.validate_only,
            ..Terms::default()
        };
        ctx.write(SetLayout { id, layout }, terms).await?;
        if !input.terms.validate_only {
            look_at(&ctx.db().later("layout"), id).await?;
        }
    }
    payload(ctx.write(change, input.terms).await)
}

/// Where a field comes from; none where it comes from nowhere.
fn origin((at, input): (usize, ImportFieldMappingInput)) -> Result<(String, Option<Mapped>)> {
    let wrong = |field: &str, message: &str| {
        let mut mistake = UserError::new(Code::Invalid, "fields", message);
        mistake.path.extend([at.to_string(), field.to_owned()]);
        Error::Invalid(vec![mistake])
    };
    let place = |heading: String| Place { heading, nth: 0 };
    let columns = input.columns.unwrap_or_default();
    let from = match (columns.len(), input.constant) {
        (0, None) => None,
        (0, Some(constant)) => Some(Origin::Constant(constant)),
        (_, Some(_)) => {
            return Err(wrong(
                "constant",
                "a field has columns or a constant, not both",
            ));
        }
        (1, None) => columns.into_iter().next().map(place).map(Origin::Column),
        (_, None) => Some(Origin::Join {
            places: columns.into_iter().map(place).collect(),
            how: JoinHow::Blank,
        }),
    };
    let key_width = match input.key_width {
        None => None,
        Some(width @ 1..=40) => usize::try_from(width).ok(),
        Some(_) => return Err(wrong("keyWidth", "keyWidth is from 1 to 40")),
    };
    let mapped = from.map(|from| Mapped {
        field: input.field.clone(),
        from,
        blank_clears: input.blank_clears,
        column: Column {
            decimal_sign: input.decimal_sign.map(Into::into),
            date_order: input.date_order.map(Into::into),
            key_width,
            ..Column::default()
        },
    });
    Ok((input.field, mapped))
}
