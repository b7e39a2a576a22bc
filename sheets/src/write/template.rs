//! Workbooks to be filled in: a sheet with headings, and one that says what belongs under each.

use super::Unwritable;
use crate::clean::Want;
use crate::mapping::{Target, fields};
use rust_xlsxwriter::{Format, Note, Workbook};

/// A workbook to be filled in with rows of a kind. Its headings are the names of the fields, those that are needed with a `*`;
/// read back, it maps to them by itself. Columns whose digits are letters are formatted as text, so that no zero is lost.
///
/// # Errors
///
/// When the workbook cannot be put together.
pub fn template(target: Target) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let page = workbook.add_worksheet();
    page.set_name(target.name())?;
    page.set_freeze_panes(1, 0)?;
    for (column, field) in (0_u16..).zip(fields(target)) {
        let heading = if field.required {
            format!("{}*", field.name)
        } else {
            field.name.to_owned()
        };
        page.write_string_with_format(0, column, heading, &bold)?;
        page.insert_note(
            0,
            column,
            &Note::new(explained(field.want)).set_author("Template"),
        )?;
        if matches!(
            field.want,
            Want::Key | Want::Code | Want::Phone | Want::PostalCode
        ) {
            page.set_column_format(column, &text)?;
        }
        page.set_column_width(column, 20)?;
    }
    let help = workbook.add_worksheet();
    help.set_name("Explanations")?;
    for (column, heading) in (0_u16..).zip(["Column", "Needed", "What belongs there"]) {
        help.write_string_with_format(0, column, heading, &bold)?;
        help.set_column_width(column, if column == 2 { 90 } else { 24 })?;
    }
    let mut row = 1;
    for field in fields(target) {
        help.write_string(row, 0, field.name)?;
        help.write_string(row, 1, if field.required { "yes" } else { "no" })?;
        help.write_string(row, 2, explained(field.want))?;
        row += 1;
    }
    help.write_string(row + 1, 0, "A blank cell leaves what there is; \\N clears it. A column that is left out leaves what there is.")?;
    Ok(workbook.save_to_buffer()?)
}

const fn explained(want: Want) -> &'static str {
    match want {
        Want::Text => "One line of text.",
        Want::LongText => "Text, also of several lines.",
        Want::Key => "An id or number. It is text: zeros in front count.",
        Want::Code => "A short code, as it is in the directory.",
        Want::Email => "One e-mail address.",
        Want::Phone => "A phone number, best with + and the country's number in front.",
        Want::PostalCode => "A postal code. It is text: zeros in front count.",
        Want::Date => "A day: 2026-01-31.",
        Want::Moment => "A day, or a day and a time: 2026-01-31 or 2026-01-31T12:30:00Z.",
        Want::Decimal => "A number: 1234.50.",
        Want::Boolean => "true or false, yes or no.",
        Want::Country => "A country: two letters such as DE, or its name.",
        Want::Currency => "A currency by its three letters, such as EUR.",
    }
}
