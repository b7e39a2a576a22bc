//! Workbooks to be filled in: a sheet with headings, and one that says what belongs under each.

use super::Unwritable;
use crate::clean::Want;
use crate::mapping::{Field, Target, fields};
use rust_xlsxwriter::{Format, Note, Workbook};

/// What the sheet with the explanations says at its end.
const AT_THE_END: [&str; 4] = [
    "Fill in the first sheet, a row for each, and leave its headings as they are. Columns may be moved or left out.",
    "A blank cell leaves what there is, and so does a column that is left out; \\N clears what there is.",
    "Columns for ids, codes, phone numbers and postal codes are formatted as text, so that no zero in front is lost.",
    "Nothing happens before you have seen what would: an import is planned first, and then carried out.",
];

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
        let note = format!("{} {}", meaning(field).0, form(field.want));
        page.insert_note(0, column, &Note::new(note).set_author("Template"))?;
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
    let headings = ["Column", "Needed", "What belongs there", "How", "Example"];
    let widths = [24, 10, 80, 60, 28];
    for (column, (heading, width)) in (0_u16..).zip(headings.iter().zip(widths)) {
        help.write_string_with_format(0, column, *heading, &bold)?;
        help.set_column_width(column, width)?;
    }
    help.set_freeze_panes(1, 0)?;
    let mut row = 1;
    for field in fields(target) {
        let (meaning, example) = meaning(field);
        help.write_string(row, 0, field.name)?;
        help.write_string(row, 1, if field.required { "yes" } else { "no" })?;
        help.write_string(row, 2, meaning)?;
        help.write_string(row, 3, form(field.want))?;
        help.write_string(row, 4, example)?;
        row += 1;
    }
    for (below, line) in (1..).zip(AT_THE_END) {
        help.write_string(row + below, 0, line)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// What belongs into a field, and an example of it; nothing for a field that nobody has explained.
fn meaning(field: &Field) -> (&'static str, &'static str) {
    let known =
        lines().find(|(kind, name, _, _)| (*kind, *name) == (field.target.name(), field.name));
    known.map_or(("", ""), |(_, _, meaning, example)| (meaning, example))
}

/// Kind, field, meaning and example.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    let lines = include_str!("help.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((
                parts.next()?,
                parts.next()?,
                parts.next()?,
                parts.next().unwrap_or_default(),
            ))
        })
}

const fn form(want: Want) -> &'static str {
    match want {
        Want::Text => "One line of text.",
        Want::LongText => "Text, also of several lines.",
        Want::Key | Want::PostalCode => "Text: zeros in front count.",
        Want::Code => "A short code or name, as it is in the directory.",
        Want::Email => "One e-mail address.",
        Want::Phone => "A phone number, best with + and the country's number in front.",
        Want::Date => "A day: 2026-01-31.",
        Want::Moment => "A day, or a day and a time: 2026-01-31 or 2026-01-31T12:30:00Z.",
        Want::Decimal => "A number: 1234.50.",
        Want::Boolean => "true or false, yes or no.",
        Want::Country => "Two letters such as DE, or its name.",
        Want::Currency => "Three letters, such as EUR.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Column, Fault, clean};
    use crate::{Cell, mapping};

    #[test]
    fn every_field_is_explained_and_nothing_else() {
        let explained: Vec<_> = lines().map(|(kind, name, ..)| (kind, name)).collect();
        let known = Target::ALL.into_iter().flat_map(fields);
        let known: Vec<_> = known
            .map(|field| (field.target.name(), field.name))
            .collect();
        let missing: Vec<_> = known
            .iter()
            .filter(|field| !explained.contains(field))
            .collect();
        let idle: Vec<_> = explained
            .iter()
            .filter(|field| !known.contains(field))
            .collect();
        assert_eq!(
            (missing, idle),
            (Vec::new(), Vec::new()),
            "sheets/src/write/help.tsv"
        );
    }

    #[test]
    fn every_example_is_one_that_is_read_as_it_stands() {
        for (kind, name, _, example) in lines() {
            let target = Target::ALL.into_iter().find(|target| target.name() == kind);
            let Some(field) = target.and_then(|target| mapping::field(target, name)) else {
                continue;
            };
            let cleaned = clean(
                &Cell::text(example),
                field.want,
                &Column::default(),
                Some("DE"),
            );
            let read: Result<_, Fault> = cleaned.map(|cleaned| cleaned.text().to_owned());
            assert_eq!(read.as_deref(), Ok(example), "{kind} {name}");
        }
    }
}
