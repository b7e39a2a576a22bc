//! The real files: columns go to the fields that a person would choose.

use crate::real::{counts, emails, open, shown, table};
use crate::support::data;
use sheets::mapping::{Target, bind, propose};

#[test]
fn a_crm_list_maps_by_itself() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "crm-list.xlsx");
    let table = table(&real.book, 0);
    assert_eq!(
        shown(&table, &propose(&table, Target::Customers)),
        [
            "number <- Customer no.",
            "companyName <- Company name",
            "attention <- Contact person",
            "line1 <- Street",
            "city <- City",
            "postalCode <- ZIP/ Postal code",
            "countryCode <- Country",
            "phone <- Phone",
            "email <- E-Mail",
            "priceCode <- Price group",
            "left: Parent company",
            "left: Customer since",
            "left: Credit limit",
            "left: Full address (do not edit)",
        ]
    );
    let organizations = shown(&table, &propose(&table, Target::Organizations));
    assert!(
        organizations.contains(&"parentName <- Parent company".to_owned()),
        "{organizations:?}"
    );
}

#[test]
fn an_erp_export_maps_by_the_names_of_its_fields() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "erp-export.xlsx");
    let rows: Vec<_> = (0..5)
        .map(|sheet| table(&real.book, sheet).data_rows)
        .collect();
    let names: Vec<_> = real
        .book
        .sheets()
        .iter()
        .map(|sheet| sheet.name.as_str())
        .collect();
    for (name, rows) in names.iter().zip(&rows) {
        assert_eq!(Some(*rows), real.facts["rows"][*name].as_u64(), "{name}");
    }
    let customers = table(&real.book, 0);
    assert_eq!(
        shown(&customers, &propose(&customers, Target::Organizations)),
        [
            "externalId <- KUNNR",
            "name <- NAME1 + NAME2",
            "parentExternalId <- PARNR",
            "customerGroup <- KDGRP",
            "deleted <- LOEVM",
            "left: LAND1",
            "left: ORT01",
            "left: TELF1",
            "left: ERDAT",
        ]
    );
    let bound = bind(
        &propose(&customers, Target::Organizations).mapping,
        &customers,
    )
    .expect("fits");
    let cut: Vec<_> = customers
        .rows(&real.book)
        .expect("rows")
        .map(|row| bound.values(&row.expect("a row")))
        .collect();
    let deleted = cut
        .iter()
        .filter(|values| values.text("deleted") == "true")
        .count() as u64;
    assert_eq!(Some(deleted), real.facts["deletion_flag"].as_u64());
    assert!(
        cut.iter()
            .any(|values| values.text("name") == "FISSA Fabrica Inter. Salchichas S.A.")
    );
    let contacts = table(&real.book, 2);
    assert_eq!(
        shown(&contacts, &propose(&contacts, Target::Contacts)),
        [
            "externalId <- PARVO",
            "organizationExternalId <- KUNNR",
            "firstName <- NAMEV",
            "lastName <- NAME1",
            "fullName <- FULLNAME",
            "email <- SMTP_ADDR",
            "phone <- TELNUMBER",
            "jobTitle <- PAFKT",
            "customerGroup <- KDGRP",
            "left: ANRED",
        ]
    );
    let uncomputed: u64 = contacts
        .columns
        .iter()
        .map(|column| column.profile.uncomputed)
        .sum();
    assert_eq!(
        Some(uncomputed),
        real.facts["formulas_without_value"].as_u64()
    );
    assert_eq!(
        emails(&real, &contacts, "email", Target::Contacts),
        counts(&real.facts["contact_emails"])
    );
    let ship_tos = table(&real.book, 1);
    assert_eq!(
        shown(&ship_tos, &propose(&ship_tos, Target::ShipTos)),
        [
            "customerNumber <- KUNNR",
            "sequence <- SHIPTO",
            "companyName <- NAME",
            "line1 <- STREET",
            "line2 <- STREET2",
            "city <- CITY",
            "region <- REGION",
            "postalCode <- POSTCODE",
            "countryCode <- COUNTRY",
        ]
    );
}

#[test]
fn three_tabs_with_required_columns_are_three_tables() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "bulk-3-tabs.xlsx");
    for (at, sheet) in real.book.sheets().iter().enumerate() {
        let table = table(&real.book, at);
        assert_eq!(
            Some(table.data_rows),
            real.facts["rows"][&sheet.name].as_u64(),
            "{}",
            sheet.name
        );
        assert_eq!(table.header_rows, [1]);
        let mut short = 0;
        for row in table.rows(&real.book).expect("rows") {
            let row = row.expect("a row");
            let required = table.columns.iter().filter(|column| column.required);
            short += u64::from(
                required
                    .into_iter()
                    .any(|column| row.text(column.column).trim().is_empty()),
            );
        }
        assert_eq!(
            Some(short),
            real.facts["rows_with_a_blank_required_cell"][&sheet.name].as_u64(),
            "{}",
            sheet.name
        );
    }
    let buyers = table(&real.book, 0);
    assert_eq!(
        emails(&real, &buyers, "email", Target::Accounts),
        counts(&real.facts["admin_emails"])
    );
    assert_eq!(
        shown(&buyers, &propose(&buyers, Target::Organizations)),
        [
            "externalId <- Buyer Org ID",
            "name <- Buyer Org Name",
            "customerGroup <- Price Tables",
            "left: Admin First Name",
            "left: Admin Last Name",
            "left: Admin Email",
            "left: Cost Center ID",
            "left: Cost Center Name",
            "left: Address Type",
            "left: Postal Code",
            "left: Street",
            "left: Number",
            "left: Complement",
            "left: City",
            "left: State",
            "left: Country",
            "left: Phone Number",
            "left: Payment Terms",
        ]
    );
    let members = table(&real.book, 2);
    assert_eq!(
        emails(&real, &members, "email", Target::Accounts),
        counts(&real.facts["member_emails"])
    );
}

#[test]
fn a_real_import_sheet_has_its_headings_in_row_three() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "real-bc-vendor-import.xlsx");
    let table = table(&real.book, 0);
    let facts = &real.facts["data_rows"]["Vendor"];
    assert_eq!(table.header_rows, [3], "{}", table.why);
    assert_eq!(Some(table.data_rows), facts["rows"].as_u64());
    assert_eq!(Some(table.columns.len() as u64), facts["columns"].as_u64());
    assert_eq!(
        shown(&table, &propose(&table, Target::Customers)),
        [
            "number <- No.",
            "companyName <- Name",
            "line1 <- Address",
            "city <- City",
            "postalCode <- ZIP Code",
            "countryCode <- Country/Region Code",
            "phone <- Phone No.",
            "currency <- Currency Code",
            "left: Language Code",
        ]
    );
}

#[test]
fn a_shop_s_export_is_read_and_mapped() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "shop-customers.csv");
    let table = table(&real.book, 0);
    assert_eq!(Some(table.data_rows), real.facts["rows"].as_u64());
    let last = table
        .rows(&real.book)
        .expect("rows")
        .last()
        .expect("a row")
        .expect("a row");
    assert_eq!(last.number, 512);
    assert_eq!(
        emails(&real, &table, "email", Target::Contacts),
        counts(&real.facts["emails"])
    );
    assert_eq!(
        shown(&table, &propose(&table, Target::Contacts)),
        [
            "organizationName <- Default Address Company",
            "firstName <- First Name",
            "lastName <- Last Name",
            "email <- Email",
            "phone <- Phone",
            "acceptsMarketing <- Accepts Email Marketing",
            "left: Default Address Address1",
            "left: Default Address Address2",
            "left: Default Address City",
            "left: Default Address Province Code",
            "left: Default Address Country Code",
            "left: Default Address Zip",
            "left: Default Address Phone",
            "left: Accepts SMS Marketing",
            "left: Tags",
            "left: Note",
            "left: Tax Exempt",
        ]
    );
}
