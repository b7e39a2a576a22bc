//! T-95, by example: what goes in, what comes out, and what is said about it.

mod numbers;

use super::*;

fn with(cell: &Cell, want: Want, column: &Column) -> Result<(String, Vec<Rule>), Fault> {
    let cleaned = clean(cell, want, column, None)?;
    let rules = cleaned.steps.iter().map(|step| step.rule).collect();
    Ok((cleaned.text().to_owned(), rules))
}

fn text(text: &str, want: Want) -> Result<(String, Vec<Rule>), Fault> {
    with(&Cell::text(text), want, &Column::default())
}

fn value(written: &str, want: Want) -> Result<String, Fault> {
    text(written, want).map(|(value, _)| value)
}

#[test]
fn what_cannot_be_seen_goes_and_is_told() {
    let (clean, rules) = text(
        "\u{feff}\u{a0} Bottom\u{200b}-Dollar\u{a0}Markets\r\nLtd \u{7}",
        Want::Text,
    )
    .expect("a text");
    assert_eq!(clean, "Bottom-Dollar Markets Ltd");
    assert_eq!(rules, [Rule::Invisible, Rule::Control, Rule::Blanks]);
    assert_eq!(
        value("a\r\n\tb\u{2028}", Want::LongText).as_deref(),
        Ok("a\n\tb")
    );
    assert_eq!(
        text("Mataderos  2312", Want::Text),
        Ok(("Mataderos  2312".to_owned(), Vec::new()))
    );
    assert_eq!(value("می‌خواهم", Want::Text).as_deref(), Ok("می‌خواهم"));
}

#[test]
fn words_for_nothing_are_blank_where_they_cannot_be_a_name() {
    for nothing in ["n/a", "#N/A", "-", "—", " ", "null", "\u{200b}"] {
        assert_eq!(
            clean(&Cell::text(nothing), Want::Text, &Column::default(), None).map(|it| it.value),
            Ok(Value::Blank)
        );
    }
    assert_eq!(value("none", Want::Email).as_deref(), Ok(""));
    assert_eq!(value("None", Want::Text).as_deref(), Ok("None"));
    assert_eq!(value("Null", Want::Text).as_deref(), Ok("Null"));
    let error = |text| {
        clean(
            &Cell::new(Kind::Error, text),
            Want::Text,
            &Column::default(),
            None,
        )
    };
    assert_eq!(error("#N/A").map(|it| it.value), Ok(Value::Blank));
    assert_eq!(
        error("#REF!"),
        Err(Fault::Error {
            error: "#REF!".to_owned()
        })
    );
    assert_eq!(
        clean(
            &Cell::new(Kind::Uncomputed, ""),
            Want::Text,
            &Column::default(),
            None
        ),
        Err(Fault::Uncomputed)
    );
}

/// T-90: a blank leaves, `\N` clears.
#[test]
fn a_token_of_its_own_clears() {
    for want in [
        Want::Text,
        Want::Email,
        Want::Decimal,
        Want::Date,
        Want::Country,
    ] {
        let cleaned = clean(&Cell::text(" \\N"), want, &Column::default(), None).expect("a token");
        assert_eq!(cleaned.value, Value::Clear);
    }
}

#[test]
fn an_address_of_mail_is_one_address() {
    assert_eq!(
        text(" mailto:Jane.Doe@Example.com?subject=Hi\u{a0}", Want::Email),
        Ok((
            "Jane.Doe@Example.com".to_owned(),
            vec![Rule::Blanks, Rule::MailTo]
        ))
    );
    assert_eq!(
        value("Jane Doe <jane@example.com>", Want::Email).as_deref(),
        Ok("jane@example.com")
    );
    assert_eq!(
        value("chanda.stråle@example.com", Want::Email).as_deref(),
        Ok("chanda.stråle@example.com")
    );
    for several in [
        "a@example.com; b@example.com",
        "a@example.com,b@example.com",
        "a@example.com b@example.com",
    ] {
        assert_eq!(value(several, Want::Email), Err(Fault::SeveralEmails));
    }
    for (wrong, meant) in [
        ("jane(at)example.com", Some("jane@example.com")),
        ("jane@", None),
        ("a b@x.de", None),
        ("x@y", None),
    ] {
        let suggestion = meant.map(str::to_owned);
        assert_eq!(
            value(wrong, Want::Email),
            Err(Fault::NotAnEmail { suggestion })
        );
    }
    let taken = Column {
        at_in_words: true,
        ..Column::default()
    };
    assert_eq!(
        with(&Cell::text("jane [at] example.com"), Want::Email, &taken),
        Ok(("jane@example.com".to_owned(), vec![Rule::AtInWords]))
    );
}

#[test]
fn words_are_read_as_yes_no_countries_and_currencies() {
    for (word, want, meant) in [
        ("Ja", Want::Boolean, "true"),
        ("X", Want::Boolean, "true"),
        ("0", Want::Boolean, "false"),
        ("Sí", Want::Boolean, "true"),
        ("VRAI", Want::Boolean, "true"),
        ("Deutschland", Want::Country, "DE"),
        ("UK", Want::Country, "GB"),
        ("u.s.a.", Want::Country, "US"),
        ("SWE", Want::Country, "SE"),
        ("espana", Want::Country, "ES"),
        ("Côte d’Ivoire", Want::Country, "CI"),
        ("eur", Want::Currency, "EUR"),
        ("€", Want::Currency, "EUR"),
    ] {
        assert_eq!(value(word, want).as_deref(), Ok(meant), "{word}");
    }
    assert_eq!(value("maybe", Want::Boolean), Err(Fault::NotABoolean));
    assert_eq!(value("Atlantis", Want::Country), Err(Fault::NotACountry));
    assert_eq!(value("$", Want::Currency), Err(Fault::NotACurrency));
}

#[test]
fn what_was_lost_in_a_number_is_put_back_where_that_is_certain_and_told_otherwise() {
    let zip = |digits: &str, country: Option<&str>| {
        let cleaned = clean(
            &Cell::new(Kind::Number, digits),
            Want::PostalCode,
            &Column::default(),
            country,
        )
        .expect("a code");
        (
            cleaned.text().to_owned(),
            cleaned.steps.first().map(|step| step.rule),
        )
    };
    assert_eq!(
        zip("2134", Some("US")),
        ("02134".to_owned(), Some(Rule::LeadingZeros))
    );
    assert_eq!(zip("12209", Some("DE")), ("12209".to_owned(), None));
    assert_eq!(
        zip("2134", None),
        ("2134".to_owned(), Some(Rule::StoredAsNumber))
    );
    assert_eq!(
        zip("2134", Some("CH")),
        ("2134".to_owned(), Some(Rule::StoredAsNumber))
    );
    let phone = with(
        &Cell::new(Kind::Number, "921123465"),
        Want::Phone,
        &Column::default(),
    );
    assert_eq!(
        phone,
        Ok(("921123465".to_owned(), vec![Rule::StoredAsNumber]))
    );
    let long = with(
        &Cell::new(Kind::Number, "1234567890123456789"),
        Want::Key,
        &Column::default(),
    );
    assert_eq!(long.map(|it| it.1), Ok(vec![Rule::DigitsLost]));
    assert_eq!(value("4.91763E+12", Want::Key), Err(Fault::ExponentForm));
    assert_eq!(value("=\"000123\"", Want::Key).as_deref(), Ok("000123"));
    let mut keys = Observed::default();
    keys.add(&Cell::text("000001"));
    keys.add(&Cell::new(Kind::Number, "2"));
    let filled = with(
        &Cell::new(Kind::Number, "2"),
        Want::Key,
        &keys.decide(&Column::default()),
    );
    assert_eq!(filled, Ok(("000002".to_owned(), vec![Rule::LeadingZeros])));
    keys.add(&Cell::text("A-17"));
    assert_eq!(keys.decide(&Column::default()).key_width, None);
}
