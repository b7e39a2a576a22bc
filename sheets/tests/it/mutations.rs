//! Workbooks with damage: whatever is in them, there is an answer, and soon.

use crate::support::{part, parts, read_all, zip};
use sheets::table::{Headings, find_table};
use sheets::{Limits, Options};

/// A small pseudo-random source, always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len().max(1));
            match self.below(5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), self.byte()),
                2 if !bytes.is_empty() => drop(bytes.remove(at)),
                3 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                _ if !bytes.is_empty() => bytes[at] = self.byte(),
                _ => {}
            }
        }
    }
}

fn sound() -> Vec<crate::support::Part> {
    let mut all = parts(
        "<cols><col min='2' max='3' hidden='1'/></cols><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>\
         <row r='3' hidden='1'><c r='A3' s='1'><v>36892.5</v></c><c r='B3' t='inlineStr'><is><r><t>x&amp;y_x000D_</t></r></is></c></row>\
         <row><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c><c><f>A1</f></c></row></sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells>",
    );
    all.push(part("xl/sharedStrings.xml", "<sst><si><t>Name</t></si><si><r><t>Ci</t></r><rPh><t>no</t></rPh><r><t>ty</t></r></si></sst>"));
    all.push(part(
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='dd.mm.yyyy'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='170'/></cellXfs></styleSheet>",
    ));
    all
}

fn tried(bytes: Vec<u8>) -> bool {
    let options = Options {
        limits: Limits {
            inflated_bytes: 1 << 20,
            ..Limits::default()
        },
        ..Options::default()
    };
    if let Ok(book) = sheets::read(bytes.clone(), "x.xlsx", &options) {
        for sheet in 0..book.sheets().len() {
            let _ = find_table(&book, sheet, &Headings::Find);
        }
    }
    read_all(bytes, &options).is_ok()
}

/// Damage in the archive and damage in its parts, which the archive does not notice.
fn mutations(count: usize) {
    let whole = zip(&sound());
    assert!(tried(whole.clone()));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut read = 0;
    for round in 0..count {
        let bytes = if round % 2 == 0 {
            let mut bytes = whole.clone();
            dice.damage(&mut bytes);
            bytes
        } else {
            let mut all = sound();
            let at = dice.below(all.len());
            dice.damage(&mut all[at].content);
            zip(&all)
        };
        read += usize::from(tried(bytes));
    }
    // Both outcomes happen, or nothing was tried.
    assert!(
        read > count / 50 && read < count * 49 / 50,
        "{read} of {count}"
    );
}

#[test]
fn damaged_workbooks_are_read_or_refused() {
    mutations(1_000);
}

#[test]
#[ignore = "takes 30 s; CI runs it"]
fn twenty_thousand_damaged_workbooks_are_read_or_refused() {
    mutations(20_000);
}
