use demarche_sensitive::{Check, Layout};

use crate::support::findings;

fn values(table: &str) -> Vec<(&'static str, String)> {
    let found = findings(table, Layout::Table);
    found.into_iter().map(|finding| (finding.kind.name(), finding.value)).collect()
}

#[test]
fn a_header_names_its_column() {
    let table = "Name\tSSN\tSalary\tGeburtsdatum\tPasswort\n\
                 Anna\t301449012\t52000\t24.03.1971\thunter\n\
                 Ben\t512338874\t61500\t01.12.1985\tTulpe99!\n";
    let wanted = [
        ("ssn", "301-44-9012"),
        ("salary", "52000"),
        ("dob", "1971-03-24"),
        ("password", "hunter"),
        ("ssn", "512-33-8874"),
        ("salary", "61500"),
        ("dob", "1985-12-01"),
        ("password", "Tulpe99!"),
    ];
    assert_eq!(values(table), wanted.map(|(kind, value)| (kind, value.to_owned())));
}

#[test]
fn a_label_names_the_cell_to_its_right() {
    assert_eq!(values("Password:\thunter2\n"), [("password", "hunter2".to_owned())]);
    assert_eq!(values("Date of birth\t1971-03-24\n"), [("dob", "1971-03-24".to_owned())]);
}

#[test]
fn a_header_below_titles_and_with_numbers_names_its_columns() {
    for table in [
        "Accounts as of 2020\t\t\nName\tUsername\tPassword\nAda\tada1\tQuill#881\n",
        "Liste 2019/20\n\nName\tLogin\tKennwort\nAda\tada1\tQuill#881\n",
        "Exported 12.03.2021\tby ops\nHost 1\tLogin\tMot de passe 2\nsrv1\tada1\tQuill#881\n",
    ] {
        assert_eq!(values(table), [("password", "Quill#881".to_owned())], "{table}");
    }
    let payroll =
        "Payroll 2021\tpage 1\nName\tSalary 2021\tDate of birth\nAda\t52000\t24.03.1971\n";
    assert_eq!(values(payroll), [("salary", "52000".to_owned()), ("dob", "1971-03-24".to_owned())]);
}

#[test]
fn a_label_is_no_value_of_another_label() {
    assert_eq!(values("Password\tUsername\nEmail\tPhone\n"), []);
    assert_eq!(values("Password:\tUsername:\n"), []);
    assert_eq!(values("Passwort\tBenutzername\tBemerkung\n"), []);
    assert_eq!(values("Password\tletmein\nLogin\tanna\n"), [("password", "letmein".to_owned())]);
}

#[test]
fn a_cell_does_not_name_the_cells_of_other_columns() {
    assert_eq!(values("item\tcount\nplease reset your password\t664230\n"), []);
    assert_eq!(values("item\tsalary of staff is confidential\tcount\t664230\n"), []);
}

#[test]
fn values_that_lines_break_are_found_at_their_place() {
    let text = "> card 4111 1111\n> 1111 1111 and\u{a0}IBAN DE89\u{a0}3704 0044 0532 0130\u{ad}00";
    let found = findings(text, Layout::Prose);
    assert_eq!(found[0].value, "4111111111111111");
    assert_eq!(text.get(found[0].span.clone()), Some("4111 1111\n> 1111 1111"));
    assert_eq!(found[1].value, "DE89370400440532013000");
}

#[test]
fn a_number_that_a_column_breaks_is_found_where_check_digits_and_words_confirm_it() {
    let lead = "We could not charge the booking on Tuesday, please use the ";
    for (rest, broken, value) in [
        ("card 4111111\n111111111 for now.", "4111111\n111111111", "4111111111111111"),
        ("card 4111-1111-\n1111-1111.", "4111-1111-\n1111-1111", "4111111111111111"),
        (
            "account DE8937040\n0440532013000, thanks",
            "DE8937040\n0440532013000",
            "DE89370400440532013000",
        ),
    ] {
        let text = format!("{lead}{rest}");
        let found = findings(&text, Layout::Prose);
        let found: Vec<_> = found
            .iter()
            .map(|found| (text.get(found.span.clone()), found.value.as_str()))
            .collect();
        assert_eq!(found, [(Some(broken), value)], "{text}");
    }
    let text =
        "> Svaret på din ansökan om studiestöd kommer, personnummer 19811218\n> 9876 är ditt.";
    assert_eq!(findings(text, Layout::Prose).len(), 1, "marks of quoting are no gap");
    for rest in ["card 4111111\n111111112 for now.", "number 4111111\n111111111 for now."] {
        assert_eq!(findings(&format!("{lead}{rest}"), Layout::Prose), [], "{rest}");
    }
    let short = "card 4111111\n111111111";
    assert_eq!(findings(short, Layout::Prose), [], "a short line was not broken by a program");
}

#[test]
fn a_phrase_of_a_wallet_is_found_over_lines_where_its_checksum_confirms_it() {
    let phrase = "legal winner thank year wave\n> sausage worth useful legal winner thank yellow";
    for label in ["> Recovery phrase: ", "> the seed phrase is ", "> Mnemonic phrase\n> "] {
        let text = format!("{label}{phrase}\n> Keep it safe.");
        let found = findings(&text, Layout::Prose);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].rule, found[0].check), ("bip39", Check::Checksum));
        assert_eq!(text.get(found[0].span.clone()), Some(phrase));
        assert_eq!(found[0].value, phrase.replace("\n>", ""));
    }
}

#[test]
fn a_label_may_be_as_long_in_cyrillic_as_in_latin_letters() {
    for label in ["Date of birth (employees):", "Дата рождения (сотрудник):"] {
        let found = values(&format!("{label}\t24.03.1971\n"));
        assert_eq!(found, [("dob", "1971-03-24".to_owned())], "{label}");
    }
}

#[test]
fn both_lines_of_a_passport_give_its_number_and_the_date_of_birth() {
    // The example of ICAO 9303, part 4, appendix B.
    let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let found = findings(zone, Layout::Prose);
    let found: Vec<(&str, &str)> =
        found.iter().map(|finding| (finding.kind.name(), finding.value.as_str())).collect();
    assert_eq!(found, [("passport", "L898902C3"), ("dob", "1974-08-12")]);
    assert_eq!(findings(&zone.replace("L898902C36", "L898902C37"), Layout::Prose), []);
}

#[test]
fn a_value_stands_below_its_label_past_empty_and_quoted_lines() {
    for (text, kind, value) in [
        ("Password:\nhunter2!", "password", "hunter2!"),
        ("Your new password:\n\nxT9#mmQ2\n", "password", "xT9#mmQ2"),
        ("> Passwort:\n> Winter2019!", "password", "Winter2019!"),
        ("> > Kennwort\n> >\n> > Birkenweg#7", "password", "Birkenweg#7"),
        ("Username\nmdupont\nMot de passe\nSoleil#44", "password", "Soleil#44"),
        ("пароль\nqwerty1985", "password", "qwerty1985"),
        ("PIN:\n4471", "password", "4471"),
        ("Passport number\n\nX1234567", "passport", "X1234567"),
        ("Nº de pasaporte:\nXDB123456", "passport", "XDB123456"),
        ("Date of birth\n\n14 February 1971", "dob", "1971-02-14"),
        ("Geburtsdatum\r\n17.02.1990", "dob", "1990-02-17"),
        ("> Date de naissance :\n>\n> 03/08/1982", "dob", "1982-08-03"),
        ("Base salary\n\n64,000 USD", "salary", "64000"),
    ] {
        let found = findings(text, Layout::Prose);
        let found: Vec<_> = found.iter().map(|one| (one.kind.name(), one.value.as_str())).collect();
        assert_eq!(found, [(kind, value)], "{text}");
    }
    for text in [
        "Password:\n\nRegards,\nTom2 Miller",
        "Password\nReset",
        "Password:\nUsername:",
        "Password\n\n\n\nhunter2!",
        "Passport\n\nApplications are processed in 12345678 days by the office",
        "Salary\n\n1,500 participants answered",
    ] {
        assert_eq!(findings(text, Layout::Prose), [], "{text}");
    }
}
