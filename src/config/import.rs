//! `import`: what it takes on the command line.

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use sheets::mapping::Target;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct ImportCommand {
    /// The file: .xlsx, .csv, or JSON lines; what is inside counts
    #[arg(required_unless_present_any = ["resume", "undo"])]
    pub file: Option<PathBuf>,
    /// What its rows are about
    #[arg(long, required_unless_present_any = ["resume", "undo"],
        value_parser = PossibleValuesParser::new(Target::ALL.map(Target::name)))]
    pub kind: Option<String>,
    /// Say what would come of each row, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The login of the account whose rights count, and whose import it is; without it those of the only administrator
    #[arg(long = "as", value_name = "LOGIN")]
    pub login: Option<String>,
    /// Import the others when rows are refused; otherwise nothing is imported then
    #[arg(long)]
    pub reject_failed_rows: bool,
    /// Take the mapping that was saved under this name
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// Say where a field comes from: FIELD=HEADING, several headings with + between them, nothing for nowhere; again for other fields
    #[arg(long = "map", value_name = "FIELD=HEADING")]
    pub maps: Vec<String>,
    /// Give a field the same value in every row; again for other fields
    #[arg(long = "constant", value_name = "FIELD=VALUE")]
    pub constants: Vec<String>,
    /// Say that a blank cell clears a field
    #[arg(long = "blank-clears", value_name = "FIELD")]
    pub blank_clears: Vec<String>,
    /// Save the mapping under this name
    #[arg(long, value_name = "NAME")]
    pub save_mapping: Option<String>,
    /// Read the sheet of this name
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The row with the headings, or the first and the last such as 3-4; 0 for none
    #[arg(long, value_name = "ROWS")]
    pub heading_rows: Option<String>,
    /// What stands between the cells of a text file; a tab is \t
    #[arg(long, value_name = "CHARACTER")]
    pub delimiter: Option<String>,
    /// The encoding of a text file
    #[arg(long, value_enum)]
    pub encoding: Option<TextEncoding>,
    /// Of organizations: make roots of rows whose parent is nowhere
    #[arg(long)]
    pub roots_for_unknown_parents: bool,
    /// Refuse rows that name a type, a line of business or a customer group that is not there yet, instead of creating it
    #[arg(long)]
    pub refuse_missing: bool,
    /// Of customers: deactivate what is there and not in the file
    #[arg(long)]
    pub full_refresh: bool,
    /// Deactivate also more than a full refresh may without asking
    #[arg(long)]
    pub confirm_deactivations: bool,
    /// Of accounts: tell the people by mail
    #[arg(long)]
    pub send_invitations: bool,
    /// Go on with the import of this id, which was interrupted
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "undo"])]
    pub resume: Option<String>,
    /// Put back what the import of this id changed
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    pub undo: Option<String>,
    /// Write a line for each row that is refused, cleaned or not carried out into this file, .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// The encodings of text files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextEncoding {
    Utf8,
    Utf16le,
    Utf16be,
    Windows1252,
}

impl From<TextEncoding> for sheets::Encoding {
    fn from(encoding: TextEncoding) -> Self {
        match encoding {
            TextEncoding::Utf8 => Self::Utf8,
            TextEncoding::Utf16le => Self::Utf16Le,
            TextEncoding::Utf16be => Self::Utf16Be,
            TextEncoding::Windows1252 => Self::Windows1252,
        }
    }
}
