//! Numbers and dates (T-95).

use super::{text, value, with};
use crate::cell::{Cell, Kind};
use crate::clean::*;

#[test]
fn numbers_are_read_by_what_they_show() {
    for (written, meant) in [
        ("1.234,50", "1234.50"),
        ("$ 1,234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50 CHF", "1234.50"),
        ("€ 12,5", "12.5"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("12 345,678", "12345.678"),
        ("(12.50)", "-12.50"),
        ("12,50-", "-12.50"),
        ("-0,00", "0.00"),
        ("007", "7"),
        (".5", "0.5"),
    ] {
        assert_eq!(
            value(written, Want::Decimal).as_deref(),
            Ok(meant),
            "{written}"
        );
    }
    for wrong in [
        "abc",
        "1,2,3",
        "1.23.456",
        "1,234.5.6",
        "12 34",
        "5 %",
        "1e5",
        "--5",
        ".",
        "1,000,00",
        "١٢",
    ] {
        assert_eq!(
            value(wrong, Want::Decimal),
            Err(Fault::NotANumber),
            "{wrong}"
        );
    }
}

#[test]
fn a_number_that_could_be_two_is_refused_unless_its_column_or_somebody_decides() {
    let ambiguous = Fault::AmbiguousNumber {
        point: "1.234".to_owned(),
        comma: "1234".to_owned(),
    };
    assert_eq!(value("1.234", Want::Decimal), Err(ambiguous.clone()));
    let mut column = Observed::default();
    for cell in ["1.234", "12,50", "Total"] {
        column.add(&Cell::text(cell));
    }
    let decided = column.decide(&Column::default());
    assert_eq!(
        with(&Cell::text("1.234"), Want::Decimal, &decided)
            .map(|it| it.0)
            .as_deref(),
        Ok("1234")
    );
    column.add(&Cell::text("12.50"));
    assert_eq!(
        with(
            &Cell::text("1.234"),
            Want::Decimal,
            &column.decide(&Column::default())
        ),
        Err(ambiguous)
    );
    let said = Column {
        decimal_sign: Some(DecimalSign::Point),
        ..Column::default()
    };
    assert_eq!(
        with(&Cell::text("1.234"), Want::Decimal, &column.decide(&said))
            .map(|it| it.0)
            .as_deref(),
        Ok("1.234")
    );
    assert_eq!(
        with(&Cell::text("12,50"), Want::Decimal, &said),
        Err(Fault::NotANumber)
    );
}

#[test]
fn dates_are_read_in_the_forms_that_people_write() {
    for (written, meant) in [
        ("2001-06-08", "2001-06-08"),
        ("2001-06-08T00:00:00Z", "2001-06-08"),
        ("08.06.2002", "2002-06-08"),
        ("8.6.02", "2002-06-08"),
        ("11/15/03", "2003-11-15"),
        ("15/11/1903", "1903-11-15"),
        ("04/04/31", "1931-04-04"),
        ("20110302", "2011-03-02"),
        ("2011/3/2", "2011-03-02"),
        ("8 June 2001", "2001-06-08"),
        ("June 8th, 2001", "2001-06-08"),
        ("8. März 2001", "2001-03-08"),
        ("08-Jun-01", "2001-06-08"),
        ("3 août 2001", "2001-08-03"),
        ("8 de junio de 2001", "2001-06-08"),
        ("2015-04-22 11:39:31Z", "2015-04-22"),
    ] {
        assert_eq!(
            value(written, Want::Date).as_deref(),
            Ok(meant),
            "{written}"
        );
    }
    for (wrong, fault) in [
        ("30.02.2002", Fault::NoSuchDay),
        ("31/31/2002", Fault::NoSuchDay),
        ("2001-13-01", Fault::NoSuchDay),
        ("20111402", Fault::NoSuchDay),
        ("38099", Fault::NotADate),
        ("soon", Fault::NotADate),
        ("12:30", Fault::NotADate),
        ("1.2.3.4", Fault::NotADate),
    ] {
        assert_eq!(value(wrong, Want::Date), Err(fault), "{wrong}");
    }
    assert_eq!(
        value("2015-04-22 11:39:31Z", Want::Moment).as_deref(),
        Ok("2015-04-22T11:39:31Z")
    );
    assert_eq!(
        text("2001-06-08T12:30", Want::Date).map(|it| it.1),
        Ok(vec![Rule::TimeOfDay])
    );
}

#[test]
fn a_date_that_could_be_two_is_refused_unless_its_column_or_somebody_decides() {
    let ambiguous = Fault::AmbiguousDate {
        day_first: "2009-01-05".to_owned(),
        month_first: "2009-05-01".to_owned(),
    };
    assert_eq!(value("05/01/09", Want::Date), Err(ambiguous));
    let mut column = Observed::default();
    // A dot says nothing about slashes.
    for cell in ["05/01/09", "22.12.2008", "11/15/03"] {
        column.add(&Cell::text(cell));
    }
    let decided = column.decide(&Column::default());
    assert_eq!(
        with(&Cell::text("05/01/09"), Want::Date, &decided)
            .map(|it| it.0)
            .as_deref(),
        Ok("2009-05-01")
    );
    assert_eq!(
        with(&Cell::text("15/11/03"), Want::Date, &decided),
        Err(Fault::NoSuchDay)
    );
    column.add(&Cell::text("15/11/03"));
    assert_eq!(column.decide(&Column::default()).date_order, None);
}

#[test]
fn bare_numbers_are_the_days_that_they_count() {
    let old = Column::default();
    let new = Column {
        date_system: DateSystem::From1904,
        ..Column::default()
    };
    let cell = Cell::new(Kind::Number, "36637");
    assert_eq!(
        with(&cell, Want::Date, &old),
        Ok(("2000-04-21".to_owned(), vec![Rule::SerialDay]))
    );
    assert_eq!(
        with(&cell, Want::Date, &new),
        Ok(("2004-04-22".to_owned(), vec![Rule::SerialDay]))
    );
    assert_eq!(
        with(&Cell::new(Kind::Number, "60"), Want::Date, &old),
        Err(Fault::NoSuchDay)
    );
    assert_eq!(
        with(&Cell::new(Kind::Number, "20110302"), Want::Date, &old),
        Ok(("2011-03-02".to_owned(), vec![Rule::Date]))
    );
    let said = Column {
        serial_days: true,
        ..Column::default()
    };
    assert_eq!(
        with(&Cell::text("38099"), Want::Date, &said)
            .map(|it| it.0)
            .as_deref(),
        Ok("2004-04-22")
    );
}
