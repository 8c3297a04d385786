use demarche_sensitive::Shape;

use crate::support::findings;

fn values(table: &str) -> Vec<(&'static str, String)> {
    let found = findings(table, Shape::Table);
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
fn a_cell_does_not_name_the_cells_of_other_columns() {
    assert_eq!(values("item\tcount\nplease reset your password\t664230\n"), []);
    assert_eq!(values("item\tsalary of staff is confidential\tcount\t664230\n"), []);
}

#[test]
fn values_that_lines_break_are_found_at_their_place() {
    let text = "> card 4111 1111\n> 1111 1111 and\u{a0}IBAN DE89\u{a0}3704 0044 0532 0130\u{ad}00";
    let found = findings(text, Shape::Prose);
    assert_eq!(found[0].value, "4111111111111111");
    assert_eq!(text.get(found[0].span.clone()), Some("4111 1111\n> 1111 1111"));
    assert_eq!(found[1].value, "DE89370400440532013000");
}

#[test]
fn both_lines_of_a_passport_give_its_number_and_the_date_of_birth() {
    // The example of ICAO 9303, part 4, appendix B.
    let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let found = findings(zone, Shape::Prose);
    let found: Vec<(&str, &str)> =
        found.iter().map(|finding| (finding.kind.name(), finding.value.as_str())).collect();
    assert_eq!(found, [("passport", "L898902C3"), ("dob", "1974-08-12")]);
    assert_eq!(findings(&zone.replace("L898902C36", "L898902C37"), Shape::Prose), []);
}
