//! Mappings: proposed, corrected, saved, and used.

use crate::support::book;
use sheets::clean::{Column, DecimalSign, Fault, Rule, Value};
use sheets::mapping::{
    From, JoinHow, Mapped, Mapping, Mismatch, Place, Target, Why, bind, propose,
};
use sheets::table::{Headings, Table, find_table};

fn table(text: &str) -> (sheets::Book, Table) {
    let book = book(text, "a.csv").expect("fit to be read");
    let table = find_table(&book, 0, &Headings::Find)
        .expect("readable")
        .expect("a table");
    (book, table)
}

fn place(heading: &str) -> Place {
    Place {
        heading: heading.to_owned(),
        nth: 0,
    }
}

fn mapped(field: &str, from: From) -> Mapped {
    Mapped {
        field: field.to_owned(),
        from,
        blank_clears: false,
        column: Column::default(),
    }
}

#[test]
fn each_proposal_has_its_reason() {
    let (_, table) = table(
        "external_id,Vorname,Lastnmae,Privat Phone,Wohin,Unsinn\n\
         1,A,B,1,a@example.com,x\n2,C,D,2,b@example.com,y\n3,E,F,3,c@example.com,z\n",
    );
    let proposal = propose(&table, Target::Contacts);
    let why: Vec<_> = proposal
        .proposed
        .iter()
        .map(|one| (one.field.as_str(), one.why, one.confidence))
        .collect();
    assert_eq!(
        why,
        [
            ("externalId", Why::Name, 100),
            ("firstName", Why::Synonym, 95),
            ("lastName", Why::Spelling, 80),
            ("email", Why::Shape, 50),
            ("phone", Why::Ending, 60),
        ]
    );
    let left: Vec<_> = proposal
        .left
        .iter()
        .map(|left| left.heading.as_str())
        .collect();
    assert_eq!(left, ["Unsinn"]);
}

#[test]
fn what_cannot_be_told_apart_is_left_and_reported() {
    let (_, table) = table("Kundennummer,Telefon,Tel,Ort\n1,030 1,030 2,Rom\n2,030 3,030 4,Bern\n");
    let proposal = propose(&table, Target::Customers);
    let fields: Vec<_> = proposal
        .mapping
        .fields
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(fields, ["number", "city"]);
    let left: Vec<_> = proposal
        .left
        .iter()
        .map(|left| (left.heading.as_str(), left.candidates.concat()))
        .collect();
    assert_eq!(
        left,
        [("Telefon", "phone".to_owned()), ("Tel", "phone".to_owned())]
    );
    let (_, twice) = self::table("email,email,id\na@example.com,b@example.com,1\n");
    assert_eq!(propose(&twice, Target::Contacts).mapping.fields.len(), 1);
    let (_, none) = self::table("sku,currency\nA,EUR\n");
    assert_eq!(propose(&none, Target::Prices).missing, ["amount"]);
}

/// T-160: constants, blanks that clear, and columns that are joined.
#[test]
fn a_mapping_may_join_columns_set_constants_and_let_blanks_clear() {
    let (book, table) = table(
        "KUNNR;NAME1;NAME2;PLZ;Phone\n1;Vereinigte Stahl- und Eisenwerk AG ;& Co;1069;\n2;Beta;KG;12209;-\n",
    );
    let mapping = Mapping {
        target: Target::Customers,
        fields: vec![
            mapped("number", From::Column(place("kunnr"))),
            mapped(
                "companyName",
                From::Join {
                    places: vec![place("NAME1"), place("NAME2")],
                    how: JoinHow::Cut { width: 35 },
                },
            ),
            mapped("countryCode", From::Constant("Deutschland".to_owned())),
            Mapped {
                blank_clears: true,
                ..mapped("phone", From::Column(place("Phone")))
            },
            mapped("postalCode", From::Column(place("PLZ"))),
        ],
    };
    let saved = serde_json::to_string(&mapping).expect("JSON");
    let mapping: Mapping = serde_json::from_str(&saved).expect("the same");
    let bound = bind(&mapping, &table).expect("fits");
    let rows: Vec<_> = table
        .rows(&book)
        .expect("rows")
        .map(|row| bound.values(&row.expect("a row")))
        .collect();
    assert_eq!(
        rows[0].text("companyName"),
        "Vereinigte Stahl- und Eisenwerk AG & Co"
    );
    assert_eq!(rows[1].text("companyName"), "Beta KG");
    assert_eq!(rows[0].text("countryCode"), "DE");
    assert_eq!(rows[0].get("phone"), Some(&Ok(Value::Clear)));
    let told: Vec<_> = rows[1]
        .cleanings
        .iter()
        .map(|one| (one.row, one.column, one.rule))
        .collect();
    assert_eq!(told, [(3, 4, Rule::NoValue)]);
}

#[test]
fn a_mapping_that_does_not_fit_says_everything_that_is_wrong() {
    let (_, table) = table("id,name\n1,Acme\n");
    let mapping = Mapping {
        target: Target::Customers,
        fields: vec![
            mapped("companyName", From::Column(place("Name"))),
            mapped("companyName", From::Constant("x".to_owned())),
            mapped("colour", From::Constant("red".to_owned())),
            mapped("city", From::Column(place("Town"))),
            mapped("countryCode", From::Constant("Atlantis".to_owned())),
        ],
    };
    let wrong = bind(&mapping, &table).err().unwrap_or_default();
    let said: Vec<_> = wrong.iter().map(Mismatch::to_string).collect();
    assert_eq!(
        said,
        [
            "the field companyName is mapped twice",
            "customers have no field colour",
            "no column is headed Town",
            "Atlantis cannot be the value of countryCode: not a country",
            "nothing is mapped to number, which every row needs",
        ]
    );
}

/// What somebody said of a column beats what its cells show.
#[test]
fn a_column_decides_its_ambiguous_cells_unless_somebody_has_said_it() {
    let text = "sku;price\nA;1.234\nB;12,50\n";
    let (book, table) = table(text);
    let mut mapping = propose(&table, Target::Prices).mapping;
    let amounts = |mapping: &Mapping| -> Vec<_> {
        let bound = bind(mapping, &table).expect("fits");
        let rows = table.rows(&book).expect("rows");
        rows.map(|row| bound.values(&row.expect("a row")).get("amount").cloned())
            .collect()
    };
    let text = |amount: &str| Some(Ok(Value::Text(amount.to_owned())));
    assert_eq!(amounts(&mapping), [text("1234"), text("12.50")]);
    mapping.fields[1].column.decimal_sign = Some(DecimalSign::Point);
    assert_eq!(
        amounts(&mapping),
        [text("1.234"), Some(Err(Fault::NotANumber))]
    );
}

#[test]
fn a_saved_mapping_fits_the_same_table_in_another_order() {
    let (_, first) = table("number,name,city\n1,Acme,Rome\n");
    let (book, second) = table("City,Number,Name\nBern,2,Beta\n");
    let mapping = propose(&first, Target::Customers).mapping;
    let bound = bind(&mapping, &second).expect("fits");
    let row = second
        .rows(&book)
        .expect("rows")
        .next()
        .expect("a row")
        .expect("a row");
    let values = bound.values(&row);
    assert_eq!(
        ["number", "companyName", "city"].map(|field| values.text(field)),
        ["2", "Beta", "Bern"]
    );
}
