//! Values in the notations of programs: settings, commands, statements, records.

use demarche_sensitive::Layout;

use crate::support::findings;

/// The kinds and values found in a text without columns.
fn values(text: &str) -> Vec<(&'static str, String)> {
    let found = findings(text, Layout::Prose);
    found.into_iter().map(|found| (found.kind.name(), found.value)).collect()
}

/// Fails unless each text has exactly the passwords.
fn check(cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (text, wanted) in cases {
        let found = values(text);
        let wanted: Vec<_> = wanted.iter().map(|value| ("password", (*value).to_owned())).collect();
        if found != wanted {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tab_parts_a_label_from_its_password_as_a_space_does() {
    check(&[
        ("Password:\tTulpe99!", &["Tulpe99!"]),
        ("Password\tTulpe99!", &["Tulpe99!"]),
        ("Password\t:\thunter2", &["hunter2"]),
        ("Login:\tanna\tPassword:\tTulpe99!\tHost:\tdb1", &["Tulpe99!"]),
        ("hasło tymczasowe\tTulpe99!", &["Tulpe99!"]),
        ("Passphrase:\tblue horse runs far", &["blue horse runs far"]),
        ("Password\tUsername\tHost", &[]),
    ]);
}

#[test]
fn an_empty_setting_does_not_take_the_next_line() {
    check(&[
        ("REDIS_PASSWORD=\nDEBUG_MODE=true1\n", &[]),
        ("DB_PASSWORD=\nx9#kkQ2v\n", &[]),
        ("password:\nLOG_LEVEL=info7\n", &[]),
        ("ADMIN_PWD=\"\"\nHOST=db1.internal\n", &[]),
        ("Password:\nhunter2!\n", &["hunter2!"]),
        ("Password:\nab=cd12!\n", &["ab=cd12!"]),
    ]);
}

#[test]
fn a_quote_that_a_string_escapes_belongs_to_the_value() {
    check(&[
        (r#"{"password":"ab&cd\"Q9\z1"}"#, &[r#"ab&cd"Q9\z1"#]),
        (r#"{"text":"the password: \"Tulpe99!\" is new"}"#, &["Tulpe99!"]),
        ("{\"text\":\"see\u{2028}Password: Tulpe99!\"}", &["Tulpe99!"]),
    ]);
}
